//! The page and its workers: typed messages, the worker's loop and the page's handle on it.
//!
//! [`protocol`] and [`attachment`] name no browser type and are tested natively; the rest exists
//! with the feature `web`.

pub mod analysis_jobs;
pub mod attachment;
pub mod figure_jobs;
pub mod flat;
pub mod messages;
pub mod neuron_jobs;
pub mod own_files;
pub mod protocol;

#[cfg(feature = "web")]
pub mod browser_file;
#[cfg(feature = "web")]
pub mod client;
#[cfg(feature = "web")]
pub mod host;
#[cfg(feature = "web")]
pub mod later;
#[cfg(feature = "web")]
pub mod life;
#[cfg(feature = "web")]
pub mod pause;
#[cfg(feature = "web")]
pub mod wire;

/// Names the sources this module was built from. Page and worker must agree: a worker left in a
/// browser's cache from an older release would otherwise misread today's messages.
pub const BUILD: &str = env!("HIDDEN_ACTIVITY_BUILD");
