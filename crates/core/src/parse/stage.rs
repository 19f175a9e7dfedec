//! A value on its way from bytes to columns.
//!
//! Readers meet a container before they know its keys or how many items it
//! has, and the builder wants to know first: between them is a tape of tokens.
//! What has no parts is its word; a container is an opening token with what it
//! is and has, filled in when it ends. A long array does not wait for its end:
//! it is made a list of its own, which takes its items from the tape again and
//! again, and stands on the tape as one finished word.

use gaesup_codec::{StringId, Word};

use super::guess::{Guesses, Place};
use super::recent::{Recent, Short};
use crate::error::{Error, Result};
use crate::memory::try_push;
use crate::node::{Cell, HOLDER, Node, TableId};
use crate::shape::TUPLE_ITEMS_MAX;
use crate::store::Store;

/// Tags of opening tokens; no word has them.
const OPEN_ARRAY: u16 = 0xFFFD;
const OPEN_KEYED: u16 = 0xFFFE;
const OPEN_ENTRIES: u16 = 0xFFFF;

/// A list takes its items from the tape when there are so many tokens.
const PIECE_TOKENS: usize = 1_024;
/// A tape that has grown longer than this is given back.
const KEPT_TOKENS: usize = 16 * PIECE_TOKENS;

/// A container of the formats that are read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Container {
    Array,
    Object,
}

/// A container that was opened and not closed.
#[derive(Debug)]
pub(super) struct Frame {
    container: Container,
    /// The items or members so far, and how many there will be if that is known.
    count: u32,
    announced: u32,
    /// Where its opening token stands.
    pub(super) start: u32,
    /// How many keys there were before it.
    pub(super) keys: u32,
    place: Place,
    /// What has the items that are no longer on the tape.
    list: Option<Node>,
}

/// See the module's description.
#[derive(Debug)]
pub(crate) struct Stage {
    pub(super) tape: Vec<u64>,
    frames: Vec<Frame>,
    /// The keys of all objects that are open, and where the value of each begins.
    pub(super) keys: Vec<StringId>,
    pub(super) places: Vec<u32>,
    /// A text without its escapes.
    pub(super) decoded: Vec<u8>,
    recent: Recent,
    pub(super) guesses: Guesses,
    target: Cell,
    /// Containers around the value.
    outer_depth: usize,
}

impl Default for Stage {
    fn default() -> Self {
        Self {
            tape: Vec::new(),
            frames: Vec::new(),
            keys: Vec::new(),
            places: Vec::new(),
            decoded: Vec::new(),
            recent: Recent::default(),
            guesses: Guesses::default(),
            target: Cell { node: HOLDER, slot: 0 },
            outer_depth: 0,
        }
    }
}

impl Stage {
    /// How many containers are open.
    pub(super) const fn depth(&self) -> usize {
        self.frames.len()
    }

    /// What the innermost open container is.
    pub(super) fn container(&self) -> Option<Container> {
        self.frames.last().map(|frame| frame.container)
    }

    /// Whether the innermost open container has as many parts as were announced.
    pub(super) fn is_complete(&self) -> bool {
        self.frames.last().is_some_and(|frame| frame.count == frame.announced)
    }

    /// Where the next key, or item, stands.
    pub(super) fn next_place(&self) -> Place {
        self.frames.last().map_or(Place::default(), |frame| match frame.container {
            Container::Array => frame.place.part(0),
            Container::Object => frame.place.part(self.keys_since(frame)),
        })
    }

    /// Names the key of the next value.
    pub(super) fn key(&mut self, key: StringId) -> Result<()> {
        try_push(&mut self.keys, key)?;
        try_push(&mut self.places, self.tape.len() as u32)
    }

    /// How many keys the object has whose frame this is.
    pub(super) fn keys_since(&self, frame: &Frame) -> usize {
        self.keys.len() - frame.keys as usize
    }
}

/// The token that opens an object with a list of keys.
pub(super) const fn open_keyed(number: u32) -> u64 {
    open(OPEN_KEYED, number)
}

/// The token that opens an object of so many keys and values in turn.
pub(super) const fn open_entries(count: u32) -> u64 {
    open(OPEN_ENTRIES, count)
}

const fn open(tag: u16, low: u32) -> u64 {
    (tag as u64) << 48 | low as u64
}

impl Store {
    pub(super) fn begin_stage(&mut self, target: Cell) -> Result<()> {
        self.stage.target = target;
        self.stage.outer_depth = self.tree.depth(target.node);
        self.stage.guesses.start()
    }

    /// The id of a text that is part of the input.
    #[inline]
    pub(super) fn stage_text(&mut self, bytes: &[u8], start: usize, end: usize) -> Result<StringId> {
        let short = Short::of(bytes, start, end);
        if let Some(id) = short.and_then(|short| self.stage.recent.find(&short)) {
            return Ok(id);
        }
        let id = self.intern(bytes.get(start..end).unwrap_or(&[]))?;
        if let Some(short) = short {
            self.stage.recent.reserve()?;
            self.stage.recent.note(short, id);
        }
        Ok(id)
    }

    /// Adds a value without parts.
    #[inline]
    pub(super) fn stage_scalar(&mut self, word: Word) -> Result<()> {
        try_push(&mut self.stage.tape, word.to_bits())?;
        self.end_item()
    }

    /// Opens a container; what is in it comes next. How much that is need not
    /// be announced.
    pub(super) fn stage_open(&mut self, container: Container, announced: u32) -> Result<()> {
        let place = self.stage.next_place();
        let Stage { tape, frames, keys, outer_depth, .. } = &mut self.stage;
        if *outer_depth + frames.len() >= self.config.depth_max {
            return Err(Error::too_deep(self.config.depth_max));
        }
        let (start, keys) = (tape.len() as u32, keys.len() as u32);
        try_push(frames, Frame { container, count: 0, announced, start, keys, place, list: None })?;
        try_push(tape, open(OPEN_ARRAY, 0))
    }

    /// Closes the innermost container.
    pub(super) fn stage_close(&mut self) -> Result<()> {
        let Some(frame) = self.stage.frames.last() else {
            return Err(Error::corrupt(0));
        };
        let (count, start) = (frame.count, frame.start);
        let token = match (frame.container, frame.list) {
            (Container::Object, _) => self.close_object()?,
            (Container::Array, None) => open(OPEN_ARRAY, count),
            (Container::Array, Some(list)) => {
                self.take_items()?;
                Word::node(list).to_bits()
            }
        };
        self.stage.frames.pop();
        if let Some(place) = self.stage.tape.get_mut(start as usize) {
            *place = token;
        }
        self.end_item()
    }

    /// The object that ends here: its opening token.
    fn close_object(&mut self) -> Result<u64> {
        // Who asks for a token below owns the frame while it is off the stack.
        let Some(frame) = self.stage.frames.pop() else {
            return Err(Error::corrupt(0));
        };
        let token = self.token_of_object(&frame);
        self.stage.keys.truncate(frame.keys as usize);
        self.stage.places.truncate(frame.keys as usize);
        self.stage.frames.push(frame);
        token
    }

    /// Counts an item whose tokens are complete.
    #[inline]
    fn end_item(&mut self) -> Result<()> {
        let Some(frame) = self.stage.frames.last_mut() else {
            return Ok(());
        };
        frame.count += 1;
        let is_long = frame.count as usize > TUPLE_ITEMS_MAX
            && self.stage.tape.len() - frame.start as usize > PIECE_TOKENS
            && frame.container == Container::Array;
        if is_long { self.take_items() } else { Ok(()) }
    }

    /// Moves the items of the innermost array from the tape to a list.
    #[inline(never)]
    fn take_items(&mut self) -> Result<()> {
        let Some(frame) = self.stage.frames.last_mut() else {
            return Ok(());
        };
        let first = frame.start as usize + 1;
        let list = match frame.list {
            Some(list) => list,
            None => {
                // Its own place is known when what is around it is complete.
                let Cell { node, slot } = self.stage.target;
                *frame.list.insert(self.tree.add_list(node, slot)?)
            }
        };
        let mut at = first;
        while at < self.stage.tape.len() {
            let slot = self.tree.slots(list);
            at = self.feed(Cell { node: list, slot }, at)?;
            let word = self.builder.take().ok_or(Error::corrupt(0))?;
            let (items, memory) = self.tree.list_mut(list).ok_or(Error::PathNotFound)?;
            if let Err(error) = items.insert(memory, slot, word) {
                if let Some(node) = word.as_node() {
                    self.tree.free_subtree(node, &mut Vec::new());
                }
                return Err(error);
            }
        }
        self.stage.tape.truncate(first);
        Ok(())
    }

    /// Builds the value on the tape at an index, which `target` will hold.
    /// Answers the index of what stands behind it.
    fn feed(&mut self, target: Cell, mut at: usize) -> Result<usize> {
        let (builder, tree, lists) = (&mut self.builder, &mut self.tree, &self.key_lists);
        builder.begin(target, self.config.depth_max);
        while !builder.is_done() {
            let token = self.stage.tape.get_mut(at).ok_or(Error::corrupt(0))?;
            at += 1;
            let low = *token as u32;
            match (*token >> 48) as u16 {
                OPEN_ARRAY => builder.open_array(tree, lists, low)?,
                OPEN_KEYED => builder.open_keyed(tree, lists, low)?,
                OPEN_ENTRIES => drop(builder.open_entries(tree, lists, TableId::DICTIONARIES, low)?),
                _ => match Word::from_bits(*token) {
                    word if builder.wants_key() => builder.key(word.as_string().ok_or(Error::corrupt(0))?)?,
                    word => match word.as_node() {
                        None => builder.scalar(tree, lists, word)?,
                        Some(node) => {
                            // It is the builder's, and no longer the tape's.
                            *token = Word::NULL.to_bits();
                            builder.finished(tree, lists, node)?;
                        }
                    },
                },
            }
        }
        Ok(at)
    }

    /// The value, when all of it is staged.
    pub(super) fn take_staged(&mut self) -> Result<Word> {
        self.feed(self.stage.target, 0)?;
        self.take_value()
    }

    /// Frees what is left on the stage, which is nothing after a success.
    pub(super) fn end_stage(&mut self) {
        self.builder.abandon(&mut self.tree, &self.key_lists);
        let Stage { tape, frames, keys, places, decoded, .. } = &mut self.stage;
        let on_tape = tape.iter().filter_map(|token| Word::from_bits(*token).as_node());
        for node in on_tape.chain(frames.iter().filter_map(|frame| frame.list)) {
            self.tree.free_subtree(node, &mut Vec::new());
        }
        frames.clear();
        if tape.capacity() + keys.capacity() > KEPT_TOKENS || decoded.capacity() > KEPT_TOKENS {
            (*tape, *keys, *places, *decoded) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        }
        tape.clear();
        keys.clear();
        places.clear();
    }
}
