//! What this process has seen and done of directories, as far as it must not be taken for somebody else's doing.
//!
//! A CLI starts the provider anew for each phase of a run, so that none of it outlives a plan or an apply.

use std::collections::HashMap;
use std::collections::HashSet;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;

use super::Client;

/// See the module. Ids are UUIDs: the same in capitals.
#[derive(Default)]
pub(super) struct Run(Mutex<Seen>);

#[derive(Default)]
struct Seen {
    own: HashSet<String>,
    /// Ids and the creations that made or adopted them.
    made: HashMap<String, String>,
    deleted: HashSet<String>,
}

impl Run {
    pub fn deleted(&self, id: &str) {
        self.seen().deleted.insert(id.to_ascii_lowercase());
    }

    pub fn has_deleted(&self, id: &str) -> bool {
        self.seen().deleted.contains(&id.to_ascii_lowercase())
    }

    pub fn is_own(&self, id: &str) -> bool {
        self.seen().own.contains(&id.to_ascii_lowercase())
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Client {
    /// Notes that the directory `id` is in a state or a plan of this run, and so not in the way of another one.
    pub fn note_own_directory(&self, id: &str) {
        self.0.directories.run.seen().own.insert(id.to_ascii_lowercase());
    }

    /// Notes that `creation` made or adopted the directory `id`.
    pub fn note_made_directory(&self, id: &str, creation: &str) {
        let mut seen = self.0.directories.run.seen();
        seen.made.insert(id.to_ascii_lowercase(), creation.to_owned());
    }

    /// Whether a creation of this process, and another one than `creation`, made or adopted the directory `id`.
    pub fn made_directory_otherwise(&self, id: &str, creation: Option<&str>) -> bool {
        let seen = self.0.directories.run.seen();
        let made = seen.made.get(&id.to_ascii_lowercase());
        made.is_some_and(|made| Some(made.as_str()) != creation)
    }
}
