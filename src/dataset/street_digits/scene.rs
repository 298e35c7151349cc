//! One image: a wall or a plate, a number on it, light, an unsharp lens and a noisy sensor.

use super::chance::Chance;
use super::glyphs::{DESIGNS, GLYPHS};
use super::pen::{Coverage, Nib};
use super::warp::{Field, Pose};
use super::{Polarity, SIDE};

/// Red, green and blue, 0 to 1.
type Colour = [f32; 3];

/// Width of a digit's box over its height.
const ASPECT: (f32, f32) = (0.5, 0.76);
/// Height of a digit's box, pixels.
const HEIGHT: (f32, f32) = (19.0, 27.0);
/// How far a digit's middle lies from the image's, pixels.
const OFF_CENTRE: f32 = 2.0;
/// Half the difference in brightness between digit and background.
const HALF_CONTRAST: (f32, f32) = (0.16, 0.44);
/// The brightest and the darkest that digit or background may be on average.
const BRIGHTNESS: (f32, f32) = (0.06, 0.94);
/// How far the mean of both brightnesses lies from the middle between black and white.
const MIDDLE: f32 = 0.13;
/// Standard deviation of the sensor's noise, 0 to 1 being black to white.
const NOISE: (f32, f32) = (0.01, 0.04);
/// Variance of the lens's blur, pixels².
const BLUR: (f32, f32) = (0.1, 1.2);

/// Draws an image of a digit: side × side × 3, row-major, 0 to 255.
pub(super) fn draw(digit: usize, polarity: Polarity, chance: &mut Chance) -> Vec<u8> {
    let (mut picture, _) = paint_scene(digit, polarity, chance);
    light(&mut picture, chance);
    blur(&mut picture, chance.between(BLUR.0, BLUR.1));
    let noise = chance.between(NOISE.0, NOISE.1);
    picture
        .iter()
        .flatten()
        .map(|value| {
            let value = value + noise * chance.nearly_normal();
            // A cast saturates at 0 and 255.
            (value * 255.0 + 0.5) as u8
        })
        .collect()
}

/// What is in front of the camera, and where the number covers it.
fn paint_scene(digit: usize, polarity: Polarity, chance: &mut Chance) -> (Vec<Colour>, Coverage) {
    let (ink, ground) = colours(polarity, chance);
    let mut picture = background(ground, chance);
    let number = number(digit, chance);
    shadow(&mut picture, &number, chance);
    for (pixel, &covered) in picture.iter_mut().zip(&number.0) {
        for (value, ink) in pixel.iter_mut().zip(ink) {
            *value += covered * (ink - *value);
        }
    }
    (picture, number)
}

/// The colours of digit and background; their brightness differs as the polarity says.
fn colours(polarity: Polarity, chance: &mut Chance) -> (Colour, Colour) {
    let half = chance.between(HALF_CONTRAST.0, HALF_CONTRAST.1);
    let room = MIDDLE.min(0.5 - half);
    let middle = 0.5 + chance.around_zero(room);
    let half = match polarity {
        Polarity::BrightOnDark => half,
        Polarity::DarkOnBright => -half,
    };
    (colour(middle + half, chance), colour(middle - half, chance))
}

/// A colour of this brightness (ITU-R BT.601 luma): mostly nearly grey, sometimes a strong one.
fn colour(brightness: f32, chance: &mut Chance) -> Colour {
    let most = if chance.happens(0.3) { 0.5 } else { 0.15 };
    // No colour is possible in black and white; the most there is in the middle.
    let room = most * brightness.min(1.0 - brightness);
    let (blue, red) = (chance.around_zero(room), chance.around_zero(room));
    [
        brightness + 1.402 * red,
        brightness - 0.344_136 * blue - 0.714_136 * red,
        brightness + 1.772 * blue,
    ]
}

/// A ground with soft stains, sometimes with joints between boards or bricks, and sometimes with
/// the edge of the plate and the wall behind it.
fn background(ground: Colour, chance: &mut Chance) -> Vec<Colour> {
    let stains = Field::random(chance, 0.07);
    let mut picture = vec![ground; SIDE * SIDE];
    for (index, pixel) in picture.iter_mut().enumerate() {
        let [value, _] = stains.at(unit_place(index));
        brighten(pixel, value);
    }
    if chance.happens(0.25) {
        joints(&mut picture, chance);
    }
    for _ in 0..2 {
        if chance.happens(0.3) {
            plate_edge(&mut picture, chance);
        }
    }
    picture
}

/// Parallel dark or bright lines, level or upright.
fn joints(picture: &mut [Colour], chance: &mut Chance) {
    let distance = chance.between(5.0, 11.0);
    let start = chance.between(0.0, distance);
    let tone = chance.around_zero(0.12);
    let upright = chance.happens(0.3);
    for (index, pixel) in picture.iter_mut().enumerate() {
        let along = (if upright { index % SIDE } else { index / SIDE }) as f32 + start;
        let phase = along - (along / distance).floor() * distance;
        brighten(pixel, tone * (1.0 - (phase - 1.0).abs()).max(0.0));
    }
}

/// Beyond a nearly level or upright line near the border everything has another colour.
fn plate_edge(picture: &mut [Colour], chance: &mut Chance) {
    let middle = chance.between(BRIGHTNESS.0, BRIGHTNESS.1);
    let wall = colour(middle, chance);
    let distance = chance.between(11.0, 17.0);
    let tilt = chance.around_zero(0.15);
    let (upright, side) = (
        chance.happens(0.4),
        if chance.happens(0.5) { 1.0 } else { -1.0 },
    );
    for (index, pixel) in picture.iter_mut().enumerate() {
        let centre = 0.5 * SIDE as f32 - 0.5;
        let (x, y) = (
            (index % SIDE) as f32 - centre,
            (index / SIDE) as f32 - centre,
        );
        let across = if upright { x + tilt * y } else { y + tilt * x };
        let beyond = side * across - distance;
        let share = (beyond + 0.5).clamp(0.0, 1.0);
        for (value, wall) in pixel.iter_mut().zip(wall) {
            *value += share * (wall - *value);
        }
    }
}

/// The digit and, most often, parts of its neighbours to the left and right, by one hand.
fn number(digit: usize, chance: &mut Chance) -> Coverage {
    let height = chance.between(HEIGHT.0, HEIGHT.1);
    let pose = Pose {
        size: [height * chance.between(ASPECT.0, ASPECT.1), height],
        half_turn: chance.around_zero(0.12),
        slant: chance.around_zero(0.25),
        centre: [
            0.5 * SIDE as f32 + chance.around_zero(OFF_CENTRE),
            0.5 * SIDE as f32 + chance.around_zero(OFF_CENTRE),
        ],
    };
    let nib = Nib {
        thickness: height * chance.between(0.11, 0.24),
        contrast: chance.between(0.0, 0.4),
    };
    let design = chance.below(DESIGNS);
    let distortion = chance.between(0.03, 0.13);
    let mut coverage = Coverage::none();
    paint(&mut coverage, digit, design, pose, nib, distortion, chance);
    let gap = nib.thickness + chance.between(1.0, 4.0);
    for side in [-1.0, 1.0] {
        if chance.happens(0.65) {
            let neighbour = chance.below(GLYPHS.len());
            let beside = Pose {
                centre: pose.beside(side, side * gap),
                ..pose
            };
            paint(
                &mut coverage,
                neighbour,
                design,
                beside,
                nib,
                distortion,
                chance,
            );
        }
    }
    coverage
}

fn paint(
    coverage: &mut Coverage,
    digit: usize,
    design: usize,
    pose: Pose,
    nib: Nib,
    distortion: f32,
    chance: &mut Chance,
) {
    let affine = pose.affine();
    let field = Field::random(chance, distortion);
    for &stroke in GLYPHS[digit][design] {
        coverage.draw(stroke, nib, &|place| {
            let moved = field.at(place);
            affine.of([place[0] + moved[0], place[1] + moved[1]])
        });
    }
}

/// Raised digits throw a shadow to the lower right or lower left.
fn shadow(picture: &mut [Colour], number: &Coverage, chance: &mut Chance) {
    if !chance.happens(0.25) {
        return;
    }
    let strength = chance.between(0.1, 0.4);
    let (right, down) = (chance.below(3), 1 + chance.below(2));
    for y in down..SIDE {
        for x in 0..SIDE {
            // One pixel to the left, none, or one to the right.
            let from = (x + 1).wrapping_sub(right);
            if from < SIDE {
                let covered = number.0[(y - down) * SIDE + from];
                for value in &mut picture[y * SIDE + x] {
                    *value *= 1.0 - strength * covered;
                }
            }
        }
    }
}

/// Light that falls off in one direction.
fn light(picture: &mut [Colour], chance: &mut Chance) {
    let (across, down) = (chance.around_zero(0.4), chance.around_zero(0.4));
    for (index, pixel) in picture.iter_mut().enumerate() {
        let [x, y] = unit_place(index);
        let factor = 1.0 + across * (x - 0.5) + down * (y - 0.5);
        for value in pixel {
            *value *= factor;
        }
    }
}

/// Blurs by repeated averaging with both neighbours, rows and columns; the border repeats.
///
/// A pass with weights (a, 1 − 2a, a) adds a variance of 2a, so a few of them are close to a
/// Gaussian, with no exponential function.
fn blur(picture: &mut [Colour], variance: f32) {
    const MOST_PER_PASS: f32 = 0.6;
    let passes = (variance / MOST_PER_PASS).ceil();
    let weight = 0.5 * variance / passes.max(1.0);
    let mut line = [[0.0; 3]; SIDE];
    for _ in 0..passes as usize {
        for (start, step) in (0..SIDE)
            .map(|row| (row * SIDE, 1))
            .chain((0..SIDE).map(|column| (column, SIDE)))
        {
            for (index, pixel) in line.iter_mut().enumerate() {
                *pixel = picture[start + index * step];
            }
            for index in 0..SIDE {
                let (before, after) = (line[index.max(1) - 1], line[(index + 1).min(SIDE - 1)]);
                let pixel = &mut picture[start + index * step];
                for channel in 0..3 {
                    let here = line[index][channel];
                    pixel[channel] += weight * ((before[channel] - here) + (after[channel] - here));
                }
            }
        }
    }
}

/// Where the middle of a pixel lies in a picture from (0, 0) to (1, 1).
fn unit_place(index: usize) -> [f32; 2] {
    let scaled = |position: usize| (position as f32 + 0.5) / SIDE as f32;
    [scaled(index % SIDE), scaled(index / SIDE)]
}

fn brighten(pixel: &mut Colour, by: f32) {
    for value in pixel {
        *value += by;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blur_keeps_the_sum_and_adds_its_variance() {
        for variance in [0.0, 0.3, 1.2] {
            let mut picture = vec![[0.0_f32; 3]; SIDE * SIDE];
            picture[16 * SIDE + 16] = [1.0, 2.0, 0.0];
            blur(&mut picture, variance);
            let mut moments = [0.0_f32; 2];
            for (index, pixel) in picture.iter().enumerate() {
                let x = (index % SIDE) as f32 - 16.0;
                moments[0] += pixel[0];
                moments[1] += x * x * pixel[0];
                assert!((pixel[1] - 2.0 * pixel[0]).abs() < 1e-6 && pixel[2] == 0.0);
            }
            assert!((moments[0] - 1.0).abs() < 1e-5);
            assert!((moments[1] - variance).abs() < 1e-4, "{moments:?}");
        }
    }

    #[test]
    fn polarity_is_what_one_sees() {
        let mut right = 0;
        for stream in 0..400 {
            let polarity = if stream % 2 == 0 {
                Polarity::BrightOnDark
            } else {
                Polarity::DarkOnBright
            };
            let digit = stream as usize / 2 % 10;
            // The same numbers twice: once for the image, once for where its digits are.
            let image = draw(digit, polarity, &mut Chance::new(1, stream));
            let (_, number) = paint_scene(digit, polarity, &mut Chance::new(1, stream));
            // Brightness on and beside the digit, in the middle, where no plate ends.
            let mut brightness = [(0_u32, 0_u32); 2];
            for (index, &covered) in number.0.iter().enumerate() {
                let inside = |position: usize| (8..24).contains(&position);
                if inside(index % SIDE) && inside(index / SIDE) && !(0.1..0.9).contains(&covered) {
                    let values = &image[index * 3..index * 3 + 3];
                    let (sum, count) = &mut brightness[usize::from(covered > 0.5)];
                    *sum += values.iter().map(|&value| u32::from(value)).sum::<u32>();
                    *count += 3;
                }
            }
            let [ground, ink] = brightness.map(|(sum, count)| sum as f32 / count as f32);
            right += u32::from((ink > ground) == (polarity == Polarity::BrightOnDark));
        }
        assert!(right >= 396, "{right} of 400");
    }

    #[test]
    fn a_colour_has_the_brightness_asked_for_and_is_possible() {
        let mut chance = Chance::new(1, 1);
        for step in 0..200 {
            let brightness = step as f32 / 199.0;
            let colour = colour(brightness, &mut chance);
            let luma = 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2];
            assert!((luma - brightness).abs() < 1e-5);
            assert!(
                colour
                    .iter()
                    .all(|value| (-1e-6..=1.000_001).contains(value))
            );
        }
    }
}
