//! Finding out what became of a directory whose creation gave no proper answer (access-api Q13, Q27).
//!
//! Directories carry no secret that would prove whose they are. So one that was not in the list before is taken for
//! ours only when the tenant did not refuse to create it.

use std::collections::HashSet;
use std::time::Duration;

use tracing::debug;

use super::Client;
use super::directories::CREATE_AGE;
use super::directories::Directory;
use super::directories::OTHER;
use super::directories::clash;
use super::directories::completed;
use super::directories::exists;
use super::directory_list::Listing;
use super::error::CreateError;
use super::error::Error;
use super::error::ErrorKind;
use super::settle::Verdict;
use super::settle::nothing_created;

/// How many directories are asked for their domains to name the one that is in the way.
const MOST_ASKED: usize = 10;

impl Client {
    /// What became of the POST that ended in `error`. `before` is the list from before it.
    pub(super) async fn settle_directory(
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
        let unclear = |error: Error, reason: &str| CreateError::Unclear {
            id: name.to_owned(),
            error,
            reason: reason.to_owned(),
        };
        let known: HashSet<&str> = before.directories.iter().map(|it| it.id.as_str()).collect();
        // A 500 may be the refusal of a duplicate, which somebody else has just created.
        let adopt = matches!(verdict, Verdict::Lost | Verdict::Created);
        let mut others = Vec::new();
        let mut cut_short = false;
        for pause in verdict.looks() {
            if !self.wait_before_looking(*pause).await {
                cut_short = true;
                break;
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
                    return Err(unclear(error, &reason));
                }
            };
            let ours = |it: &&Directory| {
                let told = it.domains.as_ref();
                let told = told.is_none_or(|found| same_domains(found, domains));
                it.name == name && it.r#type == OTHER && told && !known.contains(it.id.as_str())
            };
            if adopt && let Some(found) = after.directories.iter().find(ours) {
                if verdict == Verdict::Lost && is_stale(before, &error) {
                    let reason = format!(
                        "the directory {} appeared while the request was waiting for its turn, so whose it is \
                         cannot be told",
                        found.id
                    );
                    return Err(unclear(error, &reason));
                }
                if self.0.directories.claim(&found.id) {
                    return Ok(completed(found.clone(), name, domains));
                }
            }
            others.clone_from(&after.directories);
        }
        if verdict == Verdict::Created {
            let reason = "the tenant says created, but does not list the directory";
            return Err(unclear(error, reason));
        }
        match self.what_is_in_the_way(others, name, domains).await {
            Some((existing, clash)) => Err(exists(&existing, clash, Some(error))),
            None if cut_short => {
                let reason = "the directory was not listed at once, and the run was interrupted before the list \
                              could be read again";
                Err(unclear(error, reason))
            }
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
        let by_name = others.iter().find(|it| it.name == name);
        let told = by_name.or_else(|| others.iter().find(|it| clash(it, name, domains).is_some()));
        if let Some(existing) = told {
            return Some((existing.clone(), clash(existing, name, domains)?));
        }
        let folded = name.to_lowercase(); // a tenant that makes no difference has refused it
        if let Some(existing) = others.iter().find(|it| it.name.to_lowercase() == folded) {
            return Some((existing.clone(), format!("name {:?}", existing.name)));
        }
        let silent = others.into_iter().filter(|it| it.domains.is_none());
        for mut other in silent.take(MOST_ASKED) {
            if self.clock().is_hurried() {
                break;
            }
            other.domains = self.directory_domains(&other.id).await.ok().flatten();
            if let Some(clash) = clash(&other, name, domains) {
                return Some((other, clash));
            }
        }
        None
    }
}

/// Whether the POST went out so long after the list that somebody else may have created the directory in between: the
/// tenant asked for a pause, or a sign-in took its time.
fn is_stale(before: &Listing, error: &Error) -> bool {
    let waited = error
        .inner()
        .sent_at
        .and_then(|at| Duration::try_from(at.duration_since(before.fetched_at)).ok());
    waited.is_some_and(|waited| waited > CREATE_AGE * 2)
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
