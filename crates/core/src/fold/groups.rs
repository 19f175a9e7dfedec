//! Which container an entry of the log is about, and what became of that.

use super::Fold;
use crate::error::Result;
use crate::finder::{Finder, LINEAR_MAX, hash_node};
use crate::log::{Log, Undo};
use crate::memory::try_push;
use crate::node::Node;
use crate::scratch::{Bump, Scratch, scratch};

/// What became of a container in the transaction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Fate {
    /// It was there before and is there now.
    Kept,
    /// It was there before; it or something around it was taken out.
    Removed,
    /// It was built, or is part of something that was.
    New,
}

/// The entries about one row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Group {
    pub(super) node: Node,
    /// The newest entry.
    last: u32,
    pub(super) fate: Fate,
    /// Whether slots came, went, or mean something else than before.
    pub(super) is_structural: bool,
}

/// All rows that have entries, in the order of their first.
pub(super) struct Groups<'b> {
    pub(super) list: Scratch<'b, Group>,
    /// For each entry the one before it of the same row; its own number when
    /// there is none.
    earlier: Scratch<'b, u32>,
}

impl<'b> Groups<'b> {
    pub(super) fn new(log: &Log, bump: &'b Bump) -> Result<Self> {
        let mut finder = Finder::default();
        // A finder of a few things has no slots, and there may be more rows.
        finder.reserve(log.done.len().max(LINEAR_MAX + 1))?;
        let mut list: Scratch<'b, Group> = scratch(bump, log.done.len());
        let mut earlier = scratch(bump, log.done.len());
        for (at, undo) in (0..).zip(&log.done) {
            let node = undo.node();
            let known = finder.find(hash_node(node), |number| list[number as usize].node == node);
            let number = known.unwrap_or(list.len() as u32);
            if known.is_none() {
                finder.file(hash_node(node), number, |_| false);
                list.push(Group { node, last: at, fate: Fate::Kept, is_structural: false })?;
            }
            let group = &mut list[number as usize];
            earlier.push(group.last)?;
            group.last = at;
            group.is_structural |= !matches!(undo, Undo::Set { .. });
        }
        Ok(Self { list, earlier })
    }

    /// The numbers of a row's entries, newest first.
    pub(super) fn entries(&self, group: Group) -> impl Iterator<Item = usize> {
        std::iter::successors(Some(group.last as usize), |at| self.before(*at))
    }

    /// The number of the entry before one of the same row.
    pub(super) fn before(&self, at: usize) -> Option<usize> {
        self.earlier.get(at).map(|earlier| *earlier as usize).filter(|earlier| *earlier != at)
    }

    /// The entry of a row that has just one.
    pub(super) fn only_entry(&self, log: &Log, group: Group) -> Option<Undo> {
        let is_only = self.earlier[group.last as usize] == group.last;
        is_only.then(|| log.done[group.last as usize])
    }
}

impl Fold<'_, '_> {
    pub(super) fn find_fates(&mut self) {
        if self.born.is_empty() && self.store.log.dead.is_empty() {
            return;
        }
        for at in 0..self.groups.list.len() {
            self.groups.list[at].fate = self.fate(self.groups.list[at].node);
        }
    }

    /// What became of a container: O(depth), less for one beside the last.
    pub(super) fn fate(&mut self, node: Node) -> Fate {
        let node = self.store.log.moved.latest(node);
        if self.born.contains(self.origin(node)) {
            return Fate::New;
        }
        let around = match self.store.tree.parent(node) {
            None => Fate::Kept,
            Some(parent) => match self.last_fate {
                Some((known, fate)) if known == parent => fate,
                _ => {
                    let fate = self.fate_around(parent);
                    self.last_fate = Some((parent, fate));
                    fate
                }
            },
        };
        if around == Fate::Kept && self.store.log.dead.contains(node) { Fate::Removed } else { around }
    }

    fn fate_around(&self, node: Node) -> Fate {
        let log = &self.store.log;
        let (mut fate, mut next) = (Fate::Kept, Some(node));
        while let Some(node) = next {
            let node = log.moved.latest(node);
            if self.born.contains(self.origin(node)) {
                return Fate::New;
            }
            if log.dead.contains(node) {
                fate = Fate::Removed;
            }
            next = self.store.tree.parent(node);
        }
        fate
    }

    /// Finds what was built in the transaction and is not part of the state:
    /// what was taken out again, and what is in something that is restored.
    pub(super) fn find_loose(&mut self) -> Result<()> {
        if self.store.log.dead.is_empty() {
            return Ok(());
        }
        for at in 0..self.store.log.dead.as_slice().len() {
            let node = self.store.log.dead.as_slice()[at];
            // What moved after it was taken out is there once for every row.
            if self.store.log.moved.latest(node) == node && self.fate(node) == Fate::New {
                try_push(&mut self.store.loose, node)?;
            }
        }
        for at in 0..self.store.log.born.len() {
            let node = self.store.log.moved.latest(self.store.log.born[at]);
            if self.store.log.dead.contains(node) {
                continue;
            }
            if let Some(parent) = self.store.tree.parent(node)
                && self.fate(parent) == Fate::Removed
            {
                try_push(&mut self.store.loose, node)?;
            }
        }
        Ok(())
    }
}
