//! How much better one projection separates each class than the other: figure 8 of the paper, and
//! its hypotheses 2 to 4.

use leptos::prelude::*;

use crate::analysis::{HitPair, axis_start, compare_hits};
use crate::view::caption::percent;
use crate::view::css::Css;
use crate::view::frame::class_style;
use crate::view::glossary::term;
use crate::view::naming;
use crate::view::state::{Layout, Session};

/// The neighborhood hits of both projections, once both are finished: all observations first, then
/// each class.
pub fn follow(session: Session) -> Memo<Vec<HitPair>> {
    Memo::new(move |_| {
        let settled = session
            .panels
            .iter()
            .all(|panel| matches!(panel.layout.get(), Layout::Finished | Layout::Stopped));
        let [left, right] = session.panels.map(|panel| panel.representation.get());
        session.analysis.with(|analysis| {
            let hit = |of| {
                analysis
                    .projections
                    .get(of)
                    .map(|projection| &projection.hit)
            };
            match (hit(&left), hit(&right)) {
                (Some(left), Some(right)) if settled => compare_hits(left, right),
                _ => Vec::new(),
            }
        })
    })
}

/// The difference over all in a line.
pub fn in_short(pairs: &[HitPair]) -> Option<String> {
    let whole = pairs.first()?;
    let difference = signed(whole.difference()?, 2);
    Some(format!(
        "NH {} left, {} right ({difference})",
        percent(whole.left?),
        percent(whole.right?)
    ))
}

/// A difference of fractions in points of a percentage, with its sign.
fn signed(difference: f32, digits: usize) -> String {
    let points = 100.0 * f64::from(difference);
    let sign = if points < 0.0 { "−" } else { "+" };
    format!("{sign}{:.digits$}", points.abs())
}

/// What the chart shows, in words.
fn summary(session: Session, pairs: &[HitPair]) -> Option<String> {
    let whole = pairs.first()?.difference()?;
    let classes: Vec<(String, f32)> = pairs
        .iter()
        .filter_map(|pair| Some((naming::class(session, pair.class?), pair.difference()?)))
        .collect();
    let by_change = |a: &&(String, f32), b: &&(String, f32)| a.1.total_cmp(&b.1);
    let least = classes.iter().min_by(by_change)?;
    let most = classes.iter().max_by(by_change)?;
    Some(format!(
        "From left to right NH changes by {} points: most for class {} ({}), least for {} ({}).",
        signed(whole, 2),
        most.0,
        signed(most.1, 1),
        least.0,
        signed(least.1, 1),
    ))
}

/// The table of hits with a chart in it.
#[component]
pub fn Comparison(pairs: Memo<Vec<HitPair>>) -> impl IntoView {
    let session = Session::from_context();
    let title = move |side: usize| {
        let representation = session.panels[side].representation.get();
        format!(
            "{}, {}",
            naming::title(session, representation),
            representation.part
        )
    };
    view! {
        <section class="comparison" aria-label="Neighborhood hit, left and right">
            <div class="reading-head"><h3>{term("nh", "NH")} " by class, left ○ and right ●"</h3></div>
            {move || {
                let pairs = pairs.get();
                if pairs.is_empty() {
                    return view! { <p class="soft">"This follows when both projections are finished."</p> }.into_any();
                }
                let start = axis_start(&pairs);
                let rows: Vec<_> = pairs.iter().map(|pair| row(session, *pair, start)).collect();
                view! {
                    <table data-testid="comparison">
                        <caption class="soft small">{move || format!("○ {} · ● {}", title(0), title(1))}</caption>
                        <thead>
                            <tr>
                                <th scope="col">"Class"</th>
                                <th scope="col">"Left"</th>
                                <td aria-hidden="true" class="axis"><span>{format!("{:.0}%", 100.0 * start)}</span><span>"100%"</span></td>
                                <th scope="col">"Right"</th>
                                <th scope="col">"Difference"</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                    <p class="soft small" data-testid="comparison-summary">{summary(session, &pairs)}</p>
                }.into_any()
            }}
        </section>
    }
}

fn row(session: Session, pair: HitPair, start: f32) -> AnyView {
    let digits = if pair.class.is_none() { 2 } else { 1 };
    let number = |hit: Option<f32>| {
        hit.map_or_else(
            || "–".to_owned(),
            |hit| format!("{:.digits$}", 100.0 * f64::from(hit)),
        )
    };
    let difference = pair.difference();
    let style = match pair.class {
        Some(class) => class_style(usize::from(class)),
        None => Css("--class: var(--ink)".to_owned()),
    };
    let name = pair
        .class
        .map_or_else(|| "All".to_owned(), |class| naming::class(session, class));
    let share = |hit: f32| 100.0 * (hit - start) / (1.0 - start);
    let dot = |hit: Option<f32>, kind: &'static str| {
        hit.map(|hit| view! { <i class=kind style=Css(format!("left: {:.2}%", share(hit)))></i> })
    };
    let line = pair.left.zip(pair.right).map(|(left, right)| {
        let (from, to) = (share(left.min(right)), share(left.max(right)));
        view! { <i class="way" style=Css(format!("left: {from:.2}%; width: {:.2}%", to - from))></i> }
    });
    view! {
        <tr style=style class:whole=pair.class.is_none() class:worse=difference.is_some_and(|d| d < 0.0)>
            <th scope="row">{pair.class.map(|_| view! { <span class="swatch"></span> })}{name}</th>
            <td>{number(pair.left)}</td>
            <td aria-hidden="true" class="dumbbell"><div>{line}{dot(pair.left, "left")}{dot(pair.right, "right")}</div></td>
            <td>{number(pair.right)}</td>
            <td class="difference">{difference.map(|difference| signed(difference, digits))}</td>
        </tr>
    }
    .into_any()
}
