//! The lane functions without vector instructions: what a build without SIMD uses,
//! and what the others are compared with.

use super::LaneWidth;

/// The twin of [`equal`](crate::equal).
pub fn equal(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let (a_words, a_rest) = a.as_chunks::<8>();
    let (b_words, b_rest) = b.as_chunks::<8>();
    a_words.iter().zip(b_words).all(|(a, b)| a == b) && a_rest.iter().eq(b_rest)
}

/// The twin of [`differing_lanes`](crate::differing_lanes).
pub fn differing_lanes<const LANE_BYTES: usize>(a: &[u8], b: &[u8], out: &mut [u64]) -> usize {
    const { LaneWidth::<LANE_BYTES>::SUPPORTED };
    out.fill(0);
    let lanes = a.as_chunks::<LANE_BYTES>().0;
    let others = b.as_chunks::<LANE_BYTES>().0;
    let mut count = 0;
    for ((word, lanes), others) in out.iter_mut().zip(lanes.chunks(64)).zip(others.chunks(64)) {
        *word = differing_bits(lanes, others);
        count += word.count_ones() as usize;
    }
    count
}

/// Bit `i` is set where lane `i` differs; for at most 64 lanes.
pub(super) fn differing_bits<const LANE_BYTES: usize>(lanes: &[[u8; LANE_BYTES]], others: &[[u8; LANE_BYTES]]) -> u64 {
    let pairs = lanes.iter().zip(others).enumerate();
    pairs.fold(0, |bits, (lane, (a, b))| bits | u64::from(a != b) << lane)
}

/// The twin of [`find_u32`](crate::find_u32).
pub fn find_u32(haystack: &[u32], needle: u32) -> Option<usize> {
    haystack.iter().position(|&number| number == needle)
}

/// The twin of [`find_json_stop`](crate::find_json_stop).
pub fn find_json_stop(bytes: &[u8]) -> usize {
    bytes.iter().position(|&byte| byte == b'"' || byte == b'\\' || byte < 0x20).unwrap_or(bytes.len())
}

/// The twin of [`byte_bits`](crate::byte_bits).
pub fn byte_bits(block: &[u8; 64], fold: u8, byte: u8) -> u64 {
    block.iter().rev().fold(0, |bits, &other| bits << 1 | u64::from(other | fold == byte))
}
