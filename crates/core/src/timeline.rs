//! What becomes of a commit's record: the journal for replicas, steps for undo,
//! an outbox for who listens, and effects that wait to be confirmed.

mod keep;
mod pending;
#[cfg(test)]
mod tests;
mod travel;
mod underneath;

use crate::error::Result;
use crate::history::{History, Limits};
use crate::journal::Journal;
use crate::memory::try_push;
use crate::store::Store;

pub(crate) use pending::Pending;
pub use pending::Resolution;
pub use travel::{Standing, StepOf};

/// What the next commit is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Author {
    /// A step that can be undone.
    #[default]
    Own,
    /// An effect that is visible, but no version before it is confirmed.
    Optimistic,
    /// A change that came from elsewhere, which undo leaves alone.
    Foreign,
    /// Something that must change nothing.
    Nobody,
}

/// What is said of a step besides what it changed.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Stamp {
    /// The caller's number of its label.
    pub label: u32,
    /// What is done in one group, whatever its number, is one step; 0 for none.
    pub group: u32,
    /// When it is, by the caller's clock.
    pub at_ms: f64,
    /// Changes of one cell that follow each other within this time are one step.
    pub coalesce_ms: f64,
}

/// A step of a path of places that history leaves out: a key, or any.
pub type Pattern = Option<Box<[u8]>>;

/// Everything that goes on from commit to commit.
#[derive(Debug, Default)]
pub(crate) struct Timeline {
    pub(crate) author: Author,
    /// The caller's number of who makes the next commit.
    origin: u32,
    /// The caller's number of the effect that the next commit is.
    effect: u32,
    pub(crate) stamp: Stamp,
    /// The stamp of the commit that the last step has, if it is still the last.
    last: Option<Stamp>,
    journal: Option<Journal>,
    history: Option<History>,
    /// Whether the state has changed other than by steps since there are some.
    is_shared: bool,
    /// Places that are no part of history.
    excluded: Vec<Box<[Pattern]>>,
    /// Records of one step that goes on, each with its length in front.
    group: Vec<u8>,
    /// How long that was when it was composed last.
    group_composed: usize,
    /// How many changes they are.
    group_changes: u32,
    /// How many records have joined a step.
    joins: u32,
    pub(crate) pending: Vec<Pending>,
    outbox: Outbox,
    /// How many versions were confirmed.
    confirmed: u32,
}

/// Records for who listens, until they are taken.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    is_open: bool,
    bytes: Vec<u8>,
    ends: Vec<u32>,
    /// Who made each.
    origins: Vec<u32>,
}

impl Store {
    /// Keeps the records of the last commits, as many as a number of bytes
    /// holds; none for 0.
    pub fn keep_journal(&mut self, bytes_max: usize) {
        match &mut self.timeline.journal {
            Some(journal) if bytes_max > 0 => journal.set_limit(bytes_max),
            journal => *journal = (bytes_max > 0).then(|| Journal::new(bytes_max)),
        }
        self.update_recording();
    }

    /// Keeps steps that can be undone, at most so many and as a number of
    /// bytes holds; none for 0 steps.
    pub fn keep_history(&mut self, steps_max: usize, bytes_max: usize) {
        let limits = Limits { steps_max, bytes_max };
        match &mut self.timeline.history {
            Some(history) if steps_max > 0 => history.set_limits(limits),
            history => *history = (steps_max > 0).then(|| History::new(limits)),
        }
        self.update_recording();
    }

    /// Leaves changes inside a place out of the history.
    ///
    /// # Errors
    /// What memory says.
    pub fn exclude(&mut self, place: Box<[Pattern]>) -> Result<()> {
        try_push(&mut self.timeline.excluded, place)
    }

    /// Puts the record of every commit aside until [`Store::take_commits`].
    pub fn tell_commits(&mut self, is_open: bool) {
        self.timeline.outbox = Outbox { is_open, ..Outbox::default() };
        self.update_recording();
    }

    /// Shows the records of the commits since the last call, oldest first,
    /// each by where it ends in the bytes and who made it.
    pub fn take_commits(&mut self, show: impl FnOnce(&[u8], &[u32], &[u32])) {
        let Outbox { bytes, ends, origins, .. } = &mut self.timeline.outbox;
        show(bytes, ends, origins);
        bytes.clear();
        ends.clear();
        origins.clear();
    }

    /// Says who makes the next commits, by a number of the caller's.
    pub const fn set_origin(&mut self, origin: u32) {
        self.timeline.origin = origin;
    }

    /// Says what the next step is.
    pub const fn set_stamp(&mut self, stamp: Stamp) {
        self.timeline.stamp = stamp;
    }

    /// Says whether the next commit is a change that came from elsewhere.
    pub const fn set_foreign(&mut self, is_foreign: bool) {
        self.timeline.author = if is_foreign { Author::Foreign } else { Author::Own };
    }

    /// How many versions were confirmed since the store was made, as it wraps around.
    #[must_use]
    pub const fn confirmed(&self) -> u32 {
        self.timeline.confirmed
    }

    /// Writes what leads from the state so many versions ago to the present
    /// one, effects that wait not included: O(what changed since).
    /// Answers whether that is known.
    ///
    /// # Errors
    /// What memory says.
    pub fn since(&self, versions: u32, out: &mut Vec<u8>) -> Result<bool> {
        if versions == 0 {
            return crate::delta::compose_records(&[], out).map(|()| true);
        }
        let Some(records) = self.timeline.journal.as_ref().and_then(|journal| journal.since(u64::from(versions)))
        else {
            return Ok(false);
        };
        let records: Vec<_> = records.map(|record| (record, false)).collect();
        crate::delta::compose_records(&records, out)?;
        Ok(true)
    }

    /// What the journal and the history occupy, in bytes.
    pub(crate) fn timeline_bytes(&self) -> (usize, usize) {
        let Timeline { journal, history, group, .. } = &self.timeline;
        let journal = journal.as_ref().map_or(0, Journal::bytes);
        (journal, history.as_ref().map_or(0, History::bytes) + group.capacity())
    }

    fn update_recording(&mut self) {
        let Timeline { journal, history, outbox, pending, .. } = &self.timeline;
        let is_on = journal.is_some() || history.is_some() || outbox.is_open || !pending.is_empty();
        self.set_recording(is_on);
    }
}

impl Outbox {
    fn push(&mut self, record: &[u8], origin: u32) -> Result<()> {
        if !self.is_open {
            return Ok(());
        }
        self.bytes.try_reserve(record.len())?;
        let end = (self.bytes.len() + record.len()) as u32;
        self.origins.try_reserve(1)?;
        try_push(&mut self.ends, end)?;
        self.origins.push(origin);
        self.bytes.extend_from_slice(record);
        Ok(())
    }
}
