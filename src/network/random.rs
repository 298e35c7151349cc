//! The one source of randomness: a ChaCha generator per purpose, epoch and step.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// What random numbers are for. Each purpose, epoch and step has its own stream, so no amount of
/// numbers drawn for one changes those of another.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Stream {
    /// Initial weights.
    Weights,
    /// Order of the images in an epoch.
    Order {
        /// The epoch, from 0.
        epoch: u32,
    },
    /// How the images of a step are moved.
    Shifts {
        /// The epoch, from 0.
        epoch: u32,
        /// The step within it, from 0.
        step: u32,
    },
    /// Silenced neurons in a step.
    Dropout {
        /// The epoch, from 0.
        epoch: u32,
        /// The step within it, from 0.
        step: u32,
    },
}

/// Uniform and normal numbers of one stream.
pub(crate) struct Random {
    generator: ChaCha8Rng,
    spare: Option<f64>,
}

impl Random {
    /// The stream of `seed` for one purpose.
    pub(crate) fn new(seed: u64, stream: Stream) -> Self {
        let number = match stream {
            Stream::Weights => 0,
            Stream::Order { epoch } => 1 << 62 | u64::from(epoch),
            Stream::Shifts { epoch, step } => 3 << 62 | (u64::from(epoch) << 31) ^ u64::from(step),
            Stream::Dropout { epoch, step } => 2 << 62 | (u64::from(epoch) << 31) ^ u64::from(step),
        };
        let mut generator = ChaCha8Rng::seed_from_u64(seed);
        generator.set_stream(number);
        Self {
            generator,
            spare: None,
        }
    }

    /// A whole number below `bound` (at most 2³²), by multiplication instead of division.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        ((u64::from(self.generator.next_u32()) * bound as u64) >> 32) as usize
    }

    /// 32 random bits.
    pub(crate) fn bits(&mut self) -> u32 {
        self.generator.next_u32()
    }

    /// A number from the standard normal distribution, by Marsaglia's polar method.
    pub(crate) fn normal(&mut self) -> f64 {
        if let Some(spare) = self.spare.take() {
            return spare;
        }
        loop {
            let u = 2.0 * self.unit() - 1.0;
            let v = 2.0 * self.unit() - 1.0;
            let s = u * u + v * v;
            if s > 0.0 && s < 1.0 {
                let factor = (-2.0 * s.ln() / s).sqrt();
                self.spare = Some(v * factor);
                return u * factor;
            }
        }
    }

    /// A number in 0..1, with 53 bits.
    fn unit(&mut self) -> f64 {
        (self.generator.next_u64() >> 11) as f64 / (1u64 << 53) as f64
    }
}
