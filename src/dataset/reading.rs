//! Reading one file in slices: unpacking, recognising and parsing what comes.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

use flate2::read::MultiGzDecoder;

use super::content::{Content, ContentReader, ENOUGH_TO_RECOGNISE};
use super::gunzip::{MOST_UNPACKED_BYTES, is_gzip};
use super::role::Role;
use super::tarball::Tarball;
use super::{DatasetError, ImageShape, Lookalike, NamedFile, OfficialSet};

/// Bytes (unpacked) that are read in one slice.
const SLICE: usize = 1 << 16;
/// Memory is reserved for what a file claims to hold, but never more than so many times its size.
const MOST_RESERVED: u64 = 4;

/// A file that was read and is of use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadFile {
    pub(super) name: String,
    pub(super) role: Role,
    pub(super) content: Content,
}

impl ReadFile {
    pub(super) fn new(name: String, content: Content) -> Result<Self, DatasetError> {
        let role = Role::of(&name, &content)?;
        Ok(Self {
            name,
            role,
            content,
        })
    }

    /// Its name; within an archive, its place there.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Which official file it is.
    pub fn role(&self) -> Role {
        self.role
    }

    /// The data set that it belongs to.
    pub fn set(&self) -> OfficialSet {
        self.role.set()
    }

    /// Whether it has the role of another file, but another content.
    pub fn contradicts(&self, other: &Self) -> bool {
        self.role == other.role && self.content != other.content
    }

    /// Observations in it.
    pub fn count(&self) -> usize {
        self.content.count()
    }

    /// The shape of its images; none for a file of labels.
    pub fn shape(&self) -> Option<ImageShape> {
        self.content.shape()
    }
}

/// A file that is being read. Its bytes come from anything that can be read: memory, a disk, a
/// browser's file.
pub struct FileReading {
    name: String,
    size: u64,
    source: Box<dyn Read>,
    progress: Rc<Progress>,
    stage: Stage,
    packed: bool,
    unpacked: u64,
    slice: Box<[u8]>,
}

#[derive(Default)]
struct Progress {
    /// Bytes of the file that were read.
    consumed: Cell<u64>,
    /// Whether reading them failed.
    failed: Cell<bool>,
}

enum Stage {
    /// Nothing was read yet.
    Unopened,
    /// Too little was read to tell what the file is.
    Unrecognised(Vec<u8>),
    Content(ContentReader),
    Archive(Tarball),
    Ended(Vec<ReadFile>),
}

/// Counts what is read.
struct Counted {
    source: Box<dyn Read>,
    progress: Rc<Progress>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(buffer);
        let progress = &self.progress;
        match &read {
            Ok(read) => progress
                .consumed
                .set(progress.consumed.get() + *read as u64),
            Err(error) => progress
                .failed
                .set(error.kind() != io::ErrorKind::Interrupted),
        }
        read
    }
}

impl FileReading {
    /// Begins to read a file of `size` bytes.
    pub fn new(name: impl Into<String>, size: u64, source: impl Read + 'static) -> Self {
        let progress = Rc::<Progress>::default();
        Self {
            name: name.into(),
            size,
            source: Box::new(Counted {
                source: Box::new(source),
                progress: progress.clone(),
            }),
            progress,
            stage: Stage::Unopened,
            packed: false,
            unpacked: 0,
            slice: vec![0; SLICE].into(),
        }
    }

    /// Begins to read a file that is in memory.
    pub fn of(file: NamedFile) -> Self {
        let size = file.bytes.len() as u64;
        Self::new(file.name, size, io::Cursor::new(file.bytes))
    }

    /// Reads a slice, and says whether the whole file was read.
    ///
    /// # Errors
    /// Whatever is wrong with the file. It cannot be read any further then.
    pub fn advance(&mut self) -> Result<bool, DatasetError> {
        if matches!(self.stage, Stage::Ended(_)) {
            return Ok(true);
        }
        if matches!(self.stage, Stage::Unopened) {
            self.open()?;
        }
        let mut slice = std::mem::take(&mut self.slice);
        let read = self.read(&mut slice);
        let outcome = read.and_then(|read| match read {
            0 => self.end().map(|()| true),
            read => self.take(&slice[..read]).map(|()| false),
        });
        self.slice = slice;
        outcome
    }

    /// How much of the file was read, 0 to 1.
    pub fn progress(&self) -> f32 {
        (self.progress.consumed.get() as f64 / self.size.max(1) as f64).min(1.0) as f32
    }

    /// What is in the file, once [`advance`](Self::advance) has read all of it: one official file,
    /// or those of an archive.
    pub fn finish(self) -> Vec<ReadFile> {
        match self.stage {
            Stage::Ended(files) => files,
            _ => Vec::new(),
        }
    }

    /// Reads all of it at once.
    ///
    /// # Errors
    /// As [`advance`](Self::advance).
    pub fn run(mut self) -> Result<Vec<ReadFile>, DatasetError> {
        while !self.advance()? {}
        Ok(self.finish())
    }

    /// Looks at the first two bytes, which tell whether the file is packed by gzip.
    fn open(&mut self) -> Result<(), DatasetError> {
        let mut first = [0; 2];
        let mut there = 0;
        while there < first.len() {
            match self.read(&mut first[there..])? {
                0 => break,
                read => there += read,
            }
        }
        let rest = std::mem::replace(&mut self.source, Box::new(io::empty()));
        let whole = io::Cursor::new(first[..there].to_vec()).chain(rest);
        self.packed = is_gzip(&first[..there]);
        self.source = if self.packed {
            Box::new(MultiGzDecoder::new(whole))
        } else {
            Box::new(whole)
        };
        self.stage = Stage::Unrecognised(Vec::new());
        Ok(())
    }

    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, DatasetError> {
        loop {
            match self.source.read(buffer) {
                Ok(read) => return Ok(read),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    let (file, why) = (self.name.clone(), error.to_string());
                    return Err(if self.progress.failed.get() {
                        DatasetError::Unreadable { file, why }
                    } else {
                        DatasetError::DamagedGzip { file, why }
                    });
                }
            }
        }
    }

    fn take(&mut self, bytes: &[u8]) -> Result<(), DatasetError> {
        self.unpacked += bytes.len() as u64;
        if self.unpacked > MOST_UNPACKED_BYTES {
            return Err(DatasetError::TooLarge {
                file: self.name.clone(),
                limit: MOST_UNPACKED_BYTES,
            });
        }
        match &mut self.stage {
            Stage::Content(reader) => reader.push(bytes),
            Stage::Archive(tarball) => tarball.push(bytes),
            Stage::Unrecognised(begun) => {
                begun.extend_from_slice(bytes);
                if begun.len() < ENOUGH_TO_RECOGNISE {
                    return Ok(());
                }
                let first = std::mem::take(begun);
                self.recognise(&first)
            }
            Stage::Unopened | Stage::Ended(_) => Ok(()),
        }
    }

    fn recognise(&mut self, first: &[u8]) -> Result<(), DatasetError> {
        let beginning = &first[..first.len().min(ENOUGH_TO_RECOGNISE)];
        let room = self.size.saturating_mul(MOST_RESERVED);
        let room = usize::try_from(room.min(MOST_UNPACKED_BYTES)).unwrap_or(usize::MAX);
        if Lookalike::of(beginning) == Lookalike::Tar {
            let mut tarball = Tarball::new(&self.name, room);
            tarball.push(first)?;
            self.stage = Stage::Archive(tarball);
        } else {
            let size = (!self.packed).then_some(self.size);
            let mut reader = ContentReader::recognise(&self.name, beginning, size, room)?;
            reader.push(first)?;
            self.stage = Stage::Content(reader);
        }
        Ok(())
    }

    fn end(&mut self) -> Result<(), DatasetError> {
        if let Stage::Unrecognised(begun) = &mut self.stage {
            let first = std::mem::take(begun);
            self.recognise(&first)?;
        }
        let files = match std::mem::replace(&mut self.stage, Stage::Unopened) {
            Stage::Content(reader) => {
                let mut allowance = MOST_UNPACKED_BYTES;
                let content = reader.finish(&mut allowance)?;
                vec![ReadFile::new(self.name.clone(), content)?]
            }
            Stage::Archive(tarball) => tarball.finish()?,
            _ => Vec::new(),
        };
        self.stage = Stage::Ended(files);
        Ok(())
    }
}
