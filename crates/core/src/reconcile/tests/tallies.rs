//! What is counted, and how much is logged for it.

use serde_json::{Value as Json, json};

use super::super::Tally;
use crate::model::ops::{check, start};
use crate::store::ROOT;
use crate::testing::value;

/// Reconciles by `id`, and counts what comes, goes, is updated and moves.
fn tally(before: &Json, after: &Json, key: Option<&str>) -> [u32; 4] {
    let mut store = start(before);
    let key = key.map(|key| store.intern(key.as_bytes()).unwrap());
    let word = value(&mut store, ROOT.node, ROOT.slot, after).unwrap();
    let Tally { added, removed, updated, moved } = store.reconcile(ROOT, word, key).unwrap();
    store.commit().unwrap();
    check(&store, after);
    [added, removed, updated, moved]
}

fn plain(before: Json, after: Json) -> [u32; 4] {
    tally(&before, &after, None)
}

fn keyed(before: Json, after: Json) -> [u32; 4] {
    tally(&before, &after, Some("id"))
}

#[test]
fn scalars_and_kinds() {
    assert_eq!(plain(json!(1), json!(1)), [0, 0, 0, 0]);
    assert_eq!(plain(json!(1), json!("1")), [0, 0, 1, 0]);
    assert_eq!(plain(json!({}), json!([])), [0, 0, 1, 0]);
    assert_eq!(plain(json!([]), json!(null)), [0, 0, 1, 0]);
    assert_eq!(plain(json!({ "a": [1] }), json!({ "a": { "b": 1 } })), [0, 0, 1, 0]);
}

#[test]
fn keys() {
    assert_eq!(plain(json!({ "a": 1, "b": 2 }), json!({ "a": 1, "b": 3 })), [0, 0, 1, 0]);
    assert_eq!(plain(json!({ "a": 1, "b": 2 }), json!({ "b": 2 })), [0, 1, 0, 0]);
    assert_eq!(plain(json!({ "b": 2 }), json!({ "a": 1, "b": 2, "c": 3 })), [2, 0, 0, 0]);
    assert_eq!(plain(json!({ "a": 1, "b": 2, "c": 3 }), json!({ "b": 2, "c": 3, "a": 1 })), [1, 1, 0, 0]);
    assert_eq!(plain(json!({ "a": { "x": 1 } }), json!({ "a": { "x": 2, "y": [] } })), [1, 0, 1, 0]);
}

#[test]
fn items_without_a_key() {
    assert_eq!(plain(json!([1, 2, 3]), json!([1, 5, 3])), [0, 0, 1, 0]);
    assert_eq!(plain(json!([1, 2, 3]), json!([1, 3])), [0, 1, 0, 0]);
    assert_eq!(plain(json!([1, 2, 3]), json!([0, 1, 2, 3, 4])), [2, 0, 0, 0]);
    assert_eq!(plain(json!([1, 2, 3]), json!([3, 1, 2])), [0, 0, 0, 1]);
    assert_eq!(plain(json!([1, 1, 2, 2]), json!([2, 1, 2])), [0, 1, 0, 1]);
    let rows = |names: &[&str]| -> Json { names.iter().map(|name| json!({ "name": name, "n": [1] })).collect() };
    assert_eq!(plain(rows(&["a", "b", "c"]), rows(&["a", "x", "c"])), [0, 0, 1, 0]);
    assert_eq!(plain(rows(&["a", "b", "c"]), rows(&["x", "a", "y", "c"])), [1, 0, 1, 0]);
    assert_eq!(plain(rows(&["a", "b", "c", "d", "e"]), rows(&["b", "x", "d", "e", "a"])), [0, 0, 1, 1]);
    assert_eq!(plain(json!([1, { "a": 1 }, [1], [2]]), json!([{ "a": 2 }, [1], [2], 1])), [0, 0, 1, 1]);
}

#[test]
fn items_with_a_key() {
    let rows = |rows: &[(u32, u32)]| -> Json { rows.iter().map(|(id, n)| json!({ "id": id, "n": n })).collect() };
    let before = [(1, 0), (2, 0), (3, 0)];
    assert_eq!(keyed(rows(&before), rows(&[(1, 0), (2, 5), (3, 0)])), [0, 0, 1, 0]);
    assert_eq!(keyed(rows(&before), rows(&[(3, 5), (1, 0), (2, 0)])), [0, 0, 1, 1]);
    // Another key is another record, even in the same place.
    assert_eq!(keyed(rows(&before), rows(&[(1, 0), (7, 0), (3, 0)])), [1, 1, 0, 0]);
    assert_eq!(keyed(rows(&before), rows(&[(4, 0), (5, 0), (6, 0), (7, 0)])), [4, 3, 0, 0]);
    let twice = [(1, 0), (1, 1), (2, 0)];
    assert_eq!(keyed(rows(&twice), rows(&[(2, 0), (1, 0), (1, 1)])), [0, 0, 0, 1]);
    assert_eq!(keyed(rows(&twice), rows(&[(2, 0), (1, 1)])), [0, 1, 1, 1]);
    assert_eq!(keyed(json!([1, { "id": 1 }, 2]), json!([{ "id": 1, "a": 0 }, 1, 3])), [1, 0, 1, 1]);
}

#[test]
fn numbers_that_changed_have_not_moved() {
    let samples =
        |flipped: u32| -> Json { (0..2_000).map(|at| json!((at / 3 + u32::from(at % 100 == flipped)) % 2)).collect() };
    assert_eq!(plain(samples(100), samples(7)), [0, 0, 20, 0]);
    assert_eq!(plain(samples(5), samples(7)), [0, 0, 40, 0]);
}

#[test]
fn few_come_and_go_among_many() {
    let rows = |skipped: u32, from: u32| -> Json {
        let number = |at: u32| if at % 100 == skipped { at + from } else { at };
        (0..3_000)
            .filter(|at| at % 100 != skipped + 50)
            .map(|at| json!({ "id": number(at), "tags": [at, "x"] }))
            .collect()
    };
    assert_eq!(keyed(rows(3, 0), rows(20, 0)), [30, 30, 0, 0]);
    assert_eq!(plain(rows(3, 0), rows(20, 0)), [30, 30, 0, 0]);
    assert_eq!(keyed(rows(3, 0), rows(3, 9_000)), [30, 30, 0, 0]);
    assert_eq!(plain(rows(3, 0), rows(3, 9_000)), [0, 0, 30, 0]);
}
