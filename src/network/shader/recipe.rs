//! Which shaders a network takes, on which buffers, in which order.

use std::collections::HashMap;
use std::ops::Range;

use super::convolution::Convolution;
use super::product::Dense;
use super::program::Program;
use super::values;
use crate::network::plan::Operation;
use crate::network::{ConvActivations, LayerShape, Optimizer, Plan};

/// Parts of a buffer begin at multiples of so many values: a GPU can bind only such.
const ALIGNMENT: usize = 64;
/// Numbers that an update is sent.
const NUMBERS: usize = 8;

/// A buffer on the GPU, by what is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::network) enum Buffer {
    /// What is sent at every step, as [`Sent`] says.
    Sent,
    /// All parameters.
    Parameters,
    /// The gradient for all parameters.
    Gradient,
    /// A vector that the optimizer remembers.
    Memory(usize),
    /// What a layer made of the batch.
    Output(usize),
    /// The gradient for the output of a layer: there are two, of two layers next to each other.
    Slope(usize),
    /// Gradients of a kernel over parts of the batch.
    Parts,
    /// A kernel turned around.
    Turned,
    /// The means of a layer's feature maps.
    Average(usize),
}

/// A buffer, or some of it, for a shader.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::network) struct Argument {
    pub(in crate::network) buffer: Buffer,
    /// In values; all of it, if there is none.
    pub(in crate::network) range: Option<Range<usize>>,
    /// Whether it is written, or read and written.
    pub(in crate::network) writes: bool,
}

/// A shader with its buffers, in the order of its bindings.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::network) struct Launch {
    pub(in crate::network) program: Program,
    pub(in crate::network) arguments: Vec<Argument>,
}

/// Where everything is in the buffer that is sent at every step.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::network) struct Sent {
    /// n × pixels.
    pub(in crate::network) images: Range<usize>,
    /// n.
    pub(in crate::network) labels: Range<usize>,
    /// Those of the update.
    pub(in crate::network) numbers: Range<usize>,
    /// One for each dropout, n × values.
    pub(in crate::network) masks: Vec<Range<usize>>,
    /// Length of the buffer.
    pub(in crate::network) len: usize,
}

impl Sent {
    fn new(plan: &Plan, n: usize) -> Self {
        let mut len = 0;
        let mut place = |values: usize| {
            let start = len;
            len += values.next_multiple_of(ALIGNMENT);
            start..start + values
        };
        let images = place(n * plan.input().pixels());
        let labels = place(n);
        let numbers = place(NUMBERS);
        let masks = plan
            .layers
            .iter()
            .filter_map(|layer| match layer.operation {
                Operation::Dropout { values, .. } => Some(place(n * values)),
                _ => None,
            });
        let masks = masks.collect();
        Self {
            images,
            labels,
            numbers,
            masks,
            len,
        }
    }
}

/// The shaders of a step or of an observation, and how long the buffers are that they need beside
/// those that stay: parameters, gradient and memory.
#[derive(Clone, Debug)]
pub(in crate::network) struct Recipe {
    pub(in crate::network) sent: Sent,
    pub(in crate::network) launches: Vec<Launch>,
    pub(in crate::network) lengths: HashMap<Buffer, usize>,
    /// The logits, n × classes.
    pub(in crate::network) logits: Buffer,
    /// What an observation takes, and how many values of it, n × width each.
    pub(in crate::network) observed: Vec<(Buffer, usize)>,
}

impl Recipe {
    /// A step of training with batches of n images.
    pub(in crate::network) fn step(plan: &Plan, n: usize, rule: Optimizer) -> Self {
        let mut writer = Writer::new(plan, n, true);
        let outputs = writer.forward();
        writer.backward(&outputs);
        writer.update(rule);
        writer.finish(&outputs, Vec::new())
    }

    /// An observation of n images; without `conv` of no layer.
    pub(in crate::network) fn observation(
        plan: &Plan,
        n: usize,
        conv: Option<ConvActivations>,
    ) -> Self {
        let mut writer = Writer::new(plan, n, false);
        let outputs = writer.forward();
        let places = conv.map_or_else(Vec::new, |conv| {
            let places = plan.observed_places(conv).map(|(place, _)| place);
            places.collect()
        });
        let mut observed = Vec::with_capacity(places.len());
        for place in places {
            let output = outputs[place + 1].clone();
            observed.push(match (plan.layers[place].output, conv) {
                (LayerShape::Image(shape), Some(ConvActivations::Average)) => {
                    let average = writer.room(Buffer::Average(place), n * shape.channels);
                    writer.launch(values::average(n, shape), [output, average]);
                    (Buffer::Average(place), n * shape.channels)
                }
                (shape, _) => (output.buffer, n * shape.values()),
            });
        }
        writer.finish(&outputs, observed)
    }
}

struct Writer<'a> {
    plan: &'a Plan,
    n: usize,
    training: bool,
    recipe: Recipe,
}

fn whole(buffer: Buffer) -> Argument {
    Argument {
        buffer,
        range: None,
        writes: false,
    }
}

/// A copy of a vector of `len` values, a multiple of four.
#[cfg_attr(not(target_arch = "wasm32"), allow(dead_code))]
pub(in crate::network) fn copy(len: usize, from: Buffer, to: Buffer) -> Launch {
    Launch::new(values::copy(len), vec![whole(from), whole(to)])
}

impl Launch {
    fn new(program: Program, mut arguments: Vec<Argument>) -> Self {
        debug_assert_eq!(arguments.len(), program.writes.len());
        for (argument, &writes) in arguments.iter_mut().zip(&program.writes) {
            argument.writes = writes;
        }
        Self { program, arguments }
    }
}

fn part(buffer: Buffer, range: Range<usize>) -> Argument {
    Argument {
        buffer,
        range: Some(range),
        writes: false,
    }
}

impl<'a> Writer<'a> {
    fn new(plan: &'a Plan, n: usize, training: bool) -> Self {
        Self {
            plan,
            n,
            training,
            recipe: Recipe {
                sent: Sent::new(plan, n),
                launches: Vec::new(),
                lengths: HashMap::new(),
                logits: Buffer::Sent,
                observed: Vec::new(),
            },
        }
    }

    fn finish(mut self, outputs: &[Argument], observed: Vec<(Buffer, usize)>) -> Recipe {
        self.recipe.logits = outputs.last().map_or(Buffer::Sent, |last| last.buffer);
        self.recipe.observed = observed;
        self.recipe
    }

    fn launch<const N: usize>(&mut self, program: Program, arguments: [Argument; N]) {
        self.launch_with(program, arguments, None);
    }

    fn launch_with<const N: usize>(
        &mut self,
        program: Program,
        arguments: [Argument; N],
        further: Option<Argument>,
    ) {
        let arguments = arguments.into_iter().chain(further).collect();
        self.recipe.launches.push(Launch::new(program, arguments));
    }

    /// A buffer of at least so many values.
    fn room(&mut self, buffer: Buffer, values: usize) -> Argument {
        let length = self.recipe.lengths.entry(buffer).or_default();
        *length = values.max(*length);
        part(buffer, 0..values)
    }

    /// Weight and bias of a layer, in the parameters or in their gradient, as one part; and where
    /// the bias begins in it.
    fn weights(&self, buffer: Buffer, block: usize) -> (Argument, usize) {
        let (weight, bias) = self.plan.layout.pair(block);
        let range = weight.start..bias.start + bias.padded();
        (part(buffer, range), bias.start - weight.start)
    }

    fn dense(&self, inputs: usize, width: usize, bias: usize) -> Dense {
        Dense {
            n: self.n,
            inputs,
            width,
            bias,
        }
    }

    /// Applies all layers. Gives the images and what each layer made of them.
    fn forward(&mut self) -> Vec<Argument> {
        let plan = self.plan;
        let n = self.n;
        let mut outputs = vec![part(Buffer::Sent, self.recipe.sent.images.clone())];
        let mut dropouts = 0;
        for (place, layer) in plan.layers.iter().enumerate() {
            let input = outputs[place].clone();
            if matches!(layer.operation, Operation::Dropout { .. }) && !self.training {
                outputs.push(input);
                continue;
            }
            let out = self.room(Buffer::Output(place), n * layer.output.values());
            let (weights, bias) = match layer.operation {
                Operation::Conv { .. } | Operation::Dense { .. } => {
                    self.weights(Buffer::Parameters, layer.block)
                }
                _ => (whole(Buffer::Parameters), 0),
            };
            outputs.push(out.clone());
            match layer.operation {
                Operation::Conv {
                    input: shape,
                    channels,
                } => {
                    let convolution = Convolution {
                        n,
                        input: shape,
                        channels,
                        bias,
                    };
                    self.launch(convolution.forward(), [input, weights, out]);
                }
                Operation::Dense {
                    inputs,
                    width,
                    rectified,
                } => {
                    let dense = self.dense(inputs, width, bias);
                    self.launch(dense.forward(rectified), [input, weights, out]);
                }
                Operation::Pool { input: shape } => {
                    self.launch(values::pool(n, shape), [input, out]);
                }
                Operation::Dropout { values, .. } => {
                    let mask = self.mask(dropouts);
                    dropouts += 1;
                    self.launch(values::masked(n * values), [input, mask, out]);
                }
            }
        }
        outputs
    }

    fn mask(&self, dropout: usize) -> Argument {
        part(Buffer::Sent, self.recipe.sent.masks[dropout].clone())
    }

    /// Goes back through all layers, from the loss to the gradient for all parameters.
    fn backward(&mut self, outputs: &[Argument]) {
        let plan = self.plan;
        let n = self.n;
        let logits = n * plan.classes();
        let labels = part(Buffer::Sent, self.recipe.sent.labels.clone());
        let slope = self.room(Buffer::Slope(0), logits);
        let last = outputs[plan.layers.len()].clone();
        let program = values::loss_gradient(n, plan.classes());
        self.launch(program, [last, labels, slope]);
        let first = plan.layers.iter().position(|layer| layer.parameters > 0);
        let mut dropouts = self.recipe.sent.masks.len();
        let mut at = 0;
        for (place, layer) in plan.layers.iter().enumerate().rev() {
            // Nothing before the first weights wants a gradient.
            let wanted = Some(place) > first;
            if !wanted && layer.parameters == 0 {
                break;
            }
            let (input, output) = (outputs[place].clone(), outputs[place + 1].clone());
            let slope = part(Buffer::Slope(at), 0..n * layer.output.values());
            // The gradient for a rectified output goes back through its rectifier at once.
            let through = place.checked_sub(1).is_some_and(|before| {
                let rectified = matches!(
                    plan.layers[before].operation,
                    Operation::Conv { .. }
                        | Operation::Dense {
                            rectified: true,
                            ..
                        }
                );
                rectified
            });
            let passed = through.then(|| input.clone());
            let inputs = match place.checked_sub(1) {
                Some(before) => plan.layers[before].output.values(),
                None => plan.input().pixels(),
            };
            let next = self.room(Buffer::Slope(1 - at), n * inputs);
            match layer.operation {
                Operation::Dense { inputs, width, .. } => {
                    let (gradient, bias) = self.weights(Buffer::Gradient, layer.block);
                    let dense = self.dense(inputs, width, bias);
                    self.launch(
                        dense.parameter_gradients(),
                        [input, slope.clone(), gradient],
                    );
                    if wanted {
                        let (weights, _) = self.weights(Buffer::Parameters, layer.block);
                        let program = dense.input_gradient(through);
                        self.launch_with(program, [slope, weights, next], passed);
                    }
                }
                Operation::Conv {
                    input: shape,
                    channels,
                } => {
                    let (gradient, bias) = self.weights(Buffer::Gradient, layer.block);
                    let convolution = Convolution {
                        n,
                        input: shape,
                        channels,
                        bias,
                    };
                    let parts = self.room(Buffer::Parts, convolution.partial_values());
                    let program = convolution.partial_gradients();
                    self.launch(program, [input, slope.clone(), parts.clone()]);
                    self.launch(convolution.sum_gradients(), [parts, gradient]);
                    if wanted {
                        let (weights, _) = self.weights(Buffer::Parameters, layer.block);
                        let turned = self.room(Buffer::Turned, convolution.kernel_values());
                        self.launch(convolution.turned(), [weights, turned.clone()]);
                        let program = convolution.input_gradient(through);
                        self.launch_with(program, [slope, turned, next], passed);
                    }
                }
                Operation::Pool { input: shape } => {
                    let program = values::pool_gradient(n, shape, through);
                    self.launch(program, [input, output, slope, next]);
                }
                Operation::Dropout { values, .. } => {
                    dropouts -= 1;
                    let mask = self.mask(dropouts);
                    let program = if through {
                        values::masked_through(n * values)
                    } else {
                        values::masked(n * values)
                    };
                    self.launch_with(program, [slope, mask, next], passed);
                }
            }
            if !wanted {
                break;
            }
            at = 1 - at;
        }
    }

    fn update(&mut self, rule: Optimizer) {
        let len = self.plan.layout.len;
        let numbers = part(Buffer::Sent, self.recipe.sent.numbers.clone());
        let [gradient, parameters] = [Buffer::Gradient, Buffer::Parameters].map(whole);
        let [first, second] = [0, 1].map(|index| whole(Buffer::Memory(index)));
        match rule {
            Optimizer::Adam => {
                let program = values::adam(len);
                self.launch(program, [gradient, parameters, first, second, numbers]);
            }
            Optimizer::Sgd { .. } => {
                let program = values::momentum(len);
                self.launch(program, [gradient, parameters, first, numbers]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::ImageShape;
    use crate::network::{LayerConfig, NetworkConfig};

    const ADAM: Optimizer = Optimizer::Adam;
    const MOMENTUM: Optimizer = Optimizer::Sgd { momentum: 0.9 };

    fn plan(layers: &[LayerConfig], [height, width, channels]: [usize; 3]) -> Plan {
        let network = NetworkConfig {
            layers: layers.to_vec(),
        };
        let shape = ImageShape {
            height,
            width,
            channels,
        };
        Plan::new(&network, shape, 10).expect("a network that can be built")
    }

    /// Of every kind of layer, with sizes that are multiples of four and that are not, with last
    /// odd rows and columns, with and without a rectifier before the layer.
    fn plans() -> Vec<Plan> {
        use LayerConfig::{Conv, Dense, Dropout, Pool};
        vec![
            plan(&[], [3, 3, 1]),
            plan(&[Dense { width: 256 }, Dense { width: 30 }], [28, 28, 1]),
            plan(&[Pool, Conv { channels: 3 }], [5, 7, 3]),
            plan(
                &[
                    Dropout { rate: 0.1 },
                    Conv { channels: 16 },
                    Conv { channels: 5 },
                    Pool,
                    Dropout { rate: 0.1 },
                    Conv { channels: 8 },
                    Pool,
                    Dense { width: 12 },
                    Dropout { rate: 0.1 },
                    Dense { width: 7 },
                ],
                [10, 9, 4],
            ),
        ]
    }

    fn recipes() -> Vec<(Plan, Recipe)> {
        let mut recipes = Vec::new();
        for plan in plans() {
            for n in [1, 6, 40] {
                for rule in [ADAM, MOMENTUM] {
                    recipes.push((plan.clone(), Recipe::step(&plan, n, rule)));
                }
                for conv in [
                    None,
                    Some(ConvActivations::None),
                    Some(ConvActivations::Average),
                    Some(ConvActivations::Flattened),
                ] {
                    recipes.push((plan.clone(), Recipe::observation(&plan, n, conv)));
                }
            }
        }
        recipes
    }

    #[test]
    fn every_program_is_valid() {
        let flags = naga::valid::ValidationFlags::all();
        let mut validator = naga::valid::Validator::new(flags, naga::valid::Capabilities::empty());
        let copy = copy(64, Buffer::Sent, Buffer::Parameters);
        let recipes = recipes();
        let launches = recipes.iter().flat_map(|(_, recipe)| &recipe.launches);
        for launch in launches.chain([&copy]) {
            let code = &launch.program.code;
            let module = match naga::front::wgsl::parse_str(code) {
                Ok(module) => module,
                Err(error) => panic!("{}\n{code}", error.emit_to_string(code)),
            };
            if let Err(error) = validator.validate(&module) {
                panic!("{}\n{code}", error.emit_to_string(code));
            }
            assert_eq!(module.global_variables.len(), launch.arguments.len());
            // The least that a WebGPU device offers.
            assert!(launch.arguments.len() <= 8);
            assert!(
                launch
                    .program
                    .groups
                    .iter()
                    .all(|&groups| (1..=65_535).contains(&groups))
            );
        }
    }

    #[test]
    fn every_argument_is_part_of_its_buffer_and_written_alone() {
        for (plan, recipe) in recipes() {
            let length = |buffer| match buffer {
                Buffer::Sent => recipe.sent.len,
                Buffer::Parameters | Buffer::Gradient | Buffer::Memory(_) => plan.layout.len,
                other => recipe.lengths[&other],
            };
            for launch in &recipe.launches {
                for (index, argument) in launch.arguments.iter().enumerate() {
                    let range = argument.range.clone().unwrap_or(0..length(argument.buffer));
                    assert!(range.start.is_multiple_of(ALIGNMENT) && range.start < range.end);
                    assert!(range.end <= length(argument.buffer));
                    // A GPU does not bind a buffer for writing and once more.
                    let others = launch.arguments.iter().enumerate();
                    let again = others
                        .filter(|(other, a)| *other != index && a.buffer == argument.buffer)
                        .count();
                    assert!(!argument.writes || again == 0, "{launch:?}");
                }
            }
        }
    }

    #[test]
    fn what_is_read_was_written_before() {
        for (_, recipe) in recipes() {
            let mut written = vec![Buffer::Sent, Buffer::Parameters];
            for launch in &recipe.launches {
                for argument in launch.arguments.iter().filter(|a| !a.writes) {
                    assert!(written.contains(&argument.buffer), "{launch:?}");
                }
                let writes = launch.arguments.iter().filter(|a| a.writes);
                written.extend(writes.map(|argument| argument.buffer));
            }
            assert!(written.contains(&recipe.logits));
            assert!(
                recipe
                    .observed
                    .iter()
                    .all(|(buffer, _)| written.contains(buffer))
            );
        }
    }

    #[test]
    fn a_step_takes_few_dispatches() {
        use LayerConfig::{Conv, Dense, Pool};
        let dispatches = |layers: &[LayerConfig]| {
            let plan = plan(layers, [28, 28, 1]);
            Recipe::step(&plan, 128, ADAM).launches.len()
        };
        assert_eq!(dispatches(&[Dense { width: 64 }; 2]), 10);
        assert_eq!(dispatches(&[Dense { width: 256 }; 4]), 16);
        let conv = |channels| Conv { channels };
        let dense = |width| Dense { width };
        let layers = [
            conv(16),
            conv(16),
            Pool,
            conv(32),
            conv(32),
            Pool,
            dense(256),
            dense(128),
        ];
        assert_eq!(dispatches(&layers), 33);
    }
}
