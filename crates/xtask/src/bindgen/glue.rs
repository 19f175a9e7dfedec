//! Wasm to wasm plus JavaScript glue, and that glue as a factory.
//!
//! wasm-bindgen's glue is a singleton that finds and fetches its own wasm. A
//! store needs an instance of its own, made synchronously from a module that is
//! compiled once; and a bundler or a worker must not meet `document`, `fetch`
//! or a URL it would try to resolve. So the loading half is cut out, and the
//! rest is wrapped in a function that each store calls. Functions that do nothing
//! but call the module's go as well: the module's are called directly.

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
export function makeGlue(module) {
const exports = { __proto__: null };
";

const SCRIPT_TAIL: &str = "
const instance = new WebAssembly.Instance(module, __wbg_get_imports());
return Object.assign({}, __wbg_finalize_init(instance, module), exports);
}
";

/// What must not be left in the factory: it breaks a bundler, a worker, or a
/// module that another realm compiled.
const FORBIDDEN: [&str; 6] = ["document", "fetch(", "import.meta", "location", "new URL(", "instanceof WebAssembly"];

const TYPES_HEAD: &str = "\
/** One instance with its bindings. Numbers may come signed. */
export declare function makeGlue(module: WebAssembly.Module): typeof Glue
export type { Glue }

";

const TYPES_TAIL: &str = "
declare namespace Glue {
    export const memory: WebAssembly.Memory;
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
    let body = without_wrappers(body.trim_end());
    Ok(format!("{SCRIPT_HEAD}{body}\n{SCRIPT_TAIL}"))
}

/// Leaves out the functions that only call the module's function of their name.
fn without_wrappers(body: &str) -> String {
    let mut parts = body.split("/**\n");
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once("*/\n").and_then(|(_, code)| after_wrapper(code)) {
            Some(rest) => kept.push_str(rest.trim_start()),
            None => kept.extend(["/**\n", part]),
        }
    }
    kept
}

/// What stands behind such a function, if the text begins with one.
fn after_wrapper(code: &str) -> Option<&str> {
    let (signature, code) = code.strip_prefix("function ")?.split_once(" {\n")?;
    let name = signature.split('(').next()?;
    let code = code.strip_prefix("const ret = ").unwrap_or(code);
    let code = code.strip_prefix(&format!("wasm.{signature};\n"))?;
    let code = code.strip_prefix("return ret >>> 0;\n").unwrap_or(code);
    code.strip_prefix(&format!("}}\nexports.{name} = {name};\n"))
}

/// Keeps the declarations of the exports and drops those of the loading half.
fn factory_types(types: &str) -> Result<String, Failure> {
    let (exports, _) = split(types, "declare type InitInput")?;
    Ok(format!("{TYPES_HEAD}{exports}{TYPES_TAIL}"))
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
/**
 * @returns {number}
 */
function answer() {
const ret = wasm.answer();
return ret >>> 0;
}
exports.answer = answer;

/**
 * @returns {string}
 */
function message() {
const ret = wasm.message();
return text(ret);
}
exports.message = message;

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
        assert!(script.starts_with("export function makeGlue(module) {"), "{script}");
        assert!(script.contains("exports.message = message;\n"), "{script}");
        assert!(!script.contains("answer"), "what only calls on is cut out: {script}");
        assert!(!script.contains("__wbg_load"), "{script}");
        let types = factory_types(TYPES).unwrap();
        assert!(types.contains("export function answer(): number;"), "{types}");
        assert!(types.contains("const memory: WebAssembly.Memory;"), "{types}");
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
