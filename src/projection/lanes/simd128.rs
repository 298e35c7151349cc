//! The operations of [`super::Lanes`] on WebAssembly's SIMD128.

use core::arch::wasm32::{
    f32x4_add, f32x4_div, f32x4_extract_lane, f32x4_lt, f32x4_max, f32x4_min, f32x4_mul,
    f32x4_splat, f32x4_sqrt, f32x4_sub, i32x4_add, i32x4_all_true, i32x4_shl, i32x4_shuffle, v128,
    v128_load, v128_load64_lane, v128_load64_zero, v128_store,
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
    // SAFETY: as the caller promises; no alignment is asked for.
    unsafe { v128_load(from.cast()) }
}
/// # Safety
/// `to` must be valid for writing four `f32`.
#[inline(always)]
pub unsafe fn store(to: *mut f32, value: Register) {
    // SAFETY: as the caller promises; no alignment is asked for.
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
    // SAFETY: as the caller promises, each pair lies inside; no alignment is asked for.
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
