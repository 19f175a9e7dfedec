//! Dependencies point one way: kernels and codec, core, wasm, bindings/core, adapters, examples.

use super::{Complaint, Source};

/// Which of our crates each of our crates may depend on.
const CRATES: [(&str, &[&str]); 4] = [
    ("crates/kernels/Cargo.toml", &[]),
    ("crates/codec/Cargo.toml", &[]),
    ("crates/core/Cargo.toml", &["gaesup-codec", "gaesup-kernels"]),
    ("crates/wasm/Cargo.toml", &["gaesup-core"]),
];

const RUNTIME: &str = "bindings/core/";

/// What the examples have in common.
const SHARED: &str = "examples/shared/";

pub(crate) fn check(source: &Source) -> Vec<Complaint> {
    if source.path.ends_with("Cargo.toml") {
        return check_crate(source);
    }
    if !source.is_one_of(&[".ts", ".tsx", ".js", ".mjs", ".vue", ".svelte"]) || source.is_test() {
        return Vec::new();
    }
    let numbered = source.text.lines().enumerate();
    numbered
        .filter_map(|(index, text)| {
            let target = resolve(&source.path, imported(text)?)?;
            let message = complaint(&source.path, &target)?;
            Some(Complaint { line: index + 1, message })
        })
        .collect()
}

fn check_crate(source: &Source) -> Vec<Complaint> {
    let Some((_, allowed)) = CRATES.iter().find(|(path, _)| *path == source.path) else {
        return Vec::new();
    };
    let named = |text: &str| {
        let name = text.split(['.', ' ', '=']).next().unwrap_or_default();
        let is_ours = name.starts_with("gaesup-") && !allowed.contains(&name);
        is_ours.then(|| format!("this crate must not depend on {name}"))
    };
    let numbered = source.text.lines().enumerate();
    numbered.filter_map(|(index, text)| Some(Complaint { line: index + 1, message: named(text)? })).collect()
}

/// The relative module a line imports, if any.
fn imported(text: &str) -> Option<&str> {
    let (_, tail) = text.split_once(" from ").or_else(|| text.split_once("import"))?;
    let tail = tail.trim_start_matches([' ', '(']);
    let quote = tail.chars().next().filter(|first| ['\'', '"'].contains(first))?;
    let path = tail[1..].split(quote).next()?;
    path.starts_with('.').then_some(path)
}

/// A relative import as a path from the top of the project.
fn resolve(from: &str, import: &str) -> Option<String> {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in import.split('/') {
        match part {
            "." => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

/// The folder of two names that a file of bindings or examples belongs to.
fn room(path: &str) -> Option<&str> {
    let end = path.match_indices('/').nth(1)?.0;
    (path.starts_with("bindings/") || path.starts_with("examples/")).then_some(&path[..=end])
}

fn complaint(from: &str, target: &str) -> Option<String> {
    let room = room(from)?;
    let is_adapter = room.starts_with("bindings/") && room != RUNTIME;
    let is_example = room.starts_with("examples/");
    let allowed = target.starts_with(room)
        || (is_adapter && target.starts_with(RUNTIME))
        || (is_example && target.starts_with(SHARED));
    (!allowed).then(|| format!("{room} must not import {target}"))
}

#[cfg(test)]
mod tests {
    use crate::tidy::testing;

    fn check(path: &str, text: &str, expected_lines: &[usize]) {
        testing::check(super::check, path, text, expected_lines);
    }

    #[test]
    fn crates_depend_downwards() {
        check("crates/core/Cargo.toml", "[dependencies]\ngaesup-kernels.workspace = true\n", &[]);
        check("crates/codec/Cargo.toml", "[dependencies]\ngaesup-kernels.workspace = true\n", &[2]);
        check("crates/kernels/Cargo.toml", "[dependencies]\ngaesup-core.workspace = true\n", &[2]);
        check("crates/wasm/Cargo.toml", "gaesup-core = { path = \"../core\" }\ngaesup-kernels = \"1\"\n", &[2]);
    }

    #[test]
    fn the_runtime_stands_alone() {
        check("bindings/core/src/a.ts", "import { b } from './b.ts';\nimport 'vitest';\n", &[]);
        check("bindings/core/src/a.ts", "import { u } from '../../react/src/u.ts';\n", &[1]);
    }

    #[test]
    fn adapters_import_the_runtime_only() {
        check("bindings/react/src/a.ts", "export { s } from '../../core/src/index.ts';\n", &[]);
        check("bindings/react/src/a.ts", "const x = await import('../../vue/src/b.ts');\n", &[1]);
    }

    #[test]
    fn examples_use_the_package() {
        check("examples/cities/src/a.ts", "import { createStore } from 'gaesup-state';\n", &[]);
        check("examples/cities/src/a.ts", "import '../../../bindings/core/src/index.ts';\n", &[1]);
        check("examples/vue/src/a.ts", "import '../../shared/src/b.ts';\n", &[]);
        check("examples/vue/src/a.ts", "import '../../react/src/b.ts';\n", &[1]);
    }
}
