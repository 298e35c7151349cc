//! Which of the official files a file is.
//!
//! What it holds is decided by its content, which part it belongs to (training or test) by its
//! name, because nothing in the content tells.

use std::fmt;

use super::content::Content;
use super::idx::Idx;
use super::{DatasetError, OfficialSet, Part};

/// Training batches that the authors of CIFAR-10 published.
pub(super) const CIFAR10_BATCHES: u8 = 5;

/// What one of the two MNIST files of a part holds.
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

/// Which of the official files a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// One of the four files of MNIST.
    Mnist {
        /// Training or test.
        part: Part,
        /// Images or labels.
        kind: Kind,
    },
    /// One of the two files of SVHN.
    Svhn {
        /// Training or test.
        part: Part,
    },
    /// One of the training batches of CIFAR-10.
    Cifar10Batch {
        /// Its number, from 1 in the official files.
        number: u8,
    },
    /// The test batch of CIFAR-10.
    Cifar10Test,
}

impl Role {
    /// The four files of MNIST.
    pub const MNIST: [Role; 4] = [
        Role::mnist(Part::Train, Kind::Images),
        Role::mnist(Part::Train, Kind::Labels),
        Role::mnist(Part::Test, Kind::Images),
        Role::mnist(Part::Test, Kind::Labels),
    ];

    const fn mnist(part: Part, kind: Kind) -> Role {
        Role::Mnist { part, kind }
    }

    /// The data set that the file belongs to.
    pub fn set(self) -> OfficialSet {
        match self {
            Role::Mnist { .. } => OfficialSet::Mnist,
            Role::Svhn { .. } => OfficialSet::Svhn,
            Role::Cifar10Batch { .. } | Role::Cifar10Test => OfficialSet::Cifar10,
        }
    }

    /// The part that it belongs to.
    pub fn part(self) -> Part {
        match self {
            Role::Mnist { part, .. } | Role::Svhn { part } => part,
            Role::Cifar10Batch { .. } => Part::Train,
            Role::Cifar10Test => Part::Test,
        }
    }

    /// The official name of the file, unpacked: "t10k-labels-idx1-ubyte".
    pub fn official_name(self) -> String {
        match self {
            Role::Mnist { part, kind } => match (part, kind) {
                (Part::Train, Kind::Images) => "train-images-idx3-ubyte",
                (Part::Train, Kind::Labels) => "train-labels-idx1-ubyte",
                (Part::Test, Kind::Images) => "t10k-images-idx3-ubyte",
                (Part::Test, Kind::Labels) => "t10k-labels-idx1-ubyte",
            }
            .to_owned(),
            Role::Svhn { part } => format!("{part}_32x32.mat"),
            Role::Cifar10Batch { number } => format!("data_batch_{number}.bin"),
            Role::Cifar10Test => "test_batch.bin".to_owned(),
        }
    }

    /// The official name, and what may be appended to it: "t10k-labels-idx1-ubyte(.gz)".
    pub fn file_to_add(self) -> String {
        let name = self.official_name();
        match self {
            Role::Mnist { .. } => format!("{name}(.gz)"),
            _ => name,
        }
    }

    /// The file without which this one is of no use: the labels of images, the images of labels.
    pub fn counterpart(self) -> Option<Role> {
        match self {
            Role::Mnist { part, kind } => Some(Role::mnist(
                part,
                match kind {
                    Kind::Images => Kind::Labels,
                    Kind::Labels => Kind::Images,
                },
            )),
            _ => None,
        }
    }

    /// The role of a file, by its content and its name.
    ///
    /// # Errors
    /// [`DatasetError::NameContradictsContent`] and [`DatasetError::UnknownPart`].
    pub(super) fn of(name: &str, content: &Content) -> Result<Role, DatasetError> {
        let base = name
            .rsplit(['/', '\\'])
            .next()
            .unwrap_or(name)
            .to_ascii_lowercase();
        match content {
            Content::Idx(idx) => {
                let kind = match idx {
                    Idx::Images { .. } => Kind::Images,
                    Idx::Labels(_) => Kind::Labels,
                };
                check_kind(name, &base, kind)?;
                let part = part_in(&base).ok_or_else(|| DatasetError::UnknownPart {
                    file: name.to_owned(),
                    set: OfficialSet::Mnist,
                    held: kind.name(),
                })?;
                Ok(Role::mnist(part, kind))
            }
            Content::Svhn { .. } => {
                part_in(&base)
                    .map(|part| Role::Svhn { part })
                    .ok_or_else(|| DatasetError::UnknownPart {
                        file: name.to_owned(),
                        set: OfficialSet::Svhn,
                        held: "images",
                    })
            }
            Content::Cifar10(_) => match part_in(&base) {
                Some(Part::Test) => Ok(Role::Cifar10Test),
                Some(Part::Train) => Ok(Role::Cifar10Batch {
                    number: batch_number(&base),
                }),
                None => Err(DatasetError::UnknownPart {
                    file: name.to_owned(),
                    set: OfficialSet::Cifar10,
                    held: "images",
                }),
            },
        }
    }
}

/// Checks that a name that speaks of images or labels says what is there.
fn check_kind(name: &str, base: &str, kind: Kind) -> Result<(), DatasetError> {
    let named = match (base.contains("images"), base.contains("labels")) {
        (true, false) => Some(Kind::Images),
        (false, true) => Some(Kind::Labels),
        _ => None,
    };
    match named.filter(|&named| named != kind) {
        Some(named) => Err(DatasetError::NameContradictsContent {
            file: name.to_owned(),
            named: named.name(),
            held: kind.name(),
        }),
        None => Ok(()),
    }
}

/// The part that a name in lower case speaks of, unless it speaks of both.
fn part_in(base: &str) -> Option<Part> {
    let train = base.contains("train") || base.contains("data_batch");
    let test = base.contains("t10k") || base.contains("test");
    match (train, test) {
        (true, false) => Some(Part::Train),
        (false, true) => Some(Part::Test),
        _ => None,
    }
}

/// The number after "batch" in a name, 1 where there is none.
fn batch_number(base: &str) -> u8 {
    let digits: String = base
        .split_once("batch")
        .map_or("", |(_, rest)| rest.trim_start_matches(['_', '-', ' ']))
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    digits.parse().unwrap_or(1)
}

/// "the training images", "training batch 2".
impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = |part: Part| match part {
            Part::Train => "training",
            Part::Test => "test",
        };
        match self {
            Role::Mnist { part, kind } => write!(f, "the {} {}", whole(*part), kind.name()),
            Role::Svhn { part } => write!(f, "the {} images of SVHN", whole(*part)),
            Role::Cifar10Batch { number } => write!(f, "training batch {number} of CIFAR-10"),
            Role::Cifar10Test => write!(f, "the test batch of CIFAR-10"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_a_batch_is_read_from_its_name() {
        for (name, number) in [
            ("data_batch_3.bin", 3),
            ("data_batch_5 (1).bin", 5),
            ("data_batch12", 12),
            ("train.bin", 1),
            ("data_batch_.bin", 1),
            ("data_batch_99999.bin", 1),
        ] {
            assert_eq!(batch_number(name), number, "{name}");
        }
    }

    #[test]
    fn a_name_that_speaks_of_both_parts_speaks_of_none() {
        assert_eq!(part_in("train_test.bin"), None);
        assert_eq!(part_in("digits.mat"), None);
        assert_eq!(part_in("data_batch_1.bin"), Some(Part::Train));
        assert_eq!(part_in("test_32x32.mat"), Some(Part::Test));
    }
}
