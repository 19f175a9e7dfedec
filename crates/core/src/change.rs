//! What a transaction changed, in the fewest words.

use gaesup_codec::{StringId, Word};

use crate::node::{Cell, Node};

/// One difference between the states before and after a transaction.
///
/// Containers are named where they are afterwards. Nothing that happened
/// inside a value that came or went is a change of its own.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Change {
    /// A cell holds another word. A key whose `old` is absent was added, one whose `new` is absent is gone; a key that has to
    /// go to the end is first taken out and then added. The slot of a key that
    /// is gone is [`SLOT_MISSING`](crate::SLOT_MISSING) when its object moved
    /// to another row.
    Set {
        /// The cell.
        cell: Cell,
        /// The key, except in an array.
        key: Option<StringId>,
        /// What was there before the transaction.
        old: Word,
        /// What is there now.
        new: Word,
    },
    /// Items of an array were replaced by others. The splices of one array
    /// come in ascending order, and `index` is where the inserted items are
    /// afterwards: whoever applies them in this order finds the removed ones
    /// there. A container among both the removed and the inserted items of an
    /// array is the same container in another place, and what happened in it
    /// are changes of their own.
    Splice {
        /// The array.
        node: Node,
        /// Where the inserted items are.
        index: u32,
        /// The items that were there; see [`Changes::words`].
        removed: Span,
        /// The items that are there.
        inserted: Span,
    },
}

impl Change {
    /// The container whose contents changed.
    #[must_use]
    pub const fn node(&self) -> Node {
        match self {
            Self::Set { cell, .. } => cell.node,
            Self::Splice { node, .. } => *node,
        }
    }
}

/// Consecutive words of [`Changes`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Span {
    start: u32,
    len: u32,
}

impl Span {
    /// How many words these are.
    #[must_use]
    pub const fn len(&self) -> u32 {
        self.len
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }
}

/// All differences between the states before and after a transaction.
///
/// Words of what was there before may be containers that are gone. They can
/// be read until the commit ends, and hold what was in them before.
#[derive(Debug, Default)]
pub struct Changes {
    pub(crate) list: Vec<Change>,
    pub(crate) words: Vec<Word>,
    /// Keys of dictionaries that stayed and have another entry now; those of one
    /// dictionary stand together.
    pub(crate) renumbered: Vec<Renumbered>,
}

/// An entry of a dictionary that has another number than before.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Renumbered {
    pub(crate) node: Node,
    pub(crate) before: u32,
    pub(crate) now: u32,
}

impl Changes {
    /// The changes. Those of one container stand together, in the order in
    /// which they can be applied.
    #[must_use]
    pub fn list(&self) -> &[Change] {
        &self.list
    }

    /// The words of a span.
    #[must_use]
    pub fn words(&self, span: Span) -> &[Word] {
        let (start, len) = (span.start as usize, span.len as usize);
        self.words.get(start..start + len).unwrap_or(&[])
    }

    /// Keeps words for a splice.
    pub(crate) fn keep(&mut self, words: &[Word]) -> crate::error::Result<Span> {
        self.words.try_reserve(words.len()).map_err(|_| crate::error::Error::OutOfMemory)?;
        let start = self.words.len() as u32;
        self.words.extend_from_slice(words);
        Ok(Span { start, len: words.len() as u32 })
    }

    /// Shows every word, to be replaced by another name of the same thing.
    pub(crate) fn each_word(&mut self, mut rename: impl FnMut(&mut Word)) {
        for change in &mut self.list {
            if let Change::Set { old, new, .. } = change {
                rename(old);
                rename(new);
            }
        }
        self.words.iter_mut().for_each(rename);
    }

    pub(crate) fn clear(&mut self) {
        self.list.clear();
        self.words.clear();
        self.renumbered.clear();
    }
}
