//! Reading the columns of a group from wherever its containers are.

use super::form::{Form, ordered_slots};
use crate::error::Result;
use crate::node::{Cell, Node, TableId};
use crate::shape::Shape;
use crate::table::Table;
use crate::tree::Tree;
use crate::word::{StringId, Word};

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

/// How far a column has been read.
#[derive(Default)]
pub(super) struct Position {
    container: usize,
    /// Of the items or entries of this container, so many were read.
    inside: u32,
    /// The slots of its entries, once they are wanted.
    slots: Option<Vec<u32>>,
}

/// Reads the next words of a column; answers how many there were, which is
/// less than there is room for at the end only.
pub(super) fn gather(
    tree: &Tree,
    nodes: &[Node],
    form: &Form,
    part: Part,
    at: &mut Position,
    into: &mut [Word],
) -> Result<usize> {
    let mut filled = 0;
    while filled < into.len() && at.container < nodes.len() {
        let rest = &mut into[filled..];
        let nodes = &nodes[at.container..];
        let node = nodes[0];
        match part {
            Part::Slot(field) => {
                let count = read_run(tree, nodes, form, field, rest);
                at.container += count;
                filled += count;
            }
            Part::Lengths => {
                let len = tree.dictionary(node).map_or_else(|| tree.slots(node), crate::dictionary::Dictionary::len);
                rest[0] = Word::count(len);
                at.container += 1;
                filled += 1;
            }
            Part::Items => {
                let left = tree.slots(node).saturating_sub(at.inside) as usize;
                let count = left.min(rest.len());
                if let Some(list) = tree.lists.get(node.row) {
                    list.read(&tree.memory, at.inside, &mut rest[..count]);
                }
                filled += count;
                at.advance(count, left);
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
                at.advance(count, left);
            }
        }
    }
    Ok(filled)
}

impl Position {
    /// So many items of a container were read, of those that were left.
    fn advance(&mut self, count: usize, left: usize) {
        self.inside += count as u32;
        if count == left {
            self.container += 1;
            self.inside = 0;
            self.slots = None;
        }
    }
}

/// Reads a field of the first containers, those that are rows in a row of one
/// table, or of the first alone; answers how many that were.
fn read_run(tree: &Tree, nodes: &[Node], form: &Form, field: u32, into: &mut [Word]) -> usize {
    let first = nodes[0];
    let Some(table) = table_of(tree, first) else {
        let slot = match form {
            Form::Tuple(_) => Some(field),
            _ => key_of(form, field).and_then(|key| tree.find(first, key)),
        };
        into[0] = slot.map_or(Word::ABSENT, |slot| tree.get(Cell { node: first, slot }));
        return 1;
    };
    let slot = match tree.shape(first) {
        Shape::Tuple(_) => Some(field),
        shape => key_of(form, field).and_then(|key| shape.column_of(key)),
    };
    let follows = |(node, row): &(&Node, u32)| node.table == first.table && node.row == *row;
    let run = nodes.iter().zip(first.row..).take(into.len()).take_while(follows).count();
    match slot.and_then(|slot| table.columns().get(slot as usize)) {
        Some(column) => column.read(&tree.memory, first.row, &mut into[..run]),
        None => into[..run].fill(Word::ABSENT),
    }
    run
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
