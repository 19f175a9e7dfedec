//! A column: any number of words in pages.

use core::ops::Range;

use gaesup_codec::Word;

use crate::error::Result;
use crate::memory::{Memory, Part, try_push};
use crate::page::{Lanes, PAGE_WORDS, Page, set_from};

/// Words by row. A row that was never set reads as the column's default.
#[derive(Debug)]
pub(crate) struct Column {
    pages: Vec<Page>,
    default: Word,
    part: Part,
}

impl Column {
    pub(crate) const fn new(part: Part, default: Word) -> Self {
        Self { pages: Vec::new(), default, part }
    }

    /// The word of a row: O(1).
    #[inline(never)]
    pub(crate) fn get(&self, memory: &Memory, row: u32) -> Word {
        self.get_inline(memory, row)
    }

    #[inline(always)]
    pub(crate) fn get_inline(&self, memory: &Memory, row: u32) -> Word {
        let index = row as usize % PAGE_WORDS;
        match self.pages.get(row as usize / PAGE_WORDS) {
            Some(page) if index < page.len() => page.get_inline(memory, index),
            _ => self.default,
        }
    }

    /// Makes a page that nothing was written to since it was cleared this one.
    pub(crate) fn install(&mut self, memory: &mut Memory, number: usize, mut page: Page) -> Result<()> {
        while self.pages.len() <= number {
            if let Err(error) = try_push(&mut self.pages, Page::empty()) {
                page.clear(memory, self.part);
                return Err(error);
            }
        }
        self.clear_page(memory, number);
        self.pages[number] = page;
        Ok(())
    }

    /// Sets the word of a row: O(1), or O(page) when the page must widen.
    pub(crate) fn set(&mut self, memory: &mut Memory, row: u32, word: Word) -> Result<()> {
        let (number, index) = (row as usize / PAGE_WORDS, row as usize % PAGE_WORDS);
        if self.pages.get(number).is_some_and(|page| page.replace(memory, index, word)) {
            return Ok(());
        }
        self.extend(memory, number, index, word)
    }

    /// Sets a word that no page has room for as it is.
    #[inline(never)]
    fn extend(&mut self, memory: &mut Memory, number: usize, index: usize, word: Word) -> Result<()> {
        while self.pages.len() <= number {
            try_push(&mut self.pages, Page::empty())?;
        }
        // Only a first page can stay small: behind it, pages get full.
        let room = if number == 0 { 0 } else { PAGE_WORDS };
        let page = &mut self.pages[number];
        for gap in page.len()..index {
            page.set(memory, self.part, gap, self.default, room)?;
        }
        page.set(memory, self.part, index, word, room)
    }

    /// Reads the words of rows that follow one another.
    pub(crate) fn read(&self, memory: &Memory, row: u32, out: &mut [Word]) {
        let (mut row, mut rest) = (row as usize, out);
        while !rest.is_empty() {
            let index = row % PAGE_WORDS;
            let len = rest.len().min(PAGE_WORDS - index);
            let (part, behind) = rest.split_at_mut(len);
            let page = self.pages.get(row / PAGE_WORDS);
            let known = page.map_or(0, |page| page.len().saturating_sub(index)).min(len);
            if let Some(page) = page {
                page.read(memory, index, &mut part[..known]);
            }
            part[known..].fill(self.default);
            (row, rest) = (row + len, behind);
        }
    }

    /// The page that holds the words of rows that follow one another, when one does.
    pub(crate) fn page_of(&self, row: u32, rows: usize) -> Option<&Page> {
        let end = row as usize % PAGE_WORDS + rows;
        self.pages.get(row as usize / PAGE_WORDS).filter(|page| end <= page.len())
    }

    /// Whether rows that follow one another can hold containers.
    pub(crate) fn may_hold_nodes(&self, rows: &Range<u32>) -> bool {
        self.pages_of(rows).iter().any(Page::may_hold_nodes)
    }

    /// Whether rows that follow one another all hold the default, as far as that is quickly seen.
    pub(crate) fn is_default(&self, rows: &Range<u32>) -> bool {
        self.pages_of(rows).iter().all(|page| page.len() == 0 || page.is_all(self.default))
    }

    /// The pages that rows are in, as far as there are any.
    fn pages_of(&self, rows: &Range<u32>) -> &[Page] {
        let end = (rows.end as usize).div_ceil(PAGE_WORDS).min(self.pages.len());
        self.pages.get(rows.start as usize / PAGE_WORDS..end).unwrap_or_default()
    }

    /// Sets the bits of lanes, from `first` on, in which rows that follow one
    /// another have other words than others that do.
    pub(crate) fn differing(&self, memory: &Memory, rows: [u32; 2], (first, count): (usize, usize), out: &mut Lanes) {
        let mut at = 0;
        while at < count {
            let places = rows.map(|row| row as usize + at);
            let [index, other_index] = places.map(|row| row % PAGE_WORDS);
            let len = (count - at).min(PAGE_WORDS - index.max(other_index));
            match places.map(|row| self.pages.get(row / PAGE_WORDS)) {
                [Some(page), Some(other)] if index + len <= page.len() && other_index + len <= other.len() => {
                    page.differing(memory, (other, [index, other_index]), (first + at, len), out);
                }
                _ => {
                    for at in at..at + len {
                        let [word, other] = rows.map(|row| self.get(memory, row + at as u32));
                        set_from(out, first + at, u64::from(word != other));
                    }
                }
            }
            at += len;
        }
    }

    /// Adds to a number-valued row of a system column.
    pub(crate) fn count_up(&mut self, memory: &mut Memory, row: u32) -> Result<()> {
        let next = self.count(memory, row).wrapping_add(1);
        self.set(memory, row, Word::count(next))
    }

    /// Adds to all rows of a page that were never set, or are all the same; answers whether they are.
    pub(crate) fn count_page_up(&mut self, memory: &mut Memory, number: usize) -> bool {
        while self.pages.len() <= number {
            if try_push(&mut self.pages, Page::empty()).is_err() {
                return false;
            }
        }
        memory.pages_touched += 1;
        self.pages.get_mut(number).is_some_and(|page| page.count_up(self.default))
    }

    /// The word of a row as a small unsigned number.
    #[inline(never)]
    pub(crate) fn count(&self, memory: &Memory, row: u32) -> u32 {
        self.get_inline(memory, row).as_number().unwrap_or(0.0) as u32
    }

    /// Gives back one page's memory; its rows read as the default again.
    pub(crate) fn clear_page(&mut self, memory: &mut Memory, number: usize) {
        if let Some(page) = self.pages.get_mut(number) {
            page.clear(memory, self.part);
        }
    }

    /// Gives back all memory.
    pub(crate) fn clear(&mut self, memory: &mut Memory) {
        for page in &mut self.pages {
            page.clear(memory, self.part);
        }
        self.pages = Vec::new();
    }

    /// The pages whose words can refer to something, with their numbers.
    pub(crate) fn referring_pages(&self) -> impl Iterator<Item = (usize, &Page)> {
        self.pages.iter().enumerate().filter(|(_, page)| page.may_refer())
    }

    pub(crate) const fn part(&self) -> Part {
        self.part
    }

    pub(crate) fn metadata_bytes(&self) -> usize {
        self.pages.capacity() * size_of::<Page>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_reads_what_was_set_and_its_default_elsewhere() {
        let mut memory = Memory::new(usize::MAX);
        let mut column = Column::new(Part::Columns, Word::ZERO);
        column.set(&mut memory, 5_000, Word::NULL).unwrap();
        column.count_up(&mut memory, 3).unwrap();
        assert_eq!(column.get(&memory, 5_000), Word::NULL);
        assert_eq!(column.count(&memory, 3), 1);
        assert_eq!(column.get(&memory, 2), Word::ZERO);
        assert_eq!(column.get(&memory, 1_000_000), Word::ZERO);
        column.clear_page(&mut memory, 4);
        assert_eq!(column.get(&memory, 5_000), Word::ZERO);
        column.clear(&mut memory);
        assert_eq!(memory.bytes(Part::Columns), 0);
    }

    #[test]
    fn a_constant_column_takes_no_pages_from_the_pool() {
        let mut memory = Memory::new(usize::MAX);
        let mut column = Column::new(Part::Columns, Word::ZERO);
        for row in 0..10_000 {
            column.set(&mut memory, row, Word::NULL).unwrap();
        }
        assert_eq!(memory.bytes(Part::Columns), 0);
    }
}
