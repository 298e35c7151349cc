//! What neurons respond to: histograms, the strongest observations, and means.

use serde::{Deserialize, Serialize};

use super::error::NeuronError;
use crate::ordering::falling;
use crate::projection::{ProjectionError, check_matrix};

/// How often a neuron's activation falls into each of some equal bins, for each class.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ActivationHistogram {
    /// The least activation, where the first bin begins.
    pub least: f32,
    /// The greatest activation, where the last bin ends; it belongs to that bin.
    pub greatest: f32,
    /// Bins of each class; 1 for a neuron that never changes.
    pub bins: usize,
    /// Observations: classes (from 0 to the greatest label) × bins, row-major.
    pub counts: Vec<u32>,
}

impl ActivationHistogram {
    /// The histogram of one neuron over `activations` (n × d, row-major) with these classes (n).
    pub fn new(
        activations: &[f32],
        d: usize,
        labels: &[u8],
        neuron: usize,
        bins: usize,
    ) -> Result<Self, NeuronError> {
        if bins == 0 {
            return Err(NeuronError::NoBins);
        }
        let values = responses(activations, d, neuron)?;
        if labels.len() != values.len() {
            let (n, found) = (values.len(), labels.len());
            return Err(ProjectionError::WrongLabelCount { n, found }.into());
        }
        let least = values.iter().copied().fold(f32::INFINITY, f32::min);
        let greatest = values.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let width = f64::from(greatest) - f64::from(least);
        // More bins than observations would be mostly empty, and would cost memory by a number
        // that was only asked for.
        let bins = if width > 0.0 {
            bins.min(values.len().max(MOST_BINS))
        } else {
            1
        };
        let classes = labels.iter().max().map_or(0, |&c| usize::from(c) + 1);
        let mut counts = vec![0; classes * bins];
        for (&label, value) in labels.iter().zip(values) {
            let part = (f64::from(value) - f64::from(least)) / width * bins as f64;
            // A neuron that never changes has 0 / 0, which is bin 0.
            let bin = (part as usize).min(bins - 1);
            counts[usize::from(label) * bins + bin] += 1;
        }
        Ok(Self {
            least,
            greatest,
            bins,
            counts,
        })
    }

    /// The counts of a class, by bin; `None` beyond the greatest label.
    pub fn of_class(&self, class: usize) -> Option<&[u32]> {
        self.counts.chunks_exact(self.bins).nth(class)
    }
}

/// As many bins may be asked for however few the observations.
const MOST_BINS: usize = 256;

/// The `k` observations that activate a neuron most, strongest first, each with its activation; of
/// equal ones the lower index first. `activations`: n × d, row-major. Fewer than `k` where there
/// are fewer observations.
pub fn strongest_observations(
    activations: &[f32],
    d: usize,
    neuron: usize,
    k: usize,
) -> Result<Vec<(u32, f32)>, NeuronError> {
    let responses: Vec<f32> = responses(activations, d, neuron)?;
    let ranked = falling(&responses).into_iter().take(k);
    Ok(ranked.map(|i| (i, responses[i as usize])).collect())
}

/// The mean of some values (n), such as a neuron's activations, over the observations of each class;
/// classes from 0 to the greatest label (n), `None` for one without observations.
pub fn mean_by_class(values: &[f32], labels: &[u8]) -> Result<Vec<Option<f32>>, NeuronError> {
    if labels.len() != values.len() {
        let (n, found) = (values.len(), labels.len());
        return Err(ProjectionError::WrongLabelCount { n, found }.into());
    }
    let classes = labels.iter().max().map_or(0, |&c| usize::from(c) + 1);
    let mut sums = vec![(0.0_f64, 0_u32); classes];
    for (&label, &value) in labels.iter().zip(values) {
        let (sum, count) = &mut sums[usize::from(label)];
        *sum += f64::from(value);
        *count += 1;
    }
    let mean = |(sum, count): (f64, u32)| (count > 0).then(|| (sum / f64::from(count)) as f32);
    Ok(sums.into_iter().map(mean).collect())
}

/// The mean activation of each neuron (d) over some observations. `activations`: n × d, row-major.
pub fn mean_over_observations(
    activations: &[f32],
    d: usize,
    observations: &[u32],
) -> Result<Vec<f32>, NeuronError> {
    let n = rows(activations, d)?;
    let mut sums = vec![0.0_f64; d];
    for &observation in observations {
        let observation = observation as usize;
        let row = activations.chunks_exact(d).nth(observation);
        let row = row.ok_or(NeuronError::NoSuchObservation { observation, n })?;
        for (sum, &value) in sums.iter_mut().zip(row) {
            *sum += f64::from(value);
        }
    }
    means(sums, observations.len(), activations, d)
}

/// The mean activation by each observation (n) over some neurons. `activations`: n × d, row-major.
pub fn mean_over_neurons(
    activations: &[f32],
    d: usize,
    neurons: &[u32],
) -> Result<Vec<f32>, NeuronError> {
    rows(activations, d)?;
    if let Some(&neuron) = neurons.iter().find(|&&j| j as usize >= d) {
        let neuron = neuron as usize;
        return Err(NeuronError::NoSuchNeuron { neuron, d });
    }
    let sum = |row: &[f32]| neurons.iter().map(|&j| f64::from(row[j as usize])).sum();
    let sums = activations.chunks_exact(d).map(sum).collect();
    means(sums, neurons.len(), activations, d)
}

fn means(
    sums: Vec<f64>,
    count: usize,
    activations: &[f32],
    d: usize,
) -> Result<Vec<f32>, NeuronError> {
    if count == 0 {
        return Err(NeuronError::NothingSelected);
    }
    // A sum of finite activations is finite.
    if sums.iter().any(|sum| !sum.is_finite()) {
        check_matrix(activations, activations.len() / d, d)?;
    }
    let mean = |sum| (sum / count as f64) as f32;
    Ok(sums.into_iter().map(mean).collect())
}

/// The rows of a matrix with d columns.
fn rows(activations: &[f32], d: usize) -> Result<usize, ProjectionError> {
    let n = activations.len().checked_div(d).unwrap_or(0);
    if d == 0 {
        return Err(ProjectionError::NoFeatures);
    }
    if n == 0 {
        return Err(ProjectionError::NoObservations);
    }
    if n * d != activations.len() {
        let found = activations.len();
        return Err(ProjectionError::WrongLength { n, d, found });
    }
    Ok(n)
}

/// The finite activations of one neuron, by observation.
fn responses(activations: &[f32], d: usize, neuron: usize) -> Result<Vec<f32>, NeuronError> {
    rows(activations, d)?;
    if neuron >= d {
        return Err(NeuronError::NoSuchNeuron { neuron, d });
    }
    let values: Vec<f32> = activations
        .iter()
        .skip(neuron)
        .step_by(d)
        .copied()
        .collect();
    match values.iter().position(|value| !value.is_finite()) {
        Some(row) => Err(ProjectionError::NotFinite {
            row,
            column: neuron,
            value: values[row],
        }
        .into()),
        None => Ok(values),
    }
}
