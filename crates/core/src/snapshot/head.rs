//! The frame and the head of a snapshot: what it is, what is in it, and where.

use gaesup_codec::checksum;

use super::form::Form;
use super::pack::{Unpacker, put_array, put_bytes, put_map, put_number, put_text};
use super::section::{BIN_HEADER_BYTES, CHECKSUM_BYTES, Entry, LZ4, is_sum};
use crate::error::{Error, Result};
use crate::memory::try_push;

/// How every snapshot begins: a MessagePack array of five, the name of the
/// format, its version, and a `bin 8` of eight bytes, the head's checksum.
pub(super) const PREFIX: [u8; 20] = *b"\x95\xAFgaesup-snapshot\x01\xC4\x08";
const VERSION_AT: usize = 17;
/// The prefix, the checksum, and the header of the head's `bin 32`.
pub(super) const FRONT_BYTES: usize = PREFIX.len() + CHECKSUM_BYTES + BIN_HEADER_BYTES;
/// Behind the head: MessagePack's `array 32` of the sections, a byte and the count.
pub(super) const SECTIONS_HEADER_BYTES: usize = 5;
pub(super) const ARRAY_32: u8 = 0xDD;
const BIN_32: u8 = 0xC6;
/// Longer heads are refused: that many forms are not met in a state that fits.
const HEAD_BYTES_MAX: usize = 1 << 25;
const NAMES: [&str; 6] = ["schema", "strings", "blobs", "forms", "levels", "sections"];

/// A form as it is written: its kind, then the length of a tuple or the keys of
/// an object by their numbers.
pub(super) const KIND_TUPLE: u32 = 0;
pub(super) const KIND_OBJECT: u32 = 1;
pub(super) const KIND_LIST: u32 = 2;
pub(super) const KIND_ENTRIES: u32 = 3;
pub(super) const KIND_MAP: u32 = 4;

/// What a snapshot says in front, in this order: a MessagePack map with these names.
#[derive(Default, Debug)]
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
        let words = self.forms.iter().map(|form| form.len() + 1).sum::<usize>()
            + self.levels.iter().map(|level| level.len() * 3 + 1).sum::<usize>()
            + self.sections.len() * 8;
        let mut bytes = Vec::new();
        // No number takes more than five bytes; the rest is names.
        bytes.try_reserve_exact(FRONT_BYTES + SECTIONS_HEADER_BYTES + 100 + words * 5)?;
        bytes.extend_from_slice(&PREFIX);
        bytes.resize(FRONT_BYTES, BIN_32);
        self.write(&mut bytes);
        let (front, head) = bytes.split_at_mut(FRONT_BYTES);
        front[PREFIX.len()..PREFIX.len() + CHECKSUM_BYTES].copy_from_slice(&checksum(head));
        front[FRONT_BYTES - 4..].copy_from_slice(&(head.len() as u32).to_be_bytes());
        bytes.push(ARRAY_32);
        bytes.extend_from_slice(&(self.sections.len() as u32).to_be_bytes());
        Ok(bytes)
    }

    fn write(&self, into: &mut Vec<u8>) {
        put_map(into, NAMES.len() as u8);
        for (name, number) in NAMES.into_iter().zip([self.schema, self.strings, self.blobs]) {
            put_text(into, name);
            put_number(into, number);
        }
        put_text(into, NAMES[3]);
        put_array(into, self.forms.len());
        for form in &self.forms {
            put_array(into, form.len());
            form.iter().for_each(|number| put_number(into, *number));
        }
        put_text(into, NAMES[4]);
        put_array(into, self.levels.len());
        for level in &self.levels {
            put_array(into, level.len());
            for (form, rows) in level {
                put_array(into, 2);
                put_number(into, *form);
                put_number(into, *rows);
            }
        }
        put_text(into, NAMES[5]);
        put_array(into, self.sections.len());
        for Entry { stream, codec, plain_bytes, bytes, checksum } in &self.sections {
            put_array(into, 5);
            [u32::from(*stream), u32::from(*codec), *plain_bytes, *bytes]
                .iter()
                .for_each(|part| put_number(into, *part));
            put_bytes(into, checksum);
        }
    }

    /// Reads the head behind a front that says how long it is.
    pub(super) fn decode(front: &[u8; FRONT_BYTES], head: &[u8]) -> Result<Self> {
        if !is_sum(head, &front[PREFIX.len()..PREFIX.len() + CHECKSUM_BYTES]) {
            return Err(Error::corrupt(PREFIX.len()));
        }
        let mut from = Unpacker::new(head);
        match Self::read(&mut from) {
            Ok(read) if from.is_at_end() => Ok(read),
            Err(Error::OutOfMemory) => Err(Error::OutOfMemory),
            _ => Err(Error::corrupt(FRONT_BYTES + from.at)),
        }
    }

    fn read(from: &mut Unpacker<'_>) -> Result<Self> {
        let mut read = Self::default();
        from.expect(&[0x80 | NAMES.len() as u8])?;
        let mut names = NAMES.into_iter();
        let mut name = |from: &mut Unpacker<'_>| {
            let name = names.next().unwrap_or_default();
            from.expect(&[0xA0 | name.len() as u8])?;
            from.expect(name.as_bytes())
        };
        for number in [&mut read.schema, &mut read.strings, &mut read.blobs] {
            name(from)?;
            *number = from.number()?;
        }
        name(from)?;
        read.forms = list(from, |from| list(from, |from| from.number()))?;
        name(from)?;
        read.levels = list(from, |from| {
            list(from, |from| {
                from.expect(&[0x92])?;
                Ok((from.number()?, from.number()?))
            })
        })?;
        name(from)?;
        read.sections = list(from, |from| {
            from.expect(&[0x95])?;
            let byte = |from: &mut Unpacker<'_>| u8::try_from(from.number()?).map_err(|_| from.corrupt());
            let (stream, codec) = (byte(from)?, byte(from)?);
            let (plain_bytes, bytes) = (from.number()?, from.number()?);
            from.expect(&[0xC4, CHECKSUM_BYTES as u8])?;
            let checksum = *from.take(CHECKSUM_BYTES)?.first_chunk().ok_or(from.corrupt())?;
            Ok(Entry { stream, codec, plain_bytes, bytes, checksum })
        })?;
        Ok(read)
    }
}

/// An array of things that `each` reads.
fn list<T>(from: &mut Unpacker<'_>, mut each: impl FnMut(&mut Unpacker<'_>) -> Result<T>) -> Result<Vec<T>> {
    let mut things = Vec::new();
    for _ in 0..from.array()? {
        let thing = each(from)?;
        try_push(&mut things, thing)?;
    }
    Ok(things)
}

/// How long the head is, when this is the front of a snapshot.
///
/// # Errors
/// [`Error::CorruptData`], [`Error::UnsupportedVersion`], [`Error::LimitExceeded`].
pub(super) fn head_bytes(front: &[u8; FRONT_BYTES]) -> Result<usize> {
    for (at, (byte, expected)) in front.iter().zip(&PREFIX).enumerate() {
        if byte != expected {
            return Err(if at == VERSION_AT { Error::UnsupportedVersion } else { Error::corrupt(at) });
        }
    }
    match front[PREFIX.len() + CHECKSUM_BYTES..] {
        [BIN_32, a, b, c, d] => match u32::from_be_bytes([a, b, c, d]) as usize {
            len if len > HEAD_BYTES_MAX => Err(Error::LimitExceeded),
            len => Ok(len),
        },
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
        plain_bytes: sum(|entry| entry.plain_bytes),
        stored_bytes: sum(|entry| entry.bytes) + around as u64,
        is_compressed: head.sections.iter().any(|entry| entry.codec == LZ4),
    })
}
