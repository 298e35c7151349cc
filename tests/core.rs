//! All native tests but those of networks, as one program: fifty would be linked one by one.
//! `cargo test --test core projection_tsne` runs those of one file.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

#[path = "address.rs"]
mod address;
#[path = "analysis_budget.rs"]
mod analysis_budget;
#[path = "analysis_file.rs"]
mod analysis_file;
#[path = "analysis_results.rs"]
mod analysis_results;
#[path = "canvas_align.rs"]
mod canvas_align;
#[path = "canvas_drawing.rs"]
mod canvas_drawing;
#[path = "canvas_insets.rs"]
mod canvas_insets;
#[path = "canvas_palette.rs"]
mod canvas_palette;
#[path = "canvas_picking.rs"]
mod canvas_picking;
#[path = "canvas_scales.rs"]
mod canvas_scales;
#[path = "canvas_selection.rs"]
mod canvas_selection;
#[path = "canvas_trails.rs"]
mod canvas_trails;
#[path = "canvas_viewport.rs"]
mod canvas_viewport;
#[path = "dataset_cifar10.rs"]
mod dataset_cifar10;
mod dataset_files;
#[path = "dataset_idx.rs"]
mod dataset_idx;
#[path = "dataset_mnist.rs"]
mod dataset_mnist;
#[path = "dataset_opening.rs"]
mod dataset_opening;
#[path = "dataset_pack.rs"]
mod dataset_pack;
#[path = "dataset_pictures.rs"]
mod dataset_pictures;
#[path = "dataset_pieces.rs"]
mod dataset_pieces;
#[path = "dataset_preprocessing.rs"]
mod dataset_preprocessing;
#[path = "dataset_split.rs"]
mod dataset_split;
#[path = "dataset_standardisation.rs"]
mod dataset_standardisation;
#[path = "dataset_street_digits.rs"]
mod dataset_street_digits;
#[path = "dataset_svhn.rs"]
mod dataset_svhn;
#[path = "figure.rs"]
mod figure;
mod figure_support;
#[path = "glossary.rs"]
mod glossary;
#[path = "import.rs"]
mod import;
#[path = "neurons_forest.rs"]
mod neurons_forest;
#[path = "neurons_response.rs"]
mod neurons_response;
#[path = "npz.rs"]
mod npz;
#[path = "numbers_projection.rs"]
mod numbers_projection;
#[path = "numbers_views.rs"]
mod numbers_views;
#[path = "projection_bits.rs"]
mod projection_bits;
#[path = "projection_dynamic.rs"]
mod projection_dynamic;
#[path = "projection_mds.rs"]
mod projection_mds;
#[path = "projection_measures.rs"]
mod projection_measures;
#[path = "projection_shares.rs"]
mod projection_shares;
mod projection_support;
#[path = "projection_tsne.rs"]
mod projection_tsne;
#[path = "shipped.rs"]
mod shipped;
#[path = "story.rs"]
mod story;
#[path = "trails_bundling.rs"]
mod trails_bundling;
#[path = "worker_messages.rs"]
mod worker_messages;
