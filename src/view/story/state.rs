//! Whether tour and gallery are open, in which language, and the buttons that open them: all that is
//! needed of them at first.

use leptos::prelude::*;

/// Where the visitor's choice of language is kept.
const KEPT: &str = "hidden-activity.story.language";

/// The languages of the story.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// English.
    English,
    /// Chinese.
    Chinese,
}

impl Language {
    /// The visitor's last choice, or else what their browser prefers.
    fn preferred() -> Self {
        let window = gloo::utils::window();
        // A page inside another may be denied the storage.
        let kept = window.local_storage().ok().flatten();
        let kept = kept.and_then(|storage| storage.get_item(KEPT).ok().flatten());
        let wanted = kept.or_else(|| window.navigator().language());
        if wanted.is_some_and(|wanted| wanted.starts_with("zh")) {
            Self::Chinese
        } else {
            Self::English
        }
    }

    /// Remembers the choice for the next visit, where the browser keeps anything.
    pub fn keep(self) {
        if let Ok(Some(storage)) = gloo::utils::window().local_storage() {
            let _ = storage.set_item(KEPT, self.code());
        }
    }

    /// For the page's `lang`.
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh-CN",
        }
    }

    /// One of two texts.
    pub fn of<T>(self, english: T, chinese: T) -> T {
        match self {
            Self::English => english,
            Self::Chinese => chinese,
        }
    }
}

/// Whether tour and gallery are open.
#[derive(Clone, Copy)]
pub struct Story {
    /// The step that is shown.
    pub at: RwSignal<Option<usize>>,
    /// Whether the gallery is open.
    pub gallery: RwSignal<bool>,
    /// The language of both.
    pub language: RwSignal<Language>,
}

impl Story {
    /// Both are closed.
    pub fn new() -> Self {
        Self {
            at: RwSignal::new(None),
            gallery: RwSignal::new(false),
            language: RwSignal::new(Language::preferred()),
        }
    }

    /// The one handed to the page's components.
    pub fn from_context() -> Self {
        expect_context()
    }

    /// Whether the code of either is needed.
    pub fn wanted(self) -> Signal<bool> {
        Signal::derive(move || self.at.with(Option::is_some) || self.gallery.get())
    }
}

/// The buttons in the masthead.
#[component]
pub fn Entries() -> impl IntoView {
    let Story {
        at,
        gallery,
        language,
    } = Story::from_context();
    let is_open = move || at.with(Option::is_some);
    view! {
        <span class="story-entries" lang=move || language.get().code()>
            <button class="quiet" id="tour-button" aria-pressed=move || is_open().to_string()
                on:click=move |_| at.update(|at| *at = if at.is_some() { None } else { Some(0) })>
                {move || language.get().of("Tour", "导览")}
            </button>
            <button class="quiet" on:click=move |_| gallery.set(true)>
                {move || language.get().of("Gallery", "图库")}
            </button>
        </span>
    }
}
