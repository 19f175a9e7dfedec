//! Memory for the length of a fold: one arena, reset when the commit ends.

use std::ops::{Deref, DerefMut};

pub(crate) use bumpalo::Bump;

use gaesup_codec::Word;

use crate::error::{Error, Result};

/// Words in a piece of a [`Sequence`].
const PIECE_WORDS: usize = 1_024;

/// An arena that grew beyond this is given back.
const KEPT_BYTES: usize = 1 << 20;

/// A vector in the arena. What it holds needs no dropping, and nothing here
/// panics: it is much less code than a general vector for each type.
pub(crate) struct Scratch<'b, T> {
    bump: &'b Bump,
    places: &'b mut [T],
    len: usize,
    /// How many things there is room for, once there is one.
    room: usize,
}

/// A vector that takes room for this many when something comes.
pub(crate) fn scratch<T: Copy>(bump: &Bump, room: usize) -> Scratch<'_, T> {
    Scratch { bump, places: &mut [], len: 0, room }
}

impl<T: Copy> Scratch<'_, T> {
    #[inline]
    pub(crate) fn push(&mut self, item: T) -> Result<()> {
        if self.len >= self.places.len() {
            self.grow(item)?;
        }
        if let Some(place) = self.places.get_mut(self.len) {
            *place = item;
            self.len += 1;
        }
        Ok(())
    }

    /// Makes room; new places hold `item` until they hold something else.
    #[cold]
    #[inline(never)]
    fn grow(&mut self, item: T) -> Result<()> {
        let room = self.room.max(self.len * 2).max(4);
        let places = self.bump.try_alloc_slice_fill_copy(room, item).map_err(|_| Error::OutOfMemory)?;
        for (place, old) in places.iter_mut().zip(self.iter()) {
            *place = *old;
        }
        self.places = places;
        Ok(())
    }

    pub(crate) fn extend(&mut self, items: impl IntoIterator<Item = T>) -> Result<()> {
        items.into_iter().try_for_each(|item| self.push(item))
    }

    /// Puts an item before the one at `index`, or at the end.
    fn insert(&mut self, index: usize, item: T) -> Result<()> {
        self.push(item)?;
        let last = self.len - 1;
        if index < last {
            self.copy_within(index..last, index + 1);
            self[index] = item;
        }
        Ok(())
    }

    /// Takes out the item at an index below the length.
    fn remove(&mut self, index: usize) {
        if index < self.len {
            self.copy_within(index + 1.., index);
            self.len -= 1;
        }
    }
}

impl<T> Deref for Scratch<'_, T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        self.places.get(..self.len).unwrap_or_default()
    }
}

impl<T> DerefMut for Scratch<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [T] {
        self.places.get_mut(..self.len).unwrap_or_default()
    }
}

/// Sorts numbers in place: O(n log n), and O(n) when they are in order. The
/// standard library's sort is quicker, and ten times the code for each type.
pub(crate) fn sort(numbers: &mut [u64]) {
    if numbers.is_sorted() {
        return;
    }
    // A heap with the largest number on top, from which that goes behind the rest.
    for root in (0..numbers.len() / 2).rev() {
        sift_down(numbers, root);
    }
    for end in (1..numbers.len()).rev() {
        numbers.swap(0, end);
        sift_down(&mut numbers[..end], 0);
    }
}

/// Lets a number sink until none below it is larger.
fn sift_down(heap: &mut [u64], mut at: usize) {
    loop {
        let left = 2 * at + 1;
        let larger = if heap.get(left) < heap.get(left + 1) { left + 1 } else { left };
        if larger >= heap.len() || heap[at] >= heap[larger] {
            return;
        }
        heap.swap(at, larger);
        at = larger;
    }
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
    pieces: Vec<Scratch<'b, Word>>,
}

impl<'b> Sequence<'b> {
    pub(crate) fn new(bump: &'b Bump, words: &[Word]) -> Result<Self> {
        let mut sequence = Self { bump, pieces: Vec::new() };
        for part in words.chunks(PIECE_WORDS / 2) {
            sequence.add_piece(sequence.pieces.len(), part)?;
        }
        if words.is_empty() {
            sequence.add_piece(0, words)?;
        }
        Ok(sequence)
    }

    fn add_piece(&mut self, at: usize, words: &[Word]) -> Result<()> {
        let mut piece = scratch(self.bump, PIECE_WORDS.min(words.len() * 2));
        piece.extend(words.iter().copied())?;
        self.pieces.try_reserve(1)?;
        self.pieces.insert(at, piece);
        Ok(())
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
        if self.pieces[piece].len >= PIECE_WORDS {
            let mut half = scratch(self.bump, PIECE_WORDS);
            half.extend(self.pieces[piece].iter().skip(PIECE_WORDS / 2).copied())?;
            self.add_piece(piece + 1, &half)?;
            self.pieces[piece].len = PIECE_WORDS / 2;
            (piece, at) = self.locate(index);
        }
        self.pieces[piece].insert(at, word)
    }

    /// Takes out the word at an index below the length.
    pub(crate) fn remove(&mut self, index: usize) -> Word {
        let (piece, at) = self.locate(index);
        let piece = &mut self.pieces[piece];
        let word = piece.get(at).copied();
        piece.remove(at);
        word.unwrap_or(Word::ABSENT)
    }

    /// All words in one piece.
    pub(crate) fn collect(&self) -> Result<Scratch<'b, Word>> {
        let mut all = scratch(self.bump, self.pieces.iter().map(|piece| piece.len).sum());
        all.extend(self.pieces.iter().flat_map(|piece| piece.iter().copied()))?;
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn numbers_are_sorted(mut numbers in prop::collection::vec(0u64..40, 0..60)) {
            let mut expected = numbers.clone();
            expected.sort_unstable();
            super::sort(&mut numbers);
            prop_assert_eq!(numbers, expected);
        }
    }
}
