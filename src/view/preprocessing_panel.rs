//! What is done to the images before a network sees them, shown on a few of them.

use leptos::html;
use leptos::prelude::*;

use super::glossary::about;
use super::number_field::NumberField;
use super::session::making;
use super::state::{Run, Session};
use super::thumbnail;
use crate::canvas::thumbnails::Image;
use crate::dataset::preprocess::Preview;
use crate::dataset::{ImageShape, Part, Preprocessing};

/// Images shown before and after.
const SAMPLES: usize = 6;
/// Pixels of a sample's canvas in either direction.
const SAMPLE_SIDE: u32 = 96;
/// The blur that is offered first, pixels.
const SIGMA: f32 = 1.0;

/// Among the controls of the images.
#[component]
pub fn PreprocessingPanel() -> impl IntoView {
    let session = Session::from_context();
    let steps = RwSignal::new(Preprocessing {
        grayscale: true,
        gaussian_sigma: Some(SIGMA),
        sobel: true,
        standardise: false,
    });
    let samples = Memo::new(move |_| samples(session));
    let after = Memo::new(move |_| {
        let before = samples.get()?;
        let images: Vec<&[u8]> = before.images.iter().map(Vec::as_slice).collect();
        let standardise = session.training.with(|training| training.standardise);
        Some(
            Preprocessing {
                standardise,
                ..steps.get()
            }
            .preview(before.shape, &images)
            .map_err(|error| format!("{error}.")),
        )
    });
    let wrong = move || after.get().and_then(Result::err);
    let idle = move || session.opening.with(Option::is_none) && !session.run.with(Run::is_active);
    let can_apply =
        move || idle() && steps.get().changes_pixels() && matches!(after.get(), Some(Ok(_)));
    let check = move |name: &'static str,
                      term: &'static str,
                      get: fn(&Preprocessing) -> bool,
                      set: fn(&mut Preprocessing, bool)| {
        view! {
            <div class="explained">
                <label class="check">
                    <input type="checkbox" prop:checked=move || steps.with(get)
                        on:change=move |event| steps.update(|s| set(s, event_target_checked(&event))) />
                    {name}
                </label>
                {(!term.is_empty()).then(|| about(term, name))}
            </div>
        }
    };
    view! {
        <Show when=move || session.dataset.with(Option::is_some)>
            <details data-testid="preprocessing">
                <summary>"Preprocessing"</summary>
                {check("Grey", "", |s| s.grayscale, |s, on| s.grayscale = on)}
                {check("Gaussian blur", "gaussian", |s| s.gaussian_sigma.is_some(), |s, on| s.gaussian_sigma = on.then_some(SIGMA))}
                <Show when=move || steps.get().gaussian_sigma.is_some()>
                    <NumberField label="Blur σ, pixels" step="0.25"
                        value=Signal::derive(move || steps.get().gaussian_sigma.unwrap_or(SIGMA))
                        set=move |sigma| steps.update(|s| s.gaussian_sigma = Some(sigma)) />
                </Show>
                {check("Sobel: length of the gradient", "sobel", |s| s.sobel, |s, on| s.sobel = on)}
                // No new images: the network's inputs go through it.
                <div class="explained">
                    <label class="check">
                        <input type="checkbox" disabled=move || session.run.with(Run::is_active)
                            prop:checked=move || session.training.with(|training| training.standardise)
                            on:change=move |event| session.training.update(|training| training.standardise = event_target_checked(&event)) />
                        "Standardise what the network sees"
                    </label>
                    {about("standardise", "standardising")}
                </div>
                <figure class="samples" aria-label="Samples before and after">
                    <figcaption class="soft small">"Before"</figcaption>
                    <div>{move || samples.get().map(drawn)}</div>
                    <figcaption class="soft small">"After"</figcaption>
                    <div>{move || after.get().and_then(Result::ok).map(drawn)}</div>
                </figure>
                {move || wrong().map(|why| view! { <p class="small" role="status">{why}</p> })}
                <div class="row">
                    <button disabled=move || !can_apply()
                        on:click=move |_| making::preprocess(session, steps.get_untracked())>
                        "Apply to all images"
                    </button>
                </div>
                <p class="soft small">"Makes a new data set; this one can be returned to."</p>
            </details>
        </Show>
    }
}

/// The first of the test images, before.
fn samples(session: Session) -> Option<Preview> {
    let open = session.dataset.get()?;
    let data = &open.dataset;
    let images = (0..SAMPLES.min(data.len(Part::Test)))
        .map(|index| data.image(Part::Test, index).to_vec())
        .collect();
    Some(Preview {
        shape: data.shape,
        images,
    })
}

fn drawn(preview: Preview) -> impl IntoView {
    let shape = preview.shape;
    preview
        .images
        .into_iter()
        .map(|bytes| view! { <Sample bytes shape /> })
        .collect_view()
}

/// One small image.
#[component]
fn Sample(
    /// Height × width × channels, row-major.
    bytes: Vec<u8>,
    /// Its shape.
    shape: ImageShape,
) -> impl IntoView {
    let canvas_ref = NodeRef::<html::Canvas>::new();
    Effect::new(move |_| {
        if let Some(canvas) = canvas_ref.get() {
            let image = Image {
                bytes: &bytes,
                height: shape.height,
                width: shape.width,
                channels: shape.channels,
            };
            thumbnail::draw(&canvas, image, SAMPLE_SIDE);
        }
    });
    view! { <canvas node_ref=canvas_ref aria-hidden="true"></canvas> }
}
