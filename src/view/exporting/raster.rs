//! Pixels of a drawing.

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::HtmlCanvasElement;

use crate::view::frame::context_2d;

#[wasm_bindgen]
extern "C" {
    /// The browser's own reader of pictures.
    #[wasm_bindgen(js_name = Image)]
    type Picture;
    #[wasm_bindgen(constructor, js_class = "Image")]
    fn new() -> Picture;
    #[wasm_bindgen(method, setter)]
    fn set_src(this: &Picture, address: &str);
    #[wasm_bindgen(method, getter, js_name = naturalWidth)]
    fn width(this: &Picture) -> u32;
    #[wasm_bindgen(method, getter, js_name = naturalHeight)]
    fn height(this: &Picture) -> u32;
    #[wasm_bindgen(method)]
    fn decode(this: &Picture) -> js_sys::Promise;

    /// What draws pictures.
    type Brush;
    #[wasm_bindgen(method, catch, js_name = drawImage)]
    fn draw_picture(this: &Brush, picture: &Picture, x: f64, y: f64) -> Result<(), JsValue>;
}

/// Bytes as the browser's own file.
pub(super) fn blob(bytes: &[u8], kind: &str) -> gloo::file::Blob {
    gloo::file::Blob::new_with_options(bytes, Some(kind))
}

/// A drawing as a PNG of its own size.
pub(super) async fn to_png(svg: &[u8]) -> Result<gloo::file::Blob, String> {
    let told = |error: JsValue| format!("The browser could not draw it: {error:?}");
    let address = gloo::file::ObjectUrl::from(blob(svg, "image/svg+xml"));
    let picture = Picture::new();
    picture.set_src(&address);
    JsFuture::from(picture.decode()).await.map_err(told)?;
    let canvas = gloo::utils::document()
        .create_element("canvas")
        .map_err(told)?;
    let canvas: HtmlCanvasElement = canvas.unchecked_into();
    canvas.set_width(picture.width());
    canvas.set_height(picture.height());
    let context = context_2d(&canvas).ok_or("The browser has no memory for it.")?;
    let brush: Brush = context.unchecked_into();
    brush.draw_picture(&picture, 0.0, 0.0).map_err(told)?;
    let encoded = js_sys::Promise::new(&mut |resolve, reject| {
        if let Err(error) = canvas.to_blob(&resolve) {
            let _ = reject.call1(&JsValue::NULL, &error);
        }
    });
    let encoded = JsFuture::from(encoded).await.map_err(told)?;
    let encoded: web_sys::Blob = encoded
        .dyn_into()
        .map_err(|_| "The picture is too large for the browser.".to_owned())?;
    Ok(encoded.into())
}
