//! OAuth 2.0 clients: create, read, update, delete, list (EVIDENCE 2).

use std::collections::{HashMap, HashSet};
use std::sync::atomic::Ordering;
use std::sync::{MutexGuard, PoisonError};
use std::time::Duration;

use reqwest::Method;
use reqwest::header::HeaderValue;
use serde_json::{Map, Value};
use terraform_plugin::secret::Secret;
use tracing::warn;

use super::error::{CreateError, SecretInForce, UpdateError};
use super::fields::{
    Created, OAuthClient, OAuthClientChange, OAuthClientSummary, Proof, SecretChange, SecretOutcome, Updated,
};
use super::memory::folded;
use super::settle::unclear;
use crate::access::decode;
use crate::access::http::body::Body;
use crate::access::http::bounded::MOST_ENTRIES;
use crate::access::http::call::{Call, LIST_LIMIT};
use crate::access::http::encode::segment;
use crate::access::http::error::{Area, Error, ErrorKind};
use crate::access::http::exchange::marked;
use crate::access::http::retry::Repeat;
use crate::access::http::transport::Answer;
use crate::access::http::{media_type, refusal};
use crate::access::looks::{FEW_LOOKS, LOOKS};
use crate::access::pages::Next;
use crate::access::tenant::Tenant;
use crate::access::tokens::secret_check::{SECRET_LOOKS, SecretVerdict};

/// Below the tenant's root.
const PATH: &str = "/jersey/manager/api/oauth2clients";

/// The page size that tenants with paging use by default (EVIDENCE 2.5).
const PAGE_SIZE: usize = 50;

/// How long a plan is held up by a look at what is there. This bounds real requests, so it is real time, as their own
/// timeout is.
const LIMIT: Duration = Duration::from_secs(10);

/// No tenant has so many pages; a paging that never ends does.
const MOST_PAGES: usize = 1000;

impl Tenant {
    /// Creates a client.
    ///
    /// The POST is never repeated blindly (EVIDENCE Q27). A 2xx with the client in it needs nothing more. Whatever says
    /// less is settled: the client is looked up, and its secret tells whose it is. With a secret that is given, the id is
    /// looked up before as well, and in a list, as such a secret proves nothing of a client that was there already.
    pub async fn create_oauth_client(&self, new: &OAuthClient, proof: Proof) -> Result<Created, CreateError> {
        segment(&new.client_id)?; // an id that could never be read back must not be created
        if proof != Proof::FreshSecret {
            let existing = self.oauth_client_before_creation(&new.client_id).await;
            let existing = existing.map_err(|error| match proof {
                Proof::GivenBefore => unclear(
                    new,
                    error,
                    "whether the client of an earlier creation is there could not be looked up",
                ),
                _ => CreateError::Failed(error),
            })?;
            if let Some(existing) = existing {
                return self.settle_existing(new, proof, existing).await;
            }
        }
        let call = Call {
            endpoint: "POST oauth2clients",
            vendor: Some(media_type::CLIENT),
            body: Some(Body::json(new.to_body())?),
            repeat: Repeat::Never,
            secrets: new.secret.iter().cloned().collect(),
            ..Call::new(Method::POST, self.tenant_url().path(PATH), Area::Clients)
        };
        let outcome = self
            .send(&call)
            .await
            .and_then(|answer| done(&call, &answer, &new.client_id));
        let created = match outcome {
            Ok(client) => self.adopted(new, client, proof).await,
            Err(error) => self.settle_creation(new, proof, error).await,
        };
        if let Ok(created) = &created {
            self.note_client_creation(&created.client.client_id, self.clock().now());
        }
        created
    }

    /// Reads a client. `None` only when the API itself says so: after a web page or nothing with status 404, which
    /// may come from the tenant's own server as well as from another one, the list has to say it.
    pub async fn oauth_client(&self, id: &str) -> Result<Option<OAuthClient>, Error> {
        let call = self.one(Method::GET, id, "GET oauth2clients/{id}")?;
        match self.send(&call).await {
            Ok(answer) => read(&call, &answer, id).map(Some),
            Err(error) if error.says_not_found() => Ok(None),
            Err(error) if error.status() == Some(404) && self.lists_all_but(id).await => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Reads a client once, without a second attempt: for what nobody should wait for. Signing in, where that has not
    /// happened yet, is repeated as always.
    pub async fn oauth_client_at_once(&self, id: &str) -> Result<OAuthClient, Error> {
        let call = Call {
            max_retries: Some(0),
            ..self.one(Method::GET, id, "GET oauth2clients/{id}")?
        };
        let answer = self.send(&call).await?;
        read(&call, &answer, id)
    }

    /// Changes a client by reading it, merging `change`, and putting all of it back (EVIDENCE Q3), on the condition that
    /// nobody else changed it in between, where the tenant can tell. Nothing is put when that would change nothing.
    pub async fn update_oauth_client(
        &self,
        id: &str,
        change: &OAuthClientChange,
        secret: &SecretChange,
        old_secret: Option<&Secret>,
    ) -> Result<Updated, UpdateError> {
        let unchanged = |error| UpdateError {
            error,
            secret_in_force: SecretInForce::Old,
        };
        let mut known_is_left_out = false;
        let mut etag = None;
        let mut conditional = true;
        let mut attempts = 0;
        let mut maybe_processed = false;
        loop {
            let read = match self.read_for_update(id).await {
                Ok(read) => read,
                Err(error) if maybe_processed => {
                    return self.settle_update(id, change, secret, marked(error, true)).await;
                }
                Err(error) => return Err(unchanged(error)),
            };
            let change = &change.with_what_is_not_told(&read.client);
            let to_send = match secret {
                SecretChange::Set(new) => Some(new.clone()),
                SecretChange::Keep(_) if change.is_visible_in(&read.client) => {
                    return Ok(Updated {
                        client: read.client,
                        secret: SecretOutcome::Kept,
                    });
                }
                SecretChange::Keep(known) => {
                    let (sent, left_out) = self.known_secret_to_send(id, known.as_ref(), &read.client).await;
                    known_is_left_out = left_out;
                    sent
                }
            };
            // a tenant that refuses its own tag the second time does not mean it
            conditional &= attempts == 0 || read.etag != etag;
            etag.clone_from(&read.etag);
            attempts += 1;
            let put = self.put(id, change, to_send.as_ref(), &read, conditional);
            let put = put.map_err(unchanged)?;
            let outcome = match self.send(&put).await {
                Err(error) if error.status() == Some(412) && put.if_match.is_some() && attempts < 3 => {
                    maybe_processed |= error.outcome_is_unknown();
                    continue;
                }
                outcome => outcome.and_then(|answer| done(&put, &answer, id)),
            };
            // what an attempt before this one may have done is not undone by a refusal of this one
            let outcome = outcome.map_err(|error| {
                let is_mute = error.is_mute();
                marked(error, maybe_processed && !is_mute)
            });
            let client = match outcome {
                Ok(client) => client,
                Err(error) if error.is_mute() => {
                    let failed = |error| UpdateError {
                        error,
                        secret_in_force: match secret {
                            SecretChange::Set(_) => SecretInForce::Unknown,
                            SecretChange::Keep(_) => SecretInForce::Old,
                        },
                    };
                    let found = self.read_back(id, change).await.map_err(failed)?;
                    if !error.server_errors().is_empty() && !change.is_visible_in(&found) {
                        return Err(failed(error));
                    }
                    found
                }
                Err(error) => return self.settle_update(id, change, secret, error).await,
            };
            let outcome = match secret {
                SecretChange::Set(new) => {
                    let earlier = [old_secret, read.client.secret.as_ref()];
                    self.secret_outcome(&client, new, earlier).await
                }
                SecretChange::Keep(_) if known_is_left_out => SecretOutcome::KnownIsLeftOut,
                SecretChange::Keep(_) => SecretOutcome::Kept,
            };
            return Ok(Updated {
                client,
                secret: outcome,
            });
        }
    }

    /// Whether the provider itself signs in as this client: without it, nothing could be managed any more.
    pub fn is_own_sign_in(&self, id: &str) -> bool {
        self.own_client_id()
            .is_some_and(|client_id| client_id.eq_ignore_ascii_case(id))
    }

    /// Notes that a client of this id is in a state or a plan of this run.
    pub fn note_own_client(&self, id: &str) {
        self.0.clients.own.note(id);
    }

    /// Notes that the client of this id, whose creation once got no answer, is being replaced: this run's creation of
    /// it settles by its secret whose it is.
    pub fn note_client_may_be_ours(&self, id: &str) {
        self.0.clients.may_be_ours.note(id);
    }

    /// Whether that was noted.
    pub fn client_may_be_ours(&self, id: &str) -> bool {
        self.0.clients.may_be_ours.contains(id)
    }

    /// Notes that a secret has to be tried, as the tenant does not show it.
    pub fn note_tried_secret(&self) {
        self.0.clients.tries_secrets.store(true, Ordering::Relaxed);
    }

    /// Whether that was noted: then the next one has to be tried as well.
    pub fn tries_secrets(&self) -> bool {
        self.0.clients.tries_secrets.load(Ordering::Relaxed)
    }

    /// Notes that this run created or adopted a client, and when, as state says it.
    pub fn note_made_client(&self, id: &str, created_at: &str) {
        self.made_clients().insert(folded(id), created_at.to_owned());
    }

    /// Whether this run made a client of this id that is another one than that of `created_at`: whoever deletes the
    /// one deletes the other.
    pub fn made_another_client(&self, id: &str, created_at: Option<&str>) -> bool {
        let made = self.made_clients();
        made.get(&folded(id))
            .is_some_and(|made| Some(made.as_str()) != created_at)
    }

    /// Reads a client as [`Tenant::oauth_client`] does. One that this run has made is looked for again before it is missed:
    /// reads may lag behind writes.
    pub async fn oauth_client_of_this_run(&self, id: &str) -> Result<Option<OAuthClient>, Error> {
        let mut found = self.oauth_client(id).await?;
        if !self.made_clients().contains_key(&folded(id)) {
            return Ok(found);
        }
        for pause in &LOOKS[1..] {
            if found.is_some() || !self.wait_before_looking(*pause).await {
                break;
            }
            found = self.oauth_client(id).await?;
        }
        Ok(found)
    }

    pub(super) fn made_clients(&self) -> MutexGuard<'_, HashMap<String, String>> {
        self.0.clients.made.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the tenant has a client of this id that is none of this run, and so in the way of a new one. Asks for one list
    /// at most in the life of the process, and says no where that took too long.
    pub async fn client_in_the_way(&self, id: &str) -> Result<bool, Error> {
        let run = &self.0.clients;
        let ids = Box::pin(self.client_ids()); // large, and part of every plan
        let look = async {
            let listed = tokio::time::timeout(LIMIT, ids).await.ok();
            listed.map(|listed| listed.map(|(ids, _)| ids))
        };
        let ids = match run.listed.get_or_init(|| look).await {
            Some(Ok(ids)) => ids,
            Some(Err(error)) => return Err(error.clone()),
            None => return Ok(false),
        };
        Ok(ids.contains(&folded(id)) && !run.own.contains(id) && !run.deleted.contains(id))
    }

    /// All clients of the tenant, internal ones included.
    ///
    /// Older tenants answer with all of them. Newer ones page, by page number according to the documentation; a tenant
    /// that counts items instead is noticed by the overlap, and one that repeats itself ends the loop (EVIDENCE Q22).
    pub async fn oauth_clients(&self) -> Result<Vec<OAuthClientSummary>, Error> {
        Ok(self.client_list().await?.0)
    }

    /// Whether the list, in the API's own words, is complete without `id`.
    async fn lists_all_but(&self, id: &str) -> bool {
        let list = self.client_ids().await;
        list.is_ok_and(|(ids, complete)| complete && !ids.contains(&folded(id)))
    }

    /// The ids of all clients, [`folded`], and whether these are all that the tenant announced. A tenant may have many, and
    /// whether one is there takes no more than that.
    pub(super) async fn client_ids(&self) -> Result<(HashSet<String>, bool), Error> {
        let id = |object: &Map<String, Value>| decode::text(object, &["clientId"]);
        let (ids, complete) = self.listed(&["clientId"], id, String::as_str).await?;
        Ok((ids.iter().map(|id| folded(id)).collect(), complete))
    }

    /// The list, and whether it holds all that the tenant announced.
    pub async fn client_list(&self) -> Result<(Vec<OAuthClientSummary>, bool), Error> {
        let (members, read) = (&OAuthClientSummary::MEMBERS, OAuthClientSummary::read);
        self.listed(members, read, |client| &client.client_id).await
    }

    /// The same, of whose entries `members` are kept, as `read` makes of them what has an `id`.
    async fn listed<T: Send + 'static>(
        &self,
        members: &'static [&'static str],
        read: fn(&Map<String, Value>) -> Option<T>,
        id: fn(&T) -> &str,
    ) -> Result<(Vec<T>, bool), Error> {
        let mut clients = Vec::new();
        let mut known = HashSet::new();
        let (mut path, mut query) = (self.tenant_url().path(PATH), String::new());
        let mut by_item = false;
        let mut all_readable = true;
        let mut announced = false;
        let (mut linked, mut unlinked) = (false, false);
        for page in 1..=MOST_PAGES {
            let call = Call {
                query: std::mem::take(&mut query),
                endpoint: "GET oauth2clients",
                vendor: Some(media_type::CLIENT_LIST),
                limit: LIST_LIMIT,
                ..Call::new(Method::GET, path.clone(), Area::Clients)
            };
            let one = self.page(&call, members, move |entry| {
                let object = entry
                    .as_ref()
                    .map_or(Some(None), |entry| entry.as_object().map(Some));
                object.map(|object| object.and_then(read))
            });
            let (list, answer) = match one.await {
                // A tenant without paging, which was asked for a second page on suspicion only.
                Err(error) if page > 1 && !announced && error.kind() == ErrorKind::BadRequest => break,
                page => page?,
            };
            let next = self.next(&call, &answer, &list.about, page, clients.len());
            let is_at = matches!(next, Next::At(..));
            // a next page that is named and cannot be asked for is missing, whatever comes after it
            unlinked |= !is_at && (decode::names_next(&list.about) || answer.links_to_next());
            let was_at = std::mem::replace(&mut linked, is_at);
            let before = clients.len();
            let listed = list.entries.len();
            // what is no object must not look like something that is gone
            let entries: Option<Vec<_>> = list.entries.into_iter().collect();
            let entries = entries.ok_or_else(|| call.protocol(&answer, "the list holds no items"))?;
            all_readable &= !list.too_many && entries.iter().all(Option::is_some);
            let new = entries
                .into_iter()
                .flatten()
                .filter(|client| known.insert(id(client).to_owned()));
            clients.extend(new);
            let new = clients.len() - before;
            let number = |name| decode::count(&list.about, name);
            let (total, pages) = (number("totalCount"), number("totalPages"));
            let size = number("pageSize").filter(|size| *size > 0).unwrap_or(PAGE_SIZE);
            announced = total.is_some_and(|total| clients.len() < total) || pages.is_some_and(|it| it > page);
            let suspected = total.is_none() && pages.is_none() && listed >= size && !was_at;
            if new == 0 || !(announced || suspected || linked) {
                break;
            }
            if self.is_interrupted() || list.too_many || clients.len() > MOST_ENTRIES {
                all_readable = false; // there may be more
                break;
            }
            match next {
                Next::At(next_path, next_query) => {
                    (path, query) = (next_path, next_query);
                    continue;
                }
                Next::Missing(_) => break, // it is not the tenant's
                Next::None | Next::More => {}
            }
            by_item |= new < listed;
            let start = if by_item { clients.len() } else { page + 1 };
            query = format!("startIndex={start}&pageSize={size}");
        }
        let is_cut = announced || linked || unlinked;
        if is_cut {
            warn!(
                found = clients.len(),
                "the tenant announced more clients than it listed"
            );
        }
        Ok((clients, all_readable && !is_cut))
    }

    /// A client that must be there, as it is before an update. One that is not found is looked for again: it may have been
    /// made a moment ago.
    async fn read_for_update(&self, id: &str) -> Result<Read, Error> {
        let get = self.one(Method::GET, id, "GET oauth2clients/{id}")?;
        let mut answer = self.send(&get).await;
        for pause in &SECRET_LOOKS[1..] {
            let missing = matches!(&answer, Err(error) if error.status() == Some(404));
            if !missing || !self.wait_before_looking(*pause).await {
                break;
            }
            answer = self.send(&get).await;
        }
        let answer = answer?;
        Ok(Read {
            client: read(&get, &answer, id)?,
            object: get.object(&answer)?,
            etag: answer.etag(),
        })
    }

    /// The PUT of a whole client.
    fn put(
        &self,
        id: &str,
        change: &OAuthClientChange,
        secret: Option<&Secret>,
        read: &Read,
        conditional: bool,
    ) -> Result<Call, Error> {
        let mut object = read.object.clone();
        change.merge_into(&mut object, secret);
        Ok(Call {
            body: Some(Body::json(object)?),
            if_match: read.etag.clone().filter(|_| conditional),
            secrets: secret.cloned().into_iter().collect(),
            ..self.one(Method::PUT, id, "PUT oauth2clients/{id}")?
        })
    }

    /// Which secret goes along with an update that is not about it, and whether the known one is left out although it could
    /// be tried: the known one if it is accepted. Only where none is known is it the one that the tenant shows, if that is real: after a
    /// rotation that has not got everywhere yet, a tenant shows and accepts the old one still.
    async fn known_secret_to_send(
        &self,
        id: &str,
        known: Option<&Secret>,
        found: &OAuthClient,
    ) -> (Option<Secret>, bool) {
        if let (Some(known), Some(shown)) = (known, &found.secret)
            && known == shown
        {
            return (Some(known.clone()), false);
        }
        if !found.grant_types.contains("client_credentials") {
            return (None, false); // it cannot be tried, so it may be an old one
        }
        let Some(candidate) = known.or(found.secret.as_ref()) else {
            return (None, false);
        };
        match self.try_secret(id, candidate).await {
            SecretVerdict::Accepted => (Some(candidate.clone()), false),
            SecretVerdict::Refused | SecretVerdict::CannotTell(_) => (None, known.is_some()),
        }
    }

    /// The client after a PUT whose answer did not show it. What still shows the state before is asked again.
    pub(in crate::access) async fn read_back(
        &self,
        id: &str,
        change: &OAuthClientChange,
    ) -> Result<OAuthClient, Error> {
        let mut found = self.read_for_update(id).await?.client;
        for pause in &LOOKS[1..FEW_LOOKS] {
            if change.is_visible_in(&found) || !self.wait_before_looking(*pause).await {
                break;
            }
            found = self.read_for_update(id).await?.client;
        }
        Ok(found)
    }

    pub(super) fn one(&self, method: Method, id: &str, endpoint: &'static str) -> Result<Call, Error> {
        let path = self.tenant_url().path(&format!("{PATH}/{}", segment(id)?));
        Ok(Call {
            endpoint,
            vendor: Some(media_type::CLIENT),
            ..Call::new(method, path, Area::Clients)
        })
    }
}

/// A client as it was read, with all that the tenant knows of it.
struct Read {
    client: OAuthClient,
    object: Map<String, Value>,
    etag: Option<HeaderValue>,
}

/// The client in an answer that says that a write is done: neither accepted for later, nor with errors in it.
fn done(call: &Call, answer: &Answer, id: &str) -> Result<OAuthClient, Error> {
    if answer.status == 202 {
        return Err(call.protocol(answer, "accepted, which does not say that it is done"));
    }
    let object = call.object(answer)?;
    let errors = object.get("errors").and_then(Value::as_array);
    if errors.is_some_and(|errors| !errors.is_empty()) {
        let error = call.protocol(answer, "errors in an answer with a status of success");
        return Err(error.with(|facts| facts.server_errors = refusal::server_errors(&object, &call.secrets)));
    }
    read(call, answer, id)
}

/// The client in `answer`, which must be the one with `id`.
fn read(call: &Call, answer: &Answer, id: &str) -> Result<OAuthClient, Error> {
    let object = call.object(answer)?;
    check_id(call, answer, &object, id)?;
    OAuthClient::read(&object).ok_or_else(|| call.protocol(answer, "the answer holds no clientId"))
}

/// An answer about something else must not be taken for the client. Whether case matters is unknown (EVIDENCE 2.2).
fn check_id(call: &Call, answer: &Answer, object: &Map<String, Value>, id: &str) -> Result<(), Error> {
    match decode::text(object, &["clientId"]) {
        Some(found) if found.eq_ignore_ascii_case(id) => Ok(()),
        Some(_) => Err(call.protocol(answer, "the answer is about another client")),
        None => Err(call.protocol(answer, "the answer holds no clientId")),
    }
}
