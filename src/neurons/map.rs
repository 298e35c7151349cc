//! The discriminative neuron map: each neuron with the class that it tells apart best.

use serde::{Deserialize, Serialize};

use super::scores::DiscriminativeScores;
use crate::ordering::falling;

/// For each neuron j the class c* = argmax_c S_{c,j} and its score S_{c*,j} (Rauber, Fadel, Falcão &
/// Telea 2017, figure 13).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DiscriminativeMap {
    /// c* of each neuron, of equal scores the lowest class; `None` where all scores are 0.
    pub classes: Vec<Option<u8>>,
    /// S_{c*,j} of each neuron.
    pub scores: Vec<f32>,
}

impl DiscriminativeMap {
    /// The map of these scores.
    pub fn new(scores: &DiscriminativeScores) -> Self {
        let mut map = Self {
            classes: vec![None; scores.neurons()],
            scores: vec![0.0; scores.neurons()],
        };
        // A label is a byte, and so is a class.
        for class in 0..=u8::MAX {
            let Some(row) = scores.of_class(usize::from(class)) else {
                break;
            };
            let best = map.classes.iter_mut().zip(&mut map.scores);
            for ((best, greatest), &score) in best.zip(row) {
                if score > *greatest {
                    *best = Some(class);
                    *greatest = score;
                }
            }
        }
        map
    }

    /// The greatest score, 0 where there is none.
    pub fn greatest(&self) -> f32 {
        self.scores.iter().copied().fold(0.0, f32::max)
    }

    /// How strongly to shade each neuron, 0 to 1: 0 below the threshold, rising from there to 1 at
    /// the greatest score of the map.
    pub fn shades(&self, threshold: f32) -> Vec<f32> {
        self.shades_up_to(threshold, self.greatest())
    }

    /// [`shades`](Self::shades) that rise to 1 at another score, such as the greatest of several maps
    /// that are to be compared.
    pub fn shades_up_to(&self, threshold: f32, greatest: f32) -> Vec<f32> {
        let room = greatest - threshold;
        let shade = |&score: &f32| {
            if score <= 0.0 || score < threshold {
                0.0
            } else if room > 0.0 {
                ((score - threshold) / room).clamp(0.0, 1.0)
            } else {
                1.0
            }
        };
        self.scores.iter().map(shade).collect()
    }

    /// The neurons whose score reaches the threshold, in order; those without a class never do.
    pub fn reaching(&self, threshold: f32) -> Vec<u32> {
        let neurons = (0..).zip(self.classes.iter().zip(&self.scores));
        neurons
            .filter(|(_, (class, score))| class.is_some() && **score >= threshold)
            .map(|(neuron, _)| neuron)
            .collect()
    }

    /// The threshold that as few neurons reach as make up `share` (0 to 1) of all scores of the map:
    /// 0.5 leaves the few that do half of the work. 0 where every neuron is needed.
    pub fn threshold_for_share(&self, share: f32) -> f32 {
        let falling: Vec<f32> = falling(&self.scores)
            .into_iter()
            .map(|neuron| self.scores[neuron as usize])
            .collect();
        let total: f64 = falling.iter().map(|&score| f64::from(score)).sum();
        let wanted = total * f64::from(share.clamp(0.0, 1.0));
        let mut sum = 0.0;
        for score in falling {
            sum += f64::from(score);
            if sum >= wanted {
                return score;
            }
        }
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map() -> DiscriminativeMap {
        let values = vec![0.5, 0.2, 0.3, 0.0, 0.5, 0.1, 0.4, 0.0];
        DiscriminativeMap::new(&DiscriminativeScores::new(values, 2, 4))
    }

    #[test]
    fn each_neuron_has_its_best_class_and_the_lower_of_equal_ones() {
        let map = map();
        assert_eq!(map.classes, [Some(0), Some(0), Some(1), None]);
        assert_eq!(map.scores, [0.5, 0.2, 0.4, 0.0]);
    }

    #[test]
    fn thresholds_keep_the_neurons_that_matter() {
        let map = map();
        assert_eq!(map.reaching(0.4), [0, 2]);
        assert_eq!(map.reaching(0.0), [0, 1, 2]);
        // 0.5 of 1.1 is less than half, 0.9 is enough.
        assert_eq!(map.threshold_for_share(0.5), 0.4);
        assert_eq!(map.threshold_for_share(0.0), 0.5);
        assert_eq!(map.threshold_for_share(1.0), 0.2);
        assert_eq!(map.shades(0.5), [1.0, 0.0, 0.0, 0.0]);
        let shades = map.shades(0.3);
        assert_eq!([shades[0], shades[1], shades[3]], [1.0, 0.0, 0.0]);
        assert!((shades[2] - 0.5).abs() < 1e-6);
        assert_eq!(map.shades(0.0)[3], 0.0);
        let beside_a_stronger_map = map.shades_up_to(0.0, 1.0);
        assert_eq!(beside_a_stronger_map, [0.5, 0.2, 0.4, 0.0]);
    }
}
