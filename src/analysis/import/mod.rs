//! The visitor's own network: activations that another program computed, as arrays in an `.npz`.
//!
//! - [`Importing`] reads the file, a slice at a time.
//! - [`Imported`] is what it holds: labels, and where given images, class names, predictions and the
//!   activations of layers, of one or of several epochs.
//! - [`Imported::into_parts`] and [`ImportedNetwork::analysis`] turn that into what views draw.
//!
//! Which array is what, is decided by its name; docs/YOUR_OWN_NETWORK.md lists the names.

mod classes;
mod epochs;
mod error;
mod images;
mod imported;
mod importing;
mod layers;
mod naming;
mod note;
mod predictions;

pub use error::ImportError;
pub use imported::{Imported, ImportedEpoch, ImportedImages, ImportedLayer, ImportedNetwork};
pub use importing::Importing;
pub use note::ImportNote;
