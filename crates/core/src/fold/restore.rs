//! What was taken out becomes what it was before the transaction again, so
//! that it can be compared with what came instead, and told.

use super::Fold;
use super::groups::{Fate, Group};
use crate::error::Result;
use crate::log::Undo;
use crate::node::Cell;

impl Fold<'_, '_> {
    pub(super) fn restore_removed(&mut self) -> Result<()> {
        for at in 0..self.groups.list.len() {
            let group = self.groups.list[at];
            if group.fate != Fate::Removed || self.origin(group.node) != group.node {
                continue;
            }
            self.take_group_back(group)?;
            if self.store.log.moved.latest(group.node) != group.node {
                self.store.tree.adopt_all(group.node)?;
                self.store.log.moved.restore(group.node);
            }
        }
        Ok(())
    }

    /// Takes back all entries about one row, except that it moved: whoever
    /// holds it knows about that.
    pub(super) fn take_group_back(&mut self, group: Group) -> Result<()> {
        let mut next = self.groups.entries(group).next();
        while let Some(at) = next {
            next = self.groups.before(at);
            match self.store.log.done[at] {
                Undo::Relocated { .. } => {}
                // The fold may have written there since, so a rollback needs both. In a list it has
                // not, and there the slot means another item when others are taken back.
                Undo::Set { cell, old } if !Self::is_list(cell.node) => self.put(cell, old)?,
                Undo::Removed { node, entry, old, .. } => {
                    self.store.take_back(self.store.log.done[at])?;
                    // A row that was there in between may have moved: that is no longer the last word.
                    self.store.log.done[at] = Undo::Set { cell: Cell { node, slot: entry }, old };
                }
                undo => {
                    self.store.take_back(undo)?;
                    self.store.log.done[at] = Undo::Nothing { node: group.node };
                }
            }
        }
        Ok(())
    }
}
