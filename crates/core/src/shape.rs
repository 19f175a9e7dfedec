//! Shapes: the distinct key lists of a store's objects.
//!
//! As V8's hidden classes and the archetypes of entity-component systems do,
//! a shape names a list of keys once; an object is a row of its shape's
//! table. An object may lack some of its shape's keys (absent markers in the
//! columns), so that ten optional keys make a few shapes and not a thousand.
//! Short arrays have shapes too, one per length: a hundred thousand pairs of
//! coordinates are two columns.

use gaesup_codec::{Seed, StringId};

use crate::error::Result;
use crate::index::HashIndex;
use crate::memory::{Memory, Part, try_push};

/// Longer arrays are lists.
pub(crate) const TUPLE_ITEMS_MAX: usize = 8;
/// Objects with more keys are dictionaries.
pub(crate) const SHAPE_KEYS_MAX: usize = 64;
/// Past this many shapes, objects with new key lists are dictionaries.
pub(crate) const SHAPES_MAX: usize = 4_096;
/// Shapes up to this wide may be mostly empty: an absent cell takes a byte.
const NARROW_KEYS: usize = 16;
/// How many of the last used shapes are tried for a new key list.
const RECENT: usize = 8;

/// Names a shape of one store.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct ShapeId(pub(crate) u16);

/// What the rows of a shape's table are.
#[derive(Debug)]
pub(crate) enum Shape {
    /// Arrays of exactly this many items.
    Tuple(usize),
    /// Objects with these keys, or some of them, in this order.
    Object(Box<[StringId]>),
}

impl Shape {
    /// How many columns the shape's table has.
    pub(crate) const fn columns(&self) -> usize {
        match self {
            Self::Tuple(items) => *items,
            Self::Object(keys) => keys.len(),
        }
    }

    /// The keys of an object shape; a tuple has none.
    pub(crate) const fn keys(&self) -> &[StringId] {
        match self {
            Self::Tuple(_) => &[],
            Self::Object(keys) => keys,
        }
    }

    /// The column of a key: O(keys).
    pub(crate) fn column_of(&self, key: StringId) -> Option<u32> {
        self.keys().iter().position(|known| *known == key).map(|column| column as u32)
    }
}

/// All shapes of a store.
#[derive(Debug)]
pub(crate) struct Shapes {
    shapes: Vec<Shape>,
    by_keys: HashIndex,
    recent: [Option<ShapeId>; RECENT],
    seed: Seed,
}

impl Shapes {
    /// The shapes of a new store: one tuple shape per length, longest last,
    /// except that the tuple of one comes first (the store's holder is one).
    pub(crate) fn new(seed: Seed) -> Self {
        let shapes = (0..=TUPLE_ITEMS_MAX).map(|place| Shape::Tuple(tuple_at(place))).collect();
        Self { shapes, by_keys: HashIndex::new(Part::Dictionaries), recent: [None; RECENT], seed }
    }

    pub(crate) const fn len(&self) -> usize {
        self.shapes.len()
    }

    pub(crate) fn get(&self, id: ShapeId) -> &Shape {
        &self.shapes[id.0 as usize]
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Shape> {
        self.shapes.iter()
    }

    /// The shape of arrays with `items` items.
    pub(crate) const fn tuple(items: usize) -> ShapeId {
        ShapeId(tuple_at(items) as u16)
    }

    /// The shape an object with exactly these keys should have, made when
    /// there is none; `None` when it should be a dictionary.
    pub(crate) fn choose(&mut self, memory: &mut Memory, keys: &[StringId]) -> Result<Option<ShapeId>> {
        if keys.len() > SHAPE_KEYS_MAX {
            return Ok(None);
        }
        let chosen = match self.find(memory, keys) {
            Some(id) => Some(id),
            None => match self.related(memory, keys)? {
                Some(id) => Some(id),
                None => self.add(memory, keys)?,
            },
        };
        if let Some(id) = chosen {
            self.remember(id);
        }
        Ok(chosen)
    }

    pub(crate) fn metadata_bytes(&self) -> usize {
        let keys: usize = self.shapes.iter().map(|shape| size_of_val(shape.keys())).sum();
        self.shapes.capacity() * size_of::<Shape>() + keys + self.by_keys.metadata_bytes()
    }

    fn find(&self, memory: &Memory, keys: &[StringId]) -> Option<ShapeId> {
        let is_it =
            |number: u32| self.shapes[number as usize].keys() == keys && is_object(&self.shapes[number as usize]);
        self.by_keys.find(memory, hash_keys(self.seed, keys), is_it).map(|number| ShapeId(number as u16))
    }

    /// A recent shape that can hold the keys without being mostly empty, or the
    /// smallest shape made of a recent one and the keys. Either shares at least
    /// half of the shorter one's keys: two kinds of objects that both have an
    /// `id` stay two kinds.
    fn related(&mut self, memory: &mut Memory, keys: &[StringId]) -> Result<Option<ShapeId>> {
        let mut best: Option<Vec<StringId>> = None;
        for id in self.recent.into_iter().flatten() {
            let known = self.get(id).keys();
            let Some(merged) = merge(known, keys) else {
                continue;
            };
            let common = known.len() + keys.len() - merged.len();
            let related = common > 0 && common * 2 >= known.len().min(keys.len());
            if !related || merged.len() > SHAPE_KEYS_MAX.min((keys.len() * 2).max(NARROW_KEYS)) {
                continue;
            }
            if merged.len() == known.len() {
                return Ok(Some(id));
            }
            // Keys that an older shape has all of need no new one.
            best.get_or_insert(merged);
        }
        match best {
            None => Ok(None),
            Some(merged) => match self.find(memory, &merged) {
                Some(id) => Ok(Some(id)),
                None => self.add(memory, &merged),
            },
        }
    }

    fn add(&mut self, memory: &mut Memory, keys: &[StringId]) -> Result<Option<ShapeId>> {
        if self.shapes.len() >= SHAPES_MAX {
            return Ok(None);
        }
        let number = self.shapes.len() as u32;
        let mut owned = Vec::new();
        owned.try_reserve_exact(keys.len())?;
        owned.extend_from_slice(keys);
        try_push(&mut self.shapes, Shape::Object(owned.into_boxed_slice()))?;
        let (shapes, seed) = (&self.shapes, self.seed);
        let filed = self
            .by_keys
            .insert(memory, hash_keys(seed, keys), number, |_, number| hash_keys(seed, shapes[number as usize].keys()));
        if let Err(error) = filed {
            self.shapes.pop();
            return Err(error);
        }
        Ok(Some(ShapeId(number as u16)))
    }

    fn remember(&mut self, id: ShapeId) {
        let known = self.recent.iter().position(|recent| *recent == Some(id)).unwrap_or(RECENT - 1);
        self.recent.copy_within(..known, 1);
        self.recent[0] = Some(id);
    }
}

/// Swaps the first two places; its own inverse.
const fn tuple_at(place: usize) -> usize {
    match place {
        0 => 1,
        1 => 0,
        other => other,
    }
}

const fn is_object(shape: &Shape) -> bool {
    matches!(shape, Shape::Object(_))
}

fn hash_keys(seed: Seed, keys: &[StringId]) -> u32 {
    keys.iter().fold(keys.len() as u32, |hash, key| seed.hash_number(hash.rotate_left(5) ^ key.0))
}

/// The shortest list of which both are ordered parts, when they share keys in
/// the same order.
fn merge(known: &[StringId], keys: &[StringId]) -> Option<Vec<StringId>> {
    let mut merged = Vec::with_capacity(known.len() + keys.len());
    let mut next = 0;
    for key in keys {
        if let Some(at) = known.iter().position(|other| other == key) {
            if at < next {
                return None;
            }
            merged.extend_from_slice(&known[next..=at]);
            next = at + 1;
        } else {
            merged.push(*key);
        }
    }
    merged.extend_from_slice(&known[next..]);
    Some(merged)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(text: &str) -> Vec<StringId> {
        text.bytes().map(|byte| StringId(u32::from(byte))).collect()
    }

    #[test]
    fn optional_keys_share_a_shape() {
        let mut memory = Memory::new(usize::MAX);
        let mut shapes = Shapes::new(Seed::new(3));
        let mut choose = |keys: &str| shapes.choose(&mut memory, &ids(keys)).unwrap().unwrap();
        let first = choose("abcd");
        assert_eq!(choose("abd"), first);
        let wider = choose("abxd");
        assert_ne!(wider, first);
        assert_eq!(choose("abxcd"), wider);
        assert_eq!(choose("abxc"), wider);
        assert_ne!(choose("dcba"), wider);
    }

    #[test]
    fn a_wide_shape_is_never_more_than_half_empty() {
        let mut memory = Memory::new(usize::MAX);
        let mut shapes = Shapes::new(Seed::new(3));
        let first = shapes.choose(&mut memory, &ids("abcdefghijklmnopqrst")).unwrap();
        assert_ne!(shapes.choose(&mut memory, &ids("ab")).unwrap(), first);
        assert_eq!(shapes.choose(&mut memory, &ids("abcdefghij")).unwrap(), first);
    }

    #[test]
    fn unlike_objects_with_one_key_in_common_stay_apart() {
        let mut memory = Memory::new(usize::MAX);
        let mut shapes = Shapes::new(Seed::new(3));
        let first = shapes.choose(&mut memory, &ids("iabc")).unwrap().unwrap();
        let second = shapes.choose(&mut memory, &ids("iuvw")).unwrap().unwrap();
        assert_eq!((shapes.get(first).columns(), shapes.get(second).columns()), (4, 4));
    }

    #[test]
    fn too_many_shapes_and_keys_end_in_dictionaries() {
        let mut memory = Memory::new(usize::MAX);
        let mut shapes = Shapes::new(Seed::new(3));
        let many: Vec<_> = (0..=SHAPE_KEYS_MAX as u32).map(StringId).collect();
        assert_eq!(shapes.choose(&mut memory, &many).unwrap(), None);
        for number in 0..SHAPES_MAX as u32 + 10 {
            shapes.choose(&mut memory, &[StringId(number)]).unwrap();
        }
        assert_eq!(shapes.len(), SHAPES_MAX);
        assert_eq!(shapes.choose(&mut memory, &[StringId(1_000_000)]).unwrap(), None);
    }

    #[test]
    fn merging_keeps_both_orders() {
        assert_eq!(merge(&ids("ace"), &ids("abcd")), Some(ids("abcde")));
        assert_eq!(merge(&ids("abc"), &ids("cab")), None);
        assert_eq!(merge(&ids("ab"), &[]), Some(ids("ab")));
    }
}
