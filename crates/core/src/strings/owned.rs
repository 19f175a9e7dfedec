//! Long strings that belong to the one cell that holds them.
//!
//! Finding out by marking that one long text is not used any more takes as long
//! as the whole state. So one that is interned as the value of a cell belongs to
//! that cell, until the same bytes are interned again or the cell is copied; when
//! the cell gets another value, it is freed at once.

use super::{INLINE_BYTES_MAX, Interner, LARGE, Large};
use crate::error::{Error, Result, Thing};
use crate::memory::{Memory, Part, try_push};

impl Interner {
    /// The id of bytes that one cell will hold: if they are new and long, they belong to it.
    pub(crate) fn intern_owned(&mut self, memory: &mut Memory, bytes: &[u8]) -> Result<u32> {
        let before = self.len();
        let id = self.intern(memory, bytes)?;
        if bytes.len() > INLINE_BYTES_MAX
            && self.len() > before
            && let Some(large) = self.large_of(memory, id)
        {
            large.is_owned = true;
            self.owned += 1;
        }
        Ok(id)
    }

    /// The same for text, of which UUIDs are stored packed.
    pub(crate) fn intern_owned_text(&mut self, memory: &mut Memory, text: &[u8]) -> Result<u32> {
        if text.len() > INLINE_BYTES_MAX { self.intern_owned(memory, text) } else { self.intern_text(memory, text) }
    }

    /// Whether there are strings that belong to one cell.
    pub(crate) const fn has_owned(&self) -> bool {
        self.owned > 0
    }

    /// From now on more than one may hold this string.
    pub(crate) fn share(&mut self, memory: &Memory, id: u32) {
        if self.owned > 0
            && let Some(large) = self.large_of(memory, id)
            && core::mem::take(&mut large.is_owned)
        {
            self.owned -= 1;
        }
    }

    /// Frees a string if it belongs to one cell, which holds it no longer.
    pub(crate) fn release_owned(&mut self, memory: &mut Memory, id: u32) {
        let Some(Large { bytes, is_owned: true }) = self.large_of(memory, id) else {
            return;
        };
        let size_bytes = bytes.len();
        // Without memory for its id it waits for the next sweep.
        if try_push(&mut self.retired, id).is_ok() {
            let address = self.addresses.get(memory, id as usize);
            self.take_out(memory, id, address);
            self.fresh_bytes = self.fresh_bytes.saturating_sub(size_bytes);
        }
    }

    /// Gives bytes an allocation of their own; answers their address: O(length).
    pub(super) fn store_large(&mut self, memory: &mut Memory, bytes: &[u8]) -> Result<u32> {
        let number = self.free_large.last().map_or(self.large.len(), |number| *number as usize);
        if number >= LARGE as usize {
            return Err(Error::TooMany { what: Thing::LongStrings });
        }
        memory.charge(Part::Strings, bytes.len())?;
        let mut copy = Vec::new();
        let stored = copy
            .try_reserve_exact(bytes.len())
            .map_err(|_| Error::OutOfMemory)
            .and_then(|()| if number == self.large.len() { try_push(&mut self.large, None) } else { Ok(()) })
            // Freeing it needs no memory then.
            .and_then(|()| Ok(self.free_large.try_reserve(1)?));
        if let Err(error) = stored {
            memory.release(Part::Strings, bytes.len());
            return Err(error);
        }
        copy.extend_from_slice(bytes);
        self.free_large.pop_if(|free| *free as usize == number);
        self.large[number] = Some(Large { bytes: copy.into_boxed_slice(), is_owned: false });
        Ok(LARGE << 16 | number as u32)
    }

    fn large_of(&mut self, memory: &Memory, id: u32) -> Option<&mut Large> {
        if id >= self.ids {
            return None;
        }
        let address = self.addresses.get_inline(memory, id as usize);
        if address >> 16 != LARGE { None } else { self.large.get_mut((address & 0xFFFF) as usize)?.as_mut() }
    }
}

#[cfg(test)]
mod tests {
    use gaesup_codec::Seed;

    use super::*;

    const LONG: [u8; INLINE_BYTES_MAX + 1] = [7; INLINE_BYTES_MAX + 1];

    fn interner() -> (Memory, Interner) {
        (Memory::new(usize::MAX), Interner::new(Seed::new(5)))
    }

    #[test]
    fn what_belongs_to_a_cell_is_freed_with_it_and_its_id_is_not_used_before_a_sweep() {
        let (mut memory, mut interner) = interner();
        let id = interner.intern_owned(&mut memory, &LONG).unwrap();
        interner.release_owned(&mut memory, id);
        assert_eq!((interner.len(), interner.find(&memory, &LONG)), (0, None));
        assert_eq!(memory.pool().stats().charged_bytes, 0);
        assert!(interner.fresh_bytes() < 100);
        assert_ne!(interner.intern(&mut memory, b"other").unwrap(), id);
        interner.sweep(&mut memory, |_| false);
        assert_eq!(interner.intern(&mut memory, b"again").unwrap(), id);
    }

    #[test]
    fn what_was_interned_twice_belongs_to_nobody() {
        let (mut memory, mut interner) = interner();
        let id = interner.intern_owned(&mut memory, &LONG).unwrap();
        assert_eq!(interner.intern_owned(&mut memory, &LONG).unwrap(), id);
        interner.release_owned(&mut memory, id);
        assert_eq!(interner.find(&memory, &LONG), Some(id));
        assert!(!interner.has_owned());
    }

    #[test]
    fn numbers_of_long_strings_are_used_again() {
        let (mut memory, mut interner) = interner();
        for round in 0..200_000u32 {
            let mut text = LONG;
            text[..4].copy_from_slice(&round.to_le_bytes());
            let id = interner.intern_owned(&mut memory, &text).unwrap();
            interner.release_owned(&mut memory, id);
        }
        assert!(interner.large.len() <= 1);
    }
}
