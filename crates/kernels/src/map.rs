//! Which blocks a segment is divided into, and which of them are allocated.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::block::{Block, SEGMENT_UNITS};

const WORDS: usize = SEGMENT_UNITS / 64;

/// Whether a block of a segment is free or allocated.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum State {
    Free,
    Live,
}

/// Two bits per unit of a segment: "a block begins here" and "that block is
/// allocated".
///
/// The blocks tile their segment without gaps, so the first bit alone tells every
/// block's size: it reaches to where the next one begins. That makes 1 KiB per
/// segment, and it is the truth: the links of the free lists lie in memory that a
/// user of a stale block can overwrite, the map does not.
pub(crate) struct Map {
    starts: Box<[u64; WORDS]>,
    live: Box<[u64; WORDS]>,
}

impl Map {
    /// The map of a segment that is one free block; `None` if there is no memory.
    pub(crate) fn try_new() -> Option<Map> {
        let mut map = Map { starts: try_zeroed_words()?, live: try_zeroed_words()? };
        map.starts[0] = 1;
        Some(map)
    }

    /// The state of exactly this block; `None` if the segment is not divided so.
    pub(crate) fn state(&self, block: Block) -> Option<State> {
        let unit = block.offset_units();
        let is_block = has(&self.starts, unit) && self.next_start(unit) == unit + block.size_units();
        match (is_block, has(&self.live, unit)) {
            (false, _) => None,
            (true, false) => Some(State::Free),
            (true, true) => Some(State::Live),
        }
    }

    /// Marks a free block as allocated.
    pub(crate) fn mark_live(&mut self, block: Block) {
        insert(&mut self.live, block.offset_units());
    }

    /// Marks an allocated block as free.
    pub(crate) fn mark_free(&mut self, block: Block) {
        remove(&mut self.live, block.offset_units());
    }

    /// Divides a block in two, of which this is the upper half.
    pub(crate) fn split_at(&mut self, upper_half: Block) {
        insert(&mut self.starts, upper_half.offset_units());
    }

    /// Undoes [`split_at`](Map::split_at).
    pub(crate) fn join_at(&mut self, upper_half: Block) {
        remove(&mut self.starts, upper_half.offset_units());
    }

    /// Where the block after the one that holds `unit` begins.
    fn next_start(&self, unit: usize) -> usize {
        let (word, bit) = (unit / 64, unit % 64);
        let above = self.starts[word] & (!1 << bit);
        if above != 0 {
            return word * 64 + above.trailing_zeros() as usize;
        }
        let later = self.starts.iter().enumerate().skip(word + 1);
        later
            .filter(|&(_, &bits)| bits != 0)
            .map(|(word, bits)| word * 64 + bits.trailing_zeros() as usize)
            .next()
            .unwrap_or(SEGMENT_UNITS)
    }
}

fn try_zeroed_words() -> Option<Box<[u64; WORDS]>> {
    let mut words = Vec::new();
    words.try_reserve_exact(WORDS).ok()?;
    words.resize(WORDS, 0);
    words.into_boxed_slice().try_into().ok()
}

fn has(words: &[u64; WORDS], unit: usize) -> bool {
    words[unit / 64] >> (unit % 64) & 1 == 1
}

fn insert(words: &mut [u64; WORDS], unit: usize) {
    words[unit / 64] |= 1 << (unit % 64);
}

fn remove(words: &mut [u64; WORDS], unit: usize) {
    words[unit / 64] &= !(1 << (unit % 64));
}

#[cfg(test)]
mod tests {
    use super::{Map, State};
    use crate::block::{Block, ORDER_MAX};

    #[test]
    fn a_new_segment_is_one_free_block() {
        let map = Map::try_new().unwrap();
        let whole = Block::whole_segment(7);
        assert_eq!(map.state(whole), Some(State::Free));
        assert_eq!(map.state(whole.lower_half()), None);
        assert_eq!(map.state(whole.lower_half().buddy()), None);
    }

    #[test]
    fn halves_replace_the_whole_and_the_whole_the_halves() {
        let mut map = Map::try_new().unwrap();
        let mut block = Block::whole_segment(0);
        for _ in 0..ORDER_MAX {
            let (lower, upper) = (block.lower_half(), block.lower_half().buddy());
            map.split_at(upper);
            assert_eq!(map.state(block), None);
            assert_eq!(map.state(lower), Some(State::Free));
            map.mark_live(upper);
            assert_eq!(map.state(upper), Some(State::Live));
            assert_eq!(upper.parent(), block);
            block = if block.order().is_multiple_of(2) { lower } else { upper };
            map.mark_free(upper);
        }
        while block.order() < ORDER_MAX {
            block = block.parent();
            map.join_at(block.lower_half().buddy());
            assert_eq!(map.state(block), Some(State::Free));
        }
        assert_eq!(block, Block::whole_segment(0));
    }
}
