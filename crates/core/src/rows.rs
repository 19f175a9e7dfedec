//! What every table knows of its rows: who holds them, and since when.

use core::ops::Range;

use gaesup_codec::Word;

use crate::column::Column;
use crate::error::{Error, Result, Thing};
use crate::memory::{Memory, Part, try_push};
use crate::node::Node;
use crate::page::{PAGE_WORDS, Page};

const TOO_MANY: Error = Error::TooMany { what: Thing::Containers };

/// The system columns of a table and its free rows.
///
/// All are adaptively encoded, so a long array of like objects pays two bytes
/// a row for them: one parent for all, no generation, consecutive slots.
#[derive(Debug)]
pub(crate) struct Rows {
    parent: Column,
    slot: Column,
    generation: Column,
    view: Column,
    /// What is remembered of the bytes that a row came from; mostly nothing.
    source: Column,
    free: Vec<u32>,
    len: u32,
    /// Rows in use, per page of rows.
    live: Vec<u16>,
    live_total: u32,
}

impl Rows {
    pub(crate) const fn new(part: Part) -> Self {
        Self {
            parent: Column::new(part, Word::ABSENT),
            slot: Column::new(part, Word::ZERO),
            generation: Column::new(part, Word::ZERO),
            view: Column::new(part, Word::ZERO),
            source: Column::new(part, Word::ZERO),
            free: Vec::new(),
            len: 0,
            live: Vec::new(),
            live_total: 0,
        }
    }

    /// A row to use, held by `parent` at `slot`.
    pub(crate) fn alloc(&mut self, memory: &mut Memory, parent: Option<Node>, slot: u32) -> Result<u32> {
        let row = self.free.last().copied().unwrap_or(self.len);
        if row == u32::MAX {
            return Err(TOO_MANY);
        }
        while self.live.len() <= row as usize / PAGE_WORDS {
            try_push(&mut self.live, 0)?;
        }
        self.parent.set(memory, row, parent.map_or(Word::ABSENT, Word::node))?;
        self.slot.set(memory, row, Word::count(slot))?;
        if self.free.pop().is_none() {
            self.len += 1;
        }
        self.live[row as usize / PAGE_WORDS] += 1;
        self.live_total += 1;
        Ok(row)
    }

    /// Takes `count` rows that stand together, on pages of their own behind all
    /// that are in use; nobody holds them yet. Answers the first. O(pages + free rows).
    pub(crate) fn alloc_run(&mut self, count: u32) -> Result<u32> {
        let used_pages = self.live.iter().rposition(|live| *live > 0).map_or(0, |last| last + 1);
        let first = (used_pages * PAGE_WORDS) as u32;
        let end = first.checked_add(count).filter(|end| *end < u32::MAX).ok_or(TOO_MANY)?;
        let pages = (end as usize).div_ceil(PAGE_WORDS);
        self.live.try_reserve(pages.saturating_sub(self.live.len()))?;
        self.free.try_reserve(first.saturating_sub(self.len) as usize)?;
        self.free.retain(|row| *row < first);
        self.free.extend(self.len..first);
        self.live.truncate(used_pages);
        for page in used_pages..pages {
            self.live.push((end as usize - page * PAGE_WORDS).min(PAGE_WORDS) as u16);
        }
        self.live_total += count;
        self.len = end;
        Ok(first)
    }

    /// Takes rows back that nobody was ever told of: O(pages), or O(rows) if others came behind them.
    pub(crate) fn take_back_run(&mut self, memory: &mut Memory, first: u32, count: u32) {
        let end = first.saturating_add(count);
        let pages = first as usize / PAGE_WORDS..(end as usize).div_ceil(PAGE_WORDS);
        for page in pages.clone() {
            self.parent.clear_page(memory, page);
            self.slot.clear_page(memory, page);
            if let Some(live) = self.live.get_mut(page) {
                *live = 0;
            }
        }
        self.live_total -= count;
        if end == self.len {
            self.len = first;
            self.live.truncate(pages.start);
        } else {
            // Without memory to note them they are not used again.
            (first..end).for_each(|row| {
                let _ = try_push(&mut self.free, row);
            });
        }
    }

    /// Frees a row: handles to it are stale from now on. Answers the number
    /// of the page of rows that this emptied, whose cells can be given back.
    pub(crate) fn free(&mut self, memory: &mut Memory, row: u32) -> Option<usize> {
        let mut forgotten = self.view(memory, row) == 0 || self.view.set(memory, row, Word::ZERO).is_ok();
        forgotten &= self.source(memory, row) == Word::ZERO || self.source.set(memory, row, Word::ZERO).is_ok();
        // Without memory to tell the generations apart the row is not used again.
        if forgotten && self.generation.count_up(memory, row).is_ok() {
            let _ = try_push(&mut self.free, row);
        }
        self.leave(memory, row as usize / PAGE_WORDS, 1)
    }

    /// Frees all rows of a page that are without views. They are to be used
    /// again from the first to the last.
    pub(crate) fn free_page(&mut self, memory: &mut Memory, page: usize) -> Option<usize> {
        let rows = page * PAGE_WORDS..(page + 1) * PAGE_WORDS;
        if self.free.try_reserve(PAGE_WORDS).is_ok() && self.generation.count_page_up(memory, page) {
            self.free.extend(rows.rev().map(|row| row as u32));
            return self.leave(memory, page, PAGE_WORDS as u16);
        }
        rows.rev().filter_map(|row| self.free(memory, row as u32)).last()
    }

    /// Counts rows of a page as free.
    fn leave(&mut self, memory: &mut Memory, page: usize, count: u16) -> Option<usize> {
        self.live[page] -= count;
        self.live_total -= u32::from(count);
        if self.live[page] > 0 {
            return None;
        }
        self.parent.clear_page(memory, page);
        self.slot.clear_page(memory, page);
        self.view.clear_page(memory, page);
        self.source.clear_page(memory, page);
        Some(page)
    }

    /// Whether rows that follow one another have no views, as far as that is quickly seen.
    pub(crate) fn is_unseen(&self, rows: &Range<u32>) -> bool {
        self.view.is_default(rows)
    }

    /// How many rows were ever in use at once.
    pub(crate) const fn len(&self) -> u32 {
        self.len
    }

    /// Rows to be used again.
    pub(crate) fn free_rows(&self) -> &[u32] {
        &self.free
    }

    /// How many rows are in use.
    pub(crate) const fn live(&self) -> u32 {
        self.live_total
    }

    #[inline]
    pub(crate) fn parent(&self, memory: &Memory, row: u32) -> Option<Node> {
        self.parent.get(memory, row).as_node()
    }

    /// The slot of the parent that holds this row. In a list it is a hint:
    /// where the item was when it was put there.
    #[inline]
    pub(crate) fn slot(&self, memory: &Memory, row: u32) -> u32 {
        self.slot.count(memory, row)
    }

    pub(crate) fn set_parent(&mut self, memory: &mut Memory, row: u32, parent: Node, slot: u32) -> Result<()> {
        self.set_parent_words(memory, row, Word::node(parent), Word::count(slot))
    }

    /// The same for who has the words.
    pub(crate) fn set_parent_words(&mut self, memory: &mut Memory, row: u32, parent: Word, slot: Word) -> Result<()> {
        self.parent.set(memory, row, parent)?;
        self.slot.set(memory, row, slot)
    }

    /// Says who holds the rows of a whole page, and in which slots.
    pub(crate) fn install_parents(
        &mut self,
        memory: &mut Memory,
        number: usize,
        parents: &[Word],
        slots: &[Word],
    ) -> Result<()> {
        let page = Page::of(memory, self.parent.part(), parents)?;
        self.parent.install(memory, number, page)?;
        let page = Page::of(memory, self.slot.part(), slots)?;
        self.slot.install(memory, number, page)
    }

    #[inline]
    pub(crate) fn generation(&self, memory: &Memory, row: u32) -> u32 {
        self.generation.count(memory, row)
    }

    /// Makes all handles to this row stale although it stays in use.
    pub(crate) fn renew(&mut self, memory: &mut Memory, row: u32) -> Result<()> {
        self.generation.count_up(memory, row)
    }

    /// The number of the view built of this row, or 0.
    #[inline]
    pub(crate) fn view(&self, memory: &Memory, row: u32) -> u32 {
        self.view.count(memory, row)
    }

    pub(crate) fn set_view(&mut self, memory: &mut Memory, row: u32, view: u32) -> Result<()> {
        self.view.set(memory, row, Word::count(view))
    }

    /// What the row remembers of the bytes it came from, or zero.
    #[inline]
    pub(crate) fn source(&self, memory: &Memory, row: u32) -> Word {
        self.source.get(memory, row)
    }

    pub(crate) fn set_source(&mut self, memory: &mut Memory, row: u32, source: Word) -> Result<()> {
        self.source.set(memory, row, source)
    }

    pub(crate) fn forget_sources(&mut self, memory: &mut Memory) {
        self.source.clear(memory);
    }

    pub(crate) fn metadata_bytes(&self) -> usize {
        [&self.parent, &self.slot, &self.generation, &self.view, &self.source]
            .iter()
            .map(|column| column.metadata_bytes())
            .sum::<usize>()
            + self.free.capacity() * size_of::<u32>()
            + self.live.capacity() * size_of::<u16>()
    }
}
