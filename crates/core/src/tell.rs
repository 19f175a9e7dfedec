//! Telling who watches, and whose views are no longer true, what changed.

use crate::error::{Error, Result};
use crate::log::Undo;
use crate::node::{Cell, Node};
use crate::store::Store;
use crate::watch::Touch;
use crate::word::Word;

impl Store {
    /// Tells what the log says, entry by entry: right for one operation.
    pub(crate) fn tell_entries(&mut self) -> Result<()> {
        for at in 0..self.log.done.len() {
            let undo = self.log.done[at];
            if !self.watchers.is_empty() {
                self.fire_entry(undo);
            }
            self.drop_views(undo.node()).map_err(|_| Error::Dead)?;
        }
        Ok(())
    }

    fn fire_entry(&mut self, undo: Undo) {
        let (tree, watchers) = (&self.tree, &mut self.watchers);
        match undo {
            Undo::Set { cell, old } => self.fire_word(cell, old, self.tree.get(cell)),
            Undo::Added { node, entry } | Undo::Removed { node, entry, .. } => {
                watchers.fire_cell(tree, Cell { node, slot: entry }, Touch::Step);
                watchers.fire_keys(node);
            }
            Undo::ItemInserted { node, index } | Undo::ItemRemoved { node, index, .. } => {
                watchers.fire_items(tree, node, index, u32::MAX);
            }
            Undo::ItemMoved { node, from, to } => watchers.fire_items(tree, node, from.min(to), from.max(to)),
            Undo::Relocated { from, .. } => watchers.fire_all(tree, from),
            Undo::Arranged { .. } | Undo::Nothing { .. } => {}
        }
    }

    /// Tells that a cell holds another word; absent on either side means that
    /// a key came or went.
    pub(crate) fn fire_word(&mut self, cell: Cell, old: Word, new: Word) {
        let scalars = [old, new].iter().all(|word| word.as_node().is_none() && !word.is_absent());
        self.watchers.fire_cell(&self.tree, cell, if scalars { Touch::Value } else { Touch::Step });
        if old.is_absent() || new.is_absent() {
            self.watchers.fire_keys(cell.node);
        }
    }

    /// Drops the views of a container and of everything around it. A view
    /// holds those of its parts, so above a container without one there are none.
    pub(crate) fn drop_views(&mut self, node: Node) -> Result<()> {
        let mut next = Some(node);
        while let Some(node) = next {
            let view = self.tree.view(node);
            if view == 0 {
                break;
            }
            self.report.views.try_reserve(1).map_err(|_| Error::OutOfMemory)?;
            self.tree.set_view(node, 0)?;
            self.report.views.push(view);
            next = self.tree.parent(node);
        }
        Ok(())
    }

    /// Asks whoever was filed in a row while a transaction was open to be
    /// filed anew: the row will not be what it was then.
    pub(crate) fn fire_passing_rows(&mut self) {
        if self.watchers.is_empty() {
            return;
        }
        for step in self.log.moved.iter() {
            self.watchers.fire_all(&self.tree, step.to);
        }
    }
}
