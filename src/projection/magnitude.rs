//! Numbers of any size, brought near 1 so that their squares are numbers too.

/// Beyond this a place counts as flown away: its square is still a number with room to spare.
const FAR: f32 = 1e15;
/// Data within these bounds are left as they are where the result has a unit.
const ORDINARY: [f32; 2] = [1e-6, 1e6];

/// Scales by a power of two, which is exact and changes no affinity, such that the greatest
/// magnitude is near 1: squares then neither overflow nor vanish. Returns what to multiply with to
/// come back.
pub(super) fn scale_to_one(data: &mut [f32]) -> f32 {
    let greatest = greatest(data);
    let exponent = (greatest.to_bits() >> 23).clamp(2, 252);
    let scale = f32::from_bits((254 - exponent) << 23);
    if greatest > 0.0 && scale != 1.0 {
        data.iter_mut().for_each(|x| *x *= scale);
        return f32::from_bits(exponent << 23);
    }
    1.0
}

/// [`scale_to_one`], but only of data whose magnitudes are out of the ordinary.
pub(super) fn tame(data: &mut [f32]) -> f32 {
    let greatest = greatest(data);
    if greatest == 0.0 || (ORDINARY[0]..=ORDINARY[1]).contains(&greatest) {
        return 1.0;
    }
    scale_to_one(data)
}

/// Whether all places are numbers of a sensible size.
pub(super) fn is_settled(positions: &[f32]) -> bool {
    positions.iter().all(|x| x.abs() <= FAR)
}

pub(super) fn greatest(data: &[f32]) -> f32 {
    data.iter()
        .fold(0.0_f32, |greatest, x| greatest.max(x.abs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back_is_exact() {
        for value in [2e-38_f32, 1e-30, 0.3, 1.0, 7.5, 1e30, 3e38] {
            let mut data = [value, -0.5 * value];
            let unit = scale_to_one(&mut data);
            assert!((0.5..8.0).contains(&data[0]), "{value} {}", data[0]);
            assert_eq!(data.map(|x| x * unit), [value, -0.5 * value]);
        }
        let mut nothing = [0.0, -0.0];
        assert_eq!(scale_to_one(&mut nothing), 1.0);
        assert_eq!(tame(&mut [0.5]), 1.0);
    }

    #[test]
    fn what_is_no_number_is_not_settled() {
        assert!(is_settled(&[0.0, -3e4]) && is_settled(&[]));
        for value in [f32::NAN, f32::INFINITY, -1e16] {
            assert!(!is_settled(&[0.0, value]));
        }
    }
}
