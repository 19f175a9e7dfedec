//! The encodings of pages, and which one a set of words needs.
//!
//! Narrow encodings store an offset from a base (frame of reference) and keep
//! their three highest codes for absent, undefined and null, so an optional or
//! nullable column stays narrow.

use crate::word::Word;

/// How the words of a page are packed. The numbers are those of the snapshot format.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Encoding {
    /// Every word is the base; no block.
    Constant,
    /// One bit per boolean.
    Bits,
    /// Integers as a byte more than the base.
    Int8,
    /// The same with two bytes.
    Int16,
    /// The same with four bytes.
    Int32,
    /// Words that differ only in their low 32 bits: ids and nodes, as a byte more than the base.
    Tag8,
    /// The same with two bytes.
    Tag16,
    /// The same with four bytes.
    Tag32,
    /// Whole words.
    Wide,
}

impl Encoding {
    /// The encoding that a snapshot writes as `code`.
    #[must_use]
    #[inline]
    pub const fn from_code(code: u8) -> Option<Self> {
        Some(match code {
            0 => Self::Constant,
            1 => Self::Bits,
            2 => Self::Int8,
            3 => Self::Int16,
            4 => Self::Int32,
            5 => Self::Tag8,
            6 => Self::Tag16,
            7 => Self::Tag32,
            8 => Self::Wide,
            _ => return None,
        })
    }

    /// Bits of a code.
    #[must_use]
    #[inline]
    pub const fn width_bits(self) -> usize {
        match self {
            Self::Constant => 0,
            Self::Bits => 1,
            Self::Int8 | Self::Tag8 => 8,
            Self::Int16 | Self::Tag16 => 16,
            Self::Int32 | Self::Tag32 => 32,
            Self::Wide => 64,
        }
    }

    /// The highest code of a narrow encoding.
    #[must_use]
    #[inline]
    pub const fn code_max(self) -> u32 {
        match self {
            Self::Int8 | Self::Tag8 => u8::MAX as u32,
            Self::Int16 | Self::Tag16 => u16::MAX as u32,
            _ => u32::MAX,
        }
    }
}

/// Codes at the top of a narrow encoding that stand for absent, undefined and null.
pub const HOLES: u32 = 3;
const HIGH_OF_CONSTANTS: u32 = (Word::FALSE.to_bits() >> 32) as u32;

/// The code of what is no value of its own, where `code_max` is the highest code.
#[must_use]
#[inline]
pub const fn hole_code(word: Word, code_max: u32) -> Option<u32> {
    match word {
        Word::ABSENT => Some(code_max),
        Word::UNDEFINED => Some(code_max - 1),
        Word::NULL => Some(code_max - 2),
        _ => None,
    }
}

/// What a page has to be able to hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Range {
    /// Absent, undefined or null.
    Hole,
    /// Booleans.
    Bool,
    /// Integers.
    Int {
        /// The lowest.
        low: i64,
        /// The highest.
        high: i64,
    },
    /// Words that differ only in their low 32 bits.
    Tag {
        /// What they have in common.
        upper: u32,
        /// The lowest of the rest.
        low: u32,
        /// The highest of the rest.
        high: u32,
    },
    /// Anything.
    Wide,
}

impl Range {
    /// What holds just this word.
    #[must_use]
    #[inline]
    pub fn of(word: Word) -> Self {
        if hole_code(word, u32::MAX).is_some() {
            return Self::Hole;
        }
        if word == Word::FALSE || word == Word::TRUE {
            return Self::Bool;
        }
        if let Some(integer) = word.as_integer() {
            return Self::Int { low: integer, high: integer };
        }
        if word.is_number() {
            return Self::Wide;
        }
        let low = word.to_bits() as u32;
        Self::Tag { upper: (word.to_bits() >> 32) as u32, low, high: low }
    }

    /// Booleans beside anything else are two words of the constants' tag.
    fn without_bits(self) -> Self {
        match self {
            Self::Bool => Self::Tag {
                upper: HIGH_OF_CONSTANTS,
                low: Word::FALSE.to_bits() as u32,
                high: Word::TRUE.to_bits() as u32,
            },
            other => other,
        }
    }

    /// What holds both.
    #[must_use]
    #[inline]
    pub fn union(self, other: Self) -> Self {
        if self == other {
            return self;
        }
        match (self.without_bits(), other.without_bits()) {
            (Self::Hole, range) | (range, Self::Hole) => range,
            (Self::Int { low, high }, Self::Int { low: low2, high: high2 }) => {
                Self::Int { low: low.min(low2), high: high.max(high2) }
            }
            (Self::Tag { upper, low, high }, Self::Tag { upper: upper2, low: low2, high: high2 })
                if upper == upper2 =>
            {
                Self::Tag { upper, low: low.min(low2), high: high.max(high2) }
            }
            _ => Self::Wide,
        }
    }

    /// The narrowest encoding for the range, and its base.
    #[must_use]
    #[inline]
    pub fn encoding(self) -> (Encoding, u64) {
        match self {
            Self::Hole => (Encoding::Int8, 0),
            Self::Bool => (Encoding::Bits, 0),
            Self::Wide => (Encoding::Wide, 0),
            Self::Int { low, high } => {
                for encoding in [Encoding::Int8, Encoding::Int16, Encoding::Int32] {
                    let limit = i64::from(encoding.code_max() - HOLES);
                    if high - low <= limit {
                        let zero_based = low >= 0 && high <= limit;
                        let base = if zero_based { 0 } else { low - (limit - (high - low)) / 2 };
                        return (encoding, base as u64);
                    }
                }
                (Encoding::Wide, 0)
            }
            Self::Tag { upper, low, high } => {
                for encoding in [Encoding::Tag8, Encoding::Tag16, Encoding::Tag32] {
                    let limit = encoding.code_max() - HOLES;
                    if high - low <= limit {
                        let base = if high <= limit { 0 } else { low.min(u32::MAX - limit) };
                        return (encoding, (u64::from(upper) << 32) | u64::from(base));
                    }
                }
                (Encoding::Wide, 0)
            }
        }
    }
}
