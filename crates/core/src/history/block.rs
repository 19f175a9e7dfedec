//! Records that were put aside, compressed where that pays.

use gaesup_codec::{BLOCK_BYTES, compressed_bytes_max, decompress};

use crate::error::{Error, Result};
use crate::memory::try_copy;

/// In front of each compressed piece: its size.
const HEAD_BYTES: usize = 2;

/// The records of some entries that stand together.
#[derive(Debug)]
pub(super) struct Block {
    /// As they were when these are `size_bytes`, else compressed.
    bytes: Vec<u8>,
    size_bytes: usize,
    /// Bytes at the front whose entries are gone.
    dropped_bytes: usize,
    /// Entries that are left.
    pub(super) entries: usize,
}

impl Block {
    /// Puts the records of so many entries aside.
    pub(super) fn pack(records: &[u8], entries: usize) -> Result<Self> {
        let packed = compress(records)?;
        let bytes = try_copy(packed.as_deref().unwrap_or(records))?;
        Ok(Self { bytes, size_bytes: records.len(), dropped_bytes: 0, entries })
    }

    /// The records of the entries that are left.
    pub(super) fn unpack(&self) -> Result<Vec<u8>> {
        if self.bytes.len() == self.size_bytes {
            return try_copy(self.bytes.get(self.dropped_bytes..).unwrap_or(&[]));
        }
        let mut records = zeroed(self.size_bytes)?;
        let mut rest = &self.bytes[..];
        for piece in records.chunks_mut(BLOCK_BYTES) {
            let packed;
            (packed, rest) = split_piece(rest).ok_or(CORRUPT)?;
            if !decompress(packed, piece) {
                return Err(CORRUPT);
            }
        }
        let left = self.size_bytes.saturating_sub(self.dropped_bytes);
        records.copy_within(self.size_bytes - left.., 0);
        records.truncate(left);
        Ok(records)
    }

    /// Drops the oldest entry, whose record has so many bytes.
    pub(super) fn drop_entry(&mut self, record_bytes: usize) {
        self.dropped_bytes += record_bytes;
        self.entries -= 1;
    }

    /// What it occupies.
    pub(super) fn bytes(&self) -> usize {
        self.bytes.capacity()
    }
}

/// Only the memory of the process itself can be at fault.
const CORRUPT: Error = Error::corrupt(0);

/// Pieces behind each other, or none when that saves less than an eighth.
fn compress(records: &[u8]) -> Result<Option<Vec<u8>>> {
    let mut packed = Vec::new();
    for piece in records.chunks(BLOCK_BYTES) {
        let head = packed.len();
        let start = head + HEAD_BYTES;
        let room = start + compressed_bytes_max(piece.len());
        packed.try_reserve(room - head)?;
        packed.resize(room, 0);
        let length = packed.get_mut(start..).and_then(|place| gaesup_codec::compress(piece, place));
        let Some(length) = length.and_then(|length| u16::try_from(length).ok()) else { return Ok(None) };
        if let Some(place) = packed.get_mut(head..start) {
            place.copy_from_slice(&length.to_le_bytes());
        }
        packed.truncate(start + usize::from(length));
        if packed.len() > records.len() - records.len() / 8 {
            return Ok(None);
        }
    }
    Ok(Some(packed).filter(|packed| packed.len() < records.len()))
}

fn split_piece(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (head, bytes) = bytes.split_first_chunk::<HEAD_BYTES>()?;
    bytes.split_at_checked(usize::from(u16::from_le_bytes(*head)))
}

fn zeroed(size_bytes: usize) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(size_bytes)?;
    bytes.resize(size_bytes, 0);
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(records: &[u8]) -> Block {
        let block = Block::pack(records, 1).unwrap();
        assert_eq!(block.unpack().unwrap(), records);
        assert!(block.bytes() <= records.len());
        block
    }

    proptest! {
        #[test]
        fn records_come_back(pattern in prop::collection::vec(any::<u8>(), 0..200), times in 0usize..40) {
            check(&pattern.repeat(times));
        }

        #[test]
        fn what_was_dropped_is_left_out(
            // Two bytes in turn compress, the squares do not.
            mask in prop::sample::select(vec![1u8, 255]),
            sizes in prop::collection::vec(0usize..50, 1..50),
            drop in 0usize..50,
        ) {
            let records: Vec<u8> = (0..sizes.iter().sum()).map(|at: usize| ((at * at) >> 4) as u8 & mask).collect();
            let mut block = Block::pack(&records, sizes.len()).unwrap();
            let dropped = drop.min(sizes.len());
            sizes[..dropped].iter().for_each(|size| block.drop_entry(*size));
            prop_assert_eq!(block.entries, sizes.len() - dropped);
            let start: usize = sizes[..dropped].iter().sum();
            prop_assert_eq!(block.unpack().unwrap(), &records[start..]);
        }
    }

    #[test]
    fn large_records_are_compressed_in_pieces() {
        for size in [BLOCK_BYTES - 1, BLOCK_BYTES, BLOCK_BYTES + 1, 5 * BLOCK_BYTES] {
            let block = check(&vec![1; size]);
            assert!(block.bytes() < size / 50, "{} bytes", block.bytes());
        }
    }

    #[test]
    fn what_hardly_compresses_stays_as_it_is() {
        let mut seed = 1u32;
        let mut noise = || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 24) as u8
        };
        let records: Vec<u8> = (0..2 * BLOCK_BYTES).map(|_| noise()).collect();
        assert_eq!(check(&records).bytes(), records.len());
    }

    #[test]
    fn damage_is_an_error() {
        let block = Block::pack(&[3; 5_000], 1).unwrap();
        let lying =
            |bytes: &[u8], size_bytes| Block { bytes: bytes.to_vec(), size_bytes, dropped_bytes: 0, entries: 1 };
        assert_eq!(lying(&block.bytes[..10], 5_000).unpack(), Err(CORRUPT));
        assert_eq!(lying(&block.bytes, 4_999).unpack(), Err(CORRUPT));
        assert_eq!(lying(&block.bytes, 5_001).unpack(), Err(CORRUPT));
        assert_eq!(lying(&[], 10).unpack(), Err(CORRUPT));
    }
}
