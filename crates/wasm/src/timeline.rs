//! Deltas, history and effects that wait.

use gaesup_core::{Error, Pattern, Resolution, Stamp, Standing, Way, Word};

use crate::Engine;
use crate::input::Words;
use crate::value::{TAG_ANY, TAG_TEXT, TEXT_PLAIN, tag, text_kind};

impl Engine {
    /// Keeps the records of the last commits, as many as `bytes_max` holds.
    pub fn keep_journal(&mut self, bytes_max: f64) {
        self.store.keep_journal(bytes_max as usize);
    }

    /// Keeps steps that can be undone.
    pub fn keep_history(&mut self, steps_max: f64, bytes_max: f64) {
        self.store.keep_history(steps_max as usize, bytes_max as usize);
    }

    /// Leaves changes inside the place in the input out of the history. Its
    /// keys are texts or strings' words; `TAG_ANY` stands for any key.
    pub fn exclude(&mut self, from: usize, len: usize) -> u32 {
        let mut words = self.input.words(from, from + len);
        let mut place: Vec<Pattern> = Vec::new();
        while !words.is_empty() {
            match self.pattern(&mut words) {
                Ok(key) => place.push(key),
                Err(error) => return self.answer(Err(error)),
            }
        }
        let excluded = self.store.exclude(place.into());
        self.answer(excluded.map(|()| 0))
    }

    /// A key of a place that the history leaves out.
    fn pattern(&self, words: &mut Words<'_>) -> Result<Pattern, Error> {
        let bits = words.next()?;
        match tag(bits) {
            TAG_ANY if bits << 16 == 0 => Ok(None),
            TAG_TEXT if text_kind(bits) == Some(TEXT_PLAIN) => {
                words.take(bits as u32 as usize).map(|bytes| Some(bytes.into()))
            }
            _ => {
                let key = Word::from_bits(bits).as_string().ok_or(words.corrupt())?;
                Ok(Some(self.store.string(key).into_owned().into()))
            }
        }
    }

    /// Puts records of commits aside until [`Engine::commits`] is called.
    pub fn tell_commits(&mut self, is_open: bool) {
        self.store.tell_commits(is_open);
    }

    /// Says what the steps from now on are: their label's number, their group or 0,
    /// when they are made, and within how many milliseconds changes of one cell are one.
    pub fn stamp(&mut self, label: u32, group: u32, at_ms: f64, coalesce_ms: f64) {
        self.store.set_stamp(Stamp { label, group, at_ms, coalesce_ms });
    }

    /// Takes the records of the commits since the last call. Results: their
    /// address, the address of the numbers where each ends, how many there are, and the
    /// address of the numbers that say who made each.
    pub fn commits(&mut self) {
        let output = &mut self.output;
        self.store.take_commits(|bytes, ends, origins| {
            output[..3].copy_from_slice(&[bytes.as_ptr() as u32, ends.as_ptr() as u32, ends.len() as u32]);
            output[3] = origins.as_ptr() as u32;
        });
    }

    /// Says who makes the commits from now on, by a number of the caller's, and whether undo
    /// leaves them alone.
    pub fn author(&mut self, origin: u32, is_foreign: bool) {
        self.store.set_origin(origin);
        self.store.set_foreign(is_foreign);
    }

    /// How many versions were confirmed so far.
    #[must_use]
    pub fn confirmed(&self) -> u32 {
        self.store.confirmed()
    }

    /// Composes the records of the last versions. Answers whether they are
    /// known; results: the record's address and length.
    pub fn since(&mut self, versions: u32) -> u32 {
        self.text.clear();
        let known = self.store.since(versions, &mut self.text);
        self.tell_text();
        self.answer(known.map(u32::from))
    }

    /// Composes records that stand in the input from byte `from` on, each behind its length and
    /// whether its inverse is meant. Results as [`Engine::since`].
    pub fn compose(&mut self, from: usize, len: usize) -> u32 {
        let mut words = self.input.words(from, from + len);
        let mut parts = Vec::new();
        while !words.is_empty() {
            let part = words.next().and_then(|header| {
                let is_inverted = flag((header >> 32) as u32).ok_or(words.corrupt())?;
                Ok((words.take(header as u32 as usize)?, is_inverted))
            });
            match part {
                Ok(part) => parts.push(part),
                Err(error) => return self.answer(Err(error)),
            }
        }
        self.text.clear();
        let composed = gaesup_core::compose(&parts, &mut self.text);
        self.tell_text();
        self.answer(composed.map(|()| 0))
    }

    /// Applies the record in the input, or its inverse, and commits it as
    /// `span` versions. Answers and results as [`Engine::commit`]; with an
    /// error, the first result is the number of the operation that failed.
    pub fn apply_record(&mut self, from: usize, len: usize, is_inverted: bool, span: u32, is_foreign: bool) -> u32 {
        let mut words = self.input.words(from, from + len);
        let applied = words.take(len).and_then(|record| {
            let record = record.to_vec();
            self.store.apply_under(&record, is_inverted, span, is_foreign)
        });
        self.output[0] = self.store.failed_op();
        self.settled(applied)
    }

    /// Undoes so many steps, or redoes them when negative. Answers and results
    /// as [`Engine::commit`]; the eleventh is how many there were.
    pub fn travel(&mut self, steps: i32, exactly: bool) -> u32 {
        let travelled = self.store.travel(steps, exactly);
        self.output[10] = *travelled.as_ref().unwrap_or(&0);
        self.settled(travelled.map(|_| ()))
    }

    /// Makes the next commit an effect that waits.
    pub fn begin_effect(&mut self, id: u32) {
        self.store.begin_effect(id);
    }

    /// Makes the commits that follow versions again, and what was done part of the effect
    /// `whole` if it can be. Answers whether there is an effect of its own.
    pub fn end_effect(&mut self, whole: u32) -> u32 {
        let ended = self.store.end_effect(whole);
        self.answer(ended.map(u32::from))
    }

    /// Finds an effect that waits; answers how many wait before it. Results: address and length of its record.
    pub fn pending(&mut self, id: u32) -> u32 {
        let found = self.store.pending_record(id).map(|(before, record)| {
            self.output[..2].copy_from_slice(&[record.as_ptr() as u32, record.len() as u32]);
            before
        });
        self.answer(found)
    }

    /// Confirms an effect that waits, or takes it back. Answers and results as
    /// [`Engine::commit`].
    pub fn settle(&mut self, id: u32, keep: bool) -> u32 {
        let settled = self.store.settle(id, if keep { Resolution::Confirm } else { Resolution::TakeBack });
        self.settled(settled)
    }

    /// Makes versions of what is confirmed and waits behind what has nothing to do
    /// with it. Answers whether there was such.
    pub fn float_pending(&mut self) -> u32 {
        let floated = self.store.float_pending();
        self.answer(floated.map(u32::from))
    }

    /// Takes what effects that waited could not do again. Results: address and length of a record.
    pub fn conflicts(&mut self) {
        self.text = self.store.take_conflicts();
        self.tell_text();
    }

    /// Whether undoing a step, or redoing one, would change anything.
    pub fn can_travel(&mut self, redoes: bool) -> u32 {
        let can = self.store.can_travel(if redoes { Way::Redo } else { Way::Undo });
        self.answer(can.map(u32::from))
    }

    /// Results: how many steps are done, how many there are, the bytes they take,
    /// a number that is another one when the steps are, and whether [`Engine::can_travel`] has to be asked.
    pub fn history(&mut self) {
        let Standing { position, length, bytes, revision, is_unsure } = self.store.history();
        self.output[..5].copy_from_slice(&[position, length, bytes as u32, revision, u32::from(is_unsure)]);
    }

    /// Lists all steps. Results: address and count of their words, three each:
    /// label and changes; the time; the size in bytes.
    pub fn history_steps(&mut self) {
        let words = &mut self.words;
        words.clear();
        self.store.history_steps(|step| {
            words.push(u64::from(step.label) | u64::from(step.changes) << 32);
            words.push(step.at_ms.to_bits());
            words.push(u64::from(step.bytes));
        });
        self.output[..2].copy_from_slice(&[self.words.as_ptr() as u32, self.words.len() as u32]);
    }

    /// Makes one step of what has joined the last one.
    pub fn end_step(&mut self) {
        self.store.end_step();
    }

    /// Forgets all steps.
    pub fn clear_history(&mut self) {
        self.store.clear_history();
    }

    pub(crate) fn tell_text(&mut self) {
        self.output[..2].copy_from_slice(&[self.text.as_ptr() as u32, self.text.len() as u32]);
    }

    /// Takes back what waits, for good.
    pub fn drop_pending(&mut self) -> u32 {
        let dropped = self.store.drop_pending();
        self.answer(dropped.map(|()| 0))
    }

    fn settled(&mut self, settled: Result<(), Error>) -> u32 {
        match settled {
            Err(error) => self.answer(Err(error)),
            Ok(()) => {
                let report = self.store.report();
                let (changed, told) = (report.changes > 0, crate::told(report));
                self.tell_commit(changed, told)
            }
        }
    }
}

/// A number that says yes or no.
const fn flag(code: u32) -> Option<bool> {
    match code {
        0 => Some(false),
        1 => Some(true),
        _ => None,
    }
}
