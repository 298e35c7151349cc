//! Judging a step of the tour by the numbers of an analysis.

use std::sync::Arc;

use super::difference::Difference;
use super::judging_neurons;
use super::polarity::polarities;
use super::step::{Moment, Scene, Shown, Step, as_given, last_layer};
use super::verdict::{Kind, Missing, Number, Value, Verdict};
use crate::analysis::{Analysis, Projection, Representation, Snapshot, Subset};
use crate::dataset::{Dataset, Part};
use crate::projection::{NeighborhoodHit, PolarityHit, neighborhood_hit, polarity_hit};

/// Of what the pixels separate beyond chance, the last hidden layer before training has lost this much
/// where it separates poorly …
const POOR: f64 = 0.5;
/// … and keeps this much where it separates about as well. (The paper calls 83.78% of 89.12% similar: 0.93.)
const SIMILAR: f64 = 0.75;
/// Pixels that separate less than this beyond chance have nothing to lose.
const LEAST: f64 = 0.05;
/// A class is split in two where so much of a digit's neighbours within the class share its polarity: half
/// way from mixed polarities (0.5) to two clusters (1).
const SPLIT: f32 = 0.75;
/// Polarities are mixed where less do.
const MIXED: f32 = 0.625;

/// What a verdict may rest on.
#[derive(Clone, Copy, Debug)]
pub struct Evidence<'a> {
    /// The observations.
    pub dataset: &'a Dataset,
    /// What was found out about them.
    pub analysis: &'a Analysis,
    /// The same of images that were not preprocessed, where the visitor saw that.
    pub unprocessed: Option<(&'a Dataset, &'a Analysis)>,
    /// The class that the neurons' view tells from the rest.
    pub class: u8,
}

/// Judges a step.
pub fn judge(step: &Step, evidence: Evidence) -> Verdict {
    let verdict = match step.id {
        "before" | "hard" => before(evidence),
        "after" => after(evidence),
        "mistakes" => mistakes(evidence),
        "depth" => depth(evidence),
        "epochs" | "layers" => evolution(step.scene, evidence),
        "polarity" => polarity(evidence),
        "overfit" => overfit(evidence),
        "preprocessed" => preprocessed(evidence),
        "gather" => judging_neurons::gather(evidence),
        "map" => judging_neurons::map(evidence),
        _ => judging_neurons::response(evidence),
    };
    verdict.unwrap_or_else(|missing| Verdict::not_yet(missing, Vec::new()))
}

/// A verdict, or the first thing that is missing.
pub(super) type Judged = Result<Verdict, Missing>;

pub(super) fn verdict(kind: Kind, numbers: Vec<Number>) -> Judged {
    Ok(Verdict { kind, numbers })
}

/// The difference with its margin.
pub(super) fn difference(difference: Difference) -> [Number; 2] {
    [
        ("difference", Value::Points(difference.mean)),
        ("margin", Value::Width(difference.margin)),
    ]
}

pub(super) fn share(value: f32) -> Value {
    Value::Share(value.into())
}

/// A neighborhood hit, where there is one.
pub(super) fn hit_share(hit: &NeighborhoodHit) -> Value {
    hit.defined().map_or(Value::Unknown, share)
}

/// What a step shows in this analysis.
pub(super) fn found(analysis: &Analysis, shown: Shown) -> Result<Representation, Missing> {
    if let Some(representation) = shown.of(analysis) {
        return Ok(representation);
    }
    let before = matches!(shown, Shown::Layer(_, _, Moment::Before));
    Err(if as_given(analysis) && before {
        Missing::Before
    } else {
        Missing::Network
    })
}

/// The layout of it.
fn layout(
    analysis: &Analysis,
    shown: Shown,
) -> Result<(Representation, &Arc<Projection>), Missing> {
    let representation = found(analysis, shown)?;
    match analysis.projections.get(&representation) {
        Some(projection) => Ok((representation, projection)),
        None if analysis.has_features(representation) => Err(Missing::Computing),
        None => Err(Missing::Layout),
    }
}

fn last(part: Part, moment: Moment) -> Shown {
    Shown::Layer(part, super::Depth::Last, moment)
}

/// What the network says of the observations of a representation.
fn told(analysis: &Analysis, of: Representation) -> Option<(&Arc<Snapshot>, &Arc<Subset>)> {
    let snapshot = analysis.snapshot_of(of)?;
    let subset = analysis.subset(of.part);
    (snapshot.predictions.len() == subset.len()).then_some((snapshot, subset))
}

fn accuracy(analysis: &Analysis, of: Representation) -> Value {
    let accuracy = told(analysis, of)
        .and_then(|(snapshot, subset)| snapshot.predictions.accuracy(&subset.labels));
    accuracy.map_or(Value::Unknown, share)
}

/// Whether each observation is classified right, as numbers.
fn right(analysis: &Analysis, of: Representation) -> Option<Vec<f32>> {
    let (snapshot, subset) = told(analysis, of)?;
    let pairs = snapshot.predictions.predicted.iter().zip(&subset.labels);
    Some(pairs.map(|(a, b)| f32::from(u8::from(a == b))).collect())
}

/// The neighborhood hit of a layout that does not know of classes.
pub(super) fn chance(labels: &[u8]) -> f64 {
    let mut counts = [0.0_f64; 256];
    for &label in labels {
        counts[usize::from(label)] += 1.0;
    }
    let n = labels.len().max(1) as f64;
    counts.iter().map(|count| (count / n).powi(2)).sum()
}

/// Hypothesis 1: before training, the last hidden layer separates the classes poorly.
fn before(evidence: Evidence) -> Judged {
    let analysis = evidence.analysis;
    if !evidence.dataset.has_images() {
        return Err(Missing::Layout);
    }
    found(analysis, last(Part::Test, Moment::Before))?;
    let (_, raw) = layout(analysis, Shown::Pixels)?;
    let (_, before) = layout(analysis, last(Part::Test, Moment::Before))?;
    let (raw, before) = (&raw.hit, &before.hit);
    let apart = Difference::paired(&raw.per_observation, &before.per_observation)
        .ok_or(Missing::Computing)?;
    let chance = chance(&analysis.test.labels);
    let room = f64::from(raw.overall) - chance;
    let kept = ((f64::from(before.overall) - chance) / room).max(0.0);
    let kind = if room < LEAST {
        Kind::Undecided
    } else if kept < POOR {
        Kind::Confirmed
    } else if kept >= SIMILAR {
        Kind::Contradicted
    } else {
        Kind::Undecided
    };
    let [change, margin] = difference(apart);
    let kept = if room < LEAST {
        Value::Unknown
    } else {
        Value::Share(kept)
    };
    let numbers = vec![
        ("raw", hit_share(raw)),
        ("before", hit_share(before)),
        change,
        margin,
        ("kept", kept),
    ];
    verdict(kind, numbers)
}

/// Hypothesis 2: training improves the separation in the last hidden layer.
fn after(evidence: Evidence) -> Judged {
    let analysis = evidence.analysis;
    let (at, after) = layout(analysis, last(Part::Test, Moment::After))?;
    let (_, before) = layout(analysis, last(Part::Test, Moment::Before))?;
    let apart = Difference::paired(&before.hit.per_observation, &after.hit.per_observation)
        .ok_or(Missing::Computing)?;
    let [change, margin] = difference(apart);
    let numbers = vec![
        ("before", hit_share(&before.hit)),
        ("after", hit_share(&after.hit)),
        change,
        margin,
        ("accuracy", accuracy(analysis, at)),
    ];
    verdict(apart.kind(), numbers)
}

/// Of hypothesis 2: likeness in the last hidden layer goes with the class that is assigned, right or wrong.
fn mistakes(evidence: Evidence) -> Judged {
    let analysis = evidence.analysis;
    let (at, after) = layout(analysis, last(Part::Test, Moment::After))?;
    let (snapshot, subset) = told(analysis, at).ok_or(Missing::Predictions)?;
    let predicted = &snapshot.predictions.predicted;
    let assigned = neighborhood_hit(&after.positions, 2, predicted, after.hit.k.max(1))
        .map_err(|_| Missing::Computing)?;
    let of_mistakes = |hits: &[f32]| -> Vec<f32> {
        let all = hits.iter().zip(predicted.iter().zip(&subset.labels));
        all.filter(|(_, (predicted, label))| predicted != label)
            .map(|(hit, _)| *hit)
            .collect()
    };
    let assigned = of_mistakes(&assigned.per_observation);
    let own = of_mistakes(&after.hit.per_observation);
    let count = ("mistakes", Value::Count(own.len()));
    let of = ("of", Value::Count(subset.len()));
    let mean = |values: &[f32]| {
        let sum: f64 = values.iter().map(|&value| f64::from(value)).sum();
        match values.len() {
            0 => Value::Unknown,
            n => Value::Share(sum / n as f64),
        }
    };
    let (assigned_mean, own_mean) = (mean(&assigned), mean(&own));
    let apart = Difference::paired(&own, &assigned);
    let [change, margin] = apart.map_or(
        [("difference", Value::Unknown), ("margin", Value::Unknown)],
        difference,
    );
    let numbers = vec![
        count,
        of,
        ("assigned", assigned_mean),
        ("true", own_mean),
        change,
        margin,
    ];
    verdict(apart.map_or(Kind::Undecided, Difference::kind), numbers)
}

/// Hypothesis 3: deep layers separate better than shallow ones.
fn depth(evidence: Evidence) -> Judged {
    let analysis = evidence.analysis;
    let (deep, last) = layout(analysis, last(Part::Test, Moment::After))?;
    let first = Shown::Layer(Part::Test, super::Depth::First, Moment::After);
    let (shallow, first) = layout(analysis, first)?;
    if deep == shallow {
        return Err(Missing::Layers);
    }
    let apart = Difference::paired(&first.hit.per_observation, &last.hit.per_observation)
        .ok_or(Missing::Computing)?;
    let [change, margin] = difference(apart);
    let numbers = vec![
        ("first", hit_share(&first.hit)),
        ("last", hit_share(&last.hit)),
        change,
        margin,
    ];
    verdict(apart.kind(), numbers)
}

/// Hypotheses 2 and 3 along a whole sequence: its last step separates better than its first.
fn evolution(scene: Scene, evidence: Evidence) -> Judged {
    let analysis = evidence.analysis;
    found(analysis, last(Part::Test, Moment::After))?;
    let sequence = scene.sequence(analysis).ok_or(Missing::Network)?;
    let Some(evolution) = analysis.evolutions.get(&sequence) else {
        let steps = sequence.representations(analysis);
        return Err(match steps.len() {
            0 => Missing::Layout,
            1 => Missing::Layers,
            _ => Missing::Computing,
        });
    };
    let (Some(first), Some(last)) = (evolution.hits.first(), evolution.hits.last()) else {
        return Err(Missing::Computing);
    };
    let apart = Difference::paired(&first.per_observation, &last.per_observation)
        .ok_or(Missing::Computing)?;
    let [change, margin] = difference(apart);
    let numbers = vec![
        ("first", hit_share(first)),
        ("last", hit_share(last)),
        ("steps", Value::Count(evolution.hits.len())),
        change,
        margin,
    ];
    verdict(apart.kind(), numbers)
}

/// How far the classes of a layout fall in two by the polarity of the images.
fn split(
    dataset: &Dataset,
    subset: &Subset,
    (of, projection): (Representation, &Arc<Projection>),
) -> Option<PolarityHit> {
    let images = dataset.images_at(of.part, &subset.indices);
    let polarities = polarities(&images, dataset.shape)?;
    let k = projection.hit.k.max(1);
    polarity_hit(&projection.positions, 2, &subset.labels, &polarities, k).ok()
}

/// Of hypothesis 4: what does not matter for the class splits it in two.
fn polarity(evidence: Evidence) -> Judged {
    let analysis = evidence.analysis;
    let after = layout(analysis, last(Part::Test, Moment::After))?;
    let hit = split(evidence.dataset, &analysis.test, after).ok_or(Missing::Polarities)?;
    let overall = hit.overall.ok_or(Missing::Polarities)?;
    let classes = hit.per_class.iter().flatten();
    let (all, split) = (
        classes.clone().count(),
        classes.filter(|hit| **hit >= SPLIT).count(),
    );
    let kind = if overall >= SPLIT {
        Kind::Confirmed
    } else if overall < MIXED {
        Kind::Contradicted
    } else {
        Kind::Undecided
    };
    let numbers = vec![
        ("after", hit_share(&after.1.hit)),
        ("polarity", share(overall)),
        ("split", Value::Count(split)),
        ("classes", Value::Count(all)),
    ];
    verdict(kind, numbers)
}

/// Of hypothesis 4: the training subset is separated better than the test subset.
fn overfit(evidence: Evidence) -> Judged {
    let analysis = evidence.analysis;
    let (at_test, test) = layout(analysis, last(Part::Test, Moment::After))?;
    let (at_train, train) = layout(analysis, last(Part::Train, Moment::After))?;
    let apart = Difference::unpaired(&test.hit.per_observation, &train.hit.per_observation)
        .ok_or(Missing::Computing)?;
    let [change, margin] = difference(apart);
    let numbers = vec![
        ("train", hit_share(&train.hit)),
        ("test", hit_share(&test.hit)),
        change,
        margin,
        ("accuracy_train", accuracy(analysis, at_train)),
        ("accuracy_test", accuracy(analysis, at_test)),
    ];
    verdict(apart.kind(), numbers)
}

/// Of hypothesis 4: taking needless variation out of the input improves the classification, and leaves
/// one cluster of each class.
fn preprocessed(evidence: Evidence) -> Judged {
    let analysis = evidence.analysis;
    let with = layout(analysis, last(Part::Test, Moment::After))?;
    let (other_set, other) = evidence.unprocessed.ok_or(Missing::Unprocessed)?;
    let without =
        layout(other, last(Part::Test, Moment::After)).map_err(|_| Missing::Unprocessed)?;
    // The very same digits: the polarity is that of their images before preprocessing.
    let same = other.test.labels == analysis.test.labels;
    let compare = |first: &[f32], second: &[f32]| {
        if same {
            Difference::paired(first, second)
        } else {
            Difference::unpaired(first, second)
        }
    };
    let apart = compare(&without.1.hit.per_observation, &with.1.hit.per_observation)
        .ok_or(Missing::Computing)?;
    let of_accuracy = right(other, without.0)
        .zip(right(analysis, with.0))
        .and_then(|(without, with)| compare(&without, &with));
    let split_without = split(other_set, &other.test, without).and_then(|hit| hit.overall);
    let split_with = if same {
        split(other_set, &other.test, (with.0, with.1)).and_then(|hit| hit.overall)
    } else {
        None
    };
    let better = of_accuracy.map_or(apart.kind(), Difference::kind);
    let kind = match (split_without, split_with) {
        _ if better == Kind::Contradicted => Kind::Contradicted,
        (Some(without), Some(with)) if with < MIXED && without - with > SPLIT - MIXED => {
            Kind::Confirmed
        }
        (Some(without), Some(with)) if with >= without => Kind::Contradicted,
        (Some(_), Some(_)) => Kind::Undecided,
        _ => better,
    };
    let [change, margin] = difference(apart);
    let maybe = |hit: Option<f32>| hit.map_or(Value::Unknown, share);
    let numbers = vec![
        ("without", hit_share(&without.1.hit)),
        ("with", hit_share(&with.1.hit)),
        change,
        margin,
        ("accuracy_without", accuracy(other, without.0)),
        ("accuracy_with", accuracy(analysis, with.0)),
        ("polarity_without", maybe(split_without)),
        ("polarity_with", maybe(split_with)),
    ];
    verdict(kind, numbers)
}

/// The last hidden layer before and after training, as the neurons' pictures show it.
pub(super) fn both_moments(analysis: &Analysis) -> Result<[Representation; 2], Missing> {
    let after = last_layer(analysis, Moment::After).ok_or(Missing::Network)?;
    let before = last_layer(analysis, Moment::Before).ok_or(Missing::Before)?;
    Ok([before, after])
}
