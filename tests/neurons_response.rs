//! Histograms, strongest observations and means against plain definitions.
#![allow(clippy::unwrap_used)]

use hidden_activity::neurons::{
    ActivationHistogram, NeuronError, mean_by_class, mean_over_neurons, mean_over_observations,
    strongest_observations,
};
use proptest::prelude::*;

const ACTIVATIONS: [f32; 12] = [
    0.0, 5.0, 1.0, //
    2.0, 5.0, 0.0, //
    4.0, 5.0, 1.0, //
    1.0, 5.0, 7.0,
];

#[test]
fn a_histogram_counts_each_class() {
    let histogram = ActivationHistogram::new(&ACTIVATIONS, 3, &[0, 0, 2, 0], 0, 4).unwrap();
    assert_eq!((histogram.least, histogram.greatest), (0.0, 4.0));
    assert_eq!(histogram.of_class(0), Some(&[1, 1, 1, 0][..]));
    assert_eq!(histogram.of_class(1), Some(&[0; 4][..]));
    // The greatest value belongs to the last bin.
    assert_eq!(histogram.of_class(2), Some(&[0, 0, 0, 1][..]));
    assert_eq!(histogram.of_class(3), None);
    let constant = ActivationHistogram::new(&ACTIVATIONS, 3, &[0, 1, 1, 1], 1, 4).unwrap();
    assert_eq!((constant.bins, &constant.counts[..]), (1, &[1, 3][..]));
}

#[test]
fn the_strongest_come_first_and_equal_ones_by_index() {
    let strongest = |neuron, k| strongest_observations(&ACTIVATIONS, 3, neuron, k).unwrap();
    assert_eq!(strongest(0, 2), [(2, 4.0), (1, 2.0)]);
    assert_eq!(strongest(1, 3), [(0, 5.0), (1, 5.0), (2, 5.0)]);
    assert_eq!(strongest(2, 9), [(3, 7.0), (0, 1.0), (2, 1.0), (1, 0.0)]);
    assert_eq!(strongest(0, 0), []);
}

#[test]
fn each_class_has_its_mean_and_an_absent_one_none() {
    let means = mean_by_class(&[1.0, 2.0, 6.0, -1.0], &[2, 0, 2, 0]);
    assert_eq!(means, Ok(vec![Some(0.5), None, Some(3.5)]));
    assert_eq!(mean_by_class(&[], &[]), Ok(vec![]));
    assert!(mean_by_class(&[1.0], &[]).is_err());
}

#[test]
fn means_go_over_rows_or_columns() {
    assert_eq!(
        mean_over_observations(&ACTIVATIONS, 3, &[1, 3]).unwrap(),
        [1.5, 5.0, 3.5]
    );
    assert_eq!(
        mean_over_neurons(&ACTIVATIONS, 3, &[0, 2]).unwrap(),
        [0.5, 1.0, 2.5, 4.0]
    );
    let huge = [f32::MAX, f32::MAX];
    assert_eq!(
        mean_over_observations(&huge, 1, &[0, 1]).unwrap(),
        [f32::MAX]
    );
}

#[test]
fn bad_questions_are_refused_with_a_reason() {
    use NeuronError::{NoBins, NoSuchNeuron, NoSuchObservation, NothingSelected};
    let bad = [0.0, f32::NAN];
    assert_eq!(
        strongest_observations(&ACTIVATIONS, 3, 3, 1).unwrap_err(),
        NoSuchNeuron { neuron: 3, d: 3 }
    );
    assert_eq!(
        mean_over_neurons(&ACTIVATIONS, 3, &[0, 3]).unwrap_err(),
        NoSuchNeuron { neuron: 3, d: 3 }
    );
    assert_eq!(
        mean_over_observations(&ACTIVATIONS, 3, &[4]).unwrap_err(),
        NoSuchObservation {
            observation: 4,
            n: 4
        }
    );
    assert_eq!(
        mean_over_neurons(&ACTIVATIONS, 3, &[]).unwrap_err(),
        NothingSelected
    );
    assert_eq!(
        mean_over_observations(&ACTIVATIONS, 3, &[]).unwrap_err(),
        NothingSelected
    );
    let histogram = |data: &[f32], d, labels: &[u8], bins| {
        ActivationHistogram::new(data, d, labels, 0, bins).unwrap_err()
    };
    assert_eq!(histogram(&ACTIVATIONS, 3, &[0; 4], 0), NoBins);
    let labels = histogram(&ACTIVATIONS, 3, &[0; 3], 4).to_string();
    assert!(labels.contains("4 labels"), "{labels}");
    for error in [
        histogram(&bad, 1, &[0; 2], 4),
        strongest_observations(&bad, 1, 0, 1).unwrap_err(),
        mean_over_observations(&bad, 1, &[0, 1]).unwrap_err(),
        mean_over_neurons(&bad, 1, &[0]).unwrap_err(),
    ] {
        assert!(error.to_string().contains("row 1, column 0"), "{error}");
    }
    for d in [0, 3] {
        assert!(mean_over_neurons(&[], d, &[0]).is_err());
    }
    assert!(mean_over_neurons(&[1.0; 4], 3, &[0]).is_err());
}

proptest! {
    #[test]
    fn a_histogram_loses_no_observation(
        rows in prop::collection::vec((any::<f32>().prop_filter("finite", |x| x.is_finite()), 0_u8..4), 1..60),
        bins in 1_usize..40,
    ) {
        let (values, labels): (Vec<f32>, Vec<u8>) = rows.into_iter().unzip();
        let histogram = ActivationHistogram::new(&values, 1, &labels, 0, bins).unwrap();
        for class in 0..=3_u8 {
            let counted: u32 = histogram.of_class(class.into()).unwrap_or(&[]).iter().sum();
            let expected = labels.iter().filter(|&&label| label == class).count();
            prop_assert_eq!(counted as usize, expected);
        }
    }

    #[test]
    fn the_strongest_are_those_of_a_full_sort(
        values in prop::collection::vec(-4_i8..5, 1..50),
        k in 0_usize..60,
    ) {
        let values: Vec<f32> = values.into_iter().map(f32::from).collect();
        let mut expected: Vec<(u32, f32)> = (0..).zip(values.iter().copied()).collect();
        expected.sort_by(|a, b| b.1.partial_cmp(&a.1).unwrap());
        expected.truncate(k);
        let found = strongest_observations(&values, 1, 0, k).unwrap();
        prop_assert_eq!(found, expected);
    }
}
