//! Comparing memory many lanes at a time.
//!
//! Which instructions are used is decided when the crate is compiled: `simd128` on
//! WebAssembly if the build has that feature, SSE2 on x86-64, and otherwise
//! [`scalar`]. The algorithms in `vector` are the same for both instruction sets, so
//! that checking them under Miri on one checks them for the other.

pub mod scalar;

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod simd128;
#[cfg(target_arch = "x86_64")]
mod sse2;
#[cfg(any(target_arch = "x86_64", all(target_arch = "wasm32", target_feature = "simd128")))]
mod vector;

#[cfg(not(any(target_arch = "x86_64", all(target_arch = "wasm32", target_feature = "simd128"))))]
use scalar as chosen;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
use simd128 as chosen;
#[cfg(target_arch = "x86_64")]
use sse2 as chosen;

/// Whether two byte strings are the same, in length as in content.
///
/// # Examples
///
/// ```
/// assert!(gaesup_kernels::equal(b"lane", b"lane"));
/// assert!(!gaesup_kernels::equal(b"lane", b"lanes"));
/// ```
#[inline]
pub fn equal(a: &[u8], b: &[u8]) -> bool {
    chosen::equal(a, b)
}

/// Finds which lanes differ, and returns how many: bit `i` of `out` is set when lane
/// `i`, of `LANE_BYTES` (1, 2, 4 or 8), is not the same in both.
///
/// Only whole lanes that both inputs have are compared, and every further bit of
/// `out` is cleared. `out` must hold a bit for each of those lanes; lanes that it has
/// no bit for are not looked at.
///
/// # Examples
///
/// ```
/// let mut out = [0; 1];
/// let count = gaesup_kernels::differing_lanes::<2>(b"aabbcc", b"aaxbcx", &mut out);
/// assert_eq!((count, out), (2, [0b110]));
/// ```
#[inline]
pub fn differing_lanes<const LANE_BYTES: usize>(a: &[u8], b: &[u8], out: &mut [u64]) -> usize {
    chosen::differing_lanes::<LANE_BYTES>(a, b, out)
}

/// Index of the first number that equals `needle`.
///
/// # Examples
///
/// ```
/// assert_eq!(gaesup_kernels::find_u32(&[4, 5, 6, 5], 5), Some(1));
/// assert_eq!(gaesup_kernels::find_u32(&[4, 5, 6, 5], 7), None);
/// ```
#[inline]
pub fn find_u32(haystack: &[u32], needle: u32) -> Option<usize> {
    chosen::find_u32(haystack, needle)
}

/// Index of the first byte that cannot stand for itself in a JSON string: a quote, a
/// backslash or a control character below 0x20. The length when there is none.
///
/// # Examples
///
/// ```
/// assert_eq!(gaesup_kernels::find_json_stop(br#"lane": 1"#), 4);
/// assert_eq!(gaesup_kernels::find_json_stop(b"lane"), 4);
/// ```
#[inline]
pub fn find_json_stop(bytes: &[u8]) -> usize {
    chosen::find_json_stop(bytes)
}

/// Bit `i` is set where byte `i`, with the bits of `fold` set in it, is `byte`.
///
/// # Examples
///
/// ```
/// let mut block = [b' '; 64];
/// block[3] = b'[';
/// block[5] = b'{';
/// assert_eq!(gaesup_kernels::byte_bits(&block, 0, b'{'), 0b100_000);
/// assert_eq!(gaesup_kernels::byte_bits(&block, b'[' ^ b'{', b'{'), 0b101_000);
/// ```
#[inline]
pub fn byte_bits(block: &[u8; 64], fold: u8, byte: u8) -> u64 {
    chosen::byte_bits(block, fold, byte)
}

/// Lane widths that every implementation has.
struct LaneWidth<const LANE_BYTES: usize>;

impl<const LANE_BYTES: usize> LaneWidth<LANE_BYTES> {
    /// To be named where a width is taken, so that others do not compile.
    const SUPPORTED: () = assert!(matches!(LANE_BYTES, 1 | 2 | 4 | 8), "a lane has 1, 2, 4 or 8 bytes");
}
