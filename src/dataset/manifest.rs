//! The list of the data sets that a site has: `data/manifest.json`.

use serde::{Deserialize, Serialize};

use super::DatasetError;

/// The version that is written, and the only one that is read.
const VERSION: u32 = 1;

/// The data sets of a site.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    version: u32,
    /// The data sets, in the order in which they are offered.
    pub sets: Vec<SiteSet>,
}

/// A data set of a site.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SiteSet {
    /// Tells it from the others: "digits", or an [`OfficialSet::id`](super::OfficialSet::id).
    pub id: String,
    /// What a visitor reads.
    pub name: String,
    /// Training observations.
    pub train: usize,
    /// Test observations.
    pub test: usize,
    /// Its packs, in the order in which they are to be loaded.
    pub files: Vec<SiteFile>,
}

/// A file of a site.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SiteFile {
    /// Where it is, relative to the manifest.
    pub name: String,
    /// Bytes of it.
    pub bytes: u64,
}

impl SiteSet {
    /// Bytes of all its files.
    pub fn bytes(&self) -> u64 {
        let sizes = self.files.iter().map(|file| file.bytes);
        sizes.fold(0, u64::saturating_add)
    }
}

impl Default for Manifest {
    fn default() -> Self {
        Self {
            version: VERSION,
            sets: Vec::new(),
        }
    }
}

impl Manifest {
    /// Reads a manifest.
    ///
    /// # Errors
    /// [`DatasetError::Manifest`] where it is none, or of another version.
    pub fn parse(text: &str) -> Result<Self, DatasetError> {
        let invalid = |why: String| DatasetError::Manifest { why };
        let manifest: Self =
            serde_json::from_str(text).map_err(|error| invalid(error.to_string()))?;
        if manifest.version != VERSION {
            let found = manifest.version;
            return Err(invalid(format!("it has version {found}, not {VERSION}")));
        }
        Ok(manifest)
    }

    /// As it is stored.
    pub fn to_json(&self) -> String {
        // A type of numbers, strings and lists cannot fail to be written.
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// The data set with this id.
    pub fn find(&self, id: &str) -> Option<&SiteSet> {
        self.sets.iter().find(|set| set.id == id)
    }

    /// Puts a data set in the place of the one with its id, or at the end.
    pub fn put(&mut self, set: SiteSet) {
        match self.sets.iter_mut().find(|old| old.id == set.id) {
            Some(old) => *old = set,
            None => self.sets.push(set),
        }
    }
}
