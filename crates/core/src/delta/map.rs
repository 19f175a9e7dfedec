//! Where a place is after other operations: the same operations in one order
//! and, changed to fit, in another.
//!
//! Ours were done in some state, others as well; now ours are to be done after
//! the others. Each place that one of ours is about is traced back through ours
//! before it to the state where both began, or to the one of ours that made it,
//! and from there on through the others and what has become of ours.

use super::compose::{Effect, FOREIGN, Origin};
use super::script::{Action, Step, TextId};
use crate::error::Result;
use crate::memory::try_push;

/// What ours did where they were done, and what was done where they are to be
/// done again. What comes with ours has the same numbers in both.
#[derive(Debug)]
pub(super) struct Map {
    ours: Effect,
    there: Effect,
    /// The numbers of the values that come with [`Map::add_done`], the first last.
    pub(super) numbers: Vec<u32>,
    next_number: u32,
}

/// A container, in both effects.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spot {
    ours: Option<u32>,
    there: Option<u32>,
}

impl Map {
    /// `moves_max` is how many moved items all operations mention.
    pub(super) fn new(moves_max: usize) -> Result<Self> {
        let (ours, mut there) = (Effect::new(moves_max)?, Effect::new(moves_max)?);
        there.number_else = FOREIGN;
        Ok(Self { ours, there, numbers: Vec::new(), next_number: 1 })
    }

    /// Adds one of the others, all of which come before the first of ours.
    pub(super) fn add_other(&mut self, path: &[Step], action: Action) -> Result<()> {
        self.there.merge(path, action)
    }

    /// Adds the next of ours. Answers the number of the first value that came with it.
    pub(super) fn add_ours(&mut self, path: &[Step], action: Action) -> Result<u32> {
        let first = self.next_number;
        let count = match &action {
            Action::Root { .. } | Action::Set { .. } => 1,
            Action::Splice { inserted, .. } => inserted.len() as u32,
        };
        self.next_number += count;
        for number in (first..self.next_number).rev() {
            try_push(&mut self.ours.numbers, number)?;
        }
        self.ours.merge(path, action)?;
        self.ours.numbers.clear();
        Ok(first)
    }

    /// Adds what has become of one of ours; new items come before a piece.
    pub(super) fn add_done(&mut self, path: &[Step], action: Action, before: u32) -> Result<()> {
        self.there.before = before;
        core::mem::swap(&mut self.there.numbers, &mut self.numbers);
        self.there.merge(path, action)?;
        self.there.numbers.clear();
        Ok(())
    }

    /// The container at a path of the next of ours; `there` becomes the path
    /// to it where ours are done again. None when it is gone.
    pub(super) fn container(&mut self, path: &[Step], there: &mut Vec<Step>) -> Result<Option<Spot>> {
        let mut spot = Spot { ours: Effect::root(), there: Effect::root() };
        for step in path {
            if !self.is_same(spot) {
                return Ok(None);
            }
            let step = match *step {
                Step::Name(key) => {
                    spot = self.field(spot, key);
                    Step::Name(key)
                }
                Step::Index(index) => match self.item(spot, index) {
                    None => return Ok(None),
                    Some((index, item)) => {
                        spot = item;
                        Step::Index(index)
                    }
                },
            };
            try_push(there, step)?;
        }
        Ok(Some(spot).filter(|spot| self.is_same(*spot)))
    }

    /// Where an item is; none when it is gone.
    pub(super) fn item(&mut self, array: Spot, index: u32) -> Option<(u32, Spot)> {
        let (origin, ours, _) = self.ours.origin(array.ours, index)?;
        let (index, there) = self.there.place_of(array.there, origin)?.item?;
        Some((index, Spot { ours, there }))
    }

    /// Where new items go that were put in place of `start..end`, when all of
    /// those are gone, in an array of `len` items; and the piece that it is before.
    pub(super) fn gap(&mut self, array: Spot, start: u32, end: u32, len: u32) -> (u32, u32) {
        // What we have put before them keeps them behind it.
        let before = start.checked_sub(1).and_then(|index| self.ours.origin(array.ours, index));
        if let Some((origin @ Origin::Number(_), ..)) = before
            && let Some((index, _)) = self.there.place_of(array.there, origin).and_then(|place| place.item)
        {
            return ((index + 1).min(len), 0);
        }
        let mut at = end;
        while let Some((origin, _, is_home)) = self.ours.origin(array.ours, at) {
            if let Some(place) = self.there.place_of(array.there, origin) {
                let moved = place.item.filter(|_| !is_home).map(|(index, _)| (index, 0));
                let (index, piece) = moved.unwrap_or(place.gap);
                return (index.min(len), piece);
            }
            at += 1;
        }
        (len, 0)
    }

    fn field(&self, object: Spot, key: TextId) -> Spot {
        Spot { ours: self.ours.field_slot(object.ours, key), there: self.there.field_slot(object.there, key) }
    }

    /// Whether there is the value that one of ours is about.
    fn is_same(&self, spot: Spot) -> bool {
        self.ours.value_number(spot.ours) == self.there.value_number(spot.there)
    }
}
