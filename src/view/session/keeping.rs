//! Analyses as files: saving the one that is shown, and showing one that was saved.

use leptos::prelude::*;

use super::fetching::{self, Fetched};
use super::{addressing, asking, opening, own_files, saving, training};
use crate::address::Opened;
use crate::analysis::file::{AnalysisFile, Contents, Parts, Settings, WholeTest};
use crate::projection::Method;
use crate::view::first;
use crate::view::state::{Run, Session, Shelved};
use crate::worker::messages::{ProjectorRequest, ProjectorResult, Trained};
use crate::worker::own_files::{OwnFile, OwnFiles};
use crate::worker::protocol::{Event, Failure, Progress};

/// The analysis that comes with the page, relative to it.
pub const SHIPPED: &str = "analyses/digits.npz";
/// The same with the activations that neurons are looked at with.
pub const SHIPPED_WITH_ACTIVATIONS: &str = "analyses/digits-with-activations.npz";

/// Shows an analysis of this site, or of another that allows it (CORS). Where the page has nothing to
/// show yet and this fails, it opens the digits.
pub fn open_url(session: Session, address: &str) {
    let resolved = web_sys::Url::new_with_base(address, &base()).ok();
    // Nothing but what a server answers: no script, no data inside the address.
    let resolved = resolved.filter(|url| matches!(url.protocol().as_str(), "http:" | "https:"));
    let Some(url) = resolved else {
        session.fail(Failure::new(
            "This address of an analysis cannot be used.",
            format!("\"{address}\" is neither an address of this site nor one with http or https."),
            "Correct what follows ?analysis= in the page's address.",
        ));
        own_files::open_something(session);
        return;
    };
    let address = address.to_owned();
    let open = move || load(session, &address, url);
    asking::by_consent(session, open, move || {
        if session.embed.is_none() {
            addressing::refused(session);
        }
    });
}

fn load(session: Session, address: &str, url: web_sys::Url) {
    let progress = Progress {
        stage: "Loading the analysis".into(),
        fraction: 0.0,
    };
    let turn = opening::begin(session, progress);
    // What the page opens by itself needs no words in the address.
    let opened = (address != SHIPPED).then(|| Opened::Analysis(address.to_owned()));
    session.opening_what.set_value(opened);
    let is_first = address == SHIPPED;
    leptos::task::spawn_local(async move {
        if is_first {
            let first = first::fetch_first().await;
            if !opening::is_current(session, turn) {
                return;
            }
            if let Some(parts) = first {
                opening::end(session);
                adopt(session, SHIPPED, parts);
                return;
            }
        }
        let fetched = fetching::fetch(session, &url, turn).await;
        if !opening::is_current(session, turn) {
            return;
        }
        match fetched {
            Ok(Fetched::Over) => {}
            Ok(Fetched::Declined) => {
                opening::end(session);
                session.inform("The analysis was not loaded.", "You did not want it.");
                own_files::open_something(session);
            }
            Ok(Fetched::Whole(bytes)) => {
                let path = url.pathname();
                let name = path.rsplit('/').next().unwrap_or_default().to_owned();
                let bytes = bytes.into();
                own_files::decode(session, OwnFiles::Archive(OwnFile { name, bytes }));
            }
            Err(why) => {
                opening::end(session);
                session.fail(Failure::new(
                    "The analysis could not be loaded.",
                    format!("{why}."),
                    "Check its address, and that its server allows other sites to read it (CORS).",
                ));
                own_files::open_something(session);
            }
        }
    });
}

fn base() -> String {
    gloo::utils::window().location().href().unwrap_or_default()
}

/// Hands the visitor a file with all that was found out, with or without activations.
pub fn save(session: Session, activations: bool) {
    let Some(open) = session.dataset.get_untracked() else {
        return;
    };
    let settings = Settings {
        setup: session.trained.get_untracked(),
        whole_test: session.whole_test.get_untracked().map(|whole| WholeTest {
            epochs: whole.epochs,
            observations: whole.test_observations,
            accuracy: whole.test_accuracy,
            loss: whole.test_loss,
        }),
    };
    let name = file_name(&open.dataset.name, &settings);
    let contents = Contents { activations };
    let origin = open.origin.as_ref();
    let parts = session
        .analysis
        .with_untracked(|analysis| Parts::of(&open.dataset, origin, analysis, &settings, contents));
    let progress = Progress {
        stage: "Saving the analysis".into(),
        fraction: 0.0,
    };
    opening::begin(session, progress);
    let packer = session.workers.with_value(|w| w.opener.clone());
    let request = ProjectorRequest::PackAnalysis(parts.into());
    let job = packer.start(request, move |event| match event {
        Event::Finished(ProjectorResult::PackedAnalysis(bytes)) => {
            opening::end(session);
            match saving::download(saving::file_of(&bytes.into_inner()), &name) {
                Ok(()) => session.unsaved.set_value(false),
                Err(why) => session.fail(Failure::new(
                    "The analysis could not be saved.",
                    why,
                    "Try again; nothing that is shown is touched by this.",
                )),
            }
        }
        Event::Failed(failure) => {
            opening::end(session);
            session.fail(failure);
        }
        Event::Cancelled => opening::end(session),
        Event::Progress(_) | Event::Partial(_) | Event::Finished(_) => {}
    });
    session.opening_job.set_value(Some(job));
}

/// "MNIST - 128, 128 - analysis.npz".
fn file_name(dataset: &str, settings: &Settings) -> String {
    let network = settings.setup.as_ref().map_or_else(String::new, |setup| {
        format!(" - {}", training::describe(&setup.network))
    });
    format!("{dataset}{network} - analysis.npz").replace(['/', '\\', ':'], "-")
}

/// Shows an analysis that was read from a file.
pub(super) fn adopt(session: Session, name: &str, parts: Parts) {
    let file = match parts.assemble(name) {
        Ok(file) => file,
        Err(error) => {
            session.fail(Failure::new(
                format!("{name} could not be opened."),
                format!("Reason: {error}."),
                "What the page shows stays as it is.",
            ));
            own_files::open_something(session);
            return;
        }
    };
    let AnalysisFile {
        dataset,
        analysis,
        origin,
        settings,
        ..
    } = file;
    session.notice.set(None);
    // What the layouts were made with becomes what is wanted, or they would be made anew.
    if let Some(projection) = analysis.projections.values().next_back() {
        match &projection.method {
            Method::Tsne(config) => {
                session.tsne.set(config.clone());
                session.mds.set(None);
            }
            Method::Mds { metric, .. } => session.mds.set(Some(*metric)),
        }
        session.k.set(projection.hit.k as u32);
    }
    if let Some((sequence, evolution)) = analysis.evolutions.first_key_value() {
        session.evolution.sequence.set(*sequence);
        session.evolution.lambda.set(evolution.config.lambda);
    }
    if let Some(setup) = &settings.setup {
        session.network.set(setup.network.clone());
        session.training.set(setup.training.clone());
        session.conv_activations.set(setup.conv_activations);
    }
    let run = match analysis.epochs().last() {
        Some(&epochs) => Run::Ended {
            epochs,
            early: false,
        },
        None => Run::Idle,
    };
    opening::adopt_analysis(session, dataset, origin, move |dataset| Shelved {
        dataset,
        analysis,
        run,
        trained: settings.setup,
        checkpoint: None,
        whole_test: settings.whole_test.map(|whole| Trained {
            epochs: whole.epochs,
            test_observations: whole.observations,
            test_accuracy: whole.accuracy,
            test_loss: whole.loss,
        }),
        unsaved: false,
    });
}
