//! Blocks of bytes: LZ4 without a frame, and checksums.

use std::collections::TryReserveError;

use lz4_flex::block::{compress_into, decompress_into, get_maximum_output_size};
use xxhash_rust::xxh3::xxh3_64;

/// The most bytes that are worth compressing at once. Below 64 KB the compressor's
/// table takes 8 KB, and its second variant for more is left out of the program.
pub const BLOCK_BYTES: usize = 60_000;

/// The most bytes that so many take when they are compressed.
#[must_use]
pub const fn compressed_bytes_max(bytes: usize) -> usize {
    get_maximum_output_size(bytes)
}

/// Compresses bytes, at most [`BLOCK_BYTES`], to one LZ4 block: O(bytes). Answers
/// how many it takes, or none if there is no room for them.
#[must_use]
pub fn compress(plain: &[u8], into: &mut [u8]) -> Option<usize> {
    compress_into(plain, into).ok()
}

/// Takes one LZ4 block apart, whatever it says of itself; answers whether it was
/// just as many bytes as there is room for: O(bytes).
#[must_use]
pub fn decompress(packed: &[u8], into: &mut [u8]) -> bool {
    decompress_into(packed, into).ok() == Some(into.len())
}

/// XXH3 with 64 bits and seed 0, the highest byte first: O(bytes).
#[must_use]
pub fn checksum(bytes: &[u8]) -> [u8; 8] {
    xxh3_64(bytes).to_be_bytes()
}

/// The longest length of a piece takes so many bytes.
const LENGTH_BYTES_MAX: usize = 5;
/// How much of a short piece is copied at once.
const STEP_BYTES: usize = 16;
/// Longer pieces are copied as memory is.
const SHORT_BYTES_MAX: usize = 128;

/// Bytes at the front of some, which may be read beyond them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Piece<'a> {
    /// The bytes, and what stands behind them.
    pub block: &'a [u8],
    /// How many they are.
    pub len: usize,
}

impl<'a> Piece<'a> {
    /// The bytes without what stands behind them.
    #[must_use]
    pub fn bytes(&self) -> &'a [u8] {
        self.block.get(..self.len).unwrap_or(self.block)
    }
}

/// Copies bytes to a place of as many: O(bytes). Short ones take no call, as the
/// copying of memory otherwise does in WebAssembly.
#[inline(never)]
pub fn copy(bytes: &[u8], into: &mut [u8]) {
    if bytes.len() != into.len() || bytes.len() > SHORT_BYTES_MAX {
        let len = bytes.len().min(into.len());
        into[..len].copy_from_slice(&bytes[..len]);
    } else if !copy_steps::<STEP_BYTES>(bytes, into) && !copy_steps::<4>(bytes, into) {
        for (to, from) in into.iter_mut().zip(bytes) {
            *to = *from;
        }
    }
}

/// Copies so many bytes at a time, the last of them perhaps twice; answers whether there are so many.
#[inline(always)]
fn copy_steps<const N: usize>(bytes: &[u8], into: &mut [u8]) -> bool {
    for (to, from) in into.as_chunks_mut::<N>().0.iter_mut().zip(bytes.as_chunks::<N>().0) {
        *to = *from;
    }
    match (into.last_chunk_mut::<N>(), bytes.last_chunk::<N>()) {
        (Some(to), Some(from)) => {
            *to = *from;
            true
        }
        _ => false,
    }
}

/// Writes pieces one behind the other, those that fit: O(bytes). Answers how many
/// these are, and how many bytes they take. What is behind them may be overwritten.
#[inline(never)]
pub fn join(pieces: &[Piece<'_>], into: &mut [u8]) -> (usize, usize) {
    let mut at = 0;
    for (number, piece) in pieces.iter().enumerate() {
        let Some(room) = into.get_mut(at..).filter(|room| room.len() >= piece.len) else { return (number, at) };
        let steps = piece.len.div_ceil(STEP_BYTES);
        let from = piece.block.as_chunks::<STEP_BYTES>().0.get(..steps).filter(|_| piece.len <= SHORT_BYTES_MAX);
        let has_room = room.len() >= steps * STEP_BYTES;
        match from {
            Some(from) if has_room => {
                for (to, from) in room.as_chunks_mut::<STEP_BYTES>().0.iter_mut().zip(from) {
                    *to = *from;
                }
            }
            _ => {
                let bytes = piece.bytes();
                room[..bytes.len()].copy_from_slice(bytes);
            }
        }
        at += piece.len;
    }
    (pieces.len(), at)
}

/// Goes along pieces, each its length, seven bits a byte and the lowest first, in at most five
/// bytes, and as many bytes: adds where each ends until there are `count` ends. Answers
/// whether there are so many pieces: O(pieces).
///
/// # Errors
/// When there is no memory.
#[inline(never)]
pub fn piece_ends(bytes: &[u8], ends: &mut Vec<u32>, count: usize) -> Result<bool, TryReserveError> {
    ends.try_reserve(count.saturating_sub(ends.len()))?;
    let mut at = ends.last().map_or(0, |end| *end as usize);
    while ends.len() < count {
        let Some(first) = bytes.get(at) else { return Ok(false) };
        let mut len = usize::from(*first);
        at += 1;
        if len >= 0x80 {
            let Some((long, taken)) = long_length(&bytes[at - 1..]) else { return Ok(false) };
            len = long;
            at += taken - 1;
        }
        match at.checked_add(len) {
            Some(end) if end <= bytes.len() => at = end,
            _ => return Ok(false),
        }
        ends.push(at as u32);
    }
    Ok(true)
}

/// The length that some bytes begin with, and how many of them say it.
#[cold]
fn long_length(bytes: &[u8]) -> Option<(usize, usize)> {
    let taken = 1 + bytes.iter().take(LENGTH_BYTES_MAX).position(|byte| *byte < 0x80)?;
    let len = bytes[..taken].iter().rev().fold(0, |len, byte| len << 7 | u64::from(byte & 0x7F));
    Some((usize::try_from(len).ok()?, taken))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_block_is_what_it_was(bytes in prop::collection::vec(0u8..4, 0..3_000), cut in any::<prop::sample::Index>()) {
            let mut packed = vec![0; compressed_bytes_max(bytes.len())];
            let len = compress(&bytes, &mut packed).unwrap();
            let mut plain = vec![7; bytes.len()];
            prop_assert!(decompress(&packed[..len], &mut plain));
            prop_assert_eq!(&plain, &bytes);
            let mut longer = vec![0; bytes.len() + 1];
            prop_assert!(!decompress(&packed[..len], &mut longer));
            prop_assert!(bytes.is_empty() || !decompress(&packed[..cut.index(len)], &mut plain));
            prop_assert!(bytes.is_empty() || !decompress(&packed[..len], &mut plain[1..]));
        }
    }

    proptest! {
        #[test]
        fn what_is_copied_is_the_same(bytes in prop::collection::vec(any::<u8>(), 0..200), room in 0usize..200) {
            let mut into = vec![7; bytes.len()];
            copy(&bytes, &mut into);
            prop_assert_eq!(&into, &bytes);
            let mut other = vec![7; room];
            copy(&bytes, &mut other);
            let len = room.min(bytes.len());
            prop_assert_eq!(&other[..len], &bytes[..len]);
            prop_assert!(other[len..].iter().all(|byte| *byte == 7));
        }

        #[test]
        fn pieces_are_joined(
            lens in prop::collection::vec(prop_oneof![0usize..40, 100usize..150], 0..20),
            room in 0usize..1_000,
        ) {
            let block: Vec<u8> = (0..200u8).collect();
            let pieces: Vec<Piece<'_>> =
                lens.iter().enumerate().map(|(at, len)| Piece { block: &block[at..], len: *len }).collect();
            let mut into = vec![0xFF; room];
            let (count, bytes) = join(&pieces, &mut into);
            let expected = pieces[..count].iter().map(Piece::bytes).collect::<Vec<_>>().concat();
            prop_assert_eq!(&into[..bytes], &expected);
            prop_assert!(pieces.get(count).is_none_or(|next| bytes + next.len > room));
        }
    }

    #[test]
    fn a_checksum_is_that_of_the_specification() {
        // The empty input's, from the reference implementation's test vectors.
        assert_eq!(checksum(b""), 0x2D06_8005_38D3_94C2_u64.to_be_bytes());
    }
}
