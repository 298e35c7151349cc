//! Analysis files: a round trip loses nothing, and what is wrong is named.
#![allow(clippy::unwrap_used, clippy::approx_constant)]

use std::sync::Arc;

use hidden_activity::analysis::file::{
    AnalysisFile, Contents, DESCRIPTION, Parts, Reading, Recipe, Settings, VERSION, WholeTest,
};
use hidden_activity::analysis::{
    AS_GIVEN, Along, Analysis, Discrimination, Evaluation, Evolution, NeuronLayout, NeuronMap,
    Predictions, Projection, Representation, Sequence, Snapshot, Source,
};
use hidden_activity::archive::{Allowance, Zip, ZipWriter};
use hidden_activity::dataset::{Dataset, ImageShape, Part, Preprocessing, Split, StreetDigits};
use hidden_activity::network::{NetworkConfig, Setup};
use hidden_activity::neurons::{DiscriminativeScores, ForestConfig};
use hidden_activity::projection::{
    DynamicTsneConfig, Fit, MdsConfig, Method, Metric, Note, Stress, TsneConfig, neighborhood_hit,
};
use proptest::prelude::*;

const BOTH: Contents = Contents { activations: true };

/// Numbers that look like results and have many digits.
fn numbers(n: usize, seed: u32) -> Vec<f32> {
    let mut state = seed.wrapping_mul(2_654_435_761) | 1;
    (0..n)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            (state as f32 / u32::MAX as f32 - 0.5) * 60.0
        })
        .collect()
}

fn dataset(train: u8, test: u8) -> Dataset {
    let split = |n: u8| Split {
        images: (0..u32::from(n) * 6).map(|i| (i * 7 % 251) as u8).collect(),
        labels: (0..n).map(|i| i % 3).collect(),
    };
    let shape = ImageShape {
        height: 1,
        width: 2,
        channels: 3,
    };
    let names = vec!["null".into(), "eins".into(), "zwei".into()];
    let (name, source) = ("Räder".into(), "drawn for a test".into());
    Dataset::new(name, source, shape, names, split(train), split(test)).unwrap()
}

/// An analysis in which everything occurs.
fn everything(dataset: &Dataset, seed: u32) -> Analysis {
    let mut analysis = Analysis::of(dataset, 30, 5);
    analysis.layer_names = Arc::new(vec!["Conv 1".into(), "FC 1".into()]);
    let at = |part, index, epoch| Representation {
        part,
        source: Source::Layer { index, epoch },
    };
    for (epoch, part) in [
        (0, Part::Test),
        (3, Part::Train),
        (3, Part::Test),
        (AS_GIVEN, Part::Test),
    ] {
        let n = analysis.subset(part).len();
        let mut probabilities = numbers(n * 3, seed + epoch % 7);
        // A network that diverged.
        probabilities[1] = f32::NAN;
        let snapshot = Snapshot {
            layers: vec![None, Some(Arc::new(numbers(n * 4, seed + 1)))],
            predictions: Predictions {
                predicted: analysis.subset(part).labels.clone(),
                probabilities,
            },
        };
        analysis.snapshots.insert((epoch, part), Arc::new(snapshot));
    }
    let n = analysis.test.len();
    let positions = numbers(2 * n, seed + 2);
    let hit = neighborhood_hit(&positions, 2, &analysis.test.labels, 4).unwrap();
    let projection = Projection {
        positions: Arc::new(positions),
        hit: Arc::new(hit.clone()),
        fit: Some(Fit::Divergence(1.0 / 3.0 + f64::from(seed) * 1e-9)),
        shepard: Arc::new(Vec::new()),
        iterations: 1000,
        notes: vec![Note::PerplexityCapped {
            asked: 30.0,
            used: 6.333_333,
        }],
        method: Method::Tsne(TsneConfig::default()),
    };
    let of_pixels = Representation {
        part: Part::Test,
        source: Source::Pixels,
    };
    let by_mds = Projection {
        fit: Some(Fit::Stress(Stress {
            raw: 0.1,
            normalised: 2.0_f64.sqrt() / 10.0,
        })),
        shepard: Arc::new(numbers(20, seed + 3)),
        method: Method::Mds {
            config: MdsConfig::default(),
            metric: Metric::Cosine,
        },
        ..projection.clone()
    };
    analysis.projections.insert(of_pixels, Arc::new(projection));
    analysis
        .projections
        .insert(at(Part::Test, 1, 3), Arc::new(by_mds));
    let steps = vec![at(Part::Test, 1, 0), at(Part::Test, 1, 3)];
    analysis.evolutions.insert(
        Sequence {
            part: Part::Test,
            along: Along::Epochs { layer: 1, most: 6 },
        },
        Arc::new(Evolution {
            positions: Arc::new(numbers(steps.len() * n * 2, seed + 4)),
            steps,
            hits: vec![hit.clone(), hit],
            divergences: vec![0.123_456_789_012_345_68, 2.0 / 7.0],
            movement: 1e-17,
            iterations: 750,
            notes: Vec::new(),
            config: DynamicTsneConfig::default(),
        }),
    );
    analysis.neuron_maps.insert(
        at(Part::Test, 1, 3),
        NeuronMap {
            layout: Some(Arc::new(NeuronLayout {
                positions: Arc::new(numbers(8, seed + 5)),
                stress: Stress {
                    raw: 12.5,
                    normalised: 0.3,
                },
                iterations: 40,
                constant: vec![1, 3],
            })),
            discrimination: Some(Arc::new(Discrimination {
                scores: Arc::new(
                    DiscriminativeScores::from_values(numbers(12, seed + 6), 4).unwrap(),
                ),
                config: ForestConfig::default(),
            })),
        },
    );
    let curves = Arc::make_mut(&mut analysis.curves);
    curves.train_loss = vec![(0.1, 2.302_585), (0.2, 1.7)];
    curves.evaluate(Evaluation {
        epoch: 3,
        train_loss: Some(0.3),
        train_accuracy: None,
        test_loss: 0.4,
        test_accuracy: 0.9,
    });
    analysis
}

fn settings() -> Settings {
    Settings {
        setup: Some(Setup {
            network: NetworkConfig::perceptron(&[4]),
            ..Setup::default()
        }),
        whole_test: Some(WholeTest {
            epochs: 3,
            observations: 40,
            accuracy: 0.977_7,
            loss: 0.08,
        }),
    }
}

fn read(bytes: Vec<u8>) -> Result<AnalysisFile, String> {
    let mut reading = Reading::open("a.npz", bytes).map_err(|error| error.to_string())?;
    while !reading.advance().map_err(|error| error.to_string())? {}
    reading
        .finish()
        .assemble("a.npz")
        .map_err(|error| error.to_string())
}

/// All bits of the numbers, so that NaN is equal to itself.
fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|value| value.to_bits()).collect()
}

/// Alike in 14 digits.
fn assert_near(a: f64, b: f64) {
    assert!((a - b).abs() <= 1e-14 * b.abs(), "{a} {b}");
}

fn assert_near_stress(a: Stress, b: Stress) {
    assert_near(a.raw, b.raw);
    assert_near(a.normalised, b.normalised);
}

fn assert_same(read: &AnalysisFile, dataset: &Dataset, written: &Analysis) {
    let analysis = &read.analysis;
    for part in [Part::Train, Part::Test] {
        let (now, then) = (analysis.subset(part), written.subset(part));
        assert_eq!(now.labels, then.labels);
        for (at, &index) in then.indices.iter().enumerate() {
            let image = dataset.image(part, index as usize);
            assert_eq!(read.dataset.image(part, at), image);
        }
    }
    assert_eq!(read.origin.train, written.train.indices);
    assert_eq!(read.origin.test, written.test.indices);
    let whole = [dataset.len(Part::Train), dataset.len(Part::Test)];
    assert_eq!(read.origin.whole, whole);
    assert_eq!(read.dataset.name, dataset.name);
    assert_eq!(read.dataset.source, dataset.source);
    assert_eq!(read.dataset.class_names, dataset.class_names);
    assert_eq!(analysis.layer_names, written.layer_names);
    assert!(analysis.snapshots.keys().eq(written.snapshots.keys()));
    for (now, then) in analysis.snapshots.values().zip(written.snapshots.values()) {
        assert_eq!(now.layers, then.layers);
        assert_eq!(now.predictions.predicted, then.predictions.predicted);
        assert_eq!(
            bits(&now.predictions.probabilities),
            bits(&then.predictions.probabilities)
        );
    }
    assert!(analysis.projections.keys().eq(written.projections.keys()));
    let both = analysis.projections.values();
    for (now, then) in both.zip(written.projections.values()) {
        let mut now = (**now).clone();
        match (now.fit, then.fit) {
            (Some(Fit::Divergence(a)), Some(Fit::Divergence(b))) => assert_near(a, b),
            (Some(Fit::Stress(a)), Some(Fit::Stress(b))) => assert_near_stress(a, b),
            (a, b) => assert_eq!(a, b),
        }
        now.fit = then.fit;
        assert_eq!(now, **then);
    }
    assert!(analysis.evolutions.keys().eq(written.evolutions.keys()));
    for (now, then) in analysis
        .evolutions
        .values()
        .zip(written.evolutions.values())
    {
        let mut now = (**now).clone();
        assert_near(now.movement, then.movement);
        assert_eq!(now.divergences.len(), then.divergences.len());
        for (&a, &b) in now.divergences.iter().zip(&then.divergences) {
            assert_near(a, b);
        }
        now.movement = then.movement;
        now.divergences.clone_from(&then.divergences);
        assert_eq!(now, **then);
    }
    assert!(analysis.neuron_maps.keys().eq(written.neuron_maps.keys()));
    for (now, then) in analysis
        .neuron_maps
        .values()
        .zip(written.neuron_maps.values())
    {
        assert_eq!(now.discrimination, then.discrimination);
        let (Some(now), Some(then)) = (&now.layout, &then.layout) else {
            panic!("a layout is missing");
        };
        assert_near_stress(now.stress, then.stress);
        assert_eq!(
            (&now.positions, now.iterations),
            (&then.positions, then.iterations)
        );
    }
    assert_eq!(analysis.curves, written.curves);
}

#[test]
fn a_round_trip_loses_nothing_and_a_second_one_neither() {
    let data = dataset(50, 40);
    let written = everything(&data, 1);
    let bytes = Parts::of(&data, None, &written, &settings(), BOTH)
        .pack()
        .unwrap();
    let once = read(bytes.clone()).unwrap();
    assert_same(&once, &data, &written);
    assert_eq!(once.settings, settings());
    assert!(once.made_by.starts_with("Hidden Activity "));

    let AnalysisFile {
        dataset,
        analysis,
        origin,
        settings,
        ..
    } = &once;
    let again = Parts::of(dataset, Some(origin), analysis, settings, BOTH)
        .pack()
        .unwrap();
    assert_eq!(again, bytes, "the same analysis makes the same bytes");
}

#[test]
fn activations_can_be_left_out_and_the_layers_stay_known() {
    let data = dataset(50, 40);
    let written = everything(&data, 2);
    let write = |activations| {
        let contents = Contents { activations };
        Parts::of(&data, None, &written, &settings(), contents)
            .pack()
            .unwrap()
    };
    let (without, with) = (write(false), write(true));
    assert!(without.len() < with.len());
    let read = read(without).unwrap();
    assert_eq!(read.analysis.hidden_layers(), 2);
    assert_eq!(read.analysis.bytes(), 0);
    assert!(
        read.analysis
            .projections
            .keys()
            .eq(written.projections.keys())
    );
}

#[test]
fn observations_without_images_or_a_training_part_are_kept_too() {
    let observations = Split {
        images: Vec::new(),
        labels: vec![0, 1, 1, 0],
    };
    let names = vec!["a".into(), "b".into()];
    let data =
        Dataset::to_look_at("mine".into(), "mine".into(), None, names, observations).unwrap();
    let analysis = Analysis::of(&data, 10, 1);
    let bytes = Parts::of(&data, None, &analysis, &Settings::default(), BOTH)
        .pack()
        .unwrap();
    let read = read(bytes).unwrap();
    assert!(!read.dataset.has_images() && read.dataset.train.is_empty());
    assert_eq!(read.analysis.test.labels, analysis.test.labels);
}

/// The file with its description changed.
fn with_description(bytes: &[u8], change: impl Fn(String) -> String) -> Vec<u8> {
    let zip = Zip::open("a.npz", bytes.to_vec()).unwrap();
    let mut writer = ZipWriter::default();
    for entry in zip.entries() {
        let unpacking = zip.unpack(entry).unwrap();
        let mut content = unpacking.read_to_end(&mut Allowance::new(1 << 30)).unwrap();
        if entry.name == DESCRIPTION {
            content = change(String::from_utf8(content).unwrap()).into_bytes();
        }
        writer.add(&entry.name, [content.as_slice()]).unwrap();
    }
    writer.finish().unwrap()
}

#[test]
fn what_is_wrong_is_named() {
    let data = dataset(50, 40);
    let written = everything(&data, 3);
    let bytes = Parts::of(&data, None, &written, &settings(), BOTH)
        .pack()
        .unwrap();
    let error = |bytes: Vec<u8>| read(bytes).unwrap_err();

    let newer = with_description(&bytes, |text| {
        text.replace("\"version\": 1", "\"version\": 9")
    });
    assert!(error(newer).contains("version 9"));
    let other = with_description(&bytes, |text| text.replace("Hidden Activity a", "Other a"));
    assert!(error(other).contains("no analysis"));
    let torn = with_description(&bytes, |text| text[..text.len() / 2].to_owned());
    assert!(error(torn).contains("analysis.json"));
    let wider = with_description(&bytes, |text| {
        text.replacen("\"classes\": 3", "\"classes\": 5", 1)
    });
    assert!(
        error(wider).contains("should be (30, 5)"),
        "{}",
        error(with_description(&bytes, |text| text.replacen(
            "\"classes\": 3",
            "\"classes\": 5",
            1
        )))
    );
    let more = with_description(&bytes, |text| {
        text.replace("\"zwei\"", "\"zwei\", \"drei\"")
    });
    assert!(read(more).is_ok(), "a class may have no observation");
    let fewer = with_description(&bytes, |text| text.replace("\"eins\",", ""));
    assert!(read(fewer).is_err(), "a label without a class");
    assert!(error(bytes[..bytes.len() / 2].to_vec()).contains("zip"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_numbers_survive(seed in 0_u32..1_000_000) {
        let data = dataset(40, 35);
        let written = everything(&data, seed);
        let bytes = Parts::of(&data, None, &written, &settings(), BOTH).pack().unwrap();
        assert_same(&read(bytes).unwrap(), &data, &written);
    }

    #[test]
    fn damaged_files_are_refused_without_a_panic(at in 0_usize..4000, value in any::<u8>()) {
        let data = dataset(30, 20);
        let written = everything(&data, 7);
        let mut bytes = Parts::of(&data, None, &written, &settings(), BOTH).pack().unwrap();
        let at = at % bytes.len();
        bytes[at] = value;
        let _ = read(bytes);
    }
}

#[test]
fn divergences_keep_fifteen_digits() {
    let data = dataset(12, 12);
    let mut written = everything(&data, 1);
    let (sequence, evolution) = written.evolutions.pop_first().unwrap();
    let mut evolution = (*evolution).clone();
    let n = written.test.len();
    let many = 2_000;
    evolution.steps = vec![evolution.steps[0]; many];
    evolution.hits = vec![evolution.hits[0].clone(); many];
    evolution.positions = Arc::new(numbers(many * n * 2, 1));
    evolution.divergences = numbers(many, 3)
        .into_iter()
        .zip(numbers(many, 4))
        .map(|(a, b)| f64::from(a).abs().sqrt() / (1.0 + f64::from(b).abs()))
        .collect();
    written.evolutions.insert(sequence, Arc::new(evolution));
    let bytes = Parts::of(&data, None, &written, &settings(), BOTH)
        .pack()
        .unwrap();
    assert_same(&read(bytes).unwrap(), &data, &written);
}

/// Files that releases wrote stay readable: one of each version is kept.
#[test]
fn files_of_every_version_are_read() {
    let version_1 = include_bytes!("analysis_files/version-1.npz");
    let file = read(version_1.to_vec()).unwrap();
    let data = dataset(50, 40);
    assert_same(&file, &data, &everything(&data, 1));
    assert_eq!(file.settings, settings());
}

/// Street digits whose images are drawn by the file's recipe.
fn by_recipe() -> (Dataset, Analysis, Recipe) {
    let street_digits = StreetDigits {
        train: 40,
        test: 30,
        seed: 7,
    };
    let drawn = street_digits.start().unwrap().finish().unwrap();
    let analysis = Analysis::of(&drawn, usize::MAX, 1);
    let recipe = Recipe {
        street_digits,
        preprocessing: Preprocessing::default(),
    };
    (drawn, analysis, recipe)
}

fn unpacked(bytes: Vec<u8>) -> Parts {
    let mut reading = Reading::open("f.npz", bytes).unwrap();
    while !reading.advance().unwrap() {}
    reading.finish()
}

/// Version 2: images that are drawn again are those that were there, and the file is smaller for it.
#[test]
fn images_are_drawn_again_by_their_recipe() {
    let (drawn, analysis, recipe) = by_recipe();
    let parts = Parts::of(&drawn, None, &analysis, &Settings::default(), BOTH);
    let whole = parts.pack().unwrap();
    let short = parts.with_recipe(recipe).pack().unwrap();
    assert!(
        short.len() * 10 < whole.len(),
        "{} of {}",
        short.len(),
        whole.len()
    );
    for bytes in [
        short,
        std::fs::read("tests/analysis_files/version-2.npz").unwrap(),
    ] {
        let mut parts = unpacked(bytes);
        assert_eq!(parts.recipe("f.npz").unwrap(), Some(recipe));
        assert!(
            parts.clone().assemble("f.npz").is_err(),
            "there are no images yet"
        );
        parts.redraw(&drawn, "f.npz").unwrap();
        let file = parts.assemble("f.npz").unwrap();
        assert_same(&file, &drawn, &analysis);
    }
    // A recipe of too few images, and one of more than anybody ships.
    let (few, ..) = {
        let street_digits = StreetDigits {
            train: 4,
            test: 3,
            seed: 7,
        };
        (street_digits.start().unwrap().finish().unwrap(), ())
    };
    let mut parts =
        Parts::of(&drawn, None, &analysis, &Settings::default(), BOTH).with_recipe(recipe);
    assert!(
        parts
            .redraw(&few, "f.npz")
            .unwrap_err()
            .to_string()
            .contains("fewer images")
    );
    let many = StreetDigits {
        train: usize::MAX,
        test: 1,
        seed: 1,
    };
    let parts = parts.with_recipe(Recipe {
        street_digits: many,
        ..recipe
    });
    assert!(parts.recipe("f.npz").is_err());
}

/// How the file of version 2 was made: `cargo test --test core analysis_file -- --ignored`.
#[test]
#[ignore = "writes a file"]
fn write_a_file_with_a_recipe() {
    let (drawn, analysis, recipe) = by_recipe();
    let parts = Parts::of(&drawn, None, &analysis, &Settings::default(), BOTH).with_recipe(recipe);
    std::fs::write("tests/analysis_files/version-2.npz", parts.pack().unwrap()).unwrap();
}

/// How the file above was made: `cargo test --test core analysis_file -- --ignored`.
#[test]
#[ignore = "writes a file"]
fn write_a_file_of_this_version() {
    let data = dataset(50, 40);
    let parts = Parts::of(&data, None, &everything(&data, 1), &settings(), BOTH);
    let name = format!("tests/analysis_files/version-{VERSION}.npz");
    std::fs::write(name, parts.pack().unwrap()).unwrap();
}
