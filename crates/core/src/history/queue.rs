//! Items that come and go at the end, and go at the front.

use crate::error::{Error, Result};

/// The least that a queue grows by, in items.
const GROWTH_MIN: usize = 8;

/// Like a vector, but with little spare room, and dropping from the front
/// moves the rest only now and then.
#[derive(Debug)]
pub(super) struct Queue<T> {
    items: Vec<T>,
    /// How many items at the front are dropped, but still take room.
    dropped: usize,
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self::from(Vec::new())
    }
}

impl<T> From<Vec<T>> for Queue<T> {
    fn from(items: Vec<T>) -> Self {
        Self { items, dropped: 0 }
    }
}

impl<T: Copy> Queue<T> {
    pub(super) fn as_slice(&self) -> &[T] {
        self.items.get(self.dropped..).unwrap_or(&[])
    }

    pub(super) fn len(&self) -> usize {
        self.items.len() - self.dropped
    }

    /// How many items fit into the memory it holds.
    pub(super) fn capacity(&self) -> usize {
        self.items.capacity()
    }

    /// Makes sure that adding so many cannot fail.
    pub(super) fn reserve(&mut self, count: usize) -> Result<()> {
        if self.items.capacity() - self.items.len() >= count {
            return Ok(());
        }
        let eighth = self.len() / 8;
        let has_gained = self.dropped > eighth / 2;
        self.close_up();
        if has_gained && self.items.capacity() - self.items.len() >= count {
            return Ok(());
        }
        let more = count.max(eighth).max(GROWTH_MIN);
        self.items.try_reserve_exact(more).map_err(|_| Error::OutOfMemory)
    }

    /// Adds items after [`Queue::reserve`].
    pub(super) fn extend(&mut self, items: &[T]) {
        self.items.extend_from_slice(items);
    }

    pub(super) fn truncate(&mut self, len: usize) {
        self.items.truncate(self.dropped + len);
    }

    pub(super) fn drop_front(&mut self, count: usize) {
        self.dropped = (self.dropped + count).min(self.items.len());
    }

    /// Gives back what is not used. Without memory to copy to it stays.
    pub(super) fn fit(&mut self) {
        if self.capacity() == self.len() {
            return;
        }
        let mut items = Vec::new();
        if items.try_reserve_exact(self.len()).is_ok() {
            items.extend_from_slice(self.as_slice());
            *self = Self::from(items);
        }
    }

    fn close_up(&mut self) {
        self.items.copy_within(self.dropped.., 0);
        self.items.truncate(self.items.len() - self.dropped);
        self.dropped = 0;
    }
}
