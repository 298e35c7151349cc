//! 3×3 convolutions with zeros around the image as shaders: forward, and the gradients.
//!
//! Images lie channel-last. As in the products of `product.rs`, a thread makes a tile in
//! registers and shares nothing with others.

use std::fmt::Write;

use super::product::vectors_of;
use super::program::{Program, divides, element, four, reads, rectified, store_four, writes};
use crate::dataset::ImageShape;

/// Pixels of a row that a thread makes.
const PIXELS: usize = 4;
/// The most parts that the images of a batch are divided into for the gradient of a kernel.
const PARTS: usize = 32;

/// The shape of a convolution and of a batch.
#[derive(Clone, Copy, Debug)]
pub(super) struct Convolution {
    /// Images.
    pub(super) n: usize,
    /// What comes in.
    pub(super) input: ImageShape,
    /// Channels that go out.
    pub(super) channels: usize,
    /// Where the bias begins, counted from the kernel.
    pub(super) bias: usize,
}

/// What is done to a convolution's sums.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    /// The bias is added, and the rectifier applied.
    Activation,
    /// Nothing.
    Sums,
    /// They pass where the values of a further buffer are above zero, and are zero elsewhere.
    Through,
}

impl Convolution {
    /// `out = input ∗ kernel + bias`, rectified. Buffers: input, kernel and bias, out.
    pub(super) fn forward(self) -> Program {
        self.convolve(Ending::Activation)
    }

    /// The gradient for the input from that for the output: the convolution with the kernel that
    /// [`Self::turned`] makes; with `through`, back through the rectifier that the input came
    /// from. Buffers: slope, turned kernel, out, and with `through` the input.
    pub(super) fn input_gradient(self, through: bool) -> Program {
        let back = Self {
            input: ImageShape {
                channels: self.channels,
                ..self.input
            },
            channels: self.input.channels,
            ..self
        };
        back.convolve(if through {
            Ending::Through
        } else {
            Ending::Sums
        })
    }

    /// The kernel turned by half a turn, its channels exchanged. Buffers: kernel, out.
    pub(super) fn turned(self) -> Program {
        let (c, o) = (self.input.channels, self.channels);
        let body = format!(
            "let to = index % {c}u;\nlet source = (index / {c}u) % {o}u;\nlet place = index / {};\n\
             turned[index] = kernel[((8u - place) * {c}u + to) * {o}u + source];\n",
            format_args!("{}u", c * o),
        );
        let bindings = [reads("kernel", false), writes("turned", false)];
        Program::of_values(&bindings, 9 * c * o, &body)
    }

    /// Values of the kernel.
    pub(super) fn kernel_values(self) -> usize {
        9 * self.input.channels * self.channels
    }

    fn convolve(self, ending: Ending) -> Program {
        let ImageShape {
            height,
            width,
            channels: c,
        } = self.input;
        let (n, o) = (self.n, self.channels);
        let (deep, wide, vectors) = (divides(c), divides(o), vectors_of(o));
        let step = if deep { 4 } else { 1 };
        let runs = width.div_ceil(PIXELS);
        let mut body = format!(
            "let column = id.x * {}u;\nif (column >= {o}u || id.y >= {}u) {{ return; }}\n\
             let x = (id.y % {runs}u) * {PIXELS}u;\nlet y = (id.y / {runs}u) % {height}u;\n\
             let image = id.y / {}u;\n",
            4 * vectors,
            n * height * runs,
            height * runs,
        );
        for i in 0..PIXELS {
            for j in 0..vectors {
                let _ = writeln!(body, "var sum_{i}_{j} = vec4<f32>();");
            }
        }
        // `row` and `x` are counted with the border, so that they are never below zero.
        let _ = writeln!(
            body,
            "for (var place = 0u; place < 3u; place++) {{\nlet row = y + place;\n\
             if (row < 1u || row > {height}u) {{ continue; }}\n\
             let line = (image * {height}u + row - 1u) * {width}u;\n\
             for (var k = 0u; k < {c}u; k += {step}u) {{"
        );
        let zero = if deep { "vec4<f32>()" } else { "0.0" };
        for i in 0..PIXELS + 2 {
            let at = format!("(line + x + {i}u - 1u) * {c}u + k");
            let value = if deep {
                four("input", true, &at)
            } else {
                format!("input[{at}]")
            };
            let _ = writeln!(
                body,
                "let left_{i} = select({zero}, {value}, x + {i}u >= 1u && x + {i}u <= {width}u);"
            );
        }
        for kx in 0..3 {
            for q in 0..step {
                body.push_str("{\n");
                for j in 0..vectors {
                    let at = format!(
                        "((place * 3u + {kx}u) * {c}u + k + {q}u) * {o}u + column + {}u",
                        4 * j
                    );
                    let _ = writeln!(body, "let right_{j} = {};", four("kernel", wide, &at));
                }
                let part = if deep {
                    format!("[{q}]")
                } else {
                    String::new()
                };
                for i in 0..PIXELS {
                    for j in 0..vectors {
                        let left = i + kx;
                        let _ = writeln!(body, "sum_{i}_{j} += left_{left}{part} * right_{j};");
                    }
                }
                body.push_str("}\n");
            }
        }
        body.push_str("}\n}\n");
        if ending == Ending::Activation {
            for j in 0..vectors {
                let at = format!("{}u + column + {}u", self.bias, 4 * j);
                let _ = writeln!(body, "let bias_{j} = {};", four("kernel", wide, &at));
            }
        }
        let _ = writeln!(body, "let line = (image * {height}u + y) * {width}u;");
        for i in 0..PIXELS {
            let _ = writeln!(body, "if (x + {i}u < {width}u) {{");
            for j in 0..vectors {
                let at = format!("(line + x + {i}u) * {o}u + column + {}u", 4 * j);
                let value = match ending {
                    Ending::Activation => {
                        let _ = writeln!(body, "let value_{j} = sum_{i}_{j} + bias_{j};");
                        rectified(&format!("value_{j}"), "vec4<f32>()")
                    }
                    Ending::Sums => format!("sum_{i}_{j}"),
                    Ending::Through => {
                        let passed = four("passed", wide, &at);
                        format!("select(vec4<f32>(), sum_{i}_{j}, {passed} > vec4<f32>())")
                    }
                };
                let _ = writeln!(body, "let out_{j} = {value};");
                let (out, column) = (format!("out_{j}"), format!("column + {}u", 4 * j));
                body += &store_four("result", wide, &at, &out, &column, o);
            }
            body.push_str("}\n");
        }
        let mut bindings = vec![
            reads("input", deep),
            reads("kernel", wide),
            writes("result", wide),
        ];
        if ending == Ending::Through {
            bindings.push(reads("passed", wide));
        }
        let threads = [o.div_ceil(4 * vectors), n * height * runs, 1];
        Program::new(&bindings, threads, &body)
    }

    /// Parts that the images of the batch are divided into.
    fn parts(self) -> usize {
        self.n.min(PARTS)
    }

    /// Values of what [`Self::partial_gradients`] makes.
    pub(super) fn partial_values(self) -> usize {
        self.parts() * (self.kernel_values() + self.channels)
    }

    /// The gradients of kernel and bias over each part of the images, one behind the other. A
    /// thread makes those of a row of the kernel, of four channels that come in (one, where their
    /// number is no multiple of four) and of some that go out. Buffers: input, slope, out.
    pub(super) fn partial_gradients(self) -> Program {
        const VECTORS: usize = 2;
        let ImageShape {
            height,
            width,
            channels: c,
        } = self.input;
        let (n, o, parts) = (self.n, self.channels, self.parts());
        let (deep, wide) = (divides(c), divides(o));
        let vectors = vectors_of(o).min(VECTORS);
        let each = if deep { 4 } else { 1 };
        let blocks = c / each;
        let per_part = n.div_ceil(parts);
        let kind = element(deep);
        let mut body = format!(
            "let column = id.x * {}u;\nif (column >= {o}u || id.y >= {}u) {{ return; }}\n\
             let place = id.y / {blocks}u;\nlet channel = (id.y % {blocks}u) * {each}u;\n",
            4 * vectors,
            3 * blocks,
        );
        for j in 0..vectors {
            let _ = writeln!(body, "var bias_{j} = vec4<f32>();");
            for kx in 0..3 {
                for i in 0..each {
                    let _ = writeln!(body, "var sum_{kx}_{i}_{j} = vec4<f32>();");
                }
            }
        }
        let load = |pixel: &str| {
            let at = format!("(above + {pixel}) * {c}u + channel");
            if deep {
                four("input", true, &at)
            } else {
                format!("input[{at}]")
            }
        };
        let _ = writeln!(
            body,
            "for (var image = id.z * {per_part}u; image < min({n}u, (id.z + 1u) * {per_part}u); image++) {{\n\
             for (var y = 0u; y < {height}u; y++) {{\n\
             let row = y + place;\nif (row < 1u || row > {height}u) {{ continue; }}\n\
             let above = (image * {height}u + row - 1u) * {width}u;\n\
             let line = (image * {height}u + y) * {width}u;\n\
             var left_0 = {kind}();\nvar left_1 = {};\n\
             for (var x = 0u; x < {width}u; x++) {{\n\
             let left_2 = select({kind}(), {}, x + 1u < {width}u);",
            load("0u"),
            load("x + 1u"),
        );
        for j in 0..vectors {
            let at = format!("(line + x) * {o}u + column + {}u", 4 * j);
            let _ = writeln!(body, "let right_{j} = {};", four("slope", wide, &at));
            let _ = writeln!(body, "bias_{j} += right_{j};");
            for kx in 0..3 {
                for i in 0..each {
                    let part = if deep {
                        format!("[{i}]")
                    } else {
                        String::new()
                    };
                    let _ = writeln!(body, "sum_{kx}_{i}_{j} += left_{kx}{part} * right_{j};");
                }
            }
        }
        body.push_str("left_0 = left_1;\nleft_1 = left_2;\n}\n}\n}\n");
        let _ = writeln!(body, "let start = id.z * {}u;", self.kernel_values() + o);
        for j in 0..vectors {
            let column = format!("column + {}u", 4 * j);
            for kx in 0..3 {
                for i in 0..each {
                    let at = format!(
                        "start + ((place * 3u + {kx}u) * {c}u + channel + {i}u) * {o}u + {column}"
                    );
                    let value = format!("sum_{kx}_{i}_{j}");
                    body += &store_four("parts", wide, &at, &value, &column, o);
                }
            }
            // The middle row of the kernel sees every pixel.
            body.push_str("if (place == 1u && channel == 0u) {\n");
            let at = format!("start + {}u + {column}", self.kernel_values());
            body += &store_four("parts", wide, &at, &format!("bias_{j}"), &column, o);
            body.push_str("}\n");
        }
        let bindings = [
            reads("input", deep),
            reads("slope", wide),
            writes("parts", wide),
        ];
        let threads = [o.div_ceil(4 * vectors), 3 * blocks, parts];
        Program::new(&bindings, threads, &body)
    }

    /// The gradients of kernel and bias: the sums over the parts. Buffers: what
    /// [`Self::partial_gradients`] made, the gradients of kernel and bias.
    pub(super) fn sum_gradients(self) -> Program {
        let (kernel, bias, parts) = (self.kernel_values(), self.bias, self.parts());
        let each = kernel + self.channels;
        let body = format!(
            "var sum = 0.0;\n\
             for (var part = 0u; part < {parts}u; part++) {{ sum += parts[part * {each}u + index]; }}\n\
             gradient[select(index - {kernel}u + {bias}u, index, index < {kernel}u)] = sum;\n"
        );
        let bindings = [reads("parts", false), writes("gradient", false)];
        Program::of_values(&bindings, each, &body)
    }
}
