//! A hash index: from the hash of something to its number.
//!
//! Open addressing with linear probing and backward-shift deletion (Knuth,
//! The Art of Computer Programming 3, 6.4, algorithm R), so there are no
//! tombstones to sweep. The index stores numbers only; whoever owns the
//! things compares and hashes them.

use crate::error::Result;
use crate::memory::{Memory, Part};
use crate::paged::Paged;

const CAPACITY_MIN: usize = 16;

/// Numbers by hash.
///
/// A slot holds a number plus one in its low bits, and in the bits that
/// numbers do not need as much of the hash as fits: so a probe that passes
/// over others' entries seldom has to look at what they stand for.
#[derive(Debug)]
pub(crate) struct HashIndex {
    slots: Paged,
    /// A power of two, or zero.
    capacity: usize,
    len: usize,
    part: Part,
}

/// What a search has found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Found {
    /// The number.
    Number(u32),
    /// No number, but the slot that one would get.
    Slot(usize),
    /// No number, and no room for one.
    Nothing,
}

impl HashIndex {
    pub(crate) fn new(part: Part) -> Self {
        Self { slots: Paged::default(), capacity: 0, len: 0, part }
    }

    /// The number whose thing has `hash` and satisfies `is_it`: O(1) expected.
    #[inline]
    pub(crate) fn find(&self, memory: &Memory, hash: u32, is_it: impl FnMut(u32) -> bool) -> Option<u32> {
        match self.find_or_slot(memory, hash, is_it) {
            Found::Number(number) => Some(number),
            _ => None,
        }
    }

    /// The number whose thing has `hash` and satisfies `is_it`, or the slot that is free
    /// for it, if there is room for one more: O(1) expected.
    #[inline]
    pub(crate) fn find_or_slot(&self, memory: &Memory, hash: u32, mut is_it: impl FnMut(u32) -> bool) -> Found {
        if self.capacity == 0 {
            return Found::Nothing;
        }
        let (mask, numbers) = (self.capacity - 1, self.numbers());
        let tag = hash & !numbers;
        let mut slot = hash as usize & mask;
        loop {
            // Those behind one another are looked at in one go, as far as they are in one block.
            let entries = self.slots.tail(memory, slot);
            for (at, entry) in entries.iter().enumerate() {
                if *entry == 0 {
                    let has_room = (self.len + 1) * 8 <= self.capacity * 7;
                    return if has_room { Found::Slot(slot + at) } else { Found::Nothing };
                }
                if entry & !numbers == tag && is_it((entry & numbers) - 1) {
                    return Found::Number((entry & numbers) - 1);
                }
            }
            if entries.is_empty() {
                return Found::Nothing;
            }
            slot = (slot + entries.len()) & mask;
        }
    }

    /// Files a number in the slot that was free for it; answers whether slots can hold it.
    #[inline]
    pub(crate) fn file(&mut self, memory: &mut Memory, slot: usize, hash: u32, number: u32) -> bool {
        let numbers = self.numbers();
        if number >= numbers {
            return false;
        }
        self.slots.set(memory, slot, hash & !numbers | (number + 1));
        self.len += 1;
        true
    }

    /// Files a number that is not there yet. `hash_of` gives the hash of a
    /// number filed earlier, for when the index must grow.
    pub(crate) fn insert(
        &mut self,
        memory: &mut Memory,
        hash: u32,
        number: u32,
        hash_of: impl Fn(&Memory, u32) -> u32,
    ) -> Result<()> {
        let mut capacity = self.capacity.max(CAPACITY_MIN);
        while (self.len + 1) * 8 > capacity * 7 || number >= numbers_of(capacity) {
            capacity *= 2;
        }
        if capacity > self.capacity {
            self.grow(memory, capacity, hash_of)?;
        }
        place(&self.slots, memory, self.capacity, hash, number);
        self.len += 1;
        Ok(())
    }

    /// How many slots there are when so many numbers more are filed.
    pub(crate) fn capacity_for(&self, more: usize) -> usize {
        let mut capacity = self.capacity.max(CAPACITY_MIN);
        while (self.len + more) * 8 > capacity * 7 {
            capacity *= 2;
        }
        capacity
    }

    /// Makes room for so many numbers more, so that filing them does not.
    pub(crate) fn reserve(
        &mut self,
        memory: &mut Memory,
        more: usize,
        hash_of: impl Fn(&Memory, u32) -> u32,
    ) -> Result<()> {
        let capacity = self.capacity_for(more);
        if capacity > self.capacity { self.grow(memory, capacity, hash_of) } else { Ok(()) }
    }

    /// Takes a number out, when it is there.
    pub(crate) fn remove(
        &mut self,
        memory: &mut Memory,
        hash: u32,
        number: u32,
        hash_of: impl Fn(&Memory, u32) -> u32,
    ) {
        if self.capacity == 0 {
            return;
        }
        let (mask, numbers) = (self.capacity - 1, self.numbers());
        let mut hole = hash as usize & mask;
        loop {
            match self.slots.get(memory, hole) {
                0 => return,
                entry if entry & numbers == number + 1 => break,
                _ => hole = (hole + 1) & mask,
            }
        }
        let mut slot = hole;
        loop {
            slot = (slot + 1) & mask;
            let entry = self.slots.get(memory, slot);
            if entry == 0 {
                break;
            }
            let home = hash_of(memory, (entry & numbers) - 1) as usize & mask;
            // The entry may fill the hole unless its home lies behind the hole.
            if (slot.wrapping_sub(home) & mask) >= (slot.wrapping_sub(hole) & mask) {
                self.slots.set(memory, hole, entry);
                hole = slot;
            }
        }
        self.slots.set(memory, hole, 0);
        self.len -= 1;
    }

    pub(crate) fn clear(&mut self, memory: &mut Memory) {
        self.slots.clear(memory, self.part);
        self.capacity = 0;
        self.len = 0;
    }

    /// Makes the index small again when it has become far larger than what is filed, the
    /// numbers being below `numbers`. Without memory for that it stays as it is.
    pub(crate) fn shrink(&mut self, memory: &mut Memory, numbers: u32, hash_of: impl Fn(&Memory, u32) -> u32) {
        let mut capacity = CAPACITY_MIN;
        while (self.len + 1) * 8 > capacity * 7 || numbers > numbers_of(capacity) {
            capacity *= 2;
        }
        if capacity * 4 <= self.capacity {
            let _ = self.grow(memory, capacity * 2, hash_of);
        }
    }

    pub(crate) fn metadata_bytes(&self) -> usize {
        self.slots.metadata_bytes()
    }

    /// One bit per number that is filed.
    fn filed(&self, memory: &Memory) -> Result<Vec<u64>> {
        let mut filed = Vec::new();
        // No number is higher than the bits for it can say.
        let words = self.capacity.div_ceil(32);
        filed.try_reserve_exact(words)?;
        filed.resize(words, 0);
        for slot in 0..self.capacity {
            let entry = self.slots.get(memory, slot);
            let number = (entry & self.numbers()).wrapping_sub(1);
            if let Some(bits) = filed.get_mut(number as usize / 64) {
                *bits |= 1 << (number % 64);
            }
        }
        Ok(filed)
    }

    /// The bits of a slot that hold a number.
    #[inline]
    fn numbers(&self) -> u32 {
        numbers_of(self.capacity)
    }

    fn grow(&mut self, memory: &mut Memory, capacity: usize, hash_of: impl Fn(&Memory, u32) -> u32) -> Result<()> {
        let filed = self.filed(memory)?;
        let mut slots = Paged::default();
        if let Err(error) = slots.reserve(memory, self.part, capacity) {
            slots.clear(memory, self.part);
            return Err(error);
        }
        // In their order, since what neighbours stand for lies side by side.
        for (word, bits) in filed.iter().enumerate() {
            let mut bits = *bits;
            while bits != 0 {
                let number = (word * 64) as u32 + bits.trailing_zeros();
                let hash = hash_of(memory, number);
                place(&slots, memory, capacity, hash, number);
                bits &= bits - 1;
            }
        }
        self.slots.clear(memory, self.part);
        self.slots = slots;
        self.capacity = capacity;
        Ok(())
    }
}

/// Numbers are mostly below the capacity; the mask leaves them room for twice that.
#[inline]
const fn numbers_of(capacity: usize) -> u32 {
    (capacity * 2 - 1) as u32
}

fn place(slots: &Paged, memory: &mut Memory, capacity: usize, hash: u32, number: u32) {
    let mut slot = hash as usize & (capacity - 1);
    while slots.get(memory, slot) != 0 {
        slot = (slot + 1) & (capacity - 1);
    }
    let numbers = numbers_of(capacity);
    slots.set(memory, slot, hash & !numbers | (number + 1));
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn an_index_is_a_set(edits in prop::collection::vec((any::<bool>(), 0u32..200), 0..400), spread in 0u32..64) {
            // A narrow spread makes long collision runs, which deletion must keep whole.
            let hash = |number: u32| (number % (spread + 1)) | ((number % 3) << 30);
            let mut memory = Memory::new(usize::MAX);
            let mut index = HashIndex::new(Part::Strings);
            let mut model = BTreeSet::new();
            for (add, number) in edits {
                if add && model.insert(number) {
                    let found = index.find_or_slot(&memory, hash(number), |n| n == number);
                    prop_assert!(!matches!(found, Found::Number(_)));
                    let is_filed = match found {
                        Found::Slot(slot) => index.file(&mut memory, slot, hash(number), number),
                        _ => false,
                    };
                    if !is_filed {
                        index.insert(&mut memory, hash(number), number, |_, n| hash(n)).unwrap();
                    }
                    let again = index.find_or_slot(&memory, hash(number), |n| n == number);
                    prop_assert_eq!(again, Found::Number(number));
                } else if !add {
                    model.remove(&number);
                    index.remove(&mut memory, hash(number), number, |_, n| hash(n));
                }
            }
            for number in 0..200 {
                let found = index.find(&memory, hash(number), |n| n == number);
                prop_assert_eq!(found.is_some(), model.contains(&number));
            }
            index.clear(&mut memory);
            prop_assert_eq!(memory.bytes(Part::Strings), 0);
        }
    }
}
