//! The confusion matrix, which is also a way to select.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

use super::ToldMemo;
use super::told::Told;
use crate::analysis::observations_of;
use crate::canvas::colour::Rgb;
use crate::canvas::colour_scale::ColourScale;
use crate::canvas::palette::Theme;
use crate::canvas::selection::Combine;
use crate::view::caption::percent;
use crate::view::exporting::{ExportMenu, Subject};
use crate::view::frame::{class_style, theme};
use crate::view::gesture::combine;
use crate::view::glossary::about;
use crate::view::naming;
use crate::view::session::selecting;
use crate::view::state::Session;

/// With more classes the matrix cannot be read.
const MOST_CLASSES: usize = 40;
/// Names longer than this stand upright above their columns.
const SHORT: usize = 2;

/// The matrix: true classes down, predicted ones across.
#[component]
pub fn ConfusionMatrix(told: ToldMemo) -> impl IntoView {
    let memo = told;
    let session = Session::from_context();
    view! {
        <section class="confusion" aria-label="Confusion matrix">
            {move || told.get().map(|told| {
                let theme = theme(session.dark.get());
                let n = told.confusion.classes();
                view! {
                    <div class="reading-head"><h3>"True class ↓ taken for →"</h3><span class="row">{about("confusion", "the confusion matrix")}<ExportMenu subject=Subject::Confusion(memo) name="confusion matrix" /></span></div>
                    {if n > MOST_CLASSES {
                        view! { <p class="soft">{format!("A matrix of {n} classes is too large to read; the list has every mistake.")}</p> }.into_any()
                    } else {
                        matrix(session, told.clone(), theme)
                    }}
                    <p class="soft small" data-testid="confusion-summary">
                        {on_diagonal(&told)} <span class="details">{most_frequent(session, &told)}</span>
                    </p>
                }
            })}
        </section>
    }
}

/// What the matrix shows, in words.
pub fn summary(session: Session, told: &Told) -> String {
    on_diagonal(told) + &most_frequent(session, told).unwrap_or_default()
}

/// How many the network is right about.
fn on_diagonal(told: &Told) -> String {
    let confusion = &told.confusion;
    let (right, n) = (confusion.right(), confusion.total());
    let share = percent(right as f32 / n as f32);
    format!("{right} of {n} on the diagonal: accuracy {share}. ")
}

/// Its greatest number beside the diagonal, in words.
fn most_frequent(session: Session, told: &Told) -> Option<String> {
    let (truth, predicted, count) = told.confusion.most_frequent_mistake()?;
    let [truth, predicted] = [truth, predicted].map(|class| naming::class(session, class as u8));
    let times = if count == 1 {
        "once".to_owned()
    } else {
        format!("{count} times")
    };
    Some(format!(
        "Most often confused: {truth} taken for {predicted}, {times}."
    ))
}

fn matrix(session: Session, told: Told, theme: Theme) -> AnyView {
    let confusion = told.confusion.clone();
    let n = confusion.classes();
    let scale = ColourScale::sequential(theme);
    let names: Vec<String> = (0..n)
        .map(|class| naming::class(session, class as u8))
        .collect();
    let upright = names.iter().any(|name| name.chars().count() > SHORT);
    let part = told.part;
    let choose = move |truth: Option<u8>, predicted: Option<u8>, how: Combine| {
        let labels = &told.subset.labels;
        let chosen = observations_of(&told.snapshot.predictions, labels, truth, predicted);
        selecting::select(session, part, &chosen, how);
    };
    let choose = StoredValue::new_local(choose);
    // The row and the column of a button; 0 is the head, class 0 is 1.
    let button = move |row: usize, column: usize, label: String, style: String, text: String| {
        let class = |at: usize| at.checked_sub(1).map(|class| class as u8);
        view! {
            <button
                data-cell=format!("{row} {column}")
                tabindex=if (row, column) == (1, 1) { "0" } else { "-1" }
                aria-label=label.clone()
                title=label
                style=style
                on:click=move |event| {
                    let how = combine(event.shift_key(), event.ctrl_key() || event.meta_key());
                    choose.with_value(|choose| choose(class(row), class(column), how));
                }
            >
                {text}
            </button>
        }
        .into_any()
    };
    let heads = (0..n).map(|class| {
        let taken = confusion.taken_for(class);
        let label = format!("{taken} taken for {}", names[class]);
        view! { <th scope="col">{button(0, class + 1, label, class_style(class), names[class].clone())}</th> }
    });
    let rows = (0..n).map(|truth| {
        let of_class = confusion.of_class(truth);
        let cells = (0..n).map(|predicted| {
            let count = confusion.count(truth, predicted);
            let label = format!("{} taken for {}: {count} of {of_class}", names[truth], names[predicted]);
            let share = f64::from(count) / f64::from(of_class.max(1));
            let (style, text) = if count == 0 {
                (String::new(), "·".to_owned())
            } else {
                (shade(&scale, share), count.to_string())
            };
            view! { <td class:diagonal=truth == predicted>{button(truth + 1, predicted + 1, label, style, text)}</td> }
        });
        let label = format!("{of_class} of class {}", names[truth]);
        view! {
            <tr>
                <th scope="row">{button(truth + 1, 0, label, class_style(truth), names[truth].clone())}</th>
                {cells.collect_view()}
            </tr>
        }
    });
    view! {
        <div class="matrix">
            <table class:upright=upright on:keydown=walk data-testid="confusion-matrix">
                <caption class="visually-hidden">
                    "Rows are true classes, columns predicted ones. A cell, or the head of a row or column, selects its observations; the arrow keys walk along."
                </caption>
                <thead><tr><td></td>{heads.collect_view()}</tr></thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// The colours of a cell with this share of its row. The square root tells few from none.
fn shade(scale: &ColourScale, share: f64) -> String {
    let ground = scale.at(share.sqrt());
    let [black, white] = [0x00, 0xff].map(|byte| Rgb {
        r: byte,
        g: byte,
        b: byte,
    });
    let ink = if ground.contrast(black) > ground.contrast(white) {
        black
    } else {
        white
    };
    format!("background: {}; color: {}", ground.css(), ink.css())
}

/// The arrow keys go from cell to cell.
fn walk(event: KeyboardEvent) {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<HtmlElement>().ok());
    let Some(cell) = target
        .as_ref()
        .and_then(|target| target.get_attribute("data-cell"))
    else {
        return;
    };
    let mut at = cell
        .split(' ')
        .filter_map(|number| number.parse::<i32>().ok());
    let (Some(row), Some(column)) = (at.next(), at.next()) else {
        return;
    };
    let (row, column) = match event.key().as_str() {
        "ArrowDown" => (row + 1, column),
        "ArrowUp" => (row - 1, column),
        "ArrowRight" => (row, column + 1),
        "ArrowLeft" => (row, column - 1),
        _ => return,
    };
    event.prevent_default();
    let table = target.and_then(|target| target.closest("table").ok().flatten());
    let cell = table.and_then(|table| {
        let selector = format!("[data-cell=\"{row} {column}\"]");
        table.query_selector(&selector).ok().flatten()
    });
    if let Some(cell) = cell.and_then(|cell| cell.dyn_into::<HtmlElement>().ok()) {
        let _ = cell.focus();
    }
}
