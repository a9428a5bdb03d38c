//! The vendor's rules for a client, checked at plan (EVIDENCE 2.2, 2.3).

use terraform_plugin::Diagnostics;
use terraform_plugin::schema::Rule;
use terraform_plugin::schema::rules::{between, each, text};
use terraform_plugin::value::{Set, Value};

use super::State;
use super::secret::arguments;

/// Scopes that a tenant knows by name (EVIDENCE 2.2); beside them, the UUID of a resource.
const SCOPES: [&str; 6] = ["admin", "user", "profile", "email", "openid", "group"];

/// Grant types that a tenant knows (EVIDENCE 2.2).
const GRANT_TYPES: [&str; 4] = [
    "authorization_code",
    "client_credentials",
    "password",
    "refresh_token",
];

/// What a client id has to be.
pub fn client_id_rule() -> Rule {
    text("1 to 256 of `A-Z a-z 0-9 . _ @ -`, not `.` or `..`", client_id)
}

/// What scopes and grant types have to be.
pub fn each_word() -> Rule {
    each("a word without white space and commas", word)
}

/// What redirect URIs have to be.
pub fn each_redirect_uri() -> Rule {
    each("a URI without white space and commas", redirect_uri)
}

/// What a lifetime in minutes has to be (EVIDENCE 2.2: 32 bits).
pub fn minutes() -> Rule {
    between(1, i32::MAX.into())
}

/// `clientId`: letters, digits and `. _ @ -`, at most 256, and no path segment of its own meaning.
pub fn client_id(id: &str) -> Result<(), String> {
    if id.is_empty() {
        Err("The client id is empty.".to_owned())
    } else if id.chars().count() > 256 {
        Err(format!(
            "The client id has {} characters; 256 are allowed.",
            id.chars().count()
        ))
    } else if let Some(bad) = id
        .chars()
        .find(|c| !(c.is_ascii_alphanumeric() || "._@-".contains(*c)))
    {
        Err(format!(
            "{bad:?} is not allowed in a client id: it consists of A-Z, a-z, 0-9, '.', '_', '@' and '-'."
        ))
    } else if id == "." || id == ".." {
        Err(format!(
            "{id:?} cannot be a client id, as it has a meaning of its own in a URL."
        ))
    } else {
        Ok(())
    }
}

/// A scope or a grant type. The tenant keeps them in one text, separated by white space.
pub fn word(word: &str) -> Result<(), String> {
    if word.is_empty() {
        Err("An element is empty.".to_owned())
    } else if word.contains(|c: char| c.is_whitespace() || c == ',' || c.is_control()) {
        Err(format!(
            "{word:?} holds white space or a comma. Give each one as an element of its own."
        ))
    } else {
        Ok(())
    }
}

/// Warns of scopes that no tenant was seen to know: a newer one may.
pub fn unknown_scopes(scopes: &Value<Set<String>>) -> Diagnostics {
    let known = format!("{}, and the UUID of a resource", SCOPES.join(", "));
    unknown("scopes", scopes, &known, |scope| {
        SCOPES.contains(&scope) || is_uuid(scope)
    })
}

/// Warns of grant types that no tenant was seen to know.
fn unknown_grant_types(grants: &Value<Set<String>>) -> Diagnostics {
    unknown("grant_types", grants, &GRANT_TYPES.join(", "), |grant| {
        GRANT_TYPES.contains(&grant)
    })
}

fn unknown(
    attribute: &str,
    given: &Value<Set<String>>,
    known: &str,
    is_known: impl Fn(&str) -> bool,
) -> Diagnostics {
    let mut diagnostics = Diagnostics::none();
    for word in given.known().into_iter().flatten().filter_map(Value::known) {
        if word_is_sound(word) && !is_known(word) {
            diagnostics.extend(Diagnostics::warning_at(
                attribute,
                format!("Unknown element of {attribute}"),
                format!("{word:?} is none of {known}. The tenant decides whether it knows it."),
            ));
        }
    }
    diagnostics
}

fn word_is_sound(text: &str) -> bool {
    word(text).is_ok() // else a rule complains
}

/// A redirect URI. The tenant keeps them in one text, separated by commas and white space.
pub fn redirect_uri(uri: &str) -> Result<(), String> {
    if uri.is_empty() {
        Err("A redirect URI is empty.".to_owned())
    } else if uri.contains(|c: char| c.is_whitespace() || c == ',' || c.is_control()) {
        Err(format!(
            "{uri:?} holds white space or a comma. Give each URI as an element of its own."
        ))
    } else if !uri.contains(':') {
        Err(format!("{uri:?} has no scheme such as https:."))
    } else {
        Ok(())
    }
}

/// A UUID.
pub fn uuid(text: &str) -> Result<(), String> {
    if is_uuid(text) {
        Ok(())
    } else {
        Err(format!("{text:?} is not a UUID."))
    }
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.char_indices().all(|(index, c)| match index {
            8 | 13 | 18 | 23 => c == '-',
            _ => c.is_ascii_hexdigit(),
        })
}

/// What single attributes cannot tell.
pub fn validate(config: &State) -> Diagnostics {
    arguments(config)
        .validate()
        .and(rotation(config))
        .and(redirects(config))
        .and(ttls(config))
        .and(unknown_scopes(&config.scopes))
        .and(unknown_grant_types(&config.grant_types))
}

fn rotation(config: &State) -> Diagnostics {
    let given = if !config.client_secret.is_null() {
        "client_secret"
    } else if !config.client_secret_wo.is_null() || !config.client_secret_wo_version.is_null() {
        "client_secret_wo"
    } else {
        return Diagnostics::none();
    };
    if config.rotate_secret_when_changed.is_null() {
        return Diagnostics::none();
    }
    Diagnostics::error_at(
        "rotate_secret_when_changed",
        "A given secret is not rotated",
        format!(
            "rotate_secret_when_changed has the provider make a new secret, but {given} gives one. Remove one of them."
        ),
    )
}

fn redirects(config: &State) -> Diagnostics {
    // where the set is not given, its default has no authorization_code
    let authorization_code = match &config.grant_types {
        Value::Unknown => return Diagnostics::none(),
        Value::Null => false,
        Value::Known(grants) if grants.iter().any(Value::is_unknown) => return Diagnostics::none(),
        Value::Known(grants) => grants
            .iter()
            .any(|grant| grant.known().is_some_and(|g| g == "authorization_code")),
    };
    let given = match &config.redirect_uris {
        Value::Unknown => return Diagnostics::none(),
        Value::Null => false,
        Value::Known(uris) => !uris.is_empty(),
    };
    if authorization_code && !given {
        return Diagnostics::error_at(
            "redirect_uris",
            "No redirect URI",
            "The grant type authorization_code needs at least one redirect URI.",
        );
    }
    Diagnostics::none()
}

/// The idle time of refresh tokens is less than their lifetime.
pub fn ttls(config: &State) -> Diagnostics {
    match (
        config.refresh_token_idle_ttl_minutes.known(),
        config.refresh_token_ttl_minutes.known(),
    ) {
        (Some(idle), Some(total)) if idle >= total => Diagnostics::error_at(
            "refresh_token_idle_ttl_minutes",
            "Idle time not below lifetime",
            format!(
                "refresh_token_idle_ttl_minutes ({idle}) has to be less than refresh_token_ttl_minutes ({total})."
            ),
        ),
        _ => Diagnostics::none(),
    }
}
