//! The domains of a directory that the list shows without them (EVIDENCE Q10, Q11).

use std::sync::atomic::Ordering;

use jiff::Timestamp;
use reqwest::Method;

use super::directory::{Directory, domain_names};
use super::memory::{READ_AGE, Told};
use crate::access::http::call::Call;
use crate::access::http::error::{Error, ErrorKind};
use crate::access::http::media_type;
use crate::access::tenant::Tenant;

impl Tenant {
    /// The domains of a directory; `None` when the tenant does not tell. They are not from before `since`, and not from
    /// before a write that was over when this was called. Whoever asks for the same ones shares the answer, so that a run
    /// asks once for each directory.
    pub(in crate::access) async fn directory_domains(
        &self,
        id: &str,
        since: Timestamp,
    ) -> Result<Option<Vec<String>>, Error> {
        let memory = &self.0.directories;
        let writes = memory.writes.load(Ordering::SeqCst);
        let good = |told: &Told| told.writes >= writes && told.asked_at >= since;
        let fetch = async {
            Ok(Told {
                writes: memory.writes.load(Ordering::SeqCst),
                asked_at: self.clock().now(),
                domains: self.ask_for_domains(id).await?,
            })
        };
        let told = memory.told(id).get(good, |_| false, Box::pin(fetch)).await;
        told.map(|told| told.domains.clone())
    }

    /// Since when an answer is new enough for a read.
    pub(in crate::access) fn new_enough(&self) -> Timestamp {
        self.clock().now().checked_sub(READ_AGE).unwrap_or(Timestamp::MIN)
    }

    /// The GET of one directory.
    pub(super) fn single_read(&self, id: &str) -> Result<Call, Error> {
        Ok(Call {
            vendor: Some(media_type::OTHER_DIRECTORY),
            ..self.one_directory(Method::GET, id, "GET directoryconfigs/{id}")?
        })
    }

    /// Neither of the two ways to ask is documented for directories of type Other, so whatever a tenant without them
    /// answers is no failure; only what speaks of the sign-in or of a passing trouble is.
    async fn ask_for_domains(&self, id: &str) -> Result<Option<Vec<String>>, Error> {
        if !self.0.directories.no_single_read.load(Ordering::Relaxed) {
            let call = self.single_read(id)?;
            match self.send(&call).await {
                Ok(answer) => {
                    let found = call.object(&answer).ok();
                    let found = found.and_then(|object| Directory::read(&object));
                    if let Some(domains) = found.and_then(|directory| directory.domains) {
                        return Ok(Some(domains));
                    }
                }
                Err(error) if not_offered(&error) => {
                    self.0
                        .directories
                        .no_single_read
                        .fetch_or(for_no_directory(&error), Ordering::Relaxed);
                }
                Err(error) => return Err(error),
            }
        }
        let mut call = self.one_directory(Method::GET, id, "GET directoryconfigs/{id}/domains")?;
        call.path += "/domains";
        call.vendor = Some(media_type::DOMAIN_LIST);
        match self.send(&call).await {
            Ok(answer) => {
                let list = call.value(&answer).unwrap_or_default();
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
}

/// Whether the tenant just does not have this way of reading, given that it let us read the list.
fn not_offered(error: &Error) -> bool {
    use ErrorKind::{BadRequest, Conflict, Forbidden, MediaType, NotAllowed, NotFound, NotJson, Protocol};
    let by_kind = matches!(
        error.kind(),
        BadRequest | Conflict | Forbidden | MediaType | NotAllowed | NotFound | NotJson | Protocol
    );
    let by_status = error.kind() == ErrorKind::Server && !matches!(error.status(), Some(502..=504));
    (by_kind || by_status) && !error.facts().not_sent
}

/// Whether the refusal is about the way of reading rather than about this directory.
fn for_no_directory(error: &Error) -> bool {
    use ErrorKind::{Forbidden, MediaType, NotAllowed, NotJson};
    match error.kind() {
        Forbidden | MediaType | NotAllowed => true,
        NotJson => error.status() == Some(404),
        _ => error.status() == Some(501),
    }
}
