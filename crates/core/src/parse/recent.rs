//! Short texts met not long ago, so that a key or a word that comes again and
//! again is not looked for among all texts of the store.

use gaesup_codec::StringId;

use crate::error::Result;

/// Longer texts seldom repeat.
const TEXT_BYTES_MAX: usize = 16;
const HALF_BYTES: usize = TEXT_BYTES_MAX / 2;
/// A power of two.
const ENTRIES: usize = 1 << ENTRIES_BITS;
const ENTRIES_BITS: u32 = 10;

/// A text in two halves, filled up with zeros.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Short {
    halves: [u64; 2],
    len: u32,
}

impl Short {
    /// The text from `start` to `end`, if that is short.
    pub(super) fn of(bytes: &[u8], start: usize, end: usize) -> Option<Self> {
        let len = end - start;
        if len > TEXT_BYTES_MAX {
            return None;
        }
        let mut padded = [0; TEXT_BYTES_MAX];
        let halves = if let Some(chunk) = bytes.get(start..).and_then(|rest| rest.first_chunk::<TEXT_BYTES_MAX>()) {
            let low = len.min(HALF_BYTES);
            [first(chunk, low), first(&chunk[HALF_BYTES..], len - low)]
        } else {
            padded.iter_mut().zip(bytes.get(start..end)?).for_each(|(place, byte)| *place = *byte);
            [first(&padded, HALF_BYTES), first(&padded[HALF_BYTES..], HALF_BYTES)]
        };
        Some(Self { halves, len: len as u32 })
    }

    const fn slot(&self) -> usize {
        let [low, high] = self.halves;
        let hash = (low.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ high).wrapping_mul(0xD6E8_FEB8_6659_FD93);
        (hash >> (u64::BITS - ENTRIES_BITS)) as usize
    }
}

/// The first `len` bytes of eight, and zeros.
fn first(bytes: &[u8], len: usize) -> u64 {
    let word = bytes.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
    if len < HALF_BYTES { word & ((1 << (8 * len)) - 1) } else { word }
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    text: Short,
    id: StringId,
}

/// No text is that long.
const NOTHING: Entry = Entry { text: Short { halves: [0; 2], len: u32::MAX }, id: StringId(0) };

/// Each text has one place, which it takes from whatever was there.
#[derive(Debug, Default)]
pub(super) struct Recent {
    entries: Vec<Entry>,
}

impl Recent {
    pub(super) fn reserve(&mut self) -> Result<()> {
        self.entries.try_reserve_exact(ENTRIES - self.entries.len())?;
        self.entries.resize(ENTRIES, NOTHING);
        Ok(())
    }

    pub(super) fn find(&self, text: &Short) -> Option<StringId> {
        self.entries.get(text.slot()).filter(|entry| entry.text == *text).map(|entry| entry.id)
    }

    pub(super) fn note(&mut self, text: Short, id: StringId) {
        if let Some(entry) = self.entries.get_mut(text.slot()) {
            *entry = Entry { text, id };
        }
    }
}
