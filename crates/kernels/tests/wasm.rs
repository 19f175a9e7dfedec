//! What can only be seen in a real WebAssembly engine: the `simd128` lanes against
//! the plain loops, and a memory that does not grow any more.
#![cfg(target_arch = "wasm32")]

mod support;

use gaesup_kernels::{BLOCK_BYTES_MAX, Block, Pool, PoolError};
use support::{check_byte_bits, check_differing, check_equal, check_find, check_json_stop};
use wasm_bindgen_test::wasm_bindgen_test;

/// A small generator, so that every run sees the same cases.
struct Xorshift(u64);

impl Xorshift {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.next() as u8).collect()
    }
}

/// The same bytes at two offsets, one of them with a few changes.
#[wasm_bindgen_test]
fn copies_with_a_few_changes() {
    let mut random = Xorshift(0x9E37_79B9_7F4A_7C15);
    for _ in 0..4_000 {
        let length = random.below(700);
        let (a_skip, b_skip) = (random.below(16), random.below(16));
        let a = random.bytes(a_skip + length);
        let mut b = random.bytes(b_skip);
        b.extend(&a[a_skip..]);
        if length > 0 {
            for _ in 0..random.below(5) {
                b[b_skip + random.below(length)] ^= random.next() as u8;
            }
        }
        check_equal(&a[a_skip..], &b[b_skip..]);
        check_differing(&a[a_skip..], &b[b_skip..]);
    }
}

#[wasm_bindgen_test]
fn one_change_at_every_place_of_every_length() {
    for length in 0..200 {
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

#[wasm_bindgen_test]
fn a_needle_anywhere() {
    let mut random = Xorshift(0xD1B5_4A32_D192_ED03);
    for _ in 0..4_000 {
        let length = random.below(150);
        let mut haystack: Vec<u32> = (0..length).map(|_| random.next() as u32).collect();
        let needle = random.next() as u32;
        for _ in 0..random.below(3).min(length) {
            let place = random.below(length);
            haystack[place] = needle;
        }
        check_find(&haystack[random.below(4).min(length)..], needle);
    }
}

#[wasm_bindgen_test]
fn stops_and_bytes_anywhere() {
    let mut random = Xorshift(0x2545_F491_4F6C_DD1D);
    for _ in 0..4_000 {
        let length = random.below(150);
        let mut text: Vec<u8> = random.bytes(length).iter().map(|byte| byte | 0x60).collect();
        for _ in 0..random.below(3).min(length) {
            let place = random.below(length);
            text[place] = random.next() as u8;
        }
        check_json_stop(&text[random.below(16).min(length)..]);
        let block: Vec<u8> = random.bytes(64).iter().map(|byte| byte & 0x3F | 0x40).collect();
        let block = block.try_into().unwrap();
        check_byte_bits(&block, 0, random.next() as u8 & 0x3F | 0x40);
        check_byte_bits(&block, 0x20, b'{');
    }
}

/// The build script gives the tests 32 MiB, so the system does say no.
#[wasm_bindgen_test]
fn a_full_memory_is_an_error_and_not_a_trap() {
    let mut pool = Pool::new(usize::MAX);
    let mut blocks: Vec<Block> = Vec::new();
    let error = loop {
        match pool.alloc(BLOCK_BYTES_MAX) {
            Ok(block) => blocks.push(block),
            Err(error) => break error,
        }
    };
    let requested_bytes = BLOCK_BYTES_MAX;
    assert_eq!(error, PoolError::OutOfMemory { requested_bytes });
    assert!(blocks.len() > 100);
    let before = pool.stats();
    assert_eq!(pool.alloc(1), Err(error));
    assert_eq!(pool.stats(), before);
    for &block in &blocks {
        pool.u32s_mut(block)[0] = block.to_bits();
    }
    for &block in &blocks {
        assert_eq!(pool.u32s(block)[0], block.to_bits());
        assert_eq!(pool.free(block), Ok(()));
    }
    assert_eq!(pool.stats().segments, 1);
    assert!(pool.alloc(BLOCK_BYTES_MAX).is_ok());
}
