//! What two sequences have in common, and in which order.

use crate::error::Result;
use crate::finder::{Finder, LINEAR_MAX, mix};
use crate::scratch::{Bump, Scratch, scratch};

/// No position: something that the other sequence does not have.
pub(crate) const NONE: u32 = u32::MAX;

/// For each number of `after` the position of the same one in `before`: equal
/// numbers are paired in order. O(both lengths) expected, whoever chose the
/// numbers without knowing `seed`.
pub(crate) fn pair_equal<'b>(bump: &'b Bump, before: &[u64], after: &[u64], seed: u64) -> Result<Scratch<'b, u32>> {
    // Numbers of words differ in their highest bits at times, so one round does not spread them.
    let hash = |number: u64| mix(mix(number ^ seed));
    let mut finder = Finder::default();
    finder.reserve(before.len().max(LINEAR_MAX + 1))?;
    // The first position of each number, and behind each the next of the same.
    let mut next = scratch(bump, before.len());
    next.extend(before.iter().map(|_| NONE))?;
    let is = |number: u64| move |at: u32| before.get(at as usize) == Some(&number);
    for (at, number) in (0..before.len() as u32).zip(before).rev() {
        next[at as usize] = finder.find(hash(*number), is(*number)).unwrap_or(NONE);
        finder.file(hash(*number), at, is(*number));
    }
    let mut pairs = scratch(bump, after.len());
    // How far the positions of each number, by its first, are used up.
    let mut used = scratch(bump, before.len());
    used.extend(0..before.len() as u32)?;
    for number in after {
        let pair = finder.find(hash(*number), is(*number)).map_or(NONE, |first| {
            let pair = used[first as usize];
            if pair != NONE {
                used[first as usize] = next[pair as usize];
            }
            pair
        });
        pairs.push(pair)?;
    }
    Ok(pairs)
}

/// The positions of a longest rising part of `pairs`: the most items that
/// can be said to have stayed. O(n log n), and O(n) when all are rising.
pub(crate) fn longest_rising<'b>(bump: &'b Bump, pairs: &[u32]) -> Result<Scratch<'b, u32>> {
    let mut ends: Scratch<'b, u32> = scratch(bump, pairs.len());
    let mut earlier = scratch(bump, pairs.len());
    for (at, pair) in (0u32..).zip(pairs) {
        let is_highest = ends.last().is_none_or(|end| pairs[*end as usize] < *pair);
        let length = if is_highest { ends.len() } else { ends.partition_point(|end| pairs[*end as usize] < *pair) };
        earlier.push(if *pair == NONE || length == 0 { NONE } else { ends[length - 1] })?;
        if *pair == NONE {
            continue;
        }
        if length == ends.len() {
            ends.push(at)?;
        } else {
            ends[length] = at;
        }
    }
    let mut rising = scratch(bump, ends.len());
    let mut next = ends.last().copied().unwrap_or(NONE);
    while next != NONE {
        rising.push(next)?;
        next = earlier[next as usize];
    }
    rising.reverse();
    Ok(rising)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn equal_numbers_are_paired_in_order(before in prop::collection::vec(0u64..12, 0..40), after in prop::collection::vec(0u64..12, 0..40)) {
            let bump = Bump::new();
            let pairs = pair_equal(&bump, &before, &after, 7).unwrap();
            for number in 0..12 {
                let left: Vec<u32> = (0..).zip(&before).filter(|(_, other)| **other == number).map(|(at, _)| at).collect();
                let right: Vec<u32> =
                    after.iter().zip(pairs.iter()).filter(|(other, _)| **other == number).map(|(_, pair)| *pair).collect();
                let expected: Vec<u32> = left.into_iter().chain(core::iter::repeat(NONE)).take(right.len()).collect();
                prop_assert_eq!(right, expected);
            }
        }

        #[test]
        fn what_rises_longest_is_found(pairs in prop::collection::vec(prop_oneof![4 => 0u32..12, 1 => Just(NONE)], 0..12)) {
            let bump = Bump::new();
            let rising = longest_rising(&bump, &pairs).unwrap();
            let numbers: Vec<u32> = rising.iter().map(|at| pairs[*at as usize]).collect();
            prop_assert!(rising.is_sorted() && numbers.is_sorted_by(|one, other| one < other));
            prop_assert!(!numbers.contains(&NONE));
            let subsets = 0u32..1 << pairs.len();
            let rises = |bits: u32| {
                let part: Vec<u32> = (0..pairs.len()).filter(|at| bits >> at & 1 == 1).map(|at| pairs[at]).collect();
                (part.is_sorted_by(|one, other| one < other) && !part.contains(&NONE)).then_some(part.len())
            };
            prop_assert_eq!(Some(numbers.len()), subsets.filter_map(rises).max());
        }
    }
}
