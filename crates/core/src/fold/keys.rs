//! Objects and maps to which keys came or from which keys went.
//!
//! Keys come to stand at the end. So the keys that stayed are the longest
//! beginning of those there are now that stand in the order of before; a key
//! behind them that was there before went away and came again. Only where keys
//! were put before others, new ones may stand between those that stayed. Keys that
//! are array indexes have no say in that: JavaScript sorts them itself.

use gaesup_codec::{StringId, Word};

use super::groups::Group;
use super::{Fold, entry_of, slot_of};
use crate::change::{Change, Renumbered};
use crate::error::Result;
use crate::log::Undo;
use crate::node::{Cell, Node};
use crate::resolve::SLOT_MISSING;
use crate::scratch::{Scratch, scratch, sort};
use crate::tree::Kind;

/// Which keys stayed, found out key by key.
struct Order<'b> {
    /// The slot that the last key which stayed had before.
    last: Option<u32>,
    /// Whether no key came yet.
    is_start: bool,
    /// Where keys were put before others: for each key that is there now, the slot before
    /// of the next one, itself included, that holds the container it held. It did stay.
    limits: Option<Scratch<'b, u32>>,
}

impl Order<'_> {
    /// Whether the key with a number among those there are, which had this
    /// slot before if it was there, stayed.
    fn keeps(&mut self, number: usize, before: Option<u32>, is_index: bool) -> bool {
        if is_index {
            return before.is_some();
        }
        if let Some(limits) = &self.limits {
            let limit = limits.get(number).copied();
            // What holds what it held was never taken out, whatever stands before it.
            let stays = before.is_some() && (before == limit || self.last < before && before <= limit);
            self.last = if stays { before } else { self.last };
            return stays;
        }
        self.is_start &= before.is_some() && self.last < before;
        if self.is_start {
            self.last = before;
        }
        self.is_start
    }
}

/// A key that is there now: its slot, and that of before if it stayed.
type Present = (u32, Option<u32>);

/// An entry that a dictionary had and that was touched.
#[derive(Clone, Copy)]
struct Entry {
    number: u32,
    key: StringId,
    word: Word,
    /// Where the key stands now, when it stayed.
    now: Option<u32>,
}

impl<'b> Fold<'_, 'b> {
    /// An object that went to another row because it got a key.
    pub(super) fn settle_moved_object(&mut self, group: Group, latest: Node) -> Result<()> {
        let mut before = self.words_before(group)?;
        let mut present: Scratch<'b, Present> = scratch(self.bump, 0);
        let mut has_stayed = scratch(self.bump, before.len());
        has_stayed.extend(before.iter().map(|_| false))?;
        for slot in 0..self.store.tree.slots(latest) {
            let tree = &self.store.tree;
            let Some(key) = tree.key(latest, slot).filter(|_| !tree.get(Cell { node: latest, slot }).is_absent())
            else {
                continue;
            };
            let old = tree.shape(group.node).column_of(key).filter(|old| !before[*old as usize].is_absent());
            present.push((slot, old))?;
        }
        let mut order = self.order(latest, &present, |old| before[old as usize])?;
        for (number, (slot, old)) in present.iter_mut().enumerate() {
            let is_index =
                self.store.tree.key(latest, *slot).is_some_and(|key| self.store.tree.array_index(key).is_some());
            let stayed = order.keeps(number, *old, is_index);
            *old = old.filter(|_| stayed);
            if let Some(old) = *old {
                has_stayed[old as usize] = true;
            }
        }
        let known = self.store.changes.list.len();
        for (slot, word) in (0..).zip(before.iter()) {
            if !has_stayed[slot as usize] && !word.is_absent() {
                let key = self.store.tree.key(group.node, slot);
                self.lose(Cell { node: latest, slot: SLOT_MISSING }, key, *word)?;
            }
        }
        for (slot, old) in present.iter().copied() {
            self.settle_key(Cell { node: latest, slot }, old.map(|old| before[old as usize]))?;
        }
        if self.store.changes.list.len() == known {
            for (slot, old) in present.iter().copied() {
                if let Some(old) = old {
                    before[old as usize] = self.store.tree.get(Cell { node: latest, slot });
                }
            }
            self.put_row_back(group.node, latest, &before)?;
        }
        Ok(())
    }

    /// How to find out which keys stayed: `present` says where each was before.
    fn order(&self, node: Node, present: &[Present], word_before: impl Fn(u32) -> Word) -> Result<Order<'b>> {
        let mut order = Order { last: None, is_start: true, limits: None };
        if self.store.log.has_inserted {
            let mut limits = scratch(self.bump, present.len());
            limits.extend(present.iter().map(|_| u32::MAX))?;
            let mut limit = u32::MAX;
            for ((slot, before), place) in present.iter().zip(limits.iter_mut()).rev() {
                let now = self.store.tree.get(Cell { node, slot: *slot });
                let is_held = |before: &u32| now.as_node().is_some() && self.is_same(word_before(*before), now);
                if let Some(before) = before.filter(is_held) {
                    limit = before;
                }
                *place = limit;
            }
            order.limits = Some(limits);
        }
        Ok(order)
    }

    /// A dictionary that got or lost keys.
    pub(super) fn settle_dictionary(&mut self, group: Group) -> Result<()> {
        let node = group.node;
        let is_added = |at: &usize| matches!(self.store.log.done[*at], Undo::Added { .. });
        let added = self.groups.entries(group).filter(is_added).count() as u32;
        let first_new = self.store.tree.slots(node) - added;
        let mut entries = self.entries_before(group, first_new)?;
        let filled = self.filled_entries(group, first_new, &entries)?;
        let present = self.match_entries(node, first_new, filled, &mut entries)?;
        if self.is_unchanged(node, &entries, &present) {
            return self.take_dictionary_back(group, &entries);
        }
        for entry in entries.iter() {
            match entry.now {
                None => self.lose(Cell { node, slot: entry.number }, Some(entry.key), entry.word)?,
                Some(now) if now == entry.number => self.settle_key(Cell { node, slot: now }, Some(entry.word))?,
                Some(now) => {
                    let renumbered = Renumbered { node, before: entry.number, now };
                    crate::memory::try_push(&mut self.store.changes.renumbered, renumbered)?;
                }
            }
        }
        for (slot, old) in present.iter().copied() {
            self.settle_key(Cell { node, slot }, old.map(|at| entries[at as usize].word))?;
        }
        Ok(())
    }

    /// A key that is there: it stayed, or was added.
    fn settle_key(&mut self, cell: Cell, old: Option<Word>) -> Result<()> {
        if let Some(old) = old {
            return self.settle_cell(cell, cell.slot, old);
        }
        let (key, new) = (self.store.tree.key(cell.node, cell.slot), self.store.tree.get(cell));
        self.change(Change::Set { cell, key, old: Word::ABSENT, new })
    }

    fn lose(&mut self, cell: Cell, key: Option<StringId>, old: Word) -> Result<()> {
        self.change(Change::Set { cell, key, old, new: Word::ABSENT })?;
        self.let_go(old)
    }

    /// The words of a row as they were before the transaction.
    pub(super) fn words_before(&self, group: Group) -> Result<Scratch<'b, Word>> {
        let Group { node, .. } = group;
        let slots = self.store.tree.slots(node);
        let mut words = scratch(self.bump, slots as usize);
        words.extend((0..slots).map(|slot| self.store.tree.get(Cell { node, slot })))?;
        for at in self.groups.entries(group) {
            if let Undo::Set { cell, old } = self.store.log.done[at]
                && let Some(word) = words.get_mut(cell.slot as usize)
            {
                *word = old;
            }
        }
        Ok(words)
    }

    /// The touched entries that a dictionary had before, ascending.
    fn entries_before(&self, group: Group, first_new: u32) -> Result<Scratch<'b, Entry>> {
        let touches = self.touches(group)?;
        let mut entries: Scratch<'b, Entry> = scratch(self.bump, touches.len());
        for same in touches.chunk_by(|one, other| slot_of(*one) == slot_of(*other)) {
            let number = slot_of(same[0]);
            let (Undo::Set { old: word, .. } | Undo::Removed { old: word, .. }) =
                self.store.log.done[entry_of(same[0])]
            else {
                continue;
            };
            let removed = same.iter().find_map(|touch| match self.store.log.done[entry_of(*touch)] {
                Undo::Removed { key, .. } => Some(key),
                _ => None,
            });
            if let Some(key) = removed.or_else(|| self.store.tree.key(group.node, number))
                && number < first_new
            {
                entries.push(Entry { number, key, word, now: None })?;
            }
        }
        Ok(entries)
    }

    /// The keys that came to stand between those of before, with the position in
    /// `entries` of those that came back to where they were.
    fn filled_entries(&self, group: Group, first_new: u32, entries: &[Entry]) -> Result<Scratch<'b, Present>> {
        let mut filled: Scratch<'b, Present> = scratch(self.bump, 0);
        for touch in self.touches(group)?.iter() {
            let slot = slot_of(*touch);
            let is_known = filled.last().is_some_and(|last| last.0 == slot);
            if is_known || slot >= first_new || !matches!(self.store.log.done[entry_of(*touch)], Undo::Filled { .. }) {
                continue;
            }
            if let Some(key) = self.store.tree.key(group.node, slot) {
                let entry = entries.binary_search_by_key(&slot, |entry| entry.number).ok();
                filled.push((slot, entry.filter(|at| entries[*at].key == key).map(|at| at as u32)))?;
            }
        }
        Ok(filled)
    }

    /// Finds out which of a dictionary's touched entries stayed. Adds to the
    /// keys that came between them those behind the ones of before, with the position in `entries` of those
    /// that stayed.
    fn match_entries(
        &self,
        node: Node,
        first_new: u32,
        mut present: Scratch<'b, Present>,
        entries: &mut [Entry],
    ) -> Result<Scratch<'b, Present>> {
        let tree = &self.store.tree;
        let mut by_key = scratch(self.bump, entries.len());
        by_key.extend((0u64..).zip(entries.iter()).map(|(at, entry)| u64::from(entry.key.0) << 32 | at))?;
        sort(&mut by_key);
        let is_map = tree.kind(node) == Kind::Map;
        let is_index = |key: StringId| !is_map && tree.array_index(key).is_some();
        let survives = |slot: &u32| tree.key(node, *slot).is_some_and(|key| !is_index(key));
        let first = present.len();
        // A key that came to stand between those of before says nothing about where they stood.
        let mut filled = scratch(self.bump, first);
        filled.extend(present.iter().map(|(slot, _)| *slot))?;
        for slot in first_new..tree.slots(node) {
            let Some(key) = tree.key(node, slot) else { continue };
            let known = by_key.binary_search_by_key(&key.0, |entry| (entry >> 32) as u32).ok();
            present.push((slot, known.map(|at| by_key[at] as u32)))?;
        }
        let mut positions = scratch(self.bump, present.len() - first);
        for (slot, known) in present.iter().skip(first) {
            positions.push((*slot, known.map(|at| entries[at as usize].number)))?;
        }
        let word_before = |number: u32| {
            let at = entries.binary_search_by_key(&number, |entry| entry.number);
            at.map_or(Word::ABSENT, |at| entries[at].word)
        };
        let mut order = self.order(node, &positions, word_before)?;
        for (number, (slot, known)) in present.iter_mut().skip(first).enumerate() {
            if order.last.is_none() && known.is_some() {
                order.last = (0..first_new).rev().find(|slot| survives(slot) && filled.binary_search(slot).is_err());
            }
            let before = known.map(|at| entries[at as usize].number);
            let stayed = order.keeps(number, before, tree.key(node, *slot).is_some_and(is_index));
            *known = known.filter(|_| stayed);
            if let Some(at) = *known {
                entries[at as usize].now = Some(*slot);
            }
        }
        // What came back in front of a rest that stood before it did not stay.
        let oldest =
            present.iter().skip(first).filter_map(|(_, known)| known.map(|at| entries[at as usize].number)).min();
        let is_behind =
            |number: u32| oldest.is_some_and(|oldest| oldest < number) && filled.binary_search(&number).is_ok();
        for entry in entries.iter_mut() {
            if tree.key(node, entry.number) == Some(entry.key) && !is_behind(entry.number) {
                entry.now = Some(entry.number);
            }
        }
        let mut came = scratch(self.bump, present.len());
        for (at, (slot, known)) in present.iter().enumerate() {
            match known {
                Some(known) if at < first && entries[*known as usize].now.is_some() => {}
                _ => came.push((*slot, known.filter(|_| at >= first)))?,
            }
        }
        Ok(came)
    }

    fn is_unchanged(&self, node: Node, entries: &[Entry], present: &[Present]) -> bool {
        present.iter().all(|(_, stayed)| stayed.is_some())
            && entries.iter().all(|entry| {
                entry.now.is_some_and(|slot| {
                    let now = self.store.tree.get(Cell { node, slot });
                    self.is_same(entry.word, now) || self.is_equal(entry.word, now)
                })
            })
    }

    /// Gives a dictionary the entries it had, with the words they have now
    /// where these are the same containers in other rows.
    fn take_dictionary_back(&mut self, group: Group, entries: &[Entry]) -> Result<()> {
        let node = group.node;
        let mut words = scratch(self.bump, entries.len());
        for entry in entries {
            let now = entry.now.map_or(entry.word, |slot| self.store.tree.get(Cell { node, slot }));
            let is_same = self.is_same(entry.word, now);
            if !is_same {
                self.let_go(now)?;
            }
            words.push(if is_same { now } else { entry.word })?;
        }
        self.take_group_back(group)?;
        for (entry, word) in entries.iter().zip(words.iter().copied()) {
            let cell = Cell { node, slot: entry.number };
            if self.store.tree.get(cell) != word {
                self.put(cell, word)?;
            } else {
                self.store.tree.adopt(word, node, entry.number)?;
            }
        }
        Ok(())
    }
}
