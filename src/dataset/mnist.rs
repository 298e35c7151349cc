//! The four official MNIST files, added one by one, and the data set they make.

use std::fmt;

use super::idx::{CLASSES, Idx};
use super::role::{Kind, Role};
use super::{Dataset, DatasetError, ImageShape, NamedFile, Part, Split, stratified_split};

/// The share of observations that become the test part where only one part was given.
const TEST_FRACTION: f64 = 0.2;

/// What a file was found to be, when it was added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Added {
    /// Which of the four it is.
    pub role: Role,
    /// Images or labels in it.
    pub count: usize,
    /// The shape of the images; none for labels.
    pub shape: Option<ImageShape>,
    /// The counterpart, where it is not there yet.
    pub waiting_for: Option<Role>,
}

/// "10000 images of 28×28 for test; waiting for t10k-labels-idx1-ubyte(.gz)".
impl fmt::Display for Added {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.count, self.role.kind.name())?;
        if let Some(shape) = self.shape {
            write!(f, " of {shape}")?;
        }
        write!(f, " for {}", self.role.part)?;
        match self.waiting_for {
            Some(role) => write!(f, "; waiting for {}(.gz)", role.official_name()),
            None => Ok(()),
        }
    }
}

/// Something a visitor should know about how the files became a data set.
#[derive(Clone, Debug, PartialEq)]
pub enum Note {
    /// Only this part was there, so it was split in two.
    OnePartSplit {
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
    },
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Note::OnePartSplit { part, train, test } => write!(
                f,
                "only the official {part} files are here, so they were split by seed, class by class: {train} to train, {test} to test"
            ),
            Note::Unused { role } => write!(
                f,
                "{role} are kept but not used yet: waiting for {}(.gz)",
                role.counterpart().official_name()
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

/// A file that was accepted.
#[derive(Clone, Debug)]
struct Held {
    file: String,
    content: Idx,
}

/// The MNIST files that were added so far.
///
/// ```
/// use hidden_activity::dataset::{MnistFiles, NamedFile};
///
/// let mut files = MnistFiles::default();
/// // Two labels, 7 and 2: the magic number, the count, the labels.
/// let bytes = vec![0, 0, 8, 1, 0, 0, 0, 2, 7, 2];
/// let added = files.add(NamedFile { name: "t10k-labels-idx1-ubyte".into(), bytes })?;
/// assert_eq!(added.to_string(), "2 labels for test; waiting for t10k-images-idx3-ubyte(.gz)");
/// # Ok::<(), hidden_activity::dataset::DatasetError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct MnistFiles {
    /// In the order of [`Role::ALL`].
    held: [Option<Held>; 4],
}

impl MnistFiles {
    /// Reads a file and keeps it. The same content for a role that is taken already (a file and
    /// its gzipped twin, say) is accepted and changes nothing.
    ///
    /// # Errors
    /// Whatever is wrong with the file itself; [`DatasetError::UnknownPart`] and
    /// [`DatasetError::NameContradictsContent`] for its name; and where it does not fit the files
    /// that are there, [`DatasetError::TwoFilesForOneRole`], [`DatasetError::CountMismatch`] or
    /// [`DatasetError::ShapeMismatch`]. The files that were there stay as they are.
    pub fn add(&mut self, file: NamedFile) -> Result<Added, DatasetError> {
        let name = file.name.clone();
        let content = Idx::parse(file)?;
        let role = Role::of(&name, &content)?;
        match self.get(role) {
            None => {
                self.check_fit(role, &name, &content)?;
                self.held[role.place()] = Some(Held {
                    file: name,
                    content,
                });
            }
            Some(held) if held.content == content => {}
            Some(held) => {
                return Err(DatasetError::TwoFilesForOneRole {
                    role,
                    first: held.file.clone(),
                    second: name,
                });
            }
        }
        Ok(self.added(role))
    }

    /// Forgets the file of a role, if there is one, and says what it was called.
    pub fn remove(&mut self, role: Role) -> Option<String> {
        self.held[role.place()].take().map(|held| held.file)
    }

    /// The name of the file that has this role.
    pub fn file_name(&self, role: Role) -> Option<&str> {
        self.get(role).map(|held| held.file.as_str())
    }

    /// The roles that no file has yet.
    pub fn missing(&self) -> Vec<Role> {
        Role::ALL
            .into_iter()
            .filter(|&role| self.get(role).is_none())
            .collect()
    }

    /// The missing files whose counterpart is there.
    pub fn waiting_for(&self) -> Vec<Role> {
        let mut roles = self.missing();
        roles.retain(|role| self.get(role.counterpart()).is_some());
        roles
    }

    /// Whether a part is complete, so that [`MnistFiles::assemble`] gives a data set.
    pub fn is_ready(&self) -> bool {
        self.pair(Part::Train).is_some() || self.pair(Part::Test).is_some()
    }

    /// Makes a data set of the files that are there, and keeps them for more to come.
    ///
    /// With both parts complete they are taken as they are. With one, it is split by `seed`,
    /// class by class, 80% to train and 20% to test, and a note says so. Files without their
    /// counterpart are left out, and a note says so.
    ///
    /// # Errors
    /// [`DatasetError::Incomplete`] where no part is complete, and [`DatasetError::TooFewToSplit`]
    /// where the only part has a single observation.
    pub fn assemble(&self, seed: u64) -> Result<Assembled, DatasetError> {
        let mut notes: Vec<Note> = self
            .waiting_for()
            .into_iter()
            .map(|role| Note::Unused {
                role: role.counterpart(),
            })
            .collect();
        let (shape, train, test) = match (self.pair(Part::Train), self.pair(Part::Test)) {
            (Some((shape, train)), Some((_, test))) => (shape, train, test),
            (Some((shape, all)), None) => {
                let (train, test) = halves(&all, shape, seed)?;
                notes.push(note_on_split(Part::Train, &train, &test));
                (shape, train, test)
            }
            (None, Some((shape, all))) => {
                let (train, test) = halves(&all, shape, seed)?;
                notes.push(note_on_split(Part::Test, &train, &test));
                (shape, train, test)
            }
            (None, None) => {
                let waiting = self.waiting_for();
                return Err(DatasetError::Incomplete {
                    waiting: if waiting.is_empty() {
                        Role::ALL.to_vec()
                    } else {
                        waiting
                    },
                });
            }
        };
        let dataset = Dataset::new(
            NAME.to_owned(),
            SOURCE.to_owned(),
            shape,
            (0..CLASSES).map(|digit| digit.to_string()).collect(),
            train,
            test,
        )?;
        Ok(Assembled { dataset, notes })
    }

    fn get(&self, role: Role) -> Option<&Held> {
        self.held[role.place()].as_ref()
    }

    /// What is known of the file of a role.
    fn added(&self, role: Role) -> Added {
        let content = self.get(role).map(|held| &held.content);
        let counterpart = role.counterpart();
        Added {
            role,
            count: content.map_or(0, Idx::count),
            shape: match content {
                Some(Idx::Images { shape, .. }) => Some(*shape),
                _ => None,
            },
            waiting_for: self.get(counterpart).is_none().then_some(counterpart),
        }
    }

    /// Images and labels of a part, where both are there.
    fn pair(&self, part: Part) -> Option<(ImageShape, Split)> {
        let images = &self
            .get(Role {
                part,
                kind: Kind::Images,
            })?
            .content;
        let labels = &self
            .get(Role {
                part,
                kind: Kind::Labels,
            })?
            .content;
        match (images, labels) {
            (Idx::Images { shape, values, .. }, Idx::Labels(labels)) => Some((
                *shape,
                Split {
                    images: values.clone(),
                    labels: labels.clone(),
                },
            )),
            _ => None,
        }
    }

    /// Checks a new file against its counterpart and, for images, against the other part's.
    fn check_fit(&self, role: Role, file: &str, content: &Idx) -> Result<(), DatasetError> {
        if let Some(other) = self.get(role.counterpart())
            && other.content.count() != content.count()
        {
            let here = (file.to_owned(), content.count());
            let there = (other.file.clone(), other.content.count());
            let ((images_file, images), (labels_file, labels)) = match role.kind {
                Kind::Images => (here, there),
                Kind::Labels => (there, here),
            };
            return Err(DatasetError::CountMismatch {
                images_file,
                images,
                labels_file,
                labels,
            });
        }
        let other_part = match role.part {
            Part::Train => Part::Test,
            Part::Test => Part::Train,
        };
        if let Some(other) = self.get(Role {
            part: other_part,
            ..role
        }) && let (
            Idx::Images { shape, .. },
            Idx::Images {
                shape: other_shape, ..
            },
        ) = (content, &other.content)
            && shape != other_shape
        {
            let here = (file.to_owned(), *shape);
            let there = (other.file.clone(), *other_shape);
            let ((train_file, train), (test_file, test)) = match role.part {
                Part::Train => (here, there),
                Part::Test => (there, here),
            };
            return Err(DatasetError::ShapeMismatch {
                train_file,
                train,
                test_file,
                test,
            });
        }
        Ok(())
    }
}

/// What the visitor reads; files in this format by others (Fashion-MNIST, say) cannot be told apart.
const NAME: &str = "MNIST";
const SOURCE: &str = "MNIST, © Yann LeCun and Corinna Cortes, CC BY-SA 3.0; LeCun, Bottou, Bengio, Haffner 1998, doi:10.1109/5.726791";

/// Splits the only part there is.
fn halves(all: &Split, shape: ImageShape, seed: u64) -> Result<(Split, Split), DatasetError> {
    if all.len() < 2 {
        return Err(DatasetError::TooFewToSplit {
            dataset: NAME.to_owned(),
            observations: all.len(),
        });
    }
    let (train, test) = stratified_split(&all.labels, TEST_FRACTION, seed);
    let pixels = shape.pixels();
    Ok((all.select(pixels, &train), all.select(pixels, &test)))
}

fn note_on_split(part: Part, train: &Split, test: &Split) -> Note {
    Note::OnePartSplit {
        part,
        train: train.len(),
        test: test.len(),
    }
}
