//! The memory behind the pool: segments that come from the system and go back.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::slice;

use crate::block::{BLOCK_BYTES_MAX, Block};
use crate::frozen::{Frozen, FrozenSegment, Next};
use crate::map::{Map, State};

/// Segment indexes have 16 bits, which makes 4 GiB.
const SEGMENTS_MAX: usize = 1 << 16;

/// What a segment is made of: bytes with the alignment of a cache line, so that a
/// block never shares one with more neighbours than its size calls for.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
pub(crate) struct Line([u8; 64]);

const SEGMENT_LINES: usize = BLOCK_BYTES_MAX / size_of::<Line>();

/// Numbers that any bits are a value of, and that [`Line`]s can be viewed as.
///
/// # Safety
///
/// Every bit pattern must be a value, there must be no padding, and size and
/// alignment must divide those of a [`Line`].
pub(crate) unsafe trait Cell: Copy {}

// SAFETY: an integer has no padding and no invalid values; its size and alignment
// are powers of two of at most 8.
unsafe impl Cell for u8 {}
// SAFETY: as for `u8`.
unsafe impl Cell for u16 {}
// SAFETY: as for `u8`.
unsafe impl Cell for u32 {}
// SAFETY: as for `u8`.
unsafe impl Cell for u64 {}

/// A table of segments; a slot whose segment was given back is used again.
pub(crate) struct Segments {
    /// The table that every access goes through. A vacant slot is an empty slice,
    /// so that the check of a block's end finds vacancy as well.
    lines: Vec<Box<[Line]>>,
    /// As long as `lines`; `None` for a vacant slot.
    maps: Vec<Option<Map>>,
    /// How many slots are not vacant.
    held: usize,
    /// What a copy that is being made has yet to see.
    frozen: Option<Box<Frozen>>,
}

impl Segments {
    pub(crate) const fn new() -> Segments {
        Segments { lines: Vec::new(), maps: Vec::new(), held: 0, frozen: None }
    }

    /// How many segments there are.
    pub(crate) fn held(&self) -> usize {
        self.held
    }

    /// The whole block as numbers; empty if no segment contains it.
    #[inline(always)]
    pub(crate) fn cells<T: Cell>(&self, block: Block) -> &[T] {
        let Some(lines) = self.lines.get(block.segment()) else {
            return &[];
        };
        let start = block.offset_bytes() / size_of::<T>();
        let len = block.size_bytes() / size_of::<T>();
        cells_of(lines).get(start..start + len).unwrap_or(&[])
    }

    /// The whole block as numbers to write to; empty if no segment contains it.
    #[inline(always)]
    pub(crate) fn cells_mut<T: Cell>(&mut self, block: Block) -> &mut [T] {
        if self.frozen.is_some() {
            self.keep(block.segment());
        }
        let Some(lines) = self.lines.get_mut(block.segment()) else {
            return &mut [];
        };
        let start = block.offset_bytes() / size_of::<T>();
        let len = block.size_bytes() / size_of::<T>();
        cells_of_mut(lines).get_mut(start..start + len).unwrap_or(&mut [])
    }

    /// Copies the first bytes of one block to another, as many as both have.
    pub(crate) fn copy(&mut self, from: Block, to: Block, bytes: usize) {
        let bytes = bytes.min(self.cells::<u8>(from).len());
        let bytes = bytes.min(self.cells::<u8>(to).len());
        let (source, target) = (from.offset_bytes(), to.offset_bytes());
        if bytes == 0 {
            return;
        }
        self.keep(to.segment());
        if from.segment() == to.segment() {
            let lines = &mut self.lines[from.segment()];
            cells_of_mut::<u8>(lines).copy_within(source..source + bytes, target);
        } else if let Ok([from_lines, to_lines]) = self.lines.get_disjoint_mut([from.segment(), to.segment()]) {
            cells_of_mut(to_lines)[target..target + bytes]
                .copy_from_slice(&cells_of::<u8>(from_lines)[source..source + bytes]);
        }
    }

    /// What the map says about the block; `None` if there is no such block.
    pub(crate) fn state(&self, block: Block) -> Option<State> {
        self.maps.get(block.segment())?.as_ref()?.state(block)
    }

    /// The map of the segment that holds the block.
    pub(crate) fn map_mut(&mut self, block: Block) -> Option<&mut Map> {
        self.maps.get_mut(block.segment())?.as_mut()
    }

    /// Takes a segment from the system, which is one free block; `None`, and nothing
    /// has changed, if the system has no memory or all indexes are in use.
    pub(crate) fn try_add(&mut self) -> Option<Block> {
        let slot = self.vacant_slot();
        if slot >= SEGMENTS_MAX {
            return None;
        }
        if slot == self.lines.len() {
            self.lines.try_reserve(1).ok()?;
            self.maps.try_reserve(1).ok()?;
        }
        let map = Map::try_new()?;
        let lines = try_zeroed_lines()?;
        if slot == self.lines.len() {
            self.lines.push(lines);
            self.maps.push(Some(map));
        } else {
            self.lines[slot] = lines;
            self.maps[slot] = Some(map);
        }
        self.held += 1;
        Some(Block::whole_segment(slot))
    }

    /// Gives the segment that holds the block back to the system.
    pub(crate) fn remove(&mut self, block: Block) {
        let slot = block.segment();
        if let Some(map) = self.maps.get_mut(slot)
            && map.take().is_some()
        {
            let lines = core::mem::take(&mut self.lines[slot]);
            if let Some(frozen) = &mut self.frozen {
                frozen.take_over(slot, lines);
            }
            self.held -= 1;
        }
    }

    /// Begins to keep what segments hold now, for [`Segments::next_frozen`]. None if there is no memory.
    pub(crate) fn freeze(&mut self) -> Option<()> {
        let addresses = self.lines.iter().map(|lines| Some(lines.as_ptr().addr()).filter(|_| !lines.is_empty()));
        self.frozen = Some(Frozen::try_new(addresses)?);
        Some(())
    }

    /// Where segments are.
    pub(crate) fn addresses(&self) -> impl Iterator<Item = usize> {
        self.lines.iter().filter(|lines| !lines.is_empty()).map(|lines| lines.as_ptr().addr())
    }

    /// The next segment as it was; none when that was all.
    pub(crate) fn next_frozen(&mut self) -> Option<FrozenSegment<'_>> {
        let frozen = self.frozen.as_mut()?;
        let (address, lines) = match frozen.next()? {
            Next::Waiting { slot, address } => (address, self.lines.get(slot).map_or(&[][..], |lines| lines)),
            Next::Kept => frozen.taken(),
        };
        Some(FrozenSegment { address, bytes: cells_of(lines) })
    }

    /// Whether something could not be kept.
    pub(crate) fn has_lost(&self) -> bool {
        self.frozen.as_ref().is_some_and(|frozen| frozen.is_lost())
    }

    /// Keeps nothing any more.
    pub(crate) fn thaw(&mut self) {
        self.frozen = None;
    }

    /// Keeps what a segment holds that is about to be written to.
    #[cold]
    #[inline(never)]
    fn keep(&mut self, slot: usize) {
        if let (Some(frozen), Some(lines)) = (&mut self.frozen, self.lines.get(slot))
            && frozen.is_waiting(slot)
        {
            frozen.keep(slot, lines);
        }
    }

    /// The first slot without a segment. Searching is cheap next to clearing the
    /// segment that will go there.
    fn vacant_slot(&self) -> usize {
        if self.held == self.lines.len() {
            return self.lines.len();
        }
        let vacant = self.maps.iter().position(Option::is_none);
        vacant.unwrap_or(self.lines.len())
    }
}

/// A cleared segment. A vector is asked for it, which can refuse, and which clears
/// just what `alloc_zeroed` would have to clear for this alignment.
fn try_zeroed_lines() -> Option<Box<[Line]>> {
    let mut lines = Vec::new();
    lines.try_reserve_exact(SEGMENT_LINES).ok()?;
    lines.resize(SEGMENT_LINES, Line([0; 64]));
    Some(lines.into_boxed_slice())
}

#[inline(always)]
fn cells_of<T: Cell>(lines: &[Line]) -> &[T] {
    let len = size_of_val(lines) / size_of::<T>();
    // SAFETY: the pointer and the bytes are those of a borrowed, initialised slice;
    // by the contract of `Cell` it is aligned for `T`, has room for `len` of them,
    // and any bits are values.
    unsafe { slice::from_raw_parts(lines.as_ptr().cast(), len) }
}

#[inline(always)]
fn cells_of_mut<T: Cell>(lines: &mut [Line]) -> &mut [T] {
    let len = size_of_val(lines) / size_of::<T>();
    // SAFETY: as in `cells_of`; the slice is borrowed exclusively, and any bits that
    // are written through `T` are bytes of a `Line`.
    unsafe { slice::from_raw_parts_mut(lines.as_mut_ptr().cast(), len) }
}
