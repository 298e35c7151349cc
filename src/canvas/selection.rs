//! Which observations are meant: a set of indices as a bitset.

use serde::{Deserialize, Serialize};

/// How a new set of observations changes a selection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Combine {
    /// The new set only.
    Replace,
    /// What is in either.
    Add,
    /// What was selected and is not in the new set.
    Subtract,
    /// What is in exactly one of the two.
    Toggle,
    /// What is in both.
    Intersect,
}

/// A set of observations out of `n`: a selection, or a mask of what is visible.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Selection {
    /// One bit per observation, lowest first; bits at and beyond `len` are always zero.
    words: Vec<u64>,
    len: usize,
}

impl Selection {
    /// Nothing out of `n` observations.
    pub fn none(n: usize) -> Self {
        Self {
            words: vec![0; n.div_ceil(64)],
            len: n,
        }
    }

    /// All of `n` observations.
    pub fn all(n: usize) -> Self {
        let mut all = Self::none(n);
        all.invert();
        all
    }

    /// The given observations out of `n`; indices of `n` and above are left out.
    pub fn from_indices(n: usize, indices: &[u32]) -> Self {
        let mut selection = Self::none(n);
        for &index in indices {
            selection.insert(index);
        }
        selection
    }

    /// The observations out of `n` for which `keep` says so.
    pub fn from_fn(n: usize, mut keep: impl FnMut(usize) -> bool) -> Self {
        let mut selection = Self::none(n);
        for index in 0..n {
            selection.words[index / 64] |= u64::from(keep(index)) << (index % 64);
        }
        selection
    }

    /// How many observations there are to select from.
    pub fn universe(&self) -> usize {
        self.len
    }

    /// How many are selected.
    pub fn count(&self) -> usize {
        self.words.iter().map(|w| w.count_ones() as usize).sum()
    }

    /// Whether none is selected.
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|&w| w == 0)
    }

    /// Whether observation `index` is selected; false beyond the universe.
    pub fn contains(&self, index: u32) -> bool {
        let index = index as usize;
        self.words
            .get(index / 64)
            .is_some_and(|w| (w >> (index % 64)) & 1 == 1)
    }

    /// Selects one observation; nothing happens beyond the universe.
    pub fn insert(&mut self, index: u32) {
        if (index as usize) < self.len {
            self.words[index as usize / 64] |= 1 << (index % 64);
        }
    }

    /// Deselects one observation.
    pub fn remove(&mut self, index: u32) {
        if (index as usize) < self.len {
            self.words[index as usize / 64] &= !(1 << (index % 64));
        }
    }

    /// Deselects all.
    pub fn clear(&mut self) {
        self.words.fill(0);
    }

    /// Selects what was not selected, and the other way round.
    pub fn invert(&mut self) {
        for word in &mut self.words {
            *word = !*word;
        }
        let beyond = self.len % 64;
        if beyond != 0
            && let Some(last) = self.words.last_mut()
        {
            *last &= (1 << beyond) - 1;
        }
    }

    /// Changes the selection by another set; the universe stays, and what the other has beyond it
    /// is left out.
    pub fn combine(&mut self, other: &Self, how: Combine) {
        let theirs = other.words.iter().copied().chain(std::iter::repeat(0));
        for (mine, theirs) in self.words.iter_mut().zip(theirs) {
            *mine = match how {
                Combine::Replace => theirs,
                Combine::Add => *mine | theirs,
                Combine::Subtract => *mine & !theirs,
                Combine::Toggle => *mine ^ theirs,
                Combine::Intersect => *mine & theirs,
            };
        }
        let beyond = self.len % 64;
        if beyond != 0
            && let Some(last) = self.words.last_mut()
        {
            *last &= (1 << beyond) - 1;
        }
    }

    /// The selected observations, ascending.
    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        self.words.iter().zip(0u32..).flat_map(|(&word, block)| {
            let mut rest = word;
            std::iter::from_fn(move || {
                let bit = rest.trailing_zeros();
                (rest != 0).then(|| {
                    rest &= rest - 1;
                    block * 64 + bit
                })
            })
        })
    }
}

/// Whether an observation can be seen and so be hit; without a mask every one can.
pub(crate) fn is_visible(visible: Option<&Selection>, index: u32) -> bool {
    visible.is_none_or(|mask| mask.contains(index))
}
