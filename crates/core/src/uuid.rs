//! UUIDs in half the bytes.
//!
//! Records are often named by UUIDs in their canonical text form (RFC 9562:
//! 36 characters, lowercase), each of which is one of its kind, so interning
//! them as they are would be most of a table's memory.

/// A marker that no text starts with, and the sixteen bytes.
pub(crate) const PACKED_BYTES: usize = 17;
/// Characters of the text form.
pub(crate) const TEXT_BYTES: usize = 36;
/// No byte of UTF-8, nor of a lone surrogate's encoding.
pub(crate) const MARKER: u8 = 0xFF;
const DIGITS: &[u8; 16] = b"0123456789abcdef";

const fn is_dash(at: usize) -> bool {
    matches!(at, 8 | 13 | 18 | 23)
}

/// Where the pairs of digits stand.
const PAIRS: [usize; PACKED_BYTES - 1] = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];
/// All bits, which no digit adds to those of others.
const NO_DIGIT: u8 = 0xFF;
/// What a character is as a digit.
const DIGIT_OF: [u8; 256] = {
    let mut digits = [NO_DIGIT; 256];
    let mut value = 0;
    while value < DIGITS.len() {
        digits[DIGITS[value] as usize] = value as u8;
        value += 1;
    }
    digits
};

/// The packed form of a UUID in its canonical text form.
pub(crate) fn pack(text: &[u8]) -> Option<[u8; PACKED_BYTES]> {
    let text: &[u8; TEXT_BYTES] = text.try_into().ok()?;
    let mut packed = [MARKER; PACKED_BYTES];
    let mut all = 0;
    for (byte, at) in packed[1..].iter_mut().zip(PAIRS) {
        let [high, low] = [text[at], text[at + 1]].map(|character| DIGIT_OF[usize::from(character)]);
        *byte = high << 4 | low & 15;
        all |= high | low;
    }
    let has_dashes = (0..TEXT_BYTES).filter(|at| is_dash(*at)).all(|at| text[at] == b'-');
    (all != NO_DIGIT && has_dashes).then_some(packed)
}

/// The text of a packed UUID; none for any other bytes.
pub(crate) fn unpack(bytes: &[u8]) -> Option<[u8; TEXT_BYTES]> {
    let [MARKER, packed @ ..] = bytes else { return None };
    if packed.len() + 1 != PACKED_BYTES {
        return None;
    }
    let mut text = [b'-'; TEXT_BYTES];
    let places = (0..TEXT_BYTES).filter(|at| !is_dash(*at));
    for (number, at) in places.enumerate() {
        text[at] = DIGITS[usize::from(packed[number / 2] >> (4 * (1 - number % 2)) & 15)];
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_uuid_comes_back(uuid in "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}") {
            let packed = pack(uuid.as_bytes()).unwrap();
            prop_assert_eq!(&unpack(&packed).unwrap()[..], uuid.as_bytes());
        }

        #[test]
        fn nothing_but_a_canonical_uuid_is_packed(at in 0usize..36, other in any::<u8>()) {
            let mut text = *b"64a38ca7-7819-4b6c-b9b1-050e3cb635c0";
            text[at] = other;
            match pack(&text) {
                Some(packed) => prop_assert_eq!(unpack(&packed), Some(text)),
                None => prop_assert!(DIGIT_OF[usize::from(other)] == NO_DIGIT || is_dash(at)),
            }
        }
    }

    #[test]
    fn text_is_not_taken_for_a_packed_one() {
        assert_eq!(pack(b"64A38CA7-7819-4B6C-B9B1-050E3CB635C0"), None);
        assert_eq!(unpack(b"seventeen letters"), None);
        assert_eq!(unpack(&[MARKER]), None);
    }
}
