//! The admin's token: asked for once, shared by everybody, renewed when it is rejected (EVIDENCE 1.1 to 1.3).

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::time::Duration;

use jiff::Timestamp;
use reqwest::Method;
use reqwest::header::HeaderValue;
use serde_json::json;
use terraform_plugin::secret::Secret;
use terraform_plugin::text;
use zeroize::Zeroizing;

use super::jwt::LifeTime;
use crate::access::Client;
use crate::access::SignIn;
use crate::access::decode;
use crate::access::http::error::Area;
use crate::access::http::error::Error;
use crate::access::http::error::ErrorKind;
use crate::access::http::error::SignInKind;
use crate::access::http::exchange::Body;
use crate::access::http::exchange::Call;
use crate::access::http::flight::Flight;
use crate::access::http::retry::Repeat;

/// A token is renewed this long before it expires, or a tenth of its life time before when that is shorter.
const MARGIN: Duration = Duration::from_secs(30);

/// A 403 this close to the expiry may be the tenant's way of saying "expired" (EVIDENCE Q14).
const DOUBT: Duration = Duration::from_secs(60);

/// A token that never worked is rejected for good until it is this old: a tenant that rejects every token would be asked
/// for another one by every call.
const DAMPING: Duration = Duration::from_secs(5);

/// The token of the admin, ready for use.
pub(in crate::access) struct AdminToken {
    pub secret: Secret,
    scheme: &'static str,
    number: u64,
    asked_at: Timestamp,
    /// The tenant has accepted it at least once.
    worked: AtomicBool,
    /// By our clock, counted from when it was asked for, so that a wrong clock does not matter.
    expires_at: Option<Timestamp>,
    renew_at: Option<Timestamp>,
}

impl AdminToken {
    fn new(
        secret: Secret,
        scheme: &'static str,
        number: u64,
        asked_at: Timestamp,
        life: Option<Duration>,
    ) -> Self {
        let after = |duration| asked_at.checked_add(duration).ok();
        Self {
            secret,
            scheme,
            number,
            asked_at,
            worked: AtomicBool::new(false),
            expires_at: life.and_then(after),
            renew_at: life.and_then(|life| after(life.saturating_sub(MARGIN.min(life / 10)))),
        }
    }

    /// To be called when the tenant has done what was asked with it.
    pub fn has_worked(&self) {
        self.worked.store(true, Ordering::Relaxed);
    }

    /// A refusal for another reason than the token shows that the token is accepted.
    pub fn learn_from(&self, error: &Error) {
        use ErrorKind::{BadRequest, Conflict, NotAllowed, NotFound};
        if matches!(error.kind(), NotFound | BadRequest | Conflict | NotAllowed) {
            self.has_worked();
        }
    }

    /// The value of the `Authorization` header.
    pub fn authorization(&self) -> Result<HeaderValue, Error> {
        header(&format!("{} ", self.scheme), &self.secret)
    }
}

/// The admin's one token.
#[derive(Default)]
pub(in crate::access) struct Admin {
    token: Flight<AdminToken>,
    /// Tokens up to this number were rejected.
    rejected: AtomicU64,
    issued: AtomicU64,
}

impl Client {
    /// The token for a request to the API. However many ask at the same time, the tenant is asked once.
    pub(in crate::access) async fn admin_token(&self) -> Result<Arc<AdminToken>, Error> {
        let shared = &self.0;
        let good = |token: &AdminToken| {
            token.number > shared.admin.rejected.load(Ordering::SeqCst)
                && token.renew_at.is_none_or(|at| shared.clock.now() < at)
        };
        // Wrong credentials stay wrong, and repeated attempts lock accounts.
        let lasting = |error: &Error| error.kind() == ErrorKind::InvalidClient;
        shared.admin.token.get(good, lasting, self.sign_in()).await
    }

    /// Whether `error` may come from `token` having expired, in which case the next [`Client::admin_token`] is new.
    pub(in crate::access) fn rejected(&self, token: &AdminToken, error: &Error) -> bool {
        if matches!(self.0.config.sign_in, SignIn::AccessToken(_)) {
            return false;
        }
        let expired = || {
            let now = self.0.clock.now();
            token
                .expires_at
                .is_some_and(|at| now.checked_add(DOUBT).is_ok_and(|soon| soon >= at))
        };
        let replaced = || token.number <= self.0.admin.rejected.load(Ordering::SeqCst);
        let old = || {
            let age = self.0.clock.now().duration_since(token.asked_at);
            Duration::try_from(age).is_ok_and(|age| age >= DAMPING)
        };
        let rejected = match error.kind() {
            ErrorKind::Unauthorized => replaced() || token.worked.load(Ordering::Relaxed) || old(),
            ErrorKind::Forbidden => expired(),
            _ => false,
        };
        if rejected {
            self.0.admin.rejected.fetch_max(token.number, Ordering::SeqCst);
        }
        rejected
    }

    pub(in crate::access) fn sign_in_kind(&self) -> SignInKind {
        match self.0.config.sign_in {
            SignIn::ServiceClient { .. } => SignInKind::ServiceClient,
            SignIn::AccessToken(_) => SignInKind::AccessToken,
            SignIn::Session { .. } => SignInKind::Session,
        }
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
        let number = self.0.admin.issued.fetch_add(1, Ordering::SeqCst) + 1;
        let now = self.0.clock.now();
        match &self.0.config.sign_in {
            SignIn::ServiceClient {
                client_id,
                client_secret,
            } => {
                let minted = self.mint(client_id, client_secret, None).await;
                let token = minted.map_err(|error| {
                    error.with(|inner| {
                        inner.sign_in = Some(self.sign_in_kind());
                        // Whatever refused them, the same credentials are not presented by every call once more.
                        if inner.kind == ErrorKind::Unauthorized && !inner.page {
                            inner.kind = ErrorKind::InvalidClient;
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
        let answer = self.send_as(&call, None).await.map_err(|error| {
            error.with(|inner| {
                inner.sign_in = Some(SignInKind::Session);
                // No recording of a refused login exists; these three are what can mean it.
                if matches!(inner.status, Some(400 | 401 | 403)) && !inner.page {
                    inner.kind = ErrorKind::InvalidClient;
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

/// `prefix` and a secret as a header value that nobody prints.
pub(in crate::access) fn header(prefix: &str, secret: &Secret) -> Result<HeaderValue, Error> {
    let text = Zeroizing::new(format!("{prefix}{}", secret.expose()));
    let mut value = HeaderValue::from_str(&text).map_err(|_| {
        Error::configuration("a secret holds characters that a header cannot, such as a line break")
    })?;
    value.set_sensitive(true);
    Ok(value)
}
