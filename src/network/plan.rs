//! What a network is made of once the image is known: the shape after every layer, its names, and
//! what it takes.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::parameters::Layout;
use super::{ConfigError, LayerConfig, NetworkConfig};
use crate::dataset::ImageShape;

/// Rows and columns of a convolution's kernel.
pub(crate) const KERNEL: usize = 3;
/// Rows and columns that a pool makes one of.
pub(crate) const POOL: usize = 2;
/// The most layers a network may have, those without weights included.
const MOST_LAYERS: usize = 64;
/// The widest a fully connected layer may be, in neurons.
const MOST_WIDTH: usize = 16_384;
/// The most feature maps of a convolution.
const MOST_CHANNELS: usize = 1024;
/// The most weights and biases: with gradient and optimiser some 1.6 GB.
const MOST_PARAMETERS: usize = 100_000_000;

/// The shape of what a layer makes of one image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LayerShape {
    /// Feature maps, height × width × channels.
    Image(ImageShape),
    /// A row of values.
    Flat(usize),
}

impl LayerShape {
    /// Values for one image.
    #[must_use]
    pub fn values(self) -> usize {
        match self {
            Self::Image(shape) => shape.pixels(),
            Self::Flat(width) => width,
        }
    }
}

/// "14×14×32" or "128".
impl fmt::Display for LayerShape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Image(shape) => {
                write!(f, "{}×{}×{}", shape.height, shape.width, shape.channels)
            }
            Self::Flat(width) => width.fmt(f),
        }
    }
}

/// Which activations of convolutional layers are taken beside those of fully connected ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ConvActivations {
    /// None, as in the paper.
    #[default]
    None,
    /// The mean of each feature map: as many values as the layer has channels.
    Average,
    /// Every value of every feature map.
    Flattened,
}

/// A hidden layer whose activations are taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObservedLayer {
    /// Its name, such as "FC 1" or "Conv 2".
    pub name: String,
    /// Activations for one image.
    pub width: usize,
}

/// What is done to the values of the layer before.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Operation {
    /// 3×3 convolution and rectifier.
    Conv { input: ImageShape, channels: usize },
    /// 2×2 maximum.
    Pool { input: ImageShape },
    /// Affine map; a rectifier after all but the last.
    Dense {
        inputs: usize,
        width: usize,
        rectified: bool,
    },
    /// Multiplication by a random mask while training.
    Dropout { values: usize, rate: f32 },
}

/// One layer of a [`Plan`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Planned {
    /// What it does.
    pub(crate) operation: Operation,
    /// What it makes of one image.
    pub(crate) output: LayerShape,
    /// Weights and biases.
    pub(crate) parameters: usize,
    /// Where the layout has its weight and, next to it, its bias; of layers without any, where the
    /// next layer has them.
    pub(crate) block: usize,
}

/// A network for images of one shape and a number of classes, checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    input: ImageShape,
    classes: usize,
    /// The layers of the configuration, then the affine map to the classes.
    pub(crate) layers: Vec<Planned>,
    pub(crate) layout: Layout,
}

impl Plan {
    /// The network for images of a shape.
    ///
    /// # Errors
    /// Names the first layer or setting that cannot be used, and what could be.
    pub fn new(
        network: &NetworkConfig,
        input: ImageShape,
        classes: usize,
    ) -> Result<Self, ConfigError> {
        if network.layers.len() > MOST_LAYERS {
            return Err(ConfigError::TooManyLayers {
                layers: network.layers.len(),
                most: MOST_LAYERS,
            });
        }
        let mut layers = infer(network, input).collect::<Result<Vec<_>, _>>()?;
        let last = layers.last().map_or(input.pixels(), |l| l.output.values());
        layers.push(dense(last, classes, false));
        let mut block = 0;
        for layer in &mut layers {
            layer.block = block;
            block += if layer.parameters > 0 { 2 } else { 0 };
        }
        let parameters = layers
            .iter()
            .fold(0, |sum: usize, l| sum.saturating_add(l.parameters));
        if parameters > MOST_PARAMETERS {
            return Err(ConfigError::TooManyParameters {
                parameters,
                most: MOST_PARAMETERS,
            });
        }
        let layout = Layout::new(&layers);
        Ok(Self {
            input,
            classes,
            layers,
            layout,
        })
    }

    /// The shape of an image.
    #[must_use]
    pub fn input(&self) -> ImageShape {
        self.input
    }

    /// Number of classes.
    #[must_use]
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// Number of weights and biases.
    #[must_use]
    pub fn parameter_count(&self) -> usize {
        self.layers.iter().map(|layer| layer.parameters).sum()
    }

    /// Values that the layers make of one image, all together.
    #[must_use]
    pub fn values_per_image(&self) -> usize {
        let values = self.layers.iter().map(|layer| layer.output.values());
        values.fold(0, usize::saturating_add)
    }

    /// The hidden layers whose activations are taken, in order.
    #[must_use]
    pub fn observed(&self, conv: ConvActivations) -> Vec<ObservedLayer> {
        self.observed_places(conv)
            .map(|(place, name)| ObservedLayer {
                name,
                width: match (self.layers[place].output, conv) {
                    (LayerShape::Image(shape), ConvActivations::Average) => shape.channels,
                    (shape, _) => shape.values(),
                },
            })
            .collect()
    }

    /// Places and names of the observed layers. A convolution is observed after the pool that
    /// follows it, if one does.
    pub(crate) fn observed_places(
        &self,
        conv: ConvActivations,
    ) -> impl Iterator<Item = (usize, String)> + '_ {
        let (mut convolutions, mut connected) = (0, 0);
        let hidden = &self.layers[..self.layers.len() - 1];
        hidden.iter().enumerate().filter_map(move |(place, layer)| {
            match layer.operation {
                Operation::Dense { .. } => {
                    connected += 1;
                    return Some((place, format!("FC {connected}")));
                }
                Operation::Conv { .. } => convolutions += 1,
                Operation::Pool { .. } | Operation::Dropout { .. } => return None,
            }
            let pooled = hidden
                .get(place + 1)
                .is_some_and(|next| matches!(next.operation, Operation::Pool { .. }));
            let place = if pooled { place + 1 } else { place };
            (conv != ConvActivations::None).then(|| (place, format!("Conv {convolutions}")))
        })
    }
}

/// What each layer makes of an image, one after the other, up to the first that cannot be.
pub(crate) fn infer(
    network: &NetworkConfig,
    input: ImageShape,
) -> impl Iterator<Item = Result<Planned, ConfigError>> + '_ {
    let mut shape = LayerShape::Image(input);
    let mut failed = false;
    network
        .layers
        .iter()
        .enumerate()
        .map_while(move |(place, layer)| {
            if failed {
                return None;
            }
            let planned = plan_layer(*layer, shape, place + 1);
            match &planned {
                Ok(planned) => shape = planned.output,
                Err(_) => failed = true,
            }
            Some(planned)
        })
}

/// Shape and number of weights and biases after each layer, up to the first layer that cannot be
/// built, for which there is an error. For showing a network while it is being built.
pub fn outline(
    network: &NetworkConfig,
    input: ImageShape,
) -> impl Iterator<Item = Result<(LayerShape, usize), ConfigError>> + '_ {
    infer(network, input).map(|planned| planned.map(|layer| (layer.output, layer.parameters)))
}

fn dense(inputs: usize, width: usize, rectified: bool) -> Planned {
    Planned {
        operation: Operation::Dense {
            inputs,
            width,
            rectified,
        },
        output: LayerShape::Flat(width),
        parameters: inputs.saturating_add(1).saturating_mul(width),
        block: 0,
    }
}

/// `place` counts from 1.
fn plan_layer(layer: LayerConfig, from: LayerShape, place: usize) -> Result<Planned, ConfigError> {
    match layer {
        LayerConfig::Conv { channels } => {
            let LayerShape::Image(input) = from else {
                return Err(ConfigError::NoImage {
                    place,
                    layer: "a convolution",
                });
            };
            if channels == 0 || channels > MOST_CHANNELS {
                return Err(ConfigError::Channels {
                    place,
                    channels,
                    most: MOST_CHANNELS,
                });
            }
            Ok(Planned {
                operation: Operation::Conv { input, channels },
                output: LayerShape::Image(ImageShape { channels, ..input }),
                // A saved network may claim an image of any number of channels.
                parameters: (KERNEL * KERNEL)
                    .saturating_mul(input.channels)
                    .saturating_add(1)
                    .saturating_mul(channels),
                block: 0,
            })
        }
        LayerConfig::Pool => {
            let LayerShape::Image(input) = from else {
                return Err(ConfigError::NoImage {
                    place,
                    layer: "a pool",
                });
            };
            if input.height < POOL || input.width < POOL {
                return Err(ConfigError::PoolTooSmall {
                    place,
                    height: input.height,
                    width: input.width,
                });
            }
            let output = ImageShape {
                height: input.height / POOL,
                width: input.width / POOL,
                channels: input.channels,
            };
            Ok(Planned {
                operation: Operation::Pool { input },
                output: LayerShape::Image(output),
                parameters: 0,
                block: 0,
            })
        }
        LayerConfig::Dense { width } => {
            if width == 0 || width > MOST_WIDTH {
                return Err(ConfigError::Width {
                    place,
                    width,
                    most: MOST_WIDTH,
                });
            }
            Ok(dense(from.values(), width, true))
        }
        LayerConfig::Dropout { rate } => {
            if !(0.0..1.0).contains(&rate) {
                return Err(ConfigError::Dropout { place, rate });
            }
            Ok(Planned {
                operation: Operation::Dropout {
                    values: from.values(),
                    rate,
                },
                output: from,
                parameters: 0,
                block: 0,
            })
        }
    }
}
