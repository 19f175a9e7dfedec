//! The lane functions with SSE2, which every x86-64 processor has.

use core::arch::x86_64::{
    __m128i, _mm_and_si128, _mm_castsi128_pd, _mm_castsi128_ps, _mm_cmpeq_epi8, _mm_cmpeq_epi16, _mm_cmpeq_epi32,
    _mm_loadu_si128, _mm_min_epu8, _mm_movemask_epi8, _mm_movemask_pd, _mm_movemask_ps, _mm_or_si128, _mm_packs_epi16,
    _mm_set1_epi8, _mm_set1_epi32, _mm_setzero_si128, _mm_shuffle_epi32, _mm_xor_si128,
};

use super::vector::{self, VECTOR_BYTES, Vector};

pub(super) fn equal(a: &[u8], b: &[u8]) -> bool {
    vector::equal::<Sse2>(a, b)
}

pub(super) fn differing_lanes<const LANE_BYTES: usize>(a: &[u8], b: &[u8], out: &mut [u64]) -> usize {
    vector::differing_lanes::<Sse2, LANE_BYTES>(a, b, out)
}

pub(super) fn find_u32(haystack: &[u32], needle: u32) -> Option<usize> {
    vector::find_u32::<Sse2>(haystack, needle)
}

pub(super) fn find_json_stop(bytes: &[u8]) -> usize {
    vector::find_json_stop::<Sse2>(bytes)
}

pub(super) fn byte_bits(block: &[u8; 64], fold: u8, byte: u8) -> u64 {
    vector::byte_bits::<Sse2>(block, fold, byte)
}

#[derive(Clone, Copy)]
struct Sse2(__m128i);

impl Vector for Sse2 {
    #[inline(always)]
    fn load(bytes: &[u8; VECTOR_BYTES]) -> Self {
        // SAFETY: the reference is good for 16 bytes, and the instruction asks for no
        // alignment. SSE2 is part of every x86-64.
        Sse2(unsafe { _mm_loadu_si128(bytes.as_ptr().cast()) })
    }

    #[inline(always)]
    fn load_u32s(numbers: &[u32; VECTOR_BYTES / 4]) -> Self {
        // SAFETY: as in `load`.
        Sse2(unsafe { _mm_loadu_si128(numbers.as_ptr().cast()) })
    }

    #[inline(always)]
    fn splat_u32(number: u32) -> Self {
        // SAFETY: SSE2 is part of every x86-64.
        Sse2(unsafe { _mm_set1_epi32(number.cast_signed()) })
    }

    #[inline(always)]
    fn splat_u8(byte: u8) -> Self {
        // SAFETY: SSE2 is part of every x86-64.
        Sse2(unsafe { _mm_set1_epi8(byte.cast_signed()) })
    }

    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        // SAFETY: SSE2 is part of every x86-64.
        Sse2(unsafe { _mm_xor_si128(self.0, other.0) })
    }

    #[inline(always)]
    fn or(self, other: Self) -> Self {
        // SAFETY: SSE2 is part of every x86-64.
        Sse2(unsafe { _mm_or_si128(self.0, other.0) })
    }

    #[inline(always)]
    fn any(self) -> bool {
        // SAFETY: SSE2 is part of every x86-64.
        let zero = Sse2(unsafe { _mm_setzero_si128() });
        self.equal_bits_1(zero) != 0xFFFF
    }

    #[inline(always)]
    fn equal_u32s(self, other: Self) -> Self {
        // SAFETY: SSE2 is part of every x86-64.
        Sse2(unsafe { _mm_cmpeq_epi32(self.0, other.0) })
    }

    #[inline(always)]
    fn equal_u8s(self, other: Self) -> Self {
        // SAFETY: SSE2 is part of every x86-64.
        Sse2(unsafe { _mm_cmpeq_epi8(self.0, other.0) })
    }

    #[inline(always)]
    fn min_u8s(self, other: Self) -> Self {
        // SAFETY: SSE2 is part of every x86-64.
        Sse2(unsafe { _mm_min_epu8(self.0, other.0) })
    }

    #[inline(always)]
    fn high_bits_1(self) -> u32 {
        // SAFETY: SSE2 is part of every x86-64.
        unsafe { _mm_movemask_epi8(self.0) as u32 }
    }

    #[inline(always)]
    fn equal_bits_1(self, other: Self) -> u32 {
        self.equal_u8s(other).high_bits_1()
    }

    #[inline(always)]
    fn equal_bits_2(self, other: Self) -> u32 {
        // SAFETY: SSE2 is part of every x86-64.
        unsafe {
            let equal = _mm_cmpeq_epi16(self.0, other.0);
            _mm_movemask_epi8(_mm_packs_epi16(equal, _mm_setzero_si128())) as u32
        }
    }

    #[inline(always)]
    fn equal_bits_4(self, other: Self) -> u32 {
        let equal = self.equal_u32s(other).0;
        // SAFETY: SSE2 is part of every x86-64.
        unsafe { _mm_movemask_ps(_mm_castsi128_ps(equal)) as u32 }
    }

    #[inline(always)]
    fn equal_bits_8(self, other: Self) -> u32 {
        let halves = self.equal_u32s(other).0;
        // SAFETY: SSE2 is part of every x86-64.
        unsafe {
            // SSE2 does not compare eight bytes: both halves must be the same.
            let swapped = _mm_shuffle_epi32::<0b10_11_00_01>(halves);
            _mm_movemask_pd(_mm_castsi128_pd(_mm_and_si128(halves, swapped))) as u32
        }
    }
}
