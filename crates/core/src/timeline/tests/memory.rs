//! Want of memory, at any time: done or not done, never half.

use super::*;
use crate::error::Error;
use crate::timeline::Resolution;

#[derive(Clone, Debug)]
enum Action {
    Commit(Vec<Op>),
    Effect(Vec<Op>),
    Foreign(Vec<Op>),
    Settle(bool),
    Travel(i8),
}

fn any_action() -> impl Strategy<Value = Action> {
    prop_oneof![
        3 => some_ops().prop_map(Action::Commit),
        2 => some_ops().prop_map(Action::Effect),
        2 => some_ops().prop_map(Action::Foreign),
        2 => any::<bool>().prop_map(Action::Settle),
        3 => (-3i8..4).prop_map(Action::Travel),
    ]
}

/// Does one thing; with an error, what was begun is taken back.
fn perform(
    store: &mut Store,
    waiting: &mut Vec<u32>,
    number: u32,
    action: &Action,
    record: Option<&[u8]>,
) -> Result<()> {
    match action {
        Action::Commit(ops) => commit(store, ops).map(|_| ()),
        Action::Effect(ops) => {
            store.begin_effect(number);
            let done = commit(store, ops);
            let is_there = store.end_effect(number).unwrap();
            waiting.extend(is_there.then_some(number));
            assert_eq!(is_there, done.unwrap_or(false));
            done.map(|_| ())
        }
        Action::Foreign(_) => record.map_or(Ok(()), |record| store.apply_under(record, false, 1, true)),
        Action::Settle(confirms) => {
            let Some(id) = waiting.last().copied() else { return Ok(()) };
            store.settle(id, if *confirms { Resolution::Confirm } else { Resolution::TakeBack })?;
            waiting.pop();
            Ok(())
        }
        Action::Travel(steps) => store.travel(i32::from(*steps), true).map(|_| ()),
    }
}

proptest! {
    #![proptest_config(long(2_500))]

    #[test]
    fn without_memory_nothing_is_half_done(
        initial in state(),
        actions in prop::collection::vec((any_action(), 0u64..14), 1..14),
    ) {
        let mut store = start(&initial);
        store.keep_history(1_000, 1 << 20);
        let mut replica = Replica::new(&mut store);
        let mut waiting = Vec::new();
        for (number, (action, allowed)) in (1..).zip(&actions) {
            let record = match action {
                Action::Foreign(ops) => replica.record_of(ops),
                _ => None,
            };
            let before = (text(&store), store.confirmed(), waiting.clone(), store.history());
            store.tree.memory.pool_mut().fail_after(Some(*allowed));
            let done = perform(&mut store, &mut waiting, number, action, record.as_deref());
            store.tree.memory.pool_mut().fail_after(None);
            if done == Err(Error::Dead) {
                return Ok(());
            }
            if let Err(error) = done {
                prop_assert!(matches!(error, Error::OutOfMemory | Error::LimitExceeded), "{error}");
                // Nothing to do when it was not a commit that failed.
                store.rollback().unwrap();
                let after = (text(&store), store.confirmed(), waiting.clone(), store.history());
                prop_assert_eq!(after, before, "{:?}", action);
            }
            check_links(&store, HOLDER);
            replica.catch_up(&mut store);
            if store.timeline.pending.is_empty() {
                prop_assert_eq!(text(&replica.0), text(&store), "{:?}", action);
            }
        }
        for id in waiting {
            store.settle(id, Resolution::TakeBack).unwrap();
        }
        replica.catch_up(&mut store);
        prop_assert_eq!(text(&replica.0), text(&store));
        finish(store);
        finish(replica.0);
    }
}
