//! Everything that can be wrong with the arrays of a network, in words a visitor can act on.

use crate::dataset::MOST_CLASSES;
use crate::npz::{NpzError, Shape};

/// What is wrong with a file of activations, and what to do about it.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ImportError {
    /// The file or one of its arrays cannot be read.
    #[error(transparent)]
    Npz(#[from] NpzError),

    /// Nothing says which class an observation is of.
    #[error(
        "{file} has no array named \"labels\" (it has {}): save the class of each observation under that name",
        listed(.found)
    )]
    NoLabels {
        /// The file.
        file: String,
        /// The arrays that it has.
        found: Vec<String>,
    },

    /// Nothing to project.
    #[error(
        "{file} has neither layers nor images, so there is nothing to project: add one array for each layer, observations × neurons, such as \"fc1\" or \"epoch_3/fc1\""
    )]
    NothingToProject {
        /// The file.
        file: String,
    },

    /// The same array twice.
    #[error("{file} has two arrays for \"{array}\": keep one of them")]
    Twice {
        /// The file.
        file: String,
        /// The array.
        array: String,
    },

    /// Labels that are not one whole number or one text for each observation.
    #[error(
        "the array \"labels\" has the shape {shape}{}, but must have one class for each observation, as whole numbers or text: {}",
        if *.fractional { " and fractions" } else { "" },
        if .shape.0.len() == 2 { "use labels.argmax(1) if they are one-hot" } else { "save a 1-d array" }
    )]
    Labels {
        /// Its shape.
        shape: Shape,
        /// Whether it has numbers that are not whole.
        fractional: bool,
    },

    /// No observation.
    #[error("the array \"labels\" is empty: save at least one observation")]
    NoObservations,

    /// More observations than can be counted.
    #[error(
        "the array \"labels\" has {observations} observations: save at most {}",
        u32::MAX
    )]
    TooManyObservations {
        /// How many.
        observations: usize,
    },

    /// More classes than a label of one byte tells apart.
    #[error(
        "labels and predictions name {classes} classes, and this page tells at most {MOST_CLASSES} apart: save the observations of fewer classes"
    )]
    TooManyClasses {
        /// How many.
        classes: usize,
    },

    /// A label beyond the names.
    #[error(
        "the array \"{array}\" gives observation {index} the class {class}, but \"class_names\" has {names} names, for the classes from 0: correct one of them"
    )]
    NoSuchClass {
        /// "labels" or predictions.
        array: String,
        /// Which observation, from 0.
        index: usize,
        /// Its class.
        class: i64,
        /// How many names there are.
        names: usize,
    },

    /// Names that are no list.
    #[error(
        "the array \"class_names\" has the shape {shape}, but must be a list of 1 to {MOST_CLASSES} names, the first one for class 0: use numpy.array(names)"
    )]
    ClassNames {
        /// Its shape.
        shape: Shape,
    },

    /// An array of another number of observations.
    #[error(
        "the array \"{array}\" has the shape {shape}, but \"labels\" has {observations} observations: the first length must be that; save both for the same observations, in the same order"
    )]
    Observations {
        /// The array.
        array: String,
        /// Its shape.
        shape: Shape,
        /// How many labels there are.
        observations: usize,
    },

    /// Numbers were expected.
    #[error("the array \"{array}\" holds text, where numbers are expected: {hint}")]
    Text {
        /// The array.
        array: String,
        /// What to do.
        hint: &'static str,
    },

    /// A layer that has no neuron.
    #[error(
        "the array \"{array}\" has the shape {shape}, so there is no value for an observation: save observations × neurons"
    )]
    NoNeurons {
        /// The array.
        array: String,
        /// Its shape.
        shape: Shape,
    },

    /// Infinite, or not a number, or too large.
    #[error(
        "the array \"{array}\" has a value that is infinite, not a number or beyond single precision, in row {row}, column {column} (counted from 0): look for what went wrong in the network, or leave this observation out"
    )]
    NotFinite {
        /// The array.
        array: String,
        /// The observation.
        row: usize,
        /// The value of it, flattened.
        column: usize,
    },

    /// Images of another shape.
    #[error(
        "the array \"images\" has the shape {shape}, but must be observations × height × width, with 1 or 3 colours as the last or second length: use images.reshape(…)"
    )]
    Images {
        /// Its shape.
        shape: Shape,
    },

    /// Predictions of another shape.
    #[error(
        "the array \"{array}\" has the shape {shape}, but must have one class for each observation, or observations × classes of probabilities"
    )]
    Predictions {
        /// The array.
        array: String,
        /// Its shape.
        shape: Shape,
    },

    /// Layers with and without epochs in one file.
    #[error(
        "\"{without}\" names no epoch, but \"{with}\" does: put all layers into epochs, such as \"epoch_3/{without}\", or none"
    )]
    MixedEpochs {
        /// A layer without.
        without: String,
        /// A layer with.
        with: String,
    },

    /// The same layer has another width at another epoch.
    #[error(
        "the layer \"{layer}\" has {first} neurons at one epoch and {second} at another: give different layers different names"
    )]
    Width {
        /// The layer.
        layer: String,
        /// Its width where it was first seen.
        first: usize,
        /// Its other width.
        second: usize,
    },
}

fn listed(names: &[String]) -> String {
    const MOST: usize = 8;
    if names.is_empty() {
        return "none".to_owned();
    }
    let mut list = names
        .iter()
        .take(MOST)
        .map(|name| format!("\"{name}\""))
        .collect::<Vec<_>>()
        .join(", ");
    if names.len() > MOST {
        list.push_str(" and more");
    }
    list
}
