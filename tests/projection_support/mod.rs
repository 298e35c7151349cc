//! Data for tests of projections.

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
