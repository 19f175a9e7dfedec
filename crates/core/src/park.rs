//! Views and the open transaction: those of what it changed are laid aside
//! while it is read, and are there again when it is taken back.
//!
//! A view is *made in the transaction* when it was numbered while something
//! was noted. What is around was never made before what is inside. Such a view shows what may never have been: it goes when the
//! transaction ends or is taken back, unless nothing touched what it shows.

use crate::error::Result;
use crate::log::{Save, Undo};
use crate::memory::try_push;
use crate::node::Node;
use crate::store::Store;

/// The views that were laid aside.
#[derive(Debug, Default)]
pub(crate) struct Parked {
    /// Containers and the views they had, in the order these were taken off.
    stack: Vec<(Node, u32)>,
    /// How many entries of the log were looked at.
    entries: usize,
    /// For every view made in the transaction, by its number, which one it
    /// was; 0 stands for views that are older.
    stamps: Vec<u32>,
    made: u32,
    /// Views that show nothing any more; their numbers are taken until it is told.
    void: Vec<u32>,
}

impl Parked {
    /// Whether a transaction has to care for views.
    #[inline]
    pub(crate) fn is_used(&self) -> bool {
        self.entries > 0 || self.made > 0
    }

    pub(crate) const fn entries(&self) -> usize {
        self.entries
    }

    /// What a savepoint has to remember.
    pub(crate) fn mark(&self) -> Save {
        Save { parked_entries: self.entries, parked_views: self.stack.len(), views_made: self.made, ..Save::default() }
    }

    /// Notes that a view is being made in the transaction.
    pub(crate) fn stamp(&mut self, view: u32) -> Result<()> {
        let at = view as usize;
        if at >= self.stamps.len() {
            let more = at + 1 - self.stamps.len();
            self.stamps.try_reserve(more)?;
            self.stamps.resize(at + 1, 0);
        }
        self.made += 1;
        self.stamps[at] = self.made;
        Ok(())
    }

    /// Hands over the numbers of views that show nothing any more.
    pub(crate) fn take_void(&mut self, into: &mut Vec<u32>) -> Result<()> {
        into.try_reserve(self.void.len())?;
        into.append(&mut self.void);
        Ok(())
    }

    fn stamp_of(&self, view: u32) -> u32 {
        self.stamps.get(view as usize).copied().unwrap_or(0)
    }

    pub(crate) fn clear(&mut self) {
        self.stack.clear();
        self.entries = 0;
        if self.made > 0 {
            self.stamps.clear();
            self.made = 0;
        }
        self.void.clear();
    }
}

impl Store {
    /// Prepares for reading in the middle of a transaction: views of what
    /// changed since this was called last, and of everything around, are laid
    /// aside, so that views of the state as it is now can be made. Their
    /// numbers stay taken; a rollback puts them back. O(what was noted).
    ///
    /// # Errors
    /// What memory says; what was laid aside until then stays so.
    pub fn park_views(&mut self) -> Result<()> {
        let parked = self.unlimited(|store| store.strip_views(store.parked.entries));
        self.parked.entries = self.log.done.len();
        self.log.raise_fence(self.parked.entries);
        parked
    }

    /// Gives a new view its number, which a transaction has to remember.
    pub(crate) fn number_view(&mut self) -> Result<u32> {
        let view = self.views.next();
        // Before anything is noted a view shows what was there before.
        if !self.log.done.is_empty()
            && let Err(error) = self.parked.stamp(view)
        {
            self.views.free(&[view]);
            return Err(error);
        }
        Ok(view)
    }

    /// Takes the views off whatever the entries from `first` on touched, and
    /// off everything around, and lays them aside.
    fn strip_views(&mut self, first: usize) -> Result<()> {
        for at in first..self.log.done.len() {
            let undo = self.log.done[at];
            self.strip_around(undo.node())?;
            if let Undo::Relocated { to, .. } = undo {
                self.strip_around(to)?;
            }
        }
        Ok(())
    }

    fn strip_around(&mut self, node: Node) -> Result<()> {
        let mut next = Some(node);
        while let Some(node) = next {
            let view = self.tree.view(node);
            if view == 0 {
                break;
            }
            self.parked.stack.try_reserve(1)?;
            self.tree.set_view(node, 0)?;
            self.parked.stack.push((node, view));
            next = self.tree.parent(node);
        }
        Ok(())
    }

    /// Puts the views back that were laid aside after the first `first`. Those
    /// made in the transaction after the first `made` show nothing from now on.
    fn restore_views(&mut self, first: usize, made: u32) -> Result<()> {
        while self.parked.stack.len() > first {
            let Some((node, view)) = self.parked.stack.pop() else { break };
            if self.parked.stamp_of(view) > made {
                try_push(&mut self.parked.void, view)?;
                continue;
            }
            let instead = self.tree.view(node);
            if instead != 0 {
                try_push(&mut self.parked.void, instead)?;
            }
            // The column held this number before, so it needs no memory.
            self.tree.set_view(node, view)?;
        }
        Ok(())
    }

    /// Brings all views to where they were before the transaction, as far as
    /// it touched what they show.
    pub(crate) fn settle_views(&mut self) -> Result<()> {
        if self.parked.made > 0 {
            self.strip_views(0)?;
        }
        self.restore_views(0, 0)
    }

    /// Brings all views to where they were when a savepoint was made.
    pub(crate) fn settle_views_since(&mut self, save: &Save) -> Result<()> {
        if self.parked.made > save.views_made {
            self.strip_views(save.done)?;
        }
        self.restore_views(save.parked_views, save.views_made)?;
        self.parked.entries = save.parked_entries;
        Ok(())
    }
}
