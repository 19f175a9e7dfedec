//! What a target makes of the bytes that it is given.

/// How a record is to be used.
#[derive(Clone, Copy)]
pub struct Part<'a> {
    /// The operations of a delta, or what is left of them.
    pub record: &'a [u8],
    /// Whether its inverse is meant.
    pub is_inverted: bool,
    /// Whether it is rolled back although it fits.
    pub is_rolled_back: bool,
}

const INVERTED: u8 = 1;
const ROLLED_BACK: u8 = 2;

/// Records one after the other, each behind a byte of flags and two of length.
/// Of the last there may be less than its length says.
pub fn parts(mut data: &[u8]) -> impl Iterator<Item = Part<'_>> {
    core::iter::from_fn(move || {
        let ([flags, low, high], rest) = data.split_first_chunk()?;
        let len = usize::from(u16::from_le_bytes([*low, *high])).min(rest.len());
        let (record, rest) = rest.split_at(len);
        data = rest;
        Some(Part { record, is_inverted: flags & INVERTED != 0, is_rolled_back: flags & ROLLED_BACK != 0 })
    })
}
