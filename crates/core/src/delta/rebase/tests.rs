//! Operations done again after others, in stores.

mod identity;

use proptest::prelude::*;

use super::{Policy, Rebase};
use crate::delta::compose::model::{Dice, Program, apply, at, texts};
use crate::delta::script::{Action, Script, Step, TextId, Value};
use crate::error::Error;
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
        let more = script.ops[from + 1..len].iter().take_while(|op| matches!(op.action, Action::Splice { goes_on: true, .. }));
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
    #![proptest_config(ProptestConfig { cases: 6_000, ..ProptestConfig::default() })]

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
