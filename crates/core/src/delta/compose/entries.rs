//! Objects and maps of an effect: their keys, and what is known of the order.
//!
//! Additions and removals say which key stands right behind. So keys form
//! chains, in which those that went stay where they stood: without them a chain
//! is a part of the order now, without the new ones a part of the order before.

use super::{CORRUPT, Effect, NONE, Now};
use crate::delta::script::{TextId, Value};
use crate::error::Result;
use crate::finder::LINEAR_MAX;
use crate::memory::try_push;

/// Stands behind the last key as if it were one.
pub(super) const END: TextId = TextId(u32::MAX);

/// A key that operations mentioned.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) node: u32,
    pub(super) key: TextId,
    pub(super) slot: u32,
    /// The entry of the same object that was mentioned before this one.
    pub(super) next: u32,
    /// Whether it stands where it stood before all.
    pub(super) is_home: bool,
}

/// A place in a chain.
#[derive(Clone, Copy, Debug)]
pub(super) struct Link {
    pub(super) before: u32,
    pub(super) behind: u32,
    /// Of a key that is there: the first of the gone ones right before it, or itself.
    pub(super) front: u32,
    /// When effects become operations: which one of its gap it is.
    pub(super) rank: u32,
}

impl Entry {
    /// The number of the link where it stands, or where it would be added.
    pub(super) const fn place(&self, entry: u32) -> u32 {
        home(entry) + !self.is_home as u32
    }
}

/// The link of an entry where it stood before all; the next one is where it was added.
pub(super) const fn home(entry: u32) -> u32 {
    entry * 2
}

impl Effect {
    /// The slot of a key that is there.
    pub(super) fn field(&mut self, node: u32, key: TextId) -> Result<u32> {
        let entry = self.entry(node, key)?;
        Ok(self.entries[entry as usize].slot)
    }

    pub(super) fn remove(&mut self, node: u32, key: TextId, before: Option<TextId>, old: Value) -> Result<()> {
        let entry = self.entry(node, key)?;
        let place = self.place(entry);
        let owner = self.behind(node, place, before)?;
        let link = *self.link(place);
        let is_home = place == home(entry);
        if owner != NONE && (link.front != place || is_home) {
            self.link(owner).front = link.front;
        }
        if !is_home {
            self.link(link.behind).before = link.before;
            if link.before != NONE {
                self.link(link.before).behind = link.behind;
            }
        }
        self.let_go(self.entries[entry as usize].slot, old)
    }

    /// The place of the key that stands behind one, which is linked to it; none
    /// when that is not known. What `before` says is right but for keys that
    /// came since: records of commits name those that were there before.
    fn behind(&mut self, node: u32, place: u32, before: Option<TextId>) -> Result<u32> {
        let named = self.named(node, before)?;
        if self.link(place).behind == NONE && named != NONE {
            let mut front = self.link(named).front;
            while self.link(front).before != NONE && self.link(front).before % 2 == 1 {
                let came = self.link(front).before;
                front = self.link(came).front;
            }
            if self.link(front).before == NONE {
                self.link(place).behind = front;
                self.link(front).before = place;
            }
        }
        let mut at = self.link(place).behind;
        if named != NONE && at == self.link(named).front {
            return Ok(named);
        }
        while at != NONE && self.is_place_gone(at) {
            at = self.link(at).behind;
        }
        Ok(at)
    }

    /// The place of the key that an operation names as the one behind; none
    /// when it is gone.
    fn named(&mut self, node: u32, before: Option<TextId>) -> Result<u32> {
        let key = before.unwrap_or(END);
        if self.nodes[node as usize].kind.is_old() && self.find(node, key) == NONE {
            self.entry_new(node, key, Now::Kept)?;
        }
        let entry = self.find(node, key);
        if entry == NONE || self.is_gone(self.entries[entry as usize].slot) {
            return Ok(NONE);
        }
        Ok(self.place(entry))
    }

    /// Whether this is where a key stood that went.
    pub(super) fn is_place_gone(&self, place: u32) -> bool {
        let entry = &self.entries[place as usize / 2];
        entry.place(place / 2) != place || self.is_gone(entry.slot)
    }

    pub(super) fn add(&mut self, node: u32, key: TextId, before: Option<TextId>, new: Value) -> Result<()> {
        let slot = self.add_slot(node, key, before)?;
        let number = self.next_number();
        let slot = &mut self.slots[slot as usize];
        (slot.now, slot.number) = (Now::Value(new), number);
        Ok(())
    }

    /// The slot of a new key, which is to be filled.
    pub(super) fn add_slot(&mut self, node: u32, key: TextId, before: Option<TextId>) -> Result<u32> {
        let entry = match self.find(node, key) {
            NONE => self.entry_new(node, key, Now::Gone)?,
            entry => entry,
        };
        let known = &mut self.entries[entry as usize];
        known.is_home = false;
        let (slot, place) = (known.slot, known.place(entry));
        if !self.is_gone(slot) {
            return Err(CORRUPT);
        }
        let mut behind = self.named(node, before)?;
        if behind == NONE {
            behind = self.named(node, None)?;
        }
        let link = *self.link(behind);
        let front = if link.front == behind { place } else { link.front };
        *self.link(place) = Link { before: link.before, behind, front, rank: 0 };
        if link.before != NONE {
            self.link(link.before).behind = place;
        }
        self.link(behind).before = place;
        self.link(behind).front = behind;
        Ok(slot)
    }

    /// The entry of a key that is there.
    fn entry(&mut self, node: u32, key: TextId) -> Result<u32> {
        match self.find(node, key) {
            NONE if self.nodes[node as usize].kind.is_old() => self.entry_new(node, key, Now::Kept),
            entry if self.is_gone(self.entries[entry as usize].slot) => Err(CORRUPT),
            entry => Ok(entry),
        }
    }

    /// The entry of a key that was mentioned, or none.
    pub(super) fn find(&self, node: u32, key: TextId) -> u32 {
        let is_it = |entry: &Entry| entry.node == node && entry.key == key;
        let found = if self.entries.len() <= LINEAR_MAX {
            self.entries.iter().skip(1).position(is_it).map(|at| at as u32 + 1)
        } else {
            self.finder.find(hash(node, key), |number| is_it(&self.entries[number as usize]))
        };
        found.unwrap_or(NONE)
    }

    pub(super) fn entry_new(&mut self, node: u32, key: TextId, now: Now) -> Result<u32> {
        let number = self.entries.len();
        let refile = self.finder.reserve(number + 1)?;
        let slot = self.slot(now)?;
        let next = match self.nodes.get_mut(node as usize) {
            Some(node) => core::mem::replace(&mut node.first, number as u32),
            None => NONE,
        };
        try_push(&mut self.entries, Entry { node, key, slot, next, is_home: true })?;
        for place in home(number as u32)..home(number as u32) + 2 {
            try_push(&mut self.links, Link { before: NONE, behind: NONE, front: place, rank: 0 })?;
        }
        if number >= LINEAR_MAX {
            let first = if refile || number == LINEAR_MAX { 1 } else { number };
            for (number, entry) in self.entries.iter().enumerate().skip(first) {
                self.finder.file(hash(entry.node, entry.key), number as u32, |_| false);
            }
        }
        Ok(number as u32)
    }

    fn place(&self, entry: u32) -> u32 {
        self.entries[entry as usize].place(entry)
    }

    pub(super) fn link(&mut self, place: u32) -> &mut Link {
        &mut self.links[place as usize]
    }
}

/// Spreads a node and a key over the lower bits.
const fn hash(node: u32, key: TextId) -> u64 {
    let spread = ((node as u64) << 32 | key.0 as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    spread ^ (spread >> 32)
}
