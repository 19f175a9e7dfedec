//! MessagePack: all of its kinds, of the extensions the timestamp.

use gaesup_codec::{BlobKind, StringId, Word};

use super::Reader;
use super::stage::Container;
use crate::error::{Error, Result};

/// The extension that is a timestamp.
const TIMESTAMP: u8 = -1_i8 as u8;
const NANOSECONDS_END: u64 = 1_000_000_000;
/// How far from 1970 a date can be.
const DATE_MILLISECONDS_MAX: u64 = 8_640_000_000_000_000;
/// Beyond it doubles have gaps.
const INTEGER_MAX: u64 = 1 << f64::MANTISSA_DIGITS;

impl<'a> Reader<'a> {
    /// One value, and nothing behind it.
    pub(super) fn message_pack(&mut self) -> Result<()> {
        loop {
            self.whole(Self::item)?;
            while self.store.stage.is_complete() {
                self.store.stage_close()?;
            }
            match self.store.stage.container() {
                None => break,
                Some(Container::Array) => {}
                Some(Container::Object) => self.whole(|reader| reader.member_key(Self::key_text))?,
            }
        }
        if self.at < self.bytes.len() { Err(self.corrupt()) } else { Ok(()) }
    }

    /// Reads something that is refused where it begins.
    pub(super) fn whole(&mut self, read: impl FnOnce(&mut Self) -> Result<()>) -> Result<()> {
        let start = self.at;
        let done = read(self);
        if let Err(error) = done {
            self.at = start;
            return Err(if matches!(error, Error::CorruptData { .. }) { self.corrupt() } else { error });
        }
        done
    }

    /// A value without parts, or the beginning of one that has some.
    fn item(&mut self) -> Result<()> {
        let head = self.byte()?;
        let word = match head {
            0x00..=0x7F => Word::count(head.into()),
            0x80..=0x8F => return self.container(Container::Object, u64::from(head & 0x0F)),
            0x90..=0x9F => return self.container(Container::Array, u64::from(head & 0x0F)),
            0xA0..=0xBF | 0xD9..=0xDB => {
                let id = self.string(head)?;
                Word::string(id)
            }
            0xC0 => Word::NULL,
            0xC2 => Word::FALSE,
            0xC3 => Word::TRUE,
            0xC4..=0xC6 => {
                let len = self.number_of(head - 0xC4)?;
                let bytes = self.take(len)?;
                self.store.intern_blob(BlobKind::Bytes, bytes)?
            }
            0xC7..=0xC9 => {
                let len = self.number_of(head - 0xC7)?;
                self.extension(len)?
            }
            0xCA => Word::number(f64::from(f32::from_bits(self.number_of(2)? as u32))),
            0xCB => Word::number(f64::from_bits(self.number_of(3)?)),
            0xCC..=0xCF => {
                let number = self.number_of(head - 0xCC)?;
                self.integer(false, number)?
            }
            0xD0..=0xD3 => {
                let bytes = head - 0xD0;
                let unused = u64::BITS - (8 << bytes);
                let number = (self.number_of(bytes)? << unused).cast_signed() >> unused;
                self.integer(number < 0, number.unsigned_abs())?
            }
            0xD4..=0xD8 => self.extension(1 << (head - 0xD4))?,
            0xDC | 0xDD => {
                let count = self.number_of(head - 0xDC + 1)?;
                return self.container(Container::Array, count);
            }
            0xDE | 0xDF => {
                let count = self.number_of(head - 0xDE + 1)?;
                return self.container(Container::Object, count);
            }
            0xE0..=0xFF => Word::number(f64::from(head.cast_signed())),
            0xC1 => return Err(self.corrupt()),
        };
        self.store.stage_scalar(word)
    }

    /// Opens a container whose parts have to be there: each takes a byte.
    fn container(&mut self, container: Container, count: u64) -> Result<()> {
        let parts = if container == Container::Object { count * 2 } else { count };
        if parts > self.left() {
            return Err(self.corrupt());
        }
        self.store.stage_open(container, count as u32)
    }

    fn key_text(&mut self) -> Result<StringId> {
        let head = self.byte()?;
        self.string(head)
    }

    /// The text behind its first byte.
    fn string(&mut self, head: u8) -> Result<StringId> {
        let len = match head {
            0xA0..=0xBF => u64::from(head & 0x1F),
            0xD9..=0xDB => self.number_of(head - 0xD9)?,
            _ => return Err(self.corrupt()),
        };
        let start = self.at;
        if core::str::from_utf8(self.take(len)?).is_err() {
            return Err(self.corrupt());
        }
        self.store.stage_text(self.bytes, start, self.at)
    }

    /// An integer, as digits where a double might not be exact.
    fn integer(&mut self, is_negative: bool, magnitude: u64) -> Result<Word> {
        if magnitude <= INTEGER_MAX {
            let number = magnitude as f64;
            return Ok(Word::number(if is_negative { -number } else { number }));
        }
        // A sign and the twenty digits of 2^64.
        let mut digits = [b'-'; 21];
        let (mut first, mut rest) = (digits.len(), magnitude);
        while rest > 0 && first > 1 {
            first -= 1;
            digits[first] = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
        first -= usize::from(is_negative);
        self.store.intern_blob(BlobKind::BigInt, digits.get(first..).unwrap_or(&[]))
    }

    /// The value of an extension whose kind and `len` bytes come next.
    fn extension(&mut self, len: u64) -> Result<Word> {
        if self.byte()? != TIMESTAMP {
            return Err(self.corrupt());
        }
        let (seconds, nanoseconds) = match len {
            4 => (self.number_of(2)?.cast_signed(), 0),
            8 => {
                let both = self.number_of(3)?;
                ((both & ((1 << 34) - 1)).cast_signed(), both >> 34)
            }
            12 => {
                let nanoseconds = self.number_of(2)?;
                (self.number_of(3)?.cast_signed(), nanoseconds)
            }
            _ => return Err(self.corrupt()),
        };
        // A date has whole milliseconds: what is finer is left out.
        let rest = (nanoseconds / 1_000_000).cast_signed();
        let milliseconds = seconds.checked_mul(1_000).and_then(|milliseconds| milliseconds.checked_add(rest));
        let is_date = |milliseconds: &i64| milliseconds.unsigned_abs() <= DATE_MILLISECONDS_MAX;
        match milliseconds.filter(is_date) {
            Some(milliseconds) if nanoseconds < NANOSECONDS_END => {
                self.store.intern_blob(BlobKind::Date, &(milliseconds as f64).to_le_bytes())
            }
            _ => Err(self.corrupt()),
        }
    }

    /// A number of two to the power of `exponent` bytes, the highest first.
    pub(super) fn number_of(&mut self, exponent: u8) -> Result<u64> {
        let bytes = self.take(1 << exponent)?;
        Ok(bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    pub(super) fn byte(&mut self) -> Result<u8> {
        let byte = self.peek().ok_or(self.corrupt())?;
        self.at += 1;
        Ok(byte)
    }

    pub(super) fn take(&mut self, len: u64) -> Result<&'a [u8]> {
        if len > self.left() {
            return Err(self.corrupt());
        }
        let start = self.at;
        self.at += len as usize;
        self.bytes.get(start..self.at).ok_or(self.corrupt())
    }

    pub(super) const fn left(&self) -> u64 {
        (self.bytes.len() - self.at) as u64
    }
}
