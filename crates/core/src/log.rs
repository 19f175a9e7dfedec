//! What a transaction did, so that it can be undone or told.

use crate::error::{Error, Result};
use crate::node::{Cell, Node};
use crate::word::{StringId, Word};

/// One thing done, with what is needed to take it back.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Undo {
    /// The word of a cell was replaced; absent when the key was new there.
    Set { cell: Cell, old: Word },
    /// A key was added to a dictionary.
    Added { node: Node, entry: u32 },
    /// A key was taken out of a dictionary.
    Removed { node: Node, entry: u32, key: StringId, old: Word },
    /// An item was put into a list.
    ItemInserted { node: Node, index: u32 },
    /// An item was taken out of a list.
    ItemRemoved { node: Node, index: u32, old: Word },
    /// An item of a list went to another place in it.
    ItemMoved { node: Node, from: u32, to: u32 },
    /// A container's contents went to a new row.
    Relocated { from: Node, to: Node },
}

impl Undo {
    /// The container whose contents changed.
    pub(crate) const fn node(&self) -> Node {
        match self {
            Self::Set { cell, .. } => cell.node,
            Self::Added { node, .. }
            | Self::Removed { node, .. }
            | Self::ItemInserted { node, .. }
            | Self::ItemRemoved { node, .. }
            | Self::ItemMoved { node, .. } => *node,
            Self::Relocated { from, .. } => *from,
        }
    }
}

/// Whether array items may have changed their index.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Indexes {
    #[default]
    Kept,
    Shifted,
}

/// Everything the open transaction did, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Log {
    pub(crate) done: Vec<Undo>,
    /// Values that were built and placed: freed by a rollback.
    pub(crate) born: Vec<Node>,
    /// Values that were taken out: freed by a commit.
    pub(crate) dead: Vec<Node>,
    /// Containers that went to a new row, oldest first.
    pub(crate) moved: Vec<(Node, Node)>,
    pub(crate) indexes: Indexes,
}

impl Log {
    /// Makes sure that noting one more thing cannot fail.
    #[inline]
    pub(crate) fn reserve(&mut self) -> Result<()> {
        let rooms = [self.born.capacity(), self.dead.capacity(), self.moved.capacity(), self.done.capacity()];
        let uses = [self.born.len(), self.dead.len(), self.moved.len(), self.done.len()];
        if rooms.iter().zip(uses).all(|(room, used)| *room > used) { Ok(()) } else { self.grow() }
    }

    #[cold]
    fn grow(&mut self) -> Result<()> {
        for vec in [&mut self.born, &mut self.dead] {
            vec.try_reserve(1).map_err(|_| Error::OutOfMemory)?;
        }
        self.moved.try_reserve(1).map_err(|_| Error::OutOfMemory)?;
        self.done.try_reserve(1).map_err(|_| Error::OutOfMemory)
    }

    /// Notes what was done, after [`Log::reserve`].
    pub(crate) fn note(&mut self, undo: Undo) {
        if let Undo::Relocated { from, to } = undo {
            self.moved.push((from, to));
        }
        self.done.push(undo);
    }

    /// Notes that a word is no longer part of the state.
    pub(crate) fn bury(&mut self, word: Word) {
        if let Some(node) = word.as_node() {
            self.dead.push(node);
        }
    }

    /// Whether anything has to be freed or tidied when this is kept.
    pub(crate) fn takes_out(&self) -> bool {
        let removes = |undo: &Undo| matches!(undo, Undo::Removed { .. });
        !self.dead.is_empty() || !self.moved.is_empty() || self.done.iter().any(removes)
    }

    /// Where a container is that may have moved in this transaction.
    pub(crate) fn follow(&self, node: Node) -> Node {
        self.moved.iter().fold(node, |at, (from, to)| if at == *from { *to } else { at })
    }

    pub(crate) fn clear(&mut self) {
        self.moved.clear();
        self.done.clear();
        self.born.clear();
        self.dead.clear();
        self.indexes = Indexes::Kept;
    }
}
