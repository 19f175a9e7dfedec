//! Folding: from everything a transaction did to what is different after it.
//!
//! What in the end did not change is physically taken back, so that rows,
//! handles and views are those of before. Containers never change who holds
//! them, so each can be looked at alone: what was in it is the row it had
//! before with the first touches put back, what is in it is its row now.
//!
//! Until the fold has succeeded it frees nothing and notes what it puts where,
//! so that a rollback can still take everything back.

mod groups;
mod items;
mod keys;
mod moves;
mod restore;

use gaesup_codec::Word;

use crate::change::Change;
use crate::error::Result;
use crate::finder::NodeSet;
use crate::log::Undo;
use crate::memory::try_push;
use crate::node::{Cell, Node, TableId};
use crate::scratch::{Bump, Scratch, scratch, sort};
use crate::store::Store;
use crate::tree::Kind;

use groups::{Fate, Group, Groups};

/// A fold under way.
struct Fold<'a, 'b> {
    store: &'a mut Store,
    bump: &'b Bump,
    groups: Groups<'b>,
    /// Values that were built in the transaction, where they were at first.
    born: NodeSet,
    /// The container asked about last, and what became of it.
    last_fate: Option<(Node, Fate)>,
}

impl Store {
    /// Folds the log into `changes`, and finds what is loose now.
    pub(crate) fn fold(&mut self, bump: &Bump) -> Result<()> {
        self.changes.clear();
        self.loose.clear();
        if self.fold_words()? {
            return Ok(());
        }
        self.changes.clear();
        let groups = Groups::new(&self.log, bump)?;
        let mut born = NodeSet::default();
        for node in &self.log.born {
            born.try_push(*node)?;
        }
        let mut fold = Fold { store: self, bump, groups, born, last_fate: None };
        fold.find_fates();
        fold.find_loose()?;
        fold.restore_removed()?;
        for at in 0..fold.groups.list.len() {
            let group = fold.groups.list[at];
            if group.fate == Fate::Kept && fold.origin(group.node) == group.node {
                fold.settle(group)?;
            }
        }
        fold.put_sources_back()?;
        fold.name_final_rows();
        Ok(())
    }

    /// The quick way, for a log of nothing but scalars in different cells.
    fn fold_words(&mut self) -> Result<bool> {
        if !self.log.is_plain() {
            return Ok(false);
        }
        self.changes.list.try_reserve(self.log.done.len()).map_err(|_| crate::error::Error::OutOfMemory)?;
        for undo in &self.log.done {
            let Undo::Set { cell, old } = *undo else {
                return Ok(false);
            };
            let new = self.tree.get(cell);
            if old.is_absent() || new.is_absent() {
                // Of keys the order counts.
                return Ok(false);
            }
            if new != old {
                self.changes.list.push(Change::Set { cell, key: self.tree.key(cell.node, cell.slot), old, new });
            }
        }
        Ok(true)
    }
}

impl<'b> Fold<'_, 'b> {
    /// Finds what changed in a container that was there before and is there now.
    fn settle(&mut self, group: Group) -> Result<()> {
        let latest = self.store.log.moved.latest(group.node);
        match (self.store.tree.kind(group.node), latest == group.node) {
            (Kind::Array, false) => self.settle_moved_array(group, latest),
            (_, false) => self.settle_moved_object(group, latest),
            (Kind::Array, true) if group.is_structural => self.settle_array(group),
            (_, true) if group.is_structural => self.settle_dictionary(group),
            _ => self.settle_cells(group),
        }
    }

    /// The cells of a container whose slots mean what they meant.
    fn settle_cells(&mut self, group: Group) -> Result<()> {
        if let Some(Undo::Set { cell, old }) = self.groups.only_entry(&self.store.log, group) {
            return self.settle_cell(cell, cell.slot, old);
        }
        for same in self.touches(group)?.chunk_by(|one, other| slot_of(*one) == slot_of(*other)) {
            if let Undo::Set { cell, old } = self.store.log.done[entry_of(same[0])] {
                self.settle_cell(cell, cell.slot, old)?;
            }
        }
        Ok(())
    }

    /// The entries about slots of a container that had these before, by slot
    /// and then by age: the slot in the upper half, the entry in the lower.
    fn touches(&self, group: Group) -> Result<Scratch<'b, u64>> {
        let mut touches = scratch(self.bump, 0);
        for at in self.groups.entries(group) {
            if let Undo::Set { cell: Cell { slot, .. }, .. }
            | Undo::Removed { entry: slot, .. }
            | Undo::Filled { entry: slot, .. } = self.store.log.done[at]
            {
                touches.push(u64::from(slot) << 32 | at as u64)?;
            }
        }
        sort(&mut touches);
        Ok(touches)
    }

    /// Compares a cell with what it held, and puts that back when it is equal.
    /// `slot` is where the cell's key is named.
    fn settle_cell(&mut self, cell: Cell, slot: u32, old: Word) -> Result<()> {
        let new = self.store.tree.get(cell);
        if self.is_same(old, new) {
            return Ok(());
        }
        if self.is_equal(old, new) {
            return self.put_back(cell, old, new);
        }
        let key = self.store.tree.key(cell.node, slot);
        self.change(Change::Set { cell, key, old, new })?;
        self.let_go(old)
    }

    fn change(&mut self, change: Change) -> Result<()> {
        try_push(&mut self.store.changes.list, change)
    }

    /// Notes that a word is not part of the state any more.
    fn let_go(&mut self, word: Word) -> Result<()> {
        word.as_node().map_or(Ok(()), |node| try_push(&mut self.store.loose, node))
    }

    /// Puts the container that a cell held back in place of an equal one that
    /// was built meanwhile.
    fn put_back(&mut self, cell: Cell, old: Word, new: Word) -> Result<()> {
        self.put(cell, old)?;
        self.let_go(new)
    }

    /// Replaces a word so that a rollback can take it back.
    fn put(&mut self, cell: Cell, word: Word) -> Result<()> {
        let Store { tree, log, .. } = &mut *self.store;
        log.reserve()?;
        let old = tree.get(cell);
        tree.put(cell, word)?;
        log.note(Undo::Set { cell, old });
        tree.adopt(word, cell.node, cell.slot)
    }

    /// Where a container was before the transaction.
    fn origin(&self, node: Node) -> Node {
        let moved = &self.store.log.moved;
        if moved.is_empty() { node } else { moved.origin(node) }
    }

    /// A word that does not depend on the row a container went to.
    fn canonical(&self, word: Word) -> Word {
        match word.as_node() {
            Some(node) if !self.store.log.moved.is_empty() => Word::node(self.store.log.moved.origin(node)),
            _ => word,
        }
    }

    /// Whether two words are the same scalar or container.
    fn is_same(&self, old: Word, new: Word) -> bool {
        old == new || self.canonical(old) == self.canonical(new)
    }

    /// Whether a container that was there before equals one built meanwhile.
    fn is_equal(&self, old: Word, new: Word) -> bool {
        old.as_node().is_some() && new.as_node().is_some() && self.store.tree.equal(old, new)
    }

    /// Puts a container back into the row it had, once what is in its present
    /// row is what was in it before: `words` by slot of the old row.
    fn put_row_back(&mut self, origin: Node, latest: Node, words: &[Word]) -> Result<()> {
        for (slot, word) in (0..).zip(words) {
            let cell = Cell { node: origin, slot };
            if self.store.tree.get(cell) != *word {
                self.put(cell, *word)?;
            }
        }
        let (node, slot) = self.store.place_of(latest)?;
        self.put(Cell { node, slot }, Word::node(origin))?;
        self.store.tree.adopt_all(origin)?;
        self.store.log.moved.restore(origin);
        Ok(())
    }

    /// Names containers in the changes by the rows that stay.
    fn name_final_rows(&mut self) {
        let Store { log, changes, .. } = &mut *self.store;
        if log.moved.is_empty() {
            return;
        }
        changes.each_word(|word| {
            if let Some(node) = word.as_node() {
                *word = Word::node(log.moved.settled(node));
            }
        });
    }

    fn is_list(node: Node) -> bool {
        node.table == TableId::LISTS
    }
}

/// The slot that a touch is about.
const fn slot_of(touch: u64) -> u32 {
    (touch >> 32) as u32
}

/// The entry of the log that a touch is.
const fn entry_of(touch: u64) -> usize {
    touch as u32 as usize
}
