//! What `analysis.json` says: everything that is no array, and which array is what.

use serde::{Deserialize, Serialize};

use super::Recipe;
use crate::analysis::{AS_GIVEN, Curves, Representation, Sequence};
use crate::dataset::{ImageShape, Part};
use crate::network::Setup;
use crate::neurons::ForestConfig;
use crate::projection::{DynamicTsneConfig, Fit, Method, NeighborhoodHit, Note, Stress};

/// What the file says it is.
pub(super) const FORMAT: &str = "Hidden Activity analysis";
/// The version that is written. Files of all versions up to [`RECIPE_VERSION`] are read
/// (tests/analysis_files).
pub const VERSION: u32 = 1;
/// The version of files that say how their images are drawn instead of holding them.
pub(super) const RECIPE_VERSION: u32 = 2;

/// How a network was made.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Its layers and its training, where it was trained here.
    #[serde(with = "portable")]
    pub setup: Option<Setup>,
    /// How it did in the end on the whole test split, also the observations that are not projected.
    pub whole_test: Option<WholeTest>,
}

/// As it is in JSON, and as JSON inside a format that cannot express a setup's tagged enums.
mod portable {
    use serde::de::Error as _;
    use serde::ser::Error as _;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::network::Setup;

    pub(super) fn serialize<S: Serializer>(
        setup: &Option<Setup>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            return setup.serialize(serializer);
        }
        let text = serde_json::to_string(setup).map_err(S::Error::custom)?;
        text.serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Setup>, D::Error> {
        if deserializer.is_human_readable() {
            return Option::deserialize(deserializer);
        }
        let text = String::deserialize(deserializer)?;
        serde_json::from_str(&text).map_err(D::Error::custom)
    }
}

/// How a network did on the whole test split.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct WholeTest {
    /// Epochs of training.
    pub epochs: u32,
    /// Observations of the split.
    pub observations: u32,
    /// Share classified right, 0 to 1.
    pub accuracy: f32,
    /// Mean cross-entropy, in nats.
    pub loss: f32,
}

/// Enough of a description to know whether the rest can be read.
#[derive(Debug, Deserialize)]
pub(super) struct Header {
    pub format: String,
    pub version: u32,
}

/// What is no array, and which array is what: all that `analysis.json` says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Index {
    pub(super) format: String,
    pub(super) version: u32,
    pub(super) made_by: String,
    pub(super) dataset: DatasetIndex,
    pub(super) layer_names: Vec<String>,
    #[serde(default)]
    pub(super) settings: Settings,
    pub(super) snapshots: Vec<SnapshotIndex>,
    pub(super) projections: Vec<ProjectionIndex>,
    #[serde(default)]
    pub(super) evolutions: Vec<EvolutionIndex>,
    #[serde(default)]
    pub(super) neurons: Vec<NeuronIndex>,
    #[serde(default)]
    pub(super) curves: Curves,
}

/// The data set beside its arrays.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct DatasetIndex {
    pub name: String,
    pub source: String,
    pub class_names: Vec<String>,
    /// Height, width, channels; zeros where there are no images.
    pub shape: [usize; 3],
    /// Observations of both parts in the data set that these were chosen from.
    pub whole: [usize; 2],
    /// How the images are drawn, where the file has none of its own.
    #[serde(default)]
    pub recipe: Option<Recipe>,
}

impl DatasetIndex {
    pub fn image_shape(&self) -> ImageShape {
        let [height, width, channels] = self.shape;
        ImageShape {
            height,
            width,
            channels,
        }
    }
}

/// One part after one epoch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct SnapshotIndex {
    pub epoch: u32,
    pub part: Part,
    /// Classes that have a probability; 0 where there are only predicted classes.
    pub classes: usize,
    /// Whether there is a predicted class for each observation.
    pub predicted: bool,
    /// Neurons of each layer whose activations are in the file.
    pub widths: Vec<Option<usize>>,
}

/// A layout.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct ProjectionIndex {
    pub of: Representation,
    pub method: Method,
    pub fit: Option<Fit>,
    pub iterations: u32,
    pub notes: Vec<Note>,
    pub hit: HitIndex,
    /// Pairs in the Shepard diagram.
    #[serde(default)]
    pub shepard: usize,
}

/// A neighborhood hit without its observations.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct HitIndex {
    pub k: usize,
    pub overall: f32,
    pub per_class: Vec<Option<f32>>,
}

impl From<&NeighborhoodHit> for HitIndex {
    fn from(hit: &NeighborhoodHit) -> Self {
        Self {
            k: hit.k,
            overall: hit.overall,
            per_class: hit.per_class.clone(),
        }
    }
}

impl HitIndex {
    pub fn with(self, per_observation: Vec<f32>) -> NeighborhoodHit {
        NeighborhoodHit {
            k: self.k,
            per_observation,
            per_class: self.per_class,
            overall: self.overall,
        }
    }
}

/// Layouts of a sequence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct EvolutionIndex {
    pub of: Sequence,
    pub steps: Vec<Representation>,
    pub hits: Vec<HitIndex>,
    pub divergences: Vec<f64>,
    pub movement: f64,
    pub iterations: u32,
    pub notes: Vec<Note>,
    pub config: DynamicTsneConfig,
}

/// Neurons of one layer after one epoch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct NeuronIndex {
    pub of: Representation,
    pub neurons: usize,
    pub layout: Option<NeuronLayoutIndex>,
    pub discrimination: Option<DiscriminationIndex>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct NeuronLayoutIndex {
    pub stress: Stress,
    pub iterations: u32,
    /// Not in the first files.
    #[serde(default)]
    pub constant: Vec<u32>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct DiscriminationIndex {
    pub classes: usize,
    pub config: ForestConfig,
}

// --- names of arrays -------------------------------------------------------------------------------

/// "test/labels".
pub(super) fn of_part(part: Part, what: &str) -> String {
    format!("{part}/{what}")
}

/// "epoch_5/test/probabilities".
pub(super) fn of_snapshot(epoch: u32, part: Part, what: &str) -> String {
    match epoch {
        AS_GIVEN => format!("as_given/{part}/{what}"),
        _ => format!("epoch_{epoch}/{part}/{what}"),
    }
}

/// "epoch_5/test/layer_4", counted from 1 as visitors do.
pub(super) fn of_layer(epoch: u32, part: Part, index: usize) -> String {
    of_snapshot(epoch, part, &format!("layer_{}", index + 1))
}

/// "projection_0/positions".
pub(super) fn of_item(kind: &str, index: usize, what: &str) -> String {
    format!("{kind}_{index}/{what}")
}
