//! Reading the columns of a group from wherever its containers are.

use gaesup_codec::{StringId, Word};

use super::form::{Form, ordered_slots};
use crate::column::Column;
use crate::error::Result;
use crate::memory::try_push;
use crate::node::{Cell, Node, TableId};
use crate::page::{PAGE_WORDS, Page};
use crate::shape::Shape;
use crate::table::Table;
use crate::tree::Tree;

/// One column of a group's containers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Part {
    /// The value at an index, or of a key.
    Slot(u32),
    /// How many items or entries there are.
    Lengths,
    /// The items of arrays, one after the other.
    Items,
    /// The keys of entries.
    Keys,
    /// The values of entries.
    Values,
}

impl Part {
    /// The columns of containers of a form, in order; none at the end.
    pub(super) fn of(form: &Form, number: u32) -> Option<Self> {
        let fields = match form {
            Form::Tuple(items) => *items,
            Form::Object(keys) => keys.len() as u32,
            Form::List => return [Self::Lengths, Self::Items].get(number as usize).copied(),
            Form::Entries | Form::Map => {
                return [Self::Lengths, Self::Keys, Self::Values].get(number as usize).copied();
            }
        };
        (number < fields).then_some(Self::Slot(number))
    }
}

/// Containers of a group that follow one another in their table.
#[derive(Clone, Copy)]
pub(super) struct Run {
    first: Node,
    count: u32,
}

/// Adds a container behind the last one.
pub(super) fn push(runs: &mut Vec<Run>, node: Node) -> Result<()> {
    match runs.last_mut() {
        Some(run) if run.first.table == node.table && run.first.row + run.count == node.row => run.count += 1,
        _ => try_push(runs, Run { first: node, count: 1 })?,
    }
    Ok(())
}

/// How many containers there are.
pub(super) fn count(runs: &[Run]) -> u32 {
    runs.iter().map(|run| run.count).sum()
}

/// How far a column has been read.
#[derive(Default)]
pub(super) struct Position {
    run: usize,
    container: u32,
    /// Of the items or entries of this container, so many were read.
    inside: u32,
    /// The slots of its entries, once they are wanted.
    slots: Option<Vec<u32>>,
}

/// Reads the next words of a column; answers how many there were, which is
/// less than there is room for at the end only.
pub(super) fn gather(
    tree: &Tree,
    runs: &[Run],
    form: &Form,
    part: Part,
    at: &mut Position,
    into: &mut [Word],
) -> Result<usize> {
    let mut filled = 0;
    while let Some(run) = runs.get(at.run).filter(|_| filled < into.len()) {
        let rest = &mut into[filled..];
        let node = Node { row: run.first.row + at.container, ..run.first };
        match part {
            Part::Slot(field) => {
                let len = rest.len().min((run.count - at.container) as usize);
                let count = read_run(tree, node, form, field, &mut rest[..len]);
                at.go_on(run, count as u32);
                filled += count;
            }
            Part::Lengths => {
                let len = tree.dictionary(node).map_or_else(|| tree.slots(node), crate::dictionary::Dictionary::len);
                rest[0] = Word::count(len);
                at.go_on(run, 1);
                filled += 1;
            }
            Part::Items => {
                let left = tree.slots(node).saturating_sub(at.inside) as usize;
                let count = left.min(rest.len());
                if let Some(list) = tree.lists.get(node.row) {
                    list.read(&tree.memory, at.inside, &mut rest[..count]);
                }
                filled += count;
                at.advance(run, count, left);
            }
            Part::Keys | Part::Values => {
                let slots = match at.slots.take() {
                    Some(slots) => slots,
                    None => ordered_slots(tree, node)?,
                };
                let left = slots.len().saturating_sub(at.inside as usize);
                let count = left.min(rest.len());
                for (slot, word) in slots[at.inside as usize..].iter().zip(&mut rest[..count]) {
                    let key = || tree.key(node, *slot).map_or(Word::ABSENT, Word::string);
                    *word = if part == Part::Keys { key() } else { tree.get(Cell { node, slot: *slot }) };
                }
                filled += count;
                at.slots = Some(slots);
                at.advance(run, count, left);
            }
        }
    }
    Ok(filled)
}

impl Position {
    /// So many items of a container were read, of those that were left.
    fn advance(&mut self, run: &Run, count: usize, left: usize) {
        self.inside += count as u32;
        if count == left {
            self.go_on(run, 1);
        }
    }

    /// So many containers of one run were read.
    pub(super) fn skip(&mut self, runs: &[Run], count: usize) {
        if let Some(run) = runs.get(self.run) {
            self.go_on(run, count as u32);
        }
    }

    fn go_on(&mut self, run: &Run, count: u32) {
        self.inside = 0;
        self.slots = None;
        self.container += count;
        if self.container >= run.count {
            self.run += 1;
            self.container = 0;
        }
    }
}

/// Reads a field of containers that follow one another, as many as there is room
/// for if they are rows, or else of the first alone; answers how many that were.
fn read_run(tree: &Tree, first: Node, form: &Form, field: u32, into: &mut [Word]) -> usize {
    let Some(table) = table_of(tree, first) else {
        let slot = match form {
            Form::Tuple(_) => Some(field),
            _ => key_of(form, field).and_then(|key| tree.find(first, key)),
        };
        into[0] = slot.map_or(Word::ABSENT, |slot| tree.get(Cell { node: first, slot }));
        return 1;
    };
    match column_of(tree, first, table, form, field) {
        Some(column) => column.read(&tree.memory, first.row, into),
        None => into.fill(Word::ABSENT),
    }
    into.len()
}

/// The column that a field of a row is in.
fn column_of<'a>(tree: &Tree, node: Node, table: &'a Table, form: &Form, field: u32) -> Option<&'a Column> {
    let slot = match tree.shape(node) {
        Shape::Tuple(_) => Some(field),
        shape => key_of(form, field).and_then(|key| shape.column_of(key)),
    };
    table.columns().get(slot? as usize)
}

/// The next words of a column as they are kept, when one page holds them all: the page, which of
/// its words is the first, and how many they are. They count as read once [`Position::skip`] is told.
pub(super) fn next_page<'a>(
    tree: &'a Tree,
    runs: &[Run],
    form: &Form,
    part: Part,
    at: &Position,
) -> Option<(&'a Page, usize, usize)> {
    let (Part::Slot(field), run) = (part, runs.get(at.run)?) else { return None };
    let node = Node { row: run.first.row + at.container, ..run.first };
    let left = (run.count - at.container) as usize;
    let is_all = left >= PAGE_WORDS || at.run + 1 == runs.len();
    let count = left.min(PAGE_WORDS);
    let column = column_of(tree, node, table_of(tree, node)?, form, field).filter(|_| is_all)?;
    Some((column.page_of(node.row, count)?, node.row as usize % PAGE_WORDS, count))
}

fn table_of(tree: &Tree, node: Node) -> Option<&Table> {
    tree.tables.get(node.table.checked_sub(TableId::SHAPES)? as usize)
}

fn key_of(form: &Form, field: u32) -> Option<StringId> {
    match form {
        Form::Object(keys) => keys.get(field as usize).copied(),
        _ => None,
    }
}
