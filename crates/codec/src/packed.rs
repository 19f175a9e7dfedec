//! Many words at once, as pages and snapshots pack them.

use crate::encoding::{Encoding, HOLES, Range, hole_code};
use crate::word::{StringId, Word};

#[cfg(target_endian = "big")]
compile_error!("pages are kept, and written, with the lowest byte first");

/// Words in a full page.
pub const PAGE_WORDS: usize = 1_024;

/// How some words are packed: what a page is in memory, and in a snapshot.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Packed {
    /// What the codes are.
    pub encoding: Encoding,
    /// What they are added to, or the only word.
    pub base: u64,
}

impl Packed {
    /// The narrowest encoding of these words; it depends on nothing but them.
    #[must_use]
    #[inline(never)]
    pub fn narrowest(words: &[Word]) -> Self {
        let first = words.first().copied().unwrap_or(Word::NULL);
        if words.iter().all(|word| *word == first) {
            return Self { encoding: Encoding::Constant, base: first.to_bits() };
        }
        let (encoding, base) = tags_of(words).unwrap_or_else(|| range_of(words)).encoding();
        Self { encoding, base }
    }

    /// Whether the base says anything.
    #[must_use]
    pub const fn has_base(self) -> bool {
        !matches!(self.encoding, Encoding::Bits | Encoding::Wide)
    }

    /// How many bytes so many words take.
    #[must_use]
    pub const fn bytes_of(self, words: usize) -> usize {
        (words * self.encoding.width_bits()).div_ceil(8)
    }

    /// Writes words as a page of a snapshot: the encoding, its base if it has one, and the codes.
    pub fn write(self, words: &[Word], into: &mut Vec<u8>) {
        self.write_head(into);
        let start = into.len();
        into.resize(start + self.bytes_of(words.len()), 0);
        self.pack(words, &mut into[start..]);
    }

    /// Writes what stands before the codes.
    pub(crate) fn write_head(self, into: &mut Vec<u8>) {
        into.push(self.encoding as u8);
        if self.has_base() {
            into.extend_from_slice(&self.base.to_le_bytes());
        }
    }

    /// Writes words that this encoding holds; bits behind the last one are zero.
    #[inline(never)]
    pub fn pack(self, words: &[Word], into: &mut [u8]) {
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
    #[inline(never)]
    pub fn unpack(self, bytes: &[u8], index: usize, into: &mut [Word]) {
        match self.encoding {
            Encoding::Constant => into.fill(Word::from_bits(self.base)),
            Encoding::Bits => {
                for (at, word) in (index..).zip(into) {
                    *word = Word::bool(bytes.get(at >> 3).is_some_and(|byte| byte >> (at & 7) & 1 == 1));
                }
            }
            Encoding::Int8 | Encoding::Tag8 => {
                self.words(bytes.get(index..).unwrap_or(&[]), into);
            }
            Encoding::Int16 | Encoding::Tag16 => {
                self.words::<[u8; 2]>(bytes.as_chunks().0.get(index..).unwrap_or(&[]), into);
            }
            Encoding::Int32 | Encoding::Tag32 => {
                self.words::<[u8; 4]>(bytes.as_chunks().0.get(index..).unwrap_or(&[]), into);
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
    #[must_use]
    #[inline(never)]
    pub fn is_as_it_was(self, bytes: &[u8], words: usize, strings: u32) -> bool {
        let first_string = Word::string(StringId(0)).to_bits();
        let limit = match self.encoding {
            Encoding::Bits => {
                return words.is_multiple_of(8) || bytes.last().is_some_and(|last| last >> (words % 8) == 0);
            }
            Encoding::Constant => return self.base == Word::TRUE.to_bits() || self.base == Word::FALSE.to_bits(),
            Encoding::Wide => {
                let is_number = |bits: &[u8; 8]| Word::from_bits(u64::from_le_bytes(*bits)).is_own_number();
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

    /// The words of codes, which are read twice: most pages have no holes.
    #[inline(always)]
    fn words<C: Code>(self, codes: &[C], into: &mut [Word]) {
        let code_max = self.encoding.code_max();
        let is_int = matches!(self.encoding, Encoding::Int8 | Encoding::Int16 | Encoding::Int32);
        let int = |code: u32| Word::integer((self.base as i64).wrapping_add(i64::from(code)));
        let tagged = |code: u32| Word::from_bits(self.base.wrapping_add(u64::from(code)));
        let codes = &codes[..codes.len().min(into.len())];
        let has_holes = codes.iter().fold(false, |found, code| found | (code.get() > code_max - HOLES));
        if has_holes {
            for (code, word) in codes.iter().zip(into) {
                let code = code.get();
                *word = if code > code_max - HOLES {
                    [Word::ABSENT, Word::UNDEFINED, Word::NULL][(code_max - code) as usize]
                } else if is_int {
                    int(code)
                } else {
                    tagged(code)
                };
            }
        } else if is_int {
            for (code, word) in codes.iter().zip(into) {
                *word = int(code.get());
            }
        } else {
            for (code, word) in codes.iter().zip(into) {
                *word = tagged(code.get());
            }
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

/// Sets the bit of each word that is not the other side's, of at most as many as there are bits: O(words).
#[inline(never)]
pub fn differing_words(words: &[Word], others: &[Word], bits: &mut [u64]) {
    for ((words, others), bits) in words.chunks(64).zip(others.chunks(64)).zip(bits) {
        let pairs = words.iter().zip(others).enumerate();
        *bits = pairs.fold(0, |bits, (lane, (word, other))| bits | u64::from(word != other) << lane);
    }
}

/// A code as it is written.
pub(crate) trait Code: Copy {
    /// As a number.
    fn get(self) -> u32;
    /// The lowest bytes of a number.
    fn of(code: u32) -> Self;
    /// Bytes as codes.
    fn chunks(bytes: &mut [u8]) -> &mut [Self];
}

impl Code for u8 {
    #[inline(always)]
    fn get(self) -> u32 {
        u32::from(self)
    }

    #[inline(always)]
    fn of(code: u32) -> Self {
        code as Self
    }

    fn chunks(bytes: &mut [u8]) -> &mut [Self] {
        bytes
    }
}

impl Code for [u8; 2] {
    #[inline(always)]
    fn get(self) -> u32 {
        u32::from(u16::from_le_bytes(self))
    }

    #[inline(always)]
    fn of(code: u32) -> Self {
        (code as u16).to_le_bytes()
    }

    fn chunks(bytes: &mut [u8]) -> &mut [Self] {
        bytes.as_chunks_mut().0
    }
}

impl Code for [u8; 4] {
    #[inline(always)]
    fn get(self) -> u32 {
        u32::from_le_bytes(self)
    }

    #[inline(always)]
    fn of(code: u32) -> Self {
        code.to_le_bytes()
    }

    fn chunks(bytes: &mut [u8]) -> &mut [Self] {
        bytes.as_chunks_mut().0
    }
}

/// What words have to be able to hold that are strings, blobs of one kind or
/// containers, without anything else.
fn tags_of(words: &[Word]) -> Option<Range> {
    let upper = |word: &Word| (word.to_bits() >> 32) as u32;
    let first = words.first().filter(|word| !word.is_plain()).map(upper)?;
    let (mut other, mut low, mut high) = (0, u32::MAX, 0);
    for word in words {
        other |= upper(word) ^ first;
        low = low.min(word.to_bits() as u32);
        high = high.max(word.to_bits() as u32);
    }
    (other == 0).then_some(Range::Tag { upper: first, low, high })
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

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::word::{BlobKind, Node};
    use proptest::prelude::*;

    fn any_word() -> impl Strategy<Value = Word> {
        prop_oneof![
            any::<bool>().prop_map(Word::bool),
            (-300i64..300).prop_map(Word::integer),
            any::<i32>().prop_map(|number| Word::integer(i64::from(number))),
            any::<f64>().prop_map(Word::number),
            any::<u32>().prop_map(|id| Word::string(StringId(id))),
            any::<u32>().prop_map(|id| Word::blob(BlobKind::Bytes, id)),
            (0u32..9).prop_map(|row| Word::node(Node { table: 3, row })),
            prop::sample::select(vec![Word::NULL, Word::UNDEFINED, Word::ABSENT, Word::number(-0.0)]),
        ]
    }

    /// Words of one family mostly, so that narrow encodings are met.
    pub(crate) fn words() -> impl Strategy<Value = Vec<Word>> {
        let few = |range| prop::collection::vec(range, 0..80);
        prop_oneof![
            few(any_word().boxed()),
            few(any::<bool>().prop_map(Word::bool).boxed()),
            few((0u32..70_000).prop_map(|id| Word::string(StringId(id))).boxed()),
            few(prop_oneof![9 => (-70i64..180).prop_map(Word::integer), 1 => Just(Word::NULL)].boxed()),
            few(prop_oneof![9 => (0u32..250).prop_map(|id| Word::string(StringId(id))), 1 => Just(Word::ABSENT)]
                .boxed()),
            (any_word(), 0usize..80).prop_map(|(word, count)| vec![word; count]),
        ]
    }

    proptest! {
        #[test]
        fn what_is_packed_is_what_it_was(words in words(), from in any::<prop::sample::Index>()) {
            let packed = Packed::narrowest(&words);
            let mut bytes = vec![0; packed.bytes_of(words.len())];
            packed.pack(&words, &mut bytes);
            let from = from.index(words.len() + 1);
            let mut read = vec![Word::NULL; words.len() - from];
            packed.unpack(&bytes, from, &mut read);
            prop_assert_eq!(&read, &words[from..]);
        }

        #[test]
        fn no_encoding_is_narrower(words in words()) {
            let range = words.iter().map(|word| Range::of(*word)).reduce(Range::union);
            let is_one = words.windows(2).all(|pair| pair[0] == pair[1]);
            let expected = if is_one { Encoding::Constant } else { range.unwrap().encoding().0 };
            prop_assert_eq!(Packed::narrowest(&words).encoding, expected);
        }
    }
}
