//! Transactions: what was done is kept, or taken back, or taken back in part.

use crate::dictionary::Dictionary;
use crate::error::{Error, Result};
use crate::log::{Indexes, Undo};
use crate::node::{Handle, Node, TableId};
use crate::store::{Report, Store};

impl Store {
    /// Whether anything was done since the last commit, or a savepoint is open.
    #[must_use]
    pub fn in_transaction(&self) -> bool {
        self.log.is_open()
    }

    /// The container a handle names. Within a transaction that moved it,
    /// that is where it is now, and one that was taken out is there still.
    ///
    /// # Errors
    /// [`Error::Stale`] when it is gone or has moved.
    pub fn current(&self, handle: Handle) -> Result<Node> {
        let node = self.tree.current(handle)?;
        Ok(if self.log.moved.is_empty() { node } else { self.log.moved.latest(node) })
    }

    /// The container a handle names, if it is part of the state: like
    /// [`Store::current`], but O(depth) in a transaction that took something out.
    ///
    /// # Errors
    /// [`Error::Stale`] when it is gone, when it or a container around it was
    /// taken out, and when it is an object that has moved: its slots are others.
    pub fn attached(&self, handle: Handle) -> Result<Node> {
        let node = self.current(handle)?;
        if node != handle.node && node.table != TableId::LISTS && self.tree.kind(node) != crate::tree::Kind::Array {
            return Err(Error::Stale);
        }
        if self.log.dead.is_empty() {
            return Ok(node);
        }
        let mut around = Some(node);
        while let Some(outer) = around {
            let outer = self.log.moved.latest(outer);
            if self.log.dead.contains(outer) {
                return Err(Error::Stale);
            }
            around = self.tree.parent(outer);
        }
        Ok(node)
    }

    /// Keeps what the transaction did. Answers what changed, or nothing when
    /// nothing did: O(what changed + who watches it).
    ///
    /// # Errors
    /// [`Error::CorruptData`] when a value is only half there; everything is
    /// taken back then. [`Error::Dead`] when the system gives no memory to
    /// note which views changed.
    pub fn commit(&mut self) -> Result<Option<&Report>> {
        if self.builder.is_busy() {
            self.rollback()?;
            return Err(Error::CorruptData { offset_bytes: 0 });
        }
        if self.log.done.is_empty() {
            self.log.clear();
            return Ok(None);
        }
        self.start_report();
        self.report.changes = 1;
        // Forgetting needs a little memory at times, and must not fail for a limit.
        self.tree.memory.pool_mut().set_limit(usize::MAX);
        let mut told = if self.parked.is_used() { self.settle_views().map_err(|_| Error::Dead) } else { Ok(()) };
        told = told.and_then(|()| self.tell_entries());
        if told.is_ok() && self.log.takes_out() {
            self.free_dead();
            self.compact_dictionaries();
        }
        self.tree.memory.pool_mut().set_limit(self.config.limit_bytes);
        self.end_transaction();
        told?;
        self.counters.commits += 1;
        Ok(Some(&self.report))
    }

    /// Takes everything back that happened since the last commit. Answers the
    /// views that were made meanwhile and are no longer true, and the watchers
    /// that were filed meanwhile and have to be filed anew.
    ///
    /// # Errors
    /// [`Error::Dead`] when the system gives no memory for it: the state is
    /// then neither the old nor the new one.
    pub fn rollback(&mut self) -> Result<&Report> {
        self.builder.abandon(&mut self.tree, &self.key_lists);
        self.start_report();
        self.tree.memory.pool_mut().set_limit(usize::MAX);
        let mut undone = if self.parked.is_used() { self.settle_views().map_err(|_| Error::Dead) } else { Ok(()) };
        undone = self.take_back_to(0).and(undone);
        for node in self.log.born.drain(..) {
            self.tree.free_subtree(node, &mut self.report.views);
        }
        self.tree.memory.pool_mut().set_limit(self.config.limit_bytes);
        self.end_transaction();
        undone?;
        Ok(&self.report)
    }

    /// Makes a savepoint inside the open transaction, or opens one with it.
    ///
    /// # Errors
    /// What memory says.
    pub fn save(&mut self) -> Result<()> {
        self.log.save(self.parked.mark())
    }

    /// Forgets the innermost savepoint; what happened since stays.
    pub fn release(&mut self) {
        self.log.pop_save(self.parked.entries());
    }

    /// Takes back everything since the innermost savepoint, which is gone
    /// then. Answers the same as [`Store::rollback`].
    ///
    /// # Errors
    /// As [`Store::rollback`].
    pub fn rollback_to_save(&mut self) -> Result<&Report> {
        self.builder.abandon(&mut self.tree, &self.key_lists);
        self.start_report();
        let Some(save) = self.log.pop_save(0) else {
            return self.rollback();
        };
        self.tree.memory.pool_mut().set_limit(usize::MAX);
        let mut undone = self.settle_views_since(&save).map_err(|_| Error::Dead);
        let done = self.log.done.len();
        undone = self.take_back_to(save.done).and(undone);
        for node in self.log.born.drain(save.born..) {
            self.tree.free_subtree(node, &mut self.report.views);
        }
        self.log.cut(&save, done);
        self.log.raise_fence(self.parked.entries());
        self.tree.memory.pool_mut().set_limit(self.config.limit_bytes);
        self.finish_report();
        undone?;
        Ok(&self.report)
    }

    fn start_report(&mut self) {
        self.report.views.clear();
        self.report.changes = 0;
        self.report.indexes_shifted = self.log.indexes == Indexes::Shifted;
        self.watchers.start();
    }

    fn finish_report(&mut self) {
        // Without memory to tell them, the numbers are simply not used again.
        let _ = self.parked.take_void(&mut self.report.views);
        self.views.free(&self.report.views);
        self.watchers.finish(&mut self.report.watchers);
    }

    fn end_transaction(&mut self) {
        self.finish_report();
        self.log.clear();
        self.parked.clear();
    }

    /// Takes back what was noted after the first `entries`.
    fn take_back_to(&mut self, entries: usize) -> Result<()> {
        let mut undone = Ok(());
        while self.log.done.len() > entries {
            let Some(undo) = self.log.done.pop() else { break };
            if self.take_back(undo).is_err() {
                undone = Err(Error::Dead);
            }
        }
        undone
    }

    /// Takes one entry of the log back.
    pub(crate) fn take_back(&mut self, undo: Undo) -> Result<()> {
        let seed = self.tree.seed;
        let tree = &mut self.tree;
        match undo {
            Undo::Set { cell, old } => {
                tree.put(cell, old)?;
                // What a list's item knows is a hint, which may stay wrong.
                if cell.node.table == TableId::LISTS { Ok(()) } else { tree.adopt(old, cell.node, cell.slot) }
            }
            Undo::Added { node, entry } => self.take_back_key(node, entry),
            Undo::Removed { node, entry, key, old } => {
                let Some((entries, memory)) = tree.dictionary_mut(node) else {
                    return Err(Error::Dead);
                };
                entries.fill(memory, seed, entry, key, old)
            }
            Undo::ItemInserted { node, index } => {
                let Some((list, memory)) = tree.list_mut(node) else {
                    return Err(Error::Dead);
                };
                list.remove(memory, index);
                Ok(())
            }
            Undo::ItemRemoved { node, index, old } => {
                let Some((list, memory)) = tree.list_mut(node) else {
                    return Err(Error::Dead);
                };
                list.insert(memory, index, old)
            }
            Undo::ItemMoved { node, from, to } => self.shift_item(node, to, from),
            Undo::Relocated { from, to } => {
                self.watchers.fire_all(&self.tree, to);
                let view = self.tree.view(to);
                if view != 0 {
                    crate::memory::try_push(&mut self.report.views, view)?;
                }
                self.tree.free_row(to);
                self.tree.adopt_all(from)
            }
            Undo::Arranged { .. } | Undo::Nothing { .. } => Ok(()),
        }
    }

    /// Takes a key out again that a transaction added. Whoever remembers its
    /// entry must not take the next key for it, so handles become stale.
    fn take_back_key(&mut self, node: Node, entry: u32) -> Result<()> {
        let seed = self.tree.seed;
        let Some((entries, memory)) = self.tree.dictionary_mut(node) else {
            return Err(Error::Dead);
        };
        entries.remove(memory, seed, entry)?;
        entries.pop();
        if !self.watchers.is_empty() {
            self.watchers.fire_all(&self.tree, node);
        }
        // A number that has no room in its page would need memory; without it
        // the old handles stay good, which only matters for keys of that entry.
        let (rows, memory) = self.tree.rows_mut(node.table).ok_or(Error::Dead)?;
        rows.renew(memory, node.row)
    }

    pub(crate) fn free_dead(&mut self) {
        for node in self.log.dead.as_slice() {
            self.tree.free_subtree(*node, &mut self.report.views);
        }
        for step in self.log.moved.iter() {
            self.tree.free_row(self.log.moved.loose_row(step));
        }
    }

    /// Renumbers the entries of dictionaries that lost most of theirs.
    fn compact_dictionaries(&mut self) {
        for at in 0..self.log.done.len() {
            let Undo::Removed { node, .. } = self.log.done[at] else {
                continue;
            };
            if self.tree.dictionary(node).is_some_and(Dictionary::is_sparse) && self.tree.compact(node).is_ok() {
                self.watchers.fire_all(&self.tree, node);
            }
        }
    }
}
