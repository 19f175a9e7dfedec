//! Whole numbers of a few thousand bits.

use core::cmp::Ordering;

/// Room for the largest that comparing a number of 800 digits with a double
/// makes, which has less than 5,000 bits.
const LIMBS: usize = 160;

/// A number in limbs of 32 bits, the lowest first.
pub(super) struct Large {
    limbs: [u32; LIMBS],
    /// Limbs from here on are zero.
    len: usize,
}

impl Large {
    pub(super) const fn new(number: u64) -> Self {
        let mut limbs = [0; LIMBS];
        limbs[0] = number as u32;
        limbs[1] = (number >> u32::BITS) as u32;
        Self { limbs, len: 2 }
    }

    /// Multiplies by a factor, and adds.
    pub(super) fn times_and(&mut self, factor: u32, addend: u32) {
        let mut carry = u64::from(addend);
        for limb in self.limbs.iter_mut().take(self.len) {
            carry += u64::from(*limb) * u64::from(factor);
            *limb = carry as u32;
            carry >>= u32::BITS;
        }
        if carry > 0
            && let Some(limb) = self.limbs.get_mut(self.len)
        {
            *limb = carry as u32;
            self.len += 1;
        }
    }

    /// Multiplies by a power, of which `factor` is the highest that fits a limb.
    pub(super) fn times_power(&mut self, base: u32, factor: u32, mut power: u32) {
        let step = factor.ilog(base);
        while power >= step {
            self.times_and(factor, 0);
            power -= step;
        }
        self.times_and(base.pow(power), 0);
    }

    pub(super) fn compare(&self, other: &Self) -> Ordering {
        self.limbs.iter().rev().cmp(other.limbs.iter().rev())
    }
}
