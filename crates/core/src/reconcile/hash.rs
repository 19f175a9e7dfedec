//! Hashes of what is in values, by which equal ones find each other.

use crate::finder::mix;
use crate::node::{Cell, Node};
use crate::tree::{Kind, Tree};
use crate::word::Word;

/// What is deeper inside a value says nothing about its hash.
const DEPTH: u32 = 6;

impl Tree {
    /// The same for values that are equal; whoever relies on the opposite has to compare them.
    pub(super) fn hash(&self, word: Word, seed: u64) -> u64 {
        self.hash_word(word, seed, DEPTH)
    }

    fn hash_word(&self, word: Word, seed: u64, depth: u32) -> u64 {
        match word.as_node() {
            None => mix(word.to_bits() ^ seed),
            Some(node) if depth > 0 => self.hash_node(node, seed, depth - 1),
            Some(node) => mix(seed.wrapping_add(self.kind(node) as u64)),
        }
    }

    fn hash_node(&self, node: Node, seed: u64, depth: u32) -> u64 {
        let kind = self.kind(node);
        if kind == Kind::Array {
            let words = (0..self.slots(node)).map(|slot| self.get(Cell { node, slot }));
            return words.fold(mix(seed), |hash, word| mix(hash ^ self.hash_word(word, seed, depth)));
        }
        // A sum: keys that are array indexes may be stored in any order.
        let start = mix(seed.wrapping_add(1 + kind as u64));
        self.cells(node).fold(start, |hash, (slot, word)| {
            let key = self.key(node, slot).map_or(0, |key| mix(u64::from(key.0) ^ seed));
            hash.wrapping_add(mix(key ^ self.hash_word(word, seed, depth)))
        })
    }
}
