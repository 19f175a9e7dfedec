//! Random programs against a plain JSON value: transactions kept, taken back,
//! and interrupted by want of memory.

use proptest::prelude::*;
use serde_json::{Value as Json, json};

use crate::error::{Error, Result};
use crate::node::{Cell, HOLDER, Node};
use crate::store::{Config, Store};
use crate::testing::{json, value};
use crate::tree::Kind;
use crate::word::Word;

/// An operation; its numbers choose among what is there.
#[derive(Clone, Debug)]
enum Op {
    Set(Vec<u8>, u8, Json),
    SetKey(Vec<u8>, u8, Json),
    Delete(Vec<u8>, u8),
    Increment(Vec<u8>, u8, i8),
    Insert(Vec<u8>, u8, Vec<Json>),
    Remove(Vec<u8>, u8, u8),
    Move(Vec<u8>, u8, u8),
}

fn any_json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        (-300i32..70_000).prop_map(Json::from),
        (0.25f64..9.0).prop_map(|number| json!((number * 4.0).floor() / 4.0 + 0.125)),
        "[a-d]{0,3}".prop_map(Json::from),
    ];
    leaf.prop_recursive(3, 40, 12, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..14).prop_map(Json::from),
            prop::collection::vec(("[a-h]", inner.clone()), 0..6)
                .prop_map(|entries| Json::Object(entries.into_iter().collect())),
            (60u32..70, inner).prop_map(|(count, item)| {
                Json::Object((0..count).map(|number| (format!("k{number}"), item.clone())).collect())
            }),
        ]
    })
}

fn any_op() -> impl Strategy<Value = Op> {
    let path = prop::collection::vec(any::<u8>(), 0..4);
    prop_oneof![
        (path.clone(), any::<u8>(), any_json()).prop_map(|(path, slot, value)| Op::Set(path, slot, value)),
        (path.clone(), any::<u8>(), any_json()).prop_map(|(path, key, value)| Op::SetKey(path, key, value)),
        (path.clone(), any::<u8>()).prop_map(|(path, slot)| Op::Delete(path, slot)),
        (path.clone(), any::<u8>(), any::<i8>()).prop_map(|(path, slot, by)| Op::Increment(path, slot, by)),
        (path.clone(), any::<u8>(), prop::collection::vec(any_json(), 1..4))
            .prop_map(|(path, index, items)| Op::Insert(path, index, items)),
        (path.clone(), any::<u8>(), 1u8..5).prop_map(|(path, index, count)| Op::Remove(path, index, count)),
        (path, any::<u8>(), any::<u8>()).prop_map(|(path, from, to)| Op::Move(path, from, to)),
    ]
}

/// Follows choices to a container, in the store and in the model alike.
fn descend<'a>(store: &Store, mut model: &'a mut Json, path: &[u8]) -> Option<(Node, &'a mut Json)> {
    let mut node = store.root().as_node()?;
    for choice in path {
        let cells: Vec<(u32, Word)> = store.tree.cells(node).collect();
        if cells.is_empty() {
            break;
        }
        let at = *choice as usize % cells.len();
        let Some(child) = cells[at].1.as_node() else {
            break;
        };
        node = child;
        model = match model {
            Json::Array(items) => &mut items[at],
            Json::Object(entries) => entries.iter_mut().nth(at).unwrap().1,
            _ => unreachable!(),
        };
    }
    Some((node, model))
}

/// The cell a choice means in a container.
fn choose(store: &Store, node: Node, choice: u8) -> Option<(usize, u32)> {
    let cells: Vec<u32> = store.tree.cells(node).map(|(slot, _)| slot).collect();
    let at = choice as usize % cells.len().max(1);
    cells.get(at).map(|slot| (at, *slot))
}

fn apply(store: &mut Store, model: &mut Json, op: &Op) -> Result<()> {
    let (Op::Set(path, ..)
    | Op::SetKey(path, ..)
    | Op::Delete(path, ..)
    | Op::Increment(path, ..)
    | Op::Insert(path, ..)
    | Op::Remove(path, ..)
    | Op::Move(path, ..)) = op;
    let Some((node, place)) = descend(store, model, path) else {
        let word = value(store, HOLDER, 0, &json!({ "a": [] }))?;
        store.set(HOLDER, 0, word)?;
        *model = json!({ "a": [] });
        return Ok(());
    };
    match op {
        Op::Set(_, choice, new) => {
            let Some((at, slot)) = choose(store, node, *choice) else {
                return Ok(());
            };
            let word = value(store, node, slot, new)?;
            store.set(node, slot, word)?;
            *nth(place, at) = new.clone();
        }
        Op::SetKey(_, choice, new) => {
            let Json::Object(entries) = place else {
                return refused(store.set_key(node, crate::StringId(0), Word::NULL));
            };
            let key = format!("{}", char::from(b'a' + choice % 12));
            let id = store.intern(key.as_bytes())?;
            let word = value(store, node, u32::MAX, new)?;
            store.set_key(node, id, word)?;
            entries.insert(key, new.clone());
        }
        Op::Delete(_, choice) => {
            let Some((at, slot)) = choose(store, node, *choice) else {
                return Ok(());
            };
            store.delete(node, slot)?;
            match place {
                Json::Array(items) => drop(items.remove(at)),
                Json::Object(entries) => {
                    let key = entries.keys().nth(at).unwrap().clone();
                    entries.shift_remove(&key);
                }
                _ => unreachable!(),
            }
        }
        Op::Increment(_, choice, by) => {
            let Some((at, slot)) = choose(store, node, *choice) else {
                return Ok(());
            };
            let target = nth(place, at);
            let Some(old) = target.as_f64() else {
                return refused(store.increment(node, slot, 1.0));
            };
            store.increment(node, slot, f64::from(*by))?;
            *target = plain(old + f64::from(*by));
        }
        Op::Insert(_, choice, new) => {
            let Json::Array(items) = place else {
                return refused(store.insert(node, 0, &[Word::NULL]));
            };
            let index = *choice as usize % (items.len() + 1);
            let words = new.iter().map(|item| value(store, node, 0, item)).collect::<Result<Vec<_>>>()?;
            store.insert(node, index as u32, &words)?;
            items.splice(index..index, new.iter().cloned());
        }
        Op::Remove(_, choice, count) => {
            let Json::Array(items) = place else {
                return refused(store.remove(node, 0, 1));
            };
            if items.is_empty() {
                return refused(store.remove(node, 0, 1));
            }
            let index = *choice as usize % items.len();
            store.remove(node, index as u32, u32::from(*count))?;
            items.drain(index..(index + *count as usize).min(items.len()));
        }
        Op::Move(_, from, to) => {
            let Json::Array(items) = place else {
                return refused(store.move_item(node, 0, 0));
            };
            if items.is_empty() {
                return refused(store.move_item(node, 0, 0));
            }
            let (from, to) = (*from as usize % items.len(), *to as usize % items.len());
            store.move_item(node, from as u32, to as u32)?;
            let item = items.remove(from);
            items.insert(to, item);
        }
    }
    Ok(())
}

/// An operation that must not be possible here.
fn refused<T: std::fmt::Debug>(result: Result<T>) -> Result<()> {
    match result.unwrap_err() {
        memory @ (Error::OutOfMemory | Error::LimitExceeded { .. }) => Err(memory),
        _ => Ok(()),
    }
}

fn nth(place: &mut Json, at: usize) -> &mut Json {
    match place {
        Json::Array(items) => &mut items[at],
        Json::Object(entries) => entries.iter_mut().nth(at).unwrap().1,
        _ => unreachable!(),
    }
}

fn plain(number: f64) -> Json {
    if number.fract() == 0.0 { json!(number as i64) } else { json!(number) }
}

/// Parent links, slots and kinds are as the tree says.
fn check_links(store: &Store, node: Node) {
    for (slot, word) in store.tree.cells(node) {
        let Some(child) = word.as_node() else {
            continue;
        };
        assert_eq!(store.tree.parent(child), Some(node), "parent of {child:?}");
        let hint = store.tree.rows(child.table).unwrap().slot(&store.tree.memory, child.row);
        if store.tree.kind(node) != Kind::Array || node.table != 0 {
            assert_eq!(hint, slot, "slot of {child:?} in {node:?}");
        }
        check_links(store, child);
    }
}

fn check(store: &Store, model: &Json) {
    assert_eq!(&json(store, store.root()), model);
    check_links(store, HOLDER);
}

fn start(initial: &Json) -> Store {
    let mut store = Store::new(Config::default()).unwrap();
    let word = value(&mut store, HOLDER, 0, initial).unwrap();
    store.set(HOLDER, 0, word).unwrap();
    store.commit().unwrap();
    store
}

fn everything_is_freed(mut store: Store) {
    store.set(HOLDER, 0, Word::UNDEFINED).unwrap();
    store.commit().unwrap();
    let stats = store.stats();
    assert_eq!((stats.records, stats.lists, stats.dictionaries), (0, 0, 0));
}

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
            if done.is_ok() {
                store.commit().unwrap();
            } else {
                store.tree.memory.pool_mut().fail_after(None);
                store.rollback().unwrap();
                model = before;
            }
            store.tree.memory.pool_mut().fail_after(None);
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
