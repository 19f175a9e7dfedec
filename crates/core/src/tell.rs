//! Telling who watches, and whose views are no longer true, what changed.

use gaesup_codec::Word;

use crate::change::{Change, Changes};
use crate::error::{Error, Result};
use crate::filed::Touch;
use crate::log::Undo;
use crate::node::{Cell, Node};
use crate::store::Store;

impl Store {
    /// Tells what the log says, entry by entry: right for one operation.
    pub(crate) fn tell_entries(&mut self) -> Result<()> {
        for at in 0..self.log.done.len() {
            let undo = self.log.done[at];
            if !self.watchers.is_empty() {
                self.fire_entry(undo);
            }
            self.forget_source(undo.node());
            self.drop_views(undo.node()).map_err(|_| Error::Dead)?;
        }
        Ok(())
    }

    fn fire_entry(&mut self, undo: Undo) {
        let (tree, watchers) = (&self.tree, &mut self.watchers);
        match undo {
            Undo::Set { cell, old } => self.fire_word(cell, old, self.tree.get(cell)),
            Undo::Added { node, entry } | Undo::Filled { node, entry } | Undo::Removed { node, entry, .. } => {
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

    /// Tells what a fold found.
    pub(crate) fn tell_changes(&mut self, changes: &Changes) -> Result<()> {
        for change in &changes.list {
            self.forget_source(change.node());
            self.drop_views(change.node()).map_err(|_| Error::Dead)?;
            // A row that a container went to has no view, but what is around it may.
            if !self.log.moved.is_empty()
                && let Some(around) = self.tree.parent(change.node())
            {
                self.drop_views(around).map_err(|_| Error::Dead)?;
            }
        }
        if self.watchers.is_empty() {
            return Ok(());
        }
        for same in changes.list.chunk_by(|one, other| one.node() == other.node()) {
            for change in same {
                if let Change::Set { cell, old, new, .. } = *change {
                    self.fire_word(cell, old, new);
                }
            }
            self.fire_splices(same);
        }
        for same in changes.renumbered.chunk_by(|one, other| one.node == other.node) {
            self.watchers.fire_all(&self.tree, same[0].node);
        }
        self.fire_rows();
        Ok(())
    }

    /// Tells that items were replaced, and that those behind were shifted up
    /// to where the indexes are again what they were.
    fn fire_splices(&mut self, changes: &[Change]) {
        let mut shifted_from = None;
        let (mut removed_before, mut inserted_before) = (0, 0);
        let mut array = None;
        for change in changes {
            let Change::Splice { node, index, removed, inserted } = *change else { continue };
            array = Some(node);
            let first = *shifted_from.get_or_insert(index);
            removed_before += removed.len();
            inserted_before += inserted.len();
            if removed_before == inserted_before {
                let end = index + inserted.len();
                self.watchers.fire_items(&self.tree, node, first, end.max(1) - 1);
                shifted_from = None;
            }
        }
        if let (Some(node), Some(first)) = (array, shifted_from) {
            self.watchers.fire_items(&self.tree, node, first, u32::MAX);
        }
    }

    /// Asks whoever was filed in a row that is none any more to be filed
    /// anew: the rows that containers left, and those they only passed.
    fn fire_rows(&mut self) {
        let moved = &self.log.moved;
        for step in moved.iter() {
            if !moved.is_restored(step.from) {
                self.watchers.fire_all(&self.tree, step.from);
            }
            self.watchers.fire_all(&self.tree, step.to);
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
            self.report.views.try_reserve(1)?;
            self.tree.set_view(node, 0)?;
            self.report.views.push(view);
            next = self.tree.parent(node);
        }
        Ok(())
    }
}
