//! Data that comes again and again: what is as before is not even parsed.
//!
//! An object remembers a hash of the bytes it was read from until it, or
//! anything in it, changes. When a payload comes for its array, the records
//! whose bytes hash to what an item remembers are that item as it is; the
//! others are parsed.

#[cfg(test)]
mod tests;

use gaesup_codec::{StringId, Word};

use crate::error::{Error, Result};
use crate::finder::{Finder, mix};
use crate::memory::try_push;
use crate::node::{Cell, Node};
use crate::parse::{Format, Record};
use crate::reconcile::{Next, Tally};
use crate::store::Store;
use crate::tree::Kind;

/// Bits of a hash that are kept: with the highest one clear it is a number's
/// word, and lies in a page as such.
const SOURCE_BITS: u64 = u64::MAX >> 1;

/// A payload that was read, and is not yet part of the state.
#[derive(Debug)]
pub struct Arrival {
    value: Value,
    /// The records of the array that it is, where they are worth remembering.
    records: Vec<Record>,
}

#[derive(Debug)]
enum Value {
    Whole(Word),
    /// An array, item by item.
    Items(Vec<Next>),
}

impl From<Word> for Arrival {
    fn from(word: Word) -> Self {
        Self { value: Value::Whole(word), records: Vec::new() }
    }
}

impl Arrival {
    /// The value, where it comes as a whole.
    ///
    /// # Errors
    /// [`Error::PathNotFound`] when it consists of items of what is there.
    pub const fn whole(&self) -> Result<Word> {
        match self.value {
            Value::Whole(word) => Ok(word),
            Value::Items(_) => Err(Error::PathNotFound),
        }
    }
}

impl Store {
    /// Reads a payload as what a cell will hold: O(length), and of an array
    /// that came from there before, what is not as before is parsed.
    ///
    /// # Errors
    /// As [`Store::parse`]; the transaction has to be taken back then.
    pub fn arrive(&mut self, cell: Cell, format: Format, bytes: &[u8]) -> Result<Arrival> {
        // What a transaction has changed does not show yet in what items remember.
        let array = self.tree.get(cell).as_node().filter(|node| self.tree.kind(*node) == Kind::Array);
        // What is wrong with the frame is said best by who reads all of it.
        let records = if self.in_transaction() { None } else { self.records(format, bytes).unwrap_or(None) };
        let Some(records) = records.filter(|records| !records.is_empty()) else {
            return self.parse(cell, format, bytes).map(Arrival::from);
        };
        let (array, sources) = match array {
            Some(array) if self.tree.has_sources => (array, self.same_items(array, &records)?),
            _ => return self.arrive_whole(cell, format, bytes, records),
        };
        // From half of them on, all at once is quicker than one by one.
        if sources.iter().flatten().count() * 2 < records.len() {
            return self.arrive_whole(cell, format, bytes, records);
        }
        let mut next = Vec::new();
        for (slot, (record, source)) in (0..).zip(records.iter().zip(sources)) {
            let item = match source {
                Some(index) => Next::Kept(index),
                None => Next::New(self.parse_record(Cell { node: array, slot }, format, bytes, record)?),
            };
            try_push(&mut next, item)?;
        }
        Ok(Arrival { value: Value::Items(next), records })
    }

    fn arrive_whole(&mut self, cell: Cell, format: Format, bytes: &[u8], records: Vec<Record>) -> Result<Arrival> {
        let word = self.parse(cell, format, bytes)?;
        Ok(Arrival { value: Value::Whole(word), records })
    }

    /// Makes a payload the value of its cell, touching only what differs.
    ///
    /// # Errors
    /// As [`Store::reconcile`].
    pub fn adopt(&mut self, cell: Cell, arrival: &Arrival, key: Option<StringId>) -> Result<Tally> {
        match (&arrival.value, self.tree.get(cell).as_node()) {
            (Value::Whole(word), _) => self.reconcile(cell, *word, key),
            (Value::Items(next), Some(array)) => {
                let mut tally = Tally::default();
                self.reconcile_items(array, next, key, &mut tally)?;
                Ok(tally)
            }
            (Value::Items(_), None) => Err(Error::PathNotFound),
        }
    }

    /// Lets the items of an array remember the bytes that they came from, once
    /// it is committed what the payload says: O(items). Without memory for that
    /// they do not.
    pub fn remember(&mut self, cell: Cell, arrival: &Arrival) {
        let Some(array) = self.tree.get(cell).as_node() else { return };
        let is_it = self.tree.kind(array) == Kind::Array && self.tree.slots(array) as usize == arrival.records.len();
        if !is_it || arrival.records.is_empty() {
            return;
        }
        self.tree.has_sources = true;
        for (slot, record) in (0..).zip(&arrival.records) {
            let Some(item) = self.tree.get(Cell { node: array, slot }).as_node() else { continue };
            let word = source_of(record);
            if self.tree.source(item) != word && self.tree.set_source(item, word).is_err() {
                self.tree.forget_sources();
                return;
            }
        }
    }

    /// Lets a container that has changed, and all around it, forget what it came from.
    pub(crate) fn forget_source(&mut self, node: Node) {
        if !self.tree.has_sources {
            return;
        }
        let mut next = Some(node);
        while let Some(node) = next {
            if self.tree.source(node) != Word::ZERO && self.tree.set_source(node, Word::ZERO).is_err() {
                return self.tree.forget_sources();
            }
            next = self.tree.parent(node);
        }
    }

    /// For each record the item of an array that came from the same bytes, if
    /// there is one: at the same place, or else anywhere.
    fn same_items(&self, array: Node, records: &[Record]) -> Result<Vec<Option<u32>>> {
        let sources = self.sources_of(array)?;
        let mut same: Vec<Option<u32>> = Vec::new();
        let mut elsewhere = Vec::new();
        for (at, record) in (0..).zip(records) {
            let is_here = sources.get(at as usize) == Some(&source_of(record));
            try_push(&mut same, is_here.then_some(at))?;
            if !is_here {
                try_push(&mut elsewhere, at)?;
            }
        }
        let mut finder = Finder::default();
        let is_left = |at: u32| same.get(at as usize).is_none_or(Option::is_none) && sources[at as usize] != Word::ZERO;
        let left = (0..sources.len() as u32).filter(|at| is_left(*at)).count();
        // The finder looks at nothing when there are few.
        finder.reserve(left.max(crate::finder::LINEAR_MAX + 1))?;
        for at in (0..sources.len() as u32).rev().filter(|at| is_left(*at)) {
            finder
                .file(mix(sources[at as usize].to_bits()), at, |other| sources[other as usize] == sources[at as usize]);
        }
        for at in elsewhere {
            let wanted = source_of(&records[at as usize]);
            let hash = mix(wanted.to_bits());
            if let Some(index) = finder.find(hash, |other| sources[other as usize] == wanted) {
                finder.remove(hash, index, |other| mix(sources[other as usize].to_bits()));
                same[at as usize] = Some(index);
            }
        }
        Ok(same)
    }

    /// What the items of an array remember.
    fn sources_of(&self, array: Node) -> Result<Vec<Word>> {
        let mut words = self.tree.items(array, 0)?;
        for word in &mut words {
            *word = word.as_node().map_or(Word::ZERO, |node| self.tree.source(node));
        }
        Ok(words)
    }
}

/// The word that an item remembers a record by.
fn source_of(record: &Record) -> Word {
    // Nothing is remembered as zero.
    Word::from_bits((record.hash & SOURCE_BITS).max(1))
}
