//! What the lane functions must answer, said in the plainest way.

use gaesup_kernels::{byte_bits, differing_lanes, equal, find_json_stop, find_u32, scalar};

/// Compares [`equal`] and its twin with the standard library.
pub(crate) fn check_equal(a: &[u8], b: &[u8]) {
    assert_eq!(equal(a, b), a == b, "{a:?} and {b:?}");
    assert_eq!(scalar::equal(a, b), a == b, "{a:?} and {b:?}");
}

/// Compares [`differing_lanes`] and its twin, at every width, with a loop.
pub(crate) fn check_differing(a: &[u8], b: &[u8]) {
    check_differing_at::<1>(a, b);
    check_differing_at::<2>(a, b);
    check_differing_at::<4>(a, b);
    check_differing_at::<8>(a, b);
}

fn check_differing_at<const LANE_BYTES: usize>(a: &[u8], b: &[u8]) {
    let lanes = a.len().min(b.len()) / LANE_BYTES;
    // A word more than needed, and not clear, to see that it is cleared.
    let mut expected = vec![0; lanes / 64 + 2];
    let mut count = 0;
    for lane in 0..lanes {
        let bytes = lane * LANE_BYTES..(lane + 1) * LANE_BYTES;
        if a[bytes.clone()] != b[bytes] {
            expected[lane / 64] |= 1 << (lane % 64);
            count += 1;
        }
    }
    let mut out = vec![u64::MAX; expected.len()];
    assert_eq!(differing_lanes::<LANE_BYTES>(a, b, &mut out), count);
    assert_eq!(out, expected, "lanes of {LANE_BYTES} bytes, {a:?} and {b:?}");
    out.fill(u64::MAX);
    assert_eq!(scalar::differing_lanes::<LANE_BYTES>(a, b, &mut out), count);
    assert_eq!(out, expected, "lanes of {LANE_BYTES} bytes, {a:?} and {b:?}");
}

/// Compares [`find_u32`] and its twin with a loop.
pub(crate) fn check_find(haystack: &[u32], needle: u32) {
    let mut expected = None;
    for (index, &number) in haystack.iter().enumerate().rev() {
        if number == needle {
            expected = Some(index);
        }
    }
    assert_eq!(find_u32(haystack, needle), expected, "{needle} in {haystack:?}");
    assert_eq!(scalar::find_u32(haystack, needle), expected);
}

/// Compares [`find_json_stop`] and its twin with a loop.
pub(crate) fn check_json_stop(bytes: &[u8]) {
    let mut expected = bytes.len();
    for (index, byte) in bytes.iter().enumerate().rev() {
        if matches!(byte, 0x00..=0x1F | 0x22 | 0x5C) {
            expected = index;
        }
    }
    assert_eq!(find_json_stop(bytes), expected, "{bytes:?}");
    assert_eq!(scalar::find_json_stop(bytes), expected, "{bytes:?}");
}

/// Compares [`byte_bits`] and its twin with a loop.
pub(crate) fn check_byte_bits(block: &[u8; 64], fold: u8, byte: u8) {
    let mut expected = 0;
    for (index, other) in block.iter().enumerate() {
        if other | fold == byte {
            expected |= 1 << index;
        }
    }
    assert_eq!(byte_bits(block, fold, byte), expected, "{byte} in {block:?} with {fold}");
    assert_eq!(scalar::byte_bits(block, fold, byte), expected);
}
