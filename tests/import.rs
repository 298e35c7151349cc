//! Activations of another program, from files as NumPy writes them.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use hidden_activity::analysis::import::{ImportError, ImportNote, Imported, Importing};
use hidden_activity::analysis::{AS_GIVEN, Representation, Source};
use hidden_activity::dataset::Part;
use hidden_activity::npz::NpzWriter;
use proptest::prelude::*;
use serde_json::Value;

const NETWORK: &[u8] = include_bytes!("reference/npz/network.npz");
const NETWORK_SAID: &str = include_str!("reference/npz/network.json");

fn import(bytes: Vec<u8>) -> Result<Imported, ImportError> {
    let mut importing = Importing::open("mine.npz", bytes)?;
    while !importing.advance()? {}
    importing.finish()
}

/// Imports what `fill` writes.
fn written(fill: impl FnOnce(&mut NpzWriter)) -> Result<Imported, ImportError> {
    let mut writer = NpzWriter::default();
    fill(&mut writer);
    import(writer.finish().unwrap())
}

/// Four observations of two classes and one layer, with more arrays.
fn with(fill: impl FnOnce(&mut NpzWriter)) -> Result<Imported, ImportError> {
    written(|file| {
        file.integers("labels", &[4], &[0, 1, 1, 0]).unwrap();
        file.floats("fc1", &[4, 2], &[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0])
            .unwrap();
        fill(file);
    })
}

fn said(name: &str) -> Vec<f64> {
    let said: Value = serde_json::from_str(NETWORK_SAID).unwrap();
    serde_json::from_value(said["arrays"][name]["values"].clone()).unwrap()
}

fn at(index: usize, epoch: u32) -> Representation {
    Representation {
        part: Part::Test,
        source: Source::Layer { index, epoch },
    }
}

#[test]
fn a_network_of_numpy_becomes_an_analysis() {
    let imported = import(NETWORK.to_vec()).unwrap();
    assert_eq!(imported.name, "mine");
    assert_eq!(imported.class_names, ["cat", "dog", "owl"]);
    assert_eq!(imported.network.layer_names.as_slice(), ["conv", "fc1"]);
    let numbers: Vec<Option<u32>> = imported
        .network
        .epochs
        .iter()
        .map(|epoch| epoch.epoch)
        .collect();
    assert_eq!(numbers, [Some(0), Some(2)]);
    assert!(
        imported
            .notes
            .iter()
            .all(|note| matches!(note, ImportNote::Flattened { .. }))
    );

    let (dataset, network) = imported.clone().into_parts().unwrap();
    assert_eq!((dataset.len(Part::Train), dataset.len(Part::Test)), (0, 30));
    assert!(dataset.has_images() && !dataset.is_trainable());
    let images: Vec<u8> = said("images").iter().map(|&v| v as u8).collect();
    assert_eq!(dataset.test.images, images);

    let analysis = network.analysis(&dataset, 1_000, 1);
    assert_eq!(analysis.epochs(), [0, 2]);
    assert_eq!(analysis.layer_names[1], "fc1");
    let fc1: Vec<f32> = said("epoch_2/fc1").iter().map(|&v| v as f32).collect();
    let features = analysis.features(&dataset, at(1, 2)).unwrap();
    assert_eq!(features.dim(), (30, 6));
    assert_eq!(features.into_raw_vec_and_offset().0, fc1);
    assert_eq!(
        analysis.features(&dataset, at(0, 0)).unwrap().dim(),
        (30, 12)
    );

    let predictions = &analysis.snapshot_of(at(1, 2)).unwrap().predictions;
    let probabilities: Vec<f32> = said("epoch_2/predictions")
        .iter()
        .map(|&v| v as f32)
        .collect();
    assert_eq!(predictions.probabilities, probabilities);
    let evaluation = analysis.curves.at_epoch(2).unwrap();
    assert_eq!(
        Some(evaluation.test_accuracy),
        predictions.accuracy(&imported.labels)
    );
    let loss: f64 = imported
        .labels
        .iter()
        .enumerate()
        .map(|(row, &label)| -f64::from(probabilities[row * 3 + usize::from(label)]).ln())
        .sum::<f64>()
        / 30.0;
    assert!((f64::from(evaluation.test_loss) - loss).abs() < 1e-5);
}

#[test]
fn a_subset_has_the_rows_of_its_observations() {
    let imported = import(NETWORK.to_vec()).unwrap();
    let (dataset, network) = imported.clone().into_parts().unwrap();
    let analysis = network.analysis(&dataset, 10, 3);
    assert_eq!(analysis.test.len(), 10);
    let fc1 = said("epoch_0/fc1");
    let features = analysis.features(&dataset, at(1, 0)).unwrap();
    let snapshot = analysis.snapshot_of(at(1, 0)).unwrap();
    assert_eq!(snapshot.predictions.len(), 10);
    for (row, &index) in analysis.test.indices.iter().enumerate() {
        let expected: Vec<f32> = (0..6).map(|c| fc1[index as usize * 6 + c] as f32).collect();
        assert_eq!(features.row(row).to_vec(), expected);
        assert_eq!(analysis.test.labels[row], imported.labels[index as usize]);
        let predicted = imported.network.epochs[0].predictions.predicted[index as usize];
        assert_eq!(snapshot.predictions.predicted[row], predicted);
    }
}

#[test]
fn labels_and_one_layer_are_enough() {
    let imported = with(|_| {}).unwrap();
    assert_eq!(imported.class_names, ["0", "1"]);
    assert_eq!(imported.network.epochs[0].epoch, None);
    let (dataset, network) = imported.into_parts().unwrap();
    assert!(!dataset.has_images());
    let analysis = network.analysis(&dataset, 100, 1);
    assert_eq!(analysis.epochs(), [AS_GIVEN]);
    assert_eq!(at(0, AS_GIVEN).source.to_string(), "layer 1 · as given");
    let features = analysis.features(&dataset, at(0, AS_GIVEN)).unwrap();
    assert_eq!(features.row(1).to_vec(), [2.0, 3.0]);
    let pixels = Representation {
        part: Part::Test,
        source: Source::Pixels,
    };
    assert_eq!(analysis.features(&dataset, pixels), None);
    assert!(analysis.curves.evaluations.is_empty());
    assert!(
        analysis
            .snapshot_of(at(0, AS_GIVEN))
            .unwrap()
            .predictions
            .is_empty()
    );
}

#[test]
fn classes_may_be_numbers_or_text() {
    let text = written(|file| {
        file.text("labels", &["owl", "cat", "owl"]).unwrap();
        file.floats("fc1", &[3, 1], &[0.0; 3]).unwrap();
        file.text("predictions", &["cat", "cat", "dog"]).unwrap();
    })
    .unwrap();
    assert_eq!(text.class_names, ["cat", "dog", "owl"]);
    assert_eq!(text.labels, [2, 0, 2]);
    assert_eq!(text.network.epochs[0].predictions.predicted, [0, 0, 1]);

    let large = written(|file| {
        file.integers("labels", &[3], &[-1, 999, 500]).unwrap();
        file.floats("fc1", &[3, 1], &[0.0; 3]).unwrap();
        file.integers("predictions", &[3], &[999, 999, 3]).unwrap();
    })
    .unwrap();
    assert_eq!(large.class_names, ["-1", "3", "500", "999"]);
    assert_eq!(large.labels, [0, 3, 2]);
    assert_eq!(large.network.epochs[0].predictions.predicted, [3, 3, 1]);
    assert_eq!(large.notes, [ImportNote::Renumbered { classes: 4 }]);

    // Whole numbers written as real ones, in a column.
    let column = written(|file| {
        file.floats("labels", &[3, 1], &[0.0, 2.0, 1.0]).unwrap();
        file.floats("fc1", &[3, 1], &[0.0; 3]).unwrap();
    })
    .unwrap();
    assert_eq!(column.labels, [0, 2, 1]);
}

#[test]
fn probabilities_of_more_classes_than_a_byte_keep_the_most_probable() {
    let mut probabilities = vec![0.0; 2 * 1000];
    probabilities[700] = 1.0;
    probabilities[1000 + 3] = 1.0;
    let imported = written(|file| {
        file.integers("labels", &[2], &[700, 4]).unwrap();
        file.floats("fc1", &[2, 1], &[0.0; 2]).unwrap();
        file.floats("predictions", &[2, 1000], &probabilities)
            .unwrap();
    })
    .unwrap();
    assert_eq!(imported.class_names, ["3", "4", "700"]);
    assert_eq!(imported.labels, [2, 1]);
    assert_eq!(imported.network.epochs[0].predictions.predicted, [2, 0]);
    assert!(
        imported.network.epochs[0]
            .predictions
            .probabilities
            .is_empty()
    );
}

#[test]
fn logits_are_put_through_a_softmax_and_probabilities_are_not() {
    let logits = [2.0, 0.0, -1.0, 3.0, 0.0, 0.0, 100.0, -100.0];
    let imported = with(|file| file.floats("predictions", &[4, 2], &logits).unwrap()).unwrap();
    let found = &imported.network.epochs[0].predictions;
    for (row, pair) in logits.chunks_exact(2).enumerate() {
        let expected = 1.0 / (1.0 + f64::from(pair[1] - pair[0]).exp());
        let of_first = f64::from(found.probabilities[row * 2]);
        assert!(
            (of_first - expected).abs() < 1e-6,
            "{row}: {of_first} {expected}"
        );
    }
    assert_eq!(found.predicted, [0, 1, 0, 0]);
    assert!(matches!(
        imported.notes.as_slice(),
        [ImportNote::Softmax { .. }]
    ));
    let probabilities = [0.7, 0.3, 0.5, 0.5, 0.0, 1.0, 1.0, 0.0];
    let imported =
        with(|file| file.floats("predictions", &[4, 2], &probabilities).unwrap()).unwrap();
    assert_eq!(
        imported.network.epochs[0].predictions.probabilities,
        probabilities
    );
    assert!(imported.notes.is_empty());
}

#[test]
fn images_come_in_any_order_and_range() {
    let first: Vec<f32> = (0..4 * 3 * 2 * 2).map(|at| at as f32 / 47.0).collect();
    let imported = with(|file| file.floats("images", &[4, 3, 2, 2], &first).unwrap()).unwrap();
    let images = imported.images.unwrap();
    assert_eq!(images.shape.to_string(), "2×2×3");
    let byte = |at: usize| (first[at] * 255.0).round() as u8;
    // The first image's first pixel has one value of each of its three planes.
    assert_eq!(
        images.pixels[..6],
        [byte(0), byte(4), byte(8), byte(1), byte(5), byte(9)]
    );
    assert_eq!(images.pixels[47], 255);

    let bytes: Vec<u8> = (0..24).collect();
    let imported = with(|file| file.bytes("images", &[4, 2, 3], &bytes).unwrap()).unwrap();
    assert_eq!(imported.images.unwrap().pixels, bytes);
    assert!(imported.notes.is_empty());

    let standardised: Vec<f32> = (0..16).map(|at| at as f32 * 0.2 - 1.0).collect();
    let imported = with(|file| file.floats("images", &[4, 2, 2], &standardised).unwrap()).unwrap();
    assert!(
        imported.notes[0].to_string().contains("stretched"),
        "{}",
        imported.notes[0]
    );
    let pixels = imported.images.unwrap().pixels;
    assert_eq!((pixels[0], pixels[5], pixels[15]), (0, 85, 255));

    let zero_one: Vec<u8> = (0..16).map(|at| at % 2).collect();
    let imported = with(|file| file.bytes("images", &[4, 2, 2], &zero_one).unwrap()).unwrap();
    assert_eq!(imported.images.unwrap().pixels[..2], [0, 255]);
}

#[test]
fn predictions_without_an_epoch_are_those_of_the_last() {
    let imported = written(|file| {
        file.integers("labels", &[2], &[0, 1]).unwrap();
        for epoch in [10, 9] {
            file.floats(&format!("epoch_{epoch}/fc1"), &[2, 1], &[0.0, 1.0])
                .unwrap();
        }
        file.floats("epoch_9/fc2", &[2, 3], &[0.0; 6]).unwrap();
        file.integers("predictions", &[2], &[1, 1]).unwrap();
    })
    .unwrap();
    assert_eq!(
        imported.network.epochs[0].epoch,
        Some(9),
        "as numbers, not as text"
    );
    assert_eq!(imported.network.epochs[1].predictions.predicted, [1, 1]);
    assert!(imported.network.epochs[0].predictions.is_empty());
    assert!(
        imported.network.epochs[1].layers[1].is_none(),
        "not saved at this epoch"
    );
    let note = ImportNote::PredictionsOfLastEpoch { epoch: 10 };
    assert_eq!(imported.notes, [note]);
}

#[test]
fn what_does_not_fit_is_named() {
    type Fill = Box<dyn FnOnce(&mut NpzWriter)>;
    let floats = |name: &'static str, shape: &'static [usize]| -> Fill {
        let values = vec![0.25; shape.iter().product()];
        Box::new(move |file| file.floats(name, shape, &values).unwrap())
    };
    let mut broken = vec![0.0; 12];
    broken[7] = f32::NAN;
    let cases: Vec<(Fill, &[&str])> = vec![
        (
            floats("fc2", &[3, 2]),
            &["\"fc2\"", "(3, 2)", "4 observations"],
        ),
        (
            floats("fc2", &[4, 0]),
            &["\"fc2\"", "(4, 0)", "observations × neurons"],
        ),
        (
            floats("images", &[4, 784]),
            &["\"images\"", "(4, 784)", "reshape"],
        ),
        (
            floats("images", &[4, 5, 5, 4]),
            &["(4, 5, 5, 4)", "1 or 3 colours"],
        ),
        (
            floats("images", &[2, 5, 5]),
            &["(2, 5, 5)", "4 observations"],
        ),
        (
            floats("predictions", &[4]),
            &["\"predictions\"", "(4,)", "classes"],
        ),
        (floats("predictions", &[4, 2, 2]), &["(4, 2, 2)"]),
        (
            floats("predictions", &[5, 2]),
            &["(5, 2)", "4 observations"],
        ),
        (
            floats("class_names", &[2]),
            &["\"class_names\"", "numpy.array(names)"],
        ),
        (
            floats("epoch_1/fc1", &[4, 2]),
            &["\"fc1\" names no epoch", "\"epoch_1/fc1\" does"],
        ),
        (
            Box::new(move |file| file.floats("fc2", &[4, 3], &broken).unwrap()),
            &["\"fc2\"", "row 2, column 1"],
        ),
        (
            Box::new(|file| file.text("class_names", &["only"]).unwrap()),
            &["observation 1 the class 1", "1 names"],
        ),
        (
            Box::new(|file| file.text("fc2", &["a", "b", "c", "d"]).unwrap()),
            // A list is no layer: it is left out, and a note says so.
            &[],
        ),
    ];
    for (fill, words) in cases {
        match with(fill) {
            Ok(imported) => {
                assert!(words.is_empty(), "{words:?}");
                assert!(matches!(
                    imported.notes.as_slice(),
                    [ImportNote::Unused { .. }]
                ));
            }
            Err(error) => {
                let message = error.to_string();
                assert!(!words.is_empty(), "{message}");
                for word in words {
                    assert!(message.contains(word), "{word} in {message}");
                }
            }
        }
    }
}

#[test]
fn what_is_missing_is_named() {
    let unlabelled = written(|file| file.floats("fc1", &[4, 2], &[0.0; 8]).unwrap()).unwrap_err();
    let message = unlabelled.to_string();
    assert!(
        message.contains("\"labels\"") && message.contains("\"fc1\""),
        "{message}"
    );
    let only_labels = written(|file| file.integers("labels", &[2], &[0, 1]).unwrap());
    assert!(matches!(
        only_labels,
        Err(ImportError::NothingToProject { .. })
    ));
    let none = written(|file| file.integers("labels", &[0], &[]).unwrap());
    assert!(matches!(none, Err(ImportError::NoObservations)));
    let one_hot = written(|file| {
        file.floats("labels", &[2, 2], &[1.0, 0.0, 0.0, 1.0])
            .unwrap();
    });
    let message = one_hot.unwrap_err().to_string();
    assert!(message.contains("argmax"), "{message}");
    let fractions = written(|file| file.floats("labels", &[2], &[0.5, 1.0]).unwrap());
    let message = fractions.unwrap_err().to_string();
    assert!(message.contains("fractions"), "{message}");
    let classes: Vec<i64> = (0..300).collect();
    let many = written(|file| {
        file.integers("labels", &[300], &classes).unwrap();
        file.floats("fc1", &[300, 1], &[0.0; 300]).unwrap();
    });
    assert!(matches!(
        many,
        Err(ImportError::TooManyClasses { classes: 300 })
    ));
    let widths = written(|file| {
        file.integers("labels", &[1], &[0]).unwrap();
        file.floats("epoch_0/fc1", &[1, 2], &[0.0; 2]).unwrap();
        file.floats("epoch_1/fc1", &[1, 3], &[0.0; 3]).unwrap();
    });
    assert!(matches!(
        widths,
        Err(ImportError::Width {
            first: 2,
            second: 3,
            ..
        })
    ));
}

proptest! {
    #[test]
    fn no_change_of_a_file_makes_it_panic(at in any::<prop::sample::Index>(), value: u8) {
        let mut changed = NETWORK.to_vec();
        let at = at.index(changed.len());
        changed[at] = value;
        let _ = import(changed);
    }

    #[test]
    fn any_shapes_are_an_analysis_or_an_error(
        n in 1..5_usize,
        labels in prop::collection::vec(-3..300_i64, 4),
        shapes in prop::collection::vec((0..7_usize, prop::collection::vec(0..4_usize, 0..4)), 0..4),
    ) {
        const NAMES: [&str; 7] = ["images", "predictions", "class_names", "fc1", "epoch_1/fc1", "epoch_2/fc1", "epoch_1/predictions"];
        let imported = written(|file| {
            file.integers("labels", &[n], &labels[..n]).unwrap();
            for (name, rest) in shapes {
                let mut shape = vec![n];
                shape.extend(rest);
                let values = vec![0.5; shape.iter().product()];
                file.floats(NAMES[name], &shape, &values).unwrap();
            }
        });
        if let Ok(imported) = imported {
            let (dataset, network) = imported.clone().into_parts().unwrap();
            let analysis = network.analysis(&dataset, 3, 1);
            prop_assert_eq!(analysis.test.len(), n.min(3));
            prop_assert!(imported.labels.iter().all(|&label| usize::from(label) < imported.class_names.len()));
            for epoch in &imported.network.epochs {
                prop_assert!(epoch.predictions.predicted.iter().all(|&class| usize::from(class) < imported.class_names.len()));
            }
        }
    }
}
