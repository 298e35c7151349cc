//! One batch of CIFAR-10 in its binary version.
//!
//! A file is records of 3,073 bytes and nothing else: the label, then 32×32 red values, 32×32
//! green ones and 32×32 blue ones, each row-major. How many there are is told by the size alone.

use super::{DatasetError, ImageShape, OfficialSet, Split};

/// The shape of every image.
pub(super) const SHAPE: ImageShape = ImageShape {
    height: 32,
    width: 32,
    channels: 3,
};
/// Values of one colour.
const PLANE: usize = SHAPE.height * SHAPE.width;
/// Bytes of a record.
pub(super) const RECORD: usize = 1 + 3 * PLANE;
const CLASSES: u8 = 10;

/// Reads a batch, whatever pieces it comes in.
#[derive(Debug)]
pub(super) struct Cifar10Reader {
    file: String,
    split: Split,
    /// The record that is not complete yet.
    begun: Vec<u8>,
}

impl Cifar10Reader {
    /// A reader for a file of `size` bytes where that is known, that takes no more than `room`
    /// bytes of memory before as many have come.
    pub(super) fn new(file: &str, size: Option<u64>, room: usize) -> Self {
        let records = size.map_or(0, |size| (size / RECORD as u64) as usize);
        let mut split = Split::default();
        split
            .images
            .reserve_exact(records.saturating_mul(RECORD - 1).min(room));
        Self {
            file: file.to_owned(),
            split,
            begun: Vec::new(),
        }
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// [`DatasetError::LabelOutOfRange`].
    pub(super) fn push(&mut self, mut bytes: &[u8]) -> Result<(), DatasetError> {
        if !self.begun.is_empty() {
            let missing = RECORD - self.begun.len();
            let (now, later) = bytes.split_at(missing.min(bytes.len()));
            self.begun.extend_from_slice(now);
            bytes = later;
            if self.begun.len() < RECORD {
                return Ok(());
            }
            let record = std::mem::take(&mut self.begun);
            self.record(&record)?;
        }
        let mut records = bytes.chunks_exact(RECORD);
        for record in &mut records {
            self.record(record)?;
        }
        self.begun.extend_from_slice(records.remainder());
        Ok(())
    }

    fn record(&mut self, record: &[u8]) -> Result<(), DatasetError> {
        let (label, planes) = (record[0], &record[1..]);
        if label >= CLASSES {
            return Err(DatasetError::LabelOutOfRange {
                file: self.file.clone(),
                set: OfficialSet::Cifar10,
                index: self.split.labels.len(),
                label: f64::from(label),
            });
        }
        self.split.labels.push(label);
        let images = &mut self.split.images;
        let start = images.len();
        images.resize(start + 3 * PLANE, 0);
        let pixels = images[start..].as_chunks_mut::<3>().0;
        for (at, pixel) in pixels.iter_mut().enumerate() {
            *pixel = [planes[at], planes[PLANE + at], planes[2 * PLANE + at]];
        }
        Ok(())
    }

    /// What was read, at the end of the file.
    ///
    /// # Errors
    /// [`DatasetError::Truncated`] where the last record is not complete.
    pub(super) fn finish(self) -> Result<Split, DatasetError> {
        if self.begun.is_empty() {
            return Ok(self.split);
        }
        let whole = self.split.len() as u64 * RECORD as u64;
        Err(DatasetError::Truncated {
            file: self.file,
            expected: whole + RECORD as u64,
            found: whole + self.begun.len() as u64,
        })
    }
}
