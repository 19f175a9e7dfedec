//! Finding words, where a longer name that contains one is another word.

/// Byte offsets at which `word` stands alone in `text`.
pub(crate) fn positions<'text>(text: &'text str, word: &'text str) -> impl Iterator<Item = usize> + 'text {
    let is_part = |character: char| character.is_alphanumeric() || character == '_';
    text.match_indices(word).map(|(start, _)| start).filter(move |&start| {
        let before = text[..start].chars().next_back();
        let after = text[start + word.len()..].chars().next();
        !before.is_some_and(is_part) && !after.is_some_and(is_part)
    })
}

/// Whether `word` stands alone in `text`.
pub(crate) fn contains(text: &str, word: &str) -> bool {
    positions(text, word).next().is_some()
}

#[cfg(test)]
mod tests {
    use super::contains;

    #[test]
    fn a_word_ends_where_a_name_ends() {
        for (text, expected) in [
            ("cat", true),
            ("a cat.", true),
            ("(cat)", true),
            ("concat", false),
            ("cats", false),
            ("cat_flap", false),
            ("\u{e9}cat", false),
            ("", false),
        ] {
            assert_eq!(contains(text, "cat"), expected, "{text}");
        }
    }
}
