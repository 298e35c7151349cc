//! Which images are open, and how to open others.

use leptos::attr::custom::custom_attribute;
use leptos::html;
use leptos::prelude::*;

use super::caption::percent;
use super::dataset_menu::DatasetMenu;
use super::dropping::listed;
use super::keeping_panel::KeepingPanel;
use super::number_field::NumberField;
use super::preprocessing_panel::PreprocessingPanel;
use super::session::{opening, own_files, training};
use super::state::{OpenDataset, Run, Session, Shelved};
use super::street_digits_panel::StreetDigitsPanel;
use crate::dataset::pictures::Colours;

/// The first group of the controls.
#[component]
pub fn DataPanel() -> impl IntoView {
    let session = Session::from_context();
    let input = NodeRef::<html::Input>::new();
    let picked = move |input: NodeRef<html::Input>| {
        if let Some(input) = input.get_untracked()
            && let Some(files) = input.files()
        {
            own_files::open(session, listed(&files));
            // So that picking the same file again is a change again.
            input.set_value("");
        }
    };
    let described = move || {
        session.dataset.get().map(|open| {
            let data = &open.dataset;
            view! {
                <p>
                    <strong data-testid="dataset-name">{data.name.clone()}</strong>
                    {describe(&open)}
                </p>
                <p class="soft small">{data.source.clone()}</p>
            }
        })
    };
    let folder = NodeRef::<html::Input>::new();
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
            // Room is kept for what is said once it is there: nothing below then moves.
            <div class="data-set">{described}</div>
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
                        on:change=move |_| picked(input)
                    />
                </label>
                <label class="button">
                    "Open a folder"
                    <input
                        node_ref=folder
                        class="visually-hidden"
                        type="file"
                        multiple=true
                        {..custom_attribute("webkitdirectory", "")}
                        on:change=move |_| picked(folder)
                    />
                </label>
                <span class="soft small">"or drop them anywhere"</span>
            </div>
            <DatasetMenu />
            <StreetDigitsPanel />
            <Show when=move || !waiting.get().is_empty()>
                <div class="row" role="status" data-testid="waiting-files">
                    <span class="small">{move || format!("Waiting for {}.", waiting.get().join(" and "))}</span>
                    <button class="quiet" on:click=move |_| opening::forget_files(session)>"Forget these files"</button>
                </div>
            </Show>
            <NumberField label="Images projected" step="500"
                value=Signal::derive(move || session.subset_size.get())
                set=move |size| opening::choose_subset_size(session, size) />
            <Show when=move || session.is_trainable()>
                <PreprocessingPanel />
            </Show>
            <OwnFiles />
            <KeepingPanel />
            <Shelf />
        </section>
    }
}

/// The observations of a data set in a line.
fn describe(open: &OpenDataset) -> String {
    let data = &open.dataset;
    let (test, classes) = (data.test.len(), data.class_names.len());
    if open.network.is_some() {
        let images = if data.has_images() {
            format!("images of {}", data.shape)
        } else {
            "no images".to_owned()
        };
        return format!(" · {test} observations, {images}, {classes} classes");
    }
    if let Some(origin) = &open.origin {
        let [train, test] = origin.whole;
        return format!(
            " · {} images, {classes} classes · {} of {train} training images, {} of {test} test images, with their analysis",
            data.shape,
            data.train.len(),
            data.test.len(),
        );
    }
    let there = if open.preview {
        format!("the first {test} test images")
    } else {
        format!("{} to train on, {test} to test with", data.train.len())
    };
    format!(" · {} images, {classes} classes · {there}", data.shape)
}

/// How to bring pictures and activations of one's own, and what becomes of pictures.
#[component]
fn OwnFiles() -> impl IntoView {
    let session = Session::from_context();
    let grey = move || session.pictures.get().colours == Colours::Grey;
    let colours = move |event| {
        session.pictures.update(|pictures| {
            pictures.colours = if event_target_value(&event) == "grey" {
                Colours::Grey
            } else {
                Colours::Rgb
            };
        });
    };
    view! {
        <details>
            <summary>"Your own pictures or network"</summary>
            <p class="soft small">
                "Pictures: a folder or a .zip with one folder for each class. They become squares of this size:"
            </p>
            <NumberField label="Side in pixels" step="4"
                value=Signal::derive(move || session.pictures.get().side)
                set=move |side: usize| session.pictures.update(|pictures| pictures.side = side.clamp(4, 256)) />
            <label class="field">
                <span>"Colours"</span>
                <select on:change=colours aria-label="Colours of pictures">
                    <option value="rgb" selected=move || !grey()>"Keep"</option>
                    <option value="grey" selected=grey>"Grey"</option>
                </select>
            </label>
            <p class="soft small">
                "Network: an .npz of NumPy with \"labels\" and one array for each layer, such as \"fc1\" or \"epoch_3/fc1\"; also \"images\", \"predictions\" and \"class_names\"."
            </p>
        </details>
    }
}

/// Data sets and networks that were put aside.
#[component]
fn Shelf() -> impl IntoView {
    let session = Session::from_context();
    let busy = Memo::new(move |_| session.run.with(Run::is_active));
    view! {
        <Show when=move || session.shelf.with(|shelf| !shelf.is_empty())>
            <div class="row small">
                <span class="soft">"Return to:"</span>
                {move || session.shelf.with(|shelf| {
                    shelf.iter().enumerate().map(|(place, entry)| view! {
                        <button
                            disabled=busy.get()
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
    let Some(setup) = &entry.trained else {
        return data.clone();
    };
    let accuracy = entry
        .analysis
        .curves
        .evaluations
        .last()
        .map_or_else(String::new, |e| format!(", {}", percent(e.test_accuracy)));
    format!("{data} · {}{accuracy}", training::describe(&setup.network))
}
