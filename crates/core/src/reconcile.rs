//! Making what is in a cell equal to a value, touching only what differs.
//!
//! The value is *staged*: built beside the tree, in the same tables, of the
//! same strings. So words compare by their bits, and containers that differ
//! are walked side by side. What has no counterpart in the state is taken out
//! of the staged value and becomes part of it; the rest of the staged value is
//! freed in the end.
//!
//! Nothing here recurses: pairs of containers that may differ wait on a stack.

mod align;
mod hash;
mod items;
mod keyed;
mod keys;
mod structure;
#[cfg(test)]
pub(crate) mod tests;
mod walk;

pub(crate) use walk::Compare;

use gaesup_codec::{StringId, Word};

use crate::error::Result;
use crate::finder::NodeSet;
use crate::memory::try_push;
use crate::node::{Cell, Node, TableId};
use crate::store::Store;
use crate::tree::Kind;

/// Inside so many arrays items are compared only when it is their turn: what
/// is compared ahead is compared once for each array around it.
const ARRAYS_AHEAD: u32 = 32;

/// How much a reconciliation changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Keys, entries and items that came. A key that had to go behind others
    /// went and came.
    pub added: u32,
    /// Keys, entries and items that went.
    pub removed: u32,
    /// Scalars, and values of another kind, that took the place of others.
    pub updated: u32,
    /// Items that stand in another order than the other ones.
    pub moved: u32,
}

/// The next item of an array.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// The item that is at this index now, as it is.
    Kept(u32),
    /// A staged value.
    New(Word),
}

/// A part of a staged value.
#[derive(Clone, Copy)]
struct Staged {
    word: Word,
    /// The staged cell that holds it; none for a whole value.
    from: Option<Cell>,
}

/// A cell of the state and what it has to become.
#[derive(Clone, Copy)]
struct Pair {
    cell: Cell,
    staged: Staged,
    /// Arrays around it since the beginning.
    arrays: u32,
}

/// A reconciliation under way.
struct Reconciler<'a> {
    store: &'a mut Store,
    key: Option<StringId>,
    tally: &'a mut Tally,
    work: Vec<Pair>,
}

impl Store {
    /// Makes the value of `cell` equal to `word`, which was staged for this
    /// cell and is used up, within the open transaction. What is equal already
    /// stays as it is, with its rows, handles and views. O(what is there +
    /// what was staged), for arrays without `key` O(n log n).
    ///
    /// Items of arrays that are objects with a scalar under `key` are the same
    /// record when that is equal, wherever they stand; of several those that
    /// stand beside others that match, and then the first is the first. Other
    /// items are matched by what is in them: equal ones, and between those the
    /// remaining ones of the same kind.
    ///
    /// # Errors
    /// What memory says; then the transaction has to be taken back.
    pub fn reconcile(&mut self, cell: Cell, word: Word, key: Option<StringId>) -> Result<Tally> {
        let mut tally = Tally::default();
        if self.tree.get(cell).is_absent() {
            self.set(cell.node, cell.slot, word)?;
            tally.added = 1;
            return Ok(tally);
        }
        let mut reconciler = Reconciler { store: self, key, tally: &mut tally, work: Vec::new() };
        reconciler.later(Pair { cell, staged: Staged { word, from: None }, arrays: 0 })?;
        reconciler.run()?;
        if let Some(root) = word.as_node().filter(|_| self.tree.get(cell) != word) {
            self.free_staged(&[root])?;
        }
        Ok(tally)
    }

    /// The same for an array whose next items are known one by one; each
    /// staged one is used up. Answers where the array is afterwards.
    ///
    /// # Errors
    /// [`Error::PathNotFound`](crate::Error::PathNotFound) when an item that
    /// is kept is not there, [`Error::CorruptData`](crate::Error::CorruptData)
    /// when one is kept twice, or as [`Store::reconcile`].
    pub fn reconcile_items(
        &mut self,
        array: Node,
        next: &[Next],
        key: Option<StringId>,
        tally: &mut Tally,
    ) -> Result<Node> {
        let mut reconciler = Reconciler { store: self, key, tally, work: Vec::new() };
        let array = reconciler.next_items(array, next)?;
        reconciler.run()?;
        let mut spent = Vec::new();
        for (slot, item) in (0..).zip(next) {
            if let Next::New(word) = *item
                && let Some(root) = word.as_node().filter(|_| self.tree.get(Cell { node: array, slot }) != word)
            {
                try_push(&mut spent, root)?;
            }
        }
        self.free_staged(&spent)?;
        Ok(array)
    }

    /// Frees what is left of staged values.
    fn free_staged(&mut self, roots: &[Node]) -> Result<()> {
        let mut spent = NodeSet::default();
        for root in roots {
            spent.try_push(*root)?;
        }
        // What was staged before a savepoint was made has to outlive going back to that.
        let first = self.log.last_save().born;
        let mut left = roots.len();
        for at in (0..self.log.born.len()).rev() {
            if left == 0 {
                break;
            }
            let node = self.log.born[at];
            if !spent.contains(node) {
                continue;
            }
            left -= 1;
            if at < first {
                self.log.reserve()?;
                self.log.bury(Word::node(node));
            } else {
                self.log.born.swap_remove(at);
                self.tree.free_subtree(node, &mut Vec::new());
            }
        }
        Ok(())
    }
}

impl Reconciler<'_> {
    fn run(&mut self) -> Result<()> {
        while let Some(pair) = self.work.pop() {
            self.settle(pair)?;
        }
        Ok(())
    }

    fn later(&mut self, pair: Pair) -> Result<()> {
        try_push(&mut self.work, pair)
    }

    fn settle(&mut self, pair: Pair) -> Result<()> {
        let tree = &self.store.tree;
        let (old, new) = (tree.get(pair.cell), pair.staged.word);
        if old == new {
            return Ok(());
        }
        match (old.as_node(), new.as_node()) {
            (Some(live), Some(next)) if tree.kind(live) == tree.kind(next) => {
                if pair.cell.node.table == TableId::LISTS {
                    // Should it go to another row, it is to be found at once, whatever was shifted.
                    self.store.tree.adopt(old, pair.cell.node, pair.cell.slot)?;
                }
                match self.store.tree.kind(live) {
                    Kind::Array => self.array(pair, live, next),
                    _ => self.object(pair, live, next),
                }
            }
            _ => {
                self.tally.updated += 1;
                self.replace(pair)
            }
        }
    }

    /// Makes a part of the staged value what is in a cell.
    fn replace(&mut self, pair: Pair) -> Result<()> {
        let word = self.take(pair.staged)?;
        self.store.exchange(pair.cell.node, pair.cell.slot, word)
    }

    /// Takes a part out of the staged value. From now on a rollback frees it
    /// by itself.
    fn take(&mut self, staged: Staged) -> Result<Word> {
        if let (Some(cell), Some(node)) = (staged.from, staged.word.as_node()) {
            self.store.log.reserve()?;
            self.store.tree.put(cell, Word::NULL)?;
            self.store.log.born.push(node);
        }
        Ok(staged.word)
    }
}
