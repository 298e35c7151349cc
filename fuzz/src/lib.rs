//! What comes from outside, fed to what reads it: nothing may panic, overflow, or take more memory than
//! the target's [`Limit`], and what is accepted must be sound.
//!
//! Each target is a function here, so that the fuzzer (fuzz_targets, `make fuzz`) and `cargo test`
//! (tests/fuzzing.rs, on the seeds and on all inputs that were ever found) run the same code.

mod feeds;
pub mod heap;

/// The most heap that an input may take: so many bytes, and so many for each byte of it.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    /// Whatever the input is: buffers of readers, what a failed check prints.
    pub base: usize,
    /// For each byte of the input.
    pub each: usize,
}

/// Deflate makes at most 1,032 bytes of one. A growing vector may hold three times its content for a moment
/// (the old and, twice as large, the new), and there may be two: what was unpacked, and what was made of it.
const INFLATED: usize = 1_032 * 6;
/// What is not packed: text and numbers become values of several bytes, with their names.
const PLAIN: usize = 256;
/// Buffers of a reader.
const BUFFERS: usize = 4 << 20;

/// A target: its name, what reads its input, and the most memory.
pub struct Target {
    /// As the binary and the folder of seeds are called.
    pub name: &'static str,
    /// Reads an input.
    pub feed: fn(&[u8]),
    /// The most heap.
    pub limit: Limit,
}

const fn target(name: &'static str, feed: fn(&[u8]), each: usize) -> Target {
    let limit = Limit {
        base: BUFFERS,
        each,
    };
    Target { name, feed, limit }
}

/// All of them.
pub const TARGETS: [Target; 13] = [
    target("address", feeds::address, PLAIN),
    target("analysis", feeds::analysis, INFLATED),
    target("archives", feeds::archives, INFLATED),
    target("arrays", feeds::arrays, INFLATED),
    target("cifar10", feeds::cifar10, PLAIN),
    target("embedding", feeds::embedding, PLAIN),
    target("idx", feeds::idx, PLAIN),
    target("matlab", feeds::matlab, INFLATED),
    target("messages", feeds::messages, PLAIN),
    target("pack", feeds::pack, INFLATED),
    Target {
        name: "pictures",
        feed: feeds::pictures,
        // A picture of the most pixels that this target decodes, in every form that it takes on its way.
        limit: Limit {
            base: BUFFERS + feeds::MOST_PIXELS as usize * 24,
            each: INFLATED,
        },
    },
    target("saved", feeds::saved, PLAIN),
    target("tarball", feeds::tarball, INFLATED),
];

/// Feeds an input to a target, and checks how much memory that took.
///
/// # Panics
/// Where something is wrong.
pub fn checked(name: &str, bytes: &[u8]) {
    let target = TARGETS
        .iter()
        .find(|target| target.name == name)
        .unwrap_or_else(|| panic!("no target {name}"));
    let ((), peak) = heap::peak(|| (target.feed)(bytes));
    let most = target.limit.base + target.limit.each * bytes.len();
    assert!(
        peak <= most,
        "{name}: {peak} bytes of heap for {} bytes, where {most} are the limit",
        bytes.len()
    );
}
