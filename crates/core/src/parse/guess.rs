//! Which key comes next: most likely the one that came at the same place of
//! the object before.

use gaesup_codec::StringId;
use gaesup_kernels::equal;

use super::Reader;
use crate::error::Result;

/// A power of two.
const PLACES: usize = 256;

/// A place in the structure of an input, as far as 32 bits tell them apart:
/// all items of an array are at one place.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Place(u32);

impl Place {
    /// The place of the part with a number, in what is at this one.
    pub(super) const fn part(self, number: usize) -> Self {
        Self(self.0.wrapping_mul(37).wrapping_add(number as u32 + 1))
    }
}

/// A key and the bytes that stood for it.
#[derive(Clone, Copy, Debug)]
struct Guess {
    start: u32,
    len: u32,
    key: StringId,
}

/// No key is written with no bytes.
const NOTHING: Guess = Guess { start: 0, len: 0, key: StringId(0) };

/// The keys that were last met at some places of one input.
#[derive(Debug, Default)]
pub(super) struct Guesses(Vec<Guess>);

impl Guesses {
    /// Forgets what another input was like.
    pub(super) fn start(&mut self) -> Result<()> {
        self.0.clear();
        self.0.try_reserve_exact(PLACES)?;
        self.0.resize(PLACES, NOTHING);
        Ok(())
    }

    fn at(&self, place: Place) -> Guess {
        self.0.get(place.0 as usize % PLACES).copied().unwrap_or(NOTHING)
    }

    fn note(&mut self, place: Place, guess: Guess) {
        if let Some(entry) = self.0.get_mut(place.0 as usize % PLACES) {
            *entry = guess;
        }
    }
}

impl Reader<'_> {
    /// Reads the key of the next member: by `read`, if it is written otherwise
    /// than the one before at its place.
    pub(super) fn member_key(&mut self, read: impl FnOnce(&mut Self) -> Result<StringId>) -> Result<()> {
        let place = self.store.stage.next_place();
        let Guess { start, len, key } = self.store.stage.guesses.at(place);
        let before = self.bytes.get(start as usize..start as usize + len as usize);
        let here = self.bytes.get(self.at..self.at + len as usize);
        if len > 0
            && let (Some(before), Some(here)) = (before, here)
            && equal(before, here)
        {
            self.at += len as usize;
            return self.store.stage.key(key);
        }
        let start = self.at;
        let key = read(self)?;
        self.store.stage.guesses.note(place, Guess { start: start as u32, len: (self.at - start) as u32, key });
        self.store.stage.key(key)
    }
}
