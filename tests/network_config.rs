//! Settings are checked before anything runs, with a word on what would do.
#![allow(clippy::unwrap_used)]

use hidden_activity::network::{
    DeviceKind, MlpConfig, Optimizer, TrainingConfig, adapter_name, automatic_device, is_software,
};

#[test]
fn the_presets_are_valid_and_counted() {
    assert_eq!(MlpConfig::paper().validate(), Ok(()));
    assert_eq!(MlpConfig::light().validate(), Ok(()));
    assert_eq!(TrainingConfig::default().validate(), Ok(()));
    let paper = 784 * 1000 + 1000 + 3 * (1000 * 1000 + 1000) + 1000 * 10 + 10;
    assert_eq!(MlpConfig::paper().parameter_count(784, 10), paper);
    let none = MlpConfig {
        hidden: vec![],
        dropout: 0.0,
    };
    assert_eq!(none.validate(), Ok(()));
    assert_eq!(none.parameter_count(784, 10), 7850);
}

#[test]
fn what_cannot_be_used_is_named() {
    let mlp = |hidden: &[usize], dropout| MlpConfig {
        hidden: hidden.to_vec(),
        dropout,
    };
    for (bad, word) in [
        (mlp(&[10, 0], 0.0), "hidden layer 2"),
        (mlp(&[1_000_000], 0.0), "1000000"),
        (mlp(&[10; 33], 0.0), "33 hidden layers"),
        (mlp(&[10], 1.0), "dropout of 1"),
        (mlp(&[10], -0.1), "dropout of -0.1"),
        (mlp(&[10], f32::NAN), "dropout of NaN"),
    ] {
        let message = bad.validate().unwrap_err().to_string();
        assert!(message.contains(word), "{message}");
        assert!(message.contains("choose"), "{message}");
    }
    let default = TrainingConfig::default;
    for rate in [0.0, -1.0, f32::NAN, f32::INFINITY] {
        let config = TrainingConfig {
            learning_rate: rate,
            ..default()
        };
        assert!(config.validate().is_err());
    }
    let config = TrainingConfig {
        batch_size: 0,
        ..default()
    };
    assert!(config.validate().is_err());
    let config = TrainingConfig {
        optimizer: Optimizer::Sgd { momentum: 1.0 },
        ..default()
    };
    assert!(config.validate().is_err());
    let config = TrainingConfig {
        epochs: 0,
        ..default()
    };
    assert_eq!(config.validate(), Ok(()));
}

#[test]
fn settings_survive_json() {
    let config = TrainingConfig {
        optimizer: Optimizer::Sgd { momentum: 0.9 },
        ..TrainingConfig::default()
    };
    let text = serde_json::to_string(&config).unwrap();
    assert_eq!(
        serde_json::from_str::<TrainingConfig>(&text).unwrap(),
        config
    );
    assert_eq!(
        serde_json::to_string(&DeviceKind::WebGpu).unwrap(),
        "\"webgpu\""
    );
}

#[test]
fn a_real_adapter_is_used_and_an_imitated_one_is_not() {
    assert_eq!(automatic_device(None), DeviceKind::Cpu);
    assert_eq!(automatic_device(Some(true)), DeviceKind::Cpu);
    assert_eq!(automatic_device(Some(false)), DeviceKind::WebGpu);
    assert!(is_software(&["google", "swiftshader", ""]));
    assert!(is_software(&["", "", "llvmpipe (LLVM 15)"]));
    assert!(is_software(&["Microsoft Basic Render Driver"]));
    assert!(!is_software(&["nvidia", "hopper", ""]));
}

#[test]
fn an_adapter_has_a_name_without_repetition() {
    assert_eq!(adapter_name(&["nvidia", "hopper", ""]), "nvidia hopper");
    assert_eq!(
        adapter_name(&["apple", "apple", "Apple M2"]),
        "apple Apple M2"
    );
    assert_eq!(adapter_name(&["", "", ""]), "graphics adapter");
}
