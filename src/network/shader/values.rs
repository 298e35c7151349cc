//! The shaders that take values one by one: pools, dropout, the loss, the update.

use super::program::{Program, divides, element, reads, writes};
use crate::dataset::ImageShape;

/// Values, or vectors of four where `vectors` says so, in so many values.
const fn elements(values: usize, vectors: bool) -> usize {
    if vectors { values / 4 } else { values }
}

/// The largest of each 2×2 pixels of n images. Buffers: input, out.
pub(super) fn pool(n: usize, shape: ImageShape) -> Program {
    let vectors = divides(shape.channels);
    let c = elements(shape.channels, vectors);
    let (high, wide) = (shape.height / 2, shape.width / 2);
    let body = format!(
        "let c = index % {c}u;\nlet x = (index / {c}u) % {wide}u;\n\
         let y = (index / {}u) % {high}u;\nlet image = index / {}u;\n\
         let at = ((image * {}u + 2u * y) * {}u + 2u * x) * {c}u + c;\n\
         let below = at + {}u;\n\
         result[index] = max(max(input[at], input[at + {c}u]), max(input[below], input[below + {c}u]));\n",
        c * wide,
        c * wide * high,
        shape.height,
        shape.width,
        shape.width * c,
    );
    let bindings = [reads("input", vectors), writes("result", vectors)];
    Program::of_values(&bindings, n * high * wide * c, &body)
}

/// The gradient for the input of a pool: all of it to the first of the largest pixels; with
/// `through`, back through the rectifier that the input came from. Buffers: input, output, slope,
/// out.
pub(super) fn pool_gradient(n: usize, shape: ImageShape, through: bool) -> Program {
    let vectors = divides(shape.channels);
    let c = elements(shape.channels, vectors);
    let (high, wide) = (shape.height / 2, shape.width / 2);
    // With a last odd row or column, blocks that the pool leaves out and that are less than 2×2.
    let (rows, columns) = (shape.height.div_ceil(2), shape.width.div_ceil(2));
    let zero = format!("{}()", element(vectors));
    let (and, or) = if vectors { ("&", "|") } else { ("&&", "||") };
    let passes = |place: &str, hit: &str| {
        if through {
            format!("(input[{place}] > {zero}) {and} {hit}")
        } else {
            hit.to_string()
        }
    };
    let body = format!(
        "let c = index % {c}u;\nlet x = (index / {c}u) % {columns}u;\n\
         let y = (index / {}u) % {rows}u;\nlet image = index / {}u;\n\
         let at = ((image * {height}u + 2u * y) * {width}u + 2u * x) * {c}u + c;\n\
         let right = at + {c}u;\nlet below = at + {}u;\nlet across = below + {c}u;\n\
         if (x >= {wide}u || y >= {high}u) {{\n\
         result[at] = {zero};\n\
         if (2u * x + 1u < {width}u) {{ result[right] = {zero}; }}\n\
         if (2u * y + 1u < {height}u) {{ result[below] = {zero}; }}\n\
         if (2u * x + 1u < {width}u && 2u * y + 1u < {height}u) {{ result[across] = {zero}; }}\n\
         return;\n}}\n\
         let pooled = ((image * {high}u + y) * {wide}u + x) * {c}u + c;\n\
         let most = output[pooled];\nlet value = slope[pooled];\n\
         let a = input[at] == most;\nlet b = (input[right] == most) {and} !a;\n\
         let d = (input[below] == most) {and} !(a {or} b);\n\
         let e = (input[across] == most) {and} !(a {or} b {or} d);\n\
         result[at] = select({zero}, value, {});\nresult[right] = select({zero}, value, {});\n\
         result[below] = select({zero}, value, {});\nresult[across] = select({zero}, value, {});\n",
        c * columns,
        c * columns * rows,
        shape.width * c,
        passes("at", "a"),
        passes("right", "b"),
        passes("below", "d"),
        passes("across", "e"),
        height = shape.height,
        width = shape.width,
    );
    let bindings = [
        reads("input", vectors),
        reads("output", vectors),
        reads("slope", vectors),
        writes("result", vectors),
    ];
    Program::of_values(&bindings, n * rows * columns * c, &body)
}

/// The mean of each feature map of n images, n × channels. Buffers: input, out.
pub(super) fn average(n: usize, shape: ImageShape) -> Program {
    let (area, c) = (shape.height * shape.width, shape.channels);
    let body = format!(
        "let start = (index / {c}u) * {}u + index % {c}u;\nvar sum = 0.0;\n\
         for (var pixel = 0u; pixel < {area}u; pixel++) {{ sum += input[start + pixel * {c}u]; }}\n\
         result[index] = sum / {area}.0;\n",
        area * c,
    );
    Program::of_values(
        &[reads("input", false), writes("result", false)],
        n * c,
        &body,
    )
}

/// The product with a mask. Buffers: input, mask, out.
pub(super) fn masked(values: usize) -> Program {
    let vectors = divides(values);
    let bindings = [
        reads("input", vectors),
        reads("mask", vectors),
        writes("result", vectors),
    ];
    let body = "result[index] = input[index] * mask[index];\n";
    Program::of_values(&bindings, elements(values, vectors), body)
}

/// The gradient for what was masked, back through the rectifier it came from. Buffers: slope,
/// mask, out, what was masked.
pub(super) fn masked_through(values: usize) -> Program {
    let vectors = divides(values);
    let zero = format!("{}()", element(vectors));
    let bindings = [
        reads("slope", vectors),
        reads("mask", vectors),
        writes("result", vectors),
        reads("passed", vectors),
    ];
    let body = format!(
        "result[index] = select({zero}, slope[index] * mask[index], passed[index] > {zero});\n"
    );
    Program::of_values(&bindings, elements(values, vectors), &body)
}

/// The gradient of the mean cross-entropy for the logits, (softmax − target) / n. Buffers:
/// logits, n × classes, labels as numbers, out.
pub(super) fn loss_gradient(n: usize, classes: usize) -> Program {
    let body = format!(
        "let start = index * {classes}u;\nvar most = logits[start];\n\
         for (var k = 1u; k < {classes}u; k++) {{ most = max(most, logits[start + k]); }}\n\
         var sum = 0.0;\n\
         for (var k = 0u; k < {classes}u; k++) {{ sum += exp(logits[start + k] - most); }}\n\
         let label = u32(labels[index]);\n\
         for (var k = 0u; k < {classes}u; k++) {{\n\
         let share = exp(logits[start + k] - most) / sum;\n\
         slope[start + k] = (share - select(0.0, 1.0, k == label)) / {n}.0;\n}}\n"
    );
    let bindings = [
        reads("logits", false),
        reads("labels", false),
        writes("slope", false),
    ];
    Program::of_values(&bindings, n, &body)
}

/// Adam's update of `values` parameters, a multiple of four. Buffers: gradient, parameters, both
/// memories, and the numbers of the update: what is kept of the first and of the second memory,
/// the size, ε, and what weight decay leaves.
pub(super) fn adam(values: usize) -> Program {
    let body = "let g = gradient[index];\n\
         let m = first[index] * numbers[0] + g;\nlet v = second[index] * numbers[1] + g * g;\n\
         first[index] = m;\nsecond[index] = v;\n\
         parameters[index] = parameters[index] * numbers[4] - numbers[2] * (m / (sqrt(v) + numbers[3]));\n";
    let bindings = [
        reads("gradient", true),
        writes("parameters", true),
        writes("first", true),
        writes("second", true),
        reads("numbers", false),
    ];
    Program::of_values(&bindings, elements(values, true), body)
}

/// The update of descent with momentum of `values` parameters, a multiple of four. Buffers:
/// gradient, parameters, velocity, and the numbers of the update: what is kept of the velocity,
/// the size, and what weight decay leaves.
pub(super) fn momentum(values: usize) -> Program {
    let body = "let v = velocity[index] * numbers[0] + gradient[index];\n\
         velocity[index] = v;\n\
         parameters[index] = parameters[index] * numbers[2] - numbers[1] * v;\n";
    let bindings = [
        reads("gradient", true),
        writes("parameters", true),
        writes("velocity", true),
        reads("numbers", false),
    ];
    Program::of_values(&bindings, elements(values, true), body)
}

/// A copy of `values` values, a multiple of four. Buffers: from, to.
pub(super) fn copy(values: usize) -> Program {
    let body = "to[index] = source[index];\n";
    let bindings = [reads("source", true), writes("to", true)];
    Program::of_values(&bindings, elements(values, true), body)
}
