//! Decoding: commands and values from words.
//!
//! A command is three words, then what it needs:
//!
//! | half word | meaning |
//! | --- | --- |
//! | 0 | operation, an [`Operation`] |
//! | 1 | table of the container |
//! | 2, 3 | row and generation |
//! | 4 | slot |
//! | 5 | an operation's own number: how many items, or where to |
//!
//! A value is a [`Word`], or starts with one of two tags that words never
//! have: [`TAG_TEXT`] with bytes behind it, [`TAG_OPEN`] with parts behind it.
//! Both sides know them from here; `protocol.ts` is the twin of this file.

use gaesup_core::{BlobKind, Error, Handle, Kind, Node, SLOT_MISSING, Store, StringId, TAG_FIRST, Word};

use crate::input::Words;

/// Bytes follow; how many is the low half. The middle says what they are.
pub(crate) const TAG_TEXT: u16 = 0xFFFD;
/// A container's parts follow. The middle says which, the low half how many.
pub(crate) const TAG_OPEN: u16 = 0xFFFE;

/// What the bytes behind a [`TAG_TEXT`] are: text, the same when the sender
/// wants to learn its id, or a blob of the kind whose code is two less.
const TEXT_PLAIN: u8 = 0;
const TEXT_REPORTED: u8 = 1;
const TEXT_BLOBS: u8 = 2;

/// What the parts behind a [`TAG_OPEN`] are.
const OPEN_ARRAY: u8 = 0;
const OPEN_ENTRIES: u8 = 1;
const OPEN_MAP: u8 = 2;
const OPEN_KEYED: u8 = 3;

/// What a command does.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Operation {
    Set = 1,
    SetKey = 2,
    Delete = 3,
    Increment = 4,
    Insert = 5,
    Remove = 6,
    Move = 7,
}

impl Operation {
    const fn from_code(code: u32) -> Option<Self> {
        Some(match code {
            1 => Self::Set,
            2 => Self::SetKey,
            3 => Self::Delete,
            4 => Self::Increment,
            5 => Self::Insert,
            6 => Self::Remove,
            7 => Self::Move,
            _ => return None,
        })
    }
}

/// A command whose values are still coming.
#[derive(Clone, Copy)]
struct Pending {
    operation: Operation,
    node: Node,
    slot: u32,
    number: u32,
    key: Option<StringId>,
}

/// The state between two pieces of a stream of commands.
#[derive(Default)]
pub(crate) struct Commands {
    pending: Option<Pending>,
    /// Finished items of an insertion.
    items: Vec<Word>,
    /// Ids of the texts whose sender wants to know them.
    pub(crate) reported: Vec<u32>,
}

const fn tag(bits: u64) -> u16 {
    (bits >> 48) as u16
}

impl Commands {
    /// Forgets what was half read.
    pub(crate) fn clear(&mut self) {
        self.pending = None;
        self.items.clear();
    }

    pub(crate) const fn is_idle(&self) -> bool {
        self.pending.is_none()
    }

    /// Applies everything the words hold. They may end between any two
    /// tokens; the next call goes on from there.
    pub(crate) fn apply(&mut self, store: &mut Store, words: &mut Words<'_>) -> Result<(), Error> {
        while !words.is_empty() {
            match self.pending {
                None => self.start(store, words)?,
                Some(pending) => {
                    if self.read_value(store, words)? {
                        self.finish_value(store, pending)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn start(&mut self, store: &mut Store, words: &mut Words<'_>) -> Result<(), Error> {
        let [first, second, third] = [words.next()?, words.next()?, words.next()?];
        let operation = Operation::from_code(first as u32).ok_or(words.corrupt())?;
        let table = u16::try_from(first >> 32).map_err(|_| words.corrupt())?;
        let node = Node { table, row: second as u32 };
        let node = store.current(Handle { node, generation: (second >> 32) as u32 })?;
        let (slot, number) = (third as u32, (third >> 32) as u32);
        store.count_command();
        let mut pending = Pending { operation, node, slot, number, key: None };
        match operation {
            Operation::Delete => return store.delete(node, slot),
            Operation::Remove => return store.remove(node, slot, number).map(|_| ()),
            Operation::Move => return store.move_item(node, slot, number).map(|_| ()),
            Operation::Increment => {
                let by = Word::from_bits(words.next()?).as_number().ok_or(words.corrupt())?;
                return store.increment(node, slot, by);
            }
            // An insertion without an index is one at the end.
            Operation::Insert if slot == SLOT_MISSING => pending.slot = store.slots(node),
            Operation::Set => {
                if let Some(word) = words.peek().and_then(scalar) {
                    words.next()?;
                    return store.set(node, slot, word);
                }
            }
            Operation::SetKey => pending.key = Some(self.key(store, words)?),
            Operation::Insert => {}
        }
        if operation == Operation::Insert && number == 0 {
            return store.insert(node, pending.slot, &[]).map(|_| ());
        }
        store.begin_value(node, pending.slot);
        self.pending = Some(pending);
        Ok(())
    }

    /// Reads tokens of the pending command's value; answers whether it is
    /// complete.
    fn read_value(&mut self, store: &mut Store, words: &mut Words<'_>) -> Result<bool, Error> {
        while !store.value_is_done() {
            if words.is_empty() {
                return Ok(false);
            }
            if store.value_wants_key() {
                let key = self.key(store, words)?;
                store.value_key(key)?;
                continue;
            }
            let bits = words.next()?;
            match tag(bits) {
                TAG_OPEN => open(store, bits, words)?,
                TAG_TEXT => {
                    let word = self.text(store, bits, words)?;
                    store.value_scalar(word)?;
                }
                _ => store.value_scalar(scalar(bits).ok_or(words.corrupt())?)?,
            }
        }
        Ok(true)
    }

    fn finish_value(&mut self, store: &mut Store, pending: Pending) -> Result<(), Error> {
        let Pending { operation, node, slot, number, key } = pending;
        let word = store.take_value()?;
        if operation == Operation::Insert {
            self.items.try_reserve(1).map_err(|_| Error::OutOfMemory)?;
            self.items.push(word);
            if self.items.len() < number as usize {
                store.begin_value(node, slot.saturating_add(self.items.len() as u32));
                return Ok(());
            }
        }
        self.pending = None;
        match (operation, key) {
            (Operation::Insert, _) => {
                let inserted = store.insert(node, slot, &self.items).map(|_| ());
                self.items.clear();
                inserted
            }
            (_, Some(key)) => store.set_key(node, key, word).map(|_| ()),
            _ => store.set(node, slot, word),
        }
    }

    /// A key: a string's word, or its text.
    pub(crate) fn key(&mut self, store: &mut Store, words: &mut Words<'_>) -> Result<StringId, Error> {
        let bits = words.next()?;
        let word = if tag(bits) == TAG_TEXT { self.text(store, bits, words)? } else { Word::from_bits(bits) };
        word.as_string().ok_or(words.corrupt())
    }

    fn text(&mut self, store: &mut Store, bits: u64, words: &mut Words<'_>) -> Result<Word, Error> {
        let bytes = words.take(bits as u32 as usize)?;
        let kind = (bits >> 32) as u8;
        if kind > TEXT_REPORTED {
            let kind = BlobKind::from_code(kind - TEXT_BLOBS).ok_or(words.corrupt())?;
            return store.intern_blob(kind, bytes);
        }
        let id = store.intern(bytes)?;
        if kind != TEXT_PLAIN {
            self.reported.try_reserve(1).map_err(|_| Error::OutOfMemory)?;
            self.reported.push(id.0);
        }
        Ok(Word::string(id))
    }
}

/// Applies a command whose value is a number.
pub(crate) fn number(store: &mut Store, operation: u32, handle: Handle, slot: u32, value: f64) -> Result<(), Error> {
    let node = store.current(handle)?;
    store.count_command();
    match Operation::from_code(operation) {
        Some(Operation::Set) => store.set(node, slot, Word::number(value)),
        Some(Operation::Increment) => store.increment(node, slot, value),
        _ => Err(Error::CorruptData { offset_bytes: 0 }),
    }
}

fn open(store: &mut Store, bits: u64, words: &Words<'_>) -> Result<(), Error> {
    let low = bits as u32;
    match (bits >> 32) as u8 {
        OPEN_ARRAY => store.value_array(low),
        OPEN_ENTRIES => store.value_entries(Kind::Object, low),
        OPEN_MAP => store.value_entries(Kind::Map, low),
        OPEN_KEYED => store.value_keyed(low),
        _ => Err(words.corrupt()),
    }
}

/// The word of a value without parts or bytes: a number, constant or string.
fn scalar(bits: u64) -> Option<Word> {
    if tag(bits) < TAG_FIRST {
        return Some(Word::number(f64::from_bits(bits)));
    }
    let word = Word::from_bits(bits);
    let constant = [Word::UNDEFINED, Word::NULL, Word::FALSE, Word::TRUE].contains(&word);
    (constant || word.as_string().is_some()).then_some(word)
}
