//! The store's memory: the page pool, with an account per part.

use gaesup_kernels::{Block, Pool};

use crate::error::Result;

/// Who holds the bytes; the parts that `stats()` shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Part {
    /// Column pages of shape tables, and every table's system columns.
    Columns,
    /// Chunks of long arrays.
    Lists,
    /// Entries and indexes of dictionaries and maps.
    Dictionaries,
    /// Text, blobs, and the tables that find them.
    Strings,
}

const PARTS: usize = 4;

/// The page pool of one store and who holds how much of it.
pub(crate) struct Memory {
    pool: Pool,
    bytes: [usize; PARTS],
    /// Pages written since the store was made.
    pub(crate) pages_touched: u64,
}

impl Memory {
    pub(crate) fn new(limit_bytes: usize) -> Self {
        Self { pool: Pool::new(limit_bytes), bytes: [0; PARTS], pages_touched: 0 }
    }

    #[inline(always)]
    pub(crate) const fn pool(&self) -> &Pool {
        &self.pool
    }

    #[inline(always)]
    pub(crate) const fn pool_mut(&mut self) -> &mut Pool {
        &mut self.pool
    }

    pub(crate) fn alloc(&mut self, part: Part, size_bytes: usize) -> Result<Block> {
        let block = self.pool.alloc(size_bytes)?;
        self.bytes[part as usize] += block.size_bytes();
        Ok(block)
    }

    pub(crate) fn free(&mut self, part: Part, block: Block) {
        if self.pool.free(block).is_ok() {
            self.bytes[part as usize] -= block.size_bytes();
        }
    }

    /// Counts bytes held outside the pool against the same limit.
    pub(crate) fn charge(&mut self, part: Part, bytes: usize) -> Result<()> {
        self.pool.charge(bytes)?;
        self.bytes[part as usize] += bytes;
        Ok(())
    }

    pub(crate) fn release(&mut self, part: Part, bytes: usize) {
        self.pool.release(bytes);
        self.bytes[part as usize] -= bytes;
    }

    pub(crate) const fn bytes(&self, part: Part) -> usize {
        self.bytes[part as usize]
    }
}

/// Pushes without the abort that `Vec::push` ends in when memory is gone.
pub(crate) fn try_push<T>(vec: &mut Vec<T>, item: T) -> Result<()> {
    if vec.len() == vec.capacity() {
        vec.try_reserve(1)?;
    }
    vec.push(item);
    Ok(())
}

/// Copies bytes without the abort that `to_vec` ends in when memory is gone.
pub(crate) fn try_copy(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut copy = Vec::new();
    copy.try_reserve_exact(bytes.len())?;
    copy.extend_from_slice(bytes);
    Ok(copy)
}
