//! Memory for the length of a fold: one arena, reset when the commit ends.

pub(crate) use bumpalo::Bump;
use bumpalo::collections::Vec as BumpVec;

use crate::error::{Error, Result};
use crate::word::Word;

/// Words in a piece of a [`Sequence`].
const PIECE_WORDS: usize = 1_024;

/// An arena that grew beyond this is given back.
const KEPT_BYTES: usize = 1 << 20;

/// A vector in the arena.
pub(crate) type Scratch<'b, T> = BumpVec<'b, T>;

/// A vector with room for this many.
pub(crate) fn scratch<T>(bump: &Bump, room: usize) -> Result<Scratch<'_, T>> {
    let mut vec = BumpVec::new_in(bump);
    vec.try_reserve_exact(room).map_err(|_| Error::OutOfMemory)?;
    Ok(vec)
}

/// Pushes without aborting when memory is gone.
pub(crate) fn push<T>(vec: &mut Scratch<'_, T>, item: T) -> Result<()> {
    if vec.len() == vec.capacity() {
        vec.try_reserve(1).map_err(|_| Error::OutOfMemory)?;
    }
    vec.push(item);
    Ok(())
}

/// Ends the use of everything in an arena.
pub(crate) fn reset(bump: &mut Bump) {
    if bump.allocated_bytes() > KEPT_BYTES {
        *bump = Bump::new();
    } else {
        bump.reset();
    }
}

/// Words in pieces, so that putting one in or taking one out moves at most
/// one piece's words however long the whole is.
pub(crate) struct Sequence<'b> {
    bump: &'b Bump,
    pieces: Scratch<'b, Scratch<'b, Word>>,
}

impl<'b> Sequence<'b> {
    pub(crate) fn new(bump: &'b Bump, words: &[Word]) -> Result<Self> {
        let mut pieces = scratch(bump, words.len().div_ceil(PIECE_WORDS / 2).max(1))?;
        for part in words.chunks(PIECE_WORDS / 2) {
            let mut piece = scratch(bump, PIECE_WORDS)?;
            piece.extend_from_slice(part);
            push(&mut pieces, piece)?;
        }
        if pieces.is_empty() {
            push(&mut pieces, scratch(bump, PIECE_WORDS.min(16))?)?;
        }
        Ok(Self { bump, pieces })
    }

    /// Replaces the word at an index below the length.
    pub(crate) fn set(&mut self, index: usize, word: Word) {
        let (piece, at) = self.locate(index);
        if let Some(place) = self.pieces.get_mut(piece).and_then(|piece| piece.get_mut(at)) {
            *place = word;
        }
    }

    /// Puts a word before the one at `index`, or at the end.
    pub(crate) fn insert(&mut self, index: usize, word: Word) -> Result<()> {
        let (mut piece, mut at) = self.locate(index);
        if self.pieces[piece].len() == PIECE_WORDS {
            let mut behind = scratch(self.bump, PIECE_WORDS)?;
            behind.extend_from_slice(&self.pieces[piece][PIECE_WORDS / 2..]);
            self.pieces.try_reserve(1).map_err(|_| Error::OutOfMemory)?;
            self.pieces[piece].truncate(PIECE_WORDS / 2);
            self.pieces.insert(piece + 1, behind);
            (piece, at) = self.locate(index);
        }
        self.pieces[piece].try_reserve(1).map_err(|_| Error::OutOfMemory)?;
        self.pieces[piece].insert(at, word);
        Ok(())
    }

    /// Takes out the word at an index below the length.
    pub(crate) fn remove(&mut self, index: usize) -> Word {
        let (piece, at) = self.locate(index);
        if at < self.pieces[piece].len() { self.pieces[piece].remove(at) } else { Word::ABSENT }
    }

    /// All words in one piece.
    pub(crate) fn collect(&self) -> Result<Scratch<'b, Word>> {
        let mut all = scratch(self.bump, self.pieces.iter().map(|piece| piece.len()).sum())?;
        self.pieces.iter().for_each(|piece| all.extend_from_slice(piece));
        Ok(all)
    }

    /// The piece and place of an index; the end belongs to the last piece.
    fn locate(&self, mut index: usize) -> (usize, usize) {
        let last = self.pieces.len() - 1;
        for (number, piece) in self.pieces.iter().enumerate() {
            if index < piece.len() || number == last {
                return (number, index);
            }
            index -= piece.len();
        }
        (last, index)
    }
}
