//! What can happen to bytes.

use super::Dice;

/// Damages one of some records, with parts of the others and with pieces that
/// mean something.
pub(crate) struct Mutator<'a> {
    dice: &'a mut Dice,
    records: &'a [Vec<u8>],
    pieces: &'a [&'a [u8]],
}

impl<'a> Mutator<'a> {
    pub(crate) fn new(dice: &'a mut Dice, records: &'a [Vec<u8>], pieces: &'a [&'a [u8]]) -> Self {
        Self { dice, records, pieces }
    }

    pub(crate) fn mutated(&mut self) -> Vec<u8> {
        let mut bytes = self.some_record();
        for _ in 0..=self.dice.roll(3) {
            self.mutate(&mut bytes);
        }
        bytes
    }

    fn some_record(&mut self) -> Vec<u8> {
        self.records[self.dice.roll(self.records.len())].clone()
    }

    fn range(&mut self, len: usize, max: usize) -> core::ops::Range<usize> {
        let start = self.dice.roll(len + 1);
        start..start + self.dice.roll((len - start).min(max) + 1)
    }

    fn mutate(&mut self, bytes: &mut Vec<u8>) {
        let at = self.dice.roll(bytes.len());
        match self.dice.roll(9) {
            _ if bytes.is_empty() => bytes.push(self.dice.roll(256) as u8),
            0 => bytes[at] ^= 1 << self.dice.roll(8),
            1 => bytes[at] = self.dice.roll(256) as u8,
            2 => bytes[at] = bytes[at].wrapping_add(self.dice.roll(5) as u8).wrapping_sub(2),
            3 => bytes.truncate(at),
            4 => {
                let piece = self.pieces[self.dice.roll(self.pieces.len())];
                bytes.splice(at..=at, piece.iter().copied());
            }
            5 => {
                let gone = self.range(bytes.len(), 12);
                bytes.drain(gone);
            }
            6 => {
                // Part of it once more, at another place.
                let part = self.range(bytes.len(), 24);
                let part = bytes[part].to_vec();
                bytes.splice(at..at, part);
            }
            7 => {
                let other = self.some_record();
                let (part, gone) = (self.range(other.len(), 40), self.range(bytes.len(), 40));
                bytes.splice(gone, other[part].iter().copied());
            }
            _ => {
                let other = self.dice.roll(bytes.len());
                bytes.swap(at, other);
            }
        }
    }
}
