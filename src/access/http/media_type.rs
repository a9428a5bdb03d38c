//! Media types (EVIDENCE 0, Q1).
//!
//! Access has two worlds at once: vendor types, which a live tenant insists on for some endpoints, and plain
//! `application/json`, which it insists on for others. So each endpoint is asked in its vendor type first; what a
//! 415 or 406 teaches is remembered for that endpoint.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

/// `application/json`.
pub(in crate::access) const JSON: &str = "application/json";

/// One OAuth 2.0 client.
pub(in crate::access) const CLIENT: &str = "application/vnd.vmware.horizon.manager.oauth2client+json";
/// The list of OAuth 2.0 clients.
pub(in crate::access) const CLIENT_LIST: &str =
    "application/vnd.vmware.horizon.manager.oauth2clientsummarylist+json";
/// A directory of type Other.
pub(in crate::access) const OTHER_DIRECTORY: &str =
    "application/vnd.vmware.horizon.manager.connector.management.directory.other+json";
/// The list of directories.
pub(in crate::access) const DIRECTORY_LIST: &str =
    "application/vnd.vmware.horizon.manager.connector.management.directory.list+json";
/// The list of a directory's domains.
pub(in crate::access) const DOMAIN_LIST: &str =
    "application/vnd.vmware.horizon.manager.connector.management.directory.domain.list+json";

/// The metadata of a SAML entity.
pub(in crate::access) const SAML_METADATA: &str = "application/samlmetadata+xml";

/// The `Accept` header for a vendor type, or for JSON alone.
pub(in crate::access) fn accept(vendor: Option<&str>) -> String {
    match vendor {
        Some(vendor) => format!("{vendor}, {JSON};q=0.9, */*;q=0.1"),
        None => format!("{JSON}, */*;q=0.1"),
    }
}

/// True for every JSON type, vendor or not, whatever its parameters.
pub(in crate::access) fn is_json(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    essence.to_ascii_lowercase().contains("json")
}

/// True for a web page, which the API never answers with: by type, or by how the body begins.
pub(in crate::access) fn is_page(content_type: Option<&str>, body: &[u8]) -> bool {
    let by_type = content_type.is_some_and(|kind| kind.to_ascii_lowercase().contains("html"));
    by_type || body.trim_ascii_start().first() == Some(&b'<')
}

/// The same where XML is the right answer, whatever its type says.
pub(super) fn is_html(_content_type: Option<&str>, body: &[u8]) -> bool {
    let begins = |with: &[u8]| {
        let start = body.trim_ascii_start().get(..with.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(with))
    };
    begins(b"<!doctype html") || begins(b"<html")
}

/// True for what begins like JSON, whatever its type says.
pub(in crate::access) fn looks_like_json(body: &[u8]) -> bool {
    matches!(body.trim_ascii_start().first(), Some(b'{' | b'['))
}

/// The endpoints that want plain JSON.
#[derive(Default)]
pub(in crate::access) struct Memory(Mutex<HashSet<&'static str>>);

impl Memory {
    pub fn wants_json(&self, endpoint: &'static str) -> bool {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .contains(endpoint)
    }

    pub fn remember(&self, endpoint: &'static str, json: bool) {
        let mut endpoints = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if json {
            endpoints.insert(endpoint);
        } else {
            endpoints.remove(endpoint);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_recognised_in_every_dress() {
        for kind in [
            "application/json",
            "Application/JSON; charset=UTF-8",
            "application/vnd.vmware.horizon.manager.branding+json;charset=UTF-8",
            "text/json",
        ] {
            assert!(is_json(kind), "{kind}");
        }
        assert!(!is_json("text/html; profile=json"));
        assert!(is_page(Some("text/HTML"), b""));
        assert!(is_page(None, b" \r\n<!DOCTYPE html>"));
        assert!(!is_page(Some("text/plain"), b"true"));
        assert!(looks_like_json(b"\n {"));
    }

    #[test]
    fn vendor_types_come_first_and_leave_the_others_open() {
        assert_eq!(
            accept(Some("a/b+json")),
            "a/b+json, application/json;q=0.9, */*;q=0.1"
        );
        assert_eq!(accept(None), "application/json, */*;q=0.1");
    }
}
