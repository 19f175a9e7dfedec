//! Snapshots: a state as bytes, format 1 (`docs/snapshot-format.md`).
//!
//! A snapshot holds columns of pages as the store does, but in an order that
//! depends on the state alone: containers level by level, strings numbered as
//! they are met, every page in its narrowest encoding. So equal states give
//! equal bytes, whatever happened to either of them before.
//!
//! Both directions go page by page, and can pause between two of them. [`pages`] compares
//! two snapshots without loading either.

mod capture;
mod form;
mod frame;
mod gather;
mod head;
mod load;
mod pack;
mod pages;
mod section;
#[cfg(test)]
mod tests;
mod written;

pub use capture::{Capture, Codec};
pub use head::{Inspected, inspect};
pub use load::Loader;
pub use pages::{diff_snapshots, equal_snapshots};

use crate::shape::SHAPE_KEYS_MAX;

/// Objects with more keys have these in columns of their own.
const FORM_KEYS_MAX: usize = SHAPE_KEYS_MAX;
