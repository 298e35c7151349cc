//! The projection core behind plain exported functions, for run.mjs and benches/browser to time.
//!
//! One task at a time: fill the input, start a task, advance it until it answers 4 (done), read the
//! output.

mod divergence;

use std::cell::RefCell;

use divergence::Yardstick;
use hidden_activity::canvas::mark::Emphasis;
use hidden_activity::canvas::palette::{Theme, class_color};
use hidden_activity::canvas::raster::Raster;
use hidden_activity::canvas::trail_painter::{TrailPainter, TrailScene, TrailStyle};
use hidden_activity::canvas::viewport::Viewport;
use hidden_activity::neurons::{DiscriminativeForest, ForestConfig, Growth};
use hidden_activity::projection::{
    Dissimilarities, DynamicTsne, DynamicTsneConfig, Mds, MdsConfig, Metric, Pca,
    ProjectionQuality, Repulsion, Stage, Tsne, TsneConfig, neighborhood_hit,
};
use hidden_activity::trails::{Bundling, BundlingConfig, TrailPaths, Trails};

enum Task {
    Tsne(Tsne),
    Dynamic(DynamicTsne),
    Mds(Mds),
    Forest(DiscriminativeForest),
    Bundling(Bundling),
}

/// Bundled trails, ready to be drawn.
struct Picture {
    paths: TrailPaths,
    painter: TrailPainter,
    raster: Raster,
    viewport: Viewport,
}

thread_local! {
    static INPUT: RefCell<Vec<f32>> = const { RefCell::new(Vec::new()) };
    static OUTPUT: RefCell<Vec<f32>> = const { RefCell::new(Vec::new()) };
    static PICTURE: RefCell<Option<Picture>> = const { RefCell::new(None) };
    static TASK: RefCell<Option<Task>> = const { RefCell::new(None) };
    static YARDSTICK: RefCell<Option<Yardstick>> = const { RefCell::new(None) };
    static DISSIMILARITIES: RefCell<Option<Dissimilarities>> = const { RefCell::new(None) };
}

fn take_input() -> Vec<f32> {
    INPUT.with(RefCell::take)
}

fn answer(values: Vec<f32>) {
    OUTPUT.with(|output| *output.borrow_mut() = values);
}

#[unsafe(no_mangle)]
extern "C" fn input(length: usize) -> *mut f32 {
    INPUT.with(|input| {
        let mut input = input.borrow_mut();
        input.resize(length, 0.0);
        input.as_mut_ptr()
    })
}

#[unsafe(no_mangle)]
extern "C" fn output() -> *const f32 {
    OUTPUT.with(|output| output.borrow().as_ptr())
}

/// `method`: 0 the default, 1 exact, 2 Barnes-Hut, 3 multipole. `reduce_to`: 0 for none.
#[unsafe(no_mangle)]
extern "C" fn start_tsne(n: usize, d: usize, theta: f32, reduce_to: usize, method: u32) {
    let config = TsneConfig {
        theta,
        reduce_to: (reduce_to > 0).then_some(reduce_to),
        repulsion: match method {
            1 => Repulsion::Exact,
            2 => Repulsion::BarnesHut,
            3 => Repulsion::Multipole,
            _ => Repulsion::Auto,
        },
        ..TsneConfig::default()
    };
    let tsne = Tsne::new(take_input(), n, d, &config).expect("valid data");
    TASK.with(|task| *task.borrow_mut() = Some(Task::Tsne(tsne)));
}

/// `steps` matrices of n × d, one after the other.
#[unsafe(no_mangle)]
extern "C" fn start_dynamic(n: usize, d: usize, steps: usize, lambda: f32) {
    let data = take_input();
    let sequence = data
        .chunks_exact(n * d)
        .take(steps)
        .map(|part| (part.to_vec(), d))
        .collect();
    let config = DynamicTsneConfig {
        lambda,
        ..DynamicTsneConfig::default()
    };
    let run = DynamicTsne::new(sequence, n, &config).expect("valid data");
    TASK.with(|task| *task.borrow_mut() = Some(Task::Dynamic(run)));
}

/// MDS of the columns of n × d data by 1 − |r|; returns after the dissimilarities.
#[unsafe(no_mangle)]
extern "C" fn start_mds(n: usize, d: usize, iterations: u32, tolerance: f64) {
    let items = Dissimilarities::between_columns(&take_input(), n, d, Metric::Correlation);
    let config = MdsConfig {
        iterations,
        tolerance,
        ..MdsConfig::default()
    };
    let mds = Mds::new(items.expect("valid data"), &config).expect("valid configuration");
    TASK.with(|task| *task.borrow_mut() = Some(Task::Mds(mds)));
}

/// Forests for the classes of n × d data followed by n labels; iterations are trees, and the layout
/// is the scores, classes × d.
#[unsafe(no_mangle)]
extern "C" fn start_forest(n: usize, d: usize, trees: u32) {
    let mut data = take_input();
    let labels = take_labels(&mut data, n);
    let config = ForestConfig {
        trees,
        ..ForestConfig::default()
    };
    let forest = DiscriminativeForest::new(data, n, d, &labels, &config).expect("valid data");
    TASK.with(|task| *task.borrow_mut() = Some(Task::Forest(forest)));
}

/// Bundles trails of `steps` layouts of n × 2; the layout is the vertices of the bundled paths.
#[unsafe(no_mangle)]
extern "C" fn start_bundling(n: usize, steps: usize, by_class: u32) {
    let trails = Trails::new(take_input(), n, steps).expect("valid layouts");
    let classes: Vec<u8> = (0..n).map(|i| (i % 10) as u8).collect();
    let groups = (by_class > 0).then_some(&classes[..]);
    let bundling = Bundling::new(&trails, groups, &BundlingConfig::default());
    let bundling = bundling.expect("valid trails");
    TASK.with(|task| *task.borrow_mut() = Some(Task::Bundling(bundling)));
}

fn bundled_paths() -> TrailPaths {
    let mut paths = TrailPaths::default();
    TASK.with(|task| {
        if let Some(Task::Bundling(task)) = task.borrow().as_ref() {
            task.write_paths(1.0, &mut paths);
        }
    });
    paths
}

/// Takes the bundled trails for `draw_trails`.
#[unsafe(no_mangle)]
extern "C" fn prepare_trails(width: usize, height: usize) {
    let paths = bundled_paths();
    let viewport = Viewport::fit(&paths.vertices, width as f64, height as f64, 16.0);
    PICTURE.with(|picture| {
        *picture.borrow_mut() = Some(Picture {
            paths,
            painter: TrailPainter::new(),
            raster: Raster::new(width, height),
            viewport,
        });
    });
}

/// One frame of the trails prepared.
#[unsafe(no_mangle)]
extern "C" fn draw_trails() {
    PICTURE.with(|picture| {
        let mut picture = picture.borrow_mut();
        let Picture {
            paths,
            painter,
            raster,
            viewport,
        } = picture.as_mut().expect("trails are prepared");
        let n = paths.count();
        let colours: Vec<_> = (0..n).map(|i| class_color(i % 10)).collect();
        raster.clear(Theme::Dark.background());
        let scene = TrailScene {
            paths,
            colours: &colours,
            emphasis: &vec![Emphasis::Normal; n],
            viewport,
            hovered: None,
        };
        painter.paint(raster, scene, TrailStyle::for_trails(n, 1.0, Theme::Dark));
    });
}

/// Numbers in the output.
#[unsafe(no_mangle)]
extern "C" fn output_length() -> usize {
    OUTPUT.with(|output| output.borrow().len())
}

#[unsafe(no_mangle)]
extern "C" fn advance() -> u32 {
    TASK.with(|task| match task.borrow_mut().as_mut() {
        Some(Task::Tsne(task)) => task.advance() as u32,
        Some(Task::Dynamic(task)) => task.advance() as u32,
        Some(Task::Mds(task)) => task.advance() as u32,
        Some(Task::Forest(task)) => match task.advance() {
            Growth::Growing | Growth::Grown => Stage::Optimisation as u32,
            Growth::Done => Stage::Done as u32,
        },
        Some(Task::Bundling(task)) => match task.advance() {
            true => Stage::Optimisation as u32,
            false => Stage::Done as u32,
        },
        None => Stage::Done as u32,
    })
}

#[unsafe(no_mangle)]
extern "C" fn iteration() -> u32 {
    TASK.with(|task| match task.borrow().as_ref() {
        Some(Task::Tsne(task)) => task.iteration(),
        Some(Task::Dynamic(task)) => task.iteration(),
        Some(Task::Mds(task)) => task.iteration(),
        Some(Task::Forest(task)) => task.trees_finished() as u32,
        Some(Task::Bundling(_)) | None => 0,
    })
}

/// Divergence of t-SNE (the mean over the steps of dynamic t-SNE), normalised stress of MDS, or the
/// greatest score of a forest.
#[unsafe(no_mangle)]
extern "C" fn cost() -> f64 {
    TASK.with(|task| match task.borrow_mut().as_mut() {
        Some(Task::Tsne(task)) => task.kl_divergence(),
        Some(Task::Dynamic(task)) => {
            let all = task.kl_divergences();
            all.iter().sum::<f64>() / all.len() as f64
        }
        Some(Task::Mds(task)) => task.stress().map_or(0.0, |stress| stress.normalised),
        Some(Task::Forest(task)) => task.scores().greatest().into(),
        Some(Task::Bundling(_)) | None => 0.0,
    })
}

/// The layout of the task, to the output.
#[unsafe(no_mangle)]
extern "C" fn layout() {
    TASK.with(|task| match task.borrow().as_ref() {
        Some(Task::Tsne(task)) => answer(task.positions()),
        Some(Task::Dynamic(task)) => answer(task.positions(0).unwrap_or_default().to_vec()),
        Some(Task::Mds(task)) => answer(task.positions()),
        Some(Task::Forest(task)) => answer(task.scores().values().to_vec()),
        Some(Task::Bundling(_)) => answer(bundled_paths().vertices),
        None => answer(Vec::new()),
    });
}

/// The first k principal coordinates of n × d data, to the output.
#[unsafe(no_mangle)]
extern "C" fn pca(n: usize, d: usize, k: usize) {
    let data = take_input();
    let pca = Pca::fit(&data, n, d, k, 0).expect("valid data");
    answer(pca.transform(&data));
}

fn take_labels(values: &mut Vec<f32>, n: usize) -> Vec<u8> {
    values
        .split_off(values.len() - n)
        .iter()
        .map(|&label| label as u8)
        .collect()
}

/// Neighborhood hit (k = 6) of a layout, n × 2, followed by n labels.
#[unsafe(no_mangle)]
extern "C" fn hit(n: usize) -> f32 {
    let mut layout = take_input();
    let labels = take_labels(&mut layout, n);
    neighborhood_hit(&layout, 2, &labels, 6)
        .expect("valid layout")
        .overall
}

/// All measures of a layout (n × 2) of data (n × d), followed by n labels; returns trustworthiness.
#[unsafe(no_mangle)]
extern "C" fn quality(n: usize, d: usize) -> f64 {
    let mut data = take_input();
    let labels = take_labels(&mut data, n);
    let layout = data.split_off(n * d);
    let distances = Dissimilarities::between_rows(&data, n, d, Metric::Euclidean);
    let distances = distances.expect("valid data");
    ProjectionQuality::measure(&distances, &layout, &labels, 6)
        .expect("valid layout")
        .trustworthiness
}

/// Keeps n × d data as what `divergence` measures layouts against.
#[unsafe(no_mangle)]
extern "C" fn prepare_divergence(n: usize, d: usize, perplexity: f64) {
    let yardstick = Yardstick::new(&take_input(), n, d, perplexity);
    YARDSTICK.with(|kept| *kept.borrow_mut() = Some(yardstick));
}

/// The exact divergence of a layout (n × 2) of the data kept.
#[unsafe(no_mangle)]
extern "C" fn divergence() -> f64 {
    let layout = take_input();
    YARDSTICK.with(|kept| match kept.borrow().as_ref() {
        Some(yardstick) => yardstick.divergence(&layout),
        None => f64::NAN,
    })
}

/// Keeps 1 − |r| of the columns of n × d data as what `relative_stress` measures layouts against.
#[unsafe(no_mangle)]
extern "C" fn prepare_stress(n: usize, d: usize) {
    let items = Dissimilarities::between_columns(&take_input(), n, d, Metric::Correlation);
    DISSIMILARITIES.with(|kept| *kept.borrow_mut() = Some(items.expect("valid data")));
}

/// √(Σ (dissimilarity − distance)² / Σ dissimilarity²) of a layout of what is kept.
#[unsafe(no_mangle)]
extern "C" fn relative_stress() -> f64 {
    let layout = take_input();
    let points: Vec<[f64; 2]> = layout
        .chunks_exact(2)
        .map(|point| [f64::from(point[0]), f64::from(point[1])])
        .collect();
    DISSIMILARITIES.with(|kept| {
        let kept = kept.borrow();
        let items = kept.as_ref().expect("dissimilarities are kept");
        let (mut error, mut all) = (0.0, 0.0);
        for (i, a) in points.iter().enumerate() {
            for (b, &dissimilarity) in points[..i].iter().zip(items.row(i)) {
                let dissimilarity = f64::from(dissimilarity);
                let distance = (a[0] - b[0]).hypot(a[1] - b[1]);
                error += (dissimilarity - distance) * (dissimilarity - distance);
                all += dissimilarity * dissimilarity;
            }
        }
        (error / all).sqrt()
    })
}
