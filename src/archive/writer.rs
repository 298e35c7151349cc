//! Making an archive.

use std::io::Write;

use flate2::Compression;
use flate2::write::DeflateEncoder;
use rawzip::{CompressionMethod, ZipArchiveWriter};

use super::ArchiveError;

/// An archive in the making. Its bytes depend on nothing but what is added, not even on the time.
#[derive(Debug)]
pub struct ZipWriter {
    archive: ZipArchiveWriter<Vec<u8>>,
}

impl Default for ZipWriter {
    fn default() -> Self {
        Self {
            archive: ZipArchiveWriter::new(Vec::new()),
        }
    }
}

impl ZipWriter {
    /// Adds a file, deflated, of parts that follow each other.
    ///
    /// # Errors
    /// [`ArchiveError::Unwritable`] where its name is longer than 65,535 bytes.
    pub fn add<'a>(
        &mut self,
        name: &str,
        parts: impl IntoIterator<Item = &'a [u8]>,
    ) -> Result<(), ArchiveError> {
        let (mut entry, config) = self
            .archive
            .new_file(name)
            .compression_method(CompressionMethod::DEFLATE)
            .start()
            .map_err(unwritable)?;
        let encoder = DeflateEncoder::new(&mut entry, Compression::default());
        let mut writer = config.wrap(encoder);
        for part in parts {
            writer
                .write_all(part)
                .map_err(|error| unwritable(error.into()))?;
        }
        let (encoder, descriptor) = writer.finish().map_err(unwritable)?;
        encoder.finish().map_err(|error| unwritable(error.into()))?;
        entry.finish(descriptor).map_err(unwritable)?;
        Ok(())
    }

    /// The finished archive.
    ///
    /// # Errors
    /// [`ArchiveError::Unwritable`].
    pub fn finish(self) -> Result<Vec<u8>, ArchiveError> {
        self.archive.finish().map_err(unwritable)
    }
}

fn unwritable(error: rawzip::Error) -> ArchiveError {
    ArchiveError::Unwritable {
        why: error.to_string(),
    }
}
