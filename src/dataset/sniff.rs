//! What a file that we cannot read probably is, so that the message can say what to do.

use std::fmt;

use super::gunzip::is_gzip;

/// What a file of the wrong kind looks like, by its first bytes.
///
/// Its text is the end of an error message: what the file looks like, and what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Lookalike {
    /// A zip archive.
    Zip,
    /// NumPy arrays: a zip archive whose first entry is an `.npy` file.
    Npz,
    /// A single NumPy array.
    Npy,
    /// A web page, usually an error or a login page saved in place of the file.
    Html,
    /// A tar archive.
    Tar,
    /// Compressed once more after being unpacked once.
    Gzip,
    /// A MATLAB file of version 5, as SVHN has.
    Matlab,
    /// HDF5, which MATLAB writes since version 7.3.
    Hdf5,
    /// Objects of Python, as in the Python version of CIFAR-10.
    Pickle,
    /// An image, PNG or JPEG.
    Picture,
    /// The text that git keeps in place of a large file.
    GitLfsPointer,
    /// A packed data set of Hidden Activity.
    Pack,
    /// IDX with values that are not bytes or with other dimensions than images and labels.
    OtherIdx,
    /// IDX with its bytes in little-endian order.
    SwappedIdx,
    /// Nothing that we know.
    Unknown,
}

impl Lookalike {
    /// Looks at the first bytes of a file.
    pub(super) fn of(bytes: &[u8]) -> Self {
        match bytes {
            [b'P', b'K', 3 | 5, 4 | 6, ..] => {
                if first_zip_entry(bytes).is_some_and(|name| name.ends_with(b".npy")) {
                    Self::Npz
                } else {
                    Self::Zip
                }
            }
            [0, 0, _, 1..=4, ..] => Self::OtherIdx,
            [1 | 3, 8, 0, 0, ..] => Self::SwappedIdx,
            [0xff, 0xd8, 0xff, ..] => Self::Picture,
            _ if is_gzip(bytes) => Self::Gzip,
            _ if bytes.starts_with(b"\x93NUMPY") => Self::Npy,
            _ if bytes.starts_with(b"\x89PNG") => Self::Picture,
            _ if bytes.starts_with(b"MATLAB 5.0") => Self::Matlab,
            _ if bytes.starts_with(b"MATLAB 7.3") || bytes.starts_with(b"\x89HDF") => Self::Hdf5,
            [0x80, 2..=5, ..] => Self::Pickle,
            _ if bytes.starts_with(b"version https://git-lfs") => Self::GitLfsPointer,
            _ if bytes.starts_with(&super::pack::MAGIC) => Self::Pack,
            _ if bytes.get(257..262) == Some(b"ustar".as_slice()) => Self::Tar,
            _ if looks_like_html(bytes) => Self::Html,
            _ => Self::Unknown,
        }
    }
}

/// The name of the first entry, from the archive's first local file header.
fn first_zip_entry(bytes: &[u8]) -> Option<&[u8]> {
    let length = bytes.get(26..28)?;
    let length = usize::from(u16::from_le_bytes([length[0], length[1]]));
    bytes.get(30..30 + length)
}

/// Whether the first visible characters open a tag of a web page.
fn looks_like_html(bytes: &[u8]) -> bool {
    let bytes = bytes
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(bytes)
        .trim_ascii_start();
    ["<!doctype", "<html", "<head", "<body", "<?xml", "<!--"]
        .iter()
        .any(|tag| {
            bytes
                .get(..tag.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(tag.as_bytes()))
        })
}

impl fmt::Display for Lookalike {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Zip => "it looks like a zip archive: unpack it and add the files in it",
            Self::Npz => "it looks like NumPy's .npz: use the official files",
            Self::Npy => "it looks like NumPy's .npy: use the official files",
            Self::Html => "it looks like a web page: the download failed or needs another link; download it again",
            Self::Tar => "it looks like a tar archive: unpack it and add the files in it",
            Self::Gzip => "it looks compressed twice: unpack it once and add it again",
            Self::Matlab => "it looks like a MATLAB file, as SVHN has",
            Self::Hdf5 => "it looks like HDF5 (MATLAB 7.3): use the official files, which are in MATLAB's version 5",
            Self::Pickle => "it looks like Python's pickle: use the binary version, cifar-10-binary.tar.gz",
            Self::Picture => "it looks like a single picture: use the official files",
            Self::GitLfsPointer => "it looks like a git-lfs pointer: fetch the real file with `git lfs pull`",
            Self::Pack => "it looks like a packed data set of Hidden Activity: choose it from the list of data sets",
            Self::OtherIdx => {
                "it is an IDX file of another kind: MNIST has bytes in three dimensions (images) or one (labels)"
            }
            Self::SwappedIdx => "its bytes are in the wrong order (little-endian): use the official file",
            Self::Unknown => "check that it is the file you meant and download it again",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_mistakes_are_recognised() {
        let mut npz = b"PK\x03\x04".to_vec();
        npz.resize(26, 0);
        npz.extend(11u16.to_le_bytes());
        npz.extend([0, 0]);
        npz.extend(b"x_train.npydata");
        let mut tar = vec![b'm'; 257];
        tar.extend(b"ustar\0");
        let cases: [(&[u8], Lookalike); 17] = [
            (b"PK\x03\x04", Lookalike::Zip),
            (b"PK\x05\x06", Lookalike::Zip),
            (&npz, Lookalike::Npz),
            (b"\x93NUMPY\x01\0", Lookalike::Npy),
            (b"\xef\xbb\xbf \n<!DOCTYPE html>", Lookalike::Html),
            (b"<html><body>404", Lookalike::Html),
            (&tar, Lookalike::Tar),
            (&[0x1f, 0x8b, 8], Lookalike::Gzip),
            (b"MATLAB 5.0 MAT-file", Lookalike::Matlab),
            (b"MATLAB 7.3 MAT-file", Lookalike::Hdf5),
            (&[0x80, 2, b'}'], Lookalike::Pickle),
            (b"\x89PNG\r\n", Lookalike::Picture),
            (
                b"version https://git-lfs.github.com/spec/v1",
                Lookalike::GitLfsPointer,
            ),
            (&[0, 0, 13, 3], Lookalike::OtherIdx),
            (&[3, 8, 0, 0], Lookalike::SwappedIdx),
            (b"", Lookalike::Unknown),
            (b"hello", Lookalike::Unknown),
        ];
        for (bytes, expected) in cases {
            assert_eq!(Lookalike::of(bytes), expected, "{bytes:?}");
        }
    }
}
