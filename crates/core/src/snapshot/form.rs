//! Forms: what the containers of a snapshot look like.
//!
//! An object's form is exactly the keys that it has, in the order in which
//! JavaScript shows them, however its store keeps it.

use gaesup_codec::{StringId, Word};

use super::FORM_KEYS_MAX;
use crate::error::Result;
use crate::finder::{Finder, mix};
use crate::memory::try_push;
use crate::node::{Cell, Node, TableId};
use crate::page::PAGE_WORDS;
use crate::shape::{Shape, TUPLE_ITEMS_MAX};
use crate::tree::{Kind, Tree};

/// What containers of a group have in common.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Form {
    /// An array of exactly this many items.
    Tuple(u32),
    /// A plain object with exactly these keys.
    Object(Box<[StringId]>),
    /// A longer array.
    List,
    /// An object with more keys.
    Entries,
    /// A `Map`.
    Map,
}

/// No form yet.
const UNKNOWN: u32 = u32::MAX;

/// What is known of the objects in a table.
#[derive(Default)]
struct TableForms {
    /// The form of a row that lacks no key.
    full: Option<u32>,
    /// By page of rows: the columns in which a word may be absent, once looked at.
    lacking: Vec<Option<u64>>,
    /// The form of the row met last that lacks these columns' keys.
    last: Option<(u64, u32)>,
}

/// The forms met so far, numbered in that order.
#[derive(Default)]
pub(super) struct Forms {
    pub(super) list: Vec<Form>,
    by_form: Finder,
    tables: Vec<TableForms>,
}

impl Forms {
    /// Whether all rows of the page that a container is in are known to lack no key.
    pub(super) fn is_page_full(&self, node: Node) -> bool {
        let table = node.table.checked_sub(TableId::SHAPES).and_then(|table| self.tables.get(table as usize));
        table.is_some_and(|table| table.lacking.get(node.row as usize / PAGE_WORDS) == Some(&Some(0)))
    }

    /// The number of a container's form: O(1) mostly, O(keys) for an object
    /// that lacks some of its shape's.
    pub(super) fn of(&mut self, tree: &Tree, node: Node) -> Result<u32> {
        match node.table {
            TableId::LISTS => {
                let len = tree.slots(node);
                self.number(if len as usize > TUPLE_ITEMS_MAX { Form::List } else { Form::Tuple(len) })
            }
            TableId::MAPS => self.number(Form::Map),
            TableId::DICTIONARIES => {
                let is_long = tree.dictionary(node).is_some_and(|entries| entries.len() as usize > FORM_KEYS_MAX);
                if is_long { self.number(Form::Entries) } else { self.object(tree, node) }
            }
            _ => self.of_row(tree, node),
        }
    }

    fn of_row(&mut self, tree: &Tree, node: Node) -> Result<u32> {
        let table = (node.table - TableId::SHAPES) as usize;
        while self.tables.len() <= table {
            try_push(&mut self.tables, TableForms::default())?;
        }
        let page = node.row as usize / PAGE_WORDS;
        let lacking = match self.tables[table].lacking.get(page) {
            Some(Some(columns)) => *columns,
            _ => self.look_at_page(tree, table, page)?,
        };
        let lacks = |column: &u32| tree.get(Cell { node, slot: *column }).is_absent();
        let mut missing = 0u64;
        let mut left = lacking;
        while left != 0 {
            let column = left.trailing_zeros();
            left &= left - 1;
            missing |= u64::from(lacks(&column)) << column;
        }
        let known = &self.tables[table];
        if missing == 0
            && let Some(form) = known.full
        {
            return Ok(form);
        }
        if let Some((columns, form)) = known.last
            && columns == missing
        {
            return Ok(form);
        }
        let form = match tree.shape(node) {
            Shape::Tuple(items) => self.number(Form::Tuple(*items as u32))?,
            Shape::Object(_) => self.object(tree, node)?,
        };
        let known = &mut self.tables[table];
        if missing == 0 {
            known.full = Some(form);
        } else {
            known.last = Some((missing, form));
        }
        Ok(form)
    }

    /// Finds the columns of a page of rows in which something is absent.
    fn look_at_page(&mut self, tree: &Tree, table: usize, page: usize) -> Result<u64> {
        let mut lacking = 0;
        if let Some(objects) = tree.tables.get(table) {
            let mut words = [Word::ABSENT; PAGE_WORDS];
            let first = (page * PAGE_WORDS) as u32;
            let rows = (objects.rows.len().saturating_sub(first) as usize).min(PAGE_WORDS);
            for (number, column) in objects.columns().iter().enumerate() {
                column.read(&tree.memory, first, &mut words[..rows]);
                lacking |= u64::from(words[..rows].iter().any(|word| word.is_absent())) << number;
            }
        }
        let pages = &mut self.tables[table].lacking;
        while pages.len() <= page {
            try_push(pages, None)?;
        }
        pages[page] = Some(lacking);
        Ok(lacking)
    }

    fn object(&mut self, tree: &Tree, node: Node) -> Result<u32> {
        let mut keys = Vec::new();
        keys.try_reserve_exact(tree.slots(node) as usize)?;
        for slot in ordered_slots(tree, node)? {
            keys.extend(tree.key(node, slot));
        }
        self.number(Form::Object(keys.into_boxed_slice()))
    }

    fn number(&mut self, form: Form) -> Result<u32> {
        let hash = hash_form(&form);
        let list = &self.list;
        // While there are few, nothing is filed.
        let found = match self.by_form.find(hash, |number| list.get(number as usize) == Some(&form)) {
            Some(number) => Some(number as usize),
            None if list.len() <= crate::finder::LINEAR_MAX => list.iter().position(|known| *known == form),
            None => None,
        };
        if let Some(number) = found {
            return Ok(number as u32);
        }
        let number = self.list.len() as u32;
        try_push(&mut self.list, form)?;
        if self.by_form.reserve(self.list.len())? {
            for (number, form) in (0..).zip(&self.list) {
                self.by_form.file(hash_form(form), number, |_| false);
            }
        } else if self.list.len() > crate::finder::LINEAR_MAX {
            self.by_form.file(hash, number, |_| false);
        }
        Ok(number)
    }
}

fn hash_form(form: &Form) -> u64 {
    match form {
        Form::Tuple(items) => mix(u64::from(*items)),
        Form::Object(keys) => {
            keys.iter().fold(mix(keys.len() as u64 | 1 << 32), |hash, key| mix(hash ^ u64::from(key.0)))
        }
        Form::List => mix(2 << 32),
        Form::Entries => mix(3 << 32),
        Form::Map => mix(4 << 32),
    }
}

/// The slots of a container that hold something, in the order in which
/// JavaScript shows their keys: O(slots), or O(slots log slots) where keys that
/// are array indexes do not stand first and ascending.
pub(super) fn ordered_slots(tree: &Tree, node: Node) -> Result<Vec<u32>> {
    let mut slots = Vec::new();
    slots.try_reserve_exact(tree.slots(node) as usize)?;
    slots.extend(tree.cells(node).map(|(slot, _)| slot));
    if tree.kind(node) != Kind::Object {
        return Ok(slots);
    }
    let index = |slot: u32| tree.key(node, slot).and_then(|key| tree.array_index(key));
    let mut indexes: Vec<u64> = Vec::new();
    let mut is_in_order = true;
    let mut before = None;
    let mut names = 0;
    for slot in &slots {
        match index(*slot) {
            None => names += 1,
            Some(index) => {
                is_in_order &= names == 0 && before.is_none_or(|before| before < index);
                before = Some(index);
                try_push(&mut indexes, u64::from(index) << 32 | u64::from(*slot))?;
            }
        }
    }
    if is_in_order {
        return Ok(slots);
    }
    crate::scratch::sort(&mut indexes);
    let mut named = core::mem::take(&mut slots);
    named.retain(|slot| index(*slot).is_none());
    slots.try_reserve_exact(indexes.len() + named.len())?;
    slots.extend(indexes.iter().map(|index| *index as u32));
    slots.append(&mut named);
    Ok(slots)
}

/// Where the forms of a level stand in its list of groups.
#[derive(Default)]
pub(super) struct Places(Vec<u32>);

impl Places {
    pub(super) fn get(&self, form: u32) -> Option<usize> {
        self.0.get(form as usize).filter(|place| **place != UNKNOWN).map(|place| *place as usize)
    }

    pub(super) fn set(&mut self, form: u32, place: usize) -> Result<()> {
        while self.0.len() <= form as usize {
            try_push(&mut self.0, UNKNOWN)?;
        }
        self.0[form as usize] = place as u32;
        Ok(())
    }

    pub(super) fn forget(&mut self, form: u32) {
        if let Some(place) = self.0.get_mut(form as usize) {
            *place = UNKNOWN;
        }
    }
}
