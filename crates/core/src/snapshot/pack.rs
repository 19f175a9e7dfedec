//! The little of MessagePack that a head needs: whole numbers, arrays, a map
//! and bytes, each in its shortest form.
//!
//! A general library for it is a fifth of the whole program; the tests read
//! heads with one.

use crate::error::{Error, Result};

/// Appends a whole number.
pub(super) fn put_number(into: &mut Vec<u8>, number: u32) {
    let [a, b, c, d] = number.to_be_bytes();
    match number {
        0..=0x7F => into.push(d),
        0x80..=0xFF => into.extend([0xCC, d]),
        0x100..=0xFFFF => into.extend([0xCD, c, d]),
        _ => into.extend([0xCE, a, b, c, d]),
    }
}

/// Appends the header of an array.
pub(super) fn put_array(into: &mut Vec<u8>, len: usize) {
    let [a, b, c, d] = (len as u32).to_be_bytes();
    match len {
        0..=0xF => into.push(0x90 | d),
        0x10..=0xFFFF => into.extend([0xDC, c, d]),
        _ => into.extend([0xDD, a, b, c, d]),
    }
}

/// Appends the header of a map of up to 15 entries.
pub(super) fn put_map(into: &mut Vec<u8>, len: u8) {
    into.push(0x80 | len);
}

/// Appends text of up to 31 bytes.
pub(super) fn put_text(into: &mut Vec<u8>, text: &str) {
    into.push(0xA0 | text.len() as u8);
    into.extend_from_slice(text.as_bytes());
}

/// Appends up to 255 bytes.
pub(super) fn put_bytes(into: &mut Vec<u8>, bytes: &[u8]) {
    into.extend([0xC4, bytes.len() as u8]);
    into.extend_from_slice(bytes);
}

/// Reads what the functions above wrote.
pub(super) struct Unpacker<'a> {
    bytes: &'a [u8],
    pub(super) at: usize,
}

impl<'a> Unpacker<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    pub(super) const fn is_at_end(&self) -> bool {
        self.at == self.bytes.len()
    }

    pub(super) fn number(&mut self) -> Result<u32> {
        match self.byte()? {
            number @ 0..=0x7F => Ok(u32::from(number)),
            0xCC => self.big_endian(1, 0x80),
            0xCD => self.big_endian(2, 0x100),
            0xCE => self.big_endian(4, 0x1_0000),
            _ => Err(self.corrupt()),
        }
    }

    /// The length of an array, each item of which takes a byte at least.
    pub(super) fn array(&mut self) -> Result<usize> {
        let len = match self.byte()? {
            short @ 0x90..=0x9F => u32::from(short & 0xF),
            0xDC => self.big_endian(2, 0x10)?,
            0xDD => self.big_endian(4, 0x1_0000)?,
            _ => return Err(self.corrupt()),
        };
        if len as usize <= self.bytes.len() - self.at { Ok(len as usize) } else { Err(self.corrupt()) }
    }

    /// Passes over these bytes, or refuses others.
    pub(super) fn expect(&mut self, bytes: &[u8]) -> Result<()> {
        if self.take(bytes.len())? == bytes { Ok(()) } else { Err(self.corrupt()) }
    }

    /// The next `len` bytes.
    pub(super) fn take(&mut self, len: usize) -> Result<&'a [u8]> {
        let bytes = self.bytes.get(self.at..).and_then(|rest| rest.get(..len)).ok_or(self.corrupt())?;
        self.at += len;
        Ok(bytes)
    }

    fn byte(&mut self) -> Result<u8> {
        self.take(1).map(|byte| byte[0])
    }

    /// A number of so many bytes, which needs all of them.
    fn big_endian(&mut self, bytes: usize, least: u32) -> Result<u32> {
        let number = self.take(bytes)?.iter().fold(0, |number, byte| number << 8 | u32::from(*byte));
        if number >= least { Ok(number) } else { Err(self.corrupt()) }
    }

    pub(super) const fn corrupt(&self) -> Error {
        Error::corrupt(self.at)
    }
}
