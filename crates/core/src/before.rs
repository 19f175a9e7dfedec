//! What a container held before the innermost open batch began.

use gaesup_codec::{StringId, Word};

use crate::error::Result;
use crate::log::Undo;
use crate::memory::try_push;
use crate::node::{Cell, Node};
use crate::store::Store;
use crate::tree::Kind;

/// One slot with what was in it; arrays have no keys.
#[derive(Clone, Copy)]
struct Part {
    slot: u32,
    key: Option<StringId>,
    word: Word,
}

impl Store {
    /// Writes the words that a container held when the innermost savepoint was
    /// made, or before the transaction when there is none: an array's items,
    /// else keys and values in turn. Containers among them are as they were
    /// then. Answers what the container is, or nothing when it was made since.
    /// O(its size + entries of the log).
    ///
    /// # Errors
    /// What memory says.
    pub fn before(&self, node: Node, out: &mut Vec<u64>) -> Result<Option<Kind>> {
        let save = self.log.last_save();
        let steps = self.log.moved.iter().take(save.moved);
        let node = steps.fold(node, |at, step| if step.from == at { step.to } else { at });
        if self.is_born_since(node, save.born) {
            return Ok(None);
        }
        let mut parts = self.parts(node)?;
        for undo in self.log.done.iter().skip(save.done).rev().filter(|undo| undo.node() == node) {
            take_back(&mut parts, *undo)?;
        }
        let kind = self.kind(node);
        for part in parts.iter().filter(|part| !part.word.is_absent()) {
            if let Some(key) = part.key {
                try_push(out, Word::string(key).to_bits())?;
            }
            try_push(out, part.word.to_bits())?;
        }
        Ok(Some(kind))
    }

    fn is_born_since(&self, node: Node, first: usize) -> bool {
        let born = self.log.born.get(first..).unwrap_or(&[]);
        let mut next = Some(node).filter(|_| !born.is_empty());
        while let Some(node) = next {
            // A container is noted as born by the row it had at first.
            if born.contains(&self.log.moved.origin(node)) {
                return true;
            }
            next = self.tree.parent(node);
        }
        false
    }

    fn parts(&self, node: Node) -> Result<Vec<Part>> {
        let mut parts = Vec::new();
        parts.try_reserve(self.slots(node) as usize)?;
        let is_dictionary = self.tree.dictionary(node).is_some();
        for slot in 0..self.slots(node) {
            let key = self.tree.key(node, slot);
            // A dictionary's empty entries have no key to come back to.
            if key.is_some() || !is_dictionary {
                parts.push(Part { slot, key, word: self.tree.get(Cell { node, slot }) });
            }
        }
        Ok(parts)
    }
}

/// Takes back one thing that was done to the container.
fn take_back(parts: &mut Vec<Part>, undo: Undo) -> Result<()> {
    match undo {
        Undo::Set { cell, old } => {
            // In an array parts stand where their index says; elsewhere slots may be missing.
            let at = parts.iter().position(|part| part.key.is_some() && part.slot == cell.slot);
            if let Some(part) = parts.get_mut(at.unwrap_or(cell.slot as usize)) {
                part.word = old;
            }
        }
        Undo::Added { entry, .. } | Undo::Filled { entry, .. } => parts.retain(|part| part.slot != entry),
        Undo::Removed { entry, key, old, .. } => {
            let at = parts.partition_point(|part| part.slot < entry);
            parts.try_reserve(1)?;
            parts.insert(at, Part { slot: entry, key: Some(key), word: old });
        }
        Undo::ItemInserted { index, .. } => {
            parts.remove(index as usize);
        }
        Undo::ItemRemoved { index, old, .. } => {
            parts.try_reserve(1)?;
            parts.insert(index as usize, Part { slot: 0, key: None, word: old });
        }
        Undo::ItemMoved { from, to, .. } => {
            let part = parts.remove(to as usize);
            parts.insert(from as usize, part);
        }
        Undo::Arranged { .. } | Undo::Relocated { .. } | Undo::Nothing { .. } => {}
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::node::HOLDER;
    use crate::store::Config;
    use crate::testing::{build, value};
    use serde_json::{Value as Json, json};

    /// The words as JSON, one container deep.
    fn held(store: &Store, node: Node) -> Option<Vec<Json>> {
        let mut words = Vec::new();
        store.before(node, &mut words).unwrap()?;
        let shown =
            |word: Word| if word.as_node().is_some() { json!("inside") } else { crate::testing::json(store, word) };
        Some(words.into_iter().map(|bits| shown(Word::from_bits(bits))).collect())
    }

    #[test]
    fn a_container_is_seen_as_it_was() {
        let mut store = Store::new(Config::default()).unwrap();
        let many: serde_json::Map<_, _> = (0..70).map(|number| (format!("k{number}"), json!(number))).collect();
        build(
            &mut store,
            HOLDER,
            0,
            &json!({ "a": 1, "list": (0..20).collect::<Vec<_>>(), "pair": [1, 2], "many": many }),
        );
        let root = store.root().as_node().unwrap();
        let inside = |store: &Store, slot: u32| store.get(Cell { node: root, slot }).as_node().unwrap();
        let (list, pair, many) = (inside(&store, 1), inside(&store, 2), inside(&store, 3));
        let all: Vec<_> = [root, list, pair, many].iter().map(|node| held(&store, *node)).collect();
        for round in 0..2 {
            if round == 1 {
                store.save().unwrap();
            }
            let before: Vec<_> = [root, list, many].iter().map(|node| held(&store, *node)).collect();
            store.increment(root, 0, 1.0).unwrap();
            store.insert(list, 3, &[Word::NULL]).unwrap();
            store.remove(list, 0, 2).unwrap();
            store.move_item(list, 1, 9).unwrap();
            store.set(list, 4, Word::TRUE).unwrap();
            store.delete(many, 5 + round).unwrap();
            let key = store.intern(format!("new{round}").as_bytes()).unwrap();
            store.set_key(many, key, Word::NULL).unwrap();
            store.set(many, 20, Word::NULL).unwrap();
            let after: Vec<_> = [root, list, many].iter().map(|node| held(&store, *node)).collect();
            assert_eq!(after, before);
        }
        store.release();
        store.insert(pair, 1, &[Word::NULL]).unwrap();
        let fresh = value(&mut store, root, 0, &json!([1])).unwrap();
        store.set(root, 0, fresh).unwrap();
        assert_eq!(held(&store, fresh.as_node().unwrap()), None);
        store.insert(fresh.as_node().unwrap(), 1, &[Word::NULL]).unwrap();
        assert_eq!(held(&store, inside(&store, 0)), None);
        let now: Vec<_> = [root, list, pair, many].iter().map(|node| held(&store, *node)).collect();
        assert_eq!(now, all);
    }
}
