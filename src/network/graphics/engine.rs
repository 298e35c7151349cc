//! A network in training on a burn device.

use std::sync::Arc;

use burn::tensor::{Device, Tensor, TensorData};

use super::descent::{Batch, descend};
use super::network::BurnNetwork;
use super::read::{read, values};
use crate::network::parameters::NamedVectors;
use crate::network::{OptimizerState, Plan, Scores, TrainingError, score};

/// Parameters and what the optimizer remembers, on a device.
#[derive(Debug)]
pub(crate) struct BurnEngine {
    plan: Arc<Plan>,
    device: Device,
    /// Whether the device may fail, so that reads are awaited together with the watch over it.
    watched: bool,
    parameters: Tensor<1>,
    optimizer: OptimizerState<Tensor<1>>,
}

/// A vector of host values on a device.
pub(crate) fn vector(values: Vec<f32>, device: &Device) -> Tensor<1> {
    let len = values.len();
    Tensor::from_data(TensorData::new(values, [len]), device)
}

impl BurnEngine {
    /// A network with these parameters, in the layout of the plan.
    pub(crate) fn new(
        plan: Arc<Plan>,
        device: Device,
        watched: bool,
        parameters: Vec<f32>,
        optimizer: OptimizerState<Tensor<1>>,
    ) -> Self {
        Self {
            parameters: vector(parameters, &device),
            plan,
            device,
            watched,
            optimizer,
        }
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
        let batch = Batch::new(images, labels, masks, self.plan.classes(), &self.device);
        let network = BurnNetwork::new(self.plan.clone(), &self.parameters, self.watched);
        let (logits, gradient) = descend(network, batch);
        self.parameters = self
            .optimizer
            .update_tensor(self.parameters.clone(), gradient, rate);
        if !reading {
            return Ok(None);
        }
        let logits = values(read(logits.into_data_async(), self.watched).await?)?;
        Ok(Some(score(&logits, labels, self.plan.classes())))
    }

    /// Does a step and throws it away, twice, so that a GPU has compiled what it needs before
    /// anyone waits for it: the second update is the first one with a memory.
    pub(crate) async fn warm_up(
        &self,
        images: &[f32],
        labels: &[u8],
        masks: &[Vec<f32>],
        rate: f64,
    ) -> Result<(), TrainingError> {
        let mut copy = Self {
            plan: self.plan.clone(),
            device: self.device.clone(),
            watched: self.watched,
            parameters: self.parameters.clone(),
            optimizer: self.optimizer.separate(),
        };
        for _ in 0..2 {
            copy.step(images.to_vec(), labels, masks.to_vec(), rate, true)
                .await?;
        }
        read(copy.parameters.slice(0..1).into_data_async(), self.watched).await?;
        Ok(())
    }

    /// The network as it is now.
    pub(crate) fn network(&self) -> BurnNetwork {
        BurnNetwork::new(self.plan.clone(), &self.parameters, self.watched)
    }

    /// All parameters, in the layout of the plan.
    pub(crate) async fn parameters(&self) -> Result<Vec<f32>, TrainingError> {
        values(read(self.parameters.clone().into_data_async(), self.watched).await?)
    }

    /// Updates done, and what the optimizer remembers.
    pub(crate) async fn memory(&self) -> Result<(u64, NamedVectors), TrainingError> {
        let mut memory = NamedVectors::new();
        for (name, vector) in self.optimizer.memory() {
            let data = read(vector.clone().into_data_async(), self.watched).await?;
            memory.push((name, values(data)?));
        }
        Ok((self.optimizer.updates(), memory))
    }
}
