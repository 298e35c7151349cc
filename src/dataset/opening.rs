//! Opening the files that a visitor gives, together with those given before.

use super::files::{Assembled, DatasetFiles};
use super::reading::{FileReading, ReadFile};
use super::role::Role;
use super::{DatasetError, OfficialSet};

/// The share of an opening that reading takes, for progress.
const READING_SHARE: f32 = 0.95;

/// A file that is given.
pub struct Given {
    /// As on the visitor's disk.
    pub name: String,
    /// Its content, of which nothing was read yet.
    pub reading: FileReading,
    /// The data sets that it is known to belong to; empty for a file that was never read.
    pub sets: Vec<OfficialSet>,
}

/// How an opening ended.
#[derive(Debug, Default)]
pub struct Opened {
    /// The data sets for which the files were enough, at most one of each kind.
    pub assembled: Vec<Assembled>,
    /// The data sets that new files belong to; of others, nothing was read or changed.
    pub sets: Vec<OfficialSet>,
    /// The files that are of use, with their data sets: to be given again with the next ones.
    pub kept: Vec<(String, Vec<OfficialSet>)>,
    /// Files without which others are of no use.
    pub waiting: Vec<Role>,
    /// Files that are of no use, and why.
    pub refused: Vec<(String, DatasetError)>,
    /// The data sets whose files given before were put aside, because the new ones contradict them.
    pub displaced: Vec<OfficialSet>,
}

/// Reads new files, and those given before that belong to the same data sets, and makes data sets
/// of them, in slices.
///
/// Files given before that are of another data set than the new ones are kept unread. Where a new
/// file contradicts one given before (the same role, another content), all files of that data set
/// given before are put aside: it is another edition of it. Where new files contradict each other,
/// the first one stays and the other is refused.
pub struct Opening {
    files: Vec<File>,
    seed: u64,
    next: usize,
    stage: Stage,
    collected: DatasetFiles,
    opened: Opened,
}

struct File {
    name: String,
    older: bool,
    /// Whether its data sets are known from reading it before.
    known: bool,
    sets: Vec<OfficialSet>,
    state: State,
}

enum State {
    Waiting(Box<FileReading>),
    Read(Vec<ReadFile>),
    /// Given before, of a data set that no new file belongs to.
    Untouched,
    /// Of no use.
    Done,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    New,
    Older,
    Collecting,
    Assembling,
    Done,
}

impl Opening {
    /// Begins to open files, of which the first `older` were given before.
    pub fn new(files: Vec<Given>, older: usize, seed: u64) -> Self {
        let files = files
            .into_iter()
            .enumerate()
            .map(|(at, given)| File {
                name: given.name,
                older: at < older,
                known: !given.sets.is_empty(),
                sets: given.sets,
                state: State::Waiting(Box::new(given.reading)),
            })
            .collect();
        Self {
            files,
            seed,
            next: 0,
            stage: Stage::New,
            collected: DatasetFiles::default(),
            opened: Opened::default(),
        }
    }

    /// Does a slice of the work, and says whether all is done.
    pub fn advance(&mut self) -> bool {
        match self.stage {
            Stage::New => self.read(Stage::New, Stage::Older),
            Stage::Older => self.read(Stage::Older, Stage::Collecting),
            Stage::Collecting => {
                self.collect();
                self.next = 0;
                self.stage = Stage::Assembling;
            }
            Stage::Assembling => self.assemble(),
            Stage::Done => {}
        }
        self.stage == Stage::Done
    }

    /// How much is done, 0 to 1.
    pub fn progress(&self) -> f32 {
        if matches!(self.stage, Stage::Collecting | Stage::Assembling) {
            return READING_SHARE;
        }
        let done = |file: &File| match &file.state {
            State::Waiting(reading) => reading.progress(),
            _ => 1.0,
        };
        let sum: f32 = self.files.iter().map(done).sum();
        READING_SHARE * sum / self.files.len().max(1) as f32
    }

    /// The name of the file being read; none while data sets are put together.
    pub fn file(&self) -> Option<&str> {
        match self.stage {
            Stage::New | Stage::Older => self.files.get(self.next).map(|file| file.name.as_str()),
            _ => None,
        }
    }

    /// What came of it, once [`advance`](Self::advance) said that all is done.
    pub fn finish(self) -> Opened {
        self.opened
    }

    /// Reads a slice of the files that were never read, or of the others.
    fn read(&mut self, stage: Stage, then: Stage) {
        let Some(file) = self.files.get_mut(self.next) else {
            if stage == Stage::New {
                self.note_sets();
            }
            self.next = 0;
            self.stage = then;
            return;
        };
        if file.known != (stage == Stage::Older) {
            self.next += 1;
            return;
        }
        let State::Waiting(reading) = &mut file.state else {
            self.next += 1;
            return;
        };
        match reading.advance() {
            Ok(false) => {}
            Ok(true) => {
                if let State::Waiting(reading) = std::mem::replace(&mut file.state, State::Done) {
                    let read = reading.finish();
                    file.sets = sets_of(&read);
                    file.state = State::Read(read);
                }
                self.next += 1;
            }
            Err(error) => {
                file.state = State::Done;
                self.opened.refused.push((file.name.clone(), error));
                self.next += 1;
            }
        }
    }

    /// Once the new files are read: which data sets they belong to, and which older ones do not.
    fn note_sets(&mut self) {
        let new = self.files.iter().filter(|file| !file.known);
        let mut sets: Vec<OfficialSet> = new.flat_map(|file| file.sets.iter().copied()).collect();
        sets.sort_unstable();
        sets.dedup();
        for file in self.files.iter_mut().filter(|file| file.known) {
            if !file.sets.iter().any(|set| sets.contains(set)) {
                file.state = State::Untouched;
            }
        }
        self.opened.sets = sets;
    }

    fn collect(&mut self) {
        self.opened.displaced = self.contradicted();
        for file in std::mem::take(&mut self.files) {
            let mut sets = file.sets;
            match file.state {
                State::Untouched => {}
                State::Read(read) => {
                    sets.clear();
                    for read in read {
                        let set = read.set();
                        // An older archive of several sets is read for all of them.
                        if !self.opened.sets.contains(&set) {
                            sets.push(set);
                            continue;
                        }
                        if file.older && self.opened.displaced.contains(&set) {
                            continue;
                        }
                        match self.collected.add(read) {
                            Ok(_) => sets.push(set),
                            Err(error) => self.opened.refused.push((file.name.clone(), error)),
                        }
                    }
                }
                State::Waiting(_) | State::Done => continue,
            }
            sets.dedup();
            if !sets.is_empty() {
                self.opened.kept.push((file.name, sets));
            }
        }
        self.opened.waiting = self.collected.waiting_for();
    }

    /// The data sets of which a new file contradicts an older one.
    fn contradicted(&self) -> Vec<OfficialSet> {
        let read = |older: bool| {
            self.files
                .iter()
                .filter(move |file| file.older == older)
                .filter_map(|file| match &file.state {
                    State::Read(read) => Some(read),
                    _ => None,
                })
                .flatten()
        };
        let mut sets: Vec<OfficialSet> = read(false)
            .filter(|new| read(true).any(|old| old.contradicts(new)))
            .map(ReadFile::set)
            .collect();
        sets.sort_unstable();
        sets.dedup();
        sets
    }

    fn assemble(&mut self) {
        let Some(&set) = self.opened.sets.get(self.next) else {
            self.stage = Stage::Done;
            return;
        };
        self.next += 1;
        if self.collected.is_ready(set) {
            match self.collected.assemble(set, self.seed) {
                Ok(assembled) => self.opened.assembled.push(assembled),
                Err(error) => {
                    let of_set = |(_, sets): &&(String, Vec<OfficialSet>)| sets.contains(&set);
                    let names = self.opened.kept.iter().filter(of_set);
                    let names: Vec<&str> = names.map(|(name, _)| name.as_str()).collect();
                    let refused = (names.join(" and "), error);
                    self.opened.refused.push(refused);
                }
            }
        }
    }
}

fn sets_of(files: &[ReadFile]) -> Vec<OfficialSet> {
    let mut sets: Vec<OfficialSet> = files.iter().map(ReadFile::set).collect();
    sets.sort_unstable();
    sets.dedup();
    sets
}
