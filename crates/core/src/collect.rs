//! Finding strings and blobs that nothing refers to: mark and sweep.

use gaesup_codec::Word;

use crate::column::Column;
use crate::error::{Error, Result};
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

impl Store {
    /// Frees strings and blobs that no cell and no key refers to; answers how
    /// many. Words of such strings that the caller still holds are worthless
    /// afterwards. For idle moments: O(state).
    ///
    /// # Errors
    /// [`Error::OutOfMemory`] when there is none for the marks; nothing was
    /// freed then. Also when a transaction is open.
    pub fn collect(&mut self) -> Result<usize> {
        if self.builder.is_busy() || self.in_transaction() {
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
        let Marking { strings, blobs } = marking;
        // It remembers ids of texts.
        self.stage = Stage::default();
        let tree = &mut self.tree;
        Ok(tree.strings.sweep(&mut tree.memory, |id| strings.has(id))
            + tree.blobs.sweep(&mut tree.memory, |id| blobs.has(id)))
    }
}
