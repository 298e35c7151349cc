//! Settings are checked before anything runs, with a word on what would do.
#![allow(clippy::unwrap_used)]

use hidden_activity::dataset::ImageShape;
use hidden_activity::network::{
    ConvActivations, DeviceKind, LayerConfig, NetworkConfig, Optimizer, Plan, Preset, Schedule,
    TrainingConfig, adapter_name, automatic_device, is_software, outline,
};
use proptest::prelude::*;

const fn shape(height: usize, width: usize, channels: usize) -> ImageShape {
    ImageShape {
        height,
        width,
        channels,
    }
}

#[test]
fn the_presets_are_valid_and_counted() {
    let count = |preset: Preset, shape| {
        let plan = Plan::new(&preset.network(), shape, 10).unwrap();
        assert_eq!(Preset::of(&preset.network()), Some(preset));
        plan.parameter_count()
    };
    let paper = 784 * 1000 + 1000 + 3 * (1000 * 1000 + 1000) + 1000 * 10 + 10;
    assert_eq!(count(Preset::PerceptronPaper, shape(28, 28, 1)), paper);
    let light = 64 * 128 + 128 + 3 * (128 * 128 + 128) + 128 * 10 + 10;
    assert_eq!(count(Preset::PerceptronLight, shape(8, 8, 1)), light);
    let convolutions = 28 * 32 + 289 * 32 + 289 * 64 + 577 * 64;
    let connected = (8 * 8 * 64 + 1) * 4096 + 4097 * 512 + 513 * 10;
    assert_eq!(
        count(Preset::ConvolutionalPaper, shape(32, 32, 3)),
        convolutions + connected
    );
    for size in [
        shape(8, 8, 1),
        shape(28, 28, 1),
        shape(32, 32, 3),
        shape(64, 48, 3),
    ] {
        assert!(count(Preset::ConvolutionalLight, size) > 0);
    }
    assert_eq!(TrainingConfig::default().validate(), Ok(()));
    let none = Plan::new(&NetworkConfig::perceptron(&[]), shape(28, 28, 1), 10).unwrap();
    assert_eq!(none.parameter_count(), 7850);
}

#[test]
fn shapes_follow_from_layer_to_layer() {
    let paper = Preset::ConvolutionalPaper.network();
    let shapes: Vec<String> = outline(&paper, shape(28, 28, 1))
        .map(|layer| layer.unwrap().0.to_string())
        .collect();
    assert_eq!(
        shapes,
        [
            "28×28×32",
            "28×28×32",
            "14×14×32",
            "14×14×32",
            "14×14×64",
            "14×14×64",
            "7×7×64",
            "7×7×64",
            "4096",
            "4096",
            "512",
            "512"
        ]
    );
    let plan = Plan::new(&paper, shape(28, 28, 1), 10).unwrap();
    let observed = |conv| {
        let layers = plan.observed(conv).into_iter();
        layers.map(|l| (l.name, l.width)).collect::<Vec<_>>()
    };
    let named = |all: &[(&str, usize)]| -> Vec<(String, usize)> {
        all.iter()
            .map(|(name, width)| ((*name).into(), *width))
            .collect()
    };
    let connected = [("FC 1", 4096), ("FC 2", 512)];
    assert_eq!(observed(ConvActivations::None), named(&connected));
    let averages = [
        ("Conv 1", 32),
        ("Conv 2", 32),
        ("Conv 3", 64),
        ("Conv 4", 64),
    ];
    assert_eq!(
        observed(ConvActivations::Average),
        named(&[&averages[..], &connected].concat())
    );
    let flat = [
        ("Conv 1", 28 * 28 * 32),
        ("Conv 2", 14 * 14 * 32),
        ("Conv 3", 14 * 14 * 64),
        ("Conv 4", 7 * 7 * 64),
    ];
    assert_eq!(
        observed(ConvActivations::Flattened),
        named(&[&flat[..], &connected].concat())
    );
}

#[test]
fn an_outline_ends_at_the_first_layer_that_cannot_be_built() {
    use LayerConfig::{Conv, Pool};
    let layers = vec![Conv { channels: 4 }, Pool, Pool, Pool, Conv { channels: 4 }];
    let network = NetworkConfig { layers };
    let outline: Vec<_> = outline(&network, shape(5, 6, 1)).collect();
    assert_eq!(outline.len(), 4);
    assert_eq!(outline[2].as_ref().unwrap().0.to_string(), "1×1×4");
    let message = outline[3].as_ref().unwrap_err().to_string();
    assert!(
        message.contains("layer 4 pools 2×2 pixels of a 1×1 image"),
        "{message}"
    );
}

#[test]
fn what_cannot_be_used_is_named() {
    use LayerConfig::{Conv, Dense, Dropout, Pool};
    let build = |layers: &[LayerConfig]| {
        let network = NetworkConfig {
            layers: layers.to_vec(),
        };
        Plan::new(&network, shape(8, 8, 1), 10)
    };
    let dense = Dense { width: 10 };
    for (bad, words) in [
        (&[dense, Dense { width: 0 }][..], ["layer 2", "0 neurons"]),
        (&[Dense { width: 1_000_000 }], ["1000000", "choose 1 to"]),
        (&[dense; 65], ["65 layers", "choose at most 64"]),
        (&[Dropout { rate: 1.0 }], ["dropout of 1", "choose 0"]),
        (&[Dropout { rate: -0.1 }], ["dropout of -0.1", "choose 0"]),
        (
            &[Dropout { rate: f32::NAN }],
            ["dropout of NaN", "choose 0"],
        ),
        (&[Conv { channels: 0 }], ["0 channels", "choose 1 to"]),
        (
            &[dense, Conv { channels: 4 }],
            ["layer 2 is a convolution", "move it before"],
        ),
        (&[dense, Pool], ["layer 2 is a pool", "move it before"]),
        (&[Pool, Pool, Pool, Pool], ["layer 4", "1×1 image"]),
        (
            &[Dense { width: 16_384 }; 4],
            ["do not fit into memory", "narrower layers"],
        ),
    ] {
        let message = build(bad).unwrap_err().to_string();
        for word in words {
            assert!(message.contains(word), "{message}");
        }
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
        schedule: Schedule::Step {
            every: 0,
            factor: 0.5,
        },
        ..default()
    };
    assert!(config.validate().is_err());
    let config = TrainingConfig {
        schedule: Schedule::Step {
            every: 1,
            factor: f32::NAN,
        },
        ..default()
    };
    assert!(config.validate().is_err());
    for weight_decay in [-0.1, f32::NAN, 1.5] {
        let config = TrainingConfig {
            weight_decay,
            ..default()
        };
        assert!(config.validate().is_err());
    }
    let config = TrainingConfig {
        shifts: 1000,
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
    // Settings stored before there were schedules mean what they meant then.
    let old = r#"{"optimizer":{"kind":"adam"},"learning_rate":0.001,"batch_size":64,"epochs":20,"seed":42}"#;
    let old: TrainingConfig = serde_json::from_str(old).unwrap();
    assert_eq!(old, TrainingConfig::default());
    for preset in Preset::ALL {
        let text = serde_json::to_string(&preset.network()).unwrap();
        let network: NetworkConfig = serde_json::from_str(&text).unwrap();
        assert_eq!(network, preset.network());
    }
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

fn layers() -> impl Strategy<Value = LayerConfig> {
    prop_oneof![
        (0..2000_usize).prop_map(|channels| LayerConfig::Conv { channels }),
        Just(LayerConfig::Pool),
        any::<usize>().prop_map(|width| LayerConfig::Dense { width }),
        (1..300_usize).prop_map(|width| LayerConfig::Dense { width }),
        (-0.2..1.2_f32).prop_map(|rate| LayerConfig::Dropout { rate }),
    ]
}

proptest! {
    #[test]
    fn any_list_of_layers_is_a_network_or_an_error(
        layers in prop::collection::vec(layers(), 0..8),
        height in 1..40_usize,
        width in 1..40_usize,
        channels in 1..4_usize,
    ) {
        let input = shape(height, width, channels);
        let network = NetworkConfig { layers };
        let outline: Vec<_> = outline(&network, input).collect();
        match Plan::new(&network, input, 10) {
            Ok(plan) => {
                prop_assert_eq!(outline.len(), network.layers.len());
                let last = outline.last().map_or(input.pixels(), |l| l.as_ref().map_or(0, |l| l.0.values()));
                let counted: usize = outline.iter().flatten().map(|l| l.1).sum();
                prop_assert_eq!(plan.parameter_count(), counted + (last + 1) * 10);
            }
            Err(error) => prop_assert!(!error.to_string().is_empty()),
        }
    }
}
