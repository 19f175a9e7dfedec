//! The operations. Each does all of its work or none, and notes it in the log.

use gaesup_codec::{StringId, Word};

use crate::error::{Error, Expected, Result};
use crate::log::{Indexes, Undo};
use crate::node::{Cell, HOLDER, Node};
use crate::store::Store;
use crate::tree::Kind;

const ARRAY: Error = Error::TypeMismatch { expected: Expected::Array };

impl Store {
    /// Makes `word` the value of a slot: O(1) for a scalar, O(size of the new
    /// value) for a container, which becomes part of the state unless it
    /// equals what is there. A slot one past an array's end appends.
    ///
    /// # Errors
    /// [`Error::PathNotFound`] beyond that, [`Error::Stale`] when the key of
    /// this slot was deleted, or what memory says.
    pub fn set(&mut self, node: Node, slot: u32, word: Word) -> Result<()> {
        if self.tree.kind(node) == Kind::Array && slot >= self.tree.slots(node) {
            return self.insert(node, slot, &[word]).map(|_| ());
        }
        let cell = Cell { node, slot };
        let old = self.tree.get(cell);
        if old.is_absent() {
            // Who sent it may say it again otherwise, within the same transaction.
            self.discard(word);
            return Err(Error::Stale);
        }
        if self.tree.equal(old, word) {
            self.discard(word);
            return Ok(());
        }
        self.replace(cell, old, word)?;
        self.tree.adopt(word, node, slot)
    }

    /// The same for a container whose equal may be written to in the same
    /// transaction: what is there is taken out even if it equals what comes.
    ///
    /// # Errors
    /// As [`Store::set`].
    pub fn exchange(&mut self, node: Node, slot: u32, word: Word) -> Result<()> {
        let cell = Cell { node, slot };
        let old = self.tree.get(cell);
        if old.as_node().is_none() || word.as_node().is_none() {
            return self.set(node, slot, word);
        }
        self.replace(cell, old, word)?;
        self.tree.adopt(word, node, slot)
    }

    /// Makes `word` the value of a key, which is added when it is missing.
    /// Answers where the object is afterwards: a new key may move it.
    ///
    /// # Errors
    /// [`Error::TypeMismatch`] when the container has no keys.
    pub fn set_key(&mut self, node: Node, key: StringId, word: Word) -> Result<Node> {
        if self.tree.kind(node) == Kind::Array {
            return Err(Error::TypeMismatch { expected: Expected::Keyed });
        }
        if let Some(slot) = self.tree.find(node, key) {
            return self.set(node, slot, word).map(|()| node);
        }
        self.log.reserve()?;
        let seed = self.tree.seed;
        if let Some((entries, memory)) = self.tree.dictionary_mut(node) {
            let entry = entries.push(memory, seed, key, word)?;
            self.log.operations += 1;
            self.log.note(Undo::Added { node, entry });
            self.tree.adopt(word, node, entry)?;
            return Ok(node);
        }
        if let Some(slot) = self.tree.shape(node).column_of(key).filter(|slot| self.tree.is_last_slot(node, *slot)) {
            self.replace(Cell { node, slot }, Word::ABSENT, word)?;
            self.tree.adopt(word, node, slot)?;
            return Ok(node);
        }
        let mut cells: Vec<(StringId, Word)> = Vec::new();
        cells.try_reserve_exact(self.tree.slots(node) as usize + 1)?;
        cells.extend(self.tree.cells(node).filter_map(|(slot, word)| Some((self.tree.key(node, slot)?, word))));
        cells.push((key, word));
        let (parent, slot) = self.home_of(node)?;
        let moved = self.tree.add_object(&cells, parent, slot)?;
        self.relocate(node, moved)
    }

    /// Makes `word` the value of a key that is missing, so that it stands right
    /// before the one at `behind`. Answers as [`Store::set_key`]. Where a key was
    /// taken out of that place before: O(1) for a dictionary, O(keys) for an
    /// object; else O(keys behind it).
    ///
    /// # Errors
    /// As [`Store::set_key`].
    pub(crate) fn set_key_before(&mut self, node: Node, behind: u32, key: StringId, word: Word) -> Result<Node> {
        let seed = self.tree.seed;
        self.log.has_inserted = true;
        if self.tree.dictionary(node).is_some() {
            let empty = behind.checked_sub(1).filter(|entry| self.tree.key(node, *entry).is_none());
            let Some(entry) = empty else { return self.set_key_and_rest(node, behind, key, word) };
            self.log.reserve()?;
            if let Some((entries, memory)) = self.tree.dictionary_mut(node) {
                entries.fill(memory, seed, entry, key, word)?;
            }
            self.log.operations += 1;
            self.log.note(Undo::Filled { node, entry });
            // Who remembers the entry of the key that was there must not take this for it.
            self.renew(node)?;
            self.tree.adopt(word, node, entry)?;
            return Ok(node);
        }
        let is_free = |slot: &u32| self.tree.get(Cell { node, slot: *slot }).is_absent();
        let column = self.tree.shape(node).column_of(key).filter(|slot| *slot < behind);
        if let Some(slot) = column.filter(|slot| (*slot..behind).all(|slot| is_free(&slot))) {
            self.replace(Cell { node, slot }, Word::ABSENT, word)?;
            self.tree.adopt(word, node, slot)?;
            return Ok(node);
        }
        let mut cells: Vec<(StringId, Word)> = Vec::new();
        cells.try_reserve_exact(self.tree.slots(node) as usize + 1)?;
        for (slot, held) in self.tree.cells(node) {
            if slot == behind {
                cells.push((key, word));
            }
            cells.extend(self.tree.key(node, slot).map(|key| (key, held)));
        }
        self.log.reserve()?;
        let (parent, slot) = self.home_of(node)?;
        let moved = self.tree.add_object(&cells, parent, slot)?;
        self.relocate(node, moved)
    }

    /// Adds a key to a dictionary, and takes those from an entry on out and in
    /// again behind it.
    fn set_key_and_rest(&mut self, node: Node, behind: u32, key: StringId, word: Word) -> Result<Node> {
        let mut rest = Vec::new();
        for entry in behind..self.tree.slots(node) {
            if self.tree.key(node, entry).is_some() {
                crate::memory::try_push(&mut rest, entry)?;
            }
        }
        self.set_key(node, key, word)?;
        rest.into_iter().try_for_each(|entry| self.put_key_last(node, entry))?;
        Ok(node)
    }

    /// Takes a key out of a dictionary and in again behind the others.
    pub(crate) fn put_key_last(&mut self, node: Node, entry: u32) -> Result<()> {
        self.log.reserve()?;
        let (seed, old) = (self.tree.seed, self.tree.get(Cell { node, slot: entry }));
        let key = self.tree.key(node, entry).ok_or(Error::PathNotFound)?;
        let (entries, memory) = self.tree.dictionary_mut(node).ok_or(Error::PathNotFound)?;
        entries.remove(memory, seed, entry)?;
        self.log.note(Undo::Removed { node, entry, key, old });
        self.tree.share(old);
        self.log.operations += 1;
        self.log.has_inserted = true;
        self.log.reserve()?;
        let (entries, memory) = self.tree.dictionary_mut(node).ok_or(Error::PathNotFound)?;
        let moved = entries.push(memory, seed, key, old)?;
        self.log.note(Undo::Added { node, entry: moved });
        self.tree.adopt(old, node, moved)
    }

    /// Removes a key, or an array's item.
    ///
    /// # Errors
    /// [`Error::PathNotFound`] when there is none, [`Error::TypeMismatch`] for
    /// the root.
    pub fn delete(&mut self, node: Node, slot: u32) -> Result<()> {
        self.unlimited(|store| store.delete_cell(node, slot))
    }

    fn delete_cell(&mut self, node: Node, slot: u32) -> Result<()> {
        if node == HOLDER {
            return Err(Error::TypeMismatch { expected: Expected::KeyOrItem });
        }
        if self.tree.kind(node) == Kind::Array {
            return self.remove_items(node, slot, 1).map(|_| ());
        }
        let cell = Cell { node, slot };
        let old = self.tree.get(cell);
        if old.is_absent() {
            return Err(Error::Stale);
        }
        self.log.reserve()?;
        let (seed, key) = (self.tree.seed, self.tree.key(node, slot).ok_or(Error::PathNotFound)?);
        let Some((entries, memory)) = self.tree.dictionary_mut(node) else {
            return self.replace(cell, old, Word::ABSENT);
        };
        entries.remove(memory, seed, slot)?;
        self.log.operations += 1;
        self.log.note(Undo::Removed { node, entry: slot, key, old });
        self.log.bury(old);
        // Its key as well.
        self.tree.left_cells += 2;
        Ok(())
    }

    /// Adds to a number.
    ///
    /// # Errors
    /// [`Error::TypeMismatch`] when the slot holds something else.
    pub fn increment(&mut self, node: Node, slot: u32, by: f64) -> Result<()> {
        let cell = Cell { node, slot };
        let old = self.tree.get(cell);
        if old.is_absent() {
            return Err(if self.tree.kind(node) == Kind::Array { Error::PathNotFound } else { Error::Stale });
        }
        let number = old.as_number().ok_or(Error::TypeMismatch { expected: Expected::Number })?;
        let new = Word::number(number + by);
        if new == old {
            return Ok(());
        }
        if self.recorder.is_on {
            self.intents.note(cell, old, new, by)?;
        }
        self.replace(cell, old, new)
    }

    /// Puts items before the one at `index`, or at the end: O(chunk) each in
    /// a long array. Answers where the array is afterwards.
    ///
    /// # Errors
    /// [`Error::PathNotFound`] when `index` is beyond the end.
    pub fn insert(&mut self, node: Node, index: u32, items: &[Word]) -> Result<Node> {
        let len = self.array_len(node)?;
        if index > len {
            return Err(Error::PathNotFound);
        }
        if items.is_empty() {
            return Ok(node);
        }
        if index < len {
            self.log.indexes = Indexes::Shifted;
        }
        if self.tree.list_mut(node).is_none() {
            let mut all = self.tree.items(node, items.len())?;
            all.splice(index as usize..index as usize, items.iter().copied());
            return self.rebuild(node, &all);
        }
        self.log.operations += 1;
        for (word, at) in items.iter().zip(index..) {
            self.log.reserve()?;
            if let Some((list, memory)) = self.tree.list_mut(node) {
                list.insert(memory, at, *word)?;
            }
            self.log.note(Undo::ItemInserted { node, index: at });
            self.tree.adopt(*word, node, at)?;
        }
        Ok(node)
    }

    /// Takes out up to `count` items from `index` on. Answers where the array
    /// is afterwards.
    ///
    /// # Errors
    /// [`Error::PathNotFound`] when there is no item at `index`.
    pub fn remove(&mut self, node: Node, index: u32, count: u32) -> Result<Node> {
        self.unlimited(|store| store.remove_items(node, index, count))
    }

    fn remove_items(&mut self, node: Node, index: u32, count: u32) -> Result<Node> {
        let len = self.array_len(node)?;
        if index >= len {
            return Err(Error::PathNotFound);
        }
        let count = count.min(len - index);
        if count == 0 {
            return Ok(node);
        }
        if index + count < len {
            self.log.indexes = Indexes::Shifted;
        }
        if self.tree.list_mut(node).is_none() {
            let mut all = self.tree.items(node, 0)?;
            for word in all.drain(index as usize..(index + count) as usize) {
                self.log.reserve()?;
                self.log.bury(word);
            }
            return self.rebuild(node, &all);
        }
        self.log.operations += 1;
        self.tree.left_cells += count as usize;
        for _ in 0..count {
            self.log.reserve()?;
            if let Some((list, memory)) = self.tree.list_mut(node) {
                let old = list.remove(memory, index);
                self.log.note(Undo::ItemRemoved { node, index, old });
                self.log.bury(old);
            }
        }
        Ok(node)
    }

    /// Takes the item at `from` out and puts it before the one that is then
    /// at `to`. Answers where the array is afterwards.
    ///
    /// # Errors
    /// [`Error::PathNotFound`] when either is not an item's index.
    pub fn move_item(&mut self, node: Node, from: u32, to: u32) -> Result<Node> {
        let len = self.array_len(node)?;
        if from >= len || to >= len {
            return Err(Error::PathNotFound);
        }
        if from == to {
            return Ok(node);
        }
        if self.tree.list_mut(node).is_none() {
            let mut all = self.tree.items(node, 0)?;
            let word = all.remove(from as usize);
            all.insert(to as usize, word);
            if self.tree.items(node, 0)? == all {
                return Ok(node);
            }
            self.log.indexes = Indexes::Shifted;
            return self.rebuild(node, &all);
        }
        let moved = self.tree.get(Cell { node, slot: from });
        if (from.min(to)..=from.max(to)).all(|slot| self.tree.get(Cell { node, slot }) == moved) {
            return Ok(node);
        }
        self.log.reserve()?;
        self.shift_item(node, from, to)?;
        self.log.indexes = Indexes::Shifted;
        self.log.operations += 1;
        self.log.note(Undo::ItemMoved { node, from, to });
        Ok(node)
    }

    /// Moves a list's item without noting it.
    pub(crate) fn shift_item(&mut self, node: Node, from: u32, to: u32) -> Result<()> {
        let Some((list, memory)) = self.tree.list_mut(node) else {
            return Err(ARRAY);
        };
        let word = list.get(memory, from);
        // Inserting first: it can fail, and then nothing has happened.
        let (at, behind) = if to > from { (to + 1, from) } else { (to, from + 1) };
        list.insert(memory, at, word)?;
        list.remove(memory, behind);
        Ok(())
    }

    /// Puts an array's items in a new order: the one at `order[n]` becomes
    /// item `n`. O(length).
    ///
    /// # Errors
    /// [`Error::CorruptData`] when `order` does not name every index once.
    pub fn arrange(&mut self, node: Node, order: &[u32]) -> Result<()> {
        let len = self.array_len(node)?;
        let items = self.arranged(node, len, order)?;
        let differs = |store: &Self, slot: u32, word: Word| store.tree.get(Cell { node, slot }) != word;
        if (0..).zip(&items).all(|(slot, word)| !differs(self, slot, *word)) {
            return Ok(());
        }
        self.log.reserve()?;
        self.log.operations += 1;
        self.log.indexes = Indexes::Shifted;
        self.log.note(Undo::Arranged { node });
        for (slot, word) in (0..).zip(&items) {
            let cell = Cell { node, slot };
            let old = self.tree.get(cell);
            if old != *word {
                self.tree.share(old);
                self.log.reserve()?;
                self.tree.put(cell, *word)?;
                self.log.note_set(cell, old);
            }
        }
        // A rollback tells the items of those cells only that are noted.
        self.tree.adopt_all(node)
    }

    /// The items of an array in another order.
    fn arranged(&self, node: Node, len: u32, order: &[u32]) -> Result<Vec<Word>> {
        let (mut items, mut seen) = (Vec::new(), Vec::new());
        items.try_reserve_exact(len as usize)?;
        seen.try_reserve_exact(len as usize)?;
        seen.resize(len as usize, false);
        for index in order {
            match seen.get_mut(*index as usize) {
                Some(place @ false) => *place = true,
                _ => return Err(Error::corrupt(0)),
            }
            items.push(self.tree.get(Cell { node, slot: *index }));
        }
        if items.len() == len as usize { Ok(items) } else { Err(Error::corrupt(0)) }
    }

    /// Runs what makes the state smaller: it may need a page on the way, and
    /// a full store must be one that can be emptied.
    pub(crate) fn unlimited<T>(&mut self, run: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let limit_bytes = self.tree.memory.pool().limit_bytes();
        self.tree.memory.pool_mut().set_limit(usize::MAX);
        let done = run(self);
        self.tree.memory.pool_mut().set_limit(limit_bytes);
        done
    }

    pub(crate) fn array_len(&self, node: Node) -> Result<u32> {
        if node == HOLDER || self.tree.kind(node) != Kind::Array {
            return Err(ARRAY);
        }
        Ok(self.tree.slots(node))
    }

    /// Gives a short array other items, in a new row.
    pub(crate) fn rebuild(&mut self, node: Node, items: &[Word]) -> Result<Node> {
        self.log.reserve()?;
        let (parent, slot) = self.home_of(node)?;
        let moved = self.tree.add_array(items, parent, slot)?;
        self.relocate(node, moved)
    }

    /// Puts `to`, which was just made of `from`'s contents, in its place.
    pub(crate) fn relocate(&mut self, from: Node, to: Node) -> Result<Node> {
        self.log.operations += 1;
        self.log.note(Undo::Relocated { from, to });
        if self.log.dead.contains(from) {
            // No cell holds it any more, and none must from now on.
            self.log.dead.push(to);
            return self.tree.adopt_all(to).map(|()| to);
        }
        self.tree.adopt_all(to)?;
        let (parent, slot) = self.place_of(from)?;
        self.log.reserve()?;
        let cell = Cell { node: parent, slot };
        self.tree.put(cell, Word::node(to))?;
        self.log.note_set(cell, Word::node(from));
        Ok(to)
    }

    /// The cell that holds a container, or held it before it was taken out.
    pub(crate) fn home_of(&self, node: Node) -> Result<(Node, u32)> {
        if !self.log.dead.contains(node) {
            return self.place_of(node);
        }
        Ok((self.tree.parent(node).ok_or(Error::PathNotFound)?, 0))
    }

    /// The cell that holds a container.
    pub(crate) fn place_of(&self, node: Node) -> Result<(Node, u32)> {
        let parent = self.tree.parent(node).ok_or(Error::PathNotFound)?;
        let hint = self.tree.rows(node.table).map_or(0, |rows| rows.slot(&self.tree.memory, node.row));
        let slot = match self.tree.lists.get(parent.row).filter(|_| parent.table == crate::node::TableId::LISTS) {
            Some(list) => list.position(&self.tree.memory, Word::node(node), hint).ok_or(Error::PathNotFound)?,
            None => hint,
        };
        Ok((parent, slot))
    }

    /// Replaces what is in a cell, which is `old`.
    fn replace(&mut self, cell: Cell, old: Word, word: Word) -> Result<()> {
        self.log.reserve()?;
        self.tree.put(cell, word)?;
        self.log.operations += 1;
        self.log.note_set(cell, old);
        self.log.bury(old);
        self.tree.left_cells += usize::from(old.as_string().is_some() || old.as_blob().is_some());
        Ok(())
    }

    /// Frees a built value that turned out not to be needed.
    fn discard(&mut self, word: Word) {
        if let Some(node) = word.as_node() {
            // Mostly it is the last one born.
            if let Some(at) = self.log.born.iter().rposition(|born| *born == node) {
                self.log.born.swap_remove(at);
                if at == self.log.born.len() {
                    // Without memory the generations of its rows stay, and a fold would take a
                    // copy that is still noted for one in its place.
                    self.log.copies.truncate(self.log.copied);
                }
            }
            self.tree.free_subtree(node, &mut Vec::new());
        }
    }
}
