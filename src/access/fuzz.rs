//! What reads the tenant's words, for the fuzz targets in `fuzz/`. Nothing else calls this.

use jiff::Timestamp;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;
use terraform_plugin::secret::Secret;
use zeroize::Zeroizing;

use super::clients::fields::{OAuthClient, OAuthClientSummary};
use super::directories::directory::Directory;
use super::http::error::{Error, ErrorKind, Facts};
use super::http::transport::Answer;
use super::http::{bounded, media_type, redact, refusal};
use super::tokens::mint::Token;

/// The error that an answer is, whatever its status. Headers that cannot be ones are left out.
pub fn refusal(
    status: u16,
    headers: &[(&'static str, &[u8])],
    body: &[u8],
    secrets: &[Secret],
    now: Timestamp,
) -> Error {
    let headers: HeaderMap = headers
        .iter()
        .filter_map(|(name, value)| {
            let value = HeaderValue::from_bytes(value).ok()?;
            Some((HeaderName::from_static(name), value))
        })
        .collect();
    let answer = Answer {
        status,
        headers,
        body: Zeroizing::new(body.to_vec()),
    };
    let page = media_type::is_page(answer.content_type(), &answer.body);
    let facts = Facts::new(ErrorKind::BadRequest, "GET", "/p", "");
    refusal::read(&answer, page, &[], secrets, now, facts).into()
}

/// Reads `body` as everything that an answer can be.
pub fn objects(body: &[u8], now: Timestamp) {
    let page = bounded::page(body, &OAuthClientSummary::MEMBERS, |entry| entry);
    let Ok(value) = bounded::value(body) else {
        return;
    };
    assert!(page.is_ok(), "what is read whole is read as a list");
    let items = value.get("items").unwrap_or(&value).as_array();
    for object in items
        .into_iter()
        .flatten()
        .chain([&value])
        .filter_map(Value::as_object)
    {
        let _ = (OAuthClient::read(object), OAuthClientSummary::read(object));
        let _ = (Directory::read(object), Token::read(object.clone(), now));
    }
}

/// Text from the tenant as a log may show it.
pub fn clean(text: &str, secrets: &[Secret]) -> String {
    redact::clean(text, secrets)
}

/// An address from the tenant as a log may show it.
pub fn without_secrets(url: &str) -> String {
    refusal::without_secrets(url)
}
