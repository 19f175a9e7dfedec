//! The plainest reader of JSON, and what a store holds in the same terms.

use gaesup_codec::{BlobKind, Value, Word};

use crate::node::Cell;
use crate::store::{Config, ROOT, Store};
use crate::tree::Kind;

/// A value as JavaScript would show it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Model {
    Null,
    Bool(bool),
    /// The bits, so that -0 is not 0.
    Number(u64),
    Text(Vec<u8>),
    Blob(BlobKind, Vec<u8>),
    Array(Vec<Model>),
    Object(Vec<(Vec<u8>, Model)>),
}

impl Model {
    pub(crate) fn number(number: f64) -> Self {
        Self::Number(number.to_bits())
    }

    /// What an object of these members is, one after the other put into it.
    pub(crate) fn object(members: Vec<(Vec<u8>, Self)>) -> Self {
        let mut entries: Vec<(Vec<u8>, Self)> = Vec::new();
        for (key, value) in members {
            match entries.iter_mut().find(|(other, _)| *other == key) {
                Some((_, old)) => *old = value,
                None => entries.push((key, value)),
            }
        }
        entries.sort_by_key(|(key, _)| index(key).unwrap_or(u64::MAX));
        Self::Object(entries)
    }
}

/// The index of an array that a key is, if it is one.
fn index(key: &[u8]) -> Option<u64> {
    let number: u64 = core::str::from_utf8(key).ok()?.parse().ok()?;
    (number.to_string().as_bytes() == key && number < u64::from(u32::MAX)).then_some(number)
}

pub(crate) fn model(store: &Store, word: Word) -> Model {
    match word.value() {
        Value::Null => Model::Null,
        Value::Bool(flag) => Model::Bool(flag),
        Value::Number(number) => Model::number(number),
        Value::String(id) => Model::Text(store.string(id).to_vec()),
        Value::Blob(kind, id) => Model::Blob(kind, store.blob(id).to_vec()),
        Value::Node(node) if store.kind(node) == Kind::Array => {
            let items = (0..store.slots(node)).map(|slot| model(store, store.get(Cell { node, slot })));
            Model::Array(items.collect())
        }
        Value::Node(node) => {
            let key = |slot| store.string(store.tree.key(node, slot).unwrap()).to_vec();
            Model::Object(store.tree.cells(node).map(|(slot, word)| (key(slot), model(store, word))).collect())
        }
        Value::Undefined | Value::Absent => panic!("no format has {word:?}"),
    }
}

/// Where the plain reader stopped.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Refused {
    At(usize),
    TooDeep,
}

/// One JSON text of a store with the usual limit.
pub(crate) fn json(bytes: &[u8]) -> Result<Model, Refused> {
    if let Err(error) = core::str::from_utf8(bytes) {
        return Err(Refused::At(error.valid_up_to()));
    }
    let at = if bytes.starts_with(&[0xEF, 0xBB, 0xBF]) { 3 } else { 0 };
    let mut plain = Plain { bytes, at };
    let value = plain.value(0)?;
    plain.space();
    if plain.at == bytes.len() { Ok(value) } else { plain.refuse() }
}

struct Plain<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Plain<'_> {
    fn refuse<T>(&self) -> Result<T, Refused> {
        Err(Refused::At(self.at))
    }

    fn next(&self) -> u8 {
        // A NUL is no part of JSON, so it can stand for the end.
        self.bytes.get(self.at).copied().unwrap_or(0)
    }

    fn space(&mut self) {
        while b" \t\r\n".contains(&self.next()) {
            self.at += 1;
        }
    }

    fn expect(&mut self, byte: u8) -> Result<(), Refused> {
        if self.next() != byte {
            return self.refuse();
        }
        self.at += 1;
        Ok(())
    }

    fn value(&mut self, depth: usize) -> Result<Model, Refused> {
        self.space();
        let is_container = matches!(self.next(), b'[' | b'{');
        if is_container && depth == Config::default().depth_max {
            return Err(Refused::TooDeep);
        }
        match self.next() {
            b'[' => self.array(depth),
            b'{' => self.object(depth),
            b'"' => self.text().map(Model::Text),
            b't' => self.literal("true", Model::Bool(true)),
            b'f' => self.literal("false", Model::Bool(false)),
            b'n' => self.literal("null", Model::Null),
            _ => self.number(),
        }
    }

    fn literal(&mut self, letters: &str, value: Model) -> Result<Model, Refused> {
        letters.bytes().try_for_each(|letter| self.expect(letter))?;
        Ok(value)
    }

    fn array(&mut self, depth: usize) -> Result<Model, Refused> {
        self.at += 1;
        let mut items = Vec::new();
        self.space();
        while self.next() != b']' || !items.is_empty() {
            items.push(self.value(depth + 1)?);
            self.space();
            if self.next() == b']' {
                break;
            }
            self.expect(b',')?;
        }
        self.at += 1;
        Ok(Model::Array(items))
    }

    fn object(&mut self, depth: usize) -> Result<Model, Refused> {
        self.at += 1;
        let mut members = Vec::new();
        self.space();
        while self.next() != b'}' || !members.is_empty() {
            self.space();
            let key = self.text()?;
            self.space();
            self.expect(b':')?;
            members.push((key, self.value(depth + 1)?));
            self.space();
            if self.next() == b'}' {
                break;
            }
            self.expect(b',')?;
        }
        self.at += 1;
        Ok(Model::object(members))
    }

    /// Text by way of UTF-16, as JavaScript has it.
    fn text(&mut self) -> Result<Vec<u8>, Refused> {
        self.expect(b'"')?;
        let mut units: Vec<u16> = Vec::new();
        while self.next() != b'"' {
            if self.next() < 0x20 {
                return self.refuse();
            }
            if self.next() == b'\\' {
                self.at += 1;
                units.push(self.escape()?);
                continue;
            }
            let rest = core::str::from_utf8(&self.bytes[self.at..]).unwrap();
            let character = rest.chars().next().unwrap();
            units.extend_from_slice(character.encode_utf16(&mut [0; 2]));
            self.at += character.len_utf8();
        }
        self.at += 1;
        Ok(wtf8(&units))
    }

    fn escape(&mut self) -> Result<u16, Refused> {
        let plain = b"\"\"\\\\//b\x08f\x0Cn\nr\rt\t";
        if self.next() != b'u' {
            let Some(pair) = plain.chunks(2).find(|pair| pair[0] == self.next()) else { return self.refuse() };
            self.at += 1;
            return Ok(pair[1].into());
        }
        self.at += 1;
        let mut unit = 0;
        for _ in 0..4 {
            let Some(digit) = char::from(self.next()).to_digit(16) else { return self.refuse() };
            unit = unit * 16 + digit;
            self.at += 1;
        }
        Ok(unit as u16)
    }

    fn number(&mut self) -> Result<Model, Refused> {
        let start = self.at;
        let digits = |plain: &mut Self| {
            let first = plain.at;
            while plain.next().is_ascii_digit() {
                plain.at += 1;
            }
            if plain.at == first { plain.refuse() } else { Ok(()) }
        };
        if self.next() == b'-' {
            self.at += 1;
        }
        if self.next() == b'0' {
            self.at += 1;
        } else {
            digits(self)?;
        }
        if self.next() == b'.' {
            self.at += 1;
            digits(self)?;
        }
        if matches!(self.next(), b'e' | b'E') {
            self.at += 1;
            if matches!(self.next(), b'+' | b'-') {
                self.at += 1;
            }
            digits(self)?;
        }
        let text = core::str::from_utf8(&self.bytes[start..self.at]).unwrap();
        Ok(Model::number(text.parse().unwrap()))
    }
}

fn wtf8(units: &[u16]) -> Vec<u8> {
    let mut text = Vec::new();
    for unit in char::decode_utf16(units.iter().copied()) {
        match unit {
            Ok(character) => text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
            Err(lone) => {
                let code = lone.unpaired_surrogate();
                text.extend_from_slice(&[0xED, (code >> 6 & 0x3F | 0x80) as u8, (code & 0x3F | 0x80) as u8]);
            }
        }
    }
    text
}

/// Makes what was parsed the state, and shows it.
pub(crate) fn keep(store: &mut Store, word: Word) -> Model {
    store.set(ROOT.node, ROOT.slot, word).unwrap();
    store.commit().unwrap();
    model(store, store.root())
}
