//! What a frame, a hover and a lasso cost: `cargo bench --bench canvas`.
//!
//! The goal for a frame of 10,000 points of radius 4 CSS pixels at device pixel ratio 2 in a
//! raster of 1400 × 1400 is 16 ms in wasm.

use divan::{Bencher, black_box};
use hidden_activity::canvas::hit::PointGrid;
use hidden_activity::canvas::lasso::Lasso;
use hidden_activity::canvas::mark::{Emphasis, Mark};
use hidden_activity::canvas::palette::Theme;
use hidden_activity::canvas::raster::Raster;
use hidden_activity::canvas::scatter::{Scatter, ScatterPainter, ScatterStyle};
use hidden_activity::canvas::viewport::Viewport;
use rand::{Rng, SeedableRng};

fn main() {
    divan::main();
}

/// Ten round clusters, one misclassified observation in twenty.
fn plot(n: usize) -> (Vec<f32>, Vec<Mark>) {
    let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(1);
    let (mut positions, mut marks) = (Vec::new(), Vec::new());
    for k in 0..n {
        let class = k % 10;
        let angle = random.random::<f32>() * std::f32::consts::TAU;
        let distance = random.random::<f32>().sqrt();
        positions.push((class % 4) as f32 * 2.0 + distance * angle.cos());
        positions.push((class / 4) as f32 * 2.0 + distance * angle.sin());
        let predicted = if k % 20 == 0 { (class + 1) % 10 } else { class };
        marks.push(Mark::observation(Some(class), Some(predicted), Theme::Dark));
    }
    (positions, marks)
}

fn frame(bencher: Bencher, n: usize, look: impl Fn(&mut ScatterStyle), emphasis: Emphasis) {
    let (positions, mut marks) = plot(n);
    for mark in &mut marks {
        mark.emphasis = emphasis;
    }
    let view = Viewport::fit(&positions, 700.0, 700.0, 16.0);
    let mut style = ScatterStyle::for_points(n, &view, 2.0, Theme::Dark);
    look(&mut style);
    let (mut painter, mut raster) = (ScatterPainter::new(), Raster::default());
    bencher.bench_local(|| {
        let scatter = Scatter {
            positions: &positions,
            marks: &marks,
            viewport: &view,
            hovered: Some(7),
        };
        painter.paint(&mut raster, black_box(scatter), style);
        black_box(&raster);
    });
}

#[divan::bench]
fn frame_10_000_radius_4(bencher: Bencher) {
    frame(
        bencher,
        10_000,
        |style| style.radius = 4.0,
        Emphasis::Normal,
    );
}

#[divan::bench]
fn frame_10_000_radius_4_opaque(bencher: Bencher) {
    let look = |style: &mut ScatterStyle| (style.radius, style.opacity) = (4.0, 1.0);
    frame(bencher, 10_000, look, Emphasis::Normal);
}

#[divan::bench]
fn frame_10_000_all_selected(bencher: Bencher) {
    frame(
        bencher,
        10_000,
        |style| style.radius = 4.0,
        Emphasis::Selected,
    );
}

#[divan::bench(args = [2_000, 10_000, 70_000])]
fn frame_by_density(bencher: Bencher, n: usize) {
    frame(bencher, n, |_| (), Emphasis::Normal);
}

#[divan::bench]
fn clear(bencher: Bencher) {
    let mut raster = Raster::new(1400, 1400);
    bencher.bench_local(|| black_box(&mut raster).clear(Theme::Dark.background()));
}

#[divan::bench]
fn masks_for_a_new_size(bencher: Bencher) {
    let view = Viewport::fit(&[0.0, 0.0], 10.0, 10.0, 0.0);
    let (mut painter, mut raster) = (ScatterPainter::new(), Raster::default());
    let mut style = ScatterStyle::for_points(10_000, &view, 2.0, Theme::Dark);
    let mut odd = false;
    bencher.bench_local(|| {
        odd = !odd;
        style.radius = if odd { 4.0 } else { 4.1 };
        let scatter = Scatter {
            positions: &[],
            marks: &[],
            viewport: &view,
            hovered: None,
        };
        painter.paint(&mut raster, scatter, style);
    });
}

#[divan::bench]
fn grid_of_70_000(bencher: Bencher) {
    let (positions, _) = plot(70_000);
    bencher.bench_local(|| PointGrid::new(black_box(&positions)));
}

#[divan::bench]
fn hover_over_70_000(bencher: Bencher) {
    let (positions, _) = plot(70_000);
    let (grid, view) = (
        PointGrid::new(&positions),
        Viewport::fit(&positions, 700.0, 700.0, 16.0),
    );
    let mut x = 0.0;
    bencher.bench_local(|| {
        x = (x + 7.3) % 700.0;
        black_box(grid.nearest(&view, [x, 350.0], 16.0, None))
    });
}

#[divan::bench]
fn lasso_of_200_corners_over_70_000(bencher: Bencher) {
    let (positions, _) = plot(70_000);
    let view = Viewport::fit(&positions, 700.0, 700.0, 16.0);
    let corners: Vec<_> = (0..200)
        .map(|k| f64::from(k) * std::f64::consts::TAU / 200.0)
        .map(|a| [350.0 + 300.0 * a.cos(), 350.0 + 300.0 * a.sin()])
        .collect();
    let lasso = Lasso::polygon(&corners);
    bencher.bench_local(|| black_box(lasso.enclosed(&view, &positions, None)));
}
