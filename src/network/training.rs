//! Training, a step at a time.

use std::sync::Arc;

use super::batches::Batches;
use super::divergence::Watch;
use super::engine::{Batch, Engine};
use super::init::initial_parameters;
use super::plan::Operation;
use super::random::{Random, Stream};
use super::{
    Checkpoint, ConfigError, Device, DeviceKind, Divergence, Keep, NamedArray, NetworkConfig,
    Observer, Plan, TrainInputs, TrainingConfig, TrainingError,
};

/// The most memory for what the layers make of a batch, in bytes.
const MOST_BATCH_BYTES: usize = 1 << 30;
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
    kind: DeviceKind,
    inputs: TrainInputs,
    plan: Arc<Plan>,
    config: TrainingConfig,
    engine: Engine,
    epoch: u32,
    step: u32,
    batches: Batches,
    reading: Reading,
    watch: Watch,
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
        inputs: TrainInputs,
        network: &NetworkConfig,
        config: TrainingConfig,
    ) -> Result<Self, TrainingError> {
        Self::build(device, inputs, network, config, None)
    }

    /// Training from a checkpoint of the same images, network and settings, perhaps made on
    /// another device. Settings that leave the network and the optimizer's kind alone, such as
    /// more epochs or another learning rate, may differ.
    ///
    /// # Errors
    /// Says which setting cannot be used, or what in the checkpoint does not fit.
    pub fn from_checkpoint(
        device: &Device,
        inputs: TrainInputs,
        network: &NetworkConfig,
        config: TrainingConfig,
        checkpoint: &Checkpoint,
    ) -> Result<Self, TrainingError> {
        Self::build(device, inputs, network, config, Some(checkpoint))
    }

    fn build(
        device: &Device,
        inputs: TrainInputs,
        network: &NetworkConfig,
        config: TrainingConfig,
        checkpoint: Option<&Checkpoint>,
    ) -> Result<Self, TrainingError> {
        config.validate()?;
        let plan = Arc::new(Plan::new(network, inputs.shape(), inputs.classes())?);
        let inputs = if config.standardise {
            inputs.standardised()
        } else {
            inputs
        };
        let values = match checkpoint {
            Some(checkpoint) if !checkpoint.is_finite() => {
                return Err(TrainingError::Checkpoint(
                    "some of its weights are not finite numbers".into(),
                ));
            }
            Some(checkpoint) => plan.layout.join(&checkpoint.weights)?,
            None => initial_parameters(&plan, config.seed),
        };
        let (epoch, step) = checkpoint.map_or((0, 0), |c| (c.epoch, c.step));
        let steps_per_epoch = inputs.len().div_ceil(config.batch_size.min(inputs.len()));
        let training = Self {
            watch: Watch::new(plan.classes(), steps_per_epoch as u32),
            kind: device.info.kind,
            engine: Engine::new(device, &plan, values, &config, checkpoint)?,
            batches: Batches::new(inputs.len(), config.batch_size, config.seed, epoch),
            inputs,
            plan,
            config,
            epoch,
            step,
            reading: Reading {
                unread: 0,
                every: 1,
            },
        };
        let values = training.plan.values_per_image();
        // Outputs, and gradients of about as much.
        let bytes = values.saturating_mul(training.batch_size() * 2 * size_of::<f32>());
        if bytes > MOST_BATCH_BYTES {
            return Err(ConfigError::BatchMemory {
                batch: training.batch_size(),
                most: (MOST_BATCH_BYTES / values.saturating_mul(2 * size_of::<f32>())).max(1),
            }
            .into());
        }
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

    /// The network: shapes, names and number of its layers.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The learning rate of the next step.
    #[must_use]
    pub fn learning_rate(&self) -> f64 {
        let steps = self.steps_per_epoch();
        let factor = self
            .config
            .schedule
            .factor(self.epoch, self.step, self.config.epochs, steps);
        f64::from(self.config.learning_rate) * factor
    }

    /// Indices of the images of a step of the epoch under way, counted from 0.
    #[must_use]
    pub fn images_of_step(&self, step: u32) -> Vec<u32> {
        self.batches.step(step).map(|image| image as u32).collect()
    }

    /// Updates the network with the next batch. Does so also after the last epoch asked for.
    ///
    /// # Errors
    /// The training diverged, or the device failed.
    pub async fn step(&mut self) -> Result<StepOutcome, TrainingError> {
        let batch = self.batch();
        let images = batch.labels.len();
        let rate = self.learning_rate();
        self.step += 1;
        let epoch_finished = self.step == self.steps_per_epoch();
        self.reading.unread += 1;
        let every = match self.kind {
            DeviceKind::Cpu => 1,
            DeviceKind::WebGpu => self.reading.every,
        };
        let reading = self.reading.unread >= every || epoch_finished;
        if reading {
            self.reading.unread = 0;
            self.reading.every = (every * 2).min(MAX_UNREAD);
        }
        let mut outcome = StepOutcome {
            loss: None,
            accuracy: None,
            epoch_finished,
        };
        if let Some(scores) = self.engine.step(batch, rate, reading).await? {
            outcome.loss = Some((scores.loss_sum / images as f64) as f32);
            outcome.accuracy = Some(scores.correct as f32 / images as f32);
        }
        if let Some(sign) = self.watch.step(outcome.loss) {
            return Err(self.diverged(sign));
        }
        if epoch_finished {
            self.epoch = self.epoch.saturating_add(1);
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

    /// What to say where the network that the last step left is found to be of no use.
    #[must_use]
    pub fn diverged(&self, sign: Divergence) -> TrainingError {
        let at_end = self.step == 0 && self.epoch > 0;
        let (epoch, step) = match at_end {
            true => (self.epoch, self.steps_per_epoch()),
            false => (self.epoch.saturating_add(1), self.step),
        };
        TrainingError::Diverged { epoch, step, sign }
    }

    /// Does the next step and throws it away, so that a GPU has compiled what it needs before
    /// anyone waits for it. Changes nothing.
    ///
    /// # Errors
    /// The device failed.
    pub async fn warm_up(&self) -> Result<(), TrainingError> {
        let rate = self.learning_rate();
        self.engine.warm_up(&self.batch(), rate).await
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
        let network = self.engine.network();
        Observer::new(network, &self.plan, &self.inputs, images, labels, keep)
    }

    /// Everything needed to go on from here.
    ///
    /// # Errors
    /// The training diverged: its weights are not finite. Or the device failed.
    pub async fn checkpoint(&self) -> Result<Checkpoint, TrainingError> {
        let values = self.engine.parameters().await?;
        let (updates, memory) = self.engine.memory().await?;
        let optimizer = memory.into_iter().map(|(name, data)| NamedArray {
            name: name.into(),
            shape: vec![data.len()],
            data,
        });
        let checkpoint = Checkpoint {
            epoch: self.epoch,
            step: self.step,
            updates,
            weights: self.plan.layout.split(&values),
            optimizer: optimizer.collect(),
        };
        if checkpoint.is_finite() {
            Ok(checkpoint)
        } else {
            Err(self.diverged(Divergence::Weights))
        }
    }

    /// The batch of the next step.
    fn batch(&self) -> Batch {
        let (epoch, step) = (self.epoch, self.step);
        let (size, pixels) = (self.batch_size(), self.inputs.shape().pixels());
        let mut images = Vec::with_capacity(size * pixels);
        let mut labels = Vec::with_capacity(size);
        let most = self.config.shifts as isize;
        let mut random = Random::new(self.config.seed, Stream::Shifts { epoch, step });
        let mut shift = || random.below(2 * self.config.shifts + 1) as isize - most;
        for image in self.batches.step(step) {
            let by = if most > 0 { [shift(), shift()] } else { [0; 2] };
            self.inputs.push_image(image, by, &mut images);
            labels.push(self.inputs.label(image));
        }
        Batch {
            images,
            labels,
            masks: self.masks(size),
        }
    }

    /// Dropout masks of the next step, batch × values each: 0 with the probability of dropout,
    /// else 1 / (1 − probability).
    fn masks(&self, size: usize) -> Vec<Vec<f32>> {
        let (epoch, step) = (self.epoch, self.step);
        let mut random = Random::new(self.config.seed, Stream::Dropout { epoch, step });
        let operations = self.plan.layers.iter().map(|layer| layer.operation);
        operations
            .filter_map(|operation| {
                let Operation::Dropout { values, rate } = operation else {
                    return None;
                };
                let dropped = (f64::from(rate) * f64::from(u32::MAX)) as u32;
                let kept = 1.0 / (1.0 - rate);
                let mask = (0..size * values)
                    .map(|_| if random.bits() < dropped { 0.0 } else { kept })
                    .collect();
                Some(mask)
            })
            .collect()
    }
}
