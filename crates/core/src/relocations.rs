//! Containers that went to other rows in the open transaction.

use crate::error::Result;
use crate::finder::{Finder, LINEAR_MAX, grow_to, hash_node, is_wasteful, next_room};
use crate::node::Node;

/// One step of a container from row to row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Relocation {
    pub(crate) from: Node,
    pub(crate) to: Node,
    /// The number of the container's first step.
    first: u32,
    /// The number of the step before this one; its own when it is the first.
    before: u32,
    /// In a first step: the number of the container's last.
    last: u32,
    /// In a first step: whether the row before the transaction is the one that stays.
    restored: bool,
}

/// All steps, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Relocations {
    steps: Vec<Relocation>,
    by_from: Finder,
    by_to: Finder,
}

impl Relocations {
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.steps.len()
    }

    #[inline]
    pub(crate) fn has_room(&self) -> bool {
        self.steps.len() < self.steps.capacity()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Relocation> {
        self.steps.iter()
    }

    /// A step by its number.
    pub(crate) fn step(&self, number: usize) -> Option<Relocation> {
        self.steps.get(number).copied()
    }

    /// Makes sure that noting one more cannot fail.
    pub(crate) fn reserve(&mut self) -> Result<()> {
        let room = next_room(&self.steps);
        let (from, to) = (self.by_from.reserve(room), self.by_to.reserve(room));
        if from == Ok(true) || to == Ok(true) {
            self.by_from.clear();
            self.by_to.clear();
            self.file_from(0);
        }
        from.and(to)?;
        grow_to(&mut self.steps, room)
    }

    /// Notes a step, after [`Relocations::reserve`].
    #[inline(never)]
    pub(crate) fn push(&mut self, from: Node, to: Node) {
        let number = self.steps.len() as u32;
        let known = self.number_to(from);
        let first = known.map_or(number, |step| self.steps[step as usize].first);
        let before = known.unwrap_or(number);
        self.steps.push(Relocation { from, to, first, before, last: number, restored: false });
        self.steps[first as usize].last = number;
        let known = self.steps.len() - 1;
        self.file_from(if known == LINEAR_MAX { 0 } else { known });
    }

    /// Forgets all steps but the first `len`.
    pub(crate) fn truncate(&mut self, len: usize) {
        if len >= self.steps.len() {
            return;
        }
        self.by_from.clear();
        self.by_to.clear();
        while self.steps.len() > len {
            if let Some(step) = self.steps.pop()
                && let Some(first) = self.steps.get_mut(step.first as usize)
            {
                first.last = step.before;
            }
        }
        self.file_from(0);
    }

    /// Where a container is now.
    pub(crate) fn latest(&self, node: Node) -> Node {
        let Some(step) = self.number_from(node) else { return node };
        let first = self.steps[self.steps[step as usize].first as usize];
        self.steps[first.last as usize].to
    }

    /// Where a container was before the transaction, or was made in it.
    pub(crate) fn origin(&self, node: Node) -> Node {
        let Some(step) = self.number_to(node) else { return node };
        self.steps[self.steps[step as usize].first as usize].from
    }

    /// Notes that a container is back in the row where it was.
    pub(crate) fn restore(&mut self, origin: Node) {
        if let Some(step) = self.number_from(origin) {
            self.steps[step as usize].restored = true;
        }
    }

    /// Where a container will be when the transaction is over.
    pub(crate) fn settled(&self, node: Node) -> Node {
        let origin = self.origin(node);
        if self.is_restored(origin) { origin } else { self.latest(origin) }
    }

    /// Whether a container that moved is back in the row where it was.
    pub(crate) fn is_restored(&self, origin: Node) -> bool {
        self.number_from(origin).is_some_and(|step| self.steps[step as usize].restored)
    }

    /// The row that a step leaves to be freed.
    pub(crate) fn loose_row(&self, step: &Relocation) -> Node {
        if self.steps[step.first as usize].restored { step.to } else { step.from }
    }

    pub(crate) fn clear(&mut self) {
        if is_wasteful(&self.steps) {
            *self = Self::default();
        }
        self.by_from.clear();
        self.by_to.clear();
        self.steps.clear();
    }

    fn number_from(&self, node: Node) -> Option<u32> {
        let is_it = |number: u32| self.steps[number as usize].from == node;
        if self.steps.len() <= LINEAR_MAX {
            return (0..self.steps.len() as u32).find(|number| is_it(*number));
        }
        self.by_from.find(hash_node(node), is_it)
    }

    fn number_to(&self, node: Node) -> Option<u32> {
        let is_it = |number: u32| self.steps[number as usize].to == node;
        if self.steps.len() <= LINEAR_MAX {
            return (0..self.steps.len() as u32).find(|number| is_it(*number));
        }
        self.by_to.find(hash_node(node), is_it)
    }

    fn file_from(&mut self, first: usize) {
        if self.steps.len() > LINEAR_MAX {
            for (number, step) in self.steps.iter().enumerate().skip(first) {
                self.by_from.file(hash_node(step.from), number as u32, |_| false);
                self.by_to.file(hash_node(step.to), number as u32, |_| false);
            }
        }
    }
}
