//! What can go wrong between this program and the tenant.
//!
//! An [`Error`] is one failed request: what was asked ([`Error::method`], [`Error::path`]), what came back
//! ([`Error::status`], [`Error::server_errors`]) and what kind of failure that is ([`Error::kind`]). Its text is
//! for a log or a diagnostic and never holds a secret: text from the tenant is stripped, scrubbed and cut before it
//! gets here.
//!
//! The rooms wrap it where a caller must know more than "it failed": whether something exists now, whose it is, and
//! which secret is in force.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use terraform_plugin::text;

/// The kind of a failure: what a caller may branch on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Wrong before anything was sent: a certificate that is no PEM, an id that cannot stand in a URL.
    Configuration,
    /// The tenant's name does not resolve.
    Dns,
    /// No connection: refused, unreachable, or through a proxy that would not have it.
    Connect,
    /// The certificate was not accepted, or the TLS handshake failed.
    Tls,
    /// No complete answer within the request timeout. The request may have been processed.
    Timeout,
    /// The connection broke before the answer was complete, or there is nothing in an answer that was to bring a token.
    /// The request may have been processed.
    Lost,
    /// Status 400, or another 4xx without a kind of its own.
    BadRequest,
    /// Status 401: the token is invalid, expired or revoked.
    Unauthorized,
    /// Status 403: signed in, but not allowed.
    Forbidden,
    /// Status 404 from the API itself.
    NotFound,
    /// Status 405: this tenant does not offer the operation.
    NotAllowed,
    /// Status 406 or 415 in both media types (EVIDENCE Q1).
    MediaType,
    /// Status 409.
    Conflict,
    /// Status 429, still after the retries.
    RateLimited,
    /// Status 5xx, still after the retries.
    Server,
    /// `invalid_client`, or a refused session login: id, secret, user name or password are wrong (EVIDENCE 1.3).
    InvalidClient,
    /// The token endpoint knows the client but refuses the grant or scope (EVIDENCE Q15).
    GrantRefused,
    /// A redirect, which is never followed.
    Redirect,
    /// An answer that is not JSON, such as a login page (EVIDENCE Q14).
    NotJson,
    /// JSON without what the API promises, or a body larger than allowed.
    Protocol,
    /// A directory that was still there when the time for its deletion was over.
    StillDeleting,
}

/// One entry of the tenant's own error report, its words unchanged but for control characters, length and secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerError {
    /// `errors[].code`, or the OAuth `error`; empty when not told.
    pub code: String,
    /// `errors[].message`, or the OAuth `error_description`; empty when not told.
    pub message: String,
}

impl fmt::Display for ServerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.code.is_empty(), self.message.is_empty()) {
            (false, false) => write!(f, "{}: {}", self.code, self.message),
            (false, true) => f.write_str(&self.code),
            _ => f.write_str(&self.message),
        }
    }
}

/// How the client signs in, as far as advice depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SignInKind {
    ServiceClient,
    AccessToken,
    Session,
}

/// Which part of the API was called, as far as advice depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Area {
    Clients,
    Directories,
    Tokens,
    Other,
}

/// Why a TLS handshake failed, as far as advice depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TlsCause {
    UnknownIssuer,
    WrongName,
    Expired,
    NotValidYet,
    CaAsServer,
    /// This machine has no root certificates.
    NoRoots,
    Other,
}

/// One failed request. Cheap to clone, so that callers who waited for the same request can share its failure.
#[derive(Clone)]
pub struct Error(Arc<Facts>);

/// What is known of a failure.
#[derive(Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own, and any of them may be"
)]
pub(crate) struct Facts {
    pub kind: ErrorKind,
    pub method: &'static str,
    pub path: String,
    pub host: String,
    pub status: Option<u16>,
    pub server_errors: Vec<ServerError>,
    /// They came as the admin API has them, in `errors`: gateways have forms of their own (EVIDENCE 4.1).
    pub in_own_form: bool,
    pub detail: String,
    pub retry_after: Option<Duration>,
    /// The same, where it is longer than a run waits, so that the request was not repeated.
    pub refused_pause: Option<Duration>,
    /// Seconds by which the tenant's `Date` is ahead of our clock, when that is worth mentioning.
    pub clock_skew: Option<i64>,
    /// The answer was a web page, so it did not come from the API.
    pub page: bool,
    /// An earlier attempt may have been carried out, although this one was not.
    pub maybe_processed: bool,
    /// Signing in failed, so the request itself was not sent.
    pub not_sent: bool,
    /// As whom that was, such as `client "terraform"`.
    pub signing_in: Option<String>,
    /// When the last attempt began, by our clock.
    pub sent_at: Option<Timestamp>,
    pub tls: Option<TlsCause>,
    /// What the connection died of, without its URL.
    pub source: Option<Arc<reqwest::Error>>,
    pub area: Area,
    pub sign_in: Option<SignInKind>,
}

impl Facts {
    /// A failure of `kind` with nothing else known.
    pub fn new(
        kind: ErrorKind,
        method: &'static str,
        path: impl Into<String>,
        detail: impl Into<String>,
    ) -> Self {
        Self {
            kind,
            method,
            path: path.into(),
            host: String::new(),
            status: None,
            server_errors: Vec::new(),
            in_own_form: false,
            detail: detail.into(),
            retry_after: None,
            refused_pause: None,
            clock_skew: None,
            page: false,
            maybe_processed: false,
            not_sent: false,
            signing_in: None,
            sent_at: None,
            tls: None,
            source: None,
            area: Area::Other,
            sign_in: None,
        }
    }

    fn sign_in_title(&self) -> Option<String> {
        let who = self.signing_in.as_deref()?;
        Some(format!("Signing in to {} as {who} failed", self.host))
    }
}

impl From<Facts> for Error {
    fn from(facts: Facts) -> Self {
        Self(Arc::new(facts))
    }
}

impl Error {
    /// Something that is wrong before anything was sent.
    pub(in crate::access) fn configuration(detail: impl Into<String>) -> Self {
        Facts::new(ErrorKind::Configuration, "", "", detail).into()
    }

    /// The same error with some of it changed.
    pub(in crate::access) fn with(&self, change: impl FnOnce(&mut Facts)) -> Self {
        let mut facts = Facts::clone(&self.0);
        change(&mut facts);
        facts.into()
    }

    /// What kind of failure this is.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The HTTP method; empty when nothing was sent.
    pub fn method(&self) -> &str {
        self.0.method
    }

    /// The path of the request without its query; empty when nothing was sent.
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// The HTTP status, when there was an answer.
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// What the tenant itself said (EVIDENCE 4.1).
    pub fn server_errors(&self) -> &[ServerError] {
        &self.0.server_errors
    }

    /// How long the tenant asked to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// When it was not this request that failed, but the provider's sign-in before it: what to call that, and what
    /// happened, which then does not say so again.
    pub fn failed_sign_in(&self) -> Option<(String, Self)> {
        let title = self.0.sign_in_title()?;
        Some((title, self.with(|facts| facts.signing_in = None)))
    }

    /// True when the tenant may have carried the request out although there is no proper answer.
    pub fn outcome_is_unknown(&self) -> bool {
        if self.0.maybe_processed || self.0.not_sent {
            return self.0.maybe_processed;
        }
        match self.kind() {
            // A gateway's 502 or 504 says nothing, and Access's own 500 little (EVIDENCE Q6).
            ErrorKind::Timeout | ErrorKind::Lost | ErrorKind::Protocol | ErrorKind::Server => true,
            ErrorKind::NotJson => self.status() != Some(404),
            _ => false,
        }
    }

    /// A 404 in the admin API's own words. A web page, an empty body or another form may come from any server on the way.
    pub(in crate::access) fn says_not_found(&self) -> bool {
        self.kind() == ErrorKind::NotFound && self.0.in_own_form
    }

    /// Whether a write was answered with success, but without its outcome (EVIDENCE Q7).
    pub(in crate::access) fn is_mute(&self) -> bool {
        self.kind() == ErrorKind::Protocol
            && matches!(self.status(), Some(200..=299))
            && !self.0.not_sent
            && !self.0.maybe_processed
    }

    /// Whether that success is all that was said, so that what was asked for can be expected to be seen.
    pub(in crate::access) fn is_promise(&self) -> bool {
        self.is_mute() && self.server_errors().is_empty()
    }

    /// What is known of it, for whoever gives advice.
    pub(crate) fn facts(&self) -> &Facts {
        &self.0
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let facts = &*self.0;
        let mut separator = "";
        if let Some(title) = facts.sign_in_title() {
            f.write_str(&title)?;
            separator = ": ";
        }
        if !facts.method.is_empty() {
            write!(f, "{separator}{} {}", facts.method, text::item(&facts.path))?; // with an id of any length in it
            separator = ": ";
        }
        if let Some(status) = facts.status {
            write!(f, "{separator}status {status}")?;
            separator = ": ";
        }
        if !facts.detail.is_empty() {
            write!(f, "{separator}{}", facts.detail)?;
            separator = ": ";
        }
        for error in &facts.server_errors {
            write!(f, "{separator}{error}")?;
            separator = "; ";
        }
        if let Some(asked) = facts.refused_pause {
            let seconds = asked.as_secs();
            write!(
                f,
                "{separator}the tenant asks to wait {seconds} s, which is longer than this run waits"
            )?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Error({:?}, {self})", self.0.kind)
    }
}

impl std::error::Error for Error {
    /// What the connection died of, if it did.
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        let source = self.0.source.as_ref()?;
        Some(&**source)
    }
}
