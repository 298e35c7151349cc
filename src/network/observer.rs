//! Looking at what a network does with images, a chunk at a time.

use burn::tensor::{Tensor, TensorData, Transaction};

use super::health::{guarded, read_error};
use super::{Mlp, Observed, TrainInputs, TrainingError, score};

/// Images per chunk. One size for all chunks, since every new shape costs a GPU a compilation.
const CHUNK: usize = 256;

/// What an observation keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// Activations of every hidden layer, and predictions.
    Activations,
    /// Predictions alone; [`Observed::layers`] stays empty.
    Predictions,
}

/// An observation under way: a network as it was when this was made, applied to images in chunks
/// so that the caller can do other things in between.
#[derive(Debug)]
pub struct Observer<'a> {
    network: Mlp,
    inputs: TrainInputs,
    device: burn::tensor::Device,
    watched: bool,
    images: &'a [u8],
    labels: &'a [u8],
    keep: Keep,
    done: usize,
    loss_sum: f64,
    correct: usize,
    observed: Observed,
}

impl<'a> Observer<'a> {
    /// An observation of `labels.len()` images by a network trained on `inputs`.
    pub(crate) fn new(
        network: Mlp,
        inputs: &TrainInputs,
        device: &burn::tensor::Device,
        watched: bool,
        images: &'a [u8],
        labels: &'a [u8],
        keep: Keep,
    ) -> Result<Self, TrainingError> {
        inputs.check(images, labels)?;
        Ok(Self {
            network,
            inputs: inputs.clone(),
            device: device.clone(),
            watched,
            images,
            labels,
            keep,
            done: 0,
            loss_sum: 0.0,
            correct: 0,
            observed: Observed::default(),
        })
    }

    /// Share of the images that is done, 0 to 1.
    #[must_use]
    pub fn fraction(&self) -> f32 {
        if self.labels.is_empty() {
            return 1.0;
        }
        self.done as f32 / self.labels.len() as f32
    }

    /// Does the next chunk. Returns whether there is more to do.
    ///
    /// # Errors
    /// The device failed.
    pub async fn advance(&mut self) -> Result<bool, TrainingError> {
        if self.done >= self.labels.len() {
            return Ok(false);
        }
        let pixels = self.inputs.pixels();
        let end = (self.done + CHUNK).min(self.labels.len());
        let mut values = Vec::with_capacity(CHUNK * pixels);
        self.inputs
            .push_scaled(&self.images[self.done * pixels..end * pixels], &mut values);
        values.resize(CHUNK * pixels, 0.0);
        let chunk = TensorData::new(values, [CHUNK, pixels]);
        let chunk = Tensor::<2>::from_data(chunk, &self.device);
        let (hidden, logits) = self.network.forward_observed(chunk);
        let mut read = Transaction::default().register(logits);
        if self.keep == Keep::Activations {
            for layer in hidden {
                read = read.register(layer);
            }
        }
        let read = read.execute_async();
        let read = if self.watched {
            guarded(read).await?
        } else {
            read.await
        };
        let read = read.map_err(|error| read_error(&error))?;
        self.take(read, end)?;
        self.done = end;
        Ok(end < self.labels.len())
    }

    /// Keeps what was read for the images up to `end`.
    fn take(&mut self, read: Vec<TensorData>, end: usize) -> Result<(), TrainingError> {
        let mut read = read.into_iter().map(values);
        let logits = read.next().transpose()?.unwrap_or_default();
        let labels = &self.labels[self.done..end];
        let scores = score(&logits, labels, self.inputs.classes());
        self.loss_sum += scores.loss_sum;
        self.correct += scores.correct;
        self.observed.predicted.extend(scores.predicted);
        self.observed.probabilities.extend(scores.probabilities);
        for (index, layer) in read.enumerate() {
            let layer = layer?;
            let kept = layer.len() / CHUNK * labels.len();
            if index == self.observed.layers.len() {
                let capacity = layer.len() / CHUNK * self.labels.len();
                self.observed.layers.push(Vec::with_capacity(capacity));
            }
            self.observed.layers[index].extend_from_slice(&layer[..kept]);
        }
        Ok(())
    }

    /// Everything observed so far.
    #[must_use]
    pub fn finish(mut self) -> Observed {
        if self.done > 0 {
            self.observed.loss = (self.loss_sum / self.done as f64) as f32;
            self.observed.accuracy = self.correct as f32 / self.done as f32;
        }
        self.observed
    }
}

/// The values of a tensor that was read.
pub(crate) fn values(data: TensorData) -> Result<Vec<f32>, TrainingError> {
    data.try_into_vec::<f32>()
        .map_err(|error| TrainingError::Device(format!("{error:?}")))
}
