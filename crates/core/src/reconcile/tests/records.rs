//! Records keep their rows, and little is done where little differs.

use gaesup_codec::{StringId, Word};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::super::{Next, Tally};
use crate::error::Error;
use crate::model::ops::{check, everything_is_freed, start};
use crate::node::{Cell, Handle, Node};
use crate::store::{Config, ROOT, Store};
use crate::testing::{json as read, value};

fn root(store: &Store) -> Node {
    store.root().as_node().unwrap()
}

fn handles(store: &Store, node: Node) -> Vec<Handle> {
    (0..store.slots(node)).map(|slot| store.handle(store.get(Cell { node, slot }).as_node().unwrap())).collect()
}

fn stage(store: &mut Store, next: &Json) -> Word {
    value(store, ROOT.node, ROOT.slot, next).unwrap()
}

fn id(store: &mut Store) -> Option<StringId> {
    Some(store.intern(b"id").unwrap())
}

/// A record that depends on nothing but its number and whether it was changed.
fn record(number: u32, is_changed: bool) -> Json {
    json!({ "id": number, "name": format!("n{}", number % 7), "tags": [number, { "deep": is_changed }] })
}

fn records(numbers: &[u32], changed: &[bool]) -> Json {
    numbers.iter().map(|number| record(*number, changed.get(*number as usize).copied().unwrap_or(false))).collect()
}

/// Some of the numbers in some order: a few are missing, a few are elsewhere.
fn numbers(len: core::ops::Range<u32>) -> impl Strategy<Value = Vec<u32>> {
    let moves = prop::collection::vec((any::<u16>(), any::<u16>()), 0..6);
    let gone = prop::collection::vec(any::<u16>(), 0..6);
    (len, moves, gone, any::<bool>()).prop_map(|(len, moves, gone, is_reversed)| {
        let mut numbers: Vec<u32> = (0..len).collect();
        for (from, to) in moves {
            if !numbers.is_empty() {
                let moved = numbers.remove(from as usize % numbers.len());
                numbers.insert(to as usize % (numbers.len() + 1), moved);
            }
        }
        for at in gone {
            if !numbers.is_empty() {
                numbers.remove(at as usize % numbers.len());
            }
        }
        if is_reversed {
            numbers.reverse();
        }
        numbers
    })
}

fn any_numbers() -> impl Strategy<Value = Vec<u32>> {
    prop_oneof![4 => numbers(0..24), 2 => numbers(6..11), 1 => numbers(1_015..1_035)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn records_keep_their_rows(
        before in any_numbers(),
        after in any_numbers(),
        changed in prop::collection::vec(prop::bool::weighted(0.2), 0..1_040),
        is_keyed in any::<bool>(),
    ) {
        let mut store = start(&records(&before, &[]));
        let known = handles(&store, root(&store));
        let next = records(&after, &changed);
        let word = stage(&mut store, &next);
        let key = id(&mut store).filter(|_| is_keyed);
        store.reconcile(ROOT, word, key).unwrap();
        check(&store, &next);
        store.commit().unwrap();
        check(&store, &next);
        let now = handles(&store, root(&store));
        for (number, handle) in after.iter().zip(now) {
            let Some(at) = before.iter().position(|other| other == number) else { continue };
            let is_changed = changed.get(*number as usize).copied().unwrap_or(false);
            if is_keyed || !is_changed {
                // Unless nothing else was the same, and the array was replaced as a whole.
                prop_assert_eq!(known[at], handle, "record {}", number);
            }
        }
        everything_is_freed(store);
    }
}

#[test]
fn what_is_equal_is_not_touched() {
    let numbers: Vec<u32> = (0..2_000).collect();
    for is_keyed in [false, true] {
        let mut store = start(&records(&numbers, &[]));
        store.set_recording(true);
        let before = (handles(&store, root(&store)), store.handle(root(&store)));
        let word = stage(&mut store, &records(&numbers, &[]));
        let key = id(&mut store).filter(|_| is_keyed);
        let (pages, commands) = (store.stats().pages_touched, store.stats().commands);
        assert_eq!(store.reconcile(ROOT, word, key), Ok(Tally::default()));
        assert!(!store.in_transaction() && store.log.born.is_empty());
        assert!(store.commit().unwrap().is_none());
        assert_eq!((handles(&store, root(&store)), store.handle(root(&store))), before);
        // Freeing what was staged writes the generations of rows, and nothing else is written.
        let freed = store.stats().pages_touched - pages;
        let rows = 2_000 * 3 + 1;
        assert!(freed <= rows * 3, "{freed} writes for {rows} rows");
        assert_eq!(store.stats().commands, commands);
    }
}

#[test]
fn a_changed_record_is_one_change() {
    let numbers: Vec<u32> = (0..2_000).collect();
    for is_keyed in [false, true] {
        let mut store = start(&records(&numbers, &[]));
        let mut changed = vec![false; 2_000];
        (changed[700], changed[1_999]) = (true, true);
        let next = records(&numbers, &changed);
        let word = stage(&mut store, &next);
        let key = id(&mut store).filter(|_| is_keyed);
        let tally = store.reconcile(ROOT, word, key).unwrap();
        assert_eq!(tally, Tally { updated: 2, ..Tally::default() });
        assert_eq!(store.log.done.len(), 2);
        assert_eq!(store.commit().unwrap().map(|report| report.changes), Some(2));
        check(&store, &next);
    }
}

#[test]
fn lists_inside_records_are_matched_by_the_key_too() {
    let list = |numbers: &[u32], n: u32| -> Json { numbers.iter().map(|id| json!({ "id": id, "n": n })).collect() };
    let mut store = start(&json!({ "rows": [{ "id": 1, "inner": list(&[1, 2, 3], 0) }] }));
    let inner = |store: &Store| {
        let rows = store.get(Cell { node: root(store), slot: 0 }).as_node().unwrap();
        let row = store.get(Cell { node: rows, slot: 0 }).as_node().unwrap();
        store.get(Cell { node: row, slot: 1 }).as_node().unwrap()
    };
    let before = handles(&store, inner(&store));
    let next = json!({ "rows": [{ "id": 1, "inner": list(&[3, 1, 4], 5) }] });
    let (word, key) = (stage(&mut store, &next), id(&mut store));
    let tally = store.reconcile(ROOT, word, key).unwrap();
    assert_eq!(tally, Tally { added: 1, removed: 1, updated: 2, moved: 1 });
    store.commit().unwrap();
    check(&store, &next);
    assert_eq!(handles(&store, inner(&store))[..2], [before[2], before[0]]);
}

#[test]
fn items_known_one_by_one() {
    let mut store = start(&records(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], &[]));
    let (array, known) = (root(&store), handles(&store, root(&store)));
    let mut next: Vec<Next> = [9, 1, 2, 0].map(Next::Kept).to_vec();
    for (slot, number) in [(0, 5), (1, 70), (2, 4)] {
        let word = value(&mut store, array, slot, &record(number, true)).unwrap();
        next.insert(slot as usize, Next::New(word));
    }
    let (mut tally, key) = (Tally::default(), id(&mut store));
    let array = store.reconcile_items(array, &next, key, &mut tally).unwrap();
    assert_eq!(array, root(&store));
    let expected = json!([
        record(5, true),
        record(70, true),
        record(4, true),
        record(9, false),
        record(1, false),
        record(2, false),
        record(0, false)
    ]);
    check(&store, &expected);
    store.commit().unwrap();
    check(&store, &expected);
    let now = handles(&store, array);
    assert_eq!([now[0], now[2], now[3], now[4], now[5], now[6]], [5, 4, 9, 1, 2, 0].map(|at: usize| known[at]));
    assert_eq!((tally.added, tally.removed, tally.updated), (1, 4, 2));
    let mut again = Tally::default();
    assert_eq!(store.reconcile_items(array, &[Next::Kept(7)], None, &mut again), Err(Error::PathNotFound));
    let twice = [Next::Kept(1), Next::Kept(1)];
    assert_eq!(store.reconcile_items(array, &twice, None, &mut again), Err(Error::corrupt(0)));
    store.rollback().unwrap();
    everything_is_freed(store);
}

#[test]
fn views_of_what_stays_stay() {
    let mut store = start(&records(&[0, 1, 2], &[]));
    let mut words = Vec::new();
    let mut stream = store.open_view(root(&store), &mut words).unwrap();
    assert!(store.read_view(&mut stream, &mut words, usize::MAX).unwrap());
    let views = |store: &Store| handles(store, root(store)).iter().map(|row| store.view(row.node)).collect::<Vec<_>>();
    let before = views(&store);
    let word = stage(&mut store, &records(&[2, 1, 0], &[false, true]));
    let key = id(&mut store);
    store.reconcile(ROOT, word, key).unwrap();
    store.commit().unwrap();
    assert_eq!(views(&store), [before[2], 0, before[0]]);
}

#[test]
fn depth_needs_no_stack() {
    const DEPTH: u32 = 1_000;
    let mut store = Store::new(Config { depth_max: DEPTH as usize, ..Config::default() }).unwrap();
    let key = store.intern(b"k").unwrap();
    let list = store.define_keys(&[key]).unwrap();
    let chain = move |store: &mut Store, last: u32, kind: u32| {
        store.begin_value(ROOT.node, ROOT.slot);
        for level in 0..DEPTH - 1 {
            match (kind + level % 2) % 3 {
                0 => store.value_array(1),
                1 => store.value_keyed(list),
                _ => store.value_array(2).and_then(|()| store.value_scalar(Word::NULL)),
            }
            .unwrap();
        }
        store.value_scalar(Word::count(last)).unwrap();
        store.take_value().unwrap()
    };
    let other = id(&mut store);
    let run = std::thread::Builder::new().stack_size(256 << 10).spawn(move || {
        for kind in 0..3 {
            let first = chain(&mut store, 0, kind);
            store.set(ROOT.node, ROOT.slot, first).unwrap();
            store.commit().unwrap();
            let next = chain(&mut store, 1, kind);
            assert_eq!(store.reconcile(ROOT, next, other), Ok(Tally { updated: 1, ..Tally::default() }));
            assert_eq!(store.commit().unwrap().map(|report| report.changes), Some(1));
            let same = chain(&mut store, 1, kind);
            assert!(store.equals(store.root(), same));
            assert_eq!(store.reconcile(ROOT, same, None), Ok(Tally::default()));
        }
    });
    run.unwrap().join().unwrap();
}

#[test]
fn what_was_staged_before_a_savepoint_outlives_it() {
    for is_kept in [false, true] {
        let mut store = start(&json!({ "a": 1 }));
        let word = stage(&mut store, &json!({ "a": 2 }));
        store.save().unwrap();
        store.reconcile(ROOT, word, None).unwrap();
        if is_kept {
            store.release();
            store.commit().unwrap();
            assert_eq!(read(&store, store.root()), json!({ "a": 2 }));
        } else {
            store.rollback_to_save().unwrap();
            assert_eq!(read(&store, word), json!({ "a": 2 }));
            store.rollback().unwrap();
        }
        everything_is_freed(store);
    }
}
