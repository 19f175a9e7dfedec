//! Finding the numbered things of a transaction by hash.

use crate::error::{Error, Result};
use crate::node::{Cell, Node};

/// Up to this many things, looking at each is quicker than hashing.
pub(crate) const LINEAR_MAX: usize = 8;

/// Numbers by hash; what they number, and which are the same, the caller knows.
///
/// Things are numbered in the order they come. Whoever forgets the last of
/// them clears the finder and files those that are left.
#[derive(Debug, Default)]
pub(crate) struct Finder {
    /// One more than the number; 0 is free. At most half of them are taken.
    slots: Vec<u32>,
    /// Whether anything was filed since all were free.
    is_used: bool,
}

impl Finder {
    /// Makes room for `things`; when that means new slots, all are free and
    /// those known so far have to be filed again, which `true` says.
    pub(crate) fn reserve(&mut self, things: usize) -> Result<bool> {
        if things <= LINEAR_MAX || things * 2 <= self.slots.len() {
            return Ok(false);
        }
        let mut slots = Vec::new();
        let wanted = (things * 2).next_power_of_two();
        slots.try_reserve_exact(wanted)?;
        slots.resize(wanted, 0);
        self.slots = slots;
        self.is_used = false;
        Ok(true)
    }

    /// The number of a thing.
    #[inline]
    pub(crate) fn find(&self, hash: u64, is_it: impl Fn(u32) -> bool) -> Option<u32> {
        let mask = self.slots.len().wrapping_sub(1);
        let mut at = hash as usize & mask;
        loop {
            match *self.slots.get(at)? {
                0 => return None,
                number if is_it(number - 1) => return Some(number - 1),
                _ => at = (at + 1) & mask,
            }
        }
    }

    /// Files a number, in place of an earlier one of the same thing.
    #[inline]
    pub(crate) fn file(&mut self, hash: u64, number: u32, same: impl Fn(u32) -> bool) {
        self.is_used = true;
        let mask = self.slots.len().wrapping_sub(1);
        let mut at = hash as usize & mask;
        while let Some(slot) = self.slots.get_mut(at) {
            if *slot == 0 || same(*slot - 1) {
                *slot = number + 1;
                return;
            }
            at = (at + 1) & mask;
        }
    }

    /// Takes a number out; `hash_of` is asked about others. Those behind move
    /// up, so that none is cut off from where its search begins.
    pub(crate) fn remove(&mut self, hash: u64, number: u32, hash_of: impl Fn(u32) -> u64) {
        let mask = self.slots.len().wrapping_sub(1);
        let Some(mut hole) = self.slot(hash, number) else { return };
        let mut at = hole;
        loop {
            at = (at + 1) & mask;
            let entry = self.slots[at];
            if entry == 0 {
                break;
            }
            let home = hash_of(entry - 1) as usize & mask;
            if (at.wrapping_sub(home) & mask) >= (at.wrapping_sub(hole) & mask) {
                self.slots[hole] = entry;
                hole = at;
            }
        }
        self.slots[hole] = 0;
    }

    /// Gives a thing another number.
    pub(crate) fn renumber(&mut self, hash: u64, from: u32, to: u32) {
        if let Some(slot) = self.slot(hash, from) {
            self.slots[slot] = to + 1;
        }
    }

    /// Where a number is filed.
    fn slot(&self, hash: u64, number: u32) -> Option<usize> {
        let mask = self.slots.len().wrapping_sub(1);
        let mut at = hash as usize & mask;
        loop {
            match *self.slots.get(at)? {
                0 => return None,
                entry if entry == number + 1 => return Some(at),
                _ => at = (at + 1) & mask,
            }
        }
    }

    /// Forgets every number, but keeps the room.
    pub(crate) fn clear(&mut self) {
        if self.is_used {
            self.slots.fill(0);
            self.is_used = false;
        }
    }
}

/// Spreads a node over the lower bits.
#[inline]
pub(crate) const fn hash_node(node: Node) -> u64 {
    mix((node.table as u64) << 32 | node.row as u64)
}

/// Spreads a cell over the lower bits.
#[inline]
pub(crate) const fn hash_cell(cell: Cell) -> u64 {
    hash_node(cell.node) ^ mix(cell.slot as u64)
}

pub(crate) const fn mix(number: u64) -> u64 {
    let spread = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    spread ^ (spread >> 32)
}

/// Nodes in the order they were added, with an answer to who is among them.
#[derive(Debug, Default)]
pub(crate) struct NodeSet {
    nodes: Vec<Node>,
    finder: Finder,
}

impl NodeSet {
    #[inline]
    pub(crate) fn as_slice(&self) -> &[Node] {
        &self.nodes
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    #[inline]
    pub(crate) fn has_room(&self) -> bool {
        self.nodes.len() < self.nodes.capacity()
    }

    /// Makes sure that adding one more cannot fail.
    pub(crate) fn reserve(&mut self) -> Result<()> {
        let room = next_room(&self.nodes);
        if self.finder.reserve(room)? {
            self.file_from(0);
        }
        grow_to(&mut self.nodes, room)
    }

    /// Adds a node that is not there, after [`NodeSet::reserve`].
    pub(crate) fn push(&mut self, node: Node) {
        self.nodes.push(node);
        let known = self.nodes.len() - 1;
        self.file_from(if known == LINEAR_MAX { 0 } else { known });
    }

    /// Adds a node that is not there.
    pub(crate) fn try_push(&mut self, node: Node) -> Result<()> {
        self.reserve()?;
        self.push(node);
        Ok(())
    }

    pub(crate) fn contains(&self, node: Node) -> bool {
        self.position(node).is_some()
    }

    /// Which one a node is.
    pub(crate) fn position(&self, node: Node) -> Option<usize> {
        if self.nodes.len() <= LINEAR_MAX {
            return self.nodes.iter().position(|other| *other == node);
        }
        let found = self.finder.find(hash_node(node), |number| self.nodes[number as usize] == node);
        found.map(|number| number as usize)
    }

    pub(crate) fn truncate(&mut self, len: usize) {
        if len < self.nodes.len() {
            self.finder.clear();
            self.nodes.truncate(len);
            self.file_from(0);
        }
    }

    pub(crate) fn clear(&mut self) {
        if is_wasteful(&self.nodes) {
            *self = Self::default();
        }
        self.finder.clear();
        self.nodes.clear();
    }

    #[inline(never)]
    fn file_from(&mut self, first: usize) {
        if self.nodes.len() > LINEAR_MAX {
            for (number, node) in self.nodes.iter().enumerate().skip(first) {
                self.finder.file(hash_node(*node), number as u32, |_| false);
            }
        }
    }
}

/// Whether a vector that was used has so much more room than it needed that
/// emptying what belongs to it would cost more than making it anew.
pub(crate) fn is_wasteful<T>(used: &Vec<T>) -> bool {
    used.len() > LINEAR_MAX && used.capacity() > 1_024 && used.len() * 8 < used.capacity()
}

/// How much room a vector will have when one more must fit. What belongs to
/// it grows first, so that a vector with room means that all of it has.
pub(crate) fn next_room<T>(vec: &Vec<T>) -> usize {
    if vec.len() < vec.capacity() { vec.capacity() } else { (vec.capacity() * 2).max(4) }
}

/// Gives a vector the room that [`next_room`] announced.
pub(crate) fn grow_to<T>(vec: &mut Vec<T>, room: usize) -> Result<()> {
    vec.try_reserve_exact(room - vec.len()).map_err(|_| Error::OutOfMemory)
}
