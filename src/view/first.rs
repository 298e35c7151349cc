//! What the page shows first, in a form that needs no code for files: the browser unpacks it, and it is
//! read as a worker's answer is. The same is in [`keeping::SHIPPED`] for everyone else.
//!
//! [`keeping::SHIPPED`]: super::session::keeping::SHIPPED

use js_sys::{Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::session::opening::fetch;
use crate::analysis::file::Parts;
use crate::worker::attachment::decode_compact;
use crate::worker::flat::unflatten;
use crate::worker::messages::ProjectorResult;

/// Where it is, relative to the page; written by `make analyses`.
const FILE: &str = "analyses/digits.first";

// Of the browser's streams only what is needed here; web-sys has some of it only among what may still
// change.
#[wasm_bindgen]
extern "C" {
    type DecompressionStream;
    #[wasm_bindgen(constructor, catch)]
    fn new(format: &str) -> Result<DecompressionStream, JsValue>;

    type ReadableStream;
    #[wasm_bindgen(method, catch, js_name = pipeThrough)]
    fn pipe_through(
        this: &ReadableStream,
        through: &DecompressionStream,
    ) -> Result<ReadableStream, JsValue>;

    type Response;
    #[wasm_bindgen(constructor, catch)]
    fn new(body: &JsValue) -> Result<Response, JsValue>;
    #[wasm_bindgen(method, getter)]
    fn body(this: &Response) -> ReadableStream;
    #[wasm_bindgen(method, catch, js_name = arrayBuffer)]
    fn array_buffer(this: &Response) -> Result<Promise, JsValue>;
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
    let packed = Response::new(&Uint8Array::from(packed))?;
    let unpacked = packed.body().pipe_through(&through)?;
    let buffer = JsFuture::from(Response::new(&unpacked)?.array_buffer()?).await?;
    Ok(Uint8Array::new(&buffer).to_vec())
}
