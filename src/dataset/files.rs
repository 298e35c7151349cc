//! Official files of any of the published data sets, added one by one, and the data sets they make.

use std::collections::BTreeMap;
use std::fmt;

use super::content::Content;
use super::idx::Idx;
use super::reading::{FileReading, ReadFile};
use super::role::{CIFAR10_BATCHES, Kind, Role};
use super::{
    Dataset, DatasetError, ImageShape, NamedFile, OfficialSet, Part, Split, stratified_split,
};

/// The share of observations that become the test part where only one part was given.
const TEST_FRACTION: f64 = 0.2;

/// What a file was found to be, when it was added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Added {
    /// Which of the official files it is.
    pub role: Role,
    /// Images or labels in it.
    pub count: usize,
    /// The shape of the images; none for labels.
    pub shape: Option<ImageShape>,
    /// The file without which it is of no use, where that is not there yet.
    pub waiting_for: Option<Role>,
}

/// "10000 images of 28×28 for test; waiting for t10k-labels-idx1-ubyte(.gz)".
impl fmt::Display for Added {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.shape {
            Some(shape) => write!(f, "{} images of {shape}", self.count)?,
            None => write!(f, "{} labels", self.count)?,
        }
        write!(f, " for {}", self.role.part())?;
        match self.waiting_for {
            Some(role) => write!(f, "; waiting for {}", role.file_to_add()),
            None => Ok(()),
        }
    }
}

/// Something a visitor should know about how the files became a data set.
#[derive(Clone, Debug, PartialEq)]
pub enum Note {
    /// Only this part was there, so it was split in two.
    OnePartSplit {
        /// The data set.
        set: OfficialSet,
        /// The part that was there.
        part: Part,
        /// Observations that became the training part.
        train: usize,
        /// Observations that became the test part.
        test: usize,
    },
    /// This file was not used, because its counterpart is not there.
    Unused {
        /// The file that is there.
        role: Role,
        /// The file that is not.
        waiting_for: Role,
    },
    /// Only so many of the training batches of CIFAR-10 are there.
    FewBatches {
        /// How many.
        batches: usize,
    },
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Note::OnePartSplit {
                set,
                part,
                train,
                test,
            } => write!(
                f,
                "only the official {part} files of {set} are here, so they were split by seed, class by class: {train} to train, {test} to test"
            ),
            Note::Unused { role, waiting_for } => write!(
                f,
                "{role} are kept but not used yet: waiting for {}",
                waiting_for.file_to_add()
            ),
            Note::FewBatches { batches } => write!(
                f,
                "{batches} of the {CIFAR10_BATCHES} training batches of CIFAR-10 are here: drop the others to add them"
            ),
        }
    }
}

/// A data set made from the files, and what to say about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Assembled {
    /// The data set.
    pub dataset: Dataset,
    /// What a visitor should know.
    pub notes: Vec<Note>,
}

/// The official files that were added so far, in any order, of one data set or several.
///
/// ```
/// use hidden_activity::dataset::{DatasetFiles, FileReading, NamedFile};
///
/// let mut files = DatasetFiles::default();
/// // Two labels, 7 and 2: the magic number, the count, the labels.
/// let bytes = vec![0, 0, 8, 1, 0, 0, 0, 2, 7, 2];
/// let file = NamedFile { name: "t10k-labels-idx1-ubyte".into(), bytes };
/// for read in FileReading::of(file).run()? {
///     let added = files.add(read)?;
///     assert_eq!(added.to_string(), "2 labels for test; waiting for t10k-images-idx3-ubyte(.gz)");
/// }
/// # Ok::<(), hidden_activity::dataset::DatasetError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct DatasetFiles {
    held: BTreeMap<Role, ReadFile>,
}

impl DatasetFiles {
    /// Keeps a file. The same content for a role that is taken already (a file and its gzipped
    /// twin, say) is accepted and changes nothing.
    ///
    /// # Errors
    /// Where it does not fit the files that are there, [`DatasetError::TwoFilesForOneRole`],
    /// [`DatasetError::CountMismatch`] or [`DatasetError::ShapeMismatch`]. The files that were
    /// there stay as they are.
    pub fn add(&mut self, file: ReadFile) -> Result<Added, DatasetError> {
        let role = file.role;
        match self.held.get(&role) {
            None => {
                self.check_fit(&file)?;
                self.held.insert(role, file);
            }
            Some(held) if held.content == file.content => {}
            Some(held) => {
                return Err(DatasetError::TwoFilesForOneRole {
                    role,
                    first: held.name.clone(),
                    second: file.name,
                });
            }
        }
        Ok(self.added(role))
    }

    /// Reads a file that is in memory, and keeps what is in it.
    ///
    /// # Errors
    /// Whatever is wrong with the file itself, and as for [`add`](Self::add).
    pub fn read(&mut self, file: NamedFile) -> Result<Vec<Added>, DatasetError> {
        let files = FileReading::of(file).run()?;
        files.into_iter().map(|file| self.add(file)).collect()
    }

    /// Forgets the file of a role, if there is one, and says what it was called.
    pub fn remove(&mut self, role: Role) -> Option<String> {
        self.held.remove(&role).map(|held| held.name)
    }

    /// The name of the file that has this role.
    pub fn file_name(&self, role: Role) -> Option<&str> {
        self.held.get(&role).map(|held| held.name.as_str())
    }

    /// The data sets of which there is a file.
    pub fn sets(&self) -> Vec<OfficialSet> {
        let mut sets: Vec<_> = self.held.keys().map(|role| role.set()).collect();
        sets.dedup();
        sets
    }

    /// The missing files without which files that are there are of no use.
    pub fn waiting_for(&self) -> Vec<Role> {
        let mut roles: Vec<Role> = self
            .held
            .keys()
            .filter_map(|role| role.counterpart())
            .filter(|role| !self.held.contains_key(role))
            .collect();
        roles.sort_unstable();
        roles
    }

    /// Whether a part of this data set is complete, so that [`assemble`](Self::assemble) makes one.
    pub fn is_ready(&self, set: OfficialSet) -> bool {
        [Part::Train, Part::Test]
            .into_iter()
            .any(|part| self.has(set, part))
    }

    /// Makes a data set of its files, which are taken out; those that still wait for another stay.
    ///
    /// With both parts complete they are taken as they are. With one, it is split by `seed`,
    /// class by class, 80% to train and 20% to test, and a note says so.
    ///
    /// # Errors
    /// [`DatasetError::Incomplete`] where no part is complete, and [`DatasetError::TooFewToSplit`]
    /// where the only part has a single observation.
    pub fn assemble(&mut self, set: OfficialSet, seed: u64) -> Result<Assembled, DatasetError> {
        let mut notes = self.notes_on_unused(set);
        let batches = self.batches();
        if set == OfficialSet::Cifar10 && batches > 0 && batches < usize::from(CIFAR10_BATCHES) {
            notes.push(Note::FewBatches { batches });
        }
        let (train, test) = (self.take(set, Part::Train), self.take(set, Part::Test));
        let (shape, train, test) = match (train, test) {
            (Some((shape, train)), Some((_, test))) => (shape, train, test),
            (Some((shape, all)), None) => {
                let (train, test) = halves(set, &all, shape, seed)?;
                notes.push(note_on_split(set, Part::Train, &train, &test));
                (shape, train, test)
            }
            (None, Some((shape, all))) => {
                let (train, test) = halves(set, &all, shape, seed)?;
                notes.push(note_on_split(set, Part::Test, &train, &test));
                (shape, train, test)
            }
            (None, None) => return Err(self.incomplete(set)),
        };
        let dataset = Dataset::new(
            set.name().to_owned(),
            set.source().to_owned(),
            shape,
            set.class_names(),
            train,
            test,
        )?;
        Ok(Assembled { dataset, notes })
    }

    fn batches(&self) -> usize {
        let is_batch = |role: &&Role| matches!(role, Role::Cifar10Batch { .. });
        self.held.keys().filter(is_batch).count()
    }

    fn notes_on_unused(&self, set: OfficialSet) -> Vec<Note> {
        self.waiting_for()
            .into_iter()
            .filter(|role| role.set() == set)
            .filter_map(|waiting_for| {
                let role = waiting_for.counterpart()?;
                Some(Note::Unused { role, waiting_for })
            })
            .collect()
    }

    fn incomplete(&self, set: OfficialSet) -> DatasetError {
        let mut waiting = self.waiting_for();
        waiting.retain(|role| role.set() == set);
        if waiting.is_empty() {
            waiting = all_roles(set);
        }
        DatasetError::Incomplete { set, waiting }
    }

    /// What is known of the file of a role.
    fn added(&self, role: Role) -> Added {
        let held = self.held.get(&role);
        Added {
            role,
            count: held.map_or(0, ReadFile::count),
            shape: held.and_then(ReadFile::shape),
            waiting_for: role
                .counterpart()
                .filter(|counterpart| !self.held.contains_key(counterpart)),
        }
    }

    fn has(&self, set: OfficialSet, part: Part) -> bool {
        match set {
            OfficialSet::Mnist => [Kind::Images, Kind::Labels]
                .into_iter()
                .all(|kind| self.held.contains_key(&Role::Mnist { part, kind })),
            _ => self
                .held
                .keys()
                .any(|role| role.set() == set && role.part() == part),
        }
    }

    /// Takes the images and labels of a part out, where the part is complete.
    fn take(&mut self, set: OfficialSet, part: Part) -> Option<(ImageShape, Split)> {
        if !self.has(set, part) {
            return None;
        }
        let of_part = |role: &Role| role.set() == set && role.part() == part;
        let roles: Vec<Role> = self.held.keys().copied().filter(of_part).collect();
        let observations = |file: &ReadFile| match &file.content {
            Content::Idx(_) => 0,
            Content::Svhn { split, .. } | Content::Cifar10(split) => split.len(),
        };
        let total: usize = roles
            .iter()
            .filter_map(|role| self.held.get(role))
            .map(observations)
            .sum();
        let mut shape = None;
        let mut whole = Split::default();
        for file in roles.iter().filter_map(|role| self.held.remove(role)) {
            shape = file.shape().or(shape);
            match file.content {
                Content::Idx(Idx::Images { values, .. }) => whole.images = values,
                Content::Idx(Idx::Labels(labels)) => whole.labels = labels,
                Content::Svhn { split, .. } | Content::Cifar10(split) => {
                    append(&mut whole, split, total);
                }
            }
        }
        Some((shape?, whole))
    }

    /// Checks a new file against its counterpart and, for images, against the other part's.
    fn check_fit(&self, file: &ReadFile) -> Result<(), DatasetError> {
        if let Some(other) = file
            .role
            .counterpart()
            .and_then(|role| self.held.get(&role))
            && other.count() != file.count()
        {
            let (images, labels) = if file.shape().is_some() {
                (file, other)
            } else {
                (other, file)
            };
            return Err(DatasetError::CountMismatch {
                images_file: images.name.clone(),
                images: images.count(),
                labels_file: labels.name.clone(),
                labels: labels.count(),
            });
        }
        let Some(shape) = file.shape() else {
            return Ok(());
        };
        let differs = |other: &&ReadFile| {
            other.set() == file.set() && other.shape().is_some_and(|other| other != shape)
        };
        match self.held.values().find(differs) {
            Some(other) => {
                let (train, test) = match file.role.part() {
                    Part::Train => (file, other),
                    Part::Test => (other, file),
                };
                Err(DatasetError::ShapeMismatch {
                    train_file: train.name.clone(),
                    train: train.shape().unwrap_or(shape),
                    test_file: test.name.clone(),
                    test: test.shape().unwrap_or(shape),
                })
            }
            None => Ok(()),
        }
    }
}

/// The official files of a data set.
fn all_roles(set: OfficialSet) -> Vec<Role> {
    match set {
        OfficialSet::Mnist => Role::MNIST.to_vec(),
        OfficialSet::Svhn => [Part::Train, Part::Test]
            .map(|part| Role::Svhn { part })
            .to_vec(),
        OfficialSet::Cifar10 => (1..=CIFAR10_BATCHES)
            .map(|number| Role::Cifar10Batch { number })
            .chain([Role::Cifar10Test])
            .collect(),
    }
}

/// Adds observations to others, of which there will be `total`; the first ones are not copied.
fn append(whole: &mut Split, mut more: Split, total: usize) {
    if whole.is_empty() {
        *whole = more;
        return;
    }
    let pixels = whole.images.len() / whole.len();
    let missing = total.saturating_sub(whole.len());
    whole.images.reserve_exact(missing.saturating_mul(pixels));
    whole.images.append(&mut more.images);
    whole.labels.append(&mut more.labels);
}

/// Splits the only part there is.
fn halves(
    set: OfficialSet,
    all: &Split,
    shape: ImageShape,
    seed: u64,
) -> Result<(Split, Split), DatasetError> {
    if all.len() < 2 {
        return Err(DatasetError::TooFewToSplit {
            dataset: set.name().to_owned(),
            observations: all.len(),
        });
    }
    let (train, test) = stratified_split(&all.labels, TEST_FRACTION, seed);
    let pixels = shape.pixels();
    Ok((all.select(pixels, &train), all.select(pixels, &test)))
}

fn note_on_split(set: OfficialSet, part: Part, train: &Split, test: &Split) -> Note {
    Note::OnePartSplit {
        set,
        part,
        train: train.len(),
        test: test.len(),
    }
}
