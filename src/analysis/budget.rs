//! How many epochs of activations fit into memory.
//!
//! Every kept epoch costs the activations of all kept hidden layers for all projected
//! observations, and the predictions. Where what was asked does not fit, keeping degrades in this
//! order, and always says so:
//!
//! 1. all layers at every asked epoch;
//! 2. all layers at fewer epochs: the interval grows to the next multiple of the asked one that
//!    fits, so that what is kept is a part of what was asked; epoch 0 and the last always stay;
//! 3. only the last hidden layer, at as many epochs as fit by rule 2;
//! 4. not even that at epoch 0 and the last: nothing can be kept, and the plan says what to do.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The most epochs that are kept however small they are; a slider cannot tell more apart.
pub const MOST_KEPT_EPOCHS: u32 = 10_000;

/// Which hidden layers' activations are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KeptLayers {
    /// Those of all hidden layers.
    All,
    /// Those of the last one, because all of them do not fit.
    Last,
}

/// What is kept of a training, and what it takes.
///
/// Its text is a sentence for the visitor:
/// "keeps epochs 0, 2, 4, … 20: 480 MB of 512 MB (every epoch would take 960 MB)".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptEpochs {
    /// The epochs to keep, ascending, always with 0 and the last. Where [`KeptEpochs::fits`] is
    /// false they are only what would be kept.
    pub epochs: Vec<u32>,
    /// The interval between them, in epochs; the last one may come sooner.
    pub every: u32,
    /// The interval that was asked for.
    pub asked_every: u32,
    /// The layers to keep.
    pub layers: KeptLayers,
    /// What the kept epochs take.
    pub bytes: u64,
    /// What all layers at every asked epoch would take.
    pub asked_bytes: u64,
    /// What there is room for, in bytes.
    pub budget: u64,
    /// Whether [`KeptEpochs::bytes`] is within the budget. Where not, nothing should be kept.
    pub fits: bool,
}

impl KeptEpochs {
    /// Whether everything that was asked for is kept.
    pub fn is_as_asked(&self) -> bool {
        self.fits && self.every == self.asked_every && self.layers == KeptLayers::All
    }
}

/// The size of what is kept at one epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActivationSize<'a> {
    /// Projected observations, of both parts together.
    pub observations: usize,
    /// Units of each hidden layer, the first layer first.
    pub widths: &'a [usize],
    /// Classes of the softmax output.
    pub classes: usize,
}

/// Bytes that one kept epoch takes: for each observation, one f32 per hidden unit and per class
/// probability and one byte for the predicted class. `u64::MAX` where the number is larger.
pub fn bytes_per_epoch(observations: usize, widths: &[usize], classes: usize) -> u64 {
    let values = widths.iter().fold(classes as u64, |sum, &width| {
        sum.saturating_add(width as u64)
    });
    let bytes = values
        .saturating_mul(size_of::<f32>() as u64)
        .saturating_add(1);
    bytes.saturating_mul(observations as u64)
}

/// Plans which of `epochs` epochs to keep, of all hidden layers (rules 1 and 2 of the module).
///
/// `every` is the asked interval in epochs (0 is taken as 1). Where not even epoch 0 and the last
/// fit into `budget` bytes, the plan names these two and [`KeptEpochs::fits`] is false.
pub fn plan_kept_epochs(epochs: u32, every: u32, bytes_per_epoch: u64, budget: u64) -> KeptEpochs {
    let asked_every = every.max(1);
    // What cannot be avoided: epoch 0 and the last, which are one where nothing is trained.
    let fewest = u64::from(epochs.min(1)) + 1;
    let affordable = budget.checked_div(bytes_per_epoch).unwrap_or(u64::MAX);
    let most = affordable.clamp(fewest, u64::from(MOST_KEPT_EPOCHS));
    let every = if count(epochs, asked_every) <= most {
        asked_every
    } else {
        // The last and at most `most - 1` before it: an interval of at least epochs / (most - 1).
        let needed = u64::from(epochs).div_ceil(most - 1);
        let multiple = needed.div_ceil(u64::from(asked_every)) * u64::from(asked_every);
        u32::try_from(multiple).unwrap_or(u32::MAX)
    };
    let mut kept: Vec<u32> = (0..epochs).step_by(every as usize).collect();
    kept.push(epochs);
    let bytes = bytes_per_epoch.saturating_mul(kept.len() as u64);
    KeptEpochs {
        epochs: kept,
        every,
        asked_every,
        layers: KeptLayers::All,
        bytes,
        asked_bytes: bytes_per_epoch.saturating_mul(count(epochs, asked_every)),
        budget,
        fits: bytes <= budget,
    }
}

/// Plans what to keep of a training: which epochs, and of which layers (all rules of the module).
///
/// `every` is the asked interval in epochs (0 is taken as 1), `budget` is in bytes.
pub fn plan_activations(
    epochs: u32,
    every: u32,
    size: ActivationSize<'_>,
    budget: u64,
) -> KeptEpochs {
    let ActivationSize {
        observations,
        widths,
        classes,
    } = size;
    let all = plan_kept_epochs(
        epochs,
        every,
        bytes_per_epoch(observations, widths, classes),
        budget,
    );
    let Some((last, others)) = widths.split_last() else {
        return all;
    };
    if all.fits || others.is_empty() {
        return all;
    }
    let last_bytes = bytes_per_epoch(observations, std::slice::from_ref(last), classes);
    KeptEpochs {
        layers: KeptLayers::Last,
        asked_bytes: all.asked_bytes,
        ..plan_kept_epochs(epochs, every, last_bytes, budget)
    }
}

/// How many epochs are kept at an interval of `every` (at least 1): multiples below the last, and the last.
fn count(epochs: u32, every: u32) -> u64 {
    u64::from(epochs.div_ceil(every)) + 1
}

impl fmt::Display for KeptEpochs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = format_bytes(self.bytes);
        let budget = format_bytes(self.budget);
        let epochs = list_epochs(&self.epochs);
        let layer = match self.layers {
            KeptLayers::All => "",
            KeptLayers::Last => " of the last hidden layer only",
        };
        if !self.fits {
            return write!(
                f,
                "cannot keep any activations: {epochs}{layer} would take {bytes} of {budget}; choose fewer observations or narrower layers"
            );
        }
        write!(f, "keeps {epochs}{layer}: {bytes} of {budget}")?;
        if self.is_as_asked() {
            return Ok(());
        }
        let layers = match self.layers {
            KeptLayers::All => "",
            KeptLayers::Last => " of all layers",
        };
        let asked = format_bytes(self.asked_bytes);
        match self.asked_every {
            1 => write!(f, " (every epoch{layers} would take {asked})"),
            every => write!(f, " (every {every} epochs{layers} would take {asked})"),
        }
    }
}

/// "epoch 0", "epochs 0 and 5", "epochs 0, 2, 3", "epochs 0, 2, 4, … 20".
fn list_epochs(epochs: &[u32]) -> String {
    match epochs {
        [] => "no epoch".to_owned(),
        [only] => format!("epoch {only}"),
        [first, last] => format!("epochs {first} and {last}"),
        [a, b, c] => format!("epochs {a}, {b}, {c}"),
        [a, b, c, d] => format!("epochs {a}, {b}, {c}, {d}"),
        [a, b, c, .., last] => format!("epochs {a}, {b}, {c}, … {last}"),
    }
}

/// A number of bytes for people, in decimal units: "999 bytes", "1.5 kB", "480 MB", "1.2 GB".
pub fn format_bytes(bytes: u64) -> String {
    const UNITS: [&str; 6] = ["kB", "MB", "GB", "TB", "PB", "EB"];
    if bytes < 1000 {
        return format!("{bytes} bytes");
    }
    let mut amount = bytes as f64 / 1000.0;
    let mut unit = UNITS[0];
    for &larger in &UNITS[1..] {
        // 999.5 would be shown as 1000.
        if amount < 999.5 {
            break;
        }
        amount /= 1000.0;
        unit = larger;
    }
    if amount < 9.95 {
        format!("{amount:.1} {unit}")
    } else {
        format!("{amount:.0} {unit}")
    }
}

/// How many of the oldest results have to be forgotten, where so many bytes each are put aside, the
/// oldest first, and `budget` is what they may take together. The newest always stays.
pub fn forgotten(sizes: &[u64], budget: u64) -> usize {
    let mut bytes: u64 = sizes.iter().sum();
    let mut gone = 0;
    while gone + 1 < sizes.len() && bytes > budget {
        bytes -= sizes[gone];
        gone += 1;
    }
    gone
}

/// What results that are put aside may take, where the page's memory has grown to `memory` bytes: `budget`
/// as long as that is `usual` at most, and less by what it is beyond, down to the half.
///
/// WebAssembly gives no memory back, and after hours of networks of many sizes there are holes in it that
/// the next one does not fit into. With fewer results aside there is room again, and it grows no more.
pub fn within_memory(budget: u64, usual: u64, memory: u64) -> u64 {
    budget - memory.saturating_sub(usual).min(budget / 2)
}

#[cfg(test)]
mod tests {
    use super::{forgotten, within_memory};

    #[test]
    fn memory_beyond_the_usual_is_counted_down_to_the_half() {
        assert_eq!(within_memory(512, 640, 0), 512);
        assert_eq!(within_memory(512, 640, 640), 512);
        assert_eq!(within_memory(512, 640, 700), 452);
        assert_eq!(within_memory(512, 640, 4096), 256);
    }

    #[test]
    fn the_oldest_results_go_and_the_newest_stays() {
        assert_eq!(forgotten(&[], 10), 0);
        assert_eq!(forgotten(&[4, 3, 3], 10), 0);
        assert_eq!(forgotten(&[4, 3, 4], 10), 1);
        assert_eq!(forgotten(&[4, 3, 10], 10), 2);
        assert_eq!(forgotten(&[1, 100], 10), 1);
        assert_eq!(forgotten(&[100], 10), 0);
    }
}
