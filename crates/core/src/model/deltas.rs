//! Deltas of random batches: applied by a replica, undone and done again.

use gaesup_codec::Word;
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::batches::{Step, any_step, initial, run};
use super::ops::{check, check_links, everything_is_freed, start};
use crate::delta::{Part, compose_records};
use crate::error::Error;
use crate::node::{Cell, HOLDER};
use crate::store::Store;
use crate::testing::{long, value};
use crate::timeline::Author;

/// The state as text, so that the order of keys counts.
fn text(store: &Store) -> String {
    crate::testing::json(store, store.root()).to_string()
}

fn apply(store: &mut Store, record: &[u8], is_inverted: bool) {
    let done = store.apply_record(record, is_inverted);
    assert_eq!(done, Ok(()), "operation {} of {record:?}", store.failed_op());
    store.commit().unwrap();
}

fn run_recorded(initial: &Json, batches: &[Vec<Step>]) {
    let (mut store, mut model) = (start(initial), initial.clone());
    let mut replica = start(initial);
    store.set_recording(true);
    let mut records = Vec::new();
    for steps in batches {
        let before = text(&store);
        run(&mut store, &mut model, steps).unwrap();
        let has_changed = store.commit().unwrap().is_some_and(|report| report.changes > 0);
        if !has_changed {
            assert_eq!(text(&store), before);
            continue;
        }
        let record = store.record().to_vec();
        apply(&mut replica, &record, false);
        assert_eq!(text(&replica), text(&store), "a replica: {record:?}");
        let after = text(&store);
        apply(&mut store, &record, true);
        assert_eq!(text(&store), before, "undone: {record:?}");
        apply(&mut store, &record, false);
        assert_eq!(text(&store), after, "done again: {record:?}");
        check(&store, &model);
        records.push((before, record));
    }
    check_composed(initial, &store, &records);
    check_refused(&mut store, &records);
    for (before, record) in records.iter().rev() {
        apply(&mut replica, record, true);
        assert_eq!(text(&replica), *before, "undone in turn");
    }
    everything_is_freed(store);
    everything_is_freed(replica);
}

/// What any run of records composes to leads there and back as well, and with
/// its inverse to nothing.
fn check_composed(initial: &Json, store: &Store, records: &[(String, Vec<u8>)]) {
    let compose = |parts: &[Part<'_>]| {
        let mut composed = Vec::new();
        compose_records(parts, &mut composed).unwrap();
        composed
    };
    for from in 0..records.len() {
        for to in from..records.len() {
            let run = || records[from..=to].iter();
            let there: Vec<Part<'_>> = run().map(|(_, record)| (&**record, false)).collect();
            let back: Vec<Part<'_>> = run().rev().map(|(_, record)| (&**record, true)).collect();
            let net = compose(&there);
            let after = records.get(to + 1).map_or_else(|| text(store), |(before, _)| before.clone());
            let mut replica = start(initial);
            records[..from].iter().for_each(|(_, record)| apply(&mut replica, record, false));
            apply(&mut replica, &net, false);
            assert_eq!(text(&replica), after, "composed: {net:?}");
            apply(&mut replica, &net, true);
            assert_eq!(text(&replica), records[from].0, "composed and undone: {net:?}");
            assert_eq!(compose(&[there, back].concat()), [0]);
        }
    }
}

/// A commit that is refused after its fold leaves no trace, whatever came and went in it.
fn check_refused(store: &mut Store, records: &[(String, Vec<u8>)]) {
    let now = text(store);
    store.timeline.author = Author::Nobody;
    for from in 0..records.len() {
        let again = records.len() - 1;
        records[from..].iter().rev().for_each(|(_, record)| store.apply_record(record, true).unwrap());
        records[from..again].iter().for_each(|(_, record)| store.apply_record(record, false).unwrap());
        assert_eq!(text(store), records[again].0);
        assert_eq!(store.commit().err(), Some(Error::Conflict));
        assert_eq!(text(store), now, "refused from {from}: {records:?}");
        check_links(store, HOLDER);
    }
    store.timeline.author = Author::Own;
}

proptest! {
    #![proptest_config(long(50_000))]

    #[test]
    fn a_delta_leads_there_and_back(
        initial in initial(),
        batches in prop::collection::vec(prop::collection::vec(any_step(), 1..9), 1..4),
    ) {
        run_recorded(&initial, &batches);
    }
}

#[test]
fn a_fold_that_is_refused_leaves_no_trace() {
    let many = |letter: &str| (0..70).map(|number| (format!("{letter}{number}"), json!(number))).collect();
    let mut initial: serde_json::Map<String, Json> = many("k");
    initial.extend([("p".to_owned(), json!({})), ("list".to_owned(), json!([]))]);
    let mut store = start(&Json::Object(initial));
    let root = store.root().as_node().unwrap();
    let inside = |store: &Store, key: &[u8]| {
        let slot = store.tree.find(root, store.find_string(key).unwrap()).unwrap();
        store.get(Cell { node: root, slot }).as_node().unwrap()
    };
    store.begin_effect(1);
    let (p, first) = (inside(&store, b"p"), store.intern(b"first").unwrap());
    store.set_key(p, first, Word::NULL).unwrap();
    store.commit().unwrap();
    store.end_effect(1).unwrap();
    // It adds a key behind one that waits, so it cannot be done before that.
    let (p, second) = (inside(&store, b"p"), store.intern(b"second").unwrap());
    store.set_key(p, second, Word::NULL).unwrap();
    let (key, added) = (store.intern(b"c").unwrap(), value(&mut store, root, 0, &json!({ "q": 1 })).unwrap());
    store.set_key(root, key, added).unwrap();
    let list = inside(&store, b"list");
    let item = value(&mut store, list, 0, &json!({ "m": Json::Object(many("m")) })).unwrap();
    store.insert(list, 0, &[item]).unwrap();
    store.commit().unwrap();
    let before = text(&store);
    assert_eq!(store.float_pending(), Ok(false));
    assert_eq!(text(&store), before);
}
