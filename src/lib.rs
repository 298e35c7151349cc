//! Hidden Activity: see what a neural network has learned.
//!
//! The crate follows the way of the data, one module after the other:
//!
//! 1. [`dataset`]: labelled images, one file per format, splits and subsets; [`archive`] and
//!    [`npz`] open what such files are packed in.
//! 2. [`network`]: what to train and how; with the feature `trainer` also the training itself.
//! 3. [`projection`]: observations laid out in the plane, and how good the layout is.
//! 4. [`neurons`]: which class each neuron of a layer tells apart, and what it responds to.
//! 5. [`trails`]: the way of each observation through an evolution, bundled.
//! 6. [`analysis`]: the document that holds every result a view draws.
//! 7. [`canvas`]: points into pixels and pixels back into points, without a browser.
//! 8. [`figure`]: what the page shows as SVG, CSV and tables, to take away;
//!    [`embedding`]: what another page may ask of a figure that it embeds; [`address`]: the view in the
//!    page's address;
//!    [`story`]: the paper's figures and hypotheses, judged by the numbers of an analysis.
//! 9. `worker` (feature `web`): typed messages between the page and its workers.
//! 10. `view` (feature `app`): the page.
//!
//! With no feature the crate is the compute core: no browser type, no deep-learning framework.
//! Randomness enters only through seeds passed in; time and cancellation belong to the caller,
//! because every long algorithm is an object that advances in small steps.
#![deny(missing_docs)]

pub mod address;
pub mod analysis;
pub mod archive;
pub mod canvas;
pub mod dataset;
pub mod embedding;
pub mod figure;
pub mod network;
pub mod neurons;
pub mod npz;
pub mod ordering;
pub mod projection;
pub mod story;
pub mod trails;
pub mod worker;

#[cfg(feature = "app")]
pub mod view;
