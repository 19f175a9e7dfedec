//! Savepoints, and what is read while a transaction is open.

use super::*;

#[test]
fn a_savepoint_takes_back_what_came_after_it() {
    let mut store = start(&json!({ "n": 1, "o": { "p": 1 } }));
    let node = root(&store);
    store.increment(node, 0, 1.0).unwrap();
    store.save().unwrap();
    store.increment(node, 0, 1.0).unwrap();
    store.save().unwrap();
    set(&mut store, node, 1, &json!([1]));
    store.rollback_to_save().unwrap();
    check(&store, &json!({ "n": 3, "o": { "p": 1 } }));
    store.release();
    store.increment(node, 0, 1.0).unwrap();
    store.save().unwrap();
    store.delete(node, 1).unwrap();
    store.rollback_to_save().unwrap();
    assert_eq!(changes(&mut store), ["n: 1 > 4"]);
    everything_is_freed(store);
}

#[test]
fn views_read_in_a_transaction_go_with_it() {
    let mut store = start(&json!({ "a": { "n": 1 }, "b": {} }));
    let node = root(&store);
    view_all(&mut store);
    let (changed, other) = (child(&store, node, 0), child(&store, node, 1));
    let views = [store.view(node), store.view(changed), store.view(other)];
    store.increment(changed, 0, 1.0).unwrap();
    view_all(&mut store);
    let meanwhile = [store.view(node), store.view(changed)];
    assert!(!views.contains(&meanwhile[0]) && !views.contains(&meanwhile[1]));
    store.save().unwrap();
    store.increment(changed, 0, 1.0).unwrap();
    view_all(&mut store);
    assert_eq!(store.rollback_to_save().unwrap().views.len(), 2);
    assert_eq!([store.view(node), store.view(changed)], meanwhile);
    let mut void = store.rollback().unwrap().views.clone();
    void.sort_unstable();
    let mut expected = meanwhile.to_vec();
    expected.sort_unstable();
    assert_eq!(void, expected);
    assert_eq!([store.view(node), store.view(changed), store.view(other)], views);
    assert_eq!(store.views.live(), 3);
}

#[test]
fn a_commit_without_changes_tells_of_views_made_meanwhile() {
    let mut store = start(&json!({ "n": 1 }));
    let node = root(&store);
    view_all(&mut store);
    let view = store.view(node);
    store.increment(node, 0, 1.0).unwrap();
    view_all(&mut store);
    let meanwhile = store.view(node);
    store.increment(node, 0, -1.0).unwrap();
    let report = store.commit().unwrap().unwrap();
    assert_eq!((report.changes, report.views.as_slice()), (0, [meanwhile].as_slice()));
    assert_eq!((store.view(node), store.stats().commits), (view, 1));
}

#[test]
fn views_made_before_anything_was_done_are_like_all_others() {
    let mut store = start(&json!({ "a": { "n": 1 } }));
    let node = root(&store);
    let inner = child(&store, node, 0);
    store.save().unwrap();
    store.increment(inner, 0, 1.0).unwrap();
    store.rollback_to_save().unwrap();
    store.save().unwrap();
    let mut words = Vec::new();
    let mut stream = store.open_view(inner, &mut words).unwrap();
    assert!(store.read_view(&mut stream, &mut words, usize::MAX).unwrap());
    store.release();
    view_all(&mut store);
    store.increment(inner, 0, 1.0).unwrap();
    assert_eq!(store.commit().unwrap().unwrap().views.len(), 2);
    assert_eq!((store.view(node), store.view(inner), store.views.live()), (0, 0, 0));
}

#[test]
fn nothing_is_collected_while_a_transaction_is_open() {
    let mut store = start(&json!({ "n": 1 }));
    store.save().unwrap();
    assert_eq!(store.collect(), Err(Error::OutOfMemory));
    store.commit().unwrap();
    assert_eq!(store.collect(), Ok(0));
}

/// Takes containers out and changes what makes them move.
fn take_out_and_grow(store: &mut Store) -> (Handle, Handle) {
    let node = root(store);
    let (pair, rows) = (child(store, node, 0), child(store, node, 1));
    let row = child(store, rows, 3);
    let (kept_pair, kept_row) = (store.handle(pair), store.handle(row));
    store.delete(node, 0).unwrap();
    store.remove(rows, 3, 1).unwrap();
    store.insert(pair, 2, &[Word::TRUE]).unwrap();
    let row = set_key(store, row, "new", &json!([1]));
    set_key(store, row, "newer", &json!(2));
    (kept_pair, kept_row)
}

#[test]
fn what_was_taken_out_stays_out_when_it_moves() {
    let rows: Vec<_> = (0..12).map(|id| json!({ "id": id })).collect();
    let before = json!({ "pair": [1, 2], "rows": rows });
    let mut after = before.clone();
    after.as_object_mut().unwrap().shift_remove("pair");
    after["rows"].as_array_mut().unwrap().remove(3);
    let mut store = start(&before);
    let (pair, row) = take_out_and_grow(&mut store);
    check(&store, &after);
    let moved = [pair, row].map(|handle| json_of(&store, Word::node(store.current(handle).unwrap())));
    assert_eq!(moved, [json!([1, 2, true]), json!({ "id": 3, "new": [1], "newer": 2 })]);
    assert_eq!(store.attached(row), Err(Error::Stale));
    store.rollback().unwrap();
    check(&store, &before);
    take_out_and_grow(&mut store);
    assert_eq!(changes(&mut store), ["pair: [1,2] > -", "at 3: {\"id\":3} > "]);
    check(&store, &after);
    assert_eq!(store.current(pair), Err(Error::Stale));
    everything_is_freed(store);
}

#[test]
fn what_moved_after_it_was_taken_out_can_come_back() {
    let mut store = start(&json!({ "pair": [1, 2], "n": null }));
    let node = root(&store);
    let pair = child(&store, node, 0);
    set(&mut store, node, 0, &json!(0));
    let moved = store.insert(pair, 2, &[Word::TRUE]).unwrap();
    set_copy(&mut store, node, 1, moved);
    check(&store, &json!({ "pair": 0, "n": [1, 2, true] }));
    store.insert(moved, 0, &[Word::NULL]).unwrap();
    assert_eq!(changes(&mut store), ["pair: [1,2] > 0", "n: null > [1,2,true]"]);
    everything_is_freed(store);
}

#[test]
fn a_map_from_which_keys_are_taken_back_is_still_known_but_not_its_entries() {
    let (mut store, node) = dictionary(Kind::Map, &["a"]);
    let before = store.handle(node);
    for other in ["b", "c"] {
        store.save().unwrap();
        set_key(&mut store, node, other, &json!(1));
        set_key(&mut store, node, "d", &json!(1));
        let meanwhile = store.handle(node);
        store.rollback_to_save().unwrap();
        set_key(&mut store, node, "e", &json!(2));
        for known in [before, meanwhile] {
            assert_eq!((store.current(known), store.attached(known)), (Ok(node), Ok(node)));
            assert_eq!(store.attached_slots(known), Err(Error::Stale));
        }
        assert_eq!(store.attached_slots(store.handle(node)), Ok(node));
    }
    store.commit().unwrap();
    assert_eq!(store.current(before), Err(Error::Stale));
    everything_is_freed(store);
}

#[test]
fn a_map_that_is_taken_back_is_not_another_in_its_row() {
    let mut store = start(&json!([null]));
    let node = root(&store);
    let build = |store: &mut Store| {
        store.begin_value(node, 0);
        store.value_entries(Kind::Map, 0).unwrap();
        let word = store.take_value().unwrap();
        store.set(node, 0, word).unwrap();
        child(store, node, 0)
    };
    store.save().unwrap();
    let map = build(&mut store);
    let gone = store.handle(map);
    set_key(&mut store, map, "a", &json!(1));
    store.rollback_to_save().unwrap();
    assert_eq!(build(&mut store), map);
    assert_eq!(store.current(gone), Err(Error::Stale));
    everything_is_freed(store);
}
