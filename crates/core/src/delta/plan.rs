//! The splices of one array as what can be done in turn: take items out, put
//! those that stay in their new order, put new ones in.

use super::script::{Action, Op, Value};
use crate::error::{Error, Result};
use crate::memory::try_push;
use crate::scratch::sort;

/// An item that stays, but not where it was.
#[derive(Clone, Copy, Debug)]
pub(super) struct Move {
    /// Its index when the removed items are gone.
    pub(super) from: u32,
    /// Its index then, with all others moved as well.
    pub(super) to: u32,
}

/// What happens to one array.
pub(super) struct Plan<'a> {
    /// Items that go, by the index that they have before, ascending.
    pub(super) removed: Vec<(u32, &'a Value)>,
    /// By the index where they go to.
    pub(super) moved: Vec<Move>,
    /// Items that come, by the index that they have afterwards, ascending.
    pub(super) inserted: Vec<(u32, &'a Value)>,
}

const NONE: u32 = u32::MAX;

impl<'a> Plan<'a> {
    /// A plan for an array of some length.
    ///
    /// # Errors
    /// [`Error::PathNotFound`] when an index is beyond the end,
    /// [`Error::CorruptData`] when splices overlap.
    pub(super) fn new(group: &'a [Op], len: u32) -> Result<Self> {
        let mut plan = Self { removed: Vec::new(), moved: Vec::new(), inserted: Vec::new() };
        // Both count items before a splice: of the old array, and of the new one.
        let (mut came, mut gone, mut end) = (0, 0, 0);
        let (mut gone_for_good, mut came_new) = (0, 0);
        for op in group {
            let Action::Splice { index, removed, inserted, .. } = &op.action else { continue };
            if *index < end || index.checked_add(inserted.len() as u32).is_none() {
                return Err(Error::corrupt(0));
            }
            let before = (*index + gone).checked_sub(came).ok_or(Error::corrupt(0))?;
            if before > len || removed.len() > (len - before) as usize {
                return Err(Error::PathNotFound);
            }
            for (item, at) in removed.iter().zip(before..) {
                if let Value::Moved(number) = item {
                    plan.moved_at(*number)?.from = at - gone_for_good;
                } else {
                    try_push(&mut plan.removed, (at, item))?;
                    gone_for_good += 1;
                }
            }
            for (item, at) in inserted.iter().zip(*index..) {
                if let Value::Moved(number) = item {
                    plan.moved_at(*number)?.to = at - came_new;
                } else {
                    try_push(&mut plan.inserted, (at, item))?;
                    came_new += 1;
                }
            }
            came += inserted.len() as u32;
            gone += removed.len() as u32;
            end = *index + inserted.len() as u32;
        }
        if plan.moved.iter().any(|moved| moved.from == NONE || moved.to == NONE) {
            return Err(Error::corrupt(0));
        }
        plan.sort_moves()?;
        Ok(plan)
    }

    /// Puts the moves into the order of the places they lead to.
    fn sort_moves(&mut self) -> Result<()> {
        let mut keys = Vec::new();
        keys.try_reserve_exact(self.moved.len())?;
        keys.extend(self.moved.iter().map(|moved| u64::from(moved.to) << 32 | u64::from(moved.from)));
        sort(&mut keys);
        for (moved, key) in self.moved.iter_mut().zip(keys) {
            *moved = Move { from: key as u32, to: (key >> 32) as u32 };
        }
        Ok(())
    }

    /// The place of a moved item by its number; those in between come later.
    fn moved_at(&mut self, number: u32) -> Result<&mut Move> {
        while self.moved.len() <= number as usize {
            try_push(&mut self.moved, Move { from: NONE, to: NONE })?;
        }
        self.moved.get_mut(number as usize).ok_or(Error::OutOfMemory)
    }

    /// For each place of an array the index of the item that belongs there.
    pub(super) fn order(&self, len: u32) -> Result<Vec<u32>> {
        let mut stays = Vec::new();
        stays.try_reserve_exact(len as usize)?;
        stays.resize(len as usize, true);
        let mut order = Vec::new();
        order.try_reserve_exact(len as usize)?;
        for moved in &self.moved {
            if let Some(stays) = stays.get_mut(moved.from as usize) {
                *stays = false;
            }
        }
        let mut kept = (0..len).zip(&stays).filter_map(|(index, stays)| stays.then_some(index));
        let mut moved = self.moved.iter().peekable();
        for place in 0..len {
            let next = match moved.next_if(|moved| moved.to == place) {
                Some(moved) => Some(moved.from),
                None => kept.next(),
            };
            order.push(next.ok_or(Error::corrupt(0))?);
        }
        Ok(order)
    }
}
