//! What was found out about the neurons of one layer at one epoch.

use std::sync::Arc;

use crate::canvas::align::{Scaling, align};
use crate::neurons::{DiscriminativeScores, ForestConfig};
use crate::projection::Stress;

/// The neurons of a layer: how alike they are, and which class each tells apart. Either may still be
/// missing.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NeuronMap {
    /// By metric MDS.
    pub layout: Option<Arc<NeuronLayout>>,
    /// By forests of extremely randomized trees.
    pub discrimination: Option<Arc<Discrimination>>,
}

impl NeuronMap {
    /// How many neurons it is of; 0 where it says nothing.
    pub fn neurons(&self) -> usize {
        match (&self.layout, &self.discrimination) {
            (Some(layout), _) => layout.positions.len() / 2,
            (None, Some(found)) => found.scores.neurons(),
            (None, None) => 0,
        }
    }
}

/// Neurons in the plane, near each other where their activations go together: metric MDS of 1 − |r|.
#[derive(Debug, Clone, PartialEq)]
pub struct NeuronLayout {
    /// neurons × 2, row-major.
    pub positions: Arc<Vec<f32>>,
    /// How far distances in the plane are from the dissimilarities.
    pub stress: Stress,
    /// Iterations done.
    pub iterations: u32,
    /// Neurons that never change, ascending. They lie on one spot.
    pub constant: Vec<u32>,
}

/// A layout turned or mirrored towards another one.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Aligned {
    /// neurons × 2, row-major. Distances are as they were.
    pub positions: Vec<f32>,
    /// How far neurons are from where the other layout has them: root mean square; 0 without any.
    pub apart: f32,
}

/// Turns, mirrors and shifts the layout `moving` so that its neurons come closest to where `target`
/// has them (both neurons × 2, row-major; [`align`]). Neurons that never change count in neither:
/// they lie wherever there is room. A layout of other neurons stays as it is.
pub fn aligned(moving: &[f32], target: &[f32], constant: [&[u32]; 2]) -> Aligned {
    let mut positions = moving.to_vec();
    if moving.len() != target.len() {
        return Aligned {
            positions,
            apart: 0.0,
        };
    }
    let mut counting = moving.to_vec();
    for &neuron in constant.into_iter().flatten() {
        if let Some(value) = counting.get_mut(2 * neuron as usize) {
            *value = f32::NAN;
        }
    }
    let turn = align(&counting, target, Scaling::Keep);
    turn.apply(&mut positions);
    turn.apply(&mut counting);
    let pairs = counting
        .as_chunks::<2>()
        .0
        .iter()
        .zip(target.as_chunks::<2>().0);
    let (count, sum) = pairs
        .map(|(a, b)| (f64::from(a[0] - b[0]), f64::from(a[1] - b[1])))
        .filter(|(x, y)| x.is_finite() && y.is_finite())
        .fold((0.0, 0.0), |(count, sum), (x, y)| {
            (count + 1.0, sum + x * x + y * y)
        });
    Aligned {
        positions,
        apart: (sum / f64::max(count, 1.0)).sqrt() as f32,
    }
}

/// The power of each neuron to tell each class from the rest.
#[derive(Debug, Clone, PartialEq)]
pub struct Discrimination {
    /// S_{c,j}.
    pub scores: Arc<DiscriminativeScores>,
    /// How the forests were grown.
    pub config: ForestConfig,
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: [f32; 8] = [0.0, 0.0, 2.0, 0.0, 0.0, 1.0, 9.0, 9.0];

    #[test]
    fn a_mirrored_layout_comes_back_wherever_constant_neurons_lie() {
        // Mirrored, shifted; the last neuron never changes and lies elsewhere.
        let after = [5.0, 1.0, 3.0, 1.0, 5.0, 2.0, -40.0, 7.0];
        let Aligned { positions, apart } = aligned(&after, &BEFORE, [&[], &[3]]);
        for (value, expected) in positions[..6].iter().zip(BEFORE) {
            assert!((value - expected).abs() < 1e-5, "{positions:?}");
        }
        assert!((positions[6] - 45.0).abs() < 1e-4, "it is turned, too");
        assert!(apart < 1e-5, "{apart}");
        let all = aligned(&after, &BEFORE, [&[], &[]]);
        assert!(all.apart > 1.0, "with it they do not fit");
    }

    #[test]
    fn what_moved_is_told_by_its_root_mean_square() {
        // Two neurons 2 apart, then 4 apart: each is 1 away from its place.
        let found = aligned(&[0.0, 0.0, 4.0, 0.0], &[7.0, 1.0, 7.0, 3.0], [&[], &[]]);
        assert!((found.apart - 1.0).abs() < 1e-6, "{}", found.apart);
    }

    #[test]
    fn other_neurons_and_none_stay_as_they_are() {
        assert_eq!(aligned(&BEFORE, &BEFORE[..4], [&[], &[]]).positions, BEFORE);
        assert_eq!(aligned(&[], &[], [&[], &[]]), Aligned::default());
        let constant = aligned(&BEFORE, &BEFORE, [&[0, 1, 2, 3, 99], &[]]);
        assert_eq!((constant.positions, constant.apart), (BEFORE.to_vec(), 0.0));
    }
}
