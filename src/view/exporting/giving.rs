//! Making a figure and handing it to the visitor.

use leptos::prelude::*;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use super::describing::{Described, describe};
use super::{Form, Subject, raster, table};
use crate::figure::file_name;
use crate::view::session::saving::download;
use crate::view::state::Session;
use crate::worker::figure_jobs::{FigureForm, FigureJob, MadeFigure};
use crate::worker::messages::{ProjectorRequest, ProjectorResult};
use crate::worker::protocol::{Event, Failure};

/// Has a figure made and given to the visitor, as a file or as a table on the page.
pub async fn give(session: Session, subject: Subject, form: Form) {
    let Some(Described { figure, name }) = untrack(|| describe(session, subject)) else {
        return session.fail(Failure::new(
            "There is nothing to export yet.",
            "This figure shows nothing.",
            "Wait until it is drawn.",
        ));
    };
    let (wanted, extension) = match form {
        Form::Svg => (FigureForm::Drawing { scale: 1 }, "svg"),
        Form::Png => (FigureForm::Drawing { scale: 2 }, "png"),
        Form::Csv => (FigureForm::Numbers, "csv"),
        Form::Table => (FigureForm::Table, ""),
    };
    let name = file_name(&[&name[0], &name[1], &name[2]], extension);
    let given = match made(session, FigureJob::new(figure, wanted)).await {
        Ok(None) => return,
        Ok(Some(MadeFigure::Table(pages))) => return table::show(pages),
        Ok(Some(MadeFigure::File(bytes))) => {
            let bytes = bytes.into_inner();
            let blob = match form {
                Form::Png => raster::to_png(&bytes).await,
                Form::Svg => Ok(raster::blob(&bytes, "image/svg+xml")),
                _ => Ok(raster::blob(&bytes, "text/csv")),
            };
            blob.and_then(|blob| download(blob, &name))
        }
        Err(failure) => return session.fail(failure),
    };
    if let Err(why) = given {
        session.fail(Failure::new(
            "The figure could not be saved.",
            why,
            "Try again; nothing that is shown is touched by this.",
        ));
    }
}

/// Waits for the worker; `None` where the job was ended.
async fn made(session: Session, job: FigureJob) -> Result<Option<MadeFigure>, Failure> {
    let maker = session.workers.with_value(|workers| workers.opener.clone());
    let made = StoredValue::new_local(None);
    let mut request = Some(ProjectorRequest::MakeFigure(job));
    let mut handle = None;
    let ended = js_sys::Promise::new(&mut |resolve, _| {
        let Some(request) = request.take() else {
            return;
        };
        handle = Some(maker.start(request, move |event| {
            made.set_value(match event {
                Event::Finished(ProjectorResult::MadeFigure(figure)) => Some(Ok(figure)),
                Event::Failed(failure) => Some(Err(failure)),
                Event::Finished(_) | Event::Cancelled => None,
                Event::Progress(_) | Event::Partial(_) => return,
            });
            let _ = resolve.call0(&JsValue::NULL);
        }));
    });
    let _ = JsFuture::from(ended).await;
    drop(handle);
    let answer = made.try_update_value(Option::take).flatten();
    made.dispose();
    answer.transpose()
}
