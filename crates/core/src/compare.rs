//! Comparing many values at once.
//!
//! Rows that follow one another in one table are compared column by column, so
//! that pages of one encoding are compared by their codes and constant ones by
//! one look. What is in cells that hold containers is gathered and compared in
//! the same way.

use gaesup_codec::Word;

use crate::error::Result;
use crate::memory::try_push;
use crate::node::{Cell, Node, TableId};
use crate::page::{LANES, Lanes, is_clear, set_bits, set_from};
use crate::store::Store;
use crate::tree::Tree;

/// What is deeper inside is compared one by one, with less of the stack.
const DEPTH: u32 = 12;

/// Fewer rows in a row are compared one by one.
const RUN_ROWS: usize = 4;

/// How many words are compared first where it is not known how far it goes.
const LANES_FIRST: usize = 16;

/// Where so many cells may hold containers, all are read at once.
const READ_LANES: usize = 64;

/// Rows of so many tables are sorted out where they come by turns.
const TABLES: usize = 8;

/// By how much the bits of words differ whose nodes are neighbours in one table.
const NEXT_ROW: u64 = Word::node(Node { table: 0, row: 1 }).to_bits() - Word::node(Node { table: 0, row: 0 }).to_bits();

impl Store {
    /// Whether two values of this store are the same: kinds, keys in the order
    /// JavaScript shows, and all words. O(size); where rows follow one another in
    /// both, much quicker than reading them.
    #[must_use]
    pub fn equals(&self, one: Word, other: Word) -> bool {
        // Without memory to gather anything it takes longer.
        self.tree.is_equal(one, other).unwrap_or_else(|_| self.tree.equal(one, other))
    }
}

/// A bit for each of two words that were compared; set when they differ.
#[derive(Default)]
pub(crate) struct Differing {
    words: Vec<u64>,
}

impl Differing {
    /// The numbers of those that differ.
    pub(crate) fn iter(&self) -> impl Iterator<Item = usize> {
        set_bits(&self.words)
    }

    /// How many differ.
    pub(crate) fn count(&self) -> usize {
        self.words.iter().map(|bits| bits.count_ones() as usize).sum()
    }
}

/// Pairs of words with the lanes they stand for.
#[derive(Default)]
struct Pairs {
    places: Vec<usize>,
    words: Vec<Word>,
    others: Vec<Word>,
}

impl Pairs {
    /// None yet, with room for so many.
    fn with_room(count: usize) -> Result<Self> {
        let mut pairs = Self::default();
        pairs.reserve(count)?;
        Ok(pairs)
    }

    fn reserve(&mut self, count: usize) -> Result<()> {
        self.places.try_reserve(count)?;
        self.words.try_reserve(count)?;
        self.others.try_reserve(count)?;
        Ok(())
    }

    /// Adds a pair that there is room for.
    fn push(&mut self, place: usize, word: Word, other: Word) {
        self.places.push(place);
        self.words.push(word);
        self.others.push(other);
    }
}

/// A number for the table that a container is in.
fn table_of(word: Word) -> u32 {
    word.as_node().map_or(u32::MAX, |node| u32::from(node.table))
}

/// With how many neighbours in a table, one after the other, words begin.
pub(crate) fn run_of(words: &[Word]) -> usize {
    1 + words.windows(2).take_while(|pair| is_next(pair)).count()
}

/// The same for two sequences that both go on so.
fn common_run(words: &[Word], others: &[Word]) -> usize {
    let pairs = words.windows(2).zip(others.windows(2));
    1 + pairs.take_while(|(pair, other)| is_next(pair) && is_next(other)).count()
}

fn is_next(pair: &[Word]) -> bool {
    pair[1].to_bits() == pair[0].to_bits().wrapping_add(NEXT_ROW)
}

impl Tree {
    /// Which words of two sequences of one length are not equal.
    pub(crate) fn differing(&self, one: &[Word], other: &[Word]) -> Result<Differing> {
        let mut differing = Differing::default();
        for (one, other) in one.chunks(LANES).zip(other.chunks(LANES)) {
            let lanes = self.differing_lanes(one, other, DEPTH)?;
            for bits in lanes.iter().take(one.len().div_ceil(64)) {
                try_push(&mut differing.words, *bits)?;
            }
        }
        Ok(differing)
    }

    /// With how many equal words two sequences begin.
    pub(crate) fn common_start(&self, one: &[Word], other: &[Word]) -> Result<usize> {
        let (mut start, mut lanes_max) = (0, LANES_FIRST);
        while start < one.len().min(other.len()) {
            let len = (one.len().min(other.len()) - start).min(lanes_max);
            let lanes = self.differing_lanes(&one[start..start + len], &other[start..start + len], DEPTH)?;
            if let Some(first) = set_bits(&lanes).next() {
                return Ok(start + first);
            }
            start += len;
            lanes_max = (lanes_max * 4).min(LANES);
        }
        Ok(start)
    }

    /// With how many equal words two sequences end.
    pub(crate) fn common_end(&self, one: &[Word], other: &[Word]) -> Result<usize> {
        let mut end = 0;
        for (one, other) in one.rchunks(LANES).zip(other.rchunks(LANES)) {
            let len = one.len().min(other.len());
            let lanes = self.differing_lanes(&one[one.len() - len..], &other[other.len() - len..], DEPTH)?;
            if let Some(last) = set_bits(&lanes).last() {
                return Ok(end + len - 1 - last);
            }
            end += len;
        }
        Ok(end)
    }

    /// Whether two words are equal.
    pub(crate) fn is_equal(&self, one: Word, other: Word) -> Result<bool> {
        self.is_same(one, other, DEPTH)
    }

    /// Which of up to [`LANES`] pairs of words are not equal.
    fn differing_lanes(&self, one: &[Word], other: &[Word], depth: u32) -> Result<Lanes> {
        let mut out: Lanes = [0; LANES / 64];
        let mut rest = Pairs::default();
        self.compare_runs(one, other, depth, &mut out, &mut rest)?;
        // Rows of several tables by turns are runs in each of them.
        for _ in 0..TABLES {
            let Some(table) = rest.words.first().map(|word| table_of(*word)).filter(|_| rest.words.len() >= RUN_ROWS)
            else {
                break;
            };
            let count = rest.words.len();
            let (mut group, mut others) = (Pairs::with_room(count)?, Pairs::with_room(count)?);
            for (place, (word, other)) in rest.places.iter().zip(rest.words.iter().zip(&rest.others)) {
                let pairs = if table_of(*word) == table { &mut group } else { &mut others };
                pairs.push(*place, *word, *other);
            }
            let (mut lanes, mut singles): (Lanes, _) = ([0; LANES / 64], Pairs::default());
            self.compare_runs(&group.words, &group.others, depth, &mut lanes, &mut singles)?;
            self.compare_singles(&singles, depth, &mut lanes)?;
            set_bits(&lanes).for_each(|number| set_from(&mut out, group.places[number], 1));
            rest = others;
        }
        self.compare_singles(&rest, depth, &mut out)?;
        Ok(out)
    }

    /// Compares scalars, and rows that follow one another. Other pairs go to `rest`.
    fn compare_runs(&self, one: &[Word], other: &[Word], depth: u32, out: &mut Lanes, rest: &mut Pairs) -> Result<()> {
        let mut at = 0;
        while let (Some(word), Some(other_word)) = (one.get(at), other.get(at)) {
            let mut len = 1;
            match (word.as_node(), other_word.as_node()) {
                (Some(row), Some(other_row)) => {
                    if row.table == other_row.table && row.table >= TableId::SHAPES && depth > 0 {
                        len = common_run(&one[at..], &other[at..]);
                    }
                    if len >= RUN_ROWS {
                        self.differing_rows([row, other_row], (at, len), depth, out)?;
                    } else {
                        len = 1;
                        if rest.words.is_empty() {
                            rest.reserve(one.len() - at)?;
                        }
                        rest.push(at, *word, *other_word);
                    }
                }
                _ => set_from(out, at, u64::from(word != other_word)),
            }
            at += len;
        }
        Ok(())
    }

    fn compare_singles(&self, pairs: &Pairs, depth: u32, out: &mut Lanes) -> Result<()> {
        for (place, (word, other)) in pairs.places.iter().zip(pairs.words.iter().zip(&pairs.others)) {
            if !self.is_same(*word, *other, depth)? {
                set_from(out, *place, 1);
            }
        }
        Ok(())
    }

    /// The same for rows that follow one another in one table.
    fn differing_rows(&self, rows: [Node; 2], (first, len): (usize, usize), depth: u32, out: &mut Lanes) -> Result<()> {
        let Some(table) = self.tables.get((rows[0].table - TableId::SHAPES) as usize) else {
            return Ok(());
        };
        for column in table.columns() {
            let mut lanes: Lanes = [0; LANES / 64];
            column.differing(&self.memory, rows.map(|node| node.row), (first, len), &mut lanes);
            if is_clear(&lanes) {
                continue;
            }
            for (bits, known) in lanes.iter_mut().zip(out.iter()) {
                *bits &= !known;
            }
            let count: u32 = lanes.iter().map(|bits| bits.count_ones()).sum();
            let mut inner = Pairs::with_room(count as usize)?;
            let (mut words, mut others) = (Vec::new(), Vec::new());
            if count as usize > READ_LANES {
                for (buffer, node) in [&mut words, &mut others].into_iter().zip(rows) {
                    buffer.try_reserve_exact(len)?;
                    buffer.resize(len, Word::ABSENT);
                    column.read(&self.memory, node.row, buffer);
                }
            }
            for at in set_bits(&lanes) {
                let [word, other] = match (words.get(at - first), others.get(at - first)) {
                    (Some(word), Some(other)) => [*word, *other],
                    _ => rows.map(|node| column.get(&self.memory, node.row + (at - first) as u32)),
                };
                if word.as_node().is_some() && other.as_node().is_some() {
                    inner.push(at, word, other);
                } else {
                    set_from(out, at, 1);
                }
            }
            if !inner.words.is_empty() {
                let differing = self.differing_lanes(&inner.words, &inner.others, depth - 1)?;
                set_bits(&differing).for_each(|number| set_from(out, inner.places[number], 1));
            }
        }
        Ok(())
    }

    /// Whether two words are equal: as [`Tree::equal`], but quicker for what
    /// is long.
    fn is_same(&self, one: Word, other: Word, depth: u32) -> Result<bool> {
        let (Some(node), Some(other_node)) = (one.as_node(), other.as_node()) else {
            return Ok(one == other);
        };
        if node == other_node {
            return Ok(true);
        }
        match (node.table, other_node.table) {
            _ if depth == 0 => Ok(self.equal(one, other)),
            (TableId::LISTS, TableId::LISTS) => self.is_same_list(node, other_node, depth - 1),
            (TableId::DICTIONARIES, TableId::DICTIONARIES) | (TableId::MAPS, TableId::MAPS) => {
                self.is_same_dictionary(node, other_node, depth - 1)
            }
            (table, other_table) if table == other_table => {
                for slot in 0..self.slots(node) {
                    let [word, other] = [node, other_node].map(|node| self.get(Cell { node, slot }));
                    if word != other && !self.is_same(word, other, depth - 1)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            _ => Ok(self.equal(one, other)),
        }
    }

    fn is_same_list(&self, one: Node, other: Node, depth: u32) -> Result<bool> {
        let len = self.slots(one);
        if len != self.slots(other) {
            return Ok(false);
        }
        self.are_same(len, depth, |tree, first, out| {
            for (node, words) in [one, other].into_iter().zip(out) {
                if let Some(list) = tree.lists.get(node.row) {
                    list.read(&tree.memory, first, words);
                }
            }
        })
    }

    /// Dictionaries whose keys stand in the same entries are compared by these.
    fn is_same_dictionary(&self, one: Node, other: Node, depth: u32) -> Result<bool> {
        let (Some(left), Some(right)) = (self.dictionary(one), self.dictionary(other)) else {
            return Ok(false);
        };
        if left.len() != right.len() {
            return Ok(false);
        }
        let columns = [left.columns(), right.columns()];
        let read = |column: usize| {
            move |tree: &Self, first: u32, out: [&mut [Word]; 2]| {
                for (side, words) in out.into_iter().enumerate() {
                    columns[side][column].read(&tree.memory, first, words);
                }
            }
        };
        let entries = left.entries();
        if entries != right.entries() || !self.are_same(entries, 0, read(0))? {
            return Ok(self.equal(Word::node(one), Word::node(other)));
        }
        self.are_same(entries, depth, read(1))
    }

    /// Whether two sequences are equal that can be read in parts.
    fn are_same(&self, len: u32, depth: u32, read: impl Fn(&Self, u32, [&mut [Word]; 2])) -> Result<bool> {
        let (mut words, mut others) = (Vec::new(), Vec::new());
        for buffer in [&mut words, &mut others] {
            buffer.try_reserve_exact(LANES.min(len as usize))?;
            buffer.resize(LANES.min(len as usize), Word::ABSENT);
        }
        for first in (0..len).step_by(LANES) {
            let count = ((len - first) as usize).min(LANES);
            read(self, first, [&mut words[..count], &mut others[..count]]);
            if !is_clear(&self.differing_lanes(&words[..count], &others[..count], depth)?) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Reads what is in a column of rows that follow one another.
    pub(crate) fn read_column(&self, row: Node, column: u32, out: &mut [Word]) {
        let table = self.tables.get(row.table.wrapping_sub(TableId::SHAPES) as usize);
        if let Some(column) = table.and_then(|table| table.columns().get(column as usize)) {
            column.read(&self.memory, row.row, out);
        }
    }
}
