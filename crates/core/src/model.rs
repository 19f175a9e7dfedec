//! Random programs against a plain JSON value: transactions kept, taken back,
//! and interrupted by want of memory.

mod batches;
mod deltas;
mod diff;
mod kept;
pub(crate) mod ops;
mod rules;

use proptest::prelude::*;
use serde_json::json;

use crate::error::Error;
use crate::node::Cell;
use ops::{any_json, any_op, apply, check, everything_is_freed, start};

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn transactions_are_what_their_operations_are_on_json(
        initial in any_json(),
        transactions in prop::collection::vec((any::<bool>(), prop::collection::vec(any_op(), 1..8)), 1..12),
    ) {
        let (mut store, mut model) = (start(&initial), initial);
        for (keep, ops) in transactions {
            let before = model.clone();
            for op in &ops {
                apply(&mut store, &mut model, op).unwrap();
                check(&store, &model);
            }
            if keep {
                store.commit().unwrap();
            } else {
                store.rollback().unwrap();
                model = before;
            }
            check(&store, &model);
        }
        everything_is_freed(store);
    }

    #[test]
    fn without_memory_an_operation_leaves_no_trace(
        initial in any_json(),
        transactions in prop::collection::vec((0u64..12, prop::collection::vec(any_op(), 1..5)), 1..12),
    ) {
        let (mut store, mut model) = (start(&initial), initial);
        for (allowed, ops) in transactions {
            let before = model.clone();
            store.tree.memory.pool_mut().fail_after(Some(allowed));
            let done = ops.iter().try_for_each(|op| apply(&mut store, &mut model, op));
            let done = done.and_then(|()| store.commit().map(|_| ()));
            store.tree.memory.pool_mut().fail_after(None);
            if done == Err(Error::Dead) {
                return Ok(());
            }
            if done.is_err() {
                // Nothing to do when it was the commit that failed.
                store.rollback().unwrap();
                model = before;
            }
            check(&store, &model);
        }
        everything_is_freed(store);
    }
}

#[test]
fn strings_that_nothing_refers_to_are_collected() {
    let mut store = start(&json!({ "a": "gone", "b": ["kept", "gone too"], "c": { "d": "kept as well" } }));
    let root = store.root().as_node().unwrap();
    store.delete(root, 0).unwrap();
    let list = store.get(Cell { node: root, slot: 1 }).as_node().unwrap();
    store.remove(list, 1, 1).unwrap();
    store.commit().unwrap();
    assert_eq!(store.collect().unwrap(), 2);
    assert_eq!(store.find_string(b"gone"), None);
    check(&store, &json!({ "b": ["kept"], "c": { "d": "kept as well" } }));
}

#[test]
fn a_rolled_back_store_keeps_its_views() {
    let mut store = start(&json!({ "rows": [{ "n": 1 }, { "n": 2 }] }));
    let root = store.root().as_node().unwrap();
    let mut words = Vec::new();
    let mut stream = store.open_view(root, &mut words).unwrap();
    assert!(store.read_view(&mut stream, &mut words, usize::MAX).unwrap());
    let view = store.view(root);
    let rows = store.get(Cell { node: root, slot: 0 }).as_node().unwrap();
    store.remove(rows, 0, 1).unwrap();
    store.rollback().unwrap();
    assert_eq!(store.view(root), view);
    let rows = store.get(Cell { node: root, slot: 0 }).as_node().unwrap();
    let row = store.get(Cell { node: rows, slot: 1 }).as_node().unwrap();
    store.increment(row, 0, 1.0).unwrap();
    // The row, the array and the root; the other row keeps its view.
    assert_eq!(store.commit().unwrap().unwrap().views.len(), 3);
}
