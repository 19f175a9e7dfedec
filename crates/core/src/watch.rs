//! Watchers: who has to be told when which part of the state changes.
//!
//! A watcher that follows a path is filed under every cell on it, and under
//! the container at its end for all that happens inside. One that depends on
//! what a function read is filed under just that. So a commit finds the
//! watchers of what it changed without asking the others.

use gaesup_codec::StringId;

use crate::error::Result;
use crate::filed::{ByNode, Entry, Touch};
use crate::memory::try_push;
use crate::node::{Cell, Node};
use crate::resolve::{Key, SLOT_MISSING};
use crate::spot::{Dependency, SLOT_KEYS, Spot};
use crate::store::Store;
use crate::tree::{Kind, Tree};

/// Set in a reported watcher when its path has to be filed anew.
pub const REFILE: u32 = 1 << 31;

/// Where in a container something changed.
#[derive(Clone, Copy)]
enum Way {
    /// In one slot.
    Slot(u32),
    /// In more than one slot.
    Slots,
    /// The container itself was moved: what named it before names it no more.
    Moved,
    /// In this container.
    To(Node),
}

/// What is known of one watcher.
#[derive(Debug, Default)]
struct Filing {
    /// What to take out when it goes.
    spots: Vec<Spot>,
    /// The items in which everything matters, in order.
    rows: Vec<Node>,
    /// The round in which it was fired last, and how.
    round: u64,
    refile: bool,
}

/// All watchers of a store.
#[derive(Debug, Default)]
pub(crate) struct Watchers {
    by_node: ByNode,
    /// How many containers of each table someone watches: most tables have
    /// none, which saves looking.
    tables: Vec<u32>,
    filings: Vec<Option<Filing>>,
    live: u32,
    /// Filings that changes further inside matter to; without any, nobody
    /// asks what is around a change.
    around: u32,
    fired: Vec<u32>,
    round: u64,
}

impl Store {
    /// Files a watcher under the path from a container, instead of where it
    /// was filed before: O(keys). Watchers are small numbers of the caller's.
    ///
    /// # Errors
    /// What memory says; the watcher is not filed then.
    pub fn watch(&mut self, watcher: u32, start: Node, keys: &[Key]) -> Result<()> {
        self.unwatch(watcher);
        let spots = self.tree.spots_of_path(start, keys)?;
        self.watchers.file(watcher, spots, Vec::new())
    }

    /// Files a watcher under what it depends on, instead of where it was filed
    /// before: O(dependencies + rows). `rows` are the items that count as a
    /// whole, of all containers that it depends on by [`Dependency::Among`].
    ///
    /// # Errors
    /// What memory says; the watcher is not filed then.
    pub fn watch_dependencies(&mut self, watcher: u32, on: &[Dependency], mut rows: Vec<Node>) -> Result<()> {
        self.unwatch(watcher);
        let mut spots = Vec::new();
        spots.try_reserve_exact(on.len())?;
        spots.extend(on.iter().map(|dependency| match *dependency {
            Dependency::Cells(node, first, last) => Spot::Cells(node, first, last, Touch::Value),
            Dependency::Keys(node) => Spot::Cells(node, SLOT_KEYS, SLOT_KEYS, Touch::Value),
            Dependency::Inside(node) => Spot::Inside(node),
            Dependency::Field(node, key) => Spot::Field(node, key),
            Dependency::Among(node) => Spot::Among(node),
        }));
        rows.sort_unstable_by_key(order);
        self.watchers.file(watcher, spots, rows)
    }

    /// Forgets a watcher: O(where it was filed).
    pub fn unwatch(&mut self, watcher: u32) {
        self.watchers.unfile(watcher);
    }
}

impl Tree {
    /// The cells that decide what a path leads to, and what is at its end.
    fn spots_of_path(&self, start: Node, keys: &[Key]) -> Result<Vec<Spot>> {
        let mut spots = Vec::new();
        let mut node = Some(start);
        for (at, key) in keys.iter().enumerate() {
            let Some(around) = node else { break };
            let slot = self.step(around, *key).unwrap_or(SLOT_MISSING);
            let word = self.get(Cell { node: around, slot });
            node = word.as_node();
            let last = at + 1 == keys.len();
            let is_leaf = last && node.is_none() && !word.is_absent();
            let touch = if is_leaf { Touch::Value } else { Touch::Step };
            try_push(&mut spots, Spot::Cells(around, slot, slot, touch))?;
            if let Some(end) = node.filter(|_| last) {
                try_push(&mut spots, Spot::Inside(end))?;
            }
        }
        Ok(spots)
    }
}

impl Watchers {
    /// How many watchers there are.
    pub(crate) const fn len(&self) -> u32 {
        self.live
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.live == 0
    }

    /// Whether someone watches everything in a container.
    pub(crate) fn watches_inside(&self, node: Node) -> bool {
        self.watches_table(node.table) && self.by_node.get(node).is_some_and(|watched| !watched.inside.is_empty())
    }

    /// The keys that watchers are filed under, which must not be collected.
    pub(crate) fn keys(&self) -> impl Iterator<Item = StringId> {
        self.by_node.iter().flat_map(|watched| watched.fields.all().map(|entry| StringId(entry.of())))
    }

    fn file(&mut self, watcher: u32, spots: Vec<Spot>, rows: Vec<Node>) -> Result<()> {
        while self.filings.len() <= watcher as usize {
            try_push(&mut self.filings, None)?;
        }
        let filed = spots.iter().try_for_each(|spot| self.file_spot(watcher, *spot));
        self.filings[watcher as usize] = Some(Filing { spots, rows, ..Filing::default() });
        self.live += 1;
        if filed.is_err() {
            self.unfile(watcher);
        }
        filed
    }

    fn file_spot(&mut self, watcher: u32, spot: Spot) -> Result<()> {
        let node = spot.node();
        while self.tables.len() <= node.table as usize {
            try_push(&mut self.tables, 0)?;
        }
        let watched = self.by_node.get_or_add(node)?;
        // What nothing is filed under is taken out again by `unfile`.
        self.tables[node.table as usize] += u32::from(watched.is_empty());
        let entries = spot.among(watched);
        for entry in spot.entries(watcher) {
            let is_new = entries.insert(entry)?;
            self.around += u32::from(is_new && spot.is_around());
        }
        Ok(())
    }

    fn unfile(&mut self, watcher: u32) {
        let Some(filing) = self.filings.get_mut(watcher as usize).and_then(Option::take) else {
            return;
        };
        self.live -= 1;
        for spot in filing.spots {
            let node = spot.node();
            let Some(watched) = self.by_node.get_mut(node) else {
                continue;
            };
            let entries = spot.among(watched);
            for entry in spot.entries(watcher) {
                let removed = entries.remove(entry);
                self.around -= u32::from(removed && spot.is_around());
            }
            if watched.is_empty() {
                self.by_node.remove(node);
                self.tables[node.table as usize] -= 1;
            }
        }
    }

    /// Starts collecting the watchers of a commit.
    pub(crate) fn start(&mut self) {
        self.round += 1;
        self.fired.clear();
    }

    /// Ends collecting: each fired watcher once.
    pub(crate) fn finish(&self, into: &mut Vec<u32>) {
        into.clear();
        for watcher in &self.fired {
            let refile =
                self.filings.get(*watcher as usize).and_then(Option::as_ref).is_some_and(|filing| filing.refile);
            into.push(if refile { *watcher | REFILE } else { *watcher });
        }
    }

    /// Collects who depends on a cell.
    pub(crate) fn fire_cell(&mut self, tree: &Tree, cell: Cell, touch: Touch) {
        self.fire_slots(cell.node, cell.slot, cell.slot, touch);
        self.fire_around(tree, cell.node, Way::Slot(cell.slot));
    }

    /// Collects who depends on the keys of a container, to which one was added
    /// or from which one was taken. [`Watchers::fire_cell`] of that one finds the others.
    pub(crate) fn fire_keys(&mut self, node: Node) {
        self.fire_slots(node, SLOT_KEYS, SLOT_MISSING, Touch::Step);
    }

    /// Collects who depends on the items of an array from `first` to `last`,
    /// which are others now. [`u32::MAX`] stands for all behind `first`.
    pub(crate) fn fire_items(&mut self, tree: &Tree, node: Node, first: u32, last: u32) {
        self.fire_slots(node, first, last, Touch::Step);
        self.fire_around(tree, node, Way::Slots);
    }

    /// Collects every watcher filed in a container whose slots or row changed.
    pub(crate) fn fire_all(&mut self, tree: &Tree, node: Node) {
        self.fire_slots(node, 0, SLOT_MISSING, Touch::Step);
        let Self { by_node, filings, fired, round, .. } = self;
        if let Some(watched) = by_node.get(node) {
            for entry in watched.inside.all().chain(watched.fields.all()).chain(watched.among.all()) {
                note(filings, fired, *round, entry, Touch::Step);
            }
        }
        self.fire_around(tree, node, Way::Moved);
    }

    /// Collects who depends on whatever is in a container or one around it.
    /// `way` is where in the container something changed.
    fn fire_around(&mut self, tree: &Tree, node: Node, way: Way) {
        if self.around == 0 {
            return;
        }
        let (mut inner, mut innermost) = (None, None);
        let mut next = Some(node);
        while let Some(outer) = next {
            if self.watches_table(outer.table) {
                self.fire_inside(tree, outer, inner, innermost.map_or(way, Way::To));
            }
            next = tree.parent(outer);
            (inner, innermost) = (Some(outer), inner);
        }
    }

    /// Collects who depends on what is in `node`; `inner` is the container in
    /// it where something changed, and `way` where in that.
    fn fire_inside(&mut self, tree: &Tree, node: Node, inner: Option<Node>, way: Way) {
        let Self { by_node, filings, fired, round, .. } = self;
        let Some(watched) = by_node.get(node) else {
            return;
        };
        for entry in watched.inside.all() {
            note(filings, fired, *round, entry, Touch::Value);
        }
        for entry in watched.among.all() {
            let is_among = inner.is_none_or(|child| {
                let filing = filings.get(entry.watcher() as usize).and_then(Option::as_ref);
                // A row that was moved has another name than the one that is known.
                matches!(way, Way::Moved)
                    || filing.is_some_and(|filing| filing.rows.binary_search_by_key(&order(&child), order).is_ok())
            });
            if is_among {
                note(filings, fired, *round, entry, Touch::Value);
            }
        }
        if watched.fields.is_empty() {
            return;
        }
        // Where it is not one key of one item that changed, it may be any of them.
        let key = inner.filter(|child| tree.kind(*child) != Kind::Array).and_then(|child| match way {
            Way::Slot(slot) => tree.key(child, slot),
            Way::Slots | Way::Moved => None,
            Way::To(node) => tree.key(child, tree.rows(node.table)?.slot(&tree.memory, node.row)),
        });
        let (first, last) = key.map_or((0, u32::MAX), |key| (key.0, key.0));
        for entry in watched.fields.between(first, last) {
            note(filings, fired, *round, entry, Touch::Value);
        }
    }

    fn fire_slots(&mut self, node: Node, first: u32, last: u32, change: Touch) {
        if !self.watches_table(node.table) {
            return;
        }
        let Self { by_node, filings, fired, round, .. } = self;
        let Some(watched) = by_node.get(node) else {
            return;
        };
        for entry in watched.cells.between(first, last) {
            note(filings, fired, *round, entry, change);
        }
    }

    #[inline]
    fn watches_table(&self, table: u16) -> bool {
        self.tables.get(table as usize).is_some_and(|count| *count > 0)
    }
}

/// What rows are sorted by.
const fn order(row: &Node) -> (u16, u32) {
    (row.table, row.row)
}

/// Puts a watcher on the list of those to be told, once a round.
fn note(filings: &mut [Option<Filing>], fired: &mut Vec<u32>, round: u64, entry: Entry, change: Touch) {
    let watcher = entry.watcher();
    let Some(Some(filing)) = filings.get_mut(watcher as usize) else {
        return;
    };
    if filing.round != round {
        filing.round = round;
        filing.refile = false;
        fired.push(watcher);
    }
    filing.refile |= entry.touch().max(change) == Touch::Step;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::node::HOLDER;
    use crate::store::Config;
    use crate::testing::build;
    use serde_json::json;

    fn watched(paths: &[&[Key]], state: &serde_json::Value) -> Store {
        let mut store = Store::new(Config::default()).unwrap();
        build(&mut store, HOLDER, 0, state);
        for (watcher, keys) in paths.iter().enumerate() {
            store.watch(watcher as u32, HOLDER, keys).unwrap();
        }
        store
    }

    #[test]
    fn only_watchers_on_the_way_are_fired() {
        let (root, first, second) = (Key::Index(0), Key::Index(0), Key::Index(1));
        let mut store =
            watched(&[&[root], &[root, first], &[root, second], &[root, second, first]], &json!([[1], [2]]));
        let array = store.root().as_node().unwrap();
        let inner = store.get(Cell { node: array, slot: 1 }).as_node().unwrap();
        store.set(inner, 0, crate::Word::count(7)).unwrap();
        let mut fired = store.commit().unwrap().unwrap().watchers.clone();
        fired.sort_unstable();
        assert_eq!(fired, [0, 2, 3]);
        for watcher in 0..4 {
            store.unwatch(watcher);
        }
        assert_eq!(store.watchers.len(), 0);
        assert_eq!(store.watchers.by_node.iter().count(), 0);
    }

    #[test]
    fn a_shift_asks_for_filing_anew() {
        let mut store = watched(&[&[Key::Index(0), Key::Index(9)]], &json!((0..20).collect::<Vec<_>>()));
        let list = store.root().as_node().unwrap();
        store.insert(list, 3, &[crate::Word::NULL]).unwrap();
        assert_eq!(store.commit().unwrap().unwrap().watchers, [REFILE]);
        store.insert(list, 15, &[crate::Word::NULL]).unwrap();
        assert!(store.commit().unwrap().unwrap().watchers.is_empty());
    }

    fn fired(store: &mut Store) -> Vec<u32> {
        let mut fired: Vec<u32> = store.commit().unwrap().unwrap().watchers.iter().map(|word| word & !REFILE).collect();
        fired.sort_unstable();
        fired
    }

    #[test]
    fn only_those_are_fired_who_depend_on_what_changed() {
        let rows: Vec<_> = (0..30).map(|number| json!({ "title": "a", "done": { "at": number } })).collect();
        let mut store = watched(&[], &json!(rows));
        let list = store.root().as_node().unwrap();
        let row = |store: &Store, index: u32| store.get(Cell { node: list, slot: index }).as_node().unwrap();
        let title = store.find_string(b"title").unwrap();
        let done = store.find_string(b"done").unwrap();
        let first = row(&store, 0);
        let on = [
            vec![Dependency::Cells(first, 0, 0), Dependency::Cells(list, 0, 0)],
            vec![Dependency::Keys(list)],
            vec![Dependency::Field(list, title)],
            vec![Dependency::Field(list, done)],
            vec![Dependency::Inside(first)],
            vec![Dependency::Cells(first, SLOT_MISSING, SLOT_MISSING)],
        ];
        for (watcher, on) in on.iter().enumerate() {
            store.watch_dependencies(watcher as u32, on, Vec::new()).unwrap();
        }
        store.set(first, 0, crate::Word::count(7)).unwrap();
        assert_eq!(fired(&mut store), [0, 2, 4]);
        let inner = store.get(Cell { node: first, slot: 1 }).as_node().unwrap();
        store.set(inner, 0, crate::Word::count(7)).unwrap();
        assert_eq!(fired(&mut store), [3, 4]);
        let other = row(&store, 1);
        store.set(other, 0, crate::Word::NULL).unwrap();
        assert_eq!(fired(&mut store), [2]);
        store.insert(list, 9, &[crate::Word::NULL]).unwrap();
        assert_eq!(fired(&mut store), [1, 2, 3]);
        store.delete(first, 1).unwrap();
        assert_eq!(fired(&mut store), [3, 4, 5]);
        (0..on.len() as u32).for_each(|watcher| store.unwatch(watcher));
        assert_eq!(store.watchers.by_node.iter().count(), 0);
        assert!(store.watchers.tables.iter().all(|count| *count == 0));
        assert_eq!(store.watchers.around, 0);
    }

    #[test]
    fn rows_that_count_as_a_whole_are_told_from_the_others() {
        let rows: Vec<_> = (0..30).map(|number| json!({ "title": "a", "in": { "at": number } })).collect();
        let mut store = watched(&[], &json!(rows));
        let list = store.root().as_node().unwrap();
        let row = |store: &Store, index: u32| store.get(Cell { node: list, slot: index }).as_node().unwrap();
        let whole = [7, 3, 5].map(|index| row(&store, index)).to_vec();
        store.watch_dependencies(0, &[Dependency::Among(list)], whole).unwrap();
        store.watch_dependencies(1, &[Dependency::Cells(list, 2, 4)], Vec::new()).unwrap();
        for (index, expected) in [(3, vec![0]), (4, vec![]), (5, vec![0]), (0, vec![])] {
            let inner = store.get(Cell { node: row(&store, index), slot: 1 }).as_node().unwrap();
            for node in [inner, row(&store, index)] {
                store.set(node, 0, crate::Word::count(77)).unwrap();
                assert_eq!(fired(&mut store), expected);
            }
        }
        let other = row(&store, 0);
        let note = store.intern(b"note").unwrap();
        store.set_key(other, note, crate::Word::NULL).unwrap();
        assert_eq!(fired(&mut store), [0], "a row of another name");
        for (slot, expected) in [(1, vec![0]), (2, vec![0, 1]), (4, vec![0, 1]), (5, vec![0])] {
            store.set(list, slot, crate::Word::NULL).unwrap();
            assert_eq!(fired(&mut store), expected);
        }
        (0..2).for_each(|watcher| store.unwatch(watcher));
        assert_eq!(store.watchers.by_node.iter().count(), 0);
        assert_eq!(store.watchers.around, 0);
    }
}
