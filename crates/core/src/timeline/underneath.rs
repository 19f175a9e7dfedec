//! Whole values that go under what waits to be confirmed: what is confirmed
//! becomes what they say, and what waits is done on top of it again.

use super::Author;
use crate::delta::{self, Part};
use crate::error::{Error, Result};
use crate::store::Store;

impl Store {
    /// Takes back everything that waits, in a transaction that stays open: what is
    /// confirmed can be read in it. [`Store::end_under`] or [`Store::rollback`] ends it.
    ///
    /// # Errors
    /// [`Error::InvalidCall`] within a transaction, and what memory says; nothing has changed then.
    pub fn begin_under(&mut self) -> Result<()> {
        if self.in_transaction() {
            return Err(Error::InvalidCall);
        }
        let pending = core::mem::take(&mut self.timeline.pending);
        let undone = pending.iter().rev().try_for_each(|waiting| self.apply_record(&waiting.record, true));
        self.timeline.pending = pending;
        undone.or_else(|error| self.rollback().and(Err(error)))
    }

    /// Takes back everything that waits, for good: the state becomes what is confirmed.
    ///
    /// # Errors
    /// As [`Store::begin_under`]; nothing has changed then.
    pub fn drop_pending(&mut self) -> Result<()> {
        self.begin_under()?;
        if let Err(error) = self.commit_unrecorded() {
            return self.rollback().and(Err(error));
        }
        self.timeline.pending.clear();
        self.update_recording();
        Ok(())
    }

    /// Makes what was done since [`Store::begin_under`] a version that goes under what waits:
    /// [`Store::report`] is about it. There is none if it changed nothing that is confirmed.
    ///
    /// # Errors
    /// What memory says; the transaction is taken back then.
    pub fn end_under(&mut self, is_foreign: bool) -> Result<()> {
        let change = match self.probe() {
            Ok(change) => change,
            Err(error) => return self.rollback().and(Err(error)),
        };
        if delta::count(&change)? == 0 {
            self.blank_report();
            return Ok(());
        }
        self.apply_under(&change, false, 1, is_foreign)
    }

    /// Ends the transaction without leaving a trace; answers what leads from what is
    /// confirmed to what it came to.
    fn probe(&mut self) -> Result<Vec<u8>> {
        self.timeline.probed = None;
        self.timeline.author = Author::Probe;
        self.recorder.is_on = true;
        let tried = self.commit().map(drop);
        self.timeline.author = Author::Own;
        self.update_recording();
        let probed = match (self.timeline.probed.take(), tried) {
            (Some(record), _) => Some(record),
            // All is as it is with what waits.
            (None, Ok(())) => None,
            (None, Err(error)) => return Err(error),
        };
        let waiting = self.timeline.pending.iter().map(|waiting| &*waiting.record);
        let parts: Vec<Part<'_>> = waiting.chain(probed.as_deref()).map(|record| (record, false)).collect();
        let mut change = Vec::new();
        delta::compose_records(&parts, &mut change)?;
        Ok(change)
    }
}
