//! Street digits: house numbers that we draw ourselves, in the manner of the SVHN data set.
//!
//! Colour images of a digit, with parts of its neighbours in the number beside it, of varied
//! design, thickness, slant, colours, light, sharpness and noise. In each class one half of the
//! digits is brighter than their background and the other half darker: the paper found that a
//! network keeps the two apart although it is not told of them (Rauber et al. 2017, figure 6).
//!
//! Each image is drawn from a stream of random numbers of its own, by arithmetic that is the same
//! everywhere: image i of a seed is the same in a set of any size and on every machine.

mod chance;
mod error;
mod glyphs;
mod pen;
mod scene;
mod warp;

use serde::{Deserialize, Serialize};

use super::{Dataset, DatasetError, ImageShape, Part, Split};
use chance::Chance;
pub use error::StreetDigitsError;

/// Height and width of an image.
const SIDE: usize = 32;

/// The most images that are drawn, training and test part together: as many as SVHN has.
pub const MOST_STREET_DIGITS: usize = 100_000;

/// Images in a block that has each class in each polarity once.
const BLOCK: usize = 20;

/// Whether a digit is brighter or darker than what is behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Polarity {
    /// A bright digit on a dark background.
    BrightOnDark,
    /// A dark digit on a bright background.
    DarkOnBright,
}

/// Which street digits: how many, and the seed that decides all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreetDigits {
    /// Images to learn from.
    pub train: usize,
    /// Images to judge by.
    pub test: usize,
    /// Other seeds give other images.
    pub seed: u64,
}

impl StreetDigits {
    /// Starts to draw.
    ///
    /// # Errors
    /// Where a part would be empty, or both together have more than [`MOST_STREET_DIGITS`] images.
    pub fn start(self) -> Result<StreetDigitsDrawing, StreetDigitsError> {
        let Self { train, test, .. } = self;
        if train == 0 || test == 0 {
            return Err(StreetDigitsError::TooFew { train, test });
        }
        if train.saturating_add(test) > MOST_STREET_DIGITS {
            return Err(StreetDigitsError::TooMany { train, test });
        }
        Ok(StreetDigitsDrawing {
            what: self,
            train: Split::default(),
            test: Split::default(),
        })
    }

    /// The polarity of an image, which is decided before it is drawn.
    pub fn polarity(&self, part: Part, index: usize) -> Polarity {
        subject(self.seed, part, index).1
    }

    /// The polarities of the observations at `indices`, as labels: 0 bright on dark, 1 dark on
    /// bright.
    pub fn polarities(&self, part: Part, indices: &[u32]) -> Vec<u8> {
        indices
            .iter()
            .map(|&index| match self.polarity(part, index as usize) {
                Polarity::BrightOnDark => 0,
                Polarity::DarkOnBright => 1,
            })
            .collect()
    }
}

/// Street digits that are being drawn, some images at a time.
#[derive(Clone, Debug)]
pub struct StreetDigitsDrawing {
    what: StreetDigits,
    train: Split,
    test: Split,
}

impl StreetDigitsDrawing {
    /// Draws up to so many images more; true when all are there. The training part comes first.
    pub fn advance(&mut self, images: usize) -> bool {
        for _ in 0..images {
            let (part, split) = if self.train.len() < self.what.train {
                (Part::Train, &mut self.train)
            } else if self.test.len() < self.what.test {
                (Part::Test, &mut self.test)
            } else {
                return true;
            };
            let (digit, pixels) = image(self.what.seed, part, split.len());
            split.images.extend_from_slice(&pixels);
            split.labels.push(digit);
        }
        self.drawn() == self.total()
    }

    /// Images drawn so far.
    pub fn drawn(&self) -> usize {
        self.train.len() + self.test.len()
    }

    /// Images there will be.
    pub fn total(&self) -> usize {
        self.what.train + self.what.test
    }

    /// Draws what is still missing and gives the data set.
    ///
    /// # Errors
    /// As [`Dataset::new`], though what was drawn here agrees with itself.
    pub fn finish(mut self) -> Result<Dataset, DatasetError> {
        self.advance(usize::MAX);
        Dataset::new(
            NAME.to_owned(),
            format!(
                "Synthetic: house numbers drawn by Hidden Activity itself from seed {}, no photographs",
                self.what.seed
            ),
            ImageShape {
                height: SIDE,
                width: SIDE,
                channels: 3,
            },
            (0..10).map(|digit| digit.to_string()).collect(),
            self.train,
            self.test,
        )
    }
}

const NAME: &str = "Street digits";

/// The stream of an image; the blocks of either part have streams that no image has.
fn stream(part: Part, index: u64, of_block: bool) -> u64 {
    let part = match part {
        Part::Train => 0,
        Part::Test => 1 << 62,
    };
    part | u64::from(of_block) << 63 | index
}

/// What an image shows: its digit and its polarity, each pair once in a block of images.
fn subject(seed: u64, part: Part, index: usize) -> (usize, Polarity) {
    let block = (index / BLOCK) as u64;
    let order: [usize; BLOCK] = Chance::new(seed, stream(part, block, true)).order();
    let pair = order[index % BLOCK];
    let polarity = if pair < BLOCK / 2 {
        Polarity::BrightOnDark
    } else {
        Polarity::DarkOnBright
    };
    (pair % (BLOCK / 2), polarity)
}

/// The label of an image, and the image.
fn image(seed: u64, part: Part, index: usize) -> (u8, Vec<u8>) {
    let (digit, polarity) = subject(seed, part, index);
    let mut chance = Chance::new(seed, stream(part, index as u64, false));
    (digit as u8, scene::draw(digit, polarity, &mut chance))
}
