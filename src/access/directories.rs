//! Directories: create, read, list, delete (access-api section 3). There is no update (access-api Q12).

use std::time::Duration;

use reqwest::Method;
use serde_json::Map;
use serde_json::json;
use tracing::debug;

use super::Client;
use super::decode;
use super::directory_list::ID_NAMES;
use super::directory_list::PATH;
use super::directory_list::READ_AGE;
use super::error::Area;
use super::error::CreateError;
use super::error::Error;
use super::error::ErrorKind;
use super::exchange::Body;
use super::exchange::Call;
use super::exchange::segment;
use super::media_type;
use super::retry::Repeat;

/// `type` of the directories that SCIM fills.
pub(super) const OTHER: &str = "OTHER_DIRECTORY";

/// How old a list may be that a creation starts from: new enough to tell by it what is ours, old enough for
/// creations that start together to share it.
pub(super) const CREATE_AGE: Duration = Duration::from_secs(5);

/// The pause before the second look at a deletion; it doubles up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// See [`FIRST_PAUSE`].
const LONGEST_PAUSE: Duration = Duration::from_secs(15);
/// How old a list may be that tells whether a deletion is over: parallel deletions share one.
const POLL_AGE: Duration = Duration::from_millis(400);

/// How long a directory stays listed after a deletion that failed with a fault, before the fault is believed.
const DOUBT: Duration = Duration::from_secs(10);

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
    /// directory that was not in it before is ours; after a refusal it is not.
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
            let location = answer.location().and_then(decode::last_segment);
            let location = location.filter(|id| !PATH.ends_with(id.as_str())); // the list's own address
            let mut object = match call.object(&answer) {
                Err(_) if location.is_some() => Map::new(), // the id is what matters
                object => object?,
            };
            if let Some(id) = location.filter(|_| decode::text(&object, &ID_NAMES).is_none()) {
                object.insert("id".to_owned(), id.into());
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
            let problem = match self.directory_list(POLL_AGE).await {
                Ok(listing) => match listing.find(id) {
                    None => return Ok(()),
                    Some(listed) => {
                        if listed.delete_in_progress {
                            outcome = Ok(()); // whatever it said
                        }
                        None
                    }
                },
                Err(problem) if is_passing(&problem) => Some(problem),
                Err(problem) => return Err(outcome.err().unwrap_or(problem)),
            };
            let waited = Duration::try_from(self.clock().now().duration_since(started)).unwrap_or_default();
            let patience = outcome
                .as_ref()
                .map_or_else(patience, |()| Duration::MAX)
                .min(timeout);
            if waited >= patience || self.clock().is_hurried() {
                outcome?;
                if let Some(problem) = problem {
                    return Err(problem);
                }
                let detail = format!("still listed {} s after it was deleted", waited.as_secs());
                return Err(call.timed_out(&detail, self.tenant_url()));
            }
            debug!(path = call.path, ?pause, "still being deleted");
            self.clock()
                .sleep(pause.min(patience.saturating_sub(waited)))
                .await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    pub(super) fn one_directory(
        &self,
        method: Method,
        id: &str,
        endpoint: &'static str,
    ) -> Result<Call, Error> {
        let path = self.tenant_url().path(&format!("{PATH}/{}", segment(id)?));
        Ok(Call {
            endpoint,
            ..Call::new(method, path, Area::Directories)
        })
    }
}

/// How long to see whether a deletion is carried out that ended in `error`. A tenant or gateway that gave no answer in
/// time may still be at it, for as long as the directory has users; a connection that broke says nothing like that.
fn patience(error: &Error) -> Duration {
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

/// What `existing` has in common with a directory to be created, if that is not allowed.
pub(super) fn clash(existing: &Directory, name: &str, domains: &[String]) -> Option<String> {
    if existing.name == name {
        return Some(format!("name {name:?}"));
    }
    let taken = existing.domains.as_deref().unwrap_or_default();
    let domain = domains
        .iter()
        .find(|domain| taken.iter().any(|it| it.eq_ignore_ascii_case(domain)))?;
    Some(format!("domain {domain}"))
}

pub(super) fn exists(existing: &Directory, clash: String, refusal: Option<Error>) -> CreateError<Directory> {
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
pub(super) fn completed(mut created: Directory, name: &str, domains: &[String]) -> Directory {
    if created.name.is_empty() {
        name.clone_into(&mut created.name);
    }
    if created.r#type.is_empty() {
        OTHER.clone_into(&mut created.r#type);
    }
    created.domains = created.domains.or_else(|| Some(domains.to_vec()));
    created
}
