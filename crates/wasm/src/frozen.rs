//! A copy of an instance that is made in pieces.

use gaesup_core::{Error, SEGMENT_BYTES};

use crate::Engine;

impl Engine {
    /// Begins to keep what the pages hold now. Results: address and count of the numbers that
    /// say where their segments are, and how many bytes each has.
    pub fn freeze(&mut self) -> u32 {
        let begun = self.store.freeze().and_then(|()| {
            self.segments.clear();
            self.segments.try_reserve(self.store.segment_addresses().count()).map_err(|_| Error::OutOfMemory)?;
            self.segments.extend(self.store.segment_addresses().map(|address| address as u32));
            Ok(0)
        });
        if begun.is_err() {
            self.thaw();
        }
        let results = [self.segments.as_ptr() as u32, self.segments.len() as u32, SEGMENT_BYTES as u32];
        self.output[..results.len()].copy_from_slice(&results);
        self.answer(begun)
    }

    /// The next segment as it was then. Answers whether there is one. Results: where it was,
    /// where what it held is until the next call, and how many bytes that is.
    pub fn next_frozen(&mut self) -> u32 {
        let next = self.store.next_frozen().map(|next| {
            next.map(|segment| [segment.address as u32, segment.bytes.as_ptr() as u32, segment.bytes.len() as u32])
        });
        if let Ok(Some(results)) = next {
            self.output[..3].copy_from_slice(&results);
        }
        self.answer(next.map(|next| u32::from(next.is_some())))
    }

    /// Ends what was begun.
    pub fn thaw(&mut self) {
        self.store.thaw();
        self.segments = Vec::new();
    }
}
