//! Bytes that become a value: JSON, lines of it, and MessagePack.
//!
//! A reader writes tokens to a tape as it meets them (see [`Stage`]), and the
//! tape is fed to the builder when the counts that it needs are known. Nothing
//! of the bytes is trusted: time and memory are O(their length).

mod guess;
mod json;
mod message_pack;
mod number;
mod object;
mod recent;
mod records;
mod stage;
#[cfg(test)]
mod tests;
mod text;

use core::ops::Range;

use gaesup_codec::Word;

use crate::error::{Error, Result, Thing};
use crate::node::Cell;
use crate::store::Store;
pub use records::Record;
pub(crate) use stage::Stage;

/// What bytes are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// One JSON text in UTF-8, with or without a byte order mark. It means what
    /// `JSON.parse` makes of it.
    Json,
    /// A JSON text in each line, blank lines aside: an array of them.
    JsonLines,
    /// One value of MessagePack. Integers beyond 2^53 are big integers, binary
    /// data are byte arrays, and timestamps are dates, of which a millisecond
    /// is the least part. Other extensions, and keys that are no strings, are
    /// refused.
    MessagePack,
}

/// Reads bytes, and stages what they mean.
struct Reader<'a> {
    store: &'a mut Store,
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    const fn corrupt(&self) -> Error {
        Error::corrupt(self.at)
    }
}

impl Store {
    /// Parses one whole input as the value that `target` will hold, and stages
    /// it beside the tree as [`Store::begin_value`] to [`Store::take_value`]
    /// do: O(length). After an error nothing of it is left.
    ///
    /// # Errors
    /// [`Error::CorruptData`] where the bytes are not of this format (see
    /// [`Store::parse_offset`]) or while another value is being built,
    /// [`Error::TooDeep`] counted from the root, [`Error::TooMany`] beyond
    /// 4 GiB, or what memory says.
    pub fn parse(&mut self, target: Cell, format: Format, bytes: &[u8]) -> Result<Word> {
        self.parse_part(target, format, bytes, 0..bytes.len())
    }

    /// Where in its input, in bytes, the last refused parse stood: an error
    /// itself keeps only the lowest 24 bits of that.
    #[must_use]
    pub const fn parse_offset(&self) -> usize {
        self.parse_offset
    }

    fn parse_part(&mut self, target: Cell, format: Format, bytes: &[u8], part: Range<usize>) -> Result<Word> {
        if self.builder.is_busy() {
            self.parse_offset = part.start;
            return Err(Error::corrupt(part.start));
        }
        self.begin_stage(target)?;
        let mut reader = self.reader(bytes, part)?;
        let read = match format {
            Format::Json => reader.json(),
            Format::JsonLines => reader.json_lines(),
            Format::MessagePack => reader.message_pack(),
        };
        self.parse_offset = reader.at;
        let parsed = read.and_then(|()| self.take_staged());
        self.end_stage();
        parsed
    }

    fn reader<'a>(&'a mut self, bytes: &'a [u8], part: Range<usize>) -> Result<Reader<'a>> {
        if u32::try_from(bytes.len()).is_err() {
            self.parse_offset = u32::MAX as usize;
            return Err(Error::TooMany { what: Thing::TextBytes });
        }
        let bytes = bytes.get(..part.end).unwrap_or(bytes);
        Ok(Reader { store: self, bytes, at: part.start.min(bytes.len()) })
    }
}
