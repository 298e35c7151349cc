//! Initial weights.

use super::MlpConfig;
use super::parameters::Layout;
use super::random::{Random, Stream};

/// Initial parameters of a perceptron for images of `inputs` values and `classes` classes, in the
/// layout of the parameter vector.
///
/// Weights of hidden layers are normal with variance 2 / fan-in (He et al. 2015), which keeps the
/// size of activations from layer to layer through rectifiers. The output layer has no rectifier
/// after it and gets 1 / fan-in. Biases are zero. The numbers come from the host, so every device
/// starts from the same bits.
#[must_use]
pub fn initial_parameters(mlp: &MlpConfig, inputs: usize, classes: usize, seed: u64) -> Vec<f32> {
    let layout = Layout::new(mlp, inputs, classes);
    let mut random = Random::new(seed, Stream::Weights);
    let mut values = vec![0.0; layout.len];
    for (layer, pair) in layout.blocks.chunks(2).enumerate() {
        let weight = &pair[0];
        let gain = if layer < mlp.hidden.len() { 2.0 } else { 1.0 };
        let deviation = (gain / weight.shape[0] as f64).sqrt();
        for value in &mut values[weight.start..weight.start + weight.len()] {
            *value = (random.normal() * deviation) as f32;
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_have_he_variance_and_biases_are_zero() {
        let mlp = MlpConfig {
            hidden: vec![300, 200],
            dropout: 0.0,
        };
        let layout = Layout::new(&mlp, 400, 10);
        let values = initial_parameters(&mlp, 400, 10, 7);
        assert_eq!(values.len(), layout.len);
        for (block, expected) in
            layout
                .blocks
                .iter()
                .zip([2.0 / 400.0, 0.0, 2.0 / 300.0, 0.0, 1.0 / 200.0, 0.0])
        {
            let values = &values[block.start..block.start + block.len()];
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
        let mlp = MlpConfig::light();
        let make = |seed| initial_parameters(&mlp, 64, 10, seed);
        assert_eq!(make(1), make(1));
        assert_ne!(make(1), make(2));
    }
}
