//! The heap of a WebAssembly instance: its linear memory, from where it grows.

use core::alloc::{GlobalAlloc, Layout};
use core::arch::wasm32;
use core::cell::UnsafeCell;
use core::ptr;

use super::{Ground, Heap};

const PAGE: u32 = 65_536;

struct Linear;

// SAFETY: offsets are addresses. Pages that `memory_grow` has added are this
// instance's, never go away, and nobody but the global allocator asks for pages.
unsafe impl Ground for Linear {
    #[inline(always)]
    fn at(&self, offset: u32) -> *mut u8 {
        ptr::with_exposed_provenance_mut(offset as usize)
    }

    fn grow(&mut self, bytes: u32) -> Option<(u32, u32)> {
        let pages = bytes.div_ceil(PAGE);
        let first = wasm32::memory_grow::<0>(pages as usize);
        // The end of 4 GiB is no address.
        let end = (first as u32).checked_add(pages)?.saturating_mul(PAGE) & !7;
        (first != usize::MAX).then_some((first as u32 * PAGE, end))
    }
}

struct Global(UnsafeCell<Heap<Linear>>);

// SAFETY: without the feature `atomics` an instance has one thread.
#[cfg(not(target_feature = "atomics"))]
unsafe impl Sync for Global {}

// SAFETY: `Heap` keeps what it hands out apart and aligned. The exclusive references
// to it end with each call, and nothing called meanwhile allocates.
unsafe impl GlobalAlloc for Global {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as above.
        unsafe { (*self.0.get()).alloc(layout) }
    }

    unsafe fn dealloc(&self, content: *mut u8, _: Layout) {
        // SAFETY: as above; the caller gives back what it got.
        unsafe { (*self.0.get()).dealloc(content) }
    }

    unsafe fn realloc(&self, content: *mut u8, layout: Layout, bytes: usize) -> *mut u8 {
        // SAFETY: as above; the caller gives back what it got.
        unsafe { (*self.0.get()).realloc(content, layout, bytes) }
    }
}

#[global_allocator]
static GLOBAL: Global = Global(UnsafeCell::new(Heap::new(Linear)));
