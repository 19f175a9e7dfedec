//! Interned strings: equal bytes have one id, so equality is a comparison of ids.
//!
//! Text is UTF-8, with lone surrogates as three bytes each (WTF-8), in arena
//! blocks of the pool: a length, then the bytes. Nothing counts references;
//! unused strings are found by marking (see `collect`), and sweeping also
//! packs blocks that are not full. Only long ones may belong to the one cell
//! that holds them (see `owned`). Dates, big integers and byte arrays are
//! blobs in an interner of their own.

mod bulk;
mod owned;
mod pack;

use std::borrow::Cow;

use gaesup_codec::{Piece, Seed};
use gaesup_kernels::{BLOCK_BYTES_MAX, Block, equal};

use crate::error::{Error, Result, Thing};
use crate::index::{Found, HashIndex};
use crate::memory::{Memory, Part, try_push};
use crate::paged::Paged;
use crate::uuid;

/// Longer strings get an allocation of their own.
const INLINE_BYTES_MAX: usize = 8_192;
const FIRST_BLOCK_BYTES: usize = 1_024;
/// The block number of addresses that are indexes into `large`.
const LARGE: u32 = 0xFFFF;
/// The address of an id that names nothing.
const FREE: u32 = u32::MAX;
/// What a string takes beside its bytes: its address, and its part of the index.
const OVERHEAD_BYTES: usize = 12;

/// An arena block and what is in it.
#[derive(Debug)]
struct ArenaBlock {
    block: Block,
    used: u32,
    live: u32,
}

/// Bytes by id, and ids by bytes.
#[derive(Debug)]
pub(crate) struct Interner {
    /// By id: block number in the upper half, offset in the lower.
    addresses: Paged,
    ids: u32,
    free_ids: Vec<u32>,
    /// From this id on, strings may not be in the index: they came together and are not filed yet.
    unfiled_from: u32,
    index: HashIndex,
    blocks: Vec<Option<ArenaBlock>>,
    /// The block that texts are appended to.
    open: usize,
    large: Vec<Option<Large>>,
    /// Numbers in `large` that hold nothing.
    free_large: Vec<u32>,
    /// How many of `large` belong to one cell.
    owned: u32,
    /// Ids freed with their cell: who remembers them must not find another string there, so
    /// they are not used again before the next sweep.
    retired: Vec<u32>,
    /// Bytes interned since the last sweep: no more than these can have become garbage since.
    fresh_bytes: usize,
    seed: Seed,
}

/// A string with an allocation of its own.
#[derive(Debug)]
struct Large {
    bytes: Box<[u8]>,
    /// Whether one cell holds it and nothing else does.
    is_owned: bool,
}

impl Interner {
    pub(crate) fn new(seed: Seed) -> Self {
        Self {
            addresses: Paged::default(),
            ids: 0,
            free_ids: Vec::new(),
            unfiled_from: u32::MAX,
            index: HashIndex::new(Part::Strings),
            blocks: Vec::new(),
            open: 0,
            large: Vec::new(),
            free_large: Vec::new(),
            owned: 0,
            retired: Vec::new(),
            fresh_bytes: 0,
            seed,
        }
    }

    /// How many bytes were interned since the last sweep, or since [`Interner::settle`].
    pub(crate) const fn fresh_bytes(&self) -> usize {
        self.fresh_bytes
    }

    /// What was interned so far is in use.
    pub(crate) const fn settle(&mut self) {
        self.fresh_bytes = 0;
    }

    /// How many strings there are.
    pub(crate) fn len(&self) -> usize {
        self.ids as usize - self.free_ids.len() - self.retired.len()
    }

    /// One more than the highest id.
    pub(crate) const fn ids(&self) -> u32 {
        self.ids
    }

    /// The text of an id, or none for an id that names nothing.
    pub(crate) fn text<'a>(&'a self, memory: &'a Memory, id: u32) -> Cow<'a, [u8]> {
        let bytes = self.bytes(memory, id);
        uuid::unpack(bytes).map_or(Cow::Borrowed(bytes), |text| Cow::Owned(text.to_vec()))
    }

    /// The id of text that was interned before: O(length).
    pub(crate) fn find_text(&self, memory: &Memory, text: &[u8]) -> Option<u32> {
        match uuid::pack(text) {
            Some(packed) => self.find(memory, &packed),
            None => self.find(memory, text),
        }
    }

    /// The id of this text, new or not; UUIDs are stored packed: O(length).
    pub(crate) fn intern_text(&mut self, memory: &mut Memory, text: &[u8]) -> Result<u32> {
        match uuid::pack(text) {
            Some(packed) => self.intern(memory, &packed),
            None => self.intern(memory, text),
        }
    }

    /// The stored bytes of an id, or none for an id that names nothing.
    #[inline]
    pub(crate) fn bytes<'a>(&'a self, memory: &'a Memory, id: u32) -> &'a [u8] {
        if id >= self.ids {
            return &[];
        }
        bytes_at(memory, &self.blocks, &self.large, self.addresses.get_inline(memory, id as usize))
    }

    /// A string as it is stored: its length, seven bits a byte, and its bytes. None if
    /// it has an allocation of its own.
    #[inline(always)]
    pub(crate) fn stored<'a>(&'a self, memory: &'a Memory, id: u32) -> Option<Piece<'a>> {
        let address = self.addresses.get_inline(memory, id as usize);
        let arena = self.blocks.get((address >> 16) as usize)?.as_ref()?;
        let block = memory.pool().bytes(arena.block).get((address & 0xFFFF) as usize..)?;
        let (len, header) = read_len(block);
        Some(Piece { block, len: header + len })
    }

    /// The id of bytes that were interned before: O(length).
    pub(crate) fn find(&self, memory: &Memory, bytes: &[u8]) -> Option<u32> {
        let hash = self.seed.hash_bytes(bytes);
        self.index.find(memory, hash, |id| equal(self.bytes(memory, id), bytes))
    }

    /// The id of these bytes, new or not: O(length).
    pub(crate) fn intern(&mut self, memory: &mut Memory, bytes: &[u8]) -> Result<u32> {
        let hash = self.seed.hash_bytes(bytes);
        let found = self.index.find_or_slot(memory, hash, |id| equal(self.bytes(memory, id), bytes));
        if let Found::Number(id) = found {
            if bytes.len() > INLINE_BYTES_MAX {
                self.share(memory, id);
            }
            return Ok(id);
        }
        let id = self.free_ids.last().copied().unwrap_or(self.ids);
        if id >= FREE - 1 {
            return Err(Error::TooMany { what: Thing::Strings });
        }
        self.addresses.reserve(memory, Part::Strings, id as usize + 1)?;
        let address = self.store(memory, bytes)?;
        if let Err(error) = self.file(memory, found, hash, id) {
            self.discard(memory, address);
            return Err(error);
        }
        self.addresses.set(memory, id as usize, address);
        if self.free_ids.pop().is_none() {
            self.ids += 1;
        }
        self.fresh_bytes += bytes.len() + OVERHEAD_BYTES;
        Ok(id)
    }

    /// Files an id where a search for it has ended.
    fn file(&mut self, memory: &mut Memory, found: Found, hash: u32, id: u32) -> Result<()> {
        if let Found::Slot(slot) = found
            && self.index.file(memory, slot, hash, id)
        {
            return Ok(());
        }
        let (addresses, seed) = (&self.addresses, self.seed);
        let (blocks, large) = (&self.blocks, &self.large);
        self.index.insert(memory, hash, id, |memory, id| {
            seed.hash_bytes(bytes_at(memory, blocks, large, addresses.get(memory, id as usize)))
        })
    }

    /// Makes room for so many strings more, so that interning them need not: O(strings).
    pub(crate) fn reserve(&mut self, memory: &mut Memory, more: usize) -> Result<()> {
        let ids = (self.ids as usize).saturating_add(more);
        if ids >= FREE as usize - 1 {
            return Err(Error::TooMany { what: Thing::Strings });
        }
        self.addresses.reserve(memory, Part::Strings, ids)?;
        let (addresses, seed) = (&self.addresses, self.seed);
        let (blocks, large) = (&self.blocks, &self.large);
        self.index.reserve(memory, more, |memory, id| {
            seed.hash_bytes(bytes_at(memory, blocks, large, addresses.get(memory, id as usize)))
        })
    }

    /// Frees every id that `is_live` denies, packs blocks that are not full and
    /// gives back tables that are far too large: O(all strings). Answers how
    /// many were freed.
    pub(crate) fn sweep(&mut self, memory: &mut Memory, is_live: impl Fn(u32) -> bool) -> usize {
        let mut freed = 0;
        while let Some(id) = self.retired.last()
            && try_push(&mut self.free_ids, *id).is_ok()
        {
            self.retired.pop();
        }
        for id in 0..self.ids {
            let address = self.addresses.get(memory, id as usize);
            if address == FREE || is_live(id) || try_push(&mut self.free_ids, id).is_err() {
                continue;
            }
            self.take_out(memory, id, address);
            freed += 1;
        }
        self.pack(memory);
        self.shrink(memory);
        self.fresh_bytes = 0;
        freed
    }

    /// Frees what an id names; the id itself is not free yet.
    fn take_out(&mut self, memory: &mut Memory, id: u32, address: u32) {
        let hash = self.seed.hash_bytes(self.bytes(memory, id));
        let (addresses, seed) = (&self.addresses, self.seed);
        let (blocks, large) = (&self.blocks, &self.large);
        self.index.remove(memory, hash, id, |memory, id| {
            seed.hash_bytes(bytes_at(memory, blocks, large, addresses.get(memory, id as usize)))
        });
        self.addresses.set(memory, id as usize, FREE);
        self.discard(memory, address);
    }

    pub(crate) fn metadata_bytes(&self) -> usize {
        self.free_ids.capacity() * size_of::<u32>()
            + self.blocks.capacity() * size_of::<Option<ArenaBlock>>()
            + self.large.capacity() * size_of::<Option<Large>>()
            + (self.free_large.capacity() + self.retired.capacity()) * size_of::<u32>()
            + self.addresses.metadata_bytes()
            + self.index.metadata_bytes()
    }

    /// Copies bytes into the arena; answers their address.
    fn store(&mut self, memory: &mut Memory, bytes: &[u8]) -> Result<u32> {
        if bytes.len() > INLINE_BYTES_MAX {
            return self.store_large(memory, bytes);
        }
        let needed = stored_bytes(bytes);
        let (address, place) = self.take_room(memory, needed)?;
        write_len(place, bytes.len());
        gaesup_codec::copy(bytes, &mut place[needed - bytes.len()..]);
        Ok(address)
    }

    /// Takes so many bytes of the arena, at most a block; answers their address and where they are.
    fn take_room<'a>(&mut self, memory: &'a mut Memory, needed: usize) -> Result<(u32, &'a mut [u8])> {
        let number = self.block_with_room(memory, needed)?;
        let Some(Some(arena)) = self.blocks.get_mut(number) else {
            return Err(Error::OutOfMemory);
        };
        let offset = arena.used as usize;
        arena.used += needed as u32;
        arena.live += needed as u32;
        let place = &mut memory.pool_mut().bytes_mut(arena.block)[offset..offset + needed];
        Ok(((number as u32) << 16 | offset as u32, place))
    }

    /// The number of a block with `needed` bytes left: the open one, or a new one.
    fn block_with_room(&mut self, memory: &mut Memory, needed: usize) -> Result<usize> {
        if let Some(Some(arena)) = self.blocks.get_mut(self.open) {
            let size = arena.block.size_bytes();
            if arena.used as usize + needed <= size {
                return Ok(self.open);
            }
            // The first block grows, so that a small store has a small arena.
            if size < BLOCK_BYTES_MAX && self.open == 0 {
                let larger = memory.alloc(Part::Strings, (size * 2).max(needed).min(BLOCK_BYTES_MAX))?;
                memory.pool_mut().copy(arena.block, larger, size);
                memory.free(Part::Strings, core::mem::replace(&mut arena.block, larger));
                return self.block_with_room(memory, needed);
            }
        }
        // Numbers are used up before emptied ones are taken again: appending to
        // the last block is what keeps neighbours together.
        let number = if self.blocks.len() < LARGE as usize {
            self.blocks.len()
        } else {
            self.blocks.iter().position(Option::is_none).unwrap_or(LARGE as usize)
        };
        if number >= LARGE as usize {
            return Err(Error::TooMany { what: Thing::TextBytes });
        }
        self.blocks.try_reserve(1)?;
        let size = if self.blocks.is_empty() { FIRST_BLOCK_BYTES.max(needed) } else { BLOCK_BYTES_MAX };
        let arena = ArenaBlock { block: new_block(memory, size, needed)?, used: 0, live: 0 };
        if number == self.blocks.len() {
            self.blocks.push(Some(arena));
        } else {
            self.blocks[number] = Some(arena);
        }
        self.open = number;
        Ok(number)
    }

    /// Takes back what [`Interner::store`] gave.
    fn discard(&mut self, memory: &mut Memory, address: u32) {
        let (number, offset) = ((address >> 16) as usize, (address & 0xFFFF) as usize);
        if number == LARGE as usize {
            if let Some(Large { bytes, is_owned }) = self.large.get_mut(offset).and_then(Option::take) {
                memory.release(Part::Strings, bytes.len());
                self.owned -= u32::from(is_owned);
                self.free_large.push(offset as u32);
            }
            return;
        }
        let Some(slot) = self.blocks.get_mut(number) else {
            return;
        };
        let Some(arena) = slot else { return };
        let (len, header) = read_len(&memory.pool().bytes(arena.block)[offset..]);
        arena.live -= (len + header) as u32;
        if arena.live == 0 {
            memory.free(Part::Strings, arena.block);
            *slot = None;
        }
    }
}

/// A block of some size, or of less where the limit leaves no room for another whole segment.
fn new_block(memory: &mut Memory, size_bytes: usize, needed: usize) -> Result<Block> {
    match memory.alloc(Part::Strings, size_bytes) {
        Err(Error::LimitExceeded) if size_bytes / 2 >= needed.max(FIRST_BLOCK_BYTES) => {
            new_block(memory, size_bytes / 2, needed)
        }
        block => block,
    }
}

fn bytes_at<'a>(
    memory: &'a Memory,
    blocks: &[Option<ArenaBlock>],
    large: &'a [Option<Large>],
    address: u32,
) -> &'a [u8] {
    let (number, offset) = (address >> 16, (address & 0xFFFF) as usize);
    if number == LARGE {
        return large.get(offset).and_then(Option::as_ref).map_or(&[], |large| &large.bytes);
    }
    let Some(Some(arena)) = blocks.get(number as usize) else {
        return &[];
    };
    let bytes = memory.pool().bytes(arena.block).get(offset..).unwrap_or(&[]);
    let (len, header) = read_len(bytes);
    bytes.get(header..header + len).unwrap_or(&[])
}

/// The length in front of stored bytes, and how many bytes it takes itself.
#[inline]
fn read_len(bytes: &[u8]) -> (usize, usize) {
    match *bytes {
        [low, high, ..] if low >= 0x80 => (usize::from(low & 0x7F) | usize::from(high) << 7, 2),
        [len, ..] if len < 0x80 => (usize::from(len), 1),
        _ => (0, 0),
    }
}

/// How many bytes the arena stores bytes in.
const fn stored_bytes(bytes: &[u8]) -> usize {
    bytes.len() + if bytes.len() < 0x80 { 1 } else { 2 }
}

fn write_len(bytes: &mut [u8], len: usize) {
    if len < 0x80 {
        bytes[0] = len as u8;
    } else {
        bytes[0] = (len & 0x7F) as u8 | 0x80;
        bytes[1] = (len >> 7) as u8;
    }
}

/// Whether bytes are UTF-8 that may also encode single surrogates.
pub(crate) fn is_wtf8(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    loop {
        let Err(error) = core::str::from_utf8(rest) else {
            return true;
        };
        // A surrogate is three bytes: ED, A0 to BF, and one that continues.
        match rest.get(error.valid_up_to()..) {
            // Two that belong together would be one character, and have to be written as that.
            Some([0xED, 0xA0..=0xAF, 0x80..=0xBF, 0xED, 0xB0..=0xBF, ..]) => return false,
            Some([0xED, 0xA0..=0xBF, 0x80..=0xBF, behind @ ..]) => rest = behind,
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashMap;

    fn interner() -> (Memory, Interner) {
        (Memory::new(usize::MAX), Interner::new(Seed::new(42)))
    }

    proptest! {
        #[test]
        fn interning_is_a_bijection_across_sweeps(
            rounds in prop::collection::vec(prop::collection::vec((0usize..60, 0usize..12_000), 0..60), 1..5)
        ) {
            let (mut memory, mut interner) = interner();
            let mut model: HashMap<Vec<u8>, u32> = HashMap::new();
            for (round, strings) in rounds.iter().enumerate() {
                for (seed, len) in strings {
                    let len = if seed % 5 == 0 { *len } else { len % 40 };
                    let text: Vec<u8> = (0..len).map(|at| (at * (seed + 1) % 251) as u8).collect();
                    let id = interner.intern(&mut memory, &text).unwrap();
                    if let Some(known) = model.insert(text, id) {
                        prop_assert_eq!(known, id);
                    }
                }
                let keep = |id: u32| !(id as usize + round).is_multiple_of(3);
                model.retain(|_, id| keep(*id));
                interner.sweep(&mut memory, keep);
                prop_assert_eq!(interner.len(), model.len());
                for (text, id) in &model {
                    prop_assert_eq!(interner.bytes(&memory, *id), &text[..]);
                    prop_assert_eq!(interner.find(&memory, text), Some(*id));
                }
            }
            interner.sweep(&mut memory, |_| false);
            prop_assert_eq!(interner.len(), 0);
        }
    }

    #[test]
    fn swept_memory_is_used_again() {
        let (mut memory, mut interner) = interner();
        let mut peak = 0;
        for round in 0..20 {
            for number in 0..10_000 {
                interner.intern(&mut memory, format!("round {round}, string {number}").as_bytes()).unwrap();
            }
            interner.sweep(&mut memory, |_| false);
            if round == 0 {
                peak = memory.pool().stats().peak_bytes;
            }
        }
        assert!(memory.pool().stats().peak_bytes <= peak + 2 * BLOCK_BYTES_MAX);
    }

    #[test]
    fn nothing_is_filed_when_memory_ends() {
        let mut memory = Memory::new(200_000);
        let mut interner = Interner::new(Seed::new(1));
        let mut number = 0;
        let error = loop {
            match interner.intern(&mut memory, format!("string number {number}").as_bytes()) {
                Ok(id) => assert_eq!(id, number),
                Err(error) => break error,
            }
            number += 1;
        };
        assert_eq!(error, Error::LimitExceeded);
        assert_eq!(interner.len(), number as usize);
        assert_eq!(interner.bytes(&memory, 0), b"string number 0");
    }
}
