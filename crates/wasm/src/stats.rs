//! `stats()` as a JavaScript object.

use serde::{Serialize, Serializer};
use wasm_bindgen::prelude::JsValue;

use crate::Engine;

/// A number, or an object of them. One type for all objects, and as a map: what is
/// generated for structs keeps a cache of their keys, ten times the code of this.
enum Told<'values> {
    Number(f64),
    Object(&'values [(&'static str, Told<'values>)]),
}

impl Serialize for Told<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Number(number) => serializer.serialize_f64(*number),
            Self::Object(entries) => serializer.collect_map(entries.iter().map(|(key, value)| (key, value))),
        }
    }
}

impl Engine {
    /// Counts and sizes now, as a plain object: what the engine knows of the public `Stats`.
    ///
    /// # Errors
    /// Throws when the object cannot be made.
    pub fn stats(&self) -> Result<JsValue, JsValue> {
        let stats = self.store.stats();
        let count = |count: u32| Told::Number(f64::from(count));
        let size = |bytes: usize| Told::Number(bytes as f64);
        let bytes = [
            ("columns", size(stats.column_bytes)),
            ("lists", size(stats.list_bytes)),
            ("dictionaries", size(stats.dictionary_bytes)),
            ("strings", size(stats.string_bytes)),
            ("metadata", size(stats.metadata_bytes)),
            ("free", size(stats.free_bytes)),
            ("reserved", size(stats.reserved_bytes)),
            ("peak", size(stats.peak_bytes)),
            ("log", size(stats.log_bytes)),
            ("history", size(stats.history_bytes)),
        ];
        let told = [
            ("records", count(stats.records)),
            ("lists", count(stats.lists)),
            ("dictionaries", count(stats.dictionaries)),
            ("shapes", count(stats.shapes)),
            ("strings", count(stats.strings)),
            ("bytes", Told::Object(&bytes)),
            ("commands", Told::Number(stats.commands as f64)),
            ("pagesTouched", Told::Number(stats.pages_touched as f64)),
            ("viewsBuilt", Told::Number(stats.views_built as f64)),
            ("viewsLive", count(stats.views_live)),
            ("watchers", count(stats.watchers)),
        ];
        let serializer = serde_wasm_bindgen::Serializer::new().serialize_maps_as_objects(true);
        Ok(Told::Object(&told).serialize(&serializer)?)
    }
}
