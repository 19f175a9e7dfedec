//! JSON and lines of it.

use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::oracle::{self, Model, Refused};
use super::{check, check_refused, parsed, store};
use crate::error::Error;
use crate::model::ops::{any_json, check as check_state, everything_is_freed};
use crate::parse::Format;
use crate::store::{Config, ROOT, Store};

/// Checks a text against the plain reader.
fn check_plain(text: impl AsRef<[u8]>) {
    let text = text.as_ref();
    match oracle::json(text) {
        Ok(model) => check(Format::Json, text, &model),
        Err(Refused::At(offset)) => check_refused(Format::Json, text, offset),
        Err(Refused::TooDeep) => {
            assert_eq!(parsed(Format::Json, text), Err(Error::too_deep(Config::default().depth_max)));
        }
    }
}

/// Any way to write a value: space, escapes, members that come twice.
pub(super) fn any_text() -> impl Strategy<Value = String> {
    let space = prop_oneof![4 => Just(""), 1 => Just(" "), 1 => Just("\r\n\t ")];
    let part = prop_oneof![
        "[ -~]{0,9}".prop_map(|text| text.replace(['"', '\\'], "\\\"")),
        "[a-zä-ü€😀]{0,20}",
        Just(r"\ud83d\uDE00".to_string()),
        Just(r"\ud83d\ud83d\uDE00\udE00x".to_string()),
        r"\\u[0-9a-fA-F]{4}",
        r#"\\["\\/bfnrt]"#,
    ];
    let string = prop::collection::vec(part, 0..3).prop_map(|parts| format!("\"{}\"", parts.concat()));
    let key = prop_oneof![
        4 => "\"[a-f]\"",
        2 => "\"[0-9]{1,11}\"",
        1 => Just("\"4294967294\"".to_string()),
        1 => Just("\"4294967295\"".to_string()),
        1 => Just("\"__proto__\"".to_string()),
        1 => string.clone(),
    ];
    let leaf = prop_oneof![
        string,
        "-?(0|[1-9][0-9]{0,20})(\\.[0-9]{1,20})?([eE][-+]?[0-9]{1,3})?",
        prop_oneof!["null", "true", "false", "-0"],
    ];
    let join = |open: &'static str, close: &'static str| {
        move |(space, parts): (&str, Vec<String>)| {
            format!("{open}{space}{}{space}{close}", parts.join(&format!("{space},{space}")))
        }
    };
    leaf.prop_recursive(4, 60, 12, move |inner| {
        let member = (key.clone(), space.clone(), inner.clone())
            .prop_map(|(key, space, value)| format!("{key}{space}:{space}{value}"));
        let items = prop::collection::vec(inner, 0..12);
        prop_oneof![
            (space.clone(), items).prop_map(join("[", "]")),
            (space.clone(), prop::collection::vec(member, 0..12)).prop_map(join("{", "}")),
        ]
    })
}

proptest! {
    #[test]
    fn texts_mean_what_they_mean_to_the_plain_reader(text in any_text()) {
        prop_assert!(oracle::json(text.as_bytes()).is_ok());
        check_plain(&text);
    }

    #[test]
    fn what_is_not_whole_is_refused_where_it_ends(text in any_text()) {
        for end in 0..text.len() {
            check_plain(&text.as_bytes()[..end]);
        }
    }

    #[test]
    fn values_survive_their_text(value in any_json(), is_pretty in any::<bool>()) {
        let text = if is_pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) };
        let mut store = store();
        let word = store.parse(ROOT, Format::Json, text.unwrap().as_bytes()).unwrap();
        store.set(ROOT.node, ROOT.slot, word).unwrap();
        store.commit().unwrap();
        check_state(&store, &value);
        everything_is_freed(store);
    }

    #[test]
    fn lines_are_an_array(values in prop::collection::vec(any_json(), 0..20), feed in "\r?\n( \r?\n)?") {
        let lines: Vec<String> = values.iter().map(Json::to_string).collect();
        for text in [lines.join(&feed), format!("{feed}{}{feed}", lines.join(&feed))] {
            let mut store = store();
            let word = store.parse(ROOT, Format::JsonLines, text.as_bytes()).unwrap();
            store.set(ROOT.node, ROOT.slot, word).unwrap();
            store.commit().unwrap();
            check_state(&store, &Json::from(values.clone()));
            everything_is_freed(store);
        }
    }
}

#[test]
fn a_text_stands_alone_but_for_space() {
    for text in [" \t\r\n1 \t\r\n", "\u{FEFF}[]", "\"\"", "[ ]", "{ }", "[[[]],{}]", "{\"\":{\"\":0}}"] {
        check_plain(text);
        assert!(oracle::json(text.as_bytes()).is_ok());
    }
    for text in [
        "",
        " ",
        "\u{FEFF}",
        "\u{FEFF}\u{FEFF}1",
        " \u{FEFF}1",
        "1 2",
        "1,",
        "[1,]",
        "[,1]",
        "[1 2]",
        "[1",
        "]",
        "{,}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{\"a\" 1}",
        "{a:1}",
        "{1:1}",
        "{\"a\":1]",
        "[1}",
        "'a'",
        "\u{A0}1",
        "//",
        "\x0B1",
        "1\0",
        "\0",
    ] {
        assert!(oracle::json(text.as_bytes()).is_err(), "{text}");
        check_plain(text);
    }
}

#[test]
fn literals_are_written_as_they_are() {
    for text in ["tru", "truE", "nul", "nulll", "True", "fals e", "NaN", "Infinity", "undefined", "truefalse"] {
        assert!(oracle::json(text.as_bytes()).is_err(), "{text}");
        check_plain(text);
    }
    check_refused(Format::Json, "[truth]", 4);
}

#[test]
fn text_is_utf_8() {
    let refused: [(&[u8], usize); 6] = [
        (b"\"\xFF\"", 1),
        (b"[\"\xED\xA0\x80\"]", 2),
        (b"\"\xC0\x80\"", 1),
        (b"\"\xF4\x90\x80\x80\"", 1),
        (b"\"ab\xE2\x82", 3),
        (b"1\x80", 1),
    ];
    for (text, offset) in refused {
        check_refused(Format::Json, text, offset);
        check_refused(Format::JsonLines, [b"1\n", text].concat(), offset + 2);
    }
}

#[test]
fn strings_are_refused_where_they_go_wrong() {
    for (text, offset) in [
        ("\"a\nb\"", 2),
        ("\"a\tb\"", 2),
        ("\"a\0b\"", 2),
        ("\"\\x\"", 2),
        ("\"\\u12G4\"", 5),
        ("\"\\u123\"", 6),
        ("\"\\uD83D\\uD\"", 10),
        ("\"\\", 2),
        ("\"\\u", 3),
        ("\"abcdefghijklmnopqrst\u{1F}", 21),
    ] {
        check_refused(Format::Json, text, offset);
        check_plain(text);
    }
}

#[test]
fn halves_of_characters_are_kept() {
    let text = |bytes: &[u8]| Model::Text(bytes.to_vec());
    check(Format::Json, r#""\uD800""#, &text(b"\xED\xA0\x80"));
    check(Format::Json, r#""\uDFFF\uD800""#, &text(b"\xED\xBF\xBF\xED\xA0\x80"));
    check(Format::Json, r#""\uD83D\uDE00""#, &text("😀".as_bytes()));
    check(Format::Json, r#""\uD83D\uD83D\uDE00""#, &text(b"\xED\xA0\xBD\xF0\x9F\x98\x80"));
    check(Format::Json, r#""\uD83D\n""#, &text(b"\xED\xA0\xBD\n"));
    check(Format::Json, "\"\\uD83D😀\"", &text(b"\xED\xA0\xBD\xF0\x9F\x98\x80"));
}

#[test]
fn the_last_of_members_with_one_key_counts_where_the_first_stands() {
    for text in [
        r#"{"a":1,"b":2,"a":3}"#,
        r#"{"a":[[1,2]],"b":2,"a":{"c":[1]},"a":[0]}"#,
        r#"{"a":1,"\u0061":2}"#,
        r#"{"x":{"a":1,"a":1},"y":{"a":1,"a":1}}"#,
        r#"{"__proto__":1,"a":2,"__proto__":{"__proto__":null}}"#,
        r#"{"b":1,"2":1,"a":1,"10":1,"1":1,"2":5,"01":1,"-1":1,"4294967295":1,"4294967294":1}"#,
    ] {
        check_plain(text);
        check_plain(format!("[{text},{text},{{\"a\":{text}}}]"));
    }
}

#[test]
fn keys_are_what_they_are_wherever_others_were() {
    check_plain(r#"[{"a":1,"ab":2},{"ab":1,"a":2},{"a":1},{"a\":1,"a":2},{"\u0061":1},{"a" :1,"ab": 2},{"abc":0}]"#);
    check_plain(r#"[{"a":{"b":1},"c":{"d":1}},{"c":{"b":1},"a":{"d":1}},{"a":[{"b":1},{"d":1}],"c":[[{"d":1}]]}]"#);
    let lines = "{\"a\":1,\"b\":2}\n{\"a\":1,\"b";
    check_refused(Format::JsonLines, lines, lines.len());
    let mut store = store();
    for text in [r#"{"a":1,"b":2}"#, r#"{"c":1,"d":2}"#] {
        // The same places of another input.
        let word = store.parse(ROOT, Format::Json, text.as_bytes()).unwrap();
        assert_eq!(oracle::keep(&mut store, word), oracle::json(text.as_bytes()).unwrap());
    }
}

#[test]
fn a_large_object_may_repeat_its_keys() {
    for count in [63, 64, 65, 200, 3_000] {
        let members: Vec<String> = (0..count).map(|number| format!("\"k{}\":[{number}]", number * 7 % count)).collect();
        check_plain(format!("{{{}}}", members.join(",")));
        check_plain(format!("{{{},{},\"7\":1}}", members.join(","), members.join(",")));
    }
}

#[test]
fn long_arrays_are_whole_wherever_they_are() {
    for count in [7, 8, 9, 1_023, 1_024, 1_025, 5_000] {
        let items: Vec<String> = (0..count).map(|number| format!("{{\"n\":{number},\"t\":[\"{number}\"]}}")).collect();
        let array = format!("[{}]", items.join(","));
        check_plain(&array);
        check_plain(format!("{{\"a\":{array},\"b\":{{\"c\":[[{array}],{array}]}},\"a\":1,\"d\":{array}}}"));
        check_plain(format!("[{}]", [array.as_str(); 12].join(",")));
        let model = oracle::json(array.as_bytes()).unwrap();
        check(Format::JsonLines, items.join("\n"), &model);
    }
}

#[test]
fn each_line_is_whole() {
    let numbers = |numbers: &[f64]| Model::Array(numbers.iter().copied().map(Model::number).collect());
    check(Format::JsonLines, "", &numbers(&[]));
    check(Format::JsonLines, " \n\r\n\t", &numbers(&[]));
    check(Format::JsonLines, "\u{FEFF}1\r\n\r\n 2\n3", &numbers(&[1.0, 2.0, 3.0]));
    check_refused(Format::JsonLines, "1\n[1,\n2]\n", 5);
    check_refused(Format::JsonLines, "1\n2 3\n", 4);
    check_refused(Format::JsonLines, "1\n\"a\nb\"\n", 4);
    check_refused(Format::JsonLines, "1\n\u{FEFF}2", 2);
    let long = " ".repeat(200);
    check_refused(Format::JsonLines, format!("{long}\n{long}\n{long}x"), 602);
}

#[test]
fn depth_counts_from_the_root() {
    let depth_max = Config::default().depth_max;
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let nested = |depth: usize| format!("{}1{}", open.repeat(depth), close.repeat(depth));
        // All in memory, so that the plain readers' stacks do not matter.
        let parse = |format: Format, text: &str| store().parse(ROOT, format, text.as_bytes()).map(|_| ());
        assert_eq!(parse(Format::Json, &nested(depth_max)), Ok(()));
        assert_eq!(parse(Format::Json, &nested(depth_max + 1)), Err(Error::too_deep(depth_max)));
        assert_eq!(parse(Format::Json, &open.repeat(1_000_000)), Err(Error::too_deep(depth_max)));
        assert_eq!(parse(Format::JsonLines, &nested(depth_max - 1)), Ok(()));
        assert_eq!(parse(Format::JsonLines, &nested(depth_max)), Err(Error::too_deep(depth_max)));
    }
    let mut store = Store::new(Config { depth_max: 4, ..Config::default() }).unwrap();
    crate::testing::build(&mut store, ROOT.node, ROOT.slot, &json!({ "a": [0] }));
    let object = store.root().as_node().unwrap();
    let array = store.get(crate::Cell { node: object, slot: 0 }).as_node().unwrap();
    let target = crate::Cell { node: array, slot: 0 };
    assert_eq!(store.parse(target, Format::Json, b"[[[]]]"), Err(Error::too_deep(4)));
    assert_eq!(store.parse_offset(), 2);
    let word = store.parse(target, Format::Json, b"[[]]").unwrap();
    store.set(array, 0, word).unwrap();
    store.commit().unwrap();
    check_state(&store, &json!({ "a": [[[]]] }));
    everything_is_freed(store);
}

#[test]
fn a_staged_value_is_taken_back_with_the_rest() {
    let mut store = store();
    let items: Vec<String> = (0..3_000).map(|number| format!("{{\"n\":{number}}}")).collect();
    store.parse(ROOT, Format::JsonLines, items.join("\n").as_bytes()).unwrap();
    assert_eq!(store.stats().records, 3_000);
    store.rollback().unwrap();
    assert_eq!(store.stats().records, 0);
    everything_is_freed(store);
}

#[test]
fn nothing_is_parsed_while_another_value_is_built() {
    let mut store = store();
    store.begin_value(ROOT.node, ROOT.slot);
    store.value_array(2).unwrap();
    assert_eq!(store.parse(ROOT, Format::Json, b"1"), Err(Error::corrupt(0)));
    store.value_scalar(crate::Word::TRUE).unwrap();
    store.value_scalar(crate::Word::NULL).unwrap();
    let word = store.take_value().unwrap();
    store.set(ROOT.node, ROOT.slot, word).unwrap();
    store.commit().unwrap();
    check_state(&store, &json!([true, null]));
}

#[test]
fn texts_are_found_again_after_a_collection() {
    let mut store = store();
    let text = br#"["short","short","short",{"key":"a"}]"#;
    for _ in 0..3 {
        let word = store.parse(ROOT, Format::Json, text).unwrap();
        store.set(ROOT.node, ROOT.slot, word).unwrap();
        store.commit().unwrap();
        check_state(&store, &json!(["short", "short", "short", { "key": "a" }]));
        store.set(ROOT.node, ROOT.slot, crate::Word::NULL).unwrap();
        store.commit().unwrap();
        assert!(store.collect().unwrap() > 0);
        store.intern(b"another").unwrap();
    }
}
