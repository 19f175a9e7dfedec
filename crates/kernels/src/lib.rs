//! The memory pool and the SIMD lanes under the store.
//!
//! This is the only crate of the project with `unsafe` code. It has no
//! dependencies, and its tests run under Miri.
//!
//! - [`Pool`] hands out [`Block`]s of zeroed memory under a byte limit. A block is
//!   a number, not a pointer: whatever number is used to look into a pool, the
//!   answer is a slice of initialised memory that the pool owns.
//! - [`equal`], [`differing_lanes`] and [`find_u32`] compare memory, and [`find_json_stop`]
//!   and [`byte_bits`] look for bytes, with the vector instructions chosen at compile
//!   time; [`scalar`] holds their safe twins.

#![no_std]
#![deny(missing_docs, unreachable_pub, unsafe_op_in_unsafe_fn)]
#![deny(clippy::undocumented_unsafe_blocks, clippy::unwrap_used)]

extern crate alloc;
#[cfg(test)]
extern crate std;

mod block;
mod error;
mod free_lists;
mod frozen;
mod lanes;
mod map;
mod pool;
mod segments;

pub use block::{BLOCK_BYTES_MAX, BLOCK_BYTES_MIN, Block};
pub use error::PoolError;
pub use frozen::FrozenSegment;
pub use lanes::{byte_bits, differing_lanes, equal, find_json_stop, find_u32, scalar};
pub use pool::{Pool, PoolStats};

const _: () = assert!(
    cfg!(target_endian = "little"),
    "a block is viewed as numbers of several widths, which agree only in little-endian order"
);
