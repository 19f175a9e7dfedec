//! Decoding what a watcher depends on.
//!
//! A dependency is two words: its kind and a table, a row; a slot, nothing.
//! For a field the key follows, as text or as a string's word.

use gaesup_core::{Dependency, Error, Node, Store};

use crate::input::Words;
use crate::value;

const CELL: u32 = 0;
const KEYS: u32 = 1;
const INSIDE: u32 = 2;
const FIELD: u32 = 3;

/// Reads all dependencies that the words hold.
pub(crate) fn read(
    store: &mut Store,
    words: &mut Words<'_>,
    reported: &mut Vec<u32>,
    into: &mut Vec<Dependency>,
) -> Result<(), Error> {
    into.clear();
    while !words.is_empty() {
        let [first, second] = [words.next()?, words.next()?];
        let kind = first as u32 >> 16;
        let node = Node { table: first as u16, row: (first >> 32) as u32 };
        if second >> 32 != 0 || kind != CELL && second != 0 {
            return Err(words.corrupt());
        }
        let dependency = match kind {
            CELL => Dependency::Cell(node, second as u32),
            KEYS => Dependency::Keys(node),
            INSIDE => Dependency::Inside(node),
            FIELD => Dependency::Field(node, value::key(store, words, reported)?),
            _ => return Err(words.corrupt()),
        };
        into.try_reserve(1).map_err(|_| Error::OutOfMemory)?;
        into.push(dependency);
    }
    Ok(())
}
