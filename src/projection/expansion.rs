//! Taylor expansions of the kernel 1 / (1 + r²) in the plane, four at a time.
//!
//! The repulsion needs only one potential, φ(y) = Σ_j 1 / (1 + ‖y − y_j‖²): the normaliser of t-SNE
//! is its sum over the points, and Σ_j (y − y_j) / (1 + ‖y − y_j‖²)² is −½ ∇φ(y).
//!
//! For a source cell around s and a target cell around t, with derivatives D of the kernel at t − s,
//! φ(t + ε) = Σ_ab L_ab ε_x^a ε_y^b / (a! b!),  L_ab = Σ_cd M_cd D_{a+c, b+d},
//! M_cd = Σ_j (s_x − x_j)^c (s_y − y_j)^d / (c! d!), all terms of total order above [`ORDER`] left
//! out. The derivatives follow from (1 + r²) K = 1 by Leibniz' rule, with T_ab = D_ab / (a! b!):
//! (1 + r²) T_ab + 2x T_{a−1,b} + 2y T_{a,b−1} + T_{a−2,b} + T_{a,b−2} = 0.

use super::lanes::Lanes;

/// Greatest total order of the terms kept.
pub(crate) const ORDER: usize = 4;
/// Terms of an expansion.
pub(crate) const TERMS: usize = (ORDER + 1) * (ORDER + 2) / 2;
/// Room for an expansion: a whole number of registers.
pub(crate) const ROOM: usize = TERMS.next_multiple_of(4);

/// Coefficients of one expansion, by total order, then by the order in y.
pub(crate) type Coefficients = [f32; ROOM];

/// Where the term of orders (a, b) stands.
#[inline(always)]
const fn term(a: usize, b: usize) -> usize {
    (a + b) * (a + b + 1) / 2 + b
}

const FACTORIAL: [f32; 7] = [1.0, 1.0, 2.0, 6.0, 24.0, 120.0, 720.0];

/// x^a / a! for all orders.
#[inline(always)]
fn powers(x: Lanes) -> [Lanes; ORDER + 1] {
    let mut all = [Lanes::splat(1.0); ORDER + 1];
    for order in 1..=ORDER {
        all[order] = all[order - 1] * x * Lanes::splat(1.0 / order as f32);
    }
    all
}

/// Adds the moments of four points at (x, y) from the centre, with these weights.
#[inline(always)]
pub(crate) fn add_moments(x: Lanes, y: Lanes, weight: Lanes, moments: &mut [Lanes; TERMS]) {
    let (px, py) = (powers(Lanes::zero() - x), powers(Lanes::zero() - y));
    for order in 0..=ORDER {
        for b in 0..=order {
            moments[term(order - b, b)] += weight * px[order - b] * py[b];
        }
    }
}

/// x^a / a! of one number.
#[inline(always)]
fn scalar_powers(x: f32) -> [f32; ORDER + 1] {
    let mut all = [1.0; ORDER + 1];
    for order in 1..=ORDER {
        all[order] = all[order - 1] * x * (1.0 / order as f32);
    }
    all
}

/// Adds a child's moments to its parent's; (x, y): from the parent's centre to the child's.
#[inline(always)]
pub(crate) fn shift_moments(child: &Coefficients, x: f32, y: f32, parent: &mut Coefficients) {
    let (px, py) = (scalar_powers(-x), scalar_powers(-y));
    // One axis, then the other.
    let mut half = [0.0; ROOM];
    for order in 0..=ORDER {
        for b in 0..=order {
            let a = order - b;
            for c in 0..=a {
                half[term(a, b)] += child[term(c, b)] * px[a - c];
            }
        }
    }
    for order in 0..=ORDER {
        for b in 0..=order {
            let a = order - b;
            for d in 0..=b {
                parent[term(a, b)] += half[term(a, d)] * py[b - d];
            }
        }
    }
}

/// A parent's local expansion as seen from a child's centre; (x, y): from parent to child.
#[inline(always)]
pub(crate) fn shift_local(parent: &Coefficients, x: f32, y: f32) -> Coefficients {
    let (px, py) = (scalar_powers(x), scalar_powers(y));
    let mut half = [0.0; ROOM];
    for order in 0..=ORDER {
        for b in 0..=order {
            let a = order - b;
            for c in 0..=ORDER - order {
                half[term(a, b)] += parent[term(a + c, b)] * px[c];
            }
        }
    }
    let mut child = [0.0; ROOM];
    for order in 0..=ORDER {
        for b in 0..=order {
            let a = order - b;
            for d in 0..=ORDER - order {
                child[term(a, b)] += half[term(a, b + d)] * py[d];
            }
        }
    }
    child
}

/// Lets four source cells act on one target: adds to each lane of `local` the effect of that lane's
/// source. (x, y): from source to target.
#[inline(always)]
pub(crate) fn translate(x: Lanes, y: Lanes, moments: &[Lanes; ROOM], local: &mut [Lanes; TERMS]) {
    let derivatives = derivatives(x, y);
    for order in 0..=ORDER {
        for b in 0..=order {
            let a = order - b;
            let mut sum = local[term(a, b)];
            for inner in 0..=ORDER - order {
                for d in 0..=inner {
                    let c = inner - d;
                    sum += moments[term(c, d)] * derivatives[term(a + c, b + d)];
                }
            }
            local[term(a, b)] = sum;
        }
    }
}

/// All derivatives of 1 / (1 + x² + y²) up to the order kept.
#[inline(always)]
fn derivatives(x: Lanes, y: Lanes) -> [Lanes; TERMS] {
    let kernel = Lanes::splat(1.0) / (Lanes::splat(1.0) + x * x + y * y);
    let (x2, y2) = (x + x, y + y);
    let mut t = [Lanes::zero(); TERMS];
    t[0] = kernel;
    for order in 1..=ORDER {
        for b in 0..=order {
            let a = order - b;
            let mut sum = Lanes::zero();
            if a > 0 {
                sum += x2 * t[term(a - 1, b)];
            }
            if b > 0 {
                sum += y2 * t[term(a, b - 1)];
            }
            if a > 1 {
                sum += t[term(a - 2, b)];
            }
            if b > 1 {
                sum += t[term(a, b - 2)];
            }
            t[term(a, b)] = Lanes::zero() - kernel * sum;
        }
    }
    for order in 2..=ORDER {
        for b in 0..=order {
            let a = order - b;
            let factor = FACTORIAL[a] * FACTORIAL[b];
            if factor != 1.0 {
                t[term(a, b)] *= Lanes::splat(factor);
            }
        }
    }
    t
}

/// Potential and its two slopes at four points (x, y) from the centre.
#[inline(always)]
pub(crate) fn evaluate(local: &Coefficients, x: Lanes, y: Lanes) -> [Lanes; 3] {
    let (px, py) = (powers(x), powers(y));
    let (mut value, mut slope_x, mut slope_y) = (Lanes::zero(), Lanes::zero(), Lanes::zero());
    for order in 0..=ORDER {
        for b in 0..=order {
            let a = order - b;
            let coefficient = Lanes::splat(local[term(a, b)]);
            value += coefficient * px[a] * py[b];
            if a > 0 {
                slope_x += coefficient * px[a - 1] * py[b];
            }
            if b > 0 {
                slope_y += coefficient * px[a] * py[b - 1];
            }
        }
    }
    [value, slope_x, slope_y]
}
