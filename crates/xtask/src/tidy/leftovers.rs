//! What is left behind for later, or for one's own eyes.

use super::{Complaint, Source, words};

// Spelled in two halves, so that this file passes its own rule.
const NOTES: [&str; 4] = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X"), concat!("HA", "CK")];

const RUST: [&str; 4] =
    [concat!("to", "do!"), concat!("unimpl", "emented!"), concat!("db", "g!"), concat!("#[ign", "ore")];

const RUNNERS: [&str; 5] = ["it", "test", "describe", "suite", "bench"];

const CHOICES: [&str; 3] = [".only", ".skip", concat!(".to", "do")];

pub(crate) fn check(source: &Source) -> Vec<Complaint> {
    let is_rust = source.is_one_of(&[".rs"]);
    let mut complaints = Vec::new();
    for (index, text) in source.text.lines().enumerate() {
        let found = if is_rust { note(text).or_else(|| rust(text)) } else { note(text).or_else(|| chosen(text)) };
        if let Some(what) = found {
            complaints.push(Complaint { line: index + 1, message: format!("'{what}' is left over") });
        }
    }
    complaints
}

fn note(text: &str) -> Option<String> {
    NOTES.iter().find(|word| words::contains(text, word)).map(ToString::to_string)
}

fn rust(text: &str) -> Option<String> {
    let calls = |mark: &&&str| text.match_indices(**mark).any(|(start, _)| starts_word(text, start));
    RUST.iter().find(calls).map(ToString::to_string)
}

/// A test that runs alone or not at all.
fn chosen(text: &str) -> Option<String> {
    RUNNERS
        .iter()
        .flat_map(|runner| CHOICES.iter().map(move |choice| format!("{runner}{choice}")))
        .find(|call| words::contains(text, call))
}

fn starts_word(text: &str, start: usize) -> bool {
    !text[..start].chars().next_back().is_some_and(|before| before.is_alphanumeric() || before == '_')
}

#[cfg(test)]
mod tests {
    use crate::tidy::testing;

    fn check(path: &str, text: &str, expected_lines: &[usize]) {
        testing::check(super::check, path, text, expected_lines);
    }

    #[test]
    fn notes_are_found_in_any_language() {
        check("a.rs", concat!("fn f() {}\n// TO", "DO: more\n"), &[2]);
        check("a.ts", concat!("// FIX", "ME\n// a HA", "CKney carriage\n"), &[1]);
        check("a.css", concat!("/* XX", "X */\n"), &[1]);
    }

    #[test]
    fn unfinished_rust_is_found() {
        check("a.rs", concat!("to", "do!()\ndb", "g!(x);\nunimpl", "emented!()\n"), &[1, 2, 3]);
        check("a.rs", concat!("my_db", "g!(x);\n"), &[]);
        check("a.rs", concat!("#[ign", "ore = \"slow\"]\n"), &[1]);
    }

    #[test]
    fn tests_that_run_alone_or_never_are_found() {
        check("a.test.ts", concat!("test.sk", "ip('x')\ndescribe.on", "ly('x')\n"), &[1, 2]);
        check("a.test.ts", "cursor.skip(3)\ntest('only')\n", &[]);
    }
}
