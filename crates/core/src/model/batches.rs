//! Long transactions with savepoints and reads in between.

use std::collections::HashMap;

use gaesup_codec::Word;
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::diff::Diff;
use super::kept::{Kept, Place};
use super::ops::{Op, any_json, any_op_of, apply, check, everything_is_freed, start};
use crate::error::{Error, Result};
use crate::node::{HOLDER, Handle, Node};
use crate::store::Store;
use crate::testing::{json as json_of, long};

/// One step of a batch.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Op(Op),
    /// Takes a container out, or replaces it, but keeps its handle.
    Take(Place, u8),
    /// An operation in a container that was taken out.
    Kept(u8, Op),
    /// Puts a copy of something that was taken out into the state, or the
    /// other way round.
    Copy(Place, Place, u8),
    Save,
    Release,
    Back,
    /// Reads a part of the state, or all of it.
    Read(Vec<u8>),
}

/// How a batch ends.
#[derive(Clone, Copy, Debug)]
enum End {
    Commit,
    Seen,
    Rollback,
}

/// Few different values, so that what is new often equals what was there.
fn small_json() -> impl Strategy<Value = Json> + Clone {
    let leaf = prop_oneof![Just(json!(null)), (0i32..3).prop_map(Json::from), "[xy]".prop_map(Json::from)];
    leaf.prop_recursive(3, 24, 10, |inner| {
        prop_oneof![
            4 => prop::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            1 => prop::collection::vec(inner.clone(), 6..11).prop_map(Json::from),
            4 => prop::collection::vec(("[a-d]", inner.clone()), 0..4)
                .prop_map(|entries| Json::Object(entries.into_iter().collect())),
        ]
    })
}

/// Now and then a state with a dictionary or a list in it.
pub(super) fn initial() -> impl Strategy<Value = Json> {
    prop_oneof![
        12 => small_json(),
        2 => prop::collection::vec(small_json(), 9..14).prop_map(Json::from),
        1 => (small_json(), 65usize..68).prop_map(|(inner, count)| {
            let named = (0..count - 4).map(|number| (format!("k{number}"), json!(number % 2)));
            let known = ["a", "b", "c", "d"].map(|key| (key.to_owned(), inner.clone()));
            Json::Object(known.into_iter().chain(named).collect())
        }),
        1 => any_json(),
    ]
}

pub(super) fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        12 => any_op_of(small_json()).prop_map(Step::Op),
        3 => (any_place(), any::<u8>()).prop_map(|(place, choice)| Step::Take(place, choice)),
        4 => (any::<u8>(), any_op_of(small_json())).prop_map(|(which, op)| Step::Kept(which, op)),
        2 => (any_place(), any_place(), any::<u8>()).prop_map(|(from, to, choice)| Step::Copy(from, to, choice)),
        1 => Just(Step::Save),
        1 => Just(Step::Release),
        1 => Just(Step::Back),
        2 => prop::collection::vec(any::<u8>(), 0..3).prop_map(Step::Read),
    ]
}

fn any_place() -> impl Strategy<Value = Place> {
    (prop::option::of(any::<u8>()), prop::collection::vec(any::<u8>(), 0..3))
        .prop_map(|(kept, path)| Place { kept, path })
}

fn any_end() -> impl Strategy<Value = End> {
    prop_oneof![2 => Just(End::Commit), 5 => Just(End::Seen), 2 => Just(End::Rollback)]
}

/// What was true of every container before a transaction.
struct Known {
    containers: HashMap<Node, (Handle, u32, String)>,
}

impl Known {
    fn new(store: &Store) -> Self {
        let mut containers = HashMap::new();
        each(store, HOLDER, &mut |node| {
            containers
                .insert(node, (store.handle(node), store.view(node), json_of(store, Word::node(node)).to_string()));
        });
        Self { containers }
    }

    /// A container that is what it was has the view it had, another one has none.
    fn check_views(&self, store: &Store) {
        let mut live = 0;
        each(store, HOLDER, &mut |node| {
            live += u32::from(store.view(node) != 0);
            let Some((handle, view, json)) = self.containers.get(&node) else { return };
            if *handle != store.handle(node) || *view == 0 {
                return;
            }
            let is_same = is_text(&json_of(store, Word::node(node)), json);
            assert_eq!(store.view(node), if is_same { *view } else { 0 }, "view of {node:?}, once {json}");
        });
        assert_eq!(live, store.views.live(), "no number is lost");
    }

    /// Every container is where it was, with the view it had.
    fn check_all(&self, store: &Store) {
        for (node, (_, view, json)) in &self.containers {
            assert!(*view == 0 || store.view(*node) == *view, "view of {node:?}");
            assert_eq!(json_of(store, Word::node(*node)).to_string(), *json);
        }
        let mut count = 0;
        each(store, HOLDER, &mut |_| count += 1);
        assert_eq!(count, self.containers.len());
    }
}

fn each(store: &Store, node: Node, see: &mut impl FnMut(Node)) {
    see(node);
    for child in store.tree.cells(node).filter_map(|(_, word)| word.as_node()) {
        each(store, child, see);
    }
}

/// Around a container without a view there is none.
fn check_invariant(store: &Store) {
    each(store, HOLDER, &mut |node| {
        if store.view(node) == 0 {
            assert_eq!(store.tree.parent(node).map_or(0, |parent| store.view(parent)), 0, "around {node:?}");
        }
    });
}

fn read(store: &mut Store, path: &[u8]) -> Result<()> {
    let Some(mut node) = store.root().as_node() else { return Ok(()) };
    for choice in path {
        let inside: Vec<Node> = store.tree.cells(node).filter_map(|(_, word)| word.as_node()).collect();
        node = inside.get(*choice as usize % inside.len().max(1)).copied().unwrap_or(node);
    }
    store.park_views()?;
    check_invariant(store);
    let mut words = Vec::new();
    let mut stream = store.open_view(node, &mut words)?;
    assert!(store.read_view(&mut stream, &mut words, usize::MAX)?);
    Ok(())
}

/// Runs the steps on both sides.
pub(super) fn run(store: &mut Store, model: &mut Json, steps: &[Step]) -> Result<()> {
    let mut saved = Vec::new();
    let mut kept = Kept::default();
    for step in steps {
        match step {
            Step::Op(op) => apply(store, model, op)?,
            Step::Take(place, choice) => kept.take(store, model, place, *choice)?,
            Step::Kept(which, op) => kept.apply(store, *which, op)?,
            Step::Copy(from, to, choice) => kept.copy(store, model, from, to, *choice)?,
            Step::Save => {
                store.save()?;
                saved.push((model.clone(), kept.clone()));
            }
            Step::Release => {
                if saved.pop().is_some() {
                    store.release();
                }
            }
            Step::Back => {
                if let Some(before) = saved.pop() {
                    store.rollback_to_save()?;
                    (*model, kept) = before;
                }
            }
            Step::Read(path) => read(store, path)?,
        }
        check(store, model);
        kept.check(store);
    }
    Ok(())
}

/// Commits and compares what the commit says with what there was and is.
fn commit_seen(store: &mut Store, before: &Json, after: &Json) -> Result<bool> {
    // As text, so that the order of keys counts.
    let is_unchanged = is_text(before, &after.to_string());
    let mut seen = None;
    store.commit_seen(&mut |store, changes| {
        let diff = Diff::new(store, changes);
        let applied = diff.apply(before);
        assert_eq!(applied.to_string(), after.to_string(), "{changes:?}");
        assert_eq!(&diff.invert(after), before, "{changes:?}");
        assert!(!is_unchanged || diff.moves, "nothing changed: {changes:?}");
        seen = Some(diff);
    })?;
    assert!(seen.is_some() || is_unchanged);
    Ok(is_unchanged && seen.is_some_and(|diff| diff.moves))
}

fn is_text(json: &Json, text: &str) -> bool {
    let written = json.to_string();
    written == text
}

fn run_batches(initial: Json, batches: &[(End, Vec<u8>, Vec<Step>)]) {
    let (mut store, mut model) = (start(&initial), initial);
    for (end, viewed, steps) in batches {
        read(&mut store, viewed).unwrap();
        let (known, before) = (Known::new(&store), model.clone());
        run(&mut store, &mut model, steps).unwrap();
        match end {
            End::Commit => {
                store.commit().unwrap();
                check_invariant(&store);
            }
            End::Seen => {
                let is_only_moved = commit_seen(&mut store, &before, &model).unwrap();
                check_invariant(&store);
                if !is_only_moved {
                    known.check_views(&store);
                }
            }
            End::Rollback => {
                store.rollback().unwrap();
                model = before;
                check_invariant(&store);
                known.check_all(&store);
            }
        }
        assert!(!store.in_transaction());
        check(&store, &model);
    }
    everything_is_freed(store);
}

/// Runs batches for which there is memory for so many allocations only.
fn run_without_memory(initial: Json, batches: &[(u64, Vec<Step>)]) {
    let (mut store, mut model) = (start(&initial), initial);
    for (allowed, steps) in batches {
        let before = model.clone();
        store.tree.memory.pool_mut().fail_after(Some(*allowed));
        let done = run(&mut store, &mut model, steps).and_then(|()| store.commit().map(|_| ()));
        store.tree.memory.pool_mut().fail_after(None);
        if done == Err(Error::Dead) {
            return;
        }
        if done.is_err() {
            store.rollback().unwrap();
            model = before;
        }
        check(&store, &model);
        check_invariant(&store);
    }
    everything_is_freed(store);
}

proptest! {
    #![proptest_config(long(100_000))]

    #[test]
    fn a_batch_is_the_difference_between_before_and_after(
        initial in initial(),
        batches in prop::collection::vec(
            (any_end(), prop::collection::vec(any::<u8>(), 0..2), prop::collection::vec(any_step(), 1..9)),
            1..3,
        ),
    ) {
        run_batches(initial, &batches);
    }
}

proptest! {
    #![proptest_config(long(10_000))]

    #[test]
    fn without_memory_a_batch_leaves_no_trace(
        initial in initial(),
        batches in prop::collection::vec((0u64..30, prop::collection::vec(any_step(), 1..9)), 1..4),
    ) {
        run_without_memory(initial, &batches);
    }
}

#[test]
fn a_copy_that_was_discarded_without_memory_is_no_place_for_its_source() {
    let batches = [
        (4, vec![Step::Op(Op::Copy(vec![], vec![], 109)), Step::Op(Op::Set(vec![36], 62, json!({})))]),
        (7, vec![Step::Op(Op::Set(vec![19], 0, json!([null, null, null])))]),
        (
            3,
            vec![
                Step::Op(Op::Delete(vec![], 2)),
                Step::Op(Op::Swap(vec![], 0, 0)),
                Step::Op(Op::Swap(vec![0], 0, 0)),
                Step::Take(Place { kept: None, path: vec![0] }, 32),
            ],
        ),
    ];
    run_without_memory(json!([null]), &batches);
}
