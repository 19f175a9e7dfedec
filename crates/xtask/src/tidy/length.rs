//! A file should fit one head.

use super::{Complaint, Source};

const LINES_MAX: usize = 500;

pub(crate) fn check(source: &Source) -> Vec<Complaint> {
    let lines = source.text.lines().count();
    if lines <= LINES_MAX {
        return Vec::new();
    }
    let message = format!("{lines} lines; {LINES_MAX} are the most, so look for a second room inside");
    vec![Complaint { line: 0, message }]
}

#[cfg(test)]
mod tests {
    use crate::tidy::testing;

    #[test]
    fn the_limit_itself_is_allowed() {
        testing::check(super::check, "a.rs", &"//\n".repeat(500), &[]);
        testing::check(super::check, "a.rs", &"//\n".repeat(501), &[0]);
    }
}
