//! What JavaScript calls: the methods of the one engine as functions.
//!
//! A class of wasm-bindgen would count references and borrows of each instance in
//! each call, which in a module that is one store anyway took 4 KB of code.

use std::cell::Cell;

use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

use crate::Engine;

thread_local! {
    /// Away while it works; for good after a trap.
    static ENGINE: Cell<Option<&'static mut Engine>> = const { Cell::new(None) };
}

/// Makes the engine; see [`Engine::new`].
///
/// # Errors
/// Throws when there is no memory for an empty store.
#[wasm_bindgen]
pub fn start(limit_bytes: f64, depth_max: u32, seed: u32) -> Result<(), String> {
    let engine = Engine::new(limit_bytes, depth_max, seed)?;
    ENGINE.set(Some(Box::leak(Box::new(engine))));
    Ok(())
}

macro_rules! exports {
    ($($name:ident($($argument:ident: $type:ty),*) $(-> $result:ty)?;)*) => {
        $(
            #[doc = concat!("See [`Engine::", stringify!($name), "`].")]
            #[wasm_bindgen]
            pub fn $name($($argument: $type),*) $(-> $result)? {
                let engine = ENGINE.take().expect("the engine was started, and nothing calls it while it works");
                let answer = engine.$name($($argument),*);
                ENGINE.set(Some(engine));
                answer
            }
        )*
    };
}

exports! {
    input() -> usize;
    input_bytes() -> usize;
    reserve_input(size_bytes: usize) -> u32;
    shrink_input() -> u32;
    output() -> usize;
    message() -> String;
    feed(end: usize) -> u32;
    commit(end: usize) -> u32;
    apply(end: usize, then: u32) -> u32;
    finish(end: usize) -> u32;
    number(operation: u32, table: u16, row: u32, generation: u32, slot: u32, value: f64) -> u32;
    rollback(innermost: bool) -> u32;
    define_keys(from: usize, len: usize) -> u32;
    watch(watcher: u32, from: usize, len: usize) -> u32;
    watch_dependencies(watcher: u32, from: usize, len: usize) -> u32;
    unwatch(watcher: u32);
    collect(end: usize) -> u32;
    stats() -> Result<JsValue, JsValue>;
    resolve(table: u16, row: u32, generation: u32, from: usize, len: usize) -> u32;
    read(table: u16, row: u32, generation: u32, slot: u32) -> u32;
    peek(table: u16, row: u32, generation: u32, from: usize, len: usize) -> u32;
    before(table: u16, row: u32) -> u32;
    locate(table: u16, row: u32, generation: u32) -> u32;
    look(table: u16, row: u32, slot: u32);
    seek(table: u16, row: u32, from: usize, len: usize) -> u32;
    count(table: u16, row: u32) -> u32;
    view_of(table: u16, row: u32) -> u32;
    follow() -> u32;
    path_of(table: u16, row: u32, generation: u32) -> u32;
    moves() -> u32;
    cells(table: u16, row: u32, from: u32, count: u32) -> u32;
    keys(table: u16, row: u32) -> u32;
    open_view(table: u16, row: u32) -> u32;
    read_view() -> u32;
    string(id: u32);
    blob(id: u32);
    table_keys(table: u16);
    keep_journal(bytes_max: f64);
    keep_history(steps_max: f64, bytes_max: f64);
    exclude(from: usize, len: usize) -> u32;
    tell_commits(is_open: bool);
    stamp(label: u32, group: u32, at_ms: f64, coalesce_ms: f64);
    commits();
    author(origin: u32, is_foreign: bool);
    confirmed() -> u32;
    since(versions: u32) -> u32;
    compose(from: usize, len: usize) -> u32;
    apply_record(from: usize, len: usize, is_inverted: bool, span: u32, is_foreign: bool) -> u32;
    travel(steps: i32, exactly: bool) -> u32;
    begin_effect(id: u32);
    end_effect(whole: u32) -> u32;
    pending(id: u32) -> u32;
    settle(id: u32, keep: bool) -> u32;
    float_pending() -> u32;
    conflicts();
    drop_pending() -> u32;
    can_travel(redoes: bool) -> u32;
    history();
    history_steps();
    end_step();
    clear_history();
    payload_room(size_bytes: usize) -> u32;
    payload_place(size_bytes: usize) -> u32;
    release_payload();
    begin_capture(from: usize, len: usize, codec: u32, schema: u32) -> u32;
    step_capture(steps: u32) -> u32;
    capture_pieces() -> u32;
    end_capture();
    inspect() -> u32;
    begin_load(from: usize, len: usize) -> u32;
    load() -> u32;
    end_load() -> u32;
    parse(from: usize, len: usize, format: u32) -> u32;
    compare() -> u32;
    adopt(from: usize, len: usize, flags: u32) -> u32;
    tally();
    equal_pages(first_bytes: usize) -> u32;
    diff_pages(first_bytes: usize, from: usize, len: usize) -> u32;
    freeze() -> u32;
    next_frozen() -> u32;
    thaw();
}
