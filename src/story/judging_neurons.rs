//! Judging the steps that are about neurons (figures 12 to 14).

use std::sync::Arc;

use super::difference::Difference;
use super::gathering::gathering;
use super::judging::{Evidence, Judged, both_moments, difference, hit_share, verdict};
use super::step::{Moment, last_layer};
use super::verdict::{Kind, Missing, Value};
use crate::analysis::{Analysis, Discrimination, NeuronLayout, Representation};
use crate::neurons::{DiscriminativeMap, mean_by_class};
use crate::ordering::falling;
use crate::projection::neighborhood_hit;

/// Neighbours of a neuron that are looked at, as in the paper's neighborhood hit.
const K: usize = 6;
/// From this share of pairs on in which the class's observation activates the neuron more, the neuron
/// responds to the class.
const RESPONDS: f64 = 0.75;

/// Layout and scores of a layer's neurons.
fn neurons(
    analysis: &Analysis,
    of: Representation,
) -> Result<(&Arc<NeuronLayout>, &Arc<Discrimination>), Missing> {
    let missing = if analysis.has_features(of) {
        Missing::Computing
    } else {
        Missing::Layout
    };
    let map = analysis.neuron_maps.get(&of).ok_or(missing)?;
    map.layout
        .as_ref()
        .zip(map.discrimination.as_ref())
        .ok_or(missing)
}

/// The neuron that tells a class from the rest best, after training.
pub fn best_neuron(analysis: &Analysis, class: u8) -> Option<u32> {
    let of = last_layer(analysis, Moment::After)?;
    let map = analysis.neuron_maps.get(&of)?;
    let scores = &map.discrimination.as_ref()?.scores;
    let row = scores.of_class(class.into())?;
    let best = falling(row).first().copied()?;
    (row[best as usize] > 0.0).then_some(best)
}

/// Figure 12: after training, the neurons that tell a class from the rest gather.
pub(super) fn gather(evidence: Evidence) -> Judged {
    let moments = both_moments(evidence.analysis)?;
    let mut by_class: [Vec<Option<f64>>; 2] = Default::default();
    for (moment, of) in moments.into_iter().enumerate() {
        let (layout, found) = neurons(evidence.analysis, of)?;
        by_class[moment] = (0..found.scores.classes())
            .map(|class| {
                let row = found.scores.of_class(class)?;
                gathering(&layout.positions, row, &layout.constant)
            })
            .collect();
    }
    let of_class = |moment: usize| {
        let class = usize::from(evidence.class);
        let own = by_class[moment].get(class).copied().flatten();
        own.map_or(Value::Unknown, Value::Plain)
    };
    let pairs = by_class[0].iter().zip(&by_class[1]);
    let (before, after): (Vec<f32>, Vec<f32>) = pairs
        .filter_map(|(before, after)| Some(((*before)? as f32, (*after)? as f32)))
        .unzip();
    let apart = Difference::paired(&after, &before).ok_or(Missing::Layout)?;
    let mean = |values: &[f32]| {
        let sum: f64 = values.iter().map(|&value| f64::from(value)).sum();
        Value::Plain(sum / values.len() as f64)
    };
    let (layout, _) = neurons(evidence.analysis, moments[1])?;
    let count = layout.positions.len() / 2 - layout.constant.len();
    let names = &evidence.dataset.class_names;
    let class = names.get(usize::from(evidence.class)).cloned();
    let numbers = vec![
        ("class", Value::Name(class.unwrap_or_default())),
        ("best", Value::Count(super::gathering::best_count(count))),
        ("before", of_class(0)),
        ("after", of_class(1)),
        ("all_before", mean(&before)),
        ("all_after", mean(&after)),
        ("difference", Value::Plain(apart.mean)),
        ("margin", Value::Plain(apart.margin)),
    ];
    verdict(apart.kind(), numbers)
}

/// Figure 13: after training, neurons of the same class lie together.
pub(super) fn map(evidence: Evidence) -> Judged {
    let moments = both_moments(evidence.analysis)?;
    let mut hits = Vec::new();
    for of in moments {
        let (layout, found) = neurons(evidence.analysis, of)?;
        let map = DiscriminativeMap::new(&found.scores);
        let (mut positions, mut classes) = (Vec::new(), Vec::new());
        for (neuron, place) in layout.positions.as_chunks::<2>().0.iter().enumerate() {
            let class = map.classes.get(neuron).copied().flatten();
            if let Some(class) = class
                && !layout.constant.contains(&(neuron as u32))
            {
                positions.extend_from_slice(place);
                classes.push(class);
            }
        }
        let hit = neighborhood_hit(&positions, 2, &classes, K).map_err(|_| Missing::Layout)?;
        hits.push(hit);
    }
    let [before, after] = [&hits[0], &hits[1]];
    let apart = Difference::unpaired(&before.per_observation, &after.per_observation)
        .ok_or(Missing::Layout)?;
    let [change, margin] = difference(apart);
    let numbers = vec![
        ("before", hit_share(before)),
        ("after", hit_share(after)),
        change,
        margin,
    ];
    verdict(apart.kind(), numbers)
}

/// Figure 14: the neuron that tells a class apart best is active on that class, and hardly elsewhere.
pub(super) fn response(evidence: Evidence) -> Judged {
    let analysis = evidence.analysis;
    let of = last_layer(analysis, Moment::After).ok_or(Missing::Network)?;
    let activations = analysis.activations(of).ok_or(Missing::Activations)?;
    neurons(analysis, of)?;
    let class = evidence.class;
    let neuron = best_neuron(analysis, class).ok_or(Missing::Layout)?;
    let labels = &analysis.subset(of.part).labels;
    let width = activations
        .len()
        .checked_div(labels.len())
        .unwrap_or(0)
        .max(1);
    let values: Vec<f32> = activations
        .chunks_exact(width)
        .filter_map(|row| row.get(neuron as usize).copied())
        .collect();
    let means = mean_by_class(&values, labels).map_err(|_| Missing::Activations)?;
    let own: Vec<u8> = labels
        .iter()
        .map(|&label| u8::from(label == class))
        .collect();
    let both = mean_by_class(&values, &own).map_err(|_| Missing::Activations)?;
    let mean = |at: usize| {
        let mean = both.get(at).copied().flatten();
        mean.map_or(Value::Unknown, |mean| Value::Plain(mean.into()))
    };
    let strongest = means
        .iter()
        .enumerate()
        .filter_map(|(class, mean)| Some((class, (*mean)?)))
        .max_by(|a, b| a.1.total_cmp(&b.1));
    let order = order(&values, &own);
    let is_strongest = strongest.is_some_and(|(own, _)| own == usize::from(class));
    let kind = match order {
        Some(order) if order >= RESPONDS && is_strongest => Kind::Confirmed,
        Some(order) if order <= 0.5 => Kind::Contradicted,
        _ => Kind::Undecided,
    };
    let name = evidence
        .dataset
        .class_names
        .get(usize::from(class))
        .cloned();
    let numbers = vec![
        ("neuron", Value::Count(neuron as usize + 1)),
        ("class", Value::Name(name.unwrap_or_default())),
        ("inside", mean(1)),
        ("outside", mean(0)),
        ("order", order.map_or(Value::Unknown, Value::Share)),
    ];
    verdict(kind, numbers)
}

/// The share of pairs of an observation inside (1) and one outside (0) in which that inside has the
/// greater value; equal ones count half. By ranks (Mann and Whitney).
fn order(values: &[f32], inside: &[u8]) -> Option<f64> {
    let falling = falling(values);
    let (mut above, mut pairs) = (0.0, 0.0);
    let mut at = 0;
    while at < falling.len() {
        let value = values[falling[at] as usize];
        let equal = falling[at..]
            .iter()
            .take_while(|&&i| values[i as usize] == value);
        let (mut inner, mut outer) = (0.0, 0.0);
        for &i in equal {
            if inside[i as usize] == 1 {
                inner += 1.0;
            } else {
                outer += 1.0;
            }
            at += 1;
        }
        // `above`: those inside with greater values so far.
        pairs += outer * (above + 0.5 * inner);
        above += inner;
        if inner + outer == 0.0 {
            return None; // not a number
        }
    }
    let outside = values.len() as f64 - above;
    (above > 0.0 && outside > 0.0).then(|| pairs / above / outside)
}

#[cfg(test)]
mod tests {
    use super::order;

    #[test]
    fn the_order_is_the_share_of_pairs() {
        let inside = [1, 1, 0, 0];
        assert_eq!(order(&[4.0, 3.0, 2.0, 1.0], &inside), Some(1.0));
        assert_eq!(order(&[1.0, 2.0, 3.0, 4.0], &inside), Some(0.0));
        assert_eq!(order(&[1.0; 4], &inside), Some(0.5));
        // Pairs 4>2, 4>3, 1<2, 1<3.
        assert_eq!(order(&[4.0, 1.0, 2.0, 3.0], &inside), Some(0.5));
        assert_eq!(order(&[1.0, 2.0], &[0, 0]), None);
        assert_eq!(order(&[f32::NAN, 1.0], &[1, 0]), None);
    }
}
