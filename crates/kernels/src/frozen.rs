//! What segments held at one moment, for as long as somebody copies them.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::segments::Line;

/// A segment as it was.
struct Kept {
    address: usize,
    lines: Box<[Line]>,
}

/// The segments that have yet to be copied. Whoever writes to one of them keeps what it held first.
pub(crate) struct Frozen {
    /// By slot: where the segment is, until it was copied or kept.
    waiting: Vec<Option<usize>>,
    /// No slot below this one is waiting.
    next: usize,
    kept: Vec<Kept>,
    /// The segment that was taken last.
    taken: Option<Kept>,
    /// Whether there was no memory to keep one.
    is_lost: bool,
}

/// A segment that is to be copied.
#[derive(Debug)]
pub struct FrozenSegment<'a> {
    /// Where its first byte was.
    pub address: usize,
    /// What it held.
    pub bytes: &'a [u8],
}

/// What is next of a copy.
pub(crate) enum Next {
    /// A segment that is as it was.
    Waiting { slot: usize, address: usize },
    /// One that was written to since.
    Kept,
}

impl Frozen {
    /// All segments, by slot: where each is. None if there is no memory.
    pub(crate) fn try_new(addresses: impl ExactSizeIterator<Item = Option<usize>>) -> Option<Box<Frozen>> {
        let mut waiting = Vec::new();
        waiting.try_reserve_exact(addresses.len()).ok()?;
        waiting.extend(addresses);
        Some(Box::new(Frozen { waiting, next: 0, kept: Vec::new(), taken: None, is_lost: false }))
    }

    /// Whether a segment has yet to be copied.
    #[inline]
    pub(crate) fn is_waiting(&self, slot: usize) -> bool {
        self.waiting.get(slot).is_some_and(Option::is_some)
    }

    /// Keeps what a segment holds, which is about to be written to.
    pub(crate) fn keep(&mut self, slot: usize, lines: &[Line]) {
        let mut copy = Vec::new();
        if copy.try_reserve_exact(lines.len()).is_err() {
            self.is_lost = true;
            return;
        }
        copy.extend_from_slice(lines);
        self.take_over(slot, copy.into_boxed_slice());
    }

    /// Keeps a segment that was given back.
    pub(crate) fn take_over(&mut self, slot: usize, lines: Box<[Line]>) {
        let Some(address) = self.waiting.get_mut(slot).and_then(Option::take) else { return };
        if self.kept.try_reserve(1).is_err() {
            self.is_lost = true;
            return;
        }
        self.kept.push(Kept { address, lines });
    }

    /// What to copy next, which does not wait any more; none when that was all.
    pub(crate) fn next(&mut self) -> Option<Next> {
        self.taken = self.kept.pop();
        if self.taken.is_some() {
            return Some(Next::Kept);
        }
        while let Some(slot) = self.waiting.get_mut(self.next) {
            self.next += 1;
            if let Some(address) = slot.take() {
                return Some(Next::Waiting { slot: self.next - 1, address });
            }
        }
        None
    }

    /// The segment that was kept and is next.
    pub(crate) fn taken(&self) -> (usize, &[Line]) {
        self.taken.as_ref().map_or((0, &[]), |kept| (kept.address, &kept.lines))
    }

    /// Whether something is missing because there was no memory for it.
    pub(crate) fn is_lost(&self) -> bool {
        self.is_lost
    }
}
