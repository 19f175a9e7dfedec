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
        let is_unseen = self.rows(run.table).is_none_or(|rows| rows.is_unseen(&run.rows));
        let mut end = run.rows.end;
        while end > run.rows.start {
            let page = (end - 1) / PAGE_WORDS as u32;
            let first = page * PAGE_WORDS as u32;
            let is_whole = end - first == PAGE_WORDS as u32 && first >= run.rows.start;
            let number = run.table.wrapping_sub(TableId::SHAPES) as usize;
            if let Some(table) = self.tables.get_mut(number).filter(|_| is_whole && is_unseen) {
                table.free_page(&mut self.memory, page as usize);
                end = first;
                continue;
            }
            end -= 1;
            let node = Node { table: run.table, row: end };
            if !is_unseen && self.view(node) != 0 {
                let _ = try_push(views, self.view(node));
            }
            self.free_row(node);
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
            for first in run.rows.clone().step_by(LANES) {
                let rows = first..run.rows.end.min(first + LANES as u32);
                if column.may_hold_nodes(&rows) {
                    words.clear();
                    if words.try_reserve(rows.len()).is_ok() {
                        words.resize(rows.len(), Word::ABSENT);
                        column.read(&self.memory, first, words);
                        add_runs(words, pending);
                    }
                }
            }
        }
    }

    /// The same for a container that is no row of a shape.
    fn find_in_slots(&self, node: Node, words: &mut Vec<Word>, pending: &mut Vec<Run>) {
        // What fails here for want of memory leaks rows, nothing else.
        if node.table == TableId::LISTS {
            add_runs(&self.items(node, 0).unwrap_or_default(), pending);
            return;
        }
        words.clear();
        for (_, word) in self.cells(node) {
            let _ = try_push(words, word);
        }
        add_runs(words, pending);
    }
}

/// Adds the containers among words, neighbours in one run: also where those of a few
/// tables come by turns.
fn add_runs(words: &[Word], pending: &mut Vec<Run>) {
    let mut open: [Option<Run>; TABLES] = [const { None }; TABLES];
    for node in words.iter().filter_map(|word| word.as_node()) {
        let place = &mut open[node.table as usize % TABLES];
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
    for run in open.into_iter().flatten() {
        let _ = try_push(pending, run);
    }
}
