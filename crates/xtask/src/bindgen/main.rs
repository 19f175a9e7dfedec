//! Builds the engine for the web and writes what the TypeScript runtime imports.
//!
//! Rust to wasm (cargo), wasm to wasm plus glue (wasm-bindgen), wasm to smaller
//! wasm (wasm-opt), and the last two into `bindings/core/src/generated`.

use std::process::ExitCode;

mod artifacts;
mod compile;
mod failure;
mod glue;
mod optimize;
mod options;
mod text;

use failure::Failure;
use options::{Options, Paths};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("xtask build: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Failure> {
    let options = Options::parse(std::env::args().skip(1))?;
    let paths = Paths::of_workspace();
    let compiled = compile::compile(&options, &paths)?;
    let mut bound = glue::bind(&compiled)?;
    let wasm = optimize::optimize(&paths, &bound.wasm)?;
    bound.wasm = wasm;
    artifacts::write(&bound, &paths)
}
