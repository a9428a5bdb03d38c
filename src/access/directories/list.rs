//! The list of directories, shared by everybody who needs it at the same time.
//!
//! The list is the one trustworthy answer to "is it there" (EVIDENCE Q10), and it is the same for all directories of
//! a run. So it is fetched once, kept for a while, and dropped by every write, but for a creation, which
//! adds what this run has made since.

use std::sync::atomic::Ordering;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use jiff::Timestamp;
use reqwest::Method;
use serde_json::Value;
use tokio::sync::OnceCell;
use tracing::{debug, warn};

use super::directory::{Directory, MEMBERS, OTHER, kind};
use super::memory::Listing;
use crate::access::http::bounded::Entry;
use crate::access::http::call::{Call, LIST_LIMIT};
use crate::access::http::error::{Area, Error};
use crate::access::http::media_type;
use crate::access::tenant::Tenant;

/// Below the tenant's root.
pub(in crate::access) const PATH: &str = "/jersey/manager/api/connectormanagement/directoryconfigs";

impl Tenant {
    /// A list that is not older than `age` and not from before a write that was over when this was called.
    pub(in crate::access) async fn directory_list(&self, age: Duration) -> Result<Arc<Listing>, Error> {
        let writes = self.0.directories.writes.load(Ordering::SeqCst);
        self.directory_list_after(writes, age).await
    }

    /// The same for a caller that accepts any list from after `writes` writes of this run; 0 is for one that knows by itself
    /// what this run has written since.
    pub(in crate::access) async fn directory_list_after(
        &self,
        writes: u64,
        age: Duration,
    ) -> Result<Arc<Listing>, Error> {
        let shared = &self.0.directories;
        let asked = self.clock().now(); // not when the wait is over: whoever waited shares what was fetched meanwhile
        let good = |listing: &Listing| {
            let fresh_until = listing.fetched_at.checked_add(age).unwrap_or(Timestamp::MAX);
            listing.writes >= writes && asked <= fresh_until
        };
        let fetch = Box::pin(self.fetch_directories()); // large, and part of everything that needs a list
        let listing = shared.flight.get(good, |_| false, fetch).await?;
        shared.polls.show(&listing);
        Ok(listing)
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
            places: OnceLock::new(),
            with_domains: OnceCell::new(),
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

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
}
