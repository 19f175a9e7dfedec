//! Matching the items of arrays by a key.

use gaesup_codec::{StringId, Value, Word};

use super::Reconciler;
use super::items::Items;
use super::walk::Compare;
use crate::compare::run_of;
use crate::error::Result;
use crate::memory::try_push;
use crate::node::Cell;
use crate::order::{NONE, pair_equal};
use crate::scratch::{Bump, Scratch, scratch};
use crate::tree::{Kind, Tree};

/// What is under the key of each item; absent where that is no scalar.
pub(super) struct Keys {
    pub(super) live: Vec<Word>,
    pub(super) next: Vec<Word>,
}

impl Reconciler<'_> {
    /// Matches items that have the same scalar under `key`: those that stand in a row with others
    /// that match as well, and then the first with the first.
    pub(super) fn match_keys(&self, items: &mut Items, key: StringId, is_ahead: bool) -> Result<Keys> {
        let tree = &self.store.tree;
        let keys = Keys { live: tree.words_under(&items.live, key)?, next: tree.words_under(&items.next, key)? };
        let is_pair = |items: &Items, at: usize, other: usize| {
            keys.live[at] == keys.next[other] && !items.is_used[at] && items.sources[other] == NONE
        };
        let lens = [keys.live.len(), keys.next.len()];
        let mut found = Vec::new();
        let compare = Compare {
            lens,
            same: &|at, other| Ok(is_pair(items, at, other)),
            run: &|at, other| {
                let pairs = (at..lens[0]).zip(other..lens[1]);
                Ok(pairs.take_while(|(at, other)| is_pair(items, *at, *other)).count())
            },
        };
        compare.walk(&mut |at, other, count| try_push(&mut found, (at, other, count)))?;
        for (at, other, count) in found {
            for (at, other) in (at..at + count).zip(other..) {
                if !keys.live[at].is_absent() {
                    items.join(at as u32, other as u32);
                }
            }
        }
        let bump = Bump::new();
        let live = rest(&bump, &keys.live, |at| items.is_used[at as usize])?;
        let next = rest(&bump, &keys.next, |at| items.sources[at as usize] != NONE)?;
        let pairs = pair_equal(&bump, &live.1, &next.1, self.store.config.seed)?;
        for (pair, at) in pairs.iter().zip(next.0.iter()) {
            if let Some(source) = live.0.get(*pair as usize) {
                items.join(*source, *at);
            }
        }
        self.find_differing(items, is_ahead)?;
        Ok(keys)
    }

    /// Notes which matched items are not equal, without a look if that has to wait.
    fn find_differing(&self, items: &mut Items, is_ahead: bool) -> Result<()> {
        let mut matched = Vec::new();
        for (at, source) in (0..).zip(&items.sources) {
            if *source != NONE {
                try_push(&mut matched, at)?;
            }
        }
        if !is_ahead {
            items.differing = matched;
            return Ok(());
        }
        let (mut live, mut next) = (Vec::new(), Vec::new());
        for at in &matched {
            try_push(&mut live, items.live[items.sources[*at as usize] as usize])?;
            try_push(&mut next, items.next[*at as usize])?;
        }
        let differing = self.store.tree.differing(&live, &next)?;
        for number in differing.iter() {
            try_push(&mut items.differing, matched[number])?;
        }
        Ok(())
    }
}

/// Numbers and keys of the items that have a key and are not matched yet.
fn rest<'b>(
    bump: &'b Bump,
    keys: &[Word],
    is_matched: impl Fn(u32) -> bool,
) -> Result<(Scratch<'b, u32>, Scratch<'b, u64>)> {
    let (mut numbers, mut words) = (scratch(bump, 0), scratch(bump, 0));
    for (at, key) in (0..).zip(keys) {
        if !key.is_absent() && !is_matched(at) {
            numbers.push(at)?;
            words.push(key.to_bits())?;
        }
    }
    Ok((numbers, words))
}

impl Tree {
    /// What each word has under a key, if it is an object and that is a string, number, boolean or blob.
    fn words_under(&self, words: &[Word], key: StringId) -> Result<Vec<Word>> {
        let mut under = Vec::new();
        under.try_reserve_exact(words.len())?;
        under.resize(words.len(), Word::ABSENT);
        let mut at = 0;
        while let Some(rest) = words.get(at..).filter(|rest| !rest.is_empty()) {
            let run = run_of(rest);
            if let Some(node) = words[at].as_node().filter(|node| self.kind(*node) == Kind::Object) {
                match self.dictionary(node) {
                    None => {
                        if let Some(column) = self.shape(node).column_of(key) {
                            self.read_column(node, column, &mut under[at..at + run]);
                        }
                    }
                    Some(_) => {
                        for (word, place) in words[at..at + run].iter().zip(&mut under[at..]) {
                            let found = word.as_node().and_then(|node| Some((node, self.find(node, key)?)));
                            *place = found.map_or(Word::ABSENT, |(node, slot)| self.get(Cell { node, slot }));
                        }
                    }
                }
            }
            at += run;
        }
        let is_key = |word: &Word| {
            matches!(word.value(), Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Blob(..))
        };
        under.iter_mut().filter(|word| !is_key(word)).for_each(|word| *word = Word::ABSENT);
        Ok(under)
    }
}
