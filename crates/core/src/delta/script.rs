//! A delta taken apart: operations, the paths they are about, and their texts.

use core::sync::atomic::{AtomicU64, Ordering};

use gaesup_codec::BlobKind;

use crate::error::{Error, Result, Thing};
use crate::finder::{Finder, LINEAR_MAX, mix};
use crate::memory::try_push;

/// The number of a text of one script.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord)]
pub(crate) struct TextId(pub(crate) u32);

/// Texts in one piece of memory, each once.
#[derive(Debug)]
pub(crate) struct Texts {
    seed: u64,
    bytes: Vec<u8>,
    /// Where each text ends.
    ends: Vec<u32>,
    finder: Finder,
}

impl Default for Texts {
    fn default() -> Self {
        let seed = SEED.load(Ordering::Relaxed);
        Self { seed, bytes: Vec::new(), ends: Vec::new(), finder: Finder::default() }
    }
}

impl Texts {
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(crate) fn get(&self, id: TextId) -> &[u8] {
        let at = id.0 as usize;
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |end| *end as usize);
        let end = self.ends.get(at).map_or(start, |end| *end as usize);
        self.bytes.get(start..end).unwrap_or(&[])
    }

    /// The number of a text that is there.
    pub(crate) fn find(&self, text: &[u8]) -> Option<TextId> {
        if self.ends.len() <= LINEAR_MAX {
            return (0..self.ends.len() as u32).map(TextId).find(|id| self.get(*id) == text);
        }
        self.finder.find(hash(text, self.seed), |number| self.get(TextId(number)) == text).map(TextId)
    }

    /// The number of a text, which is added when it is new.
    pub(crate) fn intern(&mut self, text: &[u8]) -> Result<TextId> {
        match self.find(text) {
            Some(id) => Ok(id),
            None => self.add(text),
        }
    }

    /// Adds a text whether it is there or not.
    pub(crate) fn add(&mut self, text: &[u8]) -> Result<TextId> {
        let number = self.ends.len();
        let end =
            u32::try_from(self.bytes.len() + text.len()).map_err(|_| Error::TooMany { what: Thing::TextBytes })?;
        self.bytes.try_reserve(text.len())?;
        try_push(&mut self.ends, end)?;
        self.bytes.extend_from_slice(text);
        let refile = self.finder.reserve(crate::finder::next_room(&self.ends))?;
        if number >= LINEAR_MAX {
            let first = if refile || number == LINEAR_MAX { 0 } else { number };
            for number in first..self.ends.len() {
                let text = hash(self.get(TextId(number as u32)), self.seed);
                self.finder.file(text, number as u32, |_| false);
            }
        }
        Ok(TextId(number as u32))
    }

    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
        self.finder.clear();
    }
}

/// Where hashes start: known to nobody who writes deltas, so that none can be
/// written whose texts all have the same. No order ever depends on it.
static SEED: AtomicU64 = AtomicU64::new(0xCBF2_9CE4_8422_2325);

/// Gives the hashes of texts another start; those that exist keep theirs.
pub(crate) fn seed_texts(seed: u64) {
    SEED.store(mix(seed ^ 0xCBF2_9CE4_8422_2325) | 1, Ordering::Relaxed);
}

/// FNV-1a with a start of its own, and mixed so that low bits depend on all.
fn hash(text: &[u8], seed: u64) -> u64 {
    let fold = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01B3);
    mix(text.iter().fold(seed, fold) ^ seed.rotate_left(32))
}

/// A step of a path: an array's index, or a key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Step {
    Index(u32),
    Name(TextId),
}

/// A value of a delta.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Value {
    Undefined,
    Null,
    Bool(bool),
    /// Every NaN is the one canonical NaN, see [`Value::same`].
    Number(f64),
    Text(TextId),
    /// A date, big integer or byte array.
    Blob(BlobKind, Box<[u8]>),
    Array(Vec<Value>),
    Object(Vec<(TextId, Value)>),
    Map(Vec<(TextId, Value)>),
    /// Among the items of a splice: one that went from here to there.
    Moved(u32),
}

/// The steps of a path, in [`Script::steps`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Path {
    pub(crate) start: u32,
    pub(crate) len: u32,
}

/// What an operation does to the container at its path.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Action {
    /// The whole state is replaced; the path is empty.
    Root { old: Value, new: Value },
    /// A key or an array's item holds another value. Without `old` the key is
    /// new, without `new` it goes; then `before` is the key behind it.
    Set {
        key: Step,
        old: Option<Value>,
        new: Option<Value>,
        before: Option<TextId>,
        /// What was added, when that was meant.
        by: Option<f64>,
    },
    /// Items of an array are replaced by others. The splices of one delta in one array
    /// stand together and ascend; all but the first go on from the one before.
    Splice { index: u32, removed: Vec<Value>, inserted: Vec<Value>, goes_on: bool },
}

/// One operation. Its path is valid in the state that those before it leave.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Op {
    pub(crate) path: Path,
    pub(crate) action: Action,
}

/// What the splices of one array did so far.
#[derive(Debug, Default)]
pub(crate) struct Spliced {
    /// The end of what the last has inserted.
    end: u32,
    /// How many items they have removed.
    gone: u32,
}

impl Spliced {
    /// Whether a splice may come next: they ascend, also when they are read
    /// backwards, and all indexes that follow from theirs are indexes.
    pub(crate) fn note(&mut self, index: u32, removed: usize, inserted: usize) -> bool {
        let count = |items: usize| u32::try_from(items).ok();
        let gone = count(removed).and_then(|removed| self.gone.checked_add(removed));
        let end = count(inserted).and_then(|inserted| index.checked_add(inserted));
        let (Some(gone), Some(end)) = (gone, end) else { return false };
        let is_next = index >= self.end && index.checked_add(gone).is_some();
        *self = Self { end, gone };
        is_next
    }
}

/// A delta taken apart.
#[derive(Debug, Default)]
pub(crate) struct Script {
    pub(crate) texts: Texts,
    pub(crate) steps: Vec<Step>,
    pub(crate) ops: Vec<Op>,
}

impl Script {
    /// The steps from the root value to an operation's container.
    pub(crate) fn path(&self, path: Path) -> &[Step] {
        let start = path.start as usize;
        self.steps.get(start..start + path.len as usize).unwrap_or(&[])
    }

    pub(crate) fn clear(&mut self) {
        self.texts.clear();
        self.steps.clear();
        self.ops.clear();
    }

    /// Turns the operations from a number on into their inverse.
    pub(crate) fn invert_from(&mut self, first: usize) {
        let ops = self.ops.get_mut(first..).unwrap_or_default();
        ops.reverse();
        for op in ops {
            match &mut op.action {
                Action::Root { old, new } => core::mem::swap(old, new),
                Action::Set { old, new, by, .. } => {
                    core::mem::swap(old, new);
                    *by = by.map(|by| -by);
                }
                Action::Splice { removed, inserted, .. } => core::mem::swap(removed, inserted),
            }
        }
        let mut from = first;
        while from < self.ops.len() {
            // Reversed, the first splice of an array is the last of its group.
            let rest = self.ops.get_mut(from..).unwrap_or_default();
            let len =
                1 + rest.iter().take_while(|op| matches!(op.action, Action::Splice { goes_on: true, .. })).count();
            let group = rest.get_mut(..len).unwrap_or_default();
            if matches!(group, [Op { action: Action::Splice { .. }, .. }, ..]) {
                group.reverse();
                renumber(group);
            }
            from += len;
        }
    }
}

/// Gives inverted splices of one array, ascending, the indexes they have
/// afterwards, and its moved items the numbers in which they appear.
fn renumber(group: &mut [Op]) {
    let (mut came, mut gone) = (0, 0);
    for (number, op) in group.iter_mut().enumerate() {
        if let Action::Splice { index, removed, inserted, goes_on } = &mut op.action {
            *index = *index + came - gone;
            came += inserted.len() as u32;
            gone += removed.len() as u32;
            *goes_on = number > 0;
        }
    }
    // By the number that an item had, one more than its new one.
    let mut names: Vec<u32> = Vec::new();
    let mut count = 0;
    for op in group {
        let Action::Splice { removed, inserted, .. } = &mut op.action else { continue };
        for item in removed.iter_mut().chain(inserted) {
            let Value::Moved(number) = item else { continue };
            let at = *number as usize;
            if at >= names.len() {
                names.resize(at + 1, 0);
            }
            if names[at] == 0 {
                count += 1;
                names[at] = count;
            }
            *number = names[at] - 1;
        }
    }
}

impl Value {
    /// Whether two values of scripts with the same texts are the same: like
    /// `==`, but NaN is itself and -0 is not 0. Keys stand in the same order.
    pub(crate) fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan(),
            (Self::Array(a), Self::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.same(b)),
            (Self::Object(a), Self::Object(b)) | (Self::Map(a), Self::Map(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.0 == b.0 && a.1.same(&b.1))
            }
            _ => self == other,
        }
    }
}
