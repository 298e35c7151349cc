//! Whether what an image shows is brighter or darker than its ground.

use crate::dataset::ImageShape;

/// The rarer polarity must be that frequent for the two to be told apart.
const LEAST_SHARE: f64 = 0.2;

/// The polarity of each image, as labels: 0 bright on dark, 1 dark on bright. `images`: n × height × width
/// × channels, row-major. `None` where nearly all have the same, and where there are none.
///
/// The ground is the median brightness of the uppermost and lowermost rows, where neighbouring digits of a
/// house number do not reach; the subject is the middle half of the image.
pub fn polarities(images: &[u8], shape: ImageShape) -> Option<Vec<u8>> {
    let pixels = shape.pixels();
    if pixels == 0 || images.is_empty() {
        return None;
    }
    let found: Vec<u8> = images
        .chunks_exact(pixels)
        .map(|image| of(image, shape))
        .collect();
    let dark = found.iter().filter(|&&polarity| polarity == 1).count() as f64;
    let share = dark / found.len() as f64;
    (LEAST_SHARE..=1.0 - LEAST_SHARE)
        .contains(&share)
        .then_some(found)
}

fn of(image: &[u8], shape: ImageShape) -> u8 {
    let ImageShape {
        height,
        width,
        channels,
    } = shape;
    let brightness = |row: usize, column: usize| -> u32 {
        let at = (row * width + column) * channels;
        image[at..at + channels].iter().map(|&v| u32::from(v)).sum()
    };
    let edge = (height / 10).max(1);
    let mut ground: Vec<u32> = (0..height)
        .filter(|row| *row < edge || *row >= height - edge)
        .flat_map(|row| (0..width).map(move |column| (row, column)))
        .map(|(row, column)| brightness(row, column))
        .collect();
    let middle = ground.len() / 2;
    let ground = f64::from(*ground.select_nth_unstable(middle).1);
    let inner = |n: usize| n / 4..n.div_ceil(4) * 3;
    let mut sum = 0.0;
    for row in inner(height).take_while(|row| *row < height) {
        for column in inner(width).take_while(|column| *column < width) {
            sum += f64::from(brightness(row, column)) - ground;
        }
    }
    u8::from(sum < 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::{Part, StreetDigits};

    #[test]
    fn street_digits_have_the_polarity_they_were_drawn_with() {
        let street = StreetDigits {
            train: 1,
            test: 400,
            seed: 7,
        };
        let dataset = street.start().unwrap().finish().unwrap();
        let found = polarities(&dataset.test.images, dataset.shape).unwrap();
        let indices: Vec<u32> = (0..400).collect();
        let drawn = street.polarities(Part::Test, &indices);
        let right = found.iter().zip(&drawn).filter(|(a, b)| a == b).count();
        // 367 of them: noise and neighbours can be brighter than both.
        assert!(right >= 360, "{right} of 400");
    }

    #[test]
    fn one_polarity_cannot_be_told_from_another() {
        let shape = ImageShape {
            height: 4,
            width: 4,
            channels: 1,
        };
        let bright = [0, 0, 0, 0, 0, 9, 9, 0, 0, 9, 9, 0, 0, 0, 0, 0_u8];
        let dark = bright.map(|value| 9 - value);
        assert_eq!(polarities(&bright.repeat(5), shape), None);
        let mixed = [bright, dark, bright, dark].concat();
        assert_eq!(polarities(&mixed, shape), Some(vec![0, 1, 0, 1]));
        assert_eq!(polarities(&[], shape), None);
    }
}
