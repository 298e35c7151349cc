//! Counts the heap of this thread, so that a target can say how much memory an input may take.
//!
//! libFuzzer's own `-malloc_limit_mb` looks at one allocation at a time and needs a sanitizer's runtime;
//! this sees many small ones, too, and works in `cargo test`.
#![allow(unsafe_code, reason = "an allocator is; it ships with nothing")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

/// The allocator of the system, counted.
pub struct Counted;

#[global_allocator]
static HEAP: Counted = Counted;

thread_local! {
    /// Bytes taken and not given back by this thread; below zero where it gave back what another took.
    static LIVE: Cell<isize> = const { Cell::new(0) };
    /// The most of them since [`peak`] began to look.
    static PEAK: Cell<isize> = const { Cell::new(0) };
}

fn count(bytes: isize) {
    let live = LIVE.get().saturating_add(bytes);
    LIVE.set(live);
    PEAK.set(PEAK.get().max(live));
}

fn size(layout: Layout) -> isize {
    // A layout is never larger than isize::MAX.
    layout.size() as isize
}

// SAFETY: everything is passed on to the system's allocator as it came. What is counted lives in cells
// that need no allocation and no destructor, so they can be used at any time of a thread.
unsafe impl GlobalAlloc for Counted {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(size(layout));
        // SAFETY: as of the caller.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(size(layout));
        // SAFETY: as of the caller.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(-size(layout));
        // SAFETY: as of the caller.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, new: usize) -> *mut u8 {
        // Both may be there at once while the content moves.
        count(new as isize);
        // SAFETY: as of the caller.
        let moved = unsafe { System.realloc(pointer, layout, new) };
        count(-size(layout));
        moved
    }
}

/// What the work returns, and the most bytes of heap that it held at once.
pub fn peak<T>(work: impl FnOnce() -> T) -> (T, usize) {
    let before = LIVE.get();
    let outer = PEAK.replace(before);
    let result = work();
    let most = PEAK.get();
    PEAK.set(outer.max(most));
    (result, most.saturating_sub(before).max(0) as usize)
}
