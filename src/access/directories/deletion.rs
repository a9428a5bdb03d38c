//! Deleting a directory, which may take the tenant long: it deletes the users first (EVIDENCE 3.5, Q8).
//!
//! The answer to the DELETE is the first witness, a list the second. Without the first one, it takes two lists. Lists
//! are read for all deletions of a run together: see [`Schedule`](super::schedule::Schedule).

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use jiff::Timestamp;
use reqwest::Method;
use tokio::sync::watch;
use tracing::{debug, info};

use super::memory::{Listing, Poll};
use crate::access::http::call::Call;
use crate::access::http::error::{Error, ErrorKind};
use crate::access::looks::{BETWEEN_LOOKS, CREATE_AGE};
use crate::access::tenant::Tenant;

/// How long a directory stays listed after a deletion that failed with a fault, before the fault is believed.
const DOUBT: Duration = Duration::from_secs(10);

/// How long a directory is listed as if nothing had happened, before an accepted DELETE is sent once more.
const UNTOUCHED: Duration = Duration::from_secs(30);

/// What is known of a deletion.
struct Deletion {
    started: Timestamp,
    /// What the DELETE said; `Ok` as soon as anything shows that it is carried out.
    outcome: Result<(), Error>,
    /// For how long after the start an absence proves nothing unless the DELETE was answered with success and a list has
    /// shown the directory before: it was made a moment ago.
    spreading: Duration,
    /// A list has shown it, within a minute of its creation.
    was_seen: bool,
    /// Since when no list has shown the directory.
    unlisted_since: Option<Timestamp>,
    sent_again: bool,
    /// How many minutes of waiting were told to whoever reads the log.
    minutes_told: u64,
}

/// The looks that tell of one deletion.
struct Looks {
    polls: watch::Receiver<Option<Poll>>,
    /// How many writes were over when its DELETE was: a list tells of it that began no earlier.
    writes: u64,
}

/// What a list shows of it.
enum Sight {
    Gone,
    UnderWay,
    Untouched,
    /// Not listed, which proves nothing yet.
    Unproven(Option<Error>),
}

impl Tenant {
    /// Deletes a directory and returns when the tenant no longer lists it; [`ErrorKind::StillDeleting`] when that
    /// takes longer than `timeout`.
    pub async fn delete_directory(&self, id: &str, timeout: Duration) -> Result<(), Error> {
        let call = Call {
            query: "asyncDelete=true".to_owned(),
            ..self.one_directory(Method::DELETE, id, "")?
        };
        let spreading = self.still_spreading(id);
        let mut deletion = Deletion {
            started: self.clock().now(),
            spreading,
            was_seen: !spreading.is_zero() && self.lists(id).await,
            outcome: self.send_deletion(&call).await,
            unlisted_since: None,
            sent_again: false,
            minutes_told: 0,
        };
        // one that was not accepted need not be under way
        let mut by = match &deletion.outcome {
            Ok(()) => Timestamp::MAX,
            Err(_) => self.clock().now(),
        };
        let mut looks = self.looks();
        loop {
            let sight = match self.next_look(&mut looks, by).await {
                Some(Ok(listing)) => self.sight(&mut deletion, &listing, id, &call),
                Some(Err(problem)) if is_passing(&problem) => Sight::Unproven(Some(problem)),
                Some(Err(problem)) => return Err(deletion.outcome.err().unwrap_or(problem)),
                None => {
                    let detail = "the run was interrupted before a list could show whether it is gone";
                    Sight::Unproven(Some(call.timed_out(detail, self.tenant_url())))
                }
            };
            let waited = self.since(deletion.started);
            match &sight {
                Sight::Gone => {
                    self.0.directories.run.deleted(id);
                    self.0.directories.creation_times.forget(id);
                    return Ok(());
                }
                Sight::UnderWay => deletion.outcome = Ok(()), // whatever it said
                Sight::Untouched if waited >= UNTOUCHED && deletion.is_ignored() => {
                    info!(
                        path = call.path,
                        "accepted and not begun, asking for the deletion once more"
                    );
                    deletion.sent_again = true;
                    match self.send_deletion(&call).await {
                        Err(error) if error.says_not_found() => {} // and yet it is listed
                        outcome => deletion.outcome = outcome,
                    }
                    looks = self.looks();
                    continue;
                }
                _ => {}
            }
            let patience = patience(&deletion, &sight).min(timeout);
            if waited >= patience || self.is_interrupted() {
                return Err(deletion.failure(sight, waited, &call, self));
            }
            deletion.tell_progress(waited, patience, &call);
            by = deletion.next_look_by(&sight, patience);
        }
    }

    /// Whether a list of a few seconds ago shows a directory.
    async fn lists(&self, id: &str) -> bool {
        let listing = self.directory_list_after(0, CREATE_AGE).await;
        listing.is_ok_and(|listing| listing.find(id).is_some())
    }

    /// The looks that tell of a deletion of which the DELETE is over.
    fn looks(&self) -> Looks {
        let memory = &self.0.directories;
        memory.polls.schedule().join(self.clock().now());
        Looks {
            polls: memory.polls.subscribe(),
            writes: memory.writes.load(Ordering::SeqCst),
        }
    }

    /// The next look that tells of a deletion, whoever takes it; at `by` if nobody does before. `None`: the run was
    /// interrupted, and there was no list soon after.
    async fn next_look(&self, looks: &mut Looks, by: Timestamp) -> Option<Result<Arc<Listing>, Error>> {
        let polls = &self.0.directories.polls;
        let look = async {
            loop {
                let pause = polls.schedule().pause(by, self.clock().now());
                tokio::select! {
                    biased;
                    _ = looks.polls.changed() => {} // fails without a sender, which the tenant is
                    () = self.sleep(pause) => self.look_for_all(&looks.polls).await,
                }
                match looks.polls.borrow_and_update().as_ref() {
                    Some(poll) if poll.writes >= looks.writes => return poll.outcome.clone(),
                    _ => {}
                }
            }
        };
        self.interrupt().or_soon(look).await
    }

    /// Reads the list, and shows it to all deletions, unless another one of them was faster.
    async fn look_for_all(&self, seen: &watch::Receiver<Option<Poll>>) {
        let memory = &self.0.directories;
        let _turn = memory.polls.turn.lock().await;
        if seen.has_changed().unwrap_or_default() {
            return;
        }
        let writes = memory.writes.load(Ordering::SeqCst);
        let begun = self.clock().now();
        let outcome = self.directory_list(Duration::ZERO).await;
        memory.polls.schedule().looked(begun, self.clock().now());
        if let Err(error) = outcome {
            memory.polls.failed(writes, error);
        }
    }

    /// A 2xx with the tenant's own errors in it says no more than a fault.
    async fn send_deletion(&self, call: &Call) -> Result<(), Error> {
        let write = self.0.directories.write();
        let answer = self.send(call).await;
        drop(write);
        call.errors_in(&answer?).map_or(Ok(()), Err)
    }

    fn sight(&self, deletion: &mut Deletion, listing: &Listing, id: &str, call: &Call) -> Sight {
        if let Some(listed) = listing.find(id) {
            deletion.unlisted_since = None;
            deletion.was_seen = true;
            return if listed.delete_in_progress {
                Sight::UnderWay
            } else {
                Sight::Untouched
            };
        }
        if let Some(reason) = &listing.missing {
            let detail = format!("whether it is gone cannot be seen: the list is not whole ({reason})");
            let problem = call.timed_out(&detail, self.tenant_url());
            return Sight::Unproven(Some(problem.with(|facts| facts.kind = ErrorKind::Protocol)));
        }
        let is_shown = deletion.outcome.is_ok() && deletion.was_seen;
        if !is_shown && self.since(deletion.started) < deletion.spreading {
            return Sight::Unproven(None);
        }
        let since = *deletion.unlisted_since.get_or_insert(listing.fetched_at);
        let looks = Duration::try_from(listing.fetched_at.duration_since(since)).unwrap_or_default();
        // an entry that cannot be read might be of this directory
        let needs_two = !deletion.is_witnessed() || listing.why_not_whole().is_some();
        if needs_two && looks < BETWEEN_LOOKS {
            return Sight::Unproven(None);
        }
        Sight::Gone
    }

    fn still_spreading(&self, id: &str) -> Duration {
        let times = &self.0.directories.creation_times;
        times.still_spreading(id, self.clock().now())
    }

    /// Notes when the directory was created, as state remembers it.
    pub fn note_directory_creation(&self, id: &str, at: Timestamp) {
        self.0.directories.creation_times.note(id, at);
    }

    fn since(&self, started: Timestamp) -> Duration {
        Duration::try_from(self.clock().now().duration_since(started)).unwrap_or_default()
    }
}

impl Deletion {
    /// The tenant itself says that the directory is deleted, or that there is none.
    fn is_witnessed(&self) -> bool {
        self.outcome
            .as_ref()
            .map_or_else(Error::says_not_found, |()| true)
    }

    fn is_ignored(&self) -> bool {
        self.outcome.is_ok() && !self.sent_again
    }

    /// When the next look is needed: at the end of `patience`, or as the second witness.
    fn next_look_by(&self, sight: &Sight, patience: Duration) -> Timestamp {
        let after = |at: Timestamp, wait| at.checked_add(wait).unwrap_or(Timestamp::MAX);
        let end = after(self.started, patience);
        match (sight, self.unlisted_since) {
            (Sight::Unproven(None), Some(since)) => end.min(after(since, BETWEEN_LOOKS)),
            _ => end,
        }
    }

    /// Once a minute to whoever reads the log, and each time to whoever debugs.
    fn tell_progress(&mut self, waited: Duration, patience: Duration, call: &Call) {
        let minutes = waited.as_secs() / 60;
        if minutes > self.minutes_told {
            self.minutes_told = minutes;
            info!(
                path = call.path,
                minutes,
                ?patience,
                "the tenant is still deleting it"
            );
        } else {
            debug!(path = call.path, "still being deleted");
        }
    }

    fn failure(self, sight: Sight, waited: Duration, call: &Call, tenant: &Tenant) -> Error {
        if let Err(error) = self.outcome {
            return error;
        }
        if let Sight::Unproven(Some(problem)) = sight {
            return problem;
        }
        let detail = format!("still listed {} s after it was deleted", waited.as_secs());
        call.timed_out(&detail, tenant.tenant_url())
    }
}

/// How long to wait for what `sight` does not show yet.
fn patience(deletion: &Deletion, sight: &Sight) -> Duration {
    let by_answer = match &deletion.outcome {
        Ok(()) => Duration::MAX,
        Err(error) if error.says_not_found() => DOUBT,
        Err(error) => patience_with(error),
    };
    match sight {
        Sight::Unproven(None) => by_answer.max(deletion.spreading + DOUBT), // for the second look
        Sight::Unproven(Some(problem)) if problem.kind() == ErrorKind::Protocol => by_answer.min(DOUBT),
        _ => by_answer,
    }
}

/// How long to see whether a deletion is carried out that ended in `error`. A tenant or gateway that gave no answer in
/// time may still be at it, for as long as the directory has users; a connection that broke says nothing like that.
fn patience_with(error: &Error) -> Duration {
    match (error.kind(), error.status()) {
        _ if !error.outcome_is_unknown() => Duration::ZERO,
        (ErrorKind::Timeout, _) | (ErrorKind::Server, Some(504)) => Duration::MAX,
        _ => DOUBT,
    }
}

/// Whether the list may be readable in a while.
fn is_passing(problem: &Error) -> bool {
    use ErrorKind::{Connect, Dns, Lost, RateLimited, Server, Timeout};
    matches!(
        problem.kind(),
        Connect | Dns | Lost | RateLimited | Server | Timeout
    )
}
