//! What can be asked about the tenant as a whole.

use reqwest::Method;
use tracing::debug;

use super::config::SignIn;
use super::decode;
use super::http::call::Call;
use super::http::error::{Area, Error, ErrorKind};
use super::tenant::Tenant;
use super::tokens::discovery::Discovery;
use super::tokens::jwt;
use super::tokens::mint::absent;

/// Where Omnissa Identity Service has its directories, beside `/SAAS` (EVIDENCE 4.7).
pub(in crate::access) const BROKER_DIRECTORIES: &str = "/usergroup/broker/directories";

impl Tenant {
    /// Whether the tenant accepts the configured credentials. An error where it says so in its own words, or could not be
    /// asked; `false` for a given access token that it does not accept any more.
    pub async fn signs_in(&self) -> Result<bool, Error> {
        let token = self.admin_token().await?;
        if !matches!(self.0.config.sign_in, SignIn::AccessToken(_)) {
            return Ok(true); // it was minted for them, just now
        }
        match self.token_is_valid(&token.secret).await {
            Err(error) if error.status().is_some() => {
                debug!(%error, "the tenant does not say whether the token is valid");
                Ok(true)
            }
            outcome => outcome,
        }
    }

    /// The id of the client that the provider itself is, if it is one: configured, or said by the given token.
    pub fn own_client_id(&self) -> Option<String> {
        match &self.0.config.sign_in {
            SignIn::ServiceClient { client_id, .. } => Some(client_id.clone()),
            SignIn::AccessToken(token) => {
                jwt::claims(token).and_then(|claims| decode::text(&claims, &["cid"]))
            }
            SignIn::Session { .. } => None,
        }
    }

    /// What the tenant announces about itself, which may be nothing.
    pub async fn discovery_if_any(&self) -> Result<Discovery, Error> {
        match self.discovery().await {
            Err(error) if absent(&error) => Ok(Discovery::default()),
            outcome => outcome,
        }
    }

    /// Where tokens are minted if the tenant does not announce it.
    pub fn usual_token_endpoint(&self) -> String {
        let url = self.tenant_url();
        format!("{}{}", url.origin(), url.path("/auth/oauthtoken"))
    }

    /// Whether Omnissa Identity Service keeps the directories of the tenant: a guess by whether there is anything at its
    /// address that knows what a token is (EVIDENCE 5, Q25). `None` where the answer fits neither.
    pub async fn identity_service(&self) -> Option<bool> {
        let call = Call {
            max_retries: Some(0),
            ..Call::new(
                Method::GET,
                self.tenant_url().path_beside(BROKER_DIRECTORIES),
                Area::Tokens,
            )
        };
        let token = self.admin_token().await.ok()?;
        match self.0.http.send(&call, Some(&token)).await {
            Ok(answer) => call.value(&answer).ok().map(|_| true),
            Err(error) if error.status() == Some(404) => Some(false),
            Err(error) => {
                let is_refusal = matches!(error.kind(), ErrorKind::Unauthorized | ErrorKind::Forbidden);
                (is_refusal && !error.server_errors().is_empty()).then_some(true)
            }
        }
    }
}
