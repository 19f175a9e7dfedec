//! Random programs of pool operations against a plain model.
#![cfg(not(target_arch = "wasm32"))]

use std::collections::BTreeSet;

use gaesup_kernels::{BLOCK_BYTES_MAX, BLOCK_BYTES_MIN, Block, Pool, PoolError};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

const CASES: u32 = if cfg!(miri) { 4 } else { 600 };
const STEPS_MAX: usize = if cfg!(miri) { 40 } else { 250 };

#[derive(Clone, Debug)]
enum Step {
    Alloc(usize),
    Free(Index),
    FreeAgain(Index),
    FreeBits(u32),
    Copy(Index, Index, usize),
    Charge(usize),
    Release(usize),
    SetLimit(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let size = prop_oneof![3 => 0..70_usize, 3 => 0..600_usize, 1 => 0..BLOCK_BYTES_MAX + 9];
    let stale_bits = (0..4_u32, 0..4_096_u32, 0..16_u32);
    prop_oneof![
        8 => size.prop_map(Step::Alloc),
        6 => any::<Index>().prop_map(Step::Free),
        1 => any::<Index>().prop_map(Step::FreeAgain),
        1 => stale_bits.prop_map(|(segment, unit, order)| {
            Step::FreeBits(segment << 16 | unit << 4 | order)
        }),
        1 => (any::<Index>(), any::<Index>(), 0..700_usize)
            .prop_map(|(from, to, bytes)| Step::Copy(from, to, bytes)),
        1 => (0..100_000_usize).prop_map(Step::Charge),
        1 => (0..100_000_usize).prop_map(Step::Release),
        1 => (0..BLOCK_BYTES_MAX * 9).prop_map(Step::SetLimit),
    ]
}

/// What the pool should hold: every block with its content, nothing clever.
struct Model {
    pool: Pool,
    live: Vec<(Block, Vec<u8>)>,
    freed: Vec<Block>,
    charged_bytes: usize,
    peak_bytes: usize,
    writes: u8,
}

impl Model {
    fn run(steps: &[Step]) {
        let mut model = Model {
            pool: Pool::new(BLOCK_BYTES_MAX * 6),
            live: Vec::new(),
            freed: Vec::new(),
            charged_bytes: 0,
            peak_bytes: 0,
            writes: 0,
        };
        for step in steps {
            model.step(step);
            model.check();
        }
        model.finish();
    }

    fn step(&mut self, step: &Step) {
        match *step {
            Step::Alloc(size_bytes) => self.alloc(size_bytes),
            Step::Free(ref index) if !self.live.is_empty() => {
                self.free(index.index(self.live.len()));
            }
            Step::FreeAgain(ref index) if !self.freed.is_empty() => {
                self.refuse_to_free(self.freed[index.index(self.freed.len())]);
            }
            Step::FreeBits(bits) => self.refuse_to_free(Block::from_bits(bits)),
            Step::Copy(ref from, ref to, bytes) if !self.live.is_empty() => {
                let (from, to) = (from.index(self.live.len()), to.index(self.live.len()));
                self.copy(from, to, bytes);
            }
            Step::Charge(bytes) => self.charge(bytes),
            Step::Release(bytes) => {
                self.pool.release(bytes);
                self.charged_bytes = self.charged_bytes.saturating_sub(bytes);
            }
            Step::SetLimit(limit_bytes) => self.pool.set_limit(limit_bytes),
            Step::Free(_) | Step::FreeAgain(_) | Step::Copy(..) => {}
        }
    }

    fn alloc(&mut self, size_bytes: usize) {
        let before = self.pool.stats();
        let rounded_bytes = size_bytes.max(BLOCK_BYTES_MIN).next_power_of_two();
        let needs_segment = !self.has_room_for(rounded_bytes);
        match self.pool.alloc(size_bytes) {
            Ok(block) => {
                assert_eq!(block.size_bytes(), rounded_bytes);
                assert!(self.pool.bytes(block).iter().all(|&byte| byte == 0));
                let segments = self.pool.stats().segments;
                assert_eq!(segments, before.segments + usize::from(needs_segment));
                if needs_segment {
                    assert!(self.pool.stats().reserved_bytes <= self.pool.limit_bytes());
                }
                self.writes = self.writes.wrapping_add(1);
                self.pool.bytes_mut(block).fill(self.writes);
                self.live.push((block, vec![self.writes; rounded_bytes]));
            }
            Err(error) => {
                let requested_bytes = size_bytes;
                let limit_bytes = self.pool.limit_bytes();
                if size_bytes > BLOCK_BYTES_MAX {
                    assert_eq!(error, PoolError::TooLarge { requested_bytes });
                } else {
                    assert!(needs_segment);
                    assert!(before.reserved_bytes + BLOCK_BYTES_MAX > limit_bytes);
                    assert!(matches!(error, PoolError::LimitExceeded { .. }));
                }
                assert_eq!(self.pool.stats(), before);
            }
        }
    }

    fn free(&mut self, index: usize) {
        let (block, _) = self.live.swap_remove(index);
        assert_eq!(self.pool.free(block), Ok(()));
        self.freed.push(block);
        self.refuse_to_free(block);
    }

    fn refuse_to_free(&mut self, block: Block) {
        if self.live.iter().any(|&(live, _)| live == block) {
            return;
        }
        let before = self.pool.stats();
        let bits = block.to_bits();
        assert_eq!(self.pool.free(block), Err(PoolError::InvalidBlock { bits }));
        assert_eq!(self.pool.stats(), before);
    }

    fn copy(&mut self, from: usize, to: usize, bytes: usize) {
        self.pool.copy(self.live[from].0, self.live[to].0, bytes);
        let source = self.live[from].1.clone();
        let target = &mut self.live[to].1;
        let bytes = bytes.min(source.len()).min(target.len());
        target[..bytes].copy_from_slice(&source[..bytes]);
    }

    fn charge(&mut self, bytes: usize) {
        let used_bytes = self.used_segments() * BLOCK_BYTES_MAX + self.charged_bytes;
        let expected = used_bytes + bytes <= self.pool.limit_bytes();
        assert_eq!(self.pool.charge(bytes).is_ok(), expected);
        self.charged_bytes += if expected { bytes } else { 0 };
    }

    /// Everything that must hold after every step.
    fn check(&mut self) {
        for (block, content) in &self.live {
            assert!(self.pool.bytes(*block) == content, "{block:?} was overwritten");
        }
        self.check_no_overlap();
        let stats = self.pool.stats();
        let block_bytes: usize = self.live.iter().map(|(_, content)| content.len()).sum();
        let segment_bytes = stats.segments * BLOCK_BYTES_MAX;
        self.peak_bytes = self.peak_bytes.max(block_bytes + self.charged_bytes);
        assert_eq!(stats.live_bytes, block_bytes + self.charged_bytes);
        assert_eq!(stats.peak_bytes, self.peak_bytes);
        assert_eq!(stats.reserved_bytes, segment_bytes + self.charged_bytes);
        assert_eq!(stats.free_bytes, segment_bytes - block_bytes);
        assert_eq!(stats.allocations - stats.frees, self.live.len() as u64);
        assert_eq!(stats.frees, self.freed.len() as u64);
        let spares = stats.segments - self.used_segments();
        assert!(spares <= 1, "{spares} spare segments");
    }

    fn check_no_overlap(&self) {
        let mut ranges: Vec<_> = self.live.iter().map(|&(block, _)| range(block)).collect();
        ranges.sort_unstable();
        for pair in ranges.windows(2) {
            assert!(pair[0].1 <= pair[1].0, "{pair:x?} overlap");
        }
        let addresses = self.live.iter().map(|&(block, _)| self.pool.bytes(block));
        let addresses: BTreeSet<_> = addresses.map(|bytes| bytes.as_ptr()).collect();
        assert_eq!(addresses.len(), self.live.len());
    }

    /// After all is freed, one whole segment is left and can be had in one piece.
    fn finish(mut self) {
        while !self.live.is_empty() {
            self.free(self.live.len() / 2);
            self.check();
        }
        let segments = self.pool.stats().segments;
        assert!(segments <= 1);
        self.pool.set_limit(usize::MAX);
        self.alloc(BLOCK_BYTES_MAX);
        assert_eq!(self.pool.stats().segments, 1);
    }

    fn used_segments(&self) -> usize {
        let segments = self.live.iter().map(|&(block, _)| segment(block));
        segments.collect::<BTreeSet<_>>().len()
    }

    /// Whether a buddy allocator that joins whatever can be joined has such a block.
    fn has_room_for(&self, size_bytes: usize) -> bool {
        if self.pool.stats().segments > self.used_segments() {
            return true;
        }
        let segments: BTreeSet<_> = self.live.iter().map(|&(block, _)| segment(block)).collect();
        segments.iter().any(|segment| self.has_room_in(segment << 16, BLOCK_BYTES_MAX, size_bytes))
    }

    fn has_room_in(&self, start: usize, length: usize, size_bytes: usize) -> bool {
        let end = start + length;
        let mut ranges = self.live.iter().map(|&(block, _)| range(block));
        if length < size_bytes || !ranges.any(|(from, to)| from < end && start < to) {
            return length >= size_bytes;
        }
        let half = length / 2;
        self.has_room_in(start, half, size_bytes) || self.has_room_in(start + half, half, size_bytes)
    }
}

fn segment(block: Block) -> usize {
    block.to_bits() as usize >> 16
}

fn range(block: Block) -> (usize, usize) {
    let start = block.to_bits() as usize & !0xF;
    (start, start + block.size_bytes())
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: CASES,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_pool_agrees_with_the_model(steps in vec(step(), 1..STEPS_MAX)) {
        Model::run(&steps);
    }
}
