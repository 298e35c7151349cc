//! Trails: the way of each observation from one layout of an evolution to the next.
//!
//! [`Trails`] holds the layouts of an evolution over layers or epochs (dynamic t-SNE's, so that
//! positions are comparable), [`Bundling`] draws trails that run alike together, and [`TrailPaths`]
//! are the polylines to draw. How it works and what was measured: docs/TRAILS.md.

mod bundled;
mod bundling;
pub(crate) mod density;
mod error;
mod evolution;
mod paths;

pub use bundled::BundledTrails;
pub use bundling::{Bundling, BundlingConfig};
pub use error::TrailError;
pub use evolution::Trails;
pub use paths::TrailPaths;
