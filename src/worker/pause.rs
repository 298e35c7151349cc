//! Handing the thread back to the browser, and the time.

use std::cell::RefCell;

use js_sys::{Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    /// Its two ports post macrotasks to each other. web-sys has it too, but only this much is used.
    type MessageChannel;
    #[wasm_bindgen(constructor)]
    fn new() -> MessageChannel;
    #[wasm_bindgen(method, getter)]
    fn port1(this: &MessageChannel) -> MessagePort;
    #[wasm_bindgen(method, getter)]
    fn port2(this: &MessageChannel) -> MessagePort;

    #[derive(Clone)]
    type MessagePort;
    #[wasm_bindgen(method, js_name = postMessage)]
    fn post_message(this: &MessagePort, message: &JsValue);
    #[wasm_bindgen(method, setter)]
    fn set_onmessage(this: &MessagePort, handler: Option<&js_sys::Function>);
}

thread_local! {
    static CHANNEL: (MessagePort, MessagePort) = {
        let channel = MessageChannel::new();
        (channel.port1(), channel.port2())
    };
    static WAITING: RefCell<Vec<js_sys::Function>> = const { RefCell::new(Vec::new()) };
}

/// Lets the browser deliver messages and other tasks, then goes on. Not a microtask, which would
/// let nothing in, and not a timer, which browsers stretch to 4 ms and, in hidden pages, to a second.
pub async fn macrotask() {
    let promise = Promise::new(&mut |resolve, _| {
        let first = WAITING.with(|waiting| {
            let mut waiting = waiting.borrow_mut();
            waiting.push(resolve);
            waiting.len() == 1
        });
        if first {
            CHANNEL.with(|(sender, receiver)| {
                let wake = Closure::once_into_js(|| {
                    for resolve in WAITING.with(RefCell::take) {
                        let _ = resolve.call0(&JsValue::NULL);
                    }
                });
                receiver.set_onmessage(wake.dyn_ref());
                sender.post_message(&JsValue::NULL);
            });
        }
    });
    let _ = JsFuture::from(promise).await;
}

/// Milliseconds since the page or worker began, finer than a millisecond.
pub fn now() -> f64 {
    thread_local! {
        static PERFORMANCE: Option<web_sys::Performance> =
            Reflect::get(&js_sys::global(), &"performance".into()).ok().and_then(|p| p.dyn_into().ok());
    }
    PERFORMANCE.with(|performance| {
        performance
            .as_ref()
            .map_or_else(js_sys::Date::now, web_sys::Performance::now)
    })
}
