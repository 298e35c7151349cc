//! Our own kernels and optimizers beside burn's.
#![cfg(feature = "trainer")]
#![allow(clippy::unwrap_used)]

use crate::network_support;

use burn::optim::momentum::MomentumConfig;
use burn::optim::{AdamConfig, AdamWConfig, SgdConfig};
use burn::tensor::{Tensor, TensorData};
use hidden_activity::network::{
    ConvActivations, Device, DeviceInfo, DeviceKind, Keep, LayerConfig, NetworkConfig, Optimizer,
    OptimizerState, Schedule, Training, TrainingConfig, device,
};
use network_support::{blobs, block_on, losses, mlp};

/// burn on the processor, through the code that runs on a GPU.
fn burn_device() -> Device {
    let info = DeviceInfo {
        kind: DeviceKind::Cpu,
        name: "flex".into(),
        software: false,
    };
    Device::of_burn(burn::tensor::Device::flex(), info)
}

#[test]
fn both_engines_train_alike_and_see_alike() {
    use LayerConfig::{Conv, Dense, Dropout, Pool};
    let convolutional = vec![
        Conv { channels: 4 },
        Pool,
        Dropout { rate: 0.2 },
        Conv { channels: 9 },
        Pool,
        Dense { width: 12 },
        Dropout { rate: 0.3 },
        Dense { width: 5 },
    ];
    let networks = [
        mlp(&[20, 30]).with_dropout(0.2),
        mlp(&[]),
        NetworkConfig {
            layers: convolutional,
        },
        NetworkConfig {
            layers: vec![Pool, Conv { channels: 3 }],
        },
    ];
    let inputs = blobs(150, 3);
    for network in &networks {
        for optimizer in [Optimizer::Adam, Optimizer::Sgd { momentum: 0.9 }] {
            let config = TrainingConfig {
                optimizer,
                learning_rate: 0.005,
                weight_decay: 0.1,
                schedule: Schedule::Cosine,
                shifts: 1,
                standardise: true,
                epochs: 3,
                ..TrainingConfig::default()
            };
            let mut trainings = [device::cpu(), burn_device()].map(|device| {
                Training::new(&device, inputs.train(), network, config.clone()).unwrap()
            });
            let [ours, theirs] = trainings.each_mut().map(losses);
            for (a, b) in ours.iter().zip(&theirs) {
                assert!((a - b).abs() < 1e-4, "{a} instead of {b}: {network:?}");
            }
            for conv in [ConvActivations::Average, ConvActivations::Flattened] {
                let [ours, theirs] = trainings
                    .each_ref()
                    .map(|training| inputs.observe(training, Keep::Activations(conv)));
                assert_eq!(ours.layers.len(), theirs.layers.len());
                for (a, b) in ours.layers.iter().zip(&theirs.layers) {
                    assert_eq!(a.len(), b.len());
                    for (a, b) in a.iter().zip(b) {
                        assert!((a - b).abs() < 1e-3 * (1.0 + a.abs()), "{a} instead of {b}");
                    }
                }
            }
            // A checkpoint of one goes on in the other.
            let checkpoint = block_on(trainings[1].checkpoint()).unwrap();
            let config = TrainingConfig {
                epochs: 4,
                ..config
            };
            let mut resumed = [device::cpu(), burn_device()].map(|device| {
                let inputs = inputs.train();
                Training::from_checkpoint(&device, inputs, network, config.clone(), &checkpoint)
                    .unwrap()
            });
            let [ours, theirs] = resumed.each_mut().map(losses);
            assert_eq!(ours.len(), 3);
            for (a, b) in ours.iter().zip(&theirs) {
                assert!((a - b).abs() < 1e-4, "{a} instead of {b}: {network:?}");
            }
        }
    }
}

fn config(optimizer: Optimizer, weight_decay: f32) -> TrainingConfig {
    TrainingConfig {
        optimizer,
        weight_decay,
        ..TrainingConfig::default()
    }
}

#[test]
fn adam_is_the_adam_of_burn() {
    let theirs = AdamConfig::new().with_epsilon(1e-8).build();
    compare(&config(Optimizer::Adam, 0.0), &theirs);
}

#[test]
fn weight_decay_is_that_of_adamw() {
    let theirs = AdamWConfig::new()
        .with_epsilon(1e-8)
        .with_weight_decay(0.3)
        .build();
    compare(&config(Optimizer::Adam, 0.3), &theirs);
}

#[test]
fn descent_is_the_descent_of_burn() {
    let momentum = MomentumConfig {
        momentum: 0.9,
        dampening: 0.0,
        nesterov: false,
    };
    let theirs = SgdConfig::new().with_momentum(Some(momentum)).build();
    compare(&config(Optimizer::Sgd { momentum: 0.9 }, 0.0), &theirs);
    let plain = Optimizer::Sgd { momentum: 0.0 };
    compare(&config(plain, 0.0), &SgdConfig::new().build());
}

/// Both optimizers on the same gradients of changing size, for 30 updates; ours on the processor and
/// as on a GPU.
fn compare<O: burn::optim::Optimizer>(config: &TrainingConfig, theirs: &O) {
    const RATE: f64 = 0.01;
    let device = burn::tensor::Device::flex();
    let tensor = |values: &[f32]| {
        Tensor::<1>::from_data(TensorData::new(values.to_vec(), [values.len()]), &device)
    };
    let start: Vec<f32> = (0..128).map(|i| (i as f32 * 0.37).sin()).collect();
    let (mut a, mut b, mut state) = (tensor(&start), tensor(&start), None);
    let mut c = start;
    let mut on_tensors = OptimizerState::new(config);
    let mut on_slices = OptimizerState::<Vec<f32>>::new(config);
    for update in 0..30 {
        let gradient: Vec<f32> = (0..128)
            .map(|i| ((i * 31 + update * 17) as f32).sin() * 10f32.powi(i % 7 - 4))
            .collect();
        a = on_tensors.update_tensor(a, tensor(&gradient), RATE);
        on_slices.update(&mut c, &gradient, RATE);
        (b, state) = theirs.step(RATE, b, tensor(&gradient), state);
    }
    let (a, b) = (
        a.try_into_vec_as::<f32>().unwrap(),
        b.try_into_vec_as::<f32>().unwrap(),
    );
    for ((a, b), c) in a.iter().zip(&b).zip(&c) {
        assert!((a - b).abs() < 1e-5, "{a} instead of {b}");
        assert!((c - b).abs() < 1e-5, "{c} instead of {b}");
    }
}
