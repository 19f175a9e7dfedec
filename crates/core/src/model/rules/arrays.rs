//! Arrays in batches: splices, orders, and copies that stand for moves.

use super::*;

fn numbers(count: u32) -> Json {
    json!((0..count).collect::<Vec<_>>())
}

#[test]
fn items_of_a_list_are_spliced() {
    let mut store = start(&numbers(20));
    let list = root(&store);
    store.remove(list, 3, 2).unwrap();
    store.insert(list, 10, &[Word::NULL]).unwrap();
    store.move_item(list, 15, 1).unwrap();
    let expected = ["at 1:  > 16", "at 4: 3 4 > ", "at 11:  > null", "at 16: 16 > "];
    assert_eq!(changes(&mut store), expected);
    everything_is_freed(store);
}

#[test]
fn a_list_that_is_what_it_was_keeps_its_view() {
    let mut store = start(&json!((0..12).map(|n| json!({ "n": n })).collect::<Vec<_>>()));
    let list = root(&store);
    view_all(&mut store);
    let (view, first) = (store.view(list), child(&store, list, 0));
    store.remove(list, 0, 1).unwrap();
    let word = value(&mut store, list, 0, &json!({ "n": 0 })).unwrap();
    store.insert(list, 0, &[word]).unwrap();
    store.move_item(list, 2, 9).unwrap();
    store.move_item(list, 9, 2).unwrap();
    let report = store.commit().unwrap().unwrap();
    assert_eq!((report.changes, report.views.len(), report.indexes_shifted), (0, 0, true));
    assert_eq!((store.view(list), child(&store, list, 0)), (view, first));
    everything_is_freed(store);
}

#[test]
fn a_long_list_is_reconstructed_from_thousands_of_shifts() {
    let mut store = start(&numbers(30_000));
    let (list, before) = (root(&store), numbers(30_000));
    let mut model = before.as_array().unwrap().clone();
    for step in 0..3_000usize {
        let at = step * 7_919 % (model.len() - 1);
        match step % 3 {
            0 => {
                store.insert(list, at as u32, &[Word::count(1_000_000 + step as u32)]).unwrap();
                model.insert(at, json!(1_000_000 + step));
            }
            1 => {
                store.remove(list, at as u32, 1).unwrap();
                model.remove(at);
            }
            _ => {
                store.set(list, at as u32, Word::count(2_000_000 + step as u32)).unwrap();
                model[at] = json!(2_000_000 + step);
            }
        }
    }
    let after = Json::Array(model);
    store
        .commit_seen(&mut |store, changes| {
            let diff = crate::model::diff::Diff::new(store, changes);
            assert_eq!(diff.apply(&before), after);
            assert_eq!(diff.invert(&after), before);
        })
        .unwrap();
    check(&store, &after);
    everything_is_freed(store);
}

#[test]
fn an_order_is_a_permutation() {
    for count in [3, 12] {
        let mut store = start(&numbers(count));
        let node = root(&store);
        for order in [vec![0; count as usize], vec![0], (1..=count).collect(), (0..=count).collect()] {
            assert_eq!(store.arrange(node, &order), Err(Error::corrupt(0)));
        }
        assert!(!store.in_transaction());
        let order: Vec<u32> = (0..count).rev().collect();
        store.arrange(node, &order).unwrap();
        check(&store, &json!(order));
        store.arrange(node, &order).unwrap();
        assert_eq!(changes(&mut store), NOTHING);
        store.arrange(node, &order).unwrap();
        store.rollback().unwrap();
        check(&store, &numbers(count));
        everything_is_freed(store);
    }
}

#[test]
fn sorted_rows_keep_their_views() {
    let mut store = start(&json!((0..12).map(|n| json!({ "n": n })).collect::<Vec<_>>()));
    let list = root(&store);
    view_all(&mut store);
    let (first, last) = (child(&store, list, 0), child(&store, list, 11));
    let views = [store.view(first), store.view(last)];
    store.arrange(list, &(0..12).rev().collect::<Vec<_>>()).unwrap();
    store.increment(first, 0, 100.0).unwrap();
    store.commit().unwrap();
    assert_eq!((child(&store, list, 11), child(&store, list, 0)), (first, last));
    assert_eq!([store.view(first), store.view(last)], [0, views[1]]);
    everything_is_freed(store);
}

#[test]
fn swapped_copies_are_the_containers_themselves() {
    let mut store = start(&json!([{ "n": 1 }, { "n": 2 }, { "n": 3 }]));
    let node = root(&store);
    view_all(&mut store);
    let (first, second) = (child(&store, node, 0), child(&store, node, 1));
    let views = [store.view(first), store.view(second)];
    set_copy(&mut store, node, 0, second);
    set_copy(&mut store, node, 1, first);
    assert_eq!(changes(&mut store), [r#"0: {"n":1} > {"n":2}"#, r#"1: {"n":2} > {"n":1}"#]);
    assert_eq!((child(&store, node, 0), child(&store, node, 1)), (second, first));
    assert_eq!([store.view(first), store.view(second)], views);
    everything_is_freed(store);
}

#[test]
fn a_container_moved_to_another_place_by_a_copy_stays_itself() {
    let mut store = start(&json!({ "from": [{ "n": 1 }], "to": [] }));
    let node = root(&store);
    let row = child(&store, child(&store, node, 0), 0);
    let handle = store.handle(row);
    store.begin_value(child(&store, node, 1), 0);
    store.value_copy(row).unwrap();
    let word = store.take_value().unwrap();
    store.insert(child(&store, node, 1), 0, &[word]).unwrap();
    store.remove(child(&store, node, 0), 0, 1).unwrap();
    assert_eq!(store.attached(handle), Err(Error::Stale));
    assert_eq!(changes(&mut store), [r#"at 0:  > {"n":1}"#, r#"at 0: {"n":1} > "#]);
    assert_eq!(child(&store, child(&store, node, 1), 0), row);
    assert_eq!(store.current(handle), Ok(row));
    everything_is_freed(store);
}

#[test]
fn a_copy_is_like_its_source_in_every_respect() {
    let (mut store, map) = dictionary(Kind::Map, &["x", "y"]);
    delete_key(&mut store, map, "x");
    let source = json!({ "list": numbers(20), "deep": [{ "a": [] }, {}], "gone": 1 });
    set_key(&mut store, map, "o", &source);
    store.begin_value(map, 0);
    store.value_copy(map).unwrap();
    let copy = store.take_value().unwrap();
    assert!(store.tree.equal(Word::node(map), copy));
    let name = key(&mut store, "y");
    let slot = store.tree.find(map, name).unwrap();
    store.set(map, slot, copy).unwrap();
    let copy = child(&store, map, slot);
    assert_eq!((store.kind(copy), copy.table), (Kind::Map, map.table));
    check_links(&store, HOLDER);
    store.begin_value(map, 0);
    assert_eq!(store.value_copy(map), Ok(()));
    assert_eq!(store.value_copy(map), Err(Error::corrupt(0)));
    store.rollback().unwrap();
    assert_eq!(store.slots(map), 2);
    everything_is_freed(store);
}

#[test]
fn a_copy_obeys_the_depth_limit() {
    let mut store = Store::new(Config { depth_max: 4, ..Config::default() }).unwrap();
    crate::testing::build(&mut store, HOLDER, 0, &json!([[[]]]));
    let node = root(&store);
    store.begin_value(child(&store, node, 0), 1);
    assert_eq!(store.value_copy(node), Err(Error::too_deep(4)));
    store.rollback().unwrap();
    check(&store, &json!([[[]]]));
}

#[test]
fn rows_that_are_alike_stay_where_they_were() {
    let mut store = start(&json!((0..12).map(|n| json!({ "n": n })).collect::<Vec<_>>()));
    let list = root(&store);
    let (first, second) = (child(&store, list, 0), child(&store, list, 1));
    store.move_item(list, 0, 1).unwrap();
    let moved = set_key(&mut store, first, "unheard", &json!(1));
    delete_key(&mut store, moved, "unheard");
    store.increment(moved, 0, 1.0).unwrap();
    assert_eq!(changes(&mut store), ["n: 0 > 1"]);
    assert_eq!((child(&store, list, 0), child(&store, list, 1)), (moved, second));
    everything_is_freed(store);
}
