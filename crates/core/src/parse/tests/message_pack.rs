//! MessagePack, against a plain writer and a plain reader.

use gaesup_codec::BlobKind;

use super::oracle::{Model, keep};
use super::{check, check_refused, parsed, store};
use crate::error::Error;
use crate::model::ops::{check_links, everything_is_freed};
use crate::node::HOLDER;
use crate::parse::Format::MessagePack;
use crate::store::{Config, ROOT, Store};
use crate::testing::Dice;
use crate::testing::mutate::Mutator;

fn date(milliseconds: f64) -> Model {
    Model::Blob(BlobKind::Date, milliseconds.to_le_bytes().to_vec())
}

fn big(digits: &str) -> Model {
    Model::Blob(BlobKind::BigInt, digits.as_bytes().to_vec())
}

fn any_value(dice: &mut Dice, depth: usize) -> Model {
    let text = |dice: &mut Dice| {
        let len = [0, 3, 7, 16, 17, 31, 32, 300][dice.roll(8)];
        "aä€😀\0z".chars().cycle().skip(dice.roll(6)).take(len).collect::<String>().into_bytes()
    };
    match dice.roll(if depth == 0 { 8 } else { 12 }) {
        0 => Model::Null,
        1 => Model::Bool(dice.roll(2) == 0),
        2 => Model::number(dice.roll(1 << 31) as f64 * 4_194_304.0 * if dice.roll(2) == 0 { 1.0 } else { -1.0 }),
        3 => Model::number(dice.roll(600) as f64 - 300.0),
        4 => Model::number(0.1 * dice.roll(1_000) as f64),
        5 => Model::Text(text(dice)),
        6 => match dice.roll(4) {
            0 => date(dice.roll(1 << 31) as f64 * 4_000.0 - 4_000_000_000_000.0),
            1 => big(&format!("{}", (1_u64 << 53) + 1 + dice.roll(1 << 31) as u64)),
            2 => big(&format!("-{}", (1_u64 << 63) - dice.roll(1 << 31) as u64)),
            _ => Model::Blob(BlobKind::Bytes, text(dice)),
        },
        7 => Model::number(f64::NAN),
        8 | 9 => Model::Array((0..[0, 2, 9, 20][dice.roll(4)]).map(|_| any_value(dice, depth - 1)).collect()),
        _ => {
            let count = [0, 2, 5, 17, 70][dice.roll(5)];
            Model::object((0..count).map(|_| (text(dice), any_value(dice, depth - 1))).collect())
        }
    }
}

/// Appends a value, by any of the ways to write it.
fn write(value: &Model, dice: &mut Dice, out: &mut Vec<u8>) {
    match value {
        Model::Null => out.push(0xC0),
        Model::Bool(flag) => out.push(0xC2 + u8::from(*flag)),
        Model::Number(bits) => write_number(f64::from_bits(*bits), dice, out),
        Model::Text(text) => write_text(text, dice, out),
        Model::Blob(BlobKind::Bytes, bytes) => {
            head(bytes.len(), dice, &[(0xC4, 0), (0xC5, 1), (0xC6, 2)], out);
            out.extend_from_slice(bytes);
        }
        Model::Blob(BlobKind::BigInt, digits) => {
            let digits = core::str::from_utf8(digits).unwrap();
            let bytes =
                digits.parse::<u64>().map_or_else(|_| digits.parse::<i64>().unwrap().to_be_bytes(), u64::to_be_bytes);
            out.push(if digits.starts_with('-') { 0xD3 } else { 0xCF });
            out.extend_from_slice(&bytes);
        }
        Model::Blob(BlobKind::Date, bytes) => {
            write_date(f64::from_le_bytes(bytes[..].try_into().unwrap()) as i64, dice, out)
        }
        Model::Array(items) => {
            if items.len() < 16 && dice.roll(2) == 0 {
                out.push(0x90 | items.len() as u8);
            } else {
                head(items.len(), dice, &[(0xDC, 1), (0xDD, 2)], out);
            }
            items.iter().for_each(|item| write(item, dice, out));
        }
        Model::Object(entries) => {
            if entries.len() < 16 && dice.roll(2) == 0 {
                out.push(0x80 | entries.len() as u8);
            } else {
                head(entries.len(), dice, &[(0xDE, 1), (0xDF, 2)], out);
            }
            for (key, value) in entries {
                write_text(key, dice, out);
                write(value, dice, out);
            }
        }
    }
}

/// A first byte and a length in as many bytes as that says, or more.
fn head(len: usize, dice: &mut Dice, heads: &[(u8, u32)], out: &mut Vec<u8>) {
    let fitting: Vec<_> =
        heads.iter().filter(|(_, exponent)| len.checked_shr(8 << exponent).unwrap_or(0) == 0).collect();
    let (head, exponent) = fitting[dice.roll(fitting.len())];
    out.push(*head);
    out.extend_from_slice(&len.to_be_bytes()[8 - (1 << exponent)..]);
}

fn write_text(text: &[u8], dice: &mut Dice, out: &mut Vec<u8>) {
    if text.len() < 32 && dice.roll(2) == 0 {
        out.push(0xA0 | text.len() as u8);
    } else {
        head(text.len(), dice, &[(0xD9, 0), (0xDA, 1), (0xDB, 2)], out);
    }
    out.extend_from_slice(text);
}

fn write_number(number: f64, dice: &mut Dice, out: &mut Vec<u8>) {
    let integer = number as i64;
    let is_integer = (integer as f64).to_bits() == number.to_bits() && integer.unsigned_abs() <= 1 << 53;
    match dice.roll(5) {
        0 if is_integer && (-32..128).contains(&integer) => out.push(integer as u8),
        1 if is_integer && integer >= 0 => {
            head(integer as usize, dice, &[(0xCC, 0), (0xCD, 1), (0xCE, 2), (0xCF, 3)], out);
        }
        2 if is_integer => {
            let exponents =
                (0..4).filter(|exponent| integer << (64 - (8 << exponent)) >> (64 - (8 << exponent)) == integer);
            let exponents: Vec<u8> = exponents.collect();
            let exponent = exponents[dice.roll(exponents.len())];
            out.push(0xD0 + exponent);
            out.extend_from_slice(&integer.to_be_bytes()[8 - (1 << exponent)..]);
        }
        3 if f64::from(number as f32).to_bits() == number.to_bits() => {
            out.push(0xCA);
            out.extend_from_slice(&(number as f32).to_be_bytes());
        }
        _ => {
            out.push(0xCB);
            out.extend_from_slice(&number.to_be_bytes());
        }
    }
}

fn write_date(milliseconds: i64, dice: &mut Dice, out: &mut Vec<u8>) {
    let seconds = milliseconds.div_euclid(1_000);
    // Nanoseconds that make no millisecond do not show.
    let nanoseconds = milliseconds.rem_euclid(1_000) as u32 * 1_000_000 + dice.roll(1_000_000) as u32;
    match (u32::try_from(seconds), dice.roll(3)) {
        (Ok(seconds), 0) if milliseconds % 1_000 == 0 => {
            out.extend([0xD6, 0xFF]);
            out.extend(seconds.to_be_bytes());
        }
        _ if seconds >> 34 == 0 && dice.roll(2) == 0 => {
            out.extend([0xD7, 0xFF]);
            out.extend((u64::from(nanoseconds) << 34 | seconds as u64).to_be_bytes());
        }
        _ => {
            head(12, dice, &[(0xC7, 0), (0xC8, 1), (0xC9, 2)], out);
            out.push(0xFF);
            out.extend(nanoseconds.to_be_bytes());
            out.extend(seconds.to_be_bytes());
        }
    }
}

pub(super) fn samples() -> Vec<(Vec<u8>, Model)> {
    let sample = |number: u64| {
        let mut dice = Dice(number);
        let value = any_value(&mut dice, 4);
        let mut bytes = Vec::new();
        write(&value, &mut dice, &mut bytes);
        (bytes, value)
    };
    (0..3_000).map(sample).collect()
}

#[test]
fn values_survive_every_way_to_write_them() {
    for (bytes, value) in samples() {
        check(MessagePack, &bytes, &value);
    }
}

#[test]
fn what_is_not_whole_is_refused() {
    for (bytes, _) in samples().iter().filter(|(bytes, _)| bytes.len() < 400) {
        for end in 0..bytes.len() {
            assert!(parsed(MessagePack, &bytes[..end]).is_err());
        }
        check_refused(MessagePack, [bytes.as_slice(), &[0xC0]].concat(), bytes.len());
    }
}

#[test]
fn damaged_bytes_are_a_value_or_refused() {
    let samples: Vec<Vec<u8>> =
        samples().into_iter().map(|(bytes, _)| bytes).filter(|bytes| bytes.len() < 600).collect();
    let pieces: [&[u8]; 12] = [
        &[0xDD, 0xFF, 0xFF, 0xFF, 0xFF],
        &[0xDF, 0, 0, 0, 2],
        &[0xDF, 0x80, 0, 0, 1],
        &[0xDB, 0xFF, 0xFF, 0xFF, 0xFF],
        &[0xC6, 0, 0, 0, 1],
        &[0xD7, 0xFF],
        &[0xC1],
        &[0x81, 0xA1, b'a'],
        &[0x91],
        &[0xD3, 0x80],
        &[0xCF, 0xFF],
        &[0xA1, 0xFF],
    ];
    let (mut refused, mut store) = (0, store());
    for number in 0..200_000 {
        let bytes = Mutator::new(&mut Dice(number), &samples, &pieces).mutated();
        match store.parse(ROOT, MessagePack, &bytes) {
            Ok(word) => {
                let value = keep(&mut store, word);
                let mut again = Vec::new();
                write(&value, &mut Dice(number), &mut again);
                let word = store.parse(ROOT, MessagePack, &again).unwrap();
                assert_eq!(keep(&mut store, word), value, "{bytes:?}");
            }
            Err(error) => {
                assert!(matches!(error, Error::CorruptData { .. } | Error::TooDeep { .. }), "{error}");
                assert!(store.parse_offset() <= bytes.len());
                refused += 1;
            }
        }
    }
    assert!(refused > 50_000 && refused < 190_000, "{refused}");
    check_links(&store, HOLDER);
    everything_is_freed(store);
}

#[test]
fn integers_beyond_doubles_are_big() {
    check(MessagePack, [0xCF, 0, 0x20, 0, 0, 0, 0, 0, 0], &Model::number(9_007_199_254_740_992.0));
    check(MessagePack, [0xCF, 0, 0x20, 0, 0, 0, 0, 0, 1], &big("9007199254740993"));
    check(MessagePack, [0xD3, 0, 0x20, 0, 0, 0, 0, 0, 1], &big("9007199254740993"));
    check(MessagePack, [0xD3, 0xFF, 0xE0, 0, 0, 0, 0, 0, 0], &Model::number(-9_007_199_254_740_992.0));
    check(MessagePack, [0xD3, 0xFF, 0xDF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], &big("-9007199254740993"));
    check(MessagePack, [[0xCF, 0xFF].as_slice(), &[0xFF; 7]].concat(), &big("18446744073709551615"));
    check(MessagePack, [0xD3, 0x80, 0, 0, 0, 0, 0, 0, 0], &big("-9223372036854775808"));
}

#[test]
fn timestamps_are_dates_within_their_range() {
    let stamp = |nanoseconds: u32, seconds: i64| {
        [&[0xC7, 12, 0xFF][..], &nanoseconds.to_be_bytes(), &seconds.to_be_bytes()].concat()
    };
    check(MessagePack, [0xD6, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], &date(4_294_967_295_000.0));
    check(MessagePack, stamp(999_999_999, -1), &date(-1.0));
    check(MessagePack, stamp(0, 8_640_000_000_000), &date(8.64e15));
    check(MessagePack, stamp(0, -8_640_000_000_000), &date(-8.64e15));
    for refused in [
        stamp(1_000_000_000, 0),
        stamp(1_000_000, 8_640_000_000_000),
        stamp(0, -8_640_000_000_001),
        stamp(0, i64::MAX),
        stamp(0, i64::MIN),
        [[0xD7, 0xFF].as_slice(), &[0xFF; 8]].concat(),
        vec![0xD4, 0xFF, 0],
        vec![0xD6, 0xFE, 0, 0, 0, 0],
        vec![0xD6, 0x01, 0, 0, 0, 0],
        vec![0xC7, 0, 0xFF],
    ] {
        check_refused(MessagePack, [&[0x91], refused.as_slice()].concat(), 1);
    }
}

#[test]
fn keys_are_strings_and_each_counts_once() {
    for key in [&[0x01][..], &[0xC0], &[0xC4, 1, b'a'], &[0x90], &[0xCB, 0, 0, 0, 0, 0, 0, 0, 0], &[0xA1, 0x80]] {
        check_refused(MessagePack, [&[0x92, 0xC0, 0x81], key, &[0xC0]].concat(), 3);
    }
    let number = |number: f64| Model::number(number);
    let text = |text: &str| text.as_bytes().to_vec();
    let bytes = [0x84, 0xA1, b'b', 1, 0xA1, b'9', 2, 0xA1, b'b', 3, 0xA1, b'1', 4];
    let entries = vec![(text("1"), number(4.0)), (text("9"), number(2.0)), (text("b"), number(3.0))];
    check(MessagePack, bytes, &Model::Object(entries));
}

#[test]
fn what_is_announced_has_to_be_there() {
    for bomb in [
        &[0xDD, 0xFF, 0xFF, 0xFF, 0xFF][..],
        &[0xDD, 0, 0, 0, 3, 0xC0, 0xC0],
        &[0xDF, 0xFF, 0xFF, 0xFF, 0xFF],
        &[0xDF, 0, 0, 0, 2, 0xA0, 0xC0, 0xA0],
        &[0xDB, 0xFF, 0xFF, 0xFF, 0xFF],
        &[0xC6, 0xFF, 0xFF, 0xFF, 0xFF],
        &[0xC9, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
        &[0xD9, 2, b'a'],
        &[0xC1],
    ] {
        check_refused(MessagePack, [&[0x92, 0xC0], bomb].concat(), 2);
    }
    let mut store = Store::new(Config { limit_bytes: 128 << 10, ..Config::default() }).unwrap();
    let nested: Vec<u8> = [0xDD, 0, 0, 1, 0].repeat(100).into_iter().chain([0xC0; 300]).collect();
    assert!(store.parse(ROOT, MessagePack, &nested).is_err());
    assert!(store.stage.tape.capacity() < 1_024, "nothing is reserved for what is announced");
    everything_is_freed(store);
}

#[test]
fn depth_is_limited() {
    let depth_max = Config::default().depth_max;
    let nested = |depth: usize| [vec![0x91; depth], vec![0xC0]].concat();
    assert!(parsed(MessagePack, &nested(depth_max)).is_ok());
    assert_eq!(parsed(MessagePack, &nested(depth_max + 1)), Err(Error::too_deep(depth_max)));
    assert_eq!(parsed(MessagePack, &vec![0x91; 1_000_000]), Err(Error::too_deep(depth_max)));
}
