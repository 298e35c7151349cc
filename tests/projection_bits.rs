//! The same seed gives the same bits here and in a browser. `tests/browser/bits.test.mjs` asks the
//! projection worker for the same layouts and compares them with the same file.
#![allow(clippy::unwrap_used)]

use crate::projection_support;

use std::collections::BTreeMap;

use hidden_activity::projection::{
    DissimilarityBuilder, DynamicTsne, DynamicTsneConfig, Mds, MdsConfig, Metric, Stage, Tsne,
    TsneConfig,
};
use projection_support::{fingerprint, noise};

fn tsne(n: usize, d: usize, config: &TsneConfig) -> Vec<f32> {
    let mut tsne = Tsne::new(noise(n * d, 1), n, d, config).unwrap();
    while tsne.advance() != Stage::Done {}
    tsne.positions()
}

#[test]
fn layouts_have_the_bits_that_are_on_record() {
    let short = TsneConfig {
        iterations: 300,
        reduce_to: Some(8),
        ..TsneConfig::default()
    };
    let mut found = BTreeMap::new();
    found.insert("tsne-600", fingerprint(&tsne(600, 20, &short)));
    // Enough for the search to be divided among workers, where there are several processors.
    let many = TsneConfig {
        iterations: 40,
        ..short
    };
    found.insert("tsne-9000", fingerprint(&tsne(9_000, 20, &many)));

    let mut distances =
        DissimilarityBuilder::new(noise(300 * 20, 2), 300, 20, Metric::Cosine).unwrap();
    while !distances.advance() {}
    let mut mds = Mds::new(distances.finish(), &MdsConfig::default()).unwrap();
    while mds.advance() != Stage::Done {}
    found.insert("mds-300", fingerprint(&mds.positions()));

    let sequence = (3..6).map(|seed| (noise(400 * 10, seed), 10)).collect();
    let config = DynamicTsneConfig {
        iterations: 300,
        ..DynamicTsneConfig::default()
    };
    let mut evolution = DynamicTsne::new(sequence, 400, &config).unwrap();
    while evolution.advance() != Stage::Done {}
    let layouts: Vec<f32> = (0..3)
        .flat_map(|step| evolution.positions(step).unwrap().to_vec())
        .collect();
    found.insert("evolution-400", fingerprint(&layouts));

    let expected: BTreeMap<&str, String> =
        serde_json::from_str(include_str!("reference/bits.json")).unwrap();
    assert_eq!(
        found, expected,
        "a change of the arithmetic, if it was meant, needs a new tests/reference/bits.json"
    );
}
