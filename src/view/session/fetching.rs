//! Files of unknown size from anywhere: nobody pays for megabytes that they did not ask for.

use js_sys::{Promise, Reflect, Uint8Array};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::{asking, opening};
use crate::view::state::{Question, Session};
use crate::worker::protocol::Progress;

/// More bytes than this are not loaded without asking.
const UNASKED: usize = 20_000_000;
/// More are not loaded at all: no analysis of this page has as many, and a browser's memory ends.
const MOST: usize = 1 << 30;

#[wasm_bindgen]
extern "C" {
    /// What comes from a server, piece by piece.
    type Stream;
    #[wasm_bindgen(method, js_name = getReader)]
    fn reader(this: &Stream) -> Reader;
    type Reader;
    #[wasm_bindgen(method)]
    fn read(this: &Reader) -> Promise;
    #[wasm_bindgen(method)]
    fn cancel(this: &Reader) -> Promise;
    type Piece;
    #[wasm_bindgen(method, getter)]
    fn value(this: &Piece) -> Option<Uint8Array>;
}

/// How it came out.
pub enum Fetched {
    /// The bytes are here.
    Whole(Vec<u8>),
    /// The visitor did not want as many.
    Declined,
    /// Another opening took its place, or it was given up.
    Over,
}

/// The bytes of an analysis. Where they are many, or turn out to be, the visitor is asked first.
///
/// # Errors
/// Why they could not be had.
pub async fn fetch(session: Session, url: &web_sys::Url, turn: u32) -> Result<Fetched, String> {
    let address = url.href();
    let failed = |why: &dyn std::fmt::Display| format!("{address}: {why}");
    let request = gloo::net::http::Request::get(&address).send();
    let response = request.await.map_err(|error| failed(&error))?;
    if !response.ok() {
        return Err(failed(&format!(
            "the server answered {}",
            response.status()
        )));
    }
    // Of what comes compressed, the server tells the smaller size; the limit counts what is here.
    let told = response.headers().get("content-length");
    let told = told.and_then(|length| length.parse::<usize>().ok());
    let Some(body) = response.body() else {
        return Ok(Fetched::Whole(Vec::new()));
    };
    let reader = body.unchecked_into::<Stream>().reader();
    // What is not read is not sent, either.
    let give_up = |outcome| {
        let cancelled = JsFuture::from(reader.cancel());
        leptos::task::spawn_local(async move {
            let _ = cancelled.await;
        });
        Ok(outcome)
    };
    let too_large = |bytes: usize| bytes > MOST;
    if told.is_some_and(too_large) {
        let _ = give_up(Fetched::Over)?;
        return Err(failed(&format!(
            "it has {}, and at most 1 GB can be opened",
            megabytes(told.unwrap_or(MOST))
        )));
    }
    let mut asked = false;
    let mut bytes = Vec::with_capacity(told.unwrap_or(0).min(UNASKED));
    loop {
        let large = bytes.len() > UNASKED || told.is_some_and(|told| told > UNASKED);
        if large && !asked {
            asked = true;
            let question = how_large(
                &url.host(),
                told.filter(|told| *told > UNASKED),
                bytes.len(),
            );
            let wanted = asking::ask(session, question).await;
            if !opening::is_current(session, turn) {
                return give_up(Fetched::Over);
            }
            if !wanted {
                return give_up(Fetched::Declined);
            }
        }
        let piece = JsFuture::from(reader.read()).await.map_err(|error| {
            let why = Reflect::get(&error, &"message".into()).ok();
            failed(
                &why.and_then(|why| why.as_string())
                    .unwrap_or_else(|| "the connection broke".into()),
            )
        })?;
        if !opening::is_current(session, turn) {
            return give_up(Fetched::Over);
        }
        let Some(piece) = piece.unchecked_into::<Piece>().value() else {
            return Ok(Fetched::Whole(bytes));
        };
        let (at, more) = (bytes.len(), piece.length() as usize);
        if too_large(at + more) {
            let _ = give_up(Fetched::Over)?;
            return Err(failed(
                &"it has more than 1 GB, which is the most that can be opened",
            ));
        }
        bytes.resize(at + more, 0);
        piece.copy_to(&mut bytes[at..]);
        if asked {
            let fraction = told.map_or(0.0, |told| {
                (bytes.len() as f32 / told.max(1) as f32).min(1.0)
            });
            session.opening.set(Some(Progress {
                stage: format!("Loading the analysis, {} so far", megabytes(bytes.len())),
                fraction,
            }));
        }
    }
}

fn megabytes(bytes: usize) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}

fn how_large(host: &str, told: Option<usize>, here: usize) -> Question {
    let (what, why) = match told {
        Some(told) => (
            format!("This analysis has {}.", megabytes(told)),
            format!("It would be loaded from {host}."),
        ),
        None => (
            format!("This analysis has more than {}.", megabytes(UNASKED)),
            format!(
                "{} of it are here, and {host} does not say how much follows.",
                megabytes(here)
            ),
        ),
    };
    Question {
        what,
        why,
        yes: "Load it",
        no: "Do not load it",
    }
}
