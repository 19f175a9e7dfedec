//! A hash index: from the hash of something to its number.
//!
//! Open addressing with linear probing and backward-shift deletion (Knuth,
//! The Art of Computer Programming 3, 6.4, algorithm R), so there are no
//! tombstones to sweep. The index stores numbers only; whoever owns the
//! things compares and hashes them.

use crate::error::{Error, Result};
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

impl HashIndex {
    pub(crate) fn new(part: Part) -> Self {
        Self { slots: Paged::default(), capacity: 0, len: 0, part }
    }

    /// The number whose thing has `hash` and satisfies `is_it`: O(1) expected.
    #[inline]
    pub(crate) fn find(&self, memory: &Memory, hash: u32, mut is_it: impl FnMut(u32) -> bool) -> Option<u32> {
        if self.capacity == 0 {
            return None;
        }
        let (mask, numbers) = (self.capacity - 1, self.numbers());
        let tag = hash & !numbers;
        let mut slot = hash as usize & mask;
        loop {
            let entry = self.slots.get_inline(memory, slot);
            if entry == 0 {
                return None;
            }
            if entry & !numbers == tag && is_it((entry & numbers) - 1) {
                return Some((entry & numbers) - 1);
            }
            slot = (slot + 1) & mask;
        }
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

    /// Makes room for so many numbers more, so that filing them does not.
    pub(crate) fn reserve(
        &mut self,
        memory: &mut Memory,
        more: usize,
        hash_of: impl Fn(&Memory, u32) -> u32,
    ) -> Result<()> {
        let mut capacity = self.capacity.max(CAPACITY_MIN);
        while (self.len + more) * 8 > capacity * 7 {
            capacity *= 2;
        }
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

    pub(crate) fn metadata_bytes(&self) -> usize {
        self.slots.metadata_bytes()
    }

    /// One bit per number that is filed.
    fn filed(&self, memory: &Memory) -> Result<Vec<u64>> {
        let mut filed = Vec::new();
        // No number is higher than the bits for it can say.
        let words = self.capacity.div_ceil(32);
        filed.try_reserve_exact(words).map_err(|_| Error::OutOfMemory)?;
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

/// Multipliers and start values that differ from store to store, so that no
/// prepared set of keys collides in all of them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seed {
    multiplier: u64,
    start: u64,
}

impl Seed {
    pub(crate) const fn new(seed: u64) -> Self {
        // Odd multipliers permute; the constant is 2^64 divided by the golden ratio.
        let golden = 0x9E37_79B9_7F4A_7C15;
        Self { multiplier: (seed ^ golden) | 1, start: seed.rotate_left(32) ^ golden }
    }

    #[inline]
    const fn mix(&self, state: u64, chunk: u64) -> u64 {
        let product = (state ^ chunk).wrapping_mul(self.multiplier);
        product ^ (product >> 29)
    }

    /// The hash of a number.
    #[inline]
    pub(crate) const fn hash_number(&self, number: u32) -> u32 {
        (self.mix(self.start, number as u64) >> 32) as u32
    }

    /// The hash of bytes, eight at a time.
    pub(crate) fn hash_bytes(&self, bytes: &[u8]) -> u32 {
        let mut state = self.mix(self.start, bytes.len() as u64);
        let mut chunks = bytes.chunks_exact(8);
        for chunk in &mut chunks {
            state = self.mix(state, chunk.try_into().map_or(0, u64::from_le_bytes));
        }
        let mut last = [0; 8];
        last[..chunks.remainder().len()].copy_from_slice(chunks.remainder());
        (self.mix(self.mix(state, u64::from_le_bytes(last)), 0) >> 32) as u32
    }
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
                    index.insert(&mut memory, hash(number), number, |_, n| hash(n)).unwrap();
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
