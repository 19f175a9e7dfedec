//! One stack of a history: entries, and their records in a few large pieces.

use crate::error::{Error, Result, Thing};
use crate::history::block::Block;
use crate::history::queue::Queue;
use crate::history::{Records, StepInfo, Turn, Walk};
use crate::memory::try_push;

/// What a history knows of one entry besides its record.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub(super) info: StepInfo,
    pub(super) record_bytes: u32,
    pub(super) kind: EntryKind,
}

/// Whose change an entry is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum EntryKind {
    /// A step that undo and redo take.
    Own,
    /// Something that happened in between, which they leave alone.
    Foreign,
}

pub(super) const ENTRY_BYTES: usize = size_of::<Entry>();

impl Entry {
    pub(super) fn own(record: &[u8], info: StepInfo) -> Result<Self> {
        Self::new(record, info, EntryKind::Own)
    }

    pub(super) fn foreign(record: &[u8]) -> Result<Self> {
        Self::new(record, StepInfo { at_ms: 0.0, label: 0, changes: 0 }, EntryKind::Foreign)
    }

    fn new(record: &[u8], info: StepInfo, kind: EntryKind) -> Result<Self> {
        let record_bytes = u32::try_from(record.len()).map_err(|_| Error::TooMany { what: Thing::StepBytes })?;
        Ok(Self { info, record_bytes, kind })
    }

    pub(super) fn is_own(&self) -> bool {
        self.kind == EntryKind::Own
    }
}

pub(super) fn record_bytes(entries: &[Entry]) -> usize {
    entries.iter().map(|entry| entry.record_bytes as usize).sum()
}

/// Entries, oldest first. The lowest is an own one: what is foreign below all
/// own ones concerns nobody. An own entry and the foreign ones on it are a
/// group, and the records of a group stand together; those of the topmost are
/// always in `hot`.
#[derive(Debug, Default)]
pub(super) struct Stack {
    entries: Queue<Entry>,
    /// The records of the lower entries.
    blocks: Vec<Block>,
    /// How many entries that are.
    cold: usize,
    cold_bytes: usize,
    /// The records of the upper entries.
    hot: Queue<u8>,
    own: usize,
}

impl Stack {
    pub(super) fn entries(&self) -> &[Entry] {
        self.entries.as_slice()
    }

    /// How many own entries there are.
    pub(super) const fn own(&self) -> usize {
        self.own
    }

    /// What it occupies, used or not.
    pub(super) fn bytes(&self) -> usize {
        self.entries.capacity() * ENTRY_BYTES + self.hot.capacity() + self.block_bytes()
    }

    /// What it would occupy without spare room.
    pub(super) fn used_bytes(&self) -> usize {
        self.entries.len() * ENTRY_BYTES + self.hot.len() + self.block_bytes()
    }

    fn block_bytes(&self) -> usize {
        self.blocks.capacity() * size_of::<Block>() + self.cold_bytes
    }

    /// Makes sure that pushing so much cannot fail.
    pub(super) fn reserve(&mut self, entries: usize, bytes: usize) -> Result<()> {
        self.entries.reserve(entries)?;
        self.hot.reserve(bytes)
    }

    /// Adds entries and their records, after [`Stack::reserve`].
    pub(super) fn push(&mut self, entries: &[Entry], records: &[u8]) {
        self.own += entries.iter().filter(|entry| entry.is_own()).count();
        self.entries.extend(entries);
        self.hot.extend(records);
    }

    /// Takes the topmost entry off without changing what is below; only for
    /// making way for another in its group.
    pub(super) fn pop(&mut self) {
        if let Some((entry, rest)) = self.entries().split_last() {
            let (entry, left) = (*entry, rest.len());
            self.entries.truncate(left);
            self.hot.truncate(self.hot.len().saturating_sub(entry.record_bytes as usize));
            self.own -= usize::from(entry.is_own());
        }
    }

    /// The topmost entry, if it is an own one.
    pub(super) fn top(&self) -> Option<(&[u8], StepInfo)> {
        let entry = self.entries().last().filter(|entry| entry.is_own())?;
        let start = self.hot.len().saturating_sub(entry.record_bytes as usize);
        Some((self.hot.as_slice().get(start..)?, entry.info))
    }

    /// The foreign entries on the topmost own one.
    pub(super) fn foreign(&self) -> Records<'_> {
        let entries = self.entries();
        let start = entries.iter().rposition(Entry::is_own).map_or(0, |own| own + 1);
        let entries = entries.get(start..).unwrap_or(&[]);
        let start = self.hot.len().saturating_sub(record_bytes(entries));
        Records { entries, bytes: self.hot.as_slice().get(start..).unwrap_or(&[]) }
    }

    /// Where a walk begins: the number that stands for the buffer, the lowest
    /// entry in it, and the bytes there.
    pub(super) fn top_segment(&self) -> (usize, usize, usize) {
        (self.blocks.len(), self.cold, self.hot.len())
    }

    /// The own entry that comes next in a walk down, and those on it.
    pub(super) fn step<'a>(&'a self, walk: &'a mut Walk) -> Result<Option<Turn<'a>>> {
        let entries = self.entries().get(..walk.left).unwrap_or(&[]);
        let Some(own) = entries.iter().rposition(Entry::is_own) else { return Ok(None) };
        if own < walk.floor {
            let segment = walk.segment.checked_sub(1).ok_or(Error::Stale)?;
            let block = self.blocks.get(segment).ok_or(Error::Stale)?;
            walk.thawed = block.unpack()?;
            walk.segment = segment;
            walk.floor = walk.floor.saturating_sub(block.entries);
            walk.end = walk.thawed.len();
        }
        let group = entries.get(own..).unwrap_or(&[]);
        let records = if walk.segment == self.blocks.len() { self.hot.as_slice() } else { &walk.thawed };
        let start = walk.end.saturating_sub(record_bytes(group));
        let records = records.get(start..walk.end).unwrap_or(&[]);
        walk.left = own;
        walk.end = start;
        let Some((own, entries)) = group.split_first() else { return Ok(None) };
        let Some((record, bytes)) = records.split_at_checked(own.record_bytes as usize) else { return Ok(None) };
        Ok(Some(Turn { record, info: own.info, foreign: Records { entries, bytes } }))
    }

    /// Takes off what a walk has passed, and puts something foreign on what is
    /// left, if that is anything.
    ///
    /// # Errors
    /// The stack is as it was.
    pub(super) fn cut(&mut self, mut walk: Walk, rest: Option<&[u8]>) -> Result<()> {
        if walk.left == walk.floor
            && let Some(segment) = walk.segment.checked_sub(1)
            && let Some(block) = self.blocks.get(segment)
        {
            walk.thawed = block.unpack()?;
            walk.segment = segment;
            walk.end = walk.thawed.len();
            walk.floor -= block.entries;
        }
        let rest = rest.filter(|_| walk.left > 0);
        let entry = rest.map(Entry::foreign).transpose()?;
        let (count, bytes) = (usize::from(entry.is_some()), rest.map_or(0, <[u8]>::len));
        self.entries.reserve(count)?;
        if walk.segment == self.blocks.len() {
            self.hot.reserve(bytes)?;
        } else {
            let mut hot = Queue::from(walk.thawed);
            hot.reserve(bytes)?;
            self.hot = hot;
            self.blocks.truncate(walk.segment);
            self.cold = walk.floor;
            self.cold_bytes = self.blocks.iter().map(Block::bytes).sum();
        }
        let gone = self.entries().get(walk.left..).unwrap_or(&[]);
        self.own -= gone.iter().filter(|entry| entry.is_own()).count();
        self.entries.truncate(walk.left);
        self.hot.truncate(walk.end);
        if let (Some(entry), Some(rest)) = (entry, rest) {
            self.push(&[entry], rest);
        }
        Ok(())
    }

    /// Drops the oldest own entry and what is foreign on it. False when there
    /// is none.
    pub(super) fn drop_oldest(&mut self) -> bool {
        let is_any = self.own > 0;
        if is_any {
            self.drop_entry();
            self.drop_foreign();
        }
        is_any
    }

    /// Drops the oldest own entries that take memory together.
    pub(super) fn drop_lot(&mut self) -> bool {
        if self.blocks.is_empty() {
            return self.drop_oldest();
        }
        let left = self.cold - self.blocks.first().map_or(0, |block| block.entries);
        while self.cold > left {
            self.drop_entry();
        }
        true
    }

    fn drop_foreign(&mut self) {
        while self.entries().first().is_some_and(|entry| !entry.is_own()) {
            self.drop_entry();
        }
    }

    fn drop_entry(&mut self) {
        let Some(entry) = self.entries().first().copied() else { return };
        self.entries.drop_front(1);
        self.own -= usize::from(entry.is_own());
        let Some(block) = self.blocks.first_mut() else {
            self.hot.drop_front(entry.record_bytes as usize);
            return;
        };
        block.drop_entry(entry.record_bytes as usize);
        self.cold -= 1;
        if block.entries == 0 {
            self.cold_bytes -= block.bytes();
            self.blocks.remove(0);
            if self.blocks.is_empty() {
                self.blocks = Vec::new();
            }
        }
    }

    /// While more than so many bytes of records are as they came, puts older
    /// groups aside, about half of that at once. The topmost stays.
    ///
    /// Without memory for that, they stay as they are.
    pub(super) fn freeze(&mut self, hot_bytes_max: usize) {
        let mut is_changed = false;
        while self.hot.len() > hot_bytes_max && self.freeze_block(hot_bytes_max / 2) == Ok(true) {
            is_changed = true;
        }
        if is_changed || self.hot.capacity() > 2 * hot_bytes_max.max(self.hot.len()) {
            self.hot.fit();
        }
    }

    fn freeze_block(&mut self, bytes_max: usize) -> Result<bool> {
        let (mut taken, mut bytes, mut group_bytes) = (0, 0, 0);
        for (number, entry) in self.entries().iter().skip(self.cold).enumerate() {
            if entry.is_own() && group_bytes > 0 {
                if taken > 0 && bytes + group_bytes > bytes_max {
                    break;
                }
                (taken, bytes, group_bytes) = (number, bytes + group_bytes, 0);
            }
            group_bytes += entry.record_bytes as usize;
        }
        if taken == 0 {
            return Ok(false);
        }
        let block = Block::pack(self.hot.as_slice().get(..bytes).unwrap_or(&[]), taken)?;
        let block_bytes = block.bytes();
        try_push(&mut self.blocks, block)?;
        self.cold_bytes += block_bytes;
        self.cold += taken;
        self.hot.drop_front(bytes);
        Ok(true)
    }

    /// Gives back all spare room.
    pub(super) fn fit(&mut self) {
        self.entries.fit();
        self.hot.fit();
    }
}
