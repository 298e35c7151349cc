//! Native timings of the projection kernels: `cargo bench --bench projection`.
//!
//! The data are synthetic: ten clusters whose variance falls from feature to feature, like images
//! reduced by PCA. See benches/wasm for the same in WebAssembly and on MNIST.

use divan::{Bencher, black_box};
use hidden_activity::projection::{
    Affinities, Dissimilarities, DynamicTsne, DynamicTsneConfig, Mds, MdsConfig, Metric, Pca,
    ProjectionQuality, Repulsion, Repulsor, Stage, Tsne, TsneConfig, attract, neighborhood_hit,
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

fn data(n: usize, d: usize) -> Vec<f32> {
    (0..n * d)
        .map(|at| {
            let (i, j) = (at / d, at % d);
            let centre = ((i % 10) * (j + 3) % 7) as f32 / 3.0;
            (centre + noise(at) + noise(at * 31 + 7)) / (1.0 + 0.1 * j as f32)
        })
        .collect()
}

fn labels(n: usize) -> Vec<u8> {
    (0..n).map(|i| (i % 10) as u8).collect()
}

/// Ten round clusters in the plane, as wide as a finished layout of so many points.
fn layout(n: usize) -> Vec<f32> {
    let scale = (n as f32).sqrt();
    (0..2 * n)
        .map(|at| {
            let centre = ((at / 2 % 10) * (at % 2 * 5 + 3) % 11) as f32 / 10.0;
            scale * (centre + 0.08 * (noise(at) + noise(at + 999_983) + noise(at + 77_777)))
        })
        .collect()
}

#[divan::bench(args = [2_000, 10_000])]
fn affinities(bencher: Bencher, n: usize) {
    let data = data(n, 50);
    bencher.bench(|| Affinities::new(&data, n, 50, 30.0));
}

#[divan::bench(args = [2_000, 10_000])]
fn attraction(bencher: Bencher, n: usize) {
    let affinities = Affinities::new(&data(n, 50), n, 50, 30.0).expect("the data are finite");
    let (layout, mut forces) = (layout(n), vec![0.0; 2 * n]);
    bencher.bench_local(|| attract(&affinities, &layout, black_box(&mut forces)));
}

fn repulsion(bencher: Bencher, n: usize, method: Repulsion) {
    let (layout, mut forces) = (layout(n), vec![0.0; 2 * n]);
    let mut repulsor = Repulsor::new(method, n);
    bencher.bench_local(|| repulsor.compute(&layout, 0.5, black_box(&mut forces)));
}

#[divan::bench(args = [200, 400, 2_000])]
fn repulsion_exact(bencher: Bencher, n: usize) {
    repulsion(bencher, n, Repulsion::Exact);
}

#[divan::bench(args = [2_000, 10_000])]
fn repulsion_barnes_hut(bencher: Bencher, n: usize) {
    repulsion(bencher, n, Repulsion::BarnesHut);
}

#[divan::bench(args = [200, 400, 2_000, 10_000, 70_000])]
fn repulsion_multipole(bencher: Bencher, n: usize) {
    repulsion(bencher, n, Repulsion::Multipole);
}

#[divan::bench(sample_count = 5)]
fn tsne_2000(bencher: Bencher) {
    bencher
        .with_inputs(|| data(2_000, 50))
        .bench_values(|data| {
            let mut tsne =
                Tsne::new(data, 2_000, 50, &TsneConfig::default()).expect("the data are finite");
            while tsne.advance() != Stage::Done {}
            tsne
        });
}

#[divan::bench(sample_count = 3)]
fn dynamic_tsne_6_times_2000(bencher: Bencher) {
    bencher
        .with_inputs(|| vec![(data(2_000, 50), 50); 6])
        .bench_values(|sequence| {
            let config = DynamicTsneConfig::default();
            let mut run = DynamicTsne::new(sequence, 2_000, &config).expect("the data are finite");
            while run.advance() != Stage::Done {}
            run
        });
}

#[divan::bench(args = [784, 1_000], sample_count = 5)]
fn pca_to_50(bencher: Bencher, d: usize) {
    let data = data(2_000, d);
    bencher.bench(|| Pca::fit(&data, 2_000, d, 50, 0));
}

#[divan::bench(args = [512, 1_000], sample_count = 5)]
fn mds(bencher: Bencher, n: usize) {
    let items = Dissimilarities::between_columns(&data(500, n), 500, n, Metric::Correlation);
    let items = items.expect("the data are finite");
    bencher.with_inputs(|| items.clone()).bench_values(|items| {
        let mut mds = Mds::new(items, &MdsConfig::default()).expect("the configuration is valid");
        while mds.advance() != Stage::Done {}
        mds
    });
}

#[divan::bench]
fn neighborhood_hit_10000(bencher: Bencher) {
    let (layout, labels) = (layout(10_000), labels(10_000));
    bencher.bench(|| neighborhood_hit(&layout, 2, &labels, 6));
}

#[divan::bench(sample_count = 5)]
fn quality_2000_times_1000(bencher: Bencher) {
    let (data, layout, labels) = (data(2_000, 1_000), layout(2_000), labels(2_000));
    bencher.bench(|| {
        let distances = Dissimilarities::between_rows(&data, 2_000, 1_000, Metric::Euclidean)?;
        ProjectionQuality::measure(&distances, &layout, &labels, 6)
    });
}
