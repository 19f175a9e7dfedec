//! A growing array of numbers without large allocations.
//!
//! The pool's blocks end at 64 KiB, so what can be longer is spread over many.

use gaesup_kernels::{BLOCK_BYTES_MAX, Block};

use crate::error::Result;
use crate::memory::{Memory, Part, try_push};

const PER_BLOCK: usize = BLOCK_BYTES_MAX / size_of::<u32>();
const FIRST_BYTES: usize = 64;

/// `u32`s by index, zero until set. Grows by doubling up to one block and by
/// whole blocks from there.
#[derive(Debug, Default)]
pub(crate) struct Paged {
    blocks: Vec<Block>,
}

impl Paged {
    /// The number at `index`, or 0 beyond the end.
    pub(crate) fn get(&self, memory: &Memory, index: usize) -> u32 {
        self.get_inline(memory, index)
    }

    #[inline(always)]
    pub(crate) fn get_inline(&self, memory: &Memory, index: usize) -> u32 {
        let Some(block) = self.blocks.get(index / PER_BLOCK) else {
            return 0;
        };
        memory.pool().u32s(*block).get(index % PER_BLOCK).copied().unwrap_or(0)
    }

    /// The numbers from `index` to the end of the block it is in.
    #[inline(always)]
    pub(crate) fn tail<'a>(&self, memory: &'a Memory, index: usize) -> &'a [u32] {
        let Some(block) = self.blocks.get(index / PER_BLOCK) else { return &[] };
        memory.pool().u32s(*block).get(index % PER_BLOCK..).unwrap_or(&[])
    }

    /// Sets a number at an index below [`Paged::capacity`].
    #[inline]
    pub(crate) fn set(&self, memory: &mut Memory, index: usize, number: u32) {
        if let Some(block) = self.blocks.get(index / PER_BLOCK)
            && let Some(place) = memory.pool_mut().u32s_mut(*block).get_mut(index % PER_BLOCK)
        {
            *place = number;
        }
    }

    /// How many numbers there is room for.
    pub(crate) fn capacity(&self) -> usize {
        self.blocks.iter().map(|block| block.size_bytes() / size_of::<u32>()).sum()
    }

    /// Makes room for at least `numbers`.
    pub(crate) fn reserve(&mut self, memory: &mut Memory, part: Part, numbers: usize) -> Result<()> {
        let last = numbers.saturating_sub(1);
        let has_last = |block: &Block| last % PER_BLOCK < block.size_bytes() / size_of::<u32>();
        if self.blocks.get(last / PER_BLOCK).is_some_and(has_last) {
            return Ok(());
        }
        while self.capacity() < numbers {
            match self.blocks.as_mut_slice() {
                [only] if only.size_bytes() < BLOCK_BYTES_MAX => {
                    let wanted = (numbers * size_of::<u32>()).min(BLOCK_BYTES_MAX);
                    let larger = memory.alloc(part, wanted.max(only.size_bytes() * 2))?;
                    memory.pool_mut().copy(*only, larger, only.size_bytes());
                    memory.free(part, core::mem::replace(only, larger));
                }
                [] => {
                    let wanted = (numbers * size_of::<u32>()).clamp(FIRST_BYTES, BLOCK_BYTES_MAX);
                    let block = memory.alloc(part, wanted)?;
                    if let Err(error) = try_push(&mut self.blocks, block) {
                        memory.free(part, block);
                        return Err(error);
                    }
                }
                _ => {
                    self.blocks.try_reserve(1).map_err(|_| crate::error::Error::OutOfMemory)?;
                    self.blocks.push(memory.alloc(part, BLOCK_BYTES_MAX)?);
                }
            }
        }
        Ok(())
    }

    /// Gives back the blocks that hold none of the first `numbers`.
    pub(crate) fn truncate(&mut self, memory: &mut Memory, part: Part, numbers: usize) {
        while self.blocks.len() > numbers.div_ceil(PER_BLOCK)
            && let Some(block) = self.blocks.pop()
        {
            memory.free(part, block);
        }
    }

    pub(crate) fn clear(&mut self, memory: &mut Memory, part: Part) {
        for block in self.blocks.drain(..) {
            memory.free(part, block);
        }
    }

    pub(crate) fn metadata_bytes(&self) -> usize {
        self.blocks.capacity() * size_of::<Block>()
    }
}
