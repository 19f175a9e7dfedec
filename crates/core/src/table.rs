//! A shape's table: a column per key, a row per object.

use gaesup_codec::Word;

use crate::column::Column;
use crate::error::{Error, Result};
use crate::memory::{Memory, Part};
use crate::page::{PAGE_WORDS, Page};
use crate::rows::Rows;

/// The objects of one shape.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) rows: Rows,
    columns: Vec<Column>,
}

impl Table {
    pub(crate) fn new(columns: usize) -> Result<Self> {
        let mut list = Vec::new();
        list.try_reserve_exact(columns)?;
        list.extend((0..columns).map(|_| Column::new(Part::Columns, Word::ABSENT)));
        Ok(Self { rows: Rows::new(Part::Columns), columns: list })
    }

    #[inline]
    pub(crate) fn get(&self, memory: &Memory, row: u32, column: u32) -> Word {
        self.columns.get(column as usize).map_or(Word::ABSENT, |cells| cells.get(memory, row))
    }

    /// The same where a call more would show.
    #[inline(always)]
    pub(crate) fn get_inline(&self, memory: &Memory, row: u32, column: u32) -> Word {
        self.columns.get(column as usize).map_or(Word::ABSENT, |cells| cells.get_inline(memory, row))
    }

    #[inline]
    pub(crate) fn set(&mut self, memory: &mut Memory, row: u32, column: u32, word: Word) -> Result<()> {
        self.columns.get_mut(column as usize).ok_or(Error::PathNotFound)?.set(memory, row, word)
    }

    /// Makes a page one of a column, where nothing was written yet.
    pub(crate) fn install(&mut self, memory: &mut Memory, column: u32, number: usize, page: Page) -> Result<()> {
        self.columns.get_mut(column as usize).ok_or(Error::PathNotFound)?.install(memory, number, page)
    }

    /// Takes rows back that nobody was ever told of.
    pub(crate) fn take_back_run(&mut self, memory: &mut Memory, first: u32, count: u32) {
        self.rows.take_back_run(memory, first, count);
        let pages = first as usize / PAGE_WORDS..(first as usize + count as usize).div_ceil(PAGE_WORDS);
        for column in &mut self.columns {
            pages.clone().for_each(|page| column.clear_page(memory, page));
        }
    }

    pub(crate) fn free(&mut self, memory: &mut Memory, row: u32) {
        let emptied = self.rows.free(memory, row);
        self.clear(memory, emptied);
    }

    /// Frees all rows of a page that are without views.
    pub(crate) fn free_page(&mut self, memory: &mut Memory, page: usize) {
        let emptied = self.rows.free_page(memory, page);
        self.clear(memory, emptied);
    }

    /// Gives back what a page of rows took that is empty now.
    fn clear(&mut self, memory: &mut Memory, emptied: Option<usize>) {
        if let Some(page) = emptied {
            for column in &mut self.columns {
                column.clear_page(memory, page);
            }
        }
    }

    pub(crate) fn columns(&self) -> &[Column] {
        &self.columns
    }

    pub(crate) fn metadata_bytes(&self) -> usize {
        size_of::<Self>()
            + self.rows.metadata_bytes()
            + self.columns.capacity() * size_of::<Column>()
            + self.columns.iter().map(Column::metadata_bytes).sum::<usize>()
    }
}
