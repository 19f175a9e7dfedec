//! What a batch does, rule by rule.

mod arrays;
mod transactions;

use gaesup_codec::{StringId, Word};
use serde_json::{Value as Json, json};

use super::ops::{check, check_links, everything_is_freed, start};
use crate::change::Change;
use crate::error::Error;
use crate::node::{Cell, HOLDER, Handle, Node};
use crate::store::{Config, Store};
use crate::testing::{json as json_of, value};
use crate::tree::Kind;

fn root(store: &Store) -> Node {
    store.root().as_node().unwrap()
}

fn child(store: &Store, node: Node, slot: u32) -> Node {
    store.get(Cell { node, slot }).as_node().unwrap()
}

fn key(store: &mut Store, name: &str) -> StringId {
    store.intern(name.as_bytes()).unwrap()
}

fn set(store: &mut Store, node: Node, slot: u32, json: &Json) {
    let word = value(store, node, slot, json).unwrap();
    store.set(node, slot, word).unwrap();
}

fn set_key(store: &mut Store, node: Node, name: &str, json: &Json) -> Node {
    let name = key(store, name);
    let word = value(store, node, u32::MAX, json).unwrap();
    store.set_key(node, name, word).unwrap()
}

fn delete_key(store: &mut Store, node: Node, name: &str) {
    let name = key(store, name);
    let slot = store.tree.find(node, name).unwrap();
    store.delete(node, slot).unwrap();
}

/// Replaces a value by a copy of a container, as drafts do.
fn set_copy(store: &mut Store, node: Node, slot: u32, source: Node) {
    store.begin_value(node, slot);
    store.value_copy(source).unwrap();
    let word = store.take_value().unwrap();
    store.set(node, slot, word).unwrap();
}

/// Builds views of everything; answers that of a container.
fn view_all(store: &mut Store) {
    store.park_views().unwrap();
    let mut words = Vec::new();
    let mut stream = store.open_view(root(store), &mut words).unwrap();
    assert!(store.read_view(&mut stream, &mut words, usize::MAX).unwrap());
}

/// Commits; answers the changes as they print, with JSON for words.
fn changes(store: &mut Store) -> Vec<String> {
    let mut shown = Vec::new();
    store
        .commit_seen(&mut |store, changes| {
            let text = |word: Word| if word.is_absent() { "-".to_owned() } else { json_of(store, word).to_string() };
            let texts = |words: &[Word]| words.iter().map(|word| text(*word)).collect::<Vec<_>>().join(" ");
            for change in changes.list() {
                shown.push(match *change {
                    Change::Set { key: Some(key), old, new, .. } => {
                        format!("{}: {} > {}", String::from_utf8_lossy(&store.string(key)), text(old), text(new))
                    }
                    Change::Set { cell, old, new, .. } => format!("{}: {} > {}", cell.slot, text(old), text(new)),
                    Change::Splice { index, removed, inserted, .. } => {
                        format!("at {index}: {} > {}", texts(changes.words(removed)), texts(changes.words(inserted)))
                    }
                });
            }
        })
        .unwrap();
    check_links(store, HOLDER);
    shown
}

const NOTHING: [&str; 0] = [];

#[test]
fn a_thousand_increments_are_one_entry_and_one_change() {
    let mut store = start(&json!({ "n": 1 }));
    let node = root(&store);
    for _ in 0..1_000 {
        store.increment(node, 0, 1.0).unwrap();
    }
    assert_eq!(store.log.done.len(), 1);
    assert_eq!(changes(&mut store), ["n: 1 > 1001"]);
}

#[test]
fn ten_thousand_cells_are_as_many_entries_however_often_they_are_set() {
    let mut store = start(&json!((0..10_000).map(|n| json!({ "n": n })).collect::<Vec<_>>()));
    let list = root(&store);
    for round in 1..4 {
        for index in 0..10_000 {
            store.increment(child(&store, list, index), 0, f64::from(round)).unwrap();
        }
    }
    assert_eq!(store.log.done.len(), 10_000);
    assert_eq!(store.commit().unwrap().unwrap().changes, 10_000);
    assert_eq!(store.stats().commits, 2);
}

#[test]
fn what_is_set_back_has_not_happened() {
    let mut store = start(&json!({ "n": 1, "o": { "p": [1, { "q": 2 }] } }));
    let node = root(&store);
    view_all(&mut store);
    let inner = child(&store, node, 1);
    let views = [store.view(node), store.view(inner)];
    set(&mut store, node, 0, &json!(2));
    set(&mut store, node, 1, &json!("gone"));
    set(&mut store, node, 0, &json!(1));
    set(&mut store, node, 1, &json!({ "p": [1, { "q": 2 }] }));
    assert_eq!(store.commit().unwrap().map(|report| report.changes), None);
    assert_eq!(child(&store, node, 1), inner);
    assert_eq!([store.view(node), store.view(inner)], views);
    assert_eq!(store.stats().commits, 1);
    everything_is_freed(store);
}

#[test]
fn a_removed_container_is_told_as_it_was_before() {
    let mut store = start(&json!({ "o": { "n": 1, "list": [1, 2] } }));
    let node = root(&store);
    let inner = child(&store, node, 0);
    store.increment(inner, 0, 5.0).unwrap();
    store.insert(child(&store, inner, 1), 1, &[Word::NULL]).unwrap();
    set_key(&mut store, inner, "new", &json!({ "x": 1 }));
    store.delete(node, 0).unwrap();
    assert_eq!(changes(&mut store), [r#"o: {"n":1,"list":[1,2]} > -"#]);
    everything_is_freed(store);
}

#[test]
fn writes_inside_a_new_value_are_part_of_it() {
    let mut store = start(&json!({ "o": 1 }));
    let node = root(&store);
    set(&mut store, node, 0, &json!({ "n": 1, "gone": [1] }));
    let inner = child(&store, node, 0);
    store.increment(inner, 0, 1.0).unwrap();
    delete_key(&mut store, inner, "gone");
    assert_eq!(changes(&mut store), [r#"o: 1 > {"n":2}"#]);
    everything_is_freed(store);
}

#[test]
fn a_row_that_was_left_for_nothing_is_taken_again() {
    let mut store = start(&json!({ "a": { "x": 1 }, "b": [1, [2]] }));
    let node = root(&store);
    view_all(&mut store);
    let (object, array) = (child(&store, node, 0), child(&store, node, 1));
    let handle = store.handle(object);
    let moved = set_key(&mut store, object, "unheard", &json!(1));
    assert_ne!(moved, object);
    assert_eq!(store.attached_slots(handle), Err(Error::Stale));
    assert_eq!((store.attached(handle), store.current(handle)), (Ok(moved), Ok(moved)));
    delete_key(&mut store, moved, "unheard");
    let longer = store.insert(array, 0, &[Word::NULL]).unwrap();
    assert_eq!(store.attached(store.handle(array)), Ok(longer));
    store.remove(longer, 0, 1).unwrap();
    assert_eq!(changes(&mut store), NOTHING);
    assert_eq!((child(&store, node, 0), child(&store, node, 1)), (object, array));
    assert!(store.view(object) != 0 && store.view(array) != 0 && store.view(node) != 0);
    assert_eq!(store.current(handle), Ok(object));
    everything_is_freed(store);
}

#[test]
fn a_moved_object_changes_by_keys_and_a_moved_array_by_items() {
    let mut store = start(&json!({ "a": { "x": 1, "y": 2 }, "b": [1, 2] }));
    let node = root(&store);
    let object = child(&store, node, 0);
    let moved = set_key(&mut store, object, "unheard", &json!([]));
    delete_key(&mut store, moved, "x");
    let array = child(&store, node, 1);
    store.insert(array, 1, &[Word::NULL, Word::TRUE]).unwrap();
    assert_eq!(changes(&mut store), ["x: 1 > -", "unheard: - > []", "at 1:  > null true"]);
    check(&store, &json!({ "a": { "y": 2, "unheard": [] }, "b": [1, null, true, 2] }));
    everything_is_freed(store);
}

#[test]
fn a_key_removed_and_added_again_goes_to_the_end() {
    let mut store = start(&json!({ "a": 1, "b": 2, "7": 3 }));
    let node = root(&store);
    delete_key(&mut store, node, "b");
    let node = set_key(&mut store, node, "b", &json!(2));
    // Keys that are array indexes stand in front whenever they came.
    delete_key(&mut store, node, "7");
    let node = set_key(&mut store, node, "7", &json!(3));
    assert_eq!(changes(&mut store), NOTHING);
    let node = if root(&store) == node { node } else { root(&store) };
    delete_key(&mut store, node, "a");
    set_key(&mut store, node, "a", &json!(1));
    assert_eq!(changes(&mut store), ["a: 1 > -", "a: - > 1"]);
    everything_is_freed(store);
}

fn dictionary(kind: Kind, names: &[&str]) -> (Store, Node) {
    let mut store = Store::new(Config::default()).unwrap();
    store.begin_value(HOLDER, 0);
    store.value_entries(kind, names.len() as u32).unwrap();
    for name in names {
        let id = store.intern(name.as_bytes()).unwrap();
        store.value_key(id).unwrap();
        store.value_scalar(Word::NULL).unwrap();
    }
    let word = store.take_value().unwrap();
    store.set(HOLDER, 0, word).unwrap();
    store.commit().unwrap();
    let node = root(&store);
    (store, node)
}

#[test]
fn a_dictionary_whose_keys_came_and_went_is_what_it_was() {
    for kind in [Kind::Object, Kind::Map] {
        let (mut store, node) = dictionary(kind, &["a", "b", "3"]);
        let (handle, entries) = (store.handle(node), store.slots(node));
        delete_key(&mut store, node, "3");
        set_key(&mut store, node, "new", &json!([]));
        delete_key(&mut store, node, "new");
        set_key(&mut store, node, "3", &json!(null));
        assert_eq!(changes(&mut store), NOTHING);
        assert_eq!(store.slots(node), entries);
        // Entry numbers that were given out may get other keys.
        assert_eq!(store.current(handle), Err(Error::Stale));
        everything_is_freed(store);
    }
}

#[test]
fn keys_of_a_dictionary_change_one_by_one() {
    let (mut store, node) = dictionary(Kind::Map, &["a", "b", "c"]);
    delete_key(&mut store, node, "c");
    set_key(&mut store, node, "c", &json!(1));
    delete_key(&mut store, node, "a");
    set_key(&mut store, node, "a", &json!(null));
    set_key(&mut store, node, "d", &json!([]));
    assert_eq!(changes(&mut store), ["a: null > -", "c: null > 1", "a: - > null", "d: - > []"]);
    everything_is_freed(store);
}

#[test]
fn an_index_key_of_an_object_stands_where_it_stood_but_not_in_a_map() {
    for (kind, expected) in [(Kind::Object, vec![]), (Kind::Map, vec!["3: null > -", "3: - > null"])] {
        let (mut store, node) = dictionary(kind, &["3", "a"]);
        delete_key(&mut store, node, "3");
        set_key(&mut store, node, "3", &json!(null));
        assert_eq!(changes(&mut store), expected);
        everything_is_freed(store);
    }
}

#[test]
fn a_dictionary_that_is_what_it_was_keeps_a_child_that_moved() {
    let (mut store, node) = dictionary(Kind::Map, &["a", "b"]);
    set(&mut store, node, 0, &json!({ "x": 1 }));
    store.commit().unwrap();
    let inner = child(&store, node, 0);
    let moved = set_key(&mut store, inner, "unheard", &json!(2));
    set_key(&mut store, node, "new", &json!([]));
    delete_key(&mut store, node, "new");
    assert_eq!(changes(&mut store), ["unheard: - > 2"]);
    assert_eq!(child(&store, node, 0), moved);
    everything_is_freed(store);
}
