//! Compositions against a plain value that every operation is done on.

use proptest::prelude::*;

use super::compose;
use super::model::{Dice, KEYS, Program, apply, texts};
use crate::delta::script::{Action, Op, Path, Script, Step, TextId, Value};
use crate::error::Error;

fn composed(program: &Program) -> Program {
    Program::of(&compose(program.script()).unwrap())
}

#[track_caller]
fn leads(from: &Value, program: &Program, to: &Value) {
    let mut state = from.clone();
    apply(&mut state, program);
    assert!(state.same(to), "{program:?}\nleads to {state:?}\ninstead of {to:?}");
}

/// Containers come once, and outer ones first.
#[track_caller]
fn is_canonical(program: &Program) {
    let mut paths: Vec<_> = program.ops.iter().map(|op| &op.0).collect();
    paths.dedup();
    for (number, path) in paths.iter().enumerate() {
        assert!(!paths[number + 1..].iter().any(|behind| path.starts_with(behind)), "{program:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_composition_does_what_its_parts_do_in_turn(seed: u64, lens in prop::array::uniform3(0usize..12)) {
        let mut dice = Dice(seed);
        let start = dice.value(4);
        let mut end = start.clone();
        let [a, b, c] = lens.map(|len| dice.program(&mut end, len));
        let all = a.then(&b).then(&c);
        let net = composed(&all);
        leads(&start, &net, &end);
        leads(&end, &net.inverse(), &start);
        is_canonical(&net);
        prop_assert_eq!(composed(&net).ops.len(), net.ops.len());

        let left = composed(&composed(&a.then(&b)).then(&c));
        leads(&start, &left, &end);
        leads(&end, &left.inverse(), &start);
        let right = composed(&a.then(&composed(&b.then(&c))));
        leads(&start, &right, &end);
        leads(&end, &right.inverse(), &start);
    }

    #[test]
    fn what_is_undone_vanishes(seed: u64, len in 0usize..20) {
        let mut dice = Dice(seed);
        let mut state = dice.value(4);
        let program = dice.program(&mut state, len);
        prop_assert_eq!(composed(&program.then(&program.inverse())).ops, []);
        let net = composed(&program);
        prop_assert_eq!(composed(&net.then(&net.inverse())).ops, []);
        prop_assert_eq!(composed(&net.then(&program.inverse())).ops, []);
    }

    #[test]
    fn operations_that_contradict_each_other_are_refused(seed: u64, len in 0usize..30) {
        let mut dice = Dice(seed);
        let ops = (0..len).map(|_| nonsense(&mut dice)).collect();
        if let Ok(net) = compose(Program { ops }.script()) {
            let net = Program::of(&net);
            prop_assert!(compose(net.script()).is_ok());
        }
    }
}

/// An operation that may not fit to anything.
fn nonsense(dice: &mut Dice) -> (Vec<Step>, Action) {
    let index = |dice: &mut Dice| if dice.roll(20) == 0 { u32::MAX - dice.roll(3) as u32 } else { dice.roll(4) as u32 };
    let name = |dice: &mut Dice| TextId(dice.roll(KEYS as usize) as u32);
    let step = |dice: &mut Dice| if dice.roll(2) == 0 { Step::Index(index(dice)) } else { Step::Name(name(dice)) };
    let path = (0..dice.roll(3)).map(|_| step(dice)).collect();
    let action = match dice.roll(8) {
        0 => Action::Root { old: dice.value(2), new: dice.value(2) },
        1..=3 => {
            let mut items = || {
                let item = |dice: &mut Dice| match dice.roll(2) {
                    0 => dice.value(1),
                    _ => Value::Moved(dice.roll(3) as u32),
                };
                (0..dice.roll(3)).map(|_| item(dice)).collect::<Vec<_>>()
            };
            let (removed, inserted) = (items(), items());
            Action::Splice { index: index(dice), removed, inserted, goes_on: dice.roll(2) == 0 }
        }
        _ => Action::Set {
            key: step(dice),
            old: Some(dice.value(2)).filter(|_| dice.roll(2) == 0),
            new: Some(dice.value(2)).filter(|_| dice.roll(2) == 0),
            before: Some(name(dice)).filter(|_| dice.roll(2) == 0),
            by: Some(1.0).filter(|_| dice.roll(2) == 0),
        },
    };
    (path, action)
}

const A: Step = Step::Name(TextId(0));
const B: Step = Step::Name(TextId(1));

fn number(number: u32) -> Value {
    Value::Number(f64::from(number))
}

fn set(path: &[Step], key: Step, old: u32, new: u32) -> (Vec<Step>, Action) {
    (path.to_vec(), Action::Set { key, old: Some(number(old)), new: Some(number(new)), before: None, by: None })
}

fn increment(key: Step, old: u32, new: u32) -> (Vec<Step>, Action) {
    let by = Some(f64::from(new) - f64::from(old));
    (Vec::new(), Action::Set { key, old: Some(number(old)), new: Some(number(new)), before: None, by })
}

fn remove(key: Step, old: Value, before: Option<TextId>) -> (Vec<Step>, Action) {
    (Vec::new(), Action::Set { key, old: Some(old), new: None, before, by: None })
}

fn splice(index: u32, removed: Vec<Value>, inserted: Vec<Value>) -> (Vec<Step>, Action) {
    (vec![A], Action::Splice { index, removed, inserted, goes_on: false })
}

#[track_caller]
fn check<const N: usize, const M: usize>(ops: [(Vec<Step>, Action); N], expected: [(Vec<Step>, Action); M]) {
    assert_eq!(composed(&Program { ops: ops.into() }).ops, expected);
}

#[test]
fn increments_add_up_until_the_number_is_set() {
    check([increment(A, 1, 3), increment(A, 3, 8)], [increment(A, 1, 8)]);
    check([increment(A, 1, 3), set(&[], A, 3, 8)], [set(&[], A, 1, 8)]);
    check([set(&[], A, 1, 3), increment(A, 3, 8)], [set(&[], A, 1, 8)]);
    check([increment(A, 1, 3), set(&[], A, 3, 7), increment(A, 7, 8)], [set(&[], A, 1, 8)]);
    check([increment(A, 1, 3), increment(A, 3, 1)], []);
}

#[test]
fn what_was_changed_inside_is_removed_as_it_was() {
    let object = |value| Value::Object(vec![(TextId(1), number(value))]);
    check([set(&[A], B, 1, 2), remove(A, object(2), Some(TextId(3)))], [remove(A, object(1), Some(TextId(3)))]);
}

#[test]
fn what_came_and_was_changed_comes_changed() {
    let object = |value| Value::Object(vec![(TextId(1), number(value))]);
    let insert = |value| splice(5, vec![], vec![number(0), object(value)]);
    check([insert(1), set(&[A, Step::Index(6)], B, 1, 2)], [insert(2)]);
    check([insert(1), splice(5, vec![number(0), object(1)], vec![])], []);
}

#[test]
fn a_row_that_comes_back_to_its_place_is_no_change() {
    let row = || Value::Array(vec![number(7)]);
    check([splice(3, vec![row()], vec![]), splice(3, vec![], vec![row()])], []);
    // Elsewhere it is another one.
    let ops = [splice(3, vec![row()], vec![]), splice(4, vec![], vec![row()])];
    let expected = [
        splice(3, vec![row()], vec![]),
        (vec![A], Action::Splice { index: 4, removed: vec![], inserted: vec![row()], goes_on: true }),
    ];
    check(ops, expected);
}

#[test]
fn a_moved_item_keeps_its_changes() {
    let there = |moved| {
        let insert = Action::Splice { index: 8, removed: vec![], inserted: vec![Value::Moved(moved)], goes_on: true };
        [splice(2, vec![Value::Moved(moved)], vec![]), (vec![A], insert)]
    };
    let [leave, arrive] = there(0);
    let ops = [set(&[A, Step::Index(2)], B, 1, 2), leave.clone(), arrive.clone(), set(&[A, Step::Index(8)], B, 2, 3)];
    check(ops, [leave, arrive, set(&[A, Step::Index(8)], B, 1, 3)]);
}

#[test]
fn ten_thousand_changes_of_one_field_are_one() {
    let ops = (0..10_000).map(|value| set(&[A, Step::Index(77)], B, value, value + 1)).collect();
    assert_eq!(composed(&Program { ops }).ops, [set(&[A, Step::Index(77)], B, 0, 10_000)]);
}

#[test]
fn changes_of_many_rows_stay_apart() {
    let row = |at: u32| at * 7_919 % 100_003;
    let ops = (0..100_000).map(|at| set(&[A, Step::Index(row(at))], B, 0, at + 1)).collect();
    let net = composed(&Program { ops }).ops;
    assert_eq!(net.len(), 100_000);
    assert!(
        net.windows(2).all(|pair| matches!((&pair[0].0[1], &pair[1].0[1]), (Step::Index(a), Step::Index(b)) if a < b))
    );

    // A list that grows and shrinks at its ends and in its middle.
    let ops = (0..50_000).map(|at| splice(row(at) % (at + 1), vec![], vec![number(at)]));
    let net = composed(&Program { ops: ops.collect() }).ops;
    assert!(matches!(&net[..], [(_, Action::Splice { index: 0, inserted, .. })] if inserted.len() == 50_000));
}

#[test]
fn where_many_items_went_the_next_ones_go_as_fast() {
    let gone = |at| splice(0, vec![number(at)], vec![]);
    let net = composed(&Program { ops: (0..100_000).map(gone).collect() }).ops;
    assert!(matches!(&net[..], [(_, Action::Splice { index: 0, removed, .. })] if removed.len() == 100_000));
    // A queue of which the first two make room for one.
    let turn = |at| splice(0, vec![number(at), number(0)], vec![number(at + 1)]);
    let net = composed(&Program { ops: (0..100_000).map(turn).collect() }).ops;
    assert!(matches!(&net[..], [(_, Action::Splice { index: 0, removed, inserted, .. })]
        if removed.len() == 100_001 && inserted[..] == [number(100_000)]));
}

#[test]
fn contradictions_are_refused() {
    let check = |ops: &[(Vec<Step>, Action)]| {
        let refused = compose(Program { ops: ops.to_vec() }.script()).map(|script| script.ops);
        assert_eq!(refused, Err(Error::corrupt(0)));
    };
    // Into a number, into an array as if it were an object, behind the end of what came.
    check(&[set(&[], A, 1, 2), set(&[A], B, 1, 2)]);
    check(&[splice(0, vec![], vec![]), set(&[A], B, 1, 2)]);
    let array = || (Vec::new(), Action::Root { old: Value::Null, new: Value::Array(vec![number(1)]) });
    check(&[array(), set(&[], Step::Index(1), 0, 1)]);
    check(&[array(), set(&[], Step::Index(u32::MAX), 0, 1)]);
    // What is gone goes again, an item leaves and never arrives.
    check(&[remove(A, number(1), None), remove(A, number(1), None)]);
    check(&[splice(u32::MAX - 1, vec![Value::Moved(0)], vec![])]);
    check(&[splice(0, vec![], vec![Value::Moved(u32::MAX)])]);
    // A key stands right before itself.
    check(&[remove(A, number(1), Some(TextId(0)))]);
}

#[test]
fn keys_that_came_since_may_stand_between() {
    let add =
        |key, value| (Vec::new(), Action::Set { key, old: None, new: Some(number(value)), before: None, by: None });
    let ops = [remove(A, number(1), Some(TextId(1))), add(A, 2), remove(B, number(3), None)];
    check(ops, [set(&[], A, 1, 2), remove(B, number(3), None)]);
    // Where a key that is gone is named, it is not known where the other one stood.
    let ops = [remove(A, number(1), Some(TextId(1))), remove(B, number(3), Some(TextId(0))), add(A, 2)];
    check(ops, [remove(B, number(3), None), remove(A, number(1), None), add(A, 2)]);
}

#[test]
fn a_huge_index_costs_nothing() {
    let far = splice(u32::MAX - 1, vec![number(1)], vec![number(2)]);
    check([far.clone()], [far]);
    let script = Script {
        texts: texts(),
        steps: vec![],
        ops: vec![Op { path: Path::default(), action: set(&[], Step::Index(u32::MAX - 1), 1, 2).1 }],
    };
    assert_eq!(compose(script).unwrap().ops.len(), 1);
}
