//! What can go wrong, with the data to say where.

use core::fmt;
use std::collections::TryReserveError;

use gaesup_kernels::PoolError;

/// Why an operation was refused. The store is as it was before it.
///
/// Four bytes: then a `Result<()>` comes back in a register and a `Result<u32>` in two,
/// which makes the whole program a twentieth shorter.
#[non_exhaustive]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Error {
    /// There is nothing at this place.
    PathNotFound,
    /// The place holds another kind of value than the operation needs.
    TypeMismatch {
        /// What the operation works on.
        expected: Expected,
    },
    /// The handle's container is gone or has moved; resolve its path again.
    Stale,
    /// The store would need more bytes than [`Config::limit_bytes`](crate::Config).
    LimitExceeded,
    /// The value is nested deeper than the limit allows.
    TooDeep {
        /// The configured limit in levels.
        depth_max: Figure,
    },
    /// One store cannot hold this many of something.
    TooMany {
        /// What there would be too many of.
        what: Thing,
    },
    /// The system gave no memory.
    OutOfMemory,
    /// The encoded commands do not decode.
    CorruptData {
        /// Where in the input, in bytes.
        offset_bytes: Figure,
    },
    /// A rollback ran out of memory, so the store can no longer be trusted.
    Dead,
    /// The state differs from what a delta expects.
    Conflict,
    /// The bytes are of a format that came later.
    UnsupportedVersion,
    /// A call that is a commit of its own, while a transaction is open.
    InvalidCall,
}

/// What an operation works on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Expected {
    /// An array.
    Array,
    /// An object or a `Map`.
    Keyed,
    /// A number.
    Number,
    /// Anything that holds values.
    Container,
    /// What is in a container, so not the whole state.
    KeyOrItem,
}

impl Expected {
    const fn words(self) -> &'static str {
        match self {
            Self::Array => "an array",
            Self::Keyed => "an object or a Map",
            Self::Number => "a number",
            Self::Container => "a container",
            Self::KeyOrItem => "a key or an item: the root cannot be deleted",
        }
    }
}

/// What there can be too many of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Thing {
    /// Strings of a store.
    Strings,
    /// Strings of a store that are too long for a block.
    LongStrings,
    /// Bytes of text of a store or of a delta.
    TextBytes,
    /// Items of one array.
    Items,
    /// Keys of one dictionary.
    Keys,
    /// Containers of one kind.
    Containers,
    /// Operations of a delta.
    Operations,
    /// Steps of paths in a delta.
    PathSteps,
    /// Bytes of a step of the history.
    StepBytes,
}

impl Thing {
    const fn words(self) -> &'static str {
        match self {
            Self::Strings => "strings",
            Self::LongStrings => "long strings",
            Self::TextBytes => "bytes of text",
            Self::Items => "items of one array",
            Self::Keys => "keys of one dictionary",
            Self::Containers => "containers of one kind",
            Self::Operations => "operations",
            Self::PathSteps => "steps of paths in a delta",
            Self::StepBytes => "bytes of a step",
        }
    }
}

/// A number up to 16,777,215, which stands for all above it as well.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Figure([u8; 3]);

impl Figure {
    const fn new(number: usize) -> Self {
        let [first, second, third, ..] =
            if number < 1 << 24 { number.to_le_bytes() } else { [u8::MAX; size_of::<usize>()] };
        Self([first, second, third])
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> usize {
        let [first, second, third] = self.0;
        u32::from_le_bytes([first, second, third, 0]) as usize
    }
}

impl fmt::Debug for Figure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(formatter)
    }
}

/// The stable numbers by which errors cross the boundary.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u32)]
pub enum ErrorCode {
    /// See [`Error::PathNotFound`].
    PathNotFound = 1,
    /// See [`Error::TypeMismatch`].
    TypeMismatch = 2,
    /// See [`Error::Stale`].
    Stale = 3,
    /// See [`Error::LimitExceeded`], [`Error::TooDeep`] and [`Error::TooMany`].
    LimitExceeded = 4,
    /// See [`Error::OutOfMemory`].
    OutOfMemory = 5,
    /// See [`Error::CorruptData`].
    CorruptData = 6,
    /// See [`Error::Dead`].
    Dead = 7,
    /// See [`Error::Conflict`].
    Conflict = 8,
    /// See [`Error::UnsupportedVersion`].
    UnsupportedVersion = 9,
    /// See [`Error::InvalidCall`].
    InvalidCall = 10,
    /// Something is nested too deep, which no collection helps.
    TooDeep = 11,
}

impl Error {
    /// The input does not decode at an offset.
    #[must_use]
    pub const fn corrupt(offset_bytes: usize) -> Self {
        Self::CorruptData { offset_bytes: Figure::new(offset_bytes) }
    }

    /// A value is nested deeper than so many levels.
    #[must_use]
    pub const fn too_deep(depth_max: usize) -> Self {
        Self::TooDeep { depth_max: Figure::new(depth_max) }
    }

    /// The stable number of this error.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::PathNotFound => ErrorCode::PathNotFound,
            Self::TypeMismatch { .. } => ErrorCode::TypeMismatch,
            Self::Stale => ErrorCode::Stale,
            Self::TooDeep { .. } => ErrorCode::TooDeep,
            Self::LimitExceeded | Self::TooMany { .. } => ErrorCode::LimitExceeded,
            Self::OutOfMemory => ErrorCode::OutOfMemory,
            Self::CorruptData { .. } => ErrorCode::CorruptData,
            Self::Dead => ErrorCode::Dead,
            Self::Conflict => ErrorCode::Conflict,
            Self::UnsupportedVersion => ErrorCode::UnsupportedVersion,
            Self::InvalidCall => ErrorCode::InvalidCall,
        }
    }
}

impl Error {
    /// Whether records are to blame that contradict each other or the state,
    /// so that trying again leads to the same.
    pub(crate) const fn is_contradiction(&self) -> bool {
        matches!(self, Self::PathNotFound | Self::TypeMismatch { .. } | Self::CorruptData { .. } | Self::Conflict)
    }

    /// What is wrong, in words: the same as its `Display`, without the code
    /// that formatting brings along.
    #[must_use]
    pub fn message(&self) -> String {
        let (before, number, behind) = match *self {
            Self::PathNotFound => ("there is nothing at this place", None, ""),
            Self::TypeMismatch { expected } => ("expected ", None, expected.words()),
            Self::Stale => ("the handle's container is gone or has moved", None, ""),
            Self::LimitExceeded => ("the store would need more than its limit", None, ""),
            Self::TooDeep { depth_max } => {
                ("the value is nested deeper than ", Some(depth_max.get()), " levels, the store's limits.depth")
            }
            Self::TooMany { what } => ("one store cannot hold that many ", None, what.words()),
            Self::OutOfMemory => ("the system gave no memory", None, ""),
            Self::CorruptData { offset_bytes } => ("the input does not decode at byte ", Some(offset_bytes.get()), ""),
            Self::Conflict => ("the delta changes another value than the one that is here", None, ""),
            Self::UnsupportedVersion => ("the bytes are of a later version of this format", None, ""),
            Self::InvalidCall => ("this cannot be done while a transaction is open", None, ""),
            Self::Dead => ("the store ran out of memory while rolling back", None, ""),
        };
        let mut message = String::from(before);
        if let Some(number) = number {
            push_digits(&mut message, number);
        }
        message.push_str(behind);
        message
    }
}

pub(crate) fn push_digits(text: &mut String, number: usize) {
    if number >= 10 {
        push_digits(text, number / 10);
    }
    text.push(char::from(b'0' + (number % 10) as u8));
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message())
    }
}

impl core::error::Error for Error {}

impl From<TryReserveError> for Error {
    fn from(_: TryReserveError) -> Self {
        Self::OutOfMemory
    }
}

impl From<PoolError> for Error {
    fn from(error: PoolError) -> Self {
        match error {
            PoolError::LimitExceeded { .. } => Self::LimitExceeded,
            _ => Self::OutOfMemory,
        }
    }
}

/// The result of everything that can be refused.
pub type Result<T, E = Error> = core::result::Result<T, E>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_say_how_much() {
        let check = |error: Error, expected: &str| assert_eq!(error.to_string(), expected);
        check(Error::LimitExceeded, "the store would need more than its limit");
        check(Error::corrupt(0), "the input does not decode at byte 0");
        check(Error::corrupt(1_234_567), "the input does not decode at byte 1234567");
        check(Error::corrupt(usize::MAX), "the input does not decode at byte 16777215");
        check(Error::TypeMismatch { expected: Expected::Array }, "expected an array");
    }

    #[test]
    fn errors_are_small() {
        assert_eq!(size_of::<Result<()>>(), 4);
    }
}
