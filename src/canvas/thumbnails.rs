//! Images of observations, enlarged so that each of their pixels can be seen.

use thiserror::Error;

/// An image of unsigned bytes, `height × width × channels`, row-major, as data sets hold it.
#[derive(Clone, Copy, Debug)]
pub struct Image<'a> {
    /// The bytes, `height · width · channels` of them.
    pub bytes: &'a [u8],
    /// Rows.
    pub height: usize,
    /// Columns.
    pub width: usize,
    /// 1 for grey, 3 for red, green and blue.
    pub channels: usize,
}

/// Why an image cannot be drawn.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ThumbnailError {
    /// Neither grey nor colour.
    #[error("an image with {0} channels cannot be drawn: use 1 (grey) or 3 (red, green, blue)")]
    Channels(usize),
    /// The byte count contradicts the shape.
    #[error("the image holds {found} bytes where its shape asks for {wanted}")]
    Bytes {
        /// `height · width · channels`.
        wanted: usize,
        /// What there is.
        found: usize,
    },
    /// An image without pixels, or a picture of size zero.
    #[error("an image without pixels cannot be drawn")]
    Empty,
}

/// Enlarges (or reduces) an image to `out_width × out_height` opaque RGBA pixels by the nearest
/// pixel, into `out`, which is resized and can be used again. Grey is drawn as it is: the byte 0
/// is black on either theme.
pub fn thumbnail(
    image: Image<'_>,
    out_width: usize,
    out_height: usize,
    out: &mut Vec<u8>,
) -> Result<(), ThumbnailError> {
    let Image {
        bytes,
        height,
        width,
        channels,
    } = image;
    if channels != 1 && channels != 3 {
        return Err(ThumbnailError::Channels(channels));
    }
    let wanted = height.saturating_mul(width).saturating_mul(channels);
    if bytes.len() != wanted {
        let found = bytes.len();
        return Err(ThumbnailError::Bytes { wanted, found });
    }
    if wanted == 0 || out_width == 0 || out_height == 0 {
        return Err(ThumbnailError::Empty);
    }
    out.resize(out_width * out_height * 4, 0);
    for (row, line) in out.chunks_exact_mut(out_width * 4).enumerate() {
        let source = &bytes[nearest(row, out_height, height) * width * channels..];
        for (column, pixel) in line.as_chunks_mut::<4>().0.iter_mut().enumerate() {
            let at = nearest(column, out_width, width) * channels;
            *pixel = if channels == 1 {
                [source[at], source[at], source[at], 255]
            } else {
                [source[at], source[at + 1], source[at + 2], 255]
            };
        }
    }
    Ok(())
}

/// The source pixel under the centre of output pixel `index`.
fn nearest(index: usize, out_size: usize, size: usize) -> usize {
    (2 * index + 1) * size / (2 * out_size)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grey(bytes: &[u8], height: usize, width: usize) -> Image<'_> {
        Image {
            bytes,
            height,
            width,
            channels: 1,
        }
    }

    #[test]
    fn every_pixel_becomes_a_block_of_its_grey() {
        let mut out = vec![7; 1000];
        thumbnail(grey(&[0, 10, 20, 255], 2, 2), 6, 4, &mut out).unwrap();
        assert_eq!(out.len(), 6 * 4 * 4);
        for y in 0..4 {
            for x in 0..6 {
                let wanted = [[0, 10], [20, 255]][y / 2][x / 3];
                let at = (y * 6 + x) * 4;
                assert_eq!(out[at..at + 4], [wanted, wanted, wanted, 255]);
            }
        }
    }

    #[test]
    fn colour_keeps_its_channel_order() {
        let image = Image {
            bytes: &[1, 2, 3, 4, 5, 6],
            height: 1,
            width: 2,
            channels: 3,
        };
        let mut out = Vec::new();
        thumbnail(image, 2, 1, &mut out).unwrap();
        assert_eq!(out, [1, 2, 3, 255, 4, 5, 6, 255]);
    }

    #[test]
    fn reducing_stays_inside_the_image() {
        let bytes: Vec<u8> = (0..49).collect();
        let mut out = Vec::new();
        thumbnail(grey(&bytes, 7, 7), 3, 3, &mut out).unwrap();
        let greys: Vec<u8> = out.iter().copied().step_by(4).collect();
        assert_eq!(greys, [8, 10, 12, 22, 24, 26, 36, 38, 40]);
    }

    #[test]
    fn wrong_shapes_are_named() {
        let mut out = Vec::new();
        let mut image = grey(&[0; 3], 2, 2);
        let (wanted, found) = (4, 3);
        assert_eq!(
            thumbnail(image, 4, 4, &mut out),
            Err(ThumbnailError::Bytes { wanted, found })
        );
        image.channels = 2;
        assert_eq!(
            thumbnail(image, 4, 4, &mut out),
            Err(ThumbnailError::Channels(2))
        );
        assert_eq!(
            thumbnail(grey(&[], 0, 4), 4, 4, &mut out),
            Err(ThumbnailError::Empty)
        );
        assert_eq!(
            thumbnail(grey(&[1], 1, 1), 0, 4, &mut out),
            Err(ThumbnailError::Empty)
        );
    }
}
