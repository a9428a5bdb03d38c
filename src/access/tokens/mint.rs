//! Minting, checking and revoking tokens (EVIDENCE 1).

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde_json::{Map, Value};
use terraform_plugin::secret::Secret;
use terraform_plugin::text;
use tracing::debug;
use url::Url;

use super::discovery::Discovery;
use super::jwt::LifeTime;
use crate::access::decode;
use crate::access::http::authorization::{basic, header};
use crate::access::http::body::Body;
use crate::access::http::call::Call;
use crate::access::http::error::{Area, Error, ErrorKind};
use crate::access::http::refusal;
use crate::access::http::retry::Repeat;
use crate::access::http::transport::Answer;
use crate::access::tenant::Tenant;

/// The pauses after which a refusal is asked for again that may only be too early.
const PAUSES: [Duration; 3] = [
    Duration::from_secs(2),
    Duration::from_secs(5),
    Duration::from_secs(10),
];

/// The pauses before a fresh token that is not valid is looked at again. A tenant whose nodes learn of a token after 8 s
/// is seen through.
const FRESH_LOOKS: [Duration; 3] = [
    Duration::from_secs(2),
    Duration::from_secs(3),
    Duration::from_secs(5),
];

/// A freshly minted access token. The tenant says how long it lives; from when on is by our clock, which is the one that
/// will judge it.
#[derive(Clone)]
pub struct Token {
    /// The token itself.
    pub access_token: Secret,
    /// `token_type`, `Bearer` when not told.
    pub token_type: String,
    /// The granted scopes, in the tenant's order.
    pub scopes: Vec<String>,
    /// When it came, by our clock, to the second.
    pub issued_at: Timestamp,
    /// `issued_at` and the shorter of the lives that `expires_in` and the JWT (`exp` less `iat`) tell. The JWT's `exp` as
    /// it is, the tenant's clock, if that is all there is; `None` when nothing is said (EVIDENCE 1.3).
    pub expires_at: Option<Timestamp>,
    /// `expires_in` verbatim, seconds: 0 is "expired already", -1 "unknown".
    pub expires_in: Option<i64>,
    /// The JWT's `jti`.
    pub jti: Option<String>,
    /// Seconds by which the tenant's clock (the JWT's `iat`) is ahead of ours.
    pub clock_skew_seconds: Option<i64>,
}

/// Why a token was not revoked.
#[derive(Debug, thiserror::Error)]
pub enum RevokeError {
    /// The tenant announces no revocation endpoint (EVIDENCE 1.7).
    #[error("the tenant announces no endpoint for revoking tokens; the token stays valid until it expires")]
    NotSupported,
    /// The announced endpoint is not below the tenant's scheme, host and port, so it must not see the token.
    #[error("the tenant announces a revocation endpoint elsewhere ({endpoint}), which was not contacted")]
    ForeignEndpoint {
        /// Host, port and path of that endpoint, or its scheme alone.
        endpoint: String,
    },
    /// The attempt failed.
    #[error(transparent)]
    Failed(#[from] Error),
}

impl Tenant {
    /// Mints a token for a client with its own credentials. The admin's token is not used.
    ///
    /// `scopes` of `None` asks for all that the client has. Credentials go in the `Authorization` header and never in
    /// the URL, where they would be logged (EVIDENCE Q16).
    pub async fn mint(
        &self,
        client_id: &str,
        secret: &Secret,
        scopes: Option<&[String]>,
    ) -> Result<Token, Error> {
        let scope = scopes.map(|scopes| scopes.join(" "));
        let mut form = vec![("grant_type", "client_credentials")];
        form.extend(scope.as_deref().map(|scope| ("scope", scope)));
        let call = Call {
            needs_body: true,
            ..self.token_call(client_id, secret, &form)?
        };
        let answer = self
            .0
            .http
            .send(&call, None)
            .await
            .map_err(|error| by_oauth_code(&error))?;
        let object = token_object(&call, &answer)?;
        Token::read(object, self.clock().now())
            .ok_or_else(|| call.protocol(&answer, "the answer holds no access_token"))
    }

    /// The same for a client that may have been made, or been given this secret, a moment ago, in this run or the one
    /// before. A tenant of several nodes may not know it everywhere yet, so that its `invalid_client` is believed only
    /// when it says so again after each of [`PAUSES`].
    ///
    /// Any other refusal is final at once, also a 401 that does not say `invalid_client`: that is a gateway's, or of an
    /// account that is locked, and asking again would lock it for longer.
    pub async fn mint_when_known(
        &self,
        client_id: &str,
        secret: &Secret,
        scopes: Option<&[String]>,
    ) -> Result<Token, Error> {
        for pause in PAUSES {
            match self.mint(client_id, secret, scopes).await {
                Err(error) if error.kind() == ErrorKind::InvalidClient => {
                    debug!(client_id, ?pause, "not known; will try again");
                    if !self.wait_before_looking(pause).await {
                        return Err(error);
                    }
                }
                outcome => return outcome,
            }
        }
        self.mint(client_id, secret, scopes).await
    }

    pub(in crate::access) fn token_call(
        &self,
        client_id: &str,
        secret: &Secret,
        form: &[(&str, &str)],
    ) -> Result<Call, Error> {
        let (authorization, encoded) = basic(client_id, secret)?;
        Ok(Call {
            body: Some(Body::form(form)),
            authorization: Some(authorization),
            repeat: Repeat::Token,
            secrets: vec![secret.clone(), encoded],
            ..Call::new(
                Method::POST,
                self.tenant_url().path("/auth/oauthtoken"),
                Area::Tokens,
            )
        })
    }

    /// Asks the tenant whether it still accepts `token` (EVIDENCE 1.6, Q21).
    ///
    /// True and false are the tenant's own words, and a 401 to this very token is a false. Anything else is an error,
    /// from which nothing must be concluded.
    pub async fn token_is_valid(&self, token: &Secret) -> Result<bool, Error> {
        let call = Call {
            query: "attribute=isValid".to_owned(),
            authorization: Some(header("Bearer ", token)?),
            secrets: vec![token.clone()],
            ..Call::new(
                Method::GET,
                self.tenant_url().path("/API/1.0/REST/auth/token"),
                Area::Tokens,
            )
        };
        let answer = match self.0.http.send(&call, None).await {
            Err(error) if error.kind() == ErrorKind::Unauthorized && !error.facts().page => return Ok(false),
            outcome => outcome?,
        };
        let text = String::from_utf8_lossy(&answer.body);
        let text = text.trim().trim_matches(['"', '\'']).trim();
        match text {
            _ if text.eq_ignore_ascii_case("true") => Ok(true),
            _ if text.eq_ignore_ascii_case("false") => Ok(false),
            _ => Err(call.protocol(&answer, "the answer is neither true nor false")),
        }
    }

    /// The same for a token that was minted a moment ago: a tenant of several nodes may not know it everywhere yet, so
    /// that a false is believed only when it is said for 10 s.
    pub async fn fresh_token_is_valid(&self, token: &Secret) -> Result<bool, Error> {
        for pause in &FRESH_LOOKS {
            if self.token_is_valid(token).await? {
                return Ok(true);
            }
            debug!(?pause, "a fresh token is not valid; will look again");
            if !self.wait_before_looking(*pause).await {
                return Err(Error::configuration(
                    "the run was interrupted before it was certain",
                ));
            }
        }
        self.token_is_valid(token).await
    }

    /// Revokes `token` at the endpoint that discovery announces, if any (EVIDENCE 1.7, RFC 7009).
    pub async fn revoke(&self, client_id: &str, secret: &Secret, token: &Secret) -> Result<(), RevokeError> {
        let discovery = self.discovery().await?;
        let endpoint = discovery.revocation_endpoint.ok_or(RevokeError::NotSupported)?;
        let url = Url::parse(&endpoint)
            .map_err(|_| Error::configuration("the tenant announces a revocation endpoint that is no URL"))?;
        if !self.tenant_url().has_origin_of(&url) {
            let endpoint = text::item(&refusal::without_secrets(&endpoint));
            return Err(RevokeError::ForeignEndpoint { endpoint });
        }
        let (authorization, encoded) = basic(client_id, secret)?;
        let call = Call {
            body: Some(Body::form(&[
                ("token", token.expose()),
                ("token_type_hint", "access_token"),
            ])),
            authorization: Some(authorization),
            query: url.query().unwrap_or_default().to_owned(),
            secrets: vec![secret.clone(), encoded, token.clone()],
            ..Call::new(Method::POST, url.path().to_owned(), Area::Tokens)
        };
        self.0
            .http
            .send(&call, None)
            .await
            .map_err(|error| by_oauth_code(&error))?;
        Ok(())
    }

    /// What the tenant announces about itself; asked once.
    ///
    /// The document moved from `/SAAS/auth` to `/acs`, and only the newer one may announce revocation. So the second
    /// is asked for what the first lacks.
    pub async fn discovery(&self) -> Result<Discovery, Error> {
        let fetch = || async {
            let url = self.tenant_url();
            let old = self
                .discovery_at(url.path("/auth/.well-known/openid-configuration"))
                .await;
            if matches!(&old, Ok(found) if found.revocation_endpoint.is_some()) {
                return old;
            }
            let new = self
                .discovery_at(url.path_beside("/acs/.well-known/openid-configuration"))
                .await;
            match (old, new) {
                (Ok(old), Ok(new)) => Ok(old.or(new)),
                (Ok(one), Err(error)) | (Err(error), Ok(one)) if absent(&error) => Ok(one),
                (Err(error), _) | (_, Err(error)) => Err(error),
            }
        };
        self.0.tokens.discovery.get_or_try_init(fetch).await.cloned()
    }

    async fn discovery_at(&self, path: String) -> Result<Discovery, Error> {
        let call = Call::new(Method::GET, path, Area::Tokens);
        let answer = self.0.http.send(&call, None).await?;
        let object = call.object(&answer)?;
        let text = |name| decode::text(&object, &[name]);
        Ok(Discovery {
            issuer: text("issuer"),
            token_endpoint: text("token_endpoint"),
            authorization_endpoint: text("authorization_endpoint"),
            jwks_uri: text("jwks_uri"),
            userinfo_endpoint: text("userinfo_endpoint"),
            revocation_endpoint: text("revocation_endpoint"),
            end_session_endpoint: text("end_session_endpoint"),
        })
    }
}

/// Whether a document is just not there, as opposed to out of reach for a moment.
pub(in crate::access) fn absent(error: &Error) -> bool {
    use ErrorKind::{Forbidden, NotAllowed, NotFound, NotJson, Redirect, Unauthorized};
    matches!(
        error.kind(),
        NotFound | NotJson | Redirect | Unauthorized | Forbidden | NotAllowed
    )
}

impl Token {
    pub(in crate::access) fn read(mut object: Map<String, Value>, received_at: Timestamp) -> Option<Self> {
        let access_token = match object.remove("access_token")? {
            Value::String(text) if !text.is_empty() => Secret::new(text),
            _ => return None,
        };
        let claims = LifeTime::of(&access_token);
        let issued_at = Timestamp::from_second(received_at.as_second()).unwrap_or(received_at);
        let expires_in = decode::integer(&object, "expires_in");
        let told = expires_in.filter(|seconds| *seconds >= 0);
        let life = told
            .map(SignedDuration::from_secs)
            .into_iter()
            .chain(claims.length())
            .min();
        Some(Self {
            token_type: decode::text(&object, &["token_type"]).unwrap_or_else(|| "Bearer".to_owned()),
            scopes: decode::ordered_words(&object, "scope"),
            issued_at,
            expires_at: match life {
                Some(life) => issued_at.checked_add(life).ok(),
                None => claims.expires_at,
            },
            expires_in,
            jti: claims.id,
            clock_skew_seconds: claims.issued_at.map(|at| at.as_second() - issued_at.as_second()),
            access_token,
        })
    }
}

/// The token endpoint's answer, unless it is a refusal with a status of success.
pub(in crate::access) fn token_object(call: &Call, answer: &Answer) -> Result<Map<String, Value>, Error> {
    let object = call.object(answer)?;
    let refused = decode::text(&object, &["error"]).is_some();
    if refused && decode::text(&object, &["access_token"]).is_none() {
        let error = call.protocol(answer, "refused with a status of success");
        return Err(by_oauth_code(&error.with(|facts| {
            facts.server_errors = refusal::server_errors(&object, &call.secrets);
        })));
    }
    Ok(object)
}

/// The kind by the body's `error`, whatever the status: the two need not agree (EVIDENCE Q15). A 401 without it stays
/// what it is: whoever sent that may not have looked at the credentials at all.
pub(in crate::access) fn by_oauth_code(error: &Error) -> Error {
    let code = error
        .server_errors()
        .first()
        .map_or("", |first| first.code.as_str());
    let kind = match code {
        "invalid_client" => ErrorKind::InvalidClient,
        "unauthorized_client"
        | "unsupported_grant_type"
        | "invalid_grant"
        | "invalid_scope"
        | "access_denied" => ErrorKind::GrantRefused,
        _ => return error.clone(),
    };
    error.with(|facts| facts.kind = kind)
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use serde_json::json;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("in range")
    }

    fn token(expires_in: &Value, claims: &str) -> Token {
        let jwt = format!("e30.{}.x", URL_SAFE_NO_PAD.encode(claims));
        let answer = json!({"access_token": jwt, "scope": "admin user", "expires_in": expires_in});
        Token::read(answer.as_object().cloned().expect("an object"), at(1000)).expect("a token")
    }

    #[test]
    fn the_shorter_life_is_counted_from_when_the_token_came() {
        for (expires_in, claims, expected) in [
            (json!(3599), r#"{"iat":900,"exp":4500}"#, Some(4599)),
            (json!("3599"), r#"{"iat":900,"exp":4500}"#, Some(4599)),
            (json!(9999), r#"{"iat":900,"exp":4500}"#, Some(4600)),
            (json!(0), r#"{"iat":900,"exp":4500}"#, Some(1000)), // expired already
            (json!(-1), r#"{"iat":900,"exp":4500}"#, Some(4600)), // unknown
            (json!(null), r#"{"iat":900,"exp":4500}"#, Some(4600)),
            (json!(3599), r#"{"iat":87400,"exp":91000}"#, Some(4599)), // the tenant's clock is a day ahead
            (json!(null), r#"{"iat":-85400,"exp":-81800}"#, Some(4600)), // and a day behind
            (json!(3599), r#"{"exp":200}"#, Some(4599)), // says nothing without the tenant's own time
            (json!(null), r#"{"exp":4500}"#, Some(4500)), // better than nothing
            (json!(3599), "no JWT", Some(4599)),
            (json!(-1), "no JWT", None),
            (json!(i64::MAX), "no JWT", None),
        ] {
            let token = token(&expires_in, claims);
            assert_eq!(
                (
                    token.issued_at.as_second(),
                    token.expires_at.map(Timestamp::as_second)
                ),
                (1000, expected),
                "{expires_in} {claims}"
            );
        }
        let token = token(&json!(60), r#"{"iat":4600,"jti":"j"}"#);
        assert_eq!(
            (token.clock_skew_seconds, token.jti.as_deref()),
            (Some(3600), Some("j"))
        );
        assert_eq!(
            (token.scopes, token.token_type.as_str()),
            (vec!["admin".into(), "user".into()], "Bearer")
        );
    }

    #[test]
    fn scopes_may_be_an_array() {
        let answer = json!({"access_token": "t", "scope": ["user", "admin"]});
        let token = Token::read(answer.as_object().cloned().expect("an object"), at(0)).expect("a token");
        assert_eq!(token.scopes, ["user", "admin"]);
    }

    #[test]
    fn an_answer_without_a_token_is_none() {
        for answer in [
            json!({}),
            json!({"access_token": ""}),
            json!({"access_token": null}),
        ] {
            assert!(Token::read(answer.as_object().cloned().expect("an object"), at(0)).is_none());
        }
    }
}
