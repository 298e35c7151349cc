//! Neurons, trails, clusters, viewports, charts, tables and verdicts where there is little to show, or
//! where numbers are none.
#![allow(clippy::unwrap_used)]

use hidden_activity::analysis::standing_out::{changed_prediction, moved_most, usual_count};
use hidden_activity::analysis::{
    Analysis, Confusion, Curves, Evaluation, Predictions, axis_start, compare_hits, mistakes,
    observations_of, plan_kept_epochs,
};
use hidden_activity::canvas::align::{Scaling, Similarity, align};
use hidden_activity::canvas::animation::{between_steps, interpolate};
use hidden_activity::canvas::clusters::{ClusterConfig, find_clusters, in_turn};
use hidden_activity::canvas::colour_scale::ColourScale;
use hidden_activity::canvas::hit::PointGrid;
use hidden_activity::canvas::palette::Theme;
use hidden_activity::canvas::ticks::ticks;
use hidden_activity::canvas::viewport::{Bounds, Viewport};
use hidden_activity::dataset::{Dataset, Split};
use hidden_activity::figure::{
    Axis, Cell, Chart, Content, Figure, Series, Table, TablePages, describe_observations, draw,
    to_csv,
};
use hidden_activity::neurons::{
    ActivationHistogram, DiscriminativeForest, DiscriminativeMap, ForestConfig, Growth,
    NeuronError, mean_by_class, mean_over_neurons, mean_over_observations, strongest_observations,
};
use hidden_activity::projection::neighborhood_hit;
use hidden_activity::story::{Difference, Evidence, Kind, STEPS, Value, judge};
use hidden_activity::trails::{BundledTrails, Bundling, BundlingConfig, TrailPaths, Trails};
use proptest::prelude::*;

const NOT_NUMBERS: [f32; 3] = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY];

/// No name of a number that is none, as a word of its own.
fn is_told_well(text: &str) -> bool {
    let mut words = text.split(|letter: char| !letter.is_ascii_alphanumeric());
    !words.any(|word| ["NaN", "inf", "nan", "Infinity"].contains(&word))
}

fn grown(
    activations: Vec<f32>,
    d: usize,
    labels: &[u8],
) -> Result<DiscriminativeForest, NeuronError> {
    let config = ForestConfig {
        trees: 5,
        ..ForestConfig::default()
    };
    let mut forest = DiscriminativeForest::new(activations, labels.len(), d, labels, &config)?;
    let mut slices = 0;
    while forest.advance() != Growth::Done {
        slices += 1;
        assert!(slices < 10_000, "it does not end");
        assert!((0.0..=1.0).contains(&forest.progress()));
    }
    Ok(forest)
}

#[test]
fn forests_of_neurons_that_tell_nothing() {
    let two: Vec<u8> = (0..40).map(|i| i % 2).collect();
    let noise: Vec<f32> = (0..80).map(|i| ((i * 31) % 17) as f32).collect();
    // What is grown on, and whether any score can be above 0.
    for (what, activations, labels, some) in [
        ("dead layer", vec![0.0; 80], two.clone(), false),
        (
            "constant neurons",
            [3.0, -1.0].repeat(40),
            two.clone(),
            false,
        ),
        (
            "equal rows of both classes",
            [1.0, 2.0].repeat(40),
            two.clone(),
            false,
        ),
        (
            "one neuron varies",
            (0..80)
                .map(|i| if i % 2 == 0 { 0.0 } else { (i / 2) as f32 })
                .collect(),
            two.clone(),
            true,
        ),
        (
            "two observations",
            vec![0.0, 1.0, 5.0, 1.0],
            vec![3, 200],
            true,
        ),
        (
            "classes missing in between",
            noise.clone(),
            (0..40).map(|i| 250 * (i % 2)).collect(),
            true,
        ),
        (
            "enormous",
            noise.iter().map(|x| x * 1e37).collect(),
            two.clone(),
            true,
        ),
    ] {
        let forest = grown(activations, 2, &labels).unwrap();
        let scores = forest.scores();
        assert!(
            scores
                .values()
                .iter()
                .all(|s| s.is_finite() && (0.0..=1.0).contains(s)),
            "{what}"
        );
        assert_eq!(scores.greatest() > 0.0, some, "{what}");
        let map = DiscriminativeMap::new(&scores);
        assert_eq!(map.classes.iter().any(Option::is_some), some, "{what}");
        assert!(
            map.shades(0.0)
                .iter()
                .all(|shade| (0.0..=1.0).contains(shade)),
            "{what}"
        );
        assert!(map.threshold_for_share(0.5).is_finite());
        // Classes without observations have no power.
        for class in 0..scores.classes() {
            if !labels.iter().any(|label| usize::from(*label) == class) {
                assert!(scores.of_class(class).unwrap().iter().all(|s| *s == 0.0));
            }
        }
    }
    for (labels, what_to_do) in [
        (vec![4; 40], "choose observations of at least two classes"),
        (vec![0], "choose observations of at least two classes"),
        (vec![], "choose a subset with at least one row"),
    ] {
        let error = grown(vec![0.5; 2 * labels.len()], 2, &labels)
            .err()
            .unwrap();
        assert!(error.to_string().contains(what_to_do), "{error}");
    }
    for value in NOT_NUMBERS {
        let mut bad = noise.clone();
        bad[5] = value;
        let said = grown(bad, 2, &two).err().unwrap().to_string();
        assert!(said.starts_with("row 2, column 1"), "{said}");
    }
}

#[test]
fn responses_of_dead_neurons_and_absent_classes() {
    let dead = vec![0.0; 12];
    let labels = [0, 0, 5, 5];
    let histogram = ActivationHistogram::new(&dead, 3, &labels, 1, 24).unwrap();
    assert_eq!(
        (histogram.least, histogram.greatest, histogram.bins),
        (0.0, 0.0, 1)
    );
    assert_eq!(histogram.counts, [2, 0, 0, 0, 0, 2]);
    assert_eq!(
        mean_by_class(&[1.0, 3.0, 5.0, 5.0], &labels).unwrap(),
        [Some(2.0), None, None, None, None, Some(5.0)]
    );
    assert_eq!(mean_by_class(&[], &[]).unwrap(), []);
    let strongest = strongest_observations(&dead, 3, 0, 10).unwrap();
    assert_eq!(
        strongest.iter().map(|s| s.0).collect::<Vec<_>>(),
        [0, 1, 2, 3]
    );
    assert_eq!(mean_over_neurons(&dead, 3, &[0, 2]).unwrap(), [0.0; 4]);
    let nothing = mean_over_neurons(&dead, 3, &[]).unwrap_err();
    assert!(nothing.to_string().contains("select at least one"));
    assert!(mean_over_observations(&dead, 3, &[]).is_err());
    for value in NOT_NUMBERS {
        let bad = [0.0, value];
        assert!(ActivationHistogram::new(&bad, 1, &[0, 1], 0, 4).is_err());
        assert!(strongest_observations(&bad, 1, 0, 1).is_err());
        assert!(mean_over_observations(&bad, 1, &[0, 1]).is_err());
    }
}

#[test]
fn trails_of_one_point_one_step_and_no_movement() {
    for (layouts, n, steps) in [
        (vec![1.0, 2.0], 1, 1),
        ([1.0, 2.0].repeat(3), 1, 3),
        (vec![0.0; 4 * 5 * 2], 4, 5),
        (vec![1e30, -1e30, -1e30, 1e30], 1, 2),
        (vec![1e-40, 0.0, 0.0, 1e-40], 1, 2),
        (vec![f32::MAX, 0.0, f32::MIN, 0.0], 1, 2),
    ] {
        let trails = Trails::new(layouts.clone(), n, steps).unwrap();
        assert_eq!(trails.lengths().len(), n);
        assert!(
            trails.lengths().iter().all(|length| length.is_finite()),
            "{layouts:?}"
        );
        for groups in [None, Some(vec![7_u8; n])] {
            let mut bundling =
                Bundling::new(&trails, groups.as_deref(), &BundlingConfig::default()).unwrap();
            let mut slices = 0;
            while bundling.advance() {
                slices += 1;
                assert!(slices < 10_000, "it does not end");
            }
            for strength in [0.0, 0.5, 1.0, f32::NAN] {
                let mut paths = TrailPaths::default();
                BundledTrails::from(&bundling).write_paths(strength, &mut paths);
                assert!(paths.vertices.iter().all(|v| v.is_finite()), "{layouts:?}");
                assert!(paths.times.iter().all(|t| (0.0..=1.0).contains(t)));
            }
        }
    }
    for value in NOT_NUMBERS {
        let said = Trails::new(vec![0.0, value, 0.0, 0.0], 1, 2)
            .unwrap_err()
            .to_string();
        assert!(
            said.contains("observation 0 at step 0")
                && said.contains("project this evolution again")
        );
    }
    assert!(
        Trails::new(vec![], 0, 3)
            .unwrap_err()
            .to_string()
            .contains("choose at least one")
    );
}

#[test]
fn clusters_of_one_spot_one_point_and_none() {
    let of = |positions: &[f32], labels: &[u8]| {
        find_clusters(positions, labels, ClusterConfig::default())
    };
    assert_eq!(of(&[], &[]), []);
    assert_eq!(of(&[f32::NAN; 8], &[0; 4]), [], "nothing that is no place");
    for (what, positions, labels, classes) in [
        ("one point", vec![3.0, 4.0], vec![9], vec![9]),
        ("one spot", vec![1.0; 40], vec![2; 20], vec![2]),
        (
            "one spot of two classes",
            vec![1.0; 8],
            vec![0, 0, 5, 5],
            vec![0, 5],
        ),
        (
            "enormous",
            vec![f32::MAX, 0.0, f32::MIN, 0.0],
            vec![1, 1],
            vec![1],
        ),
        (
            "one is no number",
            vec![f32::INFINITY, 0.0, 2.0, 2.0],
            vec![0, 1],
            vec![1],
        ),
    ] {
        let found = of(&positions, &labels);
        let present: Vec<u8> = found.iter().map(|cluster| cluster.class).collect();
        assert_eq!(present, classes, "{what}");
        for cluster in &found {
            assert!(cluster.share > 0.0 && cluster.share <= 1.0, "{what}");
            assert!(cluster.members.contains(&cluster.representative), "{what}");
            assert!(cluster.peak.iter().all(|x| x.is_finite()), "{what}");
        }
        assert_eq!(in_turn(&found).len(), found.len());
    }
}

#[test]
fn a_viewport_of_anything_can_be_looked_through() {
    for positions in [
        vec![],
        vec![5.0, 5.0],
        vec![5.0; 20],
        vec![f32::NAN; 4],
        vec![f32::INFINITY, 0.0, 1.0, 1.0],
        vec![f32::MAX, f32::MAX, f32::MIN, f32::MIN],
        vec![1e-45, 0.0, 0.0, 0.0],
        vec![0.0, 0.0, 1.0, 0.0],
    ] {
        for (width, height) in [(300.0, 200.0), (0.0, 0.0), (1.0, 4000.0)] {
            let viewport = Viewport::fit(&positions, width, height, 20.0);
            assert!(
                viewport.scale().is_finite() && viewport.scale() > 0.0,
                "{positions:?} {width}"
            );
            let middle = viewport.to_pixel(viewport.center());
            assert!(
                middle.iter().all(|x| x.is_finite()),
                "{positions:?} {width}"
            );
            let grid = PointGrid::new(&positions);
            let _ = grid.nearest(&viewport, middle, 10.0, None);
        }
        if let Some(bounds) = Bounds::of(&positions) {
            assert!(bounds.min.iter().chain(&bounds.max).all(|x| x.is_finite()));
        }
    }
}

#[test]
fn scales_and_ticks_of_nothing() {
    for theme in [Theme::Light, Theme::Dark] {
        let scale = ColourScale::sequential(theme);
        let least = scale.at(0.0);
        for (value, least_value, greatest) in [
            (1.0, 1.0, 1.0),
            (f32::NAN, 0.0, 1.0),
            (0.0, f32::NAN, f32::NAN),
            (0.0, 0.0, f32::INFINITY),
        ] {
            assert_eq!(scale.of(value, least_value, greatest), least);
        }
    }
    for (least, greatest) in [
        (f64::NAN, 1.0),
        (0.0, f64::INFINITY),
        (f64::NEG_INFINITY, f64::INFINITY),
        (1.0, 0.0),
    ] {
        assert_eq!(ticks(least, greatest, 5), []);
    }
    for (least, greatest) in [
        (0.0, 0.0),
        (0.0, 5e-324),
        (1.0, 1.0 + f64::EPSILON),
        (0.0, 1e-45),
        (-3.4e38, 3.4e38),
        (f64::MIN, f64::MAX / 4.0),
        (1e30, 1.000_001e30),
    ] {
        let found = ticks(least, greatest, 5);
        assert!(found.len() <= 5, "{least} {greatest}");
        assert!(
            found.iter().all(|tick| (0.0..=1.0).contains(&tick.share)),
            "{least} {greatest}"
        );
        assert!(
            found.iter().all(|tick| is_told_well(&tick.label)),
            "{found:?}"
        );
    }
}

#[test]
fn layouts_that_cannot_be_turned_stay() {
    let square = [0.0, 0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 1.0];
    for (moving, target) in [
        (vec![], vec![]),
        (vec![f32::NAN; 8], square.to_vec()),
        (square.to_vec(), vec![f32::INFINITY; 8]),
    ] {
        assert_eq!(align(&moving, &target, Scaling::Fit), Similarity::IDENTITY);
    }
    for (moving, target) in [
        (vec![2.0; 8], square.to_vec()),
        (square.to_vec(), vec![2.0; 8]),
        (vec![2.0; 8], vec![3.0; 8]),
        (vec![1e30; 8], square.to_vec()),
        (square.map(|x| x * 1e30).to_vec(), square.to_vec()),
        (vec![4.0, 4.0], vec![1.0, 2.0]),
    ] {
        for scaling in [Scaling::Keep, Scaling::Fit] {
            let found = align(&moving, &target, scaling);
            let mut moved = moving.clone();
            found.apply(&mut moved);
            assert!(moved.iter().all(|x| x.is_finite()), "{moving:?} {target:?}");
        }
    }
}

#[test]
fn between_layouts_of_any_length_nothing_panics() {
    let mut out = Vec::new();
    for (from, to) in [
        (vec![], vec![]),
        (vec![1.0, 2.0], vec![]),
        (vec![f32::NAN, 0.0], vec![1.0, 1.0]),
    ] {
        for t in [0.0, 0.5, 1.0, f32::NAN, f32::INFINITY] {
            interpolate(&from, &to, t, &mut out);
        }
    }
    for at in [0.0, 0.5, 7.0, -1.0, f32::NAN, f32::INFINITY] {
        for (positions, steps) in [
            (vec![], 0),
            (vec![], 3),
            (vec![1.0, 2.0], 1),
            (vec![1.0; 8], 2),
        ] {
            between_steps(&positions, steps, at, &mut out);
        }
    }
}

#[test]
fn predictions_of_nothing_of_one_class_and_without_numbers() {
    let none = Predictions::default();
    assert_eq!(none.accuracy(&[]), None);
    assert_eq!(none.accuracy(&[1, 2]), None);
    assert!(Predictions::from_probabilities(vec![], 0).is_err());
    let unsure = Predictions::from_probabilities(vec![f32::NAN; 6], 3).unwrap();
    assert_eq!(unsure.predicted, [0, 0]);
    let one = Predictions::from_probabilities(vec![1.0; 4], 1).unwrap();
    assert_eq!(one.accuracy(&[0; 4]), Some(1.0));
    for (predictions, labels, classes) in [
        (&none, vec![], 0),
        (&one, vec![0; 4], 1),
        (&unsure, vec![2, 9], 3),
        (&one, vec![0; 2], 10),
    ] {
        let matrix = Confusion::new(predictions, &labels, classes);
        assert!(matrix.right() <= matrix.total());
        assert_eq!(matrix.count(classes, classes), 0);
        let found = mistakes(predictions, &labels);
        assert_eq!(found.len(), predictions.misclassified(&labels).len());
        assert!(observations_of(predictions, &labels, Some(200), None).is_empty());
    }
    assert!(changed_prediction(&none, &one).is_empty());
}

#[test]
fn what_stands_out_is_a_number() {
    assert_eq!(moved_most(&[], 3, |_| true), [0_u32; 0]);
    assert_eq!(usual_count(0), 0);
    let ways = [f32::NAN, 1.0, -f32::NAN, 0.0, 2.0];
    assert_eq!(
        moved_most(&ways, 2, |_| true),
        [1, 4],
        "what is not a number did not move most"
    );
}

#[test]
fn hits_are_compared_where_there_are_any() {
    let alone = neighborhood_hit(&[0.0, 0.0], 2, &[3], 6).unwrap();
    let two = neighborhood_hit(&[0.0, 0.0, 1.0, 1.0], 2, &[0, 0], 6).unwrap();
    let pairs = compare_hits(&alone, &two);
    assert_eq!(
        (pairs[0].left, pairs[0].right, pairs[0].difference()),
        (None, Some(1.0), None)
    );
    assert!((0.0..=0.9).contains(&axis_start(&pairs)));
    let names = |class: usize| class.to_string();
    let said = describe_observations(1, Some(&alone), &names, None, 0);
    assert_eq!(
        said,
        "1 observations in the plane. A single observation has no neighbours, so there is no neighborhood hit. 0 selected."
    );
    let said = describe_observations(2, Some(&two), &names, None, 0);
    assert!(
        said.contains("all observations are of one class")
            || said.contains("All observations are of one class"),
        "{said}"
    );
}

#[test]
fn no_epoch_and_no_memory_are_planned_for() {
    for (epochs, every, bytes, budget) in [
        (0, 0, 0, 0),
        (0, 1, 100, 0),
        (1, 0, u64::MAX, 0),
        (u32::MAX, 1, 1, u64::MAX),
        (5, u32::MAX, 1, 10),
    ] {
        let plan = plan_kept_epochs(epochs, every, bytes, budget);
        assert_eq!(
            (plan.epochs[0], plan.epochs.last().copied()),
            (0, Some(epochs))
        );
        assert!(is_told_well(&plan.to_string()), "{plan}");
    }
}

#[test]
fn curves_with_gaps_survive_being_written() {
    let curves = Curves {
        train_loss: vec![(0.5, 2.0), (1.0, f32::INFINITY)],
        evaluations: vec![Evaluation {
            epoch: 1,
            train_loss: None,
            train_accuracy: None,
            test_loss: f32::NAN,
            test_accuracy: f32::NAN,
        }],
    };
    let json = serde_json::to_string(&curves).unwrap();
    let back: Curves = serde_json::from_str(&json).unwrap();
    assert!(back.evaluations[0].test_accuracy.is_nan() && back.train_loss[1].1.is_nan());
    assert_eq!(back.train_loss[0], (0.5, 2.0));
}

#[test]
fn figures_with_gaps_have_neither_holes_nor_names_of_no_numbers() {
    for values in [
        vec![],
        vec![0.0, f32::NAN],
        vec![
            0.0,
            1.0,
            1.0,
            f32::INFINITY,
            2.0,
            f32::NEG_INFINITY,
            3.0,
            0.5,
        ],
        vec![f32::NAN, 1.0],
        vec![0.0, f32::MAX, 1.0, f32::MIN],
    ] {
        for greatest in [0.0, 1.0, f32::NAN, f32::INFINITY] {
            let figure = Figure {
                title: "Loss".into(),
                content: Content::Chart(Chart {
                    x: Axis {
                        name: "Epoch".into(),
                        greatest: 3.0,
                        ..Axis::default()
                    },
                    y: Axis {
                        name: "Nats".into(),
                        greatest,
                        ..Axis::default()
                    },
                    series: vec![Series {
                        name: "training".into(),
                        points: values.clone(),
                        ..Series::default()
                    }],
                }),
                ..Figure::default()
            };
            let table = Table::of(&figure);
            let csv = to_csv(&table);
            assert!(is_told_well(&csv), "{csv}");
            assert!(
                table
                    .rows
                    .iter()
                    .all(|row| row.len() == table.columns.len())
            );
            let pages = TablePages::from(&table).pages.concat();
            assert!(is_told_well(&pages), "{pages}");
            let svg = draw(&figure, 1.0);
            assert!(is_told_well(&svg), "{svg}");
        }
    }
    let table = Table {
        caption: String::new(),
        columns: vec!["x".into()],
        rows: NOT_NUMBERS
            .iter()
            .map(|value| vec![Cell::Number(*value)])
            .collect(),
    };
    assert_eq!(to_csv(&table), "x\r\n\r\n\r\n\r\n");
}

#[test]
fn verdicts_rest_on_numbers_or_are_not_given() {
    assert_eq!(Difference::paired(&[], &[]), None);
    assert_eq!(Difference::paired(&[1.0], &[0.5]), None);
    assert_eq!(Difference::unpaired(&[1.0], &[0.5, 0.1]), None);
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        for value in [
            Value::Share(value),
            Value::Points(value),
            Value::Width(value),
            Value::Plain(value),
        ] {
            assert_eq!(value.text(), "–");
        }
    }
    let unknown = Difference {
        mean: f64::NAN,
        margin: f64::NAN,
    };
    assert_eq!(unknown.kind(), Kind::Undecided);
    // An analysis of nothing.
    let single = Split {
        images: Vec::new(),
        labels: vec![0],
    };
    let nothing = Dataset::to_look_at(
        "one".into(),
        String::new(),
        None,
        vec!["cat".into()],
        single,
    )
    .unwrap();
    let analysis = Analysis::default();
    for step in &STEPS {
        let evidence = Evidence {
            dataset: &nothing,
            analysis: &analysis,
            unprocessed: None,
            class: 200,
        };
        let verdict = judge(step, evidence);
        assert!(
            matches!(verdict.kind, Kind::NotYet(_)),
            "{}: {:?}",
            step.id,
            verdict.kind
        );
    }
}

fn any_value() -> impl Strategy<Value = f32> {
    prop_oneof![
        6 => -10.0_f32..10.0,
        2 => Just(0.0_f32),
        1 => prop::sample::select(vec![
            1e30, -1e30, 1e-45, f32::MAX, f32::MIN, f32::NAN, f32::INFINITY, f32::NEG_INFINITY,
        ]),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_positions_can_be_drawn_hit_and_clustered(
        positions in prop::collection::vec(any_value(), 0..24),
        other in prop::collection::vec(any_value(), 24),
        width in prop::sample::select(vec![0.0, 1.0, 320.0]),
    ) {
        let n = positions.len() / 2;
        let labels: Vec<u8> = (0..n).map(|i| (i % 2) as u8 * 255).collect();
        let viewport = Viewport::fit(&positions, width, 200.0, 10.0);
        prop_assert!(viewport.scale().is_finite() && viewport.scale() > 0.0);
        let grid = PointGrid::new(&positions);
        let _ = grid.nearest(&viewport, [10.0, 10.0], 50.0, None);
        for cluster in find_clusters(&positions, &labels, ClusterConfig::default()) {
            prop_assert!(cluster.members.iter().all(|&i| (i as usize) < n));
            let places = cluster.members.iter().map(|&i| &positions[2 * i as usize..][..2]);
            prop_assert!(places.flatten().all(|x| x.is_finite()));
        }
        let turn = align(&positions, &other[..positions.len()], Scaling::Fit);
        prop_assert!(turn.linear.as_flattened().iter().chain(&turn.shift).all(|x| x.is_finite()));
    }

    #[test]
    fn any_activations_have_a_forest_or_a_reason(
        activations in prop::collection::vec(any_value(), 20),
        labels in prop::collection::vec(0_u8..4, 10),
    ) {
        match grown(activations.clone(), 2, &labels) {
            Ok(forest) => {
                let scores = forest.scores();
                prop_assert!(scores.values().iter().all(|s| (0.0..=1.0).contains(s)));
            }
            Err(NeuronError::OneClass { .. }) => {
                prop_assert!(labels.iter().all(|label| *label == labels[0]));
            }
            Err(_) => prop_assert!(activations.iter().any(|x| !x.is_finite())),
        }
    }
}
