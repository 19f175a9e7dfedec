//! Pages of columns on their way into the store.

use gaesup_codec::{Value, Word, put_ids};

use super::Loader;
use super::filling::{Filling, Live};
use crate::error::{Error, Result};
use crate::memory::{Part, try_push};
use crate::node::{Cell, Node};
use crate::page::{PAGE_WORDS, Page, PageWords};
use crate::snapshot::written::Written;
use crate::store::Store;

/// Which column is being read, and how far.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum At {
    Root,
    Column { group: usize, column: usize, words: u64, container: u32, inside: u32 },
    End,
}

/// Which cell holds a word, by its number among some.
pub(super) type Holder<'a> = dyn Fn(u32) -> Result<Cell> + 'a;

impl Loader {
    /// Reads the pages that are there whole; answers how many bytes they take.
    pub(super) fn read_pages(&mut self, store: &mut Store, plain: &[u8]) -> Result<usize> {
        let mut at = 0;
        while let Some(words) = self.words_next(store)? {
            let rest = plain.get(at..).unwrap_or(&[]);
            let Some((written, bytes)) = Written::first(rest, words).map_err(|_| self.corrupt())? else {
                return Ok(at);
            };
            self.page(store, &written)?;
            at += bytes;
        }
        if at == plain.len() { Ok(at) } else { Err(self.corrupt()) }
    }

    /// How many words the next page has; goes on to the next column, group and
    /// level where one ends.
    fn words_next(&mut self, store: &mut Store) -> Result<Option<usize>> {
        loop {
            let At::Column { group, column, words, .. } = self.at else {
                return Ok((self.at == At::Root).then_some(1));
            };
            let Some(filling) = self.level.get(group) else {
                self.descend(store)?;
                continue;
            };
            let live = self.forms.get(filling.form as usize).ok_or(self.corrupt())?;
            if column >= live.columns() {
                self.at = first_column(group + 1);
                continue;
            }
            let whole = if live.has_lengths() && column > 0 { filling.items } else { u64::from(filling.rows) };
            if words >= whole {
                self.at = At::Column { group, column: column + 1, words: 0, container: 0, inside: 0 };
                continue;
            }
            return Ok(Some((whole - words).min(PAGE_WORDS as u64) as usize));
        }
    }

    fn descend(&mut self, store: &mut Store) -> Result<()> {
        self.begin_level(store)?;
        self.at = if self.level.is_empty() { At::End } else { first_column(0) };
        if self.at == At::End && self.levels_begun <= self.head.levels.len() {
            return Err(self.corrupt());
        }
        Ok(())
    }

    fn page(&mut self, store: &mut Store, written: &Written<'_>) -> Result<()> {
        if self.page_as_is(store, written)? {
            return Ok(());
        }
        let mut words: PageWords = [Word::NULL; PAGE_WORDS];
        let words = &mut words[..written.words];
        written.packed.unpack(written.bytes, 0, words);
        self.words_left = self.words_left.checked_sub(words.len() as u64).ok_or(Error::LimitExceeded)?;
        let At::Column { group, column, words: done, mut container, mut inside } = self.at else {
            let target = self.target;
            self.translate(store, words, &|_| Ok(target))?;
            self.root = words[0];
            return self.descend(store);
        };
        let mut level = core::mem::take(&mut self.level);
        let read = match level.get_mut(group) {
            Some(filling) => self.fill(store, filling, column, (done as u32, &mut container, &mut inside), words),
            None => Err(self.corrupt()),
        };
        self.level = level;
        read?;
        self.at = At::Column { group, column, words: done + words.len() as u64, container, inside };
        Ok(())
    }

    /// Takes a page over as it is, when it is one of a column of rows and says in this
    /// store what it says in the snapshot; answers whether it was.
    fn page_as_is(&mut self, store: &mut Store, written: &Written<'_>) -> Result<bool> {
        let At::Column { group, column, words: done, .. } = self.at else { return Ok(false) };
        if written.words < PAGE_WORDS {
            return Ok(false);
        }
        let Some(filling) = self.level.get(group) else { return Ok(false) };
        let (Some((table, page)), Some(Live::Rows { columns, .. })) =
            (filling.run_page(done as u32), self.forms.get(filling.form as usize))
        else {
            return Ok(false);
        };
        let strings = if self.keeps_numbers { self.strings.len() as u32 } else { 0 };
        if !written.packed.is_as_it_was(written.bytes, written.words, strings) {
            return Ok(false);
        }
        let slot = *columns.get(column).ok_or(self.corrupt())?;
        let Written { packed, bytes, words } = *written;
        self.words_left = self.words_left.checked_sub(words as u64).ok_or(Error::LimitExceeded)?;
        let made = Page::of_packed(&mut store.tree.memory, Part::Columns, packed, bytes, words)?;
        store.tree.install_page(table, slot, page, made)?;
        if let At::Column { words, .. } = &mut self.at {
            *words += written.words as u64;
        }
        Ok(true)
    }

    fn fill(
        &mut self,
        store: &mut Store,
        filling: &mut Filling,
        column: usize,
        (done, container, inside): (u32, &mut u32, &mut u32),
        words: &mut [Word],
    ) -> Result<()> {
        let live = self.forms.get(filling.form as usize).cloned().ok_or(self.corrupt())?;
        match live {
            Live::Rows { columns, .. } => {
                let slot = *columns.get(column).ok_or(self.corrupt())?;
                self.fill_rows(store, filling, slot, done, words)
            }
            Live::Keyed(keys) => {
                let key = *keys.get(column).ok_or(self.corrupt())?;
                self.translate(store, words, &|at| Ok(Cell { node: filling.node(done + at)?, slot: column as u32 }))?;
                for (number, word) in (done..).zip(words) {
                    store.tree.push_entry(filling.node(number)?, key, *word)?;
                }
                Ok(())
            }
            Live::Lists | Live::Entries(_) if column == 0 => self.lengths(filling, words),
            Live::Lists => self.in_pieces(filling, container, inside, words, |loader, node, first, words| {
                loader.translate(store, words, &|at| Ok(Cell { node, slot: first + at }))?;
                let (list, memory) = store.tree.list_mut(node).ok_or(Error::PathNotFound)?;
                list.extend(memory, words)
            }),
            Live::Entries(_) => self.in_pieces(filling, container, inside, words, |loader, node, first, words| {
                loader.translate(store, words, &|at| Ok(Cell { node, slot: first + at }))?;
                for (slot, word) in (first..).zip(words) {
                    if column == 2 {
                        store.tree.put(Cell { node, slot }, *word)?;
                        continue;
                    }
                    let key = word.as_string().filter(|key| store.tree.find(node, *key).is_none());
                    store.tree.push_entry(node, key.ok_or(loader.corrupt())?, Word::NULL)?;
                }
                Ok(())
            }),
        }
    }

    fn fill_rows(
        &mut self,
        store: &mut Store,
        filling: &Filling,
        slot: u32,
        done: u32,
        words: &mut [Word],
    ) -> Result<()> {
        self.translate(store, words, &|at| Ok(Cell { node: filling.node(done + at)?, slot }))?;
        if let Some((table, page)) = filling.run_page(done).filter(|_| words.len() == PAGE_WORDS) {
            let made = Page::of(&mut store.tree.memory, Part::Columns, words)?;
            return store.tree.install_page(table, slot, page, made);
        }
        for (number, word) in (done..).zip(words) {
            store.tree.put(Cell { node: filling.node(number)?, slot }, *word)?;
        }
        Ok(())
    }

    fn lengths(&self, filling: &mut Filling, words: &[Word]) -> Result<()> {
        for word in words {
            let length = word.as_integer().and_then(|length| u32::try_from(length).ok()).ok_or(self.corrupt())?;
            try_push(&mut filling.lengths, length)?;
            filling.items += u64::from(length);
        }
        // What cannot come is refused before room is made for it.
        if filling.items > self.words_left { Err(Error::LimitExceeded) } else { Ok(()) }
    }

    /// Cuts words where one container's items end and the next one's begin.
    fn in_pieces(
        &mut self,
        filling: &Filling,
        container: &mut u32,
        inside: &mut u32,
        words: &mut [Word],
        mut each: impl FnMut(&mut Self, Node, u32, &mut [Word]) -> Result<()>,
    ) -> Result<()> {
        let mut rest = words;
        while !rest.is_empty() {
            let length = *filling.lengths.get(*container as usize).ok_or(self.corrupt())?;
            let count = ((length - *inside) as usize).min(rest.len());
            let (piece, behind) = rest.split_at_mut(count);
            if count > 0 {
                each(self, filling.node(*container)?, *inside, piece)?;
            }
            *inside += count as u32;
            if *inside == length {
                *container += 1;
                *inside = 0;
            }
            rest = behind;
        }
        Ok(())
    }

    /// Makes words of the snapshot what they are in this store, each held by a cell.
    fn translate(&mut self, store: &mut Store, words: &mut [Word], holder: &Holder<'_>) -> Result<()> {
        let corrupt = self.corrupt();
        let mut at = 0;
        loop {
            at += put_ids(&self.strings, &mut words[at..]);
            let Some(word) = words.get_mut(at) else { return Ok(()) };
            if let Value::Blob(kind, number) = word.value() {
                let id =
                    *self.blobs.get(number as usize).filter(|_| *word == Word::blob(kind, number)).ok_or(corrupt)?;
                *word = if kind.can_be(store.blob(id)) { Word::blob(kind, id) } else { return Err(corrupt) };
                at += 1;
            } else {
                let form = word.as_form().ok_or(corrupt)?;
                at += self.children(store, form, &mut words[at..], &|next| holder(at as u32 + next))?;
            }
        }
    }
}

const fn first_column(group: usize) -> At {
    At::Column { group, column: 0, words: 0, container: 0, inside: 0 }
}
