//! Opening data sets: packs of the site and files of the visitor.

use std::io::{self, Read};

use hidden_activity::dataset::{DatasetError, Division, FileReading, Given, Opening, Pack};
use hidden_activity::worker::attachment::FileHandle;
use hidden_activity::worker::browser_file::{BrowserFile, release};
use hidden_activity::worker::host::Ended;
use hidden_activity::worker::messages::{Kept, Missing, ProjectorResult, Refused, SentFile};
use hidden_activity::worker::protocol::Failure;

use crate::ProjectorJob;

/// Decodes a pack that holds a whole data set or a piece of one.
pub fn open_pack(name: &str, bytes: &[u8]) -> Result<ProjectorResult, Ended> {
    let failed = |error: DatasetError| {
        Failure::new(
            "The data set could not be opened.",
            sentence(&error.to_string()),
            "Reload the page; if it happens again, the site's copy of it is damaged.",
        )
    };
    let pack = Pack::decode(name, bytes).map_err(failed)?;
    if matches!(pack.division, Division::Piece { .. }) {
        return Ok(ProjectorResult::Piece(pack.into()));
    }
    let opened = pack.into_dataset().map_err(failed)?;
    Ok(ProjectorResult::Opened {
        datasets: vec![opened.into()],
        kept: Vec::new(),
        sets: Vec::new(),
        waiting: Vec::new(),
        refused: Vec::new(),
        notes: Vec::new(),
    })
}

/// Makes data sets of the files, as far as they are enough for one.
pub async fn open_files(
    sent: Vec<SentFile>,
    older: usize,
    seed: u64,
    job: &ProjectorJob,
) -> Result<ProjectorResult, Ended> {
    let handles: Vec<FileHandle> = sent.iter().map(|file| file.file).collect();
    let files = sent.into_iter().map(given).collect();
    let mut opening = Opening::new(files, older, seed);
    let outcome = loop {
        if opening.advance() {
            break Ok(());
        }
        let words = match opening.file() {
            Some(file) => format!("Reading {file}"),
            None => "Putting the data set together".to_owned(),
        };
        job.progress(&words, opening.progress());
        if let Err(cancelled) = job.breathe().await {
            break Err(cancelled);
        }
    };
    for handle in handles {
        release(handle);
    }
    outcome?;
    let opened = opening.finish();
    let mut notes: Vec<String> = opened
        .displaced
        .iter()
        .map(|set| format!("The files of {set} opened before were put aside."))
        .collect();
    let mut datasets = Vec::new();
    for assembled in opened.assembled {
        notes.extend(
            assembled
                .notes
                .iter()
                .map(|note| sentence(&note.to_string())),
        );
        datasets.push(assembled.dataset.into());
    }
    Ok(ProjectorResult::Opened {
        datasets,
        kept: opened
            .kept
            .into_iter()
            .map(|(name, sets)| Kept { name, sets })
            .collect(),
        sets: opened.sets,
        waiting: opened
            .waiting
            .iter()
            .map(|role| Missing {
                set: role.set(),
                name: role.file_to_add(),
            })
            .collect(),
        refused: opened
            .refused
            .into_iter()
            .map(|(name, error)| Refused {
                name,
                why: sentence(&error.to_string()),
            })
            .collect(),
        notes,
    })
}

/// A sent file, whose bytes come from the browser as they are read.
fn given(sent: SentFile) -> Given {
    let reading = match BrowserFile::open(sent.file) {
        Ok(file) => FileReading::new(&sent.name, sent.size, file),
        Err(error) => FileReading::new(&sent.name, sent.size, Unreadable(error.to_string())),
    };
    Given {
        name: sent.name,
        reading,
        sets: sent.sets,
    }
}

/// A file that could not even be opened.
struct Unreadable(String);

impl Read for Unreadable {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::Error::other(self.0.clone()))
    }
}

/// With a capital letter and a full stop.
fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).chain(['.']).collect()
}
