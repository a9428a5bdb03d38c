//! Notes of what this process sees and does of directories, as far as it must not be taken for somebody else's doing.

use jiff::Timestamp;

use super::directory::{Clash, Directory, OTHER, clash};
use super::memory::Made;
use super::search::DirectoryKey;
use crate::access::spelling::{domain_keys, same_domain, same_name};
use crate::access::tenant::Tenant;

impl Tenant {
    /// Notes that the directory `id` is in a state or a plan of this run, and so not in the way of another one.
    pub fn note_own_directory(&self, id: &str) {
        let mut seen = self.0.directories.run.seen();
        seen.own.entry(id.to_ascii_lowercase()).or_default();
    }

    /// The same for an object of a state. False if this run has found the id for another one.
    pub fn note_directory_in_state(&self, id: &str, creation: Option<&str>) -> bool {
        let (id, creation) = (id.to_ascii_lowercase(), creation.unwrap_or_default());
        let mut seen = self.0.directories.run.seen();
        let is_anothers = seen.found.get(&id).is_some_and(|found| found != creation);
        seen.own.entry(id).or_default().insert(creation.to_owned());
        !is_anothers
    }

    /// Takes the directory `id` for what `creation` has made. False if another object of the state has it.
    pub fn take_directory_for(&self, id: &str, creation: Option<&str>) -> bool {
        let (id, creation) = (id.to_ascii_lowercase(), creation.unwrap_or_default());
        let mut seen = self.0.directories.run.seen();
        let mut others = seen.own.get(&id).into_iter().flatten();
        if others.any(|other| other != creation) {
            return false;
        }
        seen.own
            .entry(id.clone())
            .or_default()
            .insert(creation.to_owned());
        seen.found.insert(id, creation.to_owned());
        true
    }

    /// Notes that `creation` made or adopted the directory `id`.
    pub fn note_made_directory(&self, id: &str, creation: &str, name: &str, domains: &[String]) {
        let at = self.clock().now();
        self.0.directories.run.seen().made.push(Made {
            at,
            creation: creation.to_owned(),
            directory: Directory {
                id: id.to_ascii_lowercase(),
                user_store_id: None,
                name: name.to_owned(),
                r#type: OTHER.to_owned(),
                domains: Some(domains.to_vec()),
                delete_in_progress: false,
            },
        });
    }

    /// The directory that this process made or adopted since `since`, if it is in the way of one of this name and these
    /// domains.
    pub(in crate::access) fn made_in_the_way(
        &self,
        since: Timestamp,
        name: &str,
        domains: &[String],
    ) -> Option<(Directory, Clash)> {
        let seen = self.0.directories.run.seen();
        let counts = |made: &&Made| made.at >= since && !seen.deleted.contains(&made.directory.id);
        let mut made = seen.made.iter().filter(counts).map(|made| &made.directory);
        made.find_map(|made| clash(made, name, domains).map(|clash| (made.clone(), clash)))
    }

    /// The ids, in small letters, of those directories that this process made or adopted which are as asked for.
    pub(in crate::access) fn made_directories(&self, asked: impl Fn(&Directory) -> bool) -> Vec<String> {
        let seen = self.0.directories.run.seen();
        let made = seen.made.iter().map(|made| &made.directory);
        made.filter(|made| asked(made))
            .map(|made| made.id.clone())
            .collect()
    }

    /// Whether a creation of this process, and another one than `creation`, made or adopted the directory `id`.
    pub fn made_directory_otherwise(&self, id: &str, creation: Option<&str>) -> bool {
        let seen = self.0.directories.run.seen();
        let mut made = seen.made.iter();
        made.any(|made| {
            made.directory.id.eq_ignore_ascii_case(id) && Some(made.creation.as_str()) != creation
        })
    }

    /// Whether this process made or adopted a directory with this key.
    pub(in crate::access) fn made_directory_of(&self, key: DirectoryKey<'_>) -> bool {
        let seen = self.0.directories.run.seen();
        let mut made = seen.made.iter().map(|made| &made.directory);
        made.any(|made| match key {
            DirectoryKey::Id(id) => made.id.eq_ignore_ascii_case(id),
            DirectoryKey::Name(name) => same_name(&made.name, name),
            DirectoryKey::Domain(domain) => made.domains.iter().flatten().any(|it| same_domain(it, domain)),
        })
    }

    /// Whether this process made or adopted a directory of this name and these domains. Both are unique in a tenant.
    pub fn made_directory_like(&self, name: &str, domains: &[String]) -> bool {
        let seen = self.0.directories.run.seen();
        let mut made = seen.made.iter().map(|made| &made.directory);
        made.any(|made| {
            same_name(&made.name, name)
                && made.domains.as_deref().map(domain_keys) == Some(domain_keys(domains))
        })
    }
}
