//! Unsafe code lives in one crate.

use super::{Complaint, Source, words};

const HOME: &str = "crates/kernels/";

/// What makes the word a piece of code and not of a comment.
const FOLLOWERS: [&str; 5] = ["{", "fn", "impl", "extern", "trait"];

pub(crate) fn check(source: &Source) -> Vec<Complaint> {
    if !source.is_one_of(&[".rs"]) || source.path.starts_with(HOME) {
        return Vec::new();
    }
    let offends = |text: &str| {
        words::positions(text, "unsafe").any(|start| {
            let rest = text[start + "unsafe".len()..].trim_start();
            FOLLOWERS.iter().any(|follower| rest.starts_with(follower))
        })
    };
    let lines = source.text.lines().enumerate().filter(|(_, text)| offends(text));
    lines.map(|(index, _)| Complaint { line: index + 1, message: format!("unsafe code belongs in {HOME}") }).collect()
}

#[cfg(test)]
mod tests {
    use crate::tidy::testing;

    #[test]
    fn only_the_kernels_may() {
        let text = concat!("// unsafe is not needed\nuns", "afe { f() }\nuns", "afe impl T {}\n");
        testing::check(super::check, "crates/core/src/lib.rs", text, &[2, 3]);
        testing::check(super::check, "crates/kernels/src/lib.rs", text, &[]);
        testing::check(super::check, "crates/core/src/lib.rs", "#![forbid(unsafe_code)]\n", &[]);
    }
}
