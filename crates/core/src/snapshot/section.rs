//! Sections: the pieces of a snapshot's streams, each compressed where that
//! helps, each with a checksum.

use gaesup_codec::{BLOCK_BYTES as SECTION_BYTES_MAX, Piece, checksum, compressed_bytes_max, decompress};

use super::Codec;
use crate::error::Result;
use crate::memory::{try_copy, try_push};

/// What is shorter is not worth compressing.
const PLAIN_BYTES_MAX: usize = 256;
/// MessagePack's `bin 32`: a byte that says so, and the length.
pub(super) const BIN_HEADER_BYTES: usize = 5;
const BIN_32: u8 = 0xC6;

/// Which stream a section belongs to; they come in this order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Stream {
    Strings = 0,
    Blobs = 1,
    Columns = 2,
}

impl Stream {
    pub(super) const fn from_code(code: u8) -> Option<Self> {
        Some(match code {
            0 => Self::Strings,
            1 => Self::Blobs,
            2 => Self::Columns,
            _ => return None,
        })
    }
}

pub(super) const STORED: u8 = 0;
pub(super) const LZ4: u8 = 1;

/// Bytes of a checksum.
pub(super) const CHECKSUM_BYTES: usize = 8;

/// What the head says of a section.
#[derive(Debug)]
pub(super) struct Entry {
    /// The stream's code.
    pub(super) stream: u8,
    /// How it is stored.
    pub(super) codec: u8,
    /// Its bytes before compression.
    pub(super) plain_bytes: u32,
    /// Its bytes as they are stored.
    pub(super) bytes: u32,
    /// XXH3 of these, the highest byte first.
    pub(super) checksum: [u8; CHECKSUM_BYTES],
}

impl Entry {
    /// The bytes of a section without its header, when that is the one it has to be.
    pub(super) fn packed<'a>(&self, bytes: &'a [u8]) -> Option<&'a [u8]> {
        let (header, packed) = bytes.split_first_chunk::<BIN_HEADER_BYTES>()?;
        let [a, b, c, d] = self.bytes.to_be_bytes();
        (*header == [BIN_32, a, b, c, d]).then_some(packed)
    }

    /// Puts what a section holds behind other bytes; answers whether that can be read.
    pub(super) fn unpack(&self, packed: &[u8], into: &mut Vec<u8>) -> Result<bool> {
        into.try_reserve(self.plain_bytes as usize)?;
        if self.codec == STORED {
            into.extend_from_slice(packed);
            return Ok(true);
        }
        let from = into.len();
        into.resize(from + self.plain_bytes as usize, 0);
        Ok(decompress(packed, &mut into[from..]))
    }
}

/// Whether this is the checksum of some bytes; whoever fuzzes is to get past it.
pub(super) fn is_sum(bytes: &[u8], sum: &[u8]) -> bool {
    cfg!(fuzzing) || checksum(bytes) == *sum
}

/// A stream on its way into sections.
pub(super) struct Sections {
    stream: Stream,
    codec: Codec,
    /// Room for a header, and what waits for the next section.
    plain: Vec<u8>,
    pub(super) entries: Vec<Entry>,
    /// The sections, each with its header.
    pub(super) bytes: Vec<Vec<u8>>,
}

impl Sections {
    pub(super) const fn new(stream: Stream, codec: Codec) -> Self {
        Self { stream, codec, plain: Vec::new(), entries: Vec::new(), bytes: Vec::new() }
    }

    /// Room for up to so many bytes, which are in one section; fewer than
    /// [`SECTION_BYTES_MAX`]. What is not used has to be given back.
    pub(super) fn room(&mut self, bytes: usize) -> Result<&mut Vec<u8>> {
        if self.plain.len() + bytes > BIN_HEADER_BYTES + SECTION_BYTES_MAX {
            self.flush()?;
        }
        if self.plain.is_empty() {
            self.plain.try_reserve_exact(BIN_HEADER_BYTES + SECTION_BYTES_MAX)?;
            self.plain.resize(BIN_HEADER_BYTES, BIN_32);
        }
        Ok(&mut self.plain)
    }

    /// Writes bytes that may be cut.
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<()> {
        let mut rest = bytes;
        while !rest.is_empty() {
            let plain = self.room(1)?;
            let fits = (BIN_HEADER_BYTES + SECTION_BYTES_MAX - plain.len()).min(rest.len());
            plain.extend_from_slice(&rest[..fits]);
            rest = &rest[fits..];
        }
        Ok(())
    }

    /// Writes pieces one behind the other, any of which may be cut.
    pub(super) fn join(&mut self, pieces: &[Piece<'_>]) -> Result<()> {
        let mut rest = pieces;
        while let Some(next) = rest.first() {
            let bytes: usize = rest.iter().map(|piece| piece.len).sum();
            let plain = self.room(1)?;
            let start = plain.len();
            plain.resize((start + bytes).min(BIN_HEADER_BYTES + SECTION_BYTES_MAX), 0);
            let (count, written) = gaesup_codec::join(rest, &mut plain[start..]);
            plain.truncate(start + written);
            if count == 0 {
                self.write(next.bytes())?;
            }
            rest = &rest[count.max(1)..];
        }
        Ok(())
    }

    /// Makes a section of what waits.
    pub(super) fn flush(&mut self) -> Result<()> {
        let Some(plain) = self.plain.get(BIN_HEADER_BYTES..).filter(|plain| !plain.is_empty()) else {
            return Ok(());
        };
        let plain_bytes = plain.len() as u32;
        let packed = if self.codec == Codec::None { None } else { compress(plain, self.codec)? };
        let code = if packed.is_some() { LZ4 } else { STORED };
        let mut stored = match packed {
            Some(packed) => packed,
            // A full buffer is handed on as it is.
            None if self.plain.len() * 8 >= self.plain.capacity() * 7 => core::mem::take(&mut self.plain),
            None => try_copy(&self.plain)?,
        };
        self.plain.truncate(BIN_HEADER_BYTES);
        let len = (stored.len() - BIN_HEADER_BYTES) as u32;
        stored[1..BIN_HEADER_BYTES].copy_from_slice(&len.to_be_bytes());
        let checksum = checksum(&stored[BIN_HEADER_BYTES..]);
        let entry = Entry { stream: self.stream as u8, codec: code, plain_bytes, bytes: len, checksum };
        try_push(&mut self.entries, entry)?;
        try_push(&mut self.bytes, stored)
    }
}

/// Room for a header and the compressed bytes, when they are fewer.
fn compress(plain: &[u8], codec: Codec) -> Result<Option<Vec<u8>>> {
    if plain.len() <= PLAIN_BYTES_MAX {
        return Ok(None);
    }
    let mut buffer = Vec::new();
    let room = BIN_HEADER_BYTES + compressed_bytes_max(plain.len());
    buffer.try_reserve_exact(room)?;
    buffer.resize(room, BIN_32);
    let Some(len) = gaesup_codec::compress(plain, &mut buffer[BIN_HEADER_BYTES..]) else {
        return Ok(None);
    };
    let wanted = if codec == Codec::Auto { plain.len() - plain.len() / 8 } else { plain.len() };
    if len >= wanted { Ok(None) } else { try_copy(&buffer[..BIN_HEADER_BYTES + len]).map(Some) }
}
