//! Reads that lag behind writes, on the tenant's own clock.

use jiff::Timestamp;

use crate::clients::Client;
use crate::directories::Directory;
use crate::world::World;

/// What the objects of one kind were before each write over the API.
#[derive(Debug)]
pub(crate) struct Earlier<T>(Vec<Write<T>>);

#[derive(Debug)]
struct Write<T> {
    at: Timestamp,
    id: String,
    /// Nothing before a creation.
    before: Option<T>,
}

impl<T> Default for Earlier<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Earlier<T> {
    /// Remembers a write.
    pub(crate) fn note(&mut self, at: Timestamp, id: &str, before: Option<T>) {
        let id = id.to_owned();
        self.0.push(Write { at, id, before });
    }

    /// Lets every reader see an object as it is now.
    pub(crate) fn settle(&mut self, id: &str) {
        self.0.retain(|write| write.id != id);
    }

    /// An object as it was at an instant. The first write after that knows; without one it is as now.
    fn one<'a>(&'a self, at: Timestamp, id: &str, now: Option<&'a T>) -> Option<&'a T> {
        self.after(at)
            .find(|write| write.id == id)
            .map_or(now, |write| write.before.as_ref())
    }

    /// All objects as they were at an instant; those that are gone since stand at the end.
    fn all<'a>(&'a self, at: Timestamp, now: &[&'a T], id: impl Fn(&T) -> &str) -> Vec<&'a T> {
        let mut ids: Vec<_> = now.iter().map(|object| id(object).to_owned()).collect();
        for write in self.after(at) {
            if !ids.contains(&write.id) {
                ids.push(write.id.clone());
            }
        }
        ids.iter()
            .filter_map(|wanted| {
                let now = now.iter().copied().find(|object| id(object) == wanted);
                self.one(at, wanted, now)
            })
            .collect()
    }

    fn after(&self, at: Timestamp) -> impl Iterator<Item = &Write<T>> {
        self.0.iter().filter(move |write| write.at > at)
    }
}

impl World {
    /// A client as a reader sees it who learns of a write only this many milliseconds later.
    pub(crate) fn client_behind(&self, id: &str, lag: u64) -> Option<&Client> {
        let now = self.clients.get(id);
        match lag {
            0 => now,
            _ => self.earlier_clients.one(self.clock.ago(lag), id, now),
        }
    }

    /// The clients as such a reader sees them, in the order of their ids.
    pub(crate) fn clients_behind(&self, lag: u64) -> Vec<&Client> {
        let now: Vec<_> = self.clients.values().collect();
        if lag == 0 {
            return now;
        }
        let mut seen = self
            .earlier_clients
            .all(self.clock.ago(lag), &now, |client| &client.client_id);
        seen.sort_by(|one, other| one.client_id.cmp(&other.client_id));
        seen
    }

    /// A directory as such a reader sees it.
    pub(crate) fn directory_behind(&self, id: &str, lag: u64) -> Option<&Directory> {
        let now = self.directories.iter().find(|directory| directory.id == id);
        match lag {
            0 => now,
            _ => self.earlier_directories.one(self.clock.ago(lag), id, now),
        }
    }

    /// The directories as such a reader sees them.
    pub(crate) fn directories_behind(&self, lag: u64) -> Vec<&Directory> {
        let now: Vec<_> = self.directories.iter().collect();
        match lag {
            0 => now,
            _ => self
                .earlier_directories
                .all(self.clock.ago(lag), &now, |directory| &directory.id),
        }
    }
}
