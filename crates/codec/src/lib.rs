//! Words, and the loops over them and over bytes.
//!
//! A [`Word`] is a value in eight bytes, an [`Encoding`] how a page of words is
//! packed, and [`Packed`] does it for many at once. [`compress`], [`decompress`]
//! and [`checksum`] are what a section of a snapshot goes through.
//!
//! What is here is compiled for speed where the rest of the engine is compiled for
//! size: it is small, and every byte of a saved state passes through it.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod block;
mod encoding;
mod hash;
mod numbering;
mod packed;
mod repack;
mod word;

pub use block::{BLOCK_BYTES, Piece, checksum, compress, compressed_bytes_max, copy, decompress, join, piece_ends};
pub use encoding::{Encoding, HOLES, Range, hole_code};
pub use hash::Seed;
pub use numbering::{Numbering, put_ids};
pub use packed::{PAGE_WORDS, Packed, differing_words};
pub use word::{BlobKind, Node, StringId, TAG_FIRST, Value, Word};
