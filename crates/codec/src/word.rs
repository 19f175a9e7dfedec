//! One value in eight bytes.
//!
//! A [`Word`] is a NaN-boxed value: every `f64` stands for itself, and the
//! negative quiet NaNs that no computation produces carry everything else.
//! The same eight bytes are what a wide column page stores and what crosses
//! the boundary, so neither side ever translates a value twice.

/// A value, or a reference to one that lives elsewhere in the store.
///
/// The upper 16 bits are the tag; below [`TAG_FIRST`] they belong to a number.
///
/// | tag | payload |
/// | --- | --- |
/// | `0xFFF9` | a constant: undefined, null, false, true or absent |
/// | `0xFFFA` | an interned string's id |
/// | `0xFFFB` | an interned blob's id, with its [`BlobKind`] in bits 32..48 |
/// | `0xFFFC` | a node: its table without the lowest three bits, row, those three bits |
///
/// A node's lowest bits are its table's, so that short arrays of different
/// lengths, whose tables are neighbours, differ little and fit narrow pages.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Word(u64);

/// The lowest tag that is not part of a number.
pub const TAG_FIRST: u16 = 0xFFF9;
const TAG_CONSTANT: u16 = 0xFFF9;
const TAG_STRING: u16 = 0xFFFA;
const TAG_BLOB: u16 = 0xFFFB;
const TAG_NODE: u16 = 0xFFFC;
const NAN_CANONICAL: u64 = 0x7FF8_0000_0000_0000;

/// What an interned blob means to the caller; the core only compares bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum BlobKind {
    /// Milliseconds since 1970 as the eight bytes of an `f64`.
    Date = 0,
    /// Decimal digits with an optional sign.
    BigInt = 1,
    /// Raw bytes.
    Bytes = 2,
}

impl BlobKind {
    /// The kind written as `code`, when there is one.
    #[must_use]
    pub const fn from_code(code: u8) -> Option<Self> {
        match code {
            0 => Some(Self::Date),
            1 => Some(Self::BigInt),
            2 => Some(Self::Bytes),
            _ => None,
        }
    }

    /// Whether bytes are what this kind says, in the one way there is to write it: a time of eight that a
    /// date can have, or digits without zeros in front.
    #[must_use]
    pub fn can_be(self, bytes: &[u8]) -> bool {
        match self {
            Self::Date => <[u8; 8]>::try_from(bytes).is_ok_and(|bytes| is_time(f64::from_le_bytes(bytes))),
            Self::BigInt => {
                let digits = bytes.strip_prefix(b"-").unwrap_or(bytes);
                let is_canonical = digits.first().is_some_and(|first| *first != b'0') || bytes == b"0";
                is_canonical && digits.iter().all(u8::is_ascii_digit)
            }
            Self::Bytes => true,
        }
    }
}

/// Whether a number is the time of a date: whole milliseconds within a hundred million days
/// of 1970, zero without a sign, or the one NaN for a date that is none.
fn is_time(time: f64) -> bool {
    const TIME_MAX: f64 = 8.64e15;
    if time.is_nan() {
        return time.to_bits() == NAN_CANONICAL;
    }
    let is_negative_zero = time == 0.0 && time.is_sign_negative();
    time.abs() <= TIME_MAX && time.fract() == 0.0 && !is_negative_zero
}

/// A container of one store: which table holds it, and in which row.
///
/// A node says where a container is now. When the container is freed its row
/// may be used again, so what is kept for later is a node with a generation.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Node {
    /// The table; the first few have fixed meanings, the others are shapes'.
    pub table: u16,
    /// The row in that table.
    pub row: u32,
}

/// Names an interned string of one store.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub struct StringId(pub u32);

/// A word taken apart, for matching.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Value {
    /// JavaScript's `undefined`.
    Undefined,
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// Any double, NaN, -0 and infinities included.
    Number(f64),
    /// An interned string.
    String(StringId),
    /// An interned blob and what it stands for.
    Blob(BlobKind, u32),
    /// A container.
    Node(Node),
    /// No value: the key does not exist here.
    Absent,
}

/// The bits of a table that stand below the row in a node's word.
const TABLE_LOW_BITS: u32 = 3;
const TABLE_LOW: u64 = (1 << TABLE_LOW_BITS) - 1;
/// How far the other bits of the table move up.
const NODE_ROW_BITS: u32 = 32;

#[inline]
const fn node_of(bits: u64) -> Node {
    let high = (bits >> NODE_ROW_BITS) as u16 & !(TABLE_LOW as u16);
    Node { table: high | (bits & TABLE_LOW) as u16, row: (bits >> TABLE_LOW_BITS) as u32 }
}

#[inline]
const fn tagged(tag: u16, middle: u16, low: u32) -> u64 {
    ((tag as u64) << 48) | ((middle as u64) << 32) | low as u64
}

impl Word {
    /// JavaScript's `undefined`.
    pub const UNDEFINED: Self = Self(tagged(TAG_CONSTANT, 0, 0));
    /// `null`.
    pub const NULL: Self = Self(tagged(TAG_CONSTANT, 0, 1));
    /// `false`.
    pub const FALSE: Self = Self(tagged(TAG_CONSTANT, 0, 2));
    /// `true`.
    pub const TRUE: Self = Self(tagged(TAG_CONSTANT, 0, 3));
    /// The marker of a key that does not exist.
    pub const ABSENT: Self = Self(tagged(TAG_CONSTANT, 0, 4));
    /// The number zero.
    pub const ZERO: Self = Self(0);

    /// A number; every NaN becomes the one canonical NaN.
    #[must_use]
    #[inline]
    pub fn number(value: f64) -> Self {
        if value.is_nan() { Self(NAN_CANONICAL) } else { Self(value.to_bits()) }
    }

    /// A small unsigned number.
    #[must_use]
    #[inline]
    pub fn count(value: u32) -> Self {
        Self(f64::from(value).to_bits())
    }

    /// `true` or `false`.
    #[must_use]
    #[inline]
    pub const fn bool(value: bool) -> Self {
        if value { Self::TRUE } else { Self::FALSE }
    }

    /// A reference to an interned string.
    #[must_use]
    #[inline]
    pub const fn string(id: StringId) -> Self {
        Self(tagged(TAG_STRING, 0, id.0))
    }

    /// A reference to an interned blob.
    #[must_use]
    #[inline]
    pub const fn blob(kind: BlobKind, id: u32) -> Self {
        Self(tagged(TAG_BLOB, kind as u16, id))
    }

    /// A reference to a container.
    #[must_use]
    #[inline]
    pub const fn node(node: Node) -> Self {
        let table = node.table as u64;
        let payload = (table & !TABLE_LOW) << NODE_ROW_BITS | (node.row as u64) << TABLE_LOW_BITS | table & TABLE_LOW;
        Self((TAG_NODE as u64) << 48 | payload)
    }

    /// A container in a snapshot, where only its form is named.
    #[must_use]
    #[inline]
    pub const fn form(number: u32) -> Self {
        Self(tagged(TAG_NODE, 0, number))
    }

    /// The number of the form that a word of a snapshot names.
    #[must_use]
    #[inline]
    pub const fn as_form(self) -> Option<u32> {
        if self.0 >> 32 == (TAG_NODE as u64) << 16 { Some(self.0 as u32) } else { None }
    }

    /// The eight bytes as stored and as they cross the boundary.
    #[must_use]
    #[inline]
    pub const fn to_bits(self) -> u64 {
        self.0
    }

    /// Takes back what [`Word::to_bits`] gave; [`Word::value`] of anything
    /// else is [`Value::Absent`] or a reference that leads nowhere.
    #[must_use]
    #[inline]
    pub const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    /// Whether this is a number.
    #[must_use]
    #[inline]
    pub const fn is_number(self) -> bool {
        ((self.0 >> 48) as u16) < TAG_FIRST
    }

    /// Whether this is a number as [`Word::number`] makes it: there is one NaN.
    #[must_use]
    #[inline]
    pub fn is_own_number(self) -> bool {
        self.as_number().is_some_and(|number| Self::number(number) == self)
    }

    /// Whether this is `undefined`, `null`, `false` or `true`.
    #[must_use]
    #[inline]
    pub const fn is_constant(self) -> bool {
        self.0 >= Self::UNDEFINED.0 && self.0 <= Self::TRUE.0
    }

    /// Whether this is a number or a constant: nothing that lives elsewhere.
    #[must_use]
    #[inline]
    pub const fn is_plain(self) -> bool {
        ((self.0 >> 48) as u16) <= TAG_CONSTANT
    }

    /// Whether this is the marker of a missing key.
    #[must_use]
    #[inline]
    pub const fn is_absent(self) -> bool {
        self.0 == Self::ABSENT.0
    }

    /// The container this refers to.
    #[must_use]
    #[inline]
    pub const fn as_node(self) -> Option<Node> {
        if (self.0 >> 48) as u16 == TAG_NODE { Some(node_of(self.0)) } else { None }
    }

    /// The interned string this refers to.
    #[must_use]
    #[inline]
    pub const fn as_string(self) -> Option<StringId> {
        if (self.0 >> 48) as u16 == TAG_STRING { Some(StringId(self.0 as u32)) } else { None }
    }

    /// The interned blob this refers to.
    #[must_use]
    #[inline]
    pub const fn as_blob(self) -> Option<u32> {
        if (self.0 >> 48) as u16 == TAG_BLOB { Some(self.0 as u32) } else { None }
    }

    /// The number this is.
    #[must_use]
    #[inline]
    pub const fn as_number(self) -> Option<f64> {
        if self.is_number() { Some(f64::from_bits(self.0)) } else { None }
    }

    /// The number as an integer when it is one of magnitude up to 2^53 (-0 is not).
    #[must_use]
    #[inline]
    #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "compared bit for bit")]
    pub const fn as_integer(self) -> Option<i64> {
        if !self.is_number() {
            return None;
        }
        let integer = f64::from_bits(self.0) as i64;
        let exact = (integer as f64).to_bits() == self.0 && integer.unsigned_abs() <= 1 << 53;
        if exact { Some(integer) } else { None }
    }

    /// An integer of magnitude up to 2^53.
    #[must_use]
    #[inline]
    #[expect(clippy::cast_precision_loss, reason = "callers pass what came from an f64")]
    pub const fn integer(value: i64) -> Self {
        Self((value as f64).to_bits())
    }

    /// The word taken apart.
    #[must_use]
    #[inline]
    pub const fn value(self) -> Value {
        match (self.0 >> 48) as u16 {
            TAG_CONSTANT => match self.0 as u32 {
                0 => Value::Undefined,
                1 => Value::Null,
                2 => Value::Bool(false),
                3 => Value::Bool(true),
                _ => Value::Absent,
            },
            TAG_STRING => Value::String(StringId(self.0 as u32)),
            TAG_BLOB => match BlobKind::from_code((self.0 >> 32) as u8) {
                Some(kind) => Value::Blob(kind, self.0 as u32),
                None => Value::Absent,
            },
            TAG_NODE => Value::Node(node_of(self.0)),
            tag if tag < TAG_FIRST => Value::Number(f64::from_bits(self.0)),
            _ => Value::Absent,
        }
    }
}

impl core::fmt::Debug for Word {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.value().fmt(formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_survives_the_word() {
        for number in [0.0, -0.0, 1.5, f64::MAX, f64::MIN_POSITIVE, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(Word::number(number).as_number().map(f64::to_bits), Some(number.to_bits()));
        }
        assert!(matches!(Word::number(-f64::NAN).value(), Value::Number(n) if n.is_nan()));
        for table in [0, 3, 8, 0x1234, u16::MAX] {
            for row in [0, 1, 0x1234_5678, u32::MAX] {
                let node = Node { table, row };
                assert_eq!(Word::node(node).value(), Value::Node(node));
                assert_eq!(Word::node(node).as_node(), Some(node));
            }
        }
        assert_eq!(Word::string(StringId(7)).value(), Value::String(StringId(7)));
        assert_eq!(Word::blob(BlobKind::Bytes, 9).value(), Value::Blob(BlobKind::Bytes, 9));
        assert_eq!(Word::ABSENT.value(), Value::Absent);
    }

    #[test]
    fn numbers_and_constants_have_one_form_each() {
        for word in [Word::UNDEFINED, Word::NULL, Word::FALSE, Word::TRUE] {
            assert!(word.is_constant() && !word.is_own_number());
        }
        for number in [0.0, -0.0, f64::NAN, f64::MIN, f64::INFINITY, f64::NEG_INFINITY] {
            assert!(Word::number(number).is_own_number() && !Word::number(number).is_constant());
        }
        let others = [1, 1 << 32, 1 << 48].map(|more| Word::from_bits(Word::TRUE.to_bits() + more));
        let nans = [0x7FF0_0000_0000_0001, 0x7FF8_0000_0000_0001, 0xFFF8_0000_0000_0000, 0xFFF8_FFFF_FFFF_FFFF];
        for word in others.into_iter().chain(nans.map(Word::from_bits)).chain([Word::string(StringId(0))]) {
            assert!(!word.is_constant() && !word.is_own_number(), "{word:?}");
        }
    }

    #[test]
    fn only_exact_integers_are_integers() {
        assert_eq!(Word::number(-12.0).as_integer(), Some(-12));
        assert_eq!(Word::number(-0.0).as_integer(), None);
        assert_eq!(Word::number(0.5).as_integer(), None);
        assert_eq!(Word::number(f64::NAN).as_integer(), None);
        assert_eq!(Word::number(1e300).as_integer(), None);
        assert_eq!(Word::TRUE.as_integer(), None);
    }
}
