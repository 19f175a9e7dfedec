//! Records that contradict each other or the state: whatever waits can be
//! settled, and no step is in the way of others.

use gaesup_codec::Word;

use super::*;
use crate::error::Error;
use crate::node::{Cell, Node};
use crate::testing::value;
use crate::timeline::{Author, Resolution};

/// Gives a key of the state a number, or takes the key out.
fn put(store: &mut Store, key: &str, number: Option<u32>) {
    let root = store.root().as_node().unwrap();
    let id = store.intern(key.as_bytes()).unwrap();
    match number {
        Some(number) => store.set_key(root, id, Word::number(f64::from(number))).map(drop).unwrap(),
        None => store.delete(root, store.tree.find(root, id).unwrap()).unwrap(),
    }
}

fn put_and_commit(store: &mut Store, key: &str, number: u32) {
    put(store, key, Some(number));
    store.commit().unwrap();
}

/// The record of a change made in another state.
fn record_in(state: &Json, key: &str, number: Option<u32>) -> Vec<u8> {
    let mut store = start(state);
    store.set_recording(true);
    put(&mut store, key, number);
    store.commit().unwrap();
    store.record().to_vec()
}

fn effect(store: &mut Store, id: u32, key: &str, number: u32) {
    store.begin_effect(id);
    put_and_commit(store, key, number);
    assert_eq!(store.end_effect(id), Ok(true));
}

/// Two effects wait, and something goes under them that says another thing than it did.
fn effects_over(lie: &[u8]) -> Store {
    let mut store = start(&json!({ "p": 1, "q": 1 }));
    effect(&mut store, 7, "p", 2);
    effect(&mut store, 8, "q", 2);
    assert_eq!(store.under(0, 0, |_| Ok(lie.to_vec())).as_deref(), Ok(lie));
    store
}

#[test]
fn an_effect_that_contradicts_what_went_under_it_is_dropped_as_a_conflict() {
    let mut store = effects_over(&record_in(&json!({ "p": 1, "q": 1 }), "q", None));
    assert_eq!(text(&store), r#"{"p":2,"q":1}"#);
    assert!(!store.take_conflicts().is_empty());
    assert_eq!(store.settle(7, Resolution::TakeBack), Ok(()));
    assert_eq!(text(&store), r#"{"p":1,"q":1}"#);
    assert_eq!(store.settle(8, Resolution::Confirm), Ok(()));
    assert_eq!((text(&store).as_str(), store.confirmed()), (r#"{"p":1,"q":1}"#, 0));
    finish(store);
}

#[test]
fn what_contradicts_itself_drops_all_effects_over_it() {
    let added = record_in(&json!({}), "q", Some(1));
    // The same key comes twice.
    let twice = [&[2], &added[1..], &added[1..]].concat();
    let mut store = effects_over(&twice);
    assert_eq!(text(&store), r#"{"p":1,"q":1}"#);
    assert!(!store.take_conflicts().is_empty());
    for id in [7, 8] {
        assert_eq!(store.settle(id, Resolution::TakeBack), Ok(()));
    }
    finish(store);
}

#[test]
fn an_effect_that_the_state_contradicts_can_be_taken_back() {
    let mut store = start(&json!({ "p": 1, "q": 1 }));
    store.timeline.wait(&record_in(&json!({ "q": 4 }), "q", Some(5)), Some(7)).unwrap();
    effect(&mut store, 8, "p", 2);
    assert_eq!(store.settle(7, Resolution::TakeBack), Ok(()));
    assert_eq!(text(&store), r#"{"p":2,"q":1}"#);
    assert_eq!(store.settle(8, Resolution::TakeBack), Ok(()));
    assert_eq!(text(&store), r#"{"p":1,"q":1}"#);
    finish(store);
}

/// Two steps, and a change of others that says another thing than it did.
fn steps_under(lie: &[u8]) -> Store {
    let mut store = start(&json!({ "p": 1, "q": 1 }));
    store.keep_history(1_000, 1 << 20);
    put_and_commit(&mut store, "p", 2);
    put_and_commit(&mut store, "q", 2);
    store.timeline.confirm_foreign(lie, 1);
    store
}

#[test]
fn a_step_that_contradicts_others_is_skipped() {
    let mut store = steps_under(&record_in(&json!({ "p": 2, "q": 2 }), "q", None));
    put_and_commit(&mut store, "p", 3);
    assert_eq!(store.travel(2, true), Ok(2));
    assert_eq!(text(&store), r#"{"p":2,"q":2}"#);
    assert_eq!(store.travel(1, true), Ok(1));
    assert_eq!(text(&store), r#"{"p":1,"q":2}"#);
    assert_eq!(store.history().position, 0);
    finish(store);
}

#[test]
fn steps_under_which_nothing_can_be_worked_out_are_forgotten() {
    let mut store = steps_under(&record_in(&json!({ "p": 2 }), "q", Some(2)));
    assert_eq!(store.travel(1, true), Ok(0));
    assert_eq!(text(&store), r#"{"p":2,"q":2}"#);
    assert_eq!(store.history().length, 0);
    put_and_commit(&mut store, "p", 3);
    assert_eq!(store.travel(1, true), Ok(1));
    assert_eq!(text(&store), r#"{"p":2,"q":2}"#);
    finish(store);
}

/// A dictionary `m` that has a key `a` in front of many, and its node.
fn many_keys() -> (Store, Node) {
    let keys = (0..70).map(|number| (format!("k{number}"), Json::Null));
    let entries: serde_json::Map<_, _> = [("a".into(), json!([]))].into_iter().chain(keys).collect();
    let mut store = start(&json!({ "m": entries, "p": 1 }));
    store.set_recording(true);
    let root = store.root().as_node().unwrap();
    let m = store.tree.cells(root).next().unwrap().1.as_node().unwrap();
    (store, m)
}

/// Commits what must change nothing, but changed `p`.
fn refuse(store: &mut Store) {
    put(store, "p", Some(2));
    store.timeline.author = Author::Nobody;
    assert_eq!(store.commit().err(), Some(Error::Conflict));
    store.timeline.author = Author::Own;
}

#[test]
fn a_refused_trial_puts_back_keys_whose_rows_moved_in_between() {
    let (mut store, m) = many_keys();
    let before = text(&store);
    let [a, n, behind] = ["a", "n", "k0"].map(|key| store.intern(key.as_bytes()).unwrap());
    let replace = |store: &mut Store, new: Json| {
        store.delete(m, store.tree.find(m, a).unwrap()).unwrap();
        let word = value(store, m, u32::MAX, &new).unwrap();
        store.set_key_before(m, store.tree.find(m, behind).unwrap(), a, word).unwrap();
    };
    replace(&mut store, json!({}));
    let inner = store.tree.get(Cell { node: m, slot: store.tree.find(m, a).unwrap() }).as_node().unwrap();
    store.set_key(inner, n, Word::NULL).unwrap();
    replace(&mut store, json!([]));
    assert_eq!(text(&store), before);
    refuse(&mut store);
    assert_eq!(text(&store), before);
    finish(store);
}

#[test]
fn a_refused_trial_leaves_entries_empty_whose_keys_came_and_went() {
    let (mut store, m) = many_keys();
    let [a, behind, last] = ["a", "k0", "last"].map(|key| store.intern(key.as_bytes()).unwrap());
    store.delete(m, 0).unwrap();
    store.commit().unwrap();
    let before = text(&store);
    let come = |store: &mut Store| {
        store.set_key_before(m, 1, a, Word::TRUE).unwrap();
        store.set_key(m, last, Word::TRUE).unwrap();
        assert_eq!([a, behind, last].map(|key| store.tree.find(m, key)), [Some(0), Some(1), Some(71)]);
    };
    come(&mut store);
    store.delete(m, 0).unwrap();
    store.delete(m, 71).unwrap();
    refuse(&mut store);
    assert_eq!(text(&store), before);
    // Or they went with all of it.
    come(&mut store);
    store.set(m, 0, Word::FALSE).unwrap();
    store.set(m, 71, Word::FALSE).unwrap();
    let root = store.root().as_node().unwrap();
    store.delete(root, 0).unwrap();
    refuse(&mut store);
    assert_eq!(text(&store), before);
    assert_eq!((store.tree.find(m, a), store.tree.find(m, behind)), (None, Some(1)));
    finish(store);
}
