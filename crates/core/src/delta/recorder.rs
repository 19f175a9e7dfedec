//! Keeping what each commit changed, while somebody wants to know.

use gaesup_codec::Word;

use super::records::read_part;
use super::script::Script;
use super::write;
use crate::change::Changes;
use crate::error::Result;
use crate::node::Cell;
use crate::store::Store;

/// Scratch beyond this is given back after a commit.
const KEPT_OPS: usize = 4_096;

/// What the last commit changed.
#[derive(Debug, Default)]
pub(crate) struct Recorder {
    pub(crate) is_on: bool,
    script: Script,
    pub(crate) record: Vec<u8>,
}

impl Store {
    /// Whether commits are recorded from now on, which costs O(what changed).
    pub fn set_recording(&mut self, is_on: bool) {
        if !is_on {
            self.recorder = Recorder::default();
        }
        self.recorder.is_on = is_on;
    }

    /// What the last commit changed, as a record: the operations of a delta.
    /// Empty when it was not recorded.
    #[must_use]
    pub fn record(&self) -> &[u8] {
        &self.recorder.record
    }

    /// Does the operations of a record in the open transaction, or of its
    /// inverse: O(its length).
    ///
    /// # Errors
    /// [`Error::CorruptData`](crate::Error::CorruptData) when it does not
    /// decode; [`Error::Conflict`](crate::Error::Conflict),
    /// [`Error::PathNotFound`](crate::Error::PathNotFound) or
    /// [`Error::TypeMismatch`](crate::Error::TypeMismatch) when it is about
    /// another state: [`Store::failed_op`] tells which operation. The caller
    /// takes back what was done before.
    pub fn apply_record(&mut self, record: &[u8], is_inverted: bool) -> Result<()> {
        self.failed_op = u32::MAX;
        let mut script = core::mem::take(&mut self.recorder.script);
        script.clear();
        let applied = read_part((record, is_inverted), &mut script).and_then(|()| self.apply_script(&script));
        self.recorder.script = kept(script);
        applied
    }

    /// The operation that failed last in [`Store::apply_record`], in the order
    /// in which they were done; [`u32::MAX`] when none did.
    #[must_use]
    pub const fn failed_op(&self) -> u32 {
        self.failed_op
    }

    pub(crate) fn record_changes(&mut self, changes: &Changes) -> Result<()> {
        self.record_with(|store, script| store.script_changes(changes, script))
    }

    /// Records that a number will take the place of another.
    #[inline(never)]
    pub(crate) fn record_number(&mut self, cell: Cell, new: Word, by: Option<f64>) -> Result<()> {
        self.record_with(|store, script| store.script_number(cell, new, by, script))
    }

    fn record_with(&mut self, fill: impl FnOnce(&Self, &mut Script) -> Result<()>) -> Result<()> {
        let Recorder { mut script, mut record, is_on } = core::mem::take(&mut self.recorder);
        script.clear();
        record.clear();
        let written = fill(self, &mut script).and_then(|()| write::write(&script, &mut record));
        if written.is_err() {
            record.clear();
        }
        self.recorder = Recorder { is_on, script: kept(script), record };
        written
    }
}

/// What is kept of a script for the next one.
fn kept(script: Script) -> Script {
    if script.ops.len() > KEPT_OPS { Script::default() } else { script }
}
