//! Containers that were copied to another place and taken out of theirs: the
//! copy gives way to the container itself, which keeps its row and its view.

use gaesup_codec::Word;

use super::Fold;
use super::groups::Fate;
use crate::error::Result;
use crate::finder::NodeSet;
use crate::log::Copied;
use crate::node::{Cell, HOLDER, Node};

impl Fold<'_, '_> {
    pub(super) fn put_sources_back(&mut self) -> Result<()> {
        if self.store.log.copies.is_empty() {
            return Ok(());
        }
        // What is let go so far: only roots of what was there before can return.
        let mut gone = NodeSet::default();
        for node in &self.store.loose {
            gone.try_push(*node)?;
        }
        let (mut back, mut copies) = (NodeSet::default(), NodeSet::default());
        for at in 0..self.store.log.copies.len() {
            let Some((source, copy)) = self.copied(self.store.log.copies[at]) else {
                continue;
            };
            let is_free = gone.contains(source) && !back.contains(source) && self.fate(source) == Fate::Removed;
            if is_free && self.is_in_place(copy, &gone) && self.is_equal(Word::node(source), Word::node(copy)) {
                let (node, slot) = self.store.place_of(copy)?;
                // Whoever remembers it by its keys would find it where it was not meant.
                self.store.log.has_moved = true;
                self.put(Cell { node, slot }, Word::node(source))?;
                self.let_go(Word::node(copy))?;
                back.try_push(source)?;
                copies.try_push(copy)?;
            }
        }
        self.store.loose.retain(|node| !back.contains(*node));
        let instead = |word: &mut Word| {
            if let Some(at) = word.as_node().and_then(|node| copies.position(node)) {
                *word = Word::node(back.as_slice()[at]);
            }
        };
        self.store.changes.each_word(instead);
        Ok(())
    }

    /// A container and its copy, if both are still what they were then.
    fn copied(&self, copied: Copied) -> Option<(Node, Node)> {
        let source = self.store.tree.current(copied.source).ok()?;
        let copy = self.store.tree.current(copied.copy).ok()?;
        Some((self.origin(source), self.store.log.moved.latest(copy)))
    }

    /// Whether a container built in the transaction is part of the state.
    fn is_in_place(&self, node: Node, gone: &NodeSet) -> bool {
        let mut next = Some(node);
        while let Some(node) = next {
            let node = self.store.log.moved.latest(node);
            if self.store.log.dead.contains(node) || gone.contains(node) {
                return false;
            }
            if node == HOLDER {
                return true;
            }
            next = self.store.tree.parent(node);
        }
        false
    }
}
