//! The legend of a scale of colours: a bar with round numbers below.

use leptos::prelude::*;

use super::colouring::{Range, strength};
use crate::canvas::colour::Rgb;
use crate::canvas::colour_scale::ColourScale;
use crate::canvas::palette::Theme;
use crate::canvas::shade::at_strength;
use crate::canvas::ticks::ticks;
use crate::view::css::Css;
use crate::view::frame::theme;
use crate::view::state::Session;

/// Colours that the bar runs through.
const STOPS: usize = 16;
/// Round numbers at most.
const MOST_TICKS: usize = 5;

/// Which colours the bar shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bar {
    /// The perceptually uniform scale.
    Sequential,
    /// From faint to full, for the colours of classes.
    Strength,
}

/// A bar of colours from the least to the greatest value.
#[component]
pub fn ScaleLegend(
    /// What the colours say.
    #[prop(into)]
    what: Signal<String>,
    /// The ends of the bar; without, there is no bar.
    #[prop(into)]
    range: Signal<Option<Range>>,
    /// Its colours.
    bar: Bar,
) -> impl IntoView {
    let session = Session::from_context();
    let gradient = move || {
        let theme = theme(session.dark.get());
        let colours: Vec<String> = colours(bar, theme).map(Rgb::css).collect();
        Css(format!(
            "background: linear-gradient(to right, {})",
            colours.join(", ")
        ))
    };
    let marks = move |range: Range| {
        ticks(
            f64::from(range.least),
            f64::from(range.greatest),
            MOST_TICKS,
        )
        .into_iter()
        .map(|tick| {
            let place = Css(format!("left: {:.2}%", 100.0 * tick.share));
            view! { <span style=place>{tick.label}</span> }
        })
        .collect_view()
    };
    view! {
        {move || range.get().map(|range| view! {
            <div class="scale" role="img"
                aria-label=move || format!("{}: colours from {} to {}", what.get(), range.least, range.greatest)>
                <span class="scale-what">{what}</span>
                <div class="scale-bar">
                    <i style=gradient></i>
                    <div class="scale-ticks">{marks(range)}</div>
                </div>
            </div>
        })}
    }
}

fn colours(bar: Bar, theme: Theme) -> impl Iterator<Item = Rgb> {
    let scale = ColourScale::sequential(theme);
    (0..=STOPS).map(move |stop| {
        let share = stop as f64 / STOPS as f64;
        match bar {
            Bar::Sequential => scale.at(share),
            Bar::Strength => at_strength(theme.muted(), strength(share), theme),
        }
    })
}
