//! The pool: a binary buddy allocator under a byte limit.

use core::fmt;

use crate::block::{BLOCK_BYTES_MAX, BLOCK_BYTES_MIN, Block, ORDER_MAX};
use crate::error::PoolError;
use crate::free_lists::FreeLists;
use crate::frozen::FrozenSegment;
use crate::map::State;
use crate::segments::Segments;

/// What a [`Pool`] holds, as told by [`Pool::stats`]. Sizes are in bytes.
///
/// `live_bytes + free_bytes == reserved_bytes` always holds.
#[non_exhaustive]
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct PoolStats {
    /// Allocated blocks, each with its full size, and what is charged.
    pub live_bytes: usize,
    /// The most that `live_bytes` has been.
    pub peak_bytes: usize,
    /// Segments, used or not, and what is charged: what the limit is about.
    pub reserved_bytes: usize,
    /// What is charged for memory outside the pool.
    pub charged_bytes: usize,
    /// Free blocks of the segments.
    pub free_bytes: usize,
    /// How many segments of [`BLOCK_BYTES_MAX`] there are.
    pub segments: usize,
    /// How many blocks have been allocated since the beginning.
    pub allocations: u64,
    /// How many blocks have been freed since the beginning.
    pub frees: u64,
}

/// A pool of memory blocks under a byte limit: a binary buddy allocator over
/// segments of [`BLOCK_BYTES_MAX`].
///
/// Allocating and freeing take a bounded number of steps, apart from clearing the
/// block. Running out of memory is an error, never an abort. One fully free segment
/// is kept as a spare, the others go back to the system. Besides its segments, and
/// not counted against the limit, the pool keeps about 1 KiB per segment.
///
/// # Examples
///
/// ```
/// use gaesup_kernels::Pool;
///
/// let mut pool = Pool::new(1 << 20);
/// let block = pool.alloc(100)?;
/// assert_eq!(block.size_bytes(), 128);
/// pool.u32s_mut(block)[3] = 7;
/// assert_eq!(pool.bytes(block)[12], 7);
/// pool.free(block)?;
/// assert!(pool.free(block).is_err());
/// # Ok::<(), gaesup_kernels::PoolError>(())
/// ```
pub struct Pool {
    segments: Segments,
    free: FreeLists,
    limit_bytes: usize,
    /// Of the allocated blocks, without what is charged.
    block_bytes: usize,
    charged_bytes: usize,
    peak_bytes: usize,
    allocations: u64,
    frees: u64,
    #[cfg(feature = "failpoints")]
    fail_after: Option<u64>,
}

impl Pool {
    /// An empty pool. Nothing is allocated until the first block.
    pub fn new(limit_bytes: usize) -> Pool {
        Pool {
            segments: Segments::new(),
            free: FreeLists::new(),
            limit_bytes,
            block_bytes: 0,
            charged_bytes: 0,
            peak_bytes: 0,
            allocations: 0,
            frees: 0,
            #[cfg(feature = "failpoints")]
            fail_after: None,
        }
    }

    /// Sets how many bytes may be reserved. What is reserved already stays, even if
    /// it is more.
    pub fn set_limit(&mut self, limit_bytes: usize) {
        self.limit_bytes = limit_bytes;
    }

    /// How many bytes may be reserved: those of whole segments and those charged.
    pub fn limit_bytes(&self) -> usize {
        self.limit_bytes
    }

    /// Allocates a block of zeroes with at least this many bytes: the size is
    /// rounded up to a power of two, from [`BLOCK_BYTES_MIN`].
    ///
    /// # Errors
    ///
    /// [`PoolError::TooLarge`] above [`BLOCK_BYTES_MAX`], and when another segment is
    /// needed [`PoolError::LimitExceeded`] or [`PoolError::OutOfMemory`].
    pub fn alloc(&mut self, size_bytes: usize) -> Result<Block, PoolError> {
        if size_bytes > BLOCK_BYTES_MAX {
            return Err(PoolError::TooLarge { requested_bytes: size_bytes });
        }
        self.pass_failpoint(size_bytes)?;
        let units = size_bytes.div_ceil(BLOCK_BYTES_MIN).next_power_of_two();
        let order = units.trailing_zeros() as usize;
        let free = match self.free.pop(&mut self.segments, order) {
            Some(block) => block,
            None => self.grow()?,
        };
        let block = self.split_to(free, order);
        if let Some(map) = self.segments.map_mut(block) {
            map.mark_live(block);
        }
        self.segments.cells_mut::<u64>(block).fill(0);
        self.block_bytes += block.size_bytes();
        self.allocations += 1;
        self.note_peak();
        Ok(block)
    }

    /// Frees a block, and joins it with its neighbours as far as they are free.
    ///
    /// # Errors
    ///
    /// [`PoolError::InvalidBlock`], and nothing changes, if the block is not
    /// allocated.
    pub fn free(&mut self, block: Block) -> Result<(), PoolError> {
        let bits = block.to_bits();
        match self.segments.map_mut(block) {
            Some(map) if map.state(block) == Some(State::Live) => map.mark_free(block),
            _ => return Err(PoolError::InvalidBlock { bits }),
        }
        self.block_bytes -= block.size_bytes();
        self.frees += 1;
        let joined = self.join_with_buddies(block);
        if joined.order() == ORDER_MAX && self.free.first(ORDER_MAX).is_some() {
            self.segments.remove(joined);
        } else {
            self.free.push(&mut self.segments, joined);
        }
        Ok(())
    }

    /// Counts bytes that are held outside the pool against its limit.
    ///
    /// # Errors
    ///
    /// [`PoolError::LimitExceeded`], and nothing is counted.
    pub fn charge(&mut self, bytes: usize) -> Result<(), PoolError> {
        self.pass_failpoint(bytes)?;
        self.check_limit(bytes)?;
        self.charged_bytes += bytes;
        self.note_peak();
        Ok(())
    }

    /// Takes back what was [charged](Pool::charge); never more than all of it.
    pub fn release(&mut self, bytes: usize) {
        self.charged_bytes = self.charged_bytes.saturating_sub(bytes);
    }

    /// The whole block. Empty if the bits name no place in the pool; for a stale
    /// block, whatever is there now.
    #[inline(always)]
    pub fn bytes(&self, block: Block) -> &[u8] {
        self.segments.cells(block)
    }

    /// The whole block, to write to; otherwise like [`bytes`](Pool::bytes).
    #[inline(always)]
    pub fn bytes_mut(&mut self, block: Block) -> &mut [u8] {
        self.segments.cells_mut(block)
    }

    /// The whole block as numbers of 16 bits; otherwise like [`bytes`](Pool::bytes).
    #[inline(always)]
    pub fn u16s(&self, block: Block) -> &[u16] {
        self.segments.cells(block)
    }

    /// The whole block as numbers of 16 bits, to write to; otherwise like
    /// [`bytes`](Pool::bytes).
    #[inline(always)]
    pub fn u16s_mut(&mut self, block: Block) -> &mut [u16] {
        self.segments.cells_mut(block)
    }

    /// The whole block as numbers of 32 bits; otherwise like [`bytes`](Pool::bytes).
    #[inline(always)]
    pub fn u32s(&self, block: Block) -> &[u32] {
        self.segments.cells(block)
    }

    /// The whole block as numbers of 32 bits, to write to; otherwise like
    /// [`bytes`](Pool::bytes).
    #[inline(always)]
    pub fn u32s_mut(&mut self, block: Block) -> &mut [u32] {
        self.segments.cells_mut(block)
    }

    /// The whole block as numbers of 64 bits; otherwise like [`bytes`](Pool::bytes).
    #[inline(always)]
    pub fn u64s(&self, block: Block) -> &[u64] {
        self.segments.cells(block)
    }

    /// The whole block as numbers of 64 bits, to write to; otherwise like
    /// [`bytes`](Pool::bytes).
    #[inline(always)]
    pub fn u64s_mut(&mut self, block: Block) -> &mut [u64] {
        self.segments.cells_mut(block)
    }

    /// Copies the first bytes of one block to another, but no more than both have.
    pub fn copy(&mut self, from: Block, to: Block, bytes: usize) {
        self.segments.copy(from, to, bytes);
    }

    /// Begins to keep what the segments hold now, so that it can be copied in pieces while
    /// the pool is used: whoever writes to a segment that was not copied yet copies it first.
    /// Ends what was begun before. Takes time with the number of segments.
    ///
    /// # Errors
    ///
    /// [`PoolError::OutOfMemory`], and nothing is begun.
    ///
    /// # Examples
    ///
    /// ```
    /// use gaesup_kernels::Pool;
    ///
    /// let mut pool = Pool::new(1 << 20);
    /// let block = pool.alloc(16)?;
    /// pool.freeze()?;
    /// pool.bytes_mut(block)[0] = 7;
    /// let segment = pool.next_frozen()?.expect("there is one");
    /// assert!(segment.bytes.iter().take(16).all(|byte| *byte == 0));
    /// assert!(pool.next_frozen()?.is_none());
    /// pool.thaw();
    /// # Ok::<(), gaesup_kernels::PoolError>(())
    /// ```
    pub fn freeze(&mut self) -> Result<(), PoolError> {
        self.pass_failpoint(0)?;
        self.segments.freeze().ok_or(PoolError::OutOfMemory { requested_bytes: 0 })
    }

    /// Where the segments are now, each of [`BLOCK_BYTES_MAX`].
    pub fn segment_addresses(&self) -> impl Iterator<Item = usize> {
        self.segments.addresses()
    }

    /// The next segment as it was at [`freeze`](Pool::freeze), and where it was; each one
    /// comes once, in no order, and none when all have come.
    ///
    /// # Errors
    ///
    /// [`PoolError::OutOfMemory`] if a segment was written to since and there was no
    /// memory to keep it.
    pub fn next_frozen(&mut self) -> Result<Option<FrozenSegment<'_>>, PoolError> {
        if self.segments.has_lost() {
            return Err(PoolError::OutOfMemory { requested_bytes: BLOCK_BYTES_MAX });
        }
        Ok(self.segments.next_frozen())
    }

    /// Ends what [`freeze`](Pool::freeze) began.
    pub fn thaw(&mut self) {
        self.segments.thaw();
    }

    /// What the pool holds now. Takes constant time.
    pub fn stats(&self) -> PoolStats {
        let segment_bytes = self.segments.held() * BLOCK_BYTES_MAX;
        PoolStats {
            live_bytes: self.live_bytes(),
            peak_bytes: self.peak_bytes,
            reserved_bytes: self.reserved_bytes(),
            charged_bytes: self.charged_bytes,
            free_bytes: segment_bytes - self.block_bytes,
            segments: self.segments.held(),
            allocations: self.allocations,
            frees: self.frees,
        }
    }

    /// Lets the n-th [`alloc`](Pool::alloc) or [`charge`](Pool::charge) from now on
    /// (zero is the next one), and all later ones, fail with
    /// [`PoolError::OutOfMemory`]; `None` ends that.
    #[cfg(feature = "failpoints")]
    pub fn fail_after(&mut self, allocations: Option<u64>) {
        self.fail_after = allocations;
    }

    #[cfg(feature = "failpoints")]
    fn pass_failpoint(&mut self, requested_bytes: usize) -> Result<(), PoolError> {
        match &mut self.fail_after {
            Some(0) => return Err(PoolError::OutOfMemory { requested_bytes }),
            Some(left) => *left -= 1,
            None => {}
        }
        Ok(())
    }

    #[cfg(not(feature = "failpoints"))]
    #[inline(always)]
    fn pass_failpoint(&mut self, _requested_bytes: usize) -> Result<(), PoolError> {
        Ok(())
    }

    /// Takes another segment from the system.
    fn grow(&mut self) -> Result<Block, PoolError> {
        self.check_limit(BLOCK_BYTES_MAX)?;
        self.segments.try_add().ok_or(PoolError::OutOfMemory { requested_bytes: BLOCK_BYTES_MAX })
    }

    /// Halves a free block that is in no list until it has the order; the upper
    /// halves become free blocks of their own.
    fn split_to(&mut self, mut block: Block, order: usize) -> Block {
        while block.order() > order {
            block = block.lower_half();
            let upper_half = block.buddy();
            if let Some(map) = self.segments.map_mut(upper_half) {
                map.split_at(upper_half);
            }
            self.free.push(&mut self.segments, upper_half);
        }
        block
    }

    /// Joins a free block that is in no list with its buddy, as long as that is free.
    fn join_with_buddies(&mut self, mut block: Block) -> Block {
        while block.order() < ORDER_MAX {
            let buddy = block.buddy();
            if self.segments.state(buddy) != Some(State::Free) {
                break;
            }
            self.free.unlink(&mut self.segments, buddy);
            block = block.parent();
            let upper_half = block.lower_half().buddy();
            if let Some(map) = self.segments.map_mut(upper_half) {
                map.join_at(upper_half);
            }
        }
        block
    }

    /// Whether that much more may be reserved, without the spare segment if need be.
    fn check_limit(&mut self, requested_bytes: usize) -> Result<(), PoolError> {
        if !self.fits(requested_bytes)
            && let Some(spare) = self.free.pop(&mut self.segments, ORDER_MAX)
        {
            self.segments.remove(spare);
        }
        if self.fits(requested_bytes) {
            return Ok(());
        }
        Err(PoolError::LimitExceeded {
            requested_bytes,
            reserved_bytes: self.reserved_bytes(),
            limit_bytes: self.limit_bytes,
        })
    }

    fn fits(&self, more_bytes: usize) -> bool {
        let total_bytes = self.reserved_bytes().checked_add(more_bytes);
        total_bytes.is_some_and(|total_bytes| total_bytes <= self.limit_bytes)
    }

    fn live_bytes(&self) -> usize {
        self.block_bytes + self.charged_bytes
    }

    fn reserved_bytes(&self) -> usize {
        self.segments.held() * BLOCK_BYTES_MAX + self.charged_bytes
    }

    fn note_peak(&mut self) {
        self.peak_bytes = self.peak_bytes.max(self.live_bytes());
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Pool")
            .field("limit_bytes", &self.limit_bytes)
            .field("stats", &self.stats())
            .finish_non_exhaustive()
    }
}
