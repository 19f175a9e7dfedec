//! Operations done again after others, in stores.

mod identity;

use proptest::prelude::*;

use super::{Policy, Rebase};
use crate::delta::compose::model::{Dice, Program, apply, texts};
use crate::delta::script::{Action, Step, TextId, Value};
use crate::error::{Error, Expected};
use crate::store::{Config, ROOT, Store};

fn store(state: &Value) -> Store {
    let mut store = Store::new(Config::default()).unwrap();
    let word = store.build_value(ROOT.node, ROOT.slot, state, &texts()).unwrap();
    store.set(ROOT.node, ROOT.slot, word).unwrap();
    store.commit().unwrap();
    store
}

fn state(store: &Store) -> Value {
    store.capture(store.root(), &mut texts()).unwrap()
}

/// What of `ours` is left after `others`, both done in `start`; and the state,
/// and the numbers of the operations that were conflicts.
fn rebase(start: &Value, others: &Program, ours: &Program, policy: Policy) -> (Program, Value, Vec<(usize, Error)>) {
    let mut between = start.clone();
    apply(&mut between, others);
    let mut store = store(&between);
    let mut script = others.then(ours).script();
    let (others_len, len) = (others.ops.len(), script.ops.len());
    let mut rebase = Rebase::new(&mut script, 0..others_len, policy).unwrap();
    // In parts, as they were committed.
    let mut done = Vec::new();
    let mut from = others_len;
    while from < len {
        let more =
            script.ops[from + 1..len].iter().take_while(|op| matches!(op.action, Action::Splice { goes_on: true, .. }));
        let end = from + 1 + more.count();
        let range = store.redo(&mut rebase, &mut script, from..end).unwrap();
        done.extend(Program::of(&script).ops.drain(range));
        from = end;
    }
    let done = Program { ops: done };
    let mut replica = between.clone();
    apply(&mut replica, &done);
    let end = state(&store);
    assert!(replica.same(&end), "{done:?}\nleads to {replica:?}\ninstead of {end:?}");
    apply(&mut replica, &done.inverse());
    assert!(replica.same(&between), "{replica:?} is not {between:?}");
    let conflicts = rebase.conflicts.iter().map(|conflict| (conflict.op - others_len, conflict.error)).collect();
    (done, end, conflicts)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_done_again_is_what_is_recorded(seed: u64, lens in prop::array::uniform2(0usize..10)) {
        let mut dice = Dice(seed);
        let start = dice.value(4);
        let [others, ours] = lens.map(|len| dice.program(&mut start.clone(), len));
        rebase(&start, &others, &ours, Policy::Optimistic);
        rebase(&start, &others, &ours, Policy::Undo);
    }

    #[test]
    fn after_nothing_else_all_is_done_as_it_was(seed: u64, len in 0usize..12) {
        let mut dice = Dice(seed);
        let start = dice.value(4);
        let mut end = start.clone();
        let ours = dice.program(&mut end, len);
        for policy in [Policy::Optimistic, Policy::Undo] {
            let (_, state, conflicts) = rebase(&start, &Program::default(), &ours, policy);
            prop_assert!(state.same(&end), "{:?} is not {:?}", state, end);
            prop_assert_eq!(conflicts, []);
        }
    }
}

const A: Step = Step::Name(TextId(0));
const B: Step = Step::Name(TextId(1));
const C: Step = Step::Name(TextId(2));

fn number(number: u32) -> Value {
    Value::Number(f64::from(number))
}

fn object(entries: &[(u32, Value)]) -> Value {
    Value::Object(entries.iter().map(|(key, value)| (TextId(*key), value.clone())).collect())
}

fn list(numbers: &[u32]) -> Value {
    Value::Array(numbers.iter().map(|item| number(*item)).collect())
}

fn op(path: &[Step], action: Action) -> Program {
    Program { ops: vec![(path.to_vec(), action)] }
}

fn set(path: &[Step], key: Step, old: Option<Value>, new: Option<Value>) -> Program {
    op(path, Action::Set { key, old, new, before: None, by: None })
}

fn increment(old: u32, new: u32) -> Program {
    let by = Some(f64::from(new) - f64::from(old));
    op(&[], Action::Set { key: A, old: Some(number(old)), new: Some(number(new)), before: None, by })
}

fn splice(index: u32, removed: &[u32], inserted: &[u32]) -> Program {
    let [removed, inserted] = [removed, inserted].map(|items| items.iter().map(|item| number(*item)).collect());
    op(&[], Action::Splice { index, removed, inserted, goes_on: false })
}

/// Moves an item to a place further behind.
fn shift(from: u32, to: u32) -> Program {
    let moved = || vec![Value::Moved(0)];
    let leave = Action::Splice { index: from, removed: moved(), inserted: vec![], goes_on: false };
    op(&[], leave).then(&op(&[], Action::Splice { index: to, removed: vec![], inserted: moved(), goes_on: true }))
}

#[track_caller]
fn check(start: &Value, others: &Program, ours: &Program, expected: &Value, conflicts: &[(usize, Error)]) {
    let (_, end, found) = rebase(start, others, ours, Policy::Optimistic);
    assert!(end.same(expected), "{end:?} is not {expected:?}");
    assert_eq!(found, conflicts);
}

#[track_caller]
fn check_undo(start: &Value, others: &Program, ours: &Program, expected: &Value) {
    let (_, end, found) = rebase(start, others, ours, Policy::Undo);
    assert!(end.same(expected), "{end:?} is not {expected:?}");
    assert_eq!(found, []);
}

const GONE: Error = Error::PathNotFound;

#[test]
fn increments_add_and_sets_win() {
    let start = object(&[(0, number(1))]);
    let end = |value| object(&[(0, number(value))]);
    let assign = |new| set(&[], A, Some(number(1)), Some(number(new)));
    check(&start, &increment(1, 10), &increment(1, 3), &end(12), &[]);
    check(&start, &assign(10), &increment(1, 3), &end(12), &[]);
    check(&start, &increment(1, 10), &assign(3), &end(3), &[]);
    check(&start, &assign(10), &assign(3), &end(3), &[]);
    let text = Value::Text(TextId(3));
    let others = set(&[], A, Some(number(1)), Some(text.clone()));
    check(
        &start,
        &others,
        &increment(1, 3),
        &object(&[(0, text)]),
        &[(0, Error::TypeMismatch { expected: Expected::Number })],
    );
}

#[test]
fn what_is_gone_is_a_conflict_unless_it_was_to_go() {
    let start = object(&[(0, number(1)), (1, object(&[(2, number(2))]))]);
    let others = set(&[], B, Some(object(&[(2, number(2))])), None);
    let end = object(&[(0, number(1))]);
    check(&start, &others, &others, &end, &[]);
    check(&start, &others, &set(&[B], C, Some(number(2)), Some(number(3))), &end, &[(0, GONE)]);
    let replaced = set(&[], B, Some(object(&[(2, number(2))])), Some(object(&[(2, number(9))])));
    let end = object(&[(0, number(1)), (1, object(&[(2, number(9))]))]);
    check(&start, &replaced, &set(&[B], C, Some(number(2)), Some(number(3))), &end, &[(0, GONE)]);
}

#[test]
fn what_depends_on_what_was_dropped_is_dropped() {
    let start = object(&[(0, object(&[]))]);
    let others = set(&[], A, Some(object(&[])), None);
    let ours = set(&[A], B, None, Some(object(&[]))).then(&set(&[A, B], C, None, Some(number(1))));
    check(&start, &others, &ours, &object(&[]), &[(0, GONE), (1, GONE)]);
}

#[test]
fn both_may_add_a_key() {
    let add = |value| set(&[], A, None, Some(object(&[(1, number(value))])));
    let ours = add(2).then(&set(&[A], B, Some(number(2)), Some(number(3))));
    check(&object(&[]), &add(1), &ours, &object(&[(0, object(&[(1, number(3))]))]), &[]);
}

#[test]
fn new_items_go_behind_those_of_others() {
    let start = list(&[1, 2, 3]);
    check(&start, &splice(1, &[], &[7]), &splice(1, &[], &[8]), &list(&[1, 7, 8, 2, 3]), &[]);
    check(&start, &splice(3, &[], &[7]), &splice(3, &[], &[8]), &list(&[1, 2, 3, 7, 8]), &[]);
    check(&start, &splice(0, &[1, 2, 3], &[]), &splice(2, &[], &[8]), &list(&[8]), &[]);
    // What takes the place of an item stands where that is now.
    check(&start, &shift(0, 2), &splice(0, &[1], &[8]), &list(&[2, 3, 8]), &[]);
}

#[test]
fn items_are_removed_wherever_they_are() {
    let start = list(&[1, 2, 3, 4, 5]);
    let others = shift(1, 4).then(&splice(1, &[3], &[9]));
    check(&start, &others, &splice(1, &[2, 3, 4], &[]), &list(&[1, 9, 5]), &[]);
    check(&start, &others, &shift(1, 2).then(&splice(2, &[2], &[])), &list(&[1, 9, 4, 5]), &[]);
}

#[test]
fn undo_leaves_alone_what_others_have_changed() {
    let start = object(&[(0, number(2)), (1, number(5))]);
    let undo = set(&[], A, Some(number(2)), Some(number(1))).then(&set(&[], B, Some(number(5)), None));
    let others = set(&[], A, Some(number(2)), Some(number(7)));
    check_undo(&start, &others, &undo, &object(&[(0, number(7))]));
    check_undo(&start, &set(&[], B, Some(number(5)), None), &undo, &object(&[(0, number(1))]));
    let rows = list(&[1, 2, 3]);
    let others = op(
        &[],
        Action::Set { key: Step::Index(1), old: Some(number(2)), new: Some(number(9)), before: None, by: None },
    );
    check_undo(&rows, &others, &splice(0, &[1, 2, 3], &[]), &list(&[9]));
    check_undo(&rows, &others, &splice(1, &[2], &[4]), &list(&[1, 9, 3]));
}
