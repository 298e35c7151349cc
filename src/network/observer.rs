//! Looking at what a network does with images, a chunk at a time.

use super::engine::Network;
use super::{ConvActivations, Observed, Plan, TrainInputs, TrainingError, score};

/// The most and the fewest images per chunk.
const MOST: usize = 256;
const FEWEST: usize = 16;
/// Values that the layers make of a chunk, at about which a chunk takes a fraction of a second.
const VALUES: usize = 4_000_000;

/// What an observation keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// Activations of every fully connected hidden layer, of convolutional ones as told, and
    /// predictions.
    Activations(ConvActivations),
    /// Predictions alone; [`Observed::layers`] stays empty.
    Predictions,
}

/// An observation under way: a network as it was when this was made, applied to images in chunks
/// so that the caller can do other things in between.
#[derive(Debug)]
pub struct Observer<'a> {
    network: Network,
    inputs: TrainInputs,
    chunk: usize,
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
        network: Network,
        plan: &Plan,
        inputs: &TrainInputs,
        images: &'a [u8],
        labels: &'a [u8],
        keep: Keep,
    ) -> Result<Self, TrainingError> {
        inputs.check(images, labels)?;
        let affordable = VALUES / plan.values_per_image().max(1);
        Ok(Self {
            network,
            inputs: inputs.clone(),
            chunk: affordable.clamp(FEWEST, MOST),
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
        let pixels = self.inputs.shape().pixels();
        let end = (self.done + self.chunk).min(self.labels.len());
        // Every new shape costs a GPU a compilation, so there the last chunk is filled up.
        let n = if self.network.wants_constant_shapes() {
            self.chunk
        } else {
            end - self.done
        };
        let mut values = Vec::with_capacity(n * pixels);
        self.inputs
            .push_seen(&self.images[self.done * pixels..end * pixels], &mut values);
        values.resize(n * pixels, 0.0);
        let conv = match self.keep {
            Keep::Activations(conv) => Some(conv),
            Keep::Predictions => None,
        };
        let (logits, layers) = self.network.observe(values, n, conv).await?;
        self.take(&logits, &layers, n, end);
        self.done = end;
        Ok(end < self.labels.len())
    }

    /// Keeps what was seen of the images up to `end`, the first of the `n` of this chunk.
    fn take(&mut self, logits: &[f32], layers: &[Vec<f32>], n: usize, end: usize) {
        let labels = &self.labels[self.done..end];
        let scores = score(logits, labels, self.inputs.classes());
        self.loss_sum += scores.loss_sum;
        self.correct += scores.correct;
        self.observed.predicted.extend(scores.predicted);
        self.observed.probabilities.extend(scores.probabilities);
        self.observed.layers.resize_with(layers.len(), Vec::new);
        for (layer, kept) in layers.iter().zip(&mut self.observed.layers) {
            let width = layer.len() / n;
            if kept.is_empty() {
                kept.reserve_exact(width * self.labels.len());
            }
            kept.extend_from_slice(&layer[..width * labels.len()]);
        }
    }

    /// Everything observed so far. Of no image loss and accuracy are not numbers.
    #[must_use]
    pub fn finish(mut self) -> Observed {
        self.observed.loss = (self.loss_sum / self.done as f64) as f32;
        self.observed.accuracy = self.correct as f32 / self.done as f32;
        self.observed
    }
}
