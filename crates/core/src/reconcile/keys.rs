//! Objects and maps.

use gaesup_codec::StringId;

use super::{Pair, Reconciler, Staged};
use crate::error::Result;
use crate::memory::try_push;
use crate::node::{Cell, Node, TableId};
use crate::order::{NONE, longest_rising};
use crate::scratch::{Bump, scratch, sort};
use crate::tree::Kind;

/// A key that there has to be.
#[derive(Clone, Copy)]
pub(super) struct Entry {
    pub(super) key: StringId,
    /// Its slot in the staged container.
    pub(super) from: u32,
    /// Its slot in the state where it stays, else [`NONE`].
    pub(super) to: u32,
    /// Whether JavaScript sorts it in front of the others.
    pub(super) is_index: bool,
}

/// What a container's keys have to become.
pub(super) struct Plan {
    /// The keys, in the order of the staged container.
    pub(super) entries: Vec<Entry>,
    /// The slots of keys that go, ascending.
    pub(super) removed: Vec<u32>,
}

impl Reconciler<'_> {
    pub(super) fn object(&mut self, pair: Pair, live: Node, next: Node) -> Result<()> {
        if live.table == next.table && live.table >= TableId::SHAPES {
            return self.row(pair, live, next);
        }
        let plan = self.plan(live, next)?;
        let added = plan.entries.iter().filter(|entry| entry.to == NONE).count();
        let is_same = added == 0 && plan.removed.is_empty();
        let mut node = live;
        if !is_same {
            self.tally.removed += plan.removed.len() as u32;
            self.tally.added += added as u32;
            node = self.change_keys(live, next, &plan)?;
        }
        for entry in plan.entries.iter().filter(|entry| entry.to != NONE) {
            let slot = if is_same { Some(entry.to) } else { self.store.tree.find(node, entry.key) };
            if let Some(slot) = slot {
                self.settle_value(pair, Cell { node, slot }, Cell { node: next, slot: entry.from })?;
            }
        }
        Ok(())
    }

    /// Objects of one shape: what is in a column stands under the same key.
    fn row(&mut self, pair: Pair, live: Node, next: Node) -> Result<()> {
        for slot in 0..self.store.tree.slots(live) {
            let (cell, from) = (Cell { node: live, slot }, Cell { node: next, slot });
            let (old, new) = (self.store.tree.get(cell), self.store.tree.get(from));
            if old == new {
                continue;
            }
            if new.is_absent() {
                self.tally.removed += 1;
                self.store.delete(live, slot)?;
            } else if old.is_absent() {
                self.tally.added += 1;
                self.fill(live, slot, Staged { word: new, from: Some(from) })?;
            } else {
                self.settle_value(pair, cell, from)?;
            }
        }
        Ok(())
    }

    /// The values of a key that stays: containers wait for their turn.
    fn settle_value(&mut self, around: Pair, cell: Cell, from: Cell) -> Result<()> {
        let (old, word) = (self.store.tree.get(cell), self.store.tree.get(from));
        if old == word {
            return Ok(());
        }
        let pair = Pair { cell, staged: Staged { word, from: Some(from) }, arrays: around.arrays };
        if old.as_node().is_some() && word.as_node().is_some() { self.later(pair) } else { self.settle(pair) }
    }

    /// Finds out which keys stay, come and go. Those that stay stand in the
    /// order of both sides: O(n log n).
    fn plan(&self, live: Node, next: Node) -> Result<Plan> {
        let tree = &self.store.tree;
        let is_map = tree.kind(live) == Kind::Map;
        let mut plan = Plan { entries: Vec::new(), removed: Vec::new() };
        for (from, _) in tree.cells(next) {
            if let Some(key) = tree.key(next, from) {
                let is_index = !is_map && tree.array_index(key).is_some();
                let to = tree.find(live, key).unwrap_or(NONE);
                try_push(&mut plan.entries, Entry { key, from, to, is_index })?;
            }
        }
        keep_rising(&mut plan.entries)?;
        let mut kept = Vec::new();
        for entry in &plan.entries {
            try_push(&mut kept, u64::from(entry.to))?;
        }
        sort(&mut kept);
        for (slot, _) in tree.cells(live) {
            if kept.binary_search(&u64::from(slot)).is_err() {
                try_push(&mut plan.removed, slot)?;
            }
        }
        Ok(plan)
    }
}

/// Keys that are out of order do not stay.
fn keep_rising(entries: &mut [Entry]) -> Result<()> {
    let is_ordered = |entry: &&Entry| !entry.is_index && entry.to != NONE;
    if entries.iter().filter(is_ordered).is_sorted_by_key(|entry| entry.to) {
        return Ok(());
    }
    let bump = Bump::new();
    let mut slots = scratch(&bump, entries.len());
    slots.extend(entries.iter().map(|entry| if entry.is_index { NONE } else { entry.to }))?;
    let rising = longest_rising(&bump, &slots)?;
    let mut stays = rising.iter().copied().peekable();
    for (at, entry) in (0..).zip(entries) {
        if stays.next_if_eq(&at).is_none() && !entry.is_index {
            entry.to = NONE;
        }
    }
    Ok(())
}
