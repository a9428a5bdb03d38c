//! The list of directories, shared by everybody who needs it at the same time.
//!
//! The list is the one trustworthy answer to "is it there" (EVIDENCE Q10), and it is the same for all directories of
//! a run. So it is fetched once, kept for a while, and dropped by every write.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::time::Duration;

use jiff::Timestamp;
use reqwest::Method;
use serde_json::Map;
use serde_json::Value;
use tracing::debug;
use tracing::warn;

use super::calls::Directory;
use super::calls::OTHER;
use super::preflight::Preflight;
use super::presence::Looks;
use super::run::Run;
use crate::access::Client;
use crate::access::decode;
use crate::access::http::bounded::Entry;
use crate::access::http::error::Area;
use crate::access::http::error::Error;
use crate::access::http::exchange::Call;
use crate::access::http::exchange::LIST_LIMIT;
use crate::access::http::flight::Flight;
use crate::access::http::media_type;

/// Below the tenant's root.
pub(in crate::access) const PATH: &str = "/jersey/manager/api/connectormanagement/directoryconfigs";

/// How old a list may be for a read.
pub(in crate::access) const READ_AGE: Duration = Duration::from_secs(60);

/// What a directory's id is called (EVIDENCE 3.2).
pub(in crate::access) const ID_NAMES: [&str; 4] = [
    "directoryConfigurationId",
    "directoryConfigId",
    "directoryId",
    "id",
];

/// What is read of a directory in a list.
const MEMBERS: [&str; 14] = [
    "directoryConfigurationId",
    "directoryConfigId",
    "directoryId",
    "id",
    "_links",
    "userStoreId",
    "userstoreId",
    "userStoreUuid",
    "name",
    "type",
    "directoryType",
    "domains",
    "countDomains",
    "deleteInProgress",
];

/// What the client knows about the tenant's directories.
#[derive(Default)]
pub(in crate::access) struct DirectoryList {
    flight: Flight<Listing>,
    /// Counts the writes that are over.
    writes: AtomicU64,
    /// Ids that creations of this client have taken as theirs.
    claimed: Mutex<HashSet<String>>,
    pub looks: Looks,
    pub run: Run,
    pub preflight: Preflight,
    /// The tenant does not offer reading a single directory (EVIDENCE Q10).
    pub no_single_read: AtomicBool,
}

/// The list as it was at one time.
pub(in crate::access) struct Listing {
    writes: u64,
    pub fetched_at: Timestamp,
    pub directories: Vec<Directory>,
    /// Why there are more directories than these, if there are.
    pub missing: Option<String>,
    /// What is wrong with an entry that cannot be read, and may be of any directory.
    unreadable: Option<&'static str>,
}

impl DirectoryList {
    /// To be held during a write. When it is over, or given up, lists from before are no longer good.
    pub fn write(&self) -> Write<'_> {
        Write(self)
    }

    /// Takes `id` as the outcome of one creation; false when another one has it already.
    pub fn claim(&self, id: &str) -> bool {
        self.claimed
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(id.to_ascii_lowercase())
    }

    /// Whether `listing` knows of every write that is over.
    pub fn is_current(&self, listing: &Listing) -> bool {
        listing.writes >= self.writes.load(Ordering::SeqCst)
    }
}

/// See [`DirectoryList::write`].
pub(in crate::access) struct Write<'a>(&'a DirectoryList);

impl Drop for Write<'_> {
    fn drop(&mut self) {
        self.0.writes.fetch_add(1, Ordering::SeqCst);
    }
}

impl Listing {
    /// The directory with this id. A UUID is the same in capitals.
    pub fn find(&self, id: &str) -> Option<&Directory> {
        self.directories
            .iter()
            .find(|directory| directory.id.eq_ignore_ascii_case(id))
    }

    /// Why nothing is absent because it is not listed, if so.
    pub fn why_not_whole(&self) -> Option<&str> {
        self.missing.as_deref().or(self.unreadable)
    }
}

impl Client {
    /// A list that is not older than `age` and not from before a write that was over when this was called.
    pub(in crate::access) async fn directory_list(&self, age: Duration) -> Result<Arc<Listing>, Error> {
        let shared = &self.0.directories;
        let writes = shared.writes.load(Ordering::SeqCst);
        let asked = self.clock().now(); // not when the wait is over: whoever waited shares what was fetched meanwhile
        let good = |listing: &Listing| {
            let fresh_until = listing.fetched_at.checked_add(age).unwrap_or(Timestamp::MAX);
            listing.writes >= writes && asked <= fresh_until
        };
        let fetch = Box::pin(self.fetch_directories()); // large, and part of everything that needs a list
        shared.flight.get(good, |_| false, fetch).await
    }

    /// A list that is not whole is asked for once more.
    async fn fetch_directories(&self) -> Result<Listing, Error> {
        let first = self.fetch_list().await?;
        let listing = match first.why_not_whole() {
            Some(reason) if !self.is_interrupted() => {
                debug!(reason, "the list is not whole, asking for it again");
                self.fetch_list().await?
            }
            _ => first,
        };
        if let Some(reason) = listing.why_not_whole() {
            warn!(
                reason,
                found = listing.directories.len(),
                "the list of directories is not whole"
            );
        }
        Ok(listing)
    }

    async fn fetch_list(&self) -> Result<Listing, Error> {
        let writes = self.0.directories.writes.load(Ordering::SeqCst); // before the request, to be on the safe side
        let fetched_at = self.clock().now();
        let call = || Call {
            query: "includeJitDirectories=true".to_owned(), // their names and domains are taken, too
            endpoint: "GET directoryconfigs",
            vendor: Some(media_type::DIRECTORY_LIST),
            limit: LIST_LIMIT,
            ..Call::new(Method::GET, self.tenant_url().path(PATH), Area::Directories)
        };
        let read = |entry: Entry| {
            let read = read(entry.as_ref());
            let id = read.as_ref().ok().and_then(Option::as_ref);
            (id.map(|directory| directory.id.to_ascii_lowercase()), read)
        };
        let pages = self.pages(call, &MEMBERS, read).await?;
        let mut unreadable = None;
        let mut directories = Vec::with_capacity(pages.entries.len());
        for entry in pages.entries {
            match entry {
                Ok(directory) => directories.extend(directory),
                Err(why) => unreadable = Some(why),
            }
        }
        Ok(Listing {
            writes,
            fetched_at,
            directories,
            missing: pages.missing,
            unreadable,
        })
    }
}

/// The directory that an entry of the list is, or what is wrong with one that cannot be read. An entry without an id that
/// is of another type is none: it is built in, and nobody manages it.
fn read(entry: Option<&Value>) -> Result<Option<Directory>, &'static str> {
    let entry = entry.ok_or("an entry of it is too large")?;
    let object = entry.as_object().ok_or("an entry of it is not an object")?;
    match Directory::read(object) {
        Some(directory) => Ok(Some(directory)),
        None if kind(object).is_some_and(|kind| kind != OTHER) => Ok(None),
        None => Err("an entry of it holds no id"),
    }
}

fn kind(object: &Map<String, Value>) -> Option<String> {
    decode::text(object, &["type", "directoryType"])
}

impl Directory {
    /// Reads an entry of the list or a single directory; `None` without an id (EVIDENCE 3.2).
    pub(in crate::access) fn read(object: &Map<String, Value>) -> Option<Self> {
        let id = decode::text(object, &ID_NAMES);
        let domains = object
            .get("domains")
            .and_then(Value::as_array)
            .map(|items| domain_names(items));
        let count = decode::integer(object, "countDomains");
        Some(Self {
            id: id.or_else(|| id_in_address(decode::own_link(object)?))?,
            user_store_id: decode::text(object, &["userStoreId", "userstoreId", "userStoreUuid"]),
            name: decode::text(object, &["name"]).unwrap_or_default(),
            r#type: kind(object).unwrap_or_default(),
            domains: domains.filter(|domains| !domains.is_empty() || count == Some(0)),
            delete_in_progress: decode::boolean(object, "deleteInProgress").unwrap_or(false),
        })
    }
}

/// The id in the address of a directory. A job or whatever else has an address as well (EVIDENCE Q8).
pub(in crate::access) fn id_in_address(address: &str) -> Option<String> {
    decode::member_of(address, "directoryconfigs")
}

/// Domains as texts or as objects; what the objects call it is not known (EVIDENCE 3.3).
pub(in crate::access) fn domain_names(items: &[Value]) -> Vec<String> {
    let name = |item: &Value| match item {
        Value::String(name) => Some(name.clone()),
        Value::Object(object) => decode::text(object, &["name", "domain", "domainName"]),
        _ => None,
    };
    items.iter().filter_map(name).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_spelling_of_the_ids_is_read() {
        for (item, id, store) in [
            (
                json!({"directoryConfigurationId": "1", "userStoreId": "2"}),
                "1",
                Some("2"),
            ),
            (
                json!({"directoryConfigId": "1", "userStoreUuid": "2"}),
                "1",
                Some("2"),
            ),
            (json!({"directoryId": "1", "userstoreId": "2"}), "1", Some("2")),
            (json!({"id": "1", "userStoreId": null}), "1", None),
            (
                json!({"_links": {"self": {"href": "https://h/SAAS/x/directoryconfigs/1"}}}),
                "1",
                None,
            ),
        ] {
            let directory = Directory::read(item.as_object().expect("an object")).expect("an id");
            assert_eq!(
                (directory.id.as_str(), directory.user_store_id.as_deref()),
                (id, store),
                "{item}"
            );
        }
        for none in [
            json!({"name": "n"}),
            json!({"_links": {"self": {"href": "https://h/SAAS/x/jobs/1"}}}),
        ] {
            assert_eq!(Directory::read(none.as_object().expect("an object")), None);
        }
    }

    #[test]
    fn an_odd_entry_leaves_the_others_readable() {
        for (entries, found, whole) in [
            (json!([]), 0, true),
            (json!([{"id": "1"}, {"id": "2"}]), 2, true),
            (
                json!([{"id": "1"}, {"type": "SYSTEM_DIRECTORY", "name": "System"}]),
                1,
                true,
            ),
            (json!([{"id": "1", "type": "OF_TOMORROW"}]), 1, true),
            (json!([{"id": "1"}, "2"]), 1, false),
            (json!([null, {"id": "1"}]), 1, false),
            (json!([{"name": "n"}, {"id": "1"}]), 1, false),
            (json!([{"name": "n", "type": OTHER}]), 0, false),
        ] {
            let entries: Vec<_> = entries
                .as_array()
                .expect("a list")
                .iter()
                .map(Some)
                .map(read)
                .collect();
            let directories = entries.iter().flatten().flatten().count();
            let readable = entries.iter().all(Result::is_ok);
            assert_eq!((directories, readable), (found, whole), "{entries:?}");
        }
    }

    #[test]
    fn domains_are_told_or_not() {
        for (item, domains) in [
            (json!({"id": "1", "countDomains": 1}), None),
            (json!({"id": "1", "countDomains": 1, "domains": []}), None),
            (json!({"id": "1", "countDomains": 0, "domains": []}), Some(vec![])),
            (
                json!({"id": "1", "domains": ["a.b"]}),
                Some(vec!["a.b".to_owned()]),
            ),
            (
                json!({"id": "1", "domains": [{"name": "a.b"}]}),
                Some(vec!["a.b".to_owned()]),
            ),
        ] {
            let directory = Directory::read(item.as_object().expect("an object")).expect("an id");
            assert_eq!(directory.domains, domains, "{item}");
        }
    }
}
