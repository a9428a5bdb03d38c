//! What the form of an answer says.

use reqwest::Method;
use serde_json::Value;
use terraform_plugin::secret::Secret;

use super::findings::Findings;
use crate::access::{Ask, Caller, Endpoint, Look, Payload};

/// A request to the token endpoint.
pub fn token<'a>(form: &'a [(&'a str, &'a str)], caller: Caller<'a>) -> Ask<'a> {
    Ask::new(Method::POST, Endpoint::Token, Payload::Form(form)).as_caller(caller)
}

/// A token that was issued.
pub struct Token {
    /// The token.
    pub secret: Secret,
    /// `scope`.
    pub scope: Option<String>,
    /// `expires_in`, seconds.
    pub expires_in: Option<i64>,
    /// Whether a refresh token came along.
    pub is_refreshable: bool,
}

impl Token {
    /// The token in an answer, if there is one.
    pub fn of(look: &Look) -> Option<Self> {
        let Some(Value::Object(object)) = look.json().filter(|_| look.is_success()) else {
            return None;
        };
        let text = |name| {
            object
                .get(name)
                .and_then(Value::as_str)
                .filter(|text| !text.is_empty())
        };
        Some(Self {
            secret: Secret::new(text("access_token")?),
            scope: text("scope").map(str::to_owned),
            expires_in: object.get("expires_in").and_then(Value::as_i64),
            is_refreshable: text("refresh_token").is_some(),
        })
    }
}

/// How the token endpoint refuses a client.
pub fn refused_client(look: &Look) -> &'static str {
    let says_so = look.errors().iter().any(|error| error.code == "invalid_client");
    match look.status() {
        401 if says_so => "401",
        400 if says_so => "400",
        400..=499 => "silent",
        _ => "other",
    }
}

/// How a secret that is known is shown.
pub fn secret(shown: Option<&Value>, known: &Secret) -> &'static str {
    match shown {
        None | Some(Value::Null) => "absent",
        Some(Value::String(text)) if text.is_empty() => "blank",
        Some(Value::String(text)) if Secret::new(text.as_str()) == *known => "clear",
        Some(_) => "masked",
    }
}

/// Answers which unit a time-to-live has, given the seconds that a token lives.
pub fn unit(findings: &mut Findings, id: &'static str, ttl: Option<&Value>, life: Option<i64>) {
    let (Some(ttl), Some(life)) = (ttl.and_then(Value::as_i64), life) else {
        findings.unanswered(
            id,
            "the tenant does not tell the time-to-live, or the token's life",
        );
        return;
    };
    // computed a moment after the token, and cut down to whole seconds (EVIDENCE 1.3)
    let is_about = |seconds: i64| (seconds - 5..=seconds).contains(&life);
    let key = match () {
        () if is_about(ttl.saturating_mul(60)) => "minutes",
        () if is_about(ttl) => "seconds",
        () => "other",
    };
    findings
        .answer(id, key)
        .number(id, "time-to-live", ttl)
        .number(id, "seconds that a token lives", life);
}

/// The entries of a list.
pub fn items(list: &Value) -> Vec<Value> {
    let items = list.get("items").unwrap_or(list).as_array();
    items.cloned().unwrap_or_default()
}

/// The ids of the clients in a list.
pub fn client_ids(list: &Value) -> Vec<String> {
    let id = |item: &Value| Some(item.get("clientId")?.as_str()?.to_owned());
    items(list).iter().filter_map(id).collect()
}

/// The names that a directory's id may have (EVIDENCE Q9).
const ID_NAMES: [&str; 4] = [
    "directoryConfigurationId",
    "directoryConfigId",
    "directoryId",
    "id",
];

/// What the id of a directory is called in `object`; `has_address` says that an address tells it otherwise.
pub fn id_name(object: Option<&Value>, has_address: bool) -> &'static str {
    let is_text = |name: &&str| object.is_some_and(|it| it.get(*name).is_some_and(Value::is_string));
    match ID_NAMES.into_iter().find(|name| is_text(name)) {
        Some(name) => name,
        None if has_address => "address",
        None => "none",
    }
}

/// Whether an entry of the list is about the directory with this id.
pub fn is_entry_of(entry: &Value, id: &str) -> bool {
    let is_it = |text: &str| text.eq_ignore_ascii_case(id);
    let named = ID_NAMES.iter().filter_map(|name| entry.get(*name)?.as_str());
    let linked = entry
        .pointer("/_links/self/href")
        .and_then(Value::as_str)
        .and_then(|href| href.rsplit('/').next());
    named.chain(linked).any(is_it)
}

/// A count, without telling it.
pub fn many(count: usize) -> &'static str {
    match count {
        0 => "none",
        1 => "one",
        2..=9 => "less than 10",
        10..=49 => "less than 50",
        _ => "50 or more",
    }
}
