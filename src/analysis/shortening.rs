//! Fewer digits for analyses that a site ships: what nobody can see is left out, so that the file is small.
//! What the page saves for a visitor keeps every bit.

use std::sync::Arc;

use super::{Analysis, Discrimination, NeuronLayout};
use crate::neurons::DiscriminativeScores;
use crate::projection::{NeighborhoodHit, ProjectionError, neighborhood_hit};

/// Steps that the largest coordinate of a layout has: at 600 pixels half a step is less than a sixth of one.
const POSITION_STEPS: f32 = 2048.0;
/// Steps from 0 to 1 of a probability or a score: less than what captions show.
const SHARE_STEPS: f32 = 1024.0;
/// Steps that the largest activation of a layer has: more than a colour scale has colours.
const ACTIVATION_STEPS: f32 = 64.0;

/// Rounds layouts, probabilities, scores and activations, and scores the layouts again as they are then.
///
/// # Errors
/// A layout cannot be scored.
pub fn shorten(analysis: &mut Analysis) -> Result<(), ProjectionError> {
    let labels = [analysis.train.labels.clone(), analysis.test.labels.clone()];
    let labels_of = |part: crate::dataset::Part| &labels[part as usize];
    let again = |positions: &[f32], hit: &NeighborhoodHit, labels: &[u8]| {
        neighborhood_hit(positions, 2, labels, hit.k)
    };
    for (of, projection) in &mut analysis.projections {
        let projection = Arc::make_mut(projection);
        let positions = rounded(&projection.positions, POSITION_STEPS);
        projection.hit = Arc::new(again(&positions, &projection.hit, labels_of(of.part))?);
        projection.positions = Arc::new(positions);
    }
    for (of, evolution) in &mut analysis.evolutions {
        let evolution = Arc::make_mut(evolution);
        let positions = rounded(&evolution.positions, POSITION_STEPS);
        let labels = labels_of(of.part);
        for (hit, layout) in evolution
            .hits
            .iter_mut()
            .zip(positions.chunks(2 * labels.len().max(1)))
        {
            *hit = again(layout, hit, labels)?;
        }
        evolution.positions = Arc::new(positions);
    }
    for map in analysis.neuron_maps.values_mut() {
        if let Some(layout) = &map.layout {
            map.layout = Some(Arc::new(NeuronLayout {
                positions: Arc::new(rounded(&layout.positions, POSITION_STEPS)),
                ..layout.as_ref().clone()
            }));
        }
        if let Some(found) = &map.discrimination {
            let scores = &found.scores;
            let values = scores
                .values()
                .iter()
                .map(|&share| to_step(share, SHARE_STEPS));
            if let Some(scores) =
                DiscriminativeScores::from_values(values.collect(), scores.neurons())
            {
                map.discrimination = Some(Arc::new(Discrimination {
                    scores: Arc::new(scores),
                    config: found.config.clone(),
                }));
            }
        }
    }
    for snapshot in analysis.snapshots.values_mut() {
        let snapshot = Arc::make_mut(snapshot);
        for share in &mut snapshot.predictions.probabilities {
            *share = to_step(*share, SHARE_STEPS);
        }
        for layer in snapshot.layers.iter_mut().flatten() {
            *layer = Arc::new(rounded(layer, ACTIVATION_STEPS));
        }
    }
    Ok(())
}

fn to_step(value: f32, steps: f32) -> f32 {
    (value * steps).round() / steps
}

/// Multiples of a power of two, of which the largest value has at least `steps`: bits at the end are zero.
fn rounded(values: &[f32], steps: f32) -> Vec<f32> {
    let largest = values
        .iter()
        .fold(0.0_f32, |most, value| most.max(value.abs()));
    if largest == 0.0 || !largest.is_finite() {
        return values.to_vec();
    }
    let step = (largest / steps).log2().floor().exp2();
    values
        .iter()
        .map(|value| (value / step).round() * step)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_errs_by_half_a_step_at_most_and_once() {
        let values: Vec<f32> = (0..200).map(|i| ((i * i) as f32).sin() * 37.3).collect();
        let once = rounded(&values, 4096.0);
        let most = values
            .iter()
            .fold(0.0_f32, |most, value| most.max(value.abs()));
        for (before, after) in values.iter().zip(&once) {
            assert!(
                (before - after).abs() <= most / 4096.0 / 2.0,
                "{before} {after}"
            );
        }
        assert_eq!(rounded(&once, 4096.0), once);
        assert_eq!(rounded(&[0.0, 0.0], 4096.0), [0.0, 0.0]);
        assert!(rounded(&[f32::NAN, 1.0], 8.0)[0].is_nan());
        assert_eq!(to_step(0.999_95, SHARE_STEPS), 1.0);
    }
}
