//! Which images make up each step.

use super::random::{Random, Stream};

/// The order of the images in one epoch, cut into batches of one size.
///
/// Every batch has the same number of images, since every new shape costs a GPU a compilation:
/// the last batch of an epoch wraps around into its beginning, so a few images count twice there.
#[derive(Debug)]
pub(crate) struct Batches {
    order: Vec<u32>,
    batch: usize,
}

impl Batches {
    /// The order of `images` images in `epoch`, in batches of at most `batch`.
    pub(crate) fn new(images: usize, batch: usize, seed: u64, epoch: u32) -> Self {
        let mut random = Random::new(seed, Stream::Order { epoch });
        let mut order: Vec<u32> = (0..images as u32).collect();
        for last in (1..images).rev() {
            order.swap(last, random.below(last + 1));
        }
        Self {
            order,
            batch: batch.min(images),
        }
    }

    /// Indices of the images of a step, counted from 0.
    pub(crate) fn step(&self, step: u32) -> impl Iterator<Item = usize> + '_ {
        let start = step as usize * self.batch;
        (start..start + self.batch).map(|at| self.order[at % self.order.len()] as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_epoch_sees_every_image_and_wraps_at_its_end() {
        let batches = Batches::new(10, 4, 1, 0);
        let seen: Vec<usize> = (0..3).flat_map(|step| batches.step(step)).collect();
        assert_eq!(seen.len(), 12);
        assert_eq!(seen[10..], seen[..2]);
        let mut sorted = seen[..10].to_vec();
        sorted.sort_unstable();
        assert_eq!(sorted, (0..10).collect::<Vec<_>>());
    }

    #[test]
    fn the_order_depends_on_seed_and_epoch_alone() {
        let order = |seed, epoch| Batches::new(50, 50, seed, epoch).order;
        assert_eq!(order(1, 3), order(1, 3));
        assert_ne!(order(1, 3), order(1, 4));
        assert_ne!(order(1, 3), order(2, 3));
    }

    #[test]
    fn a_batch_never_exceeds_the_images() {
        assert_eq!(Batches::new(3, 64, 1, 0).step(0).count(), 3);
    }
}
