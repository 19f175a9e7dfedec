//! Matching the items of arrays by what is in them.

use super::Reconciler;
use super::items::Items;
use super::keyed::Keys;
use crate::error::Result;
use crate::order::{NONE, pair_equal};
use crate::scratch::{Bump, scratch};
use crate::word::Word;

impl Reconciler<'_> {
    /// Matches items that are equal, those of keyed records left out.
    pub(super) fn match_equal(&self, items: &mut Items, keys: Option<&Keys>) -> Result<()> {
        let mut live = items.free_live(keys, 0..items.live.len() as u32)?;
        let mut next = items.free_next(keys, 0..items.next.len() as u32)?;
        live.reverse();
        next.reverse();
        let bump = Bump::new();
        let (tree, seed) = (&self.store.tree, self.store.config.seed);
        let hashes = |words: &[Word], numbers: &[u32]| -> Result<_> {
            let mut hashes = scratch(&bump, numbers.len());
            hashes.extend(numbers.iter().map(|at| tree.hash(words[*at as usize], seed)))?;
            Ok(hashes)
        };
        let pairs = pair_equal(&bump, &hashes(&items.live, &live)?, &hashes(&items.next, &next)?, seed)?;
        for (pair, at) in pairs.iter().zip(&next) {
            if *pair != NONE {
                let source = live[*pair as usize];
                if tree.equal(items.live[source as usize], items.next[*at as usize]) {
                    items.join(source, *at);
                }
            }
        }
        Ok(())
    }
}
