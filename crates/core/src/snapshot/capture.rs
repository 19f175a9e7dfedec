//! Writing a snapshot, page by page.

use gaesup_codec::{Numbering, Packed, Piece, Value, Word};

use super::form::{Form, Forms, Places};
use super::gather::{Part, Position, Run, count, gather, next_page, push};
use super::head::{Head, form_code};
use super::section::{Sections, Stream};
use crate::error::{Error, Result};
use crate::memory::try_push;
use crate::node::{Cell, Node};
use crate::page::{PAGE_WORDS, PageWords};
use crate::store::Store;
use crate::strings::Interner;
use crate::tree::Tree;

/// The most bytes of a page as it is written: its encoding, base and words.
const PAGE_BYTES_MAX: usize = 1 + 8 + PAGE_WORDS * 8;
/// How many strings are written in one step.
const STRINGS_PER_STEP: usize = 1_024;
/// How many are copied in one go.
const PIECES_AT_ONCE: usize = 64;

/// What is compressed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Codec {
    /// Nothing.
    None,
    /// Every section that gets shorter.
    Lz4,
    /// Every section that gets shorter by an eighth.
    Auto,
}

/// Containers of one level and one form.
struct Group {
    form: u32,
    runs: Vec<Run>,
}

/// What the containers in a page of rows are named as, when all are alike.
#[derive(Clone, Copy)]
struct Known {
    page: u32,
    form: u32,
    place: u32,
}

/// No page of rows.
const UNKNOWN: Known = Known { page: u32::MAX, form: 0, place: 0 };

/// What is written next.
enum Phase {
    Root,
    Columns { group: usize, column: u32, at: Position },
    Strings(usize),
    Blobs(usize),
    Done,
}

/// A snapshot that is being made. The store must not change meanwhile.
pub struct Capture {
    root: Cell,
    schema: u32,
    phase: Phase,
    level: Vec<Group>,
    next: Vec<Group>,
    /// Where forms stand among the groups of the next level.
    places: Places,
    /// By table: the page that was looked into last.
    known: Vec<Known>,
    forms: Forms,
    levels: Vec<Vec<(u32, u32)>>,
    strings: Numbering,
    blobs: Numbering,
    streams: [Sections; 3],
    /// Words that were written, of about so many.
    done: u64,
    total: u64,
    front: Vec<u8>,
}

impl Store {
    /// Starts a snapshot of what a cell holds. `schema` is the application's
    /// own version of what its state looks like.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`], also while a transaction is open.
    pub fn begin_capture(&self, root: Cell, codec: Codec, schema: u32) -> Result<Capture> {
        if self.builder.is_busy() || self.in_transaction() {
            return Err(Error::OutOfMemory);
        }
        Ok(Capture {
            root,
            schema,
            phase: Phase::Root,
            level: Vec::new(),
            next: Vec::new(),
            places: Places::default(),
            known: Vec::new(),
            forms: Forms::default(),
            levels: Vec::new(),
            strings: Numbering::new(self.tree.strings.ids())?,
            blobs: Numbering::new(self.tree.blobs.ids())?,
            streams: [Stream::Strings, Stream::Blobs, Stream::Columns].map(|stream| Sections::new(stream, codec)),
            done: 0,
            total: self.tree.words(),
            front: Vec::new(),
        })
    }

    /// A snapshot of what a cell holds, in one go: O(its size).
    ///
    /// # Errors
    /// As [`Store::begin_capture`].
    pub fn snapshot(&self, root: Cell, codec: Codec, schema: u32) -> Result<Vec<u8>> {
        let mut capture = self.begin_capture(root, codec, schema)?;
        while capture.step(self)? {}
        let mut bytes = Vec::new();
        bytes.try_reserve_exact(capture.pieces().map(<[u8]>::len).sum())?;
        capture.pieces().for_each(|piece| bytes.extend_from_slice(piece));
        Ok(bytes)
    }
}

impl Capture {
    /// Writes a page, or as much as a page of something else: O(1,024), or the
    /// longest string. Answers whether there is more to do.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`]; the snapshot cannot go on then.
    pub fn step(&mut self, store: &Store) -> Result<bool> {
        let tree = &store.tree;
        self.phase = match core::mem::replace(&mut self.phase, Phase::Done) {
            Phase::Root => {
                self.write_page(tree, &mut [tree.get(self.root)])?;
                self.descend()?
            }
            Phase::Columns { group, column, at } => self.write_column(tree, group, column, at)?,
            Phase::Strings(at) => self.write_strings(tree, at)?,
            Phase::Blobs(at) => self.write_blobs(tree, at)?,
            Phase::Done => return Ok(false),
        };
        Ok(!matches!(self.phase, Phase::Done))
    }

    /// How much is done, as a part of one: it never falls, and is one at the end.
    #[must_use]
    pub fn progress(&self) -> f64 {
        match self.phase {
            Phase::Done => 1.0,
            _ => (self.done as f64 / self.total.max(1) as f64).min(1.0),
        }
    }

    /// The pieces that the snapshot consists of, once it is done.
    pub fn pieces(&self) -> impl Iterator<Item = &[u8]> {
        let sections = self.streams.iter().flat_map(|sections| &sections.bytes);
        core::iter::once(&self.front).chain(sections).map(Vec::as_slice)
    }

    /// Goes on with the containers that those of this level hold.
    fn descend(&mut self) -> Result<Phase> {
        self.level = core::mem::take(&mut self.next);
        self.known.clear();
        if self.level.is_empty() {
            return Ok(Phase::Strings(0));
        }
        let mut groups = Vec::new();
        for group in &self.level {
            self.places.forget(group.form);
            try_push(&mut groups, (group.form, count(&group.runs)))?;
        }
        try_push(&mut self.levels, groups)?;
        Ok(Phase::Columns { group: 0, column: 0, at: Position::default() })
    }

    fn write_column(&mut self, tree: &Tree, group: usize, column: u32, mut at: Position) -> Result<Phase> {
        let Some(Group { form, runs }) = self.level.get(group) else {
            return self.descend();
        };
        let form = &self.forms.list[*form as usize];
        let Some(part) = Part::of(form, column) else {
            return Ok(Phase::Columns { group: group + 1, column: 0, at: Position::default() });
        };
        let sections = &mut self.streams[Stream::Columns as usize];
        let count = match copy_page(sections, &mut self.strings, (tree, runs, form, part), &at)? {
            Some(count) => {
                at.skip(runs, count);
                self.done += count as u64;
                count
            }
            None => {
                let mut words: PageWords = [Word::NULL; PAGE_WORDS];
                let count = gather(tree, runs, form, part, &mut at, &mut words)?;
                if count > 0 {
                    self.write_page(tree, &mut words[..count])?;
                }
                count
            }
        };
        let is_last = count < PAGE_WORDS;
        Ok(if is_last {
            Phase::Columns { group, column: column + 1, at: Position::default() }
        } else {
            Phase::Columns { group, column, at }
        })
    }

    fn write_page(&mut self, tree: &Tree, words: &mut [Word]) -> Result<()> {
        let mut at = 0;
        while let Some(rest) = words.get_mut(at..) {
            at += self.strings.strings(rest)?;
            let Some(word) = words.get_mut(at) else { break };
            *word = self.number(tree, *word)?;
            at += 1;
        }
        let packed = Packed::narrowest(words);
        let bytes = self.streams[Stream::Columns as usize].room(PAGE_BYTES_MAX)?;
        packed.write(words, bytes);
        self.done += words.len() as u64;
        Ok(())
    }

    /// The word as it stands in the snapshot: strings and blobs by their new
    /// numbers, containers by their form, which of it is next in order.
    fn number(&mut self, tree: &Tree, word: Word) -> Result<Word> {
        Ok(match word.value() {
            Value::Blob(kind, id) => {
                let number = self.blobs.number(id)?;
                Word::blob(kind, number.ok_or(Error::PathNotFound)?)
            }
            Value::Node(node) => Word::form(self.name(tree, node)?),
            _ => return Err(Error::PathNotFound),
        })
    }

    /// The form of a container, which is written with the next level.
    fn name(&mut self, tree: &Tree, node: Node) -> Result<u32> {
        let page = node.row / PAGE_WORDS as u32;
        if let Some(known) = self.known.get(node.table as usize).filter(|known| known.page == page) {
            push(&mut self.next[known.place as usize].runs, node)?;
            return Ok(known.form);
        }
        let known = self.forms.list.len();
        let form = self.forms.of(tree, node)?;
        if form as usize >= known {
            self.number_keys(form)?;
        }
        let place = match self.places.get(form) {
            Some(place) => place,
            None => {
                try_push(&mut self.next, Group { form, runs: Vec::new() })?;
                self.places.set(form, self.next.len() - 1)?;
                self.next.len() - 1
            }
        };
        push(&mut self.next[place].runs, node)?;
        if self.forms.is_page_full(node) {
            while self.known.len() <= node.table as usize {
                try_push(&mut self.known, UNKNOWN)?;
            }
            self.known[node.table as usize] = Known { page, form, place: place as u32 };
        }
        Ok(form)
    }

    fn number_keys(&mut self, form: u32) -> Result<()> {
        match &self.forms.list[form as usize] {
            Form::Object(keys) => {
                for key in keys {
                    self.strings.number(key.0)?;
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn write_strings(&mut self, tree: &Tree, at: usize) -> Result<Phase> {
        let sections = &mut self.streams[Stream::Strings as usize];
        let (next, is_last) = write_pieces(sections, (&tree.strings, tree), self.strings.order(), at)?;
        self.done += (next - at) as u64;
        Ok(if is_last { Phase::Blobs(0) } else { Phase::Strings(next) })
    }

    fn write_blobs(&mut self, tree: &Tree, at: usize) -> Result<Phase> {
        let sections = &mut self.streams[Stream::Blobs as usize];
        let (next, is_last) = write_pieces(sections, (&tree.blobs, tree), self.blobs.order(), at)?;
        self.done += (next - at) as u64;
        if is_last { self.finish().map(|()| Phase::Done) } else { Ok(Phase::Blobs(next)) }
    }

    fn finish(&mut self) -> Result<()> {
        let mut head = Head {
            schema: self.schema,
            strings: self.strings.order().len() as u32,
            blobs: self.blobs.order().len() as u32,
            levels: core::mem::take(&mut self.levels),
            ..Head::default()
        };
        let number_of = |id: u32| self.strings.get(id).unwrap_or(u32::MAX);
        for form in &self.forms.list {
            try_push(&mut head.forms, form_code(form, number_of))?;
        }
        for sections in &mut self.streams {
            sections.flush()?;
            head.sections.append(&mut sections.entries);
        }
        self.front = head.encode()?;
        Ok(())
    }
}

/// Writes the next page of a column by its codes, when they are all there is to look
/// at; answers how many words it has.
fn copy_page(
    sections: &mut Sections,
    strings: &mut Numbering,
    (tree, runs, form, part): (&Tree, &[Run], &Form, Part),
    at: &Position,
) -> Result<Option<usize>> {
    let Some((page, index, count)) = next_page(tree, runs, form, part, at) else { return Ok(None) };
    let (packed, codes) = page.packed(&tree.memory);
    let bytes = sections.room(PAGE_BYTES_MAX)?;
    let repacked = match packed.repack(codes, index, count, bytes) {
        None => strings.repack(packed, codes, index, count, bytes)?,
        repacked => repacked,
    };
    Ok(repacked.map(|_| count))
}

/// Writes the next strings or blobs from a number on. Answers the number to
/// go on with, and whether there is none.
fn write_pieces(
    sections: &mut Sections,
    (interner, tree): (&Interner, &Tree),
    order: &[u32],
    at: usize,
) -> Result<(usize, bool)> {
    let end = order.len().min(at + STRINGS_PER_STEP);
    let mut rest = order.get(at..end).unwrap_or(&[]);
    while let Some(id) = rest.first() {
        let mut pieces = [Piece::default(); PIECES_AT_ONCE];
        let stored = rest.iter().map_while(|id| interner.stored(&tree.memory, *id));
        let count = pieces.iter_mut().zip(stored).map(|(place, piece)| *place = piece).count();
        if count == 0 {
            write_piece(sections, interner.bytes(&tree.memory, *id))?;
        }
        sections.join(&pieces[..count])?;
        rest = rest.get(count.max(1)..).unwrap_or(&[]);
    }
    Ok((end, end == order.len()))
}

fn write_piece(sections: &mut Sections, bytes: &[u8]) -> Result<()> {
    let mut header = [0; 5];
    let mut len = bytes.len();
    let mut used = 0;
    loop {
        header[used] = (len & 0x7F) as u8 | if len > 0x7F { 0x80 } else { 0 };
        used += 1;
        len >>= 7;
        if len == 0 {
            break;
        }
    }
    sections.write(&header[..used])?;
    sections.write(bytes)
}

impl Tree {
    /// About how many words and strings there are to write.
    fn words(&self) -> u64 {
        let rows = self.tables.iter().map(|table| u64::from(table.rows.live()) * table.columns().len() as u64);
        let items = self.lists.iter().map(|list| u64::from(list.len()));
        let entries = self.dictionaries.iter().chain(self.maps.iter()).map(|entries| u64::from(entries.len()) * 2);
        rows.chain(items).chain(entries).sum::<u64>() + self.strings.len() as u64 + self.blobs.len() as u64
    }
}
