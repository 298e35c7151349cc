//! Random numbers that are the same on every machine and in every version of the generator.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// The random choices behind one image, or behind the order of one block of images.
pub(super) struct Chance(ChaCha8Rng);

impl Chance {
    /// The numbered stream of a seed: what is drawn from one stream changes no other.
    pub fn new(seed: u64, stream: u64) -> Self {
        let mut generator = ChaCha8Rng::seed_from_u64(seed);
        generator.set_stream(stream);
        Self(generator)
    }

    /// A number from 0 to below 1, a multiple of 2⁻²⁴.
    pub fn unit(&mut self) -> f32 {
        (self.0.next_u32() >> 8) as f32 / (1_u32 << 24) as f32
    }

    /// A number from `low` to `high`.
    pub fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.unit()
    }

    /// A number from −`most` to `most`.
    pub fn around_zero(&mut self, most: f32) -> f32 {
        self.between(-most, most)
    }

    /// Whether something happens that does so with this probability.
    pub fn happens(&mut self, probability: f32) -> bool {
        self.unit() < probability
    }

    /// A whole number below `bound` (at most 2³²).
    pub fn below(&mut self, bound: usize) -> usize {
        ((u64::from(self.0.next_u32()) * bound as u64) >> 32) as usize
    }

    /// Nearly normal, of mean 0 and deviation 1: the sum of four bytes, which costs one draw and
    /// no logarithm. It never exceeds 3.5, so neither does the noise of an image.
    pub fn nearly_normal(&mut self) -> f32 {
        // Four independent uniform bytes: mean 4 × 127.5, variance 4 × (256² − 1) / 12.
        const DEVIATION: f32 = 147.8;
        let sum: u32 = self
            .0
            .next_u32()
            .to_le_bytes()
            .into_iter()
            .map(u32::from)
            .sum();
        (sum as f32 - 510.0) / DEVIATION
    }

    /// The numbers below `N` in random order.
    pub fn order<const N: usize>(&mut self) -> [usize; N] {
        let mut order = std::array::from_fn(|index| index);
        for last in (1..N).rev() {
            order.swap(last, self.below(last + 1));
        }
        order
    }
}

#[cfg(test)]
mod tests {
    use super::Chance;

    #[test]
    fn noise_has_mean_0_and_deviation_1() {
        let mut chance = Chance::new(1, 2);
        let drawn: Vec<f64> = (0..20_000)
            .map(|_| f64::from(chance.nearly_normal()))
            .collect();
        let mean = drawn.iter().sum::<f64>() / 2e4;
        let variance = drawn.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 2e4;
        assert!(mean.abs() < 0.03 && (variance - 1.0).abs() < 0.04);
        assert!(drawn.iter().all(|x| x.abs() < 3.5));
    }

    #[test]
    fn an_order_has_every_number_once_and_differs_from_stream_to_stream() {
        let orders: Vec<[usize; 20]> = (0..50).map(|s| Chance::new(7, s).order()).collect();
        for order in &orders {
            let mut sorted = *order;
            sorted.sort_unstable();
            assert!(sorted.iter().copied().eq(0..20));
        }
        assert!(orders.iter().any(|order| *order != orders[0]));
    }
}
