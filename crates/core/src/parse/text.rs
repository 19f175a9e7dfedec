//! Strings of JSON.

use gaesup_codec::StringId;
use gaesup_kernels::find_json_stop;

use super::Reader;
use crate::error::Result;

const SURROGATES: u32 = 0xD800;
const LOW_SURROGATES: u32 = 0xDC00;
const SURROGATES_END: u32 = 0xE000;

impl Reader<'_> {
    /// The string whose opening quote comes next.
    pub(super) fn text(&mut self) -> Result<StringId> {
        if !self.skip(b'"') {
            return Err(self.corrupt());
        }
        let start = self.at;
        self.skip_plain();
        match self.peek() {
            Some(b'"') => {
                let id = self.store.stage_text(self.bytes, start, self.at)?;
                self.at += 1;
                Ok(id)
            }
            Some(b'\\') => self.escaped_text(start),
            _ => Err(self.corrupt()),
        }
    }

    /// Steps over what stands for itself.
    fn skip_plain(&mut self) {
        self.at += find_json_stop(self.bytes.get(self.at..).unwrap_or(&[]));
    }

    /// The string that begins at `start`, up to here without escapes.
    #[inline(never)]
    fn escaped_text(&mut self, mut start: usize) -> Result<StringId> {
        let mut decoded = core::mem::take(&mut self.store.stage.decoded);
        decoded.clear();
        loop {
            push(&mut decoded, self.bytes.get(start..self.at).unwrap_or(&[]))?;
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => {
                    self.at += 1;
                    let mut encoded = [0; 4];
                    let len = self.escape(&mut encoded)?;
                    push(&mut decoded, encoded.get(..len).unwrap_or(&[]))?;
                }
                _ => return Err(self.corrupt()),
            }
            start = self.at;
            self.skip_plain();
        }
        self.at += 1;
        let id = self.store.intern(&decoded);
        self.store.stage.decoded = decoded;
        id
    }

    /// What the escape behind a backslash stands for; answers its length.
    fn escape(&mut self, encoded: &mut [u8; 4]) -> Result<usize> {
        let byte = self.peek().ok_or(self.corrupt())?;
        encoded[0] = match byte {
            b'"' | b'\\' | b'/' => byte,
            b'b' => 0x08,
            b'f' => 0x0C,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'u' => {
                self.at += 1;
                let code = self.character()?;
                return Ok(encode(code, encoded));
            }
            _ => return Err(self.corrupt()),
        };
        self.at += 1;
        Ok(1)
    }

    /// The character whose four digits come next: of two halves one after the
    /// other, that of both.
    fn character(&mut self) -> Result<u32> {
        let first = self.unit()?;
        let behind = self.at;
        if (SURROGATES..LOW_SURROGATES).contains(&first) && self.skip(b'\\') && self.skip(b'u') {
            let second = self.unit()?;
            if (LOW_SURROGATES..SURROGATES_END).contains(&second) {
                return Ok(0x1_0000 + ((first - SURROGATES) << 10) + (second - LOW_SURROGATES));
            }
        }
        // Whatever it is, it is no other half.
        self.at = behind;
        Ok(first)
    }

    fn unit(&mut self) -> Result<u32> {
        let mut unit = 0;
        for _ in 0..4 {
            let byte = self.peek().ok_or(self.corrupt())?;
            let digit = char::from(byte).to_digit(16).ok_or(self.corrupt())?;
            unit = unit << 4 | digit;
            self.at += 1;
        }
        Ok(unit)
    }
}

/// UTF-8, in which a half of a character has three bytes as any of its size.
fn encode(code: u32, encoded: &mut [u8; 4]) -> usize {
    let tail = |shift: u32| (code >> shift) as u8 & 0x3F | 0x80;
    let (bytes, len) = match code {
        0..0x80 => ([code as u8, 0, 0, 0], 1),
        0x80..0x800 => ([(code >> 6) as u8 | 0xC0, tail(0), 0, 0], 2),
        0x800..0x1_0000 => ([(code >> 12) as u8 | 0xE0, tail(6), tail(0), 0], 3),
        _ => ([(code >> 18) as u8 | 0xF0, tail(12), tail(6), tail(0)], 4),
    };
    *encoded = bytes;
    len
}

fn push(text: &mut Vec<u8>, bytes: &[u8]) -> Result<()> {
    text.try_reserve(bytes.len())?;
    text.extend_from_slice(bytes);
    Ok(())
}
