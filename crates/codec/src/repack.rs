//! Packing anew what is packed already, by codes instead of words.

use crate::encoding::{Encoding, HOLES, Range};
use crate::packed::{Code, Packed};
use crate::word::Word;

impl Packed {
    /// Writes words that are packed in this encoding, from `index` on, in the narrowest one
    /// as a page of a snapshot: what [`Packed::narrowest`] and [`Packed::write`] make of them.
    /// None, and nothing is written, where that takes looking at words: where they can be
    /// references, or could be kept narrower. O(words), and several codes at a time.
    #[must_use]
    #[inline(never)]
    pub fn repack(self, bytes: &[u8], index: usize, words: usize, into: &mut Vec<u8>) -> Option<Self> {
        if words == 0 {
            return None;
        }
        let width = self.encoding.width_bits() / 8;
        let codes = |width: usize| bytes.get(index * width..(index + words) * width);
        match self.encoding {
            Encoding::Constant => {
                let is_plain = Word::from_bits(self.base).is_plain();
                is_plain.then(|| self.write_head(into)).map(|()| self)
            }
            Encoding::Bits => repack_bits(bytes, index, words, into),
            Encoding::Int8 => self.rebase::<u8>(codes(width)?, into),
            Encoding::Int16 => self.rebase::<[u8; 2]>(codes(width)?.as_chunks().0, into),
            Encoding::Int32 => self.rebase::<[u8; 4]>(codes(width)?.as_chunks().0, into),
            Encoding::Wide => self.numbers(codes(width)?, into),
            Encoding::Tag8 | Encoding::Tag16 | Encoding::Tag32 => None,
        }
    }

    /// Integers, as more than another base.
    #[inline(always)]
    fn rebase<C: Code>(self, codes: &[C], into: &mut Vec<u8>) -> Option<Self> {
        let hole_min = self.encoding.code_max() - HOLES + 1;
        let (mut low, mut high, mut highest) = (u32::MAX, 0, 0);
        for code in codes {
            let code = code.get();
            highest = code.max(highest);
            low = code.min(low);
            high = if code < hole_min { code.max(high) } else { high };
        }
        let has_holes = highest >= hole_min;
        if low >= hole_min || (!has_holes && low == high) {
            return None;
        }
        let [low, high] = [low, high].map(|code| (self.base as i64).wrapping_add(i64::from(code)));
        let (encoding, base) = Range::Int { low, high }.encoding();
        if encoding != self.encoding {
            return None;
        }
        let by = (self.base as i64).wrapping_sub(base as i64) as u32;
        let packed = Self { encoding, base };
        packed.write_head(into);
        let start = into.len();
        into.resize(start + size_of_val(codes), 0);
        let places = C::chunks(&mut into[start..]);
        if has_holes {
            for (place, code) in places.iter_mut().zip(codes) {
                let code = code.get();
                *place = C::of(if code < hole_min { code.wrapping_add(by) } else { code });
            }
        } else {
            for (place, code) in places.iter_mut().zip(codes) {
                *place = C::of(code.get().wrapping_add(by));
            }
        }
        Some(packed)
    }

    /// Numbers of which the first is no integer, and no other one the same.
    #[inline(always)]
    fn numbers(self, bytes: &[u8], into: &mut Vec<u8>) -> Option<Self> {
        let words = bytes.as_chunks::<8>().0;
        let word = |bytes: &[u8; 8]| Word::from_bits(u64::from_le_bytes(*bytes));
        let (first, rest) = words.split_first()?;
        let is_wide = word(first).is_number() && word(first).as_integer().is_none() && rest.first()? != first;
        let are_numbers = words.iter().fold(true, |all, bytes| all & word(bytes).is_number());
        if !is_wide || !are_numbers {
            return None;
        }
        self.write_head(into);
        into.extend_from_slice(bytes);
        Some(self)
    }
}

fn repack_bits(bytes: &[u8], index: usize, words: usize, into: &mut Vec<u8>) -> Option<Packed> {
    let bytes = bytes.get(index / 8..(index + words).div_ceil(8)).filter(|_| index.is_multiple_of(8))?;
    let (last, whole) = bytes.split_last()?;
    let last_bits = 0xFF >> (7 - (words - 1) % 8);
    let are_all = |byte: u8| whole.iter().all(|bits| *bits == byte) && last & last_bits == byte & last_bits;
    if are_all(0) || are_all(0xFF) {
        return None;
    }
    let packed = Packed { encoding: Encoding::Bits, base: 0 };
    packed.write_head(into);
    into.extend_from_slice(whole);
    into.push(last & last_bits);
    Some(packed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packed::tests::words;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_packed_anew_is_what_words_would_be(
            words in words(),
            wider in words(),
            parts in any::<[prop::sample::Index; 2]>(),
        ) {
            // An encoding that also holds other words is what a page has after edits.
            let mut all = words.clone();
            all.extend(&wider);
            let packed = Packed::narrowest(&all);
            let mut bytes = vec![0; packed.bytes_of(all.len())];
            packed.pack(&all, &mut bytes);
            let index = parts[0].index(words.len() + 1);
            let count = parts[1].index(words.len() + 1 - index);
            let part = &words[index..index + count];
            let mut codes = vec![9];
            let Some(repacked) = packed.repack(&bytes, index, count, &mut codes) else {
                prop_assert_eq!(codes, [9]);
                return Ok(());
            };
            let narrowest = Packed::narrowest(part);
            let mut expected = vec![9];
            narrowest.write(part, &mut expected);
            prop_assert_eq!((repacked, codes), (narrowest, expected));
        }
    }

    #[test]
    fn full_pages_of_plain_words_need_no_words() {
        let integers = |from: i64| (from..from + 200).map(Word::integer).collect::<Vec<_>>();
        let with_holes = [integers(-5), vec![Word::NULL, Word::UNDEFINED]].concat();
        let numbers = (0..200).map(|number| Word::number(f64::from(number) + 0.5)).collect();
        let booleans = (0..200).map(|number| Word::bool(number % 3 == 0)).collect();
        for words in [integers(0), integers(1 << 40), with_holes, numbers, booleans, vec![Word::ZERO; 9]] {
            let packed = Packed::narrowest(&words);
            let mut bytes = vec![0; packed.bytes_of(words.len())];
            packed.pack(&words, &mut bytes);
            let mut codes = Vec::new();
            assert_eq!(packed.repack(&bytes, 0, words.len(), &mut codes), Some(packed));
            assert!(codes.ends_with(&bytes));
        }
    }
}
