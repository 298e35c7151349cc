//! What the page shows first, in a form that needs no code for files: public/begin.js has the browser fetch
//! and unpack it while this module is on its way, and it is read as a worker's answer is. The same is in
//! [`keeping::SHIPPED`] for everyone else.
//!
//! [`keeping::SHIPPED`]: super::session::keeping::SHIPPED

use js_sys::{ArrayBuffer, Promise, Reflect, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

use crate::analysis::file::Parts;
use crate::worker::attachment::decode_compact;
use crate::worker::flat::unflatten;
use crate::worker::messages::ProjectorResult;

/// Under which name public/begin.js leaves it.
const NAME: &str = "firstAnalysis";

/// The first analysis; `None` where it cannot be had so, and the file for everyone has to be opened.
pub async fn fetch_first() -> Option<Parts> {
    let coming = Reflect::get(&gloo::utils::window(), &NAME.into()).ok()?;
    let unpacked = JsFuture::from(coming.dyn_into::<Promise>().ok()?)
        .await
        .ok()?;
    let unpacked: ArrayBuffer = unpacked.dyn_into().ok()?;
    let bytes = Uint8Array::new(&unpacked).to_vec();
    match decode_compact(unflatten(&bytes)?).ok()? {
        ProjectorResult::OpenedAnalysis { parts, .. } => Some(parts.into()),
        _ => None,
    }
}
