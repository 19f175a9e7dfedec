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
