//! What a pool promises, one promise per test.
#![cfg(not(target_arch = "wasm32"))]

use gaesup_kernels::{BLOCK_BYTES_MAX, BLOCK_BYTES_MIN, Block, Pool, PoolError};

const UNLIMITED: usize = usize::MAX;

#[test]
fn sizes_are_rounded_up_to_powers_of_two() {
    let mut pool = Pool::new(UNLIMITED);
    let mut check = |asked_bytes: usize, got_bytes: usize| {
        let block = pool.alloc(asked_bytes).unwrap();
        assert_eq!(block.size_bytes(), got_bytes);
        assert_eq!(pool.bytes(block).len(), got_bytes);
        assert_eq!(pool.u16s(block).len(), got_bytes / 2);
        assert_eq!(pool.u32s(block).len(), got_bytes / 4);
        assert_eq!(pool.u64s(block).len(), got_bytes / 8);
    };
    check(0, BLOCK_BYTES_MIN);
    check(1, 16);
    check(16, 16);
    check(17, 32);
    check(4_096, 4_096);
    check(4_097, 8_192);
    check(32_769, 65_536);
    check(BLOCK_BYTES_MAX, BLOCK_BYTES_MAX);
    let requested_bytes = BLOCK_BYTES_MAX + 1;
    let too_large = Err(PoolError::TooLarge { requested_bytes });
    assert_eq!(pool.alloc(requested_bytes), too_large);
    let requested_bytes = usize::MAX;
    let too_large = Err(PoolError::TooLarge { requested_bytes });
    assert_eq!(pool.alloc(requested_bytes), too_large);
}

#[test]
fn a_new_pool_holds_nothing() {
    let pool = Pool::new(0);
    assert_eq!(pool.stats(), Default::default());
    assert_eq!(pool.limit_bytes(), 0);
}

#[test]
fn a_used_block_comes_back_zeroed() {
    let mut pool = Pool::new(UNLIMITED);
    for size_bytes in [16, 256, BLOCK_BYTES_MAX] {
        let block = pool.alloc(size_bytes).unwrap();
        pool.bytes_mut(block).fill(0xAA);
        pool.free(block).unwrap();
        let again = pool.alloc(size_bytes).unwrap();
        assert_eq!(again, block);
        assert!(pool.bytes(again).iter().all(|&byte| byte == 0));
        pool.free(again).unwrap();
    }
}

#[test]
fn views_of_all_widths_show_the_same_memory() {
    let mut pool = Pool::new(UNLIMITED);
    let block = pool.alloc(16).unwrap();
    pool.u64s_mut(block)[1] = 0x0807_0605_0403_0201;
    assert_eq!(pool.bytes(block)[8..], [1, 2, 3, 4, 5, 6, 7, 8]);
    pool.u16s_mut(block)[4] = 0xFFFF;
    assert_eq!(pool.u32s(block)[2], 0x0403_FFFF);
    pool.u32s_mut(block)[3] = 9;
    assert_eq!(pool.u16s(block)[6..], [9, 0]);
    pool.bytes_mut(block)[0] = 1;
    assert_eq!(pool.u64s(block)[0], 1);
}

#[test]
fn a_block_survives_as_bits() {
    let mut pool = Pool::new(UNLIMITED);
    let block = pool.alloc(64).unwrap();
    assert_eq!(Block::from_bits(block.to_bits()), block);
}

#[test]
fn only_what_is_allocated_can_be_freed() {
    let mut pool = Pool::new(UNLIMITED);
    let small = pool.alloc(16).unwrap();
    let large = pool.alloc(1_024).unwrap();
    let free = pool.alloc(64).unwrap();
    pool.free(free).unwrap();
    let before = pool.stats();
    let mut check = |bits: u32| {
        let refused = Err(PoolError::InvalidBlock { bits });
        assert_eq!(pool.free(Block::from_bits(bits)), refused);
        assert_eq!(pool.stats(), before);
    };
    check(free.to_bits());
    check(small.to_bits() + 1);
    check(large.to_bits() - 1);
    check(large.to_bits() + 1);
    check(large.to_bits() + 512);
    check(small.to_bits() + 0x0001_0000);
    check(small.to_bits() | 0xF);
    check(u32::MAX);
    pool.free(small).unwrap();
    pool.free(large).unwrap();
}

#[test]
fn bits_that_name_no_place_are_empty() {
    let mut pool = Pool::new(UNLIMITED);
    let block = pool.alloc(16).unwrap();
    let mut check = |bits: u32| {
        let garbage = Block::from_bits(bits);
        assert!(pool.bytes(garbage).is_empty());
        assert!(pool.bytes_mut(garbage).is_empty());
        assert!(pool.u16s(garbage).is_empty());
        assert!(pool.u16s_mut(garbage).is_empty());
        assert!(pool.u32s(garbage).is_empty());
        assert!(pool.u32s_mut(garbage).is_empty());
        assert!(pool.u64s(garbage).is_empty());
        assert!(pool.u64s_mut(garbage).is_empty());
        pool.copy(garbage, block, 16);
        pool.copy(block, garbage, 16);
        pool.copy(garbage, garbage, 16);
    };
    check(u32::MAX);
    check(0x0001_0000);
    check(0x0000_FFF1);
    check(0x0000_0010 | 12);
    for order in 13..16 {
        check(order);
    }
}

#[test]
fn a_segment_given_back_is_empty_until_it_is_used_again() {
    let mut pool = Pool::new(UNLIMITED);
    let spare = pool.alloc(BLOCK_BYTES_MAX).unwrap();
    let gone = pool.alloc(BLOCK_BYTES_MAX).unwrap();
    let kept = pool.alloc(16).unwrap();
    pool.free(spare).unwrap();
    pool.free(gone).unwrap();
    assert_eq!(pool.stats().segments, 2);
    assert!(pool.bytes(gone).is_empty());
    assert_eq!(pool.bytes(kept).len(), 16);
    let bits = gone.to_bits();
    assert_eq!(pool.free(gone), Err(PoolError::InvalidBlock { bits }));
    assert_eq!(pool.alloc(BLOCK_BYTES_MAX), Ok(spare));
    assert_eq!(pool.alloc(BLOCK_BYTES_MAX), Ok(gone));
    assert_eq!(pool.bytes(gone).len(), BLOCK_BYTES_MAX);
}

#[test]
fn copying_stops_at_the_end_of_either_block() {
    let mut pool = Pool::new(UNLIMITED);
    let small = pool.alloc(16).unwrap();
    let near = pool.alloc(32).unwrap();
    let far = pool.alloc(BLOCK_BYTES_MAX).unwrap();
    pool.bytes_mut(near).fill(7);
    pool.copy(near, small, usize::MAX);
    assert_eq!(pool.bytes(small), [7; 16]);
    pool.copy(near, far, usize::MAX);
    assert_eq!(pool.bytes(far)[..32], [7; 32]);
    assert_eq!(pool.bytes(far)[32], 0);
    pool.bytes_mut(far).fill(9);
    pool.copy(far, near, 3);
    assert_eq!(pool.bytes(near)[..5], [9, 9, 9, 7, 7]);
    pool.copy(near, near, 32);
    assert_eq!(pool.bytes(near)[..5], [9, 9, 9, 7, 7]);
}

#[test]
fn the_limit_counts_segments_and_charges() {
    let limit_bytes = BLOCK_BYTES_MAX + 100;
    let mut pool = Pool::new(limit_bytes);
    pool.charge(100).unwrap();
    let block = pool.alloc(16).unwrap();
    let refused =
        |requested_bytes, reserved_bytes| PoolError::LimitExceeded { requested_bytes, reserved_bytes, limit_bytes };
    assert_eq!(pool.charge(1), Err(refused(1, limit_bytes)));
    let overflow = refused(usize::MAX, limit_bytes);
    assert_eq!(pool.charge(usize::MAX), Err(overflow));
    let second_segment = refused(BLOCK_BYTES_MAX, limit_bytes);
    assert_eq!(pool.alloc(BLOCK_BYTES_MAX), Err(second_segment));
    pool.alloc(BLOCK_BYTES_MAX / 2).unwrap();
    pool.release(60);
    pool.charge(60).unwrap();
    pool.set_limit(0);
    assert_eq!(pool.bytes(block).len(), 16);
    pool.alloc(16).unwrap();
    pool.release(usize::MAX);
    assert_eq!(pool.stats().charged_bytes, 0);
}

#[test]
fn a_charge_may_take_the_place_of_the_spare_segment() {
    let mut pool = Pool::new(BLOCK_BYTES_MAX + 1);
    let block = pool.alloc(16).unwrap();
    pool.free(block).unwrap();
    pool.charge(1).unwrap();
    assert_eq!(pool.stats().segments, 1);
    pool.charge(BLOCK_BYTES_MAX).unwrap();
    assert_eq!(pool.stats().segments, 0);
    assert!(pool.bytes(block).is_empty());
}

#[test]
fn stats_tell_live_peak_and_counts() {
    let mut pool = Pool::new(UNLIMITED);
    let block = pool.alloc(1_000).unwrap();
    pool.charge(10).unwrap();
    pool.free(block).unwrap();
    pool.alloc(16).unwrap();
    let stats = pool.stats();
    assert_eq!(stats.live_bytes, 26);
    assert_eq!(stats.peak_bytes, 1_034);
    assert_eq!(stats.charged_bytes, 10);
    assert_eq!(stats.reserved_bytes, BLOCK_BYTES_MAX + 10);
    assert_eq!(stats.free_bytes, BLOCK_BYTES_MAX - 16);
    assert_eq!((stats.allocations, stats.frees), (2, 1));
    assert!(format!("{pool:?}").contains("peak_bytes: 1034"));
}

/// Whatever is written through a stale block, nothing in use is handed out again or
/// written to.
#[test]
fn writing_to_freed_memory_loses_memory_at_worst() {
    for link in [0, 0x10, 0x20, 0x40, 0x60, 0x80, 0x0100_0000, u32::MAX] {
        let mut pool = Pool::new(UNLIMITED);
        let blocks: Vec<Block> = (0..16).map(|_| pool.alloc(16).unwrap()).collect();
        // Every other pair is freed, and so joined to a block of 32 bytes.
        let (stale, live): (Vec<_>, Vec<_>) = blocks.iter().partition(|block| block.to_bits() & 0x20 == 0);
        let (kept, freed_later) = live.split_at(4);
        for &block in &stale {
            pool.free(block).unwrap();
        }
        for &block in kept {
            pool.bytes_mut(block).fill(0xEE);
        }
        for &block in &stale {
            pool.u32s_mut(block).fill(link);
        }
        for &block in freed_later {
            pool.free(block).unwrap();
        }
        for _ in 0..40 {
            let block = pool.alloc(32).unwrap();
            pool.bytes_mut(block).fill(0x11);
        }
        for &block in kept {
            assert_eq!(pool.bytes(block), [0xEE; 16], "after writing {link:#x}");
            pool.free(block).unwrap();
        }
    }
}

/// Freeing a block whose buddy is anywhere in a long list takes out just that one.
#[test]
fn joining_loses_no_other_free_block() {
    const SIZE_BYTES: usize = 512;
    let mut pool = Pool::new(BLOCK_BYTES_MAX);
    let mut blocks = Vec::new();
    while let Ok(block) = pool.alloc(SIZE_BYTES) {
        blocks.push(block);
    }
    let count = blocks.len();
    assert_eq!(count, BLOCK_BYTES_MAX / SIZE_BYTES);
    let (lower, upper): (Vec<_>, Vec<_>) =
        (blocks.iter()).partition(|block| block.to_bits() as usize & SIZE_BYTES == 0);
    for &block in &lower {
        pool.free(block).unwrap();
    }
    // Seven and sixty-four have no common divisor, so this is an order without order.
    for index in 0..upper.len() / 2 {
        pool.free(upper[index * 7 % upper.len()]).unwrap();
    }
    for _ in 0..count * 3 / 4 {
        pool.alloc(SIZE_BYTES).unwrap();
    }
    assert_eq!(pool.stats().free_bytes, 0);
    assert!(pool.alloc(1).is_err());
}

#[test]
fn errors_say_what_happened() {
    let check = |error: PoolError, text: &str| assert_eq!(error.to_string(), text);
    check(
        PoolError::LimitExceeded { requested_bytes: 5, reserved_bytes: 6, limit_bytes: 10 },
        "5 bytes on top of 6 pass the limit of 10 bytes",
    );
    check(PoolError::OutOfMemory { requested_bytes: 5 }, "the system gave no memory for 5 bytes");
    check(
        PoolError::TooLarge { requested_bytes: 70_000 },
        "70000 bytes are more than the largest block of 65536 bytes",
    );
    check(PoolError::InvalidBlock { bits: 0x10 }, "block 0x00000010 is not allocated");
}

#[cfg(feature = "failpoints")]
#[test]
fn the_nth_allocation_and_all_later_ones_fail() {
    let mut pool = Pool::new(UNLIMITED);
    pool.fail_after(Some(2));
    pool.charge(1).unwrap();
    let block = pool.alloc(16).unwrap();
    let before = pool.stats();
    for _ in 0..2 {
        let requested_bytes = 16;
        let refused = PoolError::OutOfMemory { requested_bytes };
        assert_eq!(pool.alloc(requested_bytes), Err(refused));
        assert_eq!(pool.charge(requested_bytes), Err(refused));
    }
    assert_eq!(pool.stats(), before);
    pool.free(block).unwrap();
    pool.fail_after(None);
    pool.alloc(16).unwrap();
    pool.charge(1).unwrap();
}

#[test]
fn a_pool_can_move_to_another_thread_and_be_read_from_several() {
    fn check<T: Send + Sync>() {}
    check::<Pool>();
}
