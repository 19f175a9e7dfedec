//! What a pool held at one moment, copied in pieces while it is used.
#![cfg(not(target_arch = "wasm32"))]

use std::collections::BTreeMap;

#[cfg(feature = "failpoints")]
use gaesup_kernels::PoolError;
use gaesup_kernels::{BLOCK_BYTES_MAX, Block, Pool};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

const CASES: u32 = if cfg!(miri) { 4 } else { 1_000 };

#[derive(Clone, Debug)]
enum Step {
    Alloc(usize),
    Free(Index),
    Write(Index, u8),
    Copy(Index, Index),
    Take,
}

fn step() -> impl Strategy<Value = Step> {
    let sizes = prop::sample::select(vec![16, 100, 4_096, 20_000, BLOCK_BYTES_MAX]);
    prop_oneof![
        sizes.prop_map(Step::Alloc),
        any::<Index>().prop_map(Step::Free),
        (any::<Index>(), any::<u8>()).prop_map(|(block, byte)| Step::Write(block, byte)),
        any::<[Index; 2]>().prop_map(|[from, to]| Step::Copy(from, to)),
        Just(Step::Take),
    ]
}

fn run(pool: &mut Pool, blocks: &mut Vec<Block>, step: &Step) {
    let pick = |blocks: &Vec<Block>, index: &Index| (!blocks.is_empty()).then(|| index.index(blocks.len()));
    match step {
        Step::Alloc(bytes) => blocks.push(pool.alloc(*bytes).unwrap()),
        Step::Free(index) => {
            if let Some(at) = pick(blocks, index) {
                pool.free(blocks.swap_remove(at)).unwrap();
            }
        }
        Step::Write(index, byte) => {
            if let Some(at) = pick(blocks, index) {
                pool.bytes_mut(blocks[at]).fill(*byte);
            }
        }
        Step::Copy(from, to) => {
            if let (Some(from), Some(to)) = (pick(blocks, from), pick(blocks, to)) {
                pool.copy(blocks[from], blocks[to], BLOCK_BYTES_MAX);
            }
        }
        Step::Take => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_copied_is_what_was_there(
        before in vec(step(), 0..40),
        during in vec(step(), 0..60),
    ) {
        let mut pool = Pool::new(usize::MAX);
        let mut blocks = Vec::new();
        for step in &before {
            run(&mut pool, &mut blocks, step);
        }
        // A pool that is the same is used by nobody, and copied at once.
        let mut twin = Pool::new(usize::MAX);
        let mut twins = Vec::new();
        for step in &before {
            run(&mut twin, &mut twins, step);
        }
        let addresses: Vec<usize> = pool.segment_addresses().collect();
        let twin_addresses: Vec<usize> = twin.segment_addresses().collect();
        twin.freeze().unwrap();
        let mut expected = BTreeMap::new();
        while let Some(segment) = twin.next_frozen().unwrap() {
            let place = twin_addresses.iter().position(|address| *address == segment.address).unwrap();
            prop_assert!(expected.insert(place, segment.bytes.to_vec()).is_none());
        }
        prop_assert_eq!(expected.len(), addresses.len());

        pool.freeze().unwrap();
        let mut copied = BTreeMap::new();
        for step in during.iter().chain(std::iter::repeat_n(&Step::Take, addresses.len() + 1)) {
            run(&mut pool, &mut blocks, step);
            if let Step::Take = step
                && let Some(segment) = pool.next_frozen().unwrap()
            {
                let place = addresses.iter().position(|address| *address == segment.address).unwrap();
                prop_assert!(copied.insert(place, segment.bytes.to_vec()).is_none());
            }
        }
        prop_assert!(copied == expected);
        prop_assert!(pool.next_frozen().unwrap().is_none());
        pool.thaw();
        for block in blocks {
            pool.free(block).unwrap();
        }
        prop_assert_eq!(pool.stats().live_bytes, 0);
    }
}

#[test]
fn nothing_is_kept_before_or_after() {
    let mut pool = Pool::new(usize::MAX);
    let block = pool.alloc(16).unwrap();
    assert!(pool.next_frozen().unwrap().is_none());
    pool.freeze().unwrap();
    pool.thaw();
    pool.bytes_mut(block)[0] = 1;
    assert!(pool.next_frozen().unwrap().is_none());
}

#[test]
fn the_second_moment_takes_the_place_of_the_first() {
    let mut pool = Pool::new(usize::MAX);
    let block = pool.alloc(16).unwrap();
    pool.freeze().unwrap();
    pool.bytes_mut(block)[0] = 1;
    pool.freeze().unwrap();
    pool.bytes_mut(block)[0] = 2;
    let offset_of_first = |bytes: &[u8]| bytes.iter().find(|byte| **byte != 0).copied();
    assert_eq!(offset_of_first(pool.next_frozen().unwrap().unwrap().bytes), Some(1));
    assert!(pool.next_frozen().unwrap().is_none());
}

#[cfg(feature = "failpoints")]
#[test]
fn a_moment_that_there_is_no_memory_for_is_refused() {
    let mut pool = Pool::new(usize::MAX);
    pool.alloc(16).unwrap();
    pool.fail_after(Some(0));
    assert!(matches!(pool.freeze(), Err(PoolError::OutOfMemory { .. })));
    pool.fail_after(None);
    assert!(pool.next_frozen().unwrap().is_none());
}
