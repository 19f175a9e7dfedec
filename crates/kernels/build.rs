//! Gives the tests a small WebAssembly memory, so that one of them can use all of it.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|arch| arch == "wasm32") {
        println!("cargo::rustc-link-arg-tests=--max-memory=33554432");
    }
}
