//! The admin's token: asked for once, shared by everybody, renewed when it is rejected (EVIDENCE 1.1 to 1.3).

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use terraform_plugin::secret::Secret;
use terraform_plugin::text;
use tracing::debug;

use super::jwt::LifeTime;
use crate::access::config::SignIn;
use crate::access::decode;
use crate::access::http::authorization::AdminToken;
use crate::access::http::body::Body;
use crate::access::http::call::Call;
use crate::access::http::error::{Area, Error, ErrorKind, SignInKind};
use crate::access::http::exchange::marked;
use crate::access::http::retry::Repeat;
use crate::access::http::transport::Answer;
use crate::access::tenant::Tenant;

/// A 403 this close to the expiry may be the tenant's way of saying "expired" (EVIDENCE Q14).
const DOUBT: Duration = Duration::from_secs(60);

/// A token that never worked is rejected for good until it is this old: a tenant that rejects every token would be asked
/// for another one by every call.
const DAMPING: Duration = Duration::from_secs(5);

impl Tenant {
    /// Makes a call as the admin. Only a 2xx answer is one; everything else is an error.
    ///
    /// When the token is rejected, a new one is minted and the call made once more (EVIDENCE Q14). An error of a
    /// sign-in says that the call itself was not sent, so that nobody looks for what it may have done.
    pub(in crate::access) async fn send(&self, call: &Call) -> Result<Answer, Error> {
        let token = self.admin_token().await.map_err(|error| self.unsent(&error))?;
        match self.0.http.send(call, Some(&token)).await {
            Err(error) if self.rejected(&token, &error) => {
                debug!(path = call.path, "token rejected; signing in again");
                let outcome = match self.admin_token().await {
                    Ok(token) => self.0.http.send(call, Some(&token)).await,
                    Err(error) => Err(self.unsent(&error)),
                };
                outcome.map_err(|last| marked(last, error.outcome_is_unknown()))
            }
            outcome => outcome,
        }
    }

    /// The error of a sign-in as that of the call that it was for.
    pub(in crate::access) fn unsent(&self, error: &Error) -> Error {
        error.with(|facts| {
            facts.not_sent = true;
            facts.maybe_processed = false; // that was the sign-in
            facts.signing_in = self.signs_in_as();
            self.0.config.tenant_url.origin().clone_into(&mut facts.host);
        })
    }

    /// The token for a request to the API. However many ask at the same time, the tenant is asked once.
    pub(in crate::access) async fn admin_token(&self) -> Result<Arc<AdminToken>, Error> {
        let shared = &self.0;
        let good = |token: &AdminToken| {
            token.number > shared.tokens.admin.rejected.load(Ordering::SeqCst)
                && token.renew_at.is_none_or(|at| self.clock().now() < at)
        };
        // Wrong credentials stay wrong, and repeated attempts lock accounts.
        let lasting = |error: &Error| error.kind() == ErrorKind::InvalidClient;
        shared.tokens.admin.token.get(good, lasting, self.sign_in()).await
    }

    /// Whether `error` may come from `token` having expired, in which case the next [`Tenant::admin_token`] is new.
    pub(in crate::access) fn rejected(&self, token: &AdminToken, error: &Error) -> bool {
        if matches!(self.0.config.sign_in, SignIn::AccessToken(_)) {
            return false;
        }
        let expired = || {
            let now = self.clock().now();
            token
                .expires_at
                .is_some_and(|at| now.checked_add(DOUBT).is_ok_and(|soon| soon >= at))
        };
        let replaced = || token.number <= self.0.tokens.admin.rejected.load(Ordering::SeqCst);
        let old = || {
            let age = self.clock().now().duration_since(token.asked_at);
            Duration::try_from(age).is_ok_and(|age| age >= DAMPING)
        };
        let rejected = match error.kind() {
            ErrorKind::Unauthorized => replaced() || token.worked.load(Ordering::Relaxed) || old(),
            ErrorKind::Forbidden => expired(),
            _ => false,
        };
        if rejected {
            self.0
                .tokens
                .admin
                .rejected
                .fetch_max(token.number, Ordering::SeqCst);
        }
        rejected
    }

    /// As whom the provider signs in; `None` where it does not, because it was given a token.
    pub(in crate::access) fn signs_in_as(&self) -> Option<String> {
        match &self.0.config.sign_in {
            SignIn::ServiceClient { client_id, .. } => Some(format!("client {}", text::quoted(client_id))),
            SignIn::Session { username, .. } => Some(format!("user {}", text::quoted(username))),
            SignIn::AccessToken(_) => None,
        }
    }

    async fn sign_in(&self) -> Result<AdminToken, Error> {
        let number = self.0.tokens.admin.issued.fetch_add(1, Ordering::SeqCst) + 1;
        let now = self.clock().now();
        match &self.0.config.sign_in {
            SignIn::ServiceClient {
                client_id,
                client_secret,
            } => {
                let minted = self.mint(client_id, client_secret, None).await;
                let token = minted.map_err(|error| {
                    error.with(|facts| {
                        facts.sign_in = Some(self.0.http.sign_in_kind());
                        // Whatever refused them, the same credentials are not presented by every call once more.
                        if facts.kind == ErrorKind::Unauthorized && !facts.page {
                            facts.kind = ErrorKind::InvalidClient;
                        }
                    })
                })?;
                let life = token
                    .expires_at
                    .and_then(|at| at.duration_since(token.issued_at).try_into().ok());
                Ok(AdminToken::new(token.access_token, "Bearer", number, now, life))
            }
            SignIn::AccessToken(token) => Ok(AdminToken::new(token.clone(), "Bearer", number, now, None)),
            SignIn::Session { username, password } => {
                let token = self.log_in(username, password).await?;
                let claims = LifeTime::of(&token);
                let life = claims.expires_at.zip(claims.issued_at);
                let life = life.and_then(|(end, start)| end.duration_since(start).try_into().ok());
                Ok(AdminToken::new(token, "HZN", number, now, life))
            }
        }
    }

    /// Session login of a system-domain user (EVIDENCE 1.2).
    async fn log_in(&self, username: &str, password: &Secret) -> Result<Secret, Error> {
        let path = self.0.config.tenant_url.path("/API/1.0/REST/auth/system/login");
        let body = json!({"username": username, "password": password.expose(), "issueToken": true});
        let call = Call {
            body: Some(Body::json(body)?),
            repeat: Repeat::Token,
            secrets: vec![password.clone()],
            ..Call::new(Method::POST, path, Area::Tokens)
        };
        let answer = self.0.http.send(&call, None).await.map_err(|error| {
            error.with(|facts| {
                facts.sign_in = Some(SignInKind::Session);
                // No recording of a refused login exists; these three are what can mean it.
                if matches!(facts.status, Some(400 | 401 | 403)) && !facts.page {
                    facts.kind = ErrorKind::InvalidClient;
                }
            })
        })?;
        let object = call.object(&answer)?;
        let token = decode::text(&object, &["sessionToken"]);
        token
            .map(Secret::new)
            .ok_or_else(|| call.protocol(&answer, "the login answer holds no sessionToken"))
    }
}
