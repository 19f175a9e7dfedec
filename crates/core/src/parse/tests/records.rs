//! Records against the items of what is parsed.

use proptest::prelude::*;

use super::hostile::{PIECES, SAMPLES};
use super::json::any_text;
use super::message_pack::samples;
use super::oracle::{Model, keep};
use super::store;
use crate::error::{Error, Result};
use crate::model::ops::everything_is_freed;
use crate::parse::{Format, Record};
use crate::store::{ROOT, Store};
use crate::testing::Dice;
use crate::testing::mutate::Mutator;

/// What the records of a payload are, each parsed on its own.
fn items(store: &mut Store, format: Format, bytes: &[u8]) -> Result<Option<Vec<Model>>> {
    let Some(records) = store.records(format, bytes)? else { return Ok(None) };
    let mut end = 0;
    let mut item = |record: &Record| {
        assert!(end <= record.start && record.start < record.end && record.end as usize <= bytes.len());
        end = record.end;
        let word = store.parse_record(ROOT, format, bytes, record)?;
        Ok(keep(store, word))
    };
    records.iter().map(&mut item).collect::<Result<_>>().map(Some)
}

/// The same of the payload as a whole.
fn whole(store: &mut Store, format: Format, bytes: &[u8]) -> Result<Option<Vec<Model>>> {
    let word = store.parse(ROOT, format, bytes)?;
    Ok(match keep(store, word) {
        Model::Array(items) => Some(items),
        _ => None,
    })
}

/// Taken apart or as a whole, bytes mean the same, or nothing.
fn check_items(store: &mut Store, format: Format, bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    match (items(store, format, bytes), whole(store, format, bytes)) {
        // What is no array is not looked at.
        (Ok(None), Ok(None) | Err(_)) => false,
        (Ok(items), Ok(whole)) => {
            assert_eq!(items, whole, "{text}");
            true
        }
        // Records have no depth but their own.
        (_, Err(Error::TooDeep { .. })) | (Err(_), Err(_)) => false,
        (items, whole) => panic!("{items:?} and {whole:?}: {text}"),
    }
}

proptest! {
    #[test]
    fn the_items_of_an_array_are_its_records(items in prop::collection::vec(any_text(), 0..6), space in "[ \n\t\r]{0,3}") {
        let mut store = store();
        let text = format!("{space}[{space}{}{space}]{space}", items.join(&format!("{space},{space}")));
        prop_assert!(check_items(&mut store, Format::Json, text.as_bytes()));
        let records = store.records(Format::Json, text.as_bytes()).unwrap().unwrap();
        let texts: Vec<&str> = records.iter().map(|record| &text[record.start as usize..record.end as usize]).collect();
        prop_assert_eq!(texts, items.iter().map(|item| item.trim()).collect::<Vec<_>>());
        everything_is_freed(store);
    }
}

#[test]
fn damaged_payloads_are_refused_as_a_whole_or_in_a_record() {
    let samples: Vec<Vec<u8>> = SAMPLES.iter().map(|sample| format!("[{sample},{sample}]").into_bytes()).collect();
    let (mut store, mut agreed) = (store(), 0);
    for number in 0..200_000 {
        let text = Mutator::new(&mut Dice(number), &samples, &PIECES).mutated();
        agreed += usize::from(check_items(&mut store, Format::Json, &text));
        if number % 4 == 0 {
            agreed += usize::from(check_items(&mut store, Format::JsonLines, &text));
        }
    }
    assert!(agreed > 10_000, "{agreed}");
    everything_is_freed(store);
}

#[test]
fn messages_are_refused_as_a_whole_or_in_a_record() {
    let samples: Vec<Vec<u8>> =
        samples().into_iter().map(|(bytes, _)| bytes).filter(|bytes| bytes.len() < 600).collect();
    let samples: Vec<Vec<u8>> =
        samples.chunks_exact(3).map(|items| [&[0x93], items.concat().as_slice()].concat()).collect();
    let (mut store, mut agreed) = (store(), 0);
    for sample in &samples {
        assert!(check_items(&mut store, Format::MessagePack, sample));
    }
    for number in 0..100_000 {
        let bytes = Mutator::new(&mut Dice(number), &samples, &[&[0x94], &[0x92], &[0xDC, 0, 3], &[0xC1]]).mutated();
        agreed += usize::from(check_items(&mut store, Format::MessagePack, &bytes));
    }
    assert!(agreed > 10_000, "{agreed}");
    everything_is_freed(store);
}

#[test]
fn strings_end_where_they_end_in_every_part_of_a_block() {
    let mut store = store();
    for skip in 0..130 {
        for backslashes in 0..70 {
            let text = format!("[{}\"{}\\\\]\",{{\"a,\":[\"[\"]}}]", " ".repeat(skip), "\\\\".repeat(backslashes));
            let records = store.records(Format::Json, text.as_bytes()).unwrap().unwrap();
            assert_eq!(records.len(), 2, "{text}");
            let text = format!("[{}\"{}\\\"],\",{{}}]", " ".repeat(skip), "\\\\".repeat(backslashes));
            let records = store.records(Format::Json, text.as_bytes()).unwrap().unwrap();
            assert_eq!(records.len(), 2, "{text}");
        }
    }
}

#[test]
fn what_breaks_the_frame_is_refused() {
    for (text, offset) in [
        ("[", 1),
        ("[1", 2),
        ("[1,", 3),
        ("[1,]", 3),
        ("[,1]", 1),
        ("[1,,2]", 3),
        ("[1]]", 3),
        ("[1] 2", 4),
        ("[1}", 2),
        ("[{} {}]", 4),
        ("[{}1]", 3),
        ("[1{}]", 2),
        ("[{},[1]", 7),
        ("[\"a]", 4),
        ("[\"a\\\"]", 6),
        (" [ {} , \n , 1 ]", 10),
    ] {
        for skip in [0, 40, 61, 64, 200] {
            let mut store = store();
            let text = format!("{}{text}", " ".repeat(skip));
            let error = Error::corrupt(offset + skip);
            assert_eq!(
                (store.records(Format::Json, text.as_bytes()), store.parse_offset()),
                (Err(error), offset + skip)
            );
        }
    }
    for (bytes, offset) in
        [(&[0x91][..], 0), (&[0x91, 0xC0, 0xC0], 2), (&[0x92, 0xC0, 0x91], 3), (&[0x91, 0xA2, b'a'], 1)]
    {
        let mut store = store();
        let error = Error::corrupt(offset);
        assert_eq!((store.records(Format::MessagePack, bytes), store.parse_offset()), (Err(error), offset));
    }
}

#[test]
fn only_arrays_have_records() {
    let mut store = store();
    for text in ["", " ", "{\"a\":[1]}", "1", "\"[]\"", "x"] {
        assert_eq!(store.records(Format::Json, text.as_bytes()), Ok(None));
    }
    assert_eq!(store.records(Format::Json, "\u{FEFF} [ ] ".as_bytes()), Ok(Some(Vec::new())));
    assert_eq!(store.records(Format::JsonLines, b" \n\n"), Ok(Some(Vec::new())));
    assert_eq!(store.records(Format::MessagePack, &[0x90]), Ok(Some(Vec::new())));
    assert_eq!(store.records(Format::MessagePack, &[0x80]), Ok(None));
    assert_eq!(store.records(Format::MessagePack, &[]), Ok(None));
}

#[test]
fn a_record_keeps_its_hash_wherever_it_stands() {
    let mut store = store();
    let hashes = |store: &mut Store, format: Format, text: &str| -> Vec<u64> {
        store.records(format, text.as_bytes()).unwrap().unwrap().iter().map(|record| record.hash).collect()
    };
    let one = hashes(&mut store, Format::Json, "[{\"a\":1},{\"a\":2},\"x\"]");
    let other = hashes(&mut store, Format::Json, " [ \"x\" , {\"a\":1}\n,{\"a\":3}, {\"a\":2} ] ");
    let lines = hashes(&mut store, Format::JsonLines, "{\"a\":1}\r\n\n {\"a\":2}\n\"x\"");
    assert_eq!([one[0], one[1], one[2]], [other[1], other[3], other[0]]);
    assert!(!one.contains(&other[2]));
    assert_eq!(one, lines);
    let mut seeded = Store::new(crate::store::Config { seed: 1, ..Default::default() }).unwrap();
    assert_ne!(one, hashes(&mut seeded, Format::Json, "[{\"a\":1},{\"a\":2},\"x\"]"));
}

#[test]
fn offsets_in_a_record_count_from_the_start_of_the_payload() {
    let mut store = store();
    let text = b"[{\"a\":1}, {\"b\":tru}, 1 2]";
    let records = store.records(Format::Json, text).unwrap().unwrap();
    assert!(store.parse_record(ROOT, Format::Json, text, &records[0]).is_ok());
    store.rollback().unwrap();
    for (record, offset) in [(1, 18), (2, 23)] {
        let parsed = store.parse_record(ROOT, Format::Json, text, &records[record]);
        assert_eq!((parsed, store.parse_offset()), (Err(Error::corrupt(offset)), offset));
    }
    everything_is_freed(store);
}
