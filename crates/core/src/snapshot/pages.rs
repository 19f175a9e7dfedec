//! Two snapshots side by side, without loading either.
//!
//! Sections, pieces of text and pages that have the same bytes are passed over; what is left
//! says which cells differ, and a delta sets these. That is for states of one structure: the
//! same forms, levels and lengths. Whatever else comes up is an error, of which only one thing
//! is known: that the snapshots have to be loaded to tell, or to say what is wrong with them.
//!
//! What has the same bytes in both is not looked into, beyond its checksum.

mod columns;
mod pieces;
mod places;
mod still;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use gaesup_codec::{StringId, Value, Word};

use super::FORM_KEYS_MAX;
use super::frame::Frame;
use super::head::{Head, KIND_ENTRIES, KIND_LIST, KIND_MAP, KIND_OBJECT, KIND_TUPLE};
use super::section::{Entry, STORED, Stream, is_sum};
use super::written::{Written, is_text};
use crate::delta::{Action, Op, Script, Value as Told, write};
use crate::error::{Error, Result};
use crate::memory::{try_copy, try_push};
use crate::shape::TUPLE_ITEMS_MAX;
use crate::store::DEPTH_LIMIT;
use pieces::{Numbers, Pieces};

/// So many cells may differ for a delta to be made of them, and one more for each so many bytes.
const CELLS_MIN: usize = 4_096;
const BYTES_PER_CELL: usize = 64;

/// Whether two snapshots hold the same state.
///
/// # Errors
/// Of any kind where that takes loading them.
pub fn equal_snapshots(snapshots: [&[u8]; 2]) -> Result<bool> {
    let [one, other] = [Frame::of(snapshots[0])?, Frame::of(snapshots[1])?];
    let columns = [columns_of(&one)?, columns_of(&other)?];
    match Two::compared([&one, &other], &columns, 0) {
        Ok(_) => Ok(true),
        Err(Error::Conflict) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Appends the record of what leads from one snapshot's state to the other's. Items of arrays
/// are told apart by what they have under `key`, if there is one.
///
/// # Errors
/// Of any kind where that takes loading them.
pub fn diff_snapshots(snapshots: [&[u8]; 2], key: Option<&[u8]>, out: &mut Vec<u8>) -> Result<()> {
    let [one, other] = [Frame::of(snapshots[0])?, Frame::of(snapshots[1])?];
    let columns = [columns_of(&one)?, columns_of(&other)?];
    let cells_max = CELLS_MIN + (snapshots[0].len() + snapshots[1].len()) / BYTES_PER_CELL;
    let mut two = Two::compared([&one, &other], &columns, cells_max)?;
    let mut script = Script::default();
    let levels = two.find_places(&mut script)?;
    two.check_still(&levels, key)?;
    two.tell(&levels, &mut script)?;
    write(&script, out)
}

/// Whether bytes are the same.
#[inline(never)]
fn equal(one: &[u8], other: &[u8]) -> bool {
    gaesup_kernels::equal(one, other)
}

/// Whether this stream has the same bytes in both, whose checksums are right.
fn is_same_stream(frames: [&Frame<'_>; 2], stream: Stream) -> Result<bool> {
    let [mut one, mut other] = frames.map(|frame| frame.of_stream(stream));
    let mut is_same = true;
    loop {
        let (section, counterpart) = (one.next(), other.next());
        let is_pair = match (&section, &counterpart) {
            (None, None) => return Ok(is_same),
            (Some((entry, bytes)), Some((said, others))) => {
                let is_said = entry.codec == said.codec && entry.plain_bytes == said.plain_bytes;
                is_said && entry.checksum == said.checksum && equal(bytes, others)
            }
            _ => false,
        };
        let is_sound = |(entry, bytes): (&Entry, &[u8])| is_sum(bytes, &entry.checksum);
        if !section.is_none_or(is_sound) || !(is_pair || counterpart.is_none_or(is_sound)) {
            return Err(Error::corrupt(0));
        }
        is_same &= is_pair;
    }
}

/// What a section holds.
fn plain<'a>(entry: &Entry, stored: &'a [u8]) -> Result<Cow<'a, [u8]>> {
    if entry.codec == STORED {
        return Ok(Cow::Borrowed(stored));
    }
    let mut bytes = Vec::new();
    if entry.unpack(stored, &mut bytes)? { Ok(Cow::Owned(bytes)) } else { Err(Error::corrupt(0)) }
}

fn columns_of<'a>(frame: &Frame<'a>) -> Result<Vec<Cow<'a, [u8]>>> {
    let mut sections = Vec::new();
    for (entry, stored) in frame.of_stream(Stream::Columns) {
        try_push(&mut sections, plain(entry, stored)?)?;
    }
    Ok(sections)
}

/// Whether containers of a kind say in their first column how many words the last one has.
const fn has_lengths(kind: u32) -> bool {
    matches!(kind, KIND_LIST | KIND_ENTRIES | KIND_MAP)
}

/// Containers of one level and one form, as many in both.
struct Group {
    level: u32,
    form: u32,
    rows: u32,
    /// Its columns are those from here on.
    first_column: usize,
    columns: usize,
    /// Of arrays and entries, how many items there are up to the end of each: once they are wanted.
    ends: Vec<u32>,
}

/// A column, which has as many words in both.
struct Column {
    first_page: usize,
    words: u32,
}

/// A cell that holds different words.
#[derive(Clone, Copy)]
struct Cell {
    group: u32,
    column: u32,
    /// Which word of the column.
    at: u32,
    words: [Word; 2],
}

/// Two snapshots of one structure.
struct Two<'a> {
    /// What the first says, and so the second.
    head: &'a Head,
    texts: [Pieces<'a>; 2],
    blobs: [Pieces<'a>; 2],
    numbers: Numbers,
    groups: Vec<Group>,
    columns: Vec<Column>,
    pages: Vec<[Written<'a>; 2]>,
    cells: Vec<Cell>,
    cells_max: usize,
}

impl<'a> Two<'a> {
    /// Finds the cells that differ; [`Error::Conflict`] when they are too many.
    fn compared(frames: [&'a Frame<'a>; 2], columns: &'a [Vec<Cow<'a, [u8]>>; 2], cells_max: usize) -> Result<Self> {
        let [head, other] = frames.map(|frame| &frame.head);
        let is_alike = head.forms.len() == other.forms.len() && head.levels == other.levels;
        if !is_alike || head.levels.len() > DEPTH_LIMIT {
            return Err(Error::PathNotFound);
        }
        let words_max = head.words_max(Error::corrupt(0))?.min(other.words_max(Error::corrupt(0))?);
        let streams = [Stream::Strings, Stream::Blobs, Stream::Columns];
        let [are_texts_same, are_blobs_same, _] = {
            let mut are_same = [false; 3];
            for (is_same, stream) in are_same.iter_mut().zip(streams) {
                *is_same = is_same_stream(frames, stream)?;
            }
            are_same
        };
        let mut texts = frames.map(|frame| Pieces::new(frame, Stream::Strings, frame.head.strings));
        let mut blobs = frames.map(|frame| Pieces::new(frame, Stream::Blobs, frame.head.blobs));
        let numbers = Numbers::new([(are_texts_same, &mut texts), (are_blobs_same, &mut blobs)])?;
        let mut two = Self {
            head,
            texts,
            blobs,
            numbers,
            groups: Vec::new(),
            columns: Vec::new(),
            pages: Vec::new(),
            cells: Vec::new(),
            cells_max,
        };
        two.check_forms(&other.forms)?;
        two.walk(columns, words_max)?;
        Ok(two)
    }

    /// Checks that forms are such as there are, and the same in both.
    fn check_forms(&self, others: &[Vec<u32>]) -> Result<()> {
        let is_same = |(form, other): (&Vec<u32>, &Vec<u32>)| match (&form[..], &other[..]) {
            ([KIND_TUPLE, items], [KIND_TUPLE, others]) => items == others && *items as usize <= TUPLE_ITEMS_MAX,
            ([KIND_OBJECT, keys @ ..], [KIND_OBJECT, others @ ..]) => {
                let mut pairs = keys.iter().zip(others);
                let is_key = |(key, other): (&u32, &u32)| {
                    let word = self.numbers.translated(Word::string(StringId(*other)));
                    *key < self.head.strings && word == Some(Word::string(StringId(*key)))
                };
                keys.len() == others.len() && keys.len() <= FORM_KEYS_MAX && pairs.all(is_key)
            }
            ([kind @ (KIND_LIST | KIND_ENTRIES | KIND_MAP)], [other]) => kind == other,
            _ => false,
        };
        if self.head.forms.iter().zip(others).all(is_same) { Ok(()) } else { Err(Error::PathNotFound) }
    }

    /// The kind of a group's form, and its items or keys.
    fn form(&self, group: &Group) -> (u32, &'a [u32]) {
        match self.head.forms.get(group.form as usize).map(Vec::as_slice) {
            Some([kind, rest @ ..]) => (*kind, rest),
            _ => (KIND_TUPLE, &[]),
        }
    }

    /// The bytes of a string in one of the snapshots, which can be read.
    fn text(&mut self, side: usize, number: u32) -> Result<&[u8]> {
        let side = if self.numbers.are_texts_same { 0 } else { side };
        self.texts[side].find(number)
    }

    fn blob(&mut self, side: usize, number: u32) -> Result<&[u8]> {
        let side = if self.numbers.are_blobs_same { 0 } else { side };
        self.blobs[side].find(number)
    }

    /// Notes a cell that seems to differ.
    #[inline(never)]
    fn note(&mut self, cell: Cell) -> Result<()> {
        let [one, other] = cell.words;
        let (held, other_held) = (self.content(0, one)?, self.content(1, other)?);
        // What is written twice has two numbers.
        let is_same = !one.is_plain() && held == other_held && one.to_bits() >> 32 == other.to_bits() >> 32;
        if is_same {
            return Ok(());
        }
        if self.cells.len() >= self.cells_max {
            return Err(Error::Conflict);
        }
        try_push(&mut self.cells, cell)
    }

    /// The bytes of what a word names, if it is a scalar as snapshots have it: none for one that names nothing.
    fn content(&mut self, side: usize, word: Word) -> Result<Vec<u8>> {
        let (bytes, is_fine) = match word.value() {
            Value::String(id) => {
                let text = self.text(side, id.0)?;
                (text, word == Word::string(id) && is_text(text))
            }
            Value::Blob(kind, number) => {
                let blob = self.blob(side, number)?;
                (blob, word == Word::blob(kind, number) && kind.can_be(blob))
            }
            _ => (&[][..], word.is_own_number() || word.is_constant()),
        };
        if is_fine { try_copy(bytes) } else { Err(Error::PathNotFound) }
    }

    /// A scalar as a delta says it.
    fn told(&mut self, side: usize, word: Word, script: &mut Script) -> Result<Told> {
        let bytes = self.content(side, word)?;
        Ok(match word.value() {
            Value::Undefined => Told::Undefined,
            Value::Null => Told::Null,
            Value::Bool(flag) => Told::Bool(flag),
            Value::Number(number) => Told::Number(number),
            Value::String(_) => Told::Text(places::intern(&bytes, script)?),
            Value::Blob(kind, _) => Told::Blob(kind, bytes.into_boxed_slice()),
            _ => return Err(Error::PathNotFound),
        })
    }

    /// Writes what sets the cells that differ: outer containers first, and in each group
    /// one container after the other.
    fn tell(&mut self, levels: &[places::Level], script: &mut Script) -> Result<()> {
        for (number, level) in levels.iter().enumerate() {
            let mut last = None;
            for found in &level.cells {
                let path = match last {
                    Some((container, path)) if container == found.container => path,
                    _ => places::path(levels, number, found.container, script)?,
                };
                last = Some((found.container, path));
                let words = self.cells[found.cell as usize].words;
                let [old, new] = [self.told(0, words[0], script)?, self.told(1, words[1], script)?];
                let action = Action::Set { key: found.step, old: Some(old), new: Some(new), before: None, by: None };
                try_push(&mut script.ops, Op { path, action })?;
            }
        }
        Ok(())
    }
}
