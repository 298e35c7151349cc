//! A network in training on WebGPU.

use std::collections::HashMap;
use std::sync::Arc;

use cubecl::server::Handle;

use super::gpu::Gpu;
use crate::network::optimizer::Update;
use crate::network::parameters::NamedVectors;
use crate::network::shader::recipe::{self, Buffer, Recipe};
use crate::network::{ConvActivations, OptimizerState, Plan, Scores, TrainingError, score};

/// Parameters and what the optimizer remembers, on a GPU.
#[derive(Clone, Debug)]
pub(crate) struct WebGpuEngine {
    plan: Arc<Plan>,
    gpu: Gpu,
    parameters: Handle,
    optimizer: OptimizerState<Handle>,
    step: Option<Kitchen>,
}

/// A recipe for n images, and the buffers it works with.
#[derive(Clone, Debug)]
struct Kitchen {
    n: usize,
    recipe: Arc<Recipe>,
    buffers: HashMap<Buffer, Handle>,
}

impl Kitchen {
    fn new(gpu: &Gpu, n: usize, recipe: Recipe) -> Self {
        let lengths = recipe.lengths.iter();
        let mut buffers: HashMap<_, _> = lengths
            .map(|(&buffer, &values)| (buffer, gpu.room(values)))
            .collect();
        buffers.insert(Buffer::Sent, gpu.room(recipe.sent.len));
        Self {
            n,
            recipe: Arc::new(recipe),
            buffers,
        }
    }

    fn run(&self, gpu: &Gpu) {
        for launch in &self.recipe.launches {
            gpu.run(launch, &self.buffers);
        }
    }
}

/// A vector of host values on a GPU.
pub(crate) fn vector(values: Vec<f32>, gpu: &Gpu) -> Handle {
    gpu.upload(values)
}

impl WebGpuEngine {
    /// A network with these parameters, in the layout of the plan.
    pub(crate) fn new(
        plan: Arc<Plan>,
        gpu: Gpu,
        _watched: bool,
        parameters: Vec<f32>,
        optimizer: OptimizerState<Handle>,
    ) -> Self {
        Self {
            parameters: gpu.upload(parameters),
            optimizer,
            plan,
            gpu,
            step: None,
        }
    }

    /// A vector that can be written: itself, if nobody else looks at it, else a copy.
    fn own(&self, vector: &Handle) -> Handle {
        if vector.can_mut() {
            return vector.clone();
        }
        let len = self.plan.layout.len;
        let copy = self.gpu.room(len);
        let buffers = [
            (Buffer::Sent, vector.clone()),
            (Buffer::Parameters, copy.clone()),
        ];
        let launch = recipe::copy(len, Buffer::Sent, Buffer::Parameters);
        self.gpu.run(&launch, &HashMap::from(buffers));
        copy
    }

    /// Updates the network with one batch, n × pixels. Returns what it thought of it before, if
    /// that is to be read.
    pub(crate) async fn step(
        &mut self,
        images: Vec<f32>,
        labels: &[u8],
        masks: Vec<Vec<f32>>,
        rate: f64,
        reading: bool,
    ) -> Result<Option<Scores>, TrainingError> {
        let n = labels.len();
        let len = self.plan.layout.len;
        let update = self.optimizer.next_update(rate);
        if self.optimizer.memory.is_empty() {
            let vectors = match update {
                Update::Adam { .. } => 2,
                Update::Momentum { .. } => 1,
            };
            let zeros = || self.gpu.upload(vec![0.0; len]);
            self.optimizer.memory = (0..vectors).map(|_| zeros()).collect();
        }
        self.parameters = self.own(&self.parameters);
        let memory = self.optimizer.memory.iter();
        self.optimizer.memory = memory.map(|vector| self.own(vector)).collect();

        let mut kitchen = match self.step.take() {
            Some(kitchen) if kitchen.n == n => kitchen,
            _ => {
                let recipe = Recipe::step(&self.plan, n, self.optimizer.rule());
                let mut kitchen = Kitchen::new(&self.gpu, n, recipe);
                // Its padding stays as it is: zero.
                let gradient = self.gpu.upload(vec![0.0; len]);
                kitchen.buffers.insert(Buffer::Gradient, gradient);
                kitchen
            }
        };
        let sent = &kitchen.recipe.sent;
        let mut values = images;
        values.resize(sent.labels.start, 0.0);
        values.extend(labels.iter().map(|&label| f32::from(label)));
        values.resize(sent.numbers.start, 0.0);
        values.extend(numbers(update));
        for (mask, range) in masks.iter().zip(&sent.masks) {
            values.resize(range.start, 0.0);
            values.extend(mask);
        }
        values.resize(sent.len, 0.0);
        self.gpu.write(&kitchen.buffers[&Buffer::Sent], values);

        let parameters = [(Buffer::Parameters, self.parameters.clone())];
        let memory = self.optimizer.memory.iter().cloned().enumerate();
        let memory = memory.map(|(index, vector)| (Buffer::Memory(index), vector));
        kitchen.buffers.extend(memory.chain(parameters));
        kitchen.run(&self.gpu);
        // Held on to, they could not be written by the next update.
        let held = |buffer: &Buffer| matches!(buffer, Buffer::Parameters | Buffer::Memory(_));
        kitchen.buffers.retain(|buffer, _| !held(buffer));

        let classes = self.plan.classes();
        let logits = kitchen.buffers[&kitchen.recipe.logits].clone();
        self.step = Some(kitchen);
        if !reading {
            return Ok(None);
        }
        let logits = self.gpu.read(vec![(logits, n * classes)]).await?;
        Ok(Some(score(&logits[0], labels, classes)))
    }

    /// Does a step and throws it away, so that a GPU has compiled what it needs before anyone
    /// waits for it.
    pub(crate) async fn warm_up(
        &self,
        images: &[f32],
        labels: &[u8],
        masks: &[Vec<f32>],
        rate: f64,
    ) -> Result<(), TrainingError> {
        // What both hold, a step copies before it writes.
        let mut copy = self.clone();
        copy.step(images.to_vec(), labels, masks.to_vec(), rate, true)
            .await?;
        self.gpu.read(vec![(copy.parameters.clone(), 1)]).await?;
        Ok(())
    }

    /// The network as it is now.
    pub(crate) fn network(&self) -> WebGpuNetwork {
        WebGpuNetwork {
            plan: self.plan.clone(),
            gpu: self.gpu.clone(),
            parameters: self.parameters.clone(),
            kitchen: None,
        }
    }

    /// All parameters, in the layout of the plan.
    pub(crate) async fn parameters(&self) -> Result<Vec<f32>, TrainingError> {
        let parameters = (self.parameters.clone(), self.plan.layout.len);
        let mut read = self.gpu.read(vec![parameters]).await?;
        Ok(read.pop().unwrap_or_default())
    }

    /// Updates done, and what the optimizer remembers.
    pub(crate) async fn memory(&self) -> Result<(u64, NamedVectors), TrainingError> {
        let (names, vectors): (Vec<_>, Vec<_>) = self
            .optimizer
            .memory()
            .map(|(name, vector)| (name, (vector.clone(), self.plan.layout.len)))
            .unzip();
        let read = self.gpu.read(vectors).await?;
        Ok((
            self.optimizer.updates(),
            names.into_iter().zip(read).collect(),
        ))
    }
}

/// The numbers of an update, in the order in which the shaders read them.
fn numbers(update: Update) -> Vec<f32> {
    match update {
        Update::Adam {
            keep_first,
            keep_second,
            size,
            epsilon,
            shrink,
        } => vec![keep_first, keep_second, size, epsilon, shrink],
        Update::Momentum { keep, size, shrink } => vec![keep, size, shrink],
    }
}

/// A network to be applied.
#[derive(Debug)]
pub(crate) struct WebGpuNetwork {
    plan: Arc<Plan>,
    gpu: Gpu,
    parameters: Handle,
    /// For what was observed last.
    kitchen: Option<(Option<ConvActivations>, Kitchen)>,
}

impl WebGpuNetwork {
    /// The logits of n images, n × pixels, and the activations of the observed layers, n × width
    /// each.
    pub(crate) async fn observe(
        &mut self,
        mut images: Vec<f32>,
        n: usize,
        conv: Option<ConvActivations>,
    ) -> Result<(Vec<f32>, Vec<Vec<f32>>), TrainingError> {
        let kitchen = match self.kitchen.take() {
            Some((observed, kitchen)) if observed == conv && kitchen.n == n => kitchen,
            _ => {
                let recipe = Recipe::observation(&self.plan, n, conv);
                let mut kitchen = Kitchen::new(&self.gpu, n, recipe);
                let parameters = self.parameters.clone();
                kitchen.buffers.insert(Buffer::Parameters, parameters);
                kitchen
            }
        };
        images.resize(kitchen.recipe.sent.len, 0.0);
        self.gpu.write(&kitchen.buffers[&Buffer::Sent], images);
        kitchen.run(&self.gpu);
        let wanted = [(kitchen.recipe.logits, n * self.plan.classes())];
        let wanted = wanted.iter().chain(&kitchen.recipe.observed);
        let wanted = wanted.map(|&(buffer, values)| (kitchen.buffers[&buffer].clone(), values));
        let mut read = self.gpu.read(wanted.collect()).await?.into_iter();
        self.kitchen = Some((conv, kitchen));
        Ok((read.next().unwrap_or_default(), read.collect()))
    }
}
