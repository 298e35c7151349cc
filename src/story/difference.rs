//! By how much one mean exceeds another, and how sure that is.

use super::verdict::Kind;

/// A difference of two means with twice its standard error.
///
/// Observations of one layout are not independent of each other (they are each other's neighbours), so
/// the margin is a measure of what should not be read into a difference, not a confidence interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// Second mean less first.
    pub mean: f64,
    /// Two standard errors of it.
    pub margin: f64,
}

impl Difference {
    /// Of values of the same observations, pair by pair; `None` where there are not as many, or fewer
    /// than two.
    pub fn paired(first: &[f32], second: &[f32]) -> Option<Self> {
        if first.len() != second.len() {
            return None;
        }
        let pairs = first.iter().zip(second);
        let differences: Vec<f64> = pairs.map(|(a, b)| f64::from(*b) - f64::from(*a)).collect();
        let (mean, error) = mean_and_error(&differences)?;
        Some(Self {
            mean,
            margin: 2.0 * error,
        })
    }

    /// Of values of different observations; `None` where either has fewer than two.
    pub fn unpaired(first: &[f32], second: &[f32]) -> Option<Self> {
        let of = |values: &[f32]| {
            let values: Vec<f64> = values.iter().map(|&value| f64::from(value)).collect();
            mean_and_error(&values)
        };
        let ((a, error_a), (b, error_b)) = (of(first)?, of(second)?);
        Some(Self {
            mean: b - a,
            margin: 2.0 * error_a.hypot(error_b),
        })
    }

    /// Confirmed where it is greater than its margin, contradicted where it is as much below 0.
    pub fn kind(self) -> Kind {
        if self.mean > self.margin {
            Kind::Confirmed
        } else if self.mean < -self.margin {
            Kind::Contradicted
        } else {
            Kind::Undecided
        }
    }
}

/// The mean and its standard error.
fn mean_and_error(values: &[f64]) -> Option<(f64, f64)> {
    let n = values.len() as f64;
    if n < 2.0 {
        return None;
    }
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    Some((mean, (squares / (n - 1.0) / n).sqrt()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_compared_one_by_one() {
        // Each a quarter more: no doubt, though the values themselves differ widely.
        let first = [0.0, 0.25, 0.5, 0.75];
        let second = first.map(|value| value + 0.25);
        let paired = Difference::paired(&first, &second).unwrap();
        assert_eq!((paired.mean, paired.margin), (0.25, 0.0));
        assert_eq!(paired.kind(), Kind::Confirmed);
        let unpaired = Difference::unpaired(&first, &second).unwrap();
        assert!((unpaired.mean - 0.25).abs() < 1e-12);
        assert_eq!(unpaired.kind(), Kind::Undecided);
        assert_eq!(Difference::paired(&first, &second[1..]), None);
    }

    #[test]
    fn the_margin_is_two_standard_errors() {
        // Differences 0, 1, 2, 3: variance 5/3, standard error √(5/12).
        let found = Difference::paired(&[0.0; 4], &[0.0, 1.0, 2.0, 3.0]).unwrap();
        assert_eq!(found.mean, 1.5);
        assert!((found.margin - 2.0 * (5.0_f64 / 12.0).sqrt()).abs() < 1e-12);
        assert_eq!(found.kind(), Kind::Confirmed);
        let back = Difference::paired(&[0.0, 1.0, 2.0, 3.0], &[0.0; 4]).unwrap();
        assert_eq!(back.kind(), Kind::Contradicted);
        assert_eq!(
            Difference::paired(&[1.0; 3], &[1.0; 3]).unwrap().kind(),
            Kind::Undecided
        );
    }
}
