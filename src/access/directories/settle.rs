//! Finding out what became of a directory whose creation gave no proper answer (EVIDENCE Q13, Q27).
//!
//! Directories carry no secret that would prove whose they are. So the ids that were listed before the POST are
//! remembered: a directory with exactly the name and the domains that were sent, and another id, is ours, unless the
//! tenant refused. What cannot be settled at once may be settled later, from [`PendingDirectory`].

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use terraform_plugin::text;
use tracing::debug;

use super::directory::{Clash, Directory, OTHER, clash, same_but_for_case};
use super::error::{CreateDirectoryError, PendingDirectory};
use super::memory::{Listing, READ_AGE};
use super::presence::Absence;
use crate::access::http::error::{Error, ErrorKind};
use crate::access::looks::{CREATE_AGE, looks};
use crate::access::spelling::{domain_keys, folded_name, same_name};
use crate::access::tenant::Tenant;

/// How many directories are asked for their domains to name the one that is in the way.
const MOST_ASKED: usize = 10;

/// How many directories are asked whether the tenant tells domains at all.
const FEW_OTHERS: usize = 3;

/// What became of a creation.
pub enum SettledDirectory {
    /// This is it.
    Ours(Directory),
    /// There is none: proved.
    Nothing,
    /// Still not known: why, and which directory may be the one.
    Unclear(String, Option<Box<Directory>>),
}

/// What a list shows of a creation.
enum Trace {
    Ours(Directory),
    /// Similar, and perhaps the one.
    Similar(Directory),
    Nothing,
}

impl Tenant {
    /// What became of the POST that ended in `error`. `before` is the list from before it.
    pub(in crate::access) async fn settle_directory(
        &self,
        before: &Listing,
        name: &str,
        domains: &[String],
        error: Error,
    ) -> Result<Directory, CreateDirectoryError> {
        if is_refused(&error) {
            return Err(self.refused(name, domains, error).await);
        }
        debug!(%error, "settling a creation");
        let made = self.made_directories(|made| is_similar(made, name, domains));
        let pending = pending(before, made, name, domains, &error, self.clock().now());
        let mut reason = None;
        let mut suspect = None;
        for &pause in looks(error.is_promise()) {
            if !self.wait_before_looking(pause).await {
                reason = Some("the run was interrupted before the list could be read again".to_owned());
                break;
            }
            let listing = match self.directory_list(Duration::ZERO).await {
                Ok(listing) => listing,
                Err(problem) => {
                    reason = Some(format!("the list of directories failed too ({problem})"));
                    continue;
                }
            };
            match self.trace(&listing, &pending, name, domains).await {
                Trace::Ours(found) if self.0.directories.claim(&found.id) => return Ok(found),
                Trace::Ours(found) | Trace::Similar(found) => {
                    reason = Some(whose(&found, pending.doubtful));
                    suspect = Some(Box::new(found));
                }
                Trace::Nothing => reason = None,
            }
            // a 5xx may be the refusal of a duplicate (EVIDENCE Q13)
            if pause.is_zero()
                && error.kind() == ErrorKind::Server
                && let Some((existing, clash)) =
                    self.what_is_in_the_way(&before.directories, name, domains).await
            {
                return Err(exists(existing, clash, error));
            }
        }
        Err(CreateDirectoryError::Unclear {
            pending,
            error,
            reason: reason.unwrap_or_else(|| "the tenant does not list it, or not yet".to_owned()),
            suspect,
        })
    }

    /// What became of a creation that was left open.
    pub async fn settle_pending_directory(
        &self,
        pending: &PendingDirectory,
        name: &str,
        domains: &[String],
    ) -> Result<SettledDirectory, Error> {
        let mut listing = self.directory_list(READ_AGE).await?;
        loop {
            match self.trace(&listing, pending, name, domains).await {
                Trace::Ours(found) => return Ok(SettledDirectory::Ours(found)),
                Trace::Similar(found) => {
                    let reason = whose(&found, pending.doubtful);
                    return Ok(SettledDirectory::Unclear(reason, Some(Box::new(found))));
                }
                Trace::Nothing => {}
            }
            let is_listed =
                |listing: &Listing| new_and_similar(listing, pending, name, domains).next().is_some();
            match self.absence(&listing, Some(pending.at), is_listed).await {
                Absence::Proved => return Ok(SettledDirectory::Nothing),
                Absence::Unclear(reason) => return Ok(SettledDirectory::Unclear(reason, None)),
                Absence::Refuted(second) => listing = second,
            }
        }
    }

    /// What `listing` shows of a creation. Directories that it shows without their domains are asked for them.
    async fn trace(
        &self,
        listing: &Arc<Listing>,
        pending: &PendingDirectory,
        name: &str,
        domains: &[String],
    ) -> Trace {
        let mut trace = Trace::Nothing;
        for candidate in new_and_similar(listing, pending, name, domains) {
            let mut found = candidate.clone();
            let is_exact = found.r#type == OTHER && same_name(&found.name, name);
            let mut is_told = true;
            if is_exact && found.domains.is_none() {
                let told = self.directory_domains(&found.id, listing.fetched_at).await;
                // where others have some, those of this one may only not be shown everywhere yet
                is_told = match &told {
                    Ok(Some(_)) => true,
                    Ok(None) => !self.tells_domains_of_another(listing, &found.id).await,
                    Err(_) => false,
                };
                found.domains = told.unwrap_or_default();
            }
            let told = found.domains.as_deref().map(domain_keys);
            let has_them = told.is_none_or(|told| told == domain_keys(domains));
            if is_exact && is_told && has_them && !pending.doubtful {
                return Trace::Ours(found);
            }
            trace = Trace::Similar(found);
        }
        trace
    }

    /// Whether the tenant tells the domains of a directory in the list beside this one. A few are asked: a directory may
    /// have none.
    async fn tells_domains_of_another(&self, listing: &Listing, id: &str) -> bool {
        let is_another = |it: &&Directory| !it.delete_in_progress && !it.id.eq_ignore_ascii_case(id);
        for other in listing.directories.iter().filter(is_another).take(FEW_OTHERS) {
            let told = self.directory_domains_of(other).await.ok().flatten();
            if told.is_some_and(|domains| !domains.is_empty()) {
                return true;
            }
        }
        false
    }

    /// A refusal, with what is in the way if that can be found out.
    async fn refused(&self, name: &str, domains: &[String], error: Error) -> CreateDirectoryError {
        if !may_be_duplicate(&error) {
            return CreateDirectoryError::Failed(error);
        }
        let Ok(after) = self.directory_list(Duration::ZERO).await else {
            return CreateDirectoryError::Failed(error); // a refusal stands, whatever the second request says
        };
        // a tenant that makes no difference between letters has refused it
        let by_case = || same_but_for_case(self.not_deleted_here(&after.directories), name);
        let found = self.what_is_in_the_way(&after.directories, name, domains).await;
        match found.or_else(by_case) {
            Some((existing, clash)) => exists(existing, clash, error),
            None => CreateDirectoryError::Failed(error),
        }
    }

    /// What stays of a list that lags behind, and shows what this run has deleted.
    fn not_deleted_here<'a>(&self, listed: &'a [Directory]) -> impl Iterator<Item = &'a Directory> {
        let run = &self.0.directories.run;
        listed.iter().filter(|it| !run.has_deleted(&it.id))
    }

    /// The directory that has this name or one of these domains, if it can be found out.
    async fn what_is_in_the_way(
        &self,
        others: &[Directory],
        name: &str,
        domains: &[String],
    ) -> Option<(Directory, Clash)> {
        let others = || self.not_deleted_here(others);
        let by_name = others().find(|it| same_name(&it.name, name));
        let told = by_name.or_else(|| others().find(|it| clash(it, name, domains).is_some()));
        if let Some(existing) = told {
            return Some((existing.clone(), clash(existing, name, domains)?));
        }
        let silent = others().filter(|it| it.domains.is_none());
        for other in silent.take(MOST_ASKED) {
            if self.is_interrupted() {
                break;
            }
            let mut other = other.clone();
            let told = self.directory_domains(&other.id, self.clock().now()).await;
            other.domains = told.ok().flatten();
            if let Some(clash) = clash(&other, name, domains) {
                return Some((other, clash));
            }
        }
        None
    }
}

/// Whether a refusal may be that of a name or domain which is taken (EVIDENCE Q13).
pub(super) fn may_be_duplicate(error: &Error) -> bool {
    error.kind() == ErrorKind::Conflict || error.status() == Some(400)
}

/// Whether the tenant, or whatever is before it, would not have it, so that nothing was created. A 408 says that the
/// server has waited for more of the request.
fn is_refused(error: &Error) -> bool {
    use ErrorKind::{Configuration, Connect, Dns, Tls};
    let facts = error.facts();
    if facts.maybe_processed || facts.not_sent {
        return !facts.maybe_processed;
    }
    match error.status() {
        Some(status) => (300..500).contains(&status),
        None => matches!(error.kind(), Configuration | Connect | Dns | Tls),
    }
}

/// `made` are those that this process has made itself, which the list may be too old for.
fn pending(
    before: &Listing,
    made: Vec<String>,
    name: &str,
    domains: &[String],
    error: &Error,
    now: Timestamp,
) -> PendingDirectory {
    let at = error.facts().sent_at.unwrap_or(now);
    let similar = before
        .directories
        .iter()
        .filter(|it| is_similar(it, name, domains));
    let since = Duration::try_from(at.duration_since(before.fetched_at));
    let is_late = since.is_ok_and(|since| since > CREATE_AGE * 2); // a pause for the tenant, or a slow sign-in
    PendingDirectory {
        at,
        known: similar.map(|it| it.id.to_ascii_lowercase()).chain(made).collect(),
        // no tenant is without a directory of its own
        doubtful: is_late || before.why_not_whole().is_some() || before.directories.is_empty(),
    }
}

fn new_and_similar<'a>(
    listing: &'a Listing,
    pending: &'a PendingDirectory,
    name: &'a str,
    domains: &'a [String],
) -> impl Iterator<Item = &'a Directory> {
    let is_known = |it: &Directory| pending.known.iter().any(|id| id.eq_ignore_ascii_case(&it.id));
    let all = listing.directories.iter();
    all.filter(move |it| !it.delete_in_progress && !is_known(it) && is_similar(it, name, domains))
}

/// Whether it may be the one of this name, as some tenants show names and domains.
fn is_similar(directory: &Directory, name: &str, domains: &[String]) -> bool {
    if directory.is_of_another_type() {
        return false;
    }
    let told = domain_keys(directory.domains.as_deref().unwrap_or_default());
    directory.name.is_empty()
        || folded_name(&directory.name) == folded_name(name)
        || domain_keys(domains).iter().any(|domain| told.contains(domain))
}

fn whose(found: &Directory, doubtful: bool) -> String {
    let id = text::item(&found.id);
    if doubtful {
        format!(
            "the directory {id} appeared, but the list from before may have lacked it, so whose it is cannot be told"
        )
    } else {
        format!("the directory {id} may be it, but it is not shown with exactly this name and these domains")
    }
}

fn exists(existing: Directory, clash: Clash, refusal: Error) -> CreateDirectoryError {
    CreateDirectoryError::AlreadyExists {
        existing: Box::new(existing),
        clash,
        refusal: Some(refusal),
    }
}
