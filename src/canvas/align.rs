//! Turning one layout to another, so that pictures that follow each other do not flip.
//!
//! A layout by t-SNE or MDS is as good turned or mirrored. Orthogonal Procrustes analysis
//! (Schönemann 1966) finds the turn or mirror image that brings it closest to another layout of
//! the same observations; in the plane both candidates have a closed form.

/// Whether an alignment may change the size of a layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scaling {
    /// Distances stay as they are.
    Keep,
    /// One factor for all distances, the one that fits best.
    Fit,
}

/// A turn or mirror image with a scale and a shift: `p ↦ linear · p + shift`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Similarity {
    /// Row-major 2 × 2: the scale times an orthogonal matrix.
    pub linear: [[f64; 2]; 2],
    /// Data units of the target.
    pub shift: [f64; 2],
}

impl Similarity {
    /// What leaves everything in place.
    pub const IDENTITY: Self = Self {
        linear: [[1.0, 0.0], [0.0, 1.0]],
        shift: [0.0, 0.0],
    };

    /// Moves all positions (`n × 2`, row-major) in place.
    pub fn apply(&self, positions: &mut [f32]) {
        let [[a, b], [c, d]] = self.linear;
        for p in positions.as_chunks_mut::<2>().0 {
            let [x, y] = p.map(f64::from);
            *p = [
                (a * x + b * y + self.shift[0]) as f32,
                (c * x + d * y + self.shift[1]) as f32,
            ];
        }
    }
}

/// The similarity that brings `moving` closest to `target` (both `n × 2`, row-major, observation
/// by observation) in the sum of squared distances. Observations that are not finite in both are
/// left out. A turn is preferred where a mirror image fits no better, and no turn where nothing
/// can be told, as from a single point.
pub fn align(moving: &[f32], target: &[f32], scaling: Scaling) -> Similarity {
    let pairs = || {
        let (a, b) = (moving.as_chunks::<2>().0, target.as_chunks::<2>().0);
        a.iter()
            .zip(b)
            .filter(|(a, b)| a.iter().chain(*b).all(|v| v.is_finite()))
            .map(|(a, b)| (a.map(f64::from), b.map(f64::from)))
    };
    let (mut n, mut from, mut to) = (0.0, [0.0; 2], [0.0; 2]);
    for (a, b) in pairs() {
        n += 1.0;
        for k in 0..2 {
            from[k] += a[k];
            to[k] += b[k];
        }
    }
    if n == 0.0 {
        return Similarity::IDENTITY;
    }
    let (from, to) = (from.map(|v| v / n), to.map(|v| v / n));

    // c[i][j] = Σ target_i · moving_j, about the means.
    let (mut c, mut spread) = ([[0.0; 2]; 2], 0.0);
    for (a, b) in pairs() {
        let (a, b) = (
            [a[0] - from[0], a[1] - from[1]],
            [b[0] - to[0], b[1] - to[1]],
        );
        for i in 0..2 {
            for j in 0..2 {
                c[i][j] += b[i] * a[j];
            }
        }
        spread += a[0] * a[0] + a[1] * a[1];
    }
    // The best turn (cos, sin) maximises the trace of its product with c; likewise the mirror.
    let turn = [c[0][0] + c[1][1], c[1][0] - c[0][1]];
    let mirror = [c[0][0] - c[1][1], c[1][0] + c[0][1]];
    let (turn_fit, mirror_fit) = (turn[0].hypot(turn[1]), mirror[0].hypot(mirror[1]));
    let mirrored = mirror_fit > turn_fit * (1.0 + 1e-9);
    let ([cos, sin], fit) = if mirrored {
        (mirror, mirror_fit)
    } else {
        (turn, turn_fit)
    };
    let mut linear = Similarity::IDENTITY.linear;
    if fit > 0.0 && spread > 0.0 {
        let scale = match scaling {
            Scaling::Keep => 1.0,
            Scaling::Fit => fit / spread,
        };
        let (cos, sin) = (cos / fit * scale, sin / fit * scale);
        linear = if mirrored {
            [[cos, sin], [sin, -cos]]
        } else {
            [[cos, -sin], [sin, cos]]
        };
    }
    let shift = [0, 1].map(|k| to[k] - linear[k][0] * from[0] - linear[k][1] * from[1]);
    Similarity { linear, shift }
}
