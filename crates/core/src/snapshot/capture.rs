//! Writing a snapshot, page by page.

use super::form::{Form, Forms, Places};
use super::gather::{Part, Position, gather};
use super::head::{Head, form_code};
use super::section::{Sections, Stream};
use crate::error::{Error, Result};
use crate::memory::try_push;
use crate::node::{Cell, Node};
use crate::page::{PAGE_WORDS, Packed, PageWords};
use crate::store::Store;
use crate::strings::Interner;
use crate::tree::Tree;
use crate::word::{Value, Word};

/// The most bytes of a page as it is written: its encoding, base and words.
const PAGE_BYTES_MAX: usize = 1 + 8 + PAGE_WORDS * 8;
/// How many strings are written in one step.
const STRINGS_PER_STEP: usize = 1_024;

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
    nodes: Vec<Node>,
}

/// New numbers for the strings, or blobs, of a store, in the order they are met.
struct Numbers {
    by_id: Vec<u32>,
    order: Vec<u32>,
}

/// No number yet.
const UNKNOWN: u32 = u32::MAX;

impl Numbers {
    fn new(ids: u32) -> Result<Self> {
        let mut by_id = Vec::new();
        by_id.try_reserve_exact(ids as usize).map_err(|_| Error::OutOfMemory)?;
        by_id.resize(ids as usize, UNKNOWN);
        Ok(Self { by_id, order: Vec::new() })
    }

    #[inline]
    fn of(&mut self, id: u32) -> Result<u32> {
        match self.by_id.get_mut(id as usize) {
            Some(number) if *number == UNKNOWN => {
                *number = self.order.len() as u32;
                let number = *number;
                try_push(&mut self.order, id)?;
                Ok(number)
            }
            Some(number) => Ok(*number),
            None => Err(Error::PathNotFound),
        }
    }
}

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
    forms: Forms,
    levels: Vec<Vec<(u32, u32)>>,
    strings: Numbers,
    blobs: Numbers,
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
            forms: Forms::default(),
            levels: Vec::new(),
            strings: Numbers::new(self.tree.strings.ids())?,
            blobs: Numbers::new(self.tree.blobs.ids())?,
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
        bytes.try_reserve_exact(capture.pieces().map(<[u8]>::len).sum()).map_err(|_| Error::OutOfMemory)?;
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
        if self.level.is_empty() {
            return Ok(Phase::Strings(0));
        }
        let mut groups = Vec::new();
        for group in &self.level {
            self.places.forget(group.form);
            try_push(&mut groups, (group.form, group.nodes.len() as u32))?;
        }
        try_push(&mut self.levels, groups)?;
        Ok(Phase::Columns { group: 0, column: 0, at: Position::default() })
    }

    fn write_column(&mut self, tree: &Tree, group: usize, column: u32, mut at: Position) -> Result<Phase> {
        let Some(Group { form, nodes }) = self.level.get(group) else {
            return self.descend();
        };
        let form = &self.forms.list[*form as usize];
        let Some(part) = Part::of(form, column) else {
            return Ok(Phase::Columns { group: group + 1, column: 0, at: Position::default() });
        };
        let mut words: PageWords = [Word::NULL; PAGE_WORDS];
        let count = gather(tree, nodes, form, part, &mut at, &mut words)?;
        if count > 0 {
            self.write_page(tree, &mut words[..count])?;
        }
        let is_last = count < PAGE_WORDS;
        Ok(if is_last {
            Phase::Columns { group, column: column + 1, at: Position::default() }
        } else {
            Phase::Columns { group, column, at }
        })
    }

    fn write_page(&mut self, tree: &Tree, words: &mut [Word]) -> Result<()> {
        for word in &mut *words {
            if !word.is_number() {
                *word = self.number(tree, *word)?;
            }
        }
        let packed = Packed::narrowest(words);
        let bytes = self.streams[Stream::Columns as usize].room(PAGE_BYTES_MAX)?;
        bytes.push(packed.encoding as u8);
        if packed.has_base() {
            bytes.extend_from_slice(&packed.base.to_le_bytes());
        }
        let start = bytes.len();
        bytes.resize(start + packed.bytes_of(words.len()), 0);
        packed.pack(words, &mut bytes[start..]);
        self.done += words.len() as u64;
        Ok(())
    }

    /// The word as it stands in the snapshot: strings and blobs by their new
    /// numbers, containers by their form, which of it is next in order.
    fn number(&mut self, tree: &Tree, word: Word) -> Result<Word> {
        Ok(match word.value() {
            Value::String(id) => Word::string(crate::word::StringId(self.strings.of(id.0)?)),
            Value::Blob(kind, id) => Word::blob(kind, self.blobs.of(id)?),
            Value::Node(node) => {
                let known = self.forms.list.len();
                let form = self.forms.of(tree, node)?;
                if form as usize >= known {
                    self.number_keys(form)?;
                }
                let place = match self.places.get(form) {
                    Some(place) => place,
                    None => {
                        try_push(&mut self.next, Group { form, nodes: Vec::new() })?;
                        self.places.set(form, self.next.len() - 1)?;
                        self.next.len() - 1
                    }
                };
                try_push(&mut self.next[place].nodes, node)?;
                Word::form(form)
            }
            _ => word,
        })
    }

    fn number_keys(&mut self, form: u32) -> Result<()> {
        match &self.forms.list[form as usize] {
            Form::Object(keys) => keys.iter().try_for_each(|key| self.strings.of(key.0).map(|_| ())),
            _ => Ok(()),
        }
    }

    fn write_strings(&mut self, tree: &Tree, at: usize) -> Result<Phase> {
        let sections = &mut self.streams[Stream::Strings as usize];
        let (next, is_last) = write_pieces(sections, (&tree.strings, tree), &self.strings.order, at)?;
        self.done += (next - at) as u64;
        Ok(if is_last { Phase::Blobs(0) } else { Phase::Strings(next) })
    }

    fn write_blobs(&mut self, tree: &Tree, at: usize) -> Result<Phase> {
        let sections = &mut self.streams[Stream::Blobs as usize];
        let (next, is_last) = write_pieces(sections, (&tree.blobs, tree), &self.blobs.order, at)?;
        self.done += (next - at) as u64;
        if is_last { self.finish().map(|()| Phase::Done) } else { Ok(Phase::Blobs(next)) }
    }

    fn finish(&mut self) -> Result<()> {
        let mut head = Head {
            schema: self.schema,
            strings: self.strings.order.len() as u32,
            blobs: self.blobs.order.len() as u32,
            levels: core::mem::take(&mut self.levels),
            ..Head::default()
        };
        let number_of = |id: u32| self.strings.by_id.get(id as usize).copied().unwrap_or(UNKNOWN);
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

/// Writes the next strings or blobs from a number on. Answers the number to
/// go on with, and whether there is none.
fn write_pieces(
    sections: &mut Sections,
    (interner, tree): (&Interner, &Tree),
    order: &[u32],
    at: usize,
) -> Result<(usize, bool)> {
    let end = order.len().min(at + STRINGS_PER_STEP);
    for id in order.get(at..end).unwrap_or(&[]) {
        write_piece(sections, interner.bytes(&tree.memory, *id))?;
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
