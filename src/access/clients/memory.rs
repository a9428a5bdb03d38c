//! What this process has seen and done so far: whose an object is, and which may not be touched again.
//!
//! A CLI starts the provider anew for each phase of a run, so none of this outlives a plan or an apply.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::OnceCell;

use crate::access::creation_times::CreationTimes;
use crate::access::http::error::Error;

/// Ids of one kind of object, compared without regard to case: what a tenant makes of it is not known (EVIDENCE 2.2).
#[derive(Default)]
pub(in crate::access) struct Ids(Mutex<HashSet<String>>);

impl Ids {
    /// Notes `id`; false if it was noted before.
    pub fn note(&self, id: &str) -> bool {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(folded(id))
    }

    /// Whether `id` was noted.
    pub fn contains(&self, id: &str) -> bool {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .contains(&folded(id))
    }
}

pub(in crate::access) fn folded(id: &str) -> String {
    id.to_ascii_lowercase()
}

/// The OAuth clients of this run.
#[derive(Default)]
pub(in crate::access) struct Memory {
    /// Those in a state or plan that was looked at here.
    pub own: Ids,
    /// Those that were created or adopted here, and the `created_at` that state has of them.
    pub made: Mutex<HashMap<String, String>>,
    pub creation_times: CreationTimes,
    /// Those that were deleted here.
    pub deleted: Ids,
    /// Those whose creation once got no answer, and which are being replaced: their secret settles whose they are.
    pub may_be_ours: Ids,
    pub second_looks: SecondLooks,
    /// A refresh tried a secret, as the tenant did not show it.
    pub tries_secrets: AtomicBool,
    /// The one list of this process that plans are held against, or why there is none: the ids, [`folded`].
    pub listed: OnceCell<Option<Result<HashSet<String>, Error>>>,
}

/// The second looks of this run. Held while one is taken, so that whoever waits shares it.
#[derive(Default)]
pub(in crate::access) struct SecondLooks(pub tokio::sync::Mutex<Spent>);

#[derive(Default)]
pub(in crate::access) struct Spent {
    pub waited: Duration,
    /// When the clients were listed last, and their ids, [`folded`].
    pub list: Option<(Timestamp, HashSet<String>)>,
    /// When there was no whole list to be had last.
    pub none_at: Option<Timestamp>,
}
