//! Long arrays: words in chunks, so that the middle is as cheap as the end.
//!
//! A chunk is a page. Inserting or removing moves at most one chunk's words
//! and renumbers the chunks behind it: O(1,024 + length / 1,024).

use gaesup_codec::Word;

use crate::error::{Error, Result, Thing};
use crate::memory::{Memory, Part};
use crate::page::{PAGE_WORDS, Page};

/// Neighbours that together are shorter than this become one chunk.
const MERGE_WORDS: usize = PAGE_WORDS / 2;
/// How far an item is looked for on both sides of where it was.
const NEAR_ITEMS: u32 = 512;

/// The items of one long array.
#[derive(Debug, Default)]
pub(crate) struct List {
    chunks: Vec<Page>,
    /// The index of each chunk's first item.
    starts: Vec<u32>,
    len: u32,
}

impl List {
    #[inline]
    pub(crate) const fn len(&self) -> u32 {
        self.len
    }

    /// The item at `index`, or absent: O(log(length / 1,024)).
    #[inline]
    pub(crate) fn get(&self, memory: &Memory, index: u32) -> Word {
        if index >= self.len {
            return Word::ABSENT;
        }
        let (chunk, at) = self.locate(index);
        self.chunks[chunk].get(memory, at)
    }

    /// Reads the items from `index` on, which has to be so many before the end.
    pub(crate) fn read(&self, memory: &Memory, index: u32, out: &mut [Word]) {
        if index >= self.len {
            return;
        }
        let (chunk, mut at) = self.locate(index);
        let mut rest = out;
        for chunk in &self.chunks[chunk..] {
            let (part, behind) = rest.split_at_mut(rest.len().min(chunk.len() - at));
            chunk.read(memory, at, part);
            (at, rest) = (0, behind);
        }
    }

    /// Replaces the item at an index below the length.
    pub(crate) fn set(&mut self, memory: &mut Memory, index: u32, word: Word) -> Result<()> {
        if index >= self.len {
            return Err(Error::PathNotFound);
        }
        let (chunk, at) = self.locate(index);
        self.chunks[chunk].set(memory, Part::Lists, at, word, 0)
    }

    /// Puts an item before `index`, or at the end when that is the length.
    pub(crate) fn insert(&mut self, memory: &mut Memory, index: u32, word: Word) -> Result<()> {
        if index == self.len {
            return self.push(memory, word);
        }
        if index > self.len {
            return Err(Error::PathNotFound);
        }
        let (mut chunk, mut at) = self.locate(index);
        if self.chunks[chunk].len() == PAGE_WORDS {
            self.reserve_chunk()?;
            let tail = self.chunks[chunk].split(memory, Part::Lists, PAGE_WORDS / 2)?;
            self.chunks.insert(chunk + 1, tail);
            self.starts.insert(chunk + 1, 0);
            self.renumber(chunk);
            (chunk, at) = self.locate(index);
        }
        self.chunks[chunk].insert(memory, Part::Lists, at, word)?;
        self.len += 1;
        self.renumber(chunk);
        Ok(())
    }

    /// Puts items at the end: O(items).
    pub(crate) fn extend(&mut self, memory: &mut Memory, words: &[Word]) -> Result<()> {
        let room = self.chunks.last().map_or(0, |last| PAGE_WORDS - last.len());
        let (first, rest) = words.split_at(room.min(words.len()));
        first.iter().try_for_each(|word| self.push(memory, *word))?;
        for words in rest.chunks(PAGE_WORDS) {
            if (u32::MAX - self.len) < words.len() as u32 {
                return Err(Error::TooMany { what: Thing::Items });
            }
            self.reserve_chunk()?;
            self.chunks.push(Page::of(memory, Part::Lists, words)?);
            self.starts.push(self.len);
            self.len += words.len() as u32;
        }
        Ok(())
    }

    /// Takes out the item at an index below the length.
    pub(crate) fn remove(&mut self, memory: &mut Memory, index: u32) -> Word {
        if index >= self.len {
            return Word::ABSENT;
        }
        let (chunk, at) = self.locate(index);
        let word = self.chunks[chunk].remove(memory, Part::Lists, at);
        self.len -= 1;
        if self.chunks[chunk].len() == 0 {
            self.chunks.remove(chunk);
            self.starts.remove(chunk);
        } else {
            self.merge_behind(memory, chunk);
        }
        self.renumber(chunk.saturating_sub(1));
        word
    }

    /// Where `word` is, looking from `hint` outwards: O(how far it was
    /// shifted), and O(length) when that is far.
    pub(crate) fn position(&self, memory: &Memory, word: Word, hint: u32) -> Option<u32> {
        let near = (0..NEAR_ITEMS).flat_map(|distance| [hint.wrapping_add(distance), hint.wrapping_sub(distance)]);
        near.filter(|index| *index < self.len)
            .find(|index| self.get(memory, *index) == word)
            .or_else(|| (0..self.len).find(|index| self.get(memory, *index) == word))
    }

    pub(crate) fn clear(&mut self, memory: &mut Memory) {
        for chunk in &mut self.chunks {
            chunk.clear(memory, Part::Lists);
        }
        *self = Self::default();
    }

    pub(crate) fn chunks(&self) -> &[Page] {
        &self.chunks
    }

    pub(crate) fn metadata_bytes(&self) -> usize {
        self.chunks.capacity() * size_of::<Page>() + self.starts.capacity() * size_of::<u32>()
    }

    fn push(&mut self, memory: &mut Memory, word: Word) -> Result<()> {
        if self.len == u32::MAX {
            return Err(Error::TooMany { what: Thing::Items });
        }
        if self.chunks.last().is_none_or(|last| last.len() == PAGE_WORDS) {
            self.reserve_chunk()?;
            let mut chunk = Page::empty();
            // Behind a full chunk the next one is likely to fill as well.
            let room = if self.chunks.is_empty() { 0 } else { PAGE_WORDS };
            chunk.set(memory, Part::Lists, 0, word, room)?;
            self.chunks.push(chunk);
            self.starts.push(self.len);
        } else if let Some(last) = self.chunks.last_mut() {
            last.set(memory, Part::Lists, last.len(), word, 0)?;
        }
        self.len += 1;
        Ok(())
    }

    #[inline]
    fn locate(&self, index: u32) -> (usize, usize) {
        let chunk = match self.starts.len() {
            0 | 1 => 0,
            _ => self.starts.partition_point(|start| *start <= index) - 1,
        };
        (chunk, (index - self.starts[chunk]) as usize)
    }

    fn renumber(&mut self, from: usize) {
        let mut start = self.starts.get(from).copied().unwrap_or(0);
        if from == 0 {
            start = 0;
        }
        for (chunk, place) in self.chunks.iter().zip(&mut self.starts).skip(from) {
            *place = start;
            start += chunk.len() as u32;
        }
    }

    fn merge_behind(&mut self, memory: &mut Memory, chunk: usize) {
        let Some([first, second]) = self.chunks.get_mut(chunk..chunk + 2) else {
            return;
        };
        if first.len() + second.len() < MERGE_WORDS && first.append(memory, Part::Lists, second).is_ok() {
            second.clear(memory, Part::Lists);
            self.chunks.remove(chunk + 1);
            self.starts.remove(chunk + 1);
        }
    }

    fn reserve_chunk(&mut self) -> Result<()> {
        self.chunks.try_reserve(1)?;
        self.starts.try_reserve(1).map_err(|_| Error::OutOfMemory)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_list_is_a_vector(start in 0u32..3_000, edits in prop::collection::vec((0u8..4, any::<u32>(), 0i64..90_000), 0..200)) {
            let mut memory = Memory::new(usize::MAX);
            let mut list = List::default();
            let mut model = Vec::new();
            for number in 0..start {
                list.insert(&mut memory, number, Word::count(number)).unwrap();
                model.push(Word::count(number));
            }
            for (kind, at, number) in edits {
                let at = at as usize % (model.len() + 1);
                let word = Word::integer(number);
                match kind {
                    0 | 1 => { list.insert(&mut memory, at as u32, word).unwrap(); model.insert(at, word); }
                    2 if at < model.len() => {
                        // Long runs of removals are what makes chunks merge.
                        for _ in 0..(number as usize % 700).min(model.len() - at) {
                            prop_assert_eq!(list.remove(&mut memory, at as u32), model.remove(at));
                        }
                    }
                    3 if at < model.len() => { list.set(&mut memory, at as u32, word).unwrap(); model[at] = word; }
                    _ => {}
                }
            }
            prop_assert_eq!(list.len() as usize, model.len());
            for (index, word) in model.iter().enumerate() {
                prop_assert_eq!(list.get(&memory, index as u32), *word);
            }
            let mut read = vec![Word::ABSENT; model.len() / 2];
            list.read(&memory, (model.len() - read.len()) as u32, &mut read);
            prop_assert_eq!(&read, &model[model.len() - read.len()..]);
            for hint in [0, 5, start, u32::MAX] {
                let found = model.last().map(|last| list.position(&memory, *last, hint).unwrap());
                prop_assert_eq!(found.map(|at| model[at as usize]), model.last().copied());
            }
            list.clear(&mut memory);
            prop_assert_eq!(memory.bytes(Part::Lists), 0);
        }
    }
}
