//! Comparing many values at once.

use crate::error::Result;
use crate::memory::try_push;
use crate::store::Store;
use crate::tree::Tree;
use crate::word::Word;

impl Store {
    /// Whether two values of this store are the same: kinds, keys in their
    /// order, and all words. O(size).
    #[must_use]
    pub fn equals(&self, one: Word, other: Word) -> bool {
        self.tree.equal(one, other)
    }
}

/// Numbers, as a bit each.
pub(crate) struct Bits {
    words: Vec<u64>,
}

impl Bits {
    pub(crate) fn iter(&self) -> impl Iterator<Item = usize> {
        self.words.iter().enumerate().flat_map(|(at, word)| {
            let mut rest = *word;
            core::iter::from_fn(move || {
                let bit = rest.trailing_zeros();
                rest &= rest.wrapping_sub(1);
                (bit < 64).then_some(at * 64 + bit as usize)
            })
        })
    }
}

impl Tree {
    /// Which words of two sequences of one length are not equal.
    pub(crate) fn differing(&self, one: &[Word], other: &[Word]) -> Result<Bits> {
        let mut words = Vec::new();
        for (one, other) in one.chunks(64).zip(other.chunks(64)) {
            let pairs = one.iter().zip(other).enumerate();
            try_push(
                &mut words,
                pairs.fold(0, |bits, (at, (one, other))| bits | u64::from(!self.equal(*one, *other)) << at),
            )?;
        }
        Ok(Bits { words })
    }
}
