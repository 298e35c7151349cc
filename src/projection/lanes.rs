//! Four `f32` that are computed together.
//!
//! Every kernel of this module is written once, in terms of [`Lanes`]; only the handful of
//! operations below exist per machine: SIMD128 in WebAssembly, SSE2 on x86-64, and an array
//! anywhere else. Each is one IEEE 754 operation per lane with no fused multiply-add, so that all
//! three give the same bits.

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod machine {
    use core::arch::wasm32::{
        f32x4_add, f32x4_div, f32x4_extract_lane, f32x4_lt, f32x4_max, f32x4_min, f32x4_mul,
        f32x4_splat, f32x4_sqrt, f32x4_sub, i32x4_add, i32x4_all_true, i32x4_shl, i32x4_shuffle,
        v128, v128_load, v128_load64_lane, v128_load64_zero, v128_store,
    };

    pub type Register = v128;

    #[inline(always)]
    pub fn splat(value: f32) -> Register {
        f32x4_splat(value)
    }
    /// # Safety
    /// `from` must be valid for reading four `f32`.
    #[inline(always)]
    pub unsafe fn load(from: *const f32) -> Register {
        unsafe { v128_load(from.cast()) }
    }
    /// # Safety
    /// `to` must be valid for writing four `f32`.
    #[inline(always)]
    pub unsafe fn store(to: *mut f32, value: Register) {
        unsafe { v128_store(to.cast(), value) }
    }
    #[inline(always)]
    pub fn add(a: Register, b: Register) -> Register {
        f32x4_add(a, b)
    }
    #[inline(always)]
    pub fn sub(a: Register, b: Register) -> Register {
        f32x4_sub(a, b)
    }
    #[inline(always)]
    pub fn mul(a: Register, b: Register) -> Register {
        f32x4_mul(a, b)
    }
    #[inline(always)]
    pub fn div(a: Register, b: Register) -> Register {
        f32x4_div(a, b)
    }
    #[inline(always)]
    pub fn sqrt(a: Register) -> Register {
        f32x4_sqrt(a)
    }
    #[inline(always)]
    pub fn min(a: Register, b: Register) -> Register {
        f32x4_min(a, b)
    }
    #[inline(always)]
    pub fn max(a: Register, b: Register) -> Register {
        f32x4_max(a, b)
    }
    #[inline(always)]
    pub fn all_below(a: Register, b: Register) -> bool {
        i32x4_all_true(f32x4_lt(a, b))
    }
    #[inline(always)]
    pub fn add_exponent(a: Register, magic: Register) -> Register {
        i32x4_add(a, i32x4_shl(magic, 23))
    }
    #[inline(always)]
    pub fn to_array(a: Register) -> [f32; 4] {
        [
            f32x4_extract_lane::<0>(a),
            f32x4_extract_lane::<1>(a),
            f32x4_extract_lane::<2>(a),
            f32x4_extract_lane::<3>(a),
        ]
    }
    #[inline(always)]
    pub fn transpose([a, b, c, d]: [Register; 4]) -> [Register; 4] {
        let (ab, cd) = (
            i32x4_shuffle::<0, 4, 1, 5>(a, b),
            i32x4_shuffle::<0, 4, 1, 5>(c, d),
        );
        let (ab2, cd2) = (
            i32x4_shuffle::<2, 6, 3, 7>(a, b),
            i32x4_shuffle::<2, 6, 3, 7>(c, d),
        );
        [
            i32x4_shuffle::<0, 1, 4, 5>(ab, cd),
            i32x4_shuffle::<2, 3, 6, 7>(ab, cd),
            i32x4_shuffle::<0, 1, 4, 5>(ab2, cd2),
            i32x4_shuffle::<2, 3, 6, 7>(ab2, cd2),
        ]
    }
    /// # Safety
    /// Each index must name a pair inside `pairs`.
    #[inline(always)]
    pub unsafe fn gather_pairs(pairs: *const f32, at: [usize; 4]) -> (Register, Register) {
        unsafe {
            let low = v128_load64_zero(pairs.add(2 * at[0]).cast());
            let low = v128_load64_lane::<1>(low, pairs.add(2 * at[1]).cast());
            let high = v128_load64_zero(pairs.add(2 * at[2]).cast());
            let high = v128_load64_lane::<1>(high, pairs.add(2 * at[3]).cast());
            (
                i32x4_shuffle::<0, 2, 4, 6>(low, high),
                i32x4_shuffle::<1, 3, 5, 7>(low, high),
            )
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod machine {
    use core::arch::x86_64::{
        __m128, _mm_add_epi32, _mm_add_ps, _mm_castpd_ps, _mm_castps_si128, _mm_castsi128_ps,
        _mm_cmplt_ps, _mm_div_ps, _mm_load_sd, _mm_loadh_pd, _mm_loadu_ps, _mm_max_ps, _mm_min_ps,
        _mm_movehl_ps, _mm_movelh_ps, _mm_movemask_ps, _mm_mul_ps, _mm_set1_ps, _mm_shuffle_ps,
        _mm_slli_epi32, _mm_sqrt_ps, _mm_storeu_ps, _mm_sub_ps, _mm_unpackhi_ps, _mm_unpacklo_ps,
    };

    pub type Register = __m128;

    #[inline(always)]
    pub fn splat(value: f32) -> Register {
        unsafe { _mm_set1_ps(value) }
    }
    /// # Safety
    /// `from` must be valid for reading four `f32`.
    #[inline(always)]
    pub unsafe fn load(from: *const f32) -> Register {
        unsafe { _mm_loadu_ps(from) }
    }
    /// # Safety
    /// `to` must be valid for writing four `f32`.
    #[inline(always)]
    pub unsafe fn store(to: *mut f32, value: Register) {
        unsafe { _mm_storeu_ps(to, value) }
    }
    #[inline(always)]
    pub fn add(a: Register, b: Register) -> Register {
        unsafe { _mm_add_ps(a, b) }
    }
    #[inline(always)]
    pub fn sub(a: Register, b: Register) -> Register {
        unsafe { _mm_sub_ps(a, b) }
    }
    #[inline(always)]
    pub fn mul(a: Register, b: Register) -> Register {
        unsafe { _mm_mul_ps(a, b) }
    }
    #[inline(always)]
    pub fn div(a: Register, b: Register) -> Register {
        unsafe { _mm_div_ps(a, b) }
    }
    #[inline(always)]
    pub fn sqrt(a: Register) -> Register {
        unsafe { _mm_sqrt_ps(a) }
    }
    #[inline(always)]
    pub fn min(a: Register, b: Register) -> Register {
        unsafe { _mm_min_ps(a, b) }
    }
    #[inline(always)]
    pub fn max(a: Register, b: Register) -> Register {
        unsafe { _mm_max_ps(a, b) }
    }
    #[inline(always)]
    pub fn all_below(a: Register, b: Register) -> bool {
        unsafe { _mm_movemask_ps(_mm_cmplt_ps(a, b)) == 0b1111 }
    }
    #[inline(always)]
    pub fn add_exponent(a: Register, magic: Register) -> Register {
        unsafe {
            let shifted = _mm_slli_epi32::<23>(_mm_castps_si128(magic));
            _mm_castsi128_ps(_mm_add_epi32(_mm_castps_si128(a), shifted))
        }
    }
    #[inline(always)]
    pub fn to_array(a: Register) -> [f32; 4] {
        let mut out = [0.0; 4];
        unsafe { _mm_storeu_ps(out.as_mut_ptr(), a) };
        out
    }
    #[inline(always)]
    pub fn transpose([a, b, c, d]: [Register; 4]) -> [Register; 4] {
        unsafe {
            let (ab, cd) = (_mm_unpacklo_ps(a, b), _mm_unpacklo_ps(c, d));
            let (ab2, cd2) = (_mm_unpackhi_ps(a, b), _mm_unpackhi_ps(c, d));
            [
                _mm_movelh_ps(ab, cd),
                _mm_movehl_ps(cd, ab),
                _mm_movelh_ps(ab2, cd2),
                _mm_movehl_ps(cd2, ab2),
            ]
        }
    }
    /// # Safety
    /// Each index must name a pair inside `pairs`.
    #[inline(always)]
    pub unsafe fn gather_pairs(pairs: *const f32, at: [usize; 4]) -> (Register, Register) {
        unsafe {
            let low = _mm_load_sd(pairs.add(2 * at[0]).cast());
            let low = _mm_castpd_ps(_mm_loadh_pd(low, pairs.add(2 * at[1]).cast()));
            let high = _mm_load_sd(pairs.add(2 * at[2]).cast());
            let high = _mm_castpd_ps(_mm_loadh_pd(high, pairs.add(2 * at[3]).cast()));
            (
                _mm_shuffle_ps::<0b10_00_10_00>(low, high),
                _mm_shuffle_ps::<0b11_01_11_01>(low, high),
            )
        }
    }
}

#[cfg(not(any(
    all(target_arch = "wasm32", target_feature = "simd128"),
    target_arch = "x86_64"
)))]
mod machine {
    pub type Register = [f32; 4];

    #[inline(always)]
    fn zip(a: Register, b: Register, f: impl Fn(f32, f32) -> f32) -> Register {
        core::array::from_fn(|lane| f(a[lane], b[lane]))
    }
    #[inline(always)]
    pub fn splat(value: f32) -> Register {
        [value; 4]
    }
    /// # Safety
    /// `from` must be valid for reading four `f32`.
    #[inline(always)]
    pub unsafe fn load(from: *const f32) -> Register {
        unsafe { from.cast::<[f32; 4]>().read_unaligned() }
    }
    /// # Safety
    /// `to` must be valid for writing four `f32`.
    #[inline(always)]
    pub unsafe fn store(to: *mut f32, value: Register) {
        unsafe { to.cast::<[f32; 4]>().write_unaligned(value) }
    }
    #[inline(always)]
    pub fn add(a: Register, b: Register) -> Register {
        zip(a, b, |x, y| x + y)
    }
    #[inline(always)]
    pub fn sub(a: Register, b: Register) -> Register {
        zip(a, b, |x, y| x - y)
    }
    #[inline(always)]
    pub fn mul(a: Register, b: Register) -> Register {
        zip(a, b, |x, y| x * y)
    }
    #[inline(always)]
    pub fn div(a: Register, b: Register) -> Register {
        zip(a, b, |x, y| x / y)
    }
    #[inline(always)]
    pub fn sqrt(a: Register) -> Register {
        a.map(f32::sqrt)
    }
    #[inline(always)]
    pub fn min(a: Register, b: Register) -> Register {
        zip(a, b, f32::min)
    }
    #[inline(always)]
    pub fn max(a: Register, b: Register) -> Register {
        zip(a, b, f32::max)
    }
    #[inline(always)]
    pub fn all_below(a: Register, b: Register) -> bool {
        (0..4).all(|lane| a[lane] < b[lane])
    }
    #[inline(always)]
    pub fn add_exponent(a: Register, magic: Register) -> Register {
        core::array::from_fn(|lane| {
            f32::from_bits(a[lane].to_bits().wrapping_add(magic[lane].to_bits() << 23))
        })
    }
    #[inline(always)]
    pub fn to_array(a: Register) -> [f32; 4] {
        a
    }
    #[inline(always)]
    pub fn transpose(rows: [Register; 4]) -> [Register; 4] {
        core::array::from_fn(|i| core::array::from_fn(|j| rows[j][i]))
    }
    /// # Safety
    /// Each index must name a pair inside `pairs`.
    #[inline(always)]
    pub unsafe fn gather_pairs(pairs: *const f32, at: [usize; 4]) -> (Register, Register) {
        unsafe {
            (
                core::array::from_fn(|lane| *pairs.add(2 * at[lane])),
                core::array::from_fn(|lane| *pairs.add(2 * at[lane] + 1)),
            )
        }
    }
}

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
        for step in 0..8_700 {
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
        let pairs: Vec<f32> = (0..20).map(|i| i as f32).collect();
        // SAFETY: all indices are below 10.
        let (x, y) = unsafe { Lanes::gather_pairs(&pairs, [9, 0, 3, 3]) };
        assert_eq!(x.to_array(), [18.0, 0.0, 6.0, 6.0]);
        assert_eq!(y.to_array(), [19.0, 1.0, 7.0, 7.0]);
    }
}
