//! Arrays of an effect: their items, and those that move.

use super::pieces::{AWAITED, When};
use super::{CORRUPT, Effect, NONE, Now};
use crate::delta::script::Value;
use crate::error::Result;
use crate::memory::try_push;

/// What is known of a moved item between the two ends of its way.
#[derive(Clone, Copy, Debug)]
pub(super) enum Move {
    Unknown,
    /// It was taken from where `twin` says, with its slot.
    Taken {
        slot: u32,
        twin: u32,
    },
    /// This piece stands where it will be.
    Awaited {
        piece: u32,
    },
}

impl Effect {
    /// The slot of an item.
    pub(super) fn item(&mut self, node: u32, index: u32) -> Result<u32> {
        let root = self.nodes[node as usize].first;
        let (mut piece, _) = self.pieces.find(root, index, When::Now).ok_or(CORRUPT)?;
        if self.pieces.at(piece).len > 1 {
            let (left, rest) = self.pieces.cut(piece, index)?;
            let (item, right) = self.pieces.cut(rest, 1)?;
            piece = item;
            let left = self.pieces.join(left, item);
            self.nodes[node as usize].first = self.pieces.join(left, right);
        } else {
            self.nodes[node as usize].first = piece;
        }
        self.slot_of(piece)
    }

    /// The slot of a single item, which gets one when it has none.
    fn slot_of(&mut self, piece: u32) -> Result<u32> {
        let known = *self.pieces.at(piece);
        if known.twin == AWAITED {
            return Err(CORRUPT);
        }
        if known.slot != NONE {
            return Ok(known.slot);
        }
        let slot = self.slot(Now::Kept)?;
        self.pieces.at(piece).slot = slot;
        Ok(slot)
    }

    pub(super) fn splice(&mut self, node: u32, index: u32, removed: Vec<Value>, inserted: Vec<Value>) -> Result<()> {
        let mut root = self.nodes[node as usize].first;
        let at = core::mem::take(&mut self.before);
        let mut is_there = false;
        if at != NONE && removed.is_empty() {
            is_there = self.pieces.rank(at).0 == u64::from(index);
            root = at;
        }
        let (mut before, mut rest) =
            if is_there { self.pieces.cut_before(at) } else { self.pieces.cut(root, index)? };
        let mut places = NONE;
        for value in removed {
            // Places of items that went are not looked at one by one: there may be many.
            let (piece, _) = self.pieces.find(rest, 0, When::Now).ok_or(CORRUPT)?;
            (_, rest) = self.pieces.cut(piece, 1)?;
            self.take_item(piece, value)?;
            let mut left = piece;
            if self.pieces.at(piece).was_len == 0 {
                (left, _) = self.pieces.cut_before(piece);
            }
            places = self.pieces.join(places, left);
        }
        for item in inserted {
            let piece = match item {
                Value::Moved(number) => self.receive(number)?,
                _ => {
                    let slot = self.slot(Now::Value(item))?;
                    let piece = self.pieces.push(1, 0, slot, NONE)?;
                    self.note_came(slot, piece)?;
                    piece
                }
            };
            before = self.pieces.join(before, piece);
        }
        before = self.pieces.join(before, places);
        self.nodes[node as usize].first = self.pieces.join(before, rest);
        Ok(())
    }

    /// Takes a single item out of its piece, which is the root of its tree.
    fn take_item(&mut self, piece: u32, value: Value) -> Result<()> {
        if let Value::Moved(number) = value {
            let item = self.pieces.at(piece);
            let mut twin = item.twin;
            let slot = item.slot;
            if item.was_len > 0 {
                twin = piece;
                item.slot = NONE;
                self.pieces.empty(piece);
            } else if twin == AWAITED {
                return Err(CORRUPT);
            }
            return self.send(number, slot, twin);
        }
        let slot = self.slot_of(piece)?;
        self.pieces.empty(piece);
        let item = self.pieces.at(piece);
        let place = if item.was_len > 0 { piece } else { item.twin };
        if place == NONE {
            return Ok(());
        }
        let place = self.pieces.at(place);
        (place.slot, place.twin) = (slot, NONE);
        self.let_go(slot, value)
    }

    /// Sends an item on its way: its slot, and the place where it was.
    fn send(&mut self, number: u32, slot: u32, twin: u32) -> Result<()> {
        let on_the_way = self.on_the_way(number)?;
        match *on_the_way {
            Move::Unknown => {
                *on_the_way = Move::Taken { slot, twin };
                self.moves_open += 1;
            }
            Move::Awaited { piece } => {
                *on_the_way = Move::Unknown;
                self.moves_open -= 1;
                let item = self.pieces.at(piece);
                (item.slot, item.twin) = (slot, twin);
                self.arrive(slot, twin, piece);
            }
            Move::Taken { .. } => return Err(CORRUPT),
        }
        Ok(())
    }

    /// The piece of an item that arrives.
    fn receive(&mut self, number: u32) -> Result<u32> {
        let known = *self.on_the_way(number)?;
        match known {
            Move::Unknown => {
                let piece = self.pieces.push(1, 0, NONE, AWAITED)?;
                *self.on_the_way(number)? = Move::Awaited { piece };
                self.moves_open += 1;
                Ok(piece)
            }
            Move::Taken { slot, twin } => {
                *self.on_the_way(number)? = Move::Unknown;
                self.moves_open -= 1;
                let piece = self.pieces.push(1, 0, slot, twin)?;
                self.arrive(slot, twin, piece);
                Ok(piece)
            }
            Move::Awaited { .. } => Err(CORRUPT),
        }
    }

    /// Tells those who know of an item in which piece it is now.
    fn arrive(&mut self, slot: u32, twin: u32, piece: u32) {
        if slot != NONE {
            self.slots[slot as usize].piece = piece;
        }
        if twin != NONE {
            self.pieces.at(twin).twin = piece;
        }
    }

    /// Numbers an item that came, and its value.
    fn note_came(&mut self, slot: u32, piece: u32) -> Result<()> {
        let number = self.next_number();
        let held = &mut self.slots[slot as usize];
        (held.number, held.piece, held.item) = (number, piece, number);
        if number != 0 && number != super::FOREIGN {
            while self.came.len() <= number as usize {
                try_push(&mut self.came, NONE)?;
            }
            self.came[number as usize] = slot;
        }
        Ok(())
    }

    fn on_the_way(&mut self, number: u32) -> Result<&mut Move> {
        let number = number as usize;
        if number >= self.moves_max {
            return Err(CORRUPT);
        }
        if number >= self.moves.len() {
            let missing = number + 1 - self.moves.len();
            self.moves.try_reserve(missing)?;
            self.moves.resize(number + 1, Move::Unknown);
        }
        self.moves.get_mut(number).ok_or(CORRUPT)
    }
}
