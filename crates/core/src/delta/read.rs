//! Bytes as a script.

use gaesup_codec::{BlobKind, Word};

use super::script::{Action, Op, Path, Script, Spliced, Step, TextId, Value};
use super::{Kind, SMALL_INTEGERS, SMALL_STRINGS, Tag};
use crate::error::{Error, Result, Thing};
use crate::memory::{try_copy, try_push};
use crate::scratch::sort;
use crate::store::DEPTH_LIMIT;
use crate::strings::is_wtf8;
use crate::uuid;

/// Appends the operations of a record to a script. Nothing of the bytes is
/// trusted: O(their length) in time and memory.
///
/// # Errors
/// [`Error::CorruptData`] with the offset in the record, [`Error::TooDeep`],
/// or what memory says.
pub(crate) fn read(record: &[u8], script: &mut Script) -> Result<()> {
    let mut reader =
        Reader { bytes: record, at: 0, script, strings: Vec::new(), moved: Vec::new(), spliced: Spliced::default() };
    // The least that an operation takes: its kind, its path, a key and a value.
    let count = reader.count(4)?;
    let mut before = Path::default();
    let mut in_splices = false;
    for _ in 0..count {
        let mut op = reader.op(before)?;
        let is_behind = in_splices && reader.script.path(op.path) == reader.script.path(before);
        in_splices = false;
        if let Action::Splice { goes_on, .. } = &mut op.action {
            *goes_on = is_behind;
            in_splices = true;
        }
        if !(in_splices && is_behind) {
            reader.end_moves()?;
        }
        reader.note_splice(&op.action)?;
        reader.note_moves(&op.action)?;
        before = op.path;
        try_push(&mut reader.script.ops, op)?;
    }
    reader.end_moves()?;
    if reader.at == record.len() { Ok(()) } else { Err(reader.corrupt()) }
}

/// What all paths together may be: shared beginnings are written once, and read for each.
const STEPS_MIN: usize = 1 << 20;
const STEPS_PER_BYTE: usize = 16;

/// Where a moved item was seen: among the removed, among the inserted.
const SEEN_REMOVED: u8 = 1;
const SEEN_INSERTED: u8 = 2;

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    script: &'a mut Script,
    /// The texts of the record by the numbers they have in it.
    strings: Vec<TextId>,
    /// What was seen of the moved items of one array.
    moved: Vec<u8>,
    spliced: Spliced,
}

impl Reader<'_> {
    fn op(&mut self, before: Path) -> Result<Op> {
        let head = self.varint()?;
        let kind = Kind::from_code(head as u8 & 7).ok_or(self.corrupt())?;
        let shared = u32::try_from(head >> 3).ok().filter(|shared| *shared <= before.len).ok_or(self.corrupt())?;
        let added = self.count(1)?;
        let len = shared + added;
        if len as usize > DEPTH_LIMIT {
            return Err(Error::too_deep(DEPTH_LIMIT));
        }
        let end = self.script.steps.len() as u32;
        let path = if shared == before.len && (added == 0 || before.start + before.len == end) {
            // It goes on where the one before it ends.
            Path { start: before.start, len }
        } else {
            if end as usize + len as usize > STEPS_MIN + self.bytes.len() * STEPS_PER_BYTE {
                return Err(Error::TooMany { what: Thing::PathSteps });
            }
            for at in before.start..before.start + shared {
                let step = self.script.steps.get(at as usize).copied().ok_or(self.corrupt())?;
                try_push(&mut self.script.steps, step)?;
            }
            Path { start: end, len }
        };
        for _ in 0..added {
            let step = self.step()?;
            try_push(&mut self.script.steps, step)?;
        }
        let action = match kind {
            Kind::Root if len == 0 => Action::Root { old: self.value(0)?, new: self.value(0)? },
            Kind::Root => return Err(self.corrupt()),
            Kind::Splice => Action::Splice {
                index: self.number()?,
                removed: self.items()?,
                inserted: self.items()?,
                goes_on: false,
            },
            _ => self.set(kind)?,
        };
        Ok(Op { path, action })
    }

    fn set(&mut self, kind: Kind) -> Result<Action> {
        let key = self.step()?;
        if matches!((kind, key), (Kind::Add | Kind::Remove, Step::Index(_))) {
            return Err(self.corrupt());
        }
        let old = if kind == Kind::Add { None } else { Some(self.value(0)?) };
        let new = if kind == Kind::Remove { None } else { Some(self.value(0)?) };
        let (mut before, mut by) = (None, None);
        match kind {
            Kind::Add | Kind::Remove => before = self.before()?,
            Kind::Increment => {
                let are_numbers = matches!((&old, &new), (Some(Value::Number(_)), Some(Value::Number(_))));
                by = Some(self.double()?).filter(|_| are_numbers);
                if by.is_none() {
                    return Err(self.corrupt());
                }
            }
            _ => {}
        }
        Ok(Action::Set { key, old, new, before, by })
    }

    fn items(&mut self) -> Result<Vec<Value>> {
        let count = self.count(1)?;
        let mut items = Vec::new();
        for _ in 0..count {
            let item = match self.bytes.get(self.at) {
                Some(tag) if *tag == Tag::Moved as u8 => {
                    self.at += 1;
                    Value::Moved(self.number()?)
                }
                _ => self.value(0)?,
            };
            try_push(&mut items, item)?;
        }
        Ok(items)
    }

    fn value(&mut self, depth: usize) -> Result<Value> {
        let tag = self.byte()?;
        if tag >= SMALL_STRINGS {
            return self.string_number(u64::from(tag - SMALL_STRINGS)).map(Value::Text);
        }
        if tag >= SMALL_INTEGERS {
            return Ok(Value::Number(f64::from(tag - SMALL_INTEGERS)));
        }
        Ok(match Tag::from_code(tag).ok_or(self.corrupt())? {
            Tag::Undefined => Value::Undefined,
            Tag::Null => Value::Null,
            Tag::False => Value::Bool(false),
            Tag::True => Value::Bool(true),
            Tag::Integer => {
                let zigzag = self.varint()?;
                let integer = (zigzag >> 1) as i64 ^ -((zigzag & 1) as i64);
                let exact = Word::integer(integer).as_integer() == Some(integer);
                if !exact {
                    return Err(self.corrupt());
                }
                Value::Number(integer as f64)
            }
            Tag::Double => Value::Number(self.double()?),
            Tag::Text => {
                let token = self.varint()?;
                Value::Text(self.text(token)?)
            }
            Tag::Date => self.blob(BlobKind::Date, size_of::<f64>())?,
            Tag::BigInt => {
                let len = self.count(1)? as usize;
                self.blob(BlobKind::BigInt, len)?
            }
            Tag::Bytes => {
                let len = self.count(1)? as usize;
                self.blob(BlobKind::Bytes, len)?
            }
            Tag::Array => Value::Array(self.array(depth)?),
            Tag::Object => Value::Object(self.entries(depth)?),
            Tag::Map => Value::Map(self.entries(depth)?),
            Tag::Moved => return Err(self.corrupt()),
        })
    }

    fn array(&mut self, depth: usize) -> Result<Vec<Value>> {
        let count = self.deeper(depth, 1)?;
        let mut items = Vec::new();
        for _ in 0..count {
            let item = self.value(depth + 1)?;
            try_push(&mut items, item)?;
        }
        Ok(items)
    }

    fn entries(&mut self, depth: usize) -> Result<Vec<(TextId, Value)>> {
        let count = self.deeper(depth, 2)?;
        let mut entries = Vec::new();
        for _ in 0..count {
            let token = self.varint()?;
            let key = self.text(token)?;
            let value = self.value(depth + 1)?;
            try_push(&mut entries, (key, value))?;
        }
        if has_twice(&entries)? { Err(self.corrupt()) } else { Ok(entries) }
    }

    /// How many parts a container at this depth has.
    fn deeper(&mut self, depth: usize, part_bytes: usize) -> Result<u32> {
        if depth >= DEPTH_LIMIT {
            return Err(Error::too_deep(DEPTH_LIMIT));
        }
        self.count(part_bytes)
    }

    fn blob(&mut self, kind: BlobKind, len: usize) -> Result<Value> {
        let start = self.corrupt();
        let bytes = self.take(len)?;
        if !kind.can_be(bytes) {
            return Err(start);
        }
        Ok(Value::Blob(kind, try_copy(bytes)?.into_boxed_slice()))
    }

    fn step(&mut self) -> Result<Step> {
        let code = self.varint()?;
        if code & 1 == 1 {
            return self.text(code >> 1).map(Step::Name);
        }
        let index = u32::try_from(code >> 1).ok().filter(|index| *index < u32::MAX);
        index.map(Step::Index).ok_or(self.corrupt())
    }

    fn before(&mut self) -> Result<Option<TextId>> {
        match self.varint()? {
            0 => Ok(None),
            token => self.text(token - 1).map(Some),
        }
    }

    /// The text that a token stands for, which may follow.
    fn text(&mut self, token: u64) -> Result<TextId> {
        let id = match token {
            0 => {
                let len = self.count(1)? as usize;
                let bytes = self.bytes.get(self.at..self.at + len).ok_or(self.corrupt())?;
                if !is_wtf8(bytes) {
                    return Err(self.corrupt());
                }
                self.at += len;
                self.script.texts.intern(bytes)?
            }
            1 => {
                let mut packed = [uuid::MARKER; uuid::PACKED_BYTES];
                packed[1..].copy_from_slice(self.take(uuid::PACKED_BYTES - 1)?);
                let text = uuid::unpack(&packed).ok_or(self.corrupt())?;
                self.script.texts.intern(&text)?
            }
            _ => return self.string_number(token - 2),
        };
        try_push(&mut self.strings, id)?;
        Ok(id)
    }

    fn string_number(&self, number: u64) -> Result<TextId> {
        usize::try_from(number).ok().and_then(|number| self.strings.get(number)).copied().ok_or(self.corrupt())
    }

    fn note_splice(&mut self, action: &Action) -> Result<()> {
        let Action::Splice { index, removed, inserted, .. } = action else {
            return Ok(());
        };
        if self.spliced.note(*index, removed.len(), inserted.len()) { Ok(()) } else { Err(self.corrupt()) }
    }

    /// Notes the moved items of a splice: numbers count up as they appear.
    fn note_moves(&mut self, action: &Action) -> Result<()> {
        let Action::Splice { removed, inserted, .. } = action else {
            return Ok(());
        };
        for (items, side) in [(removed, SEEN_REMOVED), (inserted, SEEN_INSERTED)] {
            for item in items {
                let Value::Moved(number) = item else { continue };
                let number = *number as usize;
                if number == self.moved.len() {
                    try_push(&mut self.moved, 0)?;
                }
                match self.moved.get_mut(number) {
                    Some(seen) if *seen & side == 0 => *seen |= side,
                    _ => return Err(self.corrupt()),
                }
            }
        }
        Ok(())
    }

    /// What moves from an array has to come back into it.
    fn end_moves(&mut self) -> Result<()> {
        if self.moved.iter().any(|seen| *seen != SEEN_REMOVED | SEEN_INSERTED) {
            return Err(self.corrupt());
        }
        self.moved.clear();
        self.spliced = Spliced::default();
        Ok(())
    }

    /// A count of things that take at least `thing_bytes` each, which have to be there.
    fn count(&mut self, thing_bytes: usize) -> Result<u32> {
        let count = self.varint()?;
        let room = (self.bytes.len() - self.at) / thing_bytes;
        if count <= room as u64 { Ok(count as u32) } else { Err(self.corrupt()) }
    }

    fn number(&mut self) -> Result<u32> {
        let number = self.varint()?;
        u32::try_from(number).map_err(|_| self.corrupt())
    }

    fn double(&mut self) -> Result<f64> {
        let bytes = self.take(size_of::<f64>())?;
        bytes.first_chunk().map(|bytes| f64::from_le_bytes(*bytes)).ok_or(self.corrupt())
    }

    fn varint(&mut self) -> Result<u64> {
        let mut number = 0;
        for shift in (0..u64::BITS).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7F);
            if shift == 63 && bits > 1 {
                return Err(self.corrupt());
            }
            number |= bits << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(self.corrupt())
    }

    fn byte(&mut self) -> Result<u8> {
        let byte = self.bytes.get(self.at).copied().ok_or(self.corrupt())?;
        self.at += 1;
        Ok(byte)
    }

    fn take(&mut self, len: usize) -> Result<&[u8]> {
        let bytes = self.bytes.get(self.at..).and_then(|rest| rest.get(..len)).ok_or(self.corrupt())?;
        self.at += len;
        Ok(bytes)
    }

    const fn corrupt(&self) -> Error {
        Error::corrupt(self.at)
    }
}

/// Up to this many keys, comparing each with each is quicker than sorting.
const FEW_KEYS: usize = 16;

/// Whether a key comes twice.
fn has_twice(entries: &[(TextId, Value)]) -> Result<bool> {
    if entries.len() <= FEW_KEYS {
        let is_known = |at: usize, key: TextId| entries.iter().take(at).any(|other| other.0 == key);
        return Ok(entries.iter().enumerate().any(|(at, entry)| is_known(at, entry.0)));
    }
    let mut keys = Vec::new();
    keys.try_reserve_exact(entries.len())?;
    keys.extend(entries.iter().map(|(key, _)| u64::from(key.0)));
    sort(&mut keys);
    Ok(keys.windows(2).any(|pair| pair[0] == pair[1]))
}
