//! Whether what differs stands where it stood: items of arrays that have changed places, or
//! are others mostly, are told by aligning them.

use gaesup_codec::{Value, Word};

use super::super::head::{KIND_OBJECT, KIND_TUPLE};
use super::Two;
use super::places::{Container, Level};
use crate::delta::Step;
use crate::error::{Error, Result};
use crate::finder::mix;
use crate::memory::try_push;
use crate::scratch::sort;

/// Of arrays that are longer, no more than one of so many items may differ.
const ITEMS_FEW: u32 = 64;
const ITEMS_EACH: u32 = 8;
/// Where no more than one scalar of so many differs, none is looked for elsewhere.
const SCALARS_EACH: u32 = 2;

/// An item that differs: a hash of what it is in each snapshot. Those of containers say
/// nothing of the containers in them.
struct Item {
    array: Container,
    hashes: [u64; 2],
    is_scalar: bool,
}

impl Two<'_> {
    /// Checks that items of arrays can be taken for the ones that stand in the same places: those
    /// that are told apart by what they have under `key`, and others unless one of them may be what another was.
    pub(super) fn check_still(&mut self, levels: &[Level], key: Option<&[u8]>) -> Result<()> {
        let keys = self.key_columns(key)?;
        for (level, below) in levels.iter().zip(levels.iter().skip(1).map(Some).chain([None])) {
            let mut items = Vec::new();
            for found in &level.cells {
                let cell = self.cells[found.cell as usize];
                if keys.get(cell.group as usize) == Some(&Some(cell.column)) {
                    return Err(Error::PathNotFound);
                }
                if matches!(found.step, Step::Index(_)) {
                    let other = self.numbers.translated(cell.words[1]).unwrap_or(Word::ABSENT);
                    let hashes = [cell.words[0], other].map(|word| mix(word.to_bits()));
                    try_push(&mut items, Item { array: found.container, hashes, is_scalar: true })?;
                }
            }
            for (container, place) in below.iter().flat_map(|below| below.containers.iter().zip(&below.places)) {
                let (group, row) = ((*container >> 32) as usize, *container as u32);
                let key = keys.get(group).copied().flatten();
                if matches!(place.step, Step::Index(_)) && !key.is_some_and(|key| self.is_key(group, key, row)) {
                    let hashes = [0, 1].map(|side| self.hash(side, group, row));
                    try_push(&mut items, Item { array: place.around, hashes, is_scalar: false })?;
                }
            }
            self.check_items(level, &items)?;
        }
        Ok(())
    }

    /// By group: in which column its containers have the key, if they are objects and have it.
    fn key_columns(&mut self, key: Option<&[u8]>) -> Result<Vec<Option<u32>>> {
        let mut columns = Vec::new();
        for group in 0..self.groups.len() {
            let mut found = None;
            if let ((KIND_OBJECT, names), Some(key)) = (self.form(&self.groups[group]), key) {
                let packed = crate::uuid::pack(key);
                let stored = packed.as_ref().map_or(key, |packed| &packed[..]);
                for (column, name) in (0..).zip(names) {
                    if self.text(0, *name)? == stored {
                        found = Some(column);
                    }
                }
            }
            try_push(&mut columns, found)?;
        }
        Ok(columns)
    }

    /// Whether a container has something under its key by which it can be told.
    fn is_key(&self, group: usize, column: u32, row: u32) -> bool {
        let word = self.word(0, self.groups[group].first_column + column as usize, row);
        word.as_form().is_none()
            && matches!(word.value(), Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Blob(..))
    }

    fn hash(&self, side: usize, group: usize, row: u32) -> u64 {
        let group = &self.groups[group];
        let start = mix(u64::from(group.form));
        if !matches!(self.form(group).0, KIND_TUPLE | KIND_OBJECT) {
            return start;
        }
        (group.first_column..group.first_column + group.columns).fold(start, |hash, column| {
            let word = self.word(side, column, row);
            let known = if side == 0 { Some(word) } else { self.numbers.translated(word) };
            mix(hash ^ known.unwrap_or(Word::ABSENT).to_bits())
        })
    }

    /// The same for items of a level's containers.
    fn check_items(&mut self, level: &Level, items: &[Item]) -> Result<()> {
        let mut order = Vec::new();
        for (number, item) in (0..).zip(items) {
            let array = level.containers.binary_search(&item.array).map_err(|_| Error::PathNotFound)?;
            try_push(&mut order, (array as u64) << 32 | number)?;
        }
        sort(&mut order);
        let item = |place: &u64| &items[*place as u32 as usize];
        for places in order.chunk_by(|one, other| one >> 32 == other >> 32) {
            let (count, len) = (places.len() as u32, self.len(item(&places[0]).array)?);
            if len > ITEMS_FEW && count > len / ITEMS_EACH {
                return Err(Error::PathNotFound);
            }
            let are_scalars_still = count <= len / SCALARS_EACH;
            let mut moving = places.iter().map(item).filter(|item| !item.is_scalar || !are_scalars_still);
            let mut before = Vec::new();
            for item in moving.clone() {
                try_push(&mut before, item.hashes[0])?;
            }
            sort(&mut before);
            let is_elsewhere = |item: &Item| {
                let [old, new] = item.hashes;
                let same =
                    before.iter().skip(before.partition_point(|hash| *hash < new)).take_while(|hash| **hash == new);
                // One that changed inside only is the same as itself.
                same.take(2).count() > usize::from(old == new)
            };
            if moving.any(is_elsewhere) {
                return Err(Error::PathNotFound);
            }
        }
        Ok(())
    }

    /// How many items an array has.
    fn len(&mut self, array: Container) -> Result<u32> {
        let (group, row) = ((array >> 32) as usize, array as u32 as usize);
        if let (KIND_TUPLE, [items]) = self.form(&self.groups[group]) {
            return Ok(*items);
        }
        self.find_ends(group)?;
        let ends = &self.groups[group].ends;
        let end = |row: usize| ends.get(row).copied().unwrap_or(0);
        Ok(end(row) - row.checked_sub(1).map_or(0, end))
    }
}
