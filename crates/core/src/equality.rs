//! Whether two values are the same to the user.

use gaesup_codec::{StringId, Word};

use crate::node::{Cell, Node};
use crate::tree::{Kind, Tree};

impl Tree {
    /// Deep equality: same kinds, same keys in the same order, same words.
    ///
    /// Order is the order JavaScript shows: keys that are array indexes come
    /// first and ascending in every plain object, whenever they were added.
    pub(crate) fn equal(&self, a: Word, b: Word) -> bool {
        match (a.as_node(), b.as_node()) {
            (Some(a), Some(b)) => a == b || self.equal_nodes(a, b),
            _ => a == b,
        }
    }

    fn equal_nodes(&self, a: Node, b: Node) -> bool {
        let kind = self.kind(a);
        if kind != self.kind(b) {
            return false;
        }
        if kind == Kind::Array {
            let len = self.slots(a);
            return len == self.slots(b)
                && (0..len).all(|slot| self.equal(self.get(Cell { node: a, slot }), self.get(Cell { node: b, slot })));
        }
        let (mut left, mut right) = (self.cells(a), self.cells(b));
        loop {
            match (left.next(), right.next()) {
                (None, None) => return true,
                (Some((slot, word)), Some((slot2, word2))) if self.key(a, slot) == self.key(b, slot2) => {
                    if !self.equal(word, word2) {
                        return false;
                    }
                }
                (Some(_), Some(_)) if kind == Kind::Object => return self.equal_by_key(a, b),
                _ => return false,
            }
        }
    }

    /// The slow way, for objects whose keys are stored in different orders.
    fn equal_by_key(&self, a: Node, b: Node) -> bool {
        let names = |node: Node| self.cells(node).filter_map(move |(slot, _)| self.key(node, slot));
        let named = |node: Node| names(node).filter(|key| self.array_index(*key).is_none());
        names(a).count() == names(b).count()
            && named(a).eq(named(b))
            && self.cells(a).all(|(slot, word)| {
                let other = self.key(a, slot).and_then(|key| self.find(b, key));
                other.is_some_and(|slot| self.equal(word, self.get(Cell { node: b, slot })))
            })
    }

    /// The array index that a key is in JavaScript: canonical decimal digits
    /// below 2^32 - 1.
    pub(crate) fn array_index(&self, key: StringId) -> Option<u32> {
        let digits = self.strings.bytes(&self.memory, key.0);
        let canonical = match digits {
            [b'0'] => true,
            [b'1'..=b'9', rest @ ..] => rest.len() < 10 && rest.iter().all(u8::is_ascii_digit),
            _ => false,
        };
        if !canonical {
            return None;
        }
        let index = digits.iter().fold(0, |index, digit| index * 10 + u64::from(digit - b'0'));
        u32::try_from(index).ok().filter(|index| *index != u32::MAX)
    }
}
