//! New numbers for ids, in the order in which they are met.

use std::collections::TryReserveError;

use crate::encoding::{Encoding, HOLES, Range};
use crate::packed::{Code, PAGE_WORDS, Packed};
use crate::word::{StringId, Word};

/// No number yet.
const UNKNOWN: u32 = u32::MAX;

/// New numbers for the strings, or blobs, of a store.
#[derive(Debug)]
pub struct Numbering {
    by_id: Vec<u32>,
    order: Vec<u32>,
}

impl Numbering {
    /// A numbering of ids below `ids`, none of which has a number: O(ids).
    ///
    /// # Errors
    /// When there is no memory.
    pub fn new(ids: u32) -> Result<Self, TryReserveError> {
        let mut by_id = Vec::new();
        by_id.try_reserve_exact(ids as usize)?;
        by_id.resize(ids as usize, UNKNOWN);
        Ok(Self { by_id, order: Vec::new() })
    }

    /// The ids that have numbers, by these.
    #[must_use]
    pub fn order(&self) -> &[u32] {
        &self.order
    }

    /// The number of an id, if it has one.
    #[must_use]
    pub fn get(&self, id: u32) -> Option<u32> {
        self.by_id.get(id as usize).copied().filter(|number| *number != UNKNOWN)
    }

    /// The number of an id, a new one if it has none; none for an id that is too high: O(1).
    ///
    /// # Errors
    /// When there is no memory.
    pub fn number(&mut self, id: u32) -> Result<Option<u32>, TryReserveError> {
        self.order.try_reserve(1)?;
        Ok(self.given(id))
    }

    /// Puts its number in the place of each string's id, up to the first word that is
    /// neither a string, a number nor a constant, or whose id is too high: O(words).
    /// Answers how many words that were.
    ///
    /// # Errors
    /// When there is no memory; some words may be numbered then.
    #[inline(never)]
    pub fn strings(&mut self, words: &mut [Word]) -> Result<usize, TryReserveError> {
        self.order.try_reserve(words.len())?;
        for (at, word) in words.iter_mut().enumerate() {
            if word.is_plain() {
                continue;
            }
            let Some(number) = word.as_string().and_then(|id| self.given(id.0)) else { return Ok(at) };
            *word = Word::string(StringId(number));
        }
        Ok(words.len())
    }

    /// Writes strings that are packed, from `index` on, with their numbers in the place of ids,
    /// as a page of a snapshot: what [`Numbering::strings`], [`Packed::narrowest`] and
    /// [`Packed::write`] make of them. None, and nothing is written, where that takes
    /// looking at words. O(words), without making them.
    ///
    /// # Errors
    /// When there is no memory.
    #[inline(never)]
    pub fn repack(
        &mut self,
        packed: Packed,
        bytes: &[u8],
        index: usize,
        words: usize,
        into: &mut Vec<u8>,
    ) -> Result<Option<Packed>, TryReserveError> {
        let is_strings = packed.base >> 32 == Word::string(StringId(0)).to_bits() >> 32;
        let width = packed.encoding.width_bits() / 8;
        let codes = bytes.get(index * width..(index + words) * width).filter(|_| is_strings && words <= PAGE_WORDS);
        let Some(codes) = codes else { return Ok(None) };
        self.order.try_reserve(words)?;
        let mut numbers = [0; PAGE_WORDS];
        let numbers = &mut numbers[..words];
        let range = match packed.encoding {
            Encoding::Tag8 => self.numbers::<u8>(packed, codes, numbers),
            Encoding::Tag16 => self.numbers::<[u8; 2]>(packed, codes.as_chunks().0, numbers),
            Encoding::Tag32 => self.numbers::<[u8; 4]>(packed, codes.as_chunks().0, numbers),
            _ => None,
        };
        let Some(Numbers { low, high, has_holes }) = range else { return Ok(None) };
        if low == high && !has_holes {
            let packed = Packed { encoding: Encoding::Constant, base: Word::string(StringId(low)).to_bits() };
            packed.write_head(into);
            return Ok(Some(packed));
        }
        let (encoding, base) = Range::Tag { upper: (packed.base >> 32) as u32, low, high }.encoding();
        let packed = Packed { encoding, base };
        let start = into.len();
        packed.write_head(into);
        let codes = into.len();
        into.resize(codes + packed.bytes_of(words), 0);
        match encoding {
            Encoding::Tag8 => put::<u8>(numbers, base as u32, has_holes, &mut into[codes..]),
            Encoding::Tag16 => put::<[u8; 2]>(numbers, base as u32, has_holes, &mut into[codes..]),
            Encoding::Tag32 => put::<[u8; 4]>(numbers, base as u32, has_holes, &mut into[codes..]),
            _ => {
                into.truncate(start);
                return Ok(None);
            }
        }
        Ok(Some(packed))
    }

    /// The numbers of strings that are packed, and of those that are holes what is left to
    /// the highest code, from the highest number down. None if all of them are, or an id is too high.
    #[inline(always)]
    fn numbers<C: Code>(&mut self, packed: Packed, codes: &[C], into: &mut [u32]) -> Option<Numbers> {
        let code_max = packed.encoding.code_max();
        let mut found = Numbers { low: u32::MAX, high: 0, has_holes: false };
        for (code, place) in codes.iter().zip(into) {
            let code = code.get();
            if code > code_max - HOLES {
                found.has_holes = true;
                *place = code | !code_max;
                continue;
            }
            let number = self.given((packed.base as u32).checked_add(code)?)?;
            found.low = number.min(found.low);
            found.high = number.max(found.high);
            *place = number;
        }
        (found.low <= found.high).then_some(found)
    }

    /// For whoever has made room for one number more.
    #[inline(always)]
    fn given(&mut self, id: u32) -> Option<u32> {
        let place = self.by_id.get_mut(id as usize)?;
        if *place == UNKNOWN {
            *place = self.order.len() as u32;
            self.order.push(id);
        }
        Some(*place)
    }
}

/// Puts its id in the place of each string's number, up to the first word that is neither
/// a string with an id, nor a number or constant as stores have them: O(words).
/// Answers how many words that were.
#[inline(never)]
pub fn put_ids(ids: &[u32], words: &mut [Word]) -> usize {
    for (at, word) in words.iter_mut().enumerate() {
        if word.is_own_number() || word.is_constant() {
            continue;
        }
        let number = word.as_string().filter(|number| Word::string(*number) == *word);
        let Some(id) = number.and_then(|number| ids.get(number.0 as usize)) else { return at };
        *word = Word::string(StringId(*id));
    }
    words.len()
}

/// The lowest and the highest number of some, and whether there are holes between them.
struct Numbers {
    low: u32,
    high: u32,
    has_holes: bool,
}

/// Writes numbers as more than a base. The lowest bytes of a hole are its code.
#[inline(always)]
fn put<C: Code>(numbers: &[u32], base: u32, has_holes: bool, into: &mut [u8]) {
    let places = C::chunks(into).iter_mut().zip(numbers);
    if has_holes {
        for (place, number) in places {
            *place = C::of(if *number > u32::MAX - HOLES { *number } else { number.wrapping_sub(base) });
        }
    } else {
        for (place, number) in places {
            *place = C::of(number.wrapping_sub(base));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packed::tests::words;
    use crate::word::{BlobKind, Node};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn strings_that_are_packed_get_the_numbers_that_words_would_get(
            words in words(),
            before in prop::collection::vec(0u32..300, 0..300),
            parts in any::<[prop::sample::Index; 2]>(),
        ) {
            let packed = Packed::narrowest(&words);
            let mut bytes = vec![0; packed.bytes_of(words.len())];
            packed.pack(&words, &mut bytes);
            let index = parts[0].index(words.len() + 1);
            let count = parts[1].index(words.len() + 1 - index);
            let [mut one, mut other] = [0; 2].map(|_| Numbering::new(80_000).unwrap());
            for id in &before {
                prop_assert_eq!(one.number(*id), other.number(*id));
            }
            let mut codes = vec![9];
            let repacked = one.repack(packed, &bytes, index, count, &mut codes).unwrap();
            let Some(repacked) = repacked else {
                prop_assert_eq!(codes, [9]);
                return Ok(());
            };
            let mut part = words[index..index + count].to_vec();
            prop_assert_eq!(other.strings(&mut part), Ok(count));
            let narrowest = Packed::narrowest(&part);
            let mut expected = vec![9];
            narrowest.write(&part, &mut expected);
            prop_assert_eq!((repacked, codes, one.order()), (narrowest, expected, other.order()));
        }
    }

    #[test]
    fn full_pages_of_strings_need_no_words() {
        let strings = |from: u32| (from..from + 700).map(|id| Word::string(StringId(id))).collect::<Vec<_>>();
        let with_holes = [strings(5), vec![Word::NULL, Word::UNDEFINED, Word::ABSENT]].concat();
        for words in [strings(0), strings(70_000), with_holes, [strings(0), strings(79_000)].concat()] {
            let packed = Packed::narrowest(&words);
            let mut bytes = vec![0; packed.bytes_of(words.len())];
            packed.pack(&words, &mut bytes);
            let mut numbering = Numbering::new(80_000).unwrap();
            let mut codes = Vec::new();
            let is_done = words.len() <= PAGE_WORDS;
            assert_eq!(numbering.repack(packed, &bytes, 0, words.len(), &mut codes).unwrap().is_some(), is_done);
        }
    }

    #[test]
    fn numbers_of_strings_become_ids_as_far_as_words_are_what_they_can_be() {
        let string = |id| Word::string(StringId(id));
        let ids = [40, 3, 3];
        let good = [string(0), Word::NULL, string(2), Word::number(f64::NAN), string(1), Word::TRUE, Word::ZERO];
        let translated = [string(40), Word::NULL, string(3), good[3], string(3), Word::TRUE, Word::ZERO];
        let others = [
            string(3),
            Word::ABSENT,
            Word::from_bits(string(0).to_bits() | 1 << 32),
            Word::from_bits(Word::NULL.to_bits() | 1 << 32),
            Word::from_bits(0x7FF8_0000_0000_0001),
            Word::from_bits(0xFFFD_0000_0000_0000),
            Word::blob(BlobKind::Date, 0),
            Word::form(0),
        ];
        for other in others {
            for at in 0..=good.len() {
                let mut words = good.to_vec();
                words.insert(at, other);
                assert_eq!(put_ids(&ids, &mut words), at);
                assert_eq!(
                    (&words[..at], &words[at..=at], &words[at + 1..]),
                    (&translated[..at], &[other][..], &good[at..])
                );
            }
        }
        let mut words = good;
        assert_eq!((put_ids(&ids, &mut words), words), (good.len(), translated));
    }

    #[test]
    fn strings_get_numbers_in_the_order_in_which_they_are_met() {
        let string = |id| Word::string(StringId(id));
        let mut numbering = Numbering::new(10).unwrap();
        assert_eq!(numbering.number(7), Ok(Some(0)));
        let node = Word::node(Node { table: 3, row: 1 });
        let mut words = [string(2), Word::NULL, string(7), Word::ZERO, string(2), string(0), node, string(5)];
        assert_eq!(numbering.strings(&mut words), Ok(6));
        assert_eq!(words, [string(1), Word::NULL, string(0), Word::ZERO, string(1), string(2), node, string(5)]);
        assert_eq!(numbering.strings(&mut [string(10)]), Ok(0));
        assert_eq!(numbering.number(10), Ok(None));
        assert_eq!(numbering.order(), [7, 2, 0]);
        assert_eq!([numbering.get(2), numbering.get(5), numbering.get(10)], [Some(1), None, None]);
    }
}
