//! Numbers against the standard library.

use super::oracle::Model;
use super::{check, check_refused, parsed};
use crate::parse::Format;
use crate::testing::Dice;

fn check_number(text: &str) {
    check(Format::Json, text, &Model::number(text.parse().unwrap()));
}

#[test]
fn numbers_at_the_edges() {
    for text in [
        "0",
        "-0",
        "0.0",
        "-0.0",
        "-0e5",
        "0e-400",
        "1e400",
        "-1e400",
        "1e-400",
        "5e-324",
        "4.9e-324",
        "2.4703282292062327e-324",
        "2.4703282292062328e-324",
        "1.7976931348623157e308",
        "1.7976931348623159e308",
        "9007199254740991",
        "9007199254740992",
        "9007199254740993",
        "-9007199254740993",
        "9007199254740993.0000000000000000000000001",
        "18446744073709551615",
        "18446744073709551616",
        "99999999999999999999999",
        "1e22",
        "1e23",
        "9007199254740992e22",
        "9007199254740993e-22",
        "0.000000000000000000000000000000000000000001",
        "0.1",
        "0.30000000000000004",
        "123456789012345678e-5",
        "1E+2",
        "1e-2",
        "1.5e99999999999999999999",
        "1.5e-99999999999999999999",
        "0e99999999999999999999",
        "2.2250738585072011e-308",
        "2.2250738585072014e-308",
        "8.98846567431158e307",
        "0.1e1",
        "10e-1",
    ] {
        check_number(text);
        check_number(&format!("{}{text}", if text.starts_with('-') { "" } else { "-" }));
    }
    check_number(&format!("0.{}1", "0".repeat(400)));
    check_number(&format!("1{}", "0".repeat(400)));
    check_number(&format!("1{}e-400", "0".repeat(400)));
}

#[test]
fn what_only_looks_like_a_number_is_refused() {
    for (text, offset) in [
        ("-", 1),
        ("+1", 0),
        (".5", 0),
        ("5.", 2),
        ("5.e1", 2),
        ("01", 1),
        ("-01", 2),
        ("00", 1),
        ("1e", 2),
        ("1e+", 3),
        ("1e+-1", 3),
        ("1.2.3", 3),
        ("0x1", 1),
        ("1_0", 1),
        ("--1", 1),
        ("-a", 1),
        ("1n", 1),
        ("1e5.5", 3),
        ("١", 0),
    ] {
        check_refused(Format::Json, text, offset);
    }
}

#[test]
fn a_hundred_thousand_doubles_in_every_notation() {
    let mut dice = Dice(11);
    let mut texts = Vec::new();
    while texts.len() < 500_000 {
        let bits = (dice.roll(1 << 31) as u64) << 33 ^ (dice.roll(1 << 31) as u64) << 11 ^ dice.roll(1 << 31) as u64;
        // Half of them of the sizes that people write.
        let exponent = (1_023 + dice.roll(80) as u64).wrapping_sub(40) << 52;
        let bits = if dice.roll(2) == 0 { bits } else { bits & !(0x7FF << 52) | exponent };
        let number = f64::from_bits(bits);
        if !number.is_finite() {
            continue;
        }
        let digits = dice.roll(20);
        let plain = if number.abs() < 1e40 { format!("{number:.digits$}") } else { format!("{number:e}") };
        texts.extend([format!("{number:?}"), format!("{number:e}"), format!("{number:.digits$e}"), plain]);
        texts.push(format!("{}e{}", (number % 1e18) as i64, dice.roll(60) as i32 - 30));
    }
    let expected = texts.iter().map(|text| Model::number(text.parse().unwrap())).collect();
    assert_eq!(parsed(Format::Json, format!("[{}]", texts.join(",")).as_bytes()), Ok(Model::Array(expected)));
}

/// The digits of a double with all places behind its point that it can have.
fn places(number: f64) -> Vec<u8> {
    format!("{number:.1080}").bytes().filter(u8::is_ascii_digit).map(|digit| digit - b'0').collect()
}

/// The number in the middle between two doubles, with one place more.
fn middle(one: f64, other: f64) -> String {
    let (one, other) = (places(one), places(other));
    let len = one.len().max(other.len());
    let padded = |digits: Vec<u8>| [vec![0; len - digits.len()], digits].concat();
    let (one, other) = (padded(one), padded(other));
    // Half of the sum is five times that, one place further on.
    let (mut digits, mut carry) = (vec![0; len + 1], 0);
    for at in (0..len).rev() {
        carry += u32::from(one[at] + other[at]) * 5;
        digits[at + 1] = (carry % 10) as u8;
        carry /= 10;
    }
    digits[0] = carry as u8;
    let text: String = digits.iter().map(|digit| char::from(digit + b'0')).collect();
    let (whole, fraction) = text.split_at(text.len() - 1_081);
    let whole = whole.trim_start_matches('0');
    format!("{}.{}", if whole.is_empty() { "0" } else { whole }, fraction.trim_end_matches('0'))
}

#[test]
fn the_middle_between_two_doubles_is_rounded_as_any_other() {
    let mut dice = Dice(5);
    let mut texts = Vec::new();
    for round in 0..1_500 {
        let exponent = [0, 1, 900 + dice.roll(250) as u64, dice.roll(2_046) as u64][round % 4];
        let bits = exponent << 52
            | [0, (1 << 52) - 1, 1, (dice.roll(1 << 26) as u64) << 26 ^ dice.roll(1 << 26) as u64][dice.roll(4)];
        let (number, next) = (f64::from_bits(bits), f64::from_bits(bits + 1));
        if next.is_infinite() {
            continue;
        }
        let middle = middle(number, next);
        let digits = middle.trim_end_matches('.');
        // The point may be anywhere, and what is before or behind the middle as well.
        texts.extend([digits.to_string(), format!("{middle}{}1", "0".repeat(dice.roll(900)))]);
        let shorter = &digits[..digits.len().saturating_sub(dice.roll(40) + 1).max(1)];
        texts.push(shorter.trim_end_matches('.').to_string());
        texts.push(format!("{}{digits}e-{}", if digits.starts_with("0.") { "" } else { "1" }, dice.roll(400)));
        texts.push(format!("{}e{}", digits.replace('.', "").trim_start_matches('0'), dice.roll(2_400) as i32 - 1_500));
    }
    texts.retain(|text| text.bytes().next().is_some_and(|first| first.is_ascii_digit()) && !text.starts_with("e"));
    for text in texts {
        check_number(&text);
    }
}
