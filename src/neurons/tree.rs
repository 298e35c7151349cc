//! One extremely randomized tree that tells a class from the rest.

use rand::RngCore;
use rand_chacha::ChaCha8Rng;

use super::columns::{Columns, range};

/// A tree in the making (Geurts, Ernst & Wehenkel 2006, "Extremely randomized trees"), with the
/// memory that one tree after the other uses.
///
/// At each node some features are drawn without replacement, each is cut at a place drawn uniformly
/// between its least and greatest value in the node, and the cut that lowers the Gini impurity most
/// is kept. Features that are constant in the node count as drawn but cannot be cut; where all
/// drawn ones are constant, more are drawn. Nodes are split until they are pure. Only what each
/// feature contributes is kept of the tree, not the tree.
pub(super) struct Tree {
    /// Features drawn at a node.
    drawn: usize,
    random: ChaCha8Rng,
    /// All observations; those of one node lie side by side.
    samples: Vec<u32>,
    /// Beside each sample: 1 if it is of the class, else 0.
    positives: Vec<u32>,
    /// The feature under trial, of the node's samples.
    values: Vec<f32>,
    /// All features, in an order that changes as they are drawn.
    features: Vec<u32>,
    /// Nodes that are not pure and wait to be split.
    open: Vec<Node>,
    /// Decrease of impurity by each feature, in observations.
    decreases: Vec<f64>,
}

/// Samples `start..end`, some of them of the class.
#[derive(Clone, Copy)]
struct Node {
    start: usize,
    end: usize,
    positives: u32,
}

/// A cut: samples with a value of at most `threshold` go left.
#[derive(Clone, Copy)]
struct Cut {
    feature: usize,
    threshold: f32,
    left: u32,
    left_positives: u32,
    purity: f64,
}

impl Tree {
    /// Memory for trees on n observations of d features.
    pub fn new(n: usize, d: usize, drawn: usize, random: ChaCha8Rng) -> Self {
        Self {
            drawn,
            random,
            samples: vec![0; n],
            positives: vec![0; n],
            values: vec![0.0; n],
            features: vec![0; d],
            // Of two open nodes from one split the second waits while the first is split to its
            // end: no more can wait than splits lie above each other.
            open: Vec::with_capacity(n),
            decreases: vec![0.0; d],
        }
    }

    /// Begins a new tree: its root holds all observations.
    pub fn plant(&mut self, labels: &[u8], class: u8, random: ChaCha8Rng) {
        self.random = random;
        self.decreases.fill(0.0);
        for (sample, i) in self.samples.iter_mut().zip(0..) {
            *sample = i;
        }
        for (feature, j) in self.features.iter_mut().zip(0..) {
            *feature = j;
        }
        for (positive, &label) in self.positives.iter_mut().zip(labels) {
            *positive = u32::from(label == class);
        }
        self.open.clear();
        self.wait(0, labels.len(), self.positives.iter().sum());
    }

    /// Splits nodes until none is left or about `work` values were looked at; returns the work left.
    pub fn grow(&mut self, columns: &Columns, mut work: usize) -> usize {
        while work > 0
            && let Some(node) = self.open.pop()
        {
            work = work.saturating_sub(self.split(columns, node));
        }
        work
    }

    /// Whether every leaf is pure or cannot be split.
    pub fn is_grown(&self) -> bool {
        self.open.is_empty()
    }

    /// Adds each feature's share of the tree's decrease of impurity to `total` (d).
    pub fn add_shares(&self, total: &mut [f64]) {
        let sum: f64 = self.decreases.iter().sum();
        if sum > 0.0 {
            for (total, decrease) in total.iter_mut().zip(&self.decreases) {
                *total += decrease / sum;
            }
        }
    }

    /// Keeps a node for splitting unless it is pure.
    fn wait(&mut self, start: usize, end: usize, positives: u32) {
        if 0 < positives && (positives as usize) < end - start {
            self.open.push(Node {
                start,
                end,
                positives,
            });
        }
    }

    /// Returns how many values were looked at.
    fn split(&mut self, columns: &Columns, node: Node) -> usize {
        let Node { start, end, .. } = node;
        let (best, work) = self.best_cut(columns, node);
        let Some(cut) = best else {
            return work;
        };
        let before = purity(node.positives, (end - start) as u32);
        // Splitting never raises the impurity, but rounding can make it seem so.
        self.decreases[cut.feature] += (cut.purity - before).max(0.0);
        let middle = start + cut.left as usize;
        self.partition(columns.column(cut.feature), node, cut.threshold);
        self.wait(middle, end, node.positives - cut.left_positives);
        self.wait(start, middle, cut.left_positives);
        work + end - start
    }

    /// The best cut of a node, none if all features are constant; and the values looked at.
    fn best_cut(&mut self, columns: &Columns, node: Node) -> (Option<Cut>, usize) {
        let size = node.end - node.start;
        let samples = &self.samples[node.start..node.end];
        let positives = &self.positives[node.start..node.end];
        let (mut left_to_draw, mut visited, mut work) = (self.features.len(), 0, 1);
        let mut best: Option<Cut> = None;
        while left_to_draw > 0 && (visited < self.drawn || best.is_none()) {
            let bits = self.random.next_u64();
            let pick = (((bits >> 32) * left_to_draw as u64) >> 32) as usize;
            left_to_draw -= 1;
            visited += 1;
            self.features.swap(pick, left_to_draw);
            let feature = self.features[left_to_draw] as usize;
            let [least, greatest] = columns.range(feature);
            if least == greatest {
                continue;
            }
            let column = columns.column(feature);
            let is_root = size == column.len();
            let (values, [least, greatest]) = if is_root {
                (column, [least, greatest])
            } else {
                let values = &mut self.values[..size];
                for (value, &sample) in values.iter_mut().zip(samples) {
                    *value = column[sample as usize];
                }
                (&*values, range(values))
            };
            work += size;
            if least == greatest {
                continue;
            }
            let threshold = between(least, greatest, bits as u32);
            let (left, left_positives) = count_at_most(values, positives, threshold);
            let purity = purity(left_positives, left)
                + purity(node.positives - left_positives, size as u32 - left);
            if best.is_none_or(|best| purity > best.purity) {
                best = Some(Cut {
                    feature,
                    threshold,
                    left,
                    left_positives,
                    purity,
                });
                // No later cut is better than one that leaves both sides pure.
                let is_perfect = (left_positives == 0 && left == size as u32 - node.positives)
                    || (left_positives == node.positives && left == node.positives);
                if is_perfect {
                    break;
                }
            }
        }
        (best, work)
    }

    /// Moves the node's samples of at most `threshold` to its front.
    fn partition(&mut self, column: &[f32], node: Node, threshold: f32) {
        let samples = &mut self.samples[node.start..node.end];
        let positives = &mut self.positives[node.start..node.end];
        let mut front = 0;
        for k in 0..samples.len() {
            let goes_left = column[samples[k] as usize] <= threshold;
            samples.swap(k, front);
            positives.swap(k, front);
            front += usize::from(goes_left);
        }
    }
}

/// (p² + q²) / n for p of n samples in the class and q not: n times one less the Gini impurity.
fn purity(positives: u32, n: u32) -> f64 {
    let (p, q) = (f64::from(positives), f64::from(n - positives));
    (p * p + q * q) / f64::from(n)
}

/// A number from `least` up to but not including `greatest`, at the place that 32 random bits say.
fn between(least: f32, greatest: f32, bits: u32) -> f32 {
    const STEP: f64 = 1.0 / 4_294_967_296.0;
    let (from, to) = (f64::from(least), f64::from(greatest));
    let threshold = (from + (to - from) * (f64::from(bits) * STEP)) as f32;
    if threshold < greatest {
        threshold
    } else {
        least
    }
}

/// How many values are at most `threshold`, and how many of these are positive.
fn count_at_most(values: &[f32], positives: &[u32], threshold: f32) -> (u32, u32) {
    let (mut count, mut positive) = (0, 0);
    for (&value, &is_positive) in values.iter().zip(positives) {
        let is_counted = u32::from(value <= threshold);
        count += is_counted;
        positive += is_counted & is_positive;
    }
    (count, positive)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::projection::random::generator;

    #[test]
    fn a_threshold_parts_what_lies_between_neighbouring_numbers() {
        let next = f32::from_bits(1.0_f32.to_bits() + 1);
        for (least, greatest) in [(1.0, next), (-f32::MAX, f32::MAX), (0.0, 1e-45)] {
            for bits in [0, 1, u32::MAX / 2, u32::MAX] {
                let threshold = between(least, greatest, bits);
                assert!(least <= threshold && threshold < greatest);
            }
        }
    }

    #[test]
    fn all_decreases_together_are_the_impurity_of_the_root() {
        // Every row is different, so that all leaves are pure.
        let (n, d) = (300, 9);
        let rows: Vec<f32> = (0..n * d).map(|at| (at * at * 31 % 1_009) as f32).collect();
        let labels: Vec<u8> = (0..n).map(|i| (i * i % 7 % 3) as u8).collect();
        let mut columns = Columns::new(rows, n, d);
        while !columns.advance(n) {}
        let mut tree = Tree::new(n, d, 3, generator(0, 0));
        for seed in 0..5 {
            tree.plant(&labels, 1, generator(seed, 0));
            while !tree.is_grown() {
                tree.grow(&columns, 100);
            }
            let ones = labels.iter().filter(|&&label| label == 1).count() as u32;
            let expected = n as f64 - purity(ones, n as u32);
            let found: f64 = tree.decreases.iter().sum();
            assert!(
                (found - expected).abs() < 1e-9 * expected,
                "{found} {expected}"
            );
            let mut samples = tree.samples.clone();
            samples.sort_unstable();
            assert!(samples.into_iter().eq(0..n as u32));
        }
    }
}
