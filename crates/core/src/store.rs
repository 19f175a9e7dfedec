//! A store: the tree, the open transaction, and who watches.

use gaesup_codec::{BlobKind, Seed, StringId, Word};
use std::borrow::Cow;

use crate::build::{Builder, KeyList};
use crate::change::Changes;
use crate::delta::{Intents, Recorder, seed_texts};
use crate::error::{Error, Result, push_digits};
use crate::finder::{Finder, mix};
use crate::log::Log;
use crate::memory::try_push;
use crate::node::{Cell, HOLDER, Handle, Node, TableId};
use crate::park::Parked;
use crate::parse::Stage;
use crate::scratch::Bump;
use crate::timeline::Timeline;
use crate::tree::{Kind, Tree};
use crate::view::ViewIds;
use crate::watch::Watchers;

/// Deeper nesting is refused whatever the configuration says: reading and
/// comparing recurse, and the stack of a WebAssembly instance is small.
pub const DEPTH_LIMIT: usize = 1_000;

/// Beyond this many lists of keys objects are built key by key.
const KEY_LISTS_MAX: usize = 8_192;
/// Room for so many is made at once.
const KEY_LISTS_MIN: usize = 64;

fn hash_keys(keys: &[StringId]) -> u64 {
    keys.iter().fold(keys.len() as u64, |hash, key| mix(hash ^ u64::from(key.0)))
}

/// How a store is set up.
#[derive(Clone, Copy, Debug)]
pub struct Config {
    /// The most bytes state may take, in pool segments and long strings.
    pub limit_bytes: usize,
    /// How many containers may be inside one another, up to [`DEPTH_LIMIT`].
    pub depth_max: usize,
    /// Where the hash functions start; the same seed gives the same store.
    pub seed: u64,
}

impl Default for Config {
    fn default() -> Self {
        Self { limit_bytes: usize::MAX, depth_max: 128, seed: 0 }
    }
}

/// What a commit did, for whoever has to be told.
#[derive(Debug, Default)]
pub struct Report {
    /// Views of containers that changed or are gone; their ids are free again.
    pub views: Vec<u32>,
    /// Watchers whose value may have changed, each once. The highest bit is
    /// set when the watcher's path has to be filed anew.
    pub watchers: Vec<u32>,
    /// Whether items of arrays may have other indexes than before.
    pub indexes_shifted: bool,
    /// Whether containers may have other keys than before.
    pub containers_moved: bool,
    /// How many changes there are between the states before and after.
    pub changes: u32,
}

/// What the counters that tests and users rely on say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counters {
    /// Commits that changed something.
    pub(crate) commits: u64,
    /// Operations received.
    pub(crate) commands: u64,
    /// Views handed out.
    pub(crate) views_built: u64,
}

/// A state and everything that belongs to it.
///
/// Between two commits the store holds one open transaction: operations apply
/// at once and are noted, until [`Store::commit`] keeps them or
/// [`Store::rollback`] takes all of them back.
pub struct Store {
    pub(crate) tree: Tree,
    pub(crate) log: Log,
    pub(crate) builder: Builder,
    pub(crate) key_lists: Vec<KeyList>,
    pub(crate) views: ViewIds,
    pub(crate) watchers: Watchers,
    pub(crate) counters: Counters,
    pub(crate) report: Report,
    pub(crate) parked: Parked,
    pub(crate) changes: Changes,
    /// What a commit frees: containers with all that is in them.
    pub(crate) loose: Vec<Node>,
    pub(crate) bump: Bump,
    pub(crate) config: Config,
    /// Numbers of the key lists that were made known here, by their keys.
    pub(crate) lists_by_keys: Finder,
    pub(crate) intents: Intents,
    pub(crate) recorder: Recorder,
    pub(crate) timeline: Timeline,
    /// What effects that waited could not do again, as a record.
    pub(crate) conflicts: Vec<u8>,
    /// The operation of a script that was done last.
    pub(crate) failed_op: u32,
    /// What is being parsed.
    pub(crate) stage: Stage,
    /// Where in its input the last refused parse stood.
    pub(crate) parse_offset: usize,
}

impl Store {
    /// A store whose state is `undefined`.
    ///
    /// # Errors
    /// [`Error::LimitExceeded`] or [`Error::OutOfMemory`] when not even that fits.
    pub fn new(config: Config) -> Result<Self> {
        let mut store = Self::unready(config);
        store.make_ready()?;
        Ok(store)
    }

    /// A store that can be used once [`Store::make_ready`] has succeeded: who
    /// never takes one apart needs no code for that when it fails.
    #[must_use]
    pub fn unready(config: Config) -> Self {
        seed_texts(config.seed);
        Self {
            tree: Tree::new(config.limit_bytes, Seed::new(config.seed)),
            log: Log::default(),
            builder: Builder::default(),
            key_lists: Vec::new(),
            views: ViewIds::default(),
            watchers: Watchers::default(),
            counters: Counters::default(),
            report: Report::default(),
            parked: Parked::default(),
            changes: Changes::default(),
            loose: Vec::new(),
            bump: Bump::new(),
            config: Config { depth_max: config.depth_max.min(DEPTH_LIMIT), ..config },
            lists_by_keys: Finder::default(),
            intents: Intents::default(),
            recorder: Recorder::default(),
            timeline: Timeline::default(),
            conflicts: Vec::new(),
            failed_op: 0,
            stage: Stage::default(),
            parse_offset: 0,
        }
    }

    /// Makes the state `undefined`, once.
    ///
    /// # Errors
    /// As [`Store::new`].
    pub fn make_ready(&mut self) -> Result<()> {
        self.tree.plant()
    }

    /// An error in words, with this store's limit where it is about that.
    #[must_use]
    pub fn explain(&self, error: Error) -> String {
        let mut message = error.message();
        if error == Error::LimitExceeded {
            message.push_str(" of ");
            push_digits(&mut message, self.config.limit_bytes);
            message.push_str(" bytes");
        }
        message
    }

    /// The state's root value.
    #[must_use]
    pub fn root(&self) -> Word {
        self.tree.root()
    }

    /// What a container is.
    #[must_use]
    pub fn kind(&self, node: Node) -> Kind {
        self.tree.kind(node)
    }

    /// The word of a cell, or absent: O(1), in a long array O(log chunks).
    #[must_use]
    pub fn get(&self, cell: Cell) -> Word {
        self.tree.get(cell)
    }

    /// How many slots a container has; for an array, its length.
    #[must_use]
    pub fn slots(&self, node: Node) -> u32 {
        self.tree.slots(node)
    }

    /// A handle that stays recognisable after the container is gone.
    #[must_use]
    pub fn handle(&self, node: Node) -> Handle {
        self.tree.handle(node)
    }

    /// The id of some text, new or not: O(length). `bytes` are UTF-8 with
    /// lone surrogates as three bytes each.
    ///
    /// # Errors
    /// What memory says.
    pub fn intern(&mut self, bytes: &[u8]) -> Result<StringId> {
        self.tree.strings.intern_text(&mut self.tree.memory, bytes).map(StringId)
    }

    /// The id of text that will be the value of one cell, new or not: O(length). Long text
    /// that is new belongs to that cell, and is freed when the cell gets another value.
    ///
    /// # Errors
    /// What memory says.
    pub fn intern_value(&mut self, bytes: &[u8]) -> Result<StringId> {
        self.tree.strings.intern_owned_text(&mut self.tree.memory, bytes).map(StringId)
    }

    /// The id of text that is in use already.
    #[must_use]
    pub fn find_string(&self, bytes: &[u8]) -> Option<StringId> {
        self.tree.strings.find_text(&self.tree.memory, bytes).map(StringId)
    }

    /// The bytes of a string; none for an id that names nothing.
    #[must_use]
    pub fn string(&self, id: StringId) -> Cow<'_, [u8]> {
        self.tree.strings.text(&self.tree.memory, id.0)
    }

    /// A word for a date, big integer or byte array.
    ///
    /// # Errors
    /// What memory says.
    pub fn intern_blob(&mut self, kind: BlobKind, bytes: &[u8]) -> Result<Word> {
        Ok(Word::blob(kind, self.tree.blobs.intern(&mut self.tree.memory, bytes)?))
    }

    /// As [`Store::intern_blob`], for the value of one cell; see [`Store::intern_value`].
    ///
    /// # Errors
    /// What memory says.
    pub fn intern_blob_value(&mut self, kind: BlobKind, bytes: &[u8]) -> Result<Word> {
        Ok(Word::blob(kind, self.tree.blobs.intern_owned(&mut self.tree.memory, bytes)?))
    }

    /// The bytes of a blob; none for an id that names nothing.
    #[must_use]
    pub fn blob(&self, id: u32) -> &[u8] {
        self.tree.blobs.bytes(&self.tree.memory, id)
    }

    /// The keys of the objects in a table, in order.
    #[must_use]
    pub fn table_keys(&self, table: u16) -> &[StringId] {
        let number = table.saturating_sub(TableId::SHAPES);
        if (number as usize) < self.tree.shapes.len() { self.tree.shape(Node { table, row: 0 }).keys() } else { &[] }
    }

    /// Makes a list of keys known; lists are numbered from 0 in this order.
    ///
    /// # Errors
    /// What memory says; then there is no new number.
    pub fn define_keys(&mut self, keys: &[StringId]) -> Result<u32> {
        let list = KeyList::new(&mut self.tree.memory, &mut self.tree.shapes, keys)?;
        try_push(&mut self.key_lists, list)?;
        Ok(self.key_lists.len() as u32 - 1)
    }

    /// The number of a list of keys, which is made known when it is new; none
    /// when there are very many.
    pub(crate) fn list_of_keys(&mut self, keys: &[StringId]) -> Result<Option<u32>> {
        if let Some(number) = self.known_list(keys) {
            return Ok(Some(number));
        }
        if self.key_lists.len() >= KEY_LISTS_MAX {
            return Ok(None);
        }
        let number = self.define_keys(keys)?;
        if self.lists_by_keys.reserve((self.key_lists.len() * 2).max(KEY_LISTS_MIN))? {
            for (number, list) in (0..).zip(&self.key_lists) {
                self.lists_by_keys.file(hash_keys(list.keys()), number, |_| false);
            }
        } else {
            self.lists_by_keys.file(hash_keys(keys), number, |_| false);
        }
        Ok(Some(number))
    }

    /// The number that [`Store::list_of_keys`] gave a list of keys.
    pub(crate) fn known_list(&self, keys: &[StringId]) -> Option<u32> {
        let is_it = |number: u32| self.key_lists.get(number as usize).is_some_and(|list| list.keys() == keys);
        self.lists_by_keys.find(hash_keys(keys), is_it)
    }

    /// Starts building a value that will be held by `node` at `slot`.
    pub fn begin_value(&mut self, node: Node, slot: u32) {
        self.builder.begin(Cell { node, slot }, self.config.depth_max);
    }

    /// Adds a value without parts to the value being built.
    ///
    /// # Errors
    /// What memory says. This and the following: [`Error::CorruptData`] when
    /// nothing of that kind can come here.
    pub fn value_scalar(&mut self, word: Word) -> Result<()> {
        self.builder.scalar(&mut self.tree, &self.key_lists, word)
    }

    /// Opens an array; its items come next.
    ///
    /// # Errors
    /// [`Error::TooDeep`], or as [`Store::value_scalar`].
    pub fn value_array(&mut self, count: u32) -> Result<()> {
        self.builder.open_array(&mut self.tree, &self.key_lists, count)
    }

    /// Opens an object with a known list of keys; its values come next.
    ///
    /// # Errors
    /// As [`Store::value_array`].
    pub fn value_keyed(&mut self, number: u32) -> Result<()> {
        self.builder.open_keyed(&mut self.tree, &self.key_lists, number)
    }

    /// Opens an object with many keys, or a map; keys and values come in turn.
    ///
    /// # Errors
    /// As [`Store::value_array`].
    pub fn value_entries(&mut self, kind: Kind, count: u32) -> Result<()> {
        let table = if kind == Kind::Map { TableId::MAPS } else { TableId::DICTIONARIES };
        self.builder.open_entries(&mut self.tree, &self.key_lists, table, count).map(|_| ())
    }

    /// Whether the next part must be a key.
    #[must_use]
    pub fn value_wants_key(&self) -> bool {
        self.builder.wants_key()
    }

    /// Names the key of the next value.
    ///
    /// # Errors
    /// As [`Store::value_scalar`].
    pub fn value_key(&mut self, key: StringId) -> Result<()> {
        self.builder.key(key)
    }

    /// Adds a copy of a container, all that is in it included: O(its size).
    /// It may be of the state, taken out in this transaction, or new.
    ///
    /// # Errors
    /// As [`Store::value_array`].
    pub fn value_copy(&mut self, node: Node) -> Result<()> {
        self.builder.copy(&mut self.tree, &self.key_lists, node)
    }

    /// Whether the value being built is complete.
    #[must_use]
    pub const fn value_is_done(&self) -> bool {
        self.builder.is_done()
    }

    /// The complete value, which the next operation takes over.
    ///
    /// # Errors
    /// [`Error::CorruptData`] when it is not complete.
    pub fn take_value(&mut self) -> Result<Word> {
        self.log.reserve()?;
        self.log.copies.try_reserve(self.builder.copies.len())?;
        let word = self.builder.take().ok_or(Error::corrupt(0))?;
        self.log.copied = self.log.copies.len();
        self.log.copies.append(&mut self.builder.copies);
        if let Some(node) = word.as_node() {
            self.log.born.push(node);
        }
        Ok(word)
    }

    /// Counts an operation.
    pub const fn count_command(&mut self) {
        self.counters.commands += 1;
    }
}

/// The cell that holds the whole state.
pub const ROOT: Cell = Cell { node: HOLDER, slot: 0 };
