//! Building a value from its parts, in the order a walk meets them.
//!
//! A value is built beside the tree, already knowing where it will hang, and
//! becomes part of it only when an edit places it there. Until then giving it
//! up costs what it took to build.

use gaesup_codec::{StringId, Word};

use crate::error::{Error, Result};
use crate::log::Copied;
use crate::memory::{Memory, try_push};
use crate::node::{Cell, Node, TableId};
use crate::shape::{SHAPE_KEYS_MAX, Shape, ShapeId, Shapes, TUPLE_ITEMS_MAX};
use crate::tree::Tree;

/// A list of keys that many objects have, made known once.
#[derive(Debug)]
pub(crate) struct KeyList {
    keys: Box<[StringId]>,
    plan: Plan,
}

/// How an object with a known key list is stored.
#[derive(Debug)]
enum Plan {
    /// In a shape: the column of each key, and the columns it lacks.
    Shape { shape: ShapeId, columns: Vec<u32>, absent: Vec<u32> },
    /// As a dictionary.
    Dictionary,
}

impl KeyList {
    pub(crate) fn new(memory: &mut Memory, shapes: &mut Shapes, keys: &[StringId]) -> Result<Self> {
        let plan = match shapes.choose(memory, keys)? {
            None => Plan::Dictionary,
            Some(shape) => {
                let known = shapes.get(shape);
                let mut columns = Vec::new();
                columns.try_reserve_exact(keys.len())?;
                columns.extend(keys.iter().filter_map(|key| known.column_of(*key)));
                let absent = (0..known.columns() as u32).filter(|column| !columns.contains(column)).collect();
                Plan::Shape { shape, columns, absent }
            }
        };
        Ok(Self { keys: keys.into(), plan })
    }

    pub(crate) fn keys(&self) -> &[StringId] {
        &self.keys
    }

    pub(crate) const fn metadata_bytes(&self) -> usize {
        let columns = match &self.plan {
            Plan::Shape { columns, absent, .. } => columns.capacity() + absent.capacity(),
            Plan::Dictionary => 0,
        };
        (self.keys.len() + columns) * size_of::<u32>()
    }
}

/// How the next value is put into the container being filled.
#[derive(Clone, Copy, Debug)]
enum Fill {
    /// A row, slot by slot.
    Row,
    /// A long array.
    List,
    /// An object of a known key list, by its number.
    Keyed(u32),
    /// A dictionary; the key comes before each value.
    Entries(Option<StringId>),
}

#[derive(Debug)]
struct Frame {
    node: Node,
    fill: Fill,
    next: u32,
    count: u32,
}

/// The value under construction.
#[derive(Debug, Default)]
pub(crate) struct Builder {
    frames: Vec<Frame>,
    target: Option<Cell>,
    /// Containers around the value, counted when its first one opens.
    outer_depth: Option<usize>,
    depth_max: usize,
    done: Option<Word>,
    /// Which parts are copies of what.
    pub(crate) copies: Vec<Copied>,
}

impl Builder {
    /// Starts a value that will be held by `target`.
    pub(crate) const fn begin(&mut self, target: Cell, depth_max: usize) {
        self.target = Some(target);
        self.outer_depth = None;
        self.depth_max = depth_max;
    }

    /// The finished value; the caller owns it now.
    pub(crate) fn take(&mut self) -> Option<Word> {
        self.done.take()
    }

    /// Whether a value was begun or finished and not taken.
    pub(crate) const fn is_busy(&self) -> bool {
        self.target.is_some() || self.done.is_some()
    }

    pub(crate) const fn is_done(&self) -> bool {
        self.done.is_some()
    }

    /// Adds a value without parts.
    pub(crate) fn scalar(&mut self, tree: &mut Tree, lists: &[KeyList], word: Word) -> Result<()> {
        if self.done.is_some() || self.target.is_none() || word.as_node().is_some() {
            return Err(Error::corrupt(0));
        }
        self.place(tree, lists, word)
    }

    /// Adds a container that was built on its own; it is the value's from now
    /// on, or freed.
    pub(crate) fn finished(&mut self, tree: &mut Tree, lists: &[KeyList], node: Node) -> Result<()> {
        let word = Word::node(node);
        let adopted = self.open(tree, lists).and_then(|cell| tree.adopt(word, cell.node, cell.slot));
        if let Err(error) = adopted {
            tree.free_subtree(node, &mut Vec::new());
            return Err(error);
        }
        self.place(tree, lists, word)
    }

    /// Opens an array of `count` items, which come next.
    pub(crate) fn open_array(&mut self, tree: &mut Tree, lists: &[KeyList], count: u32) -> Result<()> {
        if count as usize > TUPLE_ITEMS_MAX {
            return self.open_list(tree, lists, count).map(|_| ());
        }
        let Cell { node: parent, slot } = self.open(tree, lists)?;
        let node = tree.add_row(Shapes::tuple(count as usize), Some(parent), slot)?;
        self.push(tree, lists, Frame { node, fill: Fill::Row, next: 0, count })
    }

    /// Opens an array of `count` items that is a list whatever its length.
    pub(crate) fn open_list(&mut self, tree: &mut Tree, lists: &[KeyList], count: u32) -> Result<Node> {
        let Cell { node: parent, slot } = self.open(tree, lists)?;
        let node = tree.add_list(parent, slot)?;
        self.push(tree, lists, Frame { node, fill: Fill::List, next: 0, count })?;
        Ok(node)
    }

    /// Opens a row of the same shape as `like`, whose words come next, those
    /// of absent keys included.
    pub(crate) fn open_row(&mut self, tree: &mut Tree, lists: &[KeyList], like: Node) -> Result<Node> {
        let Cell { node: parent, slot } = self.open(tree, lists)?;
        let node = tree.add_row(ShapeId(like.table - TableId::SHAPES), Some(parent), slot)?;
        let count = tree.slots(node);
        self.push(tree, lists, Frame { node, fill: Fill::Row, next: 0, count })?;
        Ok(node)
    }

    /// Opens an object of a known key list, whose values come next.
    pub(crate) fn open_keyed(&mut self, tree: &mut Tree, lists: &[KeyList], number: u32) -> Result<()> {
        let list = lists.get(number as usize).ok_or(Error::corrupt(0))?;
        let Cell { node: parent, slot } = self.open(tree, lists)?;
        let count = list.keys.len() as u32;
        let node = match &list.plan {
            Plan::Dictionary => tree.add_dictionary(TableId::DICTIONARIES, parent, slot)?,
            Plan::Shape { shape, absent, .. } => {
                let node = tree.add_row(*shape, Some(parent), slot)?;
                for column in absent {
                    if let Err(error) = tree.put(Cell { node, slot: *column }, Word::ABSENT) {
                        tree.free_row(node);
                        return Err(error);
                    }
                }
                node
            }
        };
        self.push(tree, lists, Frame { node, fill: Fill::Keyed(number), next: 0, count })
    }

    /// Opens a dictionary or map of `count` entries: keys and values in turn.
    pub(crate) fn open_entries(&mut self, tree: &mut Tree, lists: &[KeyList], table: u16, count: u32) -> Result<Node> {
        let Cell { node: parent, slot } = self.open(tree, lists)?;
        let node = tree.add_dictionary(table, parent, slot)?;
        self.push(tree, lists, Frame { node, fill: Fill::Entries(None), next: 0, count })?;
        Ok(node)
    }

    /// Whether a key must come before the next value.
    pub(crate) fn wants_key(&self) -> bool {
        self.done.is_none() && matches!(self.frames.last(), Some(Frame { fill: Fill::Entries(None), .. }))
    }

    /// Names the key of the next value.
    pub(crate) fn key(&mut self, key: StringId) -> Result<()> {
        match self.frames.last_mut() {
            Some(Frame { fill: Fill::Entries(place @ None), .. }) => {
                *place = Some(key);
                Ok(())
            }
            _ => Err(Error::corrupt(0)),
        }
    }

    /// Gives up the value and everything built of it.
    pub(crate) fn abandon(&mut self, tree: &mut Tree, lists: &[KeyList]) {
        let mut views = Vec::new();
        while let Some(frame) = self.frames.pop() {
            for at in 0..frame.next {
                // Only what was filled belongs to the value: a row may have had others.
                let cell = Cell { node: frame.node, slot: frame.slot(lists, at) };
                if let Some(child) = tree.get(cell).as_node() {
                    tree.free_subtree(child, &mut views);
                }
            }
            tree.free_row(frame.node);
        }
        if let Some(node) = self.done.take().and_then(Word::as_node) {
            tree.free_subtree(node, &mut views);
        }
        self.target = None;
        self.copies.clear();
    }

    /// Where a container that opens now will be held.
    fn open(&mut self, tree: &Tree, lists: &[KeyList]) -> Result<Cell> {
        let outer = *self.outer_depth.get_or_insert_with(|| self.target.map_or(0, |cell| tree.depth(cell.node)));
        if outer + self.frames.len() >= self.depth_max {
            return Err(Error::too_deep(self.depth_max));
        }
        if self.done.is_some() {
            return Err(Error::corrupt(0));
        }
        match self.frames.last() {
            None => self.target.ok_or(Error::corrupt(0)),
            Some(frame) => Ok(Cell { node: frame.node, slot: frame.slot(lists, frame.next) }),
        }
    }

    fn push(&mut self, tree: &mut Tree, lists: &[KeyList], frame: Frame) -> Result<()> {
        let (node, count) = (frame.node, frame.count);
        if count == 0 {
            return self.place(tree, lists, Word::node(node));
        }
        try_push(&mut self.frames, frame).inspect_err(|_| tree.free_row(node))
    }

    /// Puts a finished value into the container being filled, and that one
    /// into its own when this completes it.
    pub(crate) fn place(&mut self, tree: &mut Tree, lists: &[KeyList], mut word: Word) -> Result<()> {
        while let Some(frame) = self.frames.last_mut() {
            if let Err(error) = frame.fill(tree, lists, word) {
                // A finished part that found no place belongs to nobody else.
                if let Some(node) = word.as_node() {
                    tree.free_subtree(node, &mut Vec::new());
                }
                return Err(error);
            }
            frame.next += 1;
            if frame.next < frame.count {
                return Ok(());
            }
            word = Word::node(frame.node);
            self.frames.pop();
        }
        self.target = None;
        self.done = Some(word);
        Ok(())
    }
}

impl Frame {
    fn fill(&mut self, tree: &mut Tree, lists: &[KeyList], word: Word) -> Result<()> {
        let cell = Cell { node: self.node, slot: self.slot(lists, self.next) };
        let key = match &mut self.fill {
            Fill::Row => return tree.put(cell, word),
            Fill::List => {
                let (list, memory) = tree.list_mut(self.node).ok_or(Error::PathNotFound)?;
                return list.insert(memory, self.next, word);
            }
            Fill::Keyed(number) => match &lists[*number as usize] {
                KeyList { plan: Plan::Shape { .. }, .. } => return tree.put(cell, word),
                KeyList { keys, .. } => keys.get(self.next as usize).copied(),
            },
            Fill::Entries(key) => key.take(),
        };
        let key = key.ok_or(Error::corrupt(0))?;
        if matches!(self.fill, Fill::Entries(_)) && tree.find(self.node, key).is_some() {
            return Err(Error::corrupt(0));
        }
        let seed = tree.seed;
        let (entries, memory) = tree.dictionary_mut(self.node).ok_or(Error::PathNotFound)?;
        entries.push(memory, seed, key, word).map(|_| ())
    }

    /// The slot of the value that came as number `at`.
    fn slot(&self, lists: &[KeyList], at: u32) -> u32 {
        match self.fill {
            Fill::Keyed(number) => match &lists[number as usize].plan {
                Plan::Shape { columns, .. } => columns.get(at as usize).copied().unwrap_or(at),
                Plan::Dictionary => at,
            },
            _ => at,
        }
    }
}

impl Tree {
    /// A new object with these keys and values, which it does not adopt.
    pub(crate) fn add_object(&mut self, cells: &[(StringId, Word)], parent: Node, slot: u32) -> Result<Node> {
        let mut keys = Vec::new();
        keys.try_reserve_exact(cells.len())?;
        keys.extend(cells.iter().map(|(key, _)| *key));
        let shape = if keys.len() > SHAPE_KEYS_MAX { None } else { self.shapes.choose(&mut self.memory, &keys)? };
        let node = match shape {
            Some(shape) => self.add_row(shape, Some(parent), slot)?,
            None => self.add_dictionary(TableId::DICTIONARIES, parent, slot)?,
        };
        self.fill_object(node, cells).inspect_err(|_| self.free_row(node))?;
        Ok(node)
    }

    fn fill_object(&mut self, node: Node, cells: &[(StringId, Word)]) -> Result<()> {
        let seed = self.seed;
        if let Some((entries, memory)) = self.dictionary_mut(node) {
            return cells.iter().try_for_each(|(key, word)| entries.push(memory, seed, *key, *word).map(|_| ()));
        }
        for slot in 0..self.slots(node) {
            let key = self.key(node, slot);
            let word = cells.iter().find(|(other, _)| Some(*other) == key).map_or(Word::ABSENT, |(_, word)| *word);
            self.put(Cell { node, slot }, word)?;
        }
        Ok(())
    }

    /// A new array with these items, which it does not adopt.
    pub(crate) fn add_array(&mut self, items: &[Word], parent: Node, slot: u32) -> Result<Node> {
        let tuple = items.len() <= TUPLE_ITEMS_MAX;
        let node = if tuple {
            self.add_row(Shapes::tuple(items.len()), Some(parent), slot)?
        } else {
            self.add_list(parent, slot)?
        };
        let filled = items.iter().zip(0..).try_for_each(|(word, at)| match self.list_mut(node) {
            Some((list, memory)) => list.insert(memory, at, *word),
            None => self.put(Cell { node, slot: at }, *word),
        });
        filled.inspect_err(|_| self.free_row(node))?;
        Ok(node)
    }

    /// Whether a shape's object could take `slot` as its last key.
    pub(crate) fn is_last_slot(&self, node: Node, slot: u32) -> bool {
        matches!(self.shape(node), Shape::Object(_))
            && (slot + 1..self.slots(node)).all(|later| self.get(Cell { node, slot: later }).is_absent())
    }
}
