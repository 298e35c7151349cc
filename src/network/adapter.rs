//! Asking the browser for a graphics adapter, without burn: what the page needs to know before it
//! fetches the trainer. Works on a page and inside a worker.

use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::{adapter_name, is_software};

/// A feature that burn's WebGPU runtime relies on.
const NEEDED_FEATURE: &str = "timestamp-query";

/// The graphics adapter the browser offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdapterInfo {
    /// What the browser calls it, such as `nvidia hopper`; never empty.
    pub name: String,
    /// Whether it is only imitated by the processor.
    pub software: bool,
    /// Whether it can train; if not, why.
    pub usable: Result<(), String>,
}

/// The adapter the browser offers for heavy work, or `None` where there is no WebGPU or no
/// adapter. Asks anew at each call, and costs some milliseconds.
pub async fn probe() -> Option<AdapterInfo> {
    let navigator = get(&js_sys::global(), "navigator")?;
    let gpu = get(&navigator, "gpu")?;
    let options = Object::new();
    let preference = JsValue::from_str("high-performance");
    Reflect::set(&options, &JsValue::from_str("powerPreference"), &preference).ok()?;
    let request: Function = get(&gpu, "requestAdapter")?.dyn_into().ok()?;
    let promise: Promise = request.call1(&gpu, &options).ok()?.dyn_into().ok()?;
    let adapter = JsFuture::from(promise).await.ok()?;
    if adapter.is_null() || adapter.is_undefined() {
        return None;
    }
    let info = get(&adapter, "info").unwrap_or(JsValue::UNDEFINED);
    let text = |key| {
        get(&info, key)
            .and_then(|v| v.as_string())
            .unwrap_or_default()
    };
    let fallback = [&adapter, &info]
        .iter()
        .any(|at| get(at, "isFallbackAdapter").and_then(|v| v.as_bool()) == Some(true));
    let parts = [text("vendor"), text("architecture"), text("description")];
    Some(AdapterInfo {
        name: adapter_name(&parts),
        software: fallback || is_software(&parts),
        usable: usable(&adapter),
    })
}

/// Whether the adapter has what burn needs.
fn usable(adapter: &JsValue) -> Result<(), String> {
    let has = get(adapter, "features").and_then(|features| {
        let has: Function = get(&features, "has")?.dyn_into().ok()?;
        has.call1(&features, &JsValue::from_str(NEEDED_FEATURE))
            .ok()?
            .as_bool()
    });
    if has == Some(true) {
        Ok(())
    } else {
        Err(format!("this adapter lacks the feature {NEEDED_FEATURE}"))
    }
}

/// A property that is there.
fn get(of: &JsValue, key: &str) -> Option<JsValue> {
    let value = Reflect::get(of, &JsValue::from_str(key)).ok()?;
    (!value.is_undefined() && !value.is_null()).then_some(value)
}
