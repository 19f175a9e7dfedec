//! Reading a snapshot as it comes in, piece by piece.
//!
//! Nothing of the bytes is trusted. Strings are interned, pages become pages of
//! the store's own tables where a form has many containers, and the finished
//! value stands beside the state, as any value does that was just built.

mod columns;
mod filling;
mod strings;

use gaesup_codec::Word;

use super::form::Places;
use super::head::{FRONT_BYTES, Head, SECTIONS_HEADER_BYTES, head_bytes};
use super::section::{BIN_HEADER_BYTES, Stream, is_sum};
use crate::error::{Error, Result};
use crate::node::{Cell, Node};
use crate::store::Store;
use columns::At;
use filling::{Filling, Live};

/// What comes next of the frame.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Next {
    Front,
    Head(usize),
    SectionsHeader,
    Section(usize),
    Nothing,
}

/// A snapshot that is being read.
pub struct Loader {
    target: Cell,
    next: Next,
    /// Bytes that are not enough yet, and where in the input they start.
    pending: Vec<u8>,
    offset: usize,
    front: [u8; FRONT_BYTES],
    head: Head,
    /// The stream that is being read, and what is left of its last section.
    stream: Stream,
    plain: Vec<u8>,
    /// The store's own ids, by the snapshot's numbers.
    strings: Vec<u32>,
    /// Whether the store had none before.
    is_first: bool,
    /// Whether these are the same numbers.
    keeps_numbers: bool,
    blobs: Vec<u32>,
    forms: Vec<Live>,
    /// Words that may still come.
    words_left: u64,
    at: At,
    level: Vec<Filling>,
    below: Vec<Filling>,
    /// Where forms stand among the groups below.
    places: Places,
    levels_begun: usize,
    root: Word,
    /// Rows that were taken one by one, and runs of them.
    taken: Vec<Node>,
    runs: Vec<(Node, u32)>,
}

impl Store {
    /// Starts reading a snapshot as the value that a cell will hold.
    #[must_use]
    pub fn begin_load(&self, target: Cell) -> Loader {
        Loader {
            target,
            next: Next::Front,
            pending: Vec::new(),
            offset: 0,
            front: [0; FRONT_BYTES],
            head: Head::default(),
            stream: Stream::Strings,
            plain: Vec::new(),
            strings: Vec::new(),
            is_first: false,
            keeps_numbers: false,
            blobs: Vec::new(),
            forms: Vec::new(),
            words_left: 0,
            at: At::Root,
            level: Vec::new(),
            below: Vec::new(),
            places: Places::default(),
            levels_begun: 0,
            root: Word::UNDEFINED,
            taken: Vec::new(),
            runs: Vec::new(),
        }
    }

    /// Reads the next piece of a snapshot, of any length: O(length). After an
    /// error all that was read is given up.
    ///
    /// # Errors
    /// [`Error::CorruptData`], [`Error::UnsupportedVersion`], [`Error::TooDeep`],
    /// or what memory says.
    pub fn load(&mut self, loader: &mut Loader, bytes: &[u8]) -> Result<()> {
        loader.feed(self, bytes).inspect_err(|_| loader.give_up(self))
    }

    /// The value that was read, which the next operation takes over.
    ///
    /// # Errors
    /// [`Error::CorruptData`] when the snapshot ends too early.
    pub fn end_load(&mut self, mut loader: Loader) -> Result<Word> {
        let ended = if loader.next == Next::Nothing {
            self.log.reserve()
        } else {
            Err(Error::corrupt(loader.offset + loader.pending.len()))
        };
        if let Err(error) = ended {
            loader.give_up(self);
            return Err(error);
        }
        if let Some(node) = loader.root.as_node() {
            self.log.born.push(node);
        }
        Ok(loader.root)
    }

    /// Makes a snapshot a value that a cell will hold: O(its size).
    ///
    /// # Errors
    /// As [`Store::load`].
    pub fn load_whole(&mut self, target: Cell, bytes: &[u8]) -> Result<Word> {
        let mut loader = self.begin_load(target);
        self.load(&mut loader, bytes)?;
        self.end_load(loader)
    }
}

impl Loader {
    /// Where in the input what is read now begins, in bytes: what errors are about.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.offset
    }

    fn feed(&mut self, store: &mut Store, bytes: &[u8]) -> Result<()> {
        let mut input = bytes;
        loop {
            let Some(needed) = self.needed() else {
                return if input.is_empty() { Ok(()) } else { Err(self.corrupt()) };
            };
            if self.pending.is_empty()
                && let Some((part, rest)) = input.split_at_checked(needed)
            {
                self.part(store, part)?;
                input = rest;
            } else {
                let (more, rest) = input.split_at((needed - self.pending.len()).min(input.len()));
                self.pending.try_reserve(more.len())?;
                self.pending.extend_from_slice(more);
                input = rest;
                if self.pending.len() < needed {
                    return Ok(());
                }
                let mut part = core::mem::take(&mut self.pending);
                self.part(store, &part)?;
                part.clear();
                self.pending = part;
            }
            self.offset += needed;
        }
    }

    /// How many bytes what comes next has.
    fn needed(&self) -> Option<usize> {
        match self.next {
            Next::Front => Some(FRONT_BYTES),
            Next::Head(len) => Some(len),
            Next::SectionsHeader => Some(SECTIONS_HEADER_BYTES),
            Next::Section(number) => Some(BIN_HEADER_BYTES + self.head.sections.get(number)?.bytes as usize),
            Next::Nothing => None,
        }
    }

    fn part(&mut self, store: &mut Store, bytes: &[u8]) -> Result<()> {
        self.next = match self.next {
            Next::Front => {
                self.front = *bytes.first_chunk().ok_or(self.corrupt())?;
                Next::Head(head_bytes(&self.front)?)
            }
            Next::Head(_) => {
                self.head = Head::decode(&self.front, bytes)?;
                self.check_head(store)?;
                Next::SectionsHeader
            }
            Next::SectionsHeader => {
                self.head.check_sections_header(bytes, self.corrupt())?;
                self.after_section(store, 0)?
            }
            Next::Section(number) => {
                self.section(number, bytes)?;
                self.read_stream(store)?;
                self.after_section(store, number + 1)?
            }
            Next::Nothing => return Err(self.corrupt()),
        };
        Ok(())
    }

    fn check_head(&mut self, store: &mut Store) -> Result<()> {
        let depth_max = store.config.depth_max;
        if store.tree.depth(self.target.node) + self.head.levels.len() > depth_max {
            return Err(Error::too_deep(depth_max));
        }
        self.words_left = self.head.words_max(self.corrupt())?;
        self.strings.try_reserve_exact(self.head.strings as usize)?;
        // Those that are there already may be the same.
        self.is_first = store.tree.strings.ids() == 0;
        let more = (self.head.strings as usize).saturating_sub(store.tree.strings.len());
        store.tree.strings.reserve(&mut store.tree.memory, more)
    }

    /// Puts what a section holds behind what is left of the one before.
    fn section(&mut self, number: usize, bytes: &[u8]) -> Result<()> {
        let corrupt = self.corrupt();
        let entry = self.head.sections.get(number).ok_or(corrupt)?;
        let packed = entry.packed(bytes).filter(|packed| is_sum(packed, &entry.checksum)).ok_or(corrupt)?;
        self.stream = Stream::from_code(entry.stream).ok_or(corrupt)?;
        if entry.unpack(packed, &mut self.plain)? { Ok(()) } else { Err(corrupt) }
    }

    /// What comes behind a section; where a stream ends, it has to be complete.
    fn after_section(&mut self, store: &mut Store, number: usize) -> Result<Next> {
        let next = self.head.sections.get(number).and_then(|entry| Stream::from_code(entry.stream));
        let is_next = |stream: Stream| next == Some(stream);
        if !is_next(Stream::Strings) && !is_next(Stream::Blobs) && self.forms.is_empty() && self.at == At::Root {
            self.end_strings(store)?;
        }
        if next != Some(self.stream) && !self.plain.is_empty() {
            return Err(self.corrupt());
        }
        if next.is_some() {
            return Ok(Next::Section(number));
        }
        if self.at == At::End { Ok(Next::Nothing) } else { Err(self.corrupt()) }
    }

    /// Reads as much of the stream as is there.
    fn read_stream(&mut self, store: &mut Store) -> Result<()> {
        let plain = core::mem::take(&mut self.plain);
        let read = match self.stream {
            Stream::Strings => self.read_strings(store, &plain),
            Stream::Blobs => self.read_blobs(store, &plain),
            Stream::Columns => self.read_pages(store, &plain),
        };
        self.plain = plain;
        self.plain.drain(..read?);
        Ok(())
    }

    const fn corrupt(&self) -> Error {
        Error::corrupt(self.offset)
    }

    /// Frees everything that was made.
    fn give_up(&mut self, store: &mut Store) {
        for node in self.taken.drain(..) {
            store.tree.free_row(node);
        }
        // The last ones first, which nothing is behind.
        for (first, count) in self.runs.drain(..).rev() {
            store.tree.take_back_run(first, count);
        }
        self.next = Next::Nothing;
        self.root = Word::UNDEFINED;
    }
}
