//! Effects that are visible and wait to be confirmed: what is confirmed
//! meanwhile goes under them.

use core::ops::Range;

use super::{Author, Stamp, Timeline};
use crate::delta::{self, Meeting, NOTHING, Part, Places, Policy};
use crate::error::{Error, Result};
use crate::memory::{try_copy, try_push};
use crate::store::Store;

/// As many records as there are.
pub(super) const ALL: usize = usize::MAX;

/// An effect that waits.
#[derive(Debug)]
pub(crate) struct Pending {
    /// The caller's number of it; 0 for a commit that waits for those before it.
    id: u32,
    pub(super) record: Vec<u8>,
    /// What the record is about.
    places: Places,
    is_confirmed: bool,
    /// Whether it was tried in vain to do it before what waits.
    is_tried: bool,
    maker: Maker,
}

/// Who made what waits, and what it is besides.
#[derive(Clone, Copy, Debug)]
struct Maker {
    stamp: Stamp,
    origin: u32,
    is_foreign: bool,
}

impl Pending {
    /// What it does, as it is now.
    pub(super) fn record(&self) -> &[u8] {
        &self.record
    }

    /// Gives it the record that does the same on another state.
    fn replace(&mut self, record: Vec<u8>) -> Result<()> {
        let places = Places::of(&record);
        self.record = record;
        self.places = places?;
        Ok(())
    }
}

/// What becomes of an effect.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Resolution {
    /// It becomes a commit.
    Confirm,
    /// It is taken back.
    TakeBack,
}

impl Timeline {
    /// Puts a record behind those that wait.
    pub(super) fn wait(&mut self, record: &[u8], effect: Option<u32>) -> Result<()> {
        let (id, places, record) = (effect.unwrap_or(0), Places::of(record)?, try_copy(record)?);
        let is_foreign = self.author == Author::Foreign;
        let maker = Maker { stamp: self.stamp, origin: self.origin, is_foreign };
        let pending = Pending { id, record, places, is_confirmed: effect.is_none(), is_tried: false, maker };
        try_push(&mut self.pending, pending)
    }

    /// Makes commits of what waits no longer.
    fn confirm_waiting(&mut self) {
        let ready = self.pending.iter().take_while(|pending| pending.is_confirmed).count();
        for pending in self.pending.drain(..ready).collect::<Vec<_>>() {
            self.confirm_pending(&pending.record, pending.maker);
        }
    }

    /// Makes a version of what waited, unless nothing is left of it.
    fn confirm_pending(&mut self, record: &[u8], maker: Maker) {
        let Maker { stamp, origin, is_foreign } = maker;
        let changes = delta::count(record).unwrap_or(1);
        if changes == 0 {
            return;
        }
        let now = core::mem::replace(&mut self.origin, origin);
        if is_foreign {
            self.confirm_foreign(record, 1);
        } else {
            self.confirm_own(record, 1, stamp, changes);
        }
        self.origin = now;
    }
}

impl Store {
    /// Makes the next commit an effect that waits, under a number of the caller's
    /// that is not 0.
    pub fn begin_effect(&mut self, id: u32) {
        self.timeline.author = Author::Optimistic;
        self.timeline.effect = id;
        self.recorder.is_on = true;
    }

    /// Makes the commits that follow versions again. What was done since
    /// [`Store::begin_effect`] becomes part of the effect `whole`, if that is right
    /// before it. Answers whether there is an effect of its own.
    ///
    /// # Errors
    /// What memory says; then it is one.
    pub fn end_effect(&mut self, whole: u32) -> Result<bool> {
        self.timeline.author = Author::Own;
        self.update_recording();
        let id = self.timeline.effect;
        let pending = &mut self.timeline.pending;
        let Some(at) = pending.iter().position(|pending| pending.id == id) else {
            return Ok(false);
        };
        if let Some([before, part]) = at.checked_sub(1).and_then(|before| pending.get_mut(before..=at))
            && before.id == whole
        {
            let mut record = Vec::new();
            match delta::compose_records(&[(&before.record, false), (&part.record, false)], &mut record) {
                Err(error) if error.is_contradiction() => return Ok(true),
                composed => composed?,
            }
            before.replace(record)?;
            pending.remove(at);
            return Ok(false);
        }
        Ok(true)
    }

    /// Shows the record of an effect that waits, and answers how many versions those before it
    /// will be: one of which nothing is left is none.
    ///
    /// # Errors
    /// [`Error::Stale`] when no effect has the number.
    pub fn pending_record(&self, id: u32) -> Result<(u32, &[u8])> {
        let mut versions = 0;
        for pending in &self.timeline.pending {
            if pending.id == id {
                return Ok((versions, &pending.record));
            }
            versions += u32::from(delta::count(&pending.record)? > 0);
        }
        Err(Error::Stale)
    }

    /// Confirms an effect or takes it back. Confirmed effects become commits when none before
    /// them waits. [`Store::report`] is about it.
    ///
    /// # Errors
    /// [`Error::Stale`] when no effect has the number, or what memory says.
    pub fn settle(&mut self, id: u32, resolution: Resolution) -> Result<()> {
        let at = self.timeline.pending.iter().position(|pending| pending.id == id).ok_or(Error::Stale)?;
        match resolution {
            Resolution::Confirm => {
                if let Some(pending) = self.timeline.pending.get_mut(at) {
                    pending.is_confirmed = true;
                }
                self.timeline.pending.iter_mut().for_each(|pending| pending.is_tried = false);
                self.float_pending()?;
                self.blank_report();
            }
            Resolution::TakeBack => match self.under(at, 1, |_| Ok(NOTHING.to_vec())) {
                Err(error) if error.is_contradiction() => self.take_back_what_is_left(at)?,
                taken_back => taken_back.map(drop)?,
            },
        }
        self.timeline.confirm_waiting();
        self.update_recording();
        Ok(())
    }

    /// Ends an effect that the state contradicts, so that it cannot be taken back as a
    /// whole: what is as it left it is as it was before it then, as when a step is undone.
    fn take_back_what_is_left(&mut self, at: usize) -> Result<()> {
        if self.in_transaction() {
            return Err(Error::InvalidCall);
        }
        if at >= self.timeline.pending.len() {
            return Err(Error::Conflict);
        }
        let ended = self.timeline.pending.remove(at);
        let pending = core::mem::take(&mut self.timeline.pending);
        let over: Vec<Part<'_>> = pending.iter().skip(at).map(|waiting| (&*waiting.record, false)).collect();
        let undone = self.rebase_records(&[(0, (&*ended.record, true))], &over, Policy::Undo, ALL);
        self.timeline.pending = pending;
        let kept = match undone {
            Ok(done) if done.records.is_empty() => self.rollback().map(drop),
            Ok(_) => Ok(()),
            Err(error) => self.rollback().and(Err(error)),
        };
        if let Err(error) = kept.and_then(|()| self.commit_unrecorded()) {
            self.timeline.pending.insert(at, ended);
            return Err(error);
        }
        Ok(())
    }

    /// Commits what is no version; [`Store::report`] is about it.
    pub(super) fn commit_unrecorded(&mut self) -> Result<()> {
        let is_on = core::mem::replace(&mut self.recorder.is_on, false);
        let told = self.commit().map(|report| report.is_some());
        self.recorder.is_on = is_on;
        if !told? {
            self.blank_report();
        }
        Ok(())
    }

    /// Makes a version of what is confirmed and waits behind something that
    /// is not, where the two have nothing to do with each other: then the
    /// state is the same if it is done first. Answers whether there was such.
    ///
    /// # Errors
    /// [`Error::Dead`] as [`Store::rollback`].
    pub fn float_pending(&mut self) -> Result<bool> {
        let mut has_floated = false;
        let mut at = 0;
        while at < self.timeline.pending.len() {
            let is_ready = |pending: &Pending| pending.is_confirmed && !pending.is_tried;
            if self.timeline.pending.get(at).is_some_and(is_ready) && self.float(at)? {
                has_floated = true;
            } else {
                at += 1;
            }
        }
        self.update_recording();
        Ok(has_floated)
    }

    fn float(&mut self, at: usize) -> Result<bool> {
        let mut pending = core::mem::take(&mut self.timeline.pending);
        let (earlier, rest) = pending.split_at_mut(at);
        let Some(this) = rest.first_mut() else {
            self.timeline.pending = pending;
            return Ok(false);
        };
        this.is_tried = true;
        let meetings = || earlier.iter().map(|waiting| waiting.places.meeting(&this.places));
        if meetings().any(|meeting| meeting == Meeting::Within) {
            self.timeline.pending = pending;
            return Ok(false);
        }
        if meetings().all(|meeting| meeting == Meeting::Apart) {
            let Pending { record, maker, .. } = pending.remove(at);
            self.timeline.confirm_pending(&record, maker);
            self.timeline.pending = pending;
            return Ok(true);
        }
        self.timeline.author = Author::Nobody;
        let floated = self.do_first(&pending, at).and_then(|records| self.commit().map(|_| records));
        self.timeline.author = Author::Own;
        let floated = match floated {
            Ok((first, records)) => {
                let Pending { maker, .. } = pending.remove(at);
                for (waiting, record) in pending.iter_mut().zip(records) {
                    // Without memory for its places, it is what it was about before.
                    let _ = waiting.replace(record);
                }
                self.timeline.confirm_pending(&first, maker);
                Ok(true)
            }
            // They have to do with each other, or there is no memory to find out.
            Err(_) => self.rollback().map(|_| false),
        };
        self.timeline.pending = pending;
        floated
    }

    /// Takes back what waits, and does one part of it before those it came after.
    /// Answers what was done of it, and of each of those.
    fn do_first(&mut self, pending: &[Pending], at: usize) -> Result<(Vec<u8>, Vec<Vec<u8>>)> {
        for waiting in pending.iter().rev() {
            self.apply_record(&waiting.record, true)?;
        }
        let earlier = || pending.iter().take(at);
        let this: Vec<_> = pending.iter().skip(at).take(1).map(|waiting| (0, (&*waiting.record, false))).collect();
        let over: Vec<Part<'_>> = earlier().rev().map(|waiting| (&*waiting.record, true)).collect();
        let mut done = self.rebase_records(&this, &over, Policy::Optimistic, ALL)?;
        let first = done.records.pop().ok_or(Error::Conflict)?;
        let again: Vec<_> = earlier().map(|waiting| (0, (&*waiting.record, false))).collect();
        let replayed = self.rebase_records(&again, &[(&*first, false)], Policy::Optimistic, ALL)?;
        for waiting in pending.iter().skip(at + 1) {
            self.apply_record(&waiting.record, false)?;
        }
        let fits = done.conflicts.is_empty() && replayed.conflicts.is_empty() && replayed.records.len() == at;
        if fits { Ok((first, replayed.records)) } else { Err(Error::Conflict) }
    }

    /// Applies a record, or its inverse, under everything that waits, and
    /// commits: [`Store::report`] is about it.
    ///
    /// # Errors
    /// As [`Store::apply_record`], and what memory says; nothing has changed then.
    pub fn apply_under(&mut self, record: &[u8], is_inverted: bool, span: u32, is_foreign: bool) -> Result<()> {
        let stamp = self.timeline.stamp;
        let confirmed = self.under(0, 0, |store| {
            store.apply_record(record, is_inverted)?;
            if !is_inverted {
                return try_copy(record);
            }
            let mut done = Vec::new();
            delta::compose_records(&[(record, is_inverted)], &mut done)?;
            Ok(done)
        })?;
        if is_foreign {
            self.timeline.confirm_foreign(&confirmed, span);
        } else {
            let changes = delta::count(&confirmed)?;
            self.timeline.confirm_own(&confirmed, span, stamp, changes);
        }
        Ok(())
    }

    /// What effects that waited could not do again since the last call.
    pub fn take_conflicts(&mut self) -> Vec<u8> {
        core::mem::take(&mut self.conflicts)
    }

    /// Makes the report one that tells nothing.
    fn blank_report(&mut self) {
        self.report.views.clear();
        self.report.watchers.clear();
        self.report.indexes_shifted = false;
        self.report.containers_moved = false;
        self.report.changes = 0;
    }

    /// Takes back what waits from an index on, does something, and does what
    /// was taken back again, all but the first `dropped`. Answers the record of what was done.
    ///
    /// What waits and cannot be worked out any more is dropped as a conflict, with all
    /// behind it: nothing waits that could never be settled. `change` is done anew then.
    pub(super) fn under(
        &mut self,
        from: usize,
        dropped: usize,
        mut change: impl FnMut(&mut Self) -> Result<Vec<u8>>,
    ) -> Result<Vec<u8>> {
        if self.in_transaction() {
            return Err(Error::InvalidCall);
        }
        let mut pending = core::mem::take(&mut self.timeline.pending);
        let mut kept = ALL;
        let done = loop {
            let kept_before = kept;
            let done = self.rearrange(&mut pending, from..from + dropped, &mut kept, &mut change);
            if kept == kept_before {
                break done;
            }
            if let Err(error) = self.rollback() {
                break Err(error);
            }
        };
        self.timeline.pending = pending;
        done.or_else(|error| self.rollback().and(Err(error)))
    }

    fn rearrange(
        &mut self,
        pending: &mut Vec<Pending>,
        dropped: Range<usize>,
        kept: &mut usize,
        change: &mut impl FnMut(&mut Self) -> Result<Vec<u8>>,
    ) -> Result<Vec<u8>> {
        let Range { start: from, end } = dropped;
        for waiting in pending.iter().skip(from).rev() {
            self.apply_record(&waiting.record, true)?;
        }
        let done = change(self)?;
        let over = pending.iter().take(end).skip(from).map(|waiting| (&*waiting.record, true));
        let again = pending.iter().skip(end).map(|waiting| (waiting.id, (&*waiting.record, false)));
        let again: Vec<_> = again.collect();
        let over: Vec<Part<'_>> = over.chain([(&*done, false)]).collect();
        let mut records: Vec<Vec<u8>> = Vec::new();
        if !again.is_empty() {
            let replayed = self.rebase_records(&again, &over, Policy::Optimistic, *kept)?;
            if replayed.records.len() < again.len() {
                *kept = replayed.records.len();
                return Err(Error::Conflict);
            }
            records = replayed.records;
            self.conflicts = replayed.conflicts;
        }
        self.commit_unrecorded()?;
        pending.drain(from..end);
        for waiting in pending.iter_mut() {
            waiting.is_tried = false;
        }
        for (waiting, record) in pending.iter_mut().skip(from).zip(records) {
            let _ = waiting.replace(record);
        }
        Ok(done)
    }
}
