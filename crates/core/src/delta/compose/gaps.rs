//! What happened to arrays of an effect, as splices.

use super::emit::Out;
use super::{CORRUPT, Effect, NONE};
use crate::delta::script::{Action, Step, Value};
use crate::error::Result;
use crate::memory::try_push;

/// What went from between two items that stayed, and what came there.
#[derive(Default)]
struct Gap {
    /// Where the items that came are now.
    index: u64,
    gone: Vec<u32>,
    came: Vec<u32>,
}

impl Effect {
    /// Writes splices and replaced items; returns the items that were there
    /// and may have changed inside.
    pub(super) fn emit_items(&mut self, node: u32, out: &mut Out) -> Result<Vec<(Step, u32)>> {
        (out.moves, out.goes_on) = (0, false);
        let mut kept = Vec::new();
        let mut gap = Gap::default();
        let mut at = self.pieces.first(self.nodes[node as usize].first);
        while at != NONE {
            let piece = *self.pieces.at(at);
            if piece.len == 0 {
                self.pieces.at(at).rank = gap.gone.len() as u32;
                try_push(&mut gap.gone, at)?;
            } else if piece.was_len == 0 {
                try_push(&mut gap.came, at)?;
            } else {
                let index = gap.index + gap.came.len() as u64;
                self.emit_gap(&gap, out)?;
                if piece.slot != NONE {
                    keep(&mut kept, index, piece.slot)?;
                }
                gap.index = index + u64::from(piece.len);
                gap.gone.clear();
                gap.came.clear();
            }
            if piece.was_len == 0 && piece.twin != NONE && piece.slot != NONE {
                keep(&mut kept, gap.index + gap.came.len() as u64 - 1, piece.slot)?;
            }
            at = self.pieces.next(at);
        }
        self.emit_gap(&gap, out)?;
        self.emit_slots(&kept, out)?;
        Ok(kept)
    }

    /// An item that came back to where it was splits a gap.
    fn emit_gap(&mut self, gap: &Gap, out: &mut Out) -> Result<()> {
        let (mut gone_start, mut came_start) = (0, 0);
        for (number, piece) in gap.came.iter().enumerate() {
            let place = self.pieces.at(*piece).twin;
            let rank = self.pieces.at(place).rank as usize;
            if place != NONE && rank >= gone_start && gap.gone.get(rank) == Some(&place) {
                self.emit_splice(gap, gone_start..rank, came_start..number, out)?;
                (gone_start, came_start) = (rank + 1, number + 1);
            }
        }
        self.emit_splice(gap, gone_start..gap.gone.len(), came_start..gap.came.len(), out)
    }

    fn emit_splice(
        &mut self,
        gap: &Gap,
        gone: core::ops::Range<usize>,
        came: core::ops::Range<usize>,
        out: &mut Out,
    ) -> Result<()> {
        let mut index = gap.index + came.start as u64;
        let mut removed = Vec::new();
        for place in gap.gone.get(gone).unwrap_or(&[]) {
            let item = match self.pieces.at(*place).slot {
                NONE => Value::Moved(*place),
                slot => self.slots[slot as usize].old.take().ok_or(CORRUPT)?,
            };
            try_push(&mut removed, item)?;
        }
        let mut inserted = Vec::new();
        for piece in gap.came.get(came).unwrap_or(&[]) {
            let piece = *self.pieces.at(*piece);
            let item = if piece.twin == NONE { self.take_value(piece.slot)? } else { Value::Moved(piece.twin) };
            try_push(&mut inserted, item)?;
        }
        // What was put where an equal item was is no change.
        let same = |(old, new): &(&Value, &Value)| old.same(new);
        let start = removed.iter().zip(&inserted).take_while(same).count();
        let (old, new) = (removed.get(start..).unwrap_or(&[]), inserted.get(start..).unwrap_or(&[]));
        let end = old.iter().rev().zip(new.iter().rev()).take_while(same).count();
        index += start as u64;
        for items in [&mut removed, &mut inserted] {
            items.truncate(items.len() - end);
            items.drain(..start);
            self.number_moves(items, out);
        }
        if removed.is_empty() && inserted.is_empty() {
            return Ok(());
        }
        let index = u32::try_from(index).map_err(|_| CORRUPT)?;
        let goes_on = core::mem::replace(&mut out.goes_on, true);
        out.op(Action::Splice { index, removed, inserted, goes_on })
    }

    /// Numbers the items that move, by the places that they come from.
    fn number_moves(&mut self, items: &mut [Value], out: &mut Out) {
        for item in items {
            if let Value::Moved(place) = item {
                let place = self.pieces.at(*place);
                if place.moved == 0 {
                    out.moves += 1;
                    place.moved = out.moves;
                }
                *item = Value::Moved(place.moved - 1);
            }
        }
    }
}

fn keep(kept: &mut Vec<(Step, u32)>, index: u64, slot: u32) -> Result<()> {
    try_push(kept, (Step::Index(u32::try_from(index).map_err(|_| CORRUPT)?), slot))
}
