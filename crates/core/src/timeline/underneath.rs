//! What is confirmed, without what waits on top of it.

use crate::error::{Error, Result};
use crate::store::Store;

impl Store {
    /// Takes back everything that waits, for good: the state becomes what is confirmed.
    ///
    /// # Errors
    /// [`Error::InvalidCall`] within a transaction, and what memory says; nothing has changed then.
    pub fn drop_pending(&mut self) -> Result<()> {
        if self.in_transaction() {
            return Err(Error::InvalidCall);
        }
        let pending = core::mem::take(&mut self.timeline.pending);
        let undone = pending.iter().rev().try_for_each(|waiting| self.apply_record(&waiting.record, true));
        if let Err(error) = undone.and_then(|()| self.commit_unrecorded()) {
            self.timeline.pending = pending;
            return self.rollback().and(Err(error));
        }
        self.update_recording();
        Ok(())
    }
}
