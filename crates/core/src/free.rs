//! Freeing containers with all that is in them.

use core::ops::Range;

use gaesup_codec::Word;

use crate::memory::try_push;
use crate::node::{Node, TableId};
use crate::page::{LANES, PAGE_WORDS};
use crate::tree::Tree;

/// How many tables' runs are kept open.
const TABLES: usize = 8;

/// Rows of one table that follow one another.
struct Run {
    table: u16,
    rows: Range<u32>,
}

impl Tree {
    /// Frees a container and everything in it; views that were built of them
    /// go to `views`.
    pub(crate) fn free_subtree(&mut self, node: Node, views: &mut Vec<u32>) {
        let mut words = Vec::new();
        let mut pending = vec![Run { table: node.table, rows: node.row..node.row + 1 }];
        while let Some(run) = pending.pop() {
            self.find_inner(&run, &mut words, &mut pending);
            self.free_run(&run, views);
        }
    }

    /// Frees rows from the last to the first: then the first is the first to be
    /// used again, and what is built next stands in the same order.
    fn free_run(&mut self, run: &Run, views: &mut Vec<u32>) {
        self.freed_cells = self.freed_cells.wrapping_add(self.cells_of(run));
        let mut end = run.rows.end;
        while end > run.rows.start {
            let page = (end - 1) / PAGE_WORDS as u32;
            let first = run.rows.start.max(page * PAGE_WORDS as u32);
            let is_unseen = self.rows(run.table).is_none_or(|rows| rows.is_unseen(&(first..end)));
            let is_whole = end - first == PAGE_WORDS as u32;
            let number = run.table.wrapping_sub(TableId::SHAPES) as usize;
            if let Some(table) = self.tables.get_mut(number).filter(|_| is_whole && is_unseen) {
                table.free_page(&mut self.memory, page as usize);
            } else {
                for row in (first..end).rev() {
                    let node = Node { table: run.table, row };
                    if !is_unseen && self.view(node) != 0 {
                        let _ = try_push(views, self.view(node));
                    }
                    self.free_row(node);
                }
            }
            end = first;
        }
    }

    /// Finds the containers inside of some.
    fn find_inner(&self, run: &Run, words: &mut Vec<Word>, pending: &mut Vec<Run>) {
        if run.table < TableId::SHAPES {
            for row in run.rows.clone() {
                self.find_in_slots(Node { table: run.table, row }, words, pending);
            }
            return;
        }
        let Some(table) = self.tables.get((run.table - TableId::SHAPES) as usize) else { return };
        for column in table.columns() {
            let mut open = Open::default();
            for first in run.rows.clone().step_by(LANES) {
                let rows = first..run.rows.end.min(first + LANES as u32);
                if column.may_hold_nodes(&rows) {
                    words.clear();
                    if words.try_reserve(rows.len()).is_ok() {
                        words.resize(rows.len(), Word::ABSENT);
                        column.read(&self.memory, first, words);
                        open.add(words, pending);
                    }
                }
            }
            open.end(pending);
        }
    }

    /// How many cells the rows of a run have.
    fn cells_of(&self, run: &Run) -> usize {
        match self.tables.get(run.table.wrapping_sub(TableId::SHAPES) as usize) {
            Some(table) => run.rows.len() * table.columns().len(),
            None => run.rows.clone().map(|row| self.slots(Node { table: run.table, row }) as usize).sum(),
        }
    }

    /// The same for a container that is no row of a shape.
    fn find_in_slots(&self, node: Node, words: &mut Vec<Word>, pending: &mut Vec<Run>) {
        // What fails here for want of memory leaks rows, nothing else.
        let mut open = Open::default();
        if node.table == TableId::LISTS {
            open.add(&self.items(node, 0).unwrap_or_default(), pending);
        } else {
            words.clear();
            for (_, word) in self.cells(node) {
                let _ = try_push(words, word);
            }
            open.add(words, pending);
        }
        open.end(pending);
    }
}

/// Runs that may go on with the next words.
#[derive(Default)]
struct Open([Option<Run>; TABLES]);

impl Open {
    /// Adds the containers among words, neighbours in one run: also where those of a few
    /// tables come by turns. Runs that have ended go to `pending`.
    fn add(&mut self, words: &[Word], pending: &mut Vec<Run>) {
        for node in words.iter().filter_map(|word| word.as_node()) {
            let place = &mut self.0[node.table as usize % TABLES];
            match place {
                Some(run) if run.table == node.table && run.rows.end == node.row => run.rows.end += 1,
                _ => {
                    let run = Run { table: node.table, rows: node.row..node.row + 1 };
                    if let Some(ended) = place.replace(run) {
                        let _ = try_push(pending, ended);
                    }
                }
            }
        }
    }

    /// No more words come.
    fn end(self, pending: &mut Vec<Run>) {
        for run in self.0.into_iter().flatten() {
            let _ = try_push(pending, run);
        }
    }
}

#[cfg(test)]
mod tests {
    use gaesup_codec::Word;
    use serde_json::{Value as Json, json};

    use crate::node::{Cell, Node};
    use crate::store::{Config, ROOT, Store};
    use crate::testing::build;

    /// Containers of three tables by turns inside of a long array's items.
    fn mixed() -> Json {
        let inner = |at: u32| Json::Array(vec![json!(at); at as usize % 3 + 2]);
        (0..7_000).map(|at| json!({ "inner": inner(at) })).collect()
    }

    fn inner(store: &Store, index: u32) -> Node {
        let list = store.root().as_node().unwrap();
        let item = store.get(Cell { node: list, slot: index }).as_node().unwrap();
        store.get(Cell { node: item, slot: 0 }).as_node().unwrap()
    }

    #[test]
    fn rows_that_come_by_turns_are_freed_with_their_views_and_used_again_in_order() {
        let mut store = Store::new(Config::default()).unwrap();
        build(&mut store, ROOT.node, ROOT.slot, &mixed());
        let places: Vec<Node> = (0..7_000).map(|index| inner(&store, index)).collect();
        let rows: Vec<u32> = places[..3].iter().map(|node| store.tree.rows(node.table).unwrap().len()).collect();
        for (view, index) in [(1, 4_000), (2, 6_999), (3, 4_003)] {
            store.tree.set_view(places[index], view).unwrap();
        }
        let mut views = Vec::new();
        let list = store.root().as_node().unwrap();
        store.tree.put(ROOT, Word::NULL).unwrap();
        store.tree.free_subtree(list, &mut views);
        views.sort_unstable();
        assert_eq!(views, [1, 2, 3]);
        assert!(places[..3].iter().all(|node| store.tree.rows(node.table).unwrap().live() == 0));
        build(&mut store, ROOT.node, ROOT.slot, &mixed());
        assert!((0..7_000).all(|index| inner(&store, index) == places[index as usize]));
        let again: Vec<u32> = places[..3].iter().map(|node| store.tree.rows(node.table).unwrap().len()).collect();
        assert_eq!(again, rows);
    }
}
