//! Dictionaries: objects with many keys, and `Map`s.
//!
//! Entries stand in the order of their insertion, keys and values in columns;
//! a hash index finds them. A removed entry leaves an empty place, so that
//! entry numbers stay true until the next compaction.

use gaesup_codec::{Seed, StringId, Word};

use crate::column::Column;
use crate::error::{Error, Result, Thing};
use crate::index::HashIndex;
use crate::memory::{Memory, Part};

/// Up to this many entries, looking at each key is quicker than hashing.
const UNINDEXED_MAX: u32 = 8;

/// The entries of one dictionary.
#[derive(Debug)]
pub(crate) struct Dictionary {
    keys: Column,
    values: Column,
    index: HashIndex,
    indexed: Indexed,
    entries: u32,
    live: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Indexed {
    No,
    Yes,
}

impl Default for Dictionary {
    fn default() -> Self {
        Self::new()
    }
}

impl Dictionary {
    pub(crate) fn new() -> Self {
        Self {
            keys: Column::new(Part::Dictionaries, Word::ABSENT),
            values: Column::new(Part::Dictionaries, Word::ABSENT),
            index: HashIndex::new(Part::Dictionaries),
            indexed: Indexed::No,
            entries: 0,
            live: 0,
        }
    }

    /// How many keys there are.
    pub(crate) const fn len(&self) -> u32 {
        self.live
    }

    /// How many entry numbers are in use or were.
    pub(crate) const fn entries(&self) -> u32 {
        self.entries
    }

    /// The key of an entry, when the entry exists.
    pub(crate) fn key(&self, memory: &Memory, entry: u32) -> Option<StringId> {
        self.keys.get(memory, entry).as_string()
    }

    /// The value of an entry, or absent.
    #[inline]
    pub(crate) fn get(&self, memory: &Memory, entry: u32) -> Word {
        self.values.get(memory, entry)
    }

    /// The entry of a key: O(1) expected.
    pub(crate) fn find(&self, memory: &Memory, seed: Seed, key: StringId) -> Option<u32> {
        let is_it = |entry: u32| self.keys.get(memory, entry) == Word::string(key);
        if self.indexed == Indexed::No {
            return (0..self.entries).find(|entry| is_it(*entry));
        }
        self.index.find(memory, seed.hash_number(key.0), is_it)
    }

    /// Replaces the value of an existing entry.
    pub(crate) fn set(&mut self, memory: &mut Memory, entry: u32, value: Word) -> Result<()> {
        self.values.set(memory, entry, value)
    }

    /// Adds a key that is not there yet; answers its entry.
    pub(crate) fn push(&mut self, memory: &mut Memory, seed: Seed, key: StringId, value: Word) -> Result<u32> {
        if self.entries == u32::MAX {
            return Err(Error::TooMany { what: Thing::Keys });
        }
        let entry = self.entries;
        self.fill(memory, seed, entry, key, value)?;
        self.entries += 1;
        Ok(entry)
    }

    /// Puts back what [`Dictionary::remove`] took out.
    pub(crate) fn fill(
        &mut self,
        memory: &mut Memory,
        seed: Seed,
        entry: u32,
        key: StringId,
        value: Word,
    ) -> Result<()> {
        self.values.set(memory, entry, value)?;
        self.keys.set(memory, entry, Word::string(key))?;
        if let Err(error) = self.file(memory, seed, entry, key) {
            // The page was widened for the key, so it holds the marker as well.
            let _ = self.keys.set(memory, entry, Word::ABSENT);
            return Err(error);
        }
        self.live += 1;
        Ok(())
    }

    /// Takes an existing entry out; its number is not used again.
    pub(crate) fn remove(&mut self, memory: &mut Memory, seed: Seed, entry: u32) -> Result<()> {
        let Some(key) = self.key(memory, entry) else {
            return Err(Error::PathNotFound);
        };
        let value = self.values.get(memory, entry);
        self.values.set(memory, entry, Word::ABSENT)?;
        if let Err(error) = self.keys.set(memory, entry, Word::ABSENT) {
            self.values.set(memory, entry, value)?;
            return Err(error);
        }
        if self.indexed == Indexed::Yes {
            let keys = &self.keys;
            self.index
                .remove(memory, seed.hash_number(key.0), entry, |memory, entry| hash_key(keys, memory, seed, entry));
        }
        self.live -= 1;
        Ok(())
    }

    /// Forgets the last entry, which a rollback has emptied.
    pub(crate) const fn pop(&mut self) {
        self.entries -= 1;
    }

    /// Whether empty places outnumber the entries.
    pub(crate) const fn is_sparse(&self) -> bool {
        self.entries > self.live * 2 + 64
    }

    /// Renumbers the entries without empty places, or changes nothing.
    pub(crate) fn compact(&mut self, memory: &mut Memory, seed: Seed) -> Result<()> {
        let mut packed = Self::new();
        for entry in 0..self.entries {
            let Some(key) = self.key(memory, entry) else {
                continue;
            };
            if let Err(error) = packed.push(memory, seed, key, self.get(memory, entry)) {
                packed.clear(memory);
                return Err(error);
            }
        }
        self.clear(memory);
        *self = packed;
        Ok(())
    }

    pub(crate) fn clear(&mut self, memory: &mut Memory) {
        self.keys.clear(memory);
        self.values.clear(memory);
        self.index.clear(memory);
        self.indexed = Indexed::No;
        self.entries = 0;
        self.live = 0;
    }

    pub(crate) const fn columns(&self) -> [&Column; 2] {
        [&self.keys, &self.values]
    }

    pub(crate) fn metadata_bytes(&self) -> usize {
        self.keys.metadata_bytes() + self.values.metadata_bytes() + self.index.metadata_bytes()
    }

    /// Files an entry, and on the way from few keys to many, all of them.
    fn file(&mut self, memory: &mut Memory, seed: Seed, entry: u32, key: StringId) -> Result<()> {
        let keys = &self.keys;
        let hash_of = |memory: &Memory, entry: u32| hash_key(keys, memory, seed, entry);
        if self.indexed == Indexed::Yes {
            return self.index.insert(memory, seed.hash_number(key.0), entry, hash_of);
        }
        if entry < UNINDEXED_MAX {
            return Ok(());
        }
        for other in 0..=entry {
            let Some(key) = keys.get(memory, other).as_string() else {
                continue;
            };
            if let Err(error) = self.index.insert(memory, seed.hash_number(key.0), other, hash_of) {
                self.index.clear(memory);
                return Err(error);
            }
        }
        self.indexed = Indexed::Yes;
        Ok(())
    }
}

fn hash_key(keys: &Column, memory: &Memory, seed: Seed, entry: u32) -> u32 {
    keys.get(memory, entry).as_string().map_or(0, |key| seed.hash_number(key.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_dictionary_is_an_ordered_map(edits in prop::collection::vec((any::<bool>(), 0u32..60, 0i64..1_000), 0..300)) {
            let seed = Seed::new(5);
            let mut memory = Memory::new(usize::MAX);
            let mut dictionary = Dictionary::new();
            let mut model: Vec<(u32, Word)> = Vec::new();
            for (add, key, number) in edits {
                let (id, word) = (StringId(key), Word::integer(number));
                let known = model.iter().position(|(other, _)| *other == key);
                let entry = dictionary.find(&memory, seed, id);
                prop_assert_eq!(entry.is_some(), known.is_some());
                match (add, known, entry) {
                    (true, Some(at), Some(entry)) => { dictionary.set(&mut memory, entry, word).unwrap(); model[at].1 = word; }
                    (true, _, _) => { dictionary.push(&mut memory, seed, id, word).unwrap(); model.push((key, word)); }
                    (false, Some(at), Some(entry)) => { dictionary.remove(&mut memory, seed, entry).unwrap(); model.remove(at); }
                    _ => {}
                }
            }
            let all: Vec<_> = (0..dictionary.entries())
                .filter_map(|entry| Some((dictionary.key(&memory, entry)?.0, dictionary.get(&memory, entry))))
                .collect();
            prop_assert_eq!(all, model);
            dictionary.clear(&mut memory);
            prop_assert_eq!(memory.bytes(Part::Dictionaries), 0);
        }
    }
}
