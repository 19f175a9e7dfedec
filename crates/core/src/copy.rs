//! Building a value as a copy of a container.

use crate::build::{Builder, KeyList};
use crate::error::Result;
use crate::log::Copied;
use crate::memory::try_push;
use crate::node::{Cell, Node, TableId};
use crate::tree::Tree;

impl Builder {
    /// Makes a copy of `source` the next part of the value.
    pub(crate) fn copy(&mut self, tree: &mut Tree, lists: &[KeyList], source: Node) -> Result<()> {
        // The containers being copied, outermost first, and where each goes on.
        let mut walk: Vec<(Node, u32)> = Vec::new();
        self.copies.try_reserve(1)?;
        walk.try_reserve(1)?;
        let copy = self.open_copy(tree, lists, source)?;
        self.copies.push(Copied { source: tree.handle(source), copy: tree.handle(copy) });
        walk.push((source, 0));
        while let Some((node, next)) = walk.last_mut() {
            let cell = Cell { node: *node, slot: *next };
            if cell.slot >= tree.slots(cell.node) {
                walk.pop();
                continue;
            }
            *next += 1;
            if tree.dictionary(cell.node).is_some() {
                let Some(key) = tree.key(cell.node, cell.slot) else { continue };
                self.key(key)?;
            }
            match tree.get(cell) {
                word if word.as_node().is_none() => {
                    tree.share(word);
                    self.place(tree, lists, word)?;
                }
                word => {
                    if let Some(child) = word.as_node() {
                        self.open_copy(tree, lists, child)?;
                        try_push(&mut walk, (child, 0))?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Opens a container like `source`, whose contents come next.
    fn open_copy(&mut self, tree: &mut Tree, lists: &[KeyList], source: Node) -> Result<Node> {
        match source.table {
            TableId::LISTS => self.open_list(tree, lists, tree.slots(source)),
            TableId::DICTIONARIES | TableId::MAPS => {
                let count = tree.dictionary(source).map_or(0, crate::dictionary::Dictionary::len);
                self.open_entries(tree, lists, source.table, count)
            }
            _ => self.open_row(tree, lists, source),
        }
    }
}
