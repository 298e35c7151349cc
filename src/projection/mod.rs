//! Observations laid out in the plane, and how good the layout is.
//!
//! Long algorithms are objects that advance in small slices: [`Tsne`]. What they are made of can
//! be used by itself: [`Pca`], [`Affinities`], [`neighborhood_hit`].

mod affinities;
mod attraction;
mod barnes_hut;
mod config;
mod descent;
mod error;
mod exact;
mod expansion;
mod jacobi;
mod lanes;
mod layout;
mod multipole;
mod neighborhood_hit;
mod neighbours;
mod note;
mod pca;
mod plane_neighbours;
mod product;
mod quadtree;
mod random;
mod repulsion_exact;
mod repulsor;
mod subspace;
mod tsne;

pub use affinities::Affinities;
pub use config::{Initialisation, LearningRate, LiveParameters, Repulsion, TsneConfig};
pub use error::ProjectionError;
pub use exact::{exact_divergence, exact_gradient, exact_normaliser};
pub use neighborhood_hit::{NeighborhoodHit, neighborhood_hit};
pub use note::Note;
pub use pca::Pca;
pub use tsne::{Stage, Tsne};
