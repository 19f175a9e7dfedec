//! Strings and blobs: each a length, seven bits a byte, and its bytes.

use super::Loader;
use crate::error::Result;
use crate::memory::try_push;
use crate::snapshot::written::is_text;
use crate::store::Store;

/// The longest length takes so many bytes.
const LENGTH_BYTES_MAX: usize = 5;
/// How many strings are interned in one go.
const PIECES_AT_ONCE: usize = 64;

impl Loader {
    /// Interns the strings that are there whole; answers how many bytes they take.
    pub(super) fn read_strings(&mut self, store: &mut Store, plain: &[u8]) -> Result<usize> {
        let mut at = 0;
        loop {
            let start = at;
            let mut pieces: [&[u8]; PIECES_AT_ONCE] = [&[]; PIECES_AT_ONCE];
            let mut count = 0;
            for place in &mut pieces {
                let Some((bytes, end)) = self.piece(plain, at)? else { break };
                if !is_text(bytes) || self.strings.len() + count >= self.head.strings as usize {
                    return Err(self.corrupt());
                }
                (*place, at) = (bytes, end);
                count += 1;
            }
            let (interner, memory) = (&mut store.tree.strings, &mut store.tree.memory);
            let pieces = &pieces[..count];
            if self.is_first {
                interner.append_all(memory, (&plain[start..at], pieces), &mut self.strings)?;
            } else {
                interner.intern_all(memory, pieces, &mut self.strings)?;
            }
            if count < PIECES_AT_ONCE {
                return Ok(at);
            }
        }
    }

    /// The same for blobs, whose kinds only the words that name them say.
    pub(super) fn read_blobs(&mut self, store: &mut Store, plain: &[u8]) -> Result<usize> {
        let mut at = 0;
        while let Some((bytes, end)) = self.piece(plain, at)? {
            if self.blobs.len() >= self.head.blobs as usize {
                return Err(self.corrupt());
            }
            let id = store.tree.blobs.intern(&mut store.tree.memory, bytes)?;
            try_push(&mut self.blobs, id)?;
            at = end;
        }
        Ok(at)
    }

    /// The piece at an offset and where it ends, when all of it is there.
    fn piece<'a>(&self, plain: &'a [u8], at: usize) -> Result<Option<(&'a [u8], usize)>> {
        let rest = plain.get(at..).unwrap_or(&[]);
        let mut len = 0u64;
        for (number, byte) in rest.iter().take(LENGTH_BYTES_MAX).enumerate() {
            len |= u64::from(byte & 0x7F) << (7 * number);
            if *byte < 0x80 {
                let start = number + 1;
                let len = usize::try_from(len).map_err(|_| self.corrupt())?;
                let end = start.checked_add(len).ok_or(self.corrupt())?;
                return Ok(rest.get(start..end).map(|bytes| (bytes, at + end)));
            }
        }
        if rest.len() >= LENGTH_BYTES_MAX { Err(self.corrupt()) } else { Ok(None) }
    }
}
