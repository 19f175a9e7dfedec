//! What JavaScript reads: cells, keys, strings and whole values.

use std::borrow::Cow;

use gaesup_core::{Cell, Error, HOLDER, Handle, Key, Kind, Node, SLOT_MISSING, Store, StreamKind, StringId, Word};

use crate::Engine;
use crate::input::Words;
use crate::value::{TAG_TEXT, TEXT_PLAIN, tag, text_kind};

/// How many words of a stream stand in the buffer at once.
const STREAM_WORDS: usize = 16 * 1024;

impl Engine {
    /// Follows the keys in the input from a container. Results: the cell's
    /// table, row, generation and slot, then as [`Engine::read`].
    pub fn resolve(&mut self, table: u16, row: u32, generation: u32, from: usize, len: usize) -> u32 {
        let place = self.read_keys(from, len).and_then(|()| {
            let node = self.store.attached(Handle { node: Node { table, row }, generation })?;
            self.store.resolve(node, &self.keys)
        });
        match place {
            Err(error) => self.answer(Err(error)),
            Ok(place) => {
                let Cell { node, slot } = place.cell;
                let handle = self.store.handle(node);
                self.output[..4].copy_from_slice(&[u32::from(node.table), node.row, handle.generation, slot]);
                self.tell(4, place.word);
                0
            }
        }
    }

    /// Reads a cell of the state. Results: the word's low and high half, and
    /// for a container its generation and its view's number or 0.
    pub fn read(&mut self, table: u16, row: u32, generation: u32, slot: u32) -> u32 {
        match self.store.attached_slots(Handle { node: Node { table, row }, generation }) {
            Err(error) => self.answer(Err(error)),
            Ok(node) => {
                self.tell(0, self.store.get(Cell { node, slot }));
                0
            }
        }
    }

    /// Reads the cell of one key, which is in the input, of a container that
    /// the open batch may have moved or taken out of the state. Results as
    /// [`Engine::read`], but a container is named by where it was before the
    /// batch, low half first, high half, generation.
    pub fn peek(&mut self, table: u16, row: u32, generation: u32, from: usize, len: usize) -> u32 {
        let place = self.read_keys(from, len).and_then(|()| {
            let node = self.store.current(Handle { node: Node { table, row }, generation })?;
            self.store.resolve(node, &self.keys)
        });
        match place {
            Err(error) => self.answer(Err(error)),
            Ok(place) => {
                let word = place.word.as_node().map(|node| self.store.origin(node));
                self.tell(0, word.map_or(place.word, |origin| Word::node(origin.node)));
                0
            }
        }
    }

    /// The words that a container held before the innermost batch. Answers 0,
    /// or 1 when there was no such container. Results: the words' address and
    /// count, and what it is, a number that `StreamKind` has for it.
    pub fn before(&mut self, table: u16, row: u32) -> u32 {
        self.words.clear();
        match self.store.before(Node { table, row }, &mut self.words) {
            Err(error) => self.answer(Err(error)),
            Ok(None) => 1,
            Ok(Some(kind)) => {
                let kind = match kind {
                    Kind::Array => StreamKind::Array,
                    Kind::Object => StreamKind::Entries,
                    Kind::Map => StreamKind::Map,
                };
                self.output[..3].copy_from_slice(&[self.words.as_ptr() as u32, self.words.len() as u32, kind as u32]);
                0
            }
        }
    }

    /// Finds where a container is that the open batch may have moved.
    /// Results: its table and row.
    pub fn locate(&mut self, table: u16, row: u32, generation: u32) -> u32 {
        match self.store.current(Handle { node: Node { table, row }, generation }) {
            Err(error) => self.answer(Err(error)),
            Ok(node) => {
                self.output[..2].copy_from_slice(&[u32::from(node.table), node.row]);
                0
            }
        }
    }

    /// Reads a cell of a container that is known to be there. Results as
    /// [`Engine::read`].
    pub fn look(&mut self, table: u16, row: u32, slot: u32) {
        self.tell(0, self.store.get(Cell { node: Node { table, row }, slot }));
    }

    /// Follows one key, which is in the input, from a container that is known
    /// to be there; answers its slot. Results as [`Engine::read`].
    pub fn seek(&mut self, table: u16, row: u32, from: usize, len: usize) -> u32 {
        let node = Node { table, row };
        match self.read_keys(from, len).and_then(|()| self.store.resolve(node, &self.keys)) {
            Err(error) => self.answer(Err(error)),
            Ok(place) => {
                self.tell(0, place.word);
                self.output[4] = if place.word.is_absent() { SLOT_MISSING } else { place.cell.slot };
                0
            }
        }
    }

    /// How many keys or items a container has that is known to be there.
    #[must_use]
    pub fn count(&self, table: u16, row: u32) -> u32 {
        self.store.count(Node { table, row })
    }

    /// The number of a container's view, or 0.
    #[must_use]
    pub fn view_of(&self, table: u16, row: u32) -> u32 {
        self.store.view(Node { table, row })
    }

    /// Names containers in streams from now on. Results: the address and count
    /// of numbers, four for every container that has a view: that, table, row,
    /// generation.
    pub fn follow(&mut self) -> u32 {
        self.store.follow();
        self.ids.clear();
        let Self { store, ids, .. } = self;
        let mut answer = Ok(0);
        store.viewed(|view, Handle { node, generation }| {
            if ids.try_reserve(4).is_err() {
                answer = Err(Error::OutOfMemory);
                return;
            }
            ids.extend([view, u32::from(node.table), node.row, generation]);
        });
        self.output[..2].copy_from_slice(&[self.ids.as_ptr() as u32, self.ids.len() as u32]);
        self.answer(answer)
    }

    /// The keys that lead to a container, innermost first. Results: the
    /// address and count of words, each a string's or a number.
    pub fn path_of(&mut self, table: u16, row: u32, generation: u32) -> u32 {
        let found = self.store.cells_to(Handle { node: Node { table, row }, generation }, &mut self.cells);
        self.words.clear();
        let listed = found.and_then(|()| {
            self.words.try_reserve(self.cells.len()).map_err(|_| Error::OutOfMemory)?;
            // The cell that holds the root has no key that anybody knows.
            let keys = self.cells.iter().filter(|cell| cell.node != HOLDER);
            let word = |cell: &Cell| self.store.key_of(*cell).map_or(Word::count(cell.slot), Word::string);
            self.words.extend(keys.map(|cell| word(cell).to_bits()));
            Ok(0)
        });
        self.output[..2].copy_from_slice(&[self.words.as_ptr() as u32, self.words.len() as u32]);
        self.answer(listed)
    }

    /// Which handles became which others since this was asked last. Results:
    /// the address and count of numbers, six for each.
    pub fn moves(&mut self) -> u32 {
        self.ids.clear();
        for (from, to) in self.store.take_moves() {
            if self.ids.try_reserve(6).is_err() {
                return self.answer(Err(Error::OutOfMemory));
            }
            for Handle { node, generation } in [from, to] {
                self.ids.extend([u32::from(node.table), node.row, generation]);
            }
        }
        self.output[..2].copy_from_slice(&[self.ids.as_ptr() as u32, self.ids.len() as u32]);
        0
    }

    /// The words of up to `count` items of an array. Results: their address
    /// and count.
    pub fn cells(&mut self, table: u16, row: u32, from: u32, count: u32) -> u32 {
        let node = Node { table, row };
        let end = from.saturating_add(count).min(self.store.slots(node));
        self.words.clear();
        if self.words.try_reserve(end.saturating_sub(from) as usize).is_err() {
            return self.answer(Err(Error::OutOfMemory));
        }
        self.words.extend((from..end).map(|slot| self.store.get(Cell { node, slot }).to_bits()));
        self.output[..2].copy_from_slice(&[self.words.as_ptr() as u32, self.words.len() as u32]);
        0
    }

    /// The keys of an object or map, each a string's id and its slot, in the
    /// order they were added. Results: their address and how many numbers.
    pub fn keys(&mut self, table: u16, row: u32) -> u32 {
        self.ids.clear();
        let listed = self.store.keys(Node { table, row }).try_for_each(|(key, slot)| {
            self.ids.try_reserve(2).map_err(|_| Error::OutOfMemory)?;
            self.ids.extend([key.0, slot]);
            Ok(())
        });
        self.output[..2].copy_from_slice(&[self.ids.as_ptr() as u32, self.ids.len() as u32]);
        self.answer(listed.map(|()| 0))
    }

    /// Starts the stream of a container's view. Results: the words' address
    /// and count, and whether the stream ends with them.
    pub fn open_view(&mut self, table: u16, row: u32) -> u32 {
        self.words.clear();
        match self.store.open_view(Node { table, row }, &mut self.words) {
            Ok(stream) => self.stream = stream,
            Err(error) => return self.answer(Err(error)),
        }
        self.fill_stream()
    }

    /// Goes on with the stream. Results as [`Engine::open_view`].
    pub fn read_view(&mut self) -> u32 {
        self.words.clear();
        self.fill_stream()
    }

    /// Finds a string. Results: its bytes' address and length, and 0 for
    /// ASCII, 1 for UTF-8, 2 when there are lone surrogates in it.
    pub fn string(&mut self, id: u32) {
        let text = self.store.string(StringId(id));
        // A surrogate begins with these two bytes, and nothing else does.
        let has_surrogate = || text.windows(2).any(|pair| pair[0] == 0xED && pair[1] >= 0xA0);
        let content = if text.is_ascii() { 0 } else { 1 + u32::from(has_surrogate()) };
        self.output[2] = content;
        // Text that is stored as it is stays where it is; other text is made here.
        let bytes = match text {
            Cow::Borrowed(bytes) => bytes,
            Cow::Owned(made) => {
                self.text = made;
                &self.text
            }
        };
        self.output[0] = bytes.as_ptr() as u32;
        self.output[1] = bytes.len() as u32;
    }

    /// Finds a blob. Results: its bytes' address and length.
    pub fn blob(&mut self, id: u32) {
        let bytes = self.store.blob(id);
        let found = [bytes.as_ptr() as u32, bytes.len() as u32];
        self.output[..2].copy_from_slice(&found);
    }

    /// The ids of the keys of a table's objects. Results: their address and
    /// count.
    pub fn table_keys(&mut self, table: u16) {
        self.ids.clear();
        self.ids.extend(self.store.table_keys(table).iter().map(|key| key.0));
        self.output[0] = self.ids.as_ptr() as u32;
        self.output[1] = self.ids.len() as u32;
    }

    pub(crate) fn read_keys(&mut self, from: usize, len: usize) -> Result<(), Error> {
        let mut words = self.input.words(from, from + len);
        self.keys.clear();
        while !words.is_empty() {
            let key = read_key(&self.store, &mut words)?;
            self.keys.try_reserve(1).map_err(|_| Error::OutOfMemory)?;
            self.keys.push(key);
        }
        Ok(())
    }

    fn tell(&mut self, at: usize, word: Word) {
        let bits = word.to_bits();
        let (mut generation, mut view) = (0, 0);
        if let Some(node) = word.as_node() {
            generation = self.store.handle(node).generation;
            view = self.store.view(node);
        }
        self.output[at..at + 4].copy_from_slice(&[bits as u32, (bits >> 32) as u32, generation, view]);
    }

    fn fill_stream(&mut self) -> u32 {
        match self.store.read_view(&mut self.stream, &mut self.words, STREAM_WORDS) {
            Err(error) => self.answer(Err(error)),
            Ok(ended) => {
                self.output[..3].copy_from_slice(&[
                    self.words.as_ptr() as u32,
                    self.words.len() as u32,
                    u32::from(ended),
                ]);
                0
            }
        }
    }
}

/// A step of a path: a number, or a key's text when some object has it.
pub(crate) fn read_key(store: &Store, words: &mut Words<'_>) -> Result<Key, Error> {
    let bits = words.next()?;
    if tag(bits) == TAG_TEXT {
        if text_kind(bits) != Some(TEXT_PLAIN) {
            return Err(words.corrupt());
        }
        let bytes = words.take(bits as u32 as usize)?;
        return Ok(store.find_string(bytes).map_or(Key::Unknown, Key::Name));
    }
    let word = Word::from_bits(bits);
    match (word.as_string(), word.as_number()) {
        (Some(id), _) => Ok(Key::Name(id)),
        (_, Some(number)) => index_of(number).map(Key::Index).ok_or(words.corrupt()),
        _ => Err(words.corrupt()),
    }
}

/// The index that a number is.
pub(crate) fn index_of(number: f64) -> Option<u32> {
    let is_index = (0.0..f64::from(u32::MAX)).contains(&number) && number.fract() == 0.0;
    is_index.then_some(number as u32)
}
