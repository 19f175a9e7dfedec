//! Snapshots of random states, and of states that came about differently.

use proptest::prelude::*;
use serde::Deserialize;
use serde_bytes::ByteBuf;
use serde_json::{Value as Json, json};

use super::{Codec, inspect};
use crate::error::Error;
use crate::model::ops::{any_json, any_op, apply, check, check_links, everything_is_freed, start};
use crate::node::HOLDER;
use crate::store::{Config, ROOT, Store};
use crate::testing;

fn store_of(state: &Json) -> Store {
    let mut store = Store::new(Config::default()).unwrap();
    testing::build(&mut store, ROOT.node, ROOT.slot, state);
    store
}

fn opened(bytes: &[u8]) -> Store {
    let mut store = Store::new(Config::default()).unwrap();
    let word = store.load_whole(ROOT, bytes).unwrap();
    store.set(ROOT.node, ROOT.slot, word).unwrap();
    store.commit().unwrap();
    store
}

fn saved(store: &Store) -> Vec<u8> {
    store.snapshot(ROOT, Codec::None, 0).unwrap()
}

/// A state with every way in which pages, lists and dictionaries are kept.
fn large() -> Json {
    let rows: Vec<Json> = (0..3_000)
        .map(|n| match n % 7 {
            0 => json!({ "id": format!("row {n}"), "n": n, "done": n % 2 == 0 }),
            1 => json!({ "id": format!("row {n}"), "n": null, "done": n % 2 == 0, "tags": ["a", n] }),
            _ => json!({ "id": format!("row {n}"), "n": f64::from(n) / 8.0, "done": true, "tags": [] }),
        })
        .collect();
    let by_id: serde_json::Map<_, _> = (0..200).rev().map(|n| (format!("{}", n * 3), json!({ "n": n }))).collect();
    json!({ "rows": rows, "byId": by_id, "deep": [[[[[[1]]]]]], "long": (0..2_500).collect::<Vec<_>>() })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn a_snapshot_is_opened_as_what_it_was_and_gives_the_same_bytes(
        initial in any_json(),
        ops in prop::collection::vec(any_op(), 0..12),
    ) {
        let (mut store, mut model) = (start(&initial), initial);
        for op in &ops {
            apply(&mut store, &mut model, op).unwrap();
            store.commit().unwrap();
        }
        let bytes = saved(&store);
        let again = opened(&bytes);
        check(&again, &model);
        check_links(&again, HOLDER);
        prop_assert_eq!(saved(&again), bytes);
        everything_is_freed(again);
    }

    #[test]
    fn equal_states_give_equal_bytes_whatever_happened_before(
        initial in any_json(),
        ops in prop::collection::vec(any_op(), 0..12),
    ) {
        let (mut store, mut model) = (start(&initial), initial);
        for op in &ops {
            apply(&mut store, &mut model, op).unwrap();
            store.commit().unwrap();
        }
        prop_assert_eq!(saved(&store), saved(&store_of(&model)));
    }
}

#[test]
fn large_states_come_back_in_every_codec_and_in_pieces() {
    let state = large();
    let store = store_of(&state);
    for codec in [Codec::None, Codec::Lz4, Codec::Auto] {
        let bytes = store.snapshot(ROOT, codec, 7).unwrap();
        let told = inspect(&bytes).unwrap();
        assert_eq!((told.schema, told.stored_bytes), (7, bytes.len() as u64));
        assert_eq!(told.is_compressed, codec != Codec::None);
        for piece in [1, 777, bytes.len()] {
            let mut again = Store::new(Config::default()).unwrap();
            let mut loader = again.begin_load(ROOT);
            bytes.chunks(piece).for_each(|piece| again.load(&mut loader, piece).unwrap());
            let word = again.end_load(loader).unwrap();
            again.set(ROOT.node, ROOT.slot, word).unwrap();
            again.commit().unwrap();
            assert_eq!(testing::json(&again, again.root()), testing::json(&store, store.root()));
            check_links(&again, HOLDER);
            assert_eq!(again.snapshot(ROOT, codec, 7).unwrap(), bytes);
        }
    }
}

/// The head as a general MessagePack library sees it.
#[derive(Deserialize)]
struct HeadAsMap {
    schema: u32,
    strings: u32,
    forms: Vec<Vec<u32>>,
    levels: Vec<Vec<(u32, u32)>>,
    sections: Vec<(u8, u8, u32, u32, ByteBuf)>,
}

#[test]
fn a_snapshot_is_a_messagepack_document() {
    let bytes = store_of(&json!({ "rows": vec![json!({ "id": "a", "long": [1, 2, 3] }); 40] }));
    let bytes = bytes.snapshot(ROOT, Codec::None, 70_000).unwrap();
    let (name, format, checksum, head, sections): (String, u8, ByteBuf, ByteBuf, Vec<ByteBuf>) =
        rmp_serde::from_slice(&bytes).unwrap();
    assert_eq!((&*name, format, checksum.len()), ("gaesup-snapshot", 1, 8));
    let head: HeadAsMap = rmp_serde::from_slice(&head).unwrap();
    assert_eq!((head.schema, head.strings, head.forms.len()), (70_000, 4, 4));
    assert_eq!(head.levels.iter().flatten().map(|(_, rows)| rows).sum::<u32>(), 82);
    let sizes = |of: fn(&(u8, u8, u32, u32, ByteBuf)) -> u32| head.sections.iter().map(of).collect::<Vec<_>>();
    assert_eq!(sizes(|section| section.3), sections.iter().map(|bytes| bytes.len() as u32).collect::<Vec<_>>());
}

#[test]
fn forms_that_share_a_table_keep_their_rows_apart() {
    for count in [511, 512, 513, 1_024, 1_026, 2_049] {
        let rows: Vec<Json> = (0..count)
            .map(|n| match n % 500 {
                0 => json!({ "id": n, "a": 1, "b": [n, 2] }),
                1 => json!({ "id": n, "a": 2, "b": [n] }),
                _ => json!({ "id": n, "a": [n, "x"] }),
            })
            .collect();
        let store = store_of(&json!(rows));
        let again = opened(&saved(&store));
        check(&again, &json!(rows));
        assert_eq!(saved(&again), saved(&store));
    }
}

#[test]
fn a_snapshot_is_loaded_beside_a_state_and_given_up_without_a_trace() {
    let state = large();
    let mut store = store_of(&state);
    let bytes = saved(&store);
    // Generations of freed rows stay.
    store.load_whole(ROOT, &bytes).unwrap();
    store.rollback().unwrap();
    let before = store.stats();
    for _ in 0..5 {
        store.load_whole(ROOT, &bytes).unwrap();
        store.rollback().unwrap();
    }
    let after = store.stats();
    assert_eq!((before.records, before.lists, before.column_bytes), (after.records, after.lists, after.column_bytes));
    assert_eq!(saved(&store), bytes);
}

#[test]
fn every_piece_that_is_missing_or_damaged_is_noticed() {
    let bytes = store_of(&large()).snapshot(ROOT, Codec::Auto, 0).unwrap();
    let mut store = store_of(&json!({ "kept": 1 }));
    for end in (0..bytes.len()).step_by(997).chain(bytes.len() - 40..bytes.len()) {
        assert!(matches!(store.load_whole(ROOT, &bytes[..end]), Err(Error::CorruptData { .. })), "{end}");
    }
    for at in (0..bytes.len()).step_by(331).chain(0..400) {
        let mut damaged = bytes.clone();
        damaged[at] ^= 1 << (at % 8);
        assert!(store.load_whole(ROOT, &damaged).is_err(), "{at}");
    }
    assert!(store.load_whole(ROOT, &[&bytes[..], b"x"].concat()).is_err());
    check_links(&store, HOLDER);
    assert_eq!(testing::json(&store, store.root()), json!({ "kept": 1 }));
}

#[test]
fn without_memory_nothing_is_left_of_a_snapshot() {
    let bytes = saved(&store_of(&large()));
    let mut store = store_of(&json!([1, { "a": 2 }]));
    let before = store.stats();
    for allowed in (0..400).step_by(7) {
        store.tree.memory.pool_mut().fail_after(Some(allowed));
        let loaded = store.load_whole(ROOT, &bytes);
        store.tree.memory.pool_mut().fail_after(None);
        if loaded.is_ok() {
            store.rollback().unwrap();
        }
        check_links(&store, HOLDER);
        assert_eq!((before.records, before.lists), (store.stats().records, store.stats().lists));
    }
    everything_is_freed(store);
}
