//! Many words of a page at once.

use super::{PAGE_WORDS, Page};
use crate::encoding::{Encoding, HOLES, Range, hole_code};
use crate::error::Result;
use crate::memory::{Memory, Part};
use crate::word::{StringId, Word};

#[cfg(target_endian = "big")]
compile_error!("pages are kept, and written, with the lowest byte first");

impl Page {
    /// Copies the words from `index` on to where there is room: O(words).
    pub(crate) fn read(&self, memory: &Memory, index: usize, into: &mut [Word]) {
        let packed = Packed { encoding: self.encoding, base: self.base };
        let bytes = if self.encoding == Encoding::Constant { &[] } else { memory.pool().bytes(self.block) };
        packed.unpack(bytes, index, into);
    }

    /// A page of these words, in the narrowest encoding: O(words).
    pub(crate) fn of(memory: &mut Memory, part: Part, words: &[Word]) -> Result<Self> {
        let packed = Packed::narrowest(words);
        let mut page = Self { base: packed.base, len: words.len() as u16, encoding: packed.encoding, ..Self::empty() };
        if packed.encoding != Encoding::Constant {
            page.block = memory.alloc(part, packed.bytes_of(words.len()))?;
            packed.pack(words, memory.pool_mut().bytes_mut(page.block));
        }
        memory.pages_touched += 1;
        Ok(page)
    }

    /// A page of words that are packed already.
    pub(crate) fn of_packed(
        memory: &mut Memory,
        part: Part,
        packed: Packed,
        bytes: &[u8],
        words: usize,
    ) -> Result<Self> {
        let mut page = Self { base: packed.base, len: words as u16, encoding: packed.encoding, ..Self::empty() };
        if packed.encoding != Encoding::Constant {
            page.block = memory.alloc(part, bytes.len())?;
            memory.pool_mut().bytes_mut(page.block)[..bytes.len()].copy_from_slice(bytes);
        }
        memory.pages_touched += 1;
        Ok(page)
    }
}

/// How some words are packed: what a page is in memory, and in a snapshot.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Packed {
    pub(crate) encoding: Encoding,
    pub(crate) base: u64,
}

impl Packed {
    /// The narrowest encoding of these words; it depends on nothing but them.
    pub(crate) fn narrowest(words: &[Word]) -> Self {
        let first = words.first().copied().unwrap_or(Word::NULL);
        if words.iter().all(|word| *word == first) {
            return Self { encoding: Encoding::Constant, base: first.to_bits() };
        }
        let (encoding, base) = range_of(words).encoding();
        Self { encoding, base }
    }

    /// Whether the base says anything.
    pub(crate) const fn has_base(self) -> bool {
        !matches!(self.encoding, Encoding::Bits | Encoding::Wide)
    }

    /// How many bytes so many words take.
    pub(crate) const fn bytes_of(self, words: usize) -> usize {
        (words * self.encoding.width_bits()).div_ceil(8)
    }

    /// Writes words that this encoding holds; bits behind the last one are zero.
    pub(crate) fn pack(self, words: &[Word], into: &mut [u8]) {
        match self.encoding {
            Encoding::Constant => {}
            Encoding::Bits => {
                for (eight, byte) in words.chunks(8).zip(into) {
                    let bits = eight.iter().rev().fold(0, |bits, word| bits << 1 | u8::from(*word == Word::TRUE));
                    *byte = bits;
                }
            }
            Encoding::Int8 | Encoding::Tag8 => {
                for (word, byte) in words.iter().zip(into) {
                    *byte = self.code(*word) as u8;
                }
            }
            Encoding::Int16 | Encoding::Tag16 => {
                for (word, bytes) in words.iter().zip(into.as_chunks_mut().0) {
                    *bytes = (self.code(*word) as u16).to_le_bytes();
                }
            }
            Encoding::Int32 | Encoding::Tag32 => {
                for (word, bytes) in words.iter().zip(into.as_chunks_mut().0) {
                    *bytes = self.code(*word).to_le_bytes();
                }
            }
            Encoding::Wide => {
                for (word, bytes) in words.iter().zip(into.as_chunks_mut().0) {
                    *bytes = word.to_bits().to_le_bytes();
                }
            }
        }
    }

    /// Reads words from `index` on, as many as there is room for; what the
    /// bytes do not hold is left as it is.
    pub(crate) fn unpack(self, bytes: &[u8], index: usize, into: &mut [Word]) {
        match self.encoding {
            Encoding::Constant => into.fill(Word::from_bits(self.base)),
            Encoding::Bits => {
                for (at, word) in (index..).zip(into) {
                    *word = Word::bool(bytes.get(at >> 3).is_some_and(|byte| byte >> (at & 7) & 1 == 1));
                }
            }
            Encoding::Int8 | Encoding::Tag8 => {
                let codes = bytes.get(index..).unwrap_or(&[]);
                self.words(codes.iter().map(|code| u32::from(*code)), into);
            }
            Encoding::Int16 | Encoding::Tag16 => {
                let codes = bytes.as_chunks().0.get(index..).unwrap_or(&[]);
                self.words(codes.iter().map(|code| u32::from(u16::from_le_bytes(*code))), into);
            }
            Encoding::Int32 | Encoding::Tag32 => {
                let codes = bytes.as_chunks().0.get(index..).unwrap_or(&[]);
                self.words(codes.iter().map(|code| u32::from_le_bytes(*code)), into);
            }
            Encoding::Wide => {
                let words = bytes.as_chunks().0.get(index..).unwrap_or(&[]);
                for (bits, word) in words.iter().zip(into) {
                    *word = Word::from_bits(u64::from_le_bytes(*bits));
                }
            }
        }
    }

    /// Whether packed words of a snapshot need no translation and are words of a
    /// store as they are: numbers, booleans, null, undefined, and strings below `strings`.
    pub(crate) fn is_as_it_was(self, bytes: &[u8], words: usize, strings: u32) -> bool {
        let first_string = Word::string(StringId(0)).to_bits();
        let limit = match self.encoding {
            Encoding::Bits => {
                return words.is_multiple_of(8) || bytes.last().is_some_and(|last| last >> (words % 8) == 0);
            }
            Encoding::Constant => return self.base == Word::TRUE.to_bits() || self.base == Word::FALSE.to_bits(),
            Encoding::Wide => {
                let is_number = |bits: &[u8; 8]| {
                    let word = Word::from_bits(u64::from_le_bytes(*bits));
                    word.as_number().is_some_and(|number| Word::number(number) == word)
                };
                return bytes.as_chunks().0.iter().all(is_number);
            }
            Encoding::Int8 | Encoding::Int16 | Encoding::Int32 => {
                let base = self.base as i64;
                let fits = base.unsigned_abs() <= 1 << 52;
                if fits { u32::MAX } else { return false }
            }
            Encoding::Tag8 | Encoding::Tag16 | Encoding::Tag32 => {
                let base = self.base.wrapping_sub(first_string);
                let Some(room) = u32::try_from(base).ok().and_then(|base| strings.checked_sub(base)) else {
                    return false;
                };
                room
            }
        };
        // Above the highest code that a string may have there are null and undefined.
        let code_max = self.encoding.code_max();
        let is_fine = |code: u32| code < code_max && (code < limit || code > code_max - HOLES);
        match self.encoding.width_bits() {
            8 => bytes.iter().all(|code| is_fine(u32::from(*code))),
            16 => bytes.as_chunks().0.iter().all(|code| is_fine(u32::from(u16::from_le_bytes(*code)))),
            _ => bytes.as_chunks().0.iter().all(|code| is_fine(u32::from_le_bytes(*code))),
        }
    }

    #[inline(always)]
    fn words(self, codes: impl Iterator<Item = u32>, into: &mut [Word]) {
        let code_max = self.encoding.code_max();
        let is_int = matches!(self.encoding, Encoding::Int8 | Encoding::Int16 | Encoding::Int32);
        for (code, word) in codes.zip(into) {
            *word = if code > code_max - HOLES {
                [Word::ABSENT, Word::UNDEFINED, Word::NULL][(code_max - code) as usize]
            } else if is_int {
                Word::integer((self.base as i64).wrapping_add(i64::from(code)))
            } else {
                Word::from_bits(self.base.wrapping_add(u64::from(code)))
            };
        }
    }

    #[inline(always)]
    fn code(self, word: Word) -> u32 {
        let code_max = self.encoding.code_max();
        if let Some(code) = hole_code(word, code_max) {
            return code;
        }
        match word.as_integer() {
            Some(integer) => integer.wrapping_sub(self.base as i64) as u32,
            None => word.to_bits().wrapping_sub(self.base) as u32,
        }
    }
}

/// What a page of these words has to be able to hold.
fn range_of(words: &[Word]) -> Range {
    let mut last = words.first().copied().unwrap_or(Word::NULL);
    let mut range = Range::of(last);
    for word in words {
        if *word == last {
            continue;
        }
        last = *word;
        match &mut range {
            Range::Wide => break,
            Range::Int { low, high } => {
                if let Some(integer) = word.as_integer() {
                    *low = integer.min(*low);
                    *high = integer.max(*high);
                    continue;
                }
            }
            Range::Tag { upper, low, high } if (word.to_bits() >> 32) as u32 == *upper => {
                if hole_code(*word, u32::MAX).is_none() {
                    *low = (word.to_bits() as u32).min(*low);
                    *high = (word.to_bits() as u32).max(*high);
                }
                continue;
            }
            _ => {}
        }
        range = range.union(Range::of(*word));
    }
    range
}

/// Room for the words of a page.
pub(crate) type PageWords = [Word; PAGE_WORDS];
