//! Styles of single elements.
//!
//! The page's policy (index.html) lets nobody write the attribute `style`, which is what leptos makes of a
//! string. Declarations set through the browser's own object for styles are allowed: no text that reached
//! the page can be taken for one.

use leptos::tachys::html::style::IntoStyle;
use leptos::tachys::renderer::types::Element;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::CssStyleDeclaration;

#[wasm_bindgen]
extern "C" {
    /// An element of HTML or of SVG.
    type Styled;
    #[wasm_bindgen(method, getter)]
    fn style(this: &Styled) -> CssStyleDeclaration;
}

/// The declarations of one element, as in `left: 3px; top: 4px`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Css(pub String);

impl Css {
    /// Makes them the element's own, instead of what it had.
    pub fn set_on(&self, element: &Element) {
        let styled: &Styled = element.unchecked_ref();
        styled.style().set_css_text(&self.0);
    }
}

impl IntoStyle for Css {
    type AsyncOutput = Self;
    type State = (Element, Self);
    type Cloneable = Self;
    type CloneableOwned = Self;

    fn to_html(self, style: &mut String) {
        style.push_str(&self.0);
        style.push(';');
    }

    fn hydrate<const FROM_SERVER: bool>(self, element: &Element) -> Self::State {
        (element.clone(), self)
    }

    fn build(self, element: &Element) -> Self::State {
        self.set_on(element);
        (element.clone(), self)
    }

    fn rebuild(self, state: &mut Self::State) {
        let (element, before) = state;
        if self != *before {
            self.set_on(element);
            *before = self;
        }
    }

    fn into_cloneable(self) -> Self::Cloneable {
        self
    }

    fn into_cloneable_owned(self) -> Self::CloneableOwned {
        self
    }

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self::AsyncOutput {
        self
    }

    fn reset(state: &mut Self::State) {
        Self::default().set_on(&state.0);
    }
}
