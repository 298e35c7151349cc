//! Neighborhood hit: do a point's neighbours share its class?

use serde::{Deserialize, Serialize};

use super::error::{ProjectionError, check_matrix};
use super::plane_neighbours::{KdTree, offer, squared_distance};

/// Above this many dimensions a k-d tree is no better than comparing all pairs.
const TREE_DIMENSIONS: usize = 6;

/// The neighborhood hit of a projection (Paulovich, Nonato, Minghim & Levkowitz 2008).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NeighborhoodHit {
    /// Neighbours that were looked at: the number asked for, or n − 1 if that is less.
    pub k: usize,
    /// For each observation, the fraction of its k nearest neighbours that share its class.
    pub per_observation: Vec<f32>,
    /// For each class, from 0 to the greatest label, the mean over its observations; `None` for a
    /// class without any.
    pub per_class: Vec<Option<f32>>,
    /// Mean over all observations.
    pub overall: f32,
}

impl NeighborhoodHit {
    /// The mean over all observations, where there is one: `None` of a single observation, which has
    /// no neighbours.
    #[must_use]
    pub fn defined(&self) -> Option<f32> {
        (self.k > 0).then_some(self.overall)
    }

    /// Why the hit tells nothing, where it does not.
    #[must_use]
    pub fn reservation(&self) -> Option<&'static str> {
        let classes = self.per_class.iter().flatten().count();
        if self.k == 0 {
            Some("A single observation has no neighbours, so there is no neighborhood hit.")
        } else if classes == 1 {
            Some(
                "All observations are of one class, so the neighborhood hit is 100% wherever they lie.",
            )
        } else {
            None
        }
    }
}

/// Computes the neighborhood hit of `positions` (n × dims, row-major) with these classes (n).
///
/// Exact. A point is not its own neighbour; of points equally far the one of lower index is nearer
/// (distances in double precision). A single point has no neighbour: its hit is undefined, and
/// reported as 1 with `k` = 0, since nothing near it is of another class.
pub fn neighborhood_hit(
    positions: &[f32],
    dims: usize,
    labels: &[u8],
    k: usize,
) -> Result<NeighborhoodHit, ProjectionError> {
    let n = positions.len().checked_div(dims).unwrap_or(labels.len());
    check_matrix(positions, n, dims)?;
    if labels.len() != n {
        let found = labels.len();
        return Err(ProjectionError::WrongLabelCount { n, found });
    }
    if k == 0 {
        return Err(ProjectionError::BadParameter {
            name: "k",
            value: 0.0,
            rule: "at least one neighbour must be looked at",
        });
    }
    let k = k.min(n - 1);
    let tree = (dims <= TREE_DIMENSIONS).then(|| KdTree::new(positions, dims));
    let mut found = Vec::with_capacity(k + 1);
    let per_observation: Vec<f32> = (0..n)
        .map(|i| {
            match &tree {
                Some(tree) => tree.nearest(i, k, &mut found),
                None => compare_all(positions, dims, i, k, &mut found),
            }
            if k == 0 {
                return 1.0;
            }
            let hits = found
                .iter()
                .filter(|(_, j)| labels[*j as usize] == labels[i])
                .count();
            hits as f32 / k as f32
        })
        .collect();
    let classes = labels
        .iter()
        .max()
        .map_or(0, |&greatest| usize::from(greatest) + 1);
    let mut sums = vec![(0.0_f64, 0_usize); classes];
    for (&label, &hit) in labels.iter().zip(&per_observation) {
        let sum = &mut sums[usize::from(label)];
        sum.0 += f64::from(hit);
        sum.1 += 1;
    }
    let total: f64 = sums.iter().map(|sum| sum.0).sum();
    Ok(NeighborhoodHit {
        k,
        per_class: sums
            .iter()
            .map(|&(sum, count)| (count > 0).then(|| (sum / count as f64) as f32))
            .collect(),
        overall: (total / n as f64) as f32,
        per_observation,
    })
}

fn compare_all(positions: &[f32], dims: usize, i: usize, k: usize, found: &mut Vec<(f64, u32)>) {
    found.clear();
    let query = &positions[i * dims..(i + 1) * dims];
    for (j, row) in positions.chunks_exact(dims).enumerate() {
        if j != i && k > 0 {
            offer((squared_distance(query, row), j as u32), k, found);
        }
    }
}
