//! Payloads that come again, with and without changes in between.

use gaesup_codec::Word;
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::Value;
use crate::model::ops::{check, check_links, everything_is_freed, start};
use crate::node::{Cell, HOLDER, Node};
use crate::parse::Format;
use crate::reconcile::{Next, Tally};
use crate::store::{ROOT, Store};

/// Takes a payload in as the whole state and commits it.
fn ingest(store: &mut Store, payload: &Json, key: Option<&str>) -> Tally {
    let key = key.map(|key| store.intern(key.as_bytes()).unwrap());
    let arrival = store.arrive(ROOT, Format::Json, payload.to_string().as_bytes()).unwrap();
    let tally = store.adopt(ROOT, &arrival, key).unwrap();
    store.commit().unwrap();
    store.remember(ROOT, &arrival);
    tally
}

fn rows(count: i64) -> Vec<Json> {
    (0..count).map(|n| json!({ "id": n, "name": format!("row {n}"), "tags": [n % 3, "x"] })).collect()
}

fn items(store: &Store) -> Vec<Node> {
    let array = store.root().as_node().unwrap();
    (0..store.slots(array)).filter_map(|slot| store.get(Cell { node: array, slot }).as_node()).collect()
}

#[test]
fn records_with_the_same_bytes_are_not_parsed_again() {
    let mut store = start(&json!([]));
    let mut payload = rows(2_000);
    ingest(&mut store, &json!(payload), None);
    let before = items(&store);
    payload[7]["name"] = json!("other");
    payload.swap(100, 1_500);
    payload.insert(50, json!({ "id": -1, "name": "new", "tags": [] }));
    payload.remove(1_000);
    let arrival = store.arrive(ROOT, Format::Json, json!(payload).to_string().as_bytes()).unwrap();
    let Value::Items(next) = &arrival.value else { panic!("{arrival:?}") };
    assert_eq!(next.iter().filter(|item| matches!(item, Next::New(_))).count(), 2);
    store.rollback().unwrap();
    let tally = ingest(&mut store, &json!(payload), Some("id"));
    assert_eq!(tally, Tally { added: 1, removed: 1, updated: 1, moved: 2 });
    check(&store, &json!(payload));
    let kept = items(&store).iter().filter(|node| before.contains(node)).count();
    assert_eq!(kept, 1_999);
    everything_is_freed(store);
}

#[test]
fn what_was_written_since_is_not_taken_for_what_came() {
    let mut store = start(&json!([]));
    let payload = json!(rows(100));
    ingest(&mut store, &payload, Some("id"));
    let array = store.root().as_node().unwrap();
    let item = store.get(Cell { node: array, slot: 3 }).as_node().unwrap();
    let tags = store.get(Cell { node: item, slot: 2 }).as_node().unwrap();
    // One number quickly, one cell deep inside, one item moved away and back.
    store.commit_number(store.handle(item), 0, crate::quick::NumberChange::Set(77.0)).unwrap();
    let other = store.get(Cell { node: array, slot: 4 }).as_node().unwrap();
    let deep = store.get(Cell { node: other, slot: 2 }).as_node().unwrap();
    assert_ne!(deep, tags);
    store.set(deep, 0, Word::NULL).unwrap();
    store.commit().unwrap();
    store.move_item(array, 10, 20).unwrap();
    store.delete(array, 30).unwrap();
    store.commit().unwrap();
    let tally = ingest(&mut store, &payload, None);
    check(&store, &payload);
    assert_eq!((tally.added, tally.removed, tally.moved), (1, 0, 1));
    assert_eq!(ingest(&mut store, &payload, None), Tally::default());
    check_links(&store, HOLDER);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn the_state_is_what_came_last(
        payloads in prop::collection::vec(prop::collection::vec((0u8..30, 0u8..3), 0..40), 1..6),
        edits in prop::collection::vec((any::<u8>(), 0u8..4), 0..10),
        by_key in any::<bool>(),
    ) {
        let mut store = start(&json!([]));
        for payload in payloads {
            let payload: Vec<Json> = payload
                .iter()
                .map(|(id, kind)| match kind {
                    0 => json!({ "id": id, "tags": [id, { "n": kind }] }),
                    1 => json!({ "id": id, "tags": [] }),
                    _ => json!(id),
                })
                .collect();
            let payload = json!(payload);
            ingest(&mut store, &payload, by_key.then_some("id"));
            check(&store, &payload);
            let array = store.root().as_node().unwrap();
            for (at, kind) in &edits {
                let len = store.slots(array);
                if len == 0 || store.root().as_node() != Some(array) {
                    break;
                }
                let cell = Cell { node: array, slot: u32::from(*at) % len };
                match (kind, store.get(cell).as_node()) {
                    (0, Some(item)) => store.set(item, 0, Word::number(f64::from(*at))).unwrap(),
                    (1, Some(item)) => store.set(item, 1, Word::NULL).unwrap(),
                    (2, _) => drop(store.move_item(array, cell.slot, 0).unwrap()),
                    _ => store.delete(array, cell.slot).unwrap(),
                }
                store.commit().unwrap();
            }
        }
        everything_is_freed(store);
    }
}
