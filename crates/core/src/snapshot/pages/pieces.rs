//! The strings, or blobs, of two snapshots, and which are the same.

use std::borrow::Cow;
use std::cell::Cell;

use gaesup_codec::{StringId, Value, Word, piece_ends};

use super::{Frame, Stream, equal, plain};
use crate::delta::Texts;
use crate::error::{Error, Result};
use crate::memory::try_push;
use crate::reconcile::Compare;
use crate::snapshot::written::is_text;

/// So many pieces of either side may be found nowhere near those of the other, and one more for each so many.
const LEFT_MIN: usize = 4_096;
const PIECES_PER_LEFT: usize = 16;

/// Bytes are compared so many at a time, then fewer.
const STEPS: [usize; 3] = [4_096, 64, 1];

/// No number.
const UNKNOWN: u32 = u32::MAX;

/// The strings, or blobs, of a snapshot.
pub(super) struct Pieces<'a> {
    frame: &'a Frame<'a>,
    stream: Stream,
    count: u32,
    /// The whole stream, once it is wanted.
    bytes: Option<Cow<'a, [u8]>>,
    /// Where each of those ends that were passed.
    ends: Vec<u32>,
}

impl<'a> Pieces<'a> {
    pub(super) const fn new(frame: &'a Frame<'a>, stream: Stream, count: u32) -> Self {
        Self { frame, stream, count, bytes: None, ends: Vec::new() }
    }

    /// Finds where the first `count` pieces end.
    fn pass(&mut self, count: u32) -> Result<()> {
        if self.bytes.is_none() {
            self.bytes = Some(joined(self.frame, self.stream)?);
        }
        let bytes = self.bytes.as_deref().unwrap_or_default();
        let can_be = count <= self.count && count as usize <= bytes.len() && bytes.len() <= u32::MAX as usize;
        if can_be && piece_ends(bytes, &mut self.ends, count as usize)? { Ok(()) } else { Err(Error::corrupt(0)) }
    }

    /// Finds all; the stream has to end with the last.
    fn pass_all(&mut self) -> Result<()> {
        self.pass(self.count)?;
        if self.start(self.ends.len()) == self.all().len() { Ok(()) } else { Err(Error::corrupt(0)) }
    }

    fn all(&self) -> &[u8] {
        self.bytes.as_deref().unwrap_or_default()
    }

    fn start(&self, number: usize) -> usize {
        number.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |end| *end as usize)
    }

    /// A piece that was passed: its length and its bytes.
    fn written(&self, number: usize) -> &[u8] {
        let end = self.ends.get(number).map_or(0, |end| *end as usize);
        self.all().get(self.start(number)..end).unwrap_or_default()
    }

    /// The bytes of a piece that was passed.
    fn get(&self, number: usize) -> &[u8] {
        let written = self.written(number);
        let length = written.iter().take_while(|byte| **byte >= 0x80).count() + 1;
        written.get(length..).unwrap_or_default()
    }

    /// The bytes of any piece.
    pub(super) fn find(&mut self, number: u32) -> Result<&[u8]> {
        if number as usize >= self.ends.len() {
            self.pass(number.checked_add(1).ok_or(Error::corrupt(0))?)?;
        }
        Ok(self.get(number as usize))
    }
}

/// The bytes of a stream one after the other.
fn joined<'a>(frame: &Frame<'a>, stream: Stream) -> Result<Cow<'a, [u8]>> {
    let mut sections = frame.of_stream(stream);
    let (first, second) = (sections.next(), sections.next());
    match (first, second) {
        (None, _) => return Ok(Cow::Borrowed(&[])),
        (Some((entry, stored)), None) => return plain(entry, stored),
        _ => {}
    }
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(frame.of_stream(stream).map(|(entry, _)| entry.plain_bytes as usize).sum())?;
    for (entry, stored) in frame.of_stream(stream) {
        if !entry.unpack(stored, &mut bytes)? {
            return Err(Error::corrupt(0));
        }
    }
    Ok(Cow::Owned(bytes))
}

/// Which of the second snapshot's strings and blobs are which of the first.
pub(super) struct Numbers {
    pub(super) are_texts_same: bool,
    pub(super) are_blobs_same: bool,
    /// By the second's numbers, where some differ.
    texts: Vec<u32>,
    blobs: Vec<u32>,
    /// Strings below this have the same number in both.
    pub(super) same_texts: u32,
}

impl Numbers {
    pub(super) fn new(
        [(are_texts_same, texts), (are_blobs_same, blobs)]: [(bool, &mut [Pieces<'_>; 2]); 2],
    ) -> Result<Self> {
        let mut numbers =
            Self { are_texts_same, are_blobs_same, texts: Vec::new(), blobs: Vec::new(), same_texts: u32::MAX };
        for (are_same, pieces) in [(are_texts_same, &texts), (are_blobs_same, &blobs)] {
            if are_same && pieces[0].count != pieces[1].count {
                return Err(Error::corrupt(0));
            }
        }
        if numbers.are_same() {
            return Ok(numbers);
        }
        numbers.texts = matched(are_texts_same, texts)?;
        numbers.blobs = matched(are_blobs_same, blobs)?;
        let moved = (0..).zip(&numbers.texts).find(|(number, known)| number != *known);
        numbers.same_texts = moved.map_or(texts[1].count, |(number, _)| number).min(texts[0].count);
        Ok(numbers)
    }

    /// Whether all strings and blobs have the same numbers in both.
    pub(super) const fn are_same(&self) -> bool {
        self.are_texts_same && self.are_blobs_same
    }

    /// A word of the second snapshot as the first has it; none when what it names is not there.
    pub(super) fn translated(&self, word: Word) -> Option<Word> {
        if self.are_same() {
            return Some(word);
        }
        let known =
            |numbers: &[u32], number: u32| numbers.get(number as usize).copied().filter(|known| *known != UNKNOWN);
        match word.value() {
            Value::String(number) => known(&self.texts, number.0).map(|number| Word::string(StringId(number))),
            Value::Blob(kind, number) => known(&self.blobs, number).map(|number| Word::blob(kind, number)),
            _ => Some(word),
        }
    }

    /// Whether a string and those behind it that a byte can name have the same numbers in both.
    pub(super) fn are_same_from(&self, word: Word) -> bool {
        let Some(StringId(first)) = word.as_string() else { return false };
        let known = self.texts.get(first as usize..).unwrap_or_default();
        known.len() > usize::from(u8::MAX)
            && (first..).zip(known).take(u8::MAX.into()).all(|(number, known)| number == *known)
    }

    /// The first's numbers of strings, by the second's.
    pub(super) fn texts(&self) -> &[u32] {
        &self.texts
    }
}

/// The first's number for each piece of the second.
fn matched(are_same: bool, pieces: &mut [Pieces<'_>; 2]) -> Result<Vec<u32>> {
    let count = pieces[1].count;
    let mut numbers = Vec::new();
    if are_same {
        numbers.try_reserve_exact(count as usize)?;
        numbers.extend(0..count);
        return Ok(numbers);
    }
    for side in pieces.iter_mut() {
        side.pass_all()?;
    }
    numbers.try_reserve_exact(count as usize)?;
    numbers.resize(count as usize, UNKNOWN);
    let [one, other] = &*pieces;
    let compare = Compare {
        lens: [one.ends.len(), other.ends.len()],
        same: &|at, counterpart| Ok(equal(one.written(at), other.written(counterpart))),
        run: &|at, counterpart| {
            let (start, counterpart) = (one.start(at), other.start(counterpart));
            let bytes = common_bytes(&one.all()[start..], &other.all()[counterpart..]);
            Ok(one.ends[at..].partition_point(|end| *end as usize <= start + bytes))
        },
    };
    // What stands between those that match: pieces that only one side has, or has elsewhere.
    let left_max = LEFT_MIN + count as usize / PIECES_PER_LEFT;
    let mut left: Vec<u32> = Vec::new();
    let end = Cell::new([0, 0]);
    let mut names = Texts::default();
    let mut gone: Vec<u32> = Vec::new();
    let mut pass = |until: [usize; 2]| -> Result<()> {
        let [at, counterpart] = end.get();
        if until[0] - at + gone.len() > left_max || until[1] - counterpart + left.len() > left_max {
            return Err(Error::PathNotFound);
        }
        let texts =
            (at..until[0]).map(|number| one.get(number)).chain((counterpart..until[1]).map(|number| other.get(number)));
        if one.stream == Stream::Strings && !texts.clone().all(is_text) {
            return Err(Error::corrupt(0));
        }
        for number in at..until[0] {
            names.add(one.written(number))?;
            try_push(&mut gone, number as u32)?;
        }
        (counterpart..until[1]).try_for_each(|number| try_push(&mut left, number as u32))
    };
    compare.walk(&mut |at, counterpart, run| {
        pass([at, counterpart])?;
        end.set([at + run, counterpart + run]);
        for (place, number) in numbers[counterpart..counterpart + run].iter_mut().zip(at as u32..) {
            *place = number;
        }
        Ok(())
    })?;
    pass(compare.lens)?;
    for number in left {
        if let Some(known) = names.find(other.written(number as usize)) {
            numbers[number as usize] = gone[known.0 as usize];
        }
    }
    Ok(numbers)
}

/// With how many equal bytes two sequences begin.
fn common_bytes(one: &[u8], other: &[u8]) -> usize {
    let len = one.len().min(other.len());
    let mut at = 0;
    for step in STEPS {
        while at + step <= len && equal(&one[at..at + step], &other[at..at + step]) {
            at += step;
        }
    }
    at
}
