//! Making a figure and handing it to the visitor.

use leptos::prelude::*;

use super::describing::{Described, describe};
use super::{Form, Subject, raster};
use crate::figure::file_name;
use crate::view::session::saving::download;
use crate::view::state::Session;
use crate::worker::figure_jobs::{FigureForm, FigureJob, MadeFigure};
use crate::worker::messages::{ProjectorRequest, ProjectorResult};
use crate::worker::protocol::{Event, Failure};

/// Has a figure made and given to the visitor; `busy` is set back when that is done.
pub(super) fn start(session: Session, subject: Subject, form: Form, busy: RwSignal<bool>) {
    let Some(Described { figure, name }) = untrack(|| describe(session, subject)) else {
        busy.set(false);
        session.fail(Failure::new(
            "There is nothing to export yet.",
            "This figure shows nothing.",
            "Wait until it is drawn.",
        ));
        return;
    };
    let (wanted, extension) = match form {
        Form::Svg => (FigureForm::Drawing { scale: 1 }, "svg"),
        Form::Png => (FigureForm::Drawing { scale: 2 }, "png"),
        Form::Csv => (FigureForm::Numbers, "csv"),
        Form::Table => (FigureForm::Table, ""),
    };
    let name = file_name(&[&name[0], &name[1], &name[2]], extension);
    let request = ProjectorRequest::MakeFigure(FigureJob {
        figure,
        form: wanted,
    });
    let maker = session.workers.with_value(|workers| workers.opener.clone());
    // Held by its own callback: the job ends by itself.
    let job = StoredValue::new_local(None);
    let failed = move |why: String| {
        session.fail(Failure::new(
            "The figure could not be saved.",
            why,
            "Try again; nothing that is shown is touched by this.",
        ));
    };
    let started = maker.start(request, move |event| {
        match event {
            Event::Finished(ProjectorResult::MadeFigure(MadeFigure::File(bytes))) => {
                let bytes = bytes.into_inner();
                let name = name.clone();
                leptos::task::spawn_local(async move {
                    let given = match form {
                        Form::Png => raster::to_png(&bytes).await,
                        Form::Svg => Ok(raster::blob(&bytes, "image/svg+xml")),
                        _ => Ok(raster::blob(&bytes, "text/csv")),
                    };
                    busy.try_set(false);
                    if let Err(why) = given.and_then(|blob| download(blob, &name)) {
                        failed(why);
                    }
                });
            }
            Event::Finished(ProjectorResult::MadeFigure(MadeFigure::Table(table))) => {
                busy.try_set(false);
                session.table.set(Some(table));
            }
            Event::Failed(failure) => {
                busy.try_set(false);
                session.fail(failure);
            }
            Event::Cancelled => {
                busy.try_set(false);
            }
            Event::Progress(_) | Event::Partial(_) | Event::Finished(_) => return,
        }
        job.try_set_value(None);
    });
    job.set_value(Some(started));
}
