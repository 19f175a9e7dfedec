//! The containers of a store and how they hang together.
//!
//! Everything here is structure without history: no undo, no notification.

use gaesup_codec::{Seed, StringId, Word};

use crate::dictionary::Dictionary;
use crate::error::{Error, Result};
use crate::list::List;
use crate::memory::{Memory, try_push};
use crate::node::{Cell, HOLDER, Handle, Node, TableId};
use crate::page::Page;
use crate::rows::Rows;
use crate::shape::{Shape, ShapeId, Shapes};
use crate::slab::Slab;
use crate::strings::Interner;
use crate::table::Table;

/// What a container is to the user.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Kind {
    /// An array.
    Array = 0,
    /// A plain object.
    Object = 1,
    /// A `Map` with string keys.
    Map = 2,
}

/// All containers, values and strings of a store.
pub(crate) struct Tree {
    pub(crate) memory: Memory,
    pub(crate) strings: Interner,
    pub(crate) blobs: Interner,
    pub(crate) shapes: Shapes,
    pub(crate) tables: Vec<Table>,
    pub(crate) lists: Slab<List>,
    pub(crate) dictionaries: Slab<Dictionary>,
    pub(crate) maps: Slab<Dictionary>,
    pub(crate) seed: Seed,
    /// Cells of containers that were freed; it only rises, and wraps around.
    pub(crate) freed_cells: usize,
    /// Cells that were taken out of the state or changed since the last collection, which may have
    /// held texts that nothing refers to now.
    pub(crate) left_cells: usize,
    /// Whether containers may remember the bytes that they came from.
    pub(crate) has_sources: bool,
}

impl Tree {
    /// A tree without a root value; see [`Tree::plant`].
    pub(crate) fn new(limit_bytes: usize, seed: Seed) -> Self {
        Self {
            memory: Memory::new(limit_bytes),
            strings: Interner::new(seed),
            blobs: Interner::new(seed),
            shapes: Shapes::new(seed),
            tables: Vec::new(),
            lists: Slab::new(crate::memory::Part::Lists),
            dictionaries: Slab::new(crate::memory::Part::Dictionaries),
            maps: Slab::new(crate::memory::Part::Dictionaries),
            seed,
            freed_cells: 0,
            left_cells: 0,
            has_sources: false,
        }
    }

    /// Makes the root value undefined, as the first thing that is done.
    pub(crate) fn plant(&mut self) -> Result<()> {
        let holder = self.add_row(Shapes::tuple(1), None, 0)?;
        self.put(Cell { node: holder, slot: 0 }, Word::UNDEFINED)
    }

    pub(crate) fn root(&self) -> Word {
        self.get(Cell { node: HOLDER, slot: 0 })
    }

    pub(crate) fn kind(&self, node: Node) -> Kind {
        match node.table {
            TableId::LISTS => Kind::Array,
            TableId::DICTIONARIES => Kind::Object,
            TableId::MAPS => Kind::Map,
            _ => match self.shape(node) {
                Shape::Tuple(_) => Kind::Array,
                Shape::Object(_) => Kind::Object,
            },
        }
    }

    /// The shape of a row of a shape's table.
    pub(crate) fn shape(&self, node: Node) -> &Shape {
        self.shapes.get(ShapeId(node.table.saturating_sub(TableId::SHAPES)))
    }

    pub(crate) fn dictionary(&self, node: Node) -> Option<&Dictionary> {
        match node.table {
            TableId::DICTIONARIES => self.dictionaries.get(node.row),
            TableId::MAPS => self.maps.get(node.row),
            _ => None,
        }
    }

    pub(crate) fn dictionary_mut(&mut self, node: Node) -> Option<(&mut Dictionary, &mut Memory)> {
        let slab = match node.table {
            TableId::DICTIONARIES => &mut self.dictionaries,
            TableId::MAPS => &mut self.maps,
            _ => return None,
        };
        Some((slab.get_mut(node.row)?, &mut self.memory))
    }

    pub(crate) fn list_mut(&mut self, node: Node) -> Option<(&mut List, &mut Memory)> {
        let list = if node.table == TableId::LISTS { self.lists.get_mut(node.row) } else { None };
        Some((list?, &mut self.memory))
    }

    #[inline]
    pub(crate) fn rows(&self, table: u16) -> Option<&Rows> {
        match table {
            TableId::LISTS => Some(&self.lists.rows),
            TableId::DICTIONARIES => Some(&self.dictionaries.rows),
            TableId::MAPS => Some(&self.maps.rows),
            shape => self.tables.get((shape - TableId::SHAPES) as usize).map(|table| &table.rows),
        }
    }

    pub(crate) fn rows_mut(&mut self, table: u16) -> Option<(&mut Rows, &mut Memory)> {
        let rows = match table {
            TableId::LISTS => &mut self.lists.rows,
            TableId::DICTIONARIES => &mut self.dictionaries.rows,
            TableId::MAPS => &mut self.maps.rows,
            shape => &mut self.tables.get_mut((shape - TableId::SHAPES) as usize)?.rows,
        };
        Some((rows, &mut self.memory))
    }

    pub(crate) fn handle(&self, node: Node) -> Handle {
        Handle { node, generation: self.rows(node.table).map_or(0, |rows| rows.generation(&self.memory, node.row)) }
    }

    /// The handle's node, when it is still that.
    #[inline(always)]
    pub(crate) fn current(&self, handle: Handle) -> Result<Node> {
        let rows = self.rows(handle.node.table).ok_or(Error::Stale)?;
        if rows.generation(&self.memory, handle.node.row) == handle.generation {
            Ok(handle.node)
        } else {
            Err(Error::Stale)
        }
    }

    pub(crate) fn parent(&self, node: Node) -> Option<Node> {
        self.rows(node.table)?.parent(&self.memory, node.row)
    }

    /// How many containers are around a value in this container.
    pub(crate) fn depth(&self, mut node: Node) -> usize {
        let mut depth = 0;
        while let Some(parent) = self.parent(node) {
            depth += 1;
            node = parent;
        }
        depth
    }

    /// The word of a cell, or absent.
    #[inline]
    pub(crate) fn get(&self, cell: Cell) -> Word {
        let Cell { node, slot } = cell;
        match node.table {
            TableId::LISTS => self.lists.get(node.row).map_or(Word::ABSENT, |list| list.get(&self.memory, slot)),
            TableId::DICTIONARIES | TableId::MAPS => {
                self.dictionary(node).map_or(Word::ABSENT, |entries| entries.get(&self.memory, slot))
            }
            shape => match self.tables.get((shape - TableId::SHAPES) as usize) {
                Some(table) => table.get(&self.memory, node.row, slot),
                None => Word::ABSENT,
            },
        }
    }

    /// The same where a call more would show.
    #[inline(always)]
    pub(crate) fn get_inline(&self, cell: Cell) -> Word {
        let Cell { node, slot } = cell;
        match self.tables.get(node.table.wrapping_sub(TableId::SHAPES) as usize) {
            Some(table) => table.get_inline(&self.memory, node.row, slot),
            None => self.get(cell),
        }
    }

    /// Replaces the word of a cell that exists.
    #[inline]
    pub(crate) fn put(&mut self, cell: Cell, word: Word) -> Result<()> {
        let Cell { node, slot } = cell;
        if node.table >= TableId::SHAPES {
            let table = self.tables.get_mut((node.table - TableId::SHAPES) as usize).ok_or(Error::PathNotFound)?;
            return table.set(&mut self.memory, node.row, slot, word);
        }
        if let Some((list, memory)) = self.list_mut(node) {
            return list.set(memory, slot, word);
        }
        let (entries, memory) = self.dictionary_mut(node).ok_or(Error::PathNotFound)?;
        entries.set(memory, slot, word)
    }

    /// How many slots a container has, empty ones included.
    pub(crate) fn slots(&self, node: Node) -> u32 {
        match node.table {
            TableId::LISTS => self.lists.get(node.row).map_or(0, List::len),
            TableId::DICTIONARIES | TableId::MAPS => self.dictionary(node).map_or(0, Dictionary::entries),
            _ => self.shape(node).columns() as u32,
        }
    }

    /// The key of an object's or map's slot; arrays have none.
    pub(crate) fn key(&self, node: Node, slot: u32) -> Option<StringId> {
        match self.dictionary(node) {
            Some(entries) => entries.key(&self.memory, slot),
            None if node.table == TableId::LISTS => None,
            None => self.shape(node).keys().get(slot as usize).copied(),
        }
    }

    /// The slot of a key that exists.
    pub(crate) fn find(&self, node: Node, key: StringId) -> Option<u32> {
        match self.dictionary(node) {
            Some(entries) => entries.find(&self.memory, self.seed, key),
            None if node.table == TableId::LISTS => None,
            None => self.shape(node).column_of(key).filter(|slot| !self.get(Cell { node, slot: *slot }).is_absent()),
        }
    }

    /// The words of a container that exist, with their slots.
    pub(crate) fn cells(&self, node: Node) -> impl Iterator<Item = (u32, Word)> {
        (0..self.slots(node))
            .map(move |slot| (slot, self.get(Cell { node, slot })))
            .filter(|(_, word)| !word.is_absent())
    }

    /// The items of an array, in a vector with room for more.
    pub(crate) fn items(&self, node: Node, more: usize) -> Result<Vec<Word>> {
        let mut items = Vec::new();
        items.try_reserve_exact(self.slots(node) as usize + more)?;
        match self.lists.get(node.row).filter(|_| node.table == TableId::LISTS) {
            Some(list) => {
                items.resize(list.len() as usize, Word::ABSENT);
                list.read(&self.memory, 0, &mut items);
            }
            None => items.extend((0..self.slots(node)).map(|slot| self.get(Cell { node, slot }))),
        }
        Ok(items)
    }

    /// The table of a shape, made when there is none yet.
    pub(crate) fn table_of(&mut self, shape: ShapeId) -> Result<u16> {
        while self.tables.len() <= shape.0 as usize {
            let columns = self.shapes.get(ShapeId(self.tables.len() as u16)).columns();
            try_push(&mut self.tables, Table::new(columns)?)?;
        }
        Ok(TableId::SHAPES + shape.0)
    }

    /// Takes rows of a shape's table that stand together on pages of their own.
    pub(crate) fn alloc_run(&mut self, table: u16, count: u32) -> Result<u32> {
        let (rows, _) = self.rows_mut(table).ok_or(Error::PathNotFound)?;
        rows.alloc_run(count)
    }

    /// Takes back what [`Tree::alloc_run`] gave.
    pub(crate) fn take_back_run(&mut self, first: Node, count: u32) {
        if let Some(table) = self.tables.get_mut(first.table.wrapping_sub(TableId::SHAPES) as usize) {
            table.take_back_run(&mut self.memory, first.row, count);
        }
    }

    /// Makes a page one of a column in a shape's table, where nothing was written yet.
    pub(crate) fn install_page(&mut self, table: u16, column: u32, number: usize, page: Page) -> Result<()> {
        let table = self.tables.get_mut(table.wrapping_sub(TableId::SHAPES) as usize).ok_or(Error::PathNotFound)?;
        table.install(&mut self.memory, column, number, page)
    }

    /// Adds an entry with a key that is new to a dictionary.
    pub(crate) fn push_entry(&mut self, node: Node, key: StringId, word: Word) -> Result<u32> {
        let seed = self.seed;
        let (entries, memory) = self.dictionary_mut(node).ok_or(Error::PathNotFound)?;
        entries.push(memory, seed, key, word)
    }

    pub(crate) fn add_row(&mut self, shape: ShapeId, parent: Option<Node>, slot: u32) -> Result<Node> {
        self.table_of(shape)?;
        let row = self.tables[shape.0 as usize].rows.alloc(&mut self.memory, parent, slot)?;
        Ok(Node { table: TableId::SHAPES + shape.0, row })
    }

    pub(crate) fn add_list(&mut self, parent: Node, slot: u32) -> Result<Node> {
        let row = self.lists.add(&mut self.memory, parent, slot)?;
        Ok(Node { table: TableId::LISTS, row })
    }

    /// A new dictionary in one of the two tables of dictionaries.
    pub(crate) fn add_dictionary(&mut self, table: u16, parent: Node, slot: u32) -> Result<Node> {
        let slab = if table == TableId::MAPS { &mut self.maps } else { &mut self.dictionaries };
        let row = slab.add(&mut self.memory, parent, slot)?;
        Ok(Node { table, row })
    }

    /// Tells a container where it is held now.
    pub(crate) fn adopt(&mut self, word: Word, parent: Node, slot: u32) -> Result<()> {
        let Some(child) = word.as_node() else {
            return Ok(());
        };
        let (rows, memory) = self.rows_mut(child.table).ok_or(Error::PathNotFound)?;
        rows.set_parent(memory, child.row, parent, slot)
    }

    /// Tells every container in `node` that it is held there.
    pub(crate) fn adopt_all(&mut self, node: Node) -> Result<()> {
        for slot in 0..self.slots(node) {
            self.adopt(self.get(Cell { node, slot }), node, slot)?;
        }
        Ok(())
    }

    /// Renumbers a dictionary's entries, which makes handles to it stale.
    pub(crate) fn compact(&mut self, node: Node) -> Result<()> {
        let seed = self.seed;
        let (entries, memory) = self.dictionary_mut(node).ok_or(Error::PathNotFound)?;
        entries.compact(memory, seed)?;
        self.adopt_all(node)?;
        let (rows, memory) = self.rows_mut(node.table).ok_or(Error::PathNotFound)?;
        rows.renew(memory, node.row)
    }

    /// Frees a container's row, not what is in it.
    pub(crate) fn free_row(&mut self, node: Node) {
        let memory = &mut self.memory;
        match node.table {
            TableId::LISTS => self.lists.free(memory, node.row, List::clear),
            TableId::DICTIONARIES => self.dictionaries.free(memory, node.row, Dictionary::clear),
            TableId::MAPS => self.maps.free(memory, node.row, Dictionary::clear),
            shape => {
                if let Some(table) = self.tables.get_mut((shape - TableId::SHAPES) as usize) {
                    table.free(memory, node.row);
                }
            }
        }
    }

    /// What a container remembers of the bytes it came from, or zero.
    pub(crate) fn source(&self, node: Node) -> Word {
        self.rows(node.table).map_or(Word::ZERO, |rows| rows.source(&self.memory, node.row))
    }

    pub(crate) fn set_source(&mut self, node: Node, source: Word) -> Result<()> {
        let (rows, memory) = self.rows_mut(node.table).ok_or(Error::PathNotFound)?;
        rows.set_source(memory, node.row, source)
    }

    /// Lets all containers forget what they came from; this needs no memory.
    pub(crate) fn forget_sources(&mut self) {
        self.has_sources = false;
        let tables = self.tables.iter_mut().map(|table| &mut table.rows);
        let slabs = [&mut self.lists.rows, &mut self.dictionaries.rows, &mut self.maps.rows];
        tables.chain(slabs).for_each(|rows| rows.forget_sources(&mut self.memory));
    }

    pub(crate) fn view(&self, node: Node) -> u32 {
        self.rows(node.table).map_or(0, |rows| rows.view(&self.memory, node.row))
    }

    pub(crate) fn set_view(&mut self, node: Node, view: u32) -> Result<()> {
        let (rows, memory) = self.rows_mut(node.table).ok_or(Error::PathNotFound)?;
        rows.set_view(memory, node.row, view)
    }
}
