//! Hashes of what is kept in indexes.

/// Multipliers and start values that differ from store to store, so that no
/// prepared set of keys collides in all of them.
#[derive(Clone, Copy, Debug)]
pub struct Seed {
    multipliers: [u64; 2],
    start: u64,
}

impl Seed {
    /// The hash functions of a store that has this number.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        // Odd multipliers permute; the constant is 2^64 divided by the golden ratio.
        let golden = 0x9E37_79B9_7F4A_7C15;
        let start = seed.rotate_left(32) ^ golden;
        Self { multipliers: [(seed ^ golden) | 1, start.wrapping_mul(golden) | 1], start }
    }

    /// What the highest bit of a product says depends on no multiplier; turned into the middle
    /// and multiplied again, it does, so that no later chunk can take back what it did.
    #[inline]
    const fn mix(&self, state: u64, chunk: u64) -> u64 {
        let product = (state ^ chunk).wrapping_mul(self.multipliers[0]);
        product.rotate_left(32).wrapping_mul(self.multipliers[1])
    }

    /// The hash of a number.
    #[must_use]
    #[inline]
    pub const fn hash_number(&self, number: u32) -> u32 {
        (self.mix(self.start, number as u64) >> 32) as u32
    }

    /// The hash of bytes, eight at a time: O(bytes).
    #[must_use]
    #[inline(never)]
    pub fn hash_bytes(&self, bytes: &[u8]) -> u32 {
        let mut state = self.mix(self.start, bytes.len() as u64);
        let (chunks, rest) = bytes.as_chunks::<8>();
        for chunk in chunks {
            state = self.mix(state, u64::from_le_bytes(*chunk));
        }
        // The last bytes may be taken twice: how many there are has been mixed in.
        let last = match bytes.last_chunk::<8>() {
            Some(chunk) => u64::from_le_bytes(*chunk),
            None => rest.iter().rev().fold(0, |last, byte| last << 8 | u64::from(*byte)),
        };
        (self.mix(self.mix(state, last), 0) >> 32) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn no_change_of_two_chunks_is_invisible_to_all_stores() {
        let bits = |chunk: usize, bit: usize, mut bytes: [u8; 24]| {
            bytes[chunk * 8 + bit / 8] ^= 1 << (bit % 8);
            bytes
        };
        for first in 0..64 {
            for second in 0..64 {
                let changed = bits(1, second, bits(0, first, [0; 24]));
                let is_seen = |seed: u64| {
                    let seed = Seed::new(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
                    let also =
                        (0..64).all(|third| seed.hash_bytes(&bits(1, third, changed)) != seed.hash_bytes(&[0; 24]));
                    also && seed.hash_bytes(&changed) != seed.hash_bytes(&[0; 24])
                };
                assert!((0..3).any(is_seen), "{first}, {second}");
            }
        }
    }

    #[test]
    fn bytes_that_differ_have_different_hashes() {
        let seed = Seed::new(42);
        let mut hashes = HashSet::new();
        let mut count = 0;
        for len in 0..40 {
            let zeros = vec![0u8; len];
            count += 1;
            hashes.insert(seed.hash_bytes(&zeros));
            for at in 0..len {
                let mut bytes = zeros.clone();
                bytes[at] = 1;
                count += 1;
                hashes.insert(seed.hash_bytes(&bytes));
            }
        }
        assert_eq!(hashes.len(), count);
        assert_ne!(seed.hash_bytes(b"text"), Seed::new(43).hash_bytes(b"text"));
    }
}
