//! Many words of a page at once.

use gaesup_codec::{Encoding, Packed, Word};

use super::{PAGE_WORDS, Page};
use crate::error::Result;
use crate::memory::{Memory, Part};

impl Page {
    /// Copies the words from `index` on to where there is room: O(words).
    pub(crate) fn read(&self, memory: &Memory, index: usize, into: &mut [Word]) {
        let (packed, bytes) = self.packed(memory);
        packed.unpack(bytes, index, into);
    }

    /// How the words are packed, and their codes.
    pub(crate) fn packed<'a>(&self, memory: &'a Memory) -> (Packed, &'a [u8]) {
        let bytes = if self.encoding == Encoding::Constant { &[] } else { memory.pool().bytes(self.block) };
        (Packed { encoding: self.encoding, base: self.base }, bytes)
    }

    /// A page of these words, in the narrowest encoding: O(words).
    pub(crate) fn of(memory: &mut Memory, part: Part, words: &[Word]) -> Result<Self> {
        let packed = Packed::narrowest(words);
        let mut page = Self { base: packed.base, len: words.len() as u16, encoding: packed.encoding, ..Self::empty() };
        if packed.encoding != Encoding::Constant {
            page.block = memory.alloc(part, packed.bytes_of(words.len()))?;
            packed.pack(words, memory.pool_mut().bytes_mut(page.block));
        }
        memory.pages_touched += 1;
        Ok(page)
    }

    /// A page of words that are packed already.
    pub(crate) fn of_packed(
        memory: &mut Memory,
        part: Part,
        packed: Packed,
        bytes: &[u8],
        words: usize,
    ) -> Result<Self> {
        let mut page = Self { base: packed.base, len: words as u16, encoding: packed.encoding, ..Self::empty() };
        if packed.encoding != Encoding::Constant {
            page.block = memory.alloc(part, bytes.len())?;
            memory.pool_mut().bytes_mut(page.block)[..bytes.len()].copy_from_slice(bytes);
        }
        memory.pages_touched += 1;
        Ok(page)
    }
}

/// Room for the words of a page.
pub(crate) type PageWords = [Word; PAGE_WORDS];
