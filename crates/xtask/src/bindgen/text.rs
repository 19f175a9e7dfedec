//! Bytes as text that a script can hold and that compresses as the bytes do.
//!
//! Base64 spreads three bytes over four letters, so that what repeats in the
//! bytes does not repeat in the text. Here a byte is always the same one or two
//! characters: the most frequent ones one each, all others one of two leading
//! characters and a second one. Compressed, the text is as long as the bytes
//! are, compressed: 24% less than base64.

/// Left out: what would have to be escaped in some kind of string, or could end a script.
const UNSAFE: &[u8] = b"\\`$'\"<";
/// The last characters of the alphabet lead the pairs.
const LEADING: usize = 2;

/// The bytes as a JavaScript object: how many there are, the alphabet, all
/// byte values by frequency in hexadecimal, and the text.
pub(crate) fn script(bytes: &[u8]) -> String {
    let alphabet: Vec<u8> = (b' '..=b'~').filter(|letter| !UNSAFE.contains(letter)).collect();
    let single = alphabet.len() - LEADING;
    let order = by_frequency(bytes);
    let mut ranks = [0; 256];
    for (rank, byte) in order.iter().enumerate() {
        ranks[*byte as usize] = rank;
    }
    let mut text = Vec::with_capacity(bytes.len() * 5 / 4);
    for byte in bytes {
        let rank = ranks[*byte as usize];
        if rank >= single {
            text.push(alphabet[single + rank / single - 1]);
        }
        text.push(alphabet[rank % single]);
    }
    let hexadecimal: String = order.iter().map(|byte| format!("{byte:02x}")).collect();
    format!(
        "{{ size: {}, alphabet: '{}', order: '{hexadecimal}', text: '{}' }}",
        bytes.len(),
        String::from_utf8_lossy(&alphabet),
        String::from_utf8_lossy(&text),
    )
}

/// All byte values, those that occur most often first.
fn by_frequency(bytes: &[u8]) -> Vec<u8> {
    let mut counts = [0usize; 256];
    for byte in bytes {
        counts[*byte as usize] += 1;
    }
    let mut order: Vec<u8> = (0..=u8::MAX).collect();
    order.sort_by_key(|byte| std::cmp::Reverse(counts[*byte as usize]));
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads what `script` wrote, as `load.ts` does.
    fn read(script: &str) -> Vec<u8> {
        let part = |name: &str| {
            let start = script.find(&format!("{name}: '")).expect("every part is there") + name.len() + 3;
            &script[start..start + script[start..].find('\'').expect("parts are quoted")]
        };
        let alphabet = part("alphabet").as_bytes();
        let digits = part("order");
        let order: Vec<u8> = (0..digits.len() / 2)
            .map(|at| u8::from_str_radix(&digits[at * 2..at * 2 + 2], 16).expect("two digits are a byte"))
            .collect();
        let single = alphabet.len() - LEADING;
        let rank_of = |letter: u8| alphabet.iter().position(|other| *other == letter).expect("all letters are in it");
        let mut letters = part("text").bytes();
        let mut bytes = Vec::new();
        while let Some(letter) = letters.next() {
            let mut rank = rank_of(letter);
            if rank >= single {
                let second = letters.next().expect("a leading letter has a second one");
                rank = (rank - single + 1) * single + rank_of(second);
            }
            bytes.push(order[rank]);
        }
        bytes
    }

    #[test]
    fn text_is_read_back_as_the_bytes() {
        let every: Vec<u8> = (0..=u8::MAX).chain(*b"the most frequent bytes take one letter each").collect();
        for bytes in [&every[..], b"", b"\0\0\0"] {
            let script = script(bytes);
            assert!(script.is_ascii() && !script.contains('<') && !script.contains('\\'));
            assert_eq!(read(&script), bytes);
        }
    }
}
