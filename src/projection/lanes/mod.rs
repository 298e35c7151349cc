//! Four `f32` that are computed together.
//!
//! Every kernel of this module is written once, in terms of [`Lanes`]; only the handful of
//! operations below exist per machine: SIMD128 in WebAssembly, SSE2 on x86-64, and an array
//! anywhere else. Each is one IEEE 754 operation per lane with no fused multiply-add, so that all
//! three give the same bits.

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
#[path = "simd128.rs"]
mod machine;

#[cfg(target_arch = "x86_64")]
#[path = "sse2.rs"]
mod machine;

#[cfg(not(any(
    all(target_arch = "wasm32", target_feature = "simd128"),
    target_arch = "x86_64"
)))]
#[path = "array.rs"]
mod machine;

/// Four `f32`, computed together. Finite values only: minimum and maximum of NaN differ by machine.
#[derive(Clone, Copy)]
pub(crate) struct Lanes(machine::Register);

impl Lanes {
    /// How many lanes there are.
    pub const COUNT: usize = 4;

    /// The same value in every lane.
    #[inline(always)]
    pub fn splat(value: f32) -> Self {
        Self(machine::splat(value))
    }

    /// Zero in every lane.
    #[inline(always)]
    pub fn zero() -> Self {
        Self::splat(0.0)
    }

    /// The four values of `values[at..at + 4]`.
    #[inline(always)]
    pub fn load(values: &[f32], at: usize) -> Self {
        let four = &values[at..at + 4];
        // SAFETY: `four` has four values.
        Self(unsafe { machine::load(four.as_ptr()) })
    }

    /// The four values from `from` on.
    ///
    /// # Safety
    /// `from` must be valid for reading four `f32`.
    #[inline(always)]
    pub unsafe fn load_raw(from: *const f32) -> Self {
        // SAFETY: as the caller promises.
        Self(unsafe { machine::load(from) })
    }

    /// Writes the lanes to `values[at..at + 4]`.
    #[inline(always)]
    pub fn store(self, values: &mut [f32], at: usize) {
        let four = &mut values[at..at + 4];
        // SAFETY: `four` has four values.
        unsafe { machine::store(four.as_mut_ptr(), self.0) }
    }

    /// Writes the lanes from `to` on.
    ///
    /// # Safety
    /// `to` must be valid for writing four `f32`.
    #[inline(always)]
    pub unsafe fn store_raw(self, to: *mut f32) {
        // SAFETY: as the caller promises.
        unsafe { machine::store(to, self.0) }
    }

    /// Splits four pairs `(x, y)` of an interleaved array into four `x` and four `y`.
    ///
    /// # Safety
    /// `2 * at[lane] + 1` must be inside `pairs`, for every lane.
    #[inline(always)]
    pub unsafe fn gather_pairs(pairs: &[f32], at: [u32; 4]) -> (Self, Self) {
        debug_assert!(at.iter().all(|&i| 2 * i as usize + 1 < pairs.len()));
        // SAFETY: as the caller promises.
        let (x, y) = unsafe { machine::gather_pairs(pairs.as_ptr(), at.map(|i| i as usize)) };
        (Self(x), Self(y))
    }

    /// Four rows of four become four columns.
    #[inline(always)]
    pub fn transpose([a, b, c, d]: [Self; 4]) -> [Self; 4] {
        machine::transpose([a.0, b.0, c.0, d.0]).map(Self)
    }

    /// The lesser of each lane.
    #[inline(always)]
    pub fn min(self, other: Self) -> Self {
        Self(machine::min(self.0, other.0))
    }

    /// The greater of each lane.
    #[inline(always)]
    pub fn max(self, other: Self) -> Self {
        Self(machine::max(self.0, other.0))
    }

    /// The square root of each lane.
    #[inline(always)]
    pub fn sqrt(self) -> Self {
        Self(machine::sqrt(self.0))
    }

    /// Is every lane below the same lane of `other`?
    #[inline(always)]
    pub fn all_below(self, other: Self) -> bool {
        machine::all_below(self.0, other.0)
    }

    /// The lanes as an array.
    #[inline(always)]
    pub fn to_array(self) -> [f32; 4] {
        machine::to_array(self.0)
    }

    /// The sum of the lanes, pairwise: (0 + 1) + (2 + 3).
    #[inline(always)]
    pub fn sum(self) -> f32 {
        let [a, b, c, d] = self.to_array();
        (a + b) + (c + d)
    }

    /// e to the power of each lane, for lanes ≤ 0; below −87 the result is that of −87 (1.6e-38).
    ///
    /// Relative error below 2e-7: range reduction by ln 2 in two parts and the polynomial of
    /// Cephes' `expf` (S. Moshier).
    #[inline(always)]
    pub fn exp_of_negative(self) -> Self {
        // Adding 1.5 · 2²³ leaves the nearest integer in the low bits of the sum.
        let magic = Self::splat(12_582_912.0);
        let x = self.max(Self::splat(-87.0));
        let shifted = x * Self::splat(core::f32::consts::LOG2_E) + magic;
        let power = shifted - magic;
        let r = x - power * Self::splat(0.693_359_4) - power * Self::splat(-2.121_944_4e-4);
        let mut p = Self::splat(1.987_569_1e-4);
        for coefficient in [1.398_2e-3, 8.333_452e-3, 4.166_579_6e-2, 0.166_666_65, 0.5] {
            p = p * r + Self::splat(coefficient);
        }
        let value = p * (r * r) + r + Self::splat(1.0);
        Self(machine::add_exponent(value.0, shifted.0))
    }
}

macro_rules! lane_operator {
    ($trait:ident, $method:ident, $assign_trait:ident, $assign_method:ident, $function:ident) => {
        impl core::ops::$trait for Lanes {
            type Output = Self;
            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                Self(machine::$function(self.0, other.0))
            }
        }
        impl core::ops::$assign_trait for Lanes {
            #[inline(always)]
            fn $assign_method(&mut self, other: Self) {
                self.0 = machine::$function(self.0, other.0);
            }
        }
    };
}
lane_operator!(Add, add, AddAssign, add_assign, add);
lane_operator!(Sub, sub, SubAssign, sub_assign, sub);
lane_operator!(Mul, mul, MulAssign, mul_assign, mul);
lane_operator!(Div, div, DivAssign, div_assign, div);

#[cfg(test)]
mod tests {
    use super::Lanes;

    #[test]
    fn exponential_is_accurate() {
        // Miri takes its time: there, one in a hundred.
        for step in (0..8_700).step_by(if cfg!(miri) { 100 } else { 1 }) {
            let x = -0.01 * step as f32;
            let [found, ..] = Lanes::splat(x).exp_of_negative().to_array();
            let expected = f64::from(x).exp();
            assert!(
                (f64::from(found) - expected).abs() <= 3e-7 * expected,
                "exp({x}) = {expected}, found {found}"
            );
        }
    }

    #[test]
    fn transposition_turns_rows_into_columns() {
        let rows =
            [0, 1, 2, 3].map(|i| Lanes::load(&[0.0, 1.0, 2.0, 3.0].map(|j| j + 4.0 * i as f32), 0));
        for (j, column) in Lanes::transpose(rows).iter().enumerate() {
            let j = j as f32;
            assert_eq!(column.to_array(), [j, j + 4.0, j + 8.0, j + 12.0]);
        }
    }

    #[test]
    fn pairs_are_split() {
        // From 0 and from 1: in one of them no pair lies at a multiple of eight bytes, which Miri watches.
        let numbers: Vec<f32> = (0..21).map(|i| i as f32).collect();
        for first in [0, 1] {
            // SAFETY: all indices are below 10, and ten pairs follow.
            let (x, y) = unsafe { Lanes::gather_pairs(&numbers[first..], [9, 0, 3, 3]) };
            let moved = |values: [f32; 4]| values.map(|value| value + first as f32);
            assert_eq!(x.to_array(), moved([18.0, 0.0, 6.0, 6.0]));
            assert_eq!(y.to_array(), moved([19.0, 1.0, 7.0, 7.0]));
        }
    }
}
