//! What the TypeScript runtime imports, written and weighed.

use std::fs;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::failure::Failure;
use crate::glue::Bound;
use crate::options::Paths;
use crate::text;

const INLINE_TYPES: &str = "\
/** The bytes of `gaesup.wasm` as text; `load.ts` tells how to read it. */
export declare const wasmText: {
  readonly size: number
  readonly alphabet: string
  readonly order: string
  readonly text: string
}
";

/// Resolves beside whichever file it is bundled into.
const URL_SCRIPT: &str = "\
export const wasmUrl = () => new URL('./gaesup.wasm', import.meta.url)
";

const URL_TYPES: &str = "\
/** Where `gaesup.wasm` lies: beside the module this is bundled into. */
export declare const wasmUrl: () => URL
";

/// Writes all generated files and prints their sizes.
///
/// # Errors
/// [`Failure::File`] for the file that could not be written.
pub(crate) fn write(bound: &Bound, paths: &Paths) -> Result<(), Failure> {
    fs::create_dir_all(&paths.generated).map_err(Failure::file(&paths.generated))?;
    let inline = format!("export const wasmText = {}\n", text::script(&bound.wasm));
    let files: [(&str, &[u8]); 7] = [
        ("gaesup.wasm", &bound.wasm),
        ("glue.js", bound.script.as_bytes()),
        ("glue.d.ts", bound.types.as_bytes()),
        ("wasm-inline.js", inline.as_bytes()),
        ("wasm-inline.d.ts", INLINE_TYPES.as_bytes()),
        ("wasm-url.js", URL_SCRIPT.as_bytes()),
        ("wasm-url.d.ts", URL_TYPES.as_bytes()),
    ];
    for (name, bytes) in files {
        let path = paths.generated.join(name);
        fs::write(&path, bytes).map_err(Failure::file(&path))?;
    }
    for (name, bytes) in &files[..2] {
        println!("{name:<12} {:>8} bytes, {:>7} gzip", bytes.len(), gzip_size(bytes));
    }
    Ok(())
}

fn gzip_size(bytes: &[u8]) -> usize {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("writing to a Vec cannot fail").len()
}
