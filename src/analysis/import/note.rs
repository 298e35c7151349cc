//! What a visitor should know about how arrays were used.

use std::fmt;

use crate::npz::Shape;

/// Something that was adapted or left out. Its text is a clause without a full stop.
#[derive(Clone, Debug, PartialEq)]
pub enum ImportNote {
    /// Classes were numbered anew, because their numbers did not fit.
    Renumbered {
        /// How many different classes there are.
        classes: usize,
    },
    /// Images were converted to bytes.
    Images {
        /// The least value.
        least: f32,
        /// The greatest.
        greatest: f32,
        /// How.
        scale: Scale,
    },
    /// Activations of several axes were put into one row for each observation.
    Flattened {
        /// The array.
        array: String,
        /// Its shape.
        shape: Shape,
    },
    /// Predictions were no probabilities.
    Softmax {
        /// The array.
        array: String,
    },
    /// Of the probabilities only the most probable class is kept.
    OnlyMostProbable {
        /// The array.
        array: String,
        /// Columns it has.
        columns: usize,
    },
    /// Predictions without an epoch beside layers with epochs.
    PredictionsOfLastEpoch {
        /// The last one.
        epoch: u32,
    },
    /// An array that is none of what is looked for.
    Unused {
        /// The array.
        array: String,
        /// Its shape.
        shape: Shape,
    },
}

/// How values became bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// 0 to 1 became 0 to 255.
    Unit,
    /// 0 to 255, rounded.
    Byte,
    /// The least became 0 and the greatest 255.
    Stretched,
}

impl fmt::Display for ImportNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Renumbered { classes } => write!(
                f,
                "the labels are no numbers from 0 to 255, so the {classes} classes were numbered anew, in order"
            ),
            Self::Images {
                least,
                greatest,
                scale,
            } => {
                write!(f, "the images have values from {least} to {greatest}, ")?;
                f.write_str(match scale {
                    Scale::Unit => "which were taken as 0 (black) to 1 (white)",
                    Scale::Byte => "which were taken as 0 (black) to 255 (white) and rounded",
                    Scale::Stretched => {
                        "which were stretched so that all are between black and white"
                    }
                })
            }
            Self::Flattened { array, shape } => write!(
                f,
                "\"{array}\" has the shape {shape} and was flattened to one row for each observation"
            ),
            Self::Softmax { array } => write!(
                f,
                "\"{array}\" are no probabilities; they were taken as logits and put through a softmax"
            ),
            Self::OnlyMostProbable { array, columns } => write!(
                f,
                "of the {columns} probabilities in \"{array}\" only the most probable class is kept, because the classes were numbered anew or are fewer"
            ),
            Self::PredictionsOfLastEpoch { epoch } => write!(
                f,
                "\"predictions\" names no epoch and was taken as those of the last, epoch {epoch}"
            ),
            Self::Unused { array, shape } => {
                write!(f, "\"{array}\" of shape {shape} was not used")
            }
        }
    }
}
