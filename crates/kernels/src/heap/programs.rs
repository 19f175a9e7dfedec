//! Random programs of heap operations against a list of what was handed out.

use alloc::alloc::{alloc, dealloc};
use core::alloc::Layout;
use std::vec::Vec;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use super::{CHUNK_MIN, CLASSES, Ground, HEADER, Heap, NONE, UNIT, class_of};

const CASES: u32 = if cfg!(miri) { 4 } else { 3_000 };
const STEPS_MAX: usize = if cfg!(miri) { 40 } else { 300 };
const BYTES_MEDIUM: usize = if cfg!(miri) { 200 } else { 3_000 };
const BYTES_MAX: usize = if cfg!(miri) { 2_000 } else { 200_000 };
const ROOM: usize = 1 << 20;
const PAGE: u32 = 4096;

/// A megabyte that is given out in pages, after some of which a page is left out, as if
/// somebody else had asked for it.
struct Field {
    memory: *mut u8,
    grown: u32,
    growths: u32,
    skip_every: u32,
}

impl Field {
    const LAYOUT: Layout = Layout::new::<Line>();

    fn new(skip_every: u32) -> Field {
        // SAFETY: the layout has a size.
        let memory = unsafe { alloc(Field::LAYOUT) };
        assert!(!memory.is_null());
        Field { memory, grown: PAGE, growths: 0, skip_every }
    }
}

#[repr(align(1024))]
struct Line(#[expect(dead_code, reason = "only the layout is used")] [u8; ROOM]);

impl Drop for Field {
    fn drop(&mut self) {
        // SAFETY: it was allocated so, and nothing of it is used after the heap.
        unsafe { dealloc(self.memory, Field::LAYOUT) }
    }
}

// SAFETY: offsets are those into one allocation that is as aligned as anything asked for.
unsafe impl Ground for Field {
    fn at(&self, offset: u32) -> *mut u8 {
        assert!(offset == 0 || (PAGE..self.grown).contains(&offset));
        self.memory.wrapping_add(offset as usize)
    }

    fn grow(&mut self, bytes: u32) -> Option<(u32, u32)> {
        self.growths += 1;
        let skipped = if self.growths.is_multiple_of(self.skip_every) { PAGE } else { 0 };
        let start = self.grown + skipped;
        let end = start.checked_add(bytes.checked_next_multiple_of(PAGE)?)?;
        if end as usize > ROOM {
            return None;
        }
        self.grown = end;
        Some((start, end))
    }
}

#[derive(Clone, Debug)]
enum Step {
    Alloc { bytes: usize, align_log: u32 },
    Free(Index),
    Resize(Index, usize),
}

fn step() -> impl Strategy<Value = Step> {
    let bytes = || prop_oneof![6 => 1..80_usize, 3 => 1..BYTES_MEDIUM, 1 => 1..BYTES_MAX];
    let align_log = prop_oneof![4 => 0..4_u32, 1 => 4..11_u32];
    prop_oneof![
        5 => (bytes(), align_log).prop_map(|(bytes, align_log)| Step::Alloc { bytes, align_log }),
        4 => any::<Index>().prop_map(Step::Free),
        3 => (any::<Index>(), bytes()).prop_map(|(index, bytes)| Step::Resize(index, bytes)),
    ]
}

/// A piece that was handed out, filled with a number of its own.
struct Piece {
    content: *mut u8,
    layout: Layout,
    filling: u8,
}

impl Piece {
    fn fill(&self, from: usize) {
        for at in from..self.layout.size() {
            // SAFETY: it is inside of what the heap handed out.
            unsafe { self.content.add(at).write(self.filling) }
        }
    }

    fn check(&self, bytes: usize) {
        for at in 0..bytes {
            // SAFETY: it is inside of what the heap handed out, and was filled.
            assert_eq!(unsafe { self.content.add(at).read() }, self.filling, "byte {at}");
        }
    }
}

struct Model {
    heap: Heap<Field>,
    live: Vec<Piece>,
    fillings: u8,
}

impl Model {
    fn step(&mut self, step: &Step) {
        match step {
            Step::Alloc { bytes, align_log } => {
                let layout = Layout::from_size_align(*bytes, 1 << align_log).expect("it is small");
                self.alloc(layout);
            }
            Step::Free(index) if !self.live.is_empty() => {
                let piece = self.live.swap_remove(index.index(self.live.len()));
                self.free(&piece);
            }
            Step::Resize(index, bytes) if !self.live.is_empty() => {
                let at = index.index(self.live.len());
                self.resize(at, *bytes);
            }
            _ => {}
        }
    }

    fn alloc(&mut self, layout: Layout) {
        let content = self.heap.alloc(layout);
        if content.is_null() {
            assert!(layout.size() > BYTES_MEDIUM || self.heap.ground.grown as usize > ROOM / 2);
            return;
        }
        assert!(content.addr().is_multiple_of(layout.align()), "{layout:?}");
        self.fillings = self.fillings.wrapping_add(1);
        let piece = Piece { content, layout, filling: self.fillings };
        piece.fill(0);
        self.live.push(piece);
    }

    fn resize(&mut self, at: usize, bytes: usize) {
        let piece = &mut self.live[at];
        // SAFETY: the piece is the heap's and, if it moves, found at its new place only.
        let moved = unsafe { self.heap.realloc(piece.content, piece.layout, bytes) };
        if !moved.is_null() {
            let kept = piece.layout.size().min(bytes);
            piece.content = moved;
            piece.layout = Layout::from_size_align(bytes, piece.layout.align()).expect("it is small");
            piece.check(kept);
            piece.fill(kept);
        }
        piece.check(piece.layout.size());
        assert!(piece.content.addr().is_multiple_of(piece.layout.align()));
    }

    fn free(&mut self, piece: &Piece) {
        piece.check(piece.layout.size());
        // SAFETY: the piece is the heap's, and was taken out of the list.
        unsafe { self.heap.dealloc(piece.content) }
    }

    /// Every free chunk is filed in its class and nowhere else; answers how many there are.
    fn check_lists(&self) -> usize {
        let mut filed = 0;
        for (class, head) in self.heap.heads.iter().enumerate() {
            assert_eq!(*head != NONE, self.heap.used >> class & 1 == 1);
            let (mut chunk, mut before) = (*head, NONE);
            while chunk != NONE {
                let size = self.heap.size(chunk);
                assert!(!self.heap.is_live(chunk) && class_of(size) == class);
                assert_eq!(self.heap.word(chunk + HEADER + 4), before);
                assert_eq!(self.heap.word(chunk + size + 4), size);
                assert!(self.heap.is_live(chunk + size), "neighbours are one");
                (before, chunk) = (chunk, self.heap.word(chunk + HEADER));
                filed += 1;
            }
        }
        filed
    }
}

fn run(skip_every: u32, steps: &[Step]) {
    let heap = Heap::new(Field::new(skip_every));
    let mut model = Model { heap, live: Vec::new(), fillings: 0 };
    for step in steps {
        model.step(step);
        model.check_lists();
    }
    for piece in core::mem::take(&mut model.live) {
        model.free(&piece);
    }
    let regions = 1 + (model.heap.ground.growths / skip_every) as usize;
    assert!(model.check_lists() <= regions, "all that is free is one chunk, where memory is one piece");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn programs_keep_what_they_are_given(steps in vec(step(), 0..STEPS_MAX), skip_every in prop_oneof![Just(u32::MAX), 1..5_u32]) {
        run(skip_every, &steps);
    }
}

fn layout(bytes: usize) -> Layout {
    Layout::from_size_align(bytes, 8).expect("it is small")
}

#[test]
fn the_last_chunk_grows_where_it_is() {
    let mut heap = Heap::new(Field::new(u32::MAX));
    heap.alloc(layout(100));
    let content = heap.alloc(layout(100));
    // SAFETY: it is the heap's.
    let grown = unsafe { heap.realloc(content, layout(100), 300_000) };
    assert_eq!(grown, content);
    assert!(heap.ground.grown < 300_000 + 3 * PAGE, "what was free counts");
}

#[test]
fn what_is_freed_is_used_again() {
    let mut heap = Heap::new(Field::new(u32::MAX));
    for bytes in [1, 24, 70_000, 5, 65_536] {
        let first = heap.alloc(layout(bytes));
        heap.alloc(layout(9));
        // SAFETY: it is the heap's, and not used afterwards.
        unsafe { heap.dealloc(first) }
        assert_eq!(heap.alloc(layout(bytes)), first);
    }
}

#[test]
fn too_much_is_refused() {
    let mut heap = Heap::new(Field::new(u32::MAX));
    assert!(heap.alloc(layout(ROOM)).is_null());
    let content = heap.alloc(layout(16));
    // SAFETY: it is the heap's.
    assert!(unsafe { heap.realloc(content, layout(16), ROOM) }.is_null());
    // SAFETY: it is the heap's, since the answer before was null.
    assert!(unsafe { heap.realloc(content, layout(16), isize::MAX as usize) }.is_null());
    assert!(!heap.alloc(layout(16)).is_null());
}

#[test]
fn classes_rise_with_the_size() {
    let small = (CHUNK_MIN..100_000).step_by(UNIT as usize);
    let large = (17..32).flat_map(|log| [1 << log, (1 << log) + UNIT, 3 << (log - 1)]);
    let mut before = 1;
    for size in small.chain(large) {
        let class = class_of(size);
        assert!(class == before || class == before + 1 || size <= 128, "{size}");
        assert!((before..CLASSES).contains(&class), "{size}");
        before = class;
    }
    assert_eq!(before, CLASSES - 1);
}
