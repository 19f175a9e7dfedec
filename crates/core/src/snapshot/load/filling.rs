//! The containers of a level on their way into the store's tables.

use gaesup_codec::{StringId, Word};

use super::super::head::{KIND_ENTRIES, KIND_LIST, KIND_MAP, KIND_OBJECT, KIND_TUPLE};
use super::Loader;
use super::columns::Holder;
use crate::error::{Error, Result};
use crate::memory::try_push;
use crate::node::{Cell, Node, TableId};
use crate::page::PAGE_WORDS;
use crate::shape::{SHAPE_KEYS_MAX, ShapeId, Shapes, TUPLE_ITEMS_MAX};
use crate::store::Store;

/// From so many on, containers get pages of rows of their own.
const RUN_ROWS_MIN: u32 = PAGE_WORDS as u32 / 2;

/// How containers of a form are kept in this store.
#[derive(Clone, Debug)]
pub(super) enum Live {
    /// As rows: the column of each field, and those that stay empty.
    Rows { shape: ShapeId, columns: Vec<u32>, absent: Vec<u32> },
    /// As dictionaries with these keys: the store has too many shapes.
    Keyed(Vec<StringId>),
    /// As lists.
    Lists,
    /// As dictionaries of a table, with keys of their own.
    Entries(u16),
}

impl Live {
    /// How many columns of words come for containers of this form.
    pub(super) const fn columns(&self) -> usize {
        match self {
            Self::Rows { columns, .. } => columns.len(),
            Self::Keyed(keys) => keys.len(),
            Self::Lists => 2,
            Self::Entries(_) => 3,
        }
    }

    /// Whether it says in its first column how many words the others have.
    pub(super) const fn has_lengths(&self) -> bool {
        matches!(self, Self::Lists | Self::Entries(_))
    }
}

/// The containers of a level that have one form.
#[derive(Default)]
pub(super) struct Filling {
    pub(super) form: u32,
    pub(super) rows: u32,
    /// How many were named by what holds them.
    named: u32,
    /// The first row, when they have rows of their own.
    run: Option<Node>,
    /// Who holds those rows of a page that were named, and in which slots.
    parents: Vec<Word>,
    slots: Vec<Word>,
    nodes: Vec<Node>,
    /// How many items or entries each has, and all have.
    pub(super) lengths: Vec<u32>,
    pub(super) items: u64,
}

impl Filling {
    pub(super) fn node(&self, number: u32) -> Result<Node> {
        match self.run {
            Some(first) => Ok(Node { row: first.row + number, ..first }),
            None => self.nodes.get(number as usize).copied().ok_or(Error::corrupt(0)),
        }
    }

    /// The number of the page of rows at a row's number, if they have their own. The
    /// last one need not be full: what is behind may be rows of others.
    pub(super) const fn run_page(&self, number: u32) -> Option<(u16, usize)> {
        match self.run {
            Some(first) => Some((first.table, (first.row + number) as usize / PAGE_WORDS)),
            None => None,
        }
    }

    pub(super) const fn is_complete(&self) -> bool {
        self.named == self.rows
    }

    /// Names as many rows of the run from `first` on as there are words, each held by a cell;
    /// who holds them is told page by page.
    fn name_rows(&mut self, store: &mut Store, first: Node, words: &mut [Word], holder: &Holder<'_>) -> Result<()> {
        let mut words = (0..).zip(words).peekable();
        while words.peek().is_some() {
            let room = PAGE_WORDS - self.parents.len();
            self.parents.try_reserve(room)?;
            self.slots.try_reserve(room)?;
            for (at, word) in words.by_ref().take(room) {
                let Cell { node, slot } = holder(at)?;
                self.parents.push(Word::node(node));
                self.slots.push(Word::count(slot));
                *word = Word::node(Node { row: first.row + self.named, ..first });
                self.named += 1;
            }
            self.adopt(store, first)?;
        }
        Ok(())
    }

    /// Tells the rows of a run that were named who holds them, when they are a page or the last ones.
    fn adopt(&mut self, store: &mut Store, first: Node) -> Result<()> {
        let (rows, memory) = store.tree.rows_mut(first.table).ok_or(Error::PathNotFound)?;
        let row = first.row + self.named - self.parents.len() as u32;
        if self.parents.len() == PAGE_WORDS {
            rows.install_parents(memory, row as usize / PAGE_WORDS, &self.parents, &self.slots)?;
        } else if self.is_complete() {
            // The last page need not be full, and others may have rows behind.
            for (row, (parent, slot)) in (row..).zip(self.parents.iter().zip(&self.slots)) {
                rows.set_parent_words(memory, row, *parent, *slot)?;
            }
        } else {
            return Ok(());
        }
        self.parents.clear();
        self.slots.clear();
        Ok(())
    }
}

impl Loader {
    /// Finds out how the containers of all forms are kept.
    pub(super) fn end_strings(&mut self, store: &mut Store) -> Result<()> {
        if self.strings.len() != self.head.strings as usize || self.blobs.len() != self.head.blobs as usize {
            return Err(self.corrupt());
        }
        if self.is_first {
            store.tree.strings.file_all(&mut store.tree.memory, &mut self.strings)?;
        }
        self.keeps_numbers = (0..).zip(&self.strings).all(|(number, id)| number == *id);
        let forms = core::mem::take(&mut self.head.forms);
        for code in &forms {
            let form = match **code {
                [KIND_TUPLE, items] if items as usize <= TUPLE_ITEMS_MAX => {
                    let columns = (0..items).collect();
                    Live::Rows { shape: Shapes::tuple(items as usize), columns, absent: Vec::new() }
                }
                [KIND_OBJECT, ref keys @ ..] if keys.len() <= SHAPE_KEYS_MAX => self.object(store, keys)?,
                [KIND_LIST] => Live::Lists,
                [KIND_ENTRIES] => Live::Entries(TableId::DICTIONARIES),
                [KIND_MAP] => Live::Entries(TableId::MAPS),
                _ => return Err(self.corrupt()),
            };
            try_push(&mut self.forms, form)?;
        }
        self.begin_level(store)
    }

    fn object(&self, store: &mut Store, numbers: &[u32]) -> Result<Live> {
        let mut keys = Vec::new();
        for number in numbers {
            let id = StringId(*self.strings.get(*number as usize).ok_or(self.corrupt())?);
            if keys.contains(&id) {
                return Err(self.corrupt());
            }
            try_push(&mut keys, id)?;
        }
        let tree = &mut store.tree;
        let Some(shape) = tree.shapes.choose(&mut tree.memory, &keys)? else {
            return Ok(Live::Keyed(keys));
        };
        let known = tree.shapes.get(shape);
        let columns: Vec<u32> = keys.iter().filter_map(|key| known.column_of(*key)).collect();
        let absent = (0..known.columns() as u32).filter(|column| !columns.contains(column)).collect();
        Ok(Live::Rows { shape, columns, absent })
    }

    /// Takes rows for the containers of the next level, those that are many.
    pub(super) fn begin_level(&mut self, store: &mut Store) -> Result<()> {
        for group in &self.below {
            self.places.forget(group.form);
        }
        if !self.below.iter().all(Filling::is_complete) {
            return Err(self.corrupt());
        }
        self.level = core::mem::take(&mut self.below);
        let groups = self.head.levels.get_mut(self.levels_begun).map(core::mem::take).unwrap_or_default();
        self.levels_begun += 1;
        for (form, rows) in groups {
            if self.places.get(form).is_some() {
                return Err(self.corrupt());
            }
            let run = match self.forms.get(form as usize) {
                Some(Live::Rows { shape, .. }) if rows >= RUN_ROWS_MIN => {
                    let table = store.tree.table_of(*shape)?;
                    let first = Node { table, row: store.tree.alloc_run(table, rows)? };
                    try_push(&mut self.runs, (first, rows)).inspect_err(|_| store.tree.take_back_run(first, rows))?;
                    Some(first)
                }
                _ => None,
            };
            let group = Filling { form, rows, run, ..Filling::default() };
            try_push(&mut self.below, group)?;
            self.places.set(form, self.below.len() - 1)?;
        }
        Ok(())
    }

    /// Makes the words at the beginning that all name one form the next containers of it, each
    /// held by a cell. Answers how many they are.
    pub(super) fn children(
        &mut self,
        store: &mut Store,
        form: u32,
        words: &mut [Word],
        holder: &Holder<'_>,
    ) -> Result<usize> {
        let corrupt = self.corrupt();
        let count = words.iter().take_while(|word| **word == Word::form(form)).count();
        let words = &mut words[..count];
        let place = self.places.get(form).ok_or(corrupt)?;
        let group = self.below.get_mut(place).ok_or(corrupt)?;
        if count > (group.rows - group.named) as usize {
            return Err(corrupt);
        }
        if let Some(first) = group.run {
            group.name_rows(store, first, words, holder)?;
            return Ok(count);
        }
        let live = self.forms.get(form as usize).ok_or(corrupt)?;
        group.nodes.try_reserve(count)?;
        self.taken.try_reserve(count)?;
        for (at, word) in (0..).zip(words) {
            let Cell { node: parent, slot } = holder(at)?;
            let node = add(store, live, parent, slot)?;
            self.taken.push(node);
            group.nodes.push(node);
            group.named += 1;
            *word = Word::node(node);
        }
        Ok(count)
    }
}

/// A new container without contents.
fn add(store: &mut Store, live: &Live, parent: Node, slot: u32) -> Result<Node> {
    let tree = &mut store.tree;
    match live {
        Live::Rows { shape, absent, .. } => {
            let node = tree.add_row(*shape, Some(parent), slot)?;
            for column in absent {
                tree.put(Cell { node, slot: *column }, Word::ABSENT).inspect_err(|_| tree.free_row(node))?;
            }
            Ok(node)
        }
        Live::Keyed(_) => tree.add_dictionary(TableId::DICTIONARIES, parent, slot),
        Live::Lists => tree.add_list(parent, slot),
        Live::Entries(table) => tree.add_dictionary(*table, parent, slot),
    }
}
