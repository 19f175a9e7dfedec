//! Numbers of JSON, each as the double that is nearest to it.

use super::Reader;
use crate::error::Result;

/// Every power of ten that a double holds exactly.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
];
/// So many digits fit 64 bits whatever they are.
const DIGITS_MAX: usize = 19;
const MANTISSA_MAX: u64 = 1 << f64::MANTISSA_DIGITS;
/// Beyond any exponent that matters, and far from what an integer holds.
const EXPONENT_MAX: i32 = 1 << 28;

impl Reader<'_> {
    /// The number that begins here, with its sign or first digit.
    pub(super) fn number(&mut self) -> Result<f64> {
        let start = self.at;
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
            exponent = -i32::try_from(count).unwrap_or(EXPONENT_MAX);
        }
        if self.skip(b'e') || self.skip(b'E') {
            exponent = exponent.saturating_add(self.exponent()?);
        }
        let power = POWERS.get(exponent.unsigned_abs() as usize);
        let number = match power {
            // Both are exact, so there is one rounding (Clinger 1990).
            Some(power) if digits <= DIGITS_MAX && mantissa <= MANTISSA_MAX => {
                if exponent < 0 {
                    mantissa as f64 / power
                } else {
                    mantissa as f64 * power
                }
            }
            _ => return self.slow_number(start),
        };
        Ok(if is_negative { -number } else { number })
    }

    #[cold]
    #[inline(never)]
    fn slow_number(&self, start: usize) -> Result<f64> {
        let text = self.bytes.get(start..self.at).and_then(|digits| core::str::from_utf8(digits).ok());
        text.and_then(|text| text.parse().ok()).ok_or(self.corrupt())
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

    fn exponent(&mut self) -> Result<i32> {
        let is_negative = self.skip(b'-');
        if !is_negative {
            self.skip(b'+');
        }
        let (start, mut exponent) = (self.at, 0);
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            exponent = (exponent * 10 + i32::from(digit - b'0')).min(EXPONENT_MAX / 16);
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
