//! Decoding what a watcher depends on.
//!
//! A dependency is two words: its kind and a table, a row; two numbers. Those
//! are the first and the last of some slots, or how many rows follow, each a
//! word of a table and a row. For a field the key follows, as text or as a
//! string's word.

use gaesup_core::{Dependency, Error, Node, Store};

use crate::input::Words;
use crate::value;

const CELLS: u32 = 0;
const KEYS: u32 = 1;
const INSIDE: u32 = 2;
const FIELD: u32 = 3;
const AMONG: u32 = 4;

/// Reads all dependencies that the words hold; returns the rows that count as a whole.
pub(crate) fn read(
    store: &mut Store,
    words: &mut Words<'_>,
    reported: &mut Vec<u32>,
    into: &mut Vec<Dependency>,
) -> Result<Vec<Node>, Error> {
    into.clear();
    let mut rows = Vec::new();
    while !words.is_empty() {
        let [first, second] = [words.next()?, words.next()?];
        let kind = first as u32 >> 16;
        let node = node_of(first);
        let (low, high) = (second as u32, (second >> 32) as u32);
        // Numbers that the kind has no use for are no dependency that anybody writes.
        if high != 0 && kind != CELLS || low != 0 && kind != CELLS && kind != AMONG {
            return Err(words.corrupt());
        }
        let dependency = match kind {
            CELLS => Dependency::Cells(node, low, high),
            KEYS => Dependency::Keys(node),
            INSIDE => Dependency::Inside(node),
            FIELD => Dependency::Field(node, value::key(store, words, reported)?),
            AMONG => {
                for _ in 0..low {
                    rows.try_reserve(1).map_err(|_| Error::OutOfMemory)?;
                    rows.push(node_of(words.next()?));
                }
                Dependency::Among(node)
            }
            _ => return Err(words.corrupt()),
        };
        into.try_reserve(1).map_err(|_| Error::OutOfMemory)?;
        into.push(dependency);
    }
    Ok(rows)
}

const fn node_of(word: u64) -> Node {
    Node { table: word as u16, row: (word >> 32) as u32 }
}
