//! Values with maps, ways to edit them, and their way into a store and out.

use gaesup_codec::{Value, Word};
use proptest::prelude::*;

use crate::error::Result;
use crate::node::{Cell, HOLDER};
use crate::store::{Config, Store};
use crate::tree::Kind;

/// A value; objects have the keys that are array indexes in front.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Val {
    Null,
    Flag(bool),
    Number(f64),
    Text(String),
    Array(Vec<Val>),
    Object(Vec<(String, Val)>),
    Map(Vec<(String, Val)>),
}

/// Changes something somewhere; numbers choose among what is there.
#[derive(Clone, Debug)]
pub(crate) struct Edit {
    path: Vec<u8>,
    way: Way,
    at: u8,
    to: u8,
    value: Val,
}

#[derive(Clone, Copy, Debug)]
enum Way {
    Set,
    Insert,
    Remove,
    Move,
    Rotate,
    Double,
    /// An object becomes a map, and the other way round.
    Turn,
}

fn leaf() -> impl Strategy<Value = Val> + Clone {
    prop_oneof![
        Just(Val::Null),
        any::<bool>().prop_map(Val::Flag),
        (0i32..5).prop_map(|number| Val::Number(f64::from(number))),
        (0i32..90_000).prop_map(|number| Val::Number(f64::from(number) / 4.0)),
        "[xyz]{0,2}".prop_map(Val::Text),
    ]
}

fn name() -> impl Strategy<Value = String> + Clone {
    prop_oneof![8 => "[a-f]", 1 => "[0-3]", 1 => Just("id".to_owned())]
}

fn unique(entries: Vec<(String, Val)>) -> Vec<(String, Val)> {
    let mut unique: Vec<(String, Val)> = Vec::new();
    for (key, value) in entries {
        if !unique.iter().any(|(other, _)| *other == key) {
            unique.push((key, value));
        }
    }
    unique
}

fn object(entries: Vec<(String, Val)>) -> Val {
    in_order(Val::Object(unique(entries)))
}

/// Brings the keys of an object into the order that JavaScript shows.
fn in_order(value: Val) -> Val {
    match value {
        Val::Object(mut entries) => {
            entries.sort_by_key(|(key, _)| key.parse::<u32>().unwrap_or(u32::MAX));
            Val::Object(entries)
        }
        other => other,
    }
}

/// A record with an `id` of few, so that some come twice.
fn record(inner: impl Strategy<Value = Val> + Clone) -> impl Strategy<Value = Val> + Clone {
    (0i32..30, inner.clone(), prop::option::of(inner), any::<bool>()).prop_map(|(id, one, other, is_last)| {
        let mut entries = vec![("a".to_owned(), one)];
        entries.extend(other.map(|other| ("b".to_owned(), other)));
        let at = if is_last { entries.len() } else { 0 };
        entries.insert(at, ("id".to_owned(), Val::Number(f64::from(id))));
        Val::Object(entries)
    })
}

pub(crate) fn any_val() -> impl Strategy<Value = Val> + Clone {
    leaf().prop_recursive(4, 60, 12, |inner| {
        let entries = prop::collection::vec((name(), inner.clone()), 0..6);
        prop_oneof![
            3 => prop::collection::vec(inner.clone(), 0..13).prop_map(Val::Array),
            3 => prop::collection::vec(record(inner.clone()), 0..13).prop_map(Val::Array),
            4 => entries.clone().prop_map(object),
            2 => entries.prop_map(|entries| Val::Map(unique(entries))),
            1 => (60usize..70, inner, any::<bool>()).prop_map(|(count, item, is_map)| {
                let entries = (0..count).map(|number| (format!("k{number}"), item.clone())).collect();
                if is_map { Val::Map(entries) } else { Val::Object(entries) }
            }),
        ]
    })
}

pub(crate) fn any_edit() -> impl Strategy<Value = Edit> {
    let way = prop_oneof![
        4 => Just(Way::Set),
        3 => Just(Way::Insert),
        3 => Just(Way::Remove),
        2 => Just(Way::Move),
        1 => Just(Way::Rotate),
        1 => Just(Way::Double),
        1 => Just(Way::Turn),
    ];
    (prop::collection::vec(any::<u8>(), 0..4), way, any::<u8>(), any::<u8>(), any_val())
        .prop_map(|(path, way, at, to, value)| Edit { path, way, at, to, value })
}

pub(crate) fn edited(value: &Val, edits: &[Edit]) -> Val {
    let mut value = value.clone();
    for edit in edits {
        edit.apply(&mut value);
    }
    value
}

impl Edit {
    fn apply(&self, value: &mut Val) {
        let mut place = value;
        for choice in &self.path {
            let len = len(place);
            if len == 0 || is_leaf(child(place, *choice as usize % len)) {
                break;
            }
            place = child(place, *choice as usize % len);
        }
        let keyed = |value: Val, old: Option<&(String, Val)>| {
            (old.map_or_else(|| format!("n{}", format!("{value:?}").len() % 40), |(key, _)| key.clone()), value)
        };
        *place = match (core::mem::replace(place, Val::Null), self.way) {
            (Val::Map(entries), Way::Turn) => object(entries),
            (Val::Object(entries), Way::Turn) => Val::Map(entries),
            (Val::Array(mut items), _) => {
                change(&mut items, self, |value, _| value);
                Val::Array(items)
            }
            (Val::Object(mut entries), _) => {
                change(&mut entries, self, keyed);
                object(entries)
            }
            (Val::Map(mut entries), _) => {
                change(&mut entries, self, keyed);
                Val::Map(unique(entries))
            }
            _ => self.value.clone(),
        };
    }
}

fn change<T: Clone>(parts: &mut Vec<T>, edit: &Edit, part: impl Fn(Val, Option<&T>) -> T) {
    let (at, to) = (edit.at as usize % parts.len().max(1), edit.to as usize % parts.len().max(1));
    match edit.way {
        Way::Insert => parts.insert(at, part(edit.value.clone(), None)),
        _ if parts.is_empty() => {}
        Way::Set => parts[at] = part(edit.value.clone(), Some(&parts[at])),
        Way::Remove => drop(parts.drain(at..(at + 1 + to / 4).min(parts.len()))),
        Way::Move => {
            let moved = parts.remove(at);
            parts.insert(to, moved);
        }
        Way::Rotate => parts.rotate_left(at),
        Way::Double => parts.insert(to, parts[at].clone()),
        Way::Turn => {}
    }
}

fn len(value: &Val) -> usize {
    match value {
        Val::Array(items) => items.len(),
        Val::Object(entries) | Val::Map(entries) => entries.len(),
        _ => 0,
    }
}

fn is_leaf(value: &Val) -> bool {
    !matches!(value, Val::Array(_) | Val::Object(_) | Val::Map(_))
}

fn child(value: &mut Val, at: usize) -> &mut Val {
    match value {
        Val::Array(items) => &mut items[at],
        Val::Object(entries) | Val::Map(entries) => &mut entries[at].1,
        _ => unreachable!(),
    }
}

/// Builds a value that will be held by a cell.
pub(crate) fn stage(store: &mut Store, cell: Cell, value: &Val) -> Result<Word> {
    store.begin_value(cell.node, cell.slot);
    part(store, value)?;
    store.take_value()
}

fn part(store: &mut Store, value: &Val) -> Result<()> {
    match value {
        Val::Null => store.value_scalar(Word::NULL),
        Val::Flag(flag) => store.value_scalar(Word::bool(*flag)),
        Val::Number(number) => store.value_scalar(Word::number(*number)),
        Val::Text(text) => {
            let id = store.intern(text.as_bytes())?;
            store.value_scalar(Word::string(id))
        }
        Val::Array(items) => {
            store.value_array(items.len() as u32)?;
            items.iter().try_for_each(|item| part(store, item))
        }
        Val::Object(entries) if entries.len() <= 64 => {
            let keys = entries.iter().map(|(key, _)| store.intern(key.as_bytes())).collect::<Result<Vec<_>>>()?;
            let list = store.define_keys(&keys)?;
            store.value_keyed(list)?;
            entries.iter().try_for_each(|(_, item)| part(store, item))
        }
        Val::Object(entries) | Val::Map(entries) => {
            let kind = if matches!(value, Val::Map(_)) { Kind::Map } else { Kind::Object };
            store.value_entries(kind, entries.len() as u32)?;
            entries.iter().try_for_each(|(key, item)| {
                let key = store.intern(key.as_bytes())?;
                store.value_key(key)?;
                part(store, item)
            })
        }
    }
}

pub(crate) fn read(store: &Store, word: Word) -> Val {
    let node = match word.value() {
        Value::Null => return Val::Null,
        Value::Bool(flag) => return Val::Flag(flag),
        Value::Number(number) => return Val::Number(number),
        Value::String(id) => return Val::Text(String::from_utf8(store.string(id).to_vec()).unwrap()),
        Value::Node(node) => node,
        other => panic!("{other:?} is no value of the model"),
    };
    let tree = &store.tree;
    let text = |slot: u32| String::from_utf8(store.string(tree.key(node, slot).unwrap()).to_vec()).unwrap();
    let entries = || tree.cells(node).map(|(slot, word)| (text(slot), read(store, word))).collect();
    match tree.kind(node) {
        Kind::Array => {
            Val::Array((0..tree.slots(node)).map(|slot| read(store, tree.get(Cell { node, slot }))).collect())
        }
        Kind::Object => in_order(Val::Object(entries())),
        Kind::Map => Val::Map(entries()),
    }
}

/// A store whose state is a value.
pub(crate) fn start(value: &Val) -> Store {
    let mut store = Store::new(Config::default()).unwrap();
    let word = stage(&mut store, Cell { node: HOLDER, slot: 0 }, value).unwrap();
    store.set(HOLDER, 0, word).unwrap();
    store.commit().unwrap();
    store
}
