//! What the fuzz target for snapshots does. Checksums are not looked at here:
//! whoever damages bytes on purpose can get those right as well.

use gaesup_core::{Codec, Config, ErrorCode, Format, ROOT, Store, diff_snapshots, equal_snapshots};

use crate::{LIMIT_BYTES, state};

/// Opens bytes as a snapshot, whole and in pieces: refused with nothing left
/// of it, or a state whose own snapshot is opened as the same.
pub fn open(data: &[u8]) {
    let mut store = opened(data, data.len().max(1));
    let mut again = opened(data, 7);
    check_beside_others(data, store.is_some());
    check_pages([data, data]);
    let (Some(store), Some(again)) = (&mut store, &mut again) else {
        assert!(store.is_none() && again.is_none());
        return;
    };
    let bytes = store.snapshot(ROOT, Codec::Auto, 1).expect("no memory is missing");
    let mut copy = opened(&bytes, bytes.len()).expect("what was written can be read");
    assert_eq!(bytes, copy.snapshot(ROOT, Codec::Auto, 1).expect("no memory is missing"));
    check_pages([data, &bytes]);
    check_pages([&bytes, data]);
    let before = state(store);
    assert_eq!(before, state(again));
    assert_eq!(before, state(&mut copy));
    let mut other = new_store();
    let word = other.parse(ROOT, Format::Json, br#"{"rows":[{"id":1},{"id":2}],"a":[1,2,3]}"#).expect("this is JSON");
    other.set(ROOT.node, ROOT.slot, word).expect("the root can be replaced");
    other.commit().expect("no memory is missing");
    let word = other.load_whole(ROOT, &bytes).expect("what was written can be read");
    other.reconcile(ROOT, word, None).expect("no memory is missing");
    other.commit().expect("no memory is missing");
    assert_eq!(before, state(&mut other));
}

/// What pages tell of two snapshots of one state, if anything, is that they are the same.
fn check_pages(pair: [&[u8]; 2]) {
    let told = equal_snapshots(pair);
    assert!(told.is_err() || told == Ok(true));
    for key in [None, Some(&b"id"[..])] {
        let mut record = Vec::new();
        assert!(diff_snapshots(pair, key, &mut record).is_err() || record == [0]);
    }
}

/// A store that has strings, rows and pages of its own takes the same for a snapshot.
fn check_beside_others(data: &[u8], is_snapshot: bool) {
    let mut store = new_store();
    let word = store.parse(ROOT, Format::Json, br#"{"a":["b","c",{"id":1}]}"#).expect("this is JSON");
    store.set(ROOT.node, ROOT.slot, word).expect("the root can be replaced");
    store.commit().expect("no memory is missing");
    match store.load_whole(ROOT, data) {
        Ok(word) => {
            assert!(is_snapshot);
            store.set(ROOT.node, ROOT.slot, word).expect("the root can be replaced");
        }
        Err(error) => {
            assert!(!is_snapshot && error.code() != ErrorCode::OutOfMemory);
            assert_eq!(store.stats().records, 2);
        }
    }
}

fn new_store() -> Store {
    let mut store = Store::new(Config { limit_bytes: LIMIT_BYTES, ..Config::default() }).expect("memory is there");
    store.set_recording(true);
    store
}

fn opened(data: &[u8], piece: usize) -> Option<Store> {
    let mut store = new_store();
    let mut loader = store.begin_load(ROOT);
    let read = data.chunks(piece).try_for_each(|piece| store.load(&mut loader, piece));
    match read.and_then(|()| store.end_load(loader)) {
        Ok(word) => {
            store.set(ROOT.node, ROOT.slot, word).expect("the root can be replaced");
            store.commit().expect("no memory is missing");
            Some(store)
        }
        Err(error) => {
            assert_ne!(error.code(), ErrorCode::OutOfMemory);
            let stats = store.stats();
            assert_eq!((stats.records, stats.lists, stats.dictionaries), (0, 0, 0));
            None
        }
    }
}
