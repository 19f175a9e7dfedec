//! Arrays whose items came, went, or changed places.

use gaesup_codec::Word;

use super::Fold;
use super::groups::Group;
use crate::change::Change;
use crate::error::Result;
use crate::log::Undo;
use crate::node::{Cell, Node};
use crate::order::{longest_rising, pair_equal};
use crate::scratch::{Scratch, Sequence, scratch};

/// The part of an array in which something happened.
struct Window<'b> {
    node: Node,
    /// The index of its first item, before and after.
    first: u32,
    before: Scratch<'b, Word>,
    after: Scratch<'b, Word>,
}

impl Window<'_> {
    const fn cell(&self, at: usize) -> Cell {
        Cell { node: self.node, slot: self.first + at as u32 }
    }
}

impl<'b> Fold<'_, 'b> {
    /// An array in the row it had.
    pub(super) fn settle_array(&mut self, group: Group) -> Result<()> {
        let window = if Self::is_list(group.node) {
            self.window_of_list(group)?
        } else {
            Window {
                node: group.node,
                first: 0,
                before: self.words_before(group)?,
                after: self.words_now(group.node, 0, self.store.tree.slots(group.node))?,
            }
        };
        self.settle_window(&window).map(|_| ())
    }

    /// A short array that went to another row because its length changed.
    pub(super) fn settle_moved_array(&mut self, group: Group, latest: Node) -> Result<()> {
        let before = self.words_before(group)?;
        let after = self.words_now(latest, 0, self.store.tree.slots(latest))?;
        let window = Window { node: latest, first: 0, before, after };
        let known = self.store.changes.list.len();
        self.settle_window(&window)?;
        if self.store.changes.list.len() == known {
            let words = self.words_now(latest, 0, window.before.len() as u32)?;
            self.put_row_back(group.node, latest, &words)?;
        }
        Ok(())
    }

    fn words_now(&self, node: Node, first: u32, end: u32) -> Result<Scratch<'b, Word>> {
        let mut words = scratch(self.bump, end.saturating_sub(first) as usize);
        words.extend((first..end).map(|slot| self.store.tree.get(Cell { node, slot })))?;
        Ok(words)
    }

    /// The items between those in front that nothing happened to and those
    /// behind, with what they were before: O(window + entries).
    fn window_of_list(&self, group: Group) -> Result<Window<'b>> {
        let node = group.node;
        let len_now = self.store.tree.slots(node);
        let (mut len, mut first, mut behind) = (len_now, len_now, len_now);
        for at in self.groups.entries(group) {
            let (low, high) = match self.store.log.done[at] {
                Undo::ItemInserted { index, .. } => (index, index + 1),
                Undo::ItemRemoved { index, .. } => (index, index),
                Undo::ItemMoved { from, to, .. } => (from.min(to), from.max(to) + 1),
                Undo::Set { cell, .. } => (cell.slot, cell.slot + 1),
                _ => continue,
            };
            first = first.min(low);
            behind = behind.min(len - high);
            match self.store.log.done[at] {
                Undo::ItemInserted { .. } => len -= 1,
                Undo::ItemRemoved { .. } => len += 1,
                _ => {}
            }
        }
        let after = self.words_now(node, first, len_now - behind)?;
        let mut words = Sequence::new(self.bump, &after)?;
        for at in self.groups.entries(group) {
            let place = |index: u32| (index - first) as usize;
            match self.store.log.done[at] {
                Undo::ItemInserted { index, .. } => drop(words.remove(place(index))),
                Undo::ItemRemoved { index, old, .. } => words.insert(place(index), old)?,
                Undo::ItemMoved { from, to, .. } => {
                    let word = words.remove(place(to));
                    words.insert(place(from), word)?;
                }
                Undo::Set { cell, old } => words.set(place(cell.slot), old),
                _ => {}
            }
        }
        Ok(Window { node, first, before: words.collect()?, after })
    }

    fn settle_window(&mut self, window: &Window<'_>) -> Result<()> {
        let (before, after) = (&window.before, &window.after);
        if before.len() == after.len() {
            if self.is_unchanged_window(window) {
                return self.put_items_back(window);
            }
            // In a short array it is shorter to say which items are others.
            // Unless somebody does it again elsewhere, who wants to know what came and went.
            let is_said = |word: &Word| self.store.recorder.is_on && before.contains(word);
            let is_old = |word: &Word| is_said(word) || self.is_old_item(*word, window);
            if !Self::is_list(window.node) && !after.iter().any(is_old) {
                for (at, old) in before.iter().enumerate() {
                    let cell = window.cell(at);
                    self.settle_cell(cell, cell.slot, *old)?;
                }
                return Ok(());
            }
        }
        let (mut start, mut old_end, mut new_end) = (0, before.len(), after.len());
        while start < old_end.min(new_end) && self.settle_pair(window, start, start)? {
            start += 1;
        }
        while start < old_end.min(new_end) && self.settle_pair(window, old_end - 1, new_end - 1)? {
            (old_end, new_end) = (old_end - 1, new_end - 1);
        }
        let pairs = self.pair_items(&before[start..old_end], &after[start..new_end])?;
        let stays = longest_rising(self.bump, &pairs)?;
        let (mut old, mut new) = (start, start);
        for at in stays.iter().map(|at| *at as usize + start) {
            let kept = pairs[at - start] as usize + start;
            self.settle_gap(window, (old, kept), (new, at))?;
            (old, new) = (kept + 1, at + 1);
        }
        self.settle_gap(window, (old, old_end), (new, new_end))
    }

    /// Items between two that stayed were replaced by others.
    fn settle_gap(&mut self, window: &Window<'_>, old: (usize, usize), new: (usize, usize)) -> Result<()> {
        let ((mut old, mut old_end), (mut new, mut new_end)) = (old, new);
        while old < old_end && new < new_end && self.settle_pair(window, old, new)? {
            (old, new) = (old + 1, new + 1);
        }
        while old < old_end && new < new_end && self.settle_pair(window, old_end - 1, new_end - 1)? {
            (old_end, new_end) = (old_end - 1, new_end - 1);
        }
        if old == old_end && new == new_end {
            return Ok(());
        }
        for word in &window.before[old..old_end] {
            if self.is_removed(*word) {
                self.let_go(*word)?;
            }
        }
        let removed = self.store.changes.keep(&window.before[old..old_end])?;
        let inserted = self.store.changes.keep(&window.after[new..new_end])?;
        let index = window.first + new as u32;
        self.change(Change::Splice { node: window.node, index, removed, inserted })
    }

    /// Whether an item is what another was: the same, or equal and then the
    /// one that was there is put back.
    fn settle_pair(&mut self, window: &Window<'_>, old: usize, new: usize) -> Result<bool> {
        let (before, after) = (window.before[old], window.after[new]);
        if self.is_same(before, after) {
            return Ok(true);
        }
        if self.is_removed(before) && self.is_born(after) && self.is_equal(before, after) {
            self.put_back(window.cell(new), before, after)?;
            // Whoever remembers it by its index would find it where it was not meant.
            self.store.log.has_moved |= old != new;
            return Ok(true);
        }
        Ok(false)
    }

    fn is_removed(&self, word: Word) -> bool {
        let log = &self.store.log;
        word.as_node().is_some_and(|node| log.dead.contains(log.moved.latest(node)))
    }

    fn is_born(&self, word: Word) -> bool {
        word.as_node().is_some_and(|node| self.born.contains(self.origin(node)))
    }

    /// Whether an item that is there now stood in another place before.
    fn is_old_item(&self, word: Word, window: &Window<'_>) -> bool {
        let stood = |(at, old): (usize, &Word)| self.is_same(*old, word) && !self.is_same(window.after[at], word);
        word.as_node().is_some() && window.before.iter().enumerate().any(stood)
    }

    /// Whether every item equals the one that stood in its place. Containers
    /// that stayed are asked as they are now: they would be so in either place.
    fn is_unchanged_window(&self, window: &Window<'_>) -> bool {
        let mut pairs = window.before.iter().zip(window.after.iter());
        pairs.all(|(before, after)| {
            self.is_same(*before, *after) || self.is_equal(self.settled(*before), self.settled(*after))
        })
    }

    fn put_items_back(&mut self, window: &Window<'_>) -> Result<()> {
        for (at, (before, after)) in window.before.iter().zip(window.after.iter()).enumerate() {
            if self.is_same(*before, *after) {
                continue;
            }
            self.put(window.cell(at), self.settled(*before))?;
            if self.is_born(*after) {
                self.let_go(*after)?;
            }
        }
        Ok(())
    }

    /// A word by the row in which its container is at the moment.
    fn settled(&self, word: Word) -> Word {
        word.as_node().map_or(word, |node| Word::node(self.store.log.moved.settled(node)))
    }

    /// For each item that is there now, the position it had before: equal
    /// words are paired in order.
    fn pair_items(&self, before: &[Word], after: &[Word]) -> Result<Scratch<'b, u32>> {
        let names = |words: &[Word]| -> Result<Scratch<'b, u64>> {
            let mut names = scratch(self.bump, words.len());
            names.extend(words.iter().map(|word| self.canonical(*word).to_bits()))?;
            Ok(names)
        };
        pair_equal(self.bump, &names(before)?, &names(after)?, self.store.config.seed)
    }
}
