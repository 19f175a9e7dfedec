//! Going along the columns of both, page by page.

use std::borrow::Cow;

use gaesup_codec::{Encoding, Value, Word, differing_words, put_ids};

use super::super::head::{KIND_ENTRIES, KIND_LIST, KIND_MAP, KIND_TUPLE};
use super::{Cell, Column, Group, Two, Written, equal, has_lengths};
use crate::error::{Error, Result};
use crate::memory::try_push;
use crate::page::{LANES, Lanes, PAGE_WORDS, PageWords, differing_codes, is_clear, set_bits, set_from};

/// Where the next page of one side begins. A page that goes on in the next section is not the simple case.
struct Reader<'a> {
    rest: &'a [u8],
    behind: &'a [Cow<'a, [u8]>],
}

impl<'a> Reader<'a> {
    #[inline(never)]
    fn next(&mut self, words: usize) -> Result<Written<'a>> {
        while self.rest.is_empty() {
            let (next, behind) = self.behind.split_first().ok_or(Error::corrupt(0))?;
            (self.rest, self.behind) = (next, behind);
        }
        let (page, bytes) = Written::first(self.rest, words)?.ok_or(Error::corrupt(0))?;
        self.rest = &self.rest[bytes..];
        Ok(page)
    }
}

impl<'a> Two<'a> {
    /// Notes all cells that differ.
    pub(super) fn walk(&mut self, sections: &'a [Vec<Cow<'a, [u8]>>; 2], words_max: u64) -> Result<()> {
        let mut readers = sections.each_ref().map(|sections| Reader { rest: &[], behind: sections });
        let mut words_left = words_max;
        let root = [readers[0].next(1)?, readers[1].next(1)?];
        let is_container = root[0].word(0).as_form().is_some();
        if !is_clear(&self.differing(&root)?) || is_container == self.head.levels.is_empty() {
            return Err(Error::PathNotFound);
        }
        for (level, groups) in (0..).zip(&self.head.levels) {
            for (form, rows) in groups {
                let first_column = self.columns.len();
                let group = Group { level, form: *form, rows: *rows, first_column, columns: 0, ends: Vec::new() };
                self.walk_group(group, &mut readers, &mut words_left)?;
            }
        }
        let is_at_end =
            |reader: &Reader<'_>| reader.rest.is_empty() && reader.behind.iter().all(|section| section.is_empty());
        if readers.iter().all(is_at_end) { Ok(()) } else { Err(Error::corrupt(0)) }
    }

    fn walk_group(&mut self, mut group: Group, readers: &mut [Reader<'a>; 2], words_left: &mut u64) -> Result<()> {
        let number = self.groups.len() as u32;
        let (kind, rest) = self.form(&group);
        group.columns = match kind {
            KIND_TUPLE => rest.first().map_or(0, |items| *items as usize),
            KIND_LIST => 2,
            KIND_ENTRIES | KIND_MAP => 3,
            _ => rest.len(),
        };
        let has_lengths = has_lengths(kind);
        let mut words = u64::from(group.rows);
        for column in 0..group.columns {
            let is_fixed = has_lengths && column < group.columns - 1;
            *words_left = words_left.checked_sub(words).ok_or(Error::LimitExceeded)?;
            let count = u32::try_from(words).map_err(|_| Error::LimitExceeded)?;
            let first_page = self.pages.len();
            try_push(&mut self.columns, Column { first_page, words: count })?;
            for first in (0..count).step_by(PAGE_WORDS) {
                let len = ((count - first) as usize).min(PAGE_WORDS);
                let pages = [readers[0].next(len)?, readers[1].next(len)?];
                try_push(&mut self.pages, pages)?;
                let lanes = self.differing(&pages)?;
                for at in set_bits(&lanes) {
                    // Other lengths or keys are another structure.
                    if is_fixed {
                        return Err(Error::PathNotFound);
                    }
                    self.note(Cell {
                        group: number,
                        column: column as u32,
                        at: first + at as u32,
                        words: pages.map(|page| page.word(at)),
                    })?;
                }
            }
            if has_lengths && column == 0 {
                words = self.items(first_page)?;
            }
        }
        try_push(&mut self.groups, group)
    }

    /// How many items the lengths say that stand in the pages from one on.
    fn items(&self, first_page: usize) -> Result<u64> {
        let mut items = 0u64;
        for [page, _] in &self.pages[first_page..] {
            let is_constant = page.packed.encoding == Encoding::Constant;
            let (distinct, times) = if is_constant { (1, page.words as u64) } else { (page.words, 1) };
            for at in 0..distinct {
                items += u64::from(length(page.word(at))?) * times;
            }
        }
        Ok(items)
    }

    /// Finds which words of two pages are not the same.
    fn differing(&self, pages: &[Written<'a>; 2]) -> Result<Lanes> {
        let mut lanes: Lanes = [0; LANES / 64];
        let [one, other] = pages;
        if one.packed == other.packed {
            let is_same = equal(one.bytes, other.bytes);
            // Then the same codes mean the same.
            let is_plain = |page: &Written<'_>| {
                let is_form = page.packed.has_base() && Word::from_bits(page.packed.base).as_form().is_some();
                let can_be_strings = page.packed.encoding == Encoding::Tag8;
                is_form
                    || can_be_strings && self.numbers.are_same_from(Word::from_bits(page.packed.base))
                    || page.packed.is_as_it_was(page.bytes, page.words, self.numbers.same_texts)
            };
            if self.numbers.are_same() || is_plain(one) && (is_same || is_plain(other)) {
                match one.packed.encoding.width_bits() / 8 {
                    _ if is_same => {}
                    0 => self.differing_packed(pages, &mut lanes)?,
                    width => differing_codes(width, one.bytes, other.bytes, &mut lanes),
                }
                return Ok(lanes);
            }
        }
        self.differing_packed(pages, &mut lanes)?;
        Ok(lanes)
    }

    /// The same by the words themselves.
    fn differing_packed(&self, pages: &[Written<'a>; 2], lanes: &mut Lanes) -> Result<()> {
        let is_constant = pages.iter().all(|page| page.packed.encoding == Encoding::Constant);
        let count = if is_constant { 1 } else { pages[0].words };
        let (mut words, mut others): (PageWords, PageWords) = ([Word::ABSENT; PAGE_WORDS], [Word::ABSENT; PAGE_WORDS]);
        let (words, others) = (&mut words[..count], &mut others[..count]);
        pages[0].packed.unpack(pages[0].bytes, 0, words);
        pages[1].packed.unpack(pages[1].bytes, 0, others);
        if !self.numbers.are_same() {
            self.translate(others)?;
        }
        differing_words(words, others, lanes);
        if is_constant && lanes[0] != 0 {
            (0..pages[0].words).for_each(|at| set_from(lanes, at, 1));
        }
        Ok(())
    }

    /// Makes words of the second what they are in the first; those that this does not have are absent.
    fn translate(&self, words: &mut [Word]) -> Result<()> {
        let mut at = 0;
        loop {
            at += put_ids(self.numbers.texts(), &mut words[at..]);
            let Some(word) = words.get_mut(at) else { break };
            match word.value() {
                Value::Blob(..) => *word = self.numbers.translated(*word).unwrap_or(Word::ABSENT),
                _ if word.as_form().is_some() => {}
                _ => return Err(Error::corrupt(0)),
            }
            at += 1;
        }
        Ok(())
    }

    /// A word of a column.
    pub(super) fn word(&self, side: usize, column: usize, at: u32) -> Word {
        let page = self.columns.get(column).map_or(0, |column| column.first_page) + at as usize / PAGE_WORDS;
        self.pages.get(page).map_or(Word::ABSENT, |pages| pages[side].word(at as usize % PAGE_WORDS))
    }

    /// Finds where the items of each container of a group end.
    pub(super) fn find_ends(&mut self, group: usize) -> Result<()> {
        let Group { first_column, rows, ref ends, .. } = self.groups[group];
        if !ends.is_empty() {
            return Ok(());
        }
        let mut ends = Vec::new();
        ends.try_reserve_exact(rows as usize)?;
        let mut end = 0;
        for row in 0..rows {
            end += length(self.word(0, first_column, row))?;
            ends.push(end);
        }
        self.groups[group].ends = ends;
        Ok(())
    }
}

fn length(word: Word) -> Result<u32> {
    word.as_integer().and_then(|length| u32::try_from(length).ok()).ok_or(Error::corrupt(0))
}
