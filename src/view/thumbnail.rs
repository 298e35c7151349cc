//! An observation's image on a small canvas.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::Clamped;
use web_sys::{HtmlCanvasElement, ImageData};

use super::frame::context_2d;
use super::state::Session;
use crate::canvas::thumbnails::{Image, thumbnail};
use crate::dataset::Part;

/// The image of a projected observation, enlarged without smoothing. The canvas' size on the page
/// is the style sheet's business; `side` is its number of pixels.
#[component]
pub fn Thumbnail(
    /// Of which split.
    part: Part,
    /// Which of the projected observations.
    index: u32,
    /// Pixels of the canvas in either direction.
    side: u32,
) -> impl IntoView {
    let session = Session::from_context();
    let canvas_ref = NodeRef::<html::Canvas>::new();
    Effect::new(move |_| {
        let (Some(canvas), Some(open)) = (canvas_ref.get(), session.dataset.get_untracked()) else {
            return;
        };
        let Some(observation) = session
            .analysis
            .with_untracked(|analysis| analysis.subset(part).indices.get(index as usize).copied())
        else {
            return;
        };
        let shape = open.dataset.shape;
        let image = Image {
            bytes: open.dataset.image(part, observation as usize),
            height: shape.height,
            width: shape.width,
            channels: shape.channels,
        };
        draw(&canvas, image, side);
    });
    view! { <canvas node_ref=canvas_ref aria-hidden="true"></canvas> }
}

/// Draws an image on a canvas of `side` pixels in either direction, enlarged without smoothing.
pub fn draw(canvas: &HtmlCanvasElement, image: Image<'_>, side: u32) {
    canvas.set_width(side);
    canvas.set_height(side);
    let mut pixels = Vec::new();
    if thumbnail(image, side as usize, side as usize, &mut pixels).is_ok()
        && let Some(context) = context_2d(canvas)
        && let Ok(image) = ImageData::new_with_u8_clamped_array_and_sh(Clamped(&pixels), side, side)
    {
        let _ = context.put_image_data(&image, 0.0, 0.0);
    }
}
