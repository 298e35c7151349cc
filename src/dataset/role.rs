//! Which of the four MNIST files a file is.
//!
//! What it holds (images or labels) is decided by its content, which part it belongs to (training
//! or test) by its name, because nothing in the content tells.

use std::fmt;

use super::idx::Idx;
use super::{DatasetError, Part};

/// What one of the two files of a part holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// The images.
    Images,
    /// Their labels.
    Labels,
}

impl Kind {
    /// As messages name it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Kind::Images => "images",
            Kind::Labels => "labels",
        }
    }
}

/// Which of the four files a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Role {
    /// Training or test.
    pub part: Part,
    /// Images or labels.
    pub kind: Kind,
}

impl Role {
    /// All four, in the order of their places in [`MnistFiles`].
    pub const ALL: [Role; 4] = [
        Role {
            part: Part::Train,
            kind: Kind::Images,
        },
        Role {
            part: Part::Train,
            kind: Kind::Labels,
        },
        Role {
            part: Part::Test,
            kind: Kind::Images,
        },
        Role {
            part: Part::Test,
            kind: Kind::Labels,
        },
    ];

    /// The official name of the file, unpacked: "t10k-labels-idx1-ubyte".
    pub fn official_name(self) -> &'static str {
        match (self.part, self.kind) {
            (Part::Train, Kind::Images) => "train-images-idx3-ubyte",
            (Part::Train, Kind::Labels) => "train-labels-idx1-ubyte",
            (Part::Test, Kind::Images) => "t10k-images-idx3-ubyte",
            (Part::Test, Kind::Labels) => "t10k-labels-idx1-ubyte",
        }
    }

    /// The file that this one needs: the labels of images, the images of labels.
    pub fn counterpart(self) -> Role {
        let kind = match self.kind {
            Kind::Images => Kind::Labels,
            Kind::Labels => Kind::Images,
        };
        Role { kind, ..self }
    }

    /// The role of a file, by its content and its name.
    ///
    /// # Errors
    /// [`DatasetError::NameContradictsContent`] and [`DatasetError::UnknownPart`].
    pub(super) fn of(name: &str, content: &Idx) -> Result<Role, DatasetError> {
        let kind = match content {
            Idx::Images { .. } => Kind::Images,
            Idx::Labels(_) => Kind::Labels,
        };
        let base = name
            .rsplit(['/', '\\'])
            .next()
            .unwrap_or(name)
            .to_ascii_lowercase();
        let named = match (base.contains("images"), base.contains("labels")) {
            (true, false) => Some(Kind::Images),
            (false, true) => Some(Kind::Labels),
            _ => None,
        };
        if let Some(named) = named.filter(|&named| named != kind) {
            return Err(DatasetError::NameContradictsContent {
                file: name.to_owned(),
                named: named.name(),
                held: kind.name(),
            });
        }
        let test = base.contains("t10k") || base.contains("test");
        let part = match (base.contains("train"), test) {
            (true, false) => Part::Train,
            (false, true) => Part::Test,
            _ => {
                return Err(DatasetError::UnknownPart {
                    file: name.to_owned(),
                    held: kind.name(),
                });
            }
        };
        Ok(Role { part, kind })
    }

    /// Its place in [`Role::ALL`].
    pub(super) fn place(self) -> usize {
        usize::from(self.part == Part::Test) * 2 + usize::from(self.kind == Kind::Labels)
    }
}

/// "the training images", "the test labels".
impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = match self.part {
            Part::Train => "training",
            Part::Test => "test",
        };
        write!(f, "the {part} {}", self.kind.name())
    }
}
