//! Changes as differences between two JSON values: applied, and the other way.

use std::collections::HashMap;

use gaesup_codec::Word;
use serde_json::Value as Json;

use crate::change::{Change, Changes};
use crate::node::{HOLDER, Node};
use crate::store::Store;
use crate::testing::json;
use crate::tree::Kind;

/// A step from a container to one in it.
#[derive(Clone, Debug)]
enum Step {
    Index(usize),
    Key(String),
}

/// One container's changes, with JSON instead of words.
#[derive(Debug)]
struct Part {
    path: Vec<Step>,
    edits: Vec<Edit>,
}

#[derive(Debug)]
enum Edit {
    Key { key: String, old: Option<Json>, new: Option<Json> },
    Item { index: usize, old: Json, new: Json },
    Splices(Vec<Splice>),
}

#[derive(Debug)]
struct Splice {
    index: usize,
    removed: Vec<Item>,
    inserted: Vec<Item>,
}

#[derive(Clone, Debug)]
enum Item {
    Other(Json),
    /// A container that stays in the array: what is in it is not said here.
    Same(Node),
}

/// What a commit says changed, by paths of the state after it.
#[derive(Debug)]
pub(super) struct Diff {
    parts: Vec<Part>,
    /// Whether items changed places: then the same items may be equal again.
    pub(super) moves: bool,
}

impl Diff {
    pub(super) fn new(store: &Store, changes: &Changes) -> Self {
        let mut paths = HashMap::new();
        find_paths(store, HOLDER, &mut Vec::new(), &mut paths);
        let (mut parts, mut moves) = (Vec::new(), false);
        for same in changes.list().chunk_by(|one, other| one.node() == other.node()) {
            let node = same[0].node();
            let path = paths.get(&node).unwrap_or_else(|| panic!("{node:?} is not part of the state")).clone();
            let edits = edits(store, changes, same);
            let stays = |item: &Item| matches!(item, Item::Same(_));
            moves |= edits.iter().any(|edit| match edit {
                Edit::Splices(splices) => splices.iter().flat_map(|splice| &splice.inserted).any(stays),
                _ => false,
            });
            parts.push(Part { path, edits });
        }
        let count = parts.len();
        let mut nodes: Vec<Node> = changes.list().iter().map(Change::node).collect();
        nodes.sort_unstable_by_key(|node| (node.table, node.row));
        nodes.dedup();
        assert_eq!(nodes.len(), count, "the changes of a container stand together");
        check_news(store, changes);
        parts.sort_by_key(|part| part.path.len());
        Self { parts, moves }
    }

    /// The state after, made of the one before.
    pub(super) fn apply(&self, before: &Json) -> Json {
        let mut state = Json::Array(vec![before.clone()]);
        for part in &self.parts {
            let place = part.path.iter().fold(&mut state, step);
            part.edits.iter().for_each(|edit| edit.apply(place));
        }
        state[0].take()
    }

    /// The state before, made of the one after; keys may stand elsewhere.
    pub(super) fn invert(&self, after: &Json) -> Json {
        let mut state = Json::Array(vec![after.clone()]);
        for part in self.parts.iter().rev() {
            let place = part.path.iter().fold(&mut state, step);
            part.edits.iter().rev().for_each(|edit| edit.invert(place));
        }
        state[0].take()
    }
}

impl Edit {
    fn apply(&self, place: &mut Json) {
        match self {
            Self::Key { key, old, new } => {
                let entries = place.as_object_mut().unwrap();
                assert_eq!(entries.get(key), old.as_ref(), "{key}");
                match new {
                    Some(new) => drop(entries.insert(key.clone(), new.clone())),
                    None => drop(entries.shift_remove(key)),
                }
            }
            Self::Item { index, old, new } => {
                assert_eq!(&place[index], old);
                place[index] = new.clone();
            }
            Self::Splices(splices) => splice(place, splices.iter().map(|one| (one, &one.removed, &one.inserted)), 0),
        }
    }

    fn invert(&self, place: &mut Json) {
        match self {
            Self::Key { key, old, new } => {
                let entries = place.as_object_mut().unwrap();
                assert_eq!(entries.get(key), new.as_ref(), "{key}");
                match old {
                    Some(old) => drop(entries.insert(key.clone(), old.clone())),
                    None => drop(entries.shift_remove(key)),
                }
            }
            Self::Item { index, old, new } => {
                assert_eq!(&place[index], new);
                place[index] = old.clone();
            }
            Self::Splices(splices) => splice(place, splices.iter().map(|one| (one, &one.inserted, &one.removed)), 1),
        }
    }
}

/// Replaces items; `direction` is 0 when indexes are those afterwards, and 1
/// when they are those of `place` as it is.
fn splice<'a>(
    place: &mut Json,
    splices: impl Iterator<Item = (&'a Splice, &'a Vec<Item>, &'a Vec<Item>)> + Clone,
    direction: usize,
) {
    let items = place.as_array_mut().unwrap();
    let (mut kept, mut moved) = (Vec::new(), HashMap::new());
    let (mut from, mut shift) = (0, 0i64);
    for (one, out, new) in splices.clone() {
        let at = if direction == 0 { (one.index as i64 - shift) as usize } else { one.index };
        shift += new.len() as i64 - out.len() as i64;
        assert!(at >= from && at + out.len() <= items.len(), "splices ascend");
        kept.push(items[from..at].to_vec());
        for (item, json) in out.iter().zip(&items[at..]) {
            match item {
                Item::Other(expected) => assert_eq!(json, expected),
                Item::Same(node) => drop(moved.insert(*node, json.clone())),
            }
        }
        from = at + out.len();
    }
    kept.push(items[from..].to_vec());
    let mut result = kept[0].clone();
    for ((_, _, new), behind) in splices.zip(&kept[1..]) {
        result.extend(new.iter().map(|item| match item {
            Item::Other(json) => json.clone(),
            Item::Same(node) => moved[node].clone(),
        }));
        result.extend(behind.iter().cloned());
    }
    *items = result;
}

fn step<'a>(place: &'a mut Json, step: &Step) -> &'a mut Json {
    match step {
        Step::Index(index) => &mut place[*index],
        Step::Key(key) => &mut place[key.as_str()],
    }
}

fn find_paths(store: &Store, node: Node, path: &mut Vec<Step>, paths: &mut HashMap<Node, Vec<Step>>) {
    paths.insert(node, path.clone());
    for (slot, word) in store.tree.cells(node) {
        let Some(child) = word.as_node() else { continue };
        path.push(match store.tree.key(node, slot) {
            Some(key) if store.kind(node) != Kind::Array => Step::Key(text(store, key)),
            _ => Step::Index(slot as usize),
        });
        find_paths(store, child, path, paths);
        path.pop();
    }
}

fn text(store: &Store, key: gaesup_codec::StringId) -> String {
    String::from_utf8(store.string(key).to_vec()).unwrap()
}

fn edits(store: &Store, changes: &Changes, same: &[Change]) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut splices = Vec::new();
    let words = |of_removed: bool| {
        same.iter().flat_map(move |change| match change {
            Change::Splice { removed, inserted, .. } => changes.words(if of_removed { *removed } else { *inserted }),
            Change::Set { .. } => &[],
        })
    };
    let item = |word: &Word| match word.as_node() {
        Some(node) if words(true).any(|other| other == word) && words(false).any(|other| other == word) => {
            Item::Same(node)
        }
        _ => Item::Other(json(store, *word)),
    };
    let mut cells = Vec::new();
    for change in same {
        match *change {
            Change::Set { cell, key, old, new } => {
                assert_ne!(old, new, "a change changes something");
                assert!(!cells.contains(&(cell, key)), "each cell once");
                cells.push((cell, key));
                let present = |word: Word| (!word.is_absent()).then(|| json(store, word));
                match (store.kind(cell.node), present(old), present(new)) {
                    (Kind::Array, Some(old), Some(new)) => {
                        edits.push(Edit::Item { index: cell.slot as usize, old, new });
                    }
                    (_, old, new) => edits.push(Edit::Key { key: text(store, key.unwrap()), old, new }),
                }
            }
            Change::Splice { index, removed, inserted, .. } => splices.push(Splice {
                index: index as usize,
                removed: changes.words(removed).iter().map(item).collect(),
                inserted: changes.words(inserted).iter().map(item).collect(),
            }),
        }
    }
    if !splices.is_empty() {
        assert!(edits.is_empty(), "an array has either kind of change");
        edits.push(Edit::Splices(splices));
    }
    edits
}

/// Nothing changed inside what is new.
fn check_news(store: &Store, changes: &Changes) {
    let mut news = Vec::new();
    for same in changes.list().chunk_by(|one, other| one.node() == other.node()) {
        let mut removed = Vec::new();
        for change in same {
            match change {
                Change::Set { new, .. } => news.extend(new.as_node()),
                Change::Splice { removed: words, .. } => removed.extend_from_slice(changes.words(*words)),
            }
        }
        for change in same {
            if let Change::Splice { inserted, .. } = change {
                let others = changes.words(*inserted).iter().filter(|word| !removed.contains(word));
                news.extend(others.filter_map(|word| word.as_node()));
            }
        }
    }
    for change in changes.list() {
        let mut next = Some(change.node());
        while let Some(node) = next {
            assert!(!news.contains(&node), "{change:?} is inside something new");
            next = store.tree.parent(node);
        }
    }
}
