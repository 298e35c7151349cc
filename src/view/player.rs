//! Plays an evolution as an animation, and moves it from step to step.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};

use super::frame::{animate, prefers_less_motion};
use super::naming;
use super::state::{EvolutionView, Panel, Session};
use super::subscriptions::{leaving, view_memo};
use crate::canvas::animation::ease;
use crate::canvas::playback::{AtEnd, Motion, Playback, step_after, step_before};

/// From where the picture is to the step that the visitor chose, milliseconds.
const GLIDE_MS: f64 = 450.0;
/// A frame counts for no more than this, milliseconds: nothing is played while nobody looks.
const MOST_MS: f64 = 250.0;
/// The speeds to choose from.
const SPEEDS: [f64; 4] = [0.5, 1.0, 2.0, 4.0];

/// How an evolution is played.
#[derive(Clone, Copy)]
pub struct Player {
    session: Session,
    /// Whether it goes on by itself.
    playing: RwSignal<bool>,
    /// How much faster than usual.
    speed: RwSignal<f64>,
    /// Whether the first step follows the last.
    repeats: RwSignal<bool>,
    /// The step that the picture is on its way to, where the visitor chose it.
    goal: RwSignal<Option<usize>>,
}

impl Player {
    /// One that is at rest, and comes to rest whenever another sequence or another view is shown.
    pub fn new(session: Session) -> Self {
        let player = Self {
            session,
            playing: RwSignal::new(false),
            speed: RwSignal::new(1.0),
            repeats: RwSignal::new(false),
            goal: RwSignal::new(None),
        };
        Effect::new(move |_| {
            session.evolution.sequence.track();
            session.evolution.shown.track();
            player.rest();
        });
        Effect::new(move |_| {
            if let Some(step) = session.evolution.asked.get() {
                untrack(|| player.show_step(step));
            }
        });
        player
    }

    /// Says that the picture moves by another's wish from now on; the number tells whose.
    fn take_turn(self) -> u32 {
        let glide = self.session.evolution.glide;
        let own = glide.get_value().wrapping_add(1);
        glide.set_value(own);
        own
    }

    fn steps(self) -> usize {
        self.session.evolution.steps.with_untracked(Vec::len)
    }

    /// Where the picture will be once it rests.
    fn destination(self) -> f32 {
        let goal = self.goal.get_untracked();
        goal.map_or_else(
            || self.session.evolution.at.get_untracked(),
            |step| step as f32,
        )
    }

    /// Moves the picture to a step: by a glide, unless the visitor asked for less motion. The newest
    /// of several glides has its way.
    pub fn show_step(self, step: usize) {
        let EvolutionView { at, glide, .. } = self.session.evolution;
        let own = self.take_turn();
        self.playing.set(false);
        let there = step as f32;
        if prefers_less_motion() {
            self.goal.set(None);
            at.set(there);
            return;
        }
        self.goal.set(Some(step));
        let from = at.get_untracked();
        animate(move |passed| {
            if glide.try_get_value() != Some(own) {
                return false;
            }
            let t = (passed / GLIDE_MS).min(1.0) as f32;
            if t < 1.0 {
                at.set(from + (there - from) * ease(t));
            } else {
                at.set(there);
                self.goal.set(None);
            }
            t < 1.0
        });
    }

    /// Stops where the picture is, or at the step that it is on its way to.
    fn rest(self) {
        self.take_turn();
        self.playing.set(false);
        if let Some(step) = self.goal.get_untracked() {
            self.goal.set(None);
            self.session.evolution.at.set(step as f32);
        }
    }

    fn play(self) {
        let EvolutionView { at, glide, .. } = self.session.evolution;
        let own = self.take_turn();
        self.goal.set(None);
        self.playing.set(true);
        let motion = if prefers_less_motion() {
            Motion::Jump
        } else {
            Motion::Glide
        };
        let playback = move || Playback {
            steps: self.steps(),
            speed: self.speed.get_untracked(),
            motion,
            at_end: if self.repeats.get_untracked() {
                AtEnd::Repeat
            } else {
                AtEnd::Stop
            },
        };
        let mut time = playback().start(at.get_untracked());
        let mut before = 0.0;
        animate(move |passed| {
            if glide.try_get_value() != Some(own) {
                return false;
            }
            let moment = playback().advance(time, (passed - before).min(MOST_MS));
            (time, before) = (moment.time, passed);
            // Nothing is drawn anew while a step rests.
            if at.get_untracked() != moment.at {
                at.set(moment.at);
            }
            if moment.ended {
                self.playing.set(false);
            }
            !moment.ended
        });
    }

    fn toggle(self) {
        if self.playing.get_untracked() {
            self.rest();
        } else if self.steps() > 1 {
            self.play();
        }
    }

    fn step_back(self) {
        self.show_step(step_before(self.destination()));
    }

    fn step_forward(self) {
        self.show_step(step_after(self.destination(), self.steps()));
    }

    /// A key pressed in the figure, before whatever has the focus gets it: the picture itself moves
    /// its view by the arrows only with Shift.
    pub fn on_key(self, event: &KeyboardEvent) {
        let held = event.ctrl_key() || event.meta_key() || event.alt_key() || event.shift_key();
        let element = event.target().and_then(|it| it.dyn_into::<Element>().ok());
        let tag = element
            .map(|element| element.tag_name())
            .unwrap_or_default();
        // Fields have their own use for every key, and buttons for the space bar.
        if held || matches!(tag.as_str(), "INPUT" | "SELECT") || self.steps() < 2 {
            return;
        }
        match event.key().as_str() {
            " " if !matches!(tag.as_str(), "BUTTON" | "SUMMARY") => self.toggle(),
            "ArrowLeft" => self.step_back(),
            "ArrowRight" => self.step_forward(),
            "Home" => self.show_step(0),
            "End" => self.show_step(self.steps() - 1),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    }
}

/// Play, pause, steps, speed, and the slider over all steps.
#[component]
pub fn PlayerBar(
    /// What plays.
    player: Player,
    /// The picture.
    panel: Panel,
) -> impl IntoView {
    let session = Session::from_context();
    let at = session.evolution.at;
    let Player {
        playing,
        speed,
        repeats,
        goal,
        ..
    } = player;
    let last = view_memo(move || {
        let steps = session.evolution.steps;
        steps.with(|steps| steps.len().saturating_sub(1))
    });
    // The slider is where the visitor put it, and otherwise where the picture is.
    let slid = view_memo(move || goal.get().map_or_else(|| at.get(), |step| step as f32));
    let choose_speed = move |event| {
        if let Ok(chosen) = event_target_value(&event).parse() {
            speed.set(chosen);
        }
    };
    let slide = move |event| {
        if let Ok(place) = event_target_value(&event).parse::<f32>() {
            player.show_step(place.round() as usize);
        }
    };
    let slider_key = move |event: KeyboardEvent| {
        if event.key() == " " {
            event.prevent_default();
            player.toggle();
        }
    };
    let play_label = move || {
        if playing.get() {
            "Pause the evolution"
        } else {
            "Play the evolution"
        }
    };
    view! {
        <div
            class="player"
            role="group"
            aria-label="Playback"
            data-playing=leaving(move || playing.get().to_string())
            data-at=leaving(move || format!("{:.3}", at.get()))
        >
            <PlayerButton label=Signal::stored("One step back") path="M14 4L7 10l7 6zM5 4v12"
                disabled=Signal::derive(move || slid.get() <= 0.0) act=move || player.step_back() />
            <PlayerButton label=Signal::derive(play_label)
                path=Signal::derive(move || if playing.get() { "M6 4v12M14 4v12" } else { "M6 3.5L16 10 6 16.5z" })
                disabled=Signal::stored(false) act=move || player.toggle() />
            <PlayerButton label=Signal::stored("One step forward") path="M6 4l7 6-7 6zM15 4v12"
                disabled=Signal::derive(move || slid.get() >= last.get() as f32) act=move || player.step_forward() />
            <input
                class="time"
                type="range"
                min="0"
                max=move || last.get().to_string()
                // Only whole steps can be chosen; but the slider goes with the picture between them.
                step=move || if slid.get().fract() == 0.0 { "1" } else { "any" }
                prop:value=move || slid.get().to_string()
                aria-label="Step of the evolution"
                aria-valuetext=move || naming::title(session, panel.representation.get())
                on:input=slide
                on:keydown=slider_key
            />
            <select aria-label="Speed of the playback" on:change=choose_speed>
                {SPEEDS.map(|each| view! {
                    <option value=each.to_string() selected=each == 1.0>{format!("{each}×")}</option>
                })}
            </select>
            <label class="check">
                <input type="checkbox" prop:checked=move || repeats.get()
                    on:change=move |event| repeats.set(event_target_checked(&event)) />
                "Loop"
            </label>
        </div>
    }
}

#[component]
fn PlayerButton(
    label: Signal<&'static str>,
    #[prop(into)] path: Signal<&'static str>,
    disabled: Signal<bool>,
    act: impl Fn() + 'static,
) -> impl IntoView {
    view! {
        <button
            aria-label=move || label.get()
            title=move || label.get()
            disabled=move || disabled.get()
            on:click=move |_| act()
        >
            <svg viewBox="0 0 20 20" aria-hidden="true"><path d=move || path.get() /></svg>
        </button>
    }
}
