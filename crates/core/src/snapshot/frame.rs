//! The frame of a snapshot that is there whole, and what its head may say: nothing
//! is made of anything before that is known.

use super::head::{ARRAY_32, Head, SECTIONS_HEADER_BYTES, head_bytes};
use super::section::{BIN_HEADER_BYTES, Entry, LZ4, STORED, Stream};
use crate::error::{Error, Result};
use crate::memory::try_push;
use crate::page::PAGE_WORDS;

/// What a section may hold.
const PLAIN_BYTES_MAX: u32 = 1 << 16;
/// So many words a snapshot may hold whatever its size, and so many more for each byte.
const WORDS_MIN: u64 = 1 << 26;
const WORDS_PER_BYTE: u64 = 1_024;

/// A snapshot taken apart as far as its head says where its sections are.
pub(super) struct Frame<'a> {
    pub(super) head: Head,
    /// The sections as they are stored, without their headers.
    pub(super) sections: Vec<&'a [u8]>,
}

impl<'a> Frame<'a> {
    /// The frame of a whole snapshot. The checksums of sections are not looked at.
    ///
    /// # Errors
    /// As [`Head::decode`] and [`Head::words_max`], or where the bytes end too early or too late.
    pub(super) fn of(bytes: &'a [u8]) -> Result<Self> {
        let corrupt = Error::corrupt(0);
        let (front, rest) = bytes.split_first_chunk().ok_or(corrupt)?;
        let (head, rest) = rest.split_at_checked(head_bytes(front)?).ok_or(corrupt)?;
        let head = Head::decode(front, head)?;
        let (header, mut rest) = rest.split_at_checked(SECTIONS_HEADER_BYTES).ok_or(corrupt)?;
        head.check_sections_header(header, corrupt)?;
        let mut sections = Vec::new();
        for entry in &head.sections {
            let len = BIN_HEADER_BYTES.checked_add(entry.bytes as usize).ok_or(corrupt)?;
            let (section, behind) = rest.split_at_checked(len).ok_or(corrupt)?;
            try_push(&mut sections, entry.packed(section).ok_or(corrupt)?)?;
            rest = behind;
        }
        if rest.is_empty() { Ok(Self { head, sections }) } else { Err(corrupt) }
    }

    /// The sections of a stream with what the head says of them.
    pub(super) fn of_stream(&self, stream: Stream) -> impl Iterator<Item = (&Entry, &'a [u8])> {
        let sections = self.head.sections.iter().zip(self.sections.iter().copied());
        sections.filter(move |(entry, _)| entry.stream == stream as u8)
    }
}

impl Head {
    /// How many words there may be, if the sections, levels and counts are such as can be.
    ///
    /// # Errors
    /// `corrupt`, or [`Error::LimitExceeded`].
    pub(super) fn words_max(&self, corrupt: Error) -> Result<u64> {
        let mut last = Stream::Strings;
        let (mut stored_bytes, mut plain_bytes) = (0, 0);
        for Entry { stream, codec, plain_bytes: plain, bytes: stored, .. } in &self.sections {
            let stream = Stream::from_code(*stream).filter(|stream| *stream >= last);
            let fits = match *codec {
                STORED => plain == stored,
                LZ4 => stored < plain,
                _ => false,
            };
            last = stream.filter(|_| fits && *plain <= PLAIN_BYTES_MAX).ok_or(corrupt)?;
            stored_bytes += u64::from(*stored);
            plain_bytes += u64::from(*plain);
        }
        // No string takes less than a byte of its section.
        if u64::from(self.strings) > plain_bytes {
            return Err(corrupt);
        }
        // Each container is named by a word, and no byte says more words than a page of one.
        let words_max = (WORDS_MIN + stored_bytes * WORDS_PER_BYTE).min(plain_bytes * PAGE_WORDS as u64);
        let mut rows_left = words_max;
        for (form, rows) in self.levels.iter().flatten() {
            if *form as usize >= self.forms.len() || *rows == 0 {
                return Err(corrupt);
            }
            rows_left = rows_left.checked_sub(u64::from(*rows)).ok_or(Error::LimitExceeded)?;
        }
        if self.levels.iter().any(Vec::is_empty) { Err(corrupt) } else { Ok(words_max) }
    }

    /// Whether what stands behind the head is MessagePack's header of as many sections.
    pub(super) fn check_sections_header(&self, bytes: &[u8], corrupt: Error) -> Result<()> {
        let count = (self.sections.len() as u32).to_be_bytes();
        if bytes.first() == Some(&ARRAY_32) && bytes.ends_with(&count) { Ok(()) } else { Err(corrupt) }
    }
}
