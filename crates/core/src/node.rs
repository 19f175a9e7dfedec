//! Names of containers.

pub use gaesup_codec::Node;

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
