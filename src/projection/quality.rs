//! What a layout kept of the data: trustworthiness, continuity, stress, nearest-neighbour accuracy.

use serde::{Deserialize, Serialize};

use super::dissimilarity::Dissimilarities;
use super::error::{ProjectionError, check_matrix};
use super::plane_neighbours::{KdTree, offer, squared_distance};

/// All measures of one layout against the data it shows.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ProjectionQuality {
    /// Neighbours looked at; less than was asked for where there are too few observations.
    pub k: usize,
    /// See [`trustworthiness`].
    pub trustworthiness: f64,
    /// See [`continuity`].
    pub continuity: f64,
    /// See [`layout_stress`].
    pub stress: LayoutStress,
    /// See [`nearest_neighbour_accuracy`]: of the data, not of the layout.
    pub nearest_neighbour_accuracy: f64,
    /// Neighborhood hit of the data themselves: what the layout's can be compared with.
    pub data_neighborhood_hit: f64,
}

/// How far the distances of a layout are from those of the data.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LayoutStress {
    /// √(Σ (d_ij − δ_ij)² / Σ δ_ij²), with the layout's distances as they are. Not a number where
    /// all δ_ij are 0 and distances are not: no layout but a single spot shows such data.
    pub normalised: f64,
    /// The same with the distances multiplied by `scale`, the best factor: a layout by t-SNE has a
    /// scale of its own, and only this value can be compared between methods. From 0 to 1.
    pub scaled: f64,
    /// Σ d δ / Σ d².
    pub scale: f64,
}

impl ProjectionQuality {
    /// Measures `positions` (n × 2, row-major) against dissimilarities in the data and classes.
    pub fn measure(
        data: &Dissimilarities,
        positions: &[f32],
        labels: &[u8],
        k: usize,
    ) -> Result<Self, ProjectionError> {
        Ok(Self {
            k: possible_k(data.items(), k)?,
            trustworthiness: trustworthiness(data, positions, k)?,
            continuity: continuity(data, positions, k)?,
            stress: layout_stress(data, positions)?,
            nearest_neighbour_accuracy: nearest_neighbour_accuracy(data, labels, k)?,
            data_neighborhood_hit: data_neighborhood_hit(data, labels, k)?,
        })
    }
}

/// Are neighbours in the layout (n × 2, row-major) neighbours in the data? 1 if all are (Venna &
/// Kaski 2001): 1 − 2 / (n k (2n − 3k − 1)) Σ_i Σ_j (rank of j in the data − k), over the j among
/// i's k nearest in the layout that are not in the data. Equally far observations rank by index.
///
/// k is brought down below n/2 where it is more, as the measure needs; n < 3 gives 1.
pub fn trustworthiness(
    data: &Dissimilarities,
    positions: &[f32],
    k: usize,
) -> Result<f64, ProjectionError> {
    let n = data.items();
    check_matrix(positions, n, 2)?;
    let k = possible_k(n, k)?;
    let tree = KdTree::new(positions, 2);
    let mut near = Vec::with_capacity(k + 1);
    let mut penalty = 0;
    for i in 0..n {
        tree.nearest(i, k, &mut near);
        let row = data.row(i);
        for &(_, j) in &near {
            let own = row[j as usize];
            let rank = rank(n, i, j as usize, |other| (row[other], own));
            penalty += rank.saturating_sub(k);
        }
    }
    Ok(weigh(penalty, n, k))
}

/// Are neighbours in the data neighbours in the layout? As [`trustworthiness`], the other way round
/// (Venna & Kaski 2001).
pub fn continuity(
    data: &Dissimilarities,
    positions: &[f32],
    k: usize,
) -> Result<f64, ProjectionError> {
    let n = data.items();
    check_matrix(positions, n, 2)?;
    let k = possible_k(n, k)?;
    let mut near = Vec::with_capacity(k + 1);
    let mut penalty = 0;
    for i in 0..n {
        nearest_in_data(data, i, k, &mut near);
        let distance =
            |j: usize| squared_distance(&positions[2 * i..2 * i + 2], &positions[2 * j..2 * j + 2]);
        for &(_, j) in &near {
            let own = distance(j as usize);
            let rank = rank(n, i, j as usize, |other| (distance(other), own));
            penalty += rank.saturating_sub(k);
        }
    }
    Ok(weigh(penalty, n, k))
}

/// How far the distances of a layout (n × 2, row-major) are from those of the data.
pub fn layout_stress(
    data: &Dissimilarities,
    positions: &[f32],
) -> Result<LayoutStress, ProjectionError> {
    let n = data.items();
    check_matrix(positions, n, 2)?;
    let (mut targets, mut distances, mut products) = (0.0_f64, 0.0_f64, 0.0_f64);
    for (i, a) in positions.chunks_exact(2).enumerate() {
        let others = positions[2 * i + 2..]
            .chunks_exact(2)
            .zip(&data.row(i)[i + 1..]);
        for (b, &target) in others {
            let square = squared_distance(a, b);
            let target = f64::from(target);
            targets += target * target;
            distances += square;
            products += target * square.sqrt();
        }
    }
    let scale = if distances > 0.0 {
        products / distances
    } else {
        1.0
    };
    let stress = |scale: f64| {
        let raw = targets - 2.0 * scale * products + scale * scale * distances;
        if targets > 0.0 {
            (raw.max(0.0) / targets).sqrt()
        } else if distances > 0.0 {
            f64::NAN
        } else {
            0.0
        }
    };
    Ok(LayoutStress {
        normalised: stress(1.0),
        scaled: stress(scale),
        scale,
    })
}

/// Part of the observations whose class is the one most of their k nearest neighbours in the data
/// have (the observation itself left out; of classes equally frequent the lowest): what is there to
/// be seen, whatever the layout shows of it. A single observation gives 1.
pub fn nearest_neighbour_accuracy(
    data: &Dissimilarities,
    labels: &[u8],
    k: usize,
) -> Result<f64, ProjectionError> {
    let mut right = 0;
    for_each_neighbourhood(data, labels, k, |i, near| {
        let mut votes = [0_u32; 256];
        for &(_, j) in near {
            votes[usize::from(labels[j as usize])] += 1;
        }
        let mut winner = 0;
        for (class, &count) in votes.iter().enumerate() {
            if count > votes[winner] {
                winner = class;
            }
        }
        right += usize::from(near.is_empty() || winner == usize::from(labels[i]));
    })?;
    Ok(right as f64 / labels.len() as f64)
}

/// [`super::neighborhood_hit`] of the data themselves.
pub fn data_neighborhood_hit(
    data: &Dissimilarities,
    labels: &[u8],
    k: usize,
) -> Result<f64, ProjectionError> {
    let mut total = 0.0;
    for_each_neighbourhood(data, labels, k, |i, near| {
        let hits = near
            .iter()
            .filter(|(_, j)| labels[*j as usize] == labels[i])
            .count();
        total += if near.is_empty() {
            1.0
        } else {
            hits as f64 / near.len() as f64
        };
    })?;
    Ok(total / labels.len() as f64)
}

fn for_each_neighbourhood(
    data: &Dissimilarities,
    labels: &[u8],
    k: usize,
    mut visit: impl FnMut(usize, &[(f64, u32)]),
) -> Result<(), ProjectionError> {
    let n = data.items();
    if labels.len() != n {
        let found = labels.len();
        return Err(ProjectionError::WrongLabelCount { n, found });
    }
    check_k(k)?;
    let k = k.min(n - 1);
    let mut near = Vec::with_capacity(k + 1);
    for i in 0..n {
        nearest_in_data(data, i, k, &mut near);
        visit(i, &near);
    }
    Ok(())
}

fn nearest_in_data(data: &Dissimilarities, i: usize, k: usize, near: &mut Vec<(f64, u32)>) {
    near.clear();
    if k == 0 {
        return;
    }
    for (j, &distance) in data.row(i).iter().enumerate() {
        if j != i {
            offer((distance.into(), j as u32), k, near);
        }
    }
}

/// Place of j among all others by distance from i, then index, from 1 on. `distances` gives the
/// distance of an observation and that of j.
fn rank<T: PartialOrd>(n: usize, i: usize, j: usize, distances: impl Fn(usize) -> (T, T)) -> usize {
    let mut rank = 1;
    for other in 0..n {
        let (distance, own) = distances(other);
        let is_nearer = distance < own || (distance == own && other < j);
        rank += usize::from(is_nearer && other != i && other != j);
    }
    rank
}

fn weigh(penalty: usize, n: usize, k: usize) -> f64 {
    if k == 0 {
        return 1.0;
    }
    let worst = (n * k * (2 * n - 3 * k - 1)) as f64;
    1.0 - 2.0 * penalty as f64 / worst
}

fn check_k(k: usize) -> Result<(), ProjectionError> {
    if k > 0 {
        return Ok(());
    }
    Err(ProjectionError::BadParameter {
        name: "k",
        value: 0.0,
        rule: "at least one neighbour must be looked at",
    })
}

fn possible_k(n: usize, k: usize) -> Result<usize, ProjectionError> {
    check_k(k)?;
    Ok(k.min((n - 1) / 2))
}
