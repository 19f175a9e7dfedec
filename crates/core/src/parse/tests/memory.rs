//! What parsing takes, and what it does when it does not get that.

use super::oracle::{self, keep};
use super::store;
use crate::error::Error;
use crate::model::ops::{check_links, everything_is_freed};
use crate::node::HOLDER;
use crate::parse::Format;
use crate::store::{Config, ROOT, Store};

/// A text with every kind of container, some of them long.
fn text() -> String {
    let rows: Vec<String> =
        (0..1_500).map(|row| format!("{{\"row\":{row},\"text\":\"row number {row}\",\"pair\":[1,[2]]}}")).collect();
    let keys: Vec<String> = (0..100).map(|key| format!("\"key {key}\":[{key}]")).collect();
    let (rows, keys) = (rows.join(","), keys.join(","));
    format!("{{\"rows\":[{rows}],\"keys\":{{{keys},{keys}}},\"2\":[[{rows}]],\"1\":null}}")
}

#[test]
fn without_memory_nothing_is_left() {
    let text = text();
    let expected = oracle::json(text.as_bytes()).unwrap();
    let mut allowed = 0;
    loop {
        let mut store = store();
        store.tree.memory.pool_mut().fail_after(Some(allowed));
        let parsed = store.parse(ROOT, Format::Json, text.as_bytes());
        store.tree.memory.pool_mut().fail_after(None);
        let is_parsed = parsed.is_ok();
        if !is_parsed {
            let stats = store.stats();
            assert_eq!((stats.records, stats.lists, stats.dictionaries), (0, 0, 0));
        }
        let word = parsed.or_else(|_| store.parse(ROOT, Format::Json, text.as_bytes())).unwrap();
        assert_eq!(keep(&mut store, word), expected);
        check_links(&store, HOLDER);
        everything_is_freed(store);
        if is_parsed {
            break;
        }
        allowed += 1;
    }
    assert!(allowed > 100);
}

#[test]
fn a_limit_is_kept() {
    let mut store = Store::new(Config { limit_bytes: 256 << 10, ..Config::default() }).unwrap();
    let text = format!("[{}0]", "[\"a long text, not twice the same\",{}],".repeat(60_000));
    assert_eq!(store.parse(ROOT, Format::Json, text.as_bytes()), Err(Error::LimitExceeded));
    let word = store.parse(ROOT, Format::Json, b"[1]").unwrap();
    assert_eq!(keep(&mut store, word), oracle::json(b"[1]").unwrap());
    everything_is_freed(store);
}

#[test]
fn the_tape_of_a_long_array_is_short() {
    let mut store = store();
    let text = format!("{{\"a\":[[1,2],{}0]}}", "{\"n\":[1,2]},".repeat(50_000));
    store.parse(ROOT, Format::Json, text.as_bytes()).unwrap();
    assert!((1..=4_096).contains(&store.stage.tape.capacity()));
    store.rollback().unwrap();
    let members: Vec<String> = (0..50_000).map(|number| format!("\"{number}x\":0")).collect();
    store.parse(ROOT, Format::Json, format!("{{{}}}", members.join(",")).as_bytes()).unwrap();
    assert_eq!(store.stage.tape.capacity(), 0, "what was long is given back");
}
