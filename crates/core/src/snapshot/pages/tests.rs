//! What pages tell is what loading tells.

use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::super::Codec;
use super::super::frame::Frame;
use super::{diff_snapshots, equal_snapshots};
use crate::delta::count;
use crate::error::{Error, Result};
use crate::model::ops::check_links;
use crate::node::HOLDER;
use crate::reconcile::tests::model::{Val, any_edit, any_val, edited, read, start};
use crate::store::{Config, ROOT, Store};
use crate::testing::{self, Dice};

fn store_of(state: &Json) -> Store {
    let mut store = Store::new(Config::default()).unwrap();
    testing::build(&mut store, ROOT.node, ROOT.slot, state);
    store
}

fn saved(state: &Json, codec: Codec) -> Vec<u8> {
    store_of(state).snapshot(ROOT, codec, 0).unwrap()
}

fn opened(bytes: &[u8]) -> Result<Store> {
    let mut store = Store::new(Config::default())?;
    let word = store.load_whole(ROOT, bytes)?;
    store.set(ROOT.node, ROOT.slot, word)?;
    store.commit()?;
    Ok(store)
}

fn told(snapshots: [&[u8]; 2], key: Option<&str>) -> Result<Vec<u8>> {
    let mut record = Vec::new();
    diff_snapshots(snapshots, key.map(str::as_bytes), &mut record).map(|()| record)
}

/// The record of loading one and then the other in its place.
fn loaded([one, other]: [&[u8]; 2], key: Option<&str>) -> Vec<u8> {
    let mut store = opened(one).unwrap();
    store.set_recording(true);
    let key = key.map(|key| store.intern(key.as_bytes()).unwrap());
    let word = store.load_whole(ROOT, other).unwrap();
    store.reconcile(ROOT, word, key).unwrap();
    match store.commit().unwrap() {
        Some(report) if report.changes > 0 => store.record().to_vec(),
        _ => vec![0],
    }
}

fn apply(store: &mut Store, record: &[u8], is_inverted: bool) {
    store.apply_record(record, is_inverted).unwrap();
    store.commit().unwrap();
    check_links(store, HOLDER);
}

/// Checks what pages tell of two states, which they have to.
fn check(before: &Json, after: &Json, key: Option<&str>) {
    for codecs in [[Codec::None; 2], [Codec::Lz4; 2], [Codec::None, Codec::Lz4]] {
        let [one, other] = [saved(before, codecs[0]), saved(after, codecs[1])];
        let record = told([&one, &other], key).unwrap();
        assert_eq!(equal_snapshots([&one, &other]), Ok(before == after));
        assert_eq!(count(&record), count(&loaded([&one, &other], key)));
        let mut store = store_of(before);
        apply(&mut store, &record, false);
        assert!(store.snapshot(ROOT, codecs[1], 0).unwrap() == other);
        apply(&mut store, &record, true);
        assert!(store.snapshot(ROOT, codecs[0], 0).unwrap() == one);
    }
}

fn untold(before: &Json, after: &Json, key: Option<&str>) {
    let [one, other] = [saved(before, Codec::None), saved(after, Codec::None)];
    assert!(told([&one, &other], key).is_err());
}

fn rows(count: u32) -> Json {
    let row = |n: u32| {
        json!({
            "id": format!("{n:08x}-7819-4b6c-b9b1-050e3cb635c0"),
            "title": format!("title {n}"),
            "status": (["open", "done", "late"][n as usize % 3]),
            "score": f64::from(n) / 8.0,
            "n": n,
            "done": n.is_multiple_of(3),
            "tags": (0..n % 4).map(|tag| format!("tag {}", (n + tag) % 9)).collect::<Vec<_>>(),
            "at": { "x": n, "list": (0..n % 12).collect::<Vec<_>>() },
        })
    };
    let by_key: serde_json::Map<_, _> = (0..90).map(|n| (format!("key {n}"), json!([n, "x"]))).collect();
    json!({ "rows": (0..count).map(row).collect::<Vec<_>>(), "byKey": by_key, "n": 1, "text": "t" })
}

/// A way to change a state.
type Change = fn(&mut Json);

#[test]
fn cells_of_one_structure_are_told_as_loading_tells_them() {
    let changes: [Change; 16] = [
        |_| {},
        |state| state["n"] = json!(-0.5),
        |state| state["text"] = json!(null),
        |state| state["text"] = json!("open"),
        |state| state["rows"][2_999]["score"] = json!(1),
        |state| (0..100).for_each(|n| state["rows"][n * 29]["n"] = json!(100_000 + n)),
        |state| (0..100).for_each(|n| state["rows"][n * 29]["title"] = json!(format!("new {n}"))),
        |state| (0..100).for_each(|n| state["rows"][n * 29]["status"] = json!("gone")),
        |state| (0..50).for_each(|n| state["rows"][n * 31]["title"] = json!("the same")),
        |state| state["rows"][7]["title"] = json!("title 2000"),
        |state| state["rows"][7]["id"] = json!("00000000-0000-4b6c-b9b1-050e3cb635c0"),
        |state| state["rows"][7]["done"] = json!("text"),
        |state| state["rows"][23]["tags"][1] = json!("other"),
        |state| state["rows"][23]["at"]["list"][10] = json!(99),
        |state| (0..3_000).step_by(60).for_each(|n| state["rows"][n]["at"]["x"] = json!(-1)),
        |state| (0..90).step_by(9).for_each(|n| state["byKey"][format!("key {n}")][0] = json!("new")),
    ];
    for (number, change) in changes.iter().enumerate() {
        let before = rows(3_000);
        let mut after = before.clone();
        change(&mut after);
        check(&before, &after, None);
        check(&after, &before, None);
        if number != 10 {
            check(&before, &after, Some("id"));
        }
    }
}

#[test]
fn what_takes_aligning_is_not_told() {
    let changes: [Change; 10] = [
        |state| drop(state["rows"].as_array_mut().unwrap().remove(3)),
        |state| state["rows"].as_array_mut().unwrap().swap(3, 700),
        |state| state["rows"].as_array_mut().unwrap().rotate_left(1),
        |state| state["rows"][5]["more"] = json!(1),
        |state| state["rows"][5]["tags"] = json!(["a", "b", "c", "d"]),
        |state| state["rows"][5]["n"] = json!([]),
        |state| state["rows"].as_array_mut().unwrap().iter_mut().for_each(|row| row["n"] = json!(-1)),
        |state| state["rows"][11]["at"]["list"].as_array_mut().unwrap().rotate_left(1),
        |state| state["byKey"]["more"] = json!(1),
        |state| *state = json!(1),
    ];
    for change in changes {
        let before = rows(1_000);
        let mut after = before.clone();
        change(&mut after);
        untold(&before, &after, None);
        untold(&after, &before, None);
    }
    let before = rows(1_000);
    let mut after = before.clone();
    after["rows"][5]["id"] = json!("other");
    untold(&before, &after, Some("id"));
}

/// Whoever asks for the same by key is told of records, also where most of them changed.
#[test]
fn records_that_have_their_keys_stand_still() {
    let before = json!((0..500).map(|n| json!({ "id": n, "v": n % 2 == 0 })).collect::<Vec<_>>());
    let mut after = before.clone();
    after.as_array_mut().unwrap().iter_mut().for_each(|row| row["v"] = json!(row["v"] == json!(false)));
    check(&before, &after, Some("id"));
    untold(&before, &after, None);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_told_leads_there_and_back(
        before in any_val(),
        edits in prop::collection::vec(any_edit(), 0..3),
        key in prop_oneof![Just(None), Just(Some("id"))],
    ) {
        let after = edited(&before, &edits);
        let (mut store, other) = (start(&before), start(&after));
        let [one, two] = [&store, &other].map(|store| store.snapshot(ROOT, Codec::Auto, 0).unwrap());
        let are_equal = equal_snapshots([&one, &two]);
        if let Ok(are_equal) = are_equal {
            prop_assert_eq!(are_equal, before == after);
        }
        if let Ok(record) = told([&one, &two], key) {
            prop_assert_eq!(record == [0], before == after);
            let state = |store: &Store| -> Val { read(store, store.root()) };
            apply(&mut store, &record, false);
            prop_assert_eq!(&state(&store), &after);
            apply(&mut store, &record, true);
            prop_assert_eq!(&state(&store), &before);
        } else {
            prop_assert!(before != after || matches!(before, Val::Null | Val::Flag(_) | Val::Number(_) | Val::Text(_)));
        }
    }
}

#[test]
fn damage_in_either_is_never_told() {
    let before = rows(300);
    let mut after = before.clone();
    after["rows"][299]["title"] = json!("new");
    for codec in [Codec::None, Codec::Auto] {
        let [one, other] = [saved(&before, codec), saved(&after, codec)];
        let never_told = |damaged: &[u8], at: usize| {
            for (pair, other_pair) in [([damaged, &other], [&one, damaged]), ([damaged, &one], [&other, damaged])] {
                for pair in [pair, other_pair] {
                    assert!(equal_snapshots(pair).is_err() && told(pair, None).is_err(), "{at}");
                }
            }
        };
        for at in (0..one.len()).step_by(61).chain(0..200) {
            let mut damaged = one.clone();
            damaged[at] ^= 1 << (at % 8);
            never_told(&damaged, at);
            never_told(&one[..at], at);
        }
        never_told(&[&one[..], b"x"].concat(), one.len());
    }
}

/// The bytes of a snapshot whose sections hold something else, with checksums that are right.
fn forged(bytes: &[u8], dice: &mut Dice) -> Vec<u8> {
    let Frame { mut head, sections } = Frame::of(bytes).unwrap();
    let mut sections: Vec<Vec<u8>> = sections.into_iter().map(<[u8]>::to_vec).collect();
    for _ in 0..=dice.roll(2) {
        let number = dice.roll(sections.len());
        let section = &mut sections[number];
        let at = dice.roll(section.len());
        section[at] = if dice.roll(2) == 0 { section[at] ^ 1 << dice.roll(8) } else { dice.roll(256) as u8 };
    }
    match dice.roll(12) {
        0 => head.strings = head.strings.wrapping_add(dice.roll(3) as u32).wrapping_sub(1),
        1 => head.blobs = head.blobs.wrapping_add(1),
        2 => {
            let number = dice.roll(head.forms.len());
            let form = &mut head.forms[number];
            let at = dice.roll(form.len());
            form[at] = dice.roll(9) as u32;
        }
        3 => {
            let number = dice.roll(head.levels.len());
            head.levels[number][0].1 = dice.roll(70_000) as u32;
        }
        _ => {}
    }
    for (entry, section) in head.sections.iter_mut().zip(&sections) {
        entry.checksum = gaesup_codec::checksum(section);
    }
    let mut forged = head.encode().unwrap();
    for section in &sections {
        forged.push(0xC6);
        forged.extend_from_slice(&(section.len() as u32).to_be_bytes());
        forged.extend_from_slice(section);
    }
    forged
}

#[test]
fn what_is_forged_is_told_only_where_it_can_be_loaded() {
    let state = json!({
        "rows": (0..30).map(|n| json!({ "id": n, "t": format!("title {n}"), "u": n % 2 == 0, "v": [n, "x"] })).collect::<Vec<_>>(),
        "list": (0..40).collect::<Vec<_>>(),
        "wide": (0..70).map(|n| (format!("key {n}"), json!(n))).collect::<serde_json::Map<_, _>>(),
    });
    let mut dice = Dice(7);
    let mut count = [0; 2];
    for codec in [Codec::None, Codec::Lz4] {
        let sound = saved(&state, codec);
        for _ in 0..20_000 {
            let bytes = forged(&sound, &mut dice);
            for pair in [[&sound[..], &bytes], [&bytes, &sound]] {
                let (are_equal, record) = (equal_snapshots(pair), told(pair, None));
                // Once a difference is found, nothing behind it is looked at.
                if are_equal != Ok(true) && record.is_err() {
                    count[0] += 1;
                    continue;
                }
                count[1] += 1;
                let [one, other] = pair.map(|bytes| opened(bytes).unwrap());
                let saved = [&one, &other].map(|store| store.snapshot(ROOT, Codec::None, 0).unwrap());
                if let Ok(are_equal) = are_equal {
                    assert_eq!(are_equal, saved[0] == saved[1]);
                }
                if let Ok(record) = record {
                    let mut store = one;
                    apply(&mut store, &record, false);
                    assert_eq!(store.snapshot(ROOT, Codec::None, 0).unwrap(), saved[1]);
                }
            }
        }
    }
    assert!(count[0] > 5_000 && count[1] > 5_000, "{count:?}");
}

#[test]
fn reasons_are_no_errors_of_the_caller() {
    let bytes = saved(&json!({ "n": 1 }), Codec::None);
    assert_eq!(equal_snapshots([&bytes, &bytes]), Ok(true));
    assert_eq!(told([&bytes, &bytes], None), Ok(vec![0]));
    assert_eq!(equal_snapshots([&bytes, &saved(&json!({ "n": 2 }), Codec::None)]), Ok(false));
    assert!(matches!(equal_snapshots([&[], &bytes]), Err(Error::CorruptData { .. })));
}
