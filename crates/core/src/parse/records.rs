//! The records of a payload, found without parsing them.
//!
//! Who gets a payload again, of which most is as before, parses only what is
//! not: whose bytes are the same is the same. So this may be lenient about
//! what is inside a record, and is strict about where one begins and ends.

mod hash;
mod json;
mod message_pack;

use gaesup_codec::Word;

use super::Format;
use crate::error::Result;
use crate::memory::try_push;
use crate::node::Cell;
use crate::store::Store;
use hash::hash;

/// An item of a payload.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Record {
    /// Where its first byte stands.
    pub start: u32,
    /// Where the first byte behind it stands.
    pub end: u32,
    /// A hash of its bytes, which begins with the store's seed.
    pub hash: u64,
}

/// The records found so far.
struct Records {
    found: Vec<Record>,
    seed: u64,
}

impl Records {
    /// Adds the record from `start` to `end`.
    fn add(&mut self, bytes: &[u8], start: usize, end: usize) -> Result<()> {
        let hash = hash(bytes.get(start..end).unwrap_or(&[]), self.seed);
        try_push(&mut self.found, Record { start: start as u32, end: end as u32, hash })
    }
}

impl Store {
    /// Finds the records of a payload, and what tells them apart: the items of
    /// the outermost array, or the lines. None when the payload is no array.
    /// O(length), many times quicker than parsing.
    ///
    /// Of JSON the space around records is left out. Whether a record is of
    /// its format is seen when it is parsed: if all are, so is the whole.
    ///
    /// # Errors
    /// As [`Store::parse`], where records do not follow one another as items
    /// do, where the array does not end, or where something is behind it.
    pub fn records(&mut self, format: Format, bytes: &[u8]) -> Result<Option<Vec<Record>>> {
        let seed = self.config.seed;
        let mut reader = self.reader(bytes, 0..bytes.len())?;
        let mut records = Records { found: Vec::new(), seed };
        let is_array = match format {
            Format::Json => reader.json_records(&mut records),
            Format::JsonLines => reader.line_records(&mut records),
            Format::MessagePack => reader.message_pack_records(&mut records),
        };
        self.parse_offset = reader.at;
        Ok(if is_array? { Some(records.found) } else { None })
    }

    /// Parses one record of a payload as [`Store::parse`] does a whole one.
    /// Offsets count from the start of the payload.
    ///
    /// # Errors
    /// As [`Store::parse`].
    pub fn parse_record(&mut self, target: Cell, format: Format, bytes: &[u8], record: &Record) -> Result<Word> {
        let format = if format == Format::JsonLines { Format::Json } else { format };
        self.parse_part(target, format, bytes, record.start as usize..record.end as usize)
    }
}
