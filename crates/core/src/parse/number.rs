//! Numbers of JSON, each as the double that is nearest to it.

mod exact;
mod large;

use super::Reader;
use crate::error::Result;
use exact::Decimal;

/// Every power of ten that a double holds exactly.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
];
/// So many digits fit 64 bits whatever they are.
const DIGITS_MAX: usize = 19;
const MANTISSA_MAX: u64 = 1 << f64::MANTISSA_DIGITS;
/// Beyond what any number of digits makes up for, and far from what an integer holds.
const EXPONENT_MAX: i64 = 1 << 40;

impl Reader<'_> {
    /// The number that begins here, with its sign or first digit.
    pub(super) fn number(&mut self) -> Result<f64> {
        let is_negative = self.skip(b'-');
        let mut mantissa = 0;
        let first = self.at;
        if !self.skip(b'0') && self.digits(&mut mantissa) == 0 {
            return Err(self.corrupt());
        }
        let mut digits = self.at - first;
        let mut exponent = 0;
        if self.skip(b'.') {
            let count = self.digits(&mut mantissa);
            if count == 0 {
                return Err(self.corrupt());
            }
            digits += count;
            exponent = -(count as i64);
        }
        let end = self.at;
        if self.skip(b'e') || self.skip(b'E') {
            exponent += self.exponent()?;
        }
        let number = match usize::try_from(exponent.unsigned_abs()).ok().and_then(|exponent| POWERS.get(exponent)) {
            // Both are exact, so there is one rounding.
            Some(power) if digits <= DIGITS_MAX && mantissa <= MANTISSA_MAX => {
                if exponent < 0 {
                    mantissa as f64 / power
                } else {
                    mantissa as f64 * power
                }
            }
            _ => Decimal { digits: self.bytes.get(first..end).unwrap_or(&[]), power: exponent }.nearest(),
        };
        Ok(if is_negative { -number } else { number })
    }

    /// Reads digits behind those of `mantissa`; answers how many.
    #[inline]
    fn digits(&mut self, mantissa: &mut u64) -> usize {
        let start = self.at;
        while let Some(digit) = self.peek().map(|byte| byte.wrapping_sub(b'0')).filter(|digit| *digit < 10) {
            *mantissa = mantissa.wrapping_mul(10).wrapping_add(u64::from(digit));
            self.at += 1;
        }
        self.at - start
    }

    fn exponent(&mut self) -> Result<i64> {
        let is_negative = self.skip(b'-');
        if !is_negative {
            self.skip(b'+');
        }
        let (start, mut exponent) = (self.at, 0);
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            exponent = (exponent * 10 + i64::from(digit - b'0')).min(EXPONENT_MAX);
            self.at += 1;
        }
        if self.at == start {
            return Err(self.corrupt());
        }
        Ok(if is_negative { -exponent } else { exponent })
    }

    /// Steps over a byte if it comes next.
    #[inline]
    pub(super) fn skip(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }
}
