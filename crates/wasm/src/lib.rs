//! The boundary between the engine and JavaScript.
//!
//! One instance of this module is one store. JavaScript writes commands into
//! the input buffer and calls once per commit; what changed, and what was
//! read, stands in buffers here until the next call. Nothing here calls
//! JavaScript, and nothing here decides anything: it decodes, delegates and
//! encodes.
//!
//! Every answer is a number: below [`ERRORS`] it is a result, from there on
//! the code of an error plus [`ERRORS`], whose text [`Engine::message`] gives.

mod command;
mod input;
mod stats;

use std::borrow::Cow;

use gaesup_core::{Cell, Config, Error, HOLDER, Handle, Key, Node, Store, StringId, ViewStream, Word};
use wasm_bindgen::prelude::wasm_bindgen;

use command::{Commands, TAG_TEXT};
use input::{Input, Words};

/// The first answer that is an error.
pub const ERRORS: u32 = 0xFFFF_FF00;

const COMMIT_UNCHANGED: u32 = 0;
const COMMIT_CHANGED: u32 = 1;
const COMMIT_REPORTED: u32 = 2;

const INPUT_BYTES: usize = 64 * 1024;
const STREAM_WORDS: usize = 16 * 1024;
const OUTPUT_WORDS: usize = 8;

/// A store and its buffers.
#[wasm_bindgen]
pub struct Engine {
    store: Store,
    commands: Commands,
    input: Input,
    output: Box<[u32; OUTPUT_WORDS]>,
    words: Vec<u64>,
    ids: Vec<u32>,
    text: Vec<u8>,
    stream: ViewStream,
    keys: Vec<Key>,
    message: Error,
}

#[wasm_bindgen]
impl Engine {
    /// A store whose state is `undefined`. `limit_bytes` is `Infinity` for none.
    ///
    /// # Errors
    /// Throws when there is no memory for an empty store.
    #[wasm_bindgen(constructor)]
    pub fn new(limit_bytes: f64, depth_max: u32, seed: u32) -> Result<Self, String> {
        let config = Config {
            limit_bytes: limit_bytes as usize,
            depth_max: depth_max as usize,
            seed: u64::from(seed) << 32 | 0x5DEE_CE66,
        };
        let mut input = Input::default();
        input.reserve(INPUT_BYTES).map_err(|error| error.to_string())?;
        Ok(Self {
            store: Store::new(config).map_err(|error| error.to_string())?,
            commands: Commands::default(),
            input,
            output: Box::default(),
            words: Vec::new(),
            ids: Vec::new(),
            text: Vec::new(),
            stream: ViewStream::default(),
            keys: Vec::new(),
            message: Error::PathNotFound,
        })
    }

    /// The address of the input buffer.
    #[must_use]
    pub fn input(&self) -> usize {
        self.input.address()
    }

    /// How many bytes the input buffer holds.
    #[must_use]
    pub fn input_bytes(&self) -> usize {
        self.input.room()
    }

    /// Makes the input buffer larger; its address may change.
    pub fn reserve_input(&mut self, size_bytes: usize) -> u32 {
        let reserved = self.input.reserve(size_bytes);
        self.answer(reserved.map(|()| 0))
    }

    /// Makes the input buffer as small as it was; its address may change.
    pub fn shrink_input(&mut self) -> u32 {
        let shrunk = self.input.shrink(INPUT_BYTES);
        self.answer(shrunk.map(|()| 0))
    }

    /// The address of the eight `u32`s of results.
    #[must_use]
    pub fn output(&self) -> usize {
        self.output.as_ptr() as usize
    }

    /// The text of the last error.
    #[must_use]
    pub fn message(&self) -> String {
        self.message.to_string()
    }

    /// Applies the first `len` bytes of input without committing. Results:
    /// from the sixth on, reported texts' address and count.
    pub fn feed(&mut self, len: usize) -> u32 {
        let applied = self.commands.apply(&mut self.store, &mut self.input.words(0, len));
        if let Err(error) = applied {
            return self.fail(error);
        }
        self.tell_reported();
        0
    }

    /// Applies the first `len` bytes of input and commits. Answers whether
    /// nothing changed (0), something (1), or something that must be told
    /// (2). Results, when 2: views' address and count, watchers' address and
    /// count, whether indexes shifted, reported texts' address and count.
    pub fn commit(&mut self, len: usize) -> u32 {
        let applied = self.commands.apply(&mut self.store, &mut self.input.words(0, len));
        if let Err(error) = applied {
            return self.fail(error);
        }
        if !self.commands.is_idle() {
            return self.fail(Error::CorruptData { offset_bytes: len });
        }
        let reported = &self.commands.reported;
        let (changed, told) = match self.store.commit() {
            Err(error) => return self.answer(Err(error)),
            Ok(None) => (false, [0; 5]),
            Ok(Some(report)) => (
                true,
                [
                    report.views.as_ptr() as u32,
                    report.views.len() as u32,
                    report.watchers.as_ptr() as u32,
                    report.watchers.len() as u32,
                    u32::from(report.indexes_shifted),
                ],
            ),
        };
        if reported.is_empty() && told[1] == 0 && told[3] == 0 && told[4] == 0 {
            return if changed { COMMIT_CHANGED } else { COMMIT_UNCHANGED };
        }
        self.output[..5].copy_from_slice(&told);
        self.tell_reported();
        self.output[7] = u32::from(changed);
        COMMIT_REPORTED
    }

    /// Commits one command whose value is a number: the same as writing it
    /// and calling [`Engine::commit`], in one call without a buffer.
    pub fn number(&mut self, operation: u32, table: u16, row: u32, generation: u32, slot: u32, value: f64) -> u32 {
        let handle = Handle { node: Node { table, row }, generation };
        match command::number(&mut self.store, operation, handle, slot, value) {
            Ok(()) => self.commit(0),
            Err(error) => self.fail(error),
        }
    }

    /// Takes back what was fed since the last commit.
    pub fn rollback(&mut self) -> u32 {
        self.commands.clear();
        self.commands.reported.clear();
        let undone = self.store.rollback();
        self.answer(undone.map(|()| 0))
    }

    /// Makes a list of keys known that stands in the input; answers its number.
    pub fn define_keys(&mut self, from: usize, len: usize) -> u32 {
        let mut words = self.input.words(from, len);
        let mut keys = Vec::new();
        while !words.is_empty() {
            match self.commands.key(&mut self.store, &mut words) {
                Ok(key) => keys.push(key),
                Err(error) => return self.answer(Err(error)),
            }
        }
        let number = self.store.define_keys(&keys);
        self.answer(number)
    }

    /// Follows the keys in the input from a container. Results: the cell's
    /// table, row, generation and slot, then as [`Engine::read`].
    pub fn resolve(&mut self, table: u16, row: u32, generation: u32, from: usize, len: usize) -> u32 {
        let place = self.read_keys(from, len).and_then(|()| {
            let node = self.store.current(Handle { node: Node { table, row }, generation })?;
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

    /// Reads a cell. Results: the word's low and high half, and for a
    /// container its generation and its view's number or 0.
    pub fn read(&mut self, table: u16, row: u32, generation: u32, slot: u32) -> u32 {
        match self.store.current(Handle { node: Node { table, row }, generation }) {
            Err(error) => self.answer(Err(error)),
            Ok(node) => {
                self.tell(0, self.store.get(Cell { node, slot }));
                0
            }
        }
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
        let content = if text.is_ascii() { 0 } else { 1 + u32::from(str::from_utf8(&text).is_err()) };
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

    /// Files a watcher under the path in the input, from the root.
    pub fn watch(&mut self, watcher: u32, from: usize, len: usize) -> u32 {
        let filed = self.read_keys(from, len).and_then(|()| self.store.watch(watcher, HOLDER, &self.keys));
        self.answer(filed.map(|()| 0))
    }

    /// Forgets a watcher.
    pub fn unwatch(&mut self, watcher: u32) {
        self.store.unwatch(watcher);
    }

    /// Frees what nothing refers to; answers how many strings that were. All
    /// string ids that JavaScript holds are worthless afterwards.
    pub fn collect(&mut self) -> u32 {
        let freed = self.store.collect();
        self.answer(freed.map(|count| count as u32))
    }

    fn read_keys(&mut self, from: usize, len: usize) -> Result<(), Error> {
        let mut words = self.input.words(from, len);
        self.keys.clear();
        while !words.is_empty() {
            let key = read_key(&self.store, &mut words)?;
            self.keys.try_reserve(1).map_err(|_| Error::OutOfMemory)?;
            self.keys.push(key);
        }
        Ok(())
    }

    fn tell_reported(&mut self) {
        let reported = &mut self.commands.reported;
        self.output[5] = reported.as_ptr() as u32;
        self.output[6] = reported.len() as u32;
        // The ids stay readable until the next call writes there.
        reported.clear();
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

    fn fail(&mut self, error: Error) -> u32 {
        let undone = self.rollback();
        if undone >= ERRORS { undone } else { self.answer(Err(error)) }
    }

    fn answer(&mut self, result: Result<u32, Error>) -> u32 {
        result.unwrap_or_else(|error| {
            self.message = error;
            ERRORS + error.code() as u32
        })
    }
}

/// A step of a path: a number, or a key's text when some object has it.
fn read_key(store: &Store, words: &mut Words<'_>) -> Result<Key, Error> {
    let bits = words.next()?;
    if (bits >> 48) as u16 == TAG_TEXT {
        let bytes = words.take(bits as u32 as usize)?;
        return Ok(store.find_string(bytes).map_or(Key::Unknown, Key::Name));
    }
    let word = Word::from_bits(bits);
    match (word.as_string(), word.as_number()) {
        (Some(id), _) => Ok(Key::Name(id)),
        (_, Some(index)) if (0.0..f64::from(u32::MAX)).contains(&index) => Ok(Key::Index(index as u32)),
        _ => Err(words.corrupt()),
    }
}
