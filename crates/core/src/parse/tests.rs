//! What was parsed against what a plain reader makes of the same bytes.

mod hostile;
mod json;
mod memory;
mod message_pack;
mod numbers;
mod oracle;
mod records;

use crate::error::{Error, Result};
use crate::model::ops::{check_links, everything_is_freed};
use crate::node::HOLDER;
use crate::parse::Format;
use crate::store::{Config, ROOT, Store};
use oracle::{Model, keep};

fn store() -> Store {
    Store::new(Config::default()).unwrap()
}

/// What some bytes mean.
fn parsed(format: Format, bytes: &[u8]) -> Result<Model> {
    let mut store = store();
    let parsed = store.parse(ROOT, format, bytes).map(|word| keep(&mut store, word));
    check_links(&store, HOLDER);
    everything_is_freed(store);
    parsed
}

fn check(format: Format, bytes: impl AsRef<[u8]>, expected: &Model) {
    let bytes = bytes.as_ref();
    assert_eq!(parsed(format, bytes).as_ref(), Ok(expected), "{}", String::from_utf8_lossy(bytes));
}

fn check_refused(format: Format, bytes: impl AsRef<[u8]>, offset: usize) {
    let bytes = bytes.as_ref();
    let mut store = store();
    let refused = store.parse(ROOT, format, bytes).map(|_| ());
    assert_eq!((refused, store.parse_offset()), (Err(Error::corrupt(offset)), offset), "{bytes:?}");
    everything_is_freed(store);
}
