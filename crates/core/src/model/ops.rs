//! Operations on a store and on plain JSON alike.

use gaesup_codec::Word;
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use crate::error::{Error, Result};
use crate::node::{Cell, HOLDER, Node};
use crate::store::{Config, Store};
use crate::testing::{json, value};
use crate::tree::Kind;

/// An operation; its numbers choose among what is there.
#[derive(Clone, Debug)]
pub(crate) enum Op {
    Set(Vec<u8>, u8, Json),
    SetKey(Vec<u8>, u8, Json),
    Delete(Vec<u8>, u8),
    Increment(Vec<u8>, u8, i8),
    Insert(Vec<u8>, u8, Vec<Json>),
    Remove(Vec<u8>, u8, u8),
    Move(Vec<u8>, u8, u8),
    /// Sorts by a rotation and a swap.
    Arrange(Vec<u8>, u8, u8),
    /// Puts a copy of a container into a cell, behind an array or under a key.
    Copy(Vec<u8>, Vec<u8>, u8),
    /// Exchanges two items or values, as one does by way of a variable.
    Swap(Vec<u8>, u8, u8),
}

pub(crate) fn any_json() -> impl Strategy<Value = Json> + Clone {
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

pub(crate) fn any_op() -> impl Strategy<Value = Op> {
    any_op_of(any_json())
}

/// Any operation, with values from `values`.
pub(crate) fn any_op_of(values: impl Strategy<Value = Json> + Clone + 'static) -> impl Strategy<Value = Op> {
    let path = prop::collection::vec(any::<u8>(), 0..4);
    prop_oneof![
        (path.clone(), any::<u8>(), values.clone()).prop_map(|(path, slot, value)| Op::Set(path, slot, value)),
        (path.clone(), any::<u8>(), values.clone()).prop_map(|(path, key, value)| Op::SetKey(path, key, value)),
        (path.clone(), any::<u8>()).prop_map(|(path, slot)| Op::Delete(path, slot)),
        (path.clone(), any::<u8>(), any::<i8>()).prop_map(|(path, slot, by)| Op::Increment(path, slot, by)),
        (path.clone(), any::<u8>(), prop::collection::vec(values, 1..4))
            .prop_map(|(path, index, items)| Op::Insert(path, index, items)),
        (path.clone(), any::<u8>(), 1u8..5).prop_map(|(path, index, count)| Op::Remove(path, index, count)),
        (path.clone(), any::<u8>(), any::<u8>()).prop_map(|(path, from, to)| Op::Move(path, from, to)),
        (path.clone(), any::<u8>(), any::<u8>()).prop_map(|(path, by, other)| Op::Arrange(path, by, other)),
        (path.clone(), any::<u8>(), any::<u8>()).prop_map(|(path, one, other)| Op::Swap(path, one, other)),
        (path.clone(), path, any::<u8>()).prop_map(|(path, from, choice)| Op::Copy(path, from, choice)),
    ]
}

/// Follows choices from a container, which is `model`, to one inside it.
pub(crate) fn descend_from<'a>(
    store: &Store,
    mut node: Node,
    mut model: &'a mut Json,
    path: &[u8],
) -> (Node, &'a mut Json) {
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
    (node, model)
}

/// The cell a choice means in a container.
pub(crate) fn choose(store: &Store, node: Node, choice: u8) -> Option<(usize, u32)> {
    let cells: Vec<u32> = store.tree.cells(node).map(|(slot, _)| slot).collect();
    // Half of the choices are of the first few, which many have in common.
    let len = if choice < 128 { cells.len() } else { cells.len().min(6) };
    let at = choice as usize % len.max(1);
    cells.get(at).map(|slot| (at, *slot))
}

pub(crate) fn apply(store: &mut Store, model: &mut Json, op: &Op) -> Result<()> {
    if let Some(root) = store.root().as_node() {
        return apply_in(store, root, model, op);
    }
    let word = value(store, HOLDER, 0, &json!({ "a": [] }))?;
    store.set(HOLDER, 0, word)?;
    *model = json!({ "a": [] });
    Ok(())
}

/// Does the operation in a container, which is `model`, or in one inside it.
pub(crate) fn apply_in(store: &mut Store, outer: Node, model: &mut Json, op: &Op) -> Result<()> {
    let (Op::Set(path, ..)
    | Op::SetKey(path, ..)
    | Op::Delete(path, ..)
    | Op::Increment(path, ..)
    | Op::Insert(path, ..)
    | Op::Remove(path, ..)
    | Op::Move(path, ..)
    | Op::Arrange(path, ..)
    | Op::Copy(path, ..)
    | Op::Swap(path, ..)) = op;
    let (node, place) = descend_from(store, outer, model, path);
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
        Op::Arrange(_, by, other) => {
            let Json::Array(items) = place else {
                return refused(store.arrange(node, &[]));
            };
            let mut order: Vec<u32> = (0..items.len() as u32).collect();
            if !order.is_empty() {
                order.rotate_left(*by as usize % items.len());
                order.swap(0, *other as usize % items.len());
            }
            store.arrange(node, &order)?;
            *items = order.iter().map(|index| items[*index as usize].clone()).collect();
        }
        Op::Swap(_, one, other) => {
            let (Some((at, slot)), Some((to, target))) = (choose(store, node, *one), choose(store, node, *other))
            else {
                return Ok(());
            };
            let cells = [Cell { node, slot }, Cell { node, slot: target }];
            let [first, second] = cells.map(|cell| store.get(cell));
            put_copy(store, cells[0], second)?;
            put_copy(store, cells[1], first)?;
            let (first, second) = (nth(place, at).clone(), nth(place, to).clone());
            *nth(place, at) = second;
            *nth(place, to) = first;
        }
        Op::Copy(_, from, choice) => {
            let (source, copied) = descend_from(store, outer, model, from);
            let copied = copied.clone();
            return apply_copy(store, outer, model, path, *choice, (source, copied));
        }
    }
    Ok(())
}

/// Makes a scalar, or a copy of a container, the word of a cell.
fn put_copy(store: &mut Store, cell: Cell, word: Word) -> Result<()> {
    let word = copy_of(store, cell.node, cell.slot, word)?;
    store.set(cell.node, cell.slot, word)
}

fn copy_of(store: &mut Store, node: Node, slot: u32, word: Word) -> Result<Word> {
    let Some(source) = word.as_node() else { return Ok(word) };
    store.begin_value(node, slot);
    store.value_copy(source)?;
    store.take_value()
}

/// Puts a copy of a container behind an array's item or under a key.
pub(crate) fn apply_copy(
    store: &mut Store,
    outer: Node,
    model: &mut Json,
    path: &[u8],
    choice: u8,
    (source, copied): (Node, Json),
) -> Result<()> {
    let (node, place) = descend_from(store, outer, model, path);
    match place {
        Json::Array(items) => {
            let index = choice as usize % (items.len() + 1);
            let word = copy_of(store, node, index as u32, Word::node(source))?;
            store.insert(node, index as u32, &[word])?;
            items.insert(index, copied);
        }
        Json::Object(entries) => {
            let key = format!("{}", char::from(b'a' + choice % 12));
            let id = store.intern(key.as_bytes())?;
            let word = copy_of(store, node, u32::MAX, Word::node(source))?;
            store.set_key(node, id, word)?;
            entries.insert(key, copied);
        }
        _ => unreachable!(),
    }
    Ok(())
}

/// An operation that must not be possible here.
pub(crate) fn refused<T: std::fmt::Debug>(result: Result<T>) -> Result<()> {
    match result.unwrap_err() {
        memory @ (Error::OutOfMemory | Error::LimitExceeded) => Err(memory),
        _ => Ok(()),
    }
}

pub(crate) fn nth(place: &mut Json, at: usize) -> &mut Json {
    match place {
        Json::Array(items) => &mut items[at],
        Json::Object(entries) => entries.iter_mut().nth(at).unwrap().1,
        _ => unreachable!(),
    }
}

pub(crate) fn plain(number: f64) -> Json {
    if number.fract() == 0.0 { json!(number as i64) } else { json!(number) }
}

/// Parent links, slots and kinds are as the tree says.
pub(crate) fn check_links(store: &Store, node: Node) {
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

pub(crate) fn check(store: &Store, model: &Json) {
    assert_eq!(&json(store, store.root()), model);
    check_links(store, HOLDER);
}

pub(crate) fn start(initial: &Json) -> Store {
    let mut store = Store::new(Config::default()).unwrap();
    let word = value(&mut store, HOLDER, 0, initial).unwrap();
    store.set(HOLDER, 0, word).unwrap();
    store.commit().unwrap();
    store
}

pub(crate) fn everything_is_freed(mut store: Store) {
    store.set(HOLDER, 0, Word::UNDEFINED).unwrap();
    store.commit().unwrap();
    let stats = store.stats();
    assert_eq!((stats.records, stats.lists, stats.dictionaries), (0, 0, 0));
}
