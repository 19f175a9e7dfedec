//! What the fuzz targets do with payloads: bytes that are to become a value.

use gaesup_core::{Cell, Config, Error, ErrorCode, Format, ROOT, Store, Word};

use crate::value::Value;
use crate::{LIMIT_BYTES, commit, state};

/// Parses a payload as a whole and record by record: it is the same value, or
/// refused with nothing left of it.
pub fn parse(format: Format, data: &[u8]) {
    let whole = parsed(format, data);
    let Some(items) = items(format, data) else { return };
    match (whole, items) {
        (Ok(whole), Ok(items)) => assert_eq!(whole, items),
        (Err(whole), Err(_)) => assert_ne!(whole.code(), ErrorCode::OutOfMemory),
        (whole, items) => panic!("as a whole {whole:?}, in parts {items:?}"),
    }
}

fn store() -> Store {
    let mut store = Store::new(Config { limit_bytes: LIMIT_BYTES, ..Config::default() }).expect("memory is there");
    store.set_recording(true);
    store
}

fn parsed(format: Format, data: &[u8]) -> Result<Value, Error> {
    let mut store = store();
    let parsed = store.parse(ROOT, format, data).inspect_err(|error| check_refused(&mut store, data, *error));
    store.set(ROOT.node, ROOT.slot, parsed?).expect("the root can be replaced");
    commit(&mut store);
    Ok(state(&mut store))
}

/// What the records of a payload are together, if they are those of an array.
fn items(format: Format, data: &[u8]) -> Option<Result<Value, Error>> {
    let mut store = store();
    match store.records(format, data) {
        Ok(None) => None,
        Err(error) => {
            check_refused(&mut store, data, error);
            Some(Err(error))
        }
        Ok(Some(records)) => {
            let array = store.parse(ROOT, Format::Json, b"[]").expect("this is an array");
            store.set(ROOT.node, ROOT.slot, array).expect("the root can be replaced");
            let mut array = array.as_node().expect("an array is a container");
            for (record, slot) in records.iter().zip(0..) {
                let item = store.parse_record(Cell { node: array, slot }, format, data, record);
                let inserted = item.and_then(|item| store.insert(array, slot, &[item]));
                match inserted {
                    Ok(moved) => array = moved,
                    Err(error) => {
                        assert!((record.start as usize..=record.end as usize).contains(&store.parse_offset()));
                        return Some(Err(error));
                    }
                }
            }
            commit(&mut store);
            Some(Ok(state(&mut store)))
        }
    }
}

fn check_refused(store: &mut Store, data: &[u8], error: Error) {
    assert!(matches!(error, Error::CorruptData { .. } | Error::TooDeep { .. } | Error::LimitExceeded), "{error}");
    assert!(store.parse_offset() <= data.len());
    let stats = store.stats();
    assert_eq!((stats.records, stats.lists, stats.dictionaries), (0, 0, 0));
    assert_eq!(store.root(), Word::UNDEFINED);
    assert!(store.commit().expect("nothing was done").is_none());
}
