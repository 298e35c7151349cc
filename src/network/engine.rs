//! Where a network is computed: by our own kernels on the processor, or on a GPU.

use std::sync::Arc;

#[cfg(feature = "trainer")]
use super::graphics::{GraphicsEngine, GraphicsNetwork, vector};
use super::host::{HostEngine, HostNetwork};
use super::parameters::NamedVectors;
use super::{
    Checkpoint, ConvActivations, Device, DeviceKind, OptimizerState, Plan, Scores, TrainingConfig,
    TrainingError,
};

/// A batch on the host.
#[derive(Clone, Debug)]
pub(crate) struct Batch {
    /// n × pixels, as a network sees them.
    pub(crate) images: Vec<f32>,
    /// n.
    pub(crate) labels: Vec<u8>,
    /// One for each dropout, n × values.
    pub(crate) masks: Vec<Vec<f32>>,
}

/// A network in training.
#[derive(Debug)]
pub(crate) enum Engine {
    Host(Box<HostEngine>),
    #[cfg(feature = "trainer")]
    Graphics(Box<GraphicsEngine>),
}

impl Engine {
    /// A network with these parameters, and an optimizer as a checkpoint left it.
    pub(crate) fn new(
        device: &Device,
        plan: &Arc<Plan>,
        values: Vec<f32>,
        config: &TrainingConfig,
        checkpoint: Option<&Checkpoint>,
    ) -> Result<Self, TrainingError> {
        let (updates, arrays) = checkpoint.map_or((0, &[][..]), |c| (c.updates, &c.optimizer));
        let len = plan.layout.len;
        #[cfg(feature = "trainer")]
        if let Some(graphics) = &device.graphics {
            let optimizer = OptimizerState::load(config, updates, arrays, len, |array| {
                vector(array.data.clone(), graphics)
            })?;
            let watched = device.info.kind == DeviceKind::WebGpu;
            let engine =
                GraphicsEngine::new(plan.clone(), graphics.clone(), watched, values, optimizer);
            return Ok(Self::Graphics(Box::new(engine)));
        }
        debug_assert_eq!(device.info.kind, DeviceKind::Cpu);
        let optimizer =
            OptimizerState::load(config, updates, arrays, len, |array| array.data.clone())?;
        Ok(Self::Host(Box::new(HostEngine::new(
            plan.clone(),
            values,
            optimizer,
        ))))
    }

    /// Updates the network with one batch. Returns what it thought of it before; a GPU says so
    /// only where that is to be read.
    #[cfg_attr(not(feature = "trainer"), allow(unused_variables))]
    pub(crate) async fn step(
        &mut self,
        batch: Batch,
        rate: f64,
        reading: bool,
    ) -> Result<Option<Scores>, TrainingError> {
        let Batch {
            images,
            labels,
            masks,
        } = batch;
        match self {
            Self::Host(engine) => Ok(Some(engine.step(&images, &labels, &masks, rate))),
            #[cfg(feature = "trainer")]
            Self::Graphics(engine) => engine.step(images, &labels, masks, rate, reading).await,
        }
    }

    /// Has a GPU compile what a step needs. Changes nothing.
    #[cfg_attr(not(feature = "trainer"), allow(unused_variables))]
    pub(crate) async fn warm_up(&self, batch: &Batch, rate: f64) -> Result<(), TrainingError> {
        match self {
            Self::Host(_) => Ok(()),
            #[cfg(feature = "trainer")]
            Self::Graphics(engine) => {
                engine
                    .warm_up(&batch.images, &batch.labels, &batch.masks, rate)
                    .await
            }
        }
    }

    /// The network as it is now.
    pub(crate) fn network(&self) -> Network {
        match self {
            Self::Host(engine) => Network::Host(Box::new(engine.network())),
            #[cfg(feature = "trainer")]
            Self::Graphics(engine) => Network::Graphics(Box::new(engine.network())),
        }
    }

    /// All parameters, in the layout of the plan.
    pub(crate) async fn parameters(&self) -> Result<Vec<f32>, TrainingError> {
        match self {
            Self::Host(engine) => Ok(engine.parameters().to_vec()),
            #[cfg(feature = "trainer")]
            Self::Graphics(engine) => engine.parameters().await,
        }
    }

    /// Updates done, and what the optimizer remembers.
    pub(crate) async fn memory(&self) -> Result<(u64, NamedVectors), TrainingError> {
        match self {
            Self::Host(engine) => {
                let optimizer = engine.optimizer();
                let memory = optimizer
                    .memory()
                    .map(|(name, vector)| (name, vector.clone()));
                Ok((optimizer.updates(), memory.collect()))
            }
            #[cfg(feature = "trainer")]
            Self::Graphics(engine) => engine.memory().await,
        }
    }
}

/// A network to be applied.
#[derive(Debug)]
pub(crate) enum Network {
    Host(Box<HostNetwork>),
    #[cfg(feature = "trainer")]
    Graphics(Box<GraphicsNetwork>),
}

impl Network {
    /// Whether every number of images costs it a compilation.
    pub(crate) fn wants_constant_shapes(&self) -> bool {
        match self {
            Self::Host(_) => false,
            #[cfg(feature = "trainer")]
            Self::Graphics(_) => true,
        }
    }

    /// The logits of n images, n × pixels, and the activations of the observed layers, n × width
    /// each; without `conv` of none.
    pub(crate) async fn observe(
        &mut self,
        images: Vec<f32>,
        n: usize,
        conv: Option<ConvActivations>,
    ) -> Result<(Vec<f32>, Vec<Vec<f32>>), TrainingError> {
        match self {
            Self::Host(network) => Ok(network.observe(&images, n, conv)),
            #[cfg(feature = "trainer")]
            Self::Graphics(network) => network.observe(images, n, conv).await,
        }
    }
}
