//! Arrays: which items stay, come, go and change places.

use core::cmp::Ordering;
use core::ops::Range;

use gaesup_codec::Word;

use super::keyed::Keys;
use super::{ARRAYS_AHEAD, Next, Pair, Reconciler, Staged};
use crate::error::{Error, Result};
use crate::log::Indexes;
use crate::memory::try_push;
use crate::node::{Cell, Node};
use crate::order::{NONE, longest_rising};
use crate::scratch::Bump;

/// An array of which nothing stays is replaced as a whole if it becomes longer than this.
const REPLACED_ITEMS: usize = 64;

/// Up to this many items are moved one by one, and beyond that as long as they are
/// few of all; finding out where each is by then costs their number squared.
const FEW_MOVES: usize = 64;
const SOME_MOVES: usize = 1_024;

/// An array of the state and what it has to become.
pub(super) struct Items {
    /// The items that are there, and those that there have to be. One that is
    /// kept is among both.
    pub(super) live: Vec<Word>,
    pub(super) next: Vec<Word>,
    /// The staged array; none when each item was staged by itself.
    pub(super) staged: Option<Node>,
    /// For each next item the index of the one it is, or [`NONE`].
    pub(super) sources: Vec<u32>,
    /// Which live items are one of the next.
    pub(super) is_used: Vec<bool>,
    /// Next items that are not yet what they have to be.
    pub(super) differing: Vec<u32>,
}

impl Items {
    fn new(live: Vec<Word>, next: Vec<Word>, staged: Option<Node>) -> Result<Self> {
        let (mut sources, mut is_used) = (Vec::new(), Vec::new());
        sources.try_reserve_exact(next.len())?;
        is_used.try_reserve_exact(live.len())?;
        sources.resize(next.len(), NONE);
        is_used.resize(live.len(), false);
        Ok(Self { live, next, staged, sources, is_used, differing: Vec::new() })
    }

    /// Notes that a live item becomes a next one.
    pub(super) fn join(&mut self, live: u32, next: u32) {
        if let (Some(source), Some(is_used)) =
            (self.sources.get_mut(next as usize), self.is_used.get_mut(live as usize))
        {
            (*source, *is_used) = (live, true);
        }
    }

    fn part(&self, at: u32) -> Staged {
        let word = self.next.get(at as usize).copied().unwrap_or(Word::ABSENT);
        Staged { word, from: self.staged.map(|node| Cell { node, slot: at }) }
    }

    fn kept(&self) -> usize {
        self.sources.iter().filter(|source| **source != NONE).count()
    }

    /// The live items of a range that are none of the next and no keyed record.
    pub(super) fn free_live(&self, keys: Option<&Keys>, range: Range<u32>) -> Result<Vec<u32>> {
        numbers(range, |at| !self.is_used[at] && keys.is_none_or(|keys| keys.live[at].is_absent()))
    }

    /// The same for next items.
    pub(super) fn free_next(&self, keys: Option<&Keys>, range: Range<u32>) -> Result<Vec<u32>> {
        numbers(range, |at| self.sources[at] == NONE && keys.is_none_or(|keys| keys.next[at].is_absent()))
    }

    /// Whether no item comes, goes or changes its place.
    fn is_in_place(&self) -> bool {
        self.live.len() == self.next.len() && (0..).zip(&self.sources).all(|(at, source)| *source == at)
    }
}

/// Those numbers of a range for which something is true.
fn numbers(range: Range<u32>, is_one: impl Fn(usize) -> bool) -> Result<Vec<u32>> {
    let mut numbers = Vec::new();
    numbers.try_reserve_exact(range.len())?;
    numbers.extend(range.filter(|at| is_one(*at as usize)));
    Ok(numbers)
}

impl Reconciler<'_> {
    pub(super) fn array(&mut self, pair: Pair, live: Node, next: Node) -> Result<()> {
        let tree = &self.store.tree;
        let mut items = Items::new(tree.items(live, 0)?, tree.items(next, 0)?, Some(next))?;
        let moved = self.match_items(&mut items, pair.arrays)?;
        if items.kept() == 0 && items.next.len() > REPLACED_ITEMS {
            self.tally.removed += items.live.len() as u32;
            self.tally.added += items.next.len() as u32;
            return self.replace(pair);
        }
        self.change_items(live, &items, &moved, pair.arrays).map(|_| ())
    }

    pub(super) fn next_items(&mut self, array: Node, next: &[Next]) -> Result<Node> {
        self.store.array_len(array)?;
        let live = self.store.tree.items(array, 0)?;
        let mut words = Vec::new();
        for item in next {
            let word = match *item {
                Next::Kept(index) => *live.get(index as usize).ok_or(Error::PathNotFound)?,
                Next::New(word) => word,
            };
            try_push(&mut words, word)?;
        }
        let mut items = Items::new(live, words, None)?;
        for (at, item) in (0..).zip(next) {
            if let Next::Kept(index) = *item {
                if items.is_used[index as usize] {
                    return Err(Error::corrupt(0));
                }
                items.join(index, at);
            }
        }
        let moved = self.match_items(&mut items, 0)?;
        self.change_items(array, &items, &moved, 0)
    }

    /// Finds out which items stay. Answers those of the next that change places.
    fn match_items(&self, items: &mut Items, arrays: u32) -> Result<Vec<u32>> {
        let is_ahead = arrays < ARRAYS_AHEAD;
        let keys = match self.key {
            Some(key) => Some(self.match_keys(items, key, is_ahead)?),
            None => None,
        };
        if is_ahead {
            self.match_equal(items, keys.as_ref())?;
        }
        let mut moved = Vec::new();
        if !items.sources.iter().filter(|source| **source != NONE).is_sorted() {
            let bump = Bump::new();
            let rising = longest_rising(&bump, &items.sources)?;
            let mut stays = rising.iter().copied().peekable();
            for (at, source) in (0..).zip(&items.sources) {
                if stays.next_if_eq(&at).is_none() && *source != NONE {
                    try_push(&mut moved, at)?;
                }
            }
        }
        self.pair_gaps(items, keys.as_ref(), &moved)?;
        Ok(moved)
    }

    /// Pairs what is left between items that stay.
    fn pair_gaps(&self, items: &mut Items, keys: Option<&Keys>, moved: &[u32]) -> Result<()> {
        let mut moved = moved.iter().copied().peekable();
        let (mut live, mut next) = (0, 0);
        for at in 0..=items.next.len() as u32 {
            let source = match items.sources.get(at as usize) {
                None => items.live.len() as u32,
                Some(&NONE) => continue,
                Some(source) => *source,
            };
            if moved.next_if_eq(&at).is_none() {
                if live < source && next < at {
                    self.pair_gap(items, keys, live..source, next..at)?;
                }
                (live, next) = (source + 1, at + 1);
            }
        }
        Ok(())
    }

    /// Pairs items of the same kind in order; a record that was changed is
    /// still that. Where there are as many on both sides, also others.
    fn pair_gap(&self, items: &mut Items, keys: Option<&Keys>, live: Range<u32>, next: Range<u32>) -> Result<()> {
        let kind = |word: Word| word.as_node().map(|node| self.store.tree.kind(node));
        let (live, next) = (items.free_live(keys, live)?, items.free_next(keys, next)?);
        let (mut live, mut next) = (&live[..], &next[..]);
        while let ([old, live_rest @ ..], [new, next_rest @ ..]) = (live, next) {
            let is_pair =
                live.len() == next.len() || kind(items.live[*old as usize]) == kind(items.next[*new as usize]);
            if is_pair {
                items.join(*old, *new);
                try_push(&mut items.differing, *new)?;
            }
            (live, next) = match live.len().cmp(&next.len()) {
                _ if is_pair => (live_rest, next_rest),
                Ordering::Less => (live, next_rest),
                _ => (live_rest, next),
            };
        }
        Ok(())
    }

    /// Makes an array consist of the next items, apart from what is in those
    /// that stay. Answers where it is afterwards.
    fn change_items(&mut self, live: Node, items: &Items, moved: &[u32], arrays: u32) -> Result<Node> {
        let mut node = live;
        if !items.is_in_place() {
            let kept = items.kept();
            self.tally.removed += (items.live.len() - kept) as u32;
            self.tally.added += (items.next.len() - kept) as u32;
            self.tally.moved += moved.len() as u32;
            if self.store.tree.list_mut(live).is_some() {
                self.remove_items(live, items)?;
                self.move_items(live, items, moved)?;
                self.insert_items(live, items)?;
            } else {
                node = self.rebuild_items(live, items)?;
            }
        }
        for at in &items.differing {
            self.later(Pair { cell: Cell { node, slot: *at }, staged: items.part(*at), arrays: arrays + 1 })?;
        }
        Ok(node)
    }

    /// A short array gets its items in one step.
    fn rebuild_items(&mut self, live: Node, items: &Items) -> Result<Node> {
        for (word, is_used) in items.live.iter().zip(&items.is_used) {
            if !is_used {
                self.store.log.reserve()?;
                self.store.log.bury(*word);
            }
        }
        let mut words = Vec::new();
        for (at, source) in (0..).zip(&items.sources) {
            let word = match items.live.get(*source as usize) {
                Some(word) => *word,
                None => self.take(items.part(at))?,
            };
            try_push(&mut words, word)?;
        }
        let shifts = |(at, source): (u32, &u32)| *source != at && (at as usize) < items.live.len();
        if (0..).zip(&items.sources).any(shifts) || items.is_used.iter().any(|is_used| !is_used) {
            self.store.log.indexes = Indexes::Shifted;
        }
        self.store.rebuild(live, &words)
    }

    fn remove_items(&mut self, node: Node, items: &Items) -> Result<()> {
        let mut end = items.live.len();
        while end > 0 {
            let is_used = items.is_used[end - 1];
            let start = items.is_used[..end].iter().rposition(|other| *other != is_used).map_or(0, |last| last + 1);
            if !is_used {
                self.store.remove(node, start as u32, (end - start) as u32)?;
            }
            end = start;
        }
        Ok(())
    }

    fn insert_items(&mut self, node: Node, items: &Items) -> Result<()> {
        let mut words = Vec::new();
        for (at, source) in (0..).zip(&items.sources) {
            if *source == NONE {
                let word = self.take(items.part(at))?;
                try_push(&mut words, word)?;
            } else if !words.is_empty() {
                self.store.insert(node, at - words.len() as u32, &words)?;
                words.clear();
            }
        }
        self.store.insert(node, (items.next.len() - words.len()) as u32, &words).map(|_| ())
    }

    /// Puts the items that stay into the order of the next ones: O(length),
    /// for few that change places O(chunk) each.
    fn move_items(&mut self, node: Node, items: &Items, moved: &[u32]) -> Result<()> {
        if moved.is_empty() {
            return Ok(());
        }
        // Where each live item is now that some are removed.
        let (mut places, mut place) = (Vec::new(), 0);
        for is_used in &items.is_used {
            try_push(&mut places, place)?;
            place += u32::from(*is_used);
        }
        let mut order = Vec::new();
        let mut moves: Vec<(u32, u32)> = Vec::new();
        let mut movers = moved.iter().copied().peekable();
        for (at, source) in (0..).zip(&items.sources) {
            if let Some(place) = places.get(*source as usize) {
                if movers.next_if_eq(&at).is_some() {
                    try_push(&mut moves, (*place, order.len() as u32))?;
                }
                try_push(&mut order, *place)?;
            }
        }
        if moves.len() > FEW_MOVES && (moves.len() > SOME_MOVES || moves.len() * 64 > order.len()) {
            return self.store.arrange(node, &order);
        }
        // All of them to the end, and from there to where they belong.
        let end = order.len() as u32;
        for (number, (from, _)) in moves.iter().enumerate() {
            let gone = moves[..number].iter().filter(|(other, _)| other < from).count();
            self.store.move_item(node, *from - gone as u32, end - 1)?;
        }
        for ((_, to), from) in moves.iter().zip(end - moves.len() as u32..) {
            self.store.move_item(node, from, *to)?;
        }
        Ok(())
    }
}
