//! Splices that are done again in an array that others have changed.

use core::ops::Range;

use super::map::Spot;
use super::rebase::{Fit, Fitted, Policy, Rebase};
use super::script::{Action, Op, Script, Value};
use crate::error::Result;
use crate::memory::try_push;
use crate::node::{Cell, Node};
use crate::scratch::sort;
use crate::store::Store;

/// What has to hold for an item to move again: it is there, and goes somewhere.
const IS_THERE: u8 = 1;
const GOES_ON: u8 = 2;
const MOVES: u8 = IS_THERE | GOES_ON;

/// Where what splices are about is now. A position comes with which one it is:
/// `position << 32 | number`.
#[derive(Debug)]
struct Places {
    array: Spot,
    node: Node,
    /// Items that go, by their index.
    went: Vec<u64>,
    /// Of each its operation, and as which it was removed there.
    items: Vec<(u32, u32)>,
    /// The operations whose new items come, by how many items stand before them.
    came: Vec<u64>,
    /// Of each operation the piece that its new items come before.
    before: Vec<u32>,
    /// What is known of moved items, by number.
    moves: Vec<u8>,
}

impl Store {
    pub(super) fn fit_splices(
        &mut self,
        rebase: &mut Rebase,
        script: &mut Script,
        group: Range<usize>,
        array: Spot,
        node: Node,
    ) -> Result<Fit> {
        let (went, came) = (Vec::new(), Vec::new());
        let (items, before, moves) = (Vec::new(), Vec::new(), Vec::new());
        let mut places = Places { array, node, went, items, came, before, moves };
        let (mut came, mut gone) = (0u32, 0u32);
        for (op, at) in (0..).zip(group.clone()) {
            let Some(Action::Splice { index, removed, inserted, .. }) = script.ops.get(at).map(|op| &op.action) else {
                continue;
            };
            let start = index.wrapping_add(gone).wrapping_sub(came);
            came = came.wrapping_add(inserted.len() as u32);
            gone = gone.wrapping_add(removed.len() as u32);
            self.place_splice(rebase, script, (op, at), start, &mut places)?;
        }
        let ops = script.ops.get(group.clone()).unwrap_or(&[]);
        let mut went = core::mem::take(&mut places.went);
        went.retain(|place| !places.item(ops, *place).is_some_and(|item| places.stays(item)));
        places.went = went;
        sort(&mut places.went);
        sort(&mut places.came);
        self.build_splices(script, group, &places)
    }

    /// Finds where the items of a splice are now.
    fn place_splice(
        &self,
        rebase: &mut Rebase,
        script: &Script,
        (op, at): (u32, usize),
        start: u32,
        places: &mut Places,
    ) -> Result<()> {
        let Some(Action::Splice { removed, inserted, .. }) = script.ops.get(at).map(|op| &op.action) else {
            return Ok(());
        };
        let is_undo = rebase.policy == Policy::Undo;
        let first = places.items.len();
        let mut gap = None;
        let mut is_whole = true;
        for (number, item) in (0u32..).zip(removed) {
            let place = rebase.map.item(places.array, start.wrapping_add(number)).map(|(index, _)| index);
            let place = place.filter(|index| *index < self.tree.slots(places.node));
            gap = gap.or(place);
            let is_moved = matches!(item, Value::Moved(_));
            let is_it = |index: &u32| {
                let word = self.tree.get(Cell { node: places.node, slot: *index });
                is_moved || !is_undo || self.is_value(word, item, &script.texts)
            };
            match place.filter(is_it) {
                Some(index) => {
                    try_push(&mut places.went, u64::from(index) << 32 | places.items.len() as u64)?;
                    try_push(&mut places.items, (op, number))?;
                }
                None => is_whole &= is_moved,
            }
        }
        if is_undo && !is_whole && !inserted.is_empty() {
            // What was to be put in place of something else would stand beside it.
            places.items.truncate(first);
            places.went.truncate(first);
            return Ok(());
        }
        for at in first..places.items.len() {
            let (_, number) = places.items[at];
            if let Some(Value::Moved(number)) = removed.get(number as usize) {
                places.mark(*number, IS_THERE)?;
            }
        }
        for item in inserted {
            if let Value::Moved(number) = item {
                places.mark(*number, GOES_ON)?;
            }
        }
        if !inserted.is_empty() {
            let end = start.wrapping_add(removed.len() as u32);
            let gap = gap.map(|index| (index, 0));
            let (index, before) =
                gap.unwrap_or_else(|| rebase.map.gap(places.array, start, end, self.tree.slots(places.node)));
            try_push(&mut places.came, u64::from(index) << 32 | u64::from(op))?;
            while places.before.len() <= op as usize {
                try_push(&mut places.before, 0)?;
            }
            places.before[op as usize] = before;
        }
        Ok(())
    }

    /// Makes splices again of what goes and comes, ascending.
    fn build_splices(&self, script: &mut Script, group: Range<usize>, places: &Places) -> Result<Fit> {
        let Script { texts, ops, .. } = script;
        let group = ops.get(group).unwrap_or(&[]);
        let (mut went, mut came) = (places.went.iter().peekable(), places.came.iter().peekable());
        let mut fitted: Vec<Fitted> = Vec::new();
        let (mut came_before, mut went_before) = (0, 0);
        loop {
            let next = [went.peek(), came.peek()].into_iter().flatten().min();
            let Some(start) = next.map(|place| position(place)) else { break };
            let mut end = start;
            let mut before = 0;
            let (mut removed, mut inserted, mut values) = (Vec::new(), Vec::new(), Vec::new());
            loop {
                if let Some(place) = came.next_if(|place| position(place) <= end) {
                    let op = *place as u32;
                    let Some(op_came) = group.get(op as usize) else { continue };
                    let Action::Splice { inserted: items, .. } = &op_came.action else { continue };
                    let mut number = 0;
                    if inserted.is_empty() {
                        before = places.before.get(op as usize).copied().unwrap_or(0);
                    }
                    for item in items {
                        if places.stays(item) {
                            continue;
                        }
                        try_push(&mut inserted, item.clone())?;
                        if !matches!(item, Value::Moved(_)) {
                            try_push(&mut values, (op, number))?;
                            number += 1;
                        }
                    }
                } else if let Some(place) = went.next_if(|place| position(place) == end) {
                    let moved = places.item(group, *place).filter(|item| matches!(item, Value::Moved(_)));
                    let item = match moved {
                        Some(moved) => moved.clone(),
                        None => self.capture(self.tree.get(Cell { node: places.node, slot: end }), texts)?,
                    };
                    try_push(&mut removed, item)?;
                    end += 1;
                } else {
                    break;
                }
            }
            let index = start + came_before - went_before;
            came_before += inserted.len() as u32;
            went_before += removed.len() as u32;
            if !removed.is_empty() || !inserted.is_empty() {
                let goes_on = !fitted.is_empty();
                let action = Action::Splice { index, removed, inserted, goes_on };
                try_push(&mut fitted, Fitted { action, values, before })?;
            }
        }
        number_moves(&mut fitted, places.moves.len())?;
        Ok(Fit::Done(fitted))
    }
}

impl Places {
    /// The item that goes from a position.
    fn item<'a>(&self, group: &'a [Op], place: u64) -> Option<&'a Value> {
        let (op, number) = *self.items.get(place as u32 as usize)?;
        match &group.get(op as usize)?.action {
            Action::Splice { removed, .. } => removed.get(number as usize),
            _ => None,
        }
    }

    /// Whether an item was moved and is not to be moved again.
    fn stays(&self, item: &Value) -> bool {
        matches!(item, Value::Moved(number) if self.moves.get(*number as usize) != Some(&MOVES))
    }

    fn mark(&mut self, number: u32, what: u8) -> Result<()> {
        while self.moves.len() <= number as usize {
            try_push(&mut self.moves, 0)?;
        }
        self.moves[number as usize] |= what;
        Ok(())
    }
}

const fn position(place: &u64) -> u32 {
    (*place >> 32) as u32
}

/// Numbers moved items in the order in which they appear.
fn number_moves(fitted: &mut [Fitted], moves: usize) -> Result<()> {
    let mut names: Vec<u32> = Vec::new();
    names.try_reserve_exact(moves)?;
    names.resize(moves, 0);
    let mut count = 0;
    for Fitted { action, .. } in fitted {
        let Action::Splice { removed, inserted, .. } = action else { continue };
        for item in removed.iter_mut().chain(inserted) {
            let Value::Moved(number) = item else { continue };
            let Some(name) = names.get_mut(*number as usize) else { continue };
            if *name == 0 {
                count += 1;
                *name = count;
            }
            *number = *name - 1;
        }
    }
    Ok(())
}
