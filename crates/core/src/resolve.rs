//! From a path to a place.

use gaesup_codec::{StringId, Word};

use crate::error::{Error, Result};
use crate::node::{Cell, Handle, Node};
use crate::store::Store;
use crate::tree::{Kind, Tree};

/// One step of a path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Key {
    /// An array index, or the same digits as a key.
    Index(u32),
    /// A key that some object has or had.
    Name(StringId),
    /// A key that no object has: it was never interned.
    Unknown,
}

/// The slot of a key that is not there.
pub const SLOT_MISSING: u32 = u32::MAX;

/// Where a path leads: a cell, and what is in it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Place {
    /// The cell; its slot is [`SLOT_MISSING`] when the last key does not
    /// exist, and the array's length one past an array's end.
    pub cell: Cell,
    /// What is there, or absent.
    pub word: Word,
}

impl Store {
    /// Follows keys from a container: O(keys).
    ///
    /// # Errors
    /// [`Error::PathNotFound`] when a step before the last leads nowhere, or
    /// there is no step at all.
    pub fn resolve(&self, start: Node, keys: &[Key]) -> Result<Place> {
        let mut node = start;
        let mut place = Err(Error::PathNotFound);
        for (at, key) in keys.iter().enumerate() {
            let slot = self.tree.step(node, *key);
            let cell = Cell { node, slot: slot.unwrap_or(SLOT_MISSING) };
            let word = slot.map_or(Word::ABSENT, |_| self.tree.get(cell));
            if at + 1 == keys.len() {
                place = Ok(Place { cell, word });
                break;
            }
            node = word.as_node().ok_or(Error::PathNotFound)?;
        }
        place
    }
}

impl Store {
    /// Makes `word` the value of a key: of an array's index, else of a name,
    /// which is added when it is missing. Answers where the container is then.
    ///
    /// # Errors
    /// [`Error::PathNotFound`] when an array has no such index, or as
    /// [`Store::set_key`].
    pub fn put(&mut self, node: Node, key: Key, word: Word) -> Result<Node> {
        let is_array = self.kind(node) == Kind::Array;
        match key {
            Key::Index(index) if is_array => self.set(node, index, word).map(|()| node),
            Key::Index(index) => {
                let digits = itoa(index);
                let key = self.intern(trimmed(&digits))?;
                self.set_key(node, key, word)
            }
            Key::Name(key) if !is_array => self.set_key(node, key, word),
            Key::Name(_) | Key::Unknown => Err(Error::PathNotFound),
        }
    }
}

impl Store {
    /// A container by where it was before the open transaction moved it, or
    /// was made in it: the same however often it moves.
    #[must_use]
    pub fn origin(&self, node: Node) -> Handle {
        self.handle(self.log.moved.origin(node))
    }

    /// The keys of an object or map with their slots, in the order they were added.
    pub fn keys(&self, node: Node) -> impl Iterator<Item = (StringId, u32)> {
        self.tree.cells(node).filter_map(move |(slot, _)| Some((self.tree.key(node, slot)?, slot)))
    }

    /// How many keys or items a container has: O(1), for an object O(its shape's keys).
    #[must_use]
    pub fn count(&self, node: Node) -> u32 {
        match self.tree.dictionary(node) {
            Some(entries) => entries.len(),
            None if self.kind(node) == Kind::Array => self.slots(node),
            None => self.tree.cells(node).count() as u32,
        }
    }
}

impl Tree {
    /// The slot that a key names in a container. In an array that includes
    /// the one after the last item.
    pub(crate) fn step(&self, node: Node, key: Key) -> Option<u32> {
        if self.kind(node) == Kind::Array {
            let Key::Index(index) = key else { return None };
            return Some(index).filter(|index| *index <= self.slots(node));
        }
        match key {
            Key::Name(name) => self.find(node, name),
            Key::Index(index) => {
                let digits = itoa(index);
                let id = self.strings.find(&self.memory, trimmed(&digits))?;
                self.find(node, StringId(id))
            }
            Key::Unknown => None,
        }
    }
}

/// Whether a key is the digits of an index.
pub(crate) fn is_digits(index: u32, key: &[u8]) -> bool {
    trimmed(&itoa(index)) == key
}

/// Decimal digits, right-aligned; unused places in front are zero bytes.
fn itoa(mut number: u32) -> [u8; 10] {
    let mut digits = [0; 10];
    for place in digits.iter_mut().rev() {
        *place = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    digits
}

/// The digits without the unused places in front.
fn trimmed(digits: &[u8; 10]) -> &[u8] {
    let start = digits.iter().position(|digit| *digit != 0).unwrap_or(0);
    &digits[start..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_those_of_the_number() {
        for number in [0, 7, 10, 4_294_967_295, 120_034] {
            let digits: Vec<u8> = itoa(number).into_iter().filter(|digit| *digit != 0).collect();
            assert_eq!(digits, number.to_string().into_bytes());
        }
    }
}
