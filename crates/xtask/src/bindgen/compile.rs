//! Rust to wasm.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use crate::failure::Failure;
use crate::options::{Aim, Options, Paths};

/// `simd128` is the one feature asked for beyond the target's defaults; every
/// engine the package supports has it (Chrome 91, Firefox 89, Safari 16.4,
/// Node 16.4). The stack is small because each store has a memory of its own. What
/// is marked `inline`, as most small functions of the standard library are, is inlined
/// as other functions are, not at seven times their size; what is hot says so.
const FLAGS: [&str; 6] =
    ["-C", "target-feature=+simd128", "-C", "link-arg=-zstack-size=262144", "-C", "llvm-args=-inlinehint-threshold=50"];

/// What separates flags for cargo, since paths may have spaces.
const SEPARATOR: &str = "\u{1f}";

/// The flags, and that panics name the files of dependencies without where
/// this machine keeps them: the same sources give the same bytes elsewhere.
fn flags() -> String {
    let mut flags = FLAGS.map(str::to_owned).to_vec();
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    if let Some(home) = home.or_else(|| Some(env::home_dir()?.join(".cargo"))) {
        flags.push(format!("--remap-path-prefix={}=dependencies", home.join("registry/src").display()));
    }
    flags.join(SEPARATOR)
}

/// Compiles the boundary crate with everything below it.
///
/// # Errors
/// [`Failure::Start`] and [`Failure::Exit`] of cargo.
pub(crate) fn compile(options: &Options, paths: &Paths) -> Result<PathBuf, Failure> {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .current_dir(&paths.workspace)
        .args(["build", "--package", "gaesup-wasm", "--target", "wasm32-unknown-unknown"])
        .args(["--profile", "wasm"])
        .env("CARGO_ENCODED_RUSTFLAGS", flags());
    if options.aim == Aim::Speed {
        cargo.args(["--config", "profile.wasm.opt-level=3"]);
    }
    run(&mut cargo, "cargo build")?;
    Ok(paths.target.join("wasm32-unknown-unknown/wasm/gaesup_wasm.wasm"))
}

/// Runs a program to its end.
///
/// # Errors
/// [`Failure::Start`] when it cannot be started, [`Failure::Exit`] when it fails.
pub(crate) fn run(command: &mut Command, name: &str) -> Result<(), Failure> {
    let program = name.to_owned();
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err(Failure::Exit { program }),
        Err(source) => Err(Failure::Start { program, source }),
    }
}
