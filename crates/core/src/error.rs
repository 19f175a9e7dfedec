//! What can go wrong, with the data to say where.

use core::fmt;

use gaesup_kernels::PoolError;

/// Why an operation was refused. The store is as it was before it.
#[non_exhaustive]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Error {
    /// There is nothing at this place.
    PathNotFound,
    /// The place holds another kind of value than the operation needs.
    TypeMismatch {
        /// What the operation works on.
        expected: &'static str,
    },
    /// The handle's container is gone or has moved; resolve its path again.
    Stale,
    /// The store would need more bytes than its limit allows.
    LimitExceeded {
        /// The configured limit in bytes.
        limit_bytes: usize,
    },
    /// The value is nested deeper than the limit allows.
    TooDeep {
        /// The configured limit in levels.
        depth_max: usize,
    },
    /// One store cannot hold this many of something.
    TooMany {
        /// What there would be too many of.
        what: &'static str,
    },
    /// The system gave no memory.
    OutOfMemory,
    /// The encoded commands do not decode.
    CorruptData {
        /// Where in the input, in bytes.
        offset_bytes: usize,
    },
    /// A rollback ran out of memory, so the store can no longer be trusted.
    Dead,
    /// A delta is about something else than what is here.
    Conflict,
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
}

impl Error {
    /// The stable number of this error.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::PathNotFound => ErrorCode::PathNotFound,
            Self::TypeMismatch { .. } => ErrorCode::TypeMismatch,
            Self::Stale => ErrorCode::Stale,
            Self::LimitExceeded { .. } | Self::TooDeep { .. } | Self::TooMany { .. } => ErrorCode::LimitExceeded,
            Self::OutOfMemory => ErrorCode::OutOfMemory,
            Self::CorruptData { .. } => ErrorCode::CorruptData,
            Self::Dead => ErrorCode::Dead,
            Self::Conflict => ErrorCode::Conflict,
        }
    }
}

impl Error {
    /// What is wrong, in words: the same as its `Display`, without the code
    /// that formatting brings along.
    #[must_use]
    pub fn message(&self) -> String {
        let (before, number, behind) = match *self {
            Self::PathNotFound => ("there is nothing at this place", None, ""),
            Self::TypeMismatch { expected } => ("expected ", None, expected),
            Self::Stale => ("the handle's container is gone or has moved", None, ""),
            Self::LimitExceeded { limit_bytes } => {
                ("the store would need more than its limit of ", Some(limit_bytes), " bytes")
            }
            Self::TooDeep { depth_max } => ("the value is nested deeper than ", Some(depth_max), " levels"),
            Self::TooMany { what } => ("one store cannot hold that many ", None, what),
            Self::OutOfMemory => ("the system gave no memory", None, ""),
            Self::CorruptData { offset_bytes } => ("the input does not decode at byte ", Some(offset_bytes), ""),
            Self::Conflict => ("the delta changes another value than the one that is here", None, ""),
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

fn push_digits(text: &mut String, number: usize) {
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

impl From<PoolError> for Error {
    fn from(error: PoolError) -> Self {
        match error {
            PoolError::LimitExceeded { limit_bytes, .. } => Self::LimitExceeded { limit_bytes },
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
        check(
            Error::LimitExceeded { limit_bytes: 1_048_576 },
            "the store would need more than its limit of 1048576 bytes",
        );
        check(Error::CorruptData { offset_bytes: 0 }, "the input does not decode at byte 0");
        check(Error::TypeMismatch { expected: "an array" }, "expected an array");
    }
}
