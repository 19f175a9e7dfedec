//! What a store holds and has done, in numbers.

use crate::build::KeyList;
use crate::dictionary::Dictionary;
use crate::list::List;
use crate::memory::Part;
use crate::shape::Shape;
use crate::store::Store;

/// Counts and sizes of a store; sizes in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Plain objects.
    pub records: u32,
    /// Arrays.
    pub lists: u32,
    /// `Map`s, and objects that are stored as dictionaries (they count as
    /// records as well).
    pub dictionaries: u32,
    /// Distinct key lists.
    pub shapes: u32,
    /// Distinct strings, keys included.
    pub strings: u32,
    /// Column pages.
    pub column_bytes: usize,
    /// Chunks of long arrays.
    pub list_bytes: usize,
    /// Entries and indexes of dictionaries and maps.
    pub dictionary_bytes: usize,
    /// Text and blobs with their indexes.
    pub string_bytes: usize,
    /// Page tables, shapes and other structure around the above.
    pub metadata_bytes: usize,
    /// Pool memory that holds nothing at the moment.
    pub free_bytes: usize,
    /// The most that was in use at once, of what counts against the limit.
    pub peak_bytes: usize,
    /// What counts against the limit: pool segments and long strings.
    pub reserved_bytes: usize,
    /// The last commits, see [`Store::keep_journal`].
    pub log_bytes: usize,
    /// Steps to undo, see [`Store::keep_history`].
    pub history_bytes: usize,
    /// Commits that changed something.
    pub commits: u64,
    /// Operations received.
    pub commands: u64,
    /// Writes to pages.
    pub pages_touched: u64,
    /// Views handed out.
    pub views_built: u64,
    /// Views that are valid.
    pub views_live: u32,
    /// Watchers filed.
    pub watchers: u32,
}

impl Store {
    /// Counts and sizes now: O(pages).
    #[must_use]
    pub fn stats(&self) -> Stats {
        let tree = &self.tree;
        let memory = &tree.memory;
        let (log_bytes, history_bytes) = self.timeline_bytes();
        let mut stats = Stats {
            dictionaries: tree.dictionaries.rows.live() + tree.maps.rows.live(),
            records: tree.dictionaries.rows.live(),
            lists: tree.lists.rows.live(),
            strings: tree.strings.len() as u32,
            column_bytes: memory.bytes(Part::Columns),
            list_bytes: memory.bytes(Part::Lists),
            dictionary_bytes: memory.bytes(Part::Dictionaries),
            string_bytes: memory.bytes(Part::Strings),
            free_bytes: memory.pool().stats().free_bytes,
            peak_bytes: memory.pool().stats().peak_bytes,
            reserved_bytes: memory.pool().stats().reserved_bytes,
            metadata_bytes: self.metadata_bytes(),
            log_bytes,
            history_bytes,
            commits: self.counters.commits,
            commands: self.counters.commands,
            views_built: self.counters.views_built,
            views_live: self.views.live(),
            pages_touched: memory.pages_touched,
            watchers: self.watchers.len(),
            ..Stats::default()
        };
        for (shape, table) in tree.shapes.iter().zip(&tree.tables) {
            match shape {
                Shape::Object(_) => {
                    stats.shapes += 1;
                    stats.records += table.rows.live();
                }
                Shape::Tuple(_) => stats.lists += table.rows.live(),
            }
        }
        // The holder above the root is a row like a short array's.
        stats.lists -= 1;
        stats
    }

    fn metadata_bytes(&self) -> usize {
        let tree = &self.tree;
        tree.tables.iter().map(crate::table::Table::metadata_bytes).sum::<usize>()
            + tree.shapes.metadata_bytes()
            + tree.strings.metadata_bytes()
            + tree.blobs.metadata_bytes()
            + tree.lists.metadata_bytes(List::metadata_bytes)
            + tree.dictionaries.metadata_bytes(Dictionary::metadata_bytes)
            + tree.maps.metadata_bytes(Dictionary::metadata_bytes)
            + self.key_lists.iter().map(KeyList::metadata_bytes).sum::<usize>()
            + self.views.metadata_bytes()
    }
}
