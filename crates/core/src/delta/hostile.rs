//! Records that are damaged on purpose: valid ones, mutated.
//!
//! Whatever the bytes are, there is an error with a code and the state is as
//! before, or the record means something, and can be taken back.

use gaesup_codec::BlobKind;

use super::compose::model::{Dice, KEYS};
use super::records::{Part, compose_records};
use super::script::{Action, Op, Path, Script, Step, TextId, Texts, Value};
use super::write::write;
use crate::error::{Error, ErrorCode};
use crate::model::ops::check_links;
use crate::node::HOLDER;
use crate::store::{Config, ROOT, Store};
use crate::testing::mutate::Mutator;
use crate::timeline::Resolution;

/// Numbers at which something changes, as bytes of a varint.
const NUMBERS: [&[u8]; 9] = [
    &[0x7F],
    &[0x80, 0x01],
    &[0xE8, 0x07],
    &[0xFE, 0xFF, 0xFF, 0xFF, 0x0F],
    &[0xFF, 0xFF, 0xFF, 0xFF, 0x0F],
    &[0x80, 0x80, 0x80, 0x80, 0x10],
    &[0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F],
    &[0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01],
    &[0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F],
];

fn store(state: &Value, texts: &Texts) -> Store {
    let mut store = Store::new(Config::default()).unwrap();
    let word = store.build_value(ROOT.node, ROOT.slot, state, texts).unwrap();
    store.set(ROOT.node, ROOT.slot, word).unwrap();
    store.commit().unwrap();
    store
}

fn record(script: &Script) -> Vec<u8> {
    let mut record = Vec::new();
    write(script, &mut record).unwrap();
    record
}

/// The whole state as bytes, in which keys stand in their order.
fn bytes(store: &Store) -> Vec<u8> {
    root_bytes(store, |_, _| ())
}

/// The whole state as bytes, but for the order of keys.
fn bytes_sorted(store: &Store) -> Vec<u8> {
    root_bytes(store, sort_keys)
}

fn root_bytes(store: &Store, arrange: impl FnOnce(&mut Value, &Texts)) -> Vec<u8> {
    let mut script = Script::default();
    let mut new = store.capture(store.root(), &mut script.texts).unwrap();
    arrange(&mut new, &script.texts);
    let action = Action::Root { old: Value::Undefined, new };
    script.ops.push(Op { path: Path::default(), action });
    record(&script)
}

fn sort_keys(value: &mut Value, texts: &Texts) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| sort_keys(item, texts)),
        Value::Object(entries) | Value::Map(entries) => {
            entries.sort_by(|one, other| texts.get(one.0).cmp(texts.get(other.0)));
            entries.iter_mut().for_each(|(_, item)| sort_keys(item, texts));
        }
        _ => {}
    }
}

/// States and records that lead on from them, also with what random programs lack.
fn seed(dice: &mut Dice) -> (Value, Texts, Vec<Vec<u8>>) {
    if dice.roll(8) == 0 {
        let (start, script) = rich(dice);
        let record = record(&script);
        return (start, script.texts, vec![record]);
    }
    let mut state = dice.value(4);
    let start = state.clone();
    let records = (0..1 + dice.roll(3)).map(|_| {
        let len = dice.roll(6);
        record(&Script { texts: names(), ..dice.program(&mut state, len).script() })
    });
    let records = records.collect();
    (start, names(), records)
}

/// Keys that are no indexes: those stand in front wherever they are put.
fn names() -> Texts {
    let mut texts = Texts::default();
    for number in 0..KEYS {
        texts.intern(&[b'a' + number as u8]).unwrap();
    }
    texts
}

/// Every kind of value, texts of every form, and a path that goes deep.
fn rich(dice: &mut Dice) -> (Value, Script) {
    let mut script = Script::default();
    let words: [&[u8]; 6] =
        [b"a", b"d3b07384-d9a0-4c1b-8b2f-0e9d6f1c2a3b", b"12", &[0xED, 0xA0, 0x80], &[b'l'; 200], b""];
    let [a, uuid, index, lone, long, empty] = words.map(|word| script.texts.intern(word).unwrap());
    let blob = |kind, bytes: &[u8]| Value::Blob(kind, bytes.into());
    let values = [
        blob(BlobKind::Date, &1.0e12f64.to_le_bytes()),
        blob(BlobKind::BigInt, b"-123456789012345678901234567890"),
        blob(BlobKind::Bytes, &[7; 40]),
        Value::Number(-0.0),
        Value::Number(0.1),
        Value::Number(-9_007_199_254_740_992.0),
        Value::Text(lone),
        Value::Text(long),
        Value::Map(vec![(empty, Value::Bool(true)), (index, Value::Null)]),
    ];
    let mut start = Value::Object(vec![(a, Value::Array(values.to_vec())), (index, Value::Undefined)]);
    let depth = dice.roll(40);
    for _ in 0..depth {
        start = Value::Object(vec![(uuid, start)]);
    }
    script.steps.extend((0..depth).map(|_| Step::Name(uuid)));
    let path = Path { start: 0, len: depth as u32 };
    let key = Step::Name(index);
    let new = Some(values[dice.roll(values.len())].clone());
    script.ops.push(Op { path, action: Action::Set { key, old: Some(Value::Undefined), new, before: None, by: None } });
    let new = Some(Value::Array(values.to_vec()));
    script
        .ops
        .push(Op { path, action: Action::Set { key: Step::Name(long), old: None, new, before: Some(a), by: None } });
    script.steps.extend((0..depth).map(|_| Step::Name(uuid)));
    script.steps.push(Step::Name(a));
    let path = Path { start: depth as u32, len: depth as u32 + 1 };
    let moved = || vec![Value::Moved(0)];
    let [gone, come] = [[values[0].clone()], [values[8].clone()]];
    for (index, removed, inserted) in
        [(0, gone.to_vec(), vec![]), (1, moved(), come.to_vec()), (4, vec![], moved()), (9, vec![], come.to_vec())]
    {
        script.ops.push(Op { path, action: Action::Splice { index, removed, inserted, goes_on: index > 0 } });
    }
    (start, script)
}

/// An error that strange bytes may end in.
#[track_caller]
fn is_expected(error: Error) {
    assert!(!matches!(error.code(), ErrorCode::OutOfMemory | ErrorCode::Dead | ErrorCode::Stale), "{error}");
    assert!(!matches!(error, Error::TooMany { .. }), "{error}");
}

fn check_apply(store: &mut Store, record: &[u8], is_inverted: bool) {
    let (before, before_sorted) = (bytes(store), bytes_sorted(store));
    if let Err(error) = store.apply_record(record, is_inverted) {
        is_expected(error);
        store.rollback().unwrap();
        assert_eq!(bytes(store), before);
        check_links(store, HOLDER);
        return;
    }
    check_links(store, HOLDER);
    store.commit().unwrap();
    let after = bytes(store);
    let told = store.record().to_vec();
    if after != before {
        assert_eq!(store.apply_record(&told, true), Ok(()));
        store.commit().unwrap();
        assert_eq!(bytes(store), before, "what was recorded, taken back");
        assert_eq!(store.apply_record(&told, false), Ok(()));
        store.commit().unwrap();
        assert_eq!(bytes(store), after, "what was recorded, done again");
    }
    // A `before` that lies is no error, and is lost.
    assert_eq!(store.apply_record(record, !is_inverted), Ok(()), "taken back");
    store.commit().unwrap();
    assert_eq!(bytes_sorted(store), before_sorted, "taken back");
    check_links(store, HOLDER);
}

/// How many mutations are tried of each kind of use.
const ROUNDS: u64 = 60_000;

#[test]
fn a_damaged_record_is_refused_or_can_be_taken_back() {
    let mut applied = 0;
    for round in 0..ROUNDS {
        let mut dice = Dice(round);
        let (start, texts, records) = seed(&mut dice);
        let mut store = store(&start, &texts);
        store.set_recording(true);
        let record = Mutator::new(&mut dice, &records, &NUMBERS).mutated();
        let is_inverted = dice.roll(2) == 0;
        check_apply(&mut store, &record, is_inverted);
        applied += usize::from(store.stats().commits > 1);
    }
    assert!(applied > 100, "only {applied} of {ROUNDS} mean anything");
}

fn part(record: &[u8]) -> Part<'_> {
    (record, false)
}

#[test]
fn damaged_records_are_refused_or_composed() {
    let (mut composed, mut compared) = (0, 0);
    for round in 0..ROUNDS {
        let mut dice = Dice(round ^ 1 << 40);
        let (start, texts, mut records) = seed(&mut dice);
        let damaged = Mutator::new(&mut dice, &records, &NUMBERS).mutated();
        let at = dice.roll(records.len());
        records[at] = damaged;
        let mut net = Vec::new();
        let parts: Vec<Part<'_>> = records.iter().map(|record| part(record)).collect();
        if let Err(error) = compose_records(&parts, &mut net) {
            is_expected(error);
            continue;
        }
        composed += 1;
        let mut again = Vec::new();
        let read = compose_records(&[part(&net)], &mut again);
        assert_eq!(read, Ok(()), "{net:?} of {records:?}");
        let [mut in_turn, mut at_once] = [store(&start, &texts), store(&start, &texts)];
        if records.iter().any(|record| in_turn.apply_record(record, false).is_err()) {
            continue;
        }
        compared += 1;
        assert_eq!(at_once.apply_record(&net, false), Ok(()), "{records:?}");
        // A `before` that lies may be true of the composition.
        assert_eq!(bytes_sorted(&at_once), bytes_sorted(&in_turn), "{records:?}");
    }
    assert!(composed > ROUNDS / 20 && compared > 100, "{composed} were composed, {compared} compared");
}

/// A store with a history and an effect that waits.
fn busy_store(dice: &mut Dice, start: &Value, texts: &Texts) -> Store {
    let mut store = store(start, texts);
    store.keep_history(100, 1 << 20);
    store.keep_journal(1 << 20);
    let mut state = start.clone();
    let len = 1 + dice.roll(4);
    let own = record(&Script { texts: names(), ..dice.program(&mut state, len).script() });
    store.begin_effect(1);
    if store.apply_record(&own, false).is_ok() {
        store.commit().unwrap();
    } else {
        // The rich states are not made of names.
        store.rollback().unwrap();
    }
    store.end_effect(1).unwrap();
    store
}

#[test]
fn a_damaged_record_goes_under_what_waits_or_changes_nothing() {
    let mut applied = 0;
    for round in 0..ROUNDS / 2 {
        let mut dice = Dice(round ^ 1 << 41);
        let (start, texts, records) = seed(&mut dice);
        let mut busy = busy_store(&mut dice, &start, &texts);
        let damaged = Mutator::new(&mut dice, &records, &NUMBERS).mutated();
        let (is_inverted, is_foreign) = (dice.roll(2) == 0, dice.roll(2) == 0);
        let before = bytes(&busy);
        let mut confirmed = store(&start, &texts);
        match busy.apply_under(&damaged, is_inverted, 1, is_foreign) {
            Err(error) => {
                is_expected(error);
                assert_eq!(bytes(&busy), before);
                assert_eq!(busy.confirmed(), 0);
            }
            Ok(()) => {
                applied += 1;
                assert_eq!(confirmed.apply_record(&damaged, is_inverted), Ok(()));
                confirmed.commit().unwrap();
            }
        }
        check_links(&busy, HOLDER);
        match busy.settle(1, Resolution::TakeBack) {
            Ok(()) => assert_eq!(bytes_sorted(&busy), bytes_sorted(&confirmed)),
            // It had changed nothing.
            Err(error) => assert_eq!(error, Error::Stale),
        }
        while busy.travel(1, true).unwrap() > 0 {}
        check_links(&busy, HOLDER);
        if !is_foreign {
            assert_eq!(bytes_sorted(&busy), bytes_sorted(&store(&start, &texts)), "{round} {damaged:?} {is_inverted}");
        }
    }
    assert!(applied > 50, "only {applied} mean anything");
}

/// Keys go from a map, and come before others: none for the last place.
#[track_caller]
fn check_keys(start: &[u32], ops: &[(u32, bool, Option<u32>)]) {
    let mut script = Script { texts: names(), ..Script::default() };
    // Containers, so that it shows when one is taken for gone.
    let value = || Value::Array(vec![Value::Null]);
    let start = Value::Map(start.iter().map(|key| (TextId(*key), value())).collect());
    let mut store = store(&start, &script.texts);
    store.set_recording(true);
    for (key, comes, before) in ops {
        let (old, new) = if *comes { (None, Some(value())) } else { (Some(value()), None) };
        let action = Action::Set { key: Step::Name(TextId(*key)), old, new, before: before.map(TextId), by: None };
        script.ops.push(Op { path: Path::default(), action });
    }
    check_apply(&mut store, &record(&script), false);
}

#[test]
fn keys_put_before_a_rest_leave_it_where_it_is() {
    check_keys(&[4], &[(0, true, Some(4)), (1, true, Some(0))]);
    check_keys(&[4, 3], &[(0, true, Some(3)), (1, true, Some(4)), (2, true, Some(1))]);
}
