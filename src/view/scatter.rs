//! The picture of a projection: drawing, hovering, selecting, zooming.

use std::sync::Arc;

use gloo::timers::callback::Timeout;
use leptos::prelude::*;
use wasm_bindgen::Clamped;
use web_sys::{
    HtmlCanvasElement, ImageData, KeyboardEvent, MouseEvent, PointerEvent, TouchEvent, WheelEvent,
};

use super::exporting::{ExportMenu, Subject, What};
use super::frame::{Size, context_2d, css_token, drawn_canvas, theme};
use super::gesture::{Drag, HOLD_MS, Tool, combine, is_click, pinched, place_of};
use super::hover_card::HoverCard;
use super::neurons::state::PLACES;
use super::prediction_history::Past;
use super::reading::insets;
use super::reading::pins;
use super::session::selecting;
use super::state::{Layout, Panel, Session};
use super::subscriptions::{leave_with_view, leaving, view_memo};
use super::trail_layer::{Ground, TrailLayer, TrailView};
use crate::analysis::Representation;
use crate::canvas::hit::PointGrid;
use crate::canvas::lasso::{Lasso, simplify};
use crate::canvas::mark::{Mark, emphasise};
use crate::canvas::raster::Raster;
use crate::canvas::scatter::{Scatter, ScatterPainter, ScatterStyle};
use crate::canvas::selection::{Combine, Selection};
use crate::canvas::viewport::{Bounds, Viewport};
use crate::dataset::Part;

/// How near to a point the pointer must be, CSS pixels; a finger is less exact.
const REACH: f64 = 14.0;
/// The same for a trail, and for a point where a trail is as near.
const TRAIL_REACH: f64 = 5.0;
/// Zoom by one key or button.
const ZOOM_STEP: f64 = 1.4;
/// Pan by one key, CSS pixels.
const PAN_STEP: f64 = 40.0;

/// What is drawn with; reused from frame to frame.
#[derive(Default)]
struct Brushes {
    raster: Raster,
    painter: ScatterPainter,
    trails: TrailLayer,
}

/// How each observation looks by itself: its class, and whether the network is wrong about it.
pub fn looks_of(session: Session, representation: Representation) -> Vec<Mark> {
    let theme = theme(session.dark.get());
    let by_prediction = session.by_prediction.get();
    session.analysis.with(|analysis| {
        // What an untrained network predicts is chance, and would hide the classes.
        let predicted = analysis
            .snapshot_of(representation)
            .filter(|_| by_prediction || representation.source.is_trained())
            .map(|snapshot| &snapshot.predictions.predicted);
        let labels = &analysis.subset(representation.part).labels;
        labels
            .iter()
            .enumerate()
            .map(|(i, label)| {
                let predicted = predicted.and_then(|p| p.get(i)).map(|p| usize::from(*p));
                let truth = (!by_prediction || predicted.is_none()).then_some(usize::from(*label));
                Mark::observation(truth, predicted, theme)
            })
            .collect()
    })
}

/// The observations of classes that the legend shows; `None` where it hides none.
pub fn shown_by_legend(session: Session, part: Part) -> Option<Arc<Selection>> {
    let hidden = session.hidden_classes.get();
    let labels = session.analysis.with(|a| a.subset(part).clone());
    hidden.iter().any(|hidden| *hidden).then(|| {
        Arc::new(Selection::from_fn(labels.len(), |i| {
            !hidden
                .get(usize::from(labels.labels[i]))
                .copied()
                .unwrap_or(false)
        }))
    })
}

/// The points of a picture, and what becomes of pointing at them.
#[derive(Clone, Copy)]
pub struct Points {
    /// The picture's place among all of the page.
    pub place: usize,
    /// What its points are.
    pub what: What,
    /// What it is called.
    pub label: Signal<String>,
    /// What it shows, for those who do not see it.
    pub about: Signal<String>,
    /// Another one is another space, where the old view of it means nothing.
    pub space: Signal<Option<Representation>>,
    /// n × 2, row-major.
    pub positions: RwSignal<Arc<Vec<f32>>>,
    /// The look of each point.
    pub marks: Memo<Arc<Vec<Mark>>>,
    /// The points that can be seen; `None` for all.
    pub visible: Memo<Option<Arc<Selection>>>,
    /// The point under the pointer.
    pub hovered: Memo<Option<u32>>,
    /// Told where the pointer is.
    pub hover: Callback<Option<u32>>,
    /// Told which points were chosen, and how they go with those chosen before.
    pub select: Callback<(Vec<u32>, Combine)>,
    /// Told that nothing was chosen.
    pub clear: Callback<()>,
}

/// What lies over a picture, given its view and its size.
pub type Over = Box<dyn FnOnce(RwSignal<Viewport>, RwSignal<Size>) -> AnyView + Send>;

/// The picture of observations in the plane.
#[component]
pub fn ScatterView(
    /// What to draw.
    panel: Panel,
    /// What the view encloses, where that is more than the positions as they are.
    #[prop(optional)]
    room: Option<Signal<Option<Bounds>>>,
    /// What to draw below the points.
    #[prop(optional)]
    trails: Option<TrailView>,
    /// Other looks than those of the classes, while there are some.
    #[prop(optional)]
    tinted: Option<Memo<Option<Arc<Vec<Mark>>>>>,
    /// What stands out instead of the selection, while there is such.
    #[prop(optional)]
    marked: Option<Memo<Option<Arc<Selection>>>>,
    /// What the card of an observation tells beyond the moment.
    #[prop(optional)]
    past: Option<Past>,
) -> impl IntoView {
    let session = Session::from_context();
    let part = move || panel.representation.get().part;
    let visible = view_memo(move || shown_by_legend(session, part()));
    let looks = view_memo(move || {
        let tinted = tinted.and_then(|tinted| tinted.get());
        tinted.unwrap_or_else(|| Arc::new(looks_of(session, panel.representation.get())))
    });
    let marks = view_memo(move || {
        let mut marks = looks.get().to_vec();
        let visible = visible.get();
        match marked.and_then(|marked| marked.get()) {
            Some(marked) => emphasise(&mut marks, &marked, visible.as_deref()),
            None => session
                .selection(part())
                .with(|history| emphasise(&mut marks, history.present(), visible.as_deref())),
        }
        Arc::new(marks)
    });
    let hovered = view_memo(move || {
        session
            .hovered
            .get()
            .filter(|(hovered_part, _)| *hovered_part == part())
            .map(|(_, index)| index)
    });
    let part_now = move || panel.representation.get_untracked().part;
    let points = Points {
        place: panel.place,
        what: What::Observations(panel),
        label: Signal::derive(move || {
            let what = super::naming::title(session, panel.representation.get());
            format!("Projection: {what}. Use [ and ] to visit observations, Enter to select.")
        }),
        about: Signal::derive(move || super::caption::about(session, panel)),
        space: Signal::derive(move || Some(panel.representation.get())),
        positions: panel.positions,
        marks,
        visible,
        hovered,
        hover: Callback::new(move |index: Option<u32>| {
            session.hovered.set(index.map(|index| (part_now(), index)));
        }),
        select: Callback::new(move |(indices, how): (Vec<u32>, Combine)| {
            selecting::select(session, part_now(), &indices, how);
        }),
        clear: Callback::new(move |()| selecting::clear(session)),
    };
    let card = move |index, place, room| {
        let part = panel.representation.get().part;
        view! { <HoverCard panel part index place room past /> }.into_any()
    };
    let over: Over = Box::new(move |viewport, size| insets::over(session, panel, viewport, size));
    view! { <PointsView points room trails over card /> }
}

/// The canvas with its tools and its hover card.
#[component]
pub fn PointsView(
    /// What to draw, and whom to tell.
    points: Points,
    /// What the view encloses, where that is more than the positions as they are.
    room: Option<Signal<Option<Bounds>>>,
    /// What to draw below the points.
    trails: Option<TrailView>,
    /// What to lay over them; the pointer passes through.
    #[prop(optional)]
    over: Option<Over>,
    /// The card of a point, given its place and the room, CSS pixels.
    card: impl Fn(u32, [f64; 2], [f64; 2]) -> AnyView + Send + 'static,
) -> impl IntoView {
    let session = Session::from_context();
    let Points {
        marks,
        visible,
        hovered,
        ..
    } = points;
    let viewport = session.viewports[points.place];
    let tool = RwSignal::new(Tool::Select);
    let drag = RwSignal::new(Drag::None);
    // Whether a finger was the last to press.
    let by_touch = StoredValue::new(false);
    // Whether the drag is the picture's, whatever its direction: a pen's, or a finger's that rested.
    let held = StoredValue::new(false);
    let holding = StoredValue::new_local(None::<Timeout>);
    let attend = move || session.attended.set(Some(points.place));
    let leave = move || {
        if session.attended.get_untracked() == Some(points.place) {
            session.attended.set(None);
        }
    };

    let grid = Memo::new_with_compare(
        move |_| {
            points
                .positions
                .with(|positions| Arc::new(PointGrid::new(positions)))
        },
        |a, b| match (a, b) {
            (Some(a), Some(b)) => !Arc::ptr_eq(a, b),
            _ => true,
        },
    );

    // Unless the view was made for all spaces.
    if room.is_none() {
        Effect::new(move |_| {
            leave_with_view();
            points.space.track();
            viewport.update(|viewport| *viewport = viewport.home());
        });
    }

    let brushes = StoredValue::new_local(Brushes::default());
    // Where the pointer is on the hovered trail; the card of a point stands beside the point.
    let on_trail = RwSignal::new(None::<[f64; 2]>);
    let watch = move || {
        viewport.track();
        marks.track();
        hovered.track();
        drag.track();
        points.positions.track();
        if let Some(trails) = trails {
            trails.track();
        }
    };
    let paint = move |brushes: &mut Brushes, canvas: &HtmlCanvasElement, size: Size| {
        let Brushes {
            raster,
            painter,
            trails: layer,
        } = brushes;
        let theme = theme(session.dark.get_untracked());
        let viewport = viewport.get_untracked();
        let (marks, hovered) = (marks.get_untracked(), hovered.get_untracked());
        let has_trails = trails.is_some_and(|trails| {
            let part = points
                .space
                .get_untracked()
                .map_or(Part::Test, |space| space.part);
            session.analysis.with_untracked(|analysis| {
                let ground = Ground {
                    viewport: &viewport,
                    ratio: size.ratio,
                    theme,
                    labels: &analysis.subset(part).labels,
                    marks: &marks,
                    hovered,
                };
                layer.paint(raster, trails, &ground)
            })
        });
        points.positions.with_untracked(|positions| {
            let style = ScatterStyle::for_points(positions.len() / 2, &viewport, size.ratio, theme);
            let has_points = trails.is_none_or(TrailView::has_points);
            let scatter = Scatter {
                positions: if has_points { positions } else { &[] },
                marks: &marks,
                viewport: &viewport,
                hovered,
            };
            if has_trails {
                painter.paint_over(raster, scatter, style.over_trails());
            } else {
                painter.paint(raster, scatter, style);
            }
        });
        show(canvas, raster);
    };
    let (canvas_ref, size) = drawn_canvas(watch, move |canvas, size| {
        brushes.try_update_value(|brushes| paint(brushes, canvas, size));
        if let Drag::Lasso(line) = drag.get_untracked() {
            draw_lasso(canvas, &line, size.ratio);
        }
    });
    Effect::new(move |_| {
        leave_with_view();
        let size = size.get();
        let bounds = match room {
            Some(room) => room.get(),
            None => points.positions.with(|positions| Bounds::of(positions)),
        };
        viewport.update(|viewport| {
            let resized = viewport.resized(size.width, size.height);
            *viewport = bounds.map_or(resized, |bounds| resized.with_bounds(bounds));
        });
    });
    Effect::new(move |_| {
        leave_with_view();
        let wish = session.wished.with(|wished| wished[points.place]);
        let there =
            size.get().width > 0.0 && points.positions.with(|positions| !positions.is_empty());
        if let Some(looking) = wish.filter(|_| there && is_settled(session, points.place)) {
            viewport
                .update(|viewport| *viewport = viewport.looking_at(looking.center, looking.zoom));
            session.wished.update(|wished| wished[points.place] = None);
        }
    });
    let hover_at = move |place: [f64; 2]| {
        let viewport = viewport.get_untracked();
        let point = |reach| {
            let visible = visible.get_untracked();
            grid.with_untracked(|grid| grid.nearest(&viewport, place, reach, visible.as_deref()))
                .filter(|_| trails.is_none_or(TrailView::has_points))
        };
        let trail = trails.filter(|trails| trails.is_drawn()).and_then(|_| {
            brushes.with_value(|brushes| brushes.trails.nearest(&viewport, place, TRAIL_REACH))
        });
        let (found, is_trail) = match trail {
            Some(_) => point(TRAIL_REACH).map_or((trail, true), |point| (Some(point), false)),
            None => (point(REACH), false),
        };
        if hovered.get_untracked() != found {
            on_trail.set(is_trail.then_some(place));
            points.hover.run(found);
        }
        found
    };
    let on_down = move |event: PointerEvent| {
        if event.button() != 0 {
            return;
        }
        by_touch.set_value(event.pointer_type() == "touch");
        held.set_value(event.pointer_type() == "pen");
        attend();
        if let Some(canvas) = canvas_ref.get_untracked() {
            let _ = canvas.set_pointer_capture(event.pointer_id());
        }
        drag.update(|drag| *drag = drag.joined_by(&event, tool.get_untracked()));
        let place = place_of(&event);
        holding.set_value(by_touch.get_value().then(|| {
            Timeout::new(HOLD_MS, move || {
                let rests = |drag: &Drag| matches!(drag, Drag::Lasso(line) if is_click(line, true));
                if drag.with_untracked(rests) {
                    held.set_value(true);
                    hover_at(place);
                }
            })
        }));
    };
    // Whether a drag scrolls the page is decided at its first move.
    let on_touch_move = move |event: TouchEvent| {
        if held.get_value() {
            event.prevent_default();
        }
    };
    let on_menu = move |event: MouseEvent| {
        // Of a finger that rests; the mouse's own stays.
        if by_touch.get_value() {
            event.prevent_default();
        }
    };
    let on_move = move |event: PointerEvent| {
        if by_touch.get_value() && event.pointer_type() == "mouse" {
            // Browsers repeat the mouse's last place when the page moves under it.
            if event.movement_x() == 0 && event.movement_y() == 0 {
                return;
            }
            by_touch.set_value(false);
        }
        let place = place_of(&event);
        attend();
        match drag.get_untracked() {
            Drag::None => {
                hover_at(place);
            }
            Drag::Lasso(_) => drag.update(|drag| {
                if let Drag::Lasso(line) = drag {
                    line.push(place);
                }
            }),
            Drag::Pan(last) => {
                viewport.update(|v| *v = v.panned(place[0] - last[0], place[1] - last[1]));
                drag.set(Drag::Pan(place));
            }
            Drag::Pinch(mut fingers) => {
                let moved = usize::from(fingers[1].0 == event.pointer_id());
                let before = fingers;
                fingers[moved] = (event.pointer_id(), place);
                viewport.update(|v| *v = pinched(*v, before.map(|f| f.1), fingers.map(|f| f.1)));
                drag.set(Drag::Pinch(fingers));
            }
        }
    };
    let on_up = move |event: PointerEvent| {
        let place = place_of(&event);
        let ended = drag.get_untracked();
        drag.set(Drag::None);
        holding.set_value(None);
        let (by_touch, told) = (by_touch.get_value(), held.get_value());
        let how = combine(event.shift_key(), event.ctrl_key() || event.meta_key());
        match ended {
            // A finger that rested has asked, and chooses nothing.
            Drag::Lasso(line) if is_click(&line, by_touch) && by_touch && told => {}
            Drag::Lasso(line) if is_click(&line, by_touch) => match hover_at(place) {
                Some(index) => points.select.run((vec![index], how)),
                None => points.clear.run(()),
            },
            Drag::Lasso(line) => {
                let lasso = Lasso::polygon(&simplify(&line, 1.0));
                let visible = visible.get_untracked();
                let enclosed = points.positions.with_untracked(|positions| {
                    lasso.enclosed(&viewport.get_untracked(), positions, visible.as_deref())
                });
                points.select.run((enclosed, how));
            }
            _ => {}
        }
    };
    let on_cancel = move |_: PointerEvent| {
        holding.set_value(None);
        drag.set(Drag::None);
    };
    let on_leave = move |_: PointerEvent| {
        // A finger leaves whenever it is lifted; what it tapped stays shown.
        if by_touch.get_value() {
            return;
        }
        leave();
        points.hover.run(None);
    };
    let on_wheel = move |event: WheelEvent| {
        event.prevent_default();
        let place = [f64::from(event.offset_x()), f64::from(event.offset_y())];
        // Lines and pages of some mice are worth more than pixels.
        let unit = [0.0016, 0.04, 0.4][event.delta_mode().min(2) as usize];
        viewport.update(|v| *v = v.zoomed(place, (-event.delta_y() * unit).exp()));
    };
    let zoom = move |factor: f64| {
        viewport.update(|v| {
            let [width, height] = v.size();
            *v = v.zoomed([width / 2.0, height / 2.0], factor);
        });
    };
    let step_hover = move |forward: bool| {
        let n = points.positions.with_untracked(|p| p.len() / 2) as u32;
        if n > 0 {
            let visible = visible.get_untracked();
            let mut index = hovered
                .get_untracked()
                .map_or(if forward { n - 1 } else { 0 }, |index| index.min(n - 1));
            for _ in 0..n {
                index = if forward {
                    (index + 1) % n
                } else {
                    (index + n - 1) % n
                };
                if visible
                    .as_ref()
                    .is_none_or(|visible| visible.contains(index))
                {
                    break;
                }
            }
            on_trail.set(None);
            points.hover.run(Some(index));
        }
    };
    let on_key = move |event: KeyboardEvent| {
        if event.ctrl_key() || event.meta_key() {
            return;
        }
        attend();
        let pan = |dx, dy| viewport.update(|v| *v = v.panned(dx, dy));
        match event.key().as_str() {
            "ArrowLeft" => pan(PAN_STEP, 0.0),
            "ArrowRight" => pan(-PAN_STEP, 0.0),
            "ArrowUp" => pan(0.0, PAN_STEP),
            "ArrowDown" => pan(0.0, -PAN_STEP),
            "+" | "=" => zoom(ZOOM_STEP),
            "-" | "_" => zoom(1.0 / ZOOM_STEP),
            "0" => viewport.update(|v| *v = v.home()),
            "]" => step_hover(true),
            "[" => step_hover(false),
            "Enter" | " " => {
                if let Some(index) = hovered.get_untracked() {
                    let how = if event.shift_key() {
                        Combine::Toggle
                    } else {
                        Combine::Replace
                    };
                    points.select.run((vec![index], how));
                }
            }
            _ => return,
        }
        event.prevent_default();
    };

    let at = move || {
        let index = hovered
            .get()
            .filter(|_| session.attended.get() == Some(points.place))?;
        let place = points.positions.with(|positions| {
            let i = index as usize * 2;
            Some([
                f64::from(*positions.get(i)?),
                f64::from(*positions.get(i + 1)?),
            ])
        })?;
        let beside = || viewport.get().to_pixel(place);
        Some((index, on_trail.get().unwrap_or_else(beside)))
    };
    view! {
        <canvas
            node_ref=canvas_ref
            tabindex="0"
            role="img"
            aria-label=leaving(move || points.label.get())
            aria-describedby=format!("about-{}", points.place)
            class:pans=move || tool.get() == Tool::Pan
            class:selects=move || tool.get() == Tool::Select
            on:pointerdown=on_down
            on:pointermove=on_move
            on:pointerup=on_up
            on:pointercancel=on_cancel
            on:touchmove=on_touch_move
            on:contextmenu=on_menu
            on:pointerleave=on_leave
            on:wheel=on_wheel
            on:keydown=on_key
            on:blur=move |_| leave()
            on:dblclick=move |_| pins::toggle_hovered(session)
        ></canvas>
        <p class="visually-hidden" id=format!("about-{}", points.place) data-testid=format!("about-{}", points.place)>{leaving(move || points.about.get())}</p>
        {over.map(|over| over(viewport, size))}
        <div class="tools" role="toolbar" aria-label="Tools of the projection">
            <ToolButton label="Select with a lasso" pressed=Signal::derive(move || Some(tool.get() == Tool::Select)) act=move || tool.set(Tool::Select)
                path="M4 13c-2-4 1-9 6-9s9 3 8 6-5 5-9 5c-2 0-3 1-2 3" />
            <ToolButton label="Move the view" pressed=Signal::derive(move || Some(tool.get() == Tool::Pan)) act=move || tool.set(Tool::Pan)
                path="M10 2v16M2 10h16M10 2l-2.5 2.5M10 2l2.5 2.5M10 18l-2.5-2.5M10 18l2.5-2.5M2 10l2.5-2.5M2 10l2.5 2.5M18 10l-2.5-2.5M18 10l-2.5 2.5" />
            <ToolButton label="Zoom in" pressed=Signal::stored(None) act=move || zoom(ZOOM_STEP) path="M10 4v12M4 10h12" />
            <ToolButton label="Zoom out" pressed=Signal::stored(None) act=move || zoom(1.0 / ZOOM_STEP) path="M4 10h12" />
            <ToolButton label="Show everything" pressed=Signal::stored(None) act=move || viewport.update(|v| *v = v.home())
                path="M3 7V3h4M13 3h4v4M17 13v4h-4M7 17H3v-4" />
            <ExportMenu subject=Subject::Points(points, viewport, trails) name=Signal::derive(move || {
                let space = points.space.get();
                space.map_or_else(String::new, |space| super::naming::title(session, space))
            }) />
        </div>
        {move || at().map(|(index, place)| {
            let size = size.get();
            card(index, place, [size.width, size.height])
        })}
    }
}

/// Whether a picture no longer moves by itself.
fn is_settled(session: Session, place: usize) -> bool {
    let layout = match place {
        0 | 1 => session.panels[place].layout,
        2 => session.neurons.observations.layout,
        3 => session.evolution.layout,
        _ => session.neurons.pictures[place - PLACES[0]].layout,
    };
    !matches!(layout.get(), Layout::Absent | Layout::Running { .. })
}

#[component]
fn ToolButton(
    label: &'static str,
    pressed: Signal<Option<bool>>,
    act: impl Fn() + 'static,
    path: &'static str,
) -> impl IntoView {
    view! {
        <button
            aria-label=label
            title=label
            aria-pressed=move || pressed.get().map(|pressed| pressed.to_string())
            on:click=move |_| act()
        >
            <svg viewBox="0 0 20 20" aria-hidden="true"><path d=path /></svg>
        </button>
    }
}

/// Copies the raster to the canvas.
pub fn show(canvas: &HtmlCanvasElement, raster: &Raster) {
    let (width, height) = (raster.width() as u32, raster.height() as u32);
    if canvas.width() != width {
        canvas.set_width(width);
    }
    if canvas.height() != height {
        canvas.set_height(height);
    }
    let image = ImageData::new_with_u8_clamped_array_and_sh(Clamped(raster.bytes()), width, height);
    if let (Ok(image), Some(context)) = (image, context_2d(canvas)) {
        let _ = context.put_image_data(&image, 0.0, 0.0);
    }
}

fn draw_lasso(canvas: &HtmlCanvasElement, line: &[[f64; 2]], ratio: f64) {
    let Some(context) = context_2d(canvas) else {
        return;
    };
    let accent = css_token("--accent");
    context.begin_path();
    for (at, [x, y]) in line.iter().enumerate() {
        if at == 0 {
            context.move_to(x * ratio, y * ratio);
        } else {
            context.line_to(x * ratio, y * ratio);
        }
    }
    context.close_path();
    context.set_line_width(1.5 * ratio);
    context.set_stroke_style_str(&accent);
    context.set_fill_style_str(&accent);
    context.set_global_alpha(0.12);
    context.fill();
    context.set_global_alpha(1.0);
    context.stroke();
}
