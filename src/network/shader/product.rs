//! Fully connected layers as shaders: three matrix products.
//!
//! A thread makes a tile of the result, and keeps its sums in registers. There is no memory shared
//! within a workgroup and no barrier: a software adapter, which has no workgroups, pays for both
//! with most of its time, and the matrices here are small enough for a GPU's caches.

use std::fmt::Write;

use super::program::{Program, divides, four, reads, rectified, store_four, writes};

/// Rows of a tile.
const ROWS: usize = 4;
/// Columns of a tile are at most so many vectors of four.
const VECTORS: usize = 4;

/// The shape of a fully connected layer and of a batch.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dense {
    /// Images.
    pub(super) n: usize,
    /// Values that come in for each.
    pub(super) inputs: usize,
    /// Values that go out for each.
    pub(super) width: usize,
    /// Where the bias begins, counted from the weight.
    pub(super) bias: usize,
}

/// Vectors in the columns of a tile for a matrix of so many columns.
pub(super) fn vectors_of(columns: usize) -> usize {
    columns.div_ceil(4).min(VECTORS)
}

/// The beginning of a body: the tile's first row and column, and zero sums, `ROWS` × `vectors`.
fn tile(rows: usize, columns: usize, vectors: usize) -> String {
    let mut code = format!(
        "let column = id.x * {}u;\nlet row = id.y * {ROWS}u;\n\
         if (column >= {columns}u || row >= {rows}u) {{ return; }}\n",
        4 * vectors
    );
    for i in 0..ROWS {
        let _ = writeln!(code, "let row_{i} = min(row + {i}u, {}u);", rows - 1);
        for j in 0..vectors {
            let _ = writeln!(code, "var sum_{i}_{j} = vec4<f32>();");
        }
    }
    code
}

impl Dense {
    /// `out = input · weight + bias`, perhaps rectified. Buffers: input, weight and bias, out.
    pub(super) fn forward(self, rectify: bool) -> Program {
        let Self {
            n,
            inputs,
            width,
            bias,
        } = self;
        let (deep, wide, vectors) = (divides(inputs), divides(width), vectors_of(width));
        let step = if deep { 4 } else { 1 };
        let mut body = tile(n, width, vectors);
        let _ = writeln!(body, "for (var k = 0u; k < {inputs}u; k += {step}u) {{");
        for i in 0..ROWS {
            let at = format!("row_{i} * {inputs}u + k");
            let value = if deep {
                four("input", true, &at)
            } else {
                format!("input[{at}]")
            };
            let _ = writeln!(body, "let left_{i} = {value};");
        }
        for q in 0..step {
            body.push_str("{\n");
            for j in 0..vectors {
                let at = format!("(k + {q}u) * {width}u + column + {}u", 4 * j);
                let _ = writeln!(body, "let right_{j} = {};", four("weight", wide, &at));
            }
            let part = if deep {
                format!("[{q}]")
            } else {
                String::new()
            };
            for i in 0..ROWS {
                for j in 0..vectors {
                    let _ = writeln!(body, "sum_{i}_{j} += left_{i}{part} * right_{j};");
                }
            }
            body.push_str("}\n");
        }
        body.push_str("}\n");
        for j in 0..vectors {
            let at = format!("{bias}u + column + {}u", 4 * j);
            let _ = writeln!(body, "let bias_{j} = {};", four("weight", wide, &at));
        }
        for i in 0..ROWS {
            let _ = writeln!(body, "if (row + {i}u < {n}u) {{");
            for j in 0..vectors {
                let value = format!("value_{j}");
                let _ = writeln!(body, "let {value} = sum_{i}_{j} + bias_{j};");
                if rectify {
                    let rectified = rectified(&value, "vec4<f32>()");
                    let _ = writeln!(body, "let out_{j} = {rectified};");
                } else {
                    let _ = writeln!(body, "let out_{j} = {value};");
                }
                let at = format!("row_{i} * {width}u + column + {}u", 4 * j);
                let column = format!("column + {}u", 4 * j);
                let out = format!("out_{j}");
                body += &store_four("result", wide, &at, &out, &column, width);
            }
            body.push_str("}\n");
        }
        let bindings = [
            reads("input", deep),
            reads("weight", wide),
            writes("result", wide),
        ];
        let threads = [width.div_ceil(4 * vectors), n.div_ceil(ROWS), 1];
        Program::new(&bindings, threads, &body)
    }

    /// The gradients `inputᵀ · slope` and the sum of the rows of `slope`, n × width. Buffers:
    /// input, slope, the gradients of weight and bias.
    pub(super) fn parameter_gradients(self) -> Program {
        let Self {
            n,
            inputs,
            width,
            bias,
        } = self;
        let (deep, wide, vectors) = (divides(inputs), divides(width), vectors_of(width));
        let mut body = tile(inputs, width, vectors);
        let _ = writeln!(body, "for (var k = 0u; k < {n}u; k++) {{");
        if deep {
            let _ = writeln!(body, "let left = input[(k * {inputs}u + row) / 4u];");
        }
        for i in 0..ROWS {
            let value = if deep {
                format!("left[{i}]")
            } else {
                format!("input[k * {inputs}u + row_{i}]")
            };
            let _ = writeln!(body, "let left_{i} = {value};");
        }
        for j in 0..vectors {
            let at = format!("k * {width}u + column + {}u", 4 * j);
            let _ = writeln!(body, "let right_{j} = {};", four("slope", wide, &at));
        }
        for i in 0..ROWS {
            for j in 0..vectors {
                let _ = writeln!(body, "sum_{i}_{j} += left_{i} * right_{j};");
            }
        }
        body.push_str("}\n");
        for i in 0..ROWS {
            let _ = writeln!(body, "if (row + {i}u < {inputs}u) {{");
            for j in 0..vectors {
                let at = format!("row_{i} * {width}u + column + {}u", 4 * j);
                let (value, column) = (format!("sum_{i}_{j}"), format!("column + {}u", 4 * j));
                body += &store_four("gradient", wide, &at, &value, &column, width);
            }
            body.push_str("}\n");
        }
        // The bias is one row more, of an input that is always 1: the first threads make it.
        body.push_str("if (row == 0u) {\n");
        for j in 0..vectors {
            let _ = writeln!(body, "var bias_{j} = vec4<f32>();");
        }
        let _ = writeln!(body, "for (var k = 0u; k < {n}u; k++) {{");
        for j in 0..vectors {
            let at = format!("k * {width}u + column + {}u", 4 * j);
            let _ = writeln!(body, "bias_{j} += {};", four("slope", wide, &at));
        }
        body.push_str("}\n");
        for j in 0..vectors {
            let at = format!("{bias}u + column + {}u", 4 * j);
            let (value, column) = (format!("bias_{j}"), format!("column + {}u", 4 * j));
            body += &store_four("gradient", wide, &at, &value, &column, width);
        }
        body.push_str("}\n");
        let bindings = [
            reads("input", deep),
            reads("slope", wide),
            writes("gradient", wide),
        ];
        let threads = [width.div_ceil(4 * vectors), inputs.div_ceil(ROWS), 1];
        Program::new(&bindings, threads, &body)
    }

    /// The gradient for the input, `slope · weightᵀ`, n × inputs; where the input came from a
    /// rectifier, through it: zero where the input is not above zero. Buffers: slope, weight,
    /// out, and with `through` the input.
    pub(super) fn input_gradient(self, through: bool) -> Program {
        const COLUMNS: usize = 4;
        let Self {
            n, inputs, width, ..
        } = self;
        let (deep, wide) = (divides(width), divides(inputs));
        let step = if deep { 4 } else { 1 };
        let mut body = format!(
            "let column = id.x * {COLUMNS}u;\nlet row = id.y * {ROWS}u;\n\
             if (column >= {inputs}u || row >= {n}u) {{ return; }}\n"
        );
        let kind = if deep { "vec4<f32>()" } else { "0.0" };
        for i in 0..ROWS {
            let _ = writeln!(body, "let row_{i} = min(row + {i}u, {}u);", n - 1);
            for j in 0..COLUMNS {
                let _ = writeln!(body, "var sum_{i}_{j} = {kind};");
            }
        }
        for j in 0..COLUMNS {
            let _ = writeln!(
                body,
                "let column_{j} = min(column + {j}u, {}u);",
                inputs - 1
            );
        }
        let load = |name: &str, line: String| {
            let at = format!("{line} * {width}u + k");
            if deep {
                four(name, true, &at)
            } else {
                format!("{name}[{at}]")
            }
        };
        let _ = writeln!(body, "for (var k = 0u; k < {width}u; k += {step}u) {{");
        for i in 0..ROWS {
            let _ = writeln!(
                body,
                "let left_{i} = {};",
                load("slope", format!("row_{i}"))
            );
        }
        for j in 0..COLUMNS {
            let value = load("weight", format!("column_{j}"));
            let _ = writeln!(body, "let right_{j} = {value};");
        }
        for i in 0..ROWS {
            for j in 0..COLUMNS {
                let _ = writeln!(body, "sum_{i}_{j} += left_{i} * right_{j};");
            }
        }
        body.push_str("}\n");
        for i in 0..ROWS {
            let parts = (0..COLUMNS).map(|j| {
                if deep {
                    format!("dot(sum_{i}_{j}, vec4<f32>(1.0))")
                } else {
                    format!("sum_{i}_{j}")
                }
            });
            let parts = parts.collect::<Vec<_>>().join(", ");
            let at = format!("row_{i} * {inputs}u + column");
            let _ = writeln!(
                body,
                "if (row + {i}u < {n}u) {{\nvar value = vec4<f32>({parts});"
            );
            if through {
                let input = four("input", wide, &at);
                let _ = writeln!(
                    body,
                    "value = select(vec4<f32>(), value, {input} > vec4<f32>());"
                );
            }
            body += &store_four("result", wide, &at, "value", "column", inputs);
            body.push_str("}\n");
        }
        let mut bindings = vec![
            reads("slope", deep),
            reads("weight", deep),
            writes("result", wide),
        ];
        if through {
            bindings.push(reads("input", wide));
        }
        let threads = [inputs.div_ceil(COLUMNS), n.div_ceil(ROWS), 1];
        Program::new(&bindings, threads, &body)
    }
}
