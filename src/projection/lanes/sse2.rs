//! The operations of [`super::Lanes`] on SSE2, which every x86-64 has.

use core::arch::x86_64::{
    __m128, _mm_add_epi32, _mm_add_ps, _mm_castpd_ps, _mm_castps_si128, _mm_castsi128_ps,
    _mm_cmplt_ps, _mm_div_ps, _mm_loadu_ps, _mm_max_ps, _mm_min_ps, _mm_movehl_ps, _mm_movelh_ps,
    _mm_movemask_ps, _mm_mul_ps, _mm_set1_ps, _mm_setr_pd, _mm_shuffle_ps, _mm_slli_epi32,
    _mm_sqrt_ps, _mm_storeu_ps, _mm_sub_ps, _mm_unpackhi_ps, _mm_unpacklo_ps,
};

pub type Register = __m128;

#[inline(always)]
pub fn splat(value: f32) -> Register {
    // SAFETY: every x86-64 has SSE2; registers and immediates are all it takes.
    unsafe { _mm_set1_ps(value) }
}
/// # Safety
/// `from` must be valid for reading four `f32`.
#[inline(always)]
pub unsafe fn load(from: *const f32) -> Register {
    // SAFETY: as the caller promises; no alignment is asked for.
    unsafe { _mm_loadu_ps(from) }
}
/// # Safety
/// `to` must be valid for writing four `f32`.
#[inline(always)]
pub unsafe fn store(to: *mut f32, value: Register) {
    // SAFETY: as the caller promises; no alignment is asked for.
    unsafe { _mm_storeu_ps(to, value) }
}
#[inline(always)]
pub fn add(a: Register, b: Register) -> Register {
    // SAFETY: every x86-64 has SSE2; registers and immediates are all it takes.
    unsafe { _mm_add_ps(a, b) }
}
#[inline(always)]
pub fn sub(a: Register, b: Register) -> Register {
    // SAFETY: every x86-64 has SSE2; registers and immediates are all it takes.
    unsafe { _mm_sub_ps(a, b) }
}
#[inline(always)]
pub fn mul(a: Register, b: Register) -> Register {
    // SAFETY: every x86-64 has SSE2; registers and immediates are all it takes.
    unsafe { _mm_mul_ps(a, b) }
}
#[inline(always)]
pub fn div(a: Register, b: Register) -> Register {
    // SAFETY: every x86-64 has SSE2; registers and immediates are all it takes.
    unsafe { _mm_div_ps(a, b) }
}
#[inline(always)]
pub fn sqrt(a: Register) -> Register {
    // SAFETY: every x86-64 has SSE2; registers and immediates are all it takes.
    unsafe { _mm_sqrt_ps(a) }
}
#[inline(always)]
pub fn min(a: Register, b: Register) -> Register {
    // SAFETY: every x86-64 has SSE2; registers and immediates are all it takes.
    unsafe { _mm_min_ps(a, b) }
}
#[inline(always)]
pub fn max(a: Register, b: Register) -> Register {
    // SAFETY: every x86-64 has SSE2; registers and immediates are all it takes.
    unsafe { _mm_max_ps(a, b) }
}
#[inline(always)]
pub fn all_below(a: Register, b: Register) -> bool {
    // SAFETY: every x86-64 has SSE2; registers and immediates are all it takes.
    unsafe { _mm_movemask_ps(_mm_cmplt_ps(a, b)) == 0b1111 }
}
#[inline(always)]
pub fn add_exponent(a: Register, magic: Register) -> Register {
    // SAFETY: every x86-64 has SSE2; registers and immediates are all it takes.
    unsafe {
        let shifted = _mm_slli_epi32::<23>(_mm_castps_si128(magic));
        _mm_castsi128_ps(_mm_add_epi32(_mm_castps_si128(a), shifted))
    }
}
#[inline(always)]
pub fn to_array(a: Register) -> [f32; 4] {
    let mut out = [0.0; 4];
    // SAFETY: `out` has four values, and no alignment is asked for.
    unsafe { _mm_storeu_ps(out.as_mut_ptr(), a) };
    out
}
#[inline(always)]
pub fn transpose([a, b, c, d]: [Register; 4]) -> [Register; 4] {
    // SAFETY: every x86-64 has SSE2; registers and immediates are all it takes.
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
    // SAFETY: as the caller promises, each pair lies inside; no alignment is asked for.
    unsafe {
        // A pair moves as one f64. Not by `_mm_load_sd` and `_mm_loadh_pd`: Rust's versions of these want their
        // address aligned to eight bytes, where pairs of f32 need not be.
        let pair = |i: usize| pairs.add(2 * i).cast::<f64>().read_unaligned();
        let low = _mm_castpd_ps(_mm_setr_pd(pair(at[0]), pair(at[1])));
        let high = _mm_castpd_ps(_mm_setr_pd(pair(at[2]), pair(at[3])));
        (
            _mm_shuffle_ps::<0b10_00_10_00>(low, high),
            _mm_shuffle_ps::<0b11_01_11_01>(low, high),
        )
    }
}
