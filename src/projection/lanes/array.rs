//! The operations of [`super::Lanes`] on plain arrays, for any machine.

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
    // SAFETY: as the caller promises; no alignment is asked for.
    unsafe { from.cast::<[f32; 4]>().read_unaligned() }
}
/// # Safety
/// `to` must be valid for writing four `f32`.
#[inline(always)]
pub unsafe fn store(to: *mut f32, value: Register) {
    // SAFETY: as the caller promises; no alignment is asked for.
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
    // SAFETY: as the caller promises, each pair lies inside; no alignment is asked for.
    unsafe {
        (
            core::array::from_fn(|lane| *pairs.add(2 * at[lane])),
            core::array::from_fn(|lane| *pairs.add(2 * at[lane] + 1)),
        )
    }
}
