//! Minting, checking and revoking tokens (access-api section 1).

use jiff::Timestamp;

use super::Client;
use super::error::Error;
use super::error::RevokeError;
use crate::secret::Secret;

/// A freshly minted access token. All instants are the tenant's.
#[derive(Clone)]
pub struct Token {
    /// The token itself.
    pub access_token: Secret,
    /// `token_type`, `Bearer` when not told.
    pub token_type: String,
    /// The granted scopes, in the tenant's order.
    pub scopes: Vec<String>,
    /// The JWT's `iat`, else the time on our clock when it was asked for.
    pub issued_at: Timestamp,
    /// The earlier of what `expires_in` and the JWT's `exp` say; `None` when neither says anything (access-api 1.3).
    pub expires_at: Option<Timestamp>,
    /// The JWT's `exp` alone.
    pub claims_expire_at: Option<Timestamp>,
    /// `expires_in` verbatim, seconds: 0 is "expired already", -1 "unknown".
    pub expires_in: Option<i64>,
    /// The JWT's `jti`.
    pub jti: Option<String>,
    /// Seconds by which the tenant's clock (the JWT's `iat`) is ahead of ours.
    pub clock_skew_seconds: Option<i64>,
}

/// What the tenant's OpenID Connect discovery announces (access-api 1.4).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Discovery {
    /// `issuer`.
    pub issuer: Option<String>,
    /// `token_endpoint`.
    pub token_endpoint: Option<String>,
    /// `authorization_endpoint`.
    pub authorization_endpoint: Option<String>,
    /// `jwks_uri`.
    pub jwks_uri: Option<String>,
    /// `userinfo_endpoint`.
    pub userinfo_endpoint: Option<String>,
    /// `revocation_endpoint`.
    pub revocation_endpoint: Option<String>,
    /// `end_session_endpoint`.
    pub end_session_endpoint: Option<String>,
}

impl Client {
    /// Mints a token for a client with its own credentials. The admin's token is not used.
    pub async fn mint(
        &self,
        _client_id: &str,
        _secret: &Secret,
        _scopes: Option<&[String]>,
    ) -> Result<Token, Error> {
        Err(Error::configuration("not implemented"))
    }

    /// Asks the tenant whether it still accepts `token` (access-api 1.6). Anything but a clear answer is an error.
    pub async fn token_is_valid(&self, _token: &Secret) -> Result<bool, Error> {
        Err(Error::configuration("not implemented"))
    }

    /// Revokes `token` at the endpoint that discovery announces, if any (access-api 1.7).
    pub async fn revoke(
        &self,
        _client_id: &str,
        _secret: &Secret,
        _token: &Secret,
    ) -> Result<(), RevokeError> {
        Err(RevokeError::NotSupported)
    }

    /// What the tenant announces about itself; asked once.
    pub async fn discovery(&self) -> Result<Discovery, Error> {
        Err(Error::configuration("not implemented"))
    }
}
