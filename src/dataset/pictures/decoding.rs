//! One picture, decoded and resized.

use std::io::Cursor;

use image::imageops::{FilterType, resize};
use image::{DynamicImage, ImageDecoder, ImageReader, Limits, RgbImage, RgbaImage};

use super::Colours;

/// The most bytes that the file of a picture may have: 64 MiB.
pub const MOST_PICTURE_BYTES: u64 = 64 << 20;
/// The most pixels that a picture may claim to have: 64 million.
pub const MOST_PICTURE_PIXELS: u64 = 64_000_000;
/// The most memory that decoding a picture may take: its pixels at eight bytes each.
const MOST_DECODING_BYTES: u64 = MOST_PICTURE_PIXELS * 8;

/// A picture made small.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Small {
    /// side × side × channels, row-major.
    pub(super) pixels: Vec<u8>,
    /// Whether it was square.
    pub(super) square: bool,
}

/// Decodes a picture, of an animation the first frame, turns it as its camera says, puts it on white
/// where it is transparent, and resizes it by a triangle filter, which averages where it shrinks.
///
/// The error says what is wrong with the picture.
pub(super) fn decode(bytes: &[u8], side: usize, colours: Colours) -> Result<Small, String> {
    let mut reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .map_err(|error| error.to_string())?;
    if reader.format().is_none() {
        return Err("it is no PNG, JPEG, BMP or GIF".to_owned());
    }
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MOST_DECODING_BYTES);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|error| error.to_string())?;
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if pixels == 0 || pixels > MOST_PICTURE_PIXELS {
        return Err(format!("{width}×{height} pixels are too many or none"));
    }
    let orientation = decoder.orientation().map_err(|error| error.to_string())?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|error| error.to_string())?;
    picture.apply_orientation(orientation);
    let picture = if picture.color().has_alpha() {
        on_white(&picture.into_rgba8())
    } else {
        picture.into_rgb8()
    };
    let side = side as u32;
    let small = resize(&picture, side, side, FilterType::Triangle);
    let pixels = match colours {
        Colours::Rgb => small.into_raw(),
        Colours::Grey => small.pixels().map(|pixel| brightness(pixel.0)).collect(),
    };
    Ok(Small {
        pixels,
        square: width == height,
    })
}

/// The luma of ITU-R BT.601, in whole numbers: 0.299 red + 0.587 green + 0.114 blue.
fn brightness([red, green, blue]: [u8; 3]) -> u8 {
    let sum = 299 * u32::from(red) + 587 * u32::from(green) + 114 * u32::from(blue);
    ((sum + 500) / 1000) as u8
}

fn on_white(picture: &RgbaImage) -> RgbImage {
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [red, green, blue, alpha] = picture.get_pixel(x, y).0;
        let over = |value: u8| {
            let sum = u32::from(value) * u32::from(alpha) + 255 * (255 - u32::from(alpha));
            ((sum + 127) / 255) as u8
        };
        image::Rgb([over(red), over(green), over(blue)])
    })
}
