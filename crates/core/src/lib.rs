//! The engine of gaesup-state: state as shapes, columns and ids.
//!
//! Pure Rust without a JavaScript type in sight; it runs natively and in
//! WebAssembly alike. A [`Store`] is a tree of values, changed by operations
//! in transactions:
//!
//! ```
//! use gaesup_core::{Config, ROOT, Store, Value};
//!
//! let mut store = Store::new(Config::default())?;
//! let title = store.intern(b"title")?;
//! let text = store.intern("größer".as_bytes())?;
//!
//! let keys = store.define_keys(&[title])?;
//! store.begin_value(ROOT.node, ROOT.slot);
//! store.value_keyed(keys)?;
//! store.value_scalar(gaesup_core::Word::string(text))?;
//! let object = store.take_value()?;
//! store.set(ROOT.node, ROOT.slot, object)?;
//! assert!(store.commit()?.is_some());
//!
//! let Value::Node(node) = store.root().value() else { unreachable!() };
//! assert_eq!(store.get(gaesup_core::Cell { node, slot: 0 }).value(), Value::String(text));
//! # Ok::<(), gaesup_core::Error>(())
//! ```
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod before;
mod build;
mod change;
mod collect;
mod column;
mod compare;
mod copy;
mod delta;
mod dictionary;
mod edit;
mod equality;
mod error;
mod filed;
mod finder;
mod fold;
mod follow;
mod free;
mod freeze;
mod history;
mod index;
mod ingest;
mod journal;
mod list;
mod log;
mod memory;
#[cfg(test)]
mod model;
mod node;
mod order;
mod page;
mod paged;
mod park;
mod parse;
mod quick;
mod reconcile;
mod relocations;
mod resolve;
mod rows;
mod scratch;
mod shape;
mod slab;
mod snapshot;
mod spot;
mod stats;
mod store;
mod strings;
mod table;
mod tell;
#[cfg(test)]
mod testing;
mod timeline;
mod transaction;
mod tree;
mod uuid;
mod view;
mod watch;

pub use change::{Change, Changes, Span};
pub use collect::Collecting;
pub use delta::{Part, compose_records as compose};
pub use error::{Error, ErrorCode, Expected, Result, Thing};
pub use freeze::{FrozenSegment, SEGMENT_BYTES};
pub use gaesup_codec::{BlobKind, StringId, TAG_FIRST, Value, Word};
pub use history::Way;
pub use ingest::Arrival;
pub use node::{Cell, HOLDER, Handle, Node};
pub use parse::{Format, Record};
pub use quick::{NumberChange, Quick};
pub use reconcile::{Next, Tally};
pub use resolve::{Key, Place, SLOT_MISSING};
pub use snapshot::{Capture, Codec, Inspected, Loader, diff_snapshots, equal_snapshots, inspect};
pub use spot::Dependency;
pub use stats::Stats;
pub use store::{Config, DEPTH_LIMIT, ROOT, Report, Store};
pub use timeline::{Pattern, Resolution, Stamp, Standing, StepOf};
pub use transaction::See;
pub use tree::Kind;
pub use view::{StreamKind, StreamTag, ViewStream};
pub use watch::REFILE;
