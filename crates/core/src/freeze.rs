//! A moment's memory, kept while it is copied in pieces.

pub use gaesup_kernels::{BLOCK_BYTES_MAX as SEGMENT_BYTES, FrozenSegment};

use crate::error::Result;
use crate::store::Store;

impl Store {
    /// Begins to keep what the store's pages hold now, for [`Store::next_frozen`], while the store
    /// goes on: a segment of pages is copied when something in it is written to for the
    /// first time. What is not in pages is not kept. Ends what was begun before. O(segments).
    ///
    /// # Errors
    /// [`Error::OutOfMemory`](crate::Error::OutOfMemory); then nothing is begun.
    pub fn freeze(&mut self) -> Result<()> {
        Ok(self.tree.memory.pool_mut().freeze()?)
    }

    /// The addresses of the segments of pages, each of [`SEGMENT_BYTES`].
    pub fn segment_addresses(&self) -> impl Iterator<Item = usize> {
        self.tree.memory.pool().segment_addresses()
    }

    /// The next segment as it was at [`Store::freeze`]; each comes once, and none at the end.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`](crate::Error::OutOfMemory) when there was no memory to keep one.
    pub fn next_frozen(&mut self) -> Result<Option<FrozenSegment<'_>>> {
        Ok(self.tree.memory.pool_mut().next_frozen()?)
    }

    /// Ends what [`Store::freeze`] began.
    pub fn thaw(&mut self) {
        self.tree.memory.pool_mut().thaw();
    }
}
