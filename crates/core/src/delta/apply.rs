//! Doing what a script says.

use gaesup_codec::{StringId, Word};

use super::plan::Plan;
use super::script::{Action, Op, Script, Step, TextId, Texts, Value};
use crate::error::{Error, Expected, Result};
use crate::memory::try_push;
use crate::node::{Cell, Node};
use crate::shape::SHAPE_KEYS_MAX;
use crate::store::{ROOT, Store};
use crate::tree::Kind;

/// Up to this many items are moved one by one, more in one pass over the array.
const FEW_MOVES: usize = 16;

/// Whether what an operation finds has to be what it says was there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Check {
    /// It has to be.
    Old,
    /// That is known.
    Nothing,
}

impl Store {
    /// Does all operations of a script in the open transaction. After an error
    /// [`Store::failed_op`] is the number of the operation that failed.
    pub(crate) fn apply_script(&mut self, script: &Script) -> Result<()> {
        let mut at = 0;
        while at < script.ops.len() {
            self.failed_op = at as u32;
            at = self.perform(script, at, Check::Old)?;
        }
        Ok(())
    }

    /// Does the operation at an index, for the splices of one array all of
    /// them. Answers the index of what comes next.
    pub(crate) fn perform(&mut self, script: &Script, at: usize, check: Check) -> Result<usize> {
        let Some(op) = script.ops.get(at) else {
            return Ok(at + 1);
        };
        match &op.action {
            Action::Root { old, new } => {
                if check == Check::Old && !self.is_value(self.root(), old, &script.texts) {
                    return Err(Error::Conflict);
                }
                self.set_value(ROOT, new, &script.texts)?;
            }
            Action::Set { .. } => self.perform_set(script, op, check)?,
            Action::Splice { .. } => return self.perform_splices(script, at, check),
        }
        Ok(at + 1)
    }

    /// The container at the end of a path from the root value.
    ///
    /// # Errors
    /// [`Error::PathNotFound`] when the path leads nowhere,
    /// [`Error::TypeMismatch`] when it leads to something else.
    pub(crate) fn container_at(&self, path: &[Step], texts: &Texts) -> Result<Node> {
        let mut word = self.root();
        for step in path {
            let node = word.as_node().ok_or(Error::PathNotFound)?;
            word = self.tree.get(self.cell_at(node, *step, texts)?.ok_or(Error::PathNotFound)?);
        }
        word.as_node().ok_or(Error::TypeMismatch { expected: Expected::Container })
    }

    /// The cell of a key or item, when it is there.
    ///
    /// # Errors
    /// [`Error::TypeMismatch`] for an index of an object or a key of an array.
    pub(crate) fn cell_at(&self, node: Node, step: Step, texts: &Texts) -> Result<Option<Cell>> {
        let is_array = self.tree.kind(node) == Kind::Array;
        let slot = match step {
            Step::Index(index) if is_array => Some(index).filter(|index| *index < self.tree.slots(node)),
            Step::Name(text) if !is_array => {
                self.find_string(texts.get(text)).and_then(|key| self.tree.find(node, key))
            }
            Step::Index(_) => return Err(Error::TypeMismatch { expected: Expected::Array }),
            Step::Name(_) => return Err(Error::TypeMismatch { expected: Expected::Keyed }),
        };
        Ok(slot.map(|slot| Cell { node, slot }))
    }

    fn perform_set(&mut self, script: &Script, op: &Op, check: Check) -> Result<()> {
        let Action::Set { key, old, new, before, .. } = &op.action else {
            return Ok(());
        };
        let texts = &script.texts;
        let node = self.container_at(script.path(op.path), texts)?;
        let cell = self.cell_at(node, *key, texts)?;
        match (cell, old, new) {
            (None, Some(_), _) => return Err(Error::PathNotFound),
            (Some(_), None, _) => return Err(Error::Conflict),
            (Some(cell), Some(old), _) if check == Check::Old && !self.is_value(self.tree.get(cell), old, texts) => {
                return Err(Error::Conflict);
            }
            _ => {}
        }
        match (cell, new, *key) {
            (Some(cell), Some(new), _) => self.set_value(cell, new, texts),
            (Some(cell), None, _) => self.delete(cell.node, cell.slot),
            (None, Some(new), Step::Name(key)) => self.add_value(node, key, new, *before, texts),
            _ => Err(Error::PathNotFound),
        }
    }

    fn set_value(&mut self, cell: Cell, value: &Value, texts: &Texts) -> Result<()> {
        let word = self.build_value(cell.node, cell.slot, value, texts)?;
        self.set(cell.node, cell.slot, word)
    }

    fn add_value(
        &mut self,
        node: Node,
        key: TextId,
        value: &Value,
        before: Option<TextId>,
        texts: &Texts,
    ) -> Result<()> {
        let key = self.intern(texts.get(key))?;
        let behind = before.and_then(|text| self.find_string(texts.get(text)));
        let word = self.build_value(node, 0, value, texts)?;
        match behind.and_then(|behind| self.tree.find(node, behind)) {
            None => self.set_key(node, key, word),
            Some(behind) => self.set_key_before(node, behind, key, word),
        }?;
        Ok(())
    }

    /// Whether a word is a value, keys in any order: O(size).
    pub(crate) fn is_value(&self, word: Word, value: &Value, texts: &Texts) -> bool {
        match (word.value(), value) {
            (gaesup_codec::Value::Undefined, Value::Undefined) | (gaesup_codec::Value::Null, Value::Null) => true,
            (gaesup_codec::Value::Bool(one), Value::Bool(other)) => one == *other,
            (gaesup_codec::Value::Number(_), Value::Number(number)) => word == Word::number(*number),
            (gaesup_codec::Value::String(id), Value::Text(text)) => *self.string(id) == *texts.get(*text),
            (gaesup_codec::Value::Blob(kind, id), Value::Blob(other, bytes)) => {
                kind == *other && *self.blob(id) == **bytes
            }
            (gaesup_codec::Value::Node(node), _) => self.is_container(node, value, texts),
            _ => false,
        }
    }

    #[inline(never)]
    fn is_container(&self, node: Node, value: &Value, texts: &Texts) -> bool {
        let (kind, entries) = match value {
            Value::Array(items) => {
                let is_item =
                    |(slot, item): (u32, &Value)| self.is_value(self.tree.get(Cell { node, slot }), item, texts);
                return self.tree.kind(node) == Kind::Array
                    && self.tree.slots(node) as usize == items.len()
                    && (0..).zip(items).all(is_item);
            }
            Value::Object(entries) => (Kind::Object, entries),
            Value::Map(entries) => (Kind::Map, entries),
            _ => return false,
        };
        self.tree.kind(node) == kind
            && self.count(node) as usize == entries.len()
            && entries.iter().all(|(key, value)| match self.cell_at(node, Step::Name(*key), texts) {
                Ok(Some(cell)) => self.is_value(self.tree.get(cell), value, texts),
                _ => false,
            })
    }

    /// Makes a value that will be held by a slot.
    pub(crate) fn build_value(&mut self, node: Node, slot: u32, value: &Value, texts: &Texts) -> Result<Word> {
        self.begin_value(node, slot);
        self.build_part(value, texts)?;
        self.take_value()
    }

    fn build_part(&mut self, value: &Value, texts: &Texts) -> Result<()> {
        let word = match value {
            Value::Undefined => Word::UNDEFINED,
            Value::Null => Word::NULL,
            Value::Bool(flag) => Word::bool(*flag),
            Value::Number(number) => Word::number(*number),
            Value::Text(text) => Word::string(self.intern(texts.get(*text))?),
            Value::Blob(kind, bytes) => self.intern_blob(*kind, bytes)?,
            Value::Array(items) => {
                self.value_array(items.len() as u32)?;
                return items.iter().try_for_each(|item| self.build_part(item, texts));
            }
            Value::Object(entries) => return self.build_object(entries, texts),
            Value::Map(entries) => return self.build_entries(Kind::Map, entries, texts),
            Value::Moved(_) => return Err(Error::corrupt(0)),
        };
        self.value_scalar(word)
    }

    #[inline(never)]
    fn build_object(&mut self, entries: &[(TextId, Value)], texts: &Texts) -> Result<()> {
        if entries.len() > SHAPE_KEYS_MAX {
            return self.build_entries(Kind::Object, entries, texts);
        }
        let mut keys: Vec<StringId> = Vec::new();
        keys.try_reserve_exact(entries.len())?;
        for (key, _) in entries {
            let key = self.intern(texts.get(*key))?;
            if keys.contains(&key) {
                return Err(Error::corrupt(0));
            }
            keys.push(key);
        }
        match self.list_of_keys(&keys)? {
            None => self.build_entries(Kind::Object, entries, texts),
            Some(number) => {
                self.value_keyed(number)?;
                entries.iter().try_for_each(|(_, value)| self.build_part(value, texts))
            }
        }
    }

    #[inline(never)]
    fn build_entries(&mut self, kind: Kind, entries: &[(TextId, Value)], texts: &Texts) -> Result<()> {
        self.value_entries(kind, entries.len() as u32)?;
        entries.iter().try_for_each(|(key, value)| {
            let key = self.intern(texts.get(*key))?;
            self.value_key(key)?;
            self.build_part(value, texts)
        })
    }

    fn perform_splices(&mut self, script: &Script, at: usize, check: Check) -> Result<usize> {
        let rest = script.ops.get(at..).unwrap_or(&[]);
        let more = rest.iter().skip(1).take_while(|op| matches!(op.action, Action::Splice { goes_on: true, .. }));
        let group = rest.get(..1 + more.count()).unwrap_or(rest);
        let path = group.first().map_or(&[][..], |op| script.path(op.path));
        let node = self.container_at(path, &script.texts)?;
        if self.tree.kind(node) != Kind::Array {
            return Err(Error::TypeMismatch { expected: Expected::Array });
        }
        let plan = Plan::new(group, self.tree.slots(node))?;
        if check == Check::Old {
            let texts = &script.texts;
            let is_there =
                |(slot, item): &(u32, &Value)| self.is_value(self.tree.get(Cell { node, slot: *slot }), item, texts);
            if !plan.removed.iter().all(is_there) {
                return Err(Error::Conflict);
            }
        }
        let node = self.remove_planned(node, &plan)?;
        let node = self.move_planned(node, &plan)?;
        self.insert_planned(node, &plan, &script.texts)?;
        Ok(at + group.len())
    }

    fn remove_planned(&mut self, mut node: Node, plan: &Plan<'_>) -> Result<Node> {
        for run in plan.removed.chunk_by(|one, other| one.0 + 1 == other.0).rev() {
            node = self.remove(node, run[0].0, run.len() as u32)?;
        }
        Ok(node)
    }

    /// Puts items that stay in the array into their new places.
    fn move_planned(&mut self, mut node: Node, plan: &Plan<'_>) -> Result<Node> {
        match plan.moved.as_slice() {
            [] => Ok(node),
            [one] => self.move_item(node, one.from, one.to),
            few if few.len() <= FEW_MOVES => {
                // All of them to the end, and from there to where they belong.
                let end = self.tree.slots(node);
                for (number, moved) in few.iter().enumerate() {
                    let gone = few.iter().take(number).filter(|other| other.from < moved.from).count();
                    node = self.move_item(node, moved.from - gone as u32, end - 1)?;
                }
                for (moved, from) in few.iter().zip(end - few.len() as u32..) {
                    node = self.move_item(node, from, moved.to)?;
                }
                Ok(node)
            }
            _ => {
                let order = plan.order(self.tree.slots(node))?;
                self.arrange(node, &order).map(|()| node)
            }
        }
    }

    fn insert_planned(&mut self, mut node: Node, plan: &Plan<'_>, texts: &Texts) -> Result<()> {
        let mut words = Vec::new();
        for run in plan.inserted.chunk_by(|one, other| one.0 + 1 == other.0) {
            words.clear();
            for (slot, item) in run {
                let word = self.build_value(node, *slot, item, texts)?;
                try_push(&mut words, word)?;
            }
            node = self.insert(node, run[0].0, &words)?;
        }
        Ok(())
    }
}
