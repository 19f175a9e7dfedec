//! Doing operations again after others: what was meant, where it belongs now.

use core::ops::Range;

use super::apply::Check;
use super::compose::moves_of;
use super::map::{Map, Spot};
use super::script::{Action, Op, Path, Script, Step, TextId, Value};
use crate::error::{Error, Expected, Result};
use crate::memory::try_push;
use crate::node::{Cell, Node};
use crate::store::Store;
use crate::tree::Kind;

/// What is done about what others have changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Policy {
    /// Sets win and increments add. What no longer fits is a conflict.
    Optimistic,
    /// It is left as it is, without a word.
    Undo,
}

/// Operations that are being done again.
#[derive(Debug)]
pub(crate) struct Rebase {
    pub(super) map: Map,
    pub(super) policy: Policy,
    /// What no longer fits and was left out, in order.
    pub(crate) conflicts: Vec<Conflict>,
}

/// An operation that no longer fits.
#[derive(Debug)]
pub(crate) struct Conflict {
    /// Its number in the script: what it is about, what it found and wanted.
    pub(crate) op: usize,
    /// [`Error::PathNotFound`] or [`Error::TypeMismatch`].
    pub(crate) error: Error,
    /// What is there now, when there is anything.
    pub(crate) theirs: Option<Value>,
}

/// What becomes of an operation, or of all splices of an array.
#[derive(Debug)]
pub(super) enum Fit {
    /// Operations, none when there is nothing left to do.
    Done(Vec<Fitted>),
    Conflict(Error, Option<Value>),
}

/// An operation as it is done again.
#[derive(Debug)]
pub(super) struct Fitted {
    pub(super) action: Action,
    /// Which operation each of its values came with, and as which one.
    pub(super) values: Vec<(u32, u32)>,
    /// The piece of an array that they come before.
    pub(super) before: u32,
}

impl Rebase {
    /// Prepares for doing operations of a script again after those in `over`,
    /// which are taken out of it. Both are about the same state.
    ///
    /// # Errors
    /// [`Error::CorruptData`] when they contradict each other.
    pub(crate) fn new(script: &mut Script, over: Range<usize>, policy: Policy) -> Result<Self> {
        let mut map = Map::new(script.ops.iter().map(|op| moves_of(&op.action)).sum())?;
        for at in over {
            let Some(op) = script.ops.get_mut(at) else { break };
            let nothing = Action::Root { old: Value::Undefined, new: Value::Undefined };
            let action = core::mem::replace(&mut op.action, nothing);
            let path = op.path;
            map.add_other(script.path(path), action)?;
        }
        Ok(Self { map, policy, conflicts: Vec::new() })
    }
}

impl Store {
    /// Does the next operations of a script again, in the open transaction.
    /// What was done is appended to the script; answers where.
    ///
    /// # Errors
    /// What memory and the limits say, and [`Error::CorruptData`] for
    /// operations that contradict each other.
    pub(crate) fn redo(&mut self, rebase: &mut Rebase, script: &mut Script, ops: Range<usize>) -> Result<Range<usize>> {
        let first = script.ops.len();
        let mut at = ops.start;
        while at < ops.end {
            let rest = script.ops.get(at + 1..ops.end).unwrap_or(&[]);
            let more = rest.iter().take_while(|op| matches!(op.action, Action::Splice { goes_on: true, .. })).count();
            let is_splice = matches!(script.ops.get(at), Some(Op { action: Action::Splice { .. }, .. }));
            let end = at + 1 + if is_splice { more } else { 0 };
            self.redo_group(rebase, script, at..end)?;
            at = end;
        }
        Ok(first..script.ops.len())
    }

    /// Does a single operation again, or all splices of an array.
    fn redo_group(&mut self, rebase: &mut Rebase, script: &mut Script, group: Range<usize>) -> Result<()> {
        let Some(path) = script.ops.get(group.start).map(|op| op.path) else {
            return Ok(());
        };
        let mut steps = Vec::new();
        let spot = rebase.map.container(script.path(path), &mut steps)?;
        let fit = self.fit(rebase, script, group.clone(), spot, &steps)?;
        let mut numbers: Vec<u32> = Vec::new();
        for at in group.clone() {
            let Some(op) = script.ops.get(at) else { break };
            let number = rebase.map.add_ours(script.path(path), op.action.clone())?;
            try_push(&mut numbers, number)?;
        }
        let fitted = match fit {
            Fit::Done(fitted) => fitted,
            Fit::Conflict(error, theirs) => {
                return match rebase.policy {
                    Policy::Undo => Ok(()),
                    Policy::Optimistic => try_push(&mut rebase.conflicts, Conflict { op: group.start, error, theirs }),
                };
            }
        };
        let first = script.ops.len();
        let path = Path { start: script.steps.len() as u32, len: steps.len() as u32 };
        for step in &steps {
            try_push(&mut script.steps, *step)?;
        }
        for Fitted { action, values, before } in fitted {
            for (op, value) in values.iter().rev() {
                let first = numbers.get(*op as usize).copied().unwrap_or(0);
                try_push(&mut rebase.map.numbers, first + value)?;
            }
            rebase.map.add_done(&steps, action.clone(), before)?;
            try_push(&mut script.ops, Op { path, action })?;
        }
        let mut at = first;
        while at < script.ops.len() {
            at = self.perform(script, at, Check::Nothing)?;
        }
        Ok(())
    }

    /// What becomes of an operation at a path.
    fn fit(
        &mut self,
        rebase: &mut Rebase,
        script: &mut Script,
        group: Range<usize>,
        spot: Option<Spot>,
        steps: &[Step],
    ) -> Result<Fit> {
        let set = match script.ops.get(group.start).map(|op| &op.action) {
            Some(Action::Splice { .. }) | None => None,
            Some(action) => Some(action.clone()),
        };
        if let Some(Action::Root { old, new }) = set {
            return self.fit_root(rebase.policy, script, &old, new);
        }
        let Some(spot) = spot else {
            return Ok(Fit::Conflict(Error::PathNotFound, None));
        };
        let fit = self.container_at(steps, &script.texts).and_then(|node| match set {
            Some(Action::Set { key, old, new, before, by }) => {
                let key = match key {
                    Step::Index(index) => rebase.map.item(spot, index).map(|(index, _)| Step::Index(index)),
                    Step::Name(_) => Some(key),
                };
                let key = key.ok_or(Error::PathNotFound)?;
                self.fit_set(rebase.policy, script, node, Action::Set { key, old, new, before, by })
            }
            _ if self.tree.kind(node) != Kind::Array => Err(Error::TypeMismatch { expected: Expected::Array }),
            _ => self.fit_splices(rebase, script, group, spot, node),
        });
        match fit {
            Err(error @ (Error::PathNotFound | Error::TypeMismatch { .. })) => Ok(Fit::Conflict(error, None)),
            fit => fit,
        }
    }

    fn fit_root(&mut self, policy: Policy, script: &mut Script, old: &Value, new: Value) -> Result<Fit> {
        if policy == Policy::Undo && !self.is_value(self.root(), old, &script.texts) {
            return Ok(Fit::Done(Vec::new()));
        }
        let old = self.capture(self.root(), &mut script.texts)?;
        done(Action::Root { old, new })
    }

    /// What becomes of a set whose key or item is at `key` now.
    fn fit_set(&mut self, policy: Policy, script: &mut Script, node: Node, set: Action) -> Result<Fit> {
        let Action::Set { key, old: base, new, before, by } = set else {
            return Ok(Fit::Done(Vec::new()));
        };
        let cell = self.cell_at(node, key, &script.texts)?;
        if policy == Policy::Undo {
            let is_as_it_was = match (cell, &base) {
                (Some(cell), Some(base)) => self.is_value(self.tree.get(cell), base, &script.texts),
                (None, None) => true,
                _ => false,
            };
            // What was added is taken off again, whatever others have made of the number.
            if !is_as_it_was && by.is_none() {
                return Ok(Fit::Done(Vec::new()));
            }
        }
        let old = cell.map(|cell| self.capture(self.tree.get(cell), &mut script.texts)).transpose()?;
        let Some(mut new) = new else {
            let Some(cell) = cell else {
                return Ok(Fit::Done(Vec::new()));
            };
            let before = self.key_behind(cell, script)?;
            return done(Action::Set { key, old, new: None, before, by: None });
        };
        if old.is_none() && base.is_some() {
            return Ok(Fit::Conflict(Error::PathNotFound, None));
        }
        if let Some(by) = by {
            let Some(Value::Number(number)) = old else {
                return Ok(Fit::Conflict(Error::TypeMismatch { expected: Expected::Number }, old));
            };
            // Added to what it was added to before, it is what it was then, to the last bit.
            let is_base = base.as_ref().is_some_and(|base| base.same(&Value::Number(number)));
            if !is_base {
                new = Value::Number(number + by);
                if new.same(&Value::Number(number)) {
                    return Ok(Fit::Done(Vec::new()));
                }
            }
        }
        let before = match before {
            Some(before) if old.is_none() && self.cell_at(node, Step::Name(before), &script.texts)?.is_some() => {
                Some(before)
            }
            _ => None,
        };
        done(Action::Set { key, old, new: Some(new), before, by })
    }

    /// The key that stands right behind one.
    fn key_behind(&self, cell: Cell, script: &mut Script) -> Result<Option<TextId>> {
        for slot in cell.slot + 1..self.tree.slots(cell.node) {
            if let Some(key) = self.tree.key(cell.node, slot)
                && !self.tree.get(Cell { node: cell.node, slot }).is_absent()
                && self.has_order(cell.node, key)
            {
                return script.texts.intern(&self.string(key)).map(Some);
            }
        }
        Ok(None)
    }
}

fn done(action: Action) -> Result<Fit> {
    let mut fitted = Vec::new();
    try_push(&mut fitted, Fitted { action, values: Vec::from([(0, 0)]), before: 0 })?;
    Ok(Fit::Done(fitted))
}

#[cfg(test)]
mod tests;
