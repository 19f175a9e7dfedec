//! Finding strings and blobs that nothing refers to: mark and sweep.

use gaesup_codec::Word;

use crate::column::Column;
use crate::error::{Error, Result};
use crate::log::Undo;
use crate::memory::{Part, try_push};
use crate::node::{Cell, Node};
use crate::page::{PAGE_WORDS, Page};
use crate::parse::Stage;
use crate::store::Store;
use crate::tree::Tree;

/// One bit per id.
struct Marks(Vec<u64>);

impl Marks {
    fn new(ids: u32) -> Result<Self> {
        let words = (ids as usize).div_ceil(64);
        let mut bits = Vec::new();
        bits.try_reserve_exact(words)?;
        bits.resize(words, 0);
        Ok(Self(bits))
    }

    fn set(&mut self, id: u32) {
        if let Some(bits) = self.0.get_mut(id as usize / 64) {
            *bits |= 1 << (id % 64);
        }
    }

    fn has(&self, id: u32) -> bool {
        self.0.get(id as usize / 64).is_some_and(|bits| bits >> (id % 64) & 1 == 1)
    }
}

struct Marking {
    strings: Marks,
    blobs: Marks,
}

impl Marking {
    fn word(&mut self, word: Word) {
        if let Some(id) = word.as_string() {
            self.strings.set(id.0);
        } else if let Some(id) = word.as_blob() {
            self.blobs.set(id);
        }
    }

    fn page(&mut self, tree: &Tree, page: &Page) {
        for index in 0..page.len() {
            self.word(page.get(&tree.memory, index));
        }
    }

    fn column(&mut self, tree: &Tree, column: &Column) {
        column.referring_pages().for_each(|(_, page)| self.page(tree, page));
    }

    /// Rows that are free keep what they held until they are used again.
    fn rows(&mut self, tree: &Tree, column: &Column, free: &Marks) {
        for (number, page) in column.referring_pages() {
            let first = (number * PAGE_WORDS) as u32;
            for index in (0..page.len()).filter(|index| !free.has(first + *index as u32)) {
                self.word(page.get(&tree.memory, index));
            }
        }
    }
}

/// With less to be freed than this, collecting never pays.
const FRESH_BYTES_MIN: usize = 1 << 18;
/// Nor with fewer cells that may have held garbage.
const LEFT_CELLS_MIN: usize = 1 << 9;
/// From so much on it is worth doing at once.
const FRESH_BYTES_URGENT: usize = 1 << 20;

/// Whether collecting is worth its time, which goes with the size of the state.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Collecting {
    /// There cannot be much to free.
    Idle = 0,
    /// When there is time for it.
    Pays = 1,
    /// Before much more comes.
    Urgent = 2,
}

impl Tree {
    /// From now on more than one cell may hold this word.
    #[inline]
    pub(crate) fn share(&mut self, word: Word) {
        if let Some(id) = word.as_string() {
            self.strings.share(&self.memory, id.0);
        } else if let Some(id) = word.as_blob() {
            self.blobs.share(&self.memory, id);
        }
    }

    fn has_owned(&self) -> bool {
        self.strings.has_owned() || self.blobs.has_owned()
    }

    fn release_owned(&mut self, word: Word) {
        if let Some(id) = word.as_string() {
            self.strings.release_owned(&mut self.memory, id.0);
        } else if let Some(id) = word.as_blob() {
            self.blobs.release_owned(&mut self.memory, id);
        }
    }
}

impl Store {
    /// Whether [`Store::collect`] is worth its time: what may have become garbage since the last
    /// time, in bytes, beside what it has to look at. That is no more than what was interned and
    /// what cells held that have changed or gone, so all collections together take time with
    /// what was written. O(1).
    #[inline]
    #[must_use]
    pub fn collecting(&self) -> Collecting {
        let tree = &self.tree;
        let fresh_bytes = tree.strings.fresh_bytes() + tree.blobs.fresh_bytes();
        if fresh_bytes < FRESH_BYTES_MIN && tree.left_cells < LEFT_CELLS_MIN {
            return Collecting::Idle;
        }
        let memory = &tree.memory;
        let strings_bytes = memory.bytes(Part::Strings);
        let known_bytes = strings_bytes.saturating_sub(fresh_bytes);
        let count = (tree.strings.len() + tree.blobs.len()).max(1);
        let left_bytes = tree.left_cells.saturating_mul(strings_bytes / count).min(known_bytes);
        let cells_bytes = memory.bytes(Part::Columns) + memory.bytes(Part::Lists) + memory.bytes(Part::Dictionaries);
        if fresh_bytes >= FRESH_BYTES_URGENT.max(known_bytes).max(cells_bytes / 2) {
            Collecting::Urgent
        } else if fresh_bytes.max(left_bytes) >= FRESH_BYTES_MIN.max(known_bytes / 2).max(cells_bytes / 8) {
            Collecting::Pays
        } else {
            Collecting::Idle
        }
    }

    /// Frees the long strings and blobs that belonged to cells that have another value now. The
    /// first `entries` of the log are those of the operations; what a fold has put where follows.
    pub(crate) fn release_replaced(&mut self, entries: usize) {
        let Self { tree, log, .. } = self;
        if !tree.has_owned() {
            return;
        }
        for undo in log.done.iter().take(entries) {
            match *undo {
                Undo::Set { cell, old } if tree.get(cell) != old => tree.release_owned(old),
                Undo::Removed { old, .. } => tree.release_owned(old),
                _ => {}
            }
        }
    }

    /// The same for all that is in a container that is about to be freed.
    pub(crate) fn release_inside(&mut self, node: Node) {
        let mut pending = vec![node];
        while let Some(node) = pending.pop().filter(|_| self.tree.has_owned()) {
            for slot in 0..self.tree.slots(node) {
                let word = self.tree.get(Cell { node, slot });
                match word.as_node() {
                    // Without memory what is in there waits for the next collection.
                    Some(inner) => drop(try_push(&mut pending, inner)),
                    None => self.tree.release_owned(word),
                }
            }
        }
    }

    /// Frees strings and blobs that no cell and no key refers to; answers how
    /// many. Words of such strings that the caller still holds are worthless
    /// afterwards. For idle moments: O(state).
    ///
    /// # Errors
    /// [`Error::OutOfMemory`] when there is none for the marks; nothing was
    /// freed then. Also when a transaction is open.
    pub fn collect(&mut self) -> Result<usize> {
        if self.in_transaction() {
            return Err(Error::OutOfMemory);
        }
        self.collect_within([].into_iter())
    }

    /// The same, also while a transaction is open: what it may have to put back stays. Texts
    /// whose words are among those `waiting` to be applied stay as well; other numbers may be
    /// among these.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`] as above, and when a value is only half there.
    pub fn collect_within(&mut self, waiting: impl Iterator<Item = Word>) -> Result<usize> {
        if self.builder.is_busy() {
            return Err(Error::OutOfMemory);
        }
        let tree = &self.tree;
        let mut marking = Marking { strings: Marks::new(tree.strings.ids())?, blobs: Marks::new(tree.blobs.ids())? };
        for table in &tree.tables {
            let mut free = Marks::new(table.rows.len())?;
            table.rows.free_rows().iter().for_each(|row| free.set(*row));
            table.columns().iter().for_each(|column| marking.rows(tree, column, &free));
        }
        for page in tree.lists.iter().flat_map(|list| list.chunks()).filter(|page| page.may_refer()) {
            marking.page(tree, page);
        }
        for entries in tree.dictionaries.iter().chain(tree.maps.iter()) {
            entries.columns().into_iter().for_each(|column| marking.column(tree, column));
        }
        let keys = tree.shapes.iter().flat_map(|shape| shape.keys());
        for key in keys.chain(self.key_lists.iter().flat_map(|list| list.keys())) {
            marking.strings.set(key.0);
        }
        self.watchers.keys().for_each(|key| marking.strings.set(key.0));
        waiting.for_each(|word| marking.word(word));
        for undo in &self.log.done {
            match *undo {
                Undo::Set { old, .. } | Undo::ItemRemoved { old, .. } => marking.word(old),
                Undo::Removed { key, old, .. } => {
                    marking.strings.set(key.0);
                    marking.word(old);
                }
                _ => {}
            }
        }
        let Marking { strings, blobs } = marking;
        // It remembers ids of texts.
        self.stage = Stage::default();
        let tree = &mut self.tree;
        tree.left_cells = 0;
        Ok(tree.strings.sweep(&mut tree.memory, |id| strings.has(id))
            + tree.blobs.sweep(&mut tree.memory, |id| blobs.has(id)))
    }
}
