//! The layers of a network as a visitor builds them, and the networks that come ready.

use serde::{Deserialize, Serialize};

/// One layer, between the image and the softmax over the classes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum LayerConfig {
    /// 3×3 convolution that keeps height and width (zeros around the image), then a rectifier.
    Conv {
        /// Feature maps it makes.
        channels: usize,
    },
    /// The largest of each 2×2 pixels; a last odd row or column is left out.
    Pool,
    /// Every input with every neuron, then a rectifier. An image is read row by row, the channels
    /// of a pixel side by side.
    Dense {
        /// Its neurons.
        width: usize,
    },
    /// Silences values while training, each with this probability, and scales the others up.
    Dropout {
        /// The probability, 0 ≤ `rate` < 1.
        rate: f32,
    },
}

/// A network: its layers, and after them an affine map to the classes and a softmax.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NetworkConfig {
    /// From the image on. Empty is allowed and makes a softmax regression, which has no hidden
    /// activity to show.
    pub layers: Vec<LayerConfig>,
}

impl NetworkConfig {
    /// Fully connected layers of these widths.
    #[must_use]
    pub fn perceptron(widths: &[usize]) -> Self {
        let layers = widths.iter().map(|&width| LayerConfig::Dense { width });
        Self {
            layers: layers.collect(),
        }
    }

    /// The same network with dropout after each fully connected layer.
    #[must_use]
    pub fn with_dropout(self, rate: f32) -> Self {
        let mut layers = Vec::with_capacity(self.layers.len() * 2);
        for layer in self.layers {
            layers.push(layer);
            if matches!(layer, LayerConfig::Dense { .. }) {
                layers.push(LayerConfig::Dropout { rate });
            }
        }
        Self { layers }
    }

    /// Whether it has a convolution.
    #[must_use]
    pub fn is_convolutional(&self) -> bool {
        let convolves = |layer: &LayerConfig| matches!(layer, LayerConfig::Conv { .. });
        self.layers.iter().any(convolves)
    }
}

impl Default for NetworkConfig {
    fn default() -> Self {
        Preset::PerceptronLight.network()
    }
}

/// A network that comes ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// Four layers of 128 neurons, for small machines.
    PerceptronLight,
    /// The paper's perceptron: four layers of 1,000 neurons.
    PerceptronPaper,
    /// A convolutional network that a processor trains on 10,000 images in about a minute.
    ConvolutionalLight,
    /// The paper's convolutional network: two convolutions and a pool, twice; 4,096 and 512
    /// neurons. Kernel, channels and dropout are those usual for this architecture.
    ConvolutionalPaper,
}

impl Preset {
    /// All of them, from light to heavy.
    pub const ALL: [Self; 4] = [
        Self::PerceptronLight,
        Self::PerceptronPaper,
        Self::ConvolutionalLight,
        Self::ConvolutionalPaper,
    ];

    /// Its name in menus.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::PerceptronLight => "MLP light, 4 × 128",
            Self::PerceptronPaper => "MLP paper, 4 × 1000",
            Self::ConvolutionalLight => "CNN light",
            Self::ConvolutionalPaper => "CNN paper",
        }
    }

    /// Its layers.
    #[must_use]
    pub fn network(self) -> NetworkConfig {
        use LayerConfig::{Conv, Dense, Dropout, Pool};
        let layers = match self {
            Self::PerceptronLight => return NetworkConfig::perceptron(&[128; 4]),
            Self::PerceptronPaper => return NetworkConfig::perceptron(&[1000; 4]),
            Self::ConvolutionalLight => vec![
                Conv { channels: 8 },
                Conv { channels: 8 },
                Pool,
                Conv { channels: 16 },
                Conv { channels: 16 },
                Pool,
                Dense { width: 128 },
                Dropout { rate: 0.25 },
                Dense { width: 64 },
            ],
            Self::ConvolutionalPaper => vec![
                Conv { channels: 32 },
                Conv { channels: 32 },
                Pool,
                Dropout { rate: 0.25 },
                Conv { channels: 64 },
                Conv { channels: 64 },
                Pool,
                Dropout { rate: 0.25 },
                Dense { width: 4096 },
                Dropout { rate: 0.5 },
                Dense { width: 512 },
                Dropout { rate: 0.5 },
            ],
        };
        NetworkConfig { layers }
    }

    /// The preset that has exactly these layers.
    #[must_use]
    pub fn of(network: &NetworkConfig) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.network() == *network)
    }
}
