//! The lane functions against the plainest loops, over random inputs.
#![cfg(not(target_arch = "wasm32"))]

mod support;

use gaesup_kernels::{differing_lanes, scalar};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use support::{check_byte_bits, check_differing, check_equal, check_find, check_json_stop};

const CASES: u32 = if cfg!(miri) { 6 } else { 4_000 };
const BYTES_MAX: usize = if cfg!(miri) { 150 } else { 1_200 };

fn config() -> ProptestConfig {
    ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn copies_with_a_few_changes(
        bytes in vec(any::<u8>(), 0..BYTES_MAX),
        changes in vec((any::<Index>(), any::<u8>()), 0..6),
        (a_skip, b_skip) in (0..16_usize, 0..16_usize),
    ) {
        // Two copies at different offsets, so that neither alignment is a given.
        let mut a = vec![0; a_skip];
        let mut b = vec![1; b_skip];
        a.extend(&bytes);
        b.extend(&bytes);
        for (index, flip) in changes.iter().filter(|_| !bytes.is_empty()) {
            b[b_skip + index.index(bytes.len())] ^= flip;
        }
        check_equal(&a[a_skip..], &b[b_skip..]);
        check_differing(&a[a_skip..], &b[b_skip..]);
    }

    #[test]
    fn unrelated_bytes(
        a in vec(0..3_u8, 0..BYTES_MAX),
        b in vec(0..3_u8, 0..BYTES_MAX),
    ) {
        check_equal(&a, &b);
        check_differing(&a, &b);
    }

    #[test]
    fn a_needle_anywhere(
        mut haystack in vec(any::<u32>(), 0..BYTES_MAX / 4),
        needle in any::<u32>(),
        places in vec(any::<Index>(), 0..3),
        skip in 0..4_usize,
    ) {
        let length = haystack.len();
        for place in places.iter().filter(|_| length > 0) {
            haystack[place.index(length)] = needle;
        }
        check_find(&haystack[skip.min(haystack.len())..], needle);
    }

    #[test]
    fn text_with_a_stop_anywhere(
        mut text in vec(0x20_u8.., 0..BYTES_MAX / 4),
        stops in vec((any::<Index>(), any::<u8>()), 0..3),
        skip in 0..16_usize,
    ) {
        let length = text.len();
        for (index, stop) in stops.iter().filter(|_| length > 0) {
            text[index.index(length)] = *stop;
        }
        check_json_stop(&text[skip.min(length)..]);
    }

    #[test]
    fn bytes_of_a_block(block in vec(b'X'..=b'~', 64), fold in any::<u8>(), byte in b'X'..=b'~') {
        let block = block.try_into().unwrap();
        check_byte_bits(&block, 0, byte);
        check_byte_bits(&block, 0x20, byte);
        check_byte_bits(&block, fold, byte);
    }
}

#[test]
fn every_byte_at_every_place_of_a_text() {
    let lengths = if cfg!(miri) { 15..18 } else { 0..70 };
    for length in lengths {
        check_json_stop(&vec![b'a'; length]);
        for place in 0..length {
            let bytes = if cfg!(miri) { 0x1E..=0x22 } else { 0..=0xFF };
            for byte in bytes {
                let mut text = vec![b'a'; length];
                text[place] = byte;
                check_json_stop(&text);
            }
        }
    }
}

#[test]
fn one_change_at_every_place_of_every_length() {
    let lengths = if cfg!(miri) { 15..22 } else { 0..200 };
    for length in lengths {
        let a = vec![0x55; length];
        check_equal(&a, &a);
        check_differing(&a, &a);
        for place in 0..length {
            let mut b = a.clone();
            b[place] ^= 0x80;
            check_equal(&a, &b);
            check_differing(&a, &b);
        }
    }
}

#[test]
fn inputs_of_different_lengths_are_not_equal() {
    check_equal(&[0; 32], &[0; 33]);
    check_equal(&[], &[0]);
    check_equal(&[], &[]);
}

#[test]
fn whole_words_of_bits_leave_no_rest() {
    check_differing(&[1; 512], &[2; 512]);
    check_differing(&[1; 1_024], &[2; 1_024]);
}

#[test]
fn lanes_without_a_bit_are_not_looked_at() {
    let mut out = [u64::MAX; 1];
    assert_eq!(differing_lanes::<1>(&[1; 200], &[2; 200], &mut out), 64);
    assert_eq!(scalar::differing_lanes::<1>(&[1; 200], &[2; 200], &mut out), 64);
    assert_eq!(differing_lanes::<1>(&[1; 200], &[2; 200], &mut []), 0);
    assert_eq!(scalar::differing_lanes::<1>(&[1; 200], &[2; 200], &mut []), 0);
}
