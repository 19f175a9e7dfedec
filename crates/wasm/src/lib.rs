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

mod bytes;
mod command;
mod dependency;
pub mod exports;
mod frozen;
mod input;
mod reading;
mod stats;
mod timeline;
mod value;

use std::mem::ManuallyDrop;

use gaesup_core::{Config, Dependency, Error, HOLDER, Handle, Key, Node, Quick, Report, Store, ViewStream, Word};

use bytes::Transfer;
use command::Commands;
use input::Input;

/// The first answer that is an error.
pub const ERRORS: u32 = 0xFFFF_FF00;

const COMMIT_UNCHANGED: u32 = 0;
const COMMIT_CHANGED: u32 = 1;
const COMMIT_REPORTED: u32 = 2;
const COMMIT_NUMBER: u32 = 3;

/// What a piece of a batch ends with.
enum Then {
    Nothing = 0,
    /// Views of what changed are put aside, so that others can be built.
    Park = 1,
    /// A batch in the batch begins.
    Save = 2,
    /// It ends.
    Release = 3,
}

impl Then {
    const fn from_code(code: u32) -> Option<Self> {
        Some(match code {
            0 => Self::Nothing,
            1 => Self::Park,
            2 => Self::Save,
            3 => Self::Release,
            _ => return None,
        })
    }
}

const INPUT_BYTES: usize = 64 * 1024;
const OUTPUT_WORDS: usize = 13;
/// The result that says after each commit, rollback and error whether collecting pays, a [`gaesup_core::Collecting`].
const COLLECTING: usize = 12;

/// A store and its buffers.
pub struct Engine {
    /// It goes with the whole memory, never by itself, so there is no code to take it apart.
    store: ManuallyDrop<Store>,
    commands: Commands,
    input: Input,
    output: Box<[u32; OUTPUT_WORDS]>,
    words: Vec<u64>,
    ids: Vec<u32>,
    text: Vec<u8>,
    stream: ViewStream,
    keys: Vec<Key>,
    dependencies: Vec<Dependency>,
    transfer: Transfer,
    /// Where the segments of pages are, while they are copied.
    segments: Vec<u32>,
    message: Error,
}

impl Engine {
    /// A store whose state is `undefined`. `limit_bytes` is `Infinity` for none.
    ///
    /// # Errors
    /// Throws when there is no memory for an empty store.
    pub fn new(limit_bytes: f64, depth_max: u32, seed: u32) -> Result<Self, String> {
        let config = Config {
            limit_bytes: limit_bytes as usize,
            depth_max: depth_max as usize,
            seed: u64::from(seed) << 32 | 0x5DEE_CE66,
        };
        let mut store = ManuallyDrop::new(Store::unready(config));
        store.make_ready().map_err(|error| store.explain(error))?;
        let mut input = Input::default();
        input.reserve(INPUT_BYTES).map_err(|error| store.explain(error))?;
        Ok(Self {
            store,
            commands: Commands::default(),
            input,
            output: Box::default(),
            words: Vec::new(),
            ids: Vec::new(),
            text: Vec::new(),
            stream: ViewStream::default(),
            keys: Vec::new(),
            dependencies: Vec::new(),
            transfer: Transfer::default(),
            segments: Vec::new(),
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

    /// The address of the thirteen `u32`s of results.
    #[must_use]
    pub fn output(&self) -> usize {
        self.output.as_ptr() as usize
    }

    /// The text of the last error.
    #[must_use]
    pub fn message(&self) -> String {
        self.store.explain(self.message)
    }

    /// Applies the input up to `end` bytes without committing. Results: from
    /// the sixth on, reported texts' address and count.
    pub fn feed(&mut self, end: usize) -> u32 {
        match self.apply_input(end) {
            Err(error) => self.fail(error),
            Ok(()) => {
                self.tell_reported();
                0
            }
        }
    }

    /// Applies the input up to `end` bytes and commits. Answers whether
    /// nothing changed (0), something (1), or something that must be told
    /// (2). Results, when 2: views' address and count, watchers' address and
    /// count, whether indexes shifted (1) and containers have other keys (2), reported texts' address and count; the
    /// eighth is 1 if something changed, then come address and count of the
    /// numbers that say where walks led.
    pub fn commit(&mut self, end: usize) -> u32 {
        match self.apply_whole(end) {
            Err(error) => self.fail(error),
            Ok(()) => self.keep(),
        }
    }

    /// Applies the input up to `end` bytes within a batch, and then does one thing
    /// more, which `Then` lists. An error takes nothing back. Results as
    /// [`Engine::feed`]; with an error, the first is how many commands were
    /// begun, the second where in the input the last one starts.
    pub fn apply(&mut self, end: usize, then: u32) -> u32 {
        let done = self.apply_input(end).and_then(|()| self.then(Then::from_code(then), end));
        match done {
            Err(error) => self.explain(error),
            Ok(()) => {
                self.tell_reported();
                0
            }
        }
    }

    /// Applies the rest of a batch and commits it. Answers and results as
    /// [`Engine::commit`], with an error as [`Engine::apply`].
    pub fn finish(&mut self, end: usize) -> u32 {
        match self.apply_whole(end) {
            Err(error) => self.explain(error),
            Ok(()) => self.keep(),
        }
    }

    /// Commits one command whose value is a number: the same as writing it
    /// and calling [`Engine::commit`], in one call without a buffer. Also
    /// answers that one number was changed (3): then the results are those of a
    /// change to be told, the sixth is the number of a view in which only the
    /// number has to be replaced, or 0, and from the eleventh on come low and
    /// high half of the word that the cell holds now.
    pub fn number(&mut self, operation: u32, table: u16, row: u32, generation: u32, slot: u32, value: f64) -> u32 {
        let handle = Handle { node: Node { table, row }, generation };
        let Some(change) = command::number_change(operation, value) else {
            return self.fail(Error::corrupt(0));
        };
        self.store.count_command();
        match self.store.commit_number(handle, slot, change) {
            Err(error) => self.answer(Err(error)),
            Ok(Quick::Unchanged) => COMMIT_UNCHANGED,
            Ok(Quick::Changed { word, patched, report }) => {
                if patched == 0 && report.views.is_empty() && report.watchers.is_empty() {
                    return COMMIT_CHANGED;
                }
                let bits = word.to_bits();
                self.output[..5].copy_from_slice(&told(report));
                self.output[5] = patched;
                self.output[10..12].copy_from_slice(&[bits as u32, (bits >> 32) as u32]);
                COMMIT_NUMBER
            }
            Ok(Quick::NotApplicable) => match command::number(&mut self.store, handle, slot, change) {
                Ok(()) => self.commit(0),
                Err(error) => self.fail(error),
            },
        }
    }

    /// Takes back what was applied since the last commit, or, for a batch in
    /// a batch, since the innermost one began. Results as [`Engine::commit`].
    pub fn rollback(&mut self, innermost: bool) -> u32 {
        self.commands.clear();
        let undone = if innermost { self.store.rollback_to_save() } else { self.store.rollback() };
        match undone {
            Err(error) => self.answer(Err(error)),
            Ok(report) => {
                self.output[..5].copy_from_slice(&told(report));
                self.output[5..].fill(0);
                self.tell_collecting();
                COMMIT_REPORTED
            }
        }
    }

    /// Makes a list of keys known that stands in the input; answers its number.
    pub fn define_keys(&mut self, from: usize, len: usize) -> u32 {
        let mut words = self.input.words(from, from + len);
        let mut keys = Vec::new();
        while !words.is_empty() {
            match value::key(&mut self.store, &mut words, &mut self.commands.reported) {
                Ok(key) => keys.push(key),
                Err(error) => return self.answer(Err(error)),
            }
        }
        let number = self.store.define_keys(&keys);
        self.answer(number)
    }

    /// Files a watcher under the path in the input, from the root.
    pub fn watch(&mut self, watcher: u32, from: usize, len: usize) -> u32 {
        let filed = self.read_keys(from, len).and_then(|()| self.store.watch(watcher, HOLDER, &self.keys));
        self.answer(filed.map(|()| 0))
    }

    /// Files a watcher under the dependencies in the input.
    pub fn watch_dependencies(&mut self, watcher: u32, from: usize, len: usize) -> u32 {
        let mut words = self.input.words(from, from + len);
        let reported = &mut self.commands.reported;
        let filed = dependency::read(&mut self.store, &mut words, reported, &mut self.dependencies)
            .and_then(|()| self.store.watch_dependencies(watcher, &self.dependencies));
        self.answer(filed.map(|()| 0))
    }

    /// Forgets a watcher.
    pub fn unwatch(&mut self, watcher: u32) {
        self.store.unwatch(watcher);
    }

    /// Frees what nothing refers to, neither the state nor the input up to `end` bytes; answers
    /// how many strings that were. All other string ids that JavaScript holds are worthless afterwards.
    pub fn collect(&mut self, end: usize) -> u32 {
        let mut waiting = self.input.words(0, end);
        let waiting = core::iter::from_fn(|| waiting.next().ok().map(Word::from_bits));
        let freed = self.store.collect_within(waiting);
        self.tell_collecting();
        self.answer(freed.map(|count| count as u32))
    }

    fn apply_input(&mut self, end: usize) -> Result<(), Error> {
        self.commands.begun = 0;
        self.commands.apply(&mut self.store, &mut self.input.words(0, end))
    }

    /// Applies input that ends with a complete command.
    fn apply_whole(&mut self, end: usize) -> Result<(), Error> {
        self.apply_input(end)?;
        if self.commands.is_idle() { Ok(()) } else { Err(Error::corrupt(end)) }
    }

    fn then(&mut self, then: Option<Then>, end: usize) -> Result<(), Error> {
        match then {
            // A long value may come in pieces.
            Some(Then::Nothing) => return Ok(()),
            // A savepoint may also end within a value.
            Some(Then::Release) => {
                self.store.release();
                return Ok(());
            }
            _ if !self.commands.is_idle() => {}
            Some(Then::Park) => return self.store.park_views(),
            Some(Then::Save) => return self.store.save(),
            None => {}
        }
        Err(Error::corrupt(end))
    }

    fn keep(&mut self) -> u32 {
        let (changed, told) = match self.store.commit() {
            Err(error) => return self.answer(Err(error)),
            Ok(None) => (false, [0; 5]),
            Ok(Some(report)) => (report.changes > 0, told(report)),
        };
        self.tell_commit(changed, told)
    }

    /// Answers what a commit did, and tells whom it concerns.
    fn tell_commit(&mut self, changed: bool, told: [u32; 5]) -> u32 {
        self.tell_collecting();
        let quiet = self.commands.reported.is_empty() && self.commands.found.is_empty();
        if quiet && told[1] == 0 && told[3] == 0 && told[4] == 0 {
            return if changed { COMMIT_CHANGED } else { COMMIT_UNCHANGED };
        }
        self.output[..5].copy_from_slice(&told);
        self.tell_reported();
        self.output[7] = u32::from(changed);
        COMMIT_REPORTED
    }

    /// An error in a batch, with where it came up; what was applied stays.
    fn explain(&mut self, error: Error) -> u32 {
        self.output[0] = self.commands.begun;
        self.output[1] = self.commands.offset_bytes as u32;
        self.commands.give_up();
        self.answer(Err(error))
    }

    fn tell_collecting(&mut self) {
        self.output[COLLECTING] = self.store.collecting() as u32;
    }

    fn tell_reported(&mut self) {
        let reported = &mut self.commands.reported;
        self.output[5] = reported.as_ptr() as u32;
        self.output[6] = reported.len() as u32;
        let found = &mut self.commands.found;
        self.output[8] = found.as_ptr() as u32;
        self.output[9] = found.len() as u32;
        // Both stay readable until the next call writes there.
        reported.clear();
        found.clear();
    }

    fn fail(&mut self, error: Error) -> u32 {
        let undone = self.rollback(false);
        if undone >= ERRORS { undone } else { self.answer(Err(error)) }
    }

    fn answer(&mut self, result: Result<u32, Error>) -> u32 {
        if result.is_err() {
            // What was refused may have left texts.
            self.tell_collecting();
        }
        result.unwrap_or_else(|error| {
            self.message = error;
            ERRORS + error.code() as u32
        })
    }
}

/// What JavaScript is told of a commit.
fn told(report: &Report) -> [u32; 5] {
    [
        report.views.as_ptr() as u32,
        report.views.len() as u32,
        report.watchers.as_ptr() as u32,
        report.watchers.len() as u32,
        u32::from(report.indexes_shifted) | u32::from(report.containers_moved) << 1,
    ]
}
