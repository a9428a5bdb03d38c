//! Directories: create, read, list, delete (access-api section 3). There is no update (access-api Q12).

use std::collections::HashSet;
use std::sync::atomic::Ordering;
use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use tracing::debug;

use super::Client;
use super::decode;
use super::directory_list::Listing;
use super::directory_list::PATH;
use super::directory_list::READ_AGE;
use super::directory_list::domain_names;
use super::error::Area;
use super::error::CreateError;
use super::error::Error;
use super::error::ErrorKind;
use super::exchange::Body;
use super::exchange::Call;
use super::exchange::segment;
use super::media_type;
use super::retry::Repeat;
use super::settle::Verdict;
use super::settle::nothing_created;

/// `type` of the directories that SCIM fills.
const OTHER: &str = "OTHER_DIRECTORY";

/// How old a list may be that a creation starts from: new enough to tell by it what is ours, old enough for
/// creations that start together to share it.
const CREATE_AGE: Duration = Duration::from_secs(5);

/// The pause before the second look at a deletion; it doubles up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// See [`FIRST_PAUSE`].
const LONGEST_PAUSE: Duration = Duration::from_secs(15);
/// How old a list may be that tells whether a deletion is over: parallel deletions share one.
const POLL_AGE: Duration = Duration::from_millis(400);

/// How many directories are asked for their domains to name the one that is in the way.
const MOST_ASKED: usize = 50;

/// A directory of any type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directory {
    /// The UUID, whatever the tenant calls it (access-api 3.2).
    pub id: String,
    /// The UUID that SCIM users carry as `userStoreUuid`.
    pub user_store_id: Option<String>,
    /// The name, unique in the tenant.
    pub name: String,
    /// `OTHER_DIRECTORY`, `LOCAL_DIRECTORY`, `JIT_DIRECTORY`, …
    pub r#type: String,
    /// The domains; `None` when the tenant does not tell (access-api Q11).
    pub domains: Option<Vec<String>>,
    /// The tenant is deleting it; it may take a while (access-api Q8).
    pub delete_in_progress: bool,
}

impl Client {
    /// Creates a directory of type Other.
    ///
    /// The list is read first, once for all creations that start together: a directory with this name (exactly) or
    /// one of these domains (whatever their case) is in the way. After a lost answer the list is read again, and a
    /// directory that was not in it before is ours.
    pub async fn create_other_directory(
        &self,
        name: &str,
        domains: &[String],
    ) -> Result<Directory, CreateError<Directory>> {
        let before = self.directory_list(CREATE_AGE).await?;
        let in_the_way = before
            .directories
            .iter()
            .find_map(|it| clash(it, name, domains).map(|clash| (it, clash)));
        if let Some((existing, clash)) = in_the_way.filter(|(existing, _)| !existing.delete_in_progress) {
            return Err(exists(existing, clash, None));
        }
        let call = Call {
            endpoint: "POST directoryconfigs",
            vendor: Some(media_type::OTHER_DIRECTORY),
            body: Some(Body::json(
                json!({"type": OTHER, "domains": domains, "name": name}),
            )?),
            repeat: Repeat::Never,
            ..Call::new(Method::POST, self.tenant_url().path(PATH), Area::Directories)
        };
        let write = self.0.directories.write();
        let answer = self.send(&call).await;
        drop(write);
        let created = answer.and_then(|answer| {
            let mut object = call.object(&answer)?;
            if let Some(id) = answer.location().and_then(decode::last_segment) {
                object.entry("id").or_insert_with(|| id.into());
            }
            Directory::read(&object).ok_or_else(|| call.protocol(&answer, "the answer holds no id"))
        });
        match created {
            Ok(created) => {
                self.0.directories.claim(&created.id);
                Ok(completed(created, name, domains))
            }
            Err(error) => self.settle_directory(&before, name, domains, error).await,
        }
    }

    /// Reads one directory. Absence is concluded from the list alone (access-api Q10).
    pub async fn directory(&self, id: &str) -> Result<Option<Directory>, Error> {
        let listing = self.directory_list(READ_AGE).await?;
        let Some(listed) = listing.find(id) else {
            return Ok(None);
        };
        let mut directory = listed.clone();
        if directory.domains.is_none() {
            directory.domains = self.directory_domains(id).await?;
        }
        Ok(Some(directory))
    }

    /// All directories, as the list tells them: `domains` may be missing.
    pub async fn directories(&self) -> Result<Vec<Directory>, Error> {
        Ok(self.directory_list(READ_AGE).await?.directories.clone())
    }

    /// Deletes a directory and returns when the tenant no longer lists it; [`ErrorKind::StillDeleting`] when that
    /// takes longer than `timeout`.
    pub async fn delete_directory(&self, id: &str, timeout: Duration) -> Result<(), Error> {
        let call = Call {
            query: "asyncDelete=true".to_owned(),
            ..self.one_directory(Method::DELETE, id, "")?
        };
        let started = self.clock().now();
        let write = self.0.directories.write();
        let mut outcome = self.send(&call).await.map(drop);
        drop(write);
        let mut pause = FIRST_PAUSE;
        loop {
            let listing = self.directory_list(POLL_AGE).await;
            let Some(listed) = listing
                .map_err(|problem| outcome.clone().err().unwrap_or(problem))?
                .find(id)
                .cloned()
            else {
                return Ok(());
            };
            if listed.delete_in_progress {
                outcome = Ok(()); // whatever it said
            }
            outcome.clone()?;
            let waited = Duration::try_from(self.clock().now().duration_since(started)).unwrap_or_default();
            if waited >= timeout || self.clock().is_hurried() {
                let detail = format!("still listed {} s after it was deleted", waited.as_secs());
                return Err(call.timed_out(&detail, self.tenant_url()));
            }
            debug!(path = call.path, ?pause, "still being deleted");
            self.clock()
                .sleep(pause.min(timeout.saturating_sub(waited)))
                .await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// The domains of a directory that the list shows without them; `None` when the tenant does not tell.
    async fn directory_domains(&self, id: &str) -> Result<Option<Vec<String>>, Error> {
        if !self.0.directories.no_single_read.load(Ordering::Relaxed) {
            let call = Call {
                vendor: Some(media_type::OTHER_DIRECTORY),
                ..self.one_directory(Method::GET, id, "GET directoryconfigs/{id}")?
            };
            match self.send(&call).await {
                Ok(answer) => {
                    let found = Directory::read(&call.object(&answer)?);
                    if let Some(domains) = found.and_then(|directory| directory.domains) {
                        return Ok(Some(domains));
                    }
                }
                Err(error) if not_offered(&error) => {
                    let general = error.kind() != ErrorKind::NotFound;
                    self.0
                        .directories
                        .no_single_read
                        .fetch_or(general, Ordering::Relaxed);
                }
                Err(error) => return Err(error),
            }
        }
        let mut call = self.one_directory(Method::GET, id, "GET directoryconfigs/{id}/domains")?;
        call.path += "/domains";
        call.vendor = Some(media_type::DOMAIN_LIST);
        match self.send(&call).await {
            Ok(answer) => {
                let list = call.value(&answer)?;
                let names = list
                    .get("items")
                    .unwrap_or(&list)
                    .as_array()
                    .map(|items| domain_names(items));
                Ok(names.filter(|names| !names.is_empty()))
            }
            Err(error) if not_offered(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// What became of the POST that ended in `error`. `before` is the list from before it.
    async fn settle_directory(
        &self,
        before: &Listing,
        name: &str,
        domains: &[String],
        error: Error,
    ) -> Result<Directory, CreateError<Directory>> {
        let verdict = Verdict::of(&error);
        debug!(?verdict, "settling a creation");
        if verdict == Verdict::Refused {
            return Err(CreateError::Failed(error));
        }
        let unclear = |error: Error, reason: String| CreateError::Unclear {
            id: name.to_owned(),
            error,
            reason,
        };
        let known: HashSet<&str> = before
            .directories
            .iter()
            .map(|directory| directory.id.as_str())
            .collect();
        let mut others = Vec::new();
        for pause in verdict.looks() {
            if !pause.is_zero() {
                self.clock().sleep(*pause).await;
            }
            let after = match self.directory_list(Duration::ZERO).await {
                Ok(after) => after,
                Err(_) if verdict == Verdict::PerhapsDuplicate => return Err(CreateError::Failed(error)),
                Err(problem)
                    if error.kind() == ErrorKind::NotJson && problem.kind() == ErrorKind::NotJson =>
                {
                    return Err(CreateError::Failed(error)); // the API is elsewhere
                }
                Err(problem) => {
                    let reason = format!(
                        "whether the directory was created is unknown, for the list failed too ({problem})"
                    );
                    return Err(unclear(error, reason));
                }
            };
            let ours = |it: &&Directory| {
                let told = it
                    .domains
                    .as_ref()
                    .is_none_or(|found| same_domains(found, domains));
                it.name == name && it.r#type == OTHER && told && !known.contains(it.id.as_str())
            };
            let found = after.directories.iter().find(ours);
            if let Some(found) = found.filter(|_| verdict != Verdict::PerhapsDuplicate)
                && self.0.directories.claim(&found.id)
            {
                return Ok(completed(found.clone(), name, domains));
            }
            others.clone_from(&after.directories);
        }
        if verdict == Verdict::Created {
            return Err(unclear(
                error,
                "the tenant says created, but does not list the directory".to_owned(),
            ));
        }
        match self.what_is_in_the_way(others, name, domains).await {
            Some((existing, clash)) => Err(exists(&existing, clash, Some(error))),
            None => Err(CreateError::Failed(nothing_created(&error))),
        }
    }

    /// The directory that has this name or one of these domains, if it can be found out.
    async fn what_is_in_the_way(
        &self,
        others: Vec<Directory>,
        name: &str,
        domains: &[String],
    ) -> Option<(Directory, String)> {
        let exactly = others.iter().find(|it| it.name == name);
        let folded = name.to_lowercase(); // a tenant that makes no difference has refused it
        if let Some(existing) = exactly.or_else(|| others.iter().find(|it| it.name.to_lowercase() == folded))
        {
            return Some((existing.clone(), format!("name {:?}", existing.name)));
        }
        for mut other in others.into_iter().take(MOST_ASKED) {
            if other.domains.is_none() {
                other.domains = self.directory_domains(&other.id).await.ok().flatten();
            }
            if let Some(clash) = clash(&other, name, domains) {
                return Some((other, clash));
            }
        }
        None
    }

    fn one_directory(&self, method: Method, id: &str, endpoint: &'static str) -> Result<Call, Error> {
        let path = self.tenant_url().path(&format!("{PATH}/{}", segment(id)?));
        Ok(Call {
            endpoint,
            ..Call::new(method, path, Area::Directories)
        })
    }
}

/// What `existing` has in common with a directory to be created, if that is not allowed.
fn clash(existing: &Directory, name: &str, domains: &[String]) -> Option<String> {
    if existing.name == name {
        return Some(format!("name {name:?}"));
    }
    let taken = existing.domains.as_deref().unwrap_or_default();
    let domain = domains
        .iter()
        .find(|domain| taken.iter().any(|it| it.eq_ignore_ascii_case(domain)))?;
    Some(format!("domain {domain}"))
}

fn exists(existing: &Directory, clash: String, refusal: Option<Error>) -> CreateError<Directory> {
    let (id, name) = (Some(existing.id.clone()), Some(existing.name.clone()));
    CreateError::AlreadyExists {
        what: "directory",
        id,
        name,
        clash,
        refusal,
    }
}

/// `created`, with what the tenant left out of its answer.
fn completed(mut created: Directory, name: &str, domains: &[String]) -> Directory {
    if created.name.is_empty() {
        name.clone_into(&mut created.name);
    }
    if created.r#type.is_empty() {
        OTHER.clone_into(&mut created.r#type);
    }
    created.domains = created.domains.or_else(|| Some(domains.to_vec()));
    created
}

fn same_domains(one: &[String], other: &[String]) -> bool {
    let lower = |domains: &[String]| {
        domains
            .iter()
            .map(|it| it.to_ascii_lowercase())
            .collect::<HashSet<_>>()
    };
    lower(one) == lower(other)
}

/// Whether the tenant just does not have this way of reading, given that it let us read the list.
fn not_offered(error: &Error) -> bool {
    use ErrorKind::{Forbidden, MediaType, NotAllowed, NotFound};
    matches!(error.kind(), NotFound | NotAllowed | MediaType | Forbidden) || error.status() == Some(404)
}
