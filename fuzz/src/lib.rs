//! What the fuzz targets do with records: see `docs/delta-format.md`. What they
//! do with payloads, see [`parse`], and with snapshots, see [`open`].
//!
//! An input about records is a run of them. The first makes the state, from `undefined`;
//! the others are applied to it, or composed.

mod input;
mod payload;
mod snapshot;
mod value;

use std::iter::once;

use gaesup_core::{Cell, Config, ErrorCode, ROOT, Store, Value as Held, Word, compose};

use crate::input::{Part, parts};
pub use crate::payload::parse;
pub use crate::snapshot::open;
use crate::value::Value;

/// More than any input of a few thousand bytes can ask for in earnest.
const LIMIT_BYTES: usize = 64 << 20;

/// Applies records one after the other: each is refused with the state as it
/// was, or does what its commit tells, and can be taken back.
pub fn apply(data: &[u8]) {
    let mut parts = parts(data);
    let Some(start) = parts.next() else { return };
    let (Some(mut store), Some(mut twin)) = (start_of(start), start_of(start)) else { return };
    for part in parts.take(8) {
        if !is_applied(&mut store, part) {
            continue;
        }
        if part.is_rolled_back {
            store.rollback().expect("no memory is missing");
        } else {
            let told = commit(&mut store);
            for record in told.iter() {
                repeat(&mut twin, record);
            }
            can_be_taken_back(&mut store, part, told.as_deref());
        }
    }
    let told = touch_all(&mut store);
    for record in told.iter() {
        repeat(&mut twin, record);
    }
    assert_eq!(state(&mut store), state(&mut twin));
}

/// Composes records: what comes out can be read, and does what they do in turn.
pub fn compose_in_turn(data: &[u8]) {
    let mut all = parts(data);
    let Some(start) = all.next() else { return };
    let all: Vec<Part<'_>> = all.take(8).collect();
    let composed = composed(all.iter().map(|part| (part.record, part.is_inverted)));
    if let Some(composed) = &composed {
        assert!(composed_of(composed).is_some(), "what was composed can be read");
    }
    let (Some(mut store), Some(mut twin), Some(mut third)) = (start_of(start), start_of(start), start_of(start)) else {
        return;
    };
    let mut told = Vec::new();
    for part in &all {
        if !is_applied(&mut store, *part) {
            return;
        }
        told.extend(commit(&mut store));
    }
    let after = state(&mut store);
    let net =
        self::composed(told.iter().map(|record| (&**record, false))).expect("commits do not contradict each other");
    repeat(&mut twin, &net);
    assert_eq!(state(&mut twin), after, "what was told, composed");
    if let Some(composed) = &composed {
        assert_eq!(third.apply_record(composed, false), Ok(()), "what was composed fits");
        third.commit().expect("no memory is missing");
        // A key behind another that is not there stands last: composed, it may be there.
        assert_eq!(state(&mut third).sorted(), after.sorted(), "what was composed");
    }
}

fn start_of(part: Part<'_>) -> Option<Store> {
    let mut store = Store::new(Config { limit_bytes: LIMIT_BYTES, ..Config::default() }).expect("memory is there");
    store.set_recording(true);
    store.apply_record(part.record, part.is_inverted).ok()?;
    store.commit().expect("no memory is missing");
    Some(store)
}

/// Applies a record; when it is refused, takes back what it did.
fn is_applied(store: &mut Store, part: Part<'_>) -> bool {
    let Err(error) = store.apply_record(part.record, part.is_inverted) else { return true };
    let is_expected = !matches!(error.code(), ErrorCode::OutOfMemory | ErrorCode::Dead | ErrorCode::Stale);
    assert!(is_expected, "{error}");
    store.rollback().expect("no memory is missing");
    false
}

/// Commits; answers the record of it, if anything has changed.
fn commit(store: &mut Store) -> Option<Vec<u8>> {
    let has_changed = store.commit().expect("no memory is missing").is_some_and(|report| report.changes > 0);
    has_changed.then(|| store.record().to_vec())
}

fn repeat(store: &mut Store, record: &[u8]) {
    assert_eq!(store.apply_record(record, false), Ok(()), "{record:?} is what a commit tells");
    store.commit().expect("no memory is missing");
}

fn can_be_taken_back(store: &mut Store, part: Part<'_>, told: Option<&[u8]>) {
    let own = (part.record, !part.is_inverted);
    for (record, is_inverted) in once(own).chain(told.map(|record| (record, true))) {
        assert_eq!(store.apply_record(record, is_inverted), Ok(()), "{record:?} taken back");
        store.rollback().expect("no memory is missing");
    }
}

/// Changes every number, so that the record names every container around one.
fn touch_all(store: &mut Store) -> Option<Vec<u8>> {
    let mut numbers = Vec::new();
    let mut cells = vec![ROOT];
    while let Some(cell) = cells.pop() {
        match store.get(cell).value() {
            Held::Node(node) => cells.extend((0..store.slots(node)).map(|slot| Cell { node, slot })),
            Held::Number(number) => numbers.push((cell, number)),
            _ => {}
        }
    }
    for (cell, number) in numbers {
        let other = if number == 7.0 { 8.0 } else { 7.0 };
        store.set(cell.node, cell.slot, Word::number(other)).expect("the cell is there");
    }
    commit(store)
}

fn composed<'a>(parts: impl Iterator<Item = (&'a [u8], bool)>) -> Option<Vec<u8>> {
    let (parts, mut record) = (parts.collect::<Vec<_>>(), Vec::new());
    compose(&parts, &mut record).ok().map(|()| record)
}

fn composed_of(record: &[u8]) -> Option<Vec<u8>> {
    composed(once((record, false)))
}

/// What the store holds, which it loses by that: the record of a commit that
/// replaces it says so.
fn state(store: &mut Store) -> Value {
    store.set(ROOT.node, ROOT.slot, Word::UNDEFINED).expect("the root can be replaced");
    match commit(store) {
        None => Value::default(),
        Some(record) => value::replaced_root(&record),
    }
}
