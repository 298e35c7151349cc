//! Training, a step at a time.

use burn::tensor::{Device, ExecutionError, Tensor, TensorData};

use super::batches::Batches;
use super::descent::{descend, one_hot};
use super::health::{guarded, read_error};
use super::observer::values;
use super::parameters::Layout;
use super::random::{Random, Stream};
use super::{
    Checkpoint, DeviceInfo, DeviceKind, Keep, Mlp, MlpConfig, NamedArray, Observer, OptimizerState,
    Parameters, TrainInputs, TrainingConfig, TrainingError, initial_parameters, score,
};

/// The most steps between two reads of the loss on a GPU.
const MAX_UNREAD: u32 = 8;

/// What a step did.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepOutcome {
    /// Mean cross-entropy of the batch before the update, in nats, where it was read: at every
    /// step on the CPU, at some steps on a GPU, at the last step of an epoch always.
    pub loss: Option<f32>,
    /// Share of the batch that was predicted right before the update, where the loss was read.
    pub accuracy: Option<f32>,
    /// Whether this was the last step of an epoch.
    pub epoch_finished: bool,
}

/// A network being trained: advances by [`Self::step`], and can be observed, saved and dropped
/// between any two steps.
///
/// With the same images, settings and kind of device every run gives the same numbers.
#[derive(Debug)]
pub struct Training {
    device: Device,
    kind: DeviceKind,
    inputs: TrainInputs,
    mlp: MlpConfig,
    config: TrainingConfig,
    parameters: Parameters,
    optimizer: OptimizerState,
    epoch: u32,
    step: u32,
    batches: Batches,
    reading: Reading,
}

/// When to read the loss from a GPU: first at every step, then more and more rarely.
#[derive(Debug)]
struct Reading {
    unread: u32,
    every: u32,
}

impl Training {
    /// Training from the beginning, with initial weights made from the seed.
    ///
    /// # Errors
    /// Says which setting cannot be used.
    pub fn new(
        device: &Device,
        info: &DeviceInfo,
        inputs: TrainInputs,
        mlp: MlpConfig,
        config: TrainingConfig,
    ) -> Result<Self, TrainingError> {
        mlp.validate()?;
        config.validate()?;
        let layout = Layout::new(&mlp, inputs.pixels(), inputs.classes());
        let values = initial_parameters(&mlp, inputs.pixels(), inputs.classes(), config.seed);
        let device = device.clone().without_autodiff();
        let parameters = Parameters::load(layout, values, &device);
        let optimizer = OptimizerState::new(config.optimizer, config.learning_rate);
        let batches = Batches::new(inputs.len(), config.batch_size, config.seed, 0);
        Ok(Self {
            device,
            kind: info.kind,
            inputs,
            mlp,
            config,
            parameters,
            optimizer,
            epoch: 0,
            step: 0,
            batches,
            reading: Reading {
                unread: 0,
                every: 1,
            },
        })
    }

    /// Training from a checkpoint of the same images, network and settings, perhaps made on
    /// another device. Settings that leave the network and the optimizer's kind alone, such as
    /// more epochs or another learning rate, may differ.
    ///
    /// # Errors
    /// Says which setting cannot be used, or what in the checkpoint does not fit.
    pub fn from_checkpoint(
        device: &Device,
        info: &DeviceInfo,
        inputs: TrainInputs,
        mlp: MlpConfig,
        config: TrainingConfig,
        checkpoint: &Checkpoint,
    ) -> Result<Self, TrainingError> {
        mlp.validate()?;
        config.validate()?;
        let layout = Layout::new(&mlp, inputs.pixels(), inputs.classes());
        let values = layout.join(&checkpoint.weights)?;
        let device = device.clone().without_autodiff();
        let optimizer = OptimizerState::load(
            config.optimizer,
            config.learning_rate,
            checkpoint.updates,
            &checkpoint.optimizer,
            layout.len,
            &device,
        )?;
        let parameters = Parameters::load(layout, values, &device);
        let batches = Batches::new(
            inputs.len(),
            config.batch_size,
            config.seed,
            checkpoint.epoch,
        );
        let training = Self {
            device,
            kind: info.kind,
            inputs,
            mlp,
            config,
            parameters,
            optimizer,
            epoch: checkpoint.epoch,
            step: checkpoint.step,
            batches,
            reading: Reading {
                unread: 0,
                every: 1,
            },
        };
        if training.step >= training.steps_per_epoch() {
            return Err(TrainingError::Checkpoint(format!(
                "it stands at step {} of {}",
                training.step,
                training.steps_per_epoch()
            )));
        }
        Ok(training)
    }

    /// Epochs finished.
    #[must_use]
    pub fn epoch(&self) -> u32 {
        self.epoch
    }

    /// Steps done in the epoch under way.
    #[must_use]
    pub fn steps_done(&self) -> u32 {
        self.step
    }

    /// Steps that make an epoch.
    #[must_use]
    pub fn steps_per_epoch(&self) -> u32 {
        self.inputs.len().div_ceil(self.batch_size()) as u32
    }

    /// Images in each step.
    #[must_use]
    pub fn batch_size(&self) -> usize {
        self.config.batch_size.min(self.inputs.len())
    }

    /// Whether all epochs asked for are done.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.epoch >= self.config.epochs
    }

    /// The settings.
    #[must_use]
    pub fn config(&self) -> &TrainingConfig {
        &self.config
    }

    /// The network's shape.
    #[must_use]
    pub fn mlp(&self) -> &MlpConfig {
        &self.mlp
    }

    /// The network as it is now.
    #[must_use]
    pub fn network(&self) -> Mlp {
        Mlp::new(&self.parameters)
    }

    /// Updates the network with the next batch. Does so also after the last epoch asked for.
    ///
    /// # Errors
    /// The loss is no longer finite, or the device failed.
    pub async fn step(&mut self) -> Result<StepOutcome, TrainingError> {
        let (images, labels) = self.batch();
        let masks = self.masks();
        let logits = descend(
            &mut self.parameters,
            &mut self.optimizer,
            images,
            one_hot(&labels, self.inputs.classes(), &self.device),
            &masks,
        );
        self.step += 1;
        let epoch_finished = self.step == self.steps_per_epoch();
        let mut outcome = StepOutcome {
            loss: None,
            accuracy: None,
            epoch_finished,
        };
        self.reading.unread += 1;
        let every = match self.kind {
            DeviceKind::Cpu => 1,
            DeviceKind::WebGpu => self.reading.every,
        };
        if self.reading.unread >= every || epoch_finished {
            self.reading.unread = 0;
            self.reading.every = (every * 2).min(MAX_UNREAD);
            let logits = self.read(logits).await?;
            let scores = score(&logits, &labels, self.inputs.classes());
            let loss = (scores.loss_sum / labels.len() as f64) as f32;
            if !loss.is_finite() {
                return Err(TrainingError::Diverged {
                    epoch: self.epoch + 1,
                    step: self.step,
                    loss,
                });
            }
            outcome.loss = Some(loss);
            outcome.accuracy = Some(scores.correct as f32 / labels.len() as f32);
        }
        if epoch_finished {
            self.epoch += 1;
            self.step = 0;
            self.batches = Batches::new(
                self.inputs.len(),
                self.config.batch_size,
                self.config.seed,
                self.epoch,
            );
        }
        Ok(outcome)
    }

    /// Does the next step and throws it away, so that a GPU has compiled what it needs before
    /// anyone waits for it. Changes nothing.
    ///
    /// # Errors
    /// The device failed.
    pub async fn warm_up(&self) -> Result<(), TrainingError> {
        let mut parameters = self.parameters.clone();
        let mut optimizer = self.optimizer.separate();
        // The second update is the first one with a memory.
        for _ in 0..2 {
            let (images, labels) = self.batch();
            let classes = one_hot(&labels, self.inputs.classes(), &self.device);
            let masks = self.masks();
            let logits = descend(&mut parameters, &mut optimizer, images, classes, &masks);
            self.read(logits).await?;
        }
        self.read(parameters.vector.slice(0..1)).await?;
        Ok(())
    }

    /// An observation of the network as it is now, for images of the training data's kind,
    /// n × pixels, with their n labels. Training may go on while it is under way.
    ///
    /// # Errors
    /// Images and labels do not fit together or are of another kind.
    pub fn observer<'a>(
        &self,
        images: &'a [u8],
        labels: &'a [u8],
        keep: Keep,
    ) -> Result<Observer<'a>, TrainingError> {
        let watched = self.kind == DeviceKind::WebGpu;
        Observer::new(
            self.network(),
            &self.inputs,
            &self.device,
            watched,
            images,
            labels,
            keep,
        )
    }

    /// Everything needed to go on from here.
    ///
    /// # Errors
    /// The device failed.
    pub async fn checkpoint(&self) -> Result<Checkpoint, TrainingError> {
        let values = self.read(self.parameters.vector.clone()).await?;
        let weights = self.parameters.layout.split(&values);
        let mut optimizer = Vec::new();
        for (name, vector) in self.optimizer.memory() {
            let data = self.read(vector.clone()).await?;
            optimizer.push(NamedArray {
                name: name.into(),
                shape: vec![data.len()],
                data,
            });
        }
        Ok(Checkpoint {
            epoch: self.epoch,
            step: self.step,
            updates: self.optimizer.updates(),
            weights,
            optimizer,
        })
    }

    /// Images of the next step, batch × pixels, and their labels.
    fn batch(&self) -> (Tensor<2>, Vec<u8>) {
        let (size, pixels) = (self.batch_size(), self.inputs.pixels());
        let mut values = Vec::with_capacity(size * pixels);
        let mut labels = Vec::with_capacity(size);
        for image in self.batches.step(self.step) {
            self.inputs.push_image(image, &mut values);
            labels.push(self.inputs.label(image));
        }
        let images = TensorData::new(values, [size, pixels]);
        (Tensor::from_data(images, &self.device), labels)
    }

    /// Dropout masks of the next step, batch × width each: 0 with the probability of dropout,
    /// else 1 / (1 − dropout). Empty without dropout.
    fn masks(&self) -> Vec<Tensor<2>> {
        if self.mlp.dropout == 0.0 {
            return Vec::new();
        }
        let mut random = Random::new(
            self.config.seed,
            Stream::Dropout {
                epoch: self.epoch,
                step: self.step,
            },
        );
        let dropped = (f64::from(self.mlp.dropout) * f64::from(u32::MAX)) as u32;
        let kept = 1.0 / (1.0 - self.mlp.dropout);
        let size = self.batch_size();
        let mask = |&width: &usize| {
            let values: Vec<f32> = (0..size * width)
                .map(|_| if random.bits() < dropped { 0.0 } else { kept })
                .collect();
            Tensor::from_data(TensorData::new(values, [size, width]), &self.device)
        };
        self.mlp.hidden.iter().map(mask).collect()
    }

    /// Reads a tensor without blocking.
    async fn read<const D: usize>(&self, tensor: Tensor<D>) -> Result<Vec<f32>, TrainingError> {
        let read = tensor.into_data_async();
        let data: Result<TensorData, ExecutionError> = match self.kind {
            DeviceKind::Cpu => read.await,
            DeviceKind::WebGpu => guarded(read).await?,
        };
        values(data.map_err(|error| read_error(&error))?)
    }
}
