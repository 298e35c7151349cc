//! Timers that are not cancelled.

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(what: &JsValue, milliseconds: u32) -> JsValue;
}

/// Calls `what` after so many milliseconds. Gloo's `Timeout::forget` does that, too, but never frees the
/// function, neither here nor in the browser.
pub fn later(milliseconds: u32, what: impl FnOnce() + 'static) {
    set_timeout(&Closure::once_into_js(what), milliseconds);
}
