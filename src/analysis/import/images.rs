//! Images of any numbers, as bytes in the order height × width × channels.

use super::ImportError;
use super::imported::ImportedImages;
use super::note::{ImportNote, Scale};
use crate::dataset::ImageShape;
use crate::npz::{Array, Values};

/// Where the colours of an image stand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    /// Height, width, channels: TensorFlow, pictures.
    ChannelsLast,
    /// Channels, height, width: PyTorch.
    ChannelsFirst,
}

/// Reads the array "images".
pub(super) fn images(
    array: Array,
    observations: usize,
    notes: &mut Vec<ImportNote>,
) -> Result<ImportedImages, ImportError> {
    let lengths = array.shape.0.as_slice();
    if lengths.first() != Some(&observations) {
        return Err(ImportError::Observations {
            array: "images".to_owned(),
            shape: array.shape,
            observations,
        });
    }
    let found = match *lengths {
        [_, height, width] => Some((height, width, 1, Order::ChannelsLast)),
        // Where both could be colours, the last is taken: it is what pictures have.
        [_, height, width, channels @ (1 | 3)] => {
            Some((height, width, channels, Order::ChannelsLast))
        }
        [_, channels @ (1 | 3), height, width] => {
            Some((height, width, channels, Order::ChannelsFirst))
        }
        _ => None,
    };
    let Some((height, width, channels, order)) = found.filter(|&(h, w, ..)| h > 0 && w > 0) else {
        return Err(ImportError::Images { shape: array.shape });
    };
    let shape = ImageShape {
        height,
        width,
        channels,
    };
    if let Some(at) = array.not_finite {
        return Err(ImportError::NotFinite {
            array: "images".to_owned(),
            row: at / shape.pixels(),
            column: at % shape.pixels(),
        });
    }
    let pixels = match array.values {
        Values::Bytes(values) if values.iter().any(|&value| value > 1) => values,
        Values::Bytes(values) => scaled(values, f32::from, notes),
        Values::Integers(values) => scaled(values, |value| value as f32, notes),
        Values::Floats(values) => scaled(values, |value| value, notes),
        Values::Text(_) => {
            return Err(ImportError::Text {
                array: "images".to_owned(),
                hint: "save the pixels, for instance as uint8",
            });
        }
    };
    let pixels = match order {
        Order::ChannelsLast => pixels,
        Order::ChannelsFirst => channels_last(&pixels, shape),
    };
    Ok(ImportedImages { shape, pixels })
}

/// Numbers as bytes: by their range they are from 0 to 1, from 0 to 255, or anything else.
fn scaled<T: Copy>(
    values: Vec<T>,
    number: impl Fn(T) -> f32,
    notes: &mut Vec<ImportNote>,
) -> Vec<u8> {
    let (mut least, mut greatest) = (f32::INFINITY, f32::NEG_INFINITY);
    for &value in &values {
        least = least.min(number(value));
        greatest = greatest.max(number(value));
    }
    let (scale, from, factor) = if least >= 0.0 && greatest <= 1.0 {
        (Scale::Unit, 0.0, 255.0)
    } else if least >= 0.0 && greatest <= 255.0 {
        (Scale::Byte, 0.0, 1.0)
    } else {
        // In double precision the difference of two numbers of single precision is finite.
        let range = f64::from(greatest) - f64::from(least);
        let factor = if range > 0.0 { 255.0 / range } else { 0.0 };
        (Scale::Stretched, f64::from(least), factor)
    };
    notes.push(ImportNote::Images {
        least,
        greatest,
        scale,
    });
    // A cast to u8 saturates.
    let byte = |value: T| ((f64::from(number(value)) - from) * factor).round() as u8;
    values.into_iter().map(byte).collect()
}

/// Moves the channels of each image behind its columns.
fn channels_last(pixels: &[u8], shape: ImageShape) -> Vec<u8> {
    let plane = shape.height * shape.width;
    pixels
        .chunks_exact(shape.pixels())
        .flat_map(|image| {
            (0..plane).flat_map(move |at| {
                (0..shape.channels).map(move |channel| image[channel * plane + at])
            })
        })
        .collect()
}
