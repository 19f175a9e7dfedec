//! `stats()` as a JavaScript object.

use serde::Serialize;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

use crate::Engine;

/// Sizes by part, in bytes.
#[derive(Serialize)]
struct Bytes {
    columns: usize,
    lists: usize,
    dictionaries: usize,
    strings: usize,
    metadata: usize,
    free: usize,
    reserved: usize,
    peak: usize,
    log: usize,
    history: usize,
}

/// What the engine knows of the public `Stats`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Stats {
    records: u32,
    lists: u32,
    dictionaries: u32,
    shapes: u32,
    strings: u32,
    bytes: Bytes,
    commands: f64,
    pages_touched: f64,
    views_built: f64,
    views_live: u32,
    watchers: u32,
}

#[wasm_bindgen]
impl Engine {
    /// Counts and sizes now, as a plain object.
    ///
    /// # Errors
    /// Throws when the object cannot be made.
    pub fn stats(&self) -> Result<JsValue, JsValue> {
        let stats = self.store.stats();
        let told = Stats {
            records: stats.records,
            lists: stats.lists,
            dictionaries: stats.dictionaries,
            shapes: stats.shapes,
            strings: stats.strings,
            bytes: Bytes {
                columns: stats.column_bytes,
                lists: stats.list_bytes,
                dictionaries: stats.dictionary_bytes,
                strings: stats.string_bytes,
                metadata: stats.metadata_bytes,
                free: stats.free_bytes,
                reserved: stats.reserved_bytes,
                peak: stats.peak_bytes,
                log: stats.log_bytes,
                history: stats.history_bytes,
            },
            commands: stats.commands as f64,
            pages_touched: stats.pages_touched as f64,
            views_built: stats.views_built as f64,
            views_live: stats.views_live,
            watchers: stats.watchers,
        };
        Ok(serde_wasm_bindgen::to_value(&told)?)
    }
}
