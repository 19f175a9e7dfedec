//! What the tests of several modules need: JSON in, JSON out.

pub(crate) mod mutate;

use gaesup_codec::{Value, Word};
use proptest::test_runner::Config as ProptestConfig;
use serde_json::{Map, Number, Value as Json};

use crate::error::Result;
use crate::node::{Cell, Node};
use crate::store::Store;
use crate::tree::Kind;

/// How a long proof is tried: a tenth of its programs, others in each run, or all of them in a whole
/// run of `npm run test:long`.
pub(crate) fn long(programs: u32) -> ProptestConfig {
    let is_whole = std::env::var("TEST_PART").is_ok_and(|part| part == "all");
    let cases = if is_whole { programs } else { programs / 10 };
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

/// Numbers that look random.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % sides.max(1)
    }
}

/// Makes `json` the value of a slot and commits.
pub(crate) fn build(store: &mut Store, node: Node, slot: u32, json: &Json) {
    let word = value(store, node, slot, json).unwrap();
    store.set(node, slot, word).unwrap();
    store.commit().unwrap();
}

/// Builds a value that will be held by a slot.
pub(crate) fn value(store: &mut Store, node: Node, slot: u32, json: &Json) -> Result<Word> {
    store.begin_value(node, slot);
    part(store, json)?;
    store.take_value()
}

fn part(store: &mut Store, json: &Json) -> Result<()> {
    match json {
        Json::Null => store.value_scalar(Word::NULL),
        Json::Bool(flag) => store.value_scalar(Word::bool(*flag)),
        Json::Number(number) => store.value_scalar(Word::number(number.as_f64().unwrap())),
        Json::String(text) => {
            let id = store.intern(text.as_bytes())?;
            store.value_scalar(Word::string(id))
        }
        Json::Array(items) => {
            store.value_array(items.len() as u32)?;
            items.iter().try_for_each(|item| part(store, item))
        }
        Json::Object(entries) => {
            let keys = entries.keys().map(|key| store.intern(key.as_bytes())).collect::<Result<Vec<_>>>()?;
            let list = store.define_keys(&keys)?;
            store.value_keyed(list)?;
            entries.values().try_for_each(|item| part(store, item))
        }
    }
}

/// A word as JSON; integers as integers, so that it compares with literals.
pub(crate) fn json(store: &Store, word: Word) -> Json {
    match word.value() {
        Value::Null => Json::Null,
        Value::Bool(flag) => Json::Bool(flag),
        Value::Number(number) => {
            let integer = (number as i64 as f64 == number).then(|| Number::from(number as i64));
            Json::Number(integer.or_else(|| Number::from_f64(number)).unwrap())
        }
        Value::String(id) => Json::String(String::from_utf8(store.string(id).to_vec()).unwrap()),
        Value::Node(node) => container(store, node),
        other => panic!("{other:?} is not JSON"),
    }
}

fn container(store: &Store, node: Node) -> Json {
    let tree = &store.tree;
    if tree.kind(node) == Kind::Array {
        return Json::Array((0..tree.slots(node)).map(|slot| json(store, tree.get(Cell { node, slot }))).collect());
    }
    let mut entries = Map::new();
    for (slot, word) in tree.cells(node) {
        let key = tree.key(node, slot).unwrap();
        entries.insert(String::from_utf8(store.string(key).to_vec()).unwrap(), json(store, word));
    }
    Json::Object(entries)
}
