//! A hash of many bytes.

const LANES: usize = 4;
const BLOCK_BYTES: usize = LANES * size_of::<u64>();
/// Odd numbers whose bits look random: of the golden ratio, and of the square
/// roots of two and three.
const FIRST: u64 = 0x9E37_79B9_7F4A_7C15;
const SECOND: u64 = 0x6A09_E667_F3BC_C909;
const THIRD: u64 = 0xBB67_AE85_84CA_A73B;

/// Four lanes of a word each, as in XXH64: a word is multiplied before it
/// meets its lane and the lane behind that, so that changes of two words do
/// not cancel out.
pub(super) fn hash(bytes: &[u8], seed: u64) -> u64 {
    let mut lanes = [seed ^ FIRST, seed.wrapping_add(SECOND), seed.rotate_left(32), seed ^ THIRD];
    let (blocks, rest) = bytes.as_chunks::<BLOCK_BYTES>();
    blocks.iter().for_each(|block| add(&mut lanes, block));
    if !rest.is_empty() {
        let mut last = [0; BLOCK_BYTES];
        last.iter_mut().zip(rest).for_each(|(place, byte)| *place = *byte);
        add(&mut lanes, &last);
    }
    // The length tells zeros from what fills the last block.
    let mixed = lanes.iter().fold(bytes.len() as u64, |mixed, lane| turn(mixed, *lane));
    let mixed = (mixed ^ (mixed >> 32)).wrapping_mul(THIRD);
    let mixed = (mixed ^ (mixed >> 29)).wrapping_mul(FIRST);
    mixed ^ (mixed >> 32)
}

#[inline]
fn add(lanes: &mut [u64; LANES], block: &[u8; BLOCK_BYTES]) {
    for (lane, word) in lanes.iter_mut().zip(block.as_chunks().0) {
        *lane = turn(*lane, u64::from_le_bytes(*word));
    }
}

const fn turn(lane: u64, word: u64) -> u64 {
    lane.wrapping_add(word.wrapping_mul(FIRST)).rotate_left(31).wrapping_mul(SECOND)
}

#[cfg(test)]
mod tests {
    use super::hash;
    use crate::testing::Dice;

    fn are_distinct(mut hashes: Vec<u64>) -> bool {
        hashes.sort_unstable();
        hashes.windows(2).all(|pair| pair[0] != pair[1])
    }

    #[test]
    fn two_changes_never_cancel_out() {
        let record: Vec<u8> = (0..100).map(|at| b'0' + at % 10).collect();
        let mut hashes = vec![hash(&record, 7)];
        let mut changed = record.clone();
        for first in 0..record.len() {
            for bit in 0..8 {
                changed[first] ^= 1 << bit;
                hashes.push(hash(&changed, 7));
                for second in first + 1..record.len() {
                    for other in [1, 3, 0x10, 0x80] {
                        changed[second] ^= other;
                        hashes.push(hash(&changed, 7));
                        changed[second] ^= other;
                    }
                }
                changed[first] ^= 1 << bit;
            }
        }
        assert!(are_distinct(hashes));
    }

    #[test]
    fn every_bit_of_the_input_changes_half_of_the_hash() {
        let mut dice = Dice(3);
        for len in [1, 8, 31, 32, 33, 100, 240] {
            let record: Vec<u8> = (0..len).map(|_| dice.roll(256) as u8).collect();
            let expected = hash(&record, 7);
            let mut differing = 0;
            for bit in 0..len * 8 {
                let mut changed = record.clone();
                changed[bit / 8] ^= 1 << (bit % 8);
                let bits = (hash(&changed, 7) ^ expected).count_ones();
                assert!(bits > 5, "{bits} bits for bit {bit} of {len} bytes");
                differing += bits;
            }
            let mean = f64::from(differing) / (len * 8) as f64;
            assert!((26.0..38.0).contains(&mean), "{mean} bits of {len} bytes");
        }
    }

    #[test]
    fn length_order_and_seed_count() {
        let zeros = [0; 200];
        assert!(are_distinct((0..200).map(|len| hash(&zeros[..len], 7)).collect()));
        let mut words: Vec<u8> = (0..128).collect();
        let before = hash(&words, 7);
        words.rotate_left(8);
        let turned = hash(&words, 7);
        words.rotate_left(24);
        assert!(are_distinct(vec![before, turned, hash(&words, 7), hash(&words, 8)]));
    }
}
