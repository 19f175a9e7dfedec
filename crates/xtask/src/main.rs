//! `cargo xtask build` and `cargo xtask tidy`.
//!
//! Building needs the glue generator, which takes long to compile; it lives in
//! a program of its own behind a feature, so that `tidy` stays quick.

use std::env;
use std::process::{Command, ExitCode};

mod tidy;

const USAGE: &str = "\
usage: cargo xtask build [--optimize speed|size]   wasm, glue and inlined bytes into bindings/core/src/generated
       cargo xtask tidy                            the house rules a tool can check";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.first().map(String::as_str) {
        Some("build") => build(&arguments[1..]),
        Some("tidy") if arguments.len() == 1 => tidy::run(),
        _ => {
            eprintln!("{USAGE}");
            ExitCode::from(2)
        }
    }
}

fn build(arguments: &[String]) -> ExitCode {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["run", "--quiet", "--package", "xtask", "--features", "bindgen", "--bin", "bindgen", "--"])
        .args(arguments)
        .status();
    match status {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("xtask: cannot run cargo: {error}");
            ExitCode::FAILURE
        }
    }
}
