//! A data set cut into packs, so that the first observations can be shown while the rest loads.
//!
//! The first piece holds [`FIRST_OBSERVATIONS`] test observations, chosen as the page chooses those
//! that it projects, so that a layout of them stays right when all are there. The other test
//! observations follow, then the training ones, each piece small enough for progress to be seen.

use super::pack::{Division, Pack};
use super::{Dataset, DatasetError, ImageShape, Part, Split, stratified_subset};

/// Test observations in the first piece: as many as the page projects where the visitor does not
/// choose otherwise.
pub const FIRST_OBSERVATIONS: usize = 2_000;
/// Fixes the first observations, and every split and subset of the page.
pub const DATA_SEED: u64 = 2017;
/// Bytes of images in a piece, before they are packed.
const PIECE_BYTES: usize = 8 << 20;

/// Cuts a data set into pieces, in the order in which they are to be loaded.
pub fn cut(dataset: &Dataset) -> Vec<Pack> {
    let first = stratified_subset(&dataset.test.labels, FIRST_OBSERVATIONS, DATA_SEED);
    let mut chosen = first.iter().copied().peekable();
    let rest: Vec<u32> = (0..dataset.test.len() as u32)
        .filter(|index| chosen.next_if_eq(index).is_none())
        .collect();
    let train: Vec<u32> = (0..dataset.train.len() as u32).collect();
    let each = (PIECE_BYTES / dataset.shape.pixels().max(1)).max(1);
    let piece = |part: Part, indices: &[u32]| Pack {
        name: dataset.name.clone(),
        source: dataset.source.clone(),
        shape: dataset.shape,
        class_names: dataset.class_names.clone(),
        division: Division::Piece {
            part,
            places: ranges(indices),
        },
        observations: dataset.split(part).select(dataset.shape.pixels(), indices),
    };
    let mut pieces = vec![piece(Part::Test, &first)];
    pieces.extend(rest.chunks(each).map(|indices| piece(Part::Test, indices)));
    pieces.extend(
        train
            .chunks(each)
            .map(|indices| piece(Part::Train, indices)),
    );
    pieces
}

/// Ascending indices as ranges, the end not included.
fn ranges(indices: &[u32]) -> Vec<(u32, u32)> {
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for &index in indices {
        match ranges.last_mut() {
            Some((_, end)) if *end == index => *end += 1,
            _ => ranges.push((index, index + 1)),
        }
    }
    ranges
}

/// Puts pieces together again, as they arrive.
#[derive(Debug, Default)]
pub struct Pieces {
    described: Option<Described>,
    train: Vec<Piece>,
    test: Vec<Piece>,
}

/// What all pieces say alike.
#[derive(Clone, Debug, PartialEq)]
struct Described {
    name: String,
    source: String,
    shape: ImageShape,
    class_names: Vec<String>,
}

#[derive(Debug)]
struct Piece {
    places: Vec<(u32, u32)>,
    observations: Split,
}

impl Pieces {
    /// Takes a piece.
    ///
    /// # Errors
    /// [`DatasetError::Invalid`] where the pack is no piece, or one of another data set.
    pub fn add(&mut self, pack: Pack) -> Result<(), DatasetError> {
        let invalid = |dataset: &str, why: &str| DatasetError::Invalid {
            dataset: dataset.to_owned(),
            why: why.to_owned(),
        };
        let Division::Piece { part, places } = pack.division else {
            return Err(invalid(&pack.name, "a pack of it is no piece of it"));
        };
        let described = Described {
            name: pack.name,
            source: pack.source,
            shape: pack.shape,
            class_names: pack.class_names,
        };
        let whole = self.described.get_or_insert_with(|| described.clone());
        if *whole != described {
            return Err(invalid(&whole.name, "a pack of it is of another data set"));
        }
        let pieces = match part {
            Part::Train => &mut self.train,
            Part::Test => &mut self.test,
        };
        pieces.push(Piece {
            places,
            observations: pack.observations,
        });
        Ok(())
    }

    /// The test observations of the first piece, as a data set to look at, with the places that
    /// they will have.
    ///
    /// # Errors
    /// [`DatasetError::Invalid`] where there is no such piece yet.
    pub fn preview(&self) -> Result<(Dataset, Vec<u32>), DatasetError> {
        let (Some(described), Some(first)) = (&self.described, self.test.first()) else {
            return Err(DatasetError::Invalid {
                dataset: "the data set".to_owned(),
                why: "its first pack has no test images".to_owned(),
            });
        };
        let Described {
            name,
            source,
            shape,
            class_names,
        } = described.clone();
        let dataset = Dataset::to_look_at(
            name,
            source,
            Some(shape),
            class_names,
            first.observations.clone(),
        )?;
        let places = first.places.iter().flat_map(|&(from, to)| from..to);
        Ok((dataset, places.collect()))
    }

    /// The whole data set.
    ///
    /// # Errors
    /// [`DatasetError::Invalid`] where pieces are missing or overlap.
    pub fn into_dataset(self) -> Result<Dataset, DatasetError> {
        let Some(described) = self.described else {
            return Err(DatasetError::Invalid {
                dataset: "the data set".to_owned(),
                why: "it has no pack".to_owned(),
            });
        };
        let Described {
            name,
            source,
            shape,
            class_names,
        } = described;
        let pixels = shape.pixels();
        let train = joined(&name, self.train, pixels)?;
        let test = joined(&name, self.test, pixels)?;
        Dataset::new(name, source, shape, class_names, train, test)
    }
}

/// The observations of all pieces, each at its place.
fn joined(dataset: &str, pieces: Vec<Piece>, pixels: usize) -> Result<Split, DatasetError> {
    let invalid = |why: &str| DatasetError::Invalid {
        dataset: dataset.to_owned(),
        why: why.to_owned(),
    };
    let total: usize = pieces.iter().map(|piece| piece.observations.len()).sum();
    let mut whole = Split {
        images: vec![0; total.saturating_mul(pixels)],
        labels: vec![0; total],
    };
    let mut filled = vec![false; total];
    for piece in pieces {
        let mut from = 0;
        for (start, end) in piece.places {
            let (start, end) = (start as usize, end as usize);
            let length = end.saturating_sub(start);
            let until = from + length;
            let values = |place: usize| place.saturating_mul(pixels);
            let (Some(labels), Some(images), Some(filled), Some(given_labels), Some(given_images)) = (
                whole.labels.get_mut(start..end),
                whole.images.get_mut(values(start)..values(end)),
                filled.get_mut(start..end),
                piece.observations.labels.get(from..until),
                piece.observations.images.get(values(from)..values(until)),
            ) else {
                return Err(invalid("some of its packs are missing"));
            };
            if filled.contains(&true) {
                return Err(invalid("its packs overlap"));
            }
            labels.copy_from_slice(given_labels);
            images.copy_from_slice(given_images);
            filled.fill(true);
            from = until;
        }
    }
    Ok(whole)
}
