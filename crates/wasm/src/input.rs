//! The buffer that JavaScript writes and how words are read from it.

use gaesup_core::Error;

/// Bytes of one word.
pub(crate) const WORD_BYTES: usize = 8;

/// A byte buffer at an address that is a multiple of eight, so that
/// JavaScript can lay typed arrays of any element over it.
#[derive(Default)]
pub(crate) struct Input {
    bytes: Vec<u8>,
    /// Where the aligned part begins.
    start: usize,
}

impl Input {
    /// Makes room for `size_bytes`, keeping what is there.
    pub(crate) fn reserve(&mut self, size_bytes: usize) -> Result<(), Error> {
        if self.room() >= size_bytes {
            return Ok(());
        }
        let mut bytes = Vec::new();
        bytes.try_reserve_exact(size_bytes + WORD_BYTES).map_err(|_| Error::OutOfMemory)?;
        bytes.resize(size_bytes + WORD_BYTES, 0);
        let start = bytes.as_ptr().align_offset(WORD_BYTES).min(WORD_BYTES);
        let old = self.bytes.get(self.start..).unwrap_or(&[]);
        let kept = old.len().min(size_bytes);
        bytes[start..start + kept].copy_from_slice(&old[..kept]);
        *self = Self { bytes, start };
        Ok(())
    }

    /// Gives a buffer back that had grown beyond `size_bytes`.
    pub(crate) fn shrink(&mut self, size_bytes: usize) -> Result<(), Error> {
        if self.room() > size_bytes {
            *self = Self::default();
        }
        self.reserve(size_bytes)
    }

    /// Where JavaScript writes.
    pub(crate) fn address(&self) -> usize {
        self.bytes.as_ptr() as usize + self.start
    }

    /// How many bytes may be written there.
    pub(crate) fn room(&self) -> usize {
        self.bytes.len().saturating_sub(WORD_BYTES)
    }

    /// Reads what was written from byte `from` up to `end`.
    pub(crate) fn words(&self, from: usize, end: usize) -> Words<'_> {
        let written = self.bytes.get(self.start..).unwrap_or(&[]);
        let end = end.min(written.len());
        Words { bytes: &written[..end], at: from.min(end) }
    }
}

/// A position in the written bytes.
pub(crate) struct Words<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Words<'a> {
    pub(crate) const fn is_empty(&self) -> bool {
        self.at >= self.bytes.len()
    }

    /// The position in the buffer.
    pub(crate) const fn offset_bytes(&self) -> usize {
        self.at
    }

    /// The position in bytes, for errors.
    pub(crate) const fn corrupt(&self) -> Error {
        Error::corrupt(self.at)
    }

    /// The next word, left where it is.
    #[inline]
    pub(crate) fn peek(&self) -> Option<u64> {
        self.bytes.get(self.at..)?.first_chunk::<WORD_BYTES>().map(|word| u64::from_le_bytes(*word))
    }

    /// The next word.
    #[inline]
    pub(crate) fn next(&mut self) -> Result<u64, Error> {
        let word = self.peek().ok_or(self.corrupt())?;
        self.at += WORD_BYTES;
        Ok(word)
    }

    /// The next `len` bytes; what pads them to whole words is passed over.
    pub(crate) fn take(&mut self, len: usize) -> Result<&'a [u8], Error> {
        let bytes = self.bytes.get(self.at..).and_then(|rest| rest.get(..len)).ok_or(self.corrupt())?;
        self.at += len.next_multiple_of(WORD_BYTES);
        Ok(bytes)
    }
}
