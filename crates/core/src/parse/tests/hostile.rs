//! Inputs that are damaged on purpose.

use super::oracle::{self, Refused, keep};
use super::store;
use crate::error::Error;
use crate::model::ops::{check_links, everything_is_freed};
use crate::node::HOLDER;
use crate::parse::Format;
use crate::store::{Config, ROOT};
use crate::testing::Dice;
use crate::testing::mutate::Mutator;

pub(super) const SAMPLES: [&str; 6] = [
    r#"{"id":"d3b07384-d9a0-4c1b-8b2f-0e9d6f1c2a3b","tags":["a","b"],"score":0.1234567890123456,"done":true,"n":null}"#,
    r#"[{"a":1,"b":[{}]},{"a":-2.5e-7,"b":[{"c":"ä€😀"}]},{"b":[],"a":"\ud83d\ude00\u0000\\"},[],"","\ud800"]"#,
    r#"[0,1,2,3,4,5,6,7,8,9,10,{"0":1,"b":2,"1":3,"b":4},[[[[[]]]]]]"#,
    "\u{FEFF} { \"a\" : [ 1 , 2 ] ,\r\n\t\"b\" : { } , \"__proto__\" : false } ",
    "{\"a\":1}\n{\"a\":2}\r\n\n[3]",
    r#"{"k0":0,"k1":1,"k2":2,"k3":3,"k4":4,"k5":5,"k6":6,"k7":7,"k8":8,"k9":[9],"k0":[[0]]}"#,
];

pub(super) const PIECES: [&[u8]; 22] = [
    b"\"",
    b"\\",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"\n",
    b"\\u",
    b"\\ud83d",
    b"\\ude00",
    b"1e400",
    b"-0",
    b"null",
    b"\"a\":",
    b"\xED\xA0\x80",
    b"\xFF",
    b"\xF0\x9F",
    b"{\"a\":[",
    b"]}",
    b"0.",
];

#[test]
fn damaged_texts_are_refused_where_the_plain_reader_stops() {
    let samples: Vec<Vec<u8>> = SAMPLES.iter().map(|sample| sample.as_bytes().to_vec()).collect();
    let mut refused = 0;
    // One store for many, as a page has it.
    for round in 0..200 {
        let mut store = store();
        for number in 0..1_000 {
            let text = Mutator::new(&mut Dice(round * 1_000 + number), &samples, &PIECES).mutated();
            let parsed = store.parse(ROOT, Format::Json, &text);
            match (parsed, oracle::json(&text)) {
                (Ok(word), Ok(expected)) => assert_eq!(keep(&mut store, word), expected, "{text:?}"),
                (Err(error), Err(Refused::At(offset))) => {
                    assert_eq!((error, store.parse_offset()), (Error::corrupt(offset), offset), "{text:?}");
                    refused += 1;
                }
                (Err(error), Err(Refused::TooDeep)) => assert_eq!(error, Error::too_deep(Config::default().depth_max)),
                (parsed, expected) => panic!("{parsed:?} is not {expected:?}: {text:?}"),
            }
        }
        check_links(&store, HOLDER);
        everything_is_freed(store);
    }
    assert!(refused > 50_000 && refused < 195_000, "{refused}");
}

#[test]
fn damaged_lines_are_the_array_of_their_lines() {
    let samples: Vec<Vec<u8>> = SAMPLES.iter().map(|sample| sample.replace("\r\n\t", "\n").into_bytes()).collect();
    let mut store = store();
    for number in 0..20_000 {
        let text = Mutator::new(&mut Dice(number), &samples, &PIECES).mutated();
        let lines = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&text).split(|byte| *byte == b'\n');
        let filled = lines.filter(|line| !line.iter().all(|byte| b" \t\r".contains(byte)));
        // A mark at the start of a line is no space to the lines.
        let items = filled.map(|line| oracle::json(&[b" ", line].concat())).collect::<Result<Vec<_>, _>>();
        match (store.parse(ROOT, Format::JsonLines, &text), items) {
            (Ok(word), Ok(items)) => assert_eq!(keep(&mut store, word), oracle::Model::Array(items)),
            (Err(_), Err(_)) => {}
            (parsed, expected) => panic!("{parsed:?} is not {expected:?}: {text:?}"),
        }
    }
    check_links(&store, HOLDER);
    everything_is_freed(store);
}

#[test]
fn many_keys_take_no_longer_than_their_number_asks() {
    let mut store = store();
    // As many different key lists as keys: the lists that are known run out.
    let rows: Vec<String> = (0..20_000).map(|row| format!("{{\"k{row}\":1,\"k{}\":2}}", row * 31 % 20_000)).collect();
    let word = store.parse(ROOT, Format::JsonLines, rows.join("\n").as_bytes()).unwrap();
    keep(&mut store, word);
    let members: Vec<String> =
        (0..200_000).map(|number| format!("\"k{}\":{number}", number * 7_919 % 100_000)).collect();
    let word = store.parse(ROOT, Format::Json, format!("{{{}}}", members.join(",")).as_bytes()).unwrap();
    store.set(ROOT.node, ROOT.slot, word).unwrap();
    store.commit().unwrap();
    assert_eq!(store.slots(store.root().as_node().unwrap()), 100_000);
    everything_is_freed(store);
}
