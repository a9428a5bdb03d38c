//! Requests and answers in the simple form that endpoints work with.

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use crate::choices::ErrorBody;

/// What stands in for a login portal or a load balancer's error page.
pub(crate) const HTML_PAGE: &str =
    "<!DOCTYPE html><html><head><title>Sign in</title></head><body><form>Sign in</form></body></html>";

/// A request that has been read completely.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) raw_query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Call {
    pub(crate) fn header(&self, name: HeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// A parameter of the query.
    pub(crate) fn query(&self, name: &str) -> Option<String> {
        pairs(&self.raw_query)
            .find(|(found, _)| found == name)
            .map(|(_, value)| value)
    }

    /// A parameter of the form in the body, or else of the query (Q16: clients use either).
    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        self.form(name).or_else(|| self.query(name))
    }

    /// A parameter of the form in the body.
    pub(crate) fn form(&self, name: &str) -> Option<String> {
        let body = std::str::from_utf8(&self.body).unwrap_or_default();
        pairs(body)
            .find(|(found, _)| found == name)
            .map(|(_, value)| value)
    }

    /// The body as a JSON object.
    pub(crate) fn object(&self) -> Result<serde_json::Map<String, Value>, Reply> {
        match serde_json::from_slice(&self.body) {
            Ok(Value::Object(object)) => Ok(object),
            Ok(_) => Err(Reply::error(
                400,
                "bad.request",
                "The body must be a JSON object.",
            )),
            Err(error) => Err(Reply::error(
                400,
                "bad.request",
                &format!("The body is not JSON: {error}"),
            )),
        }
    }

    /// The token of the `Authorization` header; `Bearer` and `HZN` mean the same.
    pub(crate) fn token(&self) -> Option<&str> {
        let (scheme, token) = self.header(header::AUTHORIZATION)?.trim().split_once(' ')?;
        (scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("hzn")).then(|| token.trim())
    }

    /// Id and secret of a client, from `Authorization: Basic`, the form or the query (Q16).
    pub(crate) fn client_credentials(&self) -> Option<(String, String)> {
        if self.basic().is_some() {
            return self.basic_credentials();
        }
        Some((
            self.parameter("client_id")?,
            self.parameter("client_secret").unwrap_or_default(),
        ))
    }

    /// Id and secret of a client, from `Authorization: Basic` alone.
    pub(crate) fn basic_credentials(&self) -> Option<(String, String)> {
        let plain = String::from_utf8(BASE64_STANDARD.decode(self.basic()?).ok()?).ok()?;
        let (id, secret) = plain.split_once(':')?;
        Some((id.to_owned(), secret.to_owned()))
    }

    fn basic(&self) -> Option<&str> {
        let (scheme, encoded) = self.header(header::AUTHORIZATION)?.trim().split_once(' ')?;
        scheme.eq_ignore_ascii_case("basic").then(|| encoded.trim())
    }
}

impl Call {
    /// Every secret that the request carries, whether or not it is a valid one.
    pub(crate) fn sent_secrets(&self) -> Vec<String> {
        let mut secrets: Vec<_> = self.token().map(str::to_owned).into_iter().collect();
        secrets.extend(self.client_credentials().map(|(_, secret)| secret));
        let body: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        for name in ["secret", "password", "client_secret", "refresh_token", "token"] {
            secrets.extend(body.get(name).and_then(Value::as_str).map(str::to_owned));
            secrets.extend(self.parameter(name));
        }
        secrets
    }
}

fn pairs(text: &str) -> impl Iterator<Item = (String, String)> + '_ {
    text.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decode(name), decode(value))
    })
}

fn decode(text: &str) -> String {
    percent_decode_str(&text.replace('+', " "))
        .decode_utf8_lossy()
        .into_owned()
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Reply {
    status: u16,
    headers: Vec<(HeaderName, String)>,
    body: String,
}

impl Reply {
    pub(crate) fn empty(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: String::new(),
        }
    }

    pub(crate) fn text(status: u16, content_type: &str, body: impl Into<String>) -> Self {
        let headers = vec![(header::CONTENT_TYPE, content_type.to_owned())];
        Self {
            status,
            headers,
            body: body.into(),
        }
    }

    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self::typed(status, "application/json", body)
    }

    /// JSON under another media type.
    pub(crate) fn typed(status: u16, media_type: &str, body: &Value) -> Self {
        Self::text(status, &format!("{media_type};charset=UTF-8"), body.to_string())
    }

    /// The error form of the admin API (F13).
    pub(crate) fn error(status: u16, code: &str, message: &str) -> Self {
        Self::json(
            status,
            &json!({"errors": [{"code": code, "message": message, "parameters": null}]}),
        )
    }

    /// The error form of the token endpoint.
    pub(crate) fn oauth_error(status: u16, error: &str, description: &str) -> Self {
        Self::json(status, &json!({"error": error, "error_description": description}))
    }

    /// The same refusal with another body.
    #[must_use]
    pub(crate) fn with(self, body: ErrorBody) -> Self {
        match body {
            ErrorBody::Usual => self,
            ErrorBody::Empty => Self::empty(self.status),
            ErrorBody::Html => Self::text(self.status, "text/html;charset=UTF-8", HTML_PAGE),
        }
    }

    #[must_use]
    pub(crate) fn header(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        let headers = self
            .headers
            .iter()
            .map(|(name, value)| (name.clone(), value.as_str()));
        response(self.status, headers, self.body.into())
    }
}

/// Puts a response together; a status or header that HTTP cannot carry becomes 500 or is left out.
pub(crate) fn response<'a>(
    status: u16,
    headers: impl Iterator<Item = (HeaderName, &'a str)>,
    body: Body,
) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().append(name, value);
        }
    }
    response
}
