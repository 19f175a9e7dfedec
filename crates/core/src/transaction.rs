//! Transactions: what was done is kept, or taken back, or taken back in part.

use gaesup_codec::Word;

use crate::change::Changes;
use crate::dictionary::Dictionary;
use crate::error::{Error, Result};
use crate::log::{Indexes, Undo};
use crate::memory::try_push;
use crate::node::{Cell, Handle, Node, TableId};
use crate::scratch;
use crate::store::{ROOT, Report, Store};

/// How many empty entries a dictionary keeps for keys that may come back.
const EMPTY_ENTRIES_MAX: u32 = 1 << 16;

/// Among so many values is looked for one.
const BORN_SEEN: usize = 16;

/// Who is shown what a commit changed.
pub type See<'a> = &'a mut dyn FnMut(&Store, &Changes);

impl Store {
    /// Whether anything was done since the last commit, or a savepoint is open.
    #[must_use]
    pub fn in_transaction(&self) -> bool {
        self.log.is_open()
    }

    /// The container a handle names. Within a transaction that moved it,
    /// that is where it is now, and one that was taken out is there still.
    /// One whose slots mean something else since then is what it was.
    ///
    /// # Errors
    /// [`Error::Stale`] when it is gone or has moved.
    pub fn current(&self, handle: Handle) -> Result<Node> {
        let node = self.tree.current(handle).or_else(|_| self.tree.current(self.log.renewed(handle)))?;
        Ok(if self.log.moved.is_empty() { node } else { self.log.moved.latest(node) })
    }

    /// The container a handle names, if it is part of the state: like
    /// [`Store::current`], but O(depth) in a transaction that took something out.
    ///
    /// # Errors
    /// [`Error::Stale`] when it is gone, or it or a container around it was
    /// taken out.
    pub fn attached(&self, handle: Handle) -> Result<Node> {
        let node = self.current(handle)?;
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

    /// The same for who knows the container's slots: they have to be what
    /// they were when the handle was made.
    ///
    /// # Errors
    /// As [`Store::attached`], and when it is an object that has moved or was renewed.
    pub fn attached_slots(&self, handle: Handle) -> Result<Node> {
        let node = self.attached(handle)?;
        let moved = self.tree.handle(node) != handle && self.tree.kind(node) != crate::tree::Kind::Array;
        if moved { Err(Error::Stale) } else { Ok(node) }
    }

    /// Keeps what the transaction did. Answers what changed, or nothing when
    /// nothing did and nobody has to be told: O(what was done + who watches it).
    ///
    /// A report without changes is about what was read while the transaction
    /// was open: views that showed what never came to be, watchers that were
    /// filed under it, indexes that were other ones for a while.
    ///
    /// # Errors
    /// [`Error::CorruptData`] when a value is only half there, or what memory
    /// says; everything is taken back then, which [`Store::report`] is about.
    /// [`Error::Dead`] when the system gives no memory for that, or none to
    /// note which views changed.
    pub fn commit(&mut self) -> Result<Option<&Report>> {
        self.commit_any(None)
    }

    /// Does what [`Store::commit`] does, and shows what changed before anything
    /// is freed. `see` is not called when that is nothing.
    ///
    /// # Errors
    /// As [`Store::commit`].
    pub fn commit_seen(&mut self, see: See<'_>) -> Result<Option<&Report>> {
        self.commit_any(Some(see))
    }

    /// What the last commit or rollback had to tell.
    #[must_use]
    pub const fn report(&self) -> &Report {
        &self.report
    }

    fn commit_any(&mut self, see: Option<See<'_>>) -> Result<Option<&Report>> {
        if self.builder.is_busy() {
            self.rollback()?;
            return Err(Error::corrupt(0));
        }
        if self.log.done.is_empty() {
            self.log.clear();
            self.parked.clear();
            return Ok(None);
        }
        if matches!(self.log.done.first(), Some(Undo::Set { cell, old }) if *cell == ROOT && *old == Word::UNDEFINED) {
            // A first value is no garbage.
            self.tree.strings.settle();
            self.tree.blobs.settle();
        }
        self.start_report();
        // Forgetting needs a little memory at times, and must not fail for a limit.
        self.tree.memory.pool_mut().set_limit(usize::MAX);
        let is_simple = self.log.operations == 1 && !self.parked.is_used() && see.is_none() && !self.recorder.is_on;
        let kept = if is_simple { self.keep_operation() } else { self.keep_folded(see) };
        self.tree.memory.pool_mut().set_limit(self.config.limit_bytes);
        kept?;
        self.end_transaction();
        let Report { changes, views, watchers, indexes_shifted, containers_moved } = &self.report;
        self.counters.commits += u64::from(*changes > 0);
        let is_silent =
            *changes == 0 && views.is_empty() && watchers.is_empty() && !indexes_shifted && !containers_moved;
        Ok(if is_silent { None } else { Some(&self.report) })
    }

    /// Keeps a single operation, which never leaves things as they were.
    fn keep_operation(&mut self) -> Result<()> {
        self.report.changes = 1;
        if let Err(error) = self.tell_entries() {
            self.end_transaction();
            return Err(error);
        }
        self.release_replaced(self.log.done.len());
        if self.log.takes_out() {
            for at in 0..self.log.dead.as_slice().len() {
                self.release_inside(self.log.dead.as_slice()[at]);
            }
            let freed_cells = self.tree.freed_cells;
            for node in self.log.dead.as_slice() {
                self.tree.free_subtree(*node, &mut self.report.views);
            }
            self.tree.left_cells += self.tree.freed_cells.wrapping_sub(freed_cells);
            self.free_rows();
            self.compact_dictionaries();
        }
        Ok(())
    }

    #[inline(never)]
    fn keep_folded(&mut self, see: Option<See<'_>>) -> Result<()> {
        let entries = self.log.done.len();
        let mut bump = core::mem::take(&mut self.bump);
        let mut folded = self.fold(&bump);
        scratch::reset(&mut bump);
        self.bump = bump;
        if self.parked.is_used() {
            folded = folded.and_then(|()| self.settle_views());
        }
        if let Err(error) = folded {
            self.rollback()?;
            return Err(error);
        }
        let changes = core::mem::take(&mut self.changes);
        if self.recorder.is_on
            && let Err(error) = self.record_changes(&changes).and_then(|()| self.accept(changes.list.len()))
        {
            self.changes = changes;
            self.rollback()?;
            return Err(error);
        }
        self.report.changes = changes.list.len() as u32;
        self.report.containers_moved = self.log.has_moved;
        if let Some(see) = see.filter(|_| !changes.list.is_empty()) {
            see(self, &changes);
        }
        let told = self.tell_changes(&changes);
        self.changes = changes;
        if let Err(error) = told {
            self.end_transaction();
            return Err(error);
        }
        self.release_replaced(entries);
        for at in 0..self.loose.len() {
            let (node, freed_cells) = (self.loose[at], self.tree.freed_cells);
            self.tree.free_subtree(node, &mut self.report.views);
            if !self.is_newly_born(node) {
                self.tree.left_cells += self.tree.freed_cells.wrapping_sub(freed_cells);
            }
        }
        self.loose.clear();
        self.free_rows();
        self.compact_dictionaries();
        Ok(())
    }

    /// Whether a container is a value that the transaction has built, as far as a look at a few tells.
    fn is_newly_born(&self, node: Node) -> bool {
        self.log.born.len() <= BORN_SEEN && self.log.born.contains(&node)
    }

    /// Notes what was recorded, unless that is nothing.
    fn accept(&mut self, changes: usize) -> Result<()> {
        if changes == 0 { Ok(()) } else { self.accept_record(changes as u32) }
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
        undone = self.take_back_to(save.done).and(undone);
        for node in self.log.born.drain(save.born..) {
            self.tree.free_subtree(node, &mut self.report.views);
        }
        self.log.cut(&save);
        self.log.raise_fence(self.parked.entries());
        self.tree.memory.pool_mut().set_limit(self.config.limit_bytes);
        self.finish_report();
        if self.log.done.is_empty() {
            // Views that are left show what was there before, whenever they were made.
            self.parked.clear();
        }
        undone?;
        Ok(&self.report)
    }

    pub(crate) fn start_report(&mut self) {
        self.report.views.clear();
        self.report.changes = 0;
        self.report.containers_moved = false;
        self.report.indexes_shifted = self.log.indexes == Indexes::Shifted;
        self.watchers.start();
    }

    fn finish_report(&mut self) {
        if self.parked.is_used() {
            // Without memory to tell them, the numbers are simply not used again.
            let _ = self.parked.take_void(&mut self.report.views);
        }
        self.views.free(&self.report.views);
        self.watchers.finish(&mut self.report.watchers);
    }

    fn end_transaction(&mut self) {
        self.finish_report();
        self.log.clear();
        self.intents.clear();
        if self.parked.is_used() {
            self.parked.clear();
        }
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
            // A fold has taken the key of this entry back already: there was none, so nothing is in it.
            Undo::Set { cell: Cell { node, slot }, .. }
                if tree.dictionary(node).is_some_and(|entries| entries.key(&tree.memory, slot).is_none()) =>
            {
                Ok(())
            }
            Undo::Set { cell, old } => {
                tree.put(cell, old)?;
                // What a list's item knows is a hint, which may stay wrong.
                if cell.node.table == TableId::LISTS { Ok(()) } else { tree.adopt(old, cell.node, cell.slot) }
            }
            Undo::Added { node, entry } | Undo::Filled { node, entry } => self.take_back_key(node, entry),
            Undo::Removed { node, entry, key, old } => {
                let Some((entries, memory)) = tree.dictionary_mut(node) else {
                    return Err(Error::Dead);
                };
                entries.fill(memory, seed, entry, key, old)?;
                // It may have been put behind others meanwhile.
                tree.adopt(old, node, entry)
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
                    try_push(&mut self.report.views, view)?;
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
        if entry + 1 == entries.entries() {
            entries.pop();
        }
        if !self.watchers.is_empty() {
            self.watchers.fire_all(&self.tree, node);
        }
        // A number that has no room in its page would need memory; without it
        // the old handles stay good, which only matters for keys of that entry.
        self.renew(node)
    }

    /// Makes handles to a dictionary stale for who knows its entries.
    pub(crate) fn renew(&mut self, node: Node) -> Result<()> {
        let (rows, memory) = self.tree.rows_mut(node.table).ok_or(Error::Dead)?;
        rows.renew(memory, node.row)?;
        self.log.note_renewed(self.tree.handle(node));
        Ok(())
    }

    /// Frees the rows that containers left for good.
    fn free_rows(&mut self) {
        for step in self.log.moved.iter() {
            let row = self.log.moved.loose_row(step);
            let view = self.tree.view(row);
            if view != 0 {
                // Without memory to tell it, the number is not used again.
                let _ = try_push(&mut self.report.views, view);
            }
            self.tree.free_row(row);
        }
    }

    /// Renumbers the entries of dictionaries that lost most of theirs.
    fn compact_dictionaries(&mut self) {
        for at in 0..self.log.done.len() {
            let Undo::Removed { node, .. } = self.log.done[at] else {
                continue;
            };
            // Where commits are recorded, a key that is undone likes to come back to its place.
            let empty_max = if self.recorder.is_on { EMPTY_ENTRIES_MAX } else { 0 };
            let is_sparse = |entries: &Dictionary| entries.is_sparse() && entries.entries() - entries.len() > empty_max;
            if self.tree.dictionary(node).is_some_and(is_sparse) && self.tree.compact(node).is_ok() {
                self.watchers.fire_all(&self.tree, node);
            }
        }
    }
}
