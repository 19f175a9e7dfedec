//! The records of the last commits, for whoever missed them.
//!
//! One ring of bytes. An entry is never cut in two by the ring's end, so that
//! a record can be lent as it stands; what is too short for the next entry
//! stays unused until the ring has come around.

use crate::error::Result;

/// Length and span in front of a record, and the length again behind it, by
/// which the ring is walked backwards.
const HEAD_BYTES: usize = 8;
const OVERHEAD_BYTES: usize = HEAD_BYTES + 4;
/// The least by which the ring grows.
const GROWTH_BYTES_MIN: usize = 256;

/// The last commits, as many as a number of bytes holds.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    /// As long as its room: what is not used is zero or outdated.
    ring: Vec<u8>,
    /// Where the oldest entry stands.
    head: usize,
    /// Where the next entry goes.
    tail: usize,
    /// Where the entries end that stand before the ring's end, when newer
    /// ones already stand at its start.
    wrapped_at: Option<usize>,
    entries: usize,
    bytes_max: usize,
}

impl Journal {
    /// An empty journal that will hold at most this many bytes.
    pub(crate) const fn new(bytes_max: usize) -> Self {
        Self { ring: Vec::new(), head: 0, tail: 0, wrapped_at: None, entries: 0, bytes_max }
    }

    /// What it occupies, used or not.
    pub(crate) const fn bytes(&self) -> usize {
        self.ring.capacity()
    }

    /// Forgets everything and gives its memory back.
    pub(crate) fn clear(&mut self) {
        *self = Self::new(self.bytes_max);
    }

    /// Changes how many bytes it may hold; the oldest entries that do not fit
    /// go, or all of them when there is no memory for a smaller ring.
    pub(crate) fn set_limit(&mut self, bytes_max: usize) {
        self.bytes_max = bytes_max;
        if self.ring.capacity() <= bytes_max {
            return;
        }
        while self.used() > bytes_max {
            self.forget_oldest();
        }
        if self.resize(self.used()).is_err() {
            self.clear();
        }
    }

    /// Adds the record of a commit that advanced the state by `span` versions.
    /// The oldest entries make room; a record that cannot fit empties the
    /// journal, because what is older leads nowhere without it.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`]; the journal is as it was.
    pub(crate) fn push(&mut self, record: &[u8], span: u32) -> Result<()> {
        let needed = record.len().saturating_add(OVERHEAD_BYTES);
        let (Ok(length), true) = (u32::try_from(record.len()), needed <= self.bytes_max) else {
            self.clear();
            return Ok(());
        };
        self.make_room(needed)?;
        let (head, tail) = (self.tail, self.tail + needed);
        if let Some(place) = self.ring.get_mut(head..tail) {
            let (length, span) = (length.to_le_bytes(), span.to_le_bytes());
            let parts: [&[u8]; 4] = [&length, &span, record, &length];
            let mut at = 0;
            for part in parts {
                if let Some(place) = place.get_mut(at..at + part.len()) {
                    place.copy_from_slice(part);
                }
                at += part.len();
            }
        }
        self.tail = tail;
        self.entries += 1;
        Ok(())
    }

    /// The records that lead from the state `versions` ago to the present one,
    /// oldest first. None when they are gone, or when that state was never one
    /// of its own because an entry spans it.
    pub(crate) fn since(&self, versions: u64) -> Option<Records<'_>> {
        let (mut at, mut left, mut entries) = (self.tail, versions, 0);
        while left > 0 {
            if entries == self.entries {
                return None;
            }
            if at == 0 {
                at = self.wrapped_at?;
            }
            at = at.checked_sub(self.number(at.checked_sub(4)?) + OVERHEAD_BYTES)?;
            left = left.checked_sub(self.number(at + 4) as u64)?;
            entries += 1;
        }
        Some(Records { journal: self, at, left: entries })
    }

    fn number(&self, at: usize) -> usize {
        let bytes = self.ring.get(at..).and_then(<[u8]>::first_chunk);
        bytes.map_or(0, |bytes| u32::from_le_bytes(*bytes) as usize)
    }

    /// The bytes of all entries.
    fn used(&self) -> usize {
        match self.wrapped_at {
            Some(end) => end - self.head + self.tail,
            None => self.tail - self.head,
        }
    }

    fn forget_oldest(&mut self) {
        self.head += self.number(self.head) + OVERHEAD_BYTES;
        self.entries = self.entries.saturating_sub(1);
        if self.wrapped_at.is_some_and(|end| self.head >= end) {
            self.head = 0;
            self.wrapped_at = None;
        }
        if self.entries == 0 {
            self.head = 0;
            self.tail = 0;
            self.wrapped_at = None;
        }
    }

    /// Makes `tail` a place where so many bytes, which the limit allows, fit.
    fn make_room(&mut self, needed: usize) -> Result<()> {
        loop {
            let end = if self.wrapped_at.is_some() { self.head } else { self.ring.len() };
            if end - self.tail >= needed {
                return Ok(());
            }
            if self.wrapped_at.is_none() && self.head >= needed {
                self.wrapped_at = Some(self.tail);
                self.tail = 0;
                return Ok(());
            }
            let used = self.used();
            if self.ring.len() < self.bytes_max && used + needed <= self.bytes_max {
                let growth = needed.max(self.ring.len() / 2).max(GROWTH_BYTES_MIN);
                self.resize((used + growth).max(self.ring.len()).min(self.bytes_max))?;
            } else {
                self.forget_oldest();
            }
        }
    }

    /// Copies the entries to a ring of this size, which must hold them.
    fn resize(&mut self, size_bytes: usize) -> Result<()> {
        let mut ring = Vec::new();
        ring.try_reserve_exact(size_bytes)?;
        let (old, young) = match self.wrapped_at {
            Some(end) => (self.head..end, 0..self.tail),
            None => (self.head..self.tail, 0..0),
        };
        for part in [old, young] {
            ring.extend_from_slice(self.ring.get(part).unwrap_or(&[]));
        }
        self.head = 0;
        self.tail = ring.len();
        self.wrapped_at = None;
        ring.resize(size_bytes, 0);
        self.ring = ring;
        Ok(())
    }
}

/// Records of a [`Journal`], oldest first.
#[derive(Clone, Debug)]
pub(crate) struct Records<'a> {
    journal: &'a Journal,
    at: usize,
    left: usize,
}

impl<'a> Iterator for Records<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        self.left = self.left.checked_sub(1)?;
        if self.journal.wrapped_at == Some(self.at) {
            self.at = 0;
        }
        let start = self.at + HEAD_BYTES;
        let end = start + self.journal.number(self.at);
        self.at = end + OVERHEAD_BYTES - HEAD_BYTES;
        self.journal.ring.get(start..end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::VecDeque;

    #[derive(Clone, Debug)]
    enum Action {
        Push { length: usize, span: u32 },
        Limit(usize),
        Clear,
    }

    fn action() -> impl Strategy<Value = Action> {
        prop_oneof![
            60 => (0usize..90, 1u32..4).prop_map(|(length, span)| Action::Push { length, span }),
            4 => (90usize..1_500, 1u32..4).prop_map(|(length, span)| Action::Push { length, span }),
            4 => (0usize..3_000).prop_map(Action::Limit),
            1 => Just(Action::Clear),
        ]
    }

    fn push(journal: &mut Journal, model: &mut VecDeque<(Vec<u8>, u32)>, record: Vec<u8>, span: u32) {
        journal.push(&record, span).unwrap();
        model.push_back((record, span));
    }

    /// The journal holds a youngest part of the model, and answers as it does.
    fn check(journal: &Journal, model: &mut VecDeque<(Vec<u8>, u32)>) {
        while model.len() > journal.entries {
            model.pop_front();
        }
        assert_eq!(model.len(), journal.entries);
        assert!(journal.bytes() <= journal.bytes_max);
        let versions: u64 = model.iter().map(|entry| u64::from(entry.1)).sum();
        let mut reachable = versions;
        let mut expected = model.iter();
        for back in (0..=versions).rev() {
            if back < reachable
                && let Some(entry) = expected.next()
            {
                reachable -= u64::from(entry.1);
            }
            let records: Option<Vec<&[u8]>> = journal.since(back).map(Iterator::collect);
            let wanted = || expected.clone().map(|entry| &entry.0[..]).collect();
            assert_eq!(records, (back == reachable).then(wanted), "{back} versions ago");
        }
        assert!(journal.since(versions + 1).is_none());
    }

    proptest! {
        #[test]
        fn it_holds_the_youngest(bytes_max in 0usize..3_000, actions in prop::collection::vec(action(), 0..300)) {
            let mut journal = Journal::new(bytes_max);
            let mut model = VecDeque::new();
            for (number, action) in actions.into_iter().enumerate() {
                match action {
                    Action::Push { length, span } => push(&mut journal, &mut model, vec![number as u8; length], span),
                    Action::Limit(bytes_max) => journal.set_limit(bytes_max),
                    Action::Clear => {
                        journal.clear();
                        prop_assert_eq!(journal.bytes(), 0);
                    }
                }
                check(&journal, &mut model);
            }
        }
    }

    #[test]
    fn a_small_record_costs_less_than_a_hundred_bytes() {
        let mut journal = Journal::new(1 << 20);
        for count in 1..20_000 {
            journal.push(&[7; 45], 1).unwrap();
            assert!(count < 8 || journal.bytes() < count * 100, "{} bytes for {count} entries", journal.bytes());
        }
        // Full: all but the unused ends is entries.
        assert!(journal.entries * (45 + OVERHEAD_BYTES) > journal.bytes() - 2 * (45 + OVERHEAD_BYTES));
    }

    #[test]
    fn as_much_as_fits_is_kept() {
        let mut journal = Journal::new(3 * (10 + OVERHEAD_BYTES));
        let mut model = VecDeque::new();
        for number in 0..7 {
            push(&mut journal, &mut model, vec![number; 10], 1);
        }
        assert_eq!(journal.entries, 3);
        check(&journal, &mut model);
        journal.push(&[0; 3 * 10 + 2 * OVERHEAD_BYTES + 1], 1).unwrap();
        assert_eq!((journal.entries, journal.bytes()), (0, 0));
    }

    #[test]
    fn an_entry_of_several_versions_is_not_cut() {
        let mut journal = Journal::new(1_000);
        journal.push(b"two", 2).unwrap();
        journal.push(b"one", 1).unwrap();
        assert_eq!(journal.since(3).unwrap().collect::<Vec<_>>(), [b"two", b"one"]);
        assert!(journal.since(2).is_none());
        assert_eq!(journal.since(1).unwrap().collect::<Vec<_>>(), [b"one"]);
        assert_eq!(journal.since(0).unwrap().count(), 0);
    }
}
