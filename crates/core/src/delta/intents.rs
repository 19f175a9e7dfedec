//! Which numbers were only added to: that is what was meant, and what can be
//! done again when somebody else has changed the number meanwhile.

use gaesup_codec::Word;

use crate::error::Result;
use crate::finder::{Finder, LINEAR_MAX, hash_cell, next_room};
use crate::memory::try_push;
use crate::node::Cell;

/// A number that was added to.
#[derive(Clone, Copy, Debug)]
struct Intent {
    cell: Cell,
    /// What it was before, and is if nothing else has happened to it.
    first: Word,
    last: Word,
    by: f64,
}

/// The numbers that the open transaction has added to.
#[derive(Debug, Default)]
pub(crate) struct Intents {
    list: Vec<Intent>,
    finder: Finder,
}

impl Intents {
    /// Notes that `by` was added to a number. Once it was changed in between, it never is
    /// one that was only added to.
    pub(crate) fn note(&mut self, cell: Cell, old: Word, new: Word, by: f64) -> Result<()> {
        if let Some(at) = self.position(cell) {
            let known = &mut self.list[at];
            let goes_on = known.last == old;
            known.by = if goes_on { known.by + by } else { f64::NAN };
            known.last = new;
            return Ok(());
        }
        try_push(&mut self.list, Intent { cell, first: old, last: new, by })?;
        let known = self.list.len() - 1;
        let refile = self.finder.reserve(next_room(&self.list))?;
        if known >= LINEAR_MAX {
            let first = if refile || known == LINEAR_MAX { 0 } else { known };
            for (number, intent) in self.list.iter().enumerate().skip(first) {
                self.finder.file(hash_cell(intent.cell), number as u32, |_| false);
            }
        }
        Ok(())
    }

    /// How much was added to a number, if that is what made `new` of `old`.
    pub(crate) fn by(&self, cell: Cell, old: Word, new: Word) -> Option<f64> {
        let intent = self.list.get(self.position(cell)?)?;
        (intent.first == old && intent.last == new && intent.by.is_finite()).then_some(intent.by)
    }

    pub(crate) fn clear(&mut self) {
        if !self.list.is_empty() {
            self.list.clear();
            self.finder.clear();
        }
    }

    fn position(&self, cell: Cell) -> Option<usize> {
        if self.list.len() <= LINEAR_MAX {
            return self.list.iter().position(|intent| intent.cell == cell);
        }
        let is_it = |number: u32| self.list.get(number as usize).is_some_and(|intent| intent.cell == cell);
        self.finder.find(hash_cell(cell), is_it).map(|number| number as usize)
    }
}
