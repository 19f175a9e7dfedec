//! What arrays consist of: pieces in splay trees.
//!
//! A splay tree needs no recursion and no balance to keep, and whatever the
//! input is, n steps in it take O(n log n).

use super::NONE;
use crate::error::Result;
use crate::memory::try_push;

/// A run of items that are as they were, a single item, or the place of one that went.
///
/// | | `len` | `was_len` | `slot` | `twin` |
/// | --- | --- | --- | --- | --- |
/// | items as they were | n | n | none | none |
/// | an item that was there | 1 | 1 | its slot | none |
/// | where an item was removed | 0 | 1 | holds what it was | none |
/// | where an item moved away | 0 | 1 | none | where it is now |
/// | an item that moved here | 1 | 0 | its slot, when it was changed | where it was |
/// | a new item | 1 | 0 | its slot | none |
/// | an item that is to move here | 1 | 0 | none | [`AWAITED`] |
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Piece {
    pub(super) len: u32,
    pub(super) was_len: u32,
    pub(super) slot: u32,
    pub(super) twin: u32,
    /// When effects become operations: which one of its gap it is, and the number of its move.
    pub(super) rank: u32,
    pub(super) moved: u32,
    up: u32,
    left: u32,
    right: u32,
    /// How many items are there now and were there, below and here.
    sum: u64,
    was_sum: u64,
}

/// What an index counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum When {
    /// The items that are there.
    Now,
    /// Those that were there before all.
    Before,
}

pub(super) const AWAITED: u32 = u32::MAX;

/// The pieces of all arrays. Number 0 is none, an empty tree.
#[derive(Debug, Default)]
pub(super) struct Pieces(Vec<Piece>);

impl Pieces {
    pub(super) fn at(&mut self, piece: u32) -> &mut Piece {
        &mut self.0[piece as usize]
    }

    /// A tree of one new piece.
    pub(super) fn push(&mut self, len: u32, was_len: u32, slot: u32, twin: u32) -> Result<u32> {
        if self.0.is_empty() {
            try_push(&mut self.0, Piece::default())?;
        }
        let (sum, was_sum) = (u64::from(len), u64::from(was_len));
        try_push(&mut self.0, Piece { len, was_len, slot, twin, sum, was_sum, ..Piece::default() })?;
        Ok(self.0.len() as u32 - 1)
    }

    /// The piece with the item at an index, as the new root, and where in it.
    pub(super) fn find(&mut self, root: u32, index: u32, when: When) -> Option<(u32, u32)> {
        let mut rest = u64::from(index);
        let mut at = root;
        loop {
            if at == NONE {
                return None;
            }
            let piece = *self.at(at);
            let left = *self.at(piece.left);
            let (before, len) = match when {
                When::Now => (left.sum, piece.len),
                When::Before => (left.was_sum, piece.was_len),
            };
            if rest < before {
                at = piece.left;
            } else if rest - before < u64::from(len) {
                self.splay(at);
                return Some((at, (rest - before) as u32));
            } else {
                rest -= before + u64::from(len);
                at = piece.right;
            }
        }
    }

    /// How many items stand before a piece now and stood there before all;
    /// it is the new root.
    pub(super) fn rank(&mut self, piece: u32) -> (u64, u64) {
        self.splay(piece);
        let left = self.at(piece).left;
        let left = self.at(left);
        (left.sum, left.was_sum)
    }

    /// Cuts a tree behind its first `index` items: what follows them, places
    /// of items that went included, is the second tree.
    pub(super) fn cut(&mut self, root: u32, index: u32) -> Result<(u32, u32)> {
        let Some(last) = index.checked_sub(1) else {
            return Ok((NONE, root));
        };
        let (piece, offset) = self.find(root, last, When::Now).ok_or(super::CORRUPT)?;
        let mut right = self.at(piece).right;
        self.at(piece).right = NONE;
        if right != NONE {
            self.at(right).up = NONE;
        }
        let rest = self.at(piece).len - (offset + 1);
        if rest > 0 {
            self.at(piece).len -= rest;
            self.at(piece).was_len -= rest;
            let first = self.push(rest, rest, NONE, NONE)?;
            right = self.join(first, right);
        }
        self.tally(piece);
        Ok((piece, right))
    }

    /// Cuts a tree before a piece.
    pub(super) fn cut_before(&mut self, piece: u32) -> (u32, u32) {
        self.splay(piece);
        let left = core::mem::replace(&mut self.at(piece).left, NONE);
        if left != NONE {
            self.at(left).up = NONE;
        }
        self.tally(piece);
        (left, piece)
    }

    /// Puts one tree behind another.
    pub(super) fn join(&mut self, left: u32, right: u32) -> u32 {
        if left == NONE || right == NONE {
            return left | right;
        }
        let mut last = left;
        while self.at(last).right != NONE {
            last = self.at(last).right;
        }
        self.splay(last);
        self.at(last).right = right;
        self.at(right).up = last;
        self.tally(last);
        last
    }

    /// Notes that the item of a piece is gone, which is the root of its tree.
    pub(super) fn empty(&mut self, piece: u32) {
        self.at(piece).len = 0;
        self.tally(piece);
    }

    /// The first piece of a tree.
    pub(super) fn first(&mut self, root: u32) -> u32 {
        let mut at = root;
        while at != NONE && self.at(at).left != NONE {
            at = self.at(at).left;
        }
        at
    }

    /// The piece behind one. A walk over all takes O(n).
    pub(super) fn next(&mut self, piece: u32) -> u32 {
        let right = self.at(piece).right;
        if right != NONE {
            return self.first(right);
        }
        let mut at = piece;
        loop {
            let up = self.at(at).up;
            if up == NONE || self.at(up).left == at {
                return up;
            }
            at = up;
        }
    }

    /// Makes a piece the root of its tree.
    fn splay(&mut self, piece: u32) {
        loop {
            let up = self.at(piece).up;
            if up == NONE {
                return;
            }
            let top = self.at(up).up;
            if top != NONE {
                let is_straight = (self.at(top).left == up) == (self.at(up).left == piece);
                self.rotate(if is_straight { up } else { piece });
            }
            self.rotate(piece);
        }
    }

    /// Lifts a piece above the one that it is below of.
    fn rotate(&mut self, piece: u32) {
        let up = self.at(piece).up;
        let top = self.at(up).up;
        let inner = if self.at(up).left == piece {
            let inner = core::mem::replace(&mut self.at(piece).right, up);
            self.at(up).left = inner;
            inner
        } else {
            let inner = core::mem::replace(&mut self.at(piece).left, up);
            self.at(up).right = inner;
            inner
        };
        if inner != NONE {
            self.at(inner).up = up;
        }
        if top != NONE {
            let above = self.at(top);
            *(if above.left == up { &mut above.left } else { &mut above.right }) = piece;
        }
        self.at(up).up = piece;
        self.at(piece).up = top;
        self.tally(up);
        self.tally(piece);
    }

    fn tally(&mut self, piece: u32) {
        let Piece { left, right, len, was_len, .. } = *self.at(piece);
        let (left, right) = (*self.at(left), *self.at(right));
        let tallied = self.at(piece);
        tallied.sum = left.sum + right.sum + u64::from(len);
        tallied.was_sum = left.was_sum + right.was_sum + u64::from(was_len);
    }
}
