//! Randomness and logarithms that are the same on every machine.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A generator for one purpose: the same seed and purpose give the same numbers everywhere.
pub(crate) fn generator(seed: u64, purpose: u64) -> ChaCha8Rng {
    let mut generator = ChaCha8Rng::seed_from_u64(seed);
    generator.set_stream(purpose);
    generator
}

/// A standard normal number, by Marsaglia's polar method.
pub(crate) fn normal(generator: &mut ChaCha8Rng) -> f32 {
    loop {
        let u = 2.0 * generator.random::<f64>() - 1.0;
        let v = 2.0 * generator.random::<f64>() - 1.0;
        let s = u * u + v * v;
        if s > 0.0 && s < 1.0 {
            return (u * (-2.0 * natural_logarithm(s) / s).sqrt()) as f32;
        }
    }
}

/// ln of a positive, normal number, from arithmetic alone: the standard library's may differ in
/// its last bits from one machine to the next. Relative error below 1e-15.
pub(crate) fn natural_logarithm(x: f64) -> f64 {
    const MANTISSA: u64 = (1 << 52) - 1;
    let bits = x.to_bits();
    let mut exponent = ((bits >> 52) & 0x7ff) as i64 - 1023;
    let mut mantissa = f64::from_bits((bits & MANTISSA) | (1023 << 52));
    if mantissa > core::f64::consts::SQRT_2 {
        mantissa *= 0.5;
        exponent += 1;
    }
    // ln m = 2 artanh((m − 1) / (m + 1)), whose argument is at most 0.172.
    let t = (mantissa - 1.0) / (mantissa + 1.0);
    let t2 = t * t;
    let mut series = 0.0;
    for odd in (0..=10).rev() {
        series = series * t2 + 1.0 / f64::from(2 * odd + 1);
    }
    2.0 * t * series + exponent as f64 * core::f64::consts::LN_2
}

#[cfg(test)]
mod tests {
    use super::{generator, natural_logarithm, normal};

    #[test]
    fn logarithm_agrees_with_the_standard_library() {
        for x in [1e-300, 1e-9, 0.1, 0.5, 0.9999, 1.0, 1.0001, 1.5, 3.0, 1e9] {
            let expected = f64::ln(x);
            let tolerance = 1e-14 * expected.abs().max(1e-3);
            assert!((natural_logarithm(x) - expected).abs() <= tolerance, "{x}");
        }
    }

    #[test]
    fn normal_numbers_have_mean_zero_and_variance_one() {
        let mut source = generator(1, 0);
        let drawn: Vec<f64> = (0..20_000)
            .map(|_| f64::from(normal(&mut source)))
            .collect();
        let mean = drawn.iter().sum::<f64>() / 2e4;
        let variance = drawn.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / 2e4;
        assert!(mean.abs() < 0.03 && (variance - 1.0).abs() < 0.04);
    }
}
