//! Containers that were taken out in a batch and are used all the same, as
//! drafts do with what they were given before.

use gaesup_codec::Word;
use serde_json::Value as Json;

use super::ops::{Op, apply_copy, apply_in, check_links, choose, descend_from, nth};
use crate::error::{Error, Result};
use crate::node::{Cell, Handle, Node};
use crate::store::Store;
use crate::testing::json;

/// A container: in something that was taken out, or else in the state.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) kept: Option<u8>,
    pub(super) path: Vec<u8>,
}

/// The handles of what was taken out, with what it is.
#[derive(Clone, Default)]
pub(super) struct Kept {
    list: Vec<(Handle, Json)>,
}

impl Kept {
    /// Takes a container out of another.
    pub(super) fn take(&mut self, store: &mut Store, model: &mut Json, place: &Place, choice: u8) -> Result<()> {
        let Some((outer, model)) = self.outer(store, model, place) else { return Ok(()) };
        let (node, inside) = descend_from(store, outer, model, &place.path);
        let Some((at, slot)) = choose(store, node, choice) else { return Ok(()) };
        let Some(taken) = store.get(Cell { node, slot }).as_node() else { return Ok(()) };
        // The handle may be older than the row.
        let taken = (store.handle(store.log.moved.origin(taken)), nth(inside, at).clone());
        if choice.is_multiple_of(2) {
            store.set(node, slot, Word::NULL)?;
            *nth(inside, at) = Json::Null;
        } else {
            store.delete(node, slot)?;
            match inside {
                Json::Array(items) => drop(items.remove(at)),
                Json::Object(entries) => {
                    let key = entries.keys().nth(at).unwrap().clone();
                    entries.shift_remove(&key);
                }
                _ => unreachable!(),
            }
        }
        self.list.push(taken);
        Ok(())
    }

    /// Does an operation in something that was taken out.
    pub(super) fn apply(&mut self, store: &mut Store, which: u8, op: &Op) -> Result<()> {
        let Some(at) = self.position(which) else { return Ok(()) };
        let (handle, model) = &mut self.list[at];
        let node = store.current(*handle)?;
        apply_in(store, node, model, op)
    }

    /// Puts a copy of a container somewhere.
    pub(super) fn copy(
        &mut self,
        store: &mut Store,
        model: &mut Json,
        from: &Place,
        to: &Place,
        choice: u8,
    ) -> Result<()> {
        let Some((outer, within)) = self.outer(store, model, from) else { return Ok(()) };
        let (source, copied) = descend_from(store, outer, within, &from.path);
        let copied = (source, copied.clone());
        let Some((outer, within)) = self.outer(store, model, to) else { return Ok(()) };
        apply_copy(store, outer, within, &to.path, choice, copied)
    }

    /// What was taken out is what it was, or was made, and no part of the state.
    pub(super) fn check(&self, store: &Store) {
        for (handle, model) in &self.list {
            let node = store.current(*handle).unwrap();
            assert_eq!(&json(store, Word::node(node)), model);
            assert_eq!(store.attached(*handle), Err(Error::Stale));
            check_links(store, node);
        }
    }

    fn outer<'a>(&'a mut self, store: &Store, model: &'a mut Json, place: &Place) -> Option<(Node, &'a mut Json)> {
        let Some(which) = place.kept else {
            return Some((store.root().as_node()?, model));
        };
        let at = self.position(which)?;
        let (handle, model) = &mut self.list[at];
        Some((store.current(*handle).unwrap(), model))
    }

    fn position(&self, which: u8) -> Option<usize> {
        (!self.list.is_empty()).then(|| which as usize % self.list.len())
    }
}
