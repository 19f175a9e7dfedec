//! One number for another: the commit that hot code makes most.
//!
//! It cannot be taken back in part, since there is only one part, so nothing
//! has to be noted before it is told.

use gaesup_codec::Word;

use crate::error::{Error, Result};
use crate::filed::Touch;
use crate::node::{Cell, Handle, Node, TableId};
use crate::store::{Report, Store};

/// What becomes of a number.
#[derive(Clone, Copy, Debug)]
pub enum NumberChange {
    /// It is replaced.
    Set(f64),
    /// Something is added to it.
    Add(f64),
}

/// What a quick commit did.
#[derive(Debug)]
pub enum Quick<'a> {
    /// Nothing, and nothing is known: a transaction is open, or there is no number.
    NotApplicable,
    /// The number was the same before.
    Unchanged,
    /// The cell holds another word now.
    Changed {
        /// That word.
        word: Word,
        /// The number of the view of the container, which stays: whoever has
        /// the view puts one with the new word in its place. 0 for none.
        patched: u32,
        /// Who has to be told besides.
        report: &'a Report,
    },
}

impl Store {
    /// Changes a number that stands in a cell and commits that: O(1 + who
    /// watches it).
    ///
    /// # Errors
    /// [`Error::Stale`], or what memory says: nothing has changed then.
    /// [`Error::Dead`] as [`Store::commit`].
    #[inline]
    pub fn commit_number(&mut self, handle: Handle, slot: u32, change: NumberChange) -> Result<Quick<'_>> {
        if self.in_transaction() || self.builder.is_busy() {
            return Ok(Quick::NotApplicable);
        }
        let node = self.tree.current(handle)?;
        let cell = Cell { node, slot };
        let old = self.tree.get_inline(cell);
        let Some(number) = old.as_number() else {
            return Ok(Quick::NotApplicable);
        };
        let new = match change {
            NumberChange::Set(number) => Word::number(number),
            NumberChange::Add(by) => Word::number(number + by),
        };
        if new == old {
            return Ok(Quick::Unchanged);
        }
        if self.recorder.is_on {
            let by = if let NumberChange::Add(by) = change { Some(by) } else { None };
            self.record_number(cell, new, by)?;
        }
        self.tree.put(cell, new)?;
        if self.recorder.is_on
            && let Err(error) = self.accept_record(1)
        {
            // A page keeps room for what it held before.
            self.tree.put(cell, old)?;
            return Err(error);
        }
        self.forget_source(node);
        self.start_report();
        self.report.changes = 1;
        self.counters.commits += 1;
        if !self.watchers.is_empty() {
            self.watchers.fire_cell(&self.tree, cell, Touch::Value);
            self.watchers.finish(&mut self.report.watchers);
        }
        let patched = self.drop_or_patch(node)?;
        Ok(Quick::Changed { word: new, patched, report: &self.report })
    }

    /// Drops the view of a container whose number has changed, or leaves it to
    /// be patched, and drops those around it. Patching a short row is cheaper
    /// than reading it again, and worth it when someone waits for it.
    fn drop_or_patch(&mut self, node: Node) -> Result<u32> {
        let view = self.tree.view(node);
        if view == 0 {
            return Ok(0);
        }
        let patched = if node.table >= TableId::SHAPES && self.watchers.watches_inside(node) { view } else { 0 };
        let first = if patched == 0 { Some(node) } else { self.tree.parent(node) };
        // Forgetting needs a little memory at times, and must not fail for a limit.
        let limit_bytes = self.tree.memory.pool().limit_bytes();
        self.tree.memory.pool_mut().set_limit(usize::MAX);
        let dropped = first.map_or(Ok(()), |node| self.drop_views(node));
        self.tree.memory.pool_mut().set_limit(limit_bytes);
        dropped.map_err(|_| Error::Dead)?;
        self.views.free(&self.report.views);
        self.counters.views_built += u64::from(patched != 0);
        Ok(patched)
    }
}
