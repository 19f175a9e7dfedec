//! What a transaction changed as a script: places by their paths, in an order
//! in which each is there when its turn comes.

use gaesup_codec::{StringId, Word};

use super::script::{Action, Op, Path, Script, Step, TextId, Texts, Value};
use crate::change::{Change, Changes, Renumbered, Span};
use crate::error::{Error, Result};
use crate::memory::{try_copy, try_push};
use crate::node::{Cell, HOLDER, Node, TableId};
use crate::scratch::sort;
use crate::store::Store;
use crate::tree::Kind;

impl Store {
    /// Writes what a fold found into an empty script.
    pub(crate) fn script_changes(&self, changes: &Changes, script: &mut Script) -> Result<()> {
        // Outer containers come first: what is around a container is then in place.
        let mut groups: Vec<u64> = Vec::new();
        let mut from = 0;
        for group in changes.list.chunk_by(|one, other| one.node() == other.node()) {
            let depth = self.tree.depth(group[0].node()) as u64;
            try_push(&mut groups, depth << 32 | from)?;
            from += group.len() as u64;
        }
        sort(&mut groups);
        for group in groups {
            let rest = changes.list.get(group as u32 as usize..).unwrap_or(&[]);
            let Some(first) = rest.first() else { continue };
            let len = rest.iter().take_while(|change| change.node() == first.node()).count();
            self.script_group(changes, &rest[..len], script)?;
        }
        Ok(())
    }

    /// Writes that a number took the place of another, which it does not yet.
    pub(crate) fn script_number(&self, cell: Cell, new: Word, by: Option<f64>, script: &mut Script) -> Result<()> {
        let change = Change::Set { cell, key: self.tree.key(cell.node, cell.slot), old: self.tree.get(cell), new };
        self.script_group(&Changes::default(), &[change], script)?;
        if let (Some(Op { action: Action::Set { by: place, .. }, .. }), Some(_)) = (script.ops.last_mut(), by) {
            *place = by;
        }
        Ok(())
    }

    /// The changes of one container.
    fn script_group(&self, changes: &Changes, group: &[Change], script: &mut Script) -> Result<()> {
        let node = group[0].node();
        let path = self.script_path(node, script)?;
        if matches!(group[0], Change::Splice { .. }) {
            let mut moves = Moves::new(changes, group)?;
            for (at, change) in group.iter().enumerate() {
                let action = self.splice_action(changes, change, at > 0, &mut moves, &mut script.texts)?;
                try_push(&mut script.ops, Op { path, action })?;
            }
            return Ok(());
        }
        let order = Order::new(self, changes, group)?;
        // Keys that come are placed among those that are left.
        let comes = |change: &Change| matches!(change, Change::Set { old, .. } if old.is_absent());
        let stays_or_goes = group.iter().enumerate().filter(|(_, change)| !comes(change));
        for (at, change) in stays_or_goes.chain(group.iter().enumerate().filter(|(_, change)| comes(change))) {
            let Change::Set { cell, key, old, new } = *change else { continue };
            let (old_value, new_value) =
                (self.capture_known(old, &mut script.texts)?, self.capture_known(new, &mut script.texts)?);
            let action = match key {
                None if node == HOLDER => Action::Root {
                    old: old_value.unwrap_or(Value::Undefined),
                    new: new_value.unwrap_or(Value::Undefined),
                },
                None => {
                    let by = self.intents.by(cell, old, new);
                    Action::Set { key: Step::Index(cell.slot), old: old_value, new: new_value, before: None, by }
                }
                Some(key) => {
                    let before = if old.is_absent() || new.is_absent() { order.behind(self, at) } else { None };
                    let before = before.map(|key| self.script_text(key, &mut script.texts)).transpose()?;
                    let key = Step::Name(self.script_text(key, &mut script.texts)?);
                    Action::Set { key, old: old_value, new: new_value, before, by: self.intents.by(cell, old, new) }
                }
            };
            try_push(&mut script.ops, Op { path, action })?;
        }
        Ok(())
    }

    fn splice_action(
        &self,
        changes: &Changes,
        change: &Change,
        goes_on: bool,
        moves: &mut Moves,
        texts: &mut Texts,
    ) -> Result<Action> {
        let Change::Splice { index, removed, inserted, .. } = *change else {
            return Err(Error::Dead);
        };
        let mut items = |span: Span| {
            let mut values = Vec::new();
            for word in changes.words(span) {
                let value = match moves.number(*word) {
                    Some(number) => Value::Moved(number),
                    None => self.capture(*word, texts)?,
                };
                try_push(&mut values, value)?;
            }
            Ok::<_, Error>(values)
        };
        Ok(Action::Splice { index, removed: items(removed)?, inserted: items(inserted)?, goes_on })
    }

    /// Writes the way from the root value to a container: O(depth), more where
    /// a long array has been shifted far.
    pub(crate) fn script_path(&self, node: Node, script: &mut Script) -> Result<Path> {
        let start = script.steps.len();
        let mut at = node;
        while let Some(around) = self.tree.parent(at) {
            let (_, slot) = self.place_of(at)?;
            if around != HOLDER {
                let step = match self.tree.key(around, slot) {
                    None => Step::Index(slot),
                    Some(key) => Step::Name(self.script_text(key, &mut script.texts)?),
                };
                try_push(&mut script.steps, step)?;
            }
            at = around;
        }
        script.steps[start..].reverse();
        Ok(Path { start: start as u32, len: (script.steps.len() - start) as u32 })
    }

    /// Whether the place of a key among the others is part of the state: JavaScript always shows those
    /// of objects that look like indexes first, whenever they came.
    pub(crate) fn has_order(&self, node: Node, key: StringId) -> bool {
        self.tree.kind(node) == Kind::Map || !is_index(&self.string(key))
    }

    fn script_text(&self, key: StringId, texts: &mut Texts) -> Result<TextId> {
        texts.intern(&self.string(key))
    }

    /// A word as a value; nothing for the marker of a missing key.
    fn capture_known(&self, word: Word, texts: &mut Texts) -> Result<Option<Value>> {
        if word.is_absent() { Ok(None) } else { self.capture(word, texts).map(Some) }
    }

    /// A word with all that is in it: O(size).
    pub(crate) fn capture(&self, word: Word, texts: &mut Texts) -> Result<Value> {
        Ok(match word.value() {
            gaesup_codec::Value::Undefined | gaesup_codec::Value::Absent => Value::Undefined,
            gaesup_codec::Value::Null => Value::Null,
            gaesup_codec::Value::Bool(flag) => Value::Bool(flag),
            gaesup_codec::Value::Number(number) => Value::Number(number),
            gaesup_codec::Value::String(id) => Value::Text(self.script_text(id, texts)?),
            gaesup_codec::Value::Blob(kind, id) => Value::Blob(kind, try_copy(self.blob(id))?.into_boxed_slice()),
            gaesup_codec::Value::Node(node) if self.tree.kind(node) == Kind::Array => {
                self.capture_array(node, texts)?
            }
            gaesup_codec::Value::Node(node) => self.capture_entries(node, texts)?,
        })
    }

    #[inline(never)]
    fn capture_array(&self, node: Node, texts: &mut Texts) -> Result<Value> {
        let len = self.tree.slots(node);
        let mut items = Vec::new();
        items.try_reserve_exact(len as usize)?;
        for slot in 0..len {
            items.push(self.capture(self.tree.get(Cell { node, slot }), texts)?);
        }
        Ok(Value::Array(items))
    }

    #[inline(never)]
    fn capture_entries(&self, node: Node, texts: &mut Texts) -> Result<Value> {
        let mut entries = Vec::new();
        for slot in 0..self.tree.slots(node) {
            let word = self.tree.get(Cell { node, slot });
            if let Some(key) = self.tree.key(node, slot).filter(|_| !word.is_absent()) {
                let entry = (self.script_text(key, texts)?, self.capture(word, texts)?);
                try_push(&mut entries, entry)?;
            }
        }
        Ok(if node.table == TableId::MAPS { Value::Map(entries) } else { Value::Object(entries) })
    }
}

/// The containers that went from one place in an array to another, by their numbers.
struct Moves {
    /// Those that were removed and inserted, sorted.
    nodes: Vec<u64>,
    /// In the order in which they appeared, one more than the number of each; 0 for not yet.
    numbers: Vec<u32>,
    count: u32,
}

impl Moves {
    fn new(changes: &Changes, group: &[Change]) -> Result<Self> {
        let (mut removed_nodes, mut inserted_nodes) = (Vec::new(), Vec::new());
        for change in group {
            let Change::Splice { removed, inserted, .. } = change else { continue };
            for (span, nodes) in [(removed, &mut removed_nodes), (inserted, &mut inserted_nodes)] {
                for word in changes.words(*span).iter().filter(|word| word.as_node().is_some()) {
                    try_push(nodes, word.to_bits())?;
                }
            }
        }
        sort(&mut inserted_nodes);
        removed_nodes.retain(|bits| inserted_nodes.binary_search(bits).is_ok());
        sort(&mut removed_nodes);
        let mut numbers = Vec::new();
        numbers.try_reserve_exact(removed_nodes.len())?;
        numbers.resize(removed_nodes.len(), 0);
        Ok(Self { nodes: removed_nodes, numbers, count: 0 })
    }

    /// The number of an item that moved, given at its first appearance.
    fn number(&mut self, word: Word) -> Option<u32> {
        let at = self.nodes.binary_search(&word.to_bits()).ok()?;
        let number = self.numbers.get_mut(at)?;
        if *number == 0 {
            self.count += 1;
            *number = self.count;
        }
        Some(*number - 1)
    }
}

/// What stands behind the keys that came, and stood behind those that went.
struct Order<'a> {
    group: &'a [Change],
    /// The row that the object had before.
    origin: Node,
    /// The slots of the keys that came, ascending, with the key behind each
    /// that was there already.
    added: Vec<(u32, Option<StringId>)>,
    /// The keys of a dictionary that stayed and have another entry now.
    renumbered: &'a [Renumbered],
    /// The first of those entries: all from there on came or are such.
    first_renumbered: u32,
}

impl<'a> Order<'a> {
    fn new(store: &Store, changes: &'a Changes, group: &'a [Change]) -> Result<Self> {
        let node = group[0].node();
        let mut added: Vec<(u32, Option<StringId>)> = Vec::new();
        for change in group {
            if let Change::Set { cell, old, .. } = change
                && old.is_absent()
            {
                try_push(&mut added, (cell.slot, None))?;
            }
        }
        let (mut end, mut behind) = (store.tree.slots(node), None);
        for place in added.iter_mut().rev() {
            let slots = place.0 + 1..end;
            behind = slots.clone().find_map(|slot| live_key(store, node, slot)).or(behind);
            (place.1, end) = (behind, place.0);
        }
        let is_here = |entry: &Renumbered| entry.node == node;
        let from = changes.renumbered.iter().position(is_here).unwrap_or(changes.renumbered.len());
        let rest = &changes.renumbered[from..];
        let renumbered = &rest[..rest.iter().take_while(|entry| is_here(entry)).count()];
        let first_renumbered = renumbered.iter().map(|entry| entry.now).min().unwrap_or(u32::MAX);
        Ok(Self { group, origin: store.log.moved.origin(node), added, renumbered, first_renumbered })
    }

    /// The key behind one that came or went.
    fn behind(&self, store: &Store, at: usize) -> Option<StringId> {
        let Some(Change::Set { cell, key, old, .. }) = self.group.get(at) else {
            return None;
        };
        if old.is_absent() {
            let place = self.added.binary_search_by_key(&cell.slot, |added| added.0).ok()?;
            return self.added.get(place)?.1;
        }
        if store.tree.dictionary(self.origin).is_some() {
            return self.behind_entry(store, at, *cell);
        }
        let keys = store.table_keys(self.origin.table);
        let column = keys.iter().position(|other| Some(*other) == *key)?;
        let mut behind = keys.iter().skip(column + 1).copied();
        behind.find(|key| store.has_order(cell.node, *key) && self.was_there(store, cell.node, *key))
    }

    /// The key behind an entry that went: the next that is there or went later.
    fn behind_entry(&self, store: &Store, at: usize, cell: Cell) -> Option<StringId> {
        let went = self.group.iter().skip(at + 1).find_map(|change| match change {
            Change::Set { cell, key: Some(key), new, .. } if new.is_absent() && store.has_order(cell.node, *key) => {
                Some((cell.slot, Some(*key)))
            }
            _ => None,
        });
        let end = went.map_or(store.tree.slots(cell.node), |(slot, _)| slot);
        let came = |slot: &u32| self.added.binary_search_by_key(slot, |added| added.0).is_ok();
        let is_stayed = |slot: &u32| !came(slot) && live_key(store, cell.node, *slot).is_some();
        let stayed = (cell.slot + 1..end.min(self.first_renumbered)).find(is_stayed);
        // A key that was put behind the others since may have stood here.
        let first = self.renumbered.partition_point(|entry| entry.before <= cell.slot);
        let mut moved = self.renumbered.iter().skip(first).take_while(|entry| entry.before < stayed.unwrap_or(end));
        let moved = moved.find(|entry| live_key(store, cell.node, entry.now).is_some());
        let slot = moved.map(|entry| entry.now).or(stayed);
        slot.and_then(|slot| live_key(store, cell.node, slot)).or(went.and_then(|(_, key)| key))
    }

    /// Whether an object had a key before.
    fn was_there(&self, store: &Store, node: Node, key: StringId) -> bool {
        let changed = self.group.iter().find_map(|change| match change {
            Change::Set { key: other, old, .. } if *other == Some(key) => Some(!old.is_absent()),
            _ => None,
        });
        changed.unwrap_or_else(|| store.tree.find(node, key).is_some())
    }
}

/// Whether a key is the decimal form of an index, at most 2^32 - 2.
fn is_index(key: &[u8]) -> bool {
    let is_canonical = key.iter().all(u8::is_ascii_digit) && (key.first() != Some(&b'0') || key.len() == 1);
    let index = core::str::from_utf8(key).ok().filter(|_| is_canonical).and_then(|text| text.parse::<u32>().ok());
    index.is_some_and(|index| index != u32::MAX)
}

/// The key in a slot, when there is a value and the state says where among the others it stands.
fn live_key(store: &Store, node: Node, slot: u32) -> Option<StringId> {
    let key = store.tree.key(node, slot).filter(|_| !store.tree.get(Cell { node, slot }).is_absent());
    key.filter(|key| store.has_order(node, *key))
}
