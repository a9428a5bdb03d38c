//! A request but for who makes it, and what its answer is worth.

use jiff::Timestamp;
use reqwest::Method;
use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, IF_MATCH,
};
use serde_json::{Map, Value};
use terraform_plugin::secret::Secret;
use zeroize::Zeroizing;

use super::authorization::AdminToken;
use super::body::Body;
use super::bounded::{Entry, Page};
use super::error::{Area, Error, ErrorKind, Facts};
use super::retry::Repeat;
use super::transport::{Answer, name};
use super::{bounded, media_type, refusal};
use crate::access::tenant_url::TenantUrl;

/// The largest answer, bytes.
const LIMIT: usize = 1 << 20;
/// The largest answer that is a list, bytes.
pub(in crate::access) const LIST_LIMIT: usize = 32 << 20;

/// An answer of so many bytes is large.
const LARGE: usize = 1 << 20;

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
    /// An answer without a body is as good as lost: what it was to bring can be asked for again.
    pub needs_body: bool,
    /// Nobody reads the words beside these codes of OAuth with a 400, so they are left out: to make them fit for a log
    /// takes longer than all else about an answer.
    pub plain_codes: &'static [&'static str],
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
            needs_body: false,
            plain_codes: &[],
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
            .with(|facts| facts.status = Some(answer.status))
    }

    /// An error about an answer that leaves open what was done.
    pub fn unclear(&self, detail: &str) -> Error {
        let mut facts = Facts::new(
            ErrorKind::Protocol,
            name(&self.method),
            self.path.as_str(),
            detail,
        );
        facts.area = self.area;
        facts.into()
    }

    /// The tenant's own errors in an answer with a status of success, if there are any.
    pub fn errors_in(&self, answer: &Answer) -> Option<Error> {
        let object = self.object(answer).ok()?;
        object
            .get("errors")?
            .as_array()
            .filter(|errors| !errors.is_empty())?;
        let error = self.protocol(answer, "errors in an answer with a status of success");
        Some(error.with(|facts| facts.server_errors = refusal::server_errors(&object, &self.secrets)))
    }

    /// An error about a wait that was too long.
    pub fn timed_out(&self, detail: &str, tenant: &TenantUrl) -> Error {
        let mut facts = Facts::new(
            ErrorKind::StillDeleting,
            name(&self.method),
            self.path.as_str(),
            detail,
        );
        tenant.origin().clone_into(&mut facts.host);
        facts.area = self.area;
        facts.into()
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
                .with(|facts| facts.kind = ErrorKind::NotJson)
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

/// What is wrong with `answer`, if anything.
pub(in crate::access) fn judge(
    call: &Call,
    answer: &Answer,
    admin: Option<&AdminToken>,
    now: Timestamp,
) -> Option<Facts> {
    let is_page = if call.xml {
        media_type::is_html
    } else {
        media_type::is_page
    };
    let page = is_page(answer.content_type(), &answer.body);
    if (200..300).contains(&answer.status) && !page {
        let is_lost = call.needs_body && answer.body.trim_ascii().is_empty();
        return is_lost.then(|| {
            let (method, path) = (name(&call.method), call.path.as_str());
            let mut facts = Facts::new(ErrorKind::Lost, method, path, "the answer is empty");
            facts.status = Some(answer.status);
            facts
        });
    }
    let mut secrets = call.secrets.clone();
    secrets.extend(admin.map(|token| token.secret.clone()));
    let facts = Facts::new(ErrorKind::BadRequest, name(&call.method), call.path.as_str(), "");
    Some(refusal::read(
        answer,
        page,
        call.plain_codes,
        &secrets,
        now,
        facts,
    ))
}
