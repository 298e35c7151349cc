//! What the page shows first, in a form that needs no code for files: the browser unpacks it, and it is
//! read as a worker's answer is. The same is in [`keeping::SHIPPED`] for everyone else.
//!
//! [`keeping::SHIPPED`]: super::session::keeping::SHIPPED

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{ReadableStream, Response};

use super::session::opening::fetch;
use crate::analysis::file::Parts;
use crate::worker::attachment::decode_compact;
use crate::worker::flat::unflatten;
use crate::worker::messages::ProjectorResult;

/// Where it is, relative to the page; written by `make analyses`.
const FILE: &str = "analyses/digits.first";

#[wasm_bindgen]
extern "C" {
    /// The browser's own; web-sys has it only among what may still change.
    type DecompressionStream;
    #[wasm_bindgen(constructor, catch)]
    fn new(format: &str) -> Result<DecompressionStream, JsValue>;
}

/// The first analysis; `None` where it cannot be had so, and the file for everyone has to be opened.
pub async fn fetch_first() -> Option<Parts> {
    let packed = fetch(FILE).await.ok()?;
    let bytes = unpack(&packed).await.ok()?;
    let message = decode_compact(unflatten(&bytes)?).ok()?;
    match message {
        ProjectorResult::OpenedAnalysis { parts, .. } => Some(parts.into()),
        _ => None,
    }
}

async fn unpack(packed: &[u8]) -> Result<Vec<u8>, JsValue> {
    let through = DecompressionStream::new("gzip")?;
    let packed = js_sys::Uint8Array::from(packed);
    let stream = Response::new_with_opt_js_u8_array(Some(&packed))?
        .body()
        .ok_or(JsValue::NULL)?;
    let stream: ReadableStream = stream.pipe_through(through.unchecked_ref());
    let unpacked = Response::new_with_opt_readable_stream(Some(&stream))?;
    let buffer = JsFuture::from(unpacked.array_buffer()?).await?;
    Ok(js_sys::Uint8Array::new(&buffer).to_vec())
}
