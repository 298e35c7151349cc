//! Native timings of bundling and of drawing trails: `cargo bench --bench trails`.
//!
//! The goals: 2,000 trails of 6 steps bundled in under a second in WebAssembly (benches/wasm, row
//! `trails`), and drawn in under 16 ms at 900 × 700 pixels.

use divan::{Bencher, black_box};
use hidden_activity::canvas::clusters::{ClusterConfig, find_clusters};
use hidden_activity::canvas::insets::{InsetRoom, place_insets};
use hidden_activity::canvas::mark::Emphasis;
use hidden_activity::canvas::palette::{Theme, class_color};
use hidden_activity::canvas::raster::Raster;
use hidden_activity::canvas::trail_painter::{TrailPainter, TrailScene, TrailStyle};
use hidden_activity::canvas::viewport::Viewport;
use hidden_activity::trails::{Bundling, BundlingConfig, TrailPaths, Trails};

fn main() {
    divan::main();
}

/// Numbers in [-1, 1) that look random.
fn noise(at: usize) -> f32 {
    let hash = (at as u32).wrapping_add(1).wrapping_mul(0x9e37_79b9);
    let hash = (hash ^ (hash >> 15)).wrapping_mul(0x85eb_ca6b);
    (hash ^ (hash >> 13)) as f32 / 2_147_483_648.0 - 1.0
}

/// Ten classes that part more and more; each observation strays on its way.
fn evolution(n: usize, steps: usize) -> Trails {
    let mut layouts = Vec::new();
    for t in 0..steps {
        for i in 0..n {
            let class = i % 10;
            let centre = [(class % 4) as f32 - 1.5, (class / 4) as f32 - 1.0];
            for (k, centre) in centre.into_iter().enumerate() {
                let start = 8.0 * noise(2 * i + k);
                let end = 10.0 * centre + 3.0 * noise(7_777 + 2 * i + k);
                let part = t as f32 / (steps - 1) as f32;
                let astray = 1.5 * noise(99_991 * (t + 1) + 2 * i + k);
                layouts.push(start + (end - start) * part + astray);
            }
        }
    }
    Trails::new(layouts, n, steps).expect("finite")
}

fn bundle(trails: &Trails, groups: Option<&[u8]>) -> Bundling {
    let bundling = Bundling::new(trails, groups, &BundlingConfig::default());
    let mut bundling = bundling.expect("valid trails");
    while bundling.advance() {}
    bundling
}

fn classes(n: usize) -> Vec<u8> {
    (0..n).map(|i| (i % 10) as u8).collect()
}

#[divan::bench(sample_count = 10)]
fn bundling_2_000_by_6(bencher: Bencher) {
    let trails = evolution(2_000, 6);
    bencher.bench_local(|| bundle(black_box(&trails), None));
}

#[divan::bench(sample_count = 10)]
fn bundling_2_000_by_6_class_by_class(bencher: Bencher) {
    let (trails, classes) = (evolution(2_000, 6), classes(2_000));
    bencher.bench_local(|| bundle(black_box(&trails), Some(&classes)));
}

#[divan::bench]
fn another_strength(bencher: Bencher) {
    let bundling = bundle(&evolution(2_000, 6), None);
    let mut paths = TrailPaths::default();
    bencher.bench_local(|| bundling.write_paths(black_box(0.7), &mut paths));
}

/// `scale`: device pixels per CSS pixel of a picture of 900 × 700.
#[divan::bench(args = [1, 2])]
fn frame_2_000_trails(bencher: Bencher, scale: usize) {
    let bundling = bundle(&evolution(2_000, 6), None);
    let mut paths = TrailPaths::default();
    bundling.write_paths(0.8, &mut paths);
    let viewport = Viewport::fit(&paths.vertices, 900.0, 700.0, 16.0);
    let colours: Vec<_> = (0..2_000).map(|i| class_color(i % 10)).collect();
    let emphasis = vec![Emphasis::Normal; 2_000];
    let style = TrailStyle::for_trails(2_000, scale as f64, Theme::Dark);
    let mut painter = TrailPainter::new();
    let mut raster = Raster::new(900 * scale, 700 * scale);
    bencher.bench_local(|| {
        raster.clear(Theme::Dark.background());
        let scene = TrailScene {
            paths: &paths,
            colours: &colours,
            emphasis: &emphasis,
            viewport: &viewport,
            hovered: Some(5),
        };
        painter.paint(&mut raster, black_box(scene), style);
    });
}

#[divan::bench(args = [2_000, 10_000])]
fn clusters_of_ten_classes(bencher: Bencher, n: usize) {
    let trails = evolution(n, 6);
    let (layout, classes) = (trails.layout(5).expect("six steps"), classes(n));
    bencher.bench_local(|| find_clusters(black_box(layout), &classes, ClusterConfig::default()));
}

#[divan::bench]
fn twenty_insets(bencher: Bencher) {
    let pixel = |at: usize| {
        [
            450.0 + 300.0 * f64::from(noise(at)),
            350.0 + 250.0 * f64::from(noise(at + 9_999)),
        ]
    };
    let points: Vec<_> = (0..2_000).map(pixel).collect();
    let targets: Vec<_> = (0..20).map(|k| points[k * 97]).collect();
    let room = InsetRoom {
        size: [900.0, 700.0],
        side: 48.0,
        gap: 6.0,
        points: &points,
    };
    bencher.bench_local(|| place_insets(black_box(&targets), room));
}
