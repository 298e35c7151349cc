//! The sources of Hidden Activity's kernels, compiled by themselves; see Cargo.toml beside.

#[path = "../../../src/network/host/product.rs"]
mod product;
#[path = "../../../src/projection/mod.rs"]
pub mod projection;
