//! Deltas: what a commit changed, as bytes that any replica can apply.
//!
//! `docs/delta-format.md` describes the bytes. The core knows *records*: the
//! operations without header and checksum. [`script`] is a record taken apart.

mod apply;
mod compose;
mod encode;
#[cfg(test)]
mod hostile;
mod intents;
mod map;
mod plan;
mod read;
mod rebase;
mod recorder;
mod records;
mod refit;
mod script;
mod write;

pub(crate) use intents::Intents;
pub(crate) use rebase::Policy;
pub(crate) use recorder::Recorder;
pub(crate) use records::{Meeting, NOTHING, Places, count, is_same_cell, is_structural, without};
pub use records::{Part, compose_records};
pub(crate) use script::{Action, Op, Path, Script, Step, TextId, Texts, Value, seed_texts};
pub(crate) use write::write;

/// What an operation is.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum Kind {
    Replace = 0,
    Add = 1,
    Remove = 2,
    Splice = 3,
    Increment = 4,
    Root = 5,
}

impl Kind {
    const fn from_code(code: u8) -> Option<Self> {
        Some(match code {
            0 => Self::Replace,
            1 => Self::Add,
            2 => Self::Remove,
            3 => Self::Splice,
            4 => Self::Increment,
            5 => Self::Root,
            _ => return None,
        })
    }
}

/// What a value is.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum Tag {
    Undefined = 0,
    Null = 1,
    False = 2,
    True = 3,
    Integer = 4,
    Double = 5,
    Text = 6,
    Date = 7,
    BigInt = 8,
    Bytes = 9,
    Array = 10,
    Object = 11,
    Map = 12,
    Moved = 13,
}

impl Tag {
    const fn from_code(code: u8) -> Option<Self> {
        Some(match code {
            0 => Self::Undefined,
            1 => Self::Null,
            2 => Self::False,
            3 => Self::True,
            4 => Self::Integer,
            5 => Self::Double,
            6 => Self::Text,
            7 => Self::Date,
            8 => Self::BigInt,
            9 => Self::Bytes,
            10 => Self::Array,
            11 => Self::Object,
            12 => Self::Map,
            13 => Self::Moved,
            _ => return None,
        })
    }
}

/// From this tag on a value is the integer that the tag is above it.
const SMALL_INTEGERS: u8 = 0x40;
/// From this tag on a value is a string that came before, by its number.
const SMALL_STRINGS: u8 = 0xC0;
