//! Reading an answer that is not the one that was asked for (EVIDENCE 4.1 to 4.5).

use std::time::{Duration, UNIX_EPOCH};

use jiff::Timestamp;
use serde_json::{Map, Value};
use terraform_plugin::secret::Secret;
use url::Url;

use super::body::zeroise;
use super::bounded;
use super::error::{ErrorKind, Facts, ServerError};
use super::redact::{Redactor, clean};
use super::transport::Answer;
use crate::access::decode;

/// What refusals consist of.
const WORDS: [&str; 7] = [
    "errors",
    "Errors",
    "error",
    "code",
    "error_description",
    "message",
    "detail",
];

/// What a token endpoint refuses with (RFC 6749, section 5.2). Whatever a secret looks like, these words tell nothing of it.
const OAUTH_CODES: [&str; 6] = [
    "invalid_request",
    "invalid_client",
    "invalid_grant",
    "unauthorized_client",
    "unsupported_grant_type",
    "invalid_scope",
];

/// How many entries of an error report are kept.
const MOST_ERRORS: usize = 5;

/// Clocks that differ by less than this many seconds are right.
const TOLERATED_SKEW: i64 = 120;

/// Completes `facts` with what `answer` says. `page` tells that it is a web page. Words beside one of the codes
/// `plain` of a 400 do not matter.
pub(in crate::access) fn read(
    answer: &Answer,
    page: bool,
    plain: &[&str],
    secrets: &[Secret],
    now: Timestamp,
    mut facts: Facts,
) -> Facts {
    facts.status = Some(answer.status);
    facts.page = page;
    facts.retry_after = answer.retry_after().and_then(|text| retry_after(text, now));
    facts.clock_skew = answer.date().and_then(|text| skew(text, now));
    let said = bounded::members(&answer.body, &WORDS);
    let is_api = !page && (said.is_some() || answer.body.trim_ascii().is_empty());
    if let Some(mut said) = said {
        let code = plain_code(&said, plain).filter(|_| answer.status == 400);
        facts.server_errors = code.map_or_else(|| server_errors(&said, secrets), |code| vec![code]);
        facts.in_own_form = said.contains_key("errors") && !facts.server_errors.is_empty();
        said.values_mut().for_each(zeroise);
    }
    facts.kind = kind(answer.status, is_api);
    facts.detail = match () {
        () if facts.kind == ErrorKind::Redirect => {
            let to = answer
                .location()
                .map(|location| clean(&without_secrets(location), secrets));
            format!(
                "a redirect to {}, which was not followed",
                to.as_deref().unwrap_or("nowhere")
            )
        }
        () if page => match title(&answer.body) {
            Some(title) => format!("a web page titled \"{}\"", clean(&title, secrets)),
            None => "a web page".to_owned(),
        },
        () if !is_api => clean(&String::from_utf8_lossy(&answer.body), secrets),
        () => String::new(),
    };
    facts
}

fn kind(status: u16, is_api: bool) -> ErrorKind {
    match status {
        300..=399 => ErrorKind::Redirect,
        401 => ErrorKind::Unauthorized,
        403 => ErrorKind::Forbidden,
        404 if is_api => ErrorKind::NotFound,
        200..=299 | 404 => ErrorKind::NotJson, // another server's 404 says nothing about the object
        405 => ErrorKind::NotAllowed,
        406 | 415 => ErrorKind::MediaType,
        409 => ErrorKind::Conflict,
        429 => ErrorKind::RateLimited,
        500.. => ErrorKind::Server,
        _ => ErrorKind::BadRequest,
    }
}

/// A refusal with one of the codes `plain`, without the words beside it.
fn plain_code(object: &Map<String, Value>, plain: &[&str]) -> Option<ServerError> {
    let code = decode::text(object, &["error"])?;
    let is_alone = !object.contains_key("errors") && !object.contains_key("Errors");
    (is_alone && plain.contains(&code.as_str())).then(|| ServerError {
        code,
        message: String::new(),
    })
}

/// `errors[]` of the admin API, `Errors[]` of SCIM 1.1, `error` of OAuth, or a bare `message`.
pub(in crate::access) fn server_errors(object: &Map<String, Value>, secrets: &[Secret]) -> Vec<ServerError> {
    let redactor = Redactor::new(secrets);
    let read = |object: &Map<String, Value>, codes: &[&str], messages: &[&str]| {
        let take = |names| match decode::text(object, names) {
            Some(text) if OAUTH_CODES.contains(&text.as_str()) => text,
            Some(text) => redactor.clean(&text),
            None => String::new(),
        };
        let error = ServerError {
            code: take(codes),
            message: take(messages),
        };
        (!error.code.is_empty() || !error.message.is_empty()).then_some(error)
    };
    if let Some(Value::Array(errors)) = object.get("errors").or_else(|| object.get("Errors")) {
        let objects = errors.iter().filter_map(Value::as_object);
        return objects
            .filter_map(|e| read(e, &["code"], &["message", "description"]))
            .take(MOST_ERRORS)
            .collect();
    }
    read(
        object,
        &["error", "code"],
        &["error_description", "message", "detail"],
    )
    .into_iter()
    .collect()
}

/// `Retry-After` in either form, from now.
fn retry_after(text: &str, now: Timestamp) -> Option<Duration> {
    let text = text.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX))); // more digits than a number can have
    }
    let at = unix_seconds(text)?;
    Some(Duration::from_secs(
        u64::try_from(at - now.as_second()).unwrap_or(0),
    ))
}

/// By how many seconds the tenant's clock is ahead, unless it is about right.
fn skew(date: &str, now: Timestamp) -> Option<i64> {
    let ahead = unix_seconds(date)? - now.as_second();
    (ahead.abs() > TOLERATED_SKEW).then_some(ahead)
}

fn unix_seconds(http_date: &str) -> Option<i64> {
    let at = httpdate::parse_http_date(http_date).ok()?;
    i64::try_from(at.duration_since(UNIX_EPOCH).ok()?.as_secs()).ok()
}

/// Host and path of a URL from the tenant, or the path alone of a relative one: its query may hold a session or a token,
/// its user part a password, and a path parameter a session.
pub(in crate::access) fn without_secrets(url: &str) -> String {
    const NOWHERE: &str = "relative.invalid";
    let relative = || Url::parse(&format!("https://{NOWHERE}"))?.join(url);
    let Ok(url) = Url::parse(url).or_else(|_| relative()) else {
        return "an address that cannot be read".to_owned();
    };
    let path = url.path().split(';').next().unwrap_or_default();
    match url.host_str() {
        Some(NOWHERE) => path.to_owned(),
        Some(host) => {
            let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
            format!("{host}{port}{path}")
        }
        None => format!("{}:…", url.scheme()), // what follows has no form that would tell where a password is
    }
}

/// The title of a web page, which names the product or the gateway that answered.
fn title(body: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(&body[..body.len().min(16 << 10)]);
    let lower = text.to_ascii_lowercase();
    let start = lower.find("<title")?;
    let start = start + lower[start..].find('>')? + 1;
    let end = start + lower[start..].find("</title")?;
    let title = text[start..end].split_whitespace().collect::<Vec<_>>().join(" ");
    (!title.is_empty()).then_some(title)
}

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
    use zeroize::Zeroizing;

    use super::super::error::Error;
    use super::super::media_type;
    use super::*;

    fn error(status: u16, headers: &[(&'static str, &'static str)], body: &str) -> Error {
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect();
        let answer = Answer {
            status,
            headers,
            body: Zeroizing::new(body.as_bytes().to_vec()),
        };
        let page = media_type::is_page(answer.content_type(), &answer.body);
        let now = Timestamp::from_second(1_700_000_000).expect("in range");
        read(
            &answer,
            page,
            &["invalid_scope"],
            &[Secret::new("hunter2")],
            now,
            Facts::new(ErrorKind::BadRequest, "GET", "/p", ""),
        )
        .into()
    }

    #[test]
    fn every_form_of_error_report_is_kept_verbatim() {
        for (body, text) in [
            (
                r#"{"errors":[{"code":"forbidden","message":"User is not authorized to perform the task.","parameters":null}]}"#,
                "GET /p: status 403: forbidden: User is not authorized to perform the task.", // EVIDENCE F13
            ),
            (
                r#"{"errors":[{"code":"a"},{"message":"b"},{}]}"#,
                "GET /p: status 403: a; b",
            ),
            (
                r#"{"Errors":[{"code":"401","description":"no"}]}"#,
                "GET /p: status 403: 401: no",
            ),
            (
                r#"{"error":"invalid_client","error_description":"no"}"#,
                "GET /p: status 403: invalid_client: no",
            ),
            (
                r#"{"message":"the secret hunter2 is wrong"}"#,
                "GET /p: status 403: the secret [redacted] is wrong",
            ),
            (
                "plain hunter2\u{7}text",
                "GET /p: status 403: plain [redacted] text",
            ),
            ("", "GET /p: status 403"),
        ] {
            assert_eq!(error(403, &[], body).to_string(), text);
        }
    }

    /// What comes of a refusal rests on its code.
    #[test]
    fn a_secret_that_looks_like_a_code_hides_none() {
        let said = |body: &str| {
            let object = serde_json::from_str(body).expect("JSON");
            let [error] = &server_errors(&object, &[Secret::new("client_secret=invalid_client")])[..] else {
                panic!("{body}")
            };
            error.to_string()
        };
        assert_eq!(
            said(r#"{"error":"invalid_client","error_description":"not invalid_client"}"#),
            "invalid_client: not [redacted]"
        );
        assert_eq!(said(r#"{"error":"invalid_client."}"#), "[redacted]");
    }

    /// A tenant that reports in two forms at once is read in the one that tells more.
    #[test]
    fn the_words_beside_a_plain_code_are_left_out() {
        for (body, text) in [
            (
                r#"{"error":"invalid_scope","error_description":"no"}"#,
                "invalid_scope",
            ),
            (
                r#"{"error":"invalid_grant","error_description":"no"}"#,
                "invalid_grant: no",
            ),
            (r#"{"error":"invalid_scope","errors":[{"code":"x"}]}"#, "x"),
            (r#"{"code":"invalid_scope","message":"no"}"#, "invalid_scope: no"),
        ] {
            assert_eq!(
                error(400, &[], body).to_string(),
                format!("GET /p: status 400: {text}")
            );
        }
    }

    #[test]
    fn a_404_counts_only_when_it_is_the_apis() {
        assert_eq!(error(404, &[], "").kind(), ErrorKind::NotFound);
        assert_eq!(error(404, &[], r#"{"errors":[]}"#).kind(), ErrorKind::NotFound);
        assert_eq!(
            error(404, &[("content-type", "text/html")], "<html>").kind(),
            ErrorKind::NotJson
        );
        assert_eq!(error(404, &[], "not here").kind(), ErrorKind::NotJson);
    }

    #[test]
    fn pages_and_redirects_are_named_without_their_queries() {
        let page = error(200, &[], "<!DOCTYPE html><html><TITLE>\n Sign in </TITLE>");
        assert_eq!(
            (page.kind(), page.to_string().as_str()),
            (
                ErrorKind::NotJson,
                "GET /p: status 200: a web page titled \"Sign in\""
            )
        );
        let redirect = error(
            302,
            &[("location", "https://u:p@idp.example/login?token=hunter2#x")],
            "<html>",
        );
        assert_eq!(redirect.kind(), ErrorKind::Redirect);
        assert_eq!(
            redirect.to_string(),
            "GET /p: status 302: a redirect to idp.example/login, which was not followed"
        );
        assert_eq!(error(503, &[], "<html>").kind(), ErrorKind::Server);
    }

    #[test]
    fn a_location_is_shown_without_what_may_be_secret() {
        for (location, shown) in [
            (
                "https://idp.example:8443/login?ticket=hunter2",
                "idp.example:8443/login",
            ),
            (
                "https://user:hunter2@idp.example/login#hunter2",
                "idp.example/login",
            ),
            ("//user:hunter2@idp.example/login", "idp.example/login"),
            (r"\\user:hunter2@idp.example\login", "idp.example/login"),
            (r"/\user:hunter2@idp.example", "idp.example/"),
            ("https:user:hunter2@idp.example/", "idp.example/"),
            ("/login?ticket=hunter2", "/login"),
            ("login", "/login"),
            ("/login;jsessionid=hunter2", "/login"),
            ("", "/"),
            ("mailto:user:hunter2@idp.example", "mailto:…"),
            ("blob:https://user:hunter2@idp.example/", "blob:…"),
            ("app://user:hunter2@idp.example/login", "idp.example/login"),
            ("//user:hunter#2@idp.example/", "an address that cannot be read"),
            ("https://user:hunter2@:port/", "an address that cannot be read"),
        ] {
            assert_eq!(without_secrets(location), shown, "{location}");
        }
    }

    #[test]
    fn both_forms_of_retry_after_are_understood() {
        // 1,700,000,000 is Tue, 14 Nov 2023 22:13:20 GMT
        for (text, seconds) in [
            ("7", Some(7)),
            ("Tue, 14 Nov 2023 22:13:50 GMT", Some(30)),
            ("Tue, 14 Nov 2023 22:00:00 GMT", Some(0)),
            ("Wed, 15 Nov 2023 22:13:20 GMT", Some(86_400)),
            ("Fri, 31 Dec 9999 23:59:59 GMT", Some(251_702_300_799)),
            ("99999999999999999999999999", Some(u64::MAX)),
            ("0", Some(0)),
            ("-1", None),
            ("", None),
            ("soon", None),
        ] {
            let headers: &[_] = &[("retry-after", text)];
            assert_eq!(
                error(429, headers, "").retry_after(),
                seconds.map(Duration::from_secs),
                "{text}"
            );
        }
    }

    #[test]
    fn a_wrong_clock_is_noticed() {
        assert_eq!(
            error(401, &[("date", "Tue, 14 Nov 2023 22:13:50 GMT")], "")
                .facts()
                .clock_skew,
            None
        );
        assert_eq!(
            error(401, &[("date", "Tue, 14 Nov 2023 23:13:20 GMT")], "")
                .facts()
                .clock_skew,
            Some(3600)
        );
    }
}
