//! What Vault keeps, and what was read of it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

/// A Vault. Clones are the same one.
#[derive(Clone, Default)]
pub struct Vault(Arc<Mutex<Inside>>);

#[derive(Default)]
struct Inside {
    /// Path, mount included, to all versions of the secret, the first one first.
    secrets: BTreeMap<String, Vec<Data>>,
    reads: Vec<Read>,
}

/// Keys and values of one version of a secret.
pub(super) type Data = BTreeMap<String, String>;

/// One read.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Read {
    /// Mount and name, as in `secret/access/okta`.
    pub path: String,
    /// The version that was asked for; without it the latest.
    pub version: Option<i64>,
}

impl Vault {
    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.0.lock().unwrap()
    }

    /// Writes a new version of the secret at this path, mount included.
    pub fn write(&self, path: &str, data: &[(&str, &str)]) {
        let data = data
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        let mut inside = self.inside();
        inside
            .secrets
            .entry(path.to_owned())
            .or_default()
            .push(data.collect());
    }

    /// All reads so far, which are then forgotten.
    #[must_use]
    pub fn take_reads(&self) -> Vec<Read> {
        std::mem::take(&mut self.inside().reads)
    }

    /// One version of a secret, or its latest; none if there is no such secret, or no such version.
    pub(super) fn read(&self, path: &str, version: Option<i64>) -> Option<Data> {
        let mut inside = self.inside();
        inside.reads.push(Read {
            path: path.to_owned(),
            version,
        });
        let versions = inside.secrets.get(path)?;
        match version {
            None => versions.last().cloned(),
            Some(version) => versions
                .get(usize::try_from(version).ok()?.checked_sub(1)?)
                .cloned(),
        }
    }
}
