//! Records of MessagePack: the items of an array.

use super::Records;
use crate::error::Result;
use crate::parse::Reader;

impl Reader<'_> {
    /// The items of the array that the bytes are; answers whether they are one.
    pub(super) fn message_pack_records(&mut self, records: &mut Records) -> Result<bool> {
        if !matches!(self.peek(), Some(0x90..=0x9F | 0xDC | 0xDD)) {
            return Ok(false);
        }
        let mut count = 0;
        self.whole(|reader| {
            count = reader.skip_head()?;
            if count > reader.left() { Err(reader.corrupt()) } else { Ok(()) }
        })?;
        for _ in 0..count {
            let start = self.at;
            // Each part of a container is one more to skip, so there is no stack.
            let mut parts = 1;
            while parts > 0 {
                self.whole(|reader| {
                    parts += reader.skip_head()?;
                    Ok(())
                })?;
                parts -= 1;
            }
            records.add(self.bytes, start, self.at)?;
        }
        if self.left() > 0 { Err(self.corrupt()) } else { Ok(true) }
    }

    /// Steps over a value, or over the beginning of a container; answers how
    /// many parts that has.
    fn skip_head(&mut self) -> Result<u64> {
        let head = self.byte()?;
        let (bytes, parts) = match head {
            0x00..=0x7F | 0xC0 | 0xC2 | 0xC3 | 0xE0..=0xFF => (0, 0),
            0x80..=0x8F => (0, u64::from(head & 0x0F) * 2),
            0x90..=0x9F => (0, u64::from(head & 0x0F)),
            0xA0..=0xBF => (u64::from(head & 0x1F), 0),
            0xC4..=0xC6 => (self.number_of(head - 0xC4)?, 0),
            0xC7..=0xC9 => (self.number_of(head - 0xC7)? + 1, 0),
            0xCA | 0xCB => (4 << (head - 0xCA), 0),
            0xCC..=0xCF => (1 << (head - 0xCC), 0),
            0xD0..=0xD3 => (1 << (head - 0xD0), 0),
            0xD4..=0xD8 => ((1 << (head - 0xD4)) + 1, 0),
            0xD9..=0xDB => (self.number_of(head - 0xD9)?, 0),
            0xDC | 0xDD => (0, self.number_of(head - 0xDC + 1)?),
            0xDE | 0xDF => (0, self.number_of(head - 0xDE + 1)? * 2),
            0xC1 => return Err(self.corrupt()),
        };
        self.take(bytes)?;
        Ok(parts)
    }
}
