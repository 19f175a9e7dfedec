//! A block's name: where it begins and how large it is, in four bytes.

/// Size of the smallest block, in bytes.
pub const BLOCK_BYTES_MIN: usize = 16;

/// Size of the largest block, in bytes; also the size of a segment.
pub const BLOCK_BYTES_MAX: usize = 65_536;

/// The order of a block that fills a segment.
pub(crate) const ORDER_MAX: usize = 12;

/// How many units of [`BLOCK_BYTES_MIN`] a segment has.
pub(crate) const SEGMENT_UNITS: usize = BLOCK_BYTES_MAX / BLOCK_BYTES_MIN;

const _: () = assert!(BLOCK_BYTES_MIN << ORDER_MAX == BLOCK_BYTES_MAX);

/// The name of a block of a [`Pool`](crate::Pool): 28 bits of address in units of
/// 16 bytes, and 4 bits of order, where the size is `16 << order`.
///
/// A block is only a name: it borrows nothing, may outlive what it named, and means
/// nothing in another pool. Orders above 12 are never handed out, so bits such as
/// [`u32::MAX`] are free to mean "no block".
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub struct Block(u32);

impl Block {
    /// A name that no pool hands out, for the ends of the free lists.
    pub(crate) const NONE: Block = Block(u32::MAX);

    /// The block that fills a segment.
    #[inline]
    pub(crate) const fn whole_segment(segment: usize) -> Block {
        Block((segment << 16 | ORDER_MAX) as u32)
    }

    /// Size in bytes: a power of two from [`BLOCK_BYTES_MIN`] to
    /// [`BLOCK_BYTES_MAX`] for every block that a pool handed out.
    #[inline(always)]
    pub fn size_bytes(self) -> usize {
        BLOCK_BYTES_MIN << self.order()
    }

    /// The bits, to be kept where a plain number is needed.
    #[inline(always)]
    pub const fn to_bits(self) -> u32 {
        self.0
    }

    /// The block that [`to_bits`](Block::to_bits) described. Any bits are accepted:
    /// the pool recognises those that are not a block of its own.
    #[inline(always)]
    pub const fn from_bits(bits: u32) -> Block {
        Block(bits)
    }

    /// Zero to 15, of which only those up to [`ORDER_MAX`] are handed out.
    #[inline(always)]
    pub(crate) const fn order(self) -> usize {
        (self.0 & 0xF) as usize
    }

    /// Index of the segment that holds the block.
    #[inline(always)]
    pub(crate) const fn segment(self) -> usize {
        (self.0 >> 16) as usize
    }

    /// Where the block begins in its segment, in bytes: since a unit has 16 bytes,
    /// the address is already in place above the four bits of order.
    #[inline(always)]
    pub(crate) const fn offset_bytes(self) -> usize {
        (self.0 & 0xFFF0) as usize
    }

    /// Where the block begins in its segment, in units of [`BLOCK_BYTES_MIN`].
    #[inline(always)]
    pub(crate) const fn offset_units(self) -> usize {
        self.offset_bytes() / BLOCK_BYTES_MIN
    }

    /// Size in units of [`BLOCK_BYTES_MIN`].
    #[inline(always)]
    pub(crate) const fn size_units(self) -> usize {
        1 << self.order()
    }

    /// The other half of the block one order up. Only for orders below
    /// [`ORDER_MAX`].
    #[inline]
    pub(crate) fn buddy(self) -> Block {
        Block(self.0 ^ self.size_bytes() as u32)
    }

    /// The block that this one and its buddy make together. Only for orders below
    /// [`ORDER_MAX`].
    #[inline]
    pub(crate) fn parent(self) -> Block {
        Block((self.0 & !(self.size_bytes() as u32)) + 1)
    }

    /// The first half. Only for orders above zero.
    #[inline]
    pub(crate) fn lower_half(self) -> Block {
        Block(self.0 - 1)
    }
}
