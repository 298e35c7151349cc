//! Whether something still lives, by the browser's locks. A worker that the browser ends, for want of
//! memory or for any other reason, says nothing, and no event tells of it; but a lock that it held is
//! free then. Nobody waits for an answer that may only be late, so no busy worker is taken for a dead one.
//!
//! Locks are there on https and on the own machine, and not in sandboxed frames: elsewhere nothing here
//! does anything.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    /// Calls back with the lock once it is granted, and frees it when the promise that it is given
    /// back settles.
    #[wasm_bindgen(catch, js_namespace = ["navigator", "locks"], js_name = request)]
    fn request(name: &str, options: &Object, granted: &Function) -> Result<Promise, JsValue>;
    /// Which locks are held, and which are waited for.
    #[wasm_bindgen(catch, js_namespace = ["navigator", "locks"], js_name = query)]
    fn query() -> Result<Promise, JsValue>;
}

/// A lock that is held until this is dropped.
pub struct Held(Settle);

impl Drop for Held {
    fn drop(&mut self) {
        settle(&self.0);
    }
}

/// What came of asking for a lock.
pub enum Asked {
    /// It is held now.
    Granted(Held),
    /// Somebody else holds it.
    Taken,
    /// There are no locks here.
    Unknown,
}

/// Takes a lock if nobody has it.
pub async fn take(name: &str) -> Asked {
    let held: Rc<RefCell<Option<Held>>> = Rc::default();
    let (asked, answered) = promise();
    let on_grant = {
        let held = held.clone();
        Closure::once_into_js(move |lock: JsValue| {
            let mut until_dropped = JsValue::UNDEFINED;
            if !lock.is_null() {
                let (until, release) = promise();
                held.replace(Some(Held(release)));
                until_dropped = until.into();
            }
            settle(&answered);
            until_dropped
        })
    };
    let options = Object::new();
    // Setting a property of an object made here cannot fail.
    let _ = Reflect::set(&options, &"ifAvailable".into(), &JsValue::TRUE);
    let Ok(request) = request(name, &options, on_grant.unchecked_ref()) else {
        return Asked::Unknown;
    };
    // Ends with the lock's life where it is granted, and at once where it is refused.
    if JsFuture::from(Promise::race(&Array::of2(&asked, &request)))
        .await
        .is_err()
    {
        return Asked::Unknown;
    }
    held.take().map_or(Asked::Taken, Asked::Granted)
}

/// Takes a lock for as long as this page or worker lives, and gives its name. `None` where there are
/// no locks.
pub async fn live() -> Option<String> {
    let name = format!("hidden-activity worker {}", unique());
    let Asked::Granted(held) = take(&name).await else {
        return None;
    };
    std::mem::forget(held);
    Some(name)
}

/// The names of all locks that are held, by any tab of this site. `None` where there are no locks.
pub async fn held() -> Option<Vec<String>> {
    let found = JsFuture::from(query().ok()?).await.ok()?;
    let held: Array = Reflect::get(&found, &"held".into()).ok()?.dyn_into().ok()?;
    let name = |lock: JsValue| Reflect::get(&lock, &"name".into()).ok()?.as_string();
    Some(held.iter().filter_map(name).collect())
}

/// Calls back once the holder of a lock no longer lives.
pub fn when_dead(name: &str, act: impl FnOnce() + 'static) {
    let granted = Closure::once_into_js(act);
    if let Ok(request) = request(name, &Object::new(), granted.unchecked_ref()) {
        wasm_bindgen_futures::spawn_local(async move {
            let _ = JsFuture::from(request).await;
        });
    }
}

/// A name that nobody else has.
pub fn unique() -> String {
    format!("{} {}", js_sys::Date::now(), js_sys::Math::random())
}

/// What settles a promise; always there once the browser has made the promise.
pub type Settle = Option<Function>;

/// A promise, and what resolves it.
pub fn promise() -> (Promise, Settle) {
    let mut settle = None;
    let promise = Promise::new(&mut |resolve, _| settle = Some(resolve));
    (promise, settle)
}

/// Resolves a promise.
pub fn settle(settle: &Settle) {
    if let Some(settle) = settle {
        // What the browser made throws nothing.
        let _ = settle.call0(&JsValue::UNDEFINED);
    }
}
