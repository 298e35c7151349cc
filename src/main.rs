//! The page.

use wasm_bindgen::JsValue;

fn main() {
    std::panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        // For public/begin.js, which tells the visitor.
        let told = JsValue::from(panic.to_string());
        let _ = js_sys::Reflect::set(&js_sys::global(), &"panicked".into(), &told);
    }));
    hidden_activity::view::open();
}
