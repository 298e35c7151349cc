//! Eigenvalues and eigenvectors of a small symmetric matrix.

/// Eigenvalues, greatest first, and the eigenvectors in the columns of a row-major m × m matrix.
pub(crate) struct Eigen {
    /// Eigenvalues, in descending order.
    pub values: Vec<f64>,
    /// Eigenvectors: m × m, row-major, column j belongs to eigenvalue j.
    pub vectors: Vec<f64>,
}

/// Cyclic Jacobi rotations (Golub & Van Loan, "Matrix Computations", 8.5) until the off-diagonal
/// is negligible. `a`: m × m, row-major, symmetric. Cost: a few times m³, so for small m only.
pub(crate) fn eigen_symmetric(mut a: Vec<f64>, m: usize) -> Eigen {
    const SWEEPS: usize = 40;
    // The rows of `basis` are the eigenvectors: rotations then run along memory.
    let mut basis = vec![0.0; m * m];
    for i in 0..m {
        basis[i * m + i] = 1.0;
    }
    let total: f64 = a.iter().map(|x| x * x).sum();
    for _ in 0..SWEEPS {
        let off: f64 = (0..m)
            .map(|i| {
                a[i * m + i + 1..(i + 1) * m]
                    .iter()
                    .map(|x| x * x)
                    .sum::<f64>()
            })
            .sum();
        if off <= 1e-28 * total {
            break;
        }
        for p in 0..m {
            for q in p + 1..m {
                rotate(&mut a, &mut basis, m, p, q);
            }
        }
    }
    let mut order: Vec<usize> = (0..m).collect();
    order.sort_by(|&i, &j| a[j * m + j].total_cmp(&a[i * m + i]).then(i.cmp(&j)));
    let mut vectors = vec![0.0; m * m];
    for (column, &from) in order.iter().enumerate() {
        for row in 0..m {
            vectors[row * m + column] = basis[from * m + row];
        }
    }
    Eigen {
        values: order.iter().map(|&i| a[i * m + i]).collect(),
        vectors,
    }
}

/// Makes entry (p, q) zero by a rotation of rows and columns p and q.
fn rotate(a: &mut [f64], basis: &mut [f64], m: usize, p: usize, q: usize) {
    let apq = a[p * m + q];
    let (app, aqq) = (a[p * m + p], a[q * m + q]);
    if apq.abs() <= 1e-18 * (app.abs() + aqq.abs()) || apq == 0.0 {
        return;
    }
    let tau = (aqq - app) / (2.0 * apq);
    let t = tau.signum() / (tau.abs() + (1.0 + tau * tau).sqrt());
    let c = 1.0 / (1.0 + t * t).sqrt();
    let s = t * c;
    for k in 0..m {
        let (x, y) = (a[p * m + k], a[q * m + k]);
        a[p * m + k] = c * x - s * y;
        a[q * m + k] = s * x + c * y;
    }
    for k in 0..m {
        let (x, y) = (a[k * m + p], a[k * m + q]);
        a[k * m + p] = c * x - s * y;
        a[k * m + q] = s * x + c * y;
    }
    for k in 0..m {
        let (x, y) = (basis[p * m + k], basis[q * m + k]);
        basis[p * m + k] = c * x - s * y;
        basis[q * m + k] = s * x + c * y;
    }
}

#[cfg(test)]
mod tests {
    use super::eigen_symmetric;

    #[test]
    fn known_matrix() {
        let found = eigen_symmetric(vec![2.0, 1.0, 1.0, 2.0], 2);
        assert!((found.values[0] - 3.0).abs() < 1e-12 && (found.values[1] - 1.0).abs() < 1e-12);
        assert!((found.vectors[0] - found.vectors[2]).abs() < 1e-12);
    }

    #[test]
    fn eigenvectors_rebuild_the_matrix() {
        let m = 17;
        let a: Vec<f64> = (0..m * m)
            .map(|at| {
                ((at / m) as f64 - 3.0) * ((at % m) as f64 - 3.0)
                    + 1.0 / (1 + at / m + at % m) as f64
            })
            .collect();
        let found = eigen_symmetric(a.clone(), m);
        for i in 0..m {
            for j in 0..m {
                let rebuilt: f64 = (0..m)
                    .map(|k| found.vectors[i * m + k] * found.values[k] * found.vectors[j * m + k])
                    .sum();
                assert!((rebuilt - a[i * m + j]).abs() < 1e-9);
            }
        }
    }
}
