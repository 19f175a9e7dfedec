//! Containers that are followed from outside: which view is whose, where a
//! container is now, and which handle it has after it went to another row.
//!
//! Nothing of this is kept before somebody asks for it.

use gaesup_codec::StringId;

use crate::error::{Error, Result};
use crate::memory::try_push;
use crate::node::{Cell, HOLDER, Handle, Node, TableId};
use crate::store::Store;

/// Moves that nobody asked for are forgotten from so many on, the oldest first.
const MOVES_MAX: usize = 1 << 16;

/// What is kept for those who follow containers.
#[derive(Debug, Default)]
pub(crate) struct Following {
    pub(crate) is_on: bool,
    /// Handles that became others, oldest first.
    moves: Vec<(Handle, Handle)>,
}

impl Store {
    /// Names containers in streams of views from now on, and notes which get other handles.
    pub fn follow(&mut self) {
        self.following.is_on = true;
    }

    /// Shows every container that has a view: O(rows).
    pub fn viewed(&self, mut see: impl FnMut(u32, Handle)) {
        let tables = u16::try_from(self.tree.tables.len()).unwrap_or(u16::MAX);
        for table in 0..TableId::SHAPES.saturating_add(tables) {
            let rows = self.tree.rows(table).map_or(0, |rows| rows.len());
            for node in (0..rows).map(|row| Node { table, row }) {
                let view = self.tree.view(node);
                if view != 0 {
                    see(view, self.origin(node));
                }
            }
        }
    }

    /// The cells that lead to a container, innermost first: O(depth), and for
    /// an item of a list O(how far it was shifted).
    ///
    /// # Errors
    /// [`Error::Stale`] when the container is gone or has another handle now.
    pub fn cells_to(&self, handle: Handle, into: &mut Vec<Cell>) -> Result<()> {
        into.clear();
        let mut node = self.attached(handle)?;
        while node != HOLDER {
            let (around, slot) = self.place_of(node).map_err(|_| Error::Stale)?;
            let cell = Cell { node: self.log.moved.latest(around), slot };
            if self.tree.get(cell).as_node() != Some(node) {
                return Err(Error::Stale);
            }
            try_push(into, cell)?;
            node = cell.node;
        }
        Ok(())
    }

    /// The key of a cell; of an array's item none.
    #[must_use]
    pub fn key_of(&self, cell: Cell) -> Option<StringId> {
        self.tree.key(cell.node, cell.slot)
    }

    /// Hands over which handles became which others since it was asked last.
    pub fn take_moves(&mut self) -> Vec<(Handle, Handle)> {
        core::mem::take(&mut self.following.moves)
    }

    /// Notes that a container has another handle now.
    pub(crate) fn note_move(&mut self, from: Handle, to: Handle) {
        let Following { is_on, moves } = &mut self.following;
        if !*is_on || from == to {
            return;
        }
        if moves.len() >= MOVES_MAX {
            moves.drain(..MOVES_MAX / 2);
        }
        // Without memory to note it the container counts as gone.
        let _ = try_push(moves, (from, to));
    }
}
