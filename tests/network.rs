//! The native tests of networks, which are run with and without the feature `trainer`.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

#[path = "network_burn.rs"]
mod network_burn;
#[path = "network_config.rs"]
mod network_config;
#[path = "network_digits.rs"]
mod network_digits;
#[path = "network_mathematics.rs"]
mod network_mathematics;
#[path = "network_mnist.rs"]
mod network_mnist;
#[path = "network_saved.rs"]
mod network_saved;
mod network_support;
#[path = "network_training.rs"]
mod network_training;
#[path = "numbers_network.rs"]
mod numbers_network;
mod projection_support;
#[path = "training_bits.rs"]
mod training_bits;
