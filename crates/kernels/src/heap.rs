//! The allocator behind every collection, a quarter of the code of the one it replaces.
//!
//! Memory is a row of chunks. Eight bytes before its content a chunk knows its own
//! size and that of the chunk before it, so that neighbours which are free become
//! one. Free chunks are filed by size, in classes that are exact for small ones.
//! A chunk grows where it is if there is room behind it, and the last one always.

use core::alloc::Layout;
use core::ptr;

#[cfg(target_arch = "wasm32")]
mod linear;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod programs;

/// What stands before the content: the size with [`LIVE`], and the size of the chunk before.
const HEADER: u32 = 8;
/// Where in a header the size of the chunk before stands.
const BEFORE: u32 = 4;
/// What every size and place of a chunk is a multiple of.
const UNIT: u32 = 8;
/// A header and, while the chunk is free, the next and the previous one of its class.
const CHUNK_MIN: u32 = 16;
/// Sizes are multiples of a unit, so their lowest bit is free to say this.
const LIVE: u32 = 1;
/// Where no chunk is.
const NONE: u32 = 0;
const CLASSES: usize = 64;
/// Below this size every size is a class of its own; above, there are two for each doubling.
const EXACT: u32 = 128;

/// Where memory comes from. It is named by offsets, which on the web are addresses.
///
/// # Safety
///
/// All memory that [`grow`](Ground::grow) has answered must stay readable and
/// writable through [`at`](Ground::at), be used by nobody else, and lie at offsets
/// whose alignment is that of their addresses.
pub(crate) unsafe trait Ground {
    /// The address of an offset.
    fn at(&self, offset: u32) -> *mut u8;

    /// Makes at least so many bytes more usable: answers where they begin and end, both
    /// multiples of 8 above 0. If possible they begin where the last ones ended.
    fn grow(&mut self, bytes: u32) -> Option<(u32, u32)>;
}

/// The chunks of one ground.
///
/// No two neighbours are free. At the end of the memory stands a header of size 0
/// which is live, so that every chunk has one behind it.
pub(crate) struct Heap<G> {
    ground: G,
    /// Where the memory ends that was got last.
    end: u32,
    /// Which classes are not empty.
    used: u64,
    heads: [u32; CLASSES],
}

impl<G: Ground> Heap<G> {
    pub(crate) const fn new(ground: G) -> Heap<G> {
        Heap { ground, end: 0, used: 0, heads: [NONE; CLASSES] }
    }

    /// Memory of this layout, or null if there is none.
    pub(crate) fn alloc(&mut self, layout: Layout) -> *mut u8 {
        match self.place(layout) {
            Some(chunk) => self.ground.at(chunk + HEADER),
            None => ptr::null_mut(),
        }
    }

    /// Takes memory back.
    ///
    /// # Safety
    ///
    /// `content` must come from this heap, and be given back once.
    pub(crate) unsafe fn dealloc(&mut self, content: *mut u8) {
        self.release(self.chunk_of(content));
    }

    /// Changes the size of memory, where it is or elsewhere; null, and nothing has
    /// changed, if there is none.
    ///
    /// # Safety
    ///
    /// `content` must come from this heap, in `layout`, and is given back if the answer
    /// is not null.
    pub(crate) unsafe fn realloc(&mut self, content: *mut u8, layout: Layout, bytes: usize) -> *mut u8 {
        let chunk = self.chunk_of(content);
        let Some(size) = chunk_size(bytes) else {
            return ptr::null_mut();
        };
        if self.reach(chunk, size) {
            self.settle(chunk, size);
            return content;
        }
        let Ok(layout_new) = Layout::from_size_align(bytes, layout.align()) else {
            return ptr::null_mut();
        };
        let moved = self.alloc(layout_new);
        if !moved.is_null() {
            // SAFETY: both are live chunks of at least that many bytes, the new one longer
            // than the old one, since otherwise that would have reached; and by the
            // contract `content` is this heap's, not used afterwards.
            unsafe {
                ptr::copy_nonoverlapping(content, moved, layout.size().min(bytes));
                self.dealloc(content);
            }
        }
        moved
    }

    fn chunk_of(&self, content: *mut u8) -> u32 {
        (content.addr() - self.ground.at(0).addr()) as u32 - HEADER
    }

    /// A live chunk for a layout.
    fn place(&mut self, layout: Layout) -> Option<u32> {
        let size = chunk_size(layout.size())?;
        let align = u32::try_from(layout.align()).ok()?;
        if align <= UNIT {
            let chunk = self.take(size)?;
            self.settle(chunk, size);
            return Some(chunk);
        }
        let mut chunk = self.take(size.checked_add(align)?.checked_add(UNIT)?)?;
        let gap = gap_before(chunk + HEADER, align);
        if gap > 0 {
            let whole = self.size(chunk);
            self.set_word(chunk, gap);
            self.link(chunk);
            chunk += gap;
            self.set_word(chunk, whole - gap);
            self.set_word(chunk + BEFORE, gap);
        }
        self.settle(chunk, size);
        Some(chunk)
    }

    /// Takes a free chunk of at least this size out of its list.
    fn take(&mut self, size: u32) -> Option<u32> {
        let class = class_of(size);
        let mut chunk = self.heads[class];
        while chunk != NONE && self.size(chunk) < size {
            chunk = self.word(chunk + HEADER);
        }
        if chunk == NONE {
            let larger = self.used & (!1 << class);
            chunk = if larger == 0 { self.extend(size)? } else { self.heads[larger.trailing_zeros() as usize] };
        }
        self.unlink(chunk);
        Some(chunk)
    }

    /// Gets memory until a free chunk of this size stands at the end.
    fn extend(&mut self, size: u32) -> Option<u32> {
        loop {
            let missing = size.saturating_sub(self.free_at_end());
            let (start, end) = self.ground.grow(missing.checked_add(HEADER)?)?;
            let mut chunk = start;
            if start == self.end {
                // The header at the end begins a chunk now.
                chunk -= HEADER;
            } else {
                self.set_word(chunk + BEFORE, 0);
            }
            self.end = end;
            self.set_word(end - HEADER, LIVE);
            self.set_word(chunk, end - HEADER - chunk);
            let chunk = self.release(chunk);
            // Memory that begins elsewhere may be too short: it counts what was free before.
            if self.size(chunk) >= size {
                return Some(chunk);
            }
        }
    }

    fn free_at_end(&self) -> u32 {
        if self.end == 0 {
            return 0;
        }
        let last = self.end - HEADER;
        let before = self.word(last + BEFORE);
        if self.is_live(last - before) { 0 } else { before }
    }

    /// Lets a live chunk have at least this size, if it can where it is.
    fn reach(&mut self, chunk: u32, size: u32) -> bool {
        let whole = self.size(chunk);
        if whole >= size {
            return true;
        }
        let next = chunk + whole;
        let room = if self.is_live(next) { 0 } else { self.size(next) };
        let missing = size - whole;
        if room < missing && (next + room + HEADER != self.end || self.extend(missing).is_none()) {
            return false;
        }
        // Memory got just now may begin elsewhere.
        if self.is_live(next) || self.size(next) < missing {
            return false;
        }
        self.unlink(next);
        self.set_word(chunk, whole + self.size(next));
        true
    }

    /// Makes a chunk that is in no list live, and cuts off what it does not need.
    fn settle(&mut self, chunk: u32, size: u32) {
        let whole = self.size(chunk);
        let rest = whole - size;
        if rest < CHUNK_MIN {
            self.set_word(chunk, whole | LIVE);
            self.set_word(chunk + whole + BEFORE, whole);
            return;
        }
        self.set_word(chunk, size | LIVE);
        self.set_word(chunk + size, rest);
        self.set_word(chunk + size + BEFORE, size);
        self.release(chunk + size);
    }

    /// Frees a chunk, as one with its neighbours if those are free; answers where it begins then.
    fn release(&mut self, chunk: u32) -> u32 {
        let mut start = chunk;
        let mut size = self.size(chunk);
        let next = chunk + size;
        if !self.is_live(next) {
            self.unlink(next);
            size += self.size(next);
        }
        let before = self.word(chunk + BEFORE);
        if before > 0 && !self.is_live(chunk - before) {
            start -= before;
            self.unlink(start);
            size += before;
        }
        self.set_word(start, size);
        self.set_word(start + size + BEFORE, size);
        self.link(start);
        start
    }

    fn link(&mut self, chunk: u32) {
        let class = class_of(self.size(chunk));
        let head = self.heads[class];
        self.set_word(chunk + HEADER, head);
        self.set_word(chunk + HEADER + 4, NONE);
        if head != NONE {
            self.set_word(head + HEADER + 4, chunk);
        }
        self.heads[class] = chunk;
        self.used |= 1 << class;
    }

    fn unlink(&mut self, chunk: u32) {
        let (next, previous) = (self.word(chunk + HEADER), self.word(chunk + HEADER + 4));
        if next != NONE {
            self.set_word(next + HEADER + 4, previous);
        }
        if previous != NONE {
            self.set_word(previous + HEADER, next);
            return;
        }
        let class = class_of(self.size(chunk));
        self.heads[class] = next;
        if next == NONE {
            self.used &= !(1 << class);
        }
    }

    fn size(&self, chunk: u32) -> u32 {
        self.word(chunk) & !LIVE
    }

    fn is_live(&self, chunk: u32) -> bool {
        self.word(chunk) & LIVE != 0
    }

    #[inline]
    fn word(&self, offset: u32) -> u32 {
        // SAFETY: offsets are those of headers and, in free chunks, of links. All lie in
        // memory of the ground, at multiples of 4, written before they are read; what
        // has been handed out begins after a header and ends before the next one.
        unsafe { self.ground.at(offset).cast::<u32>().read() }
    }

    #[inline]
    fn set_word(&mut self, offset: u32, word: u32) {
        // SAFETY: as in `word`.
        unsafe { self.ground.at(offset).cast::<u32>().write(word) }
    }
}

/// What a chunk takes for so many bytes of content; `None` for more than half of all memory.
fn chunk_size(bytes: usize) -> Option<u32> {
    let bytes = u32::try_from(bytes).ok().filter(|&bytes| bytes <= i32::MAX as u32)?;
    Some((bytes + HEADER).next_multiple_of(UNIT).max(CHUNK_MIN))
}

/// How far a chunk must begin later for its content to be aligned: not at all, or far
/// enough for a chunk to stand before it.
fn gap_before(content: u32, align: u32) -> u32 {
    let gap = content.wrapping_neg() & (align - 1);
    if gap > 0 && gap < CHUNK_MIN { gap + align } else { gap }
}

/// Sizes of a higher class are larger.
fn class_of(size: u32) -> usize {
    if size < EXACT {
        return (size / UNIT) as usize;
    }
    let doublings = size.ilog2() - EXACT.ilog2();
    let half = size >> (size.ilog2() - 1) & 1;
    ((EXACT / UNIT + doublings * 2 + half) as usize).min(CLASSES - 1)
}
