//! Initial weights.

use super::Plan;
use super::random::{Random, Stream};

/// Initial parameters of a network, in the layout of the parameter vector.
///
/// Weights of hidden layers are normal with variance 2 / fan-in (He et al. 2015), which keeps the
/// size of activations from layer to layer through rectifiers. The output layer has no rectifier
/// after it and gets 1 / fan-in. Biases are zero. The numbers come from the host, so every device
/// starts from the same bits.
pub(crate) fn initial_parameters(plan: &Plan, seed: u64) -> Vec<f32> {
    let layout = &plan.layout;
    let mut random = Random::new(seed, Stream::Weights);
    let mut values = vec![0.0; layout.len];
    let last = layout.pairs().count() - 1;
    for (layer, (weight, bias)) in layout.pairs().enumerate() {
        let gain = if layer < last { 2.0 } else { 1.0 };
        let fan_in = weight.len() / bias.len();
        let deviation = (gain / fan_in as f64).sqrt();
        for value in &mut values[weight.range()] {
            *value = (random.normal() * deviation) as f32;
        }
    }
    values
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::dataset::ImageShape;
    use crate::network::LayerConfig::{Conv, Dense, Pool};
    use crate::network::NetworkConfig;

    #[test]
    fn weights_have_he_variance_and_biases_are_zero() {
        let shape = ImageShape {
            height: 10,
            width: 20,
            channels: 2,
        };
        let layers = [Conv { channels: 30 }, Pool, Dense { width: 200 }];
        let network = NetworkConfig {
            layers: layers.to_vec(),
        };
        let plan = Plan::new(&network, shape, 10).unwrap();
        let layout = &plan.layout;
        let values = initial_parameters(&plan, 7);
        assert_eq!(values.len(), layout.len);
        for (block, expected) in
            layout
                .blocks
                .iter()
                .zip([2.0 / 18.0, 0.0, 2.0 / 1500.0, 0.0, 1.0 / 200.0, 0.0])
        {
            let values = &values[block.range()];
            let n = values.len() as f64;
            let mean = values.iter().map(|&v| f64::from(v)).sum::<f64>() / n;
            let variance = values.iter().map(|&v| f64::from(v).powi(2)).sum::<f64>() / n;
            assert!(mean.abs() < 4.0 * (expected / n).sqrt() + 1e-12);
            // The sample variance of n normal numbers deviates by √(2/n) of itself.
            assert!((variance - expected).abs() <= 4.0 * expected * (2.0 / n).sqrt());
        }
        let padding = layout.blocks[5].start + 10;
        assert!(values[padding..].iter().all(|&v| v == 0.0));
    }

    #[test]
    fn the_seed_decides() {
        let shape = ImageShape {
            height: 8,
            width: 8,
            channels: 1,
        };
        let plan = Plan::new(&NetworkConfig::default(), shape, 10).unwrap();
        let make = |seed| initial_parameters(&plan, seed);
        assert_eq!(make(1), make(1));
        assert_ne!(make(1), make(2));
    }
}
