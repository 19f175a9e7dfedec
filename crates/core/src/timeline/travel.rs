//! Undoing and redoing.

use crate::delta::{self, NOTHING, Part, Policy};
use crate::error::{Error, Result};
use crate::history::{History, Turned, Walk, Way};
use crate::memory::{try_copy, try_push};
use crate::store::Store;
use crate::timeline::Timeline;
use crate::timeline::pending::ALL;

/// A step of the history, for a list of them.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct StepOf {
    /// The caller's number of its label.
    pub label: u32,
    /// When it was, by the caller's clock.
    pub at_ms: f64,
    /// How many changes it is.
    pub changes: u32,
    /// How long its record is.
    pub bytes: u32,
}

/// Where a history stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Standing {
    /// How many steps are done.
    pub position: u32,
    /// How many there are, undone ones included.
    pub length: u32,
    /// What they occupy.
    pub bytes: usize,
    /// A number that is another one when the steps are; it wraps around.
    pub revision: u32,
    /// Whether only trying, by [`Store::can_travel`], shows that a step can be undone or
    /// redone: others have changed the state since, or the one step may come to nothing.
    pub is_unsure: bool,
}

/// What undoing or redoing some steps did.
struct Travelled {
    walk: Walk,
    turned: Turned,
    /// What is left of changes of others that were passed.
    rest: Option<Vec<u8>>,
    /// Everything that was done, one record after the other, and whether the inverse was.
    done: Vec<(Vec<u8>, bool)>,
    /// Whether that is anything.
    has_changed: bool,
    steps: u32,
}

impl Store {
    /// Undoes so many steps as one commit, or redoes them when `steps` is
    /// negative; unless it is `exactly` these, steps of which others have left
    /// nothing do not count when they are the last. What others have changed
    /// since stays. Answers how many there were.
    ///
    /// # Errors
    /// What memory says, [`Error::Dead`] as [`Store::commit`]. Nothing has changed then.
    pub fn travel(&mut self, steps: i32, exactly: bool) -> Result<u32> {
        self.end_step();
        self.timeline.last = None;
        let Some(mut history) = self.timeline.history.take() else {
            return Ok(0);
        };
        let travelled = self.travel_in(&mut history, steps, exactly);
        self.timeline.history = Some(history);
        travelled
    }

    fn travel_in(&mut self, history: &mut History, steps: i32, exactly: bool) -> Result<u32> {
        if self.in_transaction() {
            return Err(Error::InvalidCall);
        }
        let way = if steps < 0 { Way::Redo } else { Way::Undo };
        let mut travelled = None;
        let Timeline { journal, outbox, pending, .. } = &self.timeline;
        // Only who is told of it, keeps it or goes on top of it needs what was done.
        let needs_record = journal.is_some() || outbox.is_open || !pending.is_empty();
        let passed = self.under(0, 0, |store| {
            let done = store.walk(history, way, steps.unsigned_abs(), (exactly, needs_record))?;
            let done = &travelled.insert(done).done;
            let records: Vec<_> = done.iter().map(|(record, is_inverted)| (&**record, *is_inverted)).collect();
            let mut record = Vec::new();
            if needs_record {
                delta::compose_records(&records, &mut record)?;
            }
            Ok(record)
        });
        let passed = match passed {
            // Steps that are about another state could never be undone.
            Err(error) if error.is_contradiction() => {
                history.clear();
                return Ok(0);
            }
            passed => passed?,
        };
        let Some(Travelled { walk, turned, rest, steps, has_changed, .. }) = travelled else {
            return Err(Error::Dead);
        };
        // Others have left nothing of any step: all stay where they are.
        if !exactly && !has_changed {
            return Ok(0);
        }
        if steps > 0 {
            if history.finish(walk, &turned, rest.as_deref()).is_err() {
                // What was done cannot be noted, so nothing can be undone any more.
                history.clear();
            }
            if has_changed {
                self.timeline.confirm(&passed, 1);
            }
        }
        Ok(steps)
    }

    /// Whether undoing a step, or redoing one, would change anything. O(1) unless others have
    /// changed the state since there are steps: then it is done as [`Store::travel`] does it, and
    /// taken back.
    ///
    /// # Errors
    /// As [`Store::travel`].
    pub fn can_travel(&mut self, way: Way) -> Result<bool> {
        self.end_step();
        let Some(history) = self.timeline.history.take() else {
            return Ok(false);
        };
        let can = if history.is_empty(way) {
            Ok(false)
        } else if self.timeline.is_shared {
            self.try_walk(&history, way)
        } else {
            Ok(true)
        };
        self.timeline.history = Some(history);
        can
    }

    fn try_walk(&mut self, history: &History, way: Way) -> Result<bool> {
        if self.in_transaction() {
            return Err(Error::InvalidCall);
        }
        let pending = core::mem::take(&mut self.timeline.pending);
        let mut back = pending.iter().rev();
        let walked = back
            .try_for_each(|waiting| self.apply_record(waiting.record(), true))
            .and_then(|()| self.walk(history, way, 1, (false, false)));
        self.timeline.pending = pending;
        self.rollback()?;
        match walked {
            Err(error) if error.is_contradiction() => Ok(false),
            walked => walked.map(|travelled| travelled.has_changed),
        }
    }

    /// Undoes or redoes steps in the open transaction.
    fn walk(
        &mut self,
        history: &History,
        way: Way,
        steps: u32,
        (exactly, needs_record): (bool, bool),
    ) -> Result<Travelled> {
        let mut travelled = Travelled {
            walk: history.walk(way),
            turned: Turned::default(),
            rest: None,
            done: Vec::new(),
            has_changed: false,
            steps: 0,
        };
        // A step of which others have left nothing is none for who undoes the last.
        while travelled.steps < steps || !exactly && !travelled.has_changed {
            let Some(turn) = history.step(&mut travelled.walk)? else { break };
            let is_undo = way == Way::Undo;
            let foreign = turn.foreign.clone().chain(travelled.rest.as_deref());
            if turn.foreign.len() == 0 && travelled.rest.is_none() && !self.timeline.is_shared {
                self.apply_record(turn.record, is_undo)?;
                travelled.has_changed = true;
                travelled.turned.push(turn.record, turn.info)?;
                if needs_record {
                    try_push(&mut travelled.done, (try_copy(turn.record)?, is_undo))?;
                }
            } else {
                let foreign: Vec<Part<'_>> = foreign.map(|record| (record, false)).collect();
                let done = self.turn_among((turn.record, is_undo), &foreign)?;
                travelled.has_changed |= delta::count(&done)? > 0;
                let mut rest = Vec::new();
                let around = [&[(turn.record, !is_undo)], foreign.as_slice(), &[(&*done, false)]].concat();
                delta::compose_records(&around, &mut rest)?;
                let mut turned = Vec::new();
                delta::compose_records(&[(&*done, is_undo)], &mut turned)?;
                travelled.turned.push(&turned, turn.info)?;
                travelled.rest = Some(rest).filter(|rest| delta::is_structural(rest).unwrap_or(true));
                try_push(&mut travelled.done, (done, false))?;
            }
            travelled.steps += 1;
        }
        Ok(travelled)
    }

    /// Does a step after changes of others. Of one that contradicts them nothing is done.
    fn turn_among(&mut self, step: Part<'_>, foreign: &[Part<'_>]) -> Result<Vec<u8>> {
        self.save()?;
        let mut again = self.rebase_records(&[(0, step)], foreign, Policy::Undo, ALL)?;
        let Some(done) = again.records.pop() else {
            self.rollback_to_save()?;
            return Ok(NOTHING.to_vec());
        };
        self.release();
        Ok(done)
    }

    /// Makes one step of the records that have joined the last one, or none if
    /// they come to nothing.
    pub fn end_step(&mut self) {
        if self.timeline.end_group().is_err() {
            self.timeline.forget_history();
        }
    }

    /// Where the history stands. A step that others join counts as one, and as
    /// long as it may still come to nothing.
    #[must_use]
    pub fn history(&self) -> Standing {
        let (_, bytes) = self.timeline_bytes();
        let Timeline { joins, group, is_shared, .. } = &self.timeline;
        let is_open = self.in_transaction();
        self.timeline.history.as_ref().map_or(Standing::default(), |history| Standing {
            position: history.position() as u32,
            length: history.len() as u32,
            bytes,
            revision: history.revision().wrapping_add(*joins),
            is_unsure: !is_open && (*is_shared || history.position() == 1 && !group.is_empty()),
        })
    }

    /// All steps, oldest first, those that are undone included.
    pub fn history_steps(&mut self, mut show: impl FnMut(StepOf)) {
        self.end_step();
        for (info, bytes) in self.timeline.history.iter().flat_map(|history| history.steps()) {
            show(StepOf { label: info.label, at_ms: info.at_ms, changes: info.changes, bytes });
        }
    }

    /// Forgets all steps.
    pub fn clear_history(&mut self) {
        self.timeline.forget_history();
    }
}
