//! Example images beside the clusters that they come from, over a projection.

use gloo::timers::callback::Timeout;
use leptos::prelude::*;

use super::state::{Insets, Pin};
use crate::canvas::clusters::in_turn;
use crate::canvas::insets::{InsetRoom, image_side, place_insets};
use crate::canvas::viewport::Viewport;
use crate::dataset::MOST_CLASSES;
use crate::view::css::Css;
use crate::view::frame::{Size, class_style};
use crate::view::naming;
use crate::view::state::{Layout, Panel, Session};
use crate::view::subscriptions::leaving;
use crate::view::thumbnail::Thumbnail;

/// After this long without movement of the view, milliseconds, insets look for new places.
const REST_MS: u32 = 180;
/// Room between insets and around points that have one, CSS pixels.
const GAP: f64 = 7.0;
/// Border of an inset, CSS pixels; also in the style sheet.
const BORDER: f64 = 2.0;
/// Share of the picture that insets may cover.
const MOST_COVERED: f64 = 0.22;
/// The tools in the upper right corner, which insets should leave free: width and height, CSS pixels.
const TOOLS: [f64; 2] = [184.0, 46.0];
/// Radius of the ring around the point, CSS pixels.
const RING: f64 = 5.0;

/// An observation that has an inset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Inset {
    /// The data set, whose images are not those of another.
    dataset: u32,
    pin: Pin,
    class: u8,
    is_pinned: bool,
    /// Side of its image, device pixels.
    side: u32,
}

/// Where an inset stands, relative to the pixel of its observation, so that it goes along when the
/// view moves; CSS pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Placed {
    inset: Inset,
    corner: [f64; 2],
    anchor: [f64; 2],
}

/// The insets of one of the two projections; nothing over any other picture.
pub fn over(
    session: Session,
    panel: Panel,
    viewport: RwSignal<Viewport>,
    size: RwSignal<Size>,
) -> AnyView {
    if panel.place >= session.reading.clusters.len() {
        return ().into_any();
    }
    super::seek::follow(session, panel, viewport);
    view! { <InsetLayer panel viewport size /> }.into_any()
}

#[component]
fn InsetLayer(panel: Panel, viewport: RwSignal<Viewport>, size: RwSignal<Size>) -> impl IntoView {
    let session = Session::from_context();
    let wanted = Memo::new(move |_| wanted(session, panel, size.get()));
    let placed = RwSignal::new(Vec::<Placed>::new());
    // Moves on when the view has come to rest.
    let rest = RwSignal::new(());
    let timer = StoredValue::new_local(None::<Timeout>);
    Effect::new(move |_| {
        viewport.track();
        let timeout = Timeout::new(REST_MS, move || {
            rest.try_set(());
        });
        timer.set_value(Some(timeout));
    });
    Effect::new(move |_| {
        rest.track();
        let (wanted, size) = (wanted.get(), size.get());
        let view = viewport.get_untracked();
        placed.set(
            panel
                .positions
                .with(|positions| place(&wanted, positions, &view, size)),
        );
    });
    let target = move |pin: Pin| {
        panel
            .positions
            .with(|positions| pixel(positions, &viewport.get(), pin.1))
    };
    let lines = move || {
        let view = viewport.get();
        panel.positions.with(|positions| {
            let placed = placed.get();
            let line = |placed: Placed| {
                let [x, y] = pixel(positions, &view, placed.inset.pin.1)?;
                let [from_x, from_y] = [x + placed.anchor[0], y + placed.anchor[1]];
                // From the inset to the ring, not into it.
                let length = placed.anchor[0].hypot(placed.anchor[1]).max(RING);
                let share = RING / length;
                let [to_x, to_y] = [x + placed.anchor[0] * share, y + placed.anchor[1] * share];
                let way = format!("M{from_x:.1} {from_y:.1}L{to_x:.1} {to_y:.1}");
                let ring = format!(
                    "M{:.1} {y:.1}a{RING} {RING} 0 1 0 {} 0a{RING} {RING} 0 1 0 -{} 0",
                    x - RING,
                    2.0 * RING,
                    2.0 * RING,
                );
                Some(view! {
                    <g style=color(placed.inset.class)>
                        <path class="halo" d=format!("{way}{ring}") />
                        <path d=format!("{way}{ring}") />
                    </g>
                })
            };
            placed.into_iter().filter_map(line).collect_view()
        })
    };
    let place_of =
        move |inset: Inset| {
            let side = f64::from(inset.side) / size.get().ratio + 2.0 * BORDER;
            let corner = placed.with(|all| all.iter().find(|p| p.inset == inset).map(|p| p.corner));
            let at = corner.zip(target(inset.pin));
            Css(at.map_or_else(|| "display: none".to_owned(), |([dx, dy], [x, y])| {
            format!(
                "{}; width: {side}px; height: {side}px; transform: translate({:.2}px, {:.2}px)",
                color(inset.class).0, x + dx, y + dy,
            )
        }))
        };
    view! {
        <div class="insets" aria-hidden="true" data-testid=format!("insets-{}", panel.place)>
            <svg>{lines}</svg>
            // All anew when they find new places: rows of a `<For>` leave too late to unsubscribe.
            {move || placed.get().into_iter().map(|placed| view! {
                <div
                    class="inset"
                    data-class=placed.inset.class.to_string()
                    data-observation=(placed.inset.pin.1 + 1).to_string()
                    data-pinned=placed.inset.is_pinned.to_string()
                    style=leaving(move || place_of(placed.inset))
                >
                    <Thumbnail part=placed.inset.pin.0 index=placed.inset.pin.1 side=placed.inset.side />
                </div>
            }).collect_view()}
        </div>
        <p class="visually-hidden" data-testid=format!("insets-summary-{}", panel.place)>
            {move || placed.with(|placed| summary(session, placed))}
        </p>
    }
}

/// What the insets show, for those who do not see them.
fn summary(session: Session, placed: &[Placed]) -> String {
    if placed.is_empty() {
        return String::new();
    }
    let mut counts = [0; MOST_CLASSES];
    for Placed { inset, .. } in placed {
        counts[usize::from(inset.class)] += 1;
    }
    let each: Vec<String> = (0..=u8::MAX)
        .zip(counts)
        .filter(|(_, count)| *count > 0)
        .map(|(class, count)| format!("{count} of class {}", naming::class(session, class)))
        .collect();
    format!("{} example images: {}.", placed.len(), each.join(", "))
}

fn color(class: u8) -> Css {
    class_style(usize::from(class))
}

/// The observations that should have an inset, those first that matter most.
fn wanted(session: Session, panel: Panel, size: Size) -> Vec<Inset> {
    let choice = session.reading.insets.get();
    let settled = matches!(panel.layout.get(), Layout::Finished | Layout::Stopped);
    if choice == Insets::None || !settled || size.width <= 0.0 || !session.has_images() {
        return Vec::new();
    }
    let part = panel.representation.get().part;
    let (dataset, width) = session.dataset.with(|open| {
        open.as_ref()
            .map_or((0, 1), |open| (open.id, open.dataset.shape.width))
    });
    let side = image_side(width, [size.width, size.height], size.ratio);
    let mut pins: Vec<(Pin, bool)> = session.reading.pins.with(|history| {
        let own = history.present().iter().filter(|(of, _)| *of == part);
        own.map(|pin| (*pin, true)).collect()
    });
    if choice == Insets::Automatic {
        session.reading.clusters[panel.place].with(|clusters| {
            for cluster in in_turn(clusters) {
                let pin = (part, cluster.representative);
                if pins.iter().all(|(other, _)| *other != pin) {
                    pins.push((pin, false));
                }
            }
        });
    }
    let labels = session
        .analysis
        .with(|analysis| analysis.subset(part).clone());
    let inset = |(pin, is_pinned): (Pin, bool)| {
        let class = *labels.labels.get(pin.1 as usize)?;
        Some(Inset {
            dataset,
            pin,
            class,
            is_pinned,
            side,
        })
    };
    let is_shown = |inset: &Inset| {
        session.hidden_classes.with(|hidden| {
            !hidden
                .get(usize::from(inset.class))
                .copied()
                .unwrap_or(false)
        })
    };
    let whole = f64::from(side) / size.ratio + 2.0 * BORDER + GAP;
    let most = (MOST_COVERED * size.width * size.height / (whole * whole)) as usize;
    let insets = pins.into_iter().filter_map(inset).filter(is_shown);
    insets.take(most).collect()
}

/// The CSS pixel of an observation.
fn pixel(positions: &[f32], view: &Viewport, index: u32) -> Option<[f64; 2]> {
    let at = index as usize * 2;
    let place = [*positions.get(at)?, *positions.get(at + 1)?].map(f64::from);
    Some(view.to_pixel(place))
}

fn place(insets: &[Inset], positions: &[f32], view: &Viewport, size: Size) -> Vec<Placed> {
    let Some(side) = insets.first().map(|inset| inset.side) else {
        return Vec::new();
    };
    let all = positions.as_chunks::<2>().0.iter();
    let mut points: Vec<[f64; 2]> = all.map(|p| view.to_pixel(p.map(f64::from))).collect();
    points.extend(tools(size, points.len()));
    let there: Vec<(Inset, [f64; 2])> = insets
        .iter()
        .filter_map(|inset| Some((*inset, pixel(positions, view, inset.pin.1)?)))
        .collect();
    let targets: Vec<[f64; 2]> = there.iter().map(|(_, target)| *target).collect();
    let room = InsetRoom {
        size: [size.width, size.height],
        side: f64::from(side) / size.ratio + 2.0 * BORDER,
        gap: GAP,
        points: &points,
    };
    let places = place_insets(&targets, room).into_iter().zip(there);
    places
        .filter_map(|(place, (inset, [x, y]))| {
            let place = place?;
            Some(Placed {
                inset,
                corner: [place.corner[0] - x, place.corner[1] - y],
                anchor: [place.anchor[0] - x, place.anchor[1] - y],
            })
        })
        .collect()
}

/// As many points below the tools as there are observations: insets keep away from them.
fn tools(size: Size, count: usize) -> impl Iterator<Item = [f64; 2]> {
    let columns = (count as f64).sqrt().ceil().max(1.0);
    (0..count).map(move |i| {
        let (column, row) = (i as f64 % columns, (i as f64 / columns).floor());
        let share = [(column + 0.5) / columns, (row + 0.5) / columns];
        [size.width - TOOLS[0] * share[0], TOOLS[1] * share[1]]
    })
}
