//! What a training consists of, apart from its data.

use serde::{Deserialize, Serialize};

use super::{ConvActivations, NetworkConfig, TrainingConfig};

/// A network, how it is trained, and what is taken of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Setup {
    /// Its layers.
    pub network: NetworkConfig,
    /// How it is trained.
    pub training: TrainingConfig,
    /// What is taken of convolutional layers.
    #[serde(default)]
    pub conv_activations: ConvActivations,
}
