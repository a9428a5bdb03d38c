//! OAuth 2.0 clients: create, read, update, delete, list (access-api section 2).

use std::collections::HashSet;

use reqwest::Method;
use serde_json::Map;
use serde_json::Value;
use tracing::warn;

use super::Client;
use super::decode;
use super::error::Area;
use super::error::CreateError;
use super::error::Error;
use super::error::ErrorKind;
use super::error::SecretInForce;
use super::error::UpdateError;
use super::exchange::Body;
use super::exchange::Call;
use super::exchange::LIST_LIMIT;
use super::exchange::segment;
use super::media_type;
use super::oauth_client_fields::OAuthClient;
use super::oauth_client_fields::OAuthClientChange;
use super::oauth_client_fields::OAuthClientSummary;
use super::oauth_client_fields::Proof;
use super::retry::Repeat;
use super::transport::Answer;
use crate::secret::Secret;

/// Below the tenant's root.
const PATH: &str = "/jersey/manager/api/oauth2clients";

/// The page size that tenants with paging use by default (access-api 2.5).
const PAGE_SIZE: usize = 50;

/// No tenant has so many pages; a paging that never ends does.
const MOST_PAGES: usize = 1000;

impl Client {
    /// Creates a client.
    ///
    /// The POST is never repeated blindly (access-api Q27). When its answer is lost or says little, the client is
    /// looked up, and a token minted with the secret that was sent tells whose it is. A secret in the answer wins
    /// over the one that was sent (access-api Q4).
    pub async fn create_oauth_client(
        &self,
        new: &OAuthClient,
        proof: Proof,
    ) -> Result<OAuthClient, CreateError> {
        segment(&new.client_id)?; // an id that could never be read back must not be created
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
            .and_then(|answer| read(&call, &answer, &new.client_id));
        match outcome {
            Ok(mut created) => {
                created.secret = created.secret.or_else(|| new.secret.clone());
                Ok(created)
            }
            Err(error) => self.settle_creation(new, proof, error).await,
        }
    }

    /// Reads a client. `None` only when the API itself says so: after a web page or nothing with status 404, which
    /// may come from the tenant's own server as well as from another one, the list has to say it.
    pub async fn oauth_client(&self, id: &str) -> Result<Option<OAuthClient>, Error> {
        let call = self.one(Method::GET, id, "GET oauth2clients/{id}")?;
        match self.send(&call).await {
            Ok(answer) => read(&call, &answer, id).map(Some),
            Err(error) if says_not_found(&error) => Ok(None),
            Err(error) if error.status() == Some(404) && self.lists_all_but(id).await => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Changes a client by reading it, merging `change`, and putting all of it back (access-api Q3).
    ///
    /// `old_secret` is the secret believed to be in force; it serves to find out which secret holds when the
    /// answer to a rotation is lost. Nothing is put when that would change nothing.
    pub async fn update_oauth_client(
        &self,
        id: &str,
        change: &OAuthClientChange,
        old_secret: Option<&Secret>,
    ) -> Result<OAuthClient, UpdateError> {
        let unchanged = |error| UpdateError::Failed {
            error,
            secret_in_force: SecretInForce::Old,
        };
        let (found, put) = self.prepare_update(id, change).await.map_err(unchanged)?;
        if change.changes_nothing_in(&found) {
            return Ok(change.with_secret(found));
        }
        let answer = match self.send(&put).await {
            Ok(answer) => answer,
            Err(error) => return self.settle_update(id, change, old_secret, error).await,
        };
        // 200 and 201 bring the client, 204 nothing (access-api Q7).
        let updated = match read(&put, &answer, id) {
            Ok(updated) => updated,
            Err(_) => self
                .existing_client(id)
                .await
                .map_err(|error| UpdateError::Failed {
                    error,
                    secret_in_force: if change.secret.is_some() {
                        SecretInForce::New
                    } else {
                        SecretInForce::Old
                    },
                })?,
        };
        Ok(change.with_secret(updated))
    }

    /// Deletes a client; one that is gone already is fine.
    pub async fn delete_oauth_client(&self, id: &str) -> Result<(), Error> {
        let call = Call {
            vendor: None,
            ..self.one(Method::DELETE, id, "DELETE oauth2clients/{id}")?
        };
        match self.send(&call).await {
            Ok(_) => Ok(()),
            Err(error) if says_not_found(&error) => Ok(()),
            Err(error) if error.status() == Some(404) && self.lists_all_but(id).await => Ok(()),
            Err(error) if error.outcome_is_unknown() => match self.oauth_client(id).await {
                Ok(None) => Ok(()),
                _ => Err(error),
            },
            Err(error) => Err(error),
        }
    }

    /// All clients of the tenant, internal ones included.
    ///
    /// Older tenants answer with all of them. Newer ones page, by page number according to the documentation; a tenant
    /// that counts items instead is noticed by the overlap, and one that repeats itself ends the loop (access-api Q22).
    pub async fn oauth_clients(&self) -> Result<Vec<OAuthClientSummary>, Error> {
        Ok(self.client_list().await?.0)
    }

    /// Whether the list, in the API's own words, is complete without `id`.
    async fn lists_all_but(&self, id: &str) -> bool {
        let list = self.client_list().await;
        list.is_ok_and(|(clients, complete)| {
            complete && !clients.iter().any(|it| it.client_id.eq_ignore_ascii_case(id))
        })
    }

    /// The list, and whether it holds all that the tenant announced.
    async fn client_list(&self) -> Result<(Vec<OAuthClientSummary>, bool), Error> {
        let mut clients: Vec<OAuthClientSummary> = Vec::new();
        let mut known = HashSet::new();
        let mut query = String::new();
        let mut by_item = false;
        let mut all_readable = true;
        let mut announced = false;
        for page in 1..=MOST_PAGES {
            let call = Call {
                query: std::mem::take(&mut query),
                endpoint: "GET oauth2clients",
                vendor: Some(media_type::CLIENT_LIST),
                limit: LIST_LIMIT,
                ..Call::new(Method::GET, self.tenant_url().path(PATH), Area::Clients)
            };
            let answer = match self.send(&call).await {
                // A tenant without paging, which was asked for a second page on suspicion only.
                Err(error) if page > 1 && !announced && error.kind() == ErrorKind::BadRequest => break,
                answer => answer?,
            };
            let list = call.value(&answer)?;
            let items =
                decode::items(&list).ok_or_else(|| call.protocol(&answer, "the list holds no items"))?;
            let before = clients.len();
            let read: Vec<_> = items
                .iter()
                .filter_map(|item| OAuthClientSummary::read(item))
                .collect();
            all_readable &= read.len() == decode::length(&list);
            let new = read
                .into_iter()
                .filter(|client| known.insert(client.client_id.clone()));
            clients.extend(new);
            let new = clients.len() - before;
            let number = |name| decode::count(list.as_object()?, name);
            let (total, pages) = (number("totalCount"), number("totalPages"));
            let size = number("pageSize").filter(|size| *size > 0).unwrap_or(PAGE_SIZE);
            announced = total.is_some_and(|total| clients.len() < total) || pages.is_some_and(|it| it > page);
            let suspected = total.is_none() && pages.is_none() && items.len() >= size;
            if new == 0 || !(announced || suspected) {
                break;
            }
            by_item |= new < items.len();
            let start = if by_item { clients.len() } else { page + 1 };
            query = format!("startIndex={start}&pageSize={size}");
        }
        if announced {
            warn!(
                found = clients.len(),
                "the tenant announced more clients than it listed"
            );
        }
        Ok((clients, all_readable && !announced))
    }

    /// A client that must be there.
    pub(super) async fn existing_client(&self, id: &str) -> Result<OAuthClient, Error> {
        let call = self.one(Method::GET, id, "GET oauth2clients/{id}")?;
        let answer = self.send(&call).await?;
        read(&call, &answer, id)
    }

    /// Reads the client and makes the PUT of all of it.
    async fn prepare_update(
        &self,
        id: &str,
        change: &OAuthClientChange,
    ) -> Result<(OAuthClient, Call), Error> {
        let get = self.one(Method::GET, id, "GET oauth2clients/{id}")?;
        let answer = self.send(&get).await?;
        let mut object: Map<String, Value> = get.object(&answer)?;
        let found = read(&get, &answer, id)?;
        change.merge_into(&mut object);
        let secrets = object
            .get("secret")
            .and_then(Value::as_str)
            .map(Secret::new)
            .into_iter()
            .collect();
        let put = Call {
            body: Some(Body::json(object)?),
            secrets,
            ..self.one(Method::PUT, id, "PUT oauth2clients/{id}")?
        };
        Ok((found, put))
    }

    fn one(&self, method: Method, id: &str, endpoint: &'static str) -> Result<Call, Error> {
        let path = self.tenant_url().path(&format!("{PATH}/{}", segment(id)?));
        Ok(Call {
            endpoint,
            vendor: Some(media_type::CLIENT),
            ..Call::new(method, path, Area::Clients)
        })
    }
}

/// The client in `answer`, which must be the one with `id`.
fn read(call: &Call, answer: &Answer, id: &str) -> Result<OAuthClient, Error> {
    let object = call.object(answer)?;
    check_id(call, answer, &object, id)?;
    OAuthClient::read(&object).ok_or_else(|| call.protocol(answer, "the answer holds no clientId"))
}

/// An answer about something else must not be taken for the client. Whether case matters is unknown (access-api 2.2).
fn check_id(call: &Call, answer: &Answer, object: &Map<String, Value>, id: &str) -> Result<(), Error> {
    match decode::text(object, &["clientId"]) {
        Some(found) if found.eq_ignore_ascii_case(id) => Ok(()),
        Some(_) => Err(call.protocol(answer, "the answer is about another client")),
        None => Err(call.protocol(answer, "the answer holds no clientId")),
    }
}

/// A 404 in the API's own words. A web page or an empty body may come from any server on the way.
fn says_not_found(error: &Error) -> bool {
    error.kind() == ErrorKind::NotFound && !error.server_errors().is_empty()
}
