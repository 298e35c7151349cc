//! Colour to grey.

/// Weights of red, green and blue in the brightness of a colour (ITU-R BT.601).
const LUMA: [f32; 3] = [0.299, 0.587, 0.114];

/// The brightness of each pixel of an interleaved colour image (pixels × 3, red, green, blue), in
/// the unit of the image. What is left over of an incomplete pixel is dropped.
pub fn to_grey(colours: &[f32]) -> Vec<f32> {
    let (pixels, _) = colours.as_chunks::<3>();
    pixels
        .iter()
        .map(|[red, green, blue]| LUMA[0] * red + LUMA[1] * green + LUMA[2] * blue)
        .collect()
}
