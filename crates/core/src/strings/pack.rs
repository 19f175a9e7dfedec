//! Packing: what is left in blocks that are not full moves together.
//!
//! It takes no memory of the pool, so a store that has reached its limit can
//! still be packed: a block is copied out and becomes empty before its strings
//! are stored again.

use gaesup_kernels::BLOCK_BYTES_MAX;

use super::{FREE, Interner, LARGE, read_len};
use crate::memory::{Memory, Part};

/// A block is packed when more than this part of it holds nothing.
const EMPTY_PARTS: u32 = 8;

/// Which ids are stored in which of the blocks to pack.
struct Members {
    /// By block, where its ids end; they begin where those of the block before end.
    ends: Vec<u32>,
    ids: Vec<u32>,
}

impl Interner {
    /// Moves the strings of blocks that hold garbage together. Without memory for lists of
    /// them they stay where they are.
    pub(super) fn pack(&mut self, memory: &mut Memory) {
        while matches!(self.blocks.last(), Some(None)) {
            self.blocks.pop();
        }
        if !(0..self.blocks.len()).any(|number| self.is_sparse(number)) {
            return;
        }
        let mut copy = Vec::new();
        let Some(members) = self.members(memory).filter(|_| copy.try_reserve_exact(BLOCK_BYTES_MAX).is_ok()) else {
            return;
        };
        let mut target = None;
        let mut start = 0;
        for number in 0..self.blocks.len() {
            let end = members.ends[number];
            if end > start {
                target = self.repack(memory, &mut copy, number, target, &members.ids[start as usize..end as usize]);
            }
            start = end;
        }
        self.open = target.unwrap_or(self.open);
        while matches!(self.blocks.last(), Some(None)) {
            self.blocks.pop();
        }
    }

    /// Gives back tables that are far larger than they need to be, after many strings were freed.
    pub(super) fn shrink(&mut self, memory: &mut Memory) {
        let ids = self.ids;
        while self.ids > 0 && self.addresses.get(memory, self.ids as usize - 1) == FREE {
            self.ids -= 1;
        }
        if self.ids < ids {
            let ids = self.ids;
            self.free_ids.retain(|id| *id < ids);
            self.retired.retain(|id| *id < ids);
            self.addresses.truncate(memory, Part::Strings, ids as usize);
        }
        // The lowest are used first, so that the highest can go.
        self.free_ids.sort_unstable_by(|one, other| other.cmp(one));
        self.free_ids.shrink_to(self.free_ids.len() * 2);
        self.retired.shrink_to(0);
        let (addresses, seed, blocks, large) = (&self.addresses, self.seed, &self.blocks, &self.large);
        self.index.shrink(memory, self.ids, |memory, id| {
            seed.hash_bytes(super::bytes_at(memory, blocks, large, addresses.get(memory, id as usize)))
        });
    }

    fn is_sparse(&self, number: usize) -> bool {
        let arena = self.blocks.get(number).and_then(Option::as_ref);
        arena.is_some_and(|arena| {
            let size_bytes = arena.block.size_bytes() as u32;
            (size_bytes - arena.live) * EMPTY_PARTS > size_bytes
        })
    }

    fn members(&self, memory: &Memory) -> Option<Members> {
        let mut ends = Vec::new();
        ends.try_reserve_exact(self.blocks.len()).ok()?;
        ends.resize(self.blocks.len(), 0u32);
        let is_sparse: Vec<bool> = (0..self.blocks.len()).map(|number| self.is_sparse(number)).collect();
        let block_of = |id: u32| {
            let number = (self.addresses.get(memory, id as usize) >> 16) as usize;
            is_sparse.get(number).copied().unwrap_or(false).then_some(number)
        };
        (0..self.ids).filter_map(block_of).for_each(|number| ends[number] += 1);
        let mut total = 0;
        for end in &mut ends {
            // Where its ids start for now; filling them in moves that to where they end.
            total += core::mem::replace(end, total);
        }
        let mut ids = Vec::new();
        ids.try_reserve_exact(total as usize).ok()?;
        ids.resize(total as usize, 0);
        for id in 0..self.ids {
            if let Some(number) = block_of(id) {
                ids[ends[number] as usize] = id;
                ends[number] += 1;
            }
        }
        Some(Members { ends, ids })
    }

    /// Copies a block out and stores its strings again: behind those of the `target`, and what
    /// has no room there in the block itself. Answers which of the two goes on.
    fn repack(
        &mut self,
        memory: &mut Memory,
        copy: &mut Vec<u8>,
        number: usize,
        target: Option<usize>,
        ids: &[u32],
    ) -> Option<usize> {
        let Some(Some(arena)) = self.blocks.get_mut(number) else {
            return target;
        };
        copy.clear();
        copy.extend_from_slice(memory.pool().bytes(arena.block));
        (arena.used, arena.live) = (0, 0);
        let mut into = target.unwrap_or(number);
        for id in ids {
            let offset = (self.addresses.get(memory, *id as usize) & 0xFFFF) as usize;
            let (len, header) = read_len(&copy[offset..]);
            let stored = &copy[offset..offset + header + len];
            let address = match self.append(memory, into, stored) {
                Some(address) => address,
                None => {
                    into = number;
                    // All of a block fits a block.
                    self.append(memory, number, stored).unwrap_or(FREE)
                }
            };
            self.addresses.set(memory, *id as usize, address);
        }
        let is_empty = self.blocks[number].as_ref().is_some_and(|arena| arena.used == 0);
        if is_empty && let Some(arena) = self.blocks[number].take() {
            memory.free(Part::Strings, arena.block);
        }
        Some(into)
    }

    /// Puts stored bytes behind what is in a block, if there is room.
    fn append(&mut self, memory: &mut Memory, number: usize, stored: &[u8]) -> Option<u32> {
        debug_assert!(number < LARGE as usize, "blocks have lower numbers");
        let arena = self.blocks.get_mut(number)?.as_mut()?;
        let offset = arena.used as usize;
        let place = memory.pool_mut().bytes_mut(arena.block).get_mut(offset..offset + stored.len())?;
        place.copy_from_slice(stored);
        arena.used += stored.len() as u32;
        arena.live += stored.len() as u32;
        Some((number as u32) << 16 | offset as u32)
    }
}

#[cfg(test)]
mod tests {
    use gaesup_codec::Seed;

    use super::*;

    #[test]
    fn a_store_of_half_its_limit_takes_texts_for_ever() {
        let mut memory = Memory::new(1 << 20);
        let mut interner = Interner::new(Seed::new(1));
        let text = |number: u32| format!("a text of some thirty letters {number:010}");
        let mut live: Vec<u32> = Vec::new();
        let mut refused = 0;
        for number in 0..60_000u32 {
            let place = (number.wrapping_mul(2_654_435_761) >> 8) as usize % 9_000;
            let id = match interner.intern(&mut memory, text(number).as_bytes()) {
                Ok(id) => id,
                Err(_) => {
                    interner.sweep(&mut memory, |id| live.contains(&id));
                    match interner.intern(&mut memory, text(number).as_bytes()) {
                        Ok(id) => id,
                        Err(_) => {
                            refused += 1;
                            continue;
                        }
                    }
                }
            };
            if live.len() < 9_000 { live.push(id) } else { live[place] = id }
        }
        assert_eq!(refused, 0);
    }

    #[test]
    fn tables_of_what_was_freed_are_given_back() {
        let (mut memory, mut interner) = (Memory::new(usize::MAX), Interner::new(Seed::new(1)));
        for number in 0..200_000u32 {
            interner.intern(&mut memory, &number.to_le_bytes()).unwrap();
        }
        let kept: Vec<u32> = (0..200u32).map(|number| interner.find(&memory, &number.to_le_bytes()).unwrap()).collect();
        interner.sweep(&mut memory, |id| kept.contains(&id));
        assert!(memory.bytes(Part::Strings) < 200_000);
        assert!((0..200u32).all(|number| interner.find(&memory, &number.to_le_bytes()) == Some(kept[number as usize])));
        assert_eq!(interner.find(&memory, &7_777u32.to_le_bytes()), None);
    }
}
