//! Observations laid out in the plane, and how good the layout is.
//!
//! Long algorithms are objects that advance in small slices: [`Tsne`], [`DynamicTsne`], [`Mds`],
//! [`DissimilarityBuilder`]. What they are made of can be used by itself: [`Pca`], [`Affinities`],
//! [`Repulsor`]. [`neighborhood_hit`] and [`ProjectionQuality`] measure a layout. How it works and
//! what was measured: docs/PROJECTION.md.

mod affinities;
mod attraction;
mod barnes_hut;
mod clustered_neighbours;
mod config;
mod descent;
mod dissimilarity;
mod dynamic;
mod dynamic_exact;
mod error;
mod exact;
mod expansion;
mod jacobi;
pub(crate) mod lanes;
mod layout;
mod magnitude;
mod mds;
mod method;
mod multipole;
mod neighborhood_hit;
mod neighbour_share;
mod neighbours;
mod note;
mod pca;
mod pca_fit;
mod plane_neighbours;
mod polarity_hit;
mod preparation;
mod product;
mod quadtree;
mod quality;
pub(crate) mod random;
mod repulsion_exact;
mod repulsor;
mod shepard;
mod stage;
mod subspace;
mod tsne;

pub use affinities::Affinities;
pub use attraction::attract;
pub use config::{
    Ending, Initialisation, LearningRate, LiveParameters, NeighbourSearch, Repulsion, TsneConfig,
};
pub use dissimilarity::{Dissimilarities, DissimilarityBuilder, Metric};
pub use dynamic::{DynamicTsne, DynamicTsneConfig};
pub use dynamic_exact::{dynamic_cost, dynamic_gradient};
pub use error::ProjectionError;
pub(crate) use error::check_matrix;
pub use exact::{exact_divergence, exact_gradient, exact_normaliser};
pub use mds::{Mds, MdsConfig, MdsInitialisation, Stress};
pub use method::{Fit, Method};
pub use neighborhood_hit::{NeighborhoodHit, neighborhood_hit};
pub use neighbour_share::{FoundNeighbours, NeighbourShare, NeighbourTask};
pub use note::Note;
pub use pca::Pca;
pub use polarity_hit::{PolarityHit, polarity_hit};
pub use quality::{
    LayoutStress, ProjectionQuality, continuity, data_neighborhood_hit, layout_stress,
    nearest_neighbour_accuracy, trustworthiness,
};
pub use repulsor::Repulsor;
pub use shepard::shepard_diagram;
pub use stage::Stage;
pub use tsne::Tsne;
