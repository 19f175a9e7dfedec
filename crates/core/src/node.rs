//! Names of containers.

/// A container of one store: which table holds it, and in which row.
///
/// A node says where a container is now. When the container is freed its row
/// may be used again, so what is kept for later is a [`Handle`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Node {
    /// The table; the first few have fixed meanings, the others are shapes'.
    pub table: u16,
    /// The row in that table.
    pub row: u32,
}

/// A node with the generation of its row: recognised as stale after the row
/// was freed, even when something else lives there now.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Handle {
    /// Where the container was.
    pub node: Node,
    /// The row's generation at that time.
    pub generation: u32,
}

/// The fixed tables; every number from [`TableId::SHAPES`] up is a shape's.
pub(crate) struct TableId;

impl TableId {
    /// Long arrays.
    pub(crate) const LISTS: u16 = 0;
    /// Objects with many or unusual keys.
    pub(crate) const DICTIONARIES: u16 = 1;
    /// JavaScript `Map`s.
    pub(crate) const MAPS: u16 = 2;
    /// The first shape's table.
    pub(crate) const SHAPES: u16 = 3;
}

/// The cell above the root: row 0 of the first shape's table, which is made
/// with the store. The root value is its only field.
pub const HOLDER: Node = Node { table: TableId::SHAPES, row: 0 };

/// A cell: a container and one of its slots.
///
/// What a slot counts depends on the container: fields of the shape for an
/// object, items for an array, entries for a dictionary.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Cell {
    /// The container.
    pub node: Node,
    /// The slot in it.
    pub slot: u32,
}
