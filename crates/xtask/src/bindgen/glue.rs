//! Wasm to wasm plus JavaScript glue, and that glue as a factory.
//!
//! wasm-bindgen's glue is a singleton that finds and fetches its own wasm. A
//! store needs an instance of its own, made synchronously from a module that is
//! compiled once; and a bundler or a worker must not meet `document`, `fetch`
//! or a URL it would try to resolve. So the loading half is cut out, and the
//! rest is wrapped in a function that each store calls.

use std::path::Path;

use wasm_bindgen_cli_support::Bindgen;

use crate::failure::Failure;

/// A module with the code that talks to it.
#[derive(Debug)]
pub(crate) struct Bound {
    pub(crate) wasm: Vec<u8>,
    pub(crate) script: String,
    pub(crate) types: String,
}

const SCRIPT_HEAD: &str = "\
export function makeGlue() {
const exports = { __proto__: null };
";

const SCRIPT_TAIL: &str = "
function initSync({ module }) {
    const instance = new WebAssembly.Instance(module, __wbg_get_imports());
    return __wbg_finalize_init(instance, module);
}

return Object.assign(exports, { initSync });
}
";

/// What must not be left in the factory: it breaks a bundler, a worker, or a
/// module that another realm compiled.
const FORBIDDEN: [&str; 6] = ["document", "fetch(", "import.meta", "location", "new URL(", "instanceof WebAssembly"];

const TYPES_HEAD: &str = "\
/** One set of bindings for one instance; nothing works before `initSync`. */
export declare function makeGlue(): typeof Glue
export type { Glue, InitOutput }

";

const TYPES_TAIL: &str = "
declare namespace Glue {
    /** Instantiates a compiled module, at once and once. */
    export function initSync(options: { module: WebAssembly.Module }): InitOutput;
}
";

/// Generates the bindings of a compiled module.
///
/// # Errors
/// [`Failure::Bindgen`] from the generator, [`Failure::Glue`] when its output
/// no longer looks as expected.
pub(crate) fn bind(compiled: &Path) -> Result<Bound, Failure> {
    let refused = |error| Failure::Bindgen { message: format!("{error:#}") };
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(compiled)
        .no_modules(true)
        .and_then(|bindgen| bindgen.no_modules_global("Glue"))
        .map_err(refused)?
        .typescript(true)
        .remove_name_section(true)
        .remove_producers_section(true);
    let mut output = bindgen.generate_output().map_err(refused)?;
    let script = factory(output.js())?;
    let types = factory_types(output.ts().unwrap_or_default())?;
    Ok(Bound { wasm: output.wasm_mut().emit_wasm(), script, types })
}

/// Turns the singleton into `makeGlue`, without its loading half.
fn factory(script: &str) -> Result<String, Failure> {
    let (_, body) = split(script, "let Glue = (function(exports) {")?;
    let (_, body) = split(body, "location.href).toString();")?;
    let (_, body) = split(body, "}\n")?;
    let (body, loading) = split(body, "async function __wbg_load(")?;
    split(loading, "return Object.assign(__wbg_init, { initSync }, exports);")?;
    if let Some(word) = FORBIDDEN.into_iter().find(|word| body.contains(word)) {
        return Err(Failure::Leftover { word });
    }
    let body = body.trim_end();
    Ok(format!("{SCRIPT_HEAD}{body}\n{SCRIPT_TAIL}"))
}

/// Keeps the declarations of the exports and drops those of the loading half.
fn factory_types(types: &str) -> Result<String, Failure> {
    let (exports, loading) = split(types, "declare type InitInput")?;
    let (_, output) = split(loading, "declare interface InitOutput {")?;
    let (output, _) = split(output, "\n}")?;
    Ok(format!("{TYPES_HEAD}{exports}declare interface InitOutput {{{output}\n}}\n{TYPES_TAIL}"))
}

/// What stands before and after the first `mark`.
fn split<'text>(text: &'text str, mark: &'static str) -> Result<(&'text str, &'text str), Failure> {
    text.split_once(mark).ok_or(Failure::Glue { missing: mark })
}

#[cfg(test)]
mod tests {
    use super::{factory, factory_types};

    const GLUE: &str = "
let Glue = (function(exports) {
let script_src;
if (typeof document !== 'undefined') {
    script_src = new URL(document.currentScript.src, location.href).toString();
}
exports.answer = () => wasm.answer();
async function __wbg_load(module, imports) { return fetch(module) }
return Object.assign(__wbg_init, { initSync }, exports);
})({ __proto__: null });
";

    const TYPES: &str = "declare namespace Glue {
    export function answer(): number;
}
declare type InitInput = URL;
declare interface InitOutput {
    readonly memory: WebAssembly.Memory;
}
declare function Glue(input: InitInput): Promise<InitOutput>;
";

    #[test]
    fn the_loading_half_is_cut_out() {
        let script = factory(GLUE).unwrap();
        assert!(script.starts_with("export function makeGlue() {"), "{script}");
        assert!(script.contains("exports.answer = () => wasm.answer();\n"), "{script}");
        assert!(!script.contains("__wbg_load"), "{script}");
        let types = factory_types(TYPES).unwrap();
        assert!(types.contains("export function answer(): number;"), "{types}");
        assert!(types.contains("readonly memory: WebAssembly.Memory;"), "{types}");
        assert!(!types.contains("InitInput"), "{types}");
    }

    #[test]
    fn a_glue_of_another_shape_is_refused() {
        for mark in ["let Glue", "location.href", "__wbg_load", "return Object.assign"] {
            let error = factory(&GLUE.replace(mark, "changed")).unwrap_err();
            assert!(error.to_string().contains("must learn its new shape"), "{error}");
        }
        let error = factory(&GLUE.replace("wasm.answer()", "fetch('x')")).unwrap_err();
        assert!(error.to_string().contains("fetch("), "{error}");
    }
}
