//! Records as wholes: put together, taken apart, compared.

use core::ops::Range;

use super::compose::compose;
use super::read::read;
use super::rebase::{Conflict, Policy, Rebase};
use super::script::{Action, Op, Path, Script, Step, Value};
use super::write::write;
use crate::error::{Error, Result, Thing};
use crate::memory::try_push;
use crate::store::Store;
use crate::timeline::Pattern;

/// A record, and whether its inverse is meant.
pub type Part<'a> = (&'a [u8], bool);

/// The record of no operations.
pub(crate) const NOTHING: [u8; 1] = [0];

/// Appends the operations of a record, or of its inverse.
pub(crate) fn read_part((record, is_inverted): Part<'_>, script: &mut Script) -> Result<()> {
    let first = script.ops.len();
    read(record, script)?;
    if is_inverted {
        script.invert_from(first);
    }
    Ok(())
}

/// Appends the record of the net effect of some, one after the other.
///
/// # Errors
/// [`Error::CorruptData`] when they do not decode or contradict each other.
pub fn compose_records(parts: &[Part<'_>], out: &mut Vec<u8>) -> Result<()> {
    let mut script = Script::default();
    for part in parts {
        read_part(*part, &mut script)?;
    }
    let script = if parts.len() > 1 { compose(script)? } else { script };
    write(&script, out)
}

/// Whether a place may be elsewhere, gone, or first there after a record: it
/// does more than replace values without parts by such values.
pub(crate) fn is_structural(record: &[u8]) -> Result<bool> {
    let mut script = Script::default();
    read(record, &mut script)?;
    let is_plain = |value: &Value| !matches!(value, Value::Array(_) | Value::Object(_) | Value::Map(_));
    let leaves_places = |op: &Op| match &op.action {
        Action::Set { old: Some(old), new: Some(new), .. } => is_plain(old) && is_plain(new),
        _ => false,
    };
    Ok(!script.ops.iter().all(leaves_places))
}

/// Whether two records are about one cell, and the same.
pub(crate) fn is_same_cell(one: &[u8], other: &[u8]) -> Result<bool> {
    let mut script = Script::default();
    read(one, &mut script)?;
    read(other, &mut script)?;
    let [first, second] = script.ops.as_slice() else {
        return Ok(false);
    };
    let (
        Action::Set { key, old: Some(_), new: Some(_), .. },
        Action::Set { key: other, old: Some(_), new: Some(_), .. },
    ) = (&first.action, &second.action)
    else {
        return Ok(false);
    };
    Ok(key == other && script.path(first.path) == script.path(second.path))
}

/// Appends what a record does outside some places; answers how many operations that are.
pub(crate) fn without(record: &[u8], places: &[Box<[Pattern]>], out: &mut Vec<u8>) -> Result<u32> {
    let mut script = Script::default();
    read(record, &mut script)?;
    let mut kept = Vec::new();
    for op in core::mem::take(&mut script.ops) {
        if !places.iter().any(|place| is_in(&script, &op, place)) {
            try_push(&mut kept, op)?;
        }
    }
    script.ops = kept;
    write(&script, out)?;
    Ok(script.ops.len() as u32)
}

/// Whether an operation is about a place or something in it.
fn is_in(script: &Script, op: &Op, place: &[Pattern]) -> bool {
    let last = match &op.action {
        Action::Set { key, .. } => Some(*key),
        _ => None,
    };
    let mut steps = script.path(op.path).iter().copied().chain(last);
    place.iter().all(|pattern| match (steps.next(), pattern) {
        (None, _) => false,
        (Some(_), None) => true,
        (Some(Step::Name(text)), Some(key)) => script.texts.get(text) == &**key,
        (Some(Step::Index(index)), Some(key)) => crate::resolve::is_digits(index, key),
    })
}

/// What a record is about, to see quickly that another is about something else.
#[derive(Debug, Default)]
pub(crate) struct Places {
    /// Each place with its length in front: keys from the root on, none of which is the beginning of another.
    bytes: Vec<u8>,
    /// Whether each is a cell, or else a container that keys or items come to or go from.
    are_cells: Vec<bool>,
}

/// How the places of two records lie to each other.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Meeting {
    /// Apart: they can be done in any order.
    Apart,
    /// They may have to do with each other.
    Near,
    /// The later one is about what the earlier one has put there.
    Within,
}

impl Places {
    /// The places of a record: O(its length).
    pub(crate) fn of(record: &[u8]) -> Result<Self> {
        let mut script = Script::default();
        read(record, &mut script)?;
        let mut places = Self::default();
        for op in &script.ops {
            let cell = match &op.action {
                Action::Set { key, old: Some(_), new: Some(_), .. } => Some(*key),
                _ => None,
            };
            let mut place = Vec::new();
            for step in script.path(op.path).iter().copied().chain(cell) {
                match step {
                    Step::Index(index) => push_step(&mut place, 0, &index.to_le_bytes())?,
                    Step::Name(text) => push_step(&mut place, 1, script.texts.get(text))?,
                }
            }
            try_push(&mut places.are_cells, cell.is_some())?;
            push_step(&mut places.bytes, 0, &place)?;
        }
        Ok(places)
    }

    /// How the places of a later record lie to these: O(places of the one times places of the other).
    pub(crate) fn meeting(&self, later: &Self) -> Meeting {
        if self.are_cells.len().saturating_mul(later.are_cells.len()) > PAIRS_MAX {
            return Meeting::Near;
        }
        let mut meeting = Meeting::Apart;
        for (place, is_cell) in self.iter() {
            for (other, _) in later.iter() {
                if other.starts_with(place) && is_cell {
                    return Meeting::Within;
                }
                if other.starts_with(place) || place.starts_with(other) {
                    meeting = Meeting::Near;
                }
            }
        }
        meeting
    }

    fn iter(&self) -> impl Iterator<Item = (&[u8], bool)> {
        let mut rest = &*self.bytes;
        self.are_cells.iter().filter_map(move |is_cell| {
            let (length, behind) = rest.get(1..)?.split_first_chunk::<LENGTH_BYTES>()?;
            let (place, behind) = behind.split_at_checked(u32::from_le_bytes(*length) as usize)?;
            rest = behind;
            Some((place, *is_cell))
        })
    }
}

/// More pairs of places are not looked at.
const PAIRS_MAX: usize = 1 << 20;
/// Bytes of the length of a step.
const LENGTH_BYTES: usize = 4;

fn push_step(into: &mut Vec<u8>, kind: u8, bytes: &[u8]) -> Result<()> {
    into.try_reserve(bytes.len() + LENGTH_BYTES + 1)?;
    into.push(kind);
    into.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
    into.extend_from_slice(bytes);
    Ok(())
}

/// How many operations a record has.
pub(crate) fn count(record: &[u8]) -> Result<u32> {
    let mut script = Script::default();
    read(record, &mut script)?;
    u32::try_from(script.ops.len()).map_err(|_| Error::TooMany { what: Thing::Operations })
}

/// What was done again.
#[derive(Debug, Default)]
pub(crate) struct Done {
    /// For each record what was done of it; fewer when the next one contradicts the
    /// others. What was done of that one in the open transaction is to be taken back.
    pub(crate) records: Vec<Vec<u8>>,
    /// What was not, as [`describe`] writes it.
    pub(crate) conflicts: Vec<u8>,
}

impl Store {
    /// Does records again, in the open transaction, after those in `over` took
    /// the place of what they were based on; they come with the caller's numbers of
    /// them. All behind the first `kept` are left out, as conflicts.
    ///
    /// # Errors
    /// What memory says.
    pub(crate) fn rebase_records(
        &mut self,
        again: &[(u32, Part<'_>)],
        over: &[Part<'_>],
        policy: Policy,
        kept: usize,
    ) -> Result<Done> {
        let mut script = Script::default();
        for part in over {
            read_part(*part, &mut script)?;
        }
        let others = 0..script.ops.len();
        let mut parts: Vec<(u32, Range<usize>)> = Vec::new();
        for (name, part) in again {
            let first = script.ops.len();
            read_part(*part, &mut script)?;
            try_push(&mut parts, (*name, first..script.ops.len()))?;
        }
        let (mut done, mut conflicts) = (Done::default(), Vec::new());
        // Where all are left out it does not matter what the others say.
        let others = if kept == 0 { 0..0 } else { others };
        let mut rebase = match Rebase::new(&mut script, others, policy) {
            Err(error) if error.is_contradiction() => return Ok(done),
            rebase => rebase?,
        };
        for (name, range) in parts {
            let mut record = NOTHING.to_vec();
            if done.records.len() < kept {
                record = match self.redo_record(&mut rebase, &mut script, range) {
                    Err(error) if error.is_contradiction() => return Ok(done),
                    record => record?,
                };
            } else {
                for op in range {
                    let conflict = Conflict { op, error: Error::PathNotFound, theirs: None };
                    try_push(&mut rebase.conflicts, conflict)?;
                }
            }
            try_push(&mut done.records, record)?;
            for conflict in rebase.conflicts.drain(..) {
                describe(name, conflict, &script, &mut conflicts)?;
            }
        }
        if !conflicts.is_empty() {
            script.ops = conflicts;
            write(&script, &mut done.conflicts)?;
        }
        Ok(done)
    }

    /// Does the operations of one record again. Answers the record of what was done.
    fn redo_record(&mut self, rebase: &mut Rebase, script: &mut Script, ops: Range<usize>) -> Result<Vec<u8>> {
        let done = self.redo(rebase, script, ops)?;
        let mut record = Vec::new();
        *script = write_composed(core::mem::take(script), done, &mut record)?;
        Ok(record)
    }
}

/// Writes the record of the net effect of some of a script's operations.
fn write_composed(mut script: Script, ops: Range<usize>, out: &mut Vec<u8>) -> Result<Script> {
    let ops = script.ops.get(ops).unwrap_or(&[]).to_vec();
    let part = Script { texts: core::mem::take(&mut script.texts), steps: script.steps.clone(), ops };
    let composed = compose(part)?;
    write(&composed, out)?;
    script.texts = composed.texts;
    Ok(script)
}

/// Describes a conflict by two operations on the root: in the first, what was
/// there and what was wanted; in the second, what is there now, and a list of
/// the record's number, the error's code and the keys of the place.
fn describe(name: u32, conflict: Conflict, script: &Script, into: &mut Vec<Op>) -> Result<()> {
    let Some(op) = script.ops.get(conflict.op) else {
        return Ok(());
    };
    let list = |items: &[Value]| Value::Array(items.iter().map(known).collect());
    let (key, old, new) = match &op.action {
        Action::Root { old, new } => (None, old.clone(), new.clone()),
        Action::Set { key, old, new, .. } => {
            (Some(*key), old.clone().unwrap_or(Value::Undefined), new.clone().unwrap_or(Value::Undefined))
        }
        Action::Splice { removed, inserted, .. } => (None, list(removed), list(inserted)),
    };
    let number = |number: u32| Value::Number(f64::from(number));
    let steps = script.path(op.path).iter().copied().chain(key).map(|step| match step {
        Step::Index(index) => number(index),
        Step::Name(text) => Value::Text(text),
    });
    let what = [number(name), number(conflict.error.code() as u32)].into_iter().chain(steps).collect();
    let theirs = conflict.theirs.unwrap_or(Value::Undefined);
    for action in [Action::Root { old, new }, Action::Root { old: theirs, new: Value::Array(what) }] {
        try_push(into, Op { path: Path::default(), action })?;
    }
    Ok(())
}

/// An item that only moved is not said here.
fn known(item: &Value) -> Value {
    if matches!(item, Value::Moved(_)) { Value::Undefined } else { item.clone() }
}
