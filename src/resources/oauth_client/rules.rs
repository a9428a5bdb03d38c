//! The vendor's rules for a client, checked at plan (access-api 2.2, 2.3).

use super::State;
use super::secret::arguments;
use crate::plugin::Diagnostics;
use crate::value::Value;

/// Scopes that a tenant knows by name (access-api 2.2); beside them, the UUID of a resource.
const SCOPES: [&str; 6] = ["admin", "user", "profile", "email", "openid", "group"];

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

/// A scope.
pub fn scope(scope: &str) -> Result<(), String> {
    if SCOPES.contains(&scope) || is_uuid(scope) {
        Ok(())
    } else {
        Err(format!(
            "{scope:?} is not a scope. Known are {}, and the UUID of a resource.",
            SCOPES.join(", ")
        ))
    }
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
        "A given secret is not made anew",
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
