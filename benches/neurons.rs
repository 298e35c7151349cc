//! Native timings of the neurons' scores and answers: `cargo bench --bench neurons`.
//!
//! The same forest in WebAssembly: benches/wasm, row `forest`. The goal there is 2 s for ten
//! classes of 100 trees on 2,000 × 512 on one thread (scikit-learn, natively: 4.8 s).

use divan::{Bencher, black_box};
use hidden_activity::neurons::{
    ActivationHistogram, DiscriminativeForest, ForestConfig, Growth, mean_over_neurons,
    mean_over_observations, strongest_observations,
};

fn main() {
    divan::main();
}

/// Numbers in [-1, 1) that look random.
fn noise(at: usize) -> f32 {
    let hash = (at as u32).wrapping_mul(0x9e37_79b9);
    let hash = (hash ^ (hash >> 15)).wrapping_mul(0x85eb_ca6b);
    (hash ^ (hash >> 13)) as f32 / 2_147_483_648.0 - 1.0
}

/// Rectified activations of ten classes: each neuron prefers some classes over the others.
fn activations(n: usize, d: usize) -> Vec<f32> {
    (0..n * d)
        .map(|at| {
            let (i, j) = (at / d, at % d);
            let preference = noise((i % 10) * 7_919 + j * 31);
            (preference + 0.7 * (noise(at) + noise(at + 999_983))).max(0.0)
        })
        .collect()
}

fn labels(n: usize) -> Vec<u8> {
    (0..n).map(|i| (i % 10) as u8).collect()
}

#[divan::bench(args = [512, 4_096], sample_count = 3)]
fn forest_10_classes_100_trees_2_000(bencher: Bencher, d: usize) {
    let (data, labels) = (activations(2_000, d), labels(2_000));
    bencher.with_inputs(|| data.clone()).bench_values(|data| {
        let config = ForestConfig::default();
        let forest = DiscriminativeForest::new(data, 2_000, d, &labels, &config);
        let mut forest = forest.expect("the data are finite");
        while forest.advance() != Growth::Done {}
        forest.scores()
    });
}

#[divan::bench]
fn click_on_one_neuron_of_4_096(bencher: Bencher) {
    let (data, labels) = (activations(2_000, 4_096), labels(2_000));
    bencher.bench_local(|| {
        let histogram = ActivationHistogram::new(black_box(&data), 4_096, &labels, 460, 40);
        (histogram, strongest_observations(&data, 4_096, 460, 30))
    });
}

#[divan::bench]
fn means_of_half_of_2_000_by_4_096(bencher: Bencher) {
    let data = activations(2_000, 4_096);
    let (rows, columns): (Vec<u32>, Vec<u32>) = ((0..1_000).collect(), (0..2_048).collect());
    bencher.bench_local(|| {
        let neurons = mean_over_neurons(black_box(&data), 4_096, &columns);
        (neurons, mean_over_observations(&data, 4_096, &rows))
    });
}
