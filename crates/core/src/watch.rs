//! Watchers: who has to be told when which cell changes.
//!
//! A watcher is filed under every cell on its path, and under the container
//! at the path's end for all that happens inside it. So a commit finds the
//! watchers of what it changed without asking the others.

use std::collections::{BTreeSet, HashMap};
use std::hash::{BuildHasherDefault, Hasher};

use crate::error::Result;
use crate::log::Undo;
use crate::memory::try_push;
use crate::node::{Cell, Node};
use crate::resolve::{Key, SLOT_MISSING};
use crate::store::Store;
use crate::tree::Tree;

/// Set in a reported watcher when its path has to be filed anew.
pub const REFILE: u32 = 1 << 31;

/// Whether a change of the cell can alter where the watcher's path leads.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Role {
    /// The cell's scalar is what is watched.
    Leaf,
    /// The path leads through the cell, or ends in a container or nowhere.
    Step,
}

#[derive(Debug, Default)]
struct Watched {
    /// By slot, so that a shift of an array finds all behind it.
    cells: BTreeSet<(u32, u32, Role)>,
    /// Watchers of everything in this container.
    inside: Vec<u32>,
}

/// The filings of one watcher: what to take out when it goes.
#[derive(Debug, Default)]
struct Filing {
    cells: Vec<(Cell, Role)>,
    inside: Option<Node>,
    /// The round in which it was fired last, and how.
    round: u64,
    refile: bool,
}

/// All watchers of a store.
#[derive(Debug, Default)]
pub(crate) struct Watchers {
    by_node: HashMap<Node, Watched, BuildHasherDefault<NodeHasher>>,
    filings: Vec<Option<Filing>>,
    live: u32,
    /// Watchers of whole containers; without any, nobody asks what is around a change.
    inside: u32,
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
        let filing = self.tree.filing(start, keys)?;
        self.watchers.file(watcher, filing)
    }

    /// Forgets a watcher: O(where it was filed).
    pub fn unwatch(&mut self, watcher: u32) {
        self.watchers.unfile(watcher);
    }
}

impl Tree {
    /// The cells that decide what a path leads to.
    fn filing(&self, start: Node, keys: &[Key]) -> Result<Filing> {
        let mut filing = Filing::default();
        let mut node = Some(start);
        for (at, key) in keys.iter().enumerate() {
            let Some(around) = node else { break };
            let cell = Cell { node: around, slot: self.step(around, *key).unwrap_or(SLOT_MISSING) };
            let word = self.get(cell);
            node = word.as_node();
            let last = at + 1 == keys.len();
            let role = if last && node.is_none() && !word.is_absent() { Role::Leaf } else { Role::Step };
            try_push(&mut filing.cells, (cell, role))?;
            if last {
                filing.inside = node;
            }
        }
        Ok(filing)
    }
}

impl Watchers {
    /// How many watchers there are.
    pub(crate) const fn len(&self) -> u32 {
        self.live
    }

    fn file(&mut self, watcher: u32, filing: Filing) -> Result<()> {
        while self.filings.len() <= watcher as usize {
            try_push(&mut self.filings, None)?;
        }
        for (cell, role) in &filing.cells {
            self.by_node.entry(cell.node).or_default().cells.insert((cell.slot, watcher, *role));
        }
        if let Some(node) = filing.inside {
            try_push(&mut self.by_node.entry(node).or_default().inside, watcher)?;
            self.inside += 1;
        }
        self.filings[watcher as usize] = Some(filing);
        self.live += 1;
        Ok(())
    }

    fn unfile(&mut self, watcher: u32) {
        let Some(filing) = self.filings.get_mut(watcher as usize).and_then(Option::take) else {
            return;
        };
        self.live -= 1;
        for (cell, role) in filing.cells {
            self.edit(cell.node, |watched| {
                watched.cells.remove(&(cell.slot, watcher, role));
            });
        }
        if let Some(node) = filing.inside {
            self.inside -= 1;
            self.edit(node, |watched| {
                if let Some(at) = watched.inside.iter().position(|other| *other == watcher) {
                    watched.inside.swap_remove(at);
                }
            });
        }
    }

    fn edit(&mut self, node: Node, edit: impl FnOnce(&mut Watched)) {
        let Some(watched) = self.by_node.get_mut(&node) else {
            return;
        };
        edit(watched);
        if watched.cells.is_empty() && watched.inside.is_empty() {
            self.by_node.remove(&node);
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

    /// Collects the watchers of one change.
    pub(crate) fn fire(&mut self, tree: &Tree, undo: &Undo) {
        if self.live == 0 {
            return;
        }
        let node = undo.node();
        match *undo {
            Undo::Set { cell, old } => {
                let new = tree.get(cell);
                let scalars = [old, new].iter().all(|word| word.as_node().is_none() && !word.is_absent());
                let leaf = if scalars { Role::Leaf } else { Role::Step };
                self.fire_cells(node, cell.slot, cell.slot, leaf);
                if old.is_absent() {
                    self.fire_cells(node, SLOT_MISSING, SLOT_MISSING, Role::Step);
                }
            }
            Undo::Added { .. } => self.fire_cells(node, SLOT_MISSING, SLOT_MISSING, Role::Step),
            Undo::Removed { entry, .. } => self.fire_cells(node, entry, entry, Role::Step),
            Undo::ItemInserted { index, .. } | Undo::ItemRemoved { index, .. } => {
                self.fire_cells(node, index, SLOT_MISSING, Role::Step);
            }
            Undo::ItemMoved { from, to, .. } => self.fire_cells(node, from.min(to), from.max(to), Role::Step),
            Undo::Relocated { from, .. } => {
                self.fire_all(tree, from);
                return;
            }
        }
        self.fire_around(tree, node);
    }

    /// Collects every watcher filed in a container whose slots or row changed.
    pub(crate) fn fire_all(&mut self, tree: &Tree, node: Node) {
        self.fire_cells(node, 0, SLOT_MISSING, Role::Step);
        let Self { by_node, filings, fired, round, .. } = self;
        for watcher in by_node.get(&node).map_or(&[][..], |watched| &watched.inside) {
            note(filings, fired, *round, *watcher, Role::Step);
        }
        self.fire_around(tree, node);
    }

    /// Collects the watchers of all that happens in a container or one around it.
    fn fire_around(&mut self, tree: &Tree, node: Node) {
        let Self { by_node, filings, fired, round, .. } = self;
        let mut next = Some(node).filter(|_| self.inside > 0);
        while let Some(node) = next {
            for watcher in by_node.get(&node).map_or(&[][..], |watched| &watched.inside) {
                note(filings, fired, *round, *watcher, Role::Leaf);
            }
            next = tree.parent(node);
        }
    }

    fn fire_cells(&mut self, node: Node, first: u32, last: u32, change: Role) {
        let Self { by_node, filings, fired, round, .. } = self;
        let Some(watched) = by_node.get(&node) else {
            return;
        };
        let range = (first, 0, Role::Leaf)..=(last, u32::MAX, Role::Step);
        for (_, watcher, role) in watched.cells.range(range) {
            note(filings, fired, *round, *watcher, (*role).max(change));
        }
    }
}

/// Puts a watcher on the list of those to be told, once a round.
fn note(filings: &mut [Option<Filing>], fired: &mut Vec<u32>, round: u64, watcher: u32, role: Role) {
    let Some(Some(filing)) = filings.get_mut(watcher as usize) else {
        return;
    };
    if filing.round != round {
        filing.round = round;
        filing.refile = false;
        fired.push(watcher);
    }
    filing.refile |= role == Role::Step;
}

/// Nodes are numbers already; mixing spreads them over the buckets.
#[derive(Debug, Default)]
struct NodeHasher(u64);

impl Hasher for NodeHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u32(u32::from(*byte));
        }
    }

    fn write_u16(&mut self, number: u16) {
        self.write_u32(u32::from(number));
    }

    fn write_u32(&mut self, number: u32) {
        let mixed = (self.0 ^ u64::from(number)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 = mixed ^ (mixed >> 32);
    }
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
        assert!(store.watchers.by_node.is_empty());
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
}
