//! Which picture is of which class and part, by the folders it is in.

use std::collections::BTreeSet;

use super::PicturesError;
use super::note::PicturesNote;
use crate::dataset::{MOST_CLASSES, Part};

/// Endings of file names that are decoded; the content decides which format it is.
const ENDINGS: [&str; 7] = ["png", "jpg", "jpeg", "jpe", "jfif", "bmp", "gif"];
/// Files that operating systems leave behind, in lower case.
const LITTER: [&str; 3] = ["__macosx", "thumbs.db", "desktop.ini"];

/// Where a picture belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Which of the files.
    pub(super) file: usize,
    pub(super) class: u8,
    /// `None` where the folders do not say it.
    pub(super) part: Option<Part>,
}

/// All pictures in their places.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Sorted {
    pub(super) class_names: Vec<String>,
    pub(super) places: Vec<Place>,
    pub(super) notes: Vec<PicturesNote>,
}

/// What a folder at the top may be for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Train,
    Test,
    Validation,
}

/// Whether a file's name ends like that of a picture.
pub fn is_named_like_a_picture(path: &str) -> bool {
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    ENDINGS
        .iter()
        .any(|known| ending.eq_ignore_ascii_case(known))
}

/// Sorts files by their paths.
pub(super) fn sort<'a>(
    name: &str,
    paths: impl Iterator<Item = &'a str>,
) -> Result<Sorted, PicturesError> {
    let mut notes = Vec::new();
    let mut files = 0;
    let mut pictures: Vec<(usize, Vec<&str>)> = Vec::new();
    let mut others: Vec<&str> = Vec::new();
    for (file, path) in paths.enumerate() {
        let folders: Vec<&str> = path
            .split(['/', '\\'])
            .filter(|folder| !folder.is_empty() && *folder != ".")
            .collect();
        let litter = |folder: &&str| {
            folder.starts_with('.') || LITTER.contains(&folder.to_ascii_lowercase().as_str())
        };
        if folders.iter().any(litter) {
            continue;
        }
        files += 1;
        if is_named_like_a_picture(path) {
            pictures.push((file, folders));
        } else {
            others.push(path);
        }
    }
    if pictures.is_empty() {
        return Err(PicturesError::NoPictures {
            name: name.to_owned(),
            files,
        });
    }
    if let Some(first) = others.first() {
        notes.push(PicturesNote::NoPictures {
            count: others.len(),
            first: (*first).to_owned(),
        });
    }
    skip_common_folders(&mut pictures);
    let purposes = purposes(&pictures);
    let with_test = purposes
        .iter()
        .flatten()
        .any(|purpose| *purpose == Purpose::Test);

    let mut placed: Vec<(usize, &str, Option<Part>)> = Vec::new();
    let (mut classless, mut unused) = (Vec::new(), 0);
    for ((file, folders), purpose) in pictures.iter().zip(purposes) {
        let (part, folders) = match purpose {
            None => (None, folders.as_slice()),
            Some(Purpose::Train) => (Some(Part::Train), &folders[1..]),
            Some(Purpose::Validation) if with_test => {
                unused += 1;
                continue;
            }
            Some(Purpose::Test | Purpose::Validation) => (Some(Part::Test), &folders[1..]),
        };
        match folders {
            [class, _, ..] => placed.push((*file, class, part)),
            _ => classless.push(folders.join("/")),
        }
    }
    if unused > 0 {
        notes.push(PicturesNote::ValidationUnused { count: unused });
    }
    if placed.is_empty() {
        return Err(PicturesError::NoClasses {
            name: name.to_owned(),
            pictures: pictures.len(),
        });
    }
    if let Some(first) = classless.first() {
        notes.push(PicturesNote::NoClass {
            count: classless.len(),
            first: first.clone(),
        });
    }
    let class_names = class_names(placed.iter().map(|(_, class, _)| *class));
    if class_names.len() > MOST_CLASSES {
        return Err(PicturesError::TooManyClasses {
            name: name.to_owned(),
            classes: class_names.len(),
        });
    }
    let places = placed
        .into_iter()
        .map(|(file, class, part)| Place {
            file,
            class: class_names
                .iter()
                .position(|name| *name == class)
                .unwrap_or_default() as u8,
            part,
        })
        .collect();
    Ok(Sorted {
        class_names: class_names.into_iter().map(ToOwned::to_owned).collect(),
        places,
        notes,
    })
}

/// Leaves out folders at the top that all pictures are in, as long as others are inside them.
fn skip_common_folders(pictures: &mut [(usize, Vec<&str>)]) {
    loop {
        let Some(first) = pictures.first().map(|(_, folders)| folders[0]) else {
            return;
        };
        let common = pictures
            .iter()
            .all(|(_, folders)| folders.len() >= 2 && folders[0] == first);
        let deep = pictures.iter().any(|(_, folders)| folders.len() >= 3);
        if !common || !deep {
            return;
        }
        for (_, folders) in pictures.iter_mut() {
            folders.remove(0);
        }
    }
}

/// What each picture is for, where the folders at the top say it of all pictures and there are at
/// least two kinds of them.
fn purposes(pictures: &[(usize, Vec<&str>)]) -> Vec<Option<Purpose>> {
    let found: Vec<Option<Purpose>> = pictures
        .iter()
        .map(|(_, folders)| match folders.as_slice() {
            [top, _, _, ..] => purpose_of(top),
            _ => None,
        })
        .collect();
    let has = |purpose| found.contains(&Some(purpose));
    let complete = has(Purpose::Train) && (has(Purpose::Test) || has(Purpose::Validation));
    if complete && found.iter().all(Option::is_some) {
        found
    } else {
        vec![None; pictures.len()]
    }
}

fn purpose_of(folder: &str) -> Option<Purpose> {
    match folder.to_ascii_lowercase().as_str() {
        "train" | "training" => Some(Purpose::Train),
        "test" | "testing" => Some(Purpose::Test),
        "val" | "valid" | "validation" => Some(Purpose::Validation),
        _ => None,
    }
}

/// Names in order: as numbers where they all are, by their characters otherwise.
fn class_names<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut names: Vec<&str> = names.collect::<BTreeSet<_>>().into_iter().collect();
    let number = |name: &str| name.parse::<u64>().ok();
    if names.iter().all(|name| number(name).is_some()) {
        names.sort_by_key(|name| number(name));
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classes(paths: &[&str]) -> (Vec<String>, Vec<(u8, Option<Part>)>) {
        let sorted = sort("mine", paths.iter().copied()).unwrap();
        let places = sorted.places.iter().map(|place| (place.class, place.part));
        (sorted.class_names, places.collect())
    }

    #[test]
    fn folders_are_classes_wherever_they_are() {
        let flat = classes(&["cat/1.png", "dog/1.JPG", "cat/2.jpeg"]);
        assert_eq!(flat.0, ["cat", "dog"]);
        assert_eq!(flat.1, [(0, None), (1, None), (0, None)]);
        let paths = [
            "mine/all/cat/1.png",
            "mine/all/dog/1.png",
            "mine/all/cat/2.png",
        ];
        assert_eq!(classes(&paths), flat);
        assert_eq!(
            classes(&["mine\\cat\\1.png", "./mine//dog/x/1.png", "mine/cat/2.gif"]),
            flat
        );
        assert_eq!(
            classes(&["10/a.png", "9/a.png", "2/a.png"]).0,
            ["2", "9", "10"]
        );
        assert_eq!(
            classes(&["10/a.png", "9/a.png", "x/a.png"]).0,
            ["10", "9", "x"]
        );
        assert_eq!(classes(&["only/1.png", "only/2.png"]).0, ["only"]);
    }

    #[test]
    fn train_and_test_are_parts_where_both_are_there() {
        let (names, places) = classes(&[
            "data/Train/cat/1.png",
            "data/Train/dog/1.png",
            "data/test/cat/1.png",
            "data/val/dog/9.png",
        ]);
        assert_eq!(names, ["cat", "dog"]);
        let (train, test) = (Some(Part::Train), Some(Part::Test));
        assert_eq!(places, [(0, train), (1, train), (0, test)]);
        let (_, places) = classes(&["train/a/1.png", "train/b/1.png", "valid/a/2.png"]);
        assert_eq!(places, [(0, train), (1, train), (0, test)]);
        assert_eq!(classes(&["train/a/1.png", "train/b/1.png"]).0, ["a", "b"]);
        // Without folders inside they are classes like any other.
        assert_eq!(classes(&["train/1.png", "bus/1.png"]).0, ["bus", "train"]);
    }

    #[test]
    fn litter_is_skipped_and_other_files_are_named() {
        let sorted = sort(
            "mine",
            [
                "m/__MACOSX/cat/._1.png",
                "m/.DS_Store",
                "m/cat/.hidden.png",
                "m/cat/1.png",
                "m/dog/2.png",
                "m/dog/Thumbs.db",
                "m/readme.txt",
                "m/stray.png",
            ]
            .into_iter(),
        )
        .unwrap();
        assert_eq!(sorted.class_names, ["cat", "dog"]);
        assert_eq!(
            sorted.places.iter().map(|p| p.file).collect::<Vec<_>>(),
            [3, 4]
        );
        let no_picture = PicturesNote::NoPictures {
            count: 1,
            first: "m/readme.txt".into(),
        };
        let no_class = PicturesNote::NoClass {
            count: 1,
            first: "stray.png".into(),
        };
        assert_eq!(sorted.notes, [no_picture, no_class]);
    }

    #[test]
    fn what_is_no_collection_is_refused() {
        let refused = |paths: &[&str]| sort("mine", paths.iter().copied()).unwrap_err();
        assert!(matches!(
            refused(&["a.txt"]),
            PicturesError::NoPictures { files: 1, .. }
        ));
        assert!(matches!(
            refused(&[]),
            PicturesError::NoPictures { files: 0, .. }
        ));
        assert!(matches!(
            refused(&["a.png", "b.png"]),
            PicturesError::NoClasses { pictures: 2, .. }
        ));
        let many: Vec<String> = (0..300).map(|class| format!("{class}/1.png")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert!(matches!(
            refused(&many),
            PicturesError::TooManyClasses { classes: 300, .. }
        ));
    }
}
