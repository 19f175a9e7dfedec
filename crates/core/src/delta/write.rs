//! A script as bytes.

use gaesup_codec::{BlobKind, Word};

use super::script::{Action, Op, Script, Spliced, Step, TextId, Texts, Value};
use super::{Kind, SMALL_INTEGERS, SMALL_STRINGS, Tag};
use crate::error::{Error, Result};
use crate::uuid;

/// Appends the record of a script: how many operations, and these.
///
/// # Errors
/// [`Error::CorruptData`] when splices run over, as only contradicting deltas
/// lead to, or what memory says.
pub(crate) fn write(script: &Script, out: &mut Vec<u8>) -> Result<()> {
    let mut numbers = Vec::new();
    numbers.try_reserve_exact(script.texts.len())?;
    numbers.resize(script.texts.len(), 0);
    let mut writer = Writer { texts: &script.texts, numbers, written: 0, spliced: Spliced::default(), out };
    writer.varint(script.ops.len() as u64)?;
    let mut before: &[Step] = &[];
    for op in &script.ops {
        let path = script.path(op.path);
        writer.op(op, path, before)?;
        before = path;
    }
    Ok(())
}

/// A number of 64 bits, seven in each byte.
const VARINT_BYTES_MAX: usize = 10;

struct Writer<'a> {
    texts: &'a Texts,
    /// For each text one more than its number in the record, or 0.
    numbers: Vec<u32>,
    written: u32,
    spliced: Spliced,
    out: &'a mut Vec<u8>,
}

impl Writer<'_> {
    fn op(&mut self, op: &Op, path: &[Step], before: &[Step]) -> Result<()> {
        let shared = path.iter().zip(before).take_while(|(one, other)| one == other).count();
        let kind = match &op.action {
            Action::Root { .. } => Kind::Root,
            Action::Splice { .. } => Kind::Splice,
            Action::Set { old: None, .. } => Kind::Add,
            Action::Set { new: None, .. } => Kind::Remove,
            Action::Set { by: Some(_), .. } => Kind::Increment,
            Action::Set { .. } => Kind::Replace,
        };
        self.varint((shared as u64) << 3 | kind as u64)?;
        self.varint((path.len() - shared) as u64)?;
        path.iter().skip(shared).try_for_each(|step| self.step(*step))?;
        match &op.action {
            Action::Root { old, new } => {
                self.value(old)?;
                self.value(new)
            }
            Action::Set { key, old, new, before, by } => {
                self.step(*key)?;
                old.iter().chain(new).try_for_each(|value| self.value(value))?;
                match (kind, by) {
                    (Kind::Add | Kind::Remove, _) => self.before(*before),
                    (Kind::Increment, Some(by)) => self.bytes(&by.to_le_bytes()),
                    _ => Ok(()),
                }
            }
            Action::Splice { index, removed, inserted, goes_on } => {
                if !goes_on {
                    self.spliced = Spliced::default();
                }
                if !self.spliced.note(*index, removed.len(), inserted.len()) {
                    return Err(Error::corrupt(self.out.len()));
                }
                self.varint(u64::from(*index))?;
                self.values(removed)?;
                self.values(inserted)
            }
        }
    }

    fn values(&mut self, values: &[Value]) -> Result<()> {
        self.varint(values.len() as u64)?;
        values.iter().try_for_each(|value| self.value(value))
    }

    fn value(&mut self, value: &Value) -> Result<()> {
        match value {
            Value::Undefined => self.tag(Tag::Undefined),
            Value::Null => self.tag(Tag::Null),
            Value::Bool(flag) => self.tag(if *flag { Tag::True } else { Tag::False }),
            Value::Number(number) => self.number(*number),
            Value::Text(text) => {
                let number = self.numbers.get(text.0 as usize).copied().unwrap_or(0);
                if number > 0 && number <= u32::from(u8::MAX - SMALL_STRINGS) + 1 {
                    return self.bytes(&[SMALL_STRINGS + (number - 1) as u8]);
                }
                self.tag(Tag::Text)?;
                self.text(*text)
            }
            Value::Blob(kind, bytes) => {
                self.tag(match kind {
                    BlobKind::Date => Tag::Date,
                    BlobKind::BigInt => Tag::BigInt,
                    BlobKind::Bytes => Tag::Bytes,
                })?;
                if *kind != BlobKind::Date {
                    self.varint(bytes.len() as u64)?;
                }
                self.bytes(bytes)
            }
            Value::Array(items) => {
                self.tag(Tag::Array)?;
                self.values(items)
            }
            Value::Object(entries) => self.entries(Tag::Object, entries),
            Value::Map(entries) => self.entries(Tag::Map, entries),
            Value::Moved(number) => {
                self.tag(Tag::Moved)?;
                self.varint(u64::from(*number))
            }
        }
    }

    fn entries(&mut self, tag: Tag, entries: &[(TextId, Value)]) -> Result<()> {
        self.tag(tag)?;
        self.varint(entries.len() as u64)?;
        entries.iter().try_for_each(|(key, value)| {
            self.text(*key)?;
            self.value(value)
        })
    }

    fn number(&mut self, number: f64) -> Result<()> {
        match Word::number(number).as_integer() {
            Some(small) if (0..i64::from(SMALL_STRINGS - SMALL_INTEGERS)).contains(&small) => {
                self.bytes(&[SMALL_INTEGERS + small as u8])
            }
            Some(integer) => {
                self.tag(Tag::Integer)?;
                self.varint((integer << 1 ^ integer >> 63) as u64)
            }
            None => {
                self.tag(Tag::Double)?;
                self.bytes(&number.to_le_bytes())
            }
        }
    }

    fn step(&mut self, step: Step) -> Result<()> {
        match step {
            Step::Index(index) => self.varint(u64::from(index) << 1),
            Step::Name(text) => self.token(text, |token| token << 1 | 1),
        }
    }

    fn before(&mut self, before: Option<TextId>) -> Result<()> {
        match before {
            None => self.varint(0),
            Some(text) => self.token(text, |token| token + 1),
        }
    }

    fn text(&mut self, text: TextId) -> Result<()> {
        self.token(text, |token| token)
    }

    /// A string's token in the number that `place` makes of it, and what follows.
    fn token(&mut self, text: TextId, place: fn(u64) -> u64) -> Result<()> {
        let number = self.numbers.get(text.0 as usize).copied().unwrap_or(0);
        if number > 0 {
            return self.varint(place(u64::from(number) + 1));
        }
        self.written += 1;
        if let Some(number) = self.numbers.get_mut(text.0 as usize) {
            *number = self.written;
        }
        let bytes = self.texts.get(text);
        if let Some(packed) = uuid::pack(bytes) {
            self.varint(place(1))?;
            return self.bytes(packed.get(1..).unwrap_or(&[]));
        }
        self.varint(place(0))?;
        self.varint(bytes.len() as u64)?;
        self.bytes(bytes)
    }

    fn tag(&mut self, tag: Tag) -> Result<()> {
        self.bytes(&[tag as u8])
    }

    fn varint(&mut self, mut number: u64) -> Result<()> {
        self.reserve(VARINT_BYTES_MAX)?;
        while number >= 0x80 {
            self.out.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.out.push(number as u8);
        Ok(())
    }

    fn bytes(&mut self, bytes: &[u8]) -> Result<()> {
        self.reserve(bytes.len())?;
        self.out.extend_from_slice(bytes);
        Ok(())
    }

    #[inline]
    fn reserve(&mut self, bytes: usize) -> Result<()> {
        if self.out.capacity() - self.out.len() >= bytes {
            return Ok(());
        }
        self.out.try_reserve(bytes).map_err(|_| Error::OutOfMemory)
    }
}
