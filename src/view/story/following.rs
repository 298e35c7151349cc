//! The tour as it goes on: which step is shown on which network, and what the numbers say of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use leptos::prelude::*;

use super::arranging::{arrange, class};
use super::memento::Memento;
use super::state::Story;
use super::subject::{self, Place, Subject};
use crate::canvas::selection::Combine;
use crate::story::{
    Evidence, Example, Kind, STEPS, Scene, Script, Step, Verdict, Words, best_neuron, judge,
};
use crate::view::address_parameter;
use crate::view::session::{keeping, opening, relating};
use crate::view::state::{Run, Session, Shelved};

/// Where the words are, relative to the page.
const SCRIPT: &str = "story.json";

/// How a step stands beside its verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The views show it.
    Shown,
    /// Its example is being fetched.
    Loading,
    /// That failed.
    Failed,
    /// A training must end first.
    Training,
}

/// The words: on their way, there, or not to be had.
#[derive(Clone)]
pub enum Text {
    /// On their way.
    Coming,
    /// There.
    Here(Arc<Script>),
    /// Why not.
    Failed(String),
}

/// A verdict of this visit, and the data that it is about.
pub type Measured = (String, Verdict);

/// The tour.
#[derive(Clone, Copy)]
pub struct Tour {
    /// The page.
    pub session: Session,
    /// Whether and where it is.
    pub story: Story,
    /// The words.
    pub script: RwSignal<Text>,
    /// Whether steps are shown on the visitor's own network, where there is one.
    pub prefers_own: RwSignal<bool>,
    /// How the step stands.
    pub standing: RwSignal<Standing>,
    /// What the numbers say of the step.
    pub verdict: Memo<Option<Verdict>>,
    /// The last verdicts of this visit.
    pub seen: RwSignal<BTreeMap<&'static str, Measured>>,
    /// Data sets that were opened with an example.
    opened: StoredValue<Vec<(u32, Example)>>,
    /// What the page showed before.
    before: StoredValue<Option<Memento>, LocalStorage>,
    /// The example that was asked for, and the data set shown then.
    asked: StoredValue<Option<(Example, Option<u32>)>>,
    /// What the views were last set up for.
    arranged: StoredValue<Option<Arranged>>,
    /// For which of these a neuron was chosen.
    chosen: StoredValue<Option<(Arranged, u32)>>,
}

/// A step, on a data set and a training of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Arranged {
    step: usize,
    dataset: u32,
    subject: Option<Subject>,
    epochs: Option<u32>,
}

impl Tour {
    /// Follows the story for as long as the page lives.
    pub fn begin() -> Self {
        let session = Session::from_context();
        let story = Story::from_context();
        let opened = StoredValue::new(Vec::new());
        let at_start = address_parameter("analysis");
        if let Some(example) = subject::at_the_start(at_start.as_deref()) {
            // The first that was opened; where that came with no network, it is no example.
            opened.update_value(|opened| opened.push((0, example)));
        }
        let tour = Self {
            session,
            story,
            script: RwSignal::new(Text::Coming),
            prefers_own: RwSignal::new(false),
            standing: RwSignal::new(Standing::Shown),
            verdict: Memo::new(move |_| {
                let step = &STEPS[story.at.get()?];
                (!session.run.with(Run::is_active)).then(|| judged(session, step))
            }),
            seen: RwSignal::default(),
            opened,
            before: StoredValue::new_local(None),
            asked: StoredValue::new(None),
            arranged: StoredValue::new(None),
            chosen: StoredValue::new(None),
        };
        tour.fetch_words();
        tour.follow();
        tour
    }

    /// The step that is shown.
    pub fn step(self) -> Option<&'static Step> {
        STEPS.get(self.story.at.get()?)
    }

    /// The words in the visitor's language, with the paper's numbers.
    pub fn words<T>(self, read: impl FnOnce(&Script, &Words) -> T) -> Option<T> {
        let language = self.story.language.get();
        self.script.with(|script| match script {
            Text::Here(script) => Some(read(script, language.of(&script.en, &script.zh))),
            _ => None,
        })
    }

    /// A word of a control.
    pub fn label(self, name: &str) -> String {
        self.words(|_, words| words.label(name)).unwrap_or_default()
    }

    /// Goes to a step.
    pub fn go(self, to: usize) {
        self.story.at.set(Some(to.min(STEPS.len() - 1)));
    }

    /// Whose network the step is shown on; tracked.
    pub fn subject(self) -> Option<Subject> {
        self.opened
            .with_value(|opened| subject::shown(self.session, opened))
    }

    /// Where the visitor's own network is that the step can be shown on; tracked.
    pub fn own(self) -> Option<Place> {
        let step = self.step()?;
        self.opened
            .with_value(|opened| subject::own(self.session, step, opened))
    }

    /// Fetches the words, also once more.
    pub fn fetch_words(self) {
        self.script.set(Text::Coming);
        leptos::task::spawn_local(async move {
            let found = script().await;
            self.script.set(match found {
                Ok(script) => Text::Here(Arc::new(script)),
                Err(why) => Text::Failed(why),
            });
        });
    }

    fn follow(self) {
        let session = self.session;
        let open = Memo::new(move |_| self.story.at.with(Option::is_some));
        Effect::new(move |was: Option<bool>| {
            let is = open.get();
            if is && was != Some(true) {
                let any = self.opened.with_value(|opened| {
                    untrack(|| subject::shown(session, opened)) == Some(Subject::Own)
                });
                self.prefers_own.set(any);
                self.before.set_value(Some(Memento::take(session)));
            } else if !is && was == Some(true) {
                self.leave();
            }
            is
        });
        let busy = Memo::new(move |_| session.run.with(Run::is_active));
        let opening = Memo::new(move |_| session.opening.with(Option::is_some));
        let dataset = session.dataset_id();
        let epochs = Memo::new(move |_| {
            session
                .analysis
                .with(|analysis| analysis.epochs().last().copied())
        });
        Effect::new(move |_| {
            let (at, own) = (self.story.at.get(), self.prefers_own.get());
            let (busy, opening) = (busy.get(), opening.get());
            let (dataset, epochs) = (dataset.get(), epochs.get());
            let Some(at) = at else {
                return;
            };
            if busy {
                self.standing.set(Standing::Training);
                return;
            }
            if opening {
                self.standing.set(Standing::Loading);
                return;
            }
            untrack(|| self.set_up(at, own, dataset, epochs));
        });
        // The best neuron of a class is chosen once the scores are there.
        Effect::new(move |_| {
            let Some(step) = self.step().filter(|step| step.scene == Scene::Response) else {
                return;
            };
            let neurons = session
                .neurons
                .selected
                .with(|history| history.present().universe());
            let class = class(session, step);
            let best = session
                .analysis
                .with(|analysis| best_neuron(analysis, class));
            let shown = self.standing.get() == Standing::Shown;
            let arranged = self.arranged.get_value();
            if let (Some(best), Some(arranged)) = (best, arranged)
                && shown
                && best < neurons as u32
                && self.chosen.get_value() != Some((arranged, neurons as u32))
            {
                self.chosen.set_value(Some((arranged, neurons as u32)));
                untrack(|| relating::select(session, &[best], Combine::Replace));
            }
        });
        Effect::new(move |_| {
            let Some((step, verdict)) = self.step().zip(self.verdict.get()) else {
                return;
            };
            if self.standing.get() != Standing::Shown || matches!(verdict.kind, Kind::NotYet(_)) {
                return;
            }
            let name = dataset_name(session);
            self.seen.update(|seen| {
                seen.insert(step.id, (name, verdict));
            });
        });
    }

    /// Brings the step's network onto the page, then sets the views up, once.
    fn set_up(self, at: usize, prefers_own: bool, dataset: Option<u32>, epochs: Option<u32>) {
        let session = self.session;
        let step = &STEPS[at];
        if let (Some((example, then)), Some(now)) = (self.asked.get_value(), dataset)
            && then != Some(now)
        {
            self.asked.set_value(None);
            self.opened
                .update_value(|opened| opened.push((now, example)));
        }
        let own = self
            .opened
            .with_value(|opened| subject::own(session, step, opened));
        let place = match own.filter(|_| prefers_own) {
            Some(place) => Some(place),
            None => self
                .opened
                .with_value(|opened| subject::example(session, step.example, opened)),
        };
        match place {
            Some(Place::Here) => {
                self.asked.set_value(None);
                self.standing.set(Standing::Shown);
                let now = dataset.map(|dataset| Arranged {
                    step: at,
                    dataset,
                    subject: self.subject(),
                    epochs,
                });
                if self.arranged.get_value() != now {
                    self.arranged.set_value(now);
                    arrange(session, step);
                }
            }
            Some(Place::Shelf(place)) => opening::reopen(session, place),
            None if self.asked.with_value(Option::is_some) => self.standing.set(Standing::Failed),
            None => self.ask(step.example, dataset),
        }
    }

    /// Has an example fetched.
    fn ask(self, example: Example, dataset: Option<u32>) {
        self.asked.set_value(Some((example, dataset)));
        self.standing.set(Standing::Loading);
        keeping::open_url(self.session, example.address());
    }

    /// Fetches the example of the step once more.
    pub fn retry(self) {
        let Some(step) = untrack(|| self.step()) else {
            return;
        };
        self.ask(step.example, self.session.open_dataset());
    }

    fn leave(self) {
        self.arranged.set_value(None);
        self.chosen.set_value(None);
        self.asked.set_value(None);
        let before = self.before.try_update_value(Option::take).flatten();
        if let Some(before) = before {
            let opened = self.opened.get_value();
            before.restore(self.session, &opened);
        }
    }
}

/// What the page calls the data that it shows.
pub fn dataset_name(session: Session) -> String {
    session.dataset.with(|open| {
        open.as_ref()
            .map_or_else(String::new, |open| open.dataset.name.clone())
    })
}

/// What the numbers of the page say of a step; tracked.
pub fn judged(session: Session, step: &Step) -> Verdict {
    let class = class(session, step);
    session.dataset.with(|open| {
        let Some(open) = open else {
            return Verdict::without_network();
        };
        session.analysis.with(|analysis| {
            session.shelf.with(|shelf| {
                let unprocessed = |entry: &&Shelved| {
                    crate::story::Own::Polarity.accepts(&entry.dataset.dataset)
                        && !entry.analysis.snapshots.is_empty()
                };
                let like = |entry: &&Shelved| entry.analysis.test.labels == analysis.test.labels;
                let found = shelf.iter().rev().filter(unprocessed);
                let found = found.clone().find(like).or_else(|| found.clone().next());
                let evidence = Evidence {
                    dataset: &open.dataset,
                    analysis,
                    unprocessed: found.map(|entry| (&entry.dataset.dataset, &entry.analysis)),
                    class,
                };
                judge(step, evidence)
            })
        })
    })
}

async fn script() -> Result<Script, String> {
    let response = gloo::net::http::Request::get(SCRIPT).send().await;
    let response = response.map_err(|error| error.to_string())?;
    if !response.ok() {
        return Err(format!(
            "{SCRIPT}: the server answered {}",
            response.status()
        ));
    }
    let text = response.text().await.map_err(|error| error.to_string())?;
    serde_json::from_str(&text).map_err(|error| error.to_string())
}
