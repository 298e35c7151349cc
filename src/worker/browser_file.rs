//! Files that the browser holds: known by a handle, sent between page and worker unread, and read
//! piece by piece in the worker that wants their bytes.

use std::io::{self, Read};

use js_sys::Uint8Array;
use web_sys::{Blob, FileReaderSync};

use super::attachment::FileHandle;
use super::wire::held;
pub use super::wire::{hold, release};

/// Bytes that are fetched from the browser at a time.
const PIECE: f64 = (1 << 20) as f64;

/// Reads a file from its beginning to its end. Works in workers only, where browsers let one wait
/// for a piece.
pub struct BrowserFile {
    file: Blob,
    reader: FileReaderSync,
    /// Bytes of the file that were fetched.
    fetched: f64,
    piece: Vec<u8>,
    /// Bytes of the piece that were handed on.
    used: usize,
}

impl BrowserFile {
    /// Opens the file of a handle.
    ///
    /// # Errors
    /// The handle was released, or this is no worker.
    pub fn open(handle: FileHandle) -> io::Result<Self> {
        let file = held(handle).ok_or_else(|| io::Error::other("it is no longer at hand"))?;
        let reader =
            FileReaderSync::new().map_err(|_| io::Error::other("files cannot be read here"))?;
        Ok(Self {
            file,
            reader,
            fetched: 0.0,
            piece: Vec::new(),
            used: 0,
        })
    }

    fn fetch(&mut self) -> io::Result<()> {
        let end = (self.fetched + PIECE).min(self.file.size());
        let gone = |_| io::Error::other("the browser no longer finds it");
        let piece = self
            .file
            .slice_with_f64_and_f64(self.fetched, end)
            .and_then(|piece| self.reader.read_as_array_buffer(&piece))
            .map_err(gone)?;
        self.piece = Uint8Array::new(&piece).to_vec();
        self.used = 0;
        self.fetched = end;
        Ok(())
    }
}

impl Read for BrowserFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.used == self.piece.len() {
            if self.fetched >= self.file.size() {
                return Ok(0);
            }
            self.fetch()?;
        }
        let rest = &self.piece[self.used..];
        let now = rest.len().min(buffer.len());
        buffer[..now].copy_from_slice(&rest[..now]);
        self.used += now;
        Ok(now)
    }
}
