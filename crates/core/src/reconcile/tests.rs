//! Reconciling random values, and what is known of some.

pub(crate) mod model;
mod records;
mod tallies;

use proptest::prelude::*;

use super::Tally;
use crate::error::{Error, Result};
use crate::model::ops::{check_links, everything_is_freed};
use crate::node::HOLDER;
use crate::store::{Config, ROOT, Store};
use crate::tree::Kind;
use model::{Edit, Val, any_edit, any_val, edited, read, stage, start};

/// Reconciles the state with a value.
fn reconcile(store: &mut Store, next: &Val, key: Option<&str>) -> Result<Tally> {
    let key = key.map(|key| store.intern(key.as_bytes())).transpose()?;
    let word = stage(store, ROOT, next)?;
    store.reconcile(ROOT, word, key)
}

fn state(store: &Store) -> Val {
    read(store, store.root())
}

fn check(store: &Store, expected: &Val) {
    assert_eq!(&state(store), expected);
    check_links(store, HOLDER);
}

fn apply(store: &mut Store, record: &[u8], is_inverted: bool) {
    let done = store.apply_record(record, is_inverted);
    assert_eq!(done, Ok(()), "operation {} of {record:?}", store.failed_op());
    store.commit().unwrap();
}

/// From one value to the next, with a replica that follows and goes back.
fn run(values: &[Val], key: Option<&str>) {
    let (mut store, mut replica) = (start(&values[0]), start(&values[0]));
    store.set_recording(true);
    for (before, next) in values.iter().zip(&values[1..]) {
        let tally = reconcile(&mut store, next, key).unwrap();
        check(&store, next);
        let changes = store.commit().unwrap().map_or(0, |report| report.changes);
        check(&store, next);
        assert_eq!(changes == 0, before == next, "{tally:?}");
        assert_eq!(tally == Tally::default(), before == next, "{tally:?}");
        if changes == 0 {
            continue;
        }
        let record = store.record().to_vec();
        apply(&mut replica, &record, false);
        check(&replica, next);
        apply(&mut store, &record, true);
        check(&store, before);
        apply(&mut store, &record, false);
        check(&store, next);
        // What is there is equal now: nothing is done.
        let word = stage(&mut store, ROOT, next).unwrap();
        assert_eq!(store.reconcile(ROOT, word, None), Ok(Tally::default()));
        assert!(store.log.done.is_empty() && store.log.born.is_empty());
    }
    everything_is_freed(store);
    everything_is_freed(replica);
}

/// Lets every allocation fail in turn.
fn run_without_memory(before: &Val, next: &Val, key: Option<&str>) {
    let mut store = start(before);
    for allowed in 0.. {
        store.tree.memory.pool_mut().fail_after(Some(allowed));
        let done = reconcile(&mut store, next, key).and_then(|_| store.commit().map(|_| ()));
        store.tree.memory.pool_mut().fail_after(None);
        match done {
            Ok(()) => break,
            Err(Error::Dead) => return,
            Err(_) => store.rollback().unwrap(),
        };
        check(&store, before);
    }
    check(&store, next);
    everything_is_freed(store);
}

fn any_key() -> impl Strategy<Value = Option<&'static str>> {
    prop_oneof![Just(None), Just(Some("id"))]
}

fn any_edits() -> impl Strategy<Value = Vec<Edit>> {
    prop::collection::vec(any_edit(), 0..6)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_state_becomes_the_value(one in any_val(), other in any_val(), key in any_key()) {
        run(&[one, other], key);
    }

    #[test]
    fn edits_are_found(value in any_val(), edits in prop::collection::vec(any_edits(), 1..4), key in any_key()) {
        let mut values = vec![value];
        for edits in &edits {
            values.push(edited(values.last().unwrap(), edits));
        }
        run(&values, key);
    }

    #[test]
    fn a_rollback_leaves_no_trace(value in any_val(), edits in any_edits(), other in any_val(), key in any_key()) {
        let mut store = start(&value);
        reconcile(&mut store, &edited(&value, &edits), key).unwrap();
        store.save().unwrap();
        reconcile(&mut store, &other, key).unwrap();
        check(&store, &other);
        store.rollback_to_save().unwrap();
        check(&store, &edited(&value, &edits));
        store.rollback().unwrap();
        check(&store, &value);
        everything_is_freed(store);
    }

    #[test]
    fn several_in_one_transaction(value in any_val(), edits in prop::collection::vec(any_edits(), 2..4), key in any_key()) {
        let (mut store, mut replica) = (start(&value), start(&value));
        store.set_recording(true);
        let mut last = value.clone();
        for edits in &edits {
            last = edited(&last, edits);
            reconcile(&mut store, &last, key).unwrap();
            check(&store, &last);
        }
        if store.commit().unwrap().is_some_and(|report| report.changes > 0) {
            let record = store.record().to_vec();
            apply(&mut replica, &record, false);
            check(&replica, &last);
            apply(&mut replica, &record, true);
            check(&replica, &value);
        }
        check(&store, &last);
        everything_is_freed(store);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn without_memory_nothing_has_happened(value in any_val(), edits in any_edits(), key in any_key()) {
        run_without_memory(&value, &edited(&value, &edits), key);
    }

    #[test]
    fn without_memory_nothing_has_happened_to_others(one in any_val(), other in any_val(), key in any_key()) {
        run_without_memory(&one, &other, key);
    }
}

/// A long array of few different items, and a few edits of it.
fn any_long() -> impl Strategy<Value = (Val, Vec<Edit>)> {
    let item = prop_oneof![
        3 => prop::collection::vec((0i32..4).prop_map(|number| Val::Number(f64::from(number))), 1..9),
        1 => prop::collection::vec(any_val(), 1..9),
    ];
    let long = (item, 990usize..1_060).prop_map(|(some, len)| {
        // Not quite the same again and again.
        Val::Array((0..len).map(|at| some[(at + at / 7) % some.len()].clone()).collect())
    });
    (long, prop::collection::vec(any_edit(), 1..8))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn long_arrays((value, edits) in any_long(), key in any_key()) {
        let next = edited(&value, &edits);
        run(&[value, next], key);
    }

    #[test]
    fn comparing_in_runs_is_comparing_one_by_one((value, edits) in any_long()) {
        let mut store = start(&value);
        for other in [edited(&value, &edits), value] {
            let word = stage(&mut store, ROOT, &other).unwrap();
            prop_assert_eq!(store.equals(store.root(), word), store.tree.equal(store.root(), word));
            let (Some(one), Some(other)) = (store.root().as_node(), word.as_node()) else { return Ok(()) };
            if store.kind(other) != Kind::Array {
                return Ok(());
            }
            let (one, other) = (store.tree.items(one, 0).unwrap(), store.tree.items(other, 0).unwrap());
            let len = one.len().min(other.len());
            let found: Vec<usize> = store.tree.differing(&one[..len], &other[..len]).unwrap().iter().collect();
            let naive: Vec<usize> = (0..len).filter(|at| !store.tree.equal(one[*at], other[*at])).collect();
            prop_assert_eq!(store.tree.common_start(&one, &other).unwrap(), naive.first().copied().unwrap_or(len));
            prop_assert_eq!(found, naive);
            let behind = one.iter().rev().zip(other.iter().rev());
            let end = behind.take_while(|(one, other)| store.tree.equal(**one, **other)).count();
            prop_assert_eq!(store.tree.common_end(&one, &other).unwrap(), end);
        }
    }
}

#[test]
fn a_limit_is_an_error() {
    let mut store = Store::new(Config { limit_bytes: 1 << 17, ..Config::default() }).unwrap();
    let many = Val::Array((0..200_000).map(|number| Val::Number(f64::from(number) / 3.0)).collect());
    assert_eq!(reconcile(&mut store, &many, None), Err(Error::LimitExceeded));
    store.rollback().unwrap();
    everything_is_freed(store);
}
