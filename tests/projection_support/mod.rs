//! Data for tests of projections, and their fingerprints.
#![allow(dead_code, reason = "each test file uses some of it")]

/// Numbers in [-1, 1) that look random; tests/browser/projector.mjs makes the same ones.
pub fn noise(length: usize, seed: u32) -> Vec<f32> {
    (0..length as u32)
        .map(|i| {
            let hash = (i ^ seed.rotate_left(16)).wrapping_mul(0x9e37_79b9);
            let hash = (hash ^ (hash >> 15)).wrapping_mul(0x85eb_ca6b);
            (hash ^ (hash >> 13)) as f32 / 2_147_483_648.0 - 1.0
        })
        .collect()
}

/// FNV-1a of the bits, eight hexadecimal digits.
pub fn fingerprint(values: &[f32]) -> String {
    let hash = values
        .iter()
        .flat_map(|value| value.to_bits().to_le_bytes())
        .fold(0x811c_9dc5_u32, |hash, byte| {
            (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
        });
    format!("{hash:08x}")
}
