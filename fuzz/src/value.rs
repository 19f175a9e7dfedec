//! A reader of values by the letter of the format, for records that are right.

/// A value; what has no parts is known by its bytes.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value {
    /// Undefined, or not there.
    #[default]
    Nothing,
    /// A value without parts: its tag, and its bytes or its text.
    Plain(u8, Vec<u8>),
    /// Items.
    Array(Vec<Value>),
    /// Keys and values; whether it is a map.
    Entries(bool, Vec<(Vec<u8>, Value)>),
}

const ROOT: u64 = 5;

/// The old value of the only operation of a record, which is about the root.
pub fn replaced_root(record: &[u8]) -> Value {
    let mut reader = Reader { bytes: record, texts: Vec::new() };
    assert_eq!([reader.varint(), reader.varint(), reader.varint()], [1, ROOT, 0], "one operation, the root's");
    reader.value()
}

impl Value {
    /// The same but for the order of keys.
    pub fn sorted(self) -> Self {
        match self {
            Self::Array(items) => Self::Array(items.into_iter().map(Self::sorted).collect()),
            Self::Entries(is_map, entries) => {
                let mut entries: Vec<_> = entries.into_iter().map(|(key, value)| (key, value.sorted())).collect();
                entries.sort_by(|one, other| one.0.cmp(&other.0));
                Self::Entries(is_map, entries)
            }
            plain => plain,
        }
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    texts: Vec<Vec<u8>>,
}

impl Reader<'_> {
    fn value(&mut self) -> Value {
        match self.byte() {
            0 => Value::Nothing,
            tag @ (1..=3 | 0x40..=0xBF) => Value::Plain(tag, Vec::new()),
            4 => Value::Plain(4, self.varint().to_le_bytes().to_vec()),
            tag @ (5 | 7) => Value::Plain(tag, self.take(8)),
            6 => {
                let token = self.varint();
                Value::Plain(6, self.text(token))
            }
            tag @ (8 | 9) => {
                let len = self.varint();
                Value::Plain(tag, self.take(len))
            }
            10 => {
                let count = self.varint();
                Value::Array((0..count).map(|_| self.value()).collect())
            }
            tag @ (11 | 12) => self.entries(tag == 12),
            tag @ 0xC0.. => Value::Plain(6, self.texts[usize::from(tag - 0xC0)].clone()),
            tag => panic!("no value has the tag {tag}"),
        }
    }

    fn entries(&mut self, is_map: bool) -> Value {
        let count = self.varint();
        let mut entries = Vec::new();
        for _ in 0..count {
            let token = self.varint();
            entries.push((self.text(token), self.value()));
        }
        if !is_map {
            // Wherever they are put, indexes stand in front.
            entries.sort_by_key(|(key, _)| index(key).unwrap_or(u64::MAX));
        }
        Value::Entries(is_map, entries)
    }

    fn text(&mut self, token: u64) -> Vec<u8> {
        let text = match token {
            0 => {
                let len = self.varint();
                self.take(len)
            }
            1 => self.take(16),
            _ => return self.texts[token as usize - 2].clone(),
        };
        self.texts.push(text.clone());
        text
    }

    fn varint(&mut self) -> u64 {
        let (mut number, mut shift) = (0, 0);
        loop {
            let byte = self.byte();
            number |= u64::from(byte & 0x7F) << shift;
            shift += 7;
            if byte < 0x80 {
                return number;
            }
        }
    }

    fn byte(&mut self) -> u8 {
        self.take(1)[0]
    }

    fn take(&mut self, len: u64) -> Vec<u8> {
        let (taken, rest) = self.bytes.split_at(len as usize);
        self.bytes = rest;
        taken.to_vec()
    }
}

/// The index of an array that a key is, if it is one.
fn index(key: &[u8]) -> Option<u64> {
    let number: u64 = core::str::from_utf8(key).ok()?.parse().ok()?;
    (number.to_string().as_bytes() == key && number < u64::from(u32::MAX)).then_some(number)
}
