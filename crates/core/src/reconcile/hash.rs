//! Hashes of what is in values, by which equal ones find each other.

use gaesup_codec::Word;

use crate::compare::run_of;
use crate::error::Result;
use crate::finder::mix;
use crate::node::{Cell, Node, TableId};
use crate::tree::{Kind, Tree};

/// What is deeper inside a value says nothing about its hash.
const DEPTH: u32 = 6;

/// Fewer rows in a row are hashed one by one.
const RUN_ROWS: usize = 4;

impl Tree {
    /// A hash for each word: the same for values that are equal. Whoever relies
    /// on the opposite has to compare them.
    pub(super) fn hashes(&self, words: &[Word], seed: u64) -> Result<Vec<u64>> {
        let mut hashes = filled(words.len(), 0)?;
        self.hash_words(words, seed, DEPTH, &mut hashes)?;
        Ok(hashes)
    }

    fn hash_words(&self, words: &[Word], seed: u64, depth: u32, out: &mut [u64]) -> Result<()> {
        let mut at = 0;
        while let Some(word) = words.get(at) {
            let run = if word.as_node().is_some() { run_of(&words[at..]) } else { 1 };
            match word.as_node() {
                Some(node) if run >= RUN_ROWS && node.table >= TableId::SHAPES && depth > 0 => {
                    self.hash_rows(node, seed, depth - 1, &mut out[at..at + run])?;
                }
                _ => {
                    for (word, place) in words[at..].iter().zip(&mut out[at..]).take(run) {
                        *place = self.hash_word(*word, seed, depth);
                    }
                }
            }
            at += run;
        }
        Ok(())
    }

    /// Rows that follow one another, column by column.
    fn hash_rows(&self, first: Node, seed: u64, depth: u32, out: &mut [u64]) -> Result<()> {
        let kind = self.kind(first);
        out.fill(start(kind, seed));
        let (mut words, mut hashes) = (filled(out.len(), Word::ABSENT)?, filled(out.len(), 0)?);
        for slot in 0..self.slots(first) {
            self.read_column(first, slot, &mut words);
            self.hash_words(&words, seed, depth, &mut hashes)?;
            let key = self.hash_key(first, slot, seed);
            for ((place, word), hash) in out.iter_mut().zip(&words).zip(&hashes) {
                if !word.is_absent() {
                    *place = with(kind, *place, key, *hash);
                }
            }
        }
        Ok(())
    }

    fn hash_word(&self, word: Word, seed: u64, depth: u32) -> u64 {
        let Some(node) = word.as_node() else {
            return mix(word.to_bits() ^ seed);
        };
        let kind = self.kind(node);
        if depth == 0 {
            return start(kind, seed);
        }
        let slots = 0..self.slots(node);
        slots.fold(start(kind, seed), |hash, slot| match self.get(Cell { node, slot }) {
            Word::ABSENT => hash,
            word => with(kind, hash, self.hash_key(node, slot, seed), self.hash_word(word, seed, depth - 1)),
        })
    }

    fn hash_key(&self, node: Node, slot: u32, seed: u64) -> u64 {
        self.key(node, slot).map_or(0, |key| mix(u64::from(key.0) ^ seed))
    }
}

fn start(kind: Kind, seed: u64) -> u64 {
    mix(seed.wrapping_add(kind as u64))
}

/// The hash of a container with a part more: keys count in any order, because
/// those that are array indexes may be stored in any.
fn with(kind: Kind, hash: u64, key: u64, part: u64) -> u64 {
    if kind == Kind::Array { mix(hash ^ part) } else { hash.wrapping_add(mix(key ^ part)) }
}

fn filled<T: Clone>(len: usize, item: T) -> Result<Vec<T>> {
    let mut list = Vec::new();
    list.try_reserve_exact(len)?;
    list.resize(len, item);
    Ok(list)
}
