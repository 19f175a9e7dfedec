//! What is filed under a container: ordered sets of watchers, by container.

use crate::error::Result;
use crate::finder::{Finder, LINEAR_MAX, hash_node};
use crate::memory::try_push;
use crate::node::Node;

/// What happened to a cell.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Touch {
    /// It holds another scalar.
    Value = 0,
    /// It holds another container, or came to be, or is gone: paths through
    /// it lead elsewhere.
    Step = 1,
}

/// A slot or key, a watcher below 2^31, and a touch in one number that sorts
/// in that order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Entry(u64);

impl Entry {
    pub(crate) const fn new(of: u32, watcher: u32, touch: Touch) -> Self {
        Self((of as u64) << 32 | (watcher as u64) << 1 | touch as u64)
    }

    /// The slot or key.
    pub(crate) const fn of(self) -> u32 {
        (self.0 >> 32) as u32
    }

    pub(crate) const fn watcher(self) -> u32 {
        self.0 as u32 >> 1
    }

    pub(crate) const fn touch(self) -> Touch {
        if self.0 & 1 == 0 { Touch::Value } else { Touch::Step }
    }
}

/// A full run is split in two.
const RUN_ENTRIES_MAX: usize = 512;

/// Entries in order, in runs of which none is empty: adding one to many moves
/// a run's worth at most.
#[derive(Debug, Default)]
pub(crate) struct Entries {
    runs: Vec<Vec<Entry>>,
}

impl Entries {
    pub(crate) const fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// Adds an entry; answers whether it is new. O(log n).
    pub(crate) fn insert(&mut self, entry: Entry) -> Result<bool> {
        if self.runs.is_empty() {
            try_push(&mut self.runs, Vec::new())?;
        }
        let (at, place) = self.place(entry);
        let Err(place) = place else { return Ok(false) };
        let inserted = self.runs.get_mut(at).map_or(Ok(()), |run| insert_at(run, place, entry));
        match self.runs.get(at).map_or(0, Vec::len) {
            // Only a first run can be without entries here.
            0 => self.runs.clear(),
            // Without memory for it the run is longer for a while.
            RUN_ENTRIES_MAX.. => drop(self.split(at)),
            _ => {}
        }
        inserted.map(|()| true)
    }

    /// Takes an entry out; answers whether it was there. O(log n).
    pub(crate) fn remove(&mut self, entry: Entry) -> bool {
        let (at, Ok(place)) = self.place(entry) else { return false };
        let Some(run) = self.runs.get_mut(at) else { return false };
        run.remove(place);
        if run.is_empty() {
            self.runs.remove(at);
        }
        true
    }

    /// All entries.
    pub(crate) fn all(&self) -> impl Iterator<Item = Entry> {
        self.between(0, u32::MAX)
    }

    /// The entries of some slots or keys: O(log n + their number).
    pub(crate) fn between(&self, first: u32, last: u32) -> impl Iterator<Item = Entry> {
        let (at, place) = self.place(Entry::new(first, 0, Touch::Value));
        let mut place = place.unwrap_or_else(|place| place);
        let mut runs = self.runs.get(at..).unwrap_or_default().iter();
        let mut run = runs.next();
        core::iter::from_fn(move || {
            loop {
                if let Some(entry) = run?.get(place) {
                    place += 1;
                    return Some(*entry).filter(|entry| entry.of() <= last);
                }
                (run, place) = (runs.next(), 0);
            }
        })
    }

    /// The run that an entry belongs to, and where it is there or would be.
    fn place(&self, entry: Entry) -> (usize, Result<usize, usize>) {
        let behind = self.runs.partition_point(|run| run.first() <= Some(&entry));
        let at = behind.saturating_sub(1);
        (at, self.runs.get(at).map_or(Err(0), |run| run.binary_search(&entry)))
    }

    fn split(&mut self, at: usize) -> Result<()> {
        self.runs.try_reserve(1)?;
        let Some(run) = self.runs.get_mut(at) else { return Ok(()) };
        let mut behind = Vec::new();
        for entry in run.iter().skip(RUN_ENTRIES_MAX / 2) {
            try_push(&mut behind, *entry)?;
        }
        run.truncate(RUN_ENTRIES_MAX / 2);
        insert_at(&mut self.runs, at + 1, behind)
    }
}

/// Inserts, at the end at most, without aborting when memory is gone.
fn insert_at<T>(list: &mut Vec<T>, at: usize, item: T) -> Result<()> {
    list.try_reserve(1)?;
    list.insert(at, item);
    Ok(())
}

#[derive(Debug, Default)]
pub(crate) struct Watched {
    /// Watchers of cells, with what has to happen at least for filing anew. By
    /// slot, so that a shift of an array finds all behind it.
    pub(crate) cells: Entries,
    /// Watchers of everything in this container.
    pub(crate) inside: Entries,
    /// Watchers of a key of everything directly in this container.
    pub(crate) fields: Entries,
    /// Watchers of which items there are and of everything in some of them.
    pub(crate) among: Entries,
}

impl Watched {
    pub(crate) const fn is_empty(&self) -> bool {
        self.cells.is_empty() && self.inside.is_empty() && self.fields.is_empty() && self.among.is_empty()
    }
}

/// What is watched, by container.
#[derive(Debug, Default)]
pub(crate) struct ByNode {
    list: Vec<(Node, Watched)>,
    finder: Finder,
}

impl ByNode {
    #[inline]
    pub(crate) fn get(&self, node: Node) -> Option<&Watched> {
        self.list.get(self.number(node)? as usize).map(|(_, watched)| watched)
    }

    pub(crate) fn get_mut(&mut self, node: Node) -> Option<&mut Watched> {
        let number = self.number(node)?;
        self.list.get_mut(number as usize).map(|(_, watched)| watched)
    }

    pub(crate) fn get_or_add(&mut self, node: Node) -> Result<&mut Watched> {
        let number = match self.number(node) {
            Some(number) => number,
            None => self.add(node)?,
        };
        Ok(&mut self.list[number as usize].1)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Watched> {
        self.list.iter().map(|(_, watched)| watched)
    }

    /// Forgets a container; another takes its number.
    pub(crate) fn remove(&mut self, node: Node) {
        let Some(number) = self.number(node) else { return };
        let last = self.list.len() as u32 - 1;
        let moved = self.list[last as usize].0;
        let Self { list, finder } = self;
        finder.remove(hash_node(node), number, |other| hash_node(list[other as usize].0));
        if number != last {
            finder.renumber(hash_node(moved), last, number);
        }
        list.swap_remove(number as usize);
    }

    fn add(&mut self, node: Node) -> Result<u32> {
        let number = self.list.len() as u32;
        // A finder of a few things would have no slots.
        let room = (self.list.len() + 1).max(LINEAR_MAX + 1);
        let is_anew = self.finder.reserve(room)?;
        try_push(&mut self.list, (node, Watched::default()))?;
        let first = if is_anew { 0 } else { number };
        for (at, (node, _)) in (0..).zip(&self.list).skip(first as usize) {
            self.finder.file(hash_node(*node), at, |_| false);
        }
        Ok(number)
    }

    fn number(&self, node: Node) -> Option<u32> {
        self.finder.find(hash_node(node), |number| self.list[number as usize].0 == node)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn entries_are_an_ordered_set(
            steps in prop::collection::vec((any::<bool>(), 0u32..90, 0u32..30), 0..3_000),
            first in 0u32..90,
            last in 0u32..90,
        ) {
            let (mut entries, mut model) = (Entries::default(), BTreeSet::new());
            for (is_added, of, watcher) in steps {
                let entry = Entry::new(of, watcher, Touch::Value);
                if is_added {
                    prop_assert_eq!(entries.insert(entry).unwrap(), model.insert(entry));
                } else {
                    prop_assert_eq!(entries.remove(entry), model.remove(&entry));
                }
                prop_assert_eq!(entries.is_empty(), model.is_empty());
            }
            prop_assert!(entries.all().eq(model.iter().copied()));
            let expected = model.iter().copied().filter(|entry| (first..=last).contains(&entry.of()));
            prop_assert!(entries.between(first, last).eq(expected));
        }

        #[test]
        fn containers_come_and_go(steps in prop::collection::vec((any::<bool>(), 0u16..4, 0u32..40), 0..400)) {
            let (mut by_node, mut model) = (ByNode::default(), BTreeMap::new());
            for (number, (is_added, table, row)) in (0u32..).zip(steps) {
                let node = Node { table, row };
                if is_added {
                    let entry = Entry::new(number, 0, Touch::Step);
                    by_node.get_or_add(node).unwrap().cells.insert(entry).unwrap();
                    model.entry((table, row)).or_insert_with(Vec::new).push(entry);
                } else {
                    by_node.remove(node);
                    model.remove(&(table, row));
                }
                prop_assert_eq!(by_node.iter().count(), model.len());
            }
            for table in 0..4 {
                for row in 0..40 {
                    let known = by_node.get(Node { table, row }).map(|watched| watched.cells.all().collect());
                    prop_assert_eq!(known, model.get(&(table, row)).cloned());
                }
            }
        }
    }

    #[test]
    fn full_runs_are_split() {
        let mut entries = Entries::default();
        for of in (0..2_000).rev() {
            entries.insert(Entry::new(of, 0, Touch::Value)).unwrap();
        }
        assert!(entries.runs.len() > 3);
        assert!(entries.all().map(Entry::of).eq(0..2_000));
        assert!(entries.between(700, 900).map(Entry::of).eq(700..=900));
    }
}
