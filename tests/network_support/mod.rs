//! A small task to learn, and ways to run a future without a browser.
#![allow(dead_code)]

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use hidden_activity::dataset::ImageShape;
use hidden_activity::network::{
    Keep, NetworkConfig, Observed, TrainInputs, Training, TrainingConfig, device,
};

/// Pixels of an image of [`blobs`].
pub const PIXELS: usize = 36;
/// Shape of an image of [`blobs`].
pub const SHAPE: ImageShape = ImageShape {
    height: 6,
    width: 6,
    channels: 1,
};
/// Classes of [`blobs`].
pub const CLASSES: usize = 4;

/// Labelled images.
pub struct Blobs {
    pub images: Vec<u8>,
    pub labels: Vec<u8>,
}

/// `n` noisy 6×6 images in four classes: a bright quadrant each. The classes take turns.
pub fn blobs(n: usize, seed: u64) -> Blobs {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut noise = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as u8
    };
    let mut images = Vec::with_capacity(n * PIXELS);
    let mut labels = Vec::with_capacity(n);
    for image in 0..n {
        let class = image % CLASSES;
        for pixel in 0..PIXELS {
            let (row, column) = (pixel / 6, pixel % 6);
            let bright = (row / 3) * 2 + column / 3 == class;
            images.push(noise() / 2 + if bright { 100 } else { 0 });
        }
        labels.push(class as u8);
    }
    Blobs { images, labels }
}

impl Blobs {
    /// As images to train on.
    pub fn train(&self) -> TrainInputs {
        TrainInputs::new(self.images.clone(), self.labels.clone(), SHAPE, CLASSES).unwrap()
    }

    /// What a network shows for them.
    pub fn observe(&self, training: &Training, keep: Keep) -> Observed {
        let mut observer = training.observer(&self.images, &self.labels, keep).unwrap();
        while block_on(observer.advance()).unwrap() {}
        assert_eq!(observer.fraction(), 1.0);
        observer.finish()
    }
}

/// A perceptron without dropout.
pub fn mlp(hidden: &[usize]) -> NetworkConfig {
    NetworkConfig::perceptron(hidden)
}

/// Training on the CPU.
pub fn train(inputs: &TrainInputs, network: &NetworkConfig, config: &TrainingConfig) -> Training {
    Training::new(&device::cpu(), inputs.clone(), network, config.clone()).unwrap()
}

/// Trains to the end; the loss of each step.
pub fn losses(training: &mut Training) -> Vec<f32> {
    let mut losses = Vec::new();
    while !training.is_finished() {
        losses.push(block_on(training.step()).unwrap().loss.unwrap());
    }
    losses
}

/// Runs a future that never waits for anything but itself.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
        std::thread::yield_now();
    }
}
