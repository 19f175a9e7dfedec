//! The lane functions over any vector of 16 bytes.

use super::{LaneWidth, scalar};

/// How many bytes a vector has.
pub(super) const VECTOR_BYTES: usize = 16;

/// Vectors per step of a loop, enough to keep the processor's units busy.
const UNROLL: usize = 4;

/// What the algorithms need of an instruction set. All of it is safe: reading
/// through references, an implementation cannot reach beyond its input.
pub(super) trait Vector: Copy {
    /// Reads a vector from wherever it lies.
    fn load(bytes: &[u8; VECTOR_BYTES]) -> Self;

    /// Reads four numbers.
    fn load_u32s(numbers: &[u32; VECTOR_BYTES / 4]) -> Self;

    /// The same number in all four lanes.
    fn splat_u32(number: u32) -> Self;

    /// The same byte in all sixteen lanes.
    fn splat_u8(byte: u8) -> Self;

    /// The bits that differ.
    fn xor(self, other: Self) -> Self;

    /// The bits set in either.
    fn or(self, other: Self) -> Self;

    /// Whether any bit is set.
    fn any(self) -> bool;

    /// All bits set in each lane of four bytes that is the same in both.
    fn equal_u32s(self, other: Self) -> Self;

    /// All bits set in each lane of one byte that is the same in both.
    fn equal_u8s(self, other: Self) -> Self;

    /// The smaller of both in each lane of one byte.
    fn min_u8s(self, other: Self) -> Self;

    /// Bit `i` is the highest bit of lane `i`, of one byte.
    fn high_bits_1(self) -> u32;

    /// Bit `i` is set where lane `i`, of one byte, is the same in both.
    fn equal_bits_1(self, other: Self) -> u32;

    /// Like [`equal_bits_1`](Vector::equal_bits_1) for lanes of two bytes.
    fn equal_bits_2(self, other: Self) -> u32;

    /// Like [`equal_bits_1`](Vector::equal_bits_1) for lanes of four bytes.
    fn equal_bits_4(self, other: Self) -> u32;

    /// Like [`equal_bits_1`](Vector::equal_bits_1) for lanes of eight bytes.
    fn equal_bits_8(self, other: Self) -> u32;
}

/// [`equal`](crate::equal) over vectors.
#[inline(always)]
pub(super) fn equal<V: Vector>(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let (Some(a_last), Some(b_last)) = (a.last_chunk(), b.last_chunk()) else {
        return scalar::equal(a, b);
    };
    let a_steps = a.as_chunks::<VECTOR_BYTES>().0.chunks(UNROLL);
    let b_steps = b.as_chunks::<VECTOR_BYTES>().0.chunks(UNROLL);
    // What is left after whole vectors is covered by the last one, which overlaps
    // the one before.
    !difference::<V>(a_last, b_last).any() && a_steps.zip(b_steps).all(|(a, b)| same::<V>(a, b))
}

#[inline(always)]
fn same<V: Vector>(a: &[[u8; VECTOR_BYTES]], b: &[[u8; VECTOR_BYTES]]) -> bool {
    if let ([a0, a1, a2, a3], [b0, b1, b2, b3]) = (a, b) {
        let first = difference::<V>(a0, b0).or(difference::<V>(a1, b1));
        let second = difference::<V>(a2, b2).or(difference::<V>(a3, b3));
        return !first.or(second).any();
    }
    a.iter().zip(b).all(|(a, b)| !difference::<V>(a, b).any())
}

#[inline(always)]
fn difference<V: Vector>(a: &[u8; VECTOR_BYTES], b: &[u8; VECTOR_BYTES]) -> V {
    V::load(a).xor(V::load(b))
}

/// [`differing_lanes`](crate::differing_lanes) over vectors.
#[inline(always)]
pub(super) fn differing_lanes<V: Vector, const LANE_BYTES: usize>(a: &[u8], b: &[u8], out: &mut [u64]) -> usize {
    const { LaneWidth::<LANE_BYTES>::SUPPORTED };
    let common_bytes = a.len().min(b.len());
    let a_words = a[..common_bytes].chunks(64 * LANE_BYTES);
    let b_words = b[..common_bytes].chunks(64 * LANE_BYTES);
    let words = a_words.len().min(out.len());
    let (used, unused) = out.split_at_mut(words);
    unused.fill(0);
    let mut count = 0;
    for ((word, a), b) in used.iter_mut().zip(a_words).zip(b_words) {
        *word = differing_bits::<V, LANE_BYTES>(a, b);
        count += word.count_ones() as usize;
    }
    count
}

/// Bit `i` is set where lane `i` differs; for at most 64 lanes, and as many in `a`
/// as in `b`.
#[inline(always)]
fn differing_bits<V: Vector, const LANE_BYTES: usize>(a: &[u8], b: &[u8]) -> u64 {
    let lanes_per_vector = VECTOR_BYTES / LANE_BYTES;
    let all_lanes = (1 << lanes_per_vector) - 1;
    let (a_vectors, a_rest) = a.as_chunks();
    let (b_vectors, b_rest) = b.as_chunks();
    let (mut bits, mut lane) = (0, 0);
    for (a, b) in a_vectors.iter().zip(b_vectors) {
        let equal = equal_bits::<V, LANE_BYTES>(V::load(a), V::load(b));
        bits |= u64::from(equal ^ all_lanes) << lane;
        lane += lanes_per_vector;
    }
    let rest = scalar::differing_bits(a_rest.as_chunks::<LANE_BYTES>().0, b_rest.as_chunks::<LANE_BYTES>().0);
    // After 64 lanes there is no rest, and nothing to shift it by.
    bits | rest.checked_shl(lane as u32).unwrap_or(0)
}

#[inline(always)]
fn equal_bits<V: Vector, const LANE_BYTES: usize>(a: V, b: V) -> u32 {
    match LANE_BYTES {
        1 => a.equal_bits_1(b),
        2 => a.equal_bits_2(b),
        4 => a.equal_bits_4(b),
        _ => a.equal_bits_8(b),
    }
}

/// [`find_u32`](crate::find_u32) over vectors.
#[inline(always)]
pub(super) fn find_u32<V: Vector>(haystack: &[u32], needle: u32) -> Option<usize> {
    const STEP: usize = UNROLL * VECTOR_BYTES / 4;
    let wanted = V::splat_u32(needle);
    let steps = haystack.as_chunks::<STEP>().0;
    let with_needle = steps.iter().position(|step| contains(step, wanted));
    let start = with_needle.unwrap_or(steps.len()) * STEP;
    Some(start + scalar::find_u32(&haystack[start..], needle)?)
}

#[inline(always)]
fn contains<V: Vector>(step: &[u32; UNROLL * VECTOR_BYTES / 4], wanted: V) -> bool {
    let vectors = step.as_chunks().0.iter();
    let equal = vectors.map(|numbers| V::load_u32s(numbers).equal_u32s(wanted));
    equal.reduce(V::or).is_some_and(V::any)
}

/// [`find_json_stop`](crate::find_json_stop) over vectors.
#[inline(always)]
pub(super) fn find_json_stop<V: Vector>(bytes: &[u8]) -> usize {
    let (vectors, rest) = bytes.as_chunks();
    for (number, vector) in vectors.iter().enumerate() {
        let stops = json_stops(V::load(vector)).high_bits_1();
        if stops != 0 {
            return number * VECTOR_BYTES + stops.trailing_zeros() as usize;
        }
    }
    bytes.len() - rest.len() + scalar::find_json_stop(rest)
}

/// All bits set in the lanes with a quote, a backslash or a control character.
#[inline(always)]
fn json_stops<V: Vector>(bytes: V) -> V {
    let quotes = bytes.equal_u8s(V::splat_u8(b'"'));
    let backslashes = bytes.equal_u8s(V::splat_u8(b'\\'));
    let controls = bytes.min_u8s(V::splat_u8(0x1F)).equal_u8s(bytes);
    quotes.or(backslashes).or(controls)
}

/// [`byte_bits`](crate::byte_bits) over vectors.
#[inline(always)]
pub(super) fn byte_bits<V: Vector>(block: &[u8; 64], fold: u8, byte: u8) -> u64 {
    let (fold, wanted) = (V::splat_u8(fold), V::splat_u8(byte));
    let vectors = block.as_chunks().0.iter().rev();
    vectors.fold(0, |bits, vector| bits << VECTOR_BYTES | u64::from(V::load(vector).or(fold).equal_bits_1(wanted)))
}
