//! Walking along two sequences that are much the same.

use crate::error::Result;

/// How many items may have come and gone where the sequences part, for them to
/// be found to meet again.
const APART: usize = 16;

/// They may part so often, and once for so many items.
const PARTINGS: usize = 64;
const ITEMS_EACH: usize = 16;

/// How two sequences are compared; what is asked about is there.
pub(crate) struct Compare<'a> {
    /// How many items each has.
    pub(crate) lens: [usize; 2],
    /// Whether an item of one and an item of the other are the same.
    pub(crate) same: &'a dyn Fn(usize, usize) -> Result<bool>,
    /// How many from there on are the same one to one.
    pub(crate) run: &'a dyn Fn(usize, usize) -> Result<usize>,
}

impl Compare<'_> {
    /// Tells of stretches that are the same in both, in order: where they are, and
    /// how long. Gives up where the sequences do not meet again soon, or part too
    /// often: O(length).
    pub(crate) fn walk(&self, found: &mut dyn FnMut(usize, usize, usize) -> Result<()>) -> Result<()> {
        let [len, other_len] = self.lens;
        let (mut at, mut other) = (0, 0);
        for _ in 0..PARTINGS + len.min(other_len) / ITEMS_EACH {
            if at >= len || other >= other_len {
                break;
            }
            let count = (self.run)(at, other)?;
            found(at, other, count)?;
            (at, other) = (at + count, other + count);
            let Some((gone, came)) = self.meet(at, other)? else {
                break;
            };
            (at, other) = (at + gone, other + came);
        }
        Ok(())
    }

    /// After how many items of each, as few as possible, two in a row are the same.
    fn meet(&self, at: usize, other: usize) -> Result<Option<(usize, usize)>> {
        let [len, other_len] = self.lens;
        let is_end = |at: usize, other: usize| at >= len || other >= other_len;
        for apart in 1..=APART {
            for gone in 0..=apart {
                let (at, other) = (at + gone, other + apart - gone);
                let is_same = |at: usize, other: usize| (self.same)(at, other);
                if !is_end(at, other)
                    && is_same(at, other)?
                    && (is_end(at + 1, other + 1) || is_same(at + 1, other + 1)?)
                {
                    return Ok(Some((gone, apart - gone)));
                }
            }
        }
        Ok(None)
    }
}
