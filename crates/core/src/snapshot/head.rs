//! The frame and the head of a snapshot: what it is, what is in it, and where.

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::form::Form;
use super::section::{BIN_HEADER_BYTES, Entry, LZ4};
use crate::error::{Error, Result};

/// How every snapshot begins: a MessagePack array of five, the name of the
/// format, its version, and a `bin 8` of eight bytes, the head's checksum.
pub(super) const PREFIX: [u8; 20] = *b"\x95\xAFgaesup-snapshot\x01\xC4\x08";
const VERSION_AT: usize = 17;
const CHECKSUM_BYTES: usize = 8;
/// The prefix, the checksum, and the header of the head's `bin 32`.
pub(super) const FRONT_BYTES: usize = PREFIX.len() + CHECKSUM_BYTES + BIN_HEADER_BYTES;
/// Behind the head: MessagePack's `array 32` of the sections, a byte and the count.
pub(super) const SECTIONS_HEADER_BYTES: usize = 5;
pub(super) const ARRAY_32: u8 = 0xDD;
const BIN_32: u8 = 0xC6;

/// A form as it is written: its kind, then the length of a tuple or the keys of
/// an object by their numbers.
pub(super) const KIND_TUPLE: u32 = 0;
pub(super) const KIND_OBJECT: u32 = 1;
pub(super) const KIND_LIST: u32 = 2;
pub(super) const KIND_ENTRIES: u32 = 3;
pub(super) const KIND_MAP: u32 = 4;

/// The head, a MessagePack map with these names.
#[derive(Serialize, Deserialize, Default, Debug)]
pub(super) struct Head {
    /// The application's version of what its state looks like.
    pub(super) schema: u32,
    pub(super) strings: u32,
    pub(super) blobs: u32,
    pub(super) forms: Vec<Vec<u32>>,
    /// By level, outermost first: how many containers of which form.
    pub(super) levels: Vec<Vec<(u32, u32)>>,
    pub(super) sections: Vec<Entry>,
}

impl Head {
    /// The frame up to the first section.
    pub(super) fn encode(&self) -> Result<Vec<u8>> {
        let head = rmp_serde::to_vec_named(self).map_err(|_| Error::OutOfMemory)?;
        let mut bytes = Vec::new();
        let size_bytes = FRONT_BYTES + head.len() + SECTIONS_HEADER_BYTES;
        bytes.try_reserve_exact(size_bytes).map_err(|_| Error::OutOfMemory)?;
        bytes.extend_from_slice(&PREFIX);
        bytes.extend_from_slice(&xxh3_64(&head).to_be_bytes());
        bytes.push(BIN_32);
        bytes.extend_from_slice(&(head.len() as u32).to_be_bytes());
        bytes.extend_from_slice(&head);
        bytes.push(ARRAY_32);
        bytes.extend_from_slice(&(self.sections.len() as u32).to_be_bytes());
        Ok(bytes)
    }

    /// Reads the head behind a front that says how long it is.
    pub(super) fn decode(front: &[u8; FRONT_BYTES], head: &[u8]) -> Result<Self> {
        if !front[PREFIX.len()..].starts_with(&xxh3_64(head).to_be_bytes()) {
            return Err(Error::corrupt(PREFIX.len()));
        }
        let mut rest = head;
        let decoded = Self::deserialize(&mut rmp_serde::Deserializer::new(&mut rest));
        match decoded {
            Ok(decoded) if rest.is_empty() => Ok(decoded),
            _ => Err(Error::corrupt(FRONT_BYTES + head.len() - rest.len())),
        }
    }
}

/// How long the head is, when this is the front of a snapshot.
///
/// # Errors
/// [`Error::CorruptData`], [`Error::UnsupportedVersion`].
pub(super) fn head_bytes(front: &[u8; FRONT_BYTES]) -> Result<usize> {
    for (at, (byte, expected)) in front.iter().zip(&PREFIX).enumerate() {
        if byte != expected {
            return Err(if at == VERSION_AT { Error::UnsupportedVersion } else { Error::corrupt(at) });
        }
    }
    match front[PREFIX.len() + CHECKSUM_BYTES..] {
        [BIN_32, a, b, c, d] => Ok(u32::from_be_bytes([a, b, c, d]) as usize),
        _ => Err(Error::corrupt(PREFIX.len() + CHECKSUM_BYTES)),
    }
}

pub(super) fn form_code(form: &Form, number_of: impl Fn(u32) -> u32) -> Vec<u32> {
    match form {
        Form::Tuple(items) => vec![KIND_TUPLE, *items],
        Form::Object(keys) => core::iter::once(KIND_OBJECT).chain(keys.iter().map(|key| number_of(key.0))).collect(),
        Form::List => vec![KIND_LIST],
        Form::Entries => vec![KIND_ENTRIES],
        Form::Map => vec![KIND_MAP],
    }
}

/// What a snapshot says of itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Inspected {
    /// The application's version of what its state looks like.
    pub schema: u32,
    /// Objects, arrays and maps.
    pub containers: u64,
    /// Distinct strings, keys included.
    pub strings: u32,
    /// Bytes before compression, without the head.
    pub plain_bytes: u64,
    /// Bytes of the whole.
    pub stored_bytes: u64,
    /// Whether any of it is compressed.
    pub is_compressed: bool,
}

/// Reads what a snapshot says of itself: O(its head), which has to be there
/// whole. What is behind that is not looked at.
///
/// # Errors
/// [`Error::CorruptData`], [`Error::UnsupportedVersion`].
pub fn inspect(bytes: &[u8]) -> Result<Inspected> {
    let Some((front, rest)) = bytes.split_first_chunk() else {
        let wrong = bytes.iter().zip(&PREFIX).take_while(|(byte, expected)| byte == expected).count();
        return Err(Error::corrupt(wrong));
    };
    let len = head_bytes(front)?;
    let head = Head::decode(front, rest.get(..len).ok_or(Error::corrupt(bytes.len()))?)?;
    let sum = |size: fn(&Entry) -> u32| head.sections.iter().map(|entry| u64::from(size(entry))).sum::<u64>();
    let around = FRONT_BYTES + len + SECTIONS_HEADER_BYTES + head.sections.len() * BIN_HEADER_BYTES;
    Ok(Inspected {
        schema: head.schema,
        containers: head.levels.iter().flatten().map(|(_, rows)| u64::from(*rows)).sum(),
        strings: head.strings,
        plain_bytes: sum(|entry| entry.2),
        stored_bytes: sum(|entry| entry.3) + around as u64,
        is_compressed: head.sections.iter().any(|entry| entry.1 == LZ4),
    })
}
