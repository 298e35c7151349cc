//! The projection core behind plain exported functions, for run.mjs and benches/browser to time.
//!
//! One task at a time: fill the input, start a task, advance it until it answers 4 (done), read the
//! output.

mod divergence;

use std::cell::RefCell;

use divergence::Yardstick;
use hidden_activity::projection::{
    Dissimilarities, DynamicTsne, DynamicTsneConfig, Mds, MdsConfig, Metric, Pca,
    ProjectionQuality, Repulsion, Stage, Tsne, TsneConfig, neighborhood_hit,
};

enum Task {
    Tsne(Tsne),
    Dynamic(DynamicTsne),
    Mds(Mds),
}

thread_local! {
    static INPUT: RefCell<Vec<f32>> = const { RefCell::new(Vec::new()) };
    static OUTPUT: RefCell<Vec<f32>> = const { RefCell::new(Vec::new()) };
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

#[unsafe(no_mangle)]
extern "C" fn advance() -> u32 {
    TASK.with(|task| match task.borrow_mut().as_mut() {
        Some(Task::Tsne(task)) => task.advance() as u32,
        Some(Task::Dynamic(task)) => task.advance() as u32,
        Some(Task::Mds(task)) => task.advance() as u32,
        None => Stage::Done as u32,
    })
}

#[unsafe(no_mangle)]
extern "C" fn iteration() -> u32 {
    TASK.with(|task| match task.borrow().as_ref() {
        Some(Task::Tsne(task)) => task.iteration(),
        Some(Task::Dynamic(task)) => task.iteration(),
        Some(Task::Mds(task)) => task.iteration(),
        None => 0,
    })
}

/// Divergence of t-SNE (the mean over the steps of dynamic t-SNE), or normalised stress of MDS.
#[unsafe(no_mangle)]
extern "C" fn cost() -> f64 {
    TASK.with(|task| match task.borrow_mut().as_mut() {
        Some(Task::Tsne(task)) => task.kl_divergence(),
        Some(Task::Dynamic(task)) => {
            let all = task.kl_divergences();
            all.iter().sum::<f64>() / all.len() as f64
        }
        Some(Task::Mds(task)) => task.stress().map_or(0.0, |stress| stress.normalised),
        None => 0.0,
    })
}

/// The layout of the task, to the output.
#[unsafe(no_mangle)]
extern "C" fn layout() {
    TASK.with(|task| match task.borrow().as_ref() {
        Some(Task::Tsne(task)) => answer(task.positions()),
        Some(Task::Dynamic(task)) => answer(task.positions(0).unwrap_or_default().to_vec()),
        Some(Task::Mds(task)) => answer(task.positions()),
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
