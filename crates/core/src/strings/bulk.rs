//! Many strings at once, as they come in a snapshot.

use gaesup_kernels::{BLOCK_BYTES_MAX, equal};

use super::{FREE, INLINE_BYTES_MAX, Interner, OVERHEAD_BYTES, stored_bytes};
use crate::error::{Error, Result, Thing};
use crate::index::Found;
use crate::memory::{Memory, Part, try_push};

/// In so many parts the index is filled when many strings are filed.
const PARTS_BITS: u32 = 6;

impl Interner {
    /// The ids of many bytes, behind those that are there: O(lengths). Those that were
    /// interned one behind the other are not looked for in the index.
    pub(crate) fn intern_all(&mut self, memory: &mut Memory, all: &[&[u8]], ids: &mut Vec<u32>) -> Result<()> {
        ids.try_reserve(all.len())?;
        for bytes in all {
            let next = ids.last().map_or(0, |id| id + 1);
            let id = if self.is_at(memory, next, bytes) { next } else { self.intern(memory, bytes)? };
            self.share(memory, id);
            ids.push(id);
        }
        Ok(())
    }

    /// Whether an id names these bytes, and a search for them finds it.
    #[inline]
    fn is_at(&self, memory: &Memory, id: u32, bytes: &[u8]) -> bool {
        id < self.ids.min(self.unfiled_from)
            && equal(self.bytes(memory, id), bytes)
            && self.addresses.get(memory, id as usize) != FREE
    }

    /// New ids for strings that come one behind the other as they are stored, each a length and
    /// its bytes. They cannot be found before [`Interner::file_all`]: O(lengths).
    pub(crate) fn append_all(
        &mut self,
        memory: &mut Memory,
        (stored, all): (&[u8], &[&[u8]]),
        ids: &mut Vec<u32>,
    ) -> Result<()> {
        ids.try_reserve(all.len())?;
        let first = self.ids;
        if first as usize + all.len() >= FREE as usize - 1 {
            return Err(Error::TooMany { what: Thing::Strings });
        }
        self.addresses.reserve(memory, Part::Strings, first as usize + all.len())?;
        self.unfiled_from = self.unfiled_from.min(first);
        let are_inline = all.iter().all(|bytes| bytes.len() <= INLINE_BYTES_MAX);
        // Lengths may have been written with more bytes than they need, and all may be more than a block.
        let is_as_it_is_kept = are_inline
            && stored.len() <= BLOCK_BYTES_MAX
            && stored.len() == all.iter().map(|bytes| stored_bytes(bytes)).sum::<usize>();
        let mut next = if is_as_it_is_kept { Some(self.store_as_is(memory, stored)?) } else { None };
        for bytes in all {
            let address = match next {
                Some(address) => address,
                None => self.store(memory, bytes)?,
            };
            next = next.map(|address| address + stored_bytes(bytes) as u32);
            self.addresses.set(memory, self.ids as usize, address);
            ids.push(self.ids);
            self.ids += 1;
            self.fresh_bytes += bytes.len() + OVERHEAD_BYTES;
        }
        Ok(())
    }

    /// Makes strings findable that were appended, all there are. Of several with the same bytes one
    /// stays, and its id takes the place of the others', which are freed: O(lengths).
    pub(crate) fn file_all(&mut self, memory: &mut Memory, ids: &mut [u32]) -> Result<()> {
        for (hash, number) in self.in_parts(memory, ids)? {
            let id = ids[number as usize];
            match self
                .index
                .find_or_slot(memory, hash, |other| equal(self.bytes(memory, other), self.bytes(memory, id)))
            {
                Found::Number(other) => {
                    try_push(&mut self.free_ids, id)?;
                    ids[number as usize] = other;
                    let address = self.addresses.get(memory, id as usize);
                    self.addresses.set(memory, id as usize, FREE);
                    self.discard(memory, address);
                    self.share(memory, other);
                }
                found => self.file(memory, found, hash, id)?,
            }
        }
        self.unfiled_from = u32::MAX;
        Ok(())
    }

    /// The hashes of strings and which of them each is of, by parts of the index: slots that are near
    /// one another are filled one after the other, so that they stay in the cache.
    fn in_parts(&self, memory: &Memory, ids: &[u32]) -> Result<Vec<(u32, u32)>> {
        let bits = self.index.capacity_for(ids.len()).trailing_zeros();
        let part_of = |hash: u32| ((hash & ((1 << bits) - 1)) >> bits.saturating_sub(PARTS_BITS)) as usize;
        let mut starts = [0u32; (1 << PARTS_BITS) + 1];
        let mut hashes = Vec::new();
        hashes.try_reserve_exact(ids.len())?;
        for id in ids {
            let hash = self.seed.hash_bytes(self.bytes(memory, *id));
            starts[part_of(hash) + 1] += 1;
            hashes.push(hash);
        }
        for part in 1..starts.len() {
            starts[part] += starts[part - 1];
        }
        let mut order = Vec::new();
        order.try_reserve_exact(ids.len())?;
        order.resize(ids.len(), (0, 0));
        for (number, hash) in hashes.iter().enumerate() {
            let place = &mut starts[part_of(*hash)];
            order[*place as usize] = (*hash, number as u32);
            *place += 1;
        }
        Ok(order)
    }

    /// Copies strings that are as the arena stores them; answers the address of the first.
    fn store_as_is(&mut self, memory: &mut Memory, stored: &[u8]) -> Result<u32> {
        let (address, place) = self.take_room(memory, stored.len())?;
        place.copy_from_slice(stored);
        Ok(address)
    }
}

#[cfg(test)]
mod tests {
    use gaesup_codec::Seed;
    use proptest::prelude::*;

    use super::*;
    use crate::strings::write_len;

    /// As strings are stored, or with lengths of more bytes than they need.
    fn stored(all: &[&[u8]], is_long: bool) -> Vec<u8> {
        let mut bytes = Vec::new();
        for text in all {
            let mut len = [0; 2];
            write_len(&mut len, text.len());
            match text.len() {
                0..0x80 if is_long => bytes.extend([len[0] | 0x80, 0]),
                0..0x80 => bytes.push(len[0]),
                _ => bytes.extend(len),
            }
            bytes.extend_from_slice(text);
        }
        bytes
    }

    proptest! {
        #[test]
        fn strings_that_come_together_are_those_that_come_one_by_one(
            texts in prop::collection::vec((0u32..400, 0usize..200), 0..300),
            is_long in any::<bool>(),
        ) {
            let texts: Vec<Vec<u8>> = texts
                .iter()
                .map(|(number, len)| {
                    // A long one has an allocation of its own.
                    let len = if *number == 7 { INLINE_BYTES_MAX + len } else { len % 150 };
                    let mut text = number.to_le_bytes().to_vec();
                    text.resize(4 + if number % 3 == 0 { len } else { 0 }, 1);
                    text
                })
                .collect();
            let (mut memory, mut interner) = (Memory::new(usize::MAX), Interner::new(Seed::new(9)));
            interner.reserve(&mut memory, texts.len()).unwrap();
            let mut ids = Vec::new();
            for some in texts.chunks(10) {
                let some: Vec<&[u8]> = some.iter().map(Vec::as_slice).collect();
                let bytes = stored(&some, is_long);
                interner.append_all(&mut memory, (&bytes, &some), &mut ids).unwrap();
            }
            interner.file_all(&mut memory, &mut ids).unwrap();
            for (text, id) in texts.iter().zip(&ids) {
                prop_assert_eq!(interner.bytes(&memory, *id), text);
                prop_assert_eq!(interner.find(&memory, text), Some(*id));
                prop_assert_eq!(interner.intern(&mut memory, text).unwrap(), *id);
            }
            let mut again = Vec::new();
            let all: Vec<&[u8]> = texts.iter().map(Vec::as_slice).collect();
            interner.intern_all(&mut memory, &all, &mut again).unwrap();
            prop_assert_eq!(&again, &ids);
            let different: std::collections::HashSet<u32> = ids.iter().copied().collect();
            prop_assert_eq!(interner.len(), different.len());
            interner.sweep(&mut memory, |_| false);
            prop_assert_eq!(interner.len(), 0);
        }
    }

    #[test]
    fn strings_that_are_more_than_a_block_come_together_as_well() {
        for len in [INLINE_BYTES_MAX - 1, INLINE_BYTES_MAX, INLINE_BYTES_MAX + 1] {
            let (mut memory, mut interner) = (Memory::new(usize::MAX), Interner::new(Seed::new(9)));
            let texts: Vec<Vec<u8>> = (0..30u8).map(|number| vec![number; len]).collect();
            let all: Vec<&[u8]> = texts.iter().map(Vec::as_slice).collect();
            let mut ids = Vec::new();
            interner.append_all(&mut memory, (&stored(&all, false), &all), &mut ids).unwrap();
            interner.file_all(&mut memory, &mut ids).unwrap();
            assert!(texts.iter().zip(0..).all(|(text, id)| interner.find(&memory, text) == Some(id)));
        }
    }

    #[test]
    fn strings_that_were_never_filed_are_found_by_nobody() {
        let (mut memory, mut interner) = (Memory::new(usize::MAX), Interner::new(Seed::new(9)));
        let all: [&[u8]; 2] = [b"one", b"two"];
        interner.append_all(&mut memory, (&stored(&all, false), &all), &mut Vec::new()).unwrap();
        assert_eq!(interner.find(&memory, b"one"), None);
        let mut ids = Vec::new();
        interner.intern_all(&mut memory, &all, &mut ids).unwrap();
        assert_eq!(ids, [2, 3]);
        assert_eq!([b"one", b"two"].map(|text| interner.find(&memory, text)), [Some(2), Some(3)]);
        assert_eq!(interner.sweep(&mut memory, |id| id >= 2), 2);
        assert_eq!(interner.find(&memory, b"two"), Some(3));
    }
}
