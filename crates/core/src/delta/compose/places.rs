//! Where in an effect things are that were there before, and where those that
//! are there come from. A slot without number stands for what did not change.

use super::pieces::When;
use super::{Effect, NONE, Now, ROOT};
use crate::delta::script::TextId;

/// The number of a value that is gone.
const GONE: u32 = u32::MAX - 1;

/// Which item of an array one is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::delta) enum Origin {
    /// By its index before all.
    Before(u32),
    /// By the number that it came with.
    Number(u32),
}

/// Where an item is.
#[derive(Clone, Copy, Debug)]
pub(in crate::delta) struct Place {
    /// Its index and slot, when it is still there.
    pub(in crate::delta) item: Option<(u32, Option<u32>)>,
    /// How many items stand before the place where it was, and the piece that
    /// this place is or begins; none when nothing happened in the array.
    pub(in crate::delta) gap: (u32, u32),
}

impl Effect {
    /// The slot of the whole state.
    pub(in crate::delta) const fn root() -> Option<u32> {
        Some(ROOT)
    }

    /// Which value is in a slot: 0 for the one that was there before.
    pub(in crate::delta) fn value_number(&self, slot: Option<u32>) -> u32 {
        let Some(held) = slot.and_then(|slot| self.slots.get(slot as usize)) else {
            return 0;
        };
        match held.now {
            Now::Kept => 0,
            Now::Inside(node) if self.nodes[node as usize].kind.is_old() => 0,
            Now::Gone => GONE,
            _ => held.number,
        }
    }

    /// The slot of a key, when it was mentioned.
    pub(in crate::delta) fn field_slot(&self, slot: Option<u32>, key: TextId) -> Option<u32> {
        match self.find(self.inside(slot)?, key) {
            NONE => None,
            entry => Some(self.entries[entry as usize].slot),
        }
    }

    /// Which item is at an index of an array, its slot, and whether it stands
    /// where it stood or came; none at the end.
    pub(in crate::delta) fn origin(&mut self, slot: Option<u32>, index: u32) -> Option<(Origin, Option<u32>, bool)> {
        let Some(node) = self.inside(slot) else {
            return Some((Origin::Before(index), None, true));
        };
        let (piece, offset) = self.pieces.find(self.nodes[node as usize].first, index, When::Now)?;
        let item = *self.pieces.at(piece);
        let home = if item.was_len > 0 { piece } else { item.twin };
        let origin = if home == NONE {
            self.nodes[node as usize].first = piece;
            Origin::Number(self.slots[item.slot as usize].item)
        } else {
            self.nodes[node as usize].first = home;
            let before = self.pieces.rank(home).1 + u64::from(offset);
            Origin::Before(u32::try_from(before).ok()?)
        };
        Some((origin, Some(item.slot).filter(|slot| *slot != NONE), home == piece || home == NONE))
    }

    /// Where an item of an array is; none when it never came.
    pub(in crate::delta) fn place_of(&mut self, slot: Option<u32>, origin: Origin) -> Option<Place> {
        let node = self.inside(slot);
        let (mut piece, offset) = match (origin, node) {
            (Origin::Before(index), None) => return Some(Place { item: Some((index, None)), gap: (index, NONE) }),
            (Origin::Before(index), Some(node)) => {
                self.pieces.find(self.nodes[node as usize].first, index, When::Before)?
            }
            (Origin::Number(number), _) => {
                let slot = *self.came.get(number as usize)?;
                (self.slots[slot as usize].piece, 0)
            }
        };
        let node = &mut self.nodes[node? as usize];
        let mut item = *self.pieces.at(piece);
        if item.len == 0 && item.was_len == 0 {
            return None;
        }
        let mut index = self.pieces.rank(piece).0 + u64::from(offset);
        let gap = (u32::try_from(index).ok()?, if offset == 0 { piece } else { NONE });
        node.first = piece;
        if item.len == 0 {
            if item.twin == NONE {
                return Some(Place { item: None, gap });
            }
            piece = item.twin;
            item = *self.pieces.at(piece);
            index = self.pieces.rank(piece).0;
            node.first = piece;
        }
        let slot = Some(item.slot).filter(|slot| *slot != NONE);
        Some(Place { item: Some((u32::try_from(index).ok()?, slot)), gap })
    }

    /// The node of what is in a slot, when something happened inside.
    fn inside(&self, slot: Option<u32>) -> Option<u32> {
        match self.slots.get(slot? as usize)?.now {
            Now::Inside(node) => Some(node),
            _ => None,
        }
    }
}
