//! Giving objects and maps of the state other keys.

use gaesup_codec::Word;

use super::keys::{Entry, Plan};
use super::{Reconciler, Staged};
use crate::error::{Error, Result};
use crate::memory::try_push;
use crate::node::{Cell, Node, TableId};
use crate::order::NONE;
use crate::shape::ShapeId;

impl Reconciler<'_> {
    /// Takes out the keys that go and adds those that come. Answers where the
    /// object is afterwards.
    pub(super) fn change_keys(&mut self, live: Node, next: Node, plan: &Plan) -> Result<Node> {
        if self.store.tree.dictionary(live).is_some() {
            for slot in &plan.removed {
                self.store.delete(live, *slot)?;
            }
            return self.add_entries(live, next, &plan.entries).map(|()| live);
        }
        let Some(columns) = self.columns(live, &plan.entries)? else {
            return self.reshape(live, next, plan);
        };
        for slot in &plan.removed {
            self.store.delete(live, *slot)?;
        }
        for (entry, column) in plan.entries.iter().zip(columns) {
            if entry.to == NONE {
                self.fill(live, column, self.staged(next, entry.from))?;
            }
        }
        Ok(live)
    }

    /// Gives an object a key that its shape has.
    pub(super) fn fill(&mut self, node: Node, column: u32, staged: Staged) -> Result<()> {
        let tree = &self.store.tree;
        let key = tree.key(node, column).ok_or(Error::PathNotFound)?;
        let behind = (column + 1..tree.slots(node)).find(|slot| !tree.get(Cell { node, slot: *slot }).is_absent());
        let word = self.take(staged)?;
        match behind {
            None => self.store.set_key(node, key, word)?,
            Some(behind) => self.store.set_key_before(node, behind, key, word)?,
        };
        Ok(())
    }

    fn staged(&self, next: Node, slot: u32) -> Staged {
        let from = Cell { node: next, slot };
        Staged { word: self.store.tree.get(from), from: Some(from) }
    }

    /// The columns of all keys, if an object's shape has them in this order.
    fn columns(&self, live: Node, entries: &[Entry]) -> Result<Option<Vec<u32>>> {
        let shape = self.store.tree.shape(live);
        let (mut columns, mut last) = (Vec::new(), None);
        for entry in entries {
            let Some(column) = shape.column_of(entry.key) else {
                return Ok(None);
            };
            if !entry.is_index {
                if last >= Some(column) {
                    return Ok(None);
                }
                last = Some(column);
            }
            try_push(&mut columns, column)?;
        }
        Ok(Some(columns))
    }

    /// Moves an object to a row of the staged one's table, with the keys of
    /// that: one step, whatever the number of keys.
    fn reshape(&mut self, live: Node, next: Node, plan: &Plan) -> Result<Node> {
        for slot in &plan.removed {
            self.store.log.reserve()?;
            let old = self.store.tree.get(Cell { node: live, slot: *slot });
            self.store.log.bury(old);
        }
        let last_kept = plan.entries.iter().rposition(|entry| entry.to != NONE && !entry.is_index);
        let first_new = plan.entries.iter().position(|entry| entry.to == NONE && !entry.is_index);
        self.store.log.has_inserted |= first_new.is_some() && first_new < last_kept;
        let mut words = Vec::new();
        for entry in &plan.entries {
            let word = match entry.to {
                NONE => self.take(self.staged(next, entry.from))?,
                slot => self.store.tree.get(Cell { node: live, slot }),
            };
            try_push(&mut words, (*entry, word))?;
        }
        self.store.log.reserve()?;
        let (parent, slot) = self.store.home_of(live)?;
        let tree = &mut self.store.tree;
        let moved = match next.table {
            TableId::DICTIONARIES => tree.add_dictionary(next.table, parent, slot)?,
            table => tree.add_row(ShapeId(table - TableId::SHAPES), Some(parent), slot)?,
        };
        if let Err(error) = self.fill_row(moved, &words) {
            self.store.tree.free_row(moved);
            return Err(error);
        }
        self.store.relocate(live, moved)
    }

    fn fill_row(&mut self, node: Node, words: &[(Entry, Word)]) -> Result<()> {
        let tree = &mut self.store.tree;
        let seed = tree.seed;
        if let Some((entries, memory)) = tree.dictionary_mut(node) {
            return words.iter().try_for_each(|(entry, word)| entries.push(memory, seed, entry.key, *word).map(|_| ()));
        }
        let mut words = words.iter().peekable();
        for slot in 0..tree.slots(node) {
            // They come in the order of the staged row's columns.
            let word = words.next_if(|(entry, _)| entry.from == slot).map_or(Word::ABSENT, |(_, word)| *word);
            tree.put(Cell { node, slot }, word)?;
        }
        Ok(())
    }

    /// Adds keys to a dictionary so that all stand in the order of `entries`:
    /// into empty entries while there are some where they belong. From the
    /// first that finds none on, all go behind the others: O(entries).
    fn add_entries(&mut self, node: Node, next: Node, entries: &[Entry]) -> Result<()> {
        let (mut first, mut floor, mut is_queued) = (0, 0, false);
        for (at, entry) in entries.iter().enumerate() {
            if entry.is_index && entry.to == NONE {
                self.append(node, next, entry)?;
            }
            if entry.is_index || entry.to == NONE {
                continue;
            }
            let came = || entries[first..at].iter().filter(|entry| !entry.is_index);
            let count = came().count();
            let is_empty = |slot: &u32| self.store.tree.key(node, *slot).is_none();
            let room = (floor..entry.to).rev().take(count).take_while(is_empty).count();
            is_queued |= room < count;
            if is_queued {
                came().try_for_each(|entry| self.append(node, next, entry))?;
                self.store.put_key_last(node, entry.to)?;
            } else {
                for (entry, behind) in came().rev().zip((0..=entry.to).rev()) {
                    let word = self.take(self.staged(next, entry.from))?;
                    self.store.set_key_before(node, behind, entry.key, word)?;
                }
            }
            (first, floor) = (at + 1, entry.to + 1);
        }
        entries[first..].iter().filter(|entry| !entry.is_index).try_for_each(|entry| self.append(node, next, entry))
    }

    /// Adds a key behind the others.
    fn append(&mut self, node: Node, next: Node, entry: &Entry) -> Result<()> {
        let word = self.take(self.staged(next, entry.from))?;
        self.store.set_key(node, entry.key, word).map(|_| ())
    }
}
