//! What a request shows to be let in, and what the tenant made of it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use reqwest::header::HeaderValue;
use terraform_plugin::secret::Secret;
use zeroize::Zeroizing;

use super::error::{Error, ErrorKind};

/// A token is renewed this long before it expires, or a tenth of its life time before when that is shorter.
const MARGIN: Duration = Duration::from_secs(30);

/// The token of the admin, ready for use.
pub(in crate::access) struct AdminToken {
    pub secret: Secret,
    scheme: &'static str,
    pub number: u64,
    pub asked_at: Timestamp,
    /// The tenant has accepted it at least once.
    pub worked: AtomicBool,
    /// By our clock, counted from when it was asked for, so that a wrong clock does not matter.
    pub expires_at: Option<Timestamp>,
    pub renew_at: Option<Timestamp>,
}

impl AdminToken {
    pub fn new(
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

/// `prefix` and a secret as a header value that nobody prints.
pub(in crate::access) fn header(prefix: &str, secret: &Secret) -> Result<HeaderValue, Error> {
    let text = Zeroizing::new(format!("{prefix}{}", secret.expose()));
    let mut value = HeaderValue::from_str(&text).map_err(|_| {
        Error::configuration("a secret holds characters that a header cannot, such as a line break")
    })?;
    value.set_sensitive(true);
    Ok(value)
}

/// The header with plain `base64(id:secret)`, and that text, which is as good as the secret. Nobody percent-encodes
/// first, as RFC 6749 would have it (EVIDENCE 1.3).
pub(in crate::access) fn basic(client_id: &str, secret: &Secret) -> Result<(HeaderValue, Secret), Error> {
    let pair = Zeroizing::new(format!("{client_id}:{}", secret.expose()));
    let encoded = Secret::new(STANDARD.encode(pair.as_bytes()));
    Ok((header("Basic ", &encoded)?, encoded))
}
