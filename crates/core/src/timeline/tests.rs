//! Random programs of commits, effects that wait, changes of others and
//! travels through the history, against states that are kept whole.

mod effects;
mod memory;
mod steps;
mod stuck;

use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::Stamp;
use crate::error::Result;
use crate::model::ops::{Op, any_op, apply, check_links, everything_is_freed, start};
use crate::node::HOLDER;
use crate::store::Store;
use crate::testing::{json, long};

/// The state as text, so that the order of keys counts.
fn text(store: &Store) -> String {
    json(store, store.root()).to_string()
}

/// A state in which most operations find something, and so do those that follow.
fn state() -> impl Strategy<Value = Json> {
    (crate::model::ops::any_json(), 0i32..3).prop_map(|(any, n)| {
        json!({ "a": any, "n": n, "rows": [{ "id": 1, "n": n }, { "id": 2, "n": 0 }, [], 4], "o": { "p": { "q": [1, 2] } } })
    })
}

fn some_ops() -> impl Strategy<Value = Vec<Op>> {
    prop::collection::vec(any_op(), 1..4)
}

/// Does operations as one commit; answers whether it changed anything.
fn commit(store: &mut Store, ops: &[Op]) -> Result<bool> {
    let mut model = json(store, store.root());
    for op in ops {
        apply(store, &mut model, op)?;
    }
    let before_commit = text(store);
    let has_changed = store.commit()?.is_some_and(|report| report.changes > 0);
    assert_eq!(text(store), before_commit, "a commit changes nothing by itself");
    Ok(has_changed)
}

fn stamp(group: u32) -> Stamp {
    Stamp { group, ..Stamp::default() }
}

/// A replica that repeats what the store's commits tell.
struct Replica(Store);

impl Replica {
    fn new(store: &mut Store) -> Self {
        store.tell_commits(true);
        Self(start(&json(store, store.root())))
    }

    /// Takes what was told since the last time.
    fn catch_up(&mut self, store: &mut Store) {
        let mut records = Vec::new();
        store.take_commits(|bytes, ends, _| {
            let mut from = 0;
            for end in ends {
                records.push(bytes[from..*end as usize].to_vec());
                from = *end as usize;
            }
        });
        for record in records {
            assert_eq!(self.0.apply_record(&record, false), Ok(()), "{record:?}");
            self.0.commit().unwrap();
        }
    }

    /// The record of a change that is made here, and taken back again.
    fn record_of(&mut self, ops: &[Op]) -> Option<Vec<u8>> {
        self.0.set_recording(true);
        let record = commit(&mut self.0, ops).unwrap().then(|| self.0.record().to_vec());
        if let Some(record) = &record {
            self.0.apply_record(record, true).unwrap();
            self.0.commit().unwrap();
        }
        record
    }
}

fn finish(mut store: Store) {
    check_links(&store, HOLDER);
    store.keep_history(0, 0);
    store.keep_journal(0);
    store.tell_commits(false);
    everything_is_freed(store);
}
