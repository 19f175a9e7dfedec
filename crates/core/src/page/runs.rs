//! Many words of a page at once: read, or compared by their codes.

use gaesup_codec::Encoding;
use gaesup_codec::Word;
use gaesup_kernels::{differing_lanes, equal};

use super::{PAGE_WORDS, Page};
use crate::memory::Memory;

/// The most words that are compared in one go.
pub(crate) const LANES: usize = PAGE_WORDS;

/// A bit for each of them.
pub(crate) type Lanes = [u64; LANES / 64];

/// Whether no bit is set.
pub(crate) fn is_clear(lanes: &Lanes) -> bool {
    lanes.iter().all(|bits| *bits == 0)
}

/// The numbers of the bits that are set.
pub(crate) fn set_bits(words: &[u64]) -> impl Iterator<Item = usize> {
    words.iter().enumerate().flat_map(|(at, word)| {
        let mut rest = *word;
        core::iter::from_fn(move || {
            let bit = rest.trailing_zeros();
            rest &= rest.wrapping_sub(1);
            (bit < u64::BITS).then_some(at * 64 + bit as usize)
        })
    })
}

/// Sets bits from `start` on as they are set in `bits`.
pub(crate) fn set_from(lanes: &mut [u64], start: usize, bits: u64) {
    if let Some(word) = lanes.get_mut(start / 64) {
        *word |= bits << (start % 64);
    }
    if let Some(word) = lanes.get_mut(start / 64 + 1) {
        // In two steps: all of a word is nothing to shift by.
        *word |= bits >> 1 >> (63 - start % 64);
    }
}

/// The bits whose numbers are below `count`.
const fn below(count: usize) -> u64 {
    if count >= 64 { u64::MAX } else { (1 << count) - 1 }
}

impl Page {
    /// Whether a word of this page can be a container.
    pub(crate) fn may_hold_nodes(&self) -> bool {
        match self.encoding {
            Encoding::Wide => true,
            Encoding::Constant | Encoding::Tag8 | Encoding::Tag16 | Encoding::Tag32 => {
                Word::from_bits(self.base).as_node().is_some()
            }
            _ => false,
        }
    }

    /// Whether all words are the same one.
    pub(crate) fn is_all(&self, word: Word) -> bool {
        self.encoding == Encoding::Constant && self.base == word.to_bits()
    }

    /// Adds to the number that all words of a full page are, or would be in an
    /// empty one; answers whether that was possible without more memory.
    pub(crate) fn count_up(&mut self, default: Word) -> bool {
        let word = if self.len == 0 { default } else { Word::from_bits(self.base) };
        let is_whole = self.len == 0 || self.len() == PAGE_WORDS;
        let Some(number) = word.as_number().filter(|_| is_whole && self.encoding == Encoding::Constant) else {
            return false;
        };
        self.base = Word::count((number as u32).wrapping_add(1)).to_bits();
        self.len = PAGE_WORDS as u16;
        true
    }

    /// Sets the bit of each lane whose word is not that of the other page,
    /// beginning with `first`. Both have to have words from their indexes on for
    /// `count` lanes.
    pub(crate) fn differing(
        &self,
        memory: &Memory,
        (other, indexes): (&Self, [usize; 2]),
        (first, count): (usize, usize),
        out: &mut Lanes,
    ) {
        if self.encoding != other.encoding || self.base != other.base {
            return self.differing_words(memory, (other, indexes), (first, count), out);
        }
        match self.encoding {
            Encoding::Constant => {}
            Encoding::Bits => {
                let blocks = [self.block, other.block].map(|block| memory.pool().bytes(block));
                for at in (0..count).step_by(64) {
                    let bits = load(blocks[0], indexes[0] + at) ^ load(blocks[1], indexes[1] + at);
                    set_from(out, first + at, bits & below(count - at));
                }
            }
            _ => self.differing_codes(memory, (other, indexes), (first, count), out),
        }
    }

    /// The same for pages of one encoding, by its codes.
    fn differing_codes(
        &self,
        memory: &Memory,
        (other, indexes): (&Self, [usize; 2]),
        (first, count): (usize, usize),
        out: &mut Lanes,
    ) {
        let width = self.encoding.width_bits() / 8;
        let codes = |page: &Self, index: usize| {
            memory.pool().bytes(page.block).get(index * width..(index + count) * width).unwrap_or_default()
        };
        let (codes, others) = (codes(self, indexes[0]), codes(other, indexes[1]));
        if equal(codes, others) {
            return;
        }
        let mut lanes: Lanes = [0; LANES / 64];
        differing_codes(width, codes, others, &mut lanes);
        for (at, bits) in lanes.iter().enumerate().take(count.div_ceil(64)) {
            set_from(out, first + at * 64, *bits);
        }
    }

    /// The same for pages whose codes mean different words.
    fn differing_words(
        &self,
        memory: &Memory,
        (other, indexes): (&Self, [usize; 2]),
        (first, count): (usize, usize),
        out: &mut Lanes,
    ) {
        let (mut words, mut others) = ([Word::ABSENT; 64], [Word::ABSENT; 64]);
        for at in (0..count).step_by(64) {
            let len = (count - at).min(64);
            self.read(memory, indexes[0] + at, &mut words[..len]);
            other.read(memory, indexes[1] + at, &mut others[..len]);
            let pairs = words[..len].iter().zip(&others[..len]).enumerate();
            let bits = pairs.fold(0, |bits, (lane, (word, other))| bits | u64::from(word != other) << lane);
            set_from(out, first + at, bits);
        }
    }
}

/// Sets the bit of each code that is not the other page's; a code has so many bytes.
#[inline(never)]
pub(crate) fn differing_codes(width: usize, codes: &[u8], others: &[u8], out: &mut Lanes) {
    match width {
        1 => differing_lanes::<1>(codes, others, out),
        2 => differing_lanes::<2>(codes, others, out),
        4 => differing_lanes::<4>(codes, others, out),
        _ => differing_lanes::<8>(codes, others, out),
    };
}

/// 64 bits from a bit on; those beyond the end are clear.
fn load(bytes: &[u8], bit: usize) -> u64 {
    let byte = |at: usize| u64::from(bytes.get(bit / 8 + at).copied().unwrap_or(0));
    let low = (0..8).fold(0, |bits, at| bits | byte(at) << (at * 8));
    match bit % 8 {
        0 => low,
        shift => low >> shift | byte(8) << (64 - shift),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::Part;
    use crate::page::tests::words;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn lanes_differ_where_words_do(
            start in words(),
            edits in prop::collection::vec((any::<u16>(), words()), 0..3),
            starts in any::<[u8; 2]>(),
            first in 0usize..70,
        ) {
            let mut memory = Memory::new(usize::MAX);
            let (mut pages, mut models) = ([Page::empty(), Page::empty()], [Vec::new(), Vec::new()]);
            for (side, (page, model)) in pages.iter_mut().zip(&mut models).enumerate() {
                model.resize(starts[side] as usize % 80, Word::NULL);
                model.extend_from_slice(&start);
                for (at, edit) in edits.iter().skip(1 - side) {
                    let at = *at as usize % (model.len() + 1);
                    model.splice(at..(at + edit.len()).min(model.len()), edit.iter().copied());
                }
                for (index, word) in model.iter().enumerate() {
                    page.set(&mut memory, Part::Columns, index, *word, 0).unwrap();
                }
                let mut read = vec![Word::ZERO; model.len() / 2];
                page.read(&memory, model.len() - read.len(), &mut read);
                prop_assert_eq!(&read, &model[model.len() - read.len()..]);
            }
            let indexes = [0, 1].map(|side| starts[side] as usize % 80 % models[side].len().max(1));
            let [one, other] = [0, 1].map(|side| &models[side][indexes[side].min(models[side].len())..]);
            let count = one.len().min(other.len());
            let mut lanes: Lanes = [0; LANES / 64];
            pages[0].differing(&memory, (&pages[1], indexes), (first, count), &mut lanes);
            let expected: Vec<usize> = (0..count).filter(|at| one[*at] != other[*at]).map(|at| at + first).collect();
            prop_assert_eq!(set_bits(&lanes).collect::<Vec<_>>(), expected);
        }
    }
}
