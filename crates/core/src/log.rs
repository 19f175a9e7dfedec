//! What a transaction did, so that it can be undone, folded or told.

use gaesup_codec::{StringId, Word};

use crate::error::Result;
use crate::finder::{Finder, LINEAR_MAX, NodeSet, grow_to, hash_cell, is_wasteful, next_room};
use crate::memory::try_push;
use crate::node::{Cell, Handle, Node, TableId};
use crate::relocations::Relocations;

/// One thing done, with what is needed to take it back.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Undo {
    /// The word of a cell was replaced; absent when the key was new there.
    Set { cell: Cell, old: Word },
    /// A key was added to a dictionary.
    Added { node: Node, entry: u32 },
    /// A key was put into an empty entry of a dictionary.
    Filled { node: Node, entry: u32 },
    /// A key was taken out of a dictionary.
    Removed { node: Node, entry: u32, key: StringId, old: Word },
    /// An item was put into a list.
    ItemInserted { node: Node, index: u32 },
    /// An item was taken out of a list.
    ItemRemoved { node: Node, index: u32, old: Word },
    /// An item of a list went to another place in it.
    ItemMoved { node: Node, from: u32, to: u32 },
    /// The cells of an array that are noted next got each other's items.
    Arranged { node: Node },
    /// A container's contents went to a new row.
    Relocated { from: Node, to: Node },
    /// Something that was taken back already.
    Nothing { node: Node },
}

impl Undo {
    /// The container whose contents changed.
    pub(crate) const fn node(&self) -> Node {
        match self {
            Self::Set { cell, .. } => cell.node,
            Self::Added { node, .. }
            | Self::Filled { node, .. }
            | Self::Removed { node, .. }
            | Self::ItemInserted { node, .. }
            | Self::ItemRemoved { node, .. }
            | Self::ItemMoved { node, .. }
            | Self::Arranged { node }
            | Self::Nothing { node } => *node,
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

/// A container that was built as a copy of another.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Copied {
    pub(crate) source: Handle,
    pub(crate) copy: Handle,
}

/// A container whose handles are stale for who knows its slots, and for nobody else.
#[derive(Clone, Copy, Debug)]
struct Renewed {
    /// The oldest generation that it had in the transaction.
    first: u32,
    now: Handle,
}

impl Renewed {
    fn was(&self, handle: Handle) -> bool {
        handle.node == self.now.node && (self.first..self.now.generation).contains(&handle.generation)
    }
}

/// How much had happened when a savepoint was made.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Save {
    pub(crate) done: usize,
    pub(crate) born: usize,
    pub(crate) dead: usize,
    pub(crate) moved: usize,
    pub(crate) copies: usize,
    /// How far the log was parked, how many views were, and how many were made.
    pub(crate) parked_entries: usize,
    pub(crate) parked_views: usize,
    pub(crate) views_made: u32,
}

/// Everything the open transaction did, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Log {
    pub(crate) done: Vec<Undo>,
    /// The number of the newest entry of every cell that was set.
    touched: Finder,
    /// Values that were built and placed: freed by a rollback.
    pub(crate) born: Vec<Node>,
    /// Values that were taken out, freed by a commit; when one moves after
    /// that, its new row as well.
    pub(crate) dead: NodeSet,
    pub(crate) moved: Relocations,
    pub(crate) copies: Vec<Copied>,
    /// How many copies there were before the value that was built last.
    pub(crate) copied: usize,
    renewed: Vec<Renewed>,
    saves: Vec<Save>,
    pub(crate) indexes: Indexes,
    /// How many operations noted something.
    pub(crate) operations: u32,
    /// Whether keys were put before others.
    pub(crate) has_inserted: bool,
    /// Whether a container is now in a cell that it was not in before.
    pub(crate) has_moved: bool,
    /// Entries before this one say nothing about what is written now: a
    /// savepoint or the reading of a view came between.
    fence: usize,
    /// How many entries there were after the last that shifted a list's items.
    shifted: usize,
    /// Whether there was a fence, so that a cell may have several entries.
    repeats: bool,
}

impl Log {
    /// Makes sure that noting one more thing cannot fail.
    #[inline(always)]
    pub(crate) fn reserve(&mut self) -> Result<()> {
        let has_room = self.done.len() < self.done.capacity()
            && self.born.len() < self.born.capacity()
            && self.dead.has_room()
            && self.moved.has_room();
        if has_room { Ok(()) } else { self.grow() }
    }

    #[cold]
    fn grow(&mut self) -> Result<()> {
        self.born.try_reserve(1)?;
        self.dead.reserve()?;
        self.moved.reserve()?;
        let room = next_room(&self.done);
        if self.touched.reserve(room)? {
            self.file_from(0);
        }
        grow_to(&mut self.done, room)
    }

    /// Notes what was done, after [`Log::reserve`].
    pub(crate) fn note(&mut self, undo: Undo) {
        match undo {
            Undo::Relocated { from, to } => self.moved.push(from, to),
            Undo::ItemInserted { .. } | Undo::ItemRemoved { .. } | Undo::ItemMoved { .. } => {
                self.shifted = self.done.len() + 1;
            }
            Undo::Arranged { node } if node.table == TableId::LISTS => self.shifted = self.done.len() + 1,
            _ => {}
        }
        self.done.push(undo);
        let known = self.done.len() - 1;
        if known >= LINEAR_MAX {
            self.file_from(if known == LINEAR_MAX { 0 } else { known });
        }
    }

    /// Notes what a cell held, unless that is known: only the first touch of
    /// a cell says what was there before. After [`Log::reserve`].
    #[inline]
    pub(crate) fn note_set(&mut self, cell: Cell, old: Word) {
        if self.done.is_empty() {
            self.done.push(Undo::Set { cell, old });
        } else if !self.knows(cell) {
            self.note(Undo::Set { cell, old });
        }
    }

    fn knows(&self, cell: Cell) -> bool {
        let first = if cell.node.table == TableId::LISTS { self.fence.max(self.shifted) } else { self.fence };
        if self.done.len() <= LINEAR_MAX {
            return self.done.iter().skip(first).any(|undo| is_of(undo, cell));
        }
        let is_it = |number: u32| number as usize >= first && is_of(&self.done[number as usize], cell);
        self.touched.find(hash_cell(cell), is_it).is_some()
    }

    #[inline(never)]
    fn file_from(&mut self, first: usize) {
        if self.done.len() <= LINEAR_MAX {
            return;
        }
        for (number, undo) in self.done.iter().enumerate().skip(first) {
            if let Undo::Set { cell, .. } = *undo {
                self.touched.file(hash_cell(cell), number as u32, |other| is_of(&self.done[other as usize], cell));
            }
        }
    }

    /// Notes that a word is no longer part of the state.
    pub(crate) fn bury(&mut self, word: Word) {
        if let Some(node) = word.as_node() {
            self.dead.push(node);
        }
    }

    /// Notes that the handles of a container went stale, but for the one it has `now`.
    pub(crate) fn note_renewed(&mut self, now: Handle) {
        let first = now.generation.wrapping_sub(1);
        match self.renewed.last_mut().filter(|last| last.now == Handle { generation: first, ..now }) {
            Some(last) => last.now = now,
            // Without memory the old handles are stale for everybody.
            None => drop(try_push(&mut self.renewed, Renewed { first, now })),
        }
    }

    /// The handle that a container has now, for who knows nothing of its slots.
    pub(crate) fn renewed(&self, handle: Handle) -> Handle {
        self.renewed.iter().fold(handle, |at, renewed| if renewed.was(at) { renewed.now } else { at })
    }

    /// Whether anything has to be freed or tidied when this is kept.
    pub(crate) fn takes_out(&self) -> bool {
        let removes = |undo: &Undo| matches!(undo, Undo::Removed { .. });
        !self.dead.is_empty() || !self.moved.is_empty() || self.done.iter().any(removes)
    }

    /// Whether anything was noted that a commit would keep, or a savepoint is open.
    pub(crate) fn is_open(&self) -> bool {
        !self.done.is_empty() || !self.saves.is_empty()
    }

    /// How much had happened when the innermost savepoint was made.
    pub(crate) fn last_save(&self) -> Save {
        self.saves.last().copied().unwrap_or_default()
    }

    /// Notes a savepoint, which `parked` describes as far as views are concerned.
    pub(crate) fn save(&mut self, parked: Save) -> Result<()> {
        let save = Save {
            done: self.done.len(),
            born: self.born.len(),
            dead: self.dead.as_slice().len(),
            moved: self.moved.len(),
            copies: self.copies.len(),
            ..parked
        };
        try_push(&mut self.saves, save)?;
        self.fence = self.fence.max(save.done);
        self.repeats = true;
        Ok(())
    }

    /// Forgets the innermost savepoint; `parked` is how far the log is parked.
    pub(crate) fn pop_save(&mut self, parked: usize) -> Option<Save> {
        let save = self.saves.pop();
        self.raise_fence(parked);
        save
    }

    /// Sets the fence after the number of parked entries changed.
    pub(crate) fn raise_fence(&mut self, parked: usize) {
        self.fence = self.saves.last().map_or(0, |save| save.done).max(parked);
        self.repeats = true;
    }

    /// Whether no container was built, taken out or moved, and no cell set twice.
    pub(crate) fn is_plain(&self) -> bool {
        self.born.is_empty() && self.dead.is_empty() && self.moved.is_empty() && !self.repeats
    }

    /// Forgets what was noted after a savepoint and is taken back already:
    /// all entries are gone but those before it.
    pub(crate) fn cut(&mut self, save: &Save) {
        self.dead.truncate(save.dead);
        self.moved.truncate(save.moved);
        self.copies.truncate(save.copies);
        self.shifted = self.shifted.min(save.done);
        self.touched.clear();
        self.file_from(0);
    }

    pub(crate) fn clear(&mut self) {
        self.indexes = Indexes::Kept;
        self.operations = 0;
        self.has_inserted = false;
        self.has_moved = false;
        self.shifted = 0;
        self.born.clear();
        self.copies.clear();
        self.renewed.clear();
        self.dead.clear();
        if self.done.len() == 1 && !self.repeats && self.moved.is_empty() {
            // One entry: nothing moved, and nothing was filed.
            self.done.clear();
            return;
        }
        if is_wasteful(&self.done) {
            self.done = Vec::new();
            self.touched = Finder::default();
        }
        self.touched.clear();
        self.moved.clear();
        self.done.clear();
        self.saves.clear();
        self.fence = 0;
        self.repeats = false;
    }
}

fn is_of(undo: &Undo, cell: Cell) -> bool {
    matches!(undo, Undo::Set { cell: other, .. } if *other == cell)
}
