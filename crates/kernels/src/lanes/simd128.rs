//! The lane functions with WebAssembly's vectors of 128 bits.

use core::arch::wasm32::{
    i8x16_bitmask, i8x16_eq, i16x8_bitmask, i16x8_eq, i32x4_bitmask, i32x4_eq, i64x2_bitmask, i64x2_eq, u8x16_min,
    u8x16_splat, u32x4_splat, v128, v128_any_true, v128_load, v128_or, v128_xor,
};

use super::vector::{self, VECTOR_BYTES, Vector};

pub(super) fn equal(a: &[u8], b: &[u8]) -> bool {
    vector::equal::<Simd128>(a, b)
}

pub(super) fn differing_lanes<const LANE_BYTES: usize>(a: &[u8], b: &[u8], out: &mut [u64]) -> usize {
    vector::differing_lanes::<Simd128, LANE_BYTES>(a, b, out)
}

pub(super) fn find_u32(haystack: &[u32], needle: u32) -> Option<usize> {
    vector::find_u32::<Simd128>(haystack, needle)
}

pub(super) fn find_json_stop(bytes: &[u8]) -> usize {
    vector::find_json_stop::<Simd128>(bytes)
}

pub(super) fn byte_bits(block: &[u8; 64], fold: u8, byte: u8) -> u64 {
    vector::byte_bits::<Simd128>(block, fold, byte)
}

#[derive(Clone, Copy)]
struct Simd128(v128);

impl Vector for Simd128 {
    #[inline(always)]
    fn load(bytes: &[u8; VECTOR_BYTES]) -> Self {
        // SAFETY: the reference is good for 16 bytes, and the instruction asks for no
        // alignment.
        Simd128(unsafe { v128_load(bytes.as_ptr().cast()) })
    }

    #[inline(always)]
    fn load_u32s(numbers: &[u32; VECTOR_BYTES / 4]) -> Self {
        // SAFETY: as in `load`.
        Simd128(unsafe { v128_load(numbers.as_ptr().cast()) })
    }

    #[inline(always)]
    fn splat_u32(number: u32) -> Self {
        Simd128(u32x4_splat(number))
    }

    #[inline(always)]
    fn splat_u8(byte: u8) -> Self {
        Simd128(u8x16_splat(byte))
    }

    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        Simd128(v128_xor(self.0, other.0))
    }

    #[inline(always)]
    fn or(self, other: Self) -> Self {
        Simd128(v128_or(self.0, other.0))
    }

    #[inline(always)]
    fn any(self) -> bool {
        v128_any_true(self.0)
    }

    #[inline(always)]
    fn equal_u32s(self, other: Self) -> Self {
        Simd128(i32x4_eq(self.0, other.0))
    }

    #[inline(always)]
    fn equal_u8s(self, other: Self) -> Self {
        Simd128(i8x16_eq(self.0, other.0))
    }

    #[inline(always)]
    fn min_u8s(self, other: Self) -> Self {
        Simd128(u8x16_min(self.0, other.0))
    }

    #[inline(always)]
    fn high_bits_1(self) -> u32 {
        i8x16_bitmask(self.0).into()
    }

    #[inline(always)]
    fn equal_bits_1(self, other: Self) -> u32 {
        self.equal_u8s(other).high_bits_1()
    }

    #[inline(always)]
    fn equal_bits_2(self, other: Self) -> u32 {
        i16x8_bitmask(i16x8_eq(self.0, other.0)).into()
    }

    #[inline(always)]
    fn equal_bits_4(self, other: Self) -> u32 {
        i32x4_bitmask(i32x4_eq(self.0, other.0)).into()
    }

    #[inline(always)]
    fn equal_bits_8(self, other: Self) -> u32 {
        i64x2_bitmask(i64x2_eq(self.0, other.0)).into()
    }
}
