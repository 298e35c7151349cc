//! The data sets that the site offers or the page draws, and what to drop for those that it does not.

use leptos::prelude::*;

use super::session::{keeping, loading, making};
use super::state::{Run, Session};
use super::street_digits_panel::DRAWN;
use crate::dataset::{OfficialSet, SiteSet};

/// A line of the menu.
#[derive(Clone)]
enum Entry {
    /// A data set that the site has.
    Offered(SiteSet),
    /// The digits with a network that was trained on them.
    Analysed,
    /// One that is drawn here.
    Drawn,
    /// One that the site does not have.
    Missing(OfficialSet),
}

/// The offered ones in the order of the site's list, the drawn one, then those that are missing.
fn entries(offered: &[SiteSet]) -> Vec<Entry> {
    let missing = OfficialSet::ALL
        .into_iter()
        .filter(|set| offered.iter().all(|offered| offered.id != set.id()));
    offered
        .iter()
        .cloned()
        .map(Entry::Offered)
        .chain([Entry::Analysed, Entry::Drawn])
        .chain(missing.map(Entry::Missing))
        .collect()
}

/// The analyses that come with the page: addresses, names, and what they are.
const SHIPPED: [(&str, &str, &str); 4] = [
    (
        keeping::SHIPPED,
        "Digits, analysed",
        "what the page shows first: a trained network, nothing to wait for",
    ),
    (
        keeping::SHIPPED_WITH_ACTIVATIONS,
        "Digits with activations",
        "the same, and what the neurons of its last layer respond to, 0.3 MB",
    ),
    (
        "analyses/street.npz",
        "Street digits, analysed",
        "a small CNN, 0.3 MB",
    ),
    (
        "analyses/street-preprocessed.npz",
        "Street digits after Sobel and blur, analysed",
        "the same CNN without polarity, 0.3 MB",
    ),
];

/// Among the controls of the images.
#[component]
pub fn DatasetMenu() -> impl IntoView {
    let session = Session::from_context();
    let busy = move || session.opening.with(Option::is_some) || session.run.with(Run::is_active);
    let line = move |entry: Entry| {
        match entry {
        Entry::Offered(set) => {
            let size = set.bytes() as f64 / 1e6;
            let described = format!(
                "{} + {} images, {}",
                set.train,
                set.test,
                if size < 0.1 {
                    "less than 0.1 MB".to_owned()
                } else {
                    format!("{size:.1} MB")
                }
            );
            let name = set.name.clone();
            view! {
                <li>
                    <button disabled=busy on:click=move |_| loading::load(session, set.clone())>{name}</button>
                    <span class="soft small">{described}</span>
                </li>
            }
            .into_any()
        }
        Entry::Analysed => SHIPPED.into_iter().map(|(address, name, about)| view! {
            <li>
                <button disabled=busy on:click=move |_| keeping::open_url(session, address)>{name}</button>
                <span class="soft small">{about}</span>
            </li>
        })
        .collect_view()
        .into_any(),
        Entry::Drawn => view! {
            <li>
                <button disabled=busy on:click=move |_| making::draw_street_digits(session, DRAWN)>
                    "Street digits"
                </button>
                <span class="soft small">
                    {format!("{} + {} images, drawn in your browser", DRAWN.train, DRAWN.test)}
                </span>
            </li>
        }
        .into_any(),
        Entry::Missing(set) => view! {
            <li>
                <button disabled=true>{set.name()}</button>
                <span class="soft small">{format!("Drop {}", set.official_files())}</span>
            </li>
        }
        .into_any(),
    }
    };
    view! {
        <details class="data-sets" data-testid="dataset-menu">
            <summary>"Choose a data set"</summary>
            <ul>
                {move || session.offered.get().map(|offered| {
                    entries(&offered).into_iter().map(line).collect_view()
                })}
            </ul>
        </details>
    }
}
