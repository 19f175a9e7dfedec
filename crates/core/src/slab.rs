//! A table of containers that are not rows of columns.

use crate::error::Result;
use crate::memory::{Memory, Part};
use crate::node::Node;
use crate::rows::Rows;

/// Items by row, with the system columns every table has.
#[derive(Debug)]
pub(crate) struct Slab<T> {
    pub(crate) rows: Rows,
    items: Vec<T>,
}

impl<T: Default> Slab<T> {
    pub(crate) const fn new(part: Part) -> Self {
        Self { rows: Rows::new(part), items: Vec::new() }
    }

    #[inline]
    pub(crate) fn get(&self, row: u32) -> Option<&T> {
        self.items.get(row as usize)
    }

    #[inline]
    pub(crate) fn get_mut(&mut self, row: u32) -> Option<&mut T> {
        self.items.get_mut(row as usize)
    }

    /// Adds an empty item; answers its row.
    pub(crate) fn add(&mut self, memory: &mut Memory, parent: Node, slot: u32) -> Result<u32> {
        self.items.try_reserve(1)?;
        let row = self.rows.alloc(memory, Some(parent), slot)?;
        if row as usize >= self.items.len() {
            self.items.push(T::default());
        }
        Ok(row)
    }

    /// Frees a row; `clear` gives the item's memory back.
    pub(crate) fn free(&mut self, memory: &mut Memory, row: u32, clear: impl FnOnce(&mut T, &mut Memory)) {
        if let Some(item) = self.items.get_mut(row as usize) {
            clear(item, memory);
            self.rows.free(memory, row);
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.items.iter()
    }

    pub(crate) fn metadata_bytes(&self, of_item: impl Fn(&T) -> usize) -> usize {
        self.rows.metadata_bytes()
            + self.items.capacity() * size_of::<T>()
            + self.items.iter().map(of_item).sum::<usize>()
    }
}
