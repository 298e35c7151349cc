//! One training step on the processor, by network.
//!
//! `cargo bench --bench network`

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use divan::Bencher;
use hidden_activity::dataset::ImageShape;
use hidden_activity::network::{
    NetworkConfig, Preset, TrainInputs, Training, TrainingConfig, device,
};

fn main() {
    divan::main();
}

const BATCH: usize = 128;

/// Random images in ten classes.
fn training(network: &NetworkConfig, shape: ImageShape) -> Option<Training> {
    let mut state = 1_u32;
    let mut byte = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    let images: Vec<u8> = (0..BATCH * shape.pixels()).map(|_| byte()).collect();
    let labels: Vec<u8> = (0..BATCH).map(|i| (i % 10) as u8).collect();
    let inputs = TrainInputs::new(images, labels, shape, 10).ok()?;
    let config = TrainingConfig {
        batch_size: BATCH,
        ..TrainingConfig::default()
    };
    Training::new(&device::cpu(), inputs, network, config).ok()
}

/// On the processor a step waits for nothing.
fn now<T>(future: impl Future<Output = T>) -> Option<T> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}

fn steps(bencher: Bencher, network: &NetworkConfig, shape: ImageShape) {
    let mut training = training(network, shape).expect("the settings are valid");
    bencher.bench_local(|| now(training.step()));
}

const GREY: ImageShape = ImageShape {
    height: 28,
    width: 28,
    channels: 1,
};
const COLOUR: ImageShape = ImageShape {
    height: 32,
    width: 32,
    channels: 3,
};

#[divan::bench(sample_count = 20)]
fn perceptron_256_x_4(bencher: Bencher) {
    steps(bencher, &NetworkConfig::perceptron(&[256; 4]), GREY);
}

#[divan::bench(sample_count = 10)]
fn perceptron_paper(bencher: Bencher) {
    steps(bencher, &Preset::PerceptronPaper.network(), GREY);
}

#[divan::bench(sample_count = 10)]
fn convolutional_light(bencher: Bencher) {
    steps(bencher, &Preset::ConvolutionalLight.network(), COLOUR);
}
