//! The free blocks of each order, linked through the blocks themselves.

use crate::block::{Block, ORDER_MAX};
use crate::map::State;
use crate::segments::Segments;

/// One doubly linked list per order. A free block's first two numbers are the bits
/// of the previous and of the next block.
///
/// The links can be overwritten through a stale [`Block`], so they are believed only
/// as far as the maps agree: a broken list loses free memory, but no block that is
/// in use is handed out, and nothing loops.
pub(crate) struct FreeLists {
    heads: [Block; ORDER_MAX + 1],
}

impl FreeLists {
    pub(crate) const fn new() -> FreeLists {
        FreeLists { heads: [Block::NONE; ORDER_MAX + 1] }
    }

    /// The block that would be used next among those of an order.
    pub(crate) fn first(&self, order: usize) -> Option<Block> {
        Some(self.heads[order]).filter(|&head| head != Block::NONE)
    }

    /// Adds a block that the map has as free.
    pub(crate) fn push(&mut self, segments: &mut Segments, block: Block) {
        let head = &mut self.heads[block.order()];
        set_links(segments, block, Block::NONE, *head);
        set_previous(segments, *head, block);
        *head = block;
    }

    /// Takes the smallest free block of at least this order.
    pub(crate) fn pop(&mut self, segments: &mut Segments, order: usize) -> Option<Block> {
        (order..=ORDER_MAX).find_map(|order| self.pop_exactly(segments, order))
    }

    fn pop_exactly(&mut self, segments: &mut Segments, order: usize) -> Option<Block> {
        let head = self.first(order)?;
        if head.order() != order || segments.state(head) != Some(State::Free) {
            self.heads[order] = Block::NONE;
            return None;
        }
        self.unlink(segments, head);
        Some(head)
    }

    /// Takes a block out of the middle of its list.
    pub(crate) fn unlink(&mut self, segments: &mut Segments, block: Block) {
        let (previous, next) = links(segments, block);
        let head = &mut self.heads[block.order()];
        if *head == block {
            *head = next;
        } else if links(segments, previous).1 == block {
            set_next(segments, previous, next);
        }
        if links(segments, next).0 == block {
            set_previous(segments, next, previous);
        }
    }
}

/// The previous and the next block; none for [`Block::NONE`], which has no memory.
fn links(segments: &Segments, block: Block) -> (Block, Block) {
    match *segments.cells::<u32>(block) {
        [previous, next, ..] => (Block::from_bits(previous), Block::from_bits(next)),
        _ => (Block::NONE, Block::NONE),
    }
}

fn set_links(segments: &mut Segments, block: Block, previous: Block, next: Block) {
    set_previous(segments, block, previous);
    set_next(segments, block, next);
}

fn set_previous(segments: &mut Segments, block: Block, previous: Block) {
    if let Some(link) = segments.cells_mut::<u32>(block).first_mut() {
        *link = previous.to_bits();
    }
}

fn set_next(segments: &mut Segments, block: Block, next: Block) {
    if let Some(link) = segments.cells_mut::<u32>(block).get_mut(1) {
        *link = next.to_bits();
    }
}
