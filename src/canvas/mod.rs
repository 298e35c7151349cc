//! Points into pixels and pixels back into points, without a browser.
//!
//! A scatter plot is drawn in three steps: a [`viewport::Viewport`] says where a data position
//! falls, a [`mark::Mark`] says how an observation looks, and a [`scatter::ScatterPainter`] stamps
//! pre-computed [`glyph`] masks into a [`raster::Raster`] whose bytes the page copies to a canvas.
//! A [`trail_painter::TrailPainter`] draws trails below or above it. The way back, from pixels to
//! observations, is [`hit`] for one point and [`lasso`] for many; both give what a
//! [`selection::Selection`] holds and a [`history::History`] can undo. [`clusters`] and [`insets`]
//! choose examples and where to put them.
//!
//! Positions are everywhere `n × 2`, row-major (`x0, y0, x1, y1, …`), in data units with y up.
//! An observation with a coordinate that is not finite is not drawn, not hit and not selected.
//! Pointer positions are in CSS pixels with y down, from the top left corner of the canvas; only
//! the raster counts device pixels.

pub mod align;
pub mod animation;
pub mod clusters;
pub mod colour;
pub mod colour_scale;
pub mod density;
pub mod glyph;
pub mod history;
pub mod hit;
mod ink;
pub mod insets;
pub mod lasso;
pub mod mark;
pub mod palette;
pub mod playback;
pub mod raster;
pub mod scatter;
pub mod selection;
pub mod shade;
pub mod thumbnails;
pub mod ticks;
pub mod trail_hit;
pub mod trail_painter;
pub mod viewport;

/// The finite positions among `positions` (`n × 2`, row-major), each with its index.
pub(crate) fn finite_positions(positions: &[f32]) -> impl Iterator<Item = (u32, [f32; 2])> + '_ {
    let (pairs, _) = positions.as_chunks::<2>();
    (0u32..)
        .zip(pairs)
        .filter(|(_, p)| p[0].is_finite() && p[1].is_finite())
        .map(|(i, p)| (i, *p))
}
