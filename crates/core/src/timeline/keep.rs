//! Where the record of a commit goes.

use super::{Author, Stamp, Timeline};
use crate::delta::{self, Part};
use crate::error::{Error, Result};
use crate::history::{History, StepInfo, Way};
use crate::store::Store;

/// A group is composed when it is this much longer than twice what it was then.
const GROUP_BYTES_MIN: usize = 4_096;
/// So many changes of others may follow each other.
const FOREIGN_MIN: usize = 16;
/// Bytes of a record's length in a group.
const LENGTH_BYTES: usize = 4;

impl Store {
    /// Takes over the record of the commit that is about to be kept.
    ///
    /// # Errors
    /// What memory says, if the effect could not be confirmed or taken back later.
    pub(crate) fn accept_record(&mut self, changes: u32) -> Result<()> {
        let record = core::mem::take(&mut self.recorder.record);
        let stamp = self.timeline.stamp;
        let accepted = match self.timeline.author {
            Author::Own if self.timeline.pending.is_empty() => {
                self.timeline.confirm_own(&record, 1, stamp, changes);
                Ok(())
            }
            Author::Foreign if self.timeline.pending.is_empty() => {
                self.timeline.confirm_foreign(&record, 1);
                Ok(())
            }
            Author::Own | Author::Foreign => self.timeline.wait(&record, None),
            Author::Nobody => Err(Error::Conflict),
            Author::Optimistic => {
                // What listeners write when they hear of it is no part of it.
                self.timeline.author = Author::Own;
                self.timeline.wait(&record, Some(self.timeline.effect))
            }
        };
        self.recorder.record = record;
        accepted
    }
}

impl Timeline {
    /// Makes a record the next version, or some versions, and a step.
    pub(super) fn confirm_own(&mut self, record: &[u8], span: u32, stamp: Stamp, changes: u32) {
        self.confirm(record, span);
        if self.history.is_some() && changes > 0 && self.keep_step(record, stamp, changes).is_err() {
            self.forget_history();
        }
    }

    /// Makes what came from elsewhere the next version, or some versions.
    pub(super) fn confirm_foreign(&mut self, record: &[u8], span: u32) {
        self.confirm(record, span);
        if self.keep_foreign(record).is_err() {
            self.forget_history();
        }
    }

    /// Makes a record the next version. Without memory for it nothing that is
    /// older can be followed up, and is forgotten.
    pub(super) fn confirm(&mut self, record: &[u8], span: u32) {
        self.confirmed = self.confirmed.wrapping_add(span);
        if let Some(journal) = &mut self.journal
            && journal.push(record, span).is_err()
        {
            journal.clear();
        }
        // Who listens misses a commit then, and finds a gap between versions.
        let _ = self.outbox.push(record, self.origin);
    }

    pub(super) fn forget_history(&mut self) {
        self.group = Vec::new();
        self.last = None;
        self.is_shared = false;
        if let Some(history) = &mut self.history {
            history.clear();
        }
    }

    fn keep_foreign(&mut self, record: &[u8]) -> Result<()> {
        self.is_shared = true;
        // What leaves all places where they are is found out when it matters: a
        // step that finds another value than it left leaves that alone.
        if self.history.as_ref().is_none_or(|history| history.len() == 0) {
            return Ok(());
        }
        let mut outside = Vec::new();
        let record = if self.excluded.is_empty() {
            record
        } else {
            // No step is about what is excluded, and what is done there of its own is not kept either.
            delta::without(record, &self.excluded, &mut outside)?;
            &*outside
        };
        if !delta::is_structural(record)? {
            return Ok(());
        }
        self.end_group()?;
        self.last = None;
        let Some(history) = &mut self.history else {
            return Ok(());
        };
        history.push_foreign(record)?;
        compose_foreign(history, Way::Undo)?;
        compose_foreign(history, Way::Redo)
    }

    fn keep_step(&mut self, record: &[u8], stamp: Stamp, changes: u32) -> Result<()> {
        if self.excluded.is_empty() {
            return self.keep_own(record, stamp, changes);
        }
        let mut own = Vec::new();
        let count = delta::without(record, &self.excluded, &mut own)?;
        if count < changes {
            // Nothing outside is elsewhere for it, but a step around it may find other values.
            self.is_shared = true;
        }
        if count > 0 { self.keep_own(&own, stamp, count) } else { Ok(()) }
    }

    fn keep_own(&mut self, record: &[u8], stamp: Stamp, changes: u32) -> Result<()> {
        let joins = match self.last.replace(stamp) {
            Some(last) if last.group != 0 || stamp.group != 0 => last.group == stamp.group,
            Some(last) if stamp.coalesce_ms > 0.0 && stamp.at_ms - last.at_ms <= stamp.coalesce_ms => {
                self.end_group()?;
                self.is_same_cell(record)?
            }
            _ => false,
        };
        if joins && self.join_group(record, changes)? {
            return Ok(());
        }
        // What came before in the group was too large to be kept: the rest would undo half of it.
        if joins && stamp.group != 0 && self.history.as_ref().is_some_and(|history| history.is_empty(Way::Undo)) {
            return Ok(());
        }
        self.end_group()?;
        let info = StepInfo { at_ms: stamp.at_ms, label: stamp.label, changes };
        self.history.as_mut().map_or(Ok(()), |history| history.push(record, info))
    }

    /// Whether a record is about the one cell that the last step is about.
    fn is_same_cell(&self, record: &[u8]) -> Result<bool> {
        match self.history.as_ref().and_then(|history| history.top_record()) {
            Some((top, _)) => delta::is_same_cell(top, record),
            None => Ok(false),
        }
    }

    /// Adds a record to the last step; answers whether there is one.
    fn join_group(&mut self, record: &[u8], changes: u32) -> Result<bool> {
        if self.group.is_empty() {
            let Some((top, info)) = self.history.as_ref().and_then(|history| history.top_record()) else {
                return Ok(false);
            };
            push_part(&mut self.group, top)?;
            self.group_composed = self.group.len();
            self.group_changes = info.changes;
        }
        push_part(&mut self.group, record)?;
        self.group_changes = self.group_changes.saturating_add(changes);
        self.joins = self.joins.wrapping_add(1);
        if self.group.len() > 2 * self.group_composed + GROUP_BYTES_MIN {
            let composed = self.compose_group()?;
            self.group.clear();
            push_part(&mut self.group, &composed)?;
            self.group_composed = self.group.len();
        }
        if self.history.as_ref().is_some_and(|history| history.room() < self.group.capacity()) {
            self.end_group()?;
            if let Some(history) = &mut self.history {
                history.enforce();
            }
        }
        Ok(true)
    }

    /// Makes the records of a group one step.
    pub(super) fn end_group(&mut self) -> Result<()> {
        if self.group.is_empty() {
            return Ok(());
        }
        let composed = self.compose_group()?;
        self.group = Vec::new();
        let Some(history) = &mut self.history else {
            return Ok(());
        };
        let Some((_, info)) = history.top_record() else {
            return Ok(());
        };
        if delta::count(&composed)? == 0 {
            // In the end nothing happened.
            self.last = None;
            history.drop_top();
            return Ok(());
        }
        history.amend(&composed, StepInfo { changes: self.group_changes, ..info })
    }

    fn compose_group(&self) -> Result<Vec<u8>> {
        let mut composed = Vec::new();
        let parts: Vec<_> = parts(&self.group).collect();
        delta::compose_records(&parts, &mut composed)?;
        Ok(composed)
    }
}

/// Makes changes of others that follow each other one, now and then: when they
/// are twice as long as the first, which may be one that was composed before.
fn compose_foreign(history: &mut History, way: Way) -> Result<()> {
    let foreign = history.foreign(way);
    let first = foreign.clone().next().map_or(0, <[u8]>::len);
    if foreign.len() < FOREIGN_MIN || foreign.bytes() < 2 * first {
        return Ok(());
    }
    let mut composed = Vec::new();
    let foreign: Vec<_> = foreign.map(|record| (record, false)).collect();
    delta::compose_records(&foreign, &mut composed)?;
    history.replace_foreign(way, &composed)
}

fn push_part(group: &mut Vec<u8>, record: &[u8]) -> Result<()> {
    let needed = record.len() + LENGTH_BYTES;
    group.try_reserve(needed)?;
    group.extend_from_slice(&(record.len() as u32).to_le_bytes());
    group.extend_from_slice(record);
    Ok(())
}

fn parts(mut group: &[u8]) -> impl Iterator<Item = Part<'_>> {
    core::iter::from_fn(move || {
        let (length, rest) = group.split_first_chunk::<LENGTH_BYTES>()?;
        let (record, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
        group = rest;
        Some((record, false))
    })
}
