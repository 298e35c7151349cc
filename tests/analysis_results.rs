//! The values of an analysis: names, predictions, curves.
#![allow(clippy::unwrap_used)]

use hidden_activity::analysis::{
    Curves, Evaluation, Predictions, PredictionsError, Representation, Source,
};
use hidden_activity::dataset::Part;
use proptest::prelude::*;

fn layer(part: Part, index: usize, epoch: u32) -> Representation {
    Representation {
        part,
        source: Source::Layer { index, epoch },
    }
}

fn pixels(part: Part) -> Representation {
    Representation {
        part,
        source: Source::Pixels,
    }
}

#[test]
fn a_representation_reads_like_a_caption() {
    assert_eq!(
        layer(Part::Test, 3, 10).to_string(),
        "test · layer 4 · epoch 10"
    );
    assert_eq!(pixels(Part::Train).to_string(), "train · pixels");
    assert!(
        !layer(Part::Test, usize::MAX, u32::MAX)
            .to_string()
            .is_empty()
    );
}

#[test]
fn representations_sort_as_menus_list_them() {
    let sorted = [
        pixels(Part::Train),
        layer(Part::Train, 0, 0),
        layer(Part::Train, 0, 10),
        layer(Part::Train, 1, 0),
        pixels(Part::Test),
    ];
    assert!(sorted.is_sorted());
}

#[test]
fn representations_survive_json() {
    let all = [pixels(Part::Train), layer(Part::Test, 2, 7)];
    let json = serde_json::to_string(&all).unwrap();
    assert_eq!(
        json,
        r#"[{"part":"train","source":"pixels"},{"part":"test","source":{"layer":{"index":2,"epoch":7}}}]"#
    );
    assert_eq!(
        serde_json::from_str::<[Representation; 2]>(&json).unwrap(),
        all
    );
}

#[test]
fn predictions_are_the_most_probable_classes() {
    let rows = vec![
        0.1,
        0.7,
        0.2,
        0.4,
        0.4,
        0.2,
        f32::NAN,
        f32::NAN,
        f32::NAN,
        0.0,
        0.1,
        0.9,
    ];
    let predictions = Predictions::from_probabilities(rows, 3).unwrap();
    assert_eq!(predictions.predicted, [1, 0, 0, 2]);
    assert_eq!((predictions.len(), predictions.classes()), (4, 3));
    assert_eq!(predictions.accuracy(&[1, 1, 0, 2]), Some(0.75));
    assert_eq!(predictions.misclassified(&[1, 1, 0, 2]), [1]);
    assert_eq!(predictions.probability(3, 2), Some(0.9));
    assert_eq!(predictions.probability(3, 3), None);
    assert_eq!(predictions.probability(4, 0), None);
    assert_eq!(predictions.probability(usize::MAX, 0), None);
}

#[test]
fn predictions_without_sense_are_refused_or_answer_nothing() {
    let build = |values, classes| Predictions::from_probabilities(vec![0.5; values], classes);
    assert_eq!(build(4, 0), Err(PredictionsError::Classes { classes: 0 }));
    assert_eq!(
        build(257, 257),
        Err(PredictionsError::Classes { classes: 257 })
    );
    assert_eq!(build(256, 256).unwrap().len(), 1);
    assert_eq!(
        build(4, 3),
        Err(PredictionsError::Shape {
            values: 4,
            classes: 3
        })
    );
    let none = build(0, 10).unwrap();
    assert!(none.is_empty());
    assert_eq!((none.accuracy(&[]), none.classes()), (None, 0));
    let two = build(2, 1).unwrap();
    assert_eq!(two.accuracy(&[0]), None);
    assert_eq!(two.misclassified(&[1]), [0]);
}

fn evaluation(epoch: u32, test_loss: f32) -> Evaluation {
    Evaluation {
        epoch,
        train_loss: Some(0.5),
        train_accuracy: None,
        test_loss,
        test_accuracy: 0.75,
    }
}

#[test]
fn curves_can_be_cut_where_training_goes_on() {
    let mut curves = Curves {
        train_loss: vec![(0.5, 2.0), (1.0, 1.0), (1.5, 0.5)],
        evaluations: vec![evaluation(0, 2.3), evaluation(1, 1.0), evaluation(2, 0.5)],
    };
    assert_eq!(curves.at_epoch(2), Some(&evaluation(2, 0.5)));
    curves.truncate_after(1);
    assert_eq!(curves.train_loss, [(0.5, 2.0), (1.0, 1.0)]);
    assert_eq!(curves.evaluations, [evaluation(0, 2.3), evaluation(1, 1.0)]);
    assert_eq!(curves.at_epoch(2), None);
}

#[test]
fn curves_survive_json_even_where_training_diverged() {
    let curves = Curves {
        train_loss: vec![(0.5, 2.0), (1.0, f32::NAN)],
        evaluations: vec![evaluation(0, 2.25), evaluation(1, f32::INFINITY)],
    };
    let json = serde_json::to_string(&curves).unwrap();
    let back: Curves = serde_json::from_str(&json).unwrap();
    assert_eq!(back.train_loss[0], (0.5, 2.0));
    assert!(back.train_loss[1].1.is_nan());
    assert_eq!(back.evaluations[0], curves.evaluations[0]);
    assert!(back.evaluations[1].test_loss.is_nan());
}

proptest! {
    #[test]
    fn accuracy_and_errors_agree(predicted in prop::collection::vec(0..4_u8, 1..50), shift in prop::collection::vec(0..2_u8, 50)) {
        let labels: Vec<u8> = predicted.iter().zip(&shift).map(|(class, shift)| class + shift).collect();
        let predictions = Predictions { probabilities: vec![0.25; predicted.len() * 4], predicted };
        let wrong = predictions.misclassified(&labels);
        prop_assert!(wrong.iter().all(|&index| shift[index as usize] == 1));
        let accuracy = predictions.accuracy(&labels).unwrap();
        prop_assert!((accuracy - (1.0 - wrong.len() as f32 / labels.len() as f32)).abs() < 1e-6);
    }
}
