//! Decoding: commands from words.
//!
//! A command is three words, then what it needs:
//!
//! | half word | meaning |
//! | --- | --- |
//! | 0 | operation, an [`Operation`], and [`BY_PATH`] |
//! | 1 | table of the container, or [`WALKED`] |
//! | 2, 3 | row and generation; for [`WALKED`], [`WALKED_CELL`] or [`WALKED_CONTAINER`] |
//! | 4 | slot; of a walk, how many keys follow |
//! | 5 | an operation's own number: how many items, or where to |
//!
//! Values are described in `value.rs`. Both sides know all of this from here;
//! `protocol.ts` is the twin of these two files.

use gaesup_core::{Cell, Error, Expected, Handle, Key, Node, NumberChange, Place, SLOT_MISSING, Store, Tally, Word};

use crate::input::Words;
use crate::reading::{index_of, read_key};
use crate::value::{self, Holder};

/// Set beside an operation whose container was found by a path: it has to be
/// part of the state still, whatever the transaction did before.
const BY_PATH: u32 = 1 << 8;
/// Instead of a table: the command is about where the walk before it led.
const WALKED: u32 = 0xFFFF;
/// The command is about the cell at the end of the walk.
const WALKED_CELL: u32 = 0;
/// The command is about the container in that cell.
const WALKED_CONTAINER: u32 = 1;
/// Bytes of an index in an order.
const INDEX_BYTES: usize = size_of::<u32>();

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
    /// Follows keys to where the next command is to happen.
    Walk = 8,
    /// Puts all items of an array in the order of the indexes that follow.
    Arrange = 9,
    /// Sets a key or, when the container turns out to be an array, an index.
    Put = 10,
    /// Sets a key or an index that may hold a container, which is taken out
    /// also when it equals the one that comes.
    Exchange = 11,
    /// Makes what is there equal to what comes; the key of items comes first if
    /// there is one, which the command's own number says.
    Reconcile = 12,
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
            8 => Self::Walk,
            9 => Self::Arrange,
            10 => Self::Put,
            11 => Self::Exchange,
            12 => Self::Reconcile,
            _ => return None,
        })
    }

    /// Whether the slot of the command is one that the sender knew.
    const fn names_slot(self) -> bool {
        matches!(self, Self::Set | Self::Delete | Self::Increment | Self::Reconcile)
    }

    /// Who holds the texts of its value.
    const fn holder(self) -> Holder {
        if matches!(self, Self::Reconcile) { Holder::Any } else { Holder::Cell }
    }

    /// What the container has to be, for those that need one inside the cell.
    const fn expected(self) -> Expected {
        match self {
            Self::Insert | Self::Remove | Self::Move | Self::Arrange => Expected::Array,
            _ => Expected::Keyed,
        }
    }
}

/// A command whose values are still coming.
#[derive(Clone, Copy)]
struct Pending {
    operation: Operation,
    node: Node,
    slot: u32,
    number: u32,
    key: Option<Key>,
}

/// The state between two pieces of a stream of commands.
#[derive(Default)]
pub(crate) struct Commands {
    pending: Option<Pending>,
    /// Where the last walk led.
    walked: Option<Place>,
    /// Finished items of an insertion.
    items: Vec<Word>,
    keys: Vec<Key>,
    order: Vec<u32>,
    /// What the last reconciliation changed.
    pub(crate) tally: Tally,
    /// Ids of the texts whose sender wants to know them.
    pub(crate) reported: Vec<u32>,
    /// Where walks led, four numbers each: the container that their command
    /// was about, by table, row and generation, and the slot in it.
    pub(crate) found: Vec<u32>,
    /// How many commands were begun in this piece, each with its walk.
    pub(crate) begun: u32,
    /// How many texts were reported before that command.
    reported_before: usize,
    /// Where the command begun last, or its walk, starts in its piece, in bytes.
    pub(crate) offset_bytes: usize,
}

impl Commands {
    /// Forgets the command that failed, which may be sent again.
    pub(crate) fn give_up(&mut self) {
        self.reported.truncate(self.reported_before);
        self.pending = None;
        self.walked = None;
        self.items.clear();
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        self.give_up();
        self.reported.clear();
        self.reported_before = 0;
        self.found.clear();
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
                    if value::read(store, words, &mut self.reported, pending.operation.holder())? {
                        self.finish_value(store, pending)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn start(&mut self, store: &mut Store, words: &mut Words<'_>) -> Result<(), Error> {
        if self.walked.is_none() {
            self.begun += 1;
            self.reported_before = self.reported.len();
            self.offset_bytes = words.offset_bytes();
        }
        let [first, second, third] = [words.next()?, words.next()?, words.next()?];
        let code = first as u32;
        let operation = Operation::from_code(code & !BY_PATH).ok_or(words.corrupt())?;
        let (slot, number) = (third as u32, (third >> 32) as u32);
        if operation != Operation::Walk {
            store.count_command();
        }
        let table = (first >> 32) as u32;
        let (node, slot) = if table == WALKED {
            self.walked_to(store, operation, second as u32, slot)?
        } else {
            let table = u16::try_from(table).map_err(|_| words.corrupt())?;
            let handle = Handle { node: Node { table, row: second as u32 }, generation: (second >> 32) as u32 };
            let node = match code & BY_PATH {
                0 => store.current(handle)?,
                _ if operation.names_slot() => store.attached_slots(handle)?,
                _ => store.attached(handle)?,
            };
            (node, slot)
        };
        if operation == Operation::Walk {
            return self.walk(store, words, node, slot);
        }
        self.begin(store, words, Pending { operation, node, slot, number, key: None })
    }

    /// Does what needs no value; makes ready for the value of what does.
    fn begin(&mut self, store: &mut Store, words: &mut Words<'_>, mut pending: Pending) -> Result<(), Error> {
        let Pending { operation, node, slot, number, .. } = pending;
        match operation {
            Operation::Delete => return store.delete(node, slot),
            Operation::Remove => return store.remove(node, slot, number).map(|_| ()),
            Operation::Move => return store.move_item(node, slot, number).map(|_| ()),
            Operation::Arrange => return self.arrange(store, words, node, number),
            Operation::Increment => {
                let by = Word::from_bits(words.next()?).as_number().ok_or(words.corrupt())?;
                return store.increment(node, slot, by);
            }
            // An insertion without an index is one at the end.
            Operation::Insert if slot == SLOT_MISSING => pending.slot = store.slots(node),
            Operation::Set => {
                if let Some(word) = words.peek().and_then(value::scalar) {
                    words.next()?;
                    return store.set(node, slot, word);
                }
            }
            Operation::SetKey => pending.key = Some(Key::Name(value::key(store, words, &mut self.reported)?)),
            Operation::Reconcile if number == 1 => {
                pending.key = Some(Key::Name(value::key(store, words, &mut self.reported)?));
            }
            Operation::Reconcile if number > 1 => return Err(words.corrupt()),
            Operation::Put | Operation::Exchange => pending.key = Some(self.new_key(store, words)?),
            Operation::Insert | Operation::Walk | Operation::Reconcile => {}
        }
        if operation == Operation::Insert && number == 0 {
            return store.insert(node, pending.slot, &[]).map(|_| ());
        }
        store.begin_value(node, pending.slot);
        self.pending = Some(pending);
        Ok(())
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
            (Operation::Put, Some(key)) => store.put(node, key, word).map(|_| ()),
            (Operation::Exchange, Some(key)) => {
                let place = store.resolve(node, &[key])?;
                match place.word.as_node() {
                    Some(_) => store.exchange(node, place.cell.slot, word),
                    None => store.put(node, key, word).map(|_| ()),
                }
            }
            (Operation::Reconcile, key) => {
                let key = if let Some(Key::Name(key)) = key { Some(key) } else { None };
                self.tally = store.reconcile(Cell { node, slot }, word, key)?;
                Ok(())
            }
            (Operation::SetKey, Some(Key::Name(key))) => store.set_key(node, key, word).map(|_| ()),
            (Operation::Set, _) => store.set(node, slot, word),
            _ => Err(Error::corrupt(self.offset_bytes)),
        }
    }

    /// Follows keys from a container; the next command says what for.
    fn walk(&mut self, store: &Store, words: &mut Words<'_>, start: Node, count: u32) -> Result<(), Error> {
        self.keys.clear();
        for _ in 0..count {
            let key = read_key(store, words)?;
            self.keys.try_reserve(1).map_err(|_| Error::OutOfMemory)?;
            self.keys.push(key);
        }
        let place = store.resolve(start, &self.keys)?;
        self.walked = Some(place);
        Ok(())
    }

    /// The container and slot that a command behind a walk is about.
    fn walked_to(&mut self, store: &Store, operation: Operation, what: u32, slot: u32) -> Result<(Node, u32), Error> {
        let walked = self.walked.take().ok_or(Error::PathNotFound)?;
        let Place { cell: Cell { node, slot: found }, word } = walked;
        let target = match what {
            WALKED_CELL if found == SLOT_MISSING => Err(Error::PathNotFound),
            WALKED_CELL => Ok((node, found)),
            WALKED_CONTAINER => match word.as_node() {
                Some(inside) => Ok((inside, slot)),
                None if word.is_absent() || operation == Operation::Put => Err(Error::PathNotFound),
                None => Err(Error::TypeMismatch { expected: operation.expected() }),
            },
            _ => Err(Error::corrupt(self.offset_bytes)),
        }?;
        let handle = store.handle(target.0);
        self.found.try_reserve(4).map_err(|_| Error::OutOfMemory)?;
        self.found.extend([u32::from(target.0.table), target.0.row, handle.generation, target.1]);
        Ok(target)
    }

    fn arrange(&mut self, store: &mut Store, words: &mut Words<'_>, node: Node, count: u32) -> Result<(), Error> {
        let bytes = words.take((count as usize).saturating_mul(INDEX_BYTES))?;
        self.order.clear();
        self.order.try_reserve(count as usize).map_err(|_| Error::OutOfMemory)?;
        let (indexes, _) = bytes.as_chunks::<INDEX_BYTES>();
        self.order.extend(indexes.iter().map(|index| u32::from_le_bytes(*index)));
        store.arrange(node, &self.order)
    }

    /// A key that may be new: text, or a number that is an index or its digits.
    fn new_key(&mut self, store: &mut Store, words: &mut Words<'_>) -> Result<Key, Error> {
        match words.peek().map(Word::from_bits).and_then(Word::as_number) {
            Some(number) => {
                let index = index_of(number).ok_or(words.corrupt())?;
                words.next()?;
                Ok(Key::Index(index))
            }
            _ => value::key(store, words, &mut self.reported).map(Key::Name),
        }
    }
}

/// What an operation does to a number, for those that do.
pub(crate) fn number_change(operation: u32, value: f64) -> Option<NumberChange> {
    match Operation::from_code(operation) {
        Some(Operation::Set) => Some(NumberChange::Set(value)),
        Some(Operation::Increment) => Some(NumberChange::Add(value)),
        _ => None,
    }
}

/// Applies a command whose value is a number.
pub(crate) fn number(store: &mut Store, handle: Handle, slot: u32, change: NumberChange) -> Result<(), Error> {
    let node = store.current(handle)?;
    match change {
        NumberChange::Set(number) => store.set(node, slot, Word::number(number)),
        NumberChange::Add(by) => store.increment(node, slot, by),
    }
}
