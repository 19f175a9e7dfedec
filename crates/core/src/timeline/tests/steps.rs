//! Steps undone and done again.

use super::*;
use crate::model::ops::apply_in;
use crate::testing::value;
use crate::timeline::Pattern;
use crate::timeline::Standing;

#[derive(Clone, Debug)]
enum Action {
    /// A commit, in a group if that is not 0.
    Commit(Vec<Op>, u32),
    Foreign(Vec<Op>),
    Travel(i8),
}

fn any_action(foreign: u32) -> impl Strategy<Value = Action> {
    prop_oneof![
        6 => (some_ops(), prop_oneof![3 => Just(0u32), 1 => 1u32..3]).prop_map(|(ops, group)| Action::Commit(ops, group)),
        foreign => some_ops().prop_map(Action::Foreign),
        4 => (-4i8..5).prop_map(Action::Travel),
    ]
}

fn recorded(initial: &Json) -> Store {
    let mut store = start(initial);
    // Copies of copies make some steps very long.
    store.keep_history(1_000, 1 << 28);
    store
}

proptest! {
    #![proptest_config(long(2_500))]

    /// Alone, every position of the history is the state that there was.
    #[test]
    fn each_step_leads_to_the_state_there_was(initial in state(), actions in prop::collection::vec(any_action(0), 1..16)) {
        let mut store = recorded(&initial);
        let mut replica = Replica::new(&mut store);
        // The state at each position, and the group of the commit before if it is still the last.
        let (mut states, mut position, mut last) = (vec![text(&store)], 0, None);
        for action in &actions {
            match action {
                Action::Commit(ops, group) => {
                    store.set_stamp(stamp(*group));
                    if commit(&mut store, ops).unwrap() {
                        states.truncate(position + 1);
                        let joins = *group != 0 && last == Some(*group);
                        if joins { states[position] = text(&store) } else { states.push(text(&store)) }
                        position = states.len() - 1;
                        last = Some(*group);
                        if joins && states[position] == states[position - 1] {
                            // What does nothing is no step, once it is known that nothing joins it any more.
                            store.end_step();
                            states.pop();
                            (position, last) = (position - 1, None);
                        }
                    }
                }
                Action::Foreign(_) => unreachable!(),
                Action::Travel(steps) => {
                    let to = (position as i64 - i64::from(*steps)).clamp(0, states.len() as i64 - 1) as usize;
                    prop_assert_eq!(store.travel(i32::from(*steps), true).unwrap() as usize, to.abs_diff(position));
                    (position, last) = (to, None);
                }
            }
            prop_assert_eq!(&text(&store), &states[position], "{:?}", action);
            let Standing { position: done, length: len, .. } = store.history();
            prop_assert_eq!((done as usize, len as usize), (position, states.len() - 1));
            replica.catch_up(&mut store);
            prop_assert_eq!(text(&replica.0), text(&store));
            check_links(&store, HOLDER);
        }
        finish(store);
        finish(replica.0);
    }

    /// With changes of others in between, every travel is one commit that a
    /// replica can repeat, and going back and forth without new ones leads back.
    #[test]
    fn travels_among_changes_of_others_are_told(initial in state(), actions in prop::collection::vec(any_action(3), 1..16)) {
        let mut store = recorded(&initial);
        let mut replica = Replica::new(&mut store);
        for action in &actions {
            match action {
                Action::Commit(ops, group) => {
                    store.set_stamp(stamp(*group));
                    commit(&mut store, ops).unwrap();
                }
                Action::Foreign(ops) => {
                    if let Some(record) = replica.record_of(ops) {
                        store.apply_under(&record, false, 1, true).unwrap();
                    }
                }
                Action::Travel(steps) => {
                    store.travel(i32::from(*steps), true).unwrap();
                }
            }
            replica.catch_up(&mut store);
            prop_assert_eq!(text(&replica.0), text(&store), "{:?}", action);
            check_links(&store, HOLDER);
        }
        let [bottom, top] = [i32::MAX, i32::MIN].map(|steps| {
            store.travel(steps, true).unwrap();
            text(&store)
        });
        store.travel(i32::MAX, true).unwrap();
        prop_assert_eq!(&text(&store), &bottom);
        store.travel(i32::MIN, true).unwrap();
        prop_assert_eq!(&text(&store), &top);
        replica.catch_up(&mut store);
        prop_assert_eq!(text(&replica.0), top);
        finish(store);
        finish(replica.0);
    }

    /// What is left out of the history is as it is now, wherever one travels.
    #[test]
    fn what_is_excluded_stays(initial in state(), batches in prop::collection::vec((prop::collection::vec(any_op(), 0..3), 0i32..9), 1..8)) {
        // The operations are done in one half of the state; the other is left out.
        let mut store = recorded(&json!({ "kept": initial, "out": { "n": 0 } }));
        let place: Box<[Pattern]> = Box::new([Some((*b"out").into()), None]);
        store.exclude(place).unwrap();
        let mut replica = Replica::new(&mut store);
        let root = |store: &Store| store.root().as_node().unwrap();
        // A row may have slots for keys that an object lacks.
        let part = |store: &Store, number: usize| store.tree.cells(root(store)).nth(number).unwrap().1;
        let kept = json(&store, part(&store, 0)).to_string();
        for (ops, n) in &batches {
            let mut model = json(&store, part(&store, 0));
            for op in ops {
                // It may have gone to another row.
                if let Some(node) = part(&store, 0).as_node() {
                    apply_in(&mut store, node, &mut model, op).unwrap();
                }
            }
            let out = part(&store, 1).as_node().unwrap();
            let key = store.intern(b"n").unwrap();
            let slot = store.tree.find(out, key).unwrap();
            let word = value(&mut store, out, slot, &json!(n)).unwrap();
            store.set(out, slot, word).unwrap();
            store.commit().unwrap();
        }
        let out = json(&store, part(&store, 1)).to_string();
        let undone = store.travel(i32::MAX, true).unwrap();
        prop_assert_eq!(json(&store, part(&store, 0)).to_string(), kept);
        prop_assert_eq!(json(&store, part(&store, 1)).to_string(), out.clone());
        prop_assert!(undone as usize <= batches.len());
        store.travel(i32::MIN, true).unwrap();
        prop_assert_eq!(json(&store, part(&store, 1)).to_string(), out);
        replica.catch_up(&mut store);
        prop_assert_eq!(text(&replica.0), text(&store));
        finish(store);
        finish(replica.0);
    }
}
