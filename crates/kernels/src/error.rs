//! Why the pool said no.

use core::error::Error;
use core::fmt;

/// Why a [`Pool`](crate::Pool) could not do as asked. In every case the pool is as
/// it was before the call.
#[non_exhaustive]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PoolError {
    /// The configured limit would have been passed.
    LimitExceeded {
        /// What would have had to be reserved: a whole segment for a block that no
        /// segment has room for, or the bytes to charge.
        requested_bytes: usize,
        /// What was reserved already.
        reserved_bytes: usize,
        /// The limit.
        limit_bytes: usize,
    },
    /// The system had no memory to give.
    OutOfMemory {
        /// What was asked for.
        requested_bytes: usize,
    },
    /// More than [`BLOCK_BYTES_MAX`](crate::BLOCK_BYTES_MAX) was asked for in one
    /// block.
    TooLarge {
        /// What was asked for.
        requested_bytes: usize,
    },
    /// The block is not allocated: it was freed before, or never handed out.
    InvalidBlock {
        /// The bits of the block.
        bits: u32,
    },
}

impl fmt::Display for PoolError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            PoolError::LimitExceeded { requested_bytes, reserved_bytes, limit_bytes } => {
                write!(out, "{requested_bytes} bytes on top of {reserved_bytes} pass the limit of {limit_bytes} bytes")
            }
            PoolError::OutOfMemory { requested_bytes } => {
                write!(out, "the system gave no memory for {requested_bytes} bytes")
            }
            PoolError::TooLarge { requested_bytes } => write!(
                out,
                "{requested_bytes} bytes are more than the largest block of {} bytes",
                crate::BLOCK_BYTES_MAX
            ),
            PoolError::InvalidBlock { bits } => {
                write!(out, "block {bits:#010x} is not allocated")
            }
        }
    }
}

impl Error for PoolError {}
