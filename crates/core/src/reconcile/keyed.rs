//! Matching the items of arrays by a key.

use super::Reconciler;
use super::items::Items;
use crate::error::Result;
use crate::memory::try_push;
use crate::node::Cell;
use crate::order::{NONE, pair_equal};
use crate::scratch::{Bump, Scratch, scratch};
use crate::tree::{Kind, Tree};
use crate::word::{StringId, Value, Word};

/// What is under the key of each item; absent where that is no scalar.
pub(super) struct Keys {
    pub(super) live: Vec<Word>,
    pub(super) next: Vec<Word>,
}

impl Reconciler<'_> {
    /// Matches items that have the same scalar under `key`: those in front and at the end that
    /// match one to one, and of the others the first with the first.
    pub(super) fn match_keys(&self, items: &mut Items, key: StringId, is_ahead: bool) -> Result<Keys> {
        let tree = &self.store.tree;
        let keys = Keys { live: tree.words_under(&items.live, key)?, next: tree.words_under(&items.next, key)? };
        let mut matched = Vec::new();
        let (live_len, next_len) = (keys.live.len(), keys.next.len());
        let is_free = |items: &Items, live: usize, next: usize| !items.is_used[live] && items.sources[next] == NONE;
        let mut join = |items: &mut Items, live: usize, next: usize| -> Result<bool> {
            if keys.live[live] != keys.next[next] || !is_free(items, live, next) {
                return Ok(false);
            }
            if !keys.live[live].is_absent() {
                items.join(live as u32, next as u32);
                try_push(&mut matched, next as u32)?;
            }
            Ok(true)
        };
        let (mut start, mut end) = (0, 0);
        while start < live_len.min(next_len) && join(items, start, start)? {
            start += 1;
        }
        while start + end < live_len.min(next_len) && join(items, live_len - end - 1, next_len - end - 1)? {
            end += 1;
        }
        let bump = Bump::new();
        let live = rest(&bump, &keys.live, start, end, |at| items.is_used[at as usize])?;
        let next = rest(&bump, &keys.next, start, end, |at| items.sources[at as usize] != NONE)?;
        let pairs = pair_equal(&bump, &live.1, &next.1, self.store.config.seed)?;
        for (pair, at) in pairs.iter().zip(next.0.iter()) {
            if let Some(source) = live.0.get(*pair as usize) {
                items.join(*source, *at);
                try_push(&mut matched, *at)?;
            }
        }
        self.find_differing(items, matched, is_ahead)?;
        Ok(keys)
    }

    /// Notes which matched items are not equal, without a look if that has to wait.
    fn find_differing(&self, items: &mut Items, matched: Vec<u32>, is_ahead: bool) -> Result<()> {
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
    start: usize,
    end: usize,
    is_matched: impl Fn(u32) -> bool,
) -> Result<(Scratch<'b, u32>, Scratch<'b, u64>)> {
    let (mut numbers, mut words) = (scratch(bump, 0), scratch(bump, 0));
    for (at, key) in (0..keys.len() as u32 - end as u32).zip(keys).skip(start) {
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
        for word in words {
            let object = word.as_node().filter(|node| self.kind(*node) == Kind::Object);
            let held = object.and_then(|node| Some(self.get(Cell { node, slot: self.find(node, key)? })));
            let is_key = |word: &Word| {
                matches!(word.value(), Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Blob(..))
            };
            try_push(&mut under, held.filter(is_key).unwrap_or(Word::ABSENT))?;
        }
        Ok(under)
    }
}
