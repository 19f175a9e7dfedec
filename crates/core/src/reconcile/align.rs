//! Matching the items of arrays by what is in them.

use gaesup_codec::Word;

use super::Reconciler;
use super::items::Items;
use super::keyed::Keys;
use super::walk::Compare;
use crate::error::Result;
use crate::memory::try_push;
use crate::order::{NONE, pair_equal};
use crate::scratch::Bump;

/// Where one of so few containers is not what stands in its place, items came or went in between.
const CONTAINERS_EACH: usize = 16;

/// Items of one side that may be matched: their indexes and what they are.
#[derive(Default)]
struct Side {
    numbers: Vec<u32>,
    words: Vec<Word>,
}

impl Side {
    fn new(numbers: Vec<u32>, items: &[Word]) -> Result<Self> {
        let mut words = Vec::new();
        words.try_reserve_exact(numbers.len())?;
        words.extend(numbers.iter().filter_map(|at| items.get(*at as usize)));
        Ok(Self { numbers, words })
    }

    fn part(&self, places: impl Iterator<Item = usize>) -> Result<Self> {
        let mut part = Self::default();
        for at in places {
            part.push(self, at)?;
        }
        Ok(part)
    }

    fn push(&mut self, from: &Self, at: usize) -> Result<()> {
        try_push(&mut self.numbers, from.numbers[at])?;
        try_push(&mut self.words, from.words[at])
    }
}

impl Reconciler<'_> {
    /// Matches items that are equal, those of keyed records left out.
    pub(super) fn match_equal(&self, items: &mut Items, keys: Option<&Keys>) -> Result<()> {
        let live = Side::new(items.free_live(keys, 0..items.live.len() as u32)?, &items.live)?;
        let next = Side::new(items.free_next(keys, 0..items.next.len() as u32)?, &items.next)?;
        let (live_rest, next_rest) = if live.words.len() == next.words.len() {
            self.match_places(items, &live, &next)?
        } else {
            self.match_ends(items, &live, &next)?
        };
        if live_rest.words.is_empty() || next_rest.words.is_empty() {
            return Ok(());
        }
        self.match_hashes(items, &live_rest, &next_rest)
    }

    /// Where most items, and nearly all containers, are equal to those in the same place they are
    /// these, and only containers may have come from elsewhere. Answers what is left on both sides.
    fn match_places(&self, items: &mut Items, live: &Side, next: &Side) -> Result<(Side, Side)> {
        let differing = self.store.tree.differing(&live.words, &next.words)?;
        let is_container = |at: &usize| live.words[*at].as_node().is_some() || next.words[*at].as_node().is_some();
        let containers = differing.iter().filter(is_container).count();
        if (differing.count() * 2).max(containers * CONTAINERS_EACH) > live.words.len() {
            return self.match_ends(items, live, next);
        }
        let (mut live_rest, mut next_rest) = (Side::default(), Side::default());
        let mut others = differing.iter().peekable();
        for at in 0..live.words.len() {
            if others.next_if_eq(&at).is_none() {
                items.join(live.numbers[at], next.numbers[at]);
                continue;
            }
            for (side, rest) in [(live, &mut live_rest), (next, &mut next_rest)] {
                if side.words[at].as_node().is_some() {
                    rest.push(side, at)?;
                }
            }
        }
        Ok((live_rest, next_rest))
    }

    /// Matches equal items in front and at the end, and in between as long as these sides go along
    /// with one another. Answers what is left on both sides.
    fn match_ends(&self, items: &mut Items, live: &Side, next: &Side) -> Result<(Side, Side)> {
        let tree = &self.store.tree;
        let end = tree.common_end(&live.words, &next.words)?;
        let (words, others) = (&live.words[..live.words.len() - end], &next.words[..next.words.len() - end]);
        let compare = Compare {
            lens: [words.len(), others.len()],
            same: &|at, other| tree.is_equal(words[at], others[other]),
            run: &|at, other| tree.common_start(&words[at..], &others[other..]),
        };
        let mut join = |at: usize, other: usize, count: usize| {
            (0..count).for_each(|more| items.join(live.numbers[at + more], next.numbers[other + more]));
            Ok(())
        };
        join(words.len(), others.len(), end)?;
        compare.walk(&mut join)?;
        let is_left = |at: &usize| !items.is_used[live.numbers[*at] as usize];
        let live_rest = live.part((0..words.len()).filter(is_left))?;
        let is_left = |at: &usize| items.sources[next.numbers[*at] as usize] == NONE;
        Ok((live_rest, next.part((0..others.len()).filter(is_left))?))
    }

    /// Matches items that are equal wherever they stand.
    fn match_hashes(&self, items: &mut Items, live: &Side, next: &Side) -> Result<()> {
        let (tree, seed) = (&self.store.tree, self.store.config.seed);
        let bump = Bump::new();
        let pairs = pair_equal(&bump, &tree.hashes(&live.words, seed)?, &tree.hashes(&next.words, seed)?, seed)?;
        let (mut one, mut other) = (Side::default(), Side::default());
        for (at, pair) in pairs.iter().enumerate() {
            if (*pair as usize) < live.words.len() {
                one.push(live, *pair as usize)?;
                other.push(next, at)?;
            }
        }
        let differing = tree.differing(&one.words, &other.words)?;
        let mut differing = differing.iter().peekable();
        for (at, (source, number)) in one.numbers.iter().zip(&other.numbers).enumerate() {
            if differing.next_if_eq(&at).is_none() {
                items.join(*source, *number);
            }
        }
        Ok(())
    }
}
