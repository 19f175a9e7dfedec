//! The double that is nearest to any decimal number.
//!
//! What the standard library has for this is several times the code of all
//! the rest that reads JSON, most of it a table of powers. Two powers and a
//! little more work are as exact: sixty-four bits nearly always tell to which
//! side a number is rounded, and where they do not, whole numbers do (Clinger
//! 1990).

use core::cmp::Ordering;

use super::large::Large;

/// So many digits fit 64 bits.
const DIGITS_MAX: usize = 19;
/// More digits than the middle between two doubles has.
const COMPARED_MAX: usize = 800;
/// Five to the power of this fits 64 bits.
const STEP: i32 = 27;
/// Beyond it everything is infinite.
const POWER_MAX: i64 = 310;
/// Below it everything is zero.
const POWER_MIN: i64 = -345;
/// The exponent of the lowest bit of the smallest doubles.
const EXPONENT_MIN: i32 = -1_074;
/// Bits of a double besides the highest.
const FRACTION_BITS: u32 = f64::MANTISSA_DIGITS - 1;
/// Bits of 64 that a double has no room for.
const ROUNDED_BITS: i32 = (u64::BITS - f64::MANTISSA_DIGITS).cast_signed();
/// The highest powers of five and of two that fit 32 bits.
const FIVES: u32 = 5_u32.pow(13);
const TWOS: u32 = 1 << 31;

/// Sixty-four bits of which the highest is set, times a power of two.
#[derive(Clone, Copy)]
struct Float {
    bits: u64,
    exponent: i32,
}

/// Ten to the power of -[`STEP`], and of [`STEP`].
const DOWN: Float = Float { bits: 0x9E74_D1B7_91E0_7E48, exponent: -153 };
const UP: Float = Float { bits: 0xCECB_8F27_F420_0F3A, exponent: 26 };

impl Float {
    const fn new(bits: u64, exponent: i32) -> Self {
        let unused = bits.leading_zeros();
        Self { bits: bits << unused, exponent: exponent - unused.cast_signed() }
    }

    /// The product, of which bits beyond the lowest are left out.
    const fn times(self, other: Self) -> Self {
        let product = self.bits as u128 * other.bits as u128;
        let (high, low) = ((product >> u64::BITS) as u64, product as u64);
        let unused = high.leading_zeros();
        let bits = if unused == 0 { high } else { high << 1 | low >> (u64::BITS - 1) };
        Self { bits, exponent: self.exponent + other.exponent + (u64::BITS - unused).cast_signed() }
    }
}

/// A number as it is written.
pub(super) struct Decimal<'a> {
    /// Digits, among which there may be a point.
    pub(super) digits: &'a [u8],
    /// The power of ten of the last digit.
    pub(super) power: i64,
}

impl Decimal<'_> {
    /// The nearest double: O(digits).
    pub(super) fn nearest(&self) -> f64 {
        let (mut leading, mut count, mut left_out) = (0, 0, 0);
        for digit in self.significant() {
            if count < DIGITS_MAX {
                leading = leading * 10 + u64::from(digit);
                count += 1;
            } else {
                left_out += 1;
            }
        }
        let power = self.power + left_out;
        if leading == 0 || power < POWER_MIN {
            return 0.0;
        }
        if power > POWER_MAX {
            return f64::INFINITY;
        }
        let power = power as i32;
        let (steps, rest) = (power.div_euclid(STEP).unsigned_abs(), power.rem_euclid(STEP));
        let mut float = Float::new(leading, 0).times(Float::new(5_u64.pow(rest.unsigned_abs()), rest));
        for _ in 0..steps {
            float = float.times(if power < 0 { DOWN } else { UP });
        }
        // What each product leaves out, and what DOWN is not exactly, in units
        // of the lowest bit; and what the digits that were left out come to.
        let error = u64::from(4 * (steps + 1)) + if left_out > 0 { 20 } else { 0 };
        self.rounded(float, error)
    }

    /// Digits without zeros in front.
    fn significant(&self) -> impl Iterator<Item = u8> {
        self.digits.iter().filter(|byte| byte.is_ascii_digit()).map(|byte| byte - b'0').skip_while(|digit| *digit == 0)
    }

    fn rounded(&self, float: Float, error: u64) -> f64 {
        let shift = (EXPONENT_MIN - float.exponent).max(ROUNDED_BITS).unsigned_abs();
        if shift > u64::BITS {
            let is_half = shift == u64::BITS + 1 && float.bits > u64::MAX - error;
            return f64::from_bits(u64::from(is_half && self.is_rounded_up(0, EXPONENT_MIN)));
        }
        let whole = float.bits.checked_shr(shift).unwrap_or(0);
        let half = 1 << (shift - 1);
        let rest = float.bits & (half | (half - 1));
        let exponent = float.exponent + shift.cast_signed();
        let is_up = if rest.abs_diff(half) > error { rest > half } else { self.is_rounded_up(whole, exponent) };
        // The highest bit of a number that has all of them counts in the exponent,
        // as does what comes of rounding up to one bit more.
        let biased = u64::from((exponent - EXPONENT_MIN).unsigned_abs());
        let bits = (biased << FRACTION_BITS) + whole + u64::from(is_up);
        f64::from_bits(bits.min(f64::INFINITY.to_bits()))
    }

    /// Whether the number is nearer to the double above the one that `whole`
    /// times two to the power of `exponent` is, or in the middle and that even.
    #[cold]
    fn is_rounded_up(&self, whole: u64, exponent: i32) -> bool {
        let (mut decimal, mut middle) = (Large::new(0), Large::new(whole * 2 + 1));
        let (mut power, mut count, mut is_more) = (self.power, 0, false);
        for digit in self.significant() {
            if count < COMPARED_MAX {
                decimal.times_and(10, digit.into());
                count += 1;
            } else {
                power += 1;
                is_more |= digit > 0;
            }
        }
        let side = if power < 0 { &mut middle } else { &mut decimal };
        side.times_power(5, FIVES, power.unsigned_abs() as u32);
        let twos = power - i64::from(exponent - 1);
        let side = if twos < 0 { &mut middle } else { &mut decimal };
        side.times_power(2, TWOS, twos.unsigned_abs() as u32);
        match decimal.compare(&middle) {
            Ordering::Less => false,
            Ordering::Greater => true,
            Ordering::Equal => is_more || whole & 1 == 1,
        }
    }
}
