//! OAuth 2.0 clients (access-api section 2).

use std::collections::BTreeSet;
use std::fmt;

use super::Client;
use super::error::CreateError;
use super::error::Error;
use super::error::UpdateError;
use crate::secret::Secret;

/// An OAuth 2.0 client. `None` means "not sent" in a request and "not told" in an answer (access-api 2.2, 2.4).
#[derive(Clone, Default, PartialEq, Eq)]
pub struct OAuthClient {
    /// `clientId`, unique in the tenant.
    pub client_id: String,
    /// `rememberAs`, the friendly name.
    pub remember_as: Option<String>,
    /// `scope`, as a set.
    pub scopes: BTreeSet<String>,
    /// `authGrantTypes`, as a set.
    pub grant_types: BTreeSet<String>,
    /// `redirectUri`, split on white space and commas.
    pub redirect_uris: BTreeSet<String>,
    /// `accessTokenTTL`, minutes (access-api Q17).
    pub access_token_ttl_minutes: Option<i32>,
    /// `refreshTokenTTL`, minutes.
    pub refresh_token_ttl_minutes: Option<i32>,
    /// `refreshTokenIdleTTL`, minutes.
    pub refresh_token_idle_ttl_minutes: Option<i32>,
    /// `displayUserGrant`.
    pub display_user_grant: Option<bool>,
    /// `inheritanceAllowed`.
    pub inheritance_allowed: Option<bool>,
    /// `internalSystemClient`.
    pub internal_system_client: Option<bool>,
    /// `resourceUuid`.
    pub resource_uuid: Option<String>,
    /// `secret`; `None` when absent, empty or masked (access-api Q2).
    pub secret: Option<Secret>,
}

impl fmt::Debug for OAuthClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuthClient")
            .field("client_id", &self.client_id)
            .field("scopes", &self.scopes)
            .field("grant_types", &self.grant_types)
            .finish_non_exhaustive() // the secret, above all
    }
}

/// What an update shall change; `None` leaves a field as the tenant has it.
#[derive(Clone, Default)]
pub struct OAuthClientChange {
    /// `rememberAs`.
    pub remember_as: Option<String>,
    /// `scope`.
    pub scopes: Option<BTreeSet<String>>,
    /// `authGrantTypes`.
    pub grant_types: Option<BTreeSet<String>>,
    /// `redirectUri`; an empty set removes them all.
    pub redirect_uris: Option<BTreeSet<String>>,
    /// `accessTokenTTL`, minutes.
    pub access_token_ttl_minutes: Option<i32>,
    /// `refreshTokenTTL`, minutes.
    pub refresh_token_ttl_minutes: Option<i32>,
    /// `refreshTokenIdleTTL`, minutes.
    pub refresh_token_idle_ttl_minutes: Option<i32>,
    /// `displayUserGrant`.
    pub display_user_grant: Option<bool>,
    /// `inheritanceAllowed`.
    pub inheritance_allowed: Option<bool>,
    /// `internalSystemClient`.
    pub internal_system_client: Option<bool>,
    /// `resourceUuid`.
    pub resource_uuid: Option<String>,
    /// `secret`: a new one, or the known one again. Without it the key is left out, which keeps the tenant's
    /// (access-api Q3).
    pub secret: Option<Secret>,
}

/// What the list tells of a client (access-api 2.5).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OAuthClientSummary {
    /// `clientId`.
    pub client_id: String,
    /// `rememberAs`.
    pub remember_as: Option<String>,
    /// `scope`, as a set.
    pub scopes: BTreeSet<String>,
    /// `grantTypes`, as a set; empty on tenants that do not list them.
    pub grant_types: BTreeSet<String>,
    /// `internal` or `internalSystemClient`.
    pub internal: Option<bool>,
}

/// Where the secret of a new client comes from, which decides what a successful mint with it proves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// Generated for this very call: nobody else has it, so a client that accepts it is ours.
    FreshSecret,
    /// Given by the user, who may have created another client with it before.
    GivenSecret,
}

impl Client {
    /// Creates a client.
    ///
    /// The POST is never repeated blindly (access-api Q27). When its answer is lost or says little, the client is
    /// looked up, and a token minted with the secret that was sent tells whose it is.
    pub async fn create_oauth_client(
        &self,
        _new: &OAuthClient,
        _proof: Proof,
    ) -> Result<OAuthClient, CreateError> {
        Err(Error::configuration("not implemented").into())
    }

    /// Reads a client. `None` only when the API itself says so: a 404 from a wrong host is an error.
    pub async fn oauth_client(&self, _id: &str) -> Result<Option<OAuthClient>, Error> {
        Err(Error::configuration("not implemented"))
    }

    /// Changes a client by reading it, merging `change`, and putting all of it back (access-api Q3).
    ///
    /// `old_secret` is the secret believed to be in force; it serves to find out which secret holds when the
    /// answer to a rotation is lost.
    pub async fn update_oauth_client(
        &self,
        _id: &str,
        _change: &OAuthClientChange,
        _old_secret: Option<&Secret>,
    ) -> Result<OAuthClient, UpdateError> {
        Err(UpdateError::Failed {
            error: Error::configuration("not implemented"),
            secret_in_force: super::error::SecretInForce::Unknown,
        })
    }

    /// Deletes a client; one that is gone already is fine.
    pub async fn delete_oauth_client(&self, _id: &str) -> Result<(), Error> {
        Err(Error::configuration("not implemented"))
    }

    /// All clients of the tenant, internal ones included.
    pub async fn oauth_clients(&self) -> Result<Vec<OAuthClientSummary>, Error> {
        Err(Error::configuration("not implemented"))
    }
}
