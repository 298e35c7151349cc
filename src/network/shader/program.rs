//! A compute shader, written for one shape.
//!
//! Every number that is known before training begins stands in the text as a constant: a shader is
//! compiled once and run at every step, so the compiler may as well know all of it, and nothing has
//! to be sent along but the buffers.

use std::fmt::Write;
use std::sync::Arc;

/// Threads of a workgroup of the shaders that take values one by one.
const THREADS: usize = 256;
/// The most workgroups in one direction that every device runs.
const MOST_GROUPS: usize = 65_535;

/// WGSL with the entry point `main`, and how many workgroups it is run with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::network) struct Program {
    /// Its text.
    pub(in crate::network) code: Arc<str>,
    /// Workgroups in each direction.
    pub(in crate::network) groups: [u32; 3],
    /// For each of its buffers, whether it is written.
    pub(in crate::network) writes: Vec<bool>,
}

/// What a shader calls a buffer, and how it sees it.
#[derive(Clone, Copy)]
pub(super) struct Binding {
    pub(super) name: &'static str,
    /// As vectors of four values; else as values.
    pub(super) vectors: bool,
    pub(super) writes: bool,
}

/// A buffer to be read.
pub(super) const fn reads(name: &'static str, vectors: bool) -> Binding {
    Binding {
        name,
        vectors,
        writes: false,
    }
}

/// A buffer to be written, or read and written.
pub(super) const fn writes(name: &'static str, vectors: bool) -> Binding {
    Binding {
        name,
        vectors,
        writes: true,
    }
}

impl Program {
    /// A shader with these buffers, whose threads lie in three directions, as many as `threads`
    /// says or a few more: the body has to look whether `id` is one of them.
    pub(super) fn new(bindings: &[Binding], threads: [usize; 3], body: &str) -> Self {
        let [x, y, _] = threads;
        // 64 threads, no wider than there is work.
        let wide = x.next_power_of_two().min(8);
        let high = (64 / wide).min(y.next_power_of_two());
        Self::with_groups(bindings, threads, [wide, high], body)
    }

    /// A shader of one thread for each value (or vector of four), which the body finds at `index`.
    pub(super) fn of_values(bindings: &[Binding], values: usize, body: &str) -> Self {
        let wide = values.min(THREADS * MOST_GROUPS);
        let body = format!(
            "let index = id.y * {}u + id.x;\nif (index >= {values}u) {{ return; }}\n{body}",
            wide.next_multiple_of(THREADS),
        );
        let threads = [wide, values.div_ceil(wide.max(1)), 1];
        Self::with_groups(bindings, threads, [THREADS, 1], &body)
    }

    fn with_groups(
        bindings: &[Binding],
        [x, y, z]: [usize; 3],
        [wide, high]: [usize; 2],
        body: &str,
    ) -> Self {
        let mut code = String::new();
        for (index, binding) in bindings.iter().enumerate() {
            let access = if binding.writes { "read_write" } else { "read" };
            let element = element(binding.vectors);
            let name = binding.name;
            // Writing to a String cannot fail.
            let _ = writeln!(
                code,
                "@group(0) @binding({index}) var<storage, {access}> {name}: array<{element}>;"
            );
        }
        let _ = write!(
            code,
            "@compute @workgroup_size({wide}, {high}, 1)\n\
             fn main(@builtin(global_invocation_id) id: vec3<u32>) {{\n{body}}}\n"
        );
        Self {
            code: code.into(),
            groups: [x.div_ceil(wide) as u32, y.div_ceil(high) as u32, z as u32],
            writes: bindings.iter().map(|binding| binding.writes).collect(),
        }
    }
}

/// The type of a buffer's elements.
pub(super) const fn element(vectors: bool) -> &'static str {
    if vectors { "vec4<f32>" } else { "f32" }
}

/// Whether rows of so many values can be read as vectors of four.
pub(super) const fn divides(values: usize) -> bool {
    values.is_multiple_of(4)
}

/// Four values of `name` from the index `at` on, which has to be a multiple of four where the
/// buffer consists of vectors.
pub(super) fn four(name: &str, vectors: bool, at: &str) -> String {
    if vectors {
        format!("{name}[({at}) / 4u]")
    } else {
        format!("vec4<f32>({name}[{at}], {name}[{at} + 1u], {name}[{at} + 2u], {name}[{at} + 3u])")
    }
}

/// `value` where it is not below zero, else zero. What is not a number stays, so that divergence
/// shows.
pub(super) fn rectified(value: &str, zero: &str) -> String {
    format!("select({value}, {zero}, {value} < {zero})")
}

/// Stores the four values of `value` from the index `at` on; of those in columns past `columns`,
/// of which the first is `column`, none.
pub(super) fn store_four(
    name: &str,
    vectors: bool,
    at: &str,
    value: &str,
    column: &str,
    columns: usize,
) -> String {
    if vectors {
        return format!("if ({column} < {columns}u) {{ {name}[({at}) / 4u] = {value}; }}\n");
    }
    let mut code = String::new();
    for part in 0..4 {
        let _ = writeln!(
            code,
            "if ({column} + {part}u < {columns}u) {{ {name}[{at} + {part}u] = {value}[{part}]; }}"
        );
    }
    code
}
