//! One file of SVHN's cropped digits: the variables `X` (images) and `y` (labels) of a MATLAB file.
//!
//! `X` has height × width × 3 × n bytes, the row running fastest, so that an image is three planes
//! of columns. `y` has n labels, 1 to 10, stored as any kind of number; 10 means the digit 0.

use super::matlab::{Array, Event, MatlabReader, Number};
use super::{DatasetError, ImageShape, MOST_UNPACKED_BYTES, OfficialSet, Split};

/// The label of the digit 0, and the highest.
const ZERO: f64 = 10.0;
const IMAGES: &str = "X";
const LABELS: &str = "y";

/// Reads a file, whatever pieces it comes in.
#[derive(Debug)]
pub(super) struct SvhnReader {
    matlab: MatlabReader,
    arrays: Arrays,
}

impl SvhnReader {
    /// A reader that takes no more than `room` bytes of memory before as many have come.
    pub(super) fn new(file: &str, room: usize) -> Self {
        Self {
            matlab: MatlabReader::new(file),
            arrays: Arrays {
                file: file.to_owned(),
                room,
                images: None,
                labels: None,
                others: Vec::new(),
                begun: Vec::new(),
                current: Current::Other,
            },
        }
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// What is wrong with the file: damaged, or with other variables than SVHN has.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<(), DatasetError> {
        let arrays = &mut self.arrays;
        self.matlab.push(bytes, &mut |event| arrays.take(event))
    }

    /// What was read, at the end of the file.
    ///
    /// # Errors
    /// [`DatasetError::Truncated`], [`DatasetError::NoVariable`], [`DatasetError::NoObservations`],
    /// and [`DatasetError::Damaged`] where images and labels differ in number.
    pub(super) fn finish(self) -> Result<(ImageShape, Split), DatasetError> {
        self.matlab.finish()?;
        self.arrays.finish()
    }
}

#[derive(Debug)]
struct Images {
    shape: ImageShape,
    values: Vec<u8>,
}

/// Which variable is being read.
#[derive(Debug, Clone, Copy)]
enum Current {
    Images,
    Labels(Number),
    Other,
}

#[derive(Debug)]
struct Arrays {
    file: String,
    room: usize,
    images: Option<Images>,
    labels: Option<Vec<u8>>,
    others: Vec<String>,
    /// The image or label that is not complete yet.
    begun: Vec<u8>,
    current: Current,
}

/// How many other variables are named in a message.
const NAMED: usize = 5;

impl Arrays {
    fn take(&mut self, event: Event<'_>) -> Result<(), DatasetError> {
        match event {
            Event::Begin(array) => {
                self.begun.clear();
                self.current = match array.name.as_str() {
                    IMAGES => self.begin_images(&array)?,
                    LABELS => self.begin_labels(&array)?,
                    _ => {
                        if self.others.len() < NAMED {
                            self.others.push(array.name);
                        }
                        Current::Other
                    }
                };
                Ok(())
            }
            Event::Values(bytes) => match self.current {
                Current::Images => {
                    self.take_images(bytes);
                    Ok(())
                }
                Current::Labels(number) => self.take_labels(number, bytes),
                Current::Other => Ok(()),
            },
            Event::End => {
                self.current = Current::Other;
                Ok(())
            }
        }
    }

    fn begin_images(&mut self, array: &Array) -> Result<Current, DatasetError> {
        let (height, width, count) = match (array.number, array.dimensions.as_slice()) {
            (Number::U8, &[height, width, 3, count]) => (height, width, count),
            // MATLAB leaves a last dimension of 1 out.
            (Number::U8, &[height, width, 3]) => (height, width, 1),
            _ => {
                return Err(DatasetError::NoVariable {
                    file: self.file.clone(),
                    variable: "X of images in bytes, height × width × 3 × n",
                    there: format!("X is {}", described(array)),
                });
            }
        };
        let size = [height, width, 3, count]
            .into_iter()
            .fold(1_u64, u64::saturating_mul);
        if size != array.size {
            return Err(self.damaged(format!(
                "its images should have {size} bytes by their dimensions, but have {}",
                array.size
            )));
        }
        if size == 0 {
            return Err(DatasetError::NoObservations {
                file: self.file.clone(),
                held: "images",
            });
        }
        if size > MOST_UNPACKED_BYTES {
            return Err(DatasetError::TooLarge {
                file: self.file.clone(),
                limit: MOST_UNPACKED_BYTES,
            });
        }
        let mut values = Vec::new();
        values.reserve_exact((size as usize).min(self.room));
        self.images = Some(Images {
            shape: ImageShape {
                height: height as usize,
                width: width as usize,
                channels: 3,
            },
            values,
        });
        Ok(Current::Images)
    }

    fn begin_labels(&mut self, array: &Array) -> Result<Current, DatasetError> {
        let count = array
            .dimensions
            .iter()
            .copied()
            .fold(1, u64::saturating_mul);
        let size = count.saturating_mul(array.number.bytes() as u64);
        if size != array.size {
            return Err(self.damaged(format!(
                "its labels should have {size} bytes by their dimensions, but have {}",
                array.size
            )));
        }
        self.labels = Some(Vec::new());
        Ok(Current::Labels(array.number))
    }

    fn take_images(&mut self, mut bytes: &[u8]) {
        let Some(images) = &mut self.images else {
            return;
        };
        let each = images.shape.pixels();
        if !self.begun.is_empty() {
            let missing = each - self.begun.len();
            let (now, later) = bytes.split_at(missing.min(bytes.len()));
            self.begun.extend_from_slice(now);
            bytes = later;
            if self.begun.len() < each {
                return;
            }
            images.push(&self.begun);
            self.begun.clear();
        }
        let mut whole = bytes.chunks_exact(each);
        for image in &mut whole {
            images.push(image);
        }
        self.begun.extend_from_slice(whole.remainder());
    }

    fn take_labels(&mut self, number: Number, bytes: &[u8]) -> Result<(), DatasetError> {
        let Some(labels) = &mut self.labels else {
            return Ok(());
        };
        self.begun.extend_from_slice(bytes);
        let mut whole = self.begun.chunks_exact(number.bytes());
        for bytes in &mut whole {
            let label = number.value(bytes);
            if !(1.0..=ZERO).contains(&label) || label.fract() != 0.0 {
                return Err(DatasetError::LabelOutOfRange {
                    file: self.file.clone(),
                    set: OfficialSet::Svhn,
                    index: labels.len(),
                    label,
                });
            }
            labels.push(if label == ZERO { 0 } else { label as u8 });
        }
        let rest = whole.remainder().len();
        self.begun.drain(..self.begun.len() - rest);
        Ok(())
    }

    fn finish(self) -> Result<(ImageShape, Split), DatasetError> {
        let there = match self.others.as_slice() {
            [] => "no other variable is there".to_owned(),
            others => format!("it has {}", others.join(", ")),
        };
        let missing = |variable| DatasetError::NoVariable {
            file: self.file.clone(),
            variable,
            there: there.clone(),
        };
        let Some(images) = self.images else {
            return Err(missing("X of images"));
        };
        let Some(labels) = self.labels else {
            return Err(missing("y of labels"));
        };
        let count = images.values.len() / images.shape.pixels();
        if count != labels.len() {
            return Err(DatasetError::Damaged {
                file: self.file,
                why: format!("it has {count} images, but {} labels", labels.len()),
            });
        }
        Ok((
            images.shape,
            Split {
                images: images.values,
                labels,
            },
        ))
    }

    fn damaged(&self, why: String) -> DatasetError {
        DatasetError::Damaged {
            file: self.file.clone(),
            why,
        }
    }
}

impl Images {
    /// Adds an image of three planes of columns: row-major, colours side by side.
    fn push(&mut self, planes: &[u8]) {
        let ImageShape { height, width, .. } = self.shape;
        let plane = height * width;
        let start = self.values.len();
        self.values.resize(start + planes.len(), 0);
        let pixels = self.values[start..].as_chunks_mut::<3>().0;
        for (row, line) in pixels.chunks_exact_mut(width).enumerate() {
            for (column, pixel) in line.iter_mut().enumerate() {
                let at = column * height + row;
                *pixel = [planes[at], planes[plane + at], planes[2 * plane + at]];
            }
        }
    }
}

/// "2 × 3 numbers of another kind", for a message.
fn described(array: &Array) -> String {
    let dimensions: Vec<String> = array.dimensions.iter().map(u64::to_string).collect();
    let kind = match array.number {
        Number::U8 => "bytes",
        _ => "numbers that are no bytes",
    };
    format!("{} {kind}", dimensions.join(" × "))
}
