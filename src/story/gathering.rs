//! Whether the neurons that tell a class apart lie together.

use crate::ordering::falling;

/// The best neurons of a class: this share of the layer, but at least so many.
const BEST: (f64, usize) = (0.05, 5);

/// How many neurons of a layer count as the best of a class.
pub fn best_count(neurons: usize) -> usize {
    ((BEST.0 * neurons as f64).round() as usize).max(BEST.1)
}

/// The mean distance between the best neurons of a class (those with the greatest `scores`) as a multiple
/// of that between all neurons: 1 where they lie anywhere, 0 where they lie on one spot. `positions`:
/// neurons × 2, row-major. Neurons without a position and those of `constant` do not count. `None` where
/// fewer than two are left, or all lie on one spot.
pub fn gathering(positions: &[f32], scores: &[f32], constant: &[u32]) -> Option<f64> {
    let places = positions.as_chunks::<2>().0;
    let counts = |neuron: &u32| {
        let place = places.get(*neuron as usize);
        place.is_some_and(|place| place.iter().all(|value| value.is_finite()))
            && !constant.contains(neuron)
    };
    let all: Vec<u32> = (0..places.len() as u32).filter(counts).collect();
    let best: Vec<u32> = falling(scores)
        .into_iter()
        .filter(counts)
        .filter(|neuron| scores[*neuron as usize] > 0.0)
        .take(best_count(all.len()))
        .collect();
    let of_all = mean_distance(places, &all)?;
    (of_all > 0.0).then_some(mean_distance(places, &best)? / of_all)
}

fn mean_distance(places: &[[f32; 2]], of: &[u32]) -> Option<f64> {
    let (mut sum, mut pairs) = (0.0, 0.0);
    for (at, &a) in of.iter().enumerate() {
        for &b in &of[at + 1..] {
            let [a, b] = [a, b].map(|neuron| places[neuron as usize]);
            sum += f64::from(a[0] - b[0]).hypot(f64::from(a[1] - b[1]));
            pairs += 1.0;
        }
    }
    (pairs > 0.0).then_some(sum / pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Neurons on a line, one apart.
    fn line(n: usize) -> Vec<f32> {
        (0..n).flat_map(|neuron| [neuron as f32, 0.0]).collect()
    }

    #[test]
    fn neighbours_on_a_line_gather() {
        let mut scores = vec![0.0; 100];
        scores[40..45].fill(1.0);
        // Five in a row are 2 apart on average, a hundred 101/3.
        let found = gathering(&line(100), &scores, &[]).unwrap();
        assert!((found - 2.0 / (101.0 / 3.0)).abs() < 1e-6, "{found}");
    }

    #[test]
    fn spread_neurons_do_not_gather_and_constant_ones_do_not_count() {
        let mut scores = vec![0.0; 101];
        for neuron in [0, 25, 50, 75, 99] {
            scores[neuron] = 1.0;
        }
        scores[100] = 9.0;
        let mut places = line(101);
        places[200] = 1e6; // a neuron that never changes, far away
        let found = gathering(&places, &scores, &[100]).unwrap();
        assert!(found > 1.0 && found < 2.0, "{found}");
        assert_eq!(gathering(&[], &[], &[]), None);
        assert_eq!(gathering(&[1.0; 8], &[1.0; 4], &[]), None, "one spot");
    }
}
