//! Users see exact types.

use super::{Complaint, Source, words};

pub(crate) fn check(source: &Source) -> Vec<Complaint> {
    if !source.path.starts_with("bindings/") || !source.is_one_of(&[".ts", ".tsx"]) || source.is_test() {
        return Vec::new();
    }
    let lines = source.text.lines().enumerate().filter(|(_, text)| names_any(text));
    lines
        .map(|(index, _)| Complaint { line: index + 1, message: "'any' hides a type; use 'unknown' or name it".into() })
        .collect()
}

fn names_any(text: &str) -> bool {
    let code = text.split("//").next().unwrap_or_default();
    if code.trim_start().starts_with(['*', '/']) {
        return false;
    }
    words::positions(code, "any").any(|start| {
        let before = code[..start].trim_end();
        let after = &code[start + "any".len()..];
        before.ends_with([':', '<', '|', '&', '=']) || before.ends_with(" as") || after.starts_with("[]")
    })
}

#[cfg(test)]
mod tests {
    use crate::tidy::testing;

    #[test]
    fn types_are_told_from_prose() {
        let text = "let a: any\nb as any\nMap<any>\nany[]\n// note: any value\n * result: any\nconst company = 1\n";
        testing::check(super::check, "bindings/core/src/a.ts", text, &[1, 2, 3, 4]);
        testing::check(super::check, "bindings/core/src/a.test.ts", text, &[]);
        testing::check(super::check, "examples/a.ts", text, &[]);
    }
}
