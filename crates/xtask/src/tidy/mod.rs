//! The house rules a tool can check.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

mod any;
mod imports;
mod leftovers;
mod length;
mod unsafety;
mod words;

/// A file of the project, by its path from the top, with forward slashes.
pub(crate) struct Source {
    path: String,
    text: String,
}

impl Source {
    /// Whether the path ends with one of these, such as `.rs`.
    fn is_one_of(&self, endings: &[&str]) -> bool {
        endings.iter().any(|ending| self.path.ends_with(ending))
    }

    /// Whether it is a test of TypeScript or JavaScript.
    fn is_test(&self) -> bool {
        self.path.contains(".test.") || self.path.contains(".test-d.") || self.path.starts_with("tests/")
    }
}

/// What a rule found: a line, counted from one, or 0 for the whole file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Complaint {
    line: usize,
    message: String,
}

type Rule = fn(&Source) -> Vec<Complaint>;

const RULES: [Rule; 5] = [length::check, leftovers::check, unsafety::check, imports::check, any::check];

const CODE: [&str; 12] =
    [".rs", ".ts", ".tsx", ".mts", ".js", ".mjs", ".cjs", ".vue", ".svelte", ".css", ".html", ".toml"];

/// Checks every file that git knows or would add, and prints what it finds.
pub(crate) fn run() -> ExitCode {
    let top = workspace();
    let Some(sources) = sources(&top) else {
        eprintln!("tidy: git could not list the files of {}", top.display());
        return ExitCode::FAILURE;
    };
    let mut complaints = 0;
    for source in &sources {
        for complaint in RULES.iter().flat_map(|rule| rule(source)) {
            complaints += 1;
            println!("{}:{}: {}", source.path, complaint.line, complaint.message);
        }
    }
    println!("tidy: {} files, {complaints} complaints", sources.len());
    if complaints == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .expect("this package lies two folders below the workspace")
        .to_path_buf()
}

fn sources(top: &Path) -> Option<Vec<Source>> {
    let listed = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(top)
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    let listed = String::from_utf8(listed.stdout).ok()?;
    let mut paths: Vec<&str> =
        listed.split('\0').filter(|path| CODE.iter().any(|ending| path.ends_with(ending))).collect();
    paths.sort_unstable();
    paths.dedup();
    // A file deleted but not yet committed is listed and cannot be read.
    let read = |path: &&str| {
        let text = fs::read_to_string(top.join(path)).ok()?;
        Some(Source { path: (*path).to_owned(), text })
    };
    Some(paths.iter().filter_map(read).collect())
}

#[cfg(test)]
mod testing {
    use super::{Rule, Source};

    /// Runs a rule on a made-up file and compares the lines it complains of.
    pub(crate) fn check(rule: Rule, path: &str, text: &str, expected_lines: &[usize]) {
        let source = Source { path: path.to_owned(), text: text.to_owned() };
        let lines: Vec<usize> = rule(&source).iter().map(|complaint| complaint.line).collect();
        assert_eq!(lines, expected_lines, "{path}:\n{text}");
    }
}
