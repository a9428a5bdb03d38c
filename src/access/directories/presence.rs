//! Whether a directory is there, and when it is proved that it is not.
//!
//! One look proves no absence: a tenant of several nodes lags behind its own writes, and a list may be cut short. So it
//! takes two whole lists, seconds apart. One second list serves everybody who needs one.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::directory::Directory;
use super::memory::{Listing, READ_AGE, apart};
use crate::access::creation_times::SPREADING;
use crate::access::http::error::Error;
use crate::access::looks::BETWEEN_LOOKS;
use crate::access::tenant::Tenant;

/// How long one process waits for second looks, all in all.
const PATIENCE: Duration = Duration::from_secs(10);

/// What a look for a directory came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DirectoryPresence {
    /// It is there.
    There(Directory),
    /// It is gone, or on its way out.
    Gone,
    /// It was not seen, which proves nothing: why.
    Unclear(String),
}

/// What became of the suspicion that something is absent.
pub(in crate::access) enum Absence {
    Proved,
    /// It is in this list.
    Refuted(Arc<Listing>),
    /// There is no proof: why.
    Unclear(String),
}

impl Tenant {
    /// Looks for a directory, twice if it takes that. `written` is when this provider last wrote it.
    pub async fn directory(&self, id: &str, written: Option<Timestamp>) -> Result<DirectoryPresence, Error> {
        let mut listing = self.directory_list(READ_AGE).await?;
        if listed(&listing, id).is_none() {
            match self
                .absence(&listing, written, |listing| listed(listing, id).is_some())
                .await
            {
                // no tenant is without a directory of its own: whoever lists none may just show none
                Absence::Proved if listing.directories.is_empty() && !self.says_no_directory(id).await => {
                    let reason = "the tenant lists no directory at all, not even its own";
                    return Ok(DirectoryPresence::Unclear(reason.to_owned()));
                }
                Absence::Proved => return Ok(DirectoryPresence::Gone),
                Absence::Unclear(reason) => return Ok(DirectoryPresence::Unclear(reason)),
                Absence::Refuted(second) => listing = second,
            }
        }
        self.presence(&listing, id).await
    }

    /// Whether the tenant itself says that there is no directory of this id.
    async fn says_no_directory(&self, id: &str) -> bool {
        let Ok(call) = self.single_read(id) else {
            return false;
        };
        let answer = self.send(&call).await;
        answer.is_err_and(|error| error.says_not_found())
    }

    /// Looks for a directory of which nothing is known that could get lost: one look is enough.
    pub async fn find_directory(&self, id: &str) -> Result<DirectoryPresence, Error> {
        let listing = self.directory_list(READ_AGE).await?;
        match listing.why_not_whole() {
            Some(reason) if listed(&listing, id).is_none() => {
                Ok(DirectoryPresence::Unclear(not_whole(reason)))
            }
            _ => self.presence(&listing, id).await,
        }
    }

    /// Looks for a directory anew after `pause`, because what was seen contradicts what was just written. `None`: there
    /// was no time, or it was not seen.
    pub async fn directory_again(&self, id: &str, pause: Duration) -> Result<Option<Directory>, Error> {
        if !self.wait_before_looking(pause).await {
            return Ok(None);
        }
        let listing = self.directory_list(Duration::ZERO).await?;
        match self.presence(&listing, id).await? {
            DirectoryPresence::There(directory) => Ok(Some(directory)),
            _ => Ok(None),
        }
    }

    /// How long ago `written` was, if not all of the tenant's nodes need know of it yet. Clocks of two machines may
    /// differ, so an instant to come counts as well, if it is as near.
    pub fn is_spreading(&self, written: Timestamp) -> Option<Duration> {
        let ago = apart(self.clock().now(), written);
        (ago < SPREADING).then_some(ago)
    }

    /// Whether what `first` lacks is really absent. `is_listed` looks for it in a list.
    pub(in crate::access) async fn absence(
        &self,
        first: &Arc<Listing>,
        written: Option<Timestamp>,
        is_listed: impl Fn(&Listing) -> bool,
    ) -> Absence {
        if let Some(ago) = written.and_then(|written| self.is_spreading(written)) {
            return Absence::Unclear(format!(
                "it was written only {} s ago, and a tenant may take a minute to show that everywhere",
                ago.as_secs()
            ));
        }
        let is_late =
            |listing: &Listing| written.is_none_or(|written| apart(listing.fetched_at, written) >= SPREADING);
        let mut first = Arc::clone(first);
        if !is_late(&first) {
            first = match self.directory_list(Duration::ZERO).await {
                Ok(listing) if is_listed(&listing) => return Absence::Refuted(listing),
                Ok(listing) => listing,
                Err(error) => return Absence::Unclear(format!("another look failed: {error}")),
            };
        }
        if let Some(reason) = first.why_not_whole() {
            return Absence::Unclear(not_whole(reason));
        }
        let looks = &self.0.directories.looks;
        let oldest = self.clock().now().checked_sub(READ_AGE).unwrap_or(Timestamp::MIN);
        let is_good =
            |listing: &Listing| listing.fetched_at >= oldest && self.0.directories.is_current(listing);
        let agrees = |listing: &Arc<Listing>| is_late(listing) && !is_listed(listing);
        if looks.others_than(&first, is_good).iter().any(agrees) {
            return Absence::Proved;
        }
        let mut spent = looks.spent.lock().await;
        match self.second_look(&first, &mut spent).await {
            Err(reason) => Absence::Unclear(reason),
            Ok(second) if is_listed(&second) => Absence::Refuted(second),
            Ok(second) => {
                if let Some(reason) = second.why_not_whole() {
                    return Absence::Unclear(not_whole(reason));
                }
                looks.whole().push(second);
                Absence::Proved
            }
        }
    }

    /// A list that is far enough from `first`.
    async fn second_look(&self, first: &Listing, spent: &mut Duration) -> Result<Arc<Listing>, String> {
        let started = self.clock().now();
        let since = Duration::try_from(started.duration_since(first.fetched_at)).unwrap_or_default();
        let wait = BETWEEN_LOOKS.saturating_sub(since);
        if *spent + wait > PATIENCE {
            return Err(format!(
                "a second look was needed, and this run has spent its {} s on such already",
                PATIENCE.as_secs()
            ));
        }
        if !self.wait_before_looking(wait).await {
            return Err("the run was interrupted before a second look".to_owned());
        }
        // not older than the end of the wait, whoever fetched it
        let listing = self.directory_list(since.saturating_sub(BETWEEN_LOOKS)).await;
        *spent += Duration::try_from(self.clock().now().duration_since(started)).unwrap_or_default();
        listing.map_err(|error| format!("a second look failed: {error}"))
    }

    /// What `listing` shows of a directory, with its domains.
    async fn presence(&self, listing: &Listing, id: &str) -> Result<DirectoryPresence, Error> {
        let Some(found) = listed(listing, id) else {
            return Ok(DirectoryPresence::Gone);
        };
        let mut directory = found.clone();
        if directory.domains.is_none() {
            let told = self.directory_domains(&directory.id, listing.fetched_at);
            directory.domains = told.await?;
        }
        Ok(DirectoryPresence::There(directory))
    }
}

/// The directory in a list, unless it is on its way out.
fn listed<'a>(listing: &'a Listing, id: &str) -> Option<&'a Directory> {
    listing.find(id).filter(|directory| !directory.delete_in_progress)
}

fn not_whole(reason: &str) -> String {
    format!("the tenant's list is not whole ({reason})")
}
