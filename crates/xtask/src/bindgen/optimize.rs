//! Wasm to smaller and faster wasm.

use std::fs;
use std::process::Command;

use crate::compile::run;
use crate::failure::Failure;
use crate::options::Paths;

/// What Node 20, Chrome 115 and Safari 16.4 all understand. `--all-features`
/// would let the optimiser emit what they do not.
const FEATURES: [&str; 7] = [
    "--enable-simd",
    "--enable-bulk-memory",
    "--enable-sign-ext",
    "--enable-nontrapping-float-to-int",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// With gzip, -Oz is no smaller. Large functions with one caller stay functions: the
/// compiler has inlined what it should, and with fewer locals each is shorter. Addresses
/// below 1,024, the far end of the stack, are taken as unused, so that constants can be
/// folded into offsets.
const PASSES: [&str; 5] =
    ["-O3", "--converge", "--one-caller-inline-max-function-size=30", "--low-memory-unused", "--strip-target-features"];

/// Runs the npm package binaryen's `wasm-opt`.
///
/// # Errors
/// [`Failure::File`], and [`Failure::Start`] and [`Failure::Exit`] of node.
pub(crate) fn optimize(paths: &Paths, wasm: &[u8]) -> Result<Vec<u8>, Failure> {
    let input = paths.target.join("gaesup.bound.wasm");
    let output = paths.target.join("gaesup.wasm");
    fs::write(&input, wasm).map_err(Failure::file(&input))?;
    let mut node = Command::new("node");
    node.arg(paths.workspace.join("node_modules/binaryen/bin/wasm-opt"))
        .args(PASSES)
        .args(FEATURES)
        .arg(&input)
        .arg("--output")
        .arg(&output);
    run(&mut node, "node (wasm-opt of the npm package binaryen)")?;
    fs::read(&output).map_err(Failure::file(&output))
}
