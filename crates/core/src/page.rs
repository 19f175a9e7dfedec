//! A page: up to 1,024 words in the narrowest encoding that holds them.
//!
//! Columns and long arrays are made of pages. A page starts as one constant
//! and widens, by itself alone, when a word does not fit.
//!
//! Widening never loses a word the old encoding could hold: that is what
//! lets a rollback put back every old value without new memory.

mod runs;

use gaesup_codec::Word;
use gaesup_codec::{Encoding, HOLES, Range, hole_code};
use gaesup_kernels::Block;

use crate::error::Result;
use crate::memory::{Memory, Part};

mod words;

pub(crate) use gaesup_codec::PAGE_WORDS;
pub(crate) use runs::{LANES, Lanes, differing_codes, is_clear, set_bits, set_from};
pub(crate) use words::PageWords;

/// Up to [`PAGE_WORDS`] words; see the module's description.
#[derive(Debug)]
pub(crate) struct Page {
    base: u64,
    /// Meaningless while the page is constant.
    block: Block,
    len: u16,
    encoding: Encoding,
}

impl Page {
    pub(crate) const fn empty() -> Self {
        Self { base: 0, block: Block::from_bits(0), len: 0, encoding: Encoding::Constant }
    }

    #[inline(always)]
    pub(crate) const fn len(&self) -> usize {
        self.len as usize
    }

    /// The word at `index`, which is below [`Page::len`].
    #[inline(never)]
    pub(crate) fn get(&self, memory: &Memory, index: usize) -> Word {
        self.get_inline(memory, index)
    }

    #[inline(always)]
    pub(crate) fn get_inline(&self, memory: &Memory, index: usize) -> Word {
        let pool = memory.pool();
        match self.encoding {
            Encoding::Constant => Word::from_bits(self.base),
            Encoding::Bits => {
                Word::bool(pool.bytes(self.block).get(index >> 3).is_some_and(|byte| byte >> (index & 7) & 1 == 1))
            }
            Encoding::Wide => pool.u64s(self.block).get(index).map_or(Word::ABSENT, |bits| Word::from_bits(*bits)),
            _ => self.word_of(self.code(memory, index)),
        }
    }

    /// Makes `word` the word at `index`, if there is one and it needs no wider
    /// encoding; answers whether it did.
    #[inline(always)]
    pub(crate) fn replace(&self, memory: &mut Memory, index: usize, word: Word) -> bool {
        let is_done = index < self.len() && self.put_inline(memory, index, word);
        memory.pages_touched += u64::from(is_done);
        is_done
    }

    /// Makes `word` the word at `index`, which is at most [`Page::len`] (then
    /// it is appended). `room` is how many words a new block should hold.
    pub(crate) fn set(&mut self, memory: &mut Memory, part: Part, index: usize, word: Word, room: usize) -> Result<()> {
        memory.pages_touched += 1;
        if index < self.len() && self.put(memory, index, word) {
            return Ok(());
        }
        if self.prepare(memory, part, index, word, room)? {
            self.put(memory, index, word);
        }
        self.len = self.len.max(index as u16 + 1);
        Ok(())
    }

    /// Puts `word` before the word at `index`; the page must not be full.
    pub(crate) fn insert(&mut self, memory: &mut Memory, part: Part, index: usize, word: Word) -> Result<()> {
        let len = self.len();
        if self.prepare(memory, part, len, word, 0)? {
            self.shift(memory, index, len, Shift::Up);
            self.put(memory, index, word);
        }
        memory.pages_touched += 1;
        self.len += 1;
        Ok(())
    }

    /// Takes the word at `index` out; words behind it move up.
    pub(crate) fn remove(&mut self, memory: &mut Memory, part: Part, index: usize) -> Word {
        let word = self.get(memory, index);
        if self.encoding != Encoding::Constant {
            self.shift(memory, index, self.len(), Shift::Down);
        }
        memory.pages_touched += 1;
        self.len -= 1;
        if self.len == 0 {
            self.clear(memory, part);
        }
        word
    }

    /// Moves the words from `at` on into a page of their own.
    pub(crate) fn split(&mut self, memory: &mut Memory, part: Part, at: usize) -> Result<Self> {
        let mut tail = Self::empty();
        for index in at..self.len() {
            let word = self.get(memory, index);
            if let Err(error) = tail.set(memory, part, index - at, word, PAGE_WORDS / 2) {
                tail.clear(memory, part);
                return Err(error);
            }
        }
        self.len = at as u16;
        Ok(tail)
    }

    /// Appends all words of `other`, or none.
    pub(crate) fn append(&mut self, memory: &mut Memory, part: Part, other: &Self) -> Result<()> {
        let before = self.len;
        for index in 0..other.len() {
            let word = other.get(memory, index);
            if let Err(error) = self.set(memory, part, self.len(), word, 0) {
                self.len = before;
                return Err(error);
            }
        }
        Ok(())
    }

    /// Gives the block back and forgets every word.
    pub(crate) fn clear(&mut self, memory: &mut Memory, part: Part) {
        if self.encoding != Encoding::Constant {
            memory.free(part, self.block);
        }
        *self = Self::empty();
    }

    /// Whether a word of this page can refer to a string, blob or node.
    pub(crate) fn may_refer(&self) -> bool {
        match self.encoding {
            Encoding::Constant => self.len > 0,
            Encoding::Wide | Encoding::Tag8 | Encoding::Tag16 | Encoding::Tag32 => true,
            _ => false,
        }
    }

    #[inline(always)]
    fn code(&self, memory: &Memory, index: usize) -> u32 {
        let pool = memory.pool();
        match self.encoding {
            Encoding::Int8 | Encoding::Tag8 => {
                pool.bytes(self.block).get(index).map_or(u32::MAX, |code| u32::from(*code))
            }
            Encoding::Int16 | Encoding::Tag16 => {
                pool.u16s(self.block).get(index).map_or(u32::MAX, |code| u32::from(*code))
            }
            _ => pool.u32s(self.block).get(index).map_or(u32::MAX, |code| *code),
        }
    }

    #[inline(always)]
    fn word_of(&self, code: u32) -> Word {
        let code_max = self.encoding.code_max();
        if code > code_max - HOLES {
            return match code_max.wrapping_sub(code) {
                1 => Word::UNDEFINED,
                2 => Word::NULL,
                _ => Word::ABSENT,
            };
        }
        match self.encoding {
            Encoding::Int8 | Encoding::Int16 | Encoding::Int32 => {
                Word::integer((self.base as i64).wrapping_add(i64::from(code)))
            }
            _ => Word::from_bits(self.base + u64::from(code)),
        }
    }

    /// The code of `word` in this narrow encoding, when it has one.
    fn code_of(&self, word: Word) -> Option<u32> {
        let code_max = self.encoding.code_max();
        if let Some(code) = hole_code(word, code_max) {
            return Some(code);
        }
        let offset = match self.encoding {
            Encoding::Int8 | Encoding::Int16 | Encoding::Int32 => {
                u64::try_from(word.as_integer()?.checked_sub(self.base as i64)?).ok()?
            }
            _ => {
                if word.is_number() || word.to_bits() >> 32 != self.base >> 32 {
                    return None;
                }
                word.to_bits().checked_sub(self.base)?
            }
        };
        u32::try_from(offset).ok().filter(|code| *code <= code_max - HOLES)
    }

    /// Makes room for `word` at `index` in an encoding that holds it. Answers
    /// whether it still has to be put there: a constant page only grows.
    fn prepare(&mut self, memory: &mut Memory, part: Part, index: usize, word: Word, room: usize) -> Result<bool> {
        let fits = match self.encoding {
            Encoding::Constant => {
                if self.len == 0 {
                    self.base = word.to_bits();
                }
                if self.base == word.to_bits() {
                    return Ok(false);
                }
                false
            }
            Encoding::Bits => word == Word::TRUE || word == Word::FALSE,
            Encoding::Wide => true,
            _ => self.code_of(word).is_some(),
        };
        let words = (index + 1).max(self.len()).next_power_of_two().max(room).min(PAGE_WORDS);
        if !fits {
            self.widen(memory, part, word, words)?;
        } else if self.block.size_bytes() * 8 < (index + 1) * self.encoding.width_bits() {
            let larger = memory.alloc(part, (words * self.encoding.width_bits()).div_ceil(8))?;
            memory.pool_mut().copy(self.block, larger, self.block.size_bytes());
            memory.free(part, self.block);
            self.block = larger;
        }
        Ok(true)
    }

    /// Encodes all words anew so that `word` fits beside them.
    fn widen(&mut self, memory: &mut Memory, part: Part, word: Word, words: usize) -> Result<()> {
        let (encoding, base) = self.range().union(Range::of(word)).encoding();
        let block = memory.alloc(part, (words * encoding.width_bits()).div_ceil(8))?;
        let wider = Self { base, block, len: self.len, encoding };
        for index in 0..self.len() {
            wider.put(memory, index, self.get(memory, index));
        }
        if self.encoding != Encoding::Constant {
            memory.free(part, self.block);
        }
        *self = wider;
        Ok(())
    }

    /// Everything the present encoding can hold, not only what is there.
    fn range(&self) -> Range {
        let span = self.encoding.code_max() - HOLES;
        match self.encoding {
            Encoding::Constant => Range::of(Word::from_bits(self.base)),
            Encoding::Bits => Range::Bool,
            Encoding::Wide => Range::Wide,
            Encoding::Int8 | Encoding::Int16 | Encoding::Int32 => {
                let low = self.base as i64;
                Range::Int { low, high: low + i64::from(span) }
            }
            _ => {
                let low = self.base as u32;
                Range::Tag { upper: (self.base >> 32) as u32, low, high: low + span }
            }
        }
    }

    /// Stores a word at an index that the block has; answers whether it fits.
    #[inline(never)]
    fn put(&self, memory: &mut Memory, index: usize, word: Word) -> bool {
        self.put_inline(memory, index, word)
    }

    #[inline(always)]
    fn put_inline(&self, memory: &mut Memory, index: usize, word: Word) -> bool {
        let pool = memory.pool_mut();
        match self.encoding {
            Encoding::Constant => return word.to_bits() == self.base,
            Encoding::Wide => store(pool.u64s_mut(self.block), index, word.to_bits()),
            Encoding::Bits => {
                if word != Word::TRUE && word != Word::FALSE {
                    return false;
                }
                if let Some(byte) = pool.bytes_mut(self.block).get_mut(index >> 3) {
                    let bit = 1 << (index & 7);
                    *byte = if word == Word::TRUE { *byte | bit } else { *byte & !bit };
                }
            }
            _ => {
                let Some(code) = self.code_of(word) else {
                    return false;
                };
                match self.encoding {
                    Encoding::Int8 | Encoding::Tag8 => store(pool.bytes_mut(self.block), index, code as u8),
                    Encoding::Int16 | Encoding::Tag16 => store(pool.u16s_mut(self.block), index, code as u16),
                    _ => store(pool.u32s_mut(self.block), index, code),
                }
            }
        }
        true
    }

    /// Opens a gap at `index`, or closes the one there.
    fn shift(&self, memory: &mut Memory, index: usize, len: usize, shift: Shift) {
        let bytes = memory.pool_mut().bytes_mut(self.block);
        let width_bits = self.encoding.width_bits();
        if width_bits >= 8 {
            let width = width_bits / 8;
            let (from, to) = match shift {
                Shift::Up => (index * width..len * width, (index + 1) * width),
                Shift::Down => ((index + 1) * width..len * width, index * width),
            };
            if from.end <= bytes.len() && to + from.len() <= bytes.len() {
                bytes.copy_within(from, to);
            }
            return;
        }
        let bit = |bytes: &[u8], at: usize| bytes[at >> 3] >> (at & 7) & 1;
        let mut copy = |from: usize, to: usize| {
            let value = bit(bytes, from);
            bytes[to >> 3] = bytes[to >> 3] & !(1 << (to & 7)) | value << (to & 7);
        };
        match shift {
            Shift::Up => (index..len).rev().for_each(|at| copy(at, at + 1)),
            Shift::Down => (index + 1..len).for_each(|at| copy(at, at - 1)),
        }
    }
}

#[derive(Clone, Copy)]
enum Shift {
    Up,
    Down,
}

fn store<T>(slice: &mut [T], index: usize, item: T) {
    if let Some(place) = slice.get_mut(index) {
        *place = item;
    }
}

#[cfg(test)]
mod tests {
    use gaesup_codec::StringId;

    use super::*;
    use proptest::prelude::*;

    fn any_word() -> impl Strategy<Value = Word> {
        prop_oneof![
            any::<bool>().prop_map(Word::bool),
            (-300i64..300).prop_map(Word::integer),
            (-70_000i64..70_000).prop_map(Word::integer),
            any::<i32>().prop_map(|n| Word::integer(i64::from(n))),
            any::<f64>().prop_map(Word::number),
            (0u32..400).prop_map(|id| Word::string(StringId(id))),
            any::<u32>().prop_map(|id| Word::string(StringId(id))),
            Just(Word::NULL),
            Just(Word::UNDEFINED),
            Just(Word::ABSENT),
            Just(Word::number(-0.0)),
        ]
    }

    /// Words of one family mostly, so that narrow encodings are met.
    pub(super) fn words() -> impl Strategy<Value = Vec<Word>> {
        prop_oneof![
            prop::collection::vec(any_word(), 0..40),
            prop::collection::vec(any::<bool>().prop_map(Word::bool), 0..200),
            prop::collection::vec((0u32..300).prop_map(|id| Word::string(StringId(id))), 0..200),
            prop::collection::vec(prop_oneof![Just(Word::NULL), (0i64..260).prop_map(Word::integer)], 0..200),
        ]
    }

    fn all(page: &Page, memory: &Memory) -> Vec<Word> {
        (0..page.len()).map(|index| page.get(memory, index)).collect()
    }

    proptest! {
        #[test]
        fn a_page_is_a_vector(start in words(), edits in prop::collection::vec((0u8..5, any::<u16>(), any_word()), 0..60)) {
            let mut memory = Memory::new(usize::MAX);
            let mut page = Page::empty();
            let mut model: Vec<Word> = Vec::new();
            for word in start {
                page.set(&mut memory, Part::Columns, model.len(), word, 0).unwrap();
                model.push(word);
            }
            for (kind, at, word) in edits {
                let at = usize::from(at) % (model.len() + 1);
                match kind {
                    0 => { page.insert(&mut memory, Part::Columns, at, word).unwrap(); model.insert(at, word); }
                    1 if at < model.len() => prop_assert_eq!(page.remove(&mut memory, Part::Columns, at), model.remove(at)),
                    2 => {
                        let mut tail = page.split(&mut memory, Part::Columns, at).unwrap();
                        let tail_model = model.split_off(at);
                        prop_assert_eq!(all(&tail, &memory), tail_model.clone());
                        if kind % 2 == 0 { page.append(&mut memory, Part::Columns, &tail).unwrap(); model.extend(tail_model); }
                        tail.clear(&mut memory, Part::Columns);
                    }
                    _ => {
                        page.set(&mut memory, Part::Columns, at, word, 0).unwrap();
                        if at == model.len() { model.push(word) } else { model[at] = word }
                    }
                }
                prop_assert_eq!(all(&page, &memory), model.clone());
            }
            page.clear(&mut memory, Part::Columns);
            prop_assert_eq!(memory.bytes(Part::Columns), 0);
        }
    }

    #[test]
    fn a_page_uses_the_narrowest_encoding() {
        let check = |words: &[Word], expected: Encoding| {
            let mut memory = Memory::new(usize::MAX);
            let mut page = Page::empty();
            for (index, word) in words.iter().enumerate() {
                page.set(&mut memory, Part::Columns, index, *word, 0).unwrap();
            }
            assert_eq!(page.encoding, expected, "{words:?}");
        };
        check(&[Word::NULL, Word::NULL], Encoding::Constant);
        check(&[Word::TRUE, Word::FALSE], Encoding::Bits);
        check(&[Word::TRUE, Word::NULL, Word::FALSE], Encoding::Tag8);
        check(&[Word::integer(-5), Word::ABSENT, Word::integer(100)], Encoding::Int8);
        check(&[Word::integer(0), Word::integer(253)], Encoding::Int16);
        check(&[Word::integer(1_700_000_000_000), Word::integer(1_700_000_900_000)], Encoding::Int32);
        check(&[Word::integer(0), Word::number(0.5)], Encoding::Wide);
        check(&[Word::string(StringId(900_000)), Word::string(StringId(900_100))], Encoding::Tag8);
        check(&[Word::string(StringId(1)), Word::integer(1)], Encoding::Wide);
    }
}
