//! The end of an object: what becomes of its keys.

use gaesup_codec::{StringId, Word};

use super::stage::{Frame, open_entries, open_keyed};
use crate::error::Result;
use crate::memory::try_push;
use crate::scratch::sort;
use crate::shape::SHAPE_KEYS_MAX;
use crate::store::Store;
use crate::tree::Tree;

impl Store {
    /// The opening token of an object whose members are complete, which are
    /// put in order: O(1) but for the keys where the same were met before.
    pub(super) fn token_of_object(&mut self, frame: &Frame) -> Result<u64> {
        let is_listed = self.stage.keys_since(frame) <= SHAPE_KEYS_MAX;
        let keys = self.stage.keys.get(frame.keys as usize..).unwrap_or(&[]);
        if is_listed && let Some(number) = self.known_list(keys) {
            return Ok(open_keyed(number));
        }
        let order = order_of(&self.tree, keys)?;
        let is_ordered = order.iter().copied().eq(0..keys.len() as u32);
        let mut ordered = Vec::new();
        ordered.try_reserve_exact(order.len())?;
        ordered.extend(order.iter().filter_map(|member| keys.get(*member as usize)));
        let number = if ordered.len() <= SHAPE_KEYS_MAX { self.list_of_keys(&ordered)? } else { None };
        if number.is_none() || !is_ordered {
            self.arrange_members(frame, &order, number.is_none())?;
        }
        Ok(number.map_or(open_entries(order.len() as u32), open_keyed))
    }

    /// Puts the members of an object in an order, with their keys before them
    /// if those have to be told; members that are not in it are freed.
    fn arrange_members(&mut self, frame: &Frame, order: &[u32], with_keys: bool) -> Result<()> {
        let stage = &mut self.stage;
        let first = frame.start as usize + 1;
        let keys = stage.keys.get(frame.keys as usize..).unwrap_or(&[]);
        let places = stage.places.get(frame.keys as usize..).unwrap_or(&[]);
        let mut old = Vec::new();
        old.try_reserve_exact(stage.tape.len() - first)?;
        stage.tape.try_reserve(order.len())?;
        old.extend(stage.tape.drain(first..));
        for member in order {
            let at = |member: usize| places.get(member).map_or(old.len(), |place| *place as usize - first);
            let range = at(*member as usize)..at(*member as usize + 1);
            if with_keys && let Some(key) = keys.get(*member as usize) {
                stage.tape.push(Word::string(*key).to_bits());
            }
            let tokens = old.get_mut(range).unwrap_or(&mut []);
            stage.tape.extend_from_slice(tokens);
            tokens.fill(Word::NULL.to_bits());
        }
        for node in old.iter().filter_map(|token| Word::from_bits(*token).as_node()) {
            self.tree.free_subtree(node, &mut Vec::new());
        }
        Ok(())
    }
}

/// The numbers of the members that count, in the order in which JavaScript has
/// them: of members with the same key the last, in the place of the first, and
/// array indexes first. O(n log n).
fn order_of(tree: &Tree, keys: &[StringId]) -> Result<Vec<u32>> {
    let mut order = Vec::new();
    order.try_reserve_exact(keys.len())?;
    order.extend(0..keys.len() as u32);
    replace_repeated(keys, &mut order)?;
    let mut indexes = Vec::new();
    for member in &order {
        let key = keys.get(*member as usize).copied();
        if let Some(index) = key.and_then(|key| tree.array_index(key)) {
            try_push(&mut indexes, u64::from(index) << 32 | u64::from(*member))?;
        }
    }
    if indexes.is_empty() {
        return Ok(order);
    }
    sort(&mut indexes);
    let is_name = |member: &u32| keys.get(*member as usize).is_some_and(|key| tree.array_index(*key).is_none());
    let mut arranged = Vec::new();
    arranged.try_reserve_exact(order.len())?;
    arranged.extend(indexes.iter().map(|index| *index as u32));
    arranged.extend(order.into_iter().filter(is_name));
    Ok(arranged)
}

/// Replaces the first of members with the same key by the last, and takes out
/// the others.
fn replace_repeated(keys: &[StringId], order: &mut Vec<u32>) -> Result<()> {
    const GONE: u32 = u32::MAX;
    let mut sorted = Vec::new();
    sorted.try_reserve_exact(keys.len())?;
    sorted.extend((0..).zip(keys).map(|(member, key)| u64::from(key.0) << 32 | member));
    sort(&mut sorted);
    for same in sorted.chunk_by(|one, other| one >> 32 == other >> 32).filter(|same| same.len() > 1) {
        for member in same {
            if let Some(place) = order.get_mut(*member as u32 as usize) {
                *place = GONE;
            }
        }
        if let [first, .., last] = same
            && let Some(place) = order.get_mut(*first as u32 as usize)
        {
            *place = *last as u32;
        }
    }
    order.retain(|member| *member != GONE);
    Ok(())
}
