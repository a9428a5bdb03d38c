//! A call to the API from the first attempt to a usable answer or a final error.

use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use percent_encoding::AsciiSet;
use percent_encoding::NON_ALPHANUMERIC;
use percent_encoding::utf8_percent_encode;
use reqwest::Method;
use reqwest::header::ACCEPT;
use reqwest::header::ACCEPT_ENCODING;
use reqwest::header::AUTHORIZATION;
use reqwest::header::CONTENT_TYPE;
use reqwest::header::HeaderMap;
use reqwest::header::HeaderValue;
use reqwest::header::IF_MATCH;
use serde_json::Map;
use serde_json::Value;
use terraform_plugin::secret::Secret;
use tracing::debug;
use tracing::info;
use tracing::trace;
use zeroize::Zeroize as _;
use zeroize::Zeroizing;

use super::bounded;
use super::bounded::Entry;
use super::bounded::Page;
use super::error::Area;
use super::error::Error;
use super::error::ErrorKind;
use super::error::Inner;
use super::media_type;
use super::refusal;
use super::retry::Next;
use super::retry::Repeat;
use super::retry::Retry;
use super::transport::Answer;
use super::transport::Outgoing;
use super::transport::name;
use crate::access::Client;
use crate::access::tenant_url::TenantUrl;
use crate::access::tokens::sign_in::AdminToken;

/// The largest answer, bytes.
const LIMIT: usize = 1 << 20;
/// The largest answer that is a list, bytes.
pub(in crate::access) const LIST_LIMIT: usize = 32 << 20;

/// An answer of so many bytes is large.
const LARGE: usize = 1 << 20;

/// A longer pause between two attempts is told to whoever reads the log, not only to who debugs.
const SILENCE: Duration = Duration::from_secs(5);

/// A request body. Its bytes are zeroised when the last attempt is over: best effort, because the connection and TLS
/// buffer what they send without doing so.
#[derive(Clone)]
pub(in crate::access) struct Body {
    pub(in crate::access) bytes: Bytes,
    form: bool,
}

impl Body {
    pub fn json(value: impl Into<Value>) -> Result<Self, Error> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(4 << 10)); // roomy, so that growing leaves no copies behind
        let mut value = value.into();
        let written = serde_json::to_writer(&mut *bytes, &value);
        zeroise(&mut value);
        written
            .map_err(|error| Error::configuration(format!("the request body cannot be written: {error}")))?;
        Ok(Self {
            bytes: Bytes::from_owner(bytes),
            form: false,
        })
    }

    pub fn form(pairs: &[(&str, &str)]) -> Self {
        let mut text = Zeroizing::new(String::with_capacity(256)); // roomy, so that growing leaves no copies behind
        for (key, value) in pairs {
            let separator = if text.is_empty() { "" } else { "&" };
            text.push_str(separator);
            text.push_str(key);
            text.push('=');
            text.extend(utf8_percent_encode(value, PLAIN));
        }
        Self {
            bytes: Bytes::from_owner(Zeroizing::new(text.as_bytes().to_vec())),
            form: true,
        }
    }
}

/// Overwrites every text in `value`: one of them may be a secret.
pub(in crate::access) fn zeroise(value: &mut Value) {
    match value {
        Value::String(text) => text.zeroize(),
        Value::Array(items) => items.iter_mut().for_each(zeroise),
        Value::Object(object) => object.values_mut().for_each(zeroise),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// What needs no encoding in a path segment or a form; `@` may stay too, as client ids have it (EVIDENCE Q24).
pub(in crate::access) const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'@');

/// `id` as a path segment. Empty ids and the two that mean a directory are refused: they would address something else.
pub(in crate::access) fn segment(id: &str) -> Result<String, Error> {
    if matches!(id, "" | "." | "..") {
        return Err(Error::configuration(format!("{id:?} cannot be an id")));
    }
    Ok(utf8_percent_encode(id, PLAIN).to_string())
}

/// Everything about a request but who makes it.
pub(in crate::access) struct Call {
    pub method: Method,
    /// The whole path, encoded.
    pub path: String,
    /// Encoded, without the question mark. Never a secret.
    pub query: String,
    /// What the media type memory is kept for.
    pub endpoint: &'static str,
    /// The vendor type of the body and of the answer.
    pub vendor: Option<&'static str>,
    /// `application/json` would mean something else: there is only the vendor type.
    pub vendor_alone: bool,
    /// The type of body and answer where the configuration names it, instead of the vendor type.
    pub media_type: Option<String>,
    pub body: Option<Body>,
    /// Another `Authorization` than the admin's.
    pub authorization: Option<HeaderValue>,
    /// Write only what still has this `ETag`.
    pub if_match: Option<HeaderValue>,
    pub repeat: Repeat,
    /// How often it is repeated at most, instead of as often as configured.
    pub max_retries: Option<u32>,
    /// The answer is XML.
    pub xml: bool,
    pub limit: usize,
    pub area: Area,
    /// What must not show up in an error, should the tenant repeat it.
    pub secrets: Vec<Secret>,
}

impl Call {
    /// A call without a body that may be repeated.
    pub fn new(method: Method, path: String, area: Area) -> Self {
        Self {
            method,
            path,
            query: String::new(),
            endpoint: "",
            vendor: None,
            vendor_alone: false,
            media_type: None,
            body: None,
            authorization: None,
            if_match: None,
            repeat: Repeat::Safe,
            max_retries: None,
            xml: false,
            limit: LIMIT,
            area,
            secrets: Vec::new(),
        }
    }

    pub(in crate::access) fn headers(
        &self,
        json: bool,
        admin: Option<&AdminToken>,
    ) -> Result<HeaderMap, Error> {
        let vendor = self.media_type.as_deref().or(self.vendor.filter(|_| !json));
        let vendor = vendor.filter(|it| *it != media_type::JSON);
        let mut headers = HeaderMap::with_capacity(6);
        let text = |text: &str| {
            HeaderValue::from_str(text).map_err(|_| Error::configuration("a header holds odd characters"))
        };
        headers.insert(ACCEPT, text(&media_type::accept(vendor))?);
        // said aloud, because without the header any encoding would do (RFC 9110, 12.5.3), and none can be read here
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        match &self.body {
            Some(body) if body.form => {
                headers.insert(
                    CONTENT_TYPE,
                    HeaderValue::from_static("application/x-www-form-urlencoded"),
                );
            }
            Some(_) => {
                headers.insert(CONTENT_TYPE, text(vendor.unwrap_or(media_type::JSON))?);
            }
            None => {}
        }
        if let Some(value) = &self.authorization {
            headers.insert(AUTHORIZATION, value.clone());
        } else if let Some(token) = admin {
            headers.insert(AUTHORIZATION, token.authorization()?);
        }
        if let Some(etag) = &self.if_match {
            headers.insert(IF_MATCH, etag.clone());
        }
        Ok(headers)
    }

    /// An error about an answer that is not what the API promises.
    pub fn protocol(&self, answer: &Answer, detail: &str) -> Error {
        self.unclear(detail)
            .with(|inner| inner.status = Some(answer.status))
    }

    /// An error about an answer that leaves open what was done.
    pub fn unclear(&self, detail: &str) -> Error {
        let mut inner = Inner::new(
            ErrorKind::Protocol,
            name(&self.method),
            self.path.as_str(),
            detail,
        );
        inner.area = self.area;
        inner.into()
    }

    /// The tenant's own errors in an answer with a status of success, if there are any.
    pub fn errors_in(&self, answer: &Answer) -> Option<Error> {
        let object = self.object(answer).ok()?;
        object
            .get("errors")?
            .as_array()
            .filter(|errors| !errors.is_empty())?;
        let error = self.protocol(answer, "errors in an answer with a status of success");
        Some(error.with(|inner| inner.server_errors = refusal::server_errors(&object, &self.secrets)))
    }

    /// An error about a wait that was too long.
    pub fn timed_out(&self, detail: &str, tenant: &TenantUrl) -> Error {
        let mut inner = Inner::new(
            ErrorKind::StillDeleting,
            name(&self.method),
            self.path.as_str(),
            detail,
        );
        tenant.origin().clone_into(&mut inner.host);
        inner.area = self.area;
        inner.into()
    }

    /// The answer as JSON. Its declared type does not matter, as long as it is no web page (EVIDENCE Q1).
    pub fn value(&self, answer: &Answer) -> Result<Value, Error> {
        if answer.body.trim_ascii().is_empty() {
            return Err(self.protocol(answer, "the answer is empty"));
        }
        bounded::value(&answer.body).map_err(|error| self.no_json(answer, &error))
    }

    /// The answer as a page of a list, of whose entries `members` are kept. The rest of the answer is left.
    ///
    /// To read a large one takes a second, so that happens where nobody is kept waiting.
    pub async fn page<T: Send + 'static>(
        &self,
        mut answer: Answer,
        members: &'static [&'static str],
        read: impl FnMut(Entry) -> T + Send + 'static,
    ) -> Result<(Page<T>, Answer), Error> {
        if answer.body.trim_ascii().is_empty() {
            return Err(self.protocol(&answer, "the answer is empty"));
        }
        let is_large = answer.body.len() >= LARGE;
        let parse = move || {
            let page = bounded::page(&answer.body, members, read);
            if page.is_ok() {
                answer.body = Zeroizing::default(); // it is as large as answers get
            }
            (page, answer)
        };
        let (page, answer) = if is_large {
            let parsed = tokio::task::spawn_blocking(parse).await;
            parsed.map_err(|error| Error::configuration(format!("a list could not be read: {error}")))?
        } else {
            parse()
        };
        let page = page
            .map_err(|error| self.no_json(&answer, &error))?
            .ok_or_else(|| self.protocol(&answer, "the list holds no items"))?;
        Ok((page, answer))
    }

    /// An error about an answer that cannot be read as JSON, or not as much of it.
    fn no_json(&self, answer: &Answer, error: &serde_json::Error) -> Error {
        let declared = answer.content_type().is_some_and(media_type::is_json);
        if error.is_data() || error.is_io() {
            self.protocol(answer, "there is more in the answer than can be read")
        } else if declared || media_type::looks_like_json(&answer.body) {
            let (line, column) = (error.line(), error.column());
            self.protocol(
                answer,
                &format!("the answer is not complete JSON (line {line}, column {column})"),
            )
        } else {
            self.protocol(answer, "the answer is not JSON")
                .with(|inner| inner.kind = ErrorKind::NotJson)
        }
    }

    /// The answer as a JSON object.
    pub fn object(&self, answer: &Answer) -> Result<Map<String, Value>, Error> {
        match self.value(answer)? {
            Value::Object(object) => Ok(object),
            _ => Err(self.protocol(answer, "the answer is JSON, but not an object")),
        }
    }
}

impl Client {
    /// Makes a call as the admin. Only a 2xx answer is one; everything else is an error.
    ///
    /// When the token is rejected, a new one is minted and the call made once more (EVIDENCE Q14). An error of a
    /// sign-in says that the call itself was not sent, so that nobody looks for what it may have done.
    pub(in crate::access) async fn send(&self, call: &Call) -> Result<Answer, Error> {
        let token = self.admin_token().await.map_err(|error| self.unsent(&error))?;
        match self.send_as(call, Some(&token)).await {
            Err(error) if self.rejected(&token, &error) => {
                debug!(path = call.path, "token rejected; signing in again");
                let outcome = match self.admin_token().await {
                    Ok(token) => self.send_as(call, Some(&token)).await,
                    Err(error) => Err(self.unsent(&error)),
                };
                outcome.map_err(|last| marked(last, error.outcome_is_unknown()))
            }
            outcome => outcome,
        }
    }

    /// Makes a call with the authorization that `call` brings, else with `admin`'s.
    pub(in crate::access) async fn send_as(
        &self,
        call: &Call,
        admin: Option<&AdminToken>,
    ) -> Result<Answer, Error> {
        let mut retry = Retry::new(call.repeat, call.max_retries.unwrap_or(self.0.config.max_retries));
        let remembered = !call.vendor_alone && self.0.media.wants_json(call.endpoint);
        let mut json = remembered;
        let mut maybe_processed = false;
        loop {
            let error = match self.attempt(call, json, admin, retry.made() + 1).await {
                Ok(answer) => {
                    if let Some(token) = admin {
                        token.has_worked();
                    }
                    if json != remembered {
                        self.0.media.remember(call.endpoint, json);
                    }
                    return Ok(answer);
                }
                Err(error) => error,
            };
            if let Some(token) = admin {
                token.learn_from(&error);
            }
            // Nothing was processed, so even a POST may be sent again.
            let has_two = call.vendor.is_some() && !call.vendor_alone;
            if error.kind() == ErrorKind::MediaType && has_two && json == remembered {
                debug!(
                    path = call.path,
                    status = error.status(),
                    "media type refused; trying the other one"
                );
                json = !json;
                continue;
            }
            if json != remembered && error.status().is_some() && error.kind() != ErrorKind::MediaType {
                self.0.media.remember(call.endpoint, json); // refused for another reason, so it was understood
            }
            let pause = match retry.next(&error) {
                Next::After(pause) if !self.is_interrupted() => pause,
                Next::TooLong => {
                    let error = error.with(|inner| inner.refused_pause = inner.retry_after);
                    return Err(marked(error, maybe_processed));
                }
                _ => return Err(marked(error, maybe_processed)),
            };
            maybe_processed |= error.outcome_is_unknown();
            if pause > SILENCE {
                info!(path = call.path, ?pause, kind = ?error.kind(), "will try again after a long pause");
            } else {
                debug!(path = call.path, ?pause, kind = ?error.kind(), "will try again");
            }
            self.sleep(pause).await;
            if self.is_interrupted() {
                return Err(marked(error, maybe_processed));
            }
        }
    }

    /// The error of a sign-in as that of the call that it was for.
    pub(in crate::access) fn unsent(&self, error: &Error) -> Error {
        error.with(|inner| {
            inner.not_sent = true;
            inner.maybe_processed = false; // that was the sign-in
            inner.signing_in = self.signs_in_as();
            self.0.config.tenant_url.origin().clone_into(&mut inner.host);
        })
    }

    async fn attempt(
        &self,
        call: &Call,
        json: bool,
        admin: Option<&AdminToken>,
        attempt: u32,
    ) -> Result<Answer, Error> {
        let method = name(&call.method);
        let started = self.0.clock.now();
        trace!(method, path = call.path, attempt, "request");
        let request = Outgoing {
            method: &call.method,
            path: &call.path,
            query: &call.query,
            headers: call.headers(json, admin)?,
            body: call.body.as_ref().map(|body| body.bytes.clone()),
            limit: call.limit,
        };
        let exchange = self.0.transport.exchange(request);
        // What a write has done, nobody knows without its answer: it is waited for as long as ever.
        let outcome = match call.method {
            Method::GET => self.0.interrupt.or_soon(exchange).await,
            _ => Some(exchange.await),
        };
        let outcome = outcome.unwrap_or_else(|| {
            let detail = "the run was interrupted, and there was no answer soon after";
            Err(Inner::new(ErrorKind::Lost, method, call.path.as_str(), detail).into())
        });
        let now = self.0.clock.now();
        let took = Duration::try_from(now.duration_since(started)).unwrap_or_default();
        let context = |inner: &mut Inner| {
            inner.area = call.area;
            inner.sent_at = Some(started);
            self.0.config.tenant_url.origin().clone_into(&mut inner.host);
            inner.sign_in = admin
                .filter(|_| call.authorization.is_none())
                .map(|_| self.sign_in_kind());
        };
        match outcome {
            Ok(answer) => {
                debug!(
                    method,
                    path = call.path,
                    status = answer.status,
                    ?took,
                    attempt,
                    "answer"
                );
                match judge(call, &answer, admin, now) {
                    Some(mut inner) => {
                        context(&mut inner);
                        Err(inner.into())
                    }
                    None => Ok(answer),
                }
            }
            Err(error) => {
                debug!(method, path = call.path, kind = ?error.kind(), ?took, attempt, "no answer");
                Err(error.with(context))
            }
        }
    }
}

/// `error`, with the memory that an earlier attempt may have been carried out.
fn marked(error: Error, maybe_processed: bool) -> Error {
    if maybe_processed {
        error.with(|inner| inner.maybe_processed = true)
    } else {
        error
    }
}

/// What is wrong with `answer`, if anything.
pub(in crate::access) fn judge(
    call: &Call,
    answer: &Answer,
    admin: Option<&AdminToken>,
    now: Timestamp,
) -> Option<Inner> {
    let is_page = if call.xml {
        media_type::is_html
    } else {
        media_type::is_page
    };
    let page = is_page(answer.content_type(), &answer.body);
    if (200..300).contains(&answer.status) && !page {
        return None;
    }
    let mut secrets = call.secrets.clone();
    secrets.extend(admin.map(|token| token.secret.clone()));
    let inner = Inner::new(ErrorKind::BadRequest, name(&call.method), call.path.as_str(), "");
    Some(refusal::read(answer, page, &secrets, now, inner))
}
