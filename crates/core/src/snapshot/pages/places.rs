//! Where the cells that differ are: containers have no numbers, so the one that holds
//! another is found by counting.

use gaesup_codec::{Encoding, StringId, Word};

use super::super::form::Places;
use super::super::head::{KIND_LIST, KIND_OBJECT, KIND_TUPLE};
use super::{Cell, Column, FORM_KEYS_MAX, Told, Two, Written, has_lengths};
use crate::delta::{Path, Script, Step, TextId};
use crate::error::{Error, Result};
use crate::memory::try_push;
use crate::page::{PAGE_WORDS, PageWords};
use crate::scratch::sort;
use crate::uuid;

/// A container: its group's number above its row.
pub(super) type Container = u64;

/// Where a container is.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) around: Container,
    pub(super) step: Step,
}

/// A cell that differs.
#[derive(Clone, Copy)]
pub(super) struct Found {
    pub(super) container: Container,
    pub(super) step: Step,
    /// Its number among the cells.
    pub(super) cell: u32,
}

/// What there is to say of a level.
#[derive(Default)]
pub(super) struct Level {
    /// The containers in which, however deep, something differs, ascending; and where they are.
    pub(super) containers: Vec<Container>,
    pub(super) places: Vec<Place>,
    /// The cells of these, in the order of the containers.
    pub(super) cells: Vec<Found>,
}

/// The path to a container of a level.
pub(super) fn path(levels: &[Level], level: usize, container: Container, script: &mut Script) -> Result<Path> {
    let start = script.steps.len();
    let mut container = container;
    for level in levels[1..=level].iter().rev() {
        let at = level.containers.binary_search(&container).map_err(|_| Error::PathNotFound)?;
        let place = level.places[at];
        try_push(&mut script.steps, place.step)?;
        container = place.around;
    }
    script.steps[start..].reverse();
    Ok(Path { start: start as u32, len: (script.steps.len() - start) as u32 })
}

/// The number in a script of a string as snapshots have it.
pub(super) fn intern(text: &[u8], script: &mut Script) -> Result<TextId> {
    match uuid::unpack(text) {
        Some(text) => script.texts.intern(&text),
        None => script.texts.intern(text),
    }
}

pub(super) const fn container(group: u32, row: u32) -> Container {
    (group as u64) << 32 | row as u64
}

impl Two<'_> {
    /// Finds the containers of all cells that differ, and those around them.
    pub(super) fn find_places(&mut self, script: &mut Script) -> Result<Vec<Level>> {
        let mut levels: Vec<Level> = Vec::new();
        levels.try_reserve_exact(self.head.levels.len())?;
        levels.resize_with(self.head.levels.len(), Level::default);
        let mut from = 0;
        while let Some(cell) = self.cells.get(from) {
            let group = cell.group;
            let count = self.cells[from..].iter().take_while(|cell| cell.group == group).count();
            let level = self.groups[group as usize].level as usize;
            self.find_cells(group, (from, count), &mut levels[level], script)?;
            from += count;
        }
        for number in (0..levels.len()).rev() {
            let (above, below) = levels.split_at_mut(number);
            let Some(level) = below.first_mut() else { break };
            sort(&mut level.containers);
            level.containers.dedup();
            let Some(above) = above.last_mut() else { break };
            level.places = self.locate(number as u32, &level.containers, script)?;
            for place in &level.places {
                try_push(&mut above.containers, place.around)?;
            }
        }
        Ok(levels)
    }

    /// Notes the cells of one group that differ, container by container.
    fn find_cells(
        &mut self,
        group: u32,
        (from, count): (usize, usize),
        level: &mut Level,
        script: &mut Script,
    ) -> Result<()> {
        let mut order = Vec::new();
        for number in from..from + count {
            let row = self.row(group, self.cells[number].at)?;
            try_push(&mut order, u64::from(row) << 32 | number as u64)?;
        }
        sort(&mut order);
        let is_object = self.form(&self.groups[group as usize]).0 == KIND_OBJECT;
        let mut names = [None; FORM_KEYS_MAX];
        for place in order {
            let (row, number) = ((place >> 32) as u32, place as u32);
            let Cell { column, at, .. } = self.cells[number as usize];
            let step = match names.get_mut(column as usize).filter(|_| is_object) {
                Some(Some(step)) => *step,
                name => {
                    let step = self.step(group, column, (row, at), script)?;
                    name.into_iter().for_each(|name| *name = Some(step));
                    step
                }
            };
            let found = Found { container: container(group, row), step, cell: number };
            try_push(&mut level.containers, found.container)?;
            try_push(&mut level.cells, found)?;
        }
        Ok(())
    }

    /// The container of a group that a word of a column is in.
    fn row(&mut self, group: u32, at: u32) -> Result<u32> {
        if !has_lengths(self.form(&self.groups[group as usize]).0) {
            return Ok(at);
        }
        self.find_ends(group as usize)?;
        Ok(self.groups[group as usize].ends.partition_point(|end| *end <= at) as u32)
    }

    /// The step from a container to what a word of its columns is.
    fn step(&mut self, group: u32, column: u32, (row, at): (u32, u32), script: &mut Script) -> Result<Step> {
        let group = &self.groups[group as usize];
        let (kind, rest) = self.form(group);
        let key = match kind {
            KIND_TUPLE => return Ok(Step::Index(column)),
            KIND_LIST => {
                let start = row.checked_sub(1).and_then(|before| group.ends.get(before as usize)).copied();
                return Ok(Step::Index(at - start.unwrap_or(0)));
            }
            KIND_OBJECT => rest.get(column as usize).copied(),
            _ => self.word(0, group.first_column + 1, at).as_string().map(|key| key.0),
        };
        let key = Word::string(StringId(key.ok_or(Error::corrupt(0))?));
        match self.told(0, key, script)? {
            Told::Text(text) => Ok(Step::Name(text)),
            _ => Err(Error::corrupt(0)),
        }
    }

    /// Finds where containers of a level are, by counting those that the level above names.
    fn locate(&mut self, level: u32, wanted: &[Container], script: &mut Script) -> Result<Vec<Place>> {
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let first = self.groups.partition_point(|group| group.level < level);
        let above = self.groups.partition_point(|group| group.level + 1 < level);
        let mut naming = Naming { wanted, first, named: Vec::new(), next: Vec::new(), forms: Places::default() };
        for (number, group) in self.groups.iter().enumerate().skip(first).take_while(|(_, group)| group.level == level)
        {
            if naming.forms.get(group.form).is_some() {
                return Err(Error::corrupt(0));
            }
            naming.forms.set(group.form, number - first)?;
            try_push(&mut naming.named, 0)?;
            try_push(&mut naming.next, wanted.partition_point(|known| *known < container(number as u32, 0)))?;
        }
        let mut met = Vec::new();
        for number in above..first {
            let group = &self.groups[number];
            let columns = group.first_column..group.first_column + group.columns;
            let skipped = if has_lengths(self.form(group).0) { group.columns - 1 } else { 0 };
            for column in columns.clone().skip(skipped) {
                let Column { first_page, words } = self.columns[column];
                let pages = self.pages[first_page..].iter().take((words as usize).div_ceil(PAGE_WORDS));
                for (page, [written, _]) in pages.enumerate() {
                    let at = (page * PAGE_WORDS) as u32;
                    let place = Met { group: number as u32, column: (column - columns.start) as u32, at, number: 0 };
                    naming.page(written, place, &mut met)?;
                }
            }
        }
        if met.len() != wanted.len() {
            return Err(Error::corrupt(0));
        }
        let mut places = Vec::new();
        places.try_reserve_exact(wanted.len())?;
        places.resize(wanted.len(), Place { around: 0, step: Step::Index(0) });
        for Met { group, column, at, number } in met {
            let row = self.row(group, at)?;
            let step = self.step(group, column, (row, at), script)?;
            places[number] = Place { around: container(group, row), step };
        }
        Ok(places)
    }
}

/// A word that names a container that is wanted: where it is, and the number of that among those.
#[derive(Clone, Copy)]
struct Met {
    group: u32,
    column: u32,
    at: u32,
    number: usize,
}

/// Counting the containers of a level, as the one above names them.
struct Naming<'a> {
    wanted: &'a [Container],
    /// The level's first group.
    first: usize,
    /// By group: how many were named, and which of those that are wanted is next.
    named: Vec<u32>,
    next: Vec<usize>,
    /// Where forms stand among the groups.
    forms: Places,
}

impl Naming<'_> {
    fn page(&mut self, page: &Written<'_>, place: Met, met: &mut Vec<Met>) -> Result<()> {
        let base = Word::from_bits(page.packed.base);
        match page.packed.encoding {
            Encoding::Constant => return self.run(base, place, page.words as u32, met),
            Encoding::Tag8 | Encoding::Tag16 | Encoding::Tag32 if base.as_form().is_some() => {}
            Encoding::Wide => {}
            _ => return Ok(()),
        }
        let mut words: PageWords = [Word::ABSENT; PAGE_WORDS];
        let words = &mut words[..page.words];
        page.packed.unpack(page.bytes, 0, words);
        for (word, at) in words.iter().zip(place.at..) {
            self.run(*word, Met { at, ..place }, 1, met)?;
        }
        Ok(())
    }

    /// Counts as many words that are all the same.
    fn run(&mut self, word: Word, place: Met, words: u32, met: &mut Vec<Met>) -> Result<()> {
        let Some(form) = word.as_form() else { return Ok(()) };
        let group = self.forms.get(form).ok_or(Error::corrupt(0))?;
        let start = container((self.first + group) as u32, self.named[group]);
        while let Some(known) = self.wanted.get(self.next[group]).filter(|known| **known - start < u64::from(words)) {
            try_push(met, Met { at: place.at + (known - start) as u32, number: self.next[group], ..place })?;
            self.next[group] += 1;
        }
        self.named[group] = self.named[group].checked_add(words).ok_or(Error::corrupt(0))?;
        Ok(())
    }
}
