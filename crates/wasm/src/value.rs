//! Decoding values: words, and the bytes and parts that may follow them.

use gaesup_core::{BlobKind, Error, Handle, Kind, Store, StringId, TAG_FIRST, Word};

use crate::input::Words;

/// Bytes follow; how many is the low half. The middle says what they are.
pub(crate) const TAG_TEXT: u16 = 0xFFFD;
/// A container's parts follow. The middle says which, the low half how many.
pub(crate) const TAG_OPEN: u16 = 0xFFFE;

/// Instead of a key in a place that the history leaves out: any.
pub(crate) const TAG_ANY: u16 = 0xFFFF;

/// What the bytes behind a [`TAG_TEXT`] are: text, the same when the sender
/// wants to learn its id, or a blob of the kind whose code is two less.
pub(crate) const TEXT_PLAIN: u8 = 0;
const TEXT_REPORTED: u8 = 1;
const TEXT_BLOBS: u8 = 2;

/// What the parts behind a [`TAG_OPEN`] are.
const OPEN_ARRAY: u8 = 0;
const OPEN_ENTRIES: u8 = 1;
const OPEN_MAP: u8 = 2;
const OPEN_KEYED: u8 = 3;

/// The upper 16 bits of a word.
/// Who will hold the texts that are read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holder {
    /// The cell that the value is put into, or one of a container in it.
    Cell,
    /// Whoever: the value is compared with others first, or a text is a key.
    Any,
}

pub(crate) const fn tag(bits: u64) -> u16 {
    (bits >> 48) as u16
}

/// The number between the tag and the low half, which is a byte.
fn middle(bits: u64) -> Option<u8> {
    u8::try_from((bits >> 32) as u16).ok()
}

/// What the bytes behind a [`TAG_TEXT`] are.
pub(crate) fn text_kind(bits: u64) -> Option<u8> {
    middle(bits)
}

/// Reads tokens of the value being built; answers whether it is complete.
/// Ids of texts whose sender wants to know them go to `reported`.
pub(crate) fn read(
    store: &mut Store,
    words: &mut Words<'_>,
    reported: &mut Vec<u32>,
    holder: Holder,
) -> Result<bool, Error> {
    while !store.value_is_done() {
        if words.is_empty() {
            return Ok(false);
        }
        if store.value_wants_key() {
            let key = key(store, words, reported)?;
            store.value_key(key)?;
            continue;
        }
        let bits = words.next()?;
        match tag(bits) {
            TAG_OPEN => open(store, bits, words)?,
            TAG_TEXT => {
                let word = text(store, bits, words, reported, holder)?;
                store.value_scalar(word)?;
            }
            _ => match Word::from_bits(bits).as_node() {
                None => store.value_scalar(scalar(bits).ok_or(words.corrupt())?)?,
                Some(node) => {
                    let generation = words.next()? as u32;
                    let node = store.current(Handle { node, generation })?;
                    store.value_copy(node)?;
                }
            },
        }
    }
    Ok(true)
}

/// A key: a string's word, or its text.
pub(crate) fn key(store: &mut Store, words: &mut Words<'_>, reported: &mut Vec<u32>) -> Result<StringId, Error> {
    let bits = words.next()?;
    let word =
        if tag(bits) == TAG_TEXT { text(store, bits, words, reported, Holder::Any)? } else { Word::from_bits(bits) };
    word.as_string().ok_or(words.corrupt())
}

fn text(
    store: &mut Store,
    bits: u64,
    words: &mut Words<'_>,
    reported: &mut Vec<u32>,
    holder: Holder,
) -> Result<Word, Error> {
    let kind = text_kind(bits).ok_or(words.corrupt())?;
    let bytes = words.take(bits as u32 as usize)?;
    if kind > TEXT_REPORTED {
        let kind = BlobKind::from_code(kind - TEXT_BLOBS).filter(|kind| kind.can_be(bytes)).ok_or(words.corrupt())?;
        return match holder {
            Holder::Cell => store.intern_blob_value(kind, bytes),
            Holder::Any => store.intern_blob(kind, bytes),
        };
    }
    let id = match holder {
        Holder::Cell => store.intern_value(bytes),
        Holder::Any => store.intern(bytes),
    }?;
    if kind != TEXT_PLAIN {
        reported.try_reserve(1).map_err(|_| Error::OutOfMemory)?;
        reported.push(id.0);
    }
    Ok(Word::string(id))
}

fn open(store: &mut Store, bits: u64, words: &Words<'_>) -> Result<(), Error> {
    let low = bits as u32;
    match middle(bits) {
        Some(OPEN_ARRAY) => store.value_array(low),
        Some(OPEN_ENTRIES) => store.value_entries(Kind::Object, low),
        Some(OPEN_MAP) => store.value_entries(Kind::Map, low),
        Some(OPEN_KEYED) => store.value_keyed(low),
        _ => Err(words.corrupt()),
    }
}

/// The word of a value without parts or bytes: a number, constant or string.
pub(crate) fn scalar(bits: u64) -> Option<Word> {
    if tag(bits) < TAG_FIRST {
        return Some(Word::number(f64::from_bits(bits)));
    }
    let word = Word::from_bits(bits);
    let constant = [Word::UNDEFINED, Word::NULL, Word::FALSE, Word::TRUE].contains(&word);
    (constant || word.as_string().is_some()).then_some(word)
}
