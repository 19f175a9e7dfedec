//! A page and a string as they are written.

use gaesup_codec::{Encoding, Packed, Word};

use crate::error::{Error, Result};
use crate::strings::is_wtf8;
use crate::uuid;

/// A page in the stream of columns.
#[derive(Clone, Copy)]
pub(super) struct Written<'a> {
    pub(super) packed: Packed,
    pub(super) bytes: &'a [u8],
    pub(super) words: usize,
}

impl<'a> Written<'a> {
    /// The page of so many words at the start of some bytes, when all of it is there, and how
    /// many of them it takes.
    ///
    /// # Errors
    /// [`Error::CorruptData`] for an encoding that there is not.
    pub(super) fn first(bytes: &'a [u8], words: usize) -> Result<Option<(Self, usize)>> {
        let Some((code, rest)) = bytes.split_first() else {
            return Ok(None);
        };
        let encoding = Encoding::from_code(*code).ok_or(Error::corrupt(0))?;
        let mut packed = Packed { encoding, base: 0 };
        let mut header = 1;
        if packed.has_base() {
            let Some(base) = rest.first_chunk() else { return Ok(None) };
            packed.base = u64::from_le_bytes(*base);
            header += base.len();
        }
        let end = header + packed.bytes_of(words);
        Ok(bytes.get(header..end).map(|bytes| (Self { packed, bytes, words }, end)))
    }

    /// One of its words.
    pub(super) fn word(&self, index: usize) -> Word {
        let mut word = [Word::ABSENT];
        self.packed.unpack(self.bytes, index, &mut word);
        word[0]
    }
}

/// Whether bytes are a string as snapshots have it: WTF-8, and packed if it is a UUID.
pub(super) fn is_text(bytes: &[u8]) -> bool {
    if bytes.first() == Some(&uuid::MARKER) {
        bytes.len() == uuid::PACKED_BYTES
    } else {
        is_wtf8(bytes) && uuid::pack(bytes).is_none()
    }
}
