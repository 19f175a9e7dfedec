//! stub
use crate::error::Result;
use crate::node::Cell;
use crate::store::Store;
use crate::word::{StringId, Word};
/// stub
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// a
    pub added: u32,
    /// a
    pub removed: u32,
    /// a
    pub updated: u32,
    /// a
    pub moved: u32,
}
impl Store {
    /// stub
    pub fn reconcile(&mut self, cell: Cell, word: Word, _key: Option<StringId>) -> Result<Tally> {
        self.set(cell.node, cell.slot, word)?;
        Ok(Tally::default())
    }
}
