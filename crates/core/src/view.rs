//! Reading whole values: a stream of words from which views are built.
//!
//! A view is what the user gets to see of a container, made outside. The core
//! numbers views and remembers which container has one, so that a stream says
//! "as before" for every part that did not change.

use gaesup_codec::Word;

use crate::error::{Error, Result};
use crate::memory::try_push;
use crate::node::{Cell, Handle, Node, TableId};
use crate::store::Store;
use crate::tree::Tree;

/// The tags of the words that only streams have; see [`Word`] for the others.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u16)]
pub enum StreamTag {
    /// A container whose view exists; the low half is the view's number.
    Known = 0xFFFD,
    /// A container follows; the low half is how many words or, in an
    /// object or map of entries, pairs of key and value. The middle is a
    /// [`StreamKind`]. The next word's low half is the new view's number,
    /// its upper half the table, whose keys name an object's values. While
    /// containers are followed, their handle is in two more words.
    Open = 0xFFFE,
}

/// What follows an [`StreamTag::Open`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u16)]
pub enum StreamKind {
    /// Items.
    Array = 0,
    /// The values of the table's keys; absent ones are said to be absent.
    Object = 1,
    /// Keys and values of an object in turn.
    Entries = 2,
    /// Keys and values of a `Map` in turn.
    Map = 3,
}

/// Numbers for views; 0 is no view.
#[derive(Debug, Default)]
pub(crate) struct ViewIds {
    free: Vec<u32>,
    last: u32,
}

impl ViewIds {
    pub(crate) fn next(&mut self) -> u32 {
        self.free.pop().unwrap_or_else(|| {
            self.last += 1;
            self.last
        })
    }

    pub(crate) fn free(&mut self, views: &[u32]) {
        for view in views {
            // Without memory the number is simply not used again.
            let _ = try_push(&mut self.free, *view);
        }
    }

    pub(crate) fn live(&self) -> u32 {
        self.last - self.free.len() as u32
    }

    pub(crate) const fn metadata_bytes(&self) -> usize {
        self.free.capacity() * size_of::<u32>()
    }
}

/// A stream of one value, written piece by piece.
#[derive(Debug, Default)]
pub struct ViewStream {
    frames: Vec<Frame>,
}

#[derive(Clone, Copy, Debug)]
struct Frame {
    node: Node,
    next: u32,
}

const fn stream_word(tag: StreamTag, middle: u16, low: u32) -> u64 {
    (tag as u64) << 48 | (middle as u64) << 32 | low as u64
}

impl Store {
    /// Starts the stream of a container, giving a number to its view and to
    /// those of its parts that have none; writes its first words.
    ///
    /// # Errors
    /// What memory says.
    pub fn open_view(&mut self, node: Node, out: &mut Vec<u64>) -> Result<ViewStream> {
        let mut stream = ViewStream::default();
        match self.stream_node(node, &mut stream, out) {
            Ok(()) => Ok(stream),
            Err(error) => Err(self.give_up(&mut stream, error)),
        }
    }

    /// Writes on until the stream ends or `out` holds at least `words`.
    /// Answers whether it ended: O(words).
    ///
    /// # Errors
    /// What memory says; then what was begun has no view.
    pub fn read_view(&mut self, stream: &mut ViewStream, out: &mut Vec<u64>, words: usize) -> Result<bool> {
        self.stream_on(stream, out, words).map_err(|error| self.give_up(stream, error))
    }

    /// Takes the numbers back of views that will not be complete.
    fn give_up(&mut self, stream: &mut ViewStream, error: Error) -> Error {
        for Frame { node, .. } in stream.frames.drain(..) {
            let view = self.tree.view(node);
            if self.tree.set_view(node, 0).is_ok() {
                self.views.free(&[view]);
            }
        }
        error
    }

    fn stream_on(&mut self, stream: &mut ViewStream, out: &mut Vec<u64>, words: usize) -> Result<bool> {
        while let Some(frame) = stream.frames.last_mut() {
            if out.len() >= words {
                return Ok(false);
            }
            let Frame { node, next: slot } = *frame;
            if slot >= self.tree.slots(node) {
                stream.frames.pop();
                continue;
            }
            frame.next += 1;
            let word = self.tree.get(Cell { node, slot });
            if let Some(entries) = self.tree.dictionary(node) {
                let Some(key) = entries.key(&self.tree.memory, slot) else {
                    continue;
                };
                try_push(out, Word::string(key).to_bits())?;
            }
            match word.as_node() {
                Some(child) => self.stream_node(child, stream, out)?,
                None => try_push(out, word.to_bits())?,
            }
        }
        Ok(true)
    }

    /// The number of a container's view, or 0 when it has none.
    #[must_use]
    pub fn view(&self, node: Node) -> u32 {
        self.tree.view(node)
    }

    fn stream_node(&mut self, node: Node, stream: &mut ViewStream, out: &mut Vec<u64>) -> Result<()> {
        let known = self.tree.view(node);
        if known != 0 {
            return try_push(out, stream_word(StreamTag::Known, 0, known));
        }
        stream.frames.try_reserve(1)?;
        let view = self.number_view()?;
        // Reading must not fail for a limit on state.
        let limit_bytes = self.tree.memory.pool().limit_bytes();
        self.tree.memory.pool_mut().set_limit(usize::MAX);
        // A column that was made to hold "none" here can say so again without memory.
        let noted = self.tree.set_view(node, 0).and_then(|()| self.tree.set_view(node, view));
        self.tree.memory.pool_mut().set_limit(limit_bytes);
        if let Err(error) = noted {
            self.views.free(&[view]);
            return Err(error);
        }
        stream.frames.push(Frame { node, next: 0 });
        self.counters.views_built += 1;
        let (kind, count) = self.tree.stream_kind(node);
        try_push(out, stream_word(StreamTag::Open, kind as u16, count))?;
        try_push(out, u64::from(node.table) << 32 | u64::from(view))?;
        if !self.following.is_on {
            return Ok(());
        }
        let Handle { node, generation } = self.origin(node);
        try_push(out, u64::from(node.table))?;
        try_push(out, u64::from(generation) << 32 | u64::from(node.row))
    }
}

impl Tree {
    fn stream_kind(&self, node: Node) -> (StreamKind, u32) {
        match (node.table, self.dictionary(node)) {
            (TableId::MAPS, Some(entries)) => (StreamKind::Map, entries.len()),
            (_, Some(entries)) => (StreamKind::Entries, entries.len()),
            _ if self.kind(node) == crate::tree::Kind::Array => (StreamKind::Array, self.slots(node)),
            _ => (StreamKind::Object, self.slots(node)),
        }
    }
}
