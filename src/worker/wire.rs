//! Messages as the browser carries them: `{ header: string, arrays: [typed array, …] }`, the
//! arrays' buffers handed over instead of copied. A file of the visitor's stands among the arrays as
//! the browser's own object, so that only the worker that wants its bytes reads them.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use js_sys::{Array, Float32Array, Object, Reflect, Uint8Array, Uint32Array};
use wasm_bindgen::{JsCast, JsValue};

use web_sys::Blob;

use super::attachment::{Attachment, Compact, Encoded, FileHandle};

thread_local! {
    /// The files that this page or worker knows by a handle.
    static FILES: RefCell<HashMap<FileHandle, Blob>> = RefCell::default();
    static NEXT: Cell<u32> = const { Cell::new(0) };
}

/// Makes a file known, so that its handle can be sent, until it is released.
pub fn hold(file: Blob) -> FileHandle {
    let handle = FileHandle(NEXT.with(|next| next.replace(next.get().wrapping_add(1))));
    FILES.with(|files| files.borrow_mut().insert(handle, file));
    handle
}

/// The file of a handle; `None` where it was released.
pub fn held(handle: FileHandle) -> Option<Blob> {
    FILES.with(|files| files.borrow().get(&handle).cloned())
}

/// Forgets a file.
pub fn release(handle: FileHandle) {
    FILES.with(|files| files.borrow_mut().remove(&handle));
}

/// The message and the list of buffers to hand over with it.
pub fn pack(encoded: Encoded) -> (JsValue, Array) {
    pack_with(&encoded.header.into(), &encoded.attachments)
}

/// As [`pack`], with the header as bytes.
pub fn pack_compact(compact: Compact) -> (JsValue, Array) {
    let header = Uint8Array::from(compact.header.as_slice());
    pack_with(&header.into(), &compact.attachments)
}

fn pack_with(header: &JsValue, attachments: &[Attachment]) -> (JsValue, Array) {
    let arrays = Array::new();
    let transfer = Array::new();
    for attachment in attachments {
        let (array, buffer): (JsValue, JsValue) = match attachment {
            Attachment::U8(values) => {
                let array = Uint8Array::from(values.as_slice());
                let buffer = array.buffer();
                (array.into(), buffer.into())
            }
            Attachment::U32(values) => {
                let array = Uint32Array::from(values.as_slice());
                let buffer = array.buffer();
                (array.into(), buffer.into())
            }
            Attachment::F32(values) => {
                let array = Float32Array::from(values.as_slice());
                let buffer = array.buffer();
                (array.into(), buffer.into())
            }
            Attachment::File(handle) => {
                // A file that was released leaves a gap that the receiver reports.
                arrays.push(&held(*handle).map_or(JsValue::NULL, JsValue::from));
                continue;
            }
        };
        arrays.push(&array);
        transfer.push(&buffer);
    }
    let message = Object::new();
    // Setting a property of an object made here cannot fail.
    let _ = Reflect::set(&message, &"header".into(), header);
    let _ = Reflect::set(&message, &"arrays".into(), &arrays);
    (message.into(), transfer)
}

/// Marks a message as the last of its job, which [`is_last`] tells without unpacking it.
pub fn mark_last(message: &JsValue) {
    let _ = Reflect::set(message, &"last".into(), &JsValue::TRUE);
}

/// Whether a message is the last of its job.
pub fn is_last(message: &JsValue) -> bool {
    Reflect::get(message, &"last".into()).is_ok_and(|last| last.is_truthy())
}

/// The inverse of [`pack`]; `None` for a message that is not ours.
pub fn unpack(message: &JsValue) -> Option<Encoded> {
    let header = Reflect::get(message, &"header".into()).ok()?.as_string()?;
    let attachments = unpack_arrays(message)?;
    Some(Encoded {
        header,
        attachments,
    })
}

/// The inverse of [`pack_compact`]; `None` for a message that is not ours.
pub fn unpack_compact(message: &JsValue) -> Option<Compact> {
    let header = Reflect::get(message, &"header".into()).ok()?;
    let header = header.dyn_ref::<Uint8Array>()?.to_vec();
    let attachments = unpack_arrays(message)?;
    Some(Compact {
        header,
        attachments,
    })
}

/// Why a worker could not even be started, where a message says so (public/worker.js).
pub fn crash(message: &JsValue) -> Option<String> {
    Reflect::get(message, &"crashed".into()).ok()?.as_string()
}

fn unpack_arrays(message: &JsValue) -> Option<Vec<Attachment>> {
    let arrays: Array = Reflect::get(message, &"arrays".into())
        .ok()?
        .dyn_into()
        .ok()?;
    let mut attachments = Vec::with_capacity(arrays.length() as usize);
    for array in arrays.iter() {
        attachments.push(if let Some(array) = array.dyn_ref::<Uint8Array>() {
            Attachment::U8(array.to_vec())
        } else if let Some(array) = array.dyn_ref::<Uint32Array>() {
            Attachment::U32(array.to_vec())
        } else if let Some(file) = array.dyn_ref::<Blob>() {
            Attachment::File(hold(file.clone()))
        } else {
            Attachment::F32(array.dyn_ref::<Float32Array>()?.to_vec())
        });
    }
    Some(attachments)
}
