//! JSON, exactly as `JSON.parse` takes it.

use gaesup_codec::Word;
use gaesup_kernels::byte_bits;

use super::Reader;
use super::stage::Container;
use crate::error::Result;

const BYTE_ORDER_MARK: &[u8] = &[0xEF, 0xBB, 0xBF];

impl Reader<'_> {
    /// One JSON text, and nothing behind it.
    pub(super) fn json(&mut self) -> Result<()> {
        self.check_text()?;
        self.value()?;
        self.end()
    }

    /// An array of the JSON texts in lines.
    pub(super) fn json_lines(&mut self) -> Result<()> {
        self.check_text()?;
        self.store.stage_open(Container::Array, 0)?;
        let all = self.bytes;
        while self.at < all.len() {
            let rest = all.get(self.at..).unwrap_or(&[]);
            let end = self.at + line_len(rest);
            self.bytes = all.get(..end).unwrap_or(all);
            self.skip_space();
            if self.at < end {
                self.value()?;
                self.end()?;
            }
            self.at = all.len().min(end + 1);
        }
        self.store.stage_close()
    }

    /// Refuses what is not UTF-8, so that text between quotes can be taken as
    /// it is, and steps over a byte order mark.
    fn check_text(&mut self) -> Result<()> {
        let text = self.bytes.get(self.at..).unwrap_or(&[]);
        if let Err(error) = core::str::from_utf8(text) {
            self.at += error.valid_up_to();
            return Err(self.corrupt());
        }
        self.skip_mark();
        Ok(())
    }

    /// Steps over a byte order mark.
    pub(super) fn skip_mark(&mut self) {
        if self.at == 0 && self.bytes.starts_with(BYTE_ORDER_MARK) {
            self.at = BYTE_ORDER_MARK.len();
        }
    }

    /// Makes sure that nothing but space is left.
    pub(super) fn end(&mut self) -> Result<()> {
        self.skip_space();
        if self.at < self.bytes.len() { Err(self.corrupt()) } else { Ok(()) }
    }

    fn value(&mut self) -> Result<()> {
        let outer = self.store.stage.depth();
        loop {
            self.skip_space();
            match self.peek() {
                Some(b'"') => {
                    let id = self.text()?;
                    self.store.stage_scalar(Word::string(id))?;
                }
                Some(b'-' | b'0'..=b'9') => {
                    let number = self.number()?;
                    self.store.stage_scalar(Word::number(number))?;
                }
                Some(b'{') => {
                    if !self.open(Container::Object, b'}')? {
                        self.key()?;
                        continue;
                    }
                }
                Some(b'[') => {
                    if !self.open(Container::Array, b']')? {
                        continue;
                    }
                }
                Some(b't') => self.literal(b"true", Word::TRUE)?,
                Some(b'f') => self.literal(b"false", Word::FALSE)?,
                Some(b'n') => self.literal(b"null", Word::NULL)?,
                _ => return Err(self.corrupt()),
            }
            if !self.goes_on(outer)? {
                return Ok(());
            }
        }
    }

    /// Opens a container; answers whether it is empty, and closed again.
    fn open(&mut self, container: Container, closing: u8) -> Result<bool> {
        self.store.stage_open(container, 0)?;
        self.at += 1;
        self.skip_space();
        if !self.skip(closing) {
            return Ok(false);
        }
        self.store.stage_close()?;
        Ok(true)
    }

    /// Closes what ends behind a value. Answers whether another value comes:
    /// not when there are no more containers than `outer`.
    fn goes_on(&mut self, outer: usize) -> Result<bool> {
        while self.store.stage.depth() > outer {
            self.skip_space();
            match (self.peek(), self.store.stage.container()) {
                (Some(b','), Some(Container::Array)) => {
                    self.at += 1;
                    return Ok(true);
                }
                (Some(b','), Some(Container::Object)) => {
                    self.at += 1;
                    self.key()?;
                    return Ok(true);
                }
                (Some(b']'), Some(Container::Array)) | (Some(b'}'), Some(Container::Object)) => {
                    self.store.stage_close()?;
                    self.at += 1;
                }
                _ => return Err(self.corrupt()),
            }
        }
        Ok(false)
    }

    fn key(&mut self) -> Result<()> {
        self.skip_space();
        self.member_key(Self::text)?;
        self.skip_space();
        if self.skip(b':') { Ok(()) } else { Err(self.corrupt()) }
    }

    fn literal(&mut self, letters: &[u8], word: Word) -> Result<()> {
        for letter in letters {
            if !self.skip(*letter) {
                return Err(self.corrupt());
            }
        }
        self.store.stage_scalar(word)
    }

    #[inline]
    pub(super) fn skip_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }
}

/// How many bytes stand before the next line feed.
pub(super) fn line_len(bytes: &[u8]) -> usize {
    let (blocks, rest) = bytes.as_chunks();
    for (number, block) in blocks.iter().enumerate() {
        let feeds = byte_bits(block, 0, b'\n');
        if feeds != 0 {
            return number * block.len() + feeds.trailing_zeros() as usize;
        }
    }
    let behind = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
    bytes.len() - rest.len() + behind
}
