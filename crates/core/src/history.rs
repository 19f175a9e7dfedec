//! What can be undone and redone: records of steps, on two stacks.
//!
//! A record is bytes that only the caller understands. An entry is an own step
//! or a foreign change, something that came in between and that undo must
//! leave alone. The records of recent entries stand in one buffer; older ones
//! are put aside in compressed blocks, which are only opened to be undone.

mod block;
mod queue;
mod stack;
#[cfg(test)]
mod tests;

use crate::error::{Error, Result};
use crate::history::stack::{ENTRY_BYTES, Entry, Stack};

/// Of each stack, so many bytes of records are not compressed, or an eighth of
/// the budget when that is less.
const HOT_BYTES_MAX: usize = 32 * 1024;
/// Less than this is not worth compressing, however small the budget.
const HOT_BYTES_MIN: usize = 1024;

/// Which stack steps come from; they go to the other.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    /// The last step that is done.
    Undo,
    /// The last step that was undone.
    Redo,
}

/// What a step is besides its record.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct StepInfo {
    /// When it was made, by the caller's clock.
    pub(crate) at_ms: f64,
    /// The caller's number of its label.
    pub(crate) label: u32,
    /// How many changes it is.
    pub(crate) changes: u32,
}

/// How much a history holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Limits {
    /// Own steps, undone ones included.
    pub(crate) steps_max: usize,
    /// Everything, spare room included.
    pub(crate) bytes_max: usize,
}

impl Limits {
    /// What is cut back to when there is too much, so that it does not have to
    /// be done again for each step that follows.
    const fn bytes_kept(&self) -> usize {
        self.bytes_max - self.bytes_max / 8
    }

    fn hot_bytes_max(&self) -> usize {
        (self.bytes_max / 8).clamp(HOT_BYTES_MIN, HOT_BYTES_MAX)
    }
}

/// The steps that were done and those that were undone.
#[derive(Debug)]
pub(crate) struct History {
    done: Stack,
    undone: Stack,
    limits: Limits,
    /// How often it changed, by which a walk knows that it is outdated.
    changes: u32,
}

impl History {
    /// An empty history.
    pub(crate) fn new(limits: Limits) -> Self {
        Self { done: Stack::default(), undone: Stack::default(), limits, changes: 0 }
    }

    /// Changes how much it may hold; the oldest steps that are too many go.
    pub(crate) fn set_limits(&mut self, limits: Limits) {
        self.limits = limits;
        self.trim();
    }

    /// Forgets everything and gives the memory back.
    pub(crate) fn clear(&mut self) {
        self.done = Stack::default();
        self.undone = Stack::default();
        self.changes = self.changes.wrapping_add(1);
    }

    /// What it occupies, used or not.
    pub(crate) fn bytes(&self) -> usize {
        self.done.bytes() + self.undone.bytes()
    }

    /// A number that is another one whenever the steps are; it wraps around.
    pub(crate) const fn revision(&self) -> u32 {
        self.changes
    }

    /// Whether there is no step to undo, or to redo.
    pub(crate) const fn is_empty(&self, way: Way) -> bool {
        self.stack(way).own() == 0
    }

    /// How many own steps are done.
    pub(crate) const fn position(&self) -> usize {
        self.done.own()
    }

    /// How many own steps there are, undone ones included.
    pub(crate) const fn len(&self) -> usize {
        self.done.own() + self.undone.own()
    }

    /// Adds a step that was just done. What was undone before is forgotten,
    /// and so are the oldest steps that are too many now; a step too large to
    /// be kept takes all before it along.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`], [`Error::TooMany`]; the history is as it was.
    pub(crate) fn push(&mut self, record: &[u8], info: StepInfo) -> Result<()> {
        let entry = Entry::own(record, info)?;
        if self.is_too_large(record) {
            self.clear();
            return Ok(());
        }
        self.done.reserve(1, record.len())?;
        self.done.push(&[entry], record);
        self.undone = Stack::default();
        self.trim();
        Ok(())
    }

    /// Replaces the step that was done last by one that includes it. When
    /// something foreign came since then, or nothing is done, it is added.
    /// No other step goes: whoever adds a change asks for that by [`History::enforce`].
    ///
    /// # Errors
    /// As [`History::push`].
    pub(crate) fn amend(&mut self, record: &[u8], info: StepInfo) -> Result<()> {
        let entry = Entry::own(record, info)?;
        let replaced = self.top_record().map(|(top, _)| top.len());
        self.done.reserve(usize::from(replaced.is_none()), record.len().saturating_sub(replaced.unwrap_or(0)))?;
        if replaced.is_some() {
            self.done.pop();
        }
        self.done.push(&[entry], record);
        self.undone = Stack::default();
        self.settle();
        Ok(())
    }

    /// Makes the limits hold after steps were amended.
    pub(crate) fn enforce(&mut self) {
        if self.top_record().is_some_and(|(record, _)| self.is_too_large(record)) {
            self.clear();
        } else {
            self.trim();
        }
    }

    /// Forgets the step that was done last, unless something foreign came since then.
    pub(crate) fn drop_top(&mut self) {
        if self.top_record().is_some() {
            self.done.pop();
            self.settle();
        }
    }

    /// How many bytes more it may hold.
    pub(crate) fn room(&self) -> usize {
        self.limits.bytes_max.saturating_sub(self.bytes())
    }

    /// The step that was done last, unless something foreign came since then.
    pub(crate) fn top_record(&self) -> Option<(&[u8], StepInfo)> {
        self.done.top()
    }

    /// Adds something that came from elsewhere: on each stack that has steps,
    /// since those only have to mind what came after them.
    ///
    /// # Errors
    /// As [`History::push`].
    pub(crate) fn push_foreign(&mut self, record: &[u8]) -> Result<()> {
        let entry = Entry::foreign(record)?;
        if self.is_too_large(record) {
            self.clear();
            return Ok(());
        }
        let mut stacks = [&mut self.done, &mut self.undone];
        for stack in stacks.iter_mut().filter(|stack| stack.own() > 0) {
            stack.reserve(1, record.len())?;
        }
        for stack in stacks.iter_mut().filter(|stack| stack.own() > 0) {
            stack.push(&[entry], record);
        }
        self.trim();
        Ok(())
    }

    /// The foreign records on top of a stack, oldest first.
    pub(crate) fn foreign(&self, way: Way) -> Records<'_> {
        match way {
            Way::Undo => self.done.foreign(),
            Way::Redo => self.undone.foreign(),
        }
    }

    /// Replaces the foreign records on top of a stack by one that does the
    /// same as all of them.
    ///
    /// # Errors
    /// As [`History::push`].
    pub(crate) fn replace_foreign(&mut self, way: Way, record: &[u8]) -> Result<()> {
        let entry = Entry::foreign(record)?;
        if self.is_too_large(record) {
            self.clear();
            return Ok(());
        }
        let stack = match way {
            Way::Undo => &mut self.done,
            Way::Redo => &mut self.undone,
        };
        if stack.own() == 0 {
            return Ok(());
        }
        stack.reserve(1, record.len())?;
        for _ in 0..stack.foreign().len() {
            stack.pop();
        }
        stack.push(&[entry], record);
        self.trim();
        Ok(())
    }

    /// Begins to undo or redo. Nothing changes before [`History::finish`]: to
    /// give up, drop the walk.
    pub(crate) fn walk(&self, way: Way) -> Walk {
        let (segment, floor, end) = self.stack(way).top_segment();
        let left = self.stack(way).entries().len();
        Walk { way, changes: self.changes, left, segment, floor, end, thawed: Vec::new() }
    }

    /// The next step of a walk; none when all are passed.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`]; [`Error::Stale`] when the history has changed
    /// since the walk began.
    pub(crate) fn step<'a>(&'a self, walk: &'a mut Walk) -> Result<Option<Turn<'a>>> {
        if walk.changes != self.changes {
            return Err(Error::Stale);
        }
        self.stack(walk.way).step(walk)
    }

    /// Ends a walk whose steps were undone or redone. They go, and so does what
    /// is foreign on them; `turned` goes onto the other stack: for each step
    /// what takes it the other way, valid in the state that is now. `rest` is
    /// what is left of everything foreign that was passed: valid in the state
    /// that the steps below on the same stack lead to. It stays on them.
    /// No step is dropped, though what is on the other stack now may be longer:
    /// the limits hold again with the next step that is added.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`], [`Error::TooMany`], [`Error::Stale`]; the
    /// history is as it was.
    pub(crate) fn finish(&mut self, walk: Walk, turned: &Turned, rest: Option<&[u8]>) -> Result<()> {
        let (from, to) = match walk.way {
            Way::Undo => (&mut self.done, &mut self.undone),
            Way::Redo => (&mut self.undone, &mut self.done),
        };
        if walk.changes != self.changes {
            return Err(Error::Stale);
        }
        to.reserve(turned.entries.len(), turned.records.len())?;
        from.cut(walk, rest)?;
        to.push(&turned.entries, &turned.records);
        self.settle();
        Ok(())
    }

    /// All own steps, oldest first, those that are undone last, each with the
    /// size of its record in bytes.
    pub(crate) fn steps(&self) -> impl Iterator<Item = (StepInfo, u32)> {
        let entries = self.done.entries().iter().chain(self.undone.entries().iter().rev());
        entries.filter(|entry| entry.is_own()).map(|entry| (entry.info, entry.record_bytes))
    }

    const fn stack(&self, way: Way) -> &Stack {
        match way {
            Way::Undo => &self.done,
            Way::Redo => &self.undone,
        }
    }

    const fn is_too_large(&self, record: &[u8]) -> bool {
        record.len().saturating_add(ENTRY_BYTES) > self.limits.bytes_kept()
    }

    /// Notes a change, compresses what has grown old, and beyond the budget gives spare room
    /// back: what a stack held keeps its room when it goes to the other one.
    fn settle(&mut self) {
        self.changes = self.changes.wrapping_add(1);
        let hot_bytes_max = self.limits.hot_bytes_max();
        self.done.freeze(hot_bytes_max);
        self.undone.freeze(hot_bytes_max);
        let used = self.done.used_bytes() + self.undone.used_bytes();
        // Not for little, since all that is used is copied for it.
        if self.bytes() > self.limits.bytes_max && self.bytes() > used + used / 8 {
            self.done.fit();
            self.undone.fit();
        }
    }

    /// Settles, and drops the oldest until the limits hold: what is done first,
    /// for that is older than all that is undone.
    fn trim(&mut self) {
        while self.len() > self.limits.steps_max {
            if !self.done.drop_oldest() && !self.undone.drop_oldest() {
                break;
            }
        }
        self.settle();
        if self.bytes() <= self.limits.bytes_max {
            return;
        }
        while self.done.used_bytes() + self.undone.used_bytes() > self.limits.bytes_kept() {
            if !self.done.drop_lot() && !self.undone.drop_lot() {
                return self.clear();
            }
        }
        self.done.fit();
        self.undone.fit();
    }
}

/// Where undoing or redoing has come to.
#[derive(Debug)]
pub(crate) struct Walk {
    way: Way,
    /// How often the history had changed when it began.
    changes: u32,
    /// How many entries are not passed.
    left: usize,
    /// The block whose records are read; as many as there are for the buffer.
    segment: usize,
    /// The lowest entry there.
    floor: usize,
    /// Where the records end that are not passed.
    end: usize,
    /// The records of that block.
    thawed: Vec<u8>,
}

/// A step to undo or redo.
#[derive(Debug)]
pub(crate) struct Turn<'a> {
    pub(crate) record: &'a [u8],
    pub(crate) info: StepInfo,
    /// What came after it and is not its own, oldest first.
    pub(crate) foreign: Records<'a>,
}

/// Records that follow each other, oldest first.
#[derive(Clone, Debug)]
pub(crate) struct Records<'a> {
    entries: &'a [Entry],
    bytes: &'a [u8],
}

impl Records<'_> {
    /// How many there are.
    pub(crate) const fn len(&self) -> usize {
        self.entries.len()
    }

    /// The bytes of all of them.
    pub(crate) const fn bytes(&self) -> usize {
        self.bytes.len()
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let (entry, entries) = self.entries.split_first()?;
        let (record, bytes) = self.bytes.split_at_checked(entry.record_bytes as usize)?;
        (self.entries, self.bytes) = (entries, bytes);
        Some(record)
    }
}

/// The steps of a walk as they go onto the other stack, in the order in which
/// they were passed.
#[derive(Debug, Default)]
pub(crate) struct Turned {
    entries: Vec<Entry>,
    records: Vec<u8>,
}

impl Turned {
    /// Adds what takes a step the other way.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`], [`Error::TooMany`]; nothing is added.
    pub(crate) fn push(&mut self, record: &[u8], info: StepInfo) -> Result<()> {
        let entry = Entry::own(record, info)?;
        self.records.try_reserve(record.len())?;
        crate::memory::try_push(&mut self.entries, entry)?;
        self.records.extend_from_slice(record);
        Ok(())
    }
}
