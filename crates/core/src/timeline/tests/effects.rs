//! Effects that wait, with commits and changes of others in between.

use super::*;
use crate::error::Error;
use crate::timeline::Resolution;

/// More than the records of any program here: one of them can be megabytes, and what does not fit
/// is forgotten, as it should be.
const JOURNAL_BYTES_MAX: usize = 1 << 28;

#[derive(Clone, Debug)]
enum Action {
    /// Something that shows at once and waits.
    Effect(Vec<Op>),
    Commit(Vec<Op>),
    /// A change of others, made in what is confirmed.
    Foreign(Vec<Op>),
    Settle(u8, Resolution),
    /// A change that does not fit.
    Refused(Vec<Op>),
    /// Steps undone or done again under what waits.
    Travel(i8),
}

fn any_action() -> impl Strategy<Value = Action> {
    prop_oneof![
        4 => some_ops().prop_map(Action::Effect),
        2 => some_ops().prop_map(Action::Commit),
        3 => some_ops().prop_map(Action::Foreign),
        2 => any::<u8>().prop_map(|which| Action::Settle(which, Resolution::Confirm)),
        3 => any::<u8>().prop_map(|which| Action::Settle(which, Resolution::TakeBack)),
        1 => some_ops().prop_map(Action::Refused),
        2 => (-2i8..4).prop_map(Action::Travel),
    ]
}

fn perform(store: &mut Store, replica: &mut Replica, waiting: &mut Vec<u32>, number: u32, action: &Action) {
    match action {
        Action::Effect(ops) => {
            store.begin_effect(number);
            let has_changed = commit(store, ops).unwrap();
            assert_eq!(store.end_effect(number).unwrap(), has_changed);
            waiting.extend(has_changed.then_some(number));
        }
        Action::Commit(ops) => {
            commit(store, ops).unwrap();
        }
        Action::Foreign(ops) => {
            if let Some(record) = replica.record_of(ops) {
                store.apply_under(&record, false, 1, true).unwrap();
            }
        }
        Action::Settle(which, resolution) => {
            if !waiting.is_empty() {
                let id = waiting.remove(*which as usize % waiting.len());
                store.settle(id, *resolution).unwrap();
                // A commit that follows an effect waits for it, but has no number.
            }
        }
        Action::Refused(ops) => {
            let before = text(store);
            if let Some(record) = replica.record_of(ops) {
                let other = [&record[..], &[0xFF]].concat();
                assert!(matches!(store.apply_under(&other, false, 1, true), Err(Error::CorruptData { .. })));
            }
            assert_eq!(text(store), before);
        }
        Action::Travel(steps) => {
            store.travel(i32::from(*steps), false).unwrap();
        }
    }
}

proptest! {
    #![proptest_config(long(2_500))]

    /// Whatever waited, when all of it is settled the state is what the commits tell.
    #[test]
    fn what_is_settled_is_what_was_told(initial in state(), actions in prop::collection::vec(any_action(), 1..16), confirms: bool) {
        let mut store = start(&initial);
        store.keep_journal(JOURNAL_BYTES_MAX);
        store.keep_history(1_000, 1 << 20);
        let mut replica = Replica::new(&mut store);
        let mut waiting = Vec::new();
        for (number, action) in (1..).zip(&actions) {
            perform(&mut store, &mut replica, &mut waiting, number, action);
            check_links(&store, HOLDER);
            replica.catch_up(&mut store);
            if store.timeline.pending.is_empty() {
                assert_eq!(text(&store), text(&replica.0), "nothing waits after {action:?}");
            }
        }
        for id in waiting {
            store.settle(id, if confirms { Resolution::Confirm } else { Resolution::TakeBack }).unwrap();
        }
        prop_assert!(store.timeline.pending.is_empty());
        replica.catch_up(&mut store);
        prop_assert_eq!(text(&store), text(&replica.0));
        let (mut since, mut copy) = (Vec::new(), start(&initial));
        prop_assert!(store.since(store.confirmed(), &mut since).unwrap());
        copy.apply_record(&since, false).unwrap();
        copy.commit().unwrap();
        prop_assert_eq!(text(&copy), text(&store), "the log in one piece");
        store.take_conflicts();
        finish(store);
        finish(replica.0);
        finish(copy);
    }

    /// Effects that are all taken back, in any order, leave what is confirmed.
    #[test]
    fn effects_taken_back_leave_no_trace(
        initial in state(),
        effects in prop::collection::vec((some_ops(), any::<u8>()), 1..8),
    ) {
        let mut store = start(&initial);
        let before = text(&store);
        let mut waiting = Vec::new();
        for (number, (ops, _)) in (1..).zip(&effects) {
            store.begin_effect(number);
            waiting.extend(commit(&mut store, ops).unwrap().then_some(number));
            store.end_effect(number).unwrap();
        }
        for (_, which) in &effects {
            if !waiting.is_empty() {
                let id = waiting.remove(*which as usize % waiting.len());
                store.settle(id, Resolution::TakeBack).unwrap();
                prop_assert_eq!(store.settle(id, Resolution::TakeBack), Err(Error::Stale));
            }
        }
        prop_assert_eq!(text(&store), before);
        prop_assert_eq!(store.confirmed(), 0);
        finish(store);
    }
}
