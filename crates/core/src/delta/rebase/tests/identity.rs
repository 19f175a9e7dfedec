//! Lists whose items have names: what is done to an item by its index has to
//! reach the item with that name, wherever others have put it.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::rebase;
use crate::delta::compose::model::{Dice, Program, apply, at};
use crate::delta::rebase::Policy;
use crate::delta::script::{Action, Step, TextId, Value};

const NAME: TextId = TextId(0);
const COUNT: TextId = TextId(1);
const PARTS: TextId = TextId(2);

/// What a side does to items, by their names.
#[derive(Clone, Copy, Debug)]
enum Deed {
    Set(u32, f64),
    Add(u32, f64),
    Remove(u32),
    Insert(u32),
    Move(u32),
}

fn item(name: u32, parts: Option<Vec<Value>>) -> Value {
    let mut entries = vec![(NAME, Value::Number(f64::from(name))), (COUNT, Value::Number(0.0))];
    entries.extend(parts.map(|parts| (PARTS, Value::Array(parts))));
    Value::Object(entries)
}

fn field(item: &Value, key: TextId) -> &Value {
    let Value::Object(entries) = item else { panic!("{item:?}") };
    &entries.iter().find(|entry| entry.0 == key).unwrap().1
}

fn number(item: &Value, key: TextId) -> f64 {
    let Value::Number(number) = field(item, key) else { panic!() };
    *number
}

fn items(list: &Value) -> &[Value] {
    let Value::Array(items) = list else { panic!() };
    items
}

fn name(item: &Value) -> u32 {
    number(item, NAME) as u32
}

/// The names of a list.
fn names(list: &Value) -> Vec<u32> {
    items(list).iter().map(name).collect()
}

/// Each item's count and the name of the item around it.
fn all(state: &Value) -> BTreeMap<u32, (f64, Option<u32>)> {
    let mut found = BTreeMap::new();
    for row in items(state) {
        found.insert(name(row), (number(row, COUNT), None));
        for part in items(field(row, PARTS)) {
            found.insert(name(part), (number(part, COUNT), Some(name(row))));
        }
    }
    found
}

/// A random deed, with the name of the item around, as the operations it is in a state.
fn deed(
    dice: &mut Dice,
    state: &mut Value,
    next_name: &mut u32,
    moves: bool,
) -> Option<((Deed, Option<u32>), Program)> {
    let rows = items(state).len();
    let (mut path, mut around) = (Vec::new(), None);
    if rows > 0 && dice.roll(2) == 0 {
        let row = dice.roll(rows);
        path = vec![Step::Index(row as u32), Step::Name(PARTS)];
        around = Some(name(&items(state)[row]));
    }
    let list = items(at(state, &path)).to_vec();
    let kind = dice.roll(if moves { 5 } else { 4 });
    if list.is_empty() && kind != 3 {
        return None;
    }
    let index = dice.roll(list.len());
    let splice =
        |index: usize, removed, inserted, goes_on| Action::Splice { index: index as u32, removed, inserted, goes_on };
    let (deed, actions) = match kind {
        0 | 1 => {
            let (path, old) = ([path.clone(), vec![Step::Index(index as u32)]].concat(), number(&list[index], COUNT));
            let by = 1.0 + dice.roll(1_000) as f64;
            let (deed, new, by) = if kind == 0 {
                (Deed::Set(name(&list[index]), by), by, None)
            } else {
                (Deed::Add(name(&list[index]), by), old + by, Some(by))
            };
            let (old, new) = (Some(Value::Number(old)), Some(Value::Number(new)));
            let action = Action::Set { key: Step::Name(COUNT), old, new, before: None, by };
            return Some(((deed, around), Program { ops: vec![(path, action)] }));
        }
        2 => (Deed::Remove(name(&list[index])), vec![splice(index, vec![list[index].clone()], vec![], false)]),
        3 => {
            *next_name += 1;
            let new = item(*next_name, around.is_none().then(Vec::new));
            (Deed::Insert(*next_name), vec![splice(dice.roll(list.len() + 1), vec![], vec![new], false)])
        }
        _ => {
            let to = dice.roll(list.len());
            let moved = || vec![Value::Moved(0)];
            let actions = if to < index {
                vec![splice(to, vec![], moved(), false), splice(index + 1, moved(), vec![], true)]
            } else {
                vec![splice(index, moved(), vec![], false), splice(to, vec![], moved(), true)]
            };
            (Deed::Move(name(&list[index])), actions)
        }
    };
    Some(((deed, around), Program { ops: actions.into_iter().map(|action| (path.clone(), action)).collect() }))
}

fn deeds(
    dice: &mut Dice,
    start: &Value,
    len: usize,
    next_name: &mut u32,
    moves: bool,
) -> (Vec<(Deed, Option<u32>)>, Program, Value) {
    let (mut done, mut program, mut state) = (Vec::new(), Program::default(), start.clone());
    for _ in 0..len {
        let Some((deed, more)) = deed(dice, &mut state, next_name, moves) else { continue };
        apply(&mut state, &more);
        program = program.then(&more);
        done.push(deed);
    }
    (done, program, state)
}

fn check(seed: u64, lens: [usize; 2], moves: bool) {
    let mut dice = Dice(seed);
    let mut next_name = 100;
    let row = |dice: &mut Dice, row: usize| {
        let parts = (0..dice.roll(5)).map(|part| item((row * 10 + part + 1) as u32, None)).collect();
        item((row * 10) as u32, Some(parts))
    };
    let start = Value::Array((0..dice.roll(7)).map(|number| row(&mut dice, number)).collect());
    let (_, others, theirs) = deeds(&mut dice, &start, lens[0], &mut next_name, moves);
    let (ours_done, ours, ours_end) = deeds(&mut dice, &start, lens[1], &mut next_name, moves);
    let (_, end, conflicts) = rebase(&start, &others, &ours, Policy::Optimistic);

    let (are, mut expected) = (all(&end), all(&theirs));
    let mut moved = BTreeSet::new();
    let mut conflicts_expected = 0;
    for (deed, around) in ours_done {
        let is_there = around.is_none_or(|around| expected.contains_key(&around));
        match deed {
            Deed::Set(name, _) | Deed::Add(name, _) if !expected.contains_key(&name) => conflicts_expected += 1,
            Deed::Set(name, count) => _ = expected.entry(name).and_modify(|held| held.0 = count),
            Deed::Add(name, by) => _ = expected.entry(name).and_modify(|held| held.0 += by),
            _ if !is_there => conflicts_expected += 1,
            Deed::Remove(name) => expected.retain(|other, held| *other != name && held.1 != Some(name)),
            Deed::Insert(name) => _ = expected.insert(name, (0.0, around)),
            Deed::Move(name) => _ = moved.insert(name),
        }
    }
    assert_eq!(are, expected);
    assert_eq!(conflicts.len(), conflicts_expected);
    let stays = |name: &u32| are.contains_key(name) && !moved.contains(name);
    keeps_order(&theirs, &end, stays);
    if !moves {
        keeps_order(&ours_end, &end, stays);
    }
}

/// Those of a state's items that stay are in the same order at the end.
#[track_caller]
fn keeps_order(state: &Value, end: &Value, stays: impl Fn(&u32) -> bool) {
    let lists = |state: &Value| {
        let parts = items(state).iter().map(|row| (Some(name(row)), names(field(row, PARTS))));
        parts.chain([(None, names(state))]).collect::<BTreeMap<_, _>>()
    };
    let ends = lists(end);
    for (around, list) in lists(state) {
        let Some(end) = ends.get(&around) else { continue };
        let expected: Vec<_> = list.into_iter().filter(&stays).collect();
        let found: Vec<_> = end.iter().copied().filter(|name| expected.contains(name)).collect();
        assert_eq!(found, expected, "in {around:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn deeds_reach_the_items_they_were_meant_for(seed: u64, lens in prop::array::uniform2(0usize..14)) {
        check(seed, lens, true);
    }

    #[test]
    fn without_moves_both_orders_are_kept(seed: u64, lens in prop::array::uniform2(0usize..14)) {
        check(seed, lens, false);
    }
}
