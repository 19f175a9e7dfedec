//! The net effect of operations, as a tree of what they changed.
//!
//! The tree knows only what the operations say: a container that they work in
//! is a node, and what they never mention is "as it was". So it costs what the
//! operations cost, whatever the size of the state.

mod emit;
mod entries;
mod gaps;
mod items;
mod pieces;
mod places;
mod restore;

use super::script::{Action, Script, Step, Value};
use crate::error::{Error, Result};
use crate::finder::Finder;
use crate::memory::try_push;
use entries::{Entry, Link};
use items::Move;
use pieces::Pieces;
pub(super) use places::Origin;

/// Among entries, pieces and slots, number 0 is none of those in containers.
const NONE: u32 = 0;

/// The slot that holds the whole state.
const ROOT: u32 = 0;

/// The number of all values that nobody asks for.
pub(super) const FOREIGN: u32 = u32::MAX;

/// What operations that contradict each other end in.
const CORRUPT: Error = Error::corrupt(0);

/// The net effect of all operations of a script, done in turn, as operations:
/// outer containers before inner ones, each container's together. What ends as
/// it began is not among them. O(n log n).
///
/// # Errors
/// [`Error::CorruptData`] for operations that contradict each other.
pub(crate) fn compose(mut script: Script) -> Result<Script> {
    let ops = core::mem::take(&mut script.ops);
    let mut effect = Effect::new(ops.iter().map(|op| moves_of(&op.action)).sum())?;
    for op in ops {
        effect.merge(script.path(op.path), op.action)?;
    }
    script.steps.clear();
    effect.finish(script)
}

/// How many moved items a splice mentions.
pub(super) fn moves_of(action: &Action) -> usize {
    let Action::Splice { removed, inserted, .. } = action else {
        return 0;
    };
    removed.iter().chain(inserted).filter(|item| matches!(item, Value::Moved(_))).count()
}

/// What operations have done so far.
#[derive(Debug, Default)]
pub(super) struct Effect {
    slots: Vec<Slot>,
    nodes: Vec<Node>,
    /// The mentioned keys of all objects, found by node and key.
    entries: Vec<Entry>,
    finder: Finder,
    /// Two for each entry, see [`Entry::place`].
    links: Vec<Link>,
    /// What all arrays consist of.
    pieces: Pieces,
    /// The items that are on their way, by the numbers they have in splices.
    moves: Vec<Move>,
    moves_max: usize,
    /// How many are on their way, and in the array of which slot.
    moves_open: u32,
    moves_slot: u32,
    /// The numbers of the values that the next operation brings, the first last.
    pub(super) numbers: Vec<u32>,
    /// The number of all other values: 0, or [`FOREIGN`] when they are to
    /// differ from what was there before.
    pub(super) number_else: u32,
    /// The slots of items that came, by number.
    came: Vec<u32>,
    /// The piece before which the next splice puts its items, when it removes
    /// none and this is where its index is.
    pub(super) before: u32,
}

/// A place that holds a value: the root, a key's or an item's.
#[derive(Debug)]
struct Slot {
    /// What it held before; none while that is not known, and when it is new.
    old: Option<Value>,
    now: Now,
    /// What was added, as long as nothing else was done to it.
    by: Option<f64>,
    /// The number of the value that came into it.
    number: u32,
    /// Of an item that came, the number it came with and the piece it is.
    item: u32,
    piece: u32,
}

#[derive(Debug)]
enum Now {
    /// What it held before.
    Kept,
    Value(Value),
    /// A container that was changed inside.
    Inside(u32),
    Gone,
}

/// A container that was changed inside.
#[derive(Debug)]
struct Node {
    kind: NodeKind,
    /// Of an object the newest entry, of an array the root of its pieces.
    first: u32,
}

/// What a container is, and whether it was there before. Of a new one all
/// contents are known; they are the ones that are there now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum NodeKind {
    OldKeyed,
    OldArray,
    Object,
    Map,
    Array,
}

impl NodeKind {
    const fn is_old(self) -> bool {
        matches!(self, Self::OldKeyed | Self::OldArray)
    }

    const fn is_array(self) -> bool {
        matches!(self, Self::OldArray | Self::Array)
    }
}

impl Effect {
    /// `moves_max` is how many moved items all operations mention.
    pub(super) fn new(moves_max: usize) -> Result<Self> {
        let mut effect = Self { moves_max, ..Self::default() };
        effect.slot(Now::Kept)?;
        effect.entry_new(0, entries::END, Now::Gone)?;
        Ok(effect)
    }

    /// Adds what an operation does in the state that those before it leave.
    pub(super) fn merge(&mut self, path: &[Step], action: Action) -> Result<()> {
        let slot = self.descend(path)?;
        match action {
            Action::Splice { index, removed, inserted, .. } => {
                if self.moves_open > 0 && self.moves_slot != slot {
                    return Err(CORRUPT);
                }
                self.moves_slot = slot;
                let node = self.open(slot, true)?;
                self.splice(node, index, removed, inserted)
            }
            _ if self.moves_open > 0 => Err(CORRUPT),
            Action::Root { old, new } => self.replace(slot, old, new, None),
            Action::Set { key: key @ Step::Index(_), old: Some(old), new: Some(new), by, .. } => {
                let item = self.child(slot, key)?;
                self.replace(item, old, new, by)
            }
            Action::Set { key: Step::Index(_), .. } => Err(CORRUPT),
            Action::Set { key: Step::Name(key), old, new, before, by } => {
                let node = self.open(slot, false)?;
                match (old, new) {
                    (Some(old), Some(new)) => {
                        let slot = self.field(node, key)?;
                        self.replace(slot, old, new, by)
                    }
                    (Some(old), None) => self.remove(node, key, before, old),
                    (None, Some(new)) => self.add(node, key, before, new),
                    (None, None) => Err(CORRUPT),
                }
            }
        }
    }

    /// The slot that a path leads to.
    fn descend(&mut self, path: &[Step]) -> Result<u32> {
        path.iter().try_fold(ROOT, |slot, step| self.child(slot, *step))
    }

    fn child(&mut self, slot: u32, step: Step) -> Result<u32> {
        let node = self.open(slot, matches!(step, Step::Index(_)))?;
        match step {
            Step::Index(index) => self.item(node, index),
            Step::Name(key) => self.field(node, key),
        }
    }

    /// The container in a slot, as a node.
    fn open(&mut self, slot: u32, is_array: bool) -> Result<u32> {
        let number = self.nodes.len() as u32;
        let slot = &mut self.slots[slot as usize];
        let number = match core::mem::replace(&mut slot.now, Now::Inside(number)) {
            Now::Inside(node) => {
                slot.now = Now::Inside(node);
                node
            }
            Now::Kept => {
                let kind = if is_array { NodeKind::OldArray } else { NodeKind::OldKeyed };
                let first = if is_array { self.pieces.push(u32::MAX, u32::MAX, NONE, NONE)? } else { NONE };
                try_push(&mut self.nodes, Node { kind, first })?;
                number
            }
            Now::Value(value) => {
                self.open_new(value)?;
                number
            }
            Now::Gone => return Err(CORRUPT),
        };
        if self.nodes[number as usize].kind.is_array() == is_array { Ok(number) } else { Err(CORRUPT) }
    }

    /// Takes a value apart that came with an earlier operation, as the last node.
    fn open_new(&mut self, value: Value) -> Result<()> {
        let node = self.nodes.len() as u32;
        let (kind, entries) = match value {
            Value::Array(items) => {
                let mut first = NONE;
                for item in items {
                    let slot = self.slot(Now::Value(item))?;
                    let piece = self.pieces.push(1, 1, slot, NONE)?;
                    first = self.pieces.join(first, piece);
                }
                return try_push(&mut self.nodes, Node { kind: NodeKind::Array, first });
            }
            Value::Object(entries) => (NodeKind::Object, entries),
            Value::Map(entries) => (NodeKind::Map, entries),
            _ => return Err(CORRUPT),
        };
        try_push(&mut self.nodes, Node { kind, first: NONE })?;
        self.entry_new(node, entries::END, Now::Kept)?;
        for (key, value) in entries {
            let slot = self.add_slot(node, key, None)?;
            self.slots[slot as usize].now = Now::Value(value);
        }
        Ok(())
    }

    fn slot(&mut self, now: Now) -> Result<u32> {
        try_push(&mut self.slots, Slot { old: None, now, by: None, number: 0, item: 0, piece: NONE })?;
        Ok(self.slots.len() as u32 - 1)
    }

    fn replace(&mut self, slot: u32, old: Value, new: Value, by: Option<f64>) -> Result<()> {
        let slot_was = &self.slots[slot as usize];
        let by = match slot_was.now {
            Now::Kept => by,
            _ => slot_was.by.zip(by).map(|(sum, by)| sum + by),
        };
        self.let_go(slot, old)?;
        let number = self.next_number();
        let slot = &mut self.slots[slot as usize];
        (slot.now, slot.by, slot.number) = (Now::Value(new), by, number);
        Ok(())
    }

    /// Empties a slot that held `value`; what it held before all is known then.
    fn let_go(&mut self, slot: u32, value: Value) -> Result<()> {
        let held = &mut self.slots[slot as usize];
        held.by = None;
        let old = match core::mem::replace(&mut held.now, Now::Gone) {
            Now::Kept => value,
            Now::Inside(node) if self.nodes[node as usize].kind.is_old() => self.restore(node, value)?,
            Now::Gone => return Err(CORRUPT),
            _ => return Ok(()),
        };
        self.slots[slot as usize].old = Some(old);
        Ok(())
    }

    /// The number of a value that comes.
    fn next_number(&mut self) -> u32 {
        self.numbers.pop().unwrap_or(self.number_else)
    }

    /// Whether a slot was there before.
    fn was_there(&self, slot: u32) -> bool {
        let slot = &self.slots[slot as usize];
        slot.old.is_some()
            || match slot.now {
                Now::Kept => true,
                Now::Inside(node) => self.nodes[node as usize].kind.is_old(),
                _ => false,
            }
    }

    fn is_gone(&self, slot: u32) -> bool {
        matches!(self.slots[slot as usize].now, Now::Gone)
    }
}

#[cfg(test)]
pub(super) mod model;
#[cfg(test)]
mod tests;
