//! What views need of the browser: size, animation frames, colours.

use std::cell::Cell;
use std::rc::Rc;

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::{HtmlCanvasElement, ResizeObserver};

use super::appearance::more_contrast;
use super::css::Css;
use super::subscriptions::leave_with_view;
use crate::canvas::palette::{Theme, class_color};
use crate::worker::later::later;

/// The style that gives an element the colour of a class; the style sheet says what it is used for.
pub fn class_style(class: usize) -> Css {
    Css(format!("--class: {}", class_color(class).css()))
}

/// A canvas that is drawn in the animation frame after `watch` saw one of the signals it reads
/// change, or the canvas changed its size. Returns what the view needs to place it.
pub fn drawn_canvas(
    watch: impl Fn() + 'static,
    draw: impl Fn(&HtmlCanvasElement, Size) + 'static,
) -> (NodeRef<html::Canvas>, RwSignal<Size>) {
    let node = NodeRef::<html::Canvas>::new();
    let size = RwSignal::new(Size::default());
    let redraw = Redraw::new(move || {
        // Between the asking and the frame the view may have gone.
        if let (Some(Some(canvas)), Some(size)) =
            (node.try_get_untracked(), size.try_get_untracked())
            && size.width > 0.0
        {
            draw(&canvas, size);
        }
    });
    Effect::new(move |_| {
        leave_with_view();
        watch();
        size.track();
        redraw.ask();
    });
    Effect::new(move |_| {
        if let Some(canvas) = node.get() {
            follow_size(&canvas, size);
        }
    });
    (node, size)
}

/// Calls `draw` once in the next animation frame after each time it is asked to.
struct Redraw(Rc<RedrawInner>);

struct RedrawInner {
    asked: Cell<bool>,
    draw: Box<dyn Fn()>,
}

impl Redraw {
    fn new(draw: impl Fn() + 'static) -> Self {
        Self(Rc::new(RedrawInner {
            asked: Cell::new(false),
            draw: Box::new(draw),
        }))
    }

    fn ask(&self) {
        if self.0.asked.replace(true) {
            return;
        }
        let inner = self.0.clone();
        let frame = Closure::once_into_js(move || {
            inner.asked.set(false);
            (inner.draw)();
        });
        let _ = gloo::utils::window().request_animation_frame(frame.unchecked_ref());
    }
}

/// Calls `what` once the next animation frame is painted: what takes long then does not make the
/// visitor wait for the picture. Nothing is painted, and nothing called, while the page is hidden.
pub fn after_frame(what: impl FnOnce() + 'static) {
    let frame = Closure::once_into_js(move || later(0, what));
    let _ = gloo::utils::window().request_animation_frame(frame.unchecked_ref());
}

/// Calls `step` in every animation frame with the milliseconds since the first, until it says
/// `false`.
pub fn animate(step: impl FnMut(f64) -> bool + 'static) {
    next_frame(Box::new(step), None);
}

fn next_frame(mut step: Box<dyn FnMut(f64) -> bool>, began: Option<f64>) {
    let frame = Closure::once_into_js(move |now: f64| {
        let began = began.unwrap_or(now);
        if step(now - began) {
            next_frame(step, Some(began));
        }
    });
    let _ = gloo::utils::window().request_animation_frame(frame.unchecked_ref());
}

/// Whether the visitor asked for less motion.
pub fn prefers_less_motion() -> bool {
    gloo::utils::window()
        .match_media("(prefers-reduced-motion: reduce)")
        .ok()
        .flatten()
        .is_some_and(|query| query.matches())
}

/// Size of a canvas.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Size {
    /// CSS pixels.
    pub width: f64,
    /// CSS pixels.
    pub height: f64,
    /// Device pixels in a CSS pixel.
    pub ratio: f64,
}

impl Size {
    /// Width and height in device pixels.
    pub fn device(self) -> (u32, u32) {
        (
            (self.width * self.ratio).round().max(1.0) as u32,
            (self.height * self.ratio).round().max(1.0) as u32,
        )
    }
}

/// Keeps a signal up with the size of a canvas that is in the page.
fn follow_size(canvas: &HtmlCanvasElement, size: RwSignal<Size>) {
    let observed = canvas.clone();
    let measure = move || {
        let now = Size {
            width: f64::from(observed.client_width()),
            height: f64::from(observed.client_height()),
            ratio: gloo::utils::window().device_pixel_ratio(),
        };
        if now.width > 0.0 && now.height > 0.0 && size.try_get_untracked() != Some(now) {
            size.try_set(now);
        }
    };
    let on_resize = Closure::<dyn Fn()>::new(measure);
    if let Ok(observer) = ResizeObserver::new(on_resize.as_ref().unchecked_ref()) {
        observer.observe(canvas);
        let handle = StoredValue::new_local(Some((observer, on_resize)));
        on_cleanup(move || {
            if let Some(Some((observer, _closure))) = handle.try_update_value(Option::take) {
                observer.disconnect();
            }
        });
    }
}

/// How much larger the page's text is than 16 CSS pixels: by the visitor's wish, or on a very large
/// screen. What canvases write grows along.
pub fn text_scale() -> f64 {
    let window = gloo::utils::window();
    let root = gloo::utils::document().document_element();
    let style = root.and_then(|root| window.get_computed_style(&root).ok().flatten());
    let size = style.and_then(|style| style.get_property_value("font-size").ok());
    let pixels = size.and_then(|size| size.trim_end_matches("px").parse::<f64>().ok());
    pixels.map_or(1.0, |pixels| pixels / 16.0)
}

/// The colours of canvases for a light or a dark page, and for visitors who want more contrast.
pub fn theme(dark: bool) -> Theme {
    match (dark, more_contrast()) {
        (false, false) => Theme::Light,
        (true, false) => Theme::Dark,
        (false, true) => Theme::LightContrast,
        (true, true) => Theme::DarkContrast,
    }
}

/// The 2-D context of a canvas, which every canvas of ours has.
pub fn context_2d(canvas: &HtmlCanvasElement) -> Option<web_sys::CanvasRenderingContext2d> {
    canvas.get_context("2d").ok()??.dyn_into().ok()
}

/// The value of a CSS custom property, such as `--ink`.
pub fn css_token(name: &str) -> String {
    let window = gloo::utils::window();
    gloo::utils::document()
        .document_element()
        .and_then(|root| window.get_computed_style(&root).ok().flatten())
        .and_then(|style| style.get_property_value(name).ok())
        .map_or_else(|| "#888888".into(), |value| value.trim().to_owned())
}
