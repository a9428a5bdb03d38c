//! What this process knows of directories, and what it has done.
//!
//! A CLI starts the provider anew for each phase of a run, so that none of it outlives a plan or an apply. Several
//! objects of a state may be of one directory by mistake; what tells them apart is the creation that they remember,
//! and nothing for an imported one.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::{OnceCell, watch};

use super::directory::Directory;
use super::schedule::Schedule;
use crate::access::creation_times::CreationTimes;
use crate::access::http::error::Error;
use crate::access::http::flight::Flight;
use crate::access::looks::BETWEEN_LOOKS;

/// How old a list may be for a read.
pub(in crate::access) const READ_AGE: Duration = Duration::from_secs(60);

/// What the client knows about the tenant's directories.
#[derive(Default)]
pub(in crate::access) struct Memory {
    pub flight: Flight<Listing>,
    /// By id in small letters.
    told: Mutex<HashMap<String, Arc<Flight<Told>>>>,
    /// Counts the writes that are over.
    pub writes: AtomicU64,
    /// Ids that creations of this client have taken as theirs.
    pub claimed: Mutex<HashSet<String>>,
    pub looks: Looks,
    pub polls: Polls,
    pub run: Run,
    pub creation_times: CreationTimes,
    pub preflight: Preflight,
    /// The tenant does not offer reading a single directory (EVIDENCE Q10).
    pub no_single_read: AtomicBool,
}

impl Memory {
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

    /// What the tenant has told of this directory alone.
    pub fn told(&self, id: &str) -> Arc<Flight<Told>> {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(told.entry(id.to_ascii_lowercase()).or_default())
    }

    /// Whether `listing` knows of every write that is over.
    pub fn is_current(&self, listing: &Listing) -> bool {
        listing.writes >= self.writes.load(Ordering::SeqCst)
    }
}

/// The list as it was at one time.
pub(in crate::access) struct Listing {
    pub writes: u64,
    pub fetched_at: Timestamp,
    pub directories: Vec<Directory>,
    /// Why there are more directories than these, if there are.
    pub missing: Option<String>,
    /// What is wrong with an entry that cannot be read, and may be of any directory.
    pub unreadable: Option<&'static str>,
    /// Where each is in `directories`, by id in small letters, once somebody has looked for one.
    pub places: OnceLock<HashMap<String, usize>>,
    /// Those that stay, with their domains, once somebody has looked for a domain that the list does not tell.
    pub with_domains: OnceCell<Vec<Directory>>,
}

impl Listing {
    /// The directory with this id. A UUID is the same in capitals.
    pub fn find(&self, id: &str) -> Option<&Directory> {
        let places = self.places.get_or_init(|| {
            let all = self.directories.iter().enumerate().rev(); // the first of several counts
            all.map(|(place, directory)| (directory.id.to_ascii_lowercase(), place))
                .collect()
        });
        let place = places.get(&id.to_ascii_lowercase())?;
        self.directories.get(*place)
    }

    /// Why nothing is absent because it is not listed, if so.
    pub fn why_not_whole(&self) -> Option<&str> {
        self.missing.as_deref().or(self.unreadable)
    }
}

/// The domains of a directory that lists show without them.
pub(in crate::access) struct Told {
    pub writes: u64,
    pub asked_at: Timestamp,
    /// `None` when the tenant does not tell them.
    pub domains: Option<Vec<String>>,
}

/// See [`Memory::write`].
pub(in crate::access) struct Write<'a>(&'a Memory);

impl Drop for Write<'_> {
    fn drop(&mut self) {
        self.0.writes.fetch_add(1, Ordering::SeqCst);
    }
}

/// The one list of this process that plans are held against, or why there is none.
pub(in crate::access) type Preflight = OnceCell<Option<Result<Arc<Listing>, Error>>>;

/// The looks of this process.
#[derive(Default)]
pub(in crate::access) struct Looks {
    /// Whole lists that were looked at.
    pub whole: Mutex<Vec<Arc<Listing>>>,
    /// What has been spent on second looks. Held while one is taken, so that whoever waits shares it.
    pub spent: tokio::sync::Mutex<Duration>,
}

impl Looks {
    /// The other whole lists that are as far from `first` as it takes, and not outdated. `first` is remembered as well.
    pub fn others_than(&self, first: &Arc<Listing>, is_good: impl Fn(&Listing) -> bool) -> Vec<Arc<Listing>> {
        let mut whole = self.whole();
        whole.retain(|listing| is_good(listing));
        if !whole.iter().any(|listing| Arc::ptr_eq(listing, first)) {
            whole.push(Arc::clone(first));
        }
        let is_far = |listing: &&Arc<Listing>| apart(listing.fetched_at, first.fetched_at) >= BETWEEN_LOOKS;
        whole.iter().filter(is_far).map(Arc::clone).collect()
    }

    pub fn whole(&self) -> MutexGuard<'_, Vec<Arc<Listing>>> {
        self.whole.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The looks that tell when deletions are over. All deletions of a run share them.
#[derive(Default)]
pub(in crate::access) struct Polls {
    schedule: Mutex<Schedule>,
    /// Held by the deletion that looks for all.
    pub turn: tokio::sync::Mutex<()>,
    last: watch::Sender<Option<Poll>>,
}

/// One look, whatever it came to.
#[derive(Clone)]
pub(in crate::access) struct Poll {
    /// So many writes were over when it began.
    pub writes: u64,
    pub outcome: Result<Arc<Listing>, Error>,
}

impl Polls {
    pub fn schedule(&self) -> MutexGuard<'_, Schedule> {
        self.schedule.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells of every look from now on.
    pub fn subscribe(&self) -> watch::Receiver<Option<Poll>> {
        self.last.subscribe()
    }

    /// Shows a list to every deletion that is waited for, whatever it was fetched for.
    pub fn show(&self, listing: &Arc<Listing>) {
        let is_shown = |last: &Option<Poll>| {
            let outcome = last.as_ref().map(|last| &last.outcome);
            matches!(outcome, Some(Ok(shown)) if Arc::ptr_eq(shown, listing))
        };
        self.last.send_if_modified(|last| {
            let is_new = !is_shown(last);
            if is_new {
                *last = Some(Poll {
                    writes: listing.writes,
                    outcome: Ok(Arc::clone(listing)),
                });
            }
            is_new
        });
    }

    /// The same with a look that failed.
    pub fn failed(&self, writes: u64, error: Error) {
        let outcome = Err(error);
        self.last.send_replace(Some(Poll { writes, outcome }));
    }
}

/// Whose directories are whose. Ids are UUIDs: the same in capitals.
#[derive(Default)]
pub(in crate::access) struct Run(Mutex<Seen>);

impl Run {
    pub fn deleted(&self, id: &str) {
        self.seen().deleted.insert(id.to_ascii_lowercase());
    }

    pub fn has_deleted(&self, id: &str) -> bool {
        self.seen().deleted.contains(&id.to_ascii_lowercase())
    }

    pub fn has_deleted_any(&self) -> bool {
        !self.seen().deleted.is_empty()
    }

    pub fn is_own(&self, id: &str) -> bool {
        self.seen().own.contains_key(&id.to_ascii_lowercase())
    }

    pub fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Default)]
pub(in crate::access) struct Seen {
    /// Ids in state or plan, and the creations that the objects there remember.
    pub own: HashMap<String, HashSet<String>>,
    /// Ids that were found for creations of which nobody knew what had come of them.
    pub found: HashMap<String, String>,
    pub made: Vec<Made>,
    pub deleted: HashSet<String>,
}

pub(in crate::access) struct Made {
    pub at: Timestamp,
    pub creation: String,
    /// As this process knows it, its id in small letters.
    pub directory: Directory,
}

pub(in crate::access) fn apart(one: Timestamp, other: Timestamp) -> Duration {
    one.duration_since(other).unsigned_abs()
}
