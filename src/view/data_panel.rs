//! Which images are open, and how to open others.

use leptos::html;
use leptos::prelude::*;

use super::caption::percent;
use super::dataset_menu::DatasetMenu;
use super::dropping::listed;
use super::network_panel::NumberField;
use super::preprocessing_panel::PreprocessingPanel;
use super::session::{opening, training};
use super::state::{Run, Session, Shelved};
use super::street_digits_panel::StreetDigitsPanel;

/// The first group of the controls.
#[component]
pub fn DataPanel() -> impl IntoView {
    let session = Session::from_context();
    let input = NodeRef::<html::Input>::new();
    let picked = move |_| {
        if let Some(input) = input.get_untracked()
            && let Some(files) = input.files()
        {
            opening::open_files(session, listed(&files));
            // So that picking the same file again is a change again.
            input.set_value("");
        }
    };
    let described = move || {
        session.dataset.get().map(|open| {
            let data = &open.dataset;
            let there = if open.preview {
                format!("the first {} test images", data.test.len())
            } else {
                format!(
                    "{} to train on, {} to test with",
                    data.train.len(),
                    data.test.len()
                )
            };
            view! {
                <p>
                    <strong data-testid="dataset-name">{data.name.clone()}</strong>
                    {format!(
                        " · {} images, {} classes · {there}",
                        data.shape, data.class_names.len(),
                    )}
                </p>
                <p class="soft small">{data.source.clone()}</p>
            }
        })
    };
    let waiting = Memo::new(move |_| {
        session.dropped.with(|dropped| {
            dropped
                .waiting
                .iter()
                .map(|missing| missing.name.clone())
                .collect::<Vec<_>>()
        })
    });
    view! {
        <section class="group" aria-label="Data">
            <h2>"Images"</h2>
            {described}
            {move || session.opening.get().map(|progress| view! {
                <div class="row">
                    <span class="small soft">{progress.stage}</span>
                    <progress max="1" value=progress.fraction.to_string() aria-label="Progress of opening"></progress>
                    <button class="quiet" on:click=move |_| opening::cancel(session)>"Cancel"</button>
                </div>
            })}
            <div class="row">
                <label class="button">
                    "Open files"
                    <input
                        node_ref=input
                        class="visually-hidden"
                        type="file"
                        multiple=true
                        on:change=picked
                    />
                </label>
                <span class="soft small">"or drop them anywhere"</span>
            </div>
            <DatasetMenu />
            <Show when=move || !waiting.get().is_empty()>
                <div class="row" role="status" data-testid="waiting-files">
                    <span class="small">{move || format!("Waiting for {}.", waiting.get().join(" and "))}</span>
                    <button class="quiet" on:click=move |_| opening::forget_files(session)>"Forget these files"</button>
                </div>
            </Show>
            <NumberField label="Images projected" step="500"
                value=Signal::derive(move || session.subset_size.get())
                set=move |size| opening::choose_subset_size(session, size) />
            <StreetDigitsPanel />
            <PreprocessingPanel />
            <Shelf />
        </section>
    }
}

/// Data sets and networks that were put aside.
#[component]
fn Shelf() -> impl IntoView {
    let session = Session::from_context();
    view! {
        <Show when=move || session.shelf.with(|shelf| !shelf.is_empty())>
            <div class="row small">
                <span class="soft">"Return to:"</span>
                {move || session.shelf.with(|shelf| {
                    shelf.iter().enumerate().map(|(place, entry)| view! {
                        <button
                            disabled=move || session.run.with(Run::is_active)
                            on:click=move |_| opening::reopen(session, place)
                        >
                            {shelf_name(entry)}
                        </button>
                    }).collect_view()
                })}
            </div>
        </Show>
    }
}

fn shelf_name(entry: &Shelved) -> String {
    let data = &entry.dataset.dataset.name;
    let Some((network, _)) = &entry.trained else {
        return data.clone();
    };
    let accuracy = entry
        .analysis
        .curves
        .evaluations
        .last()
        .map_or_else(String::new, |e| format!(", {}", percent(e.test_accuracy)));
    format!("{data} · {}{accuracy}", training::describe(network))
}
