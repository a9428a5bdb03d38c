//! Which way to sign in the provider block and the environment leave.

use super::Settings;
use crate::access::SignIn;
use crate::plugin::Diagnostics;
use crate::secret::Secret;
use crate::value::Value;

const SERVICE_CLIENT: &str = "client_id and client_secret";
const ACCESS_TOKEN: &str = "access_token";
const SESSION: &str = "username and password";

/// The ways to sign in of which the block says anything, each with an attribute that does.
pub fn explicit_methods(config: &Settings) -> Vec<(&'static str, &'static str)> {
    let mut methods = Vec::new();
    if !config.client_id.is_null() {
        methods.push((SERVICE_CLIENT, "client_id"));
    } else if !config.client_secret.is_null() {
        methods.push((SERVICE_CLIENT, "client_secret"));
    }
    if !config.access_token.is_null() {
        methods.push((ACCESS_TOKEN, "access_token"));
    }
    if !config.username.is_null() {
        methods.push((SESSION, "username"));
    } else if !config.password.is_null() {
        methods.push((SESSION, "password"));
    }
    methods
}

/// The one way to sign in; `None` while it is not known.
pub fn sign_in(
    config: &Settings,
    variable: &dyn Fn(&str) -> Option<String>,
) -> Result<Option<SignIn>, Diagnostics> {
    let method = match explicit_methods(config).first() {
        Some((method, _)) => *method,
        None => method_of_environment(variable)?,
    };
    let text = |value: &Value<String>, name: &str| match value {
        Value::Null => variable(name).into(),
        value => value.clone(),
    };
    let secret = |value: &Value<Secret>, name: &str| match value {
        Value::Null => variable(name).map(Secret::new).into(),
        value => value.clone(),
    };
    match method {
        SERVICE_CLIENT => {
            let id = text(&config.client_id, "WSOA_CLIENT_ID");
            let secret = secret(&config.client_secret, "WSOA_CLIENT_SECRET");
            let id = needed(id, "client_id", "WSOA_CLIENT_ID", "client_secret")?;
            let secret = needed(secret, "client_secret", "WSOA_CLIENT_SECRET", "client_id")?;
            Ok(id
                .zip(secret)
                .map(|(client_id, client_secret)| SignIn::ServiceClient {
                    client_id,
                    client_secret,
                }))
        }
        SESSION => {
            let username = text(&config.username, "WSOA_USERNAME");
            let password = secret(&config.password, "WSOA_PASSWORD");
            let username = needed(username, "username", "WSOA_USERNAME", "password")?;
            let password = needed(password, "password", "WSOA_PASSWORD", "username")?;
            Ok(username
                .zip(password)
                .map(|(username, password)| SignIn::Session { username, password }))
        }
        _ => {
            let token = secret(&config.access_token, "WSOA_ACCESS_TOKEN");
            Ok(token.into_known().map(SignIn::AccessToken))
        }
    }
}

fn needed<T>(value: Value<T>, name: &str, variable: &str, other: &str) -> Result<Option<T>, Diagnostics> {
    match value {
        Value::Known(value) => Ok(Some(value)),
        Value::Unknown => Ok(None),
        Value::Null => Err(Diagnostics::error_at(
            name,
            "Half a way to sign in",
            format!("{other} is given but {name} is not. Set {name} in the provider block, or {variable}."),
        )),
    }
}

fn method_of_environment(variable: &dyn Fn(&str) -> Option<String>) -> Result<&'static str, Diagnostics> {
    let set = |name: &str| variable(name).is_some();
    let mut methods = Vec::new();
    if set("WSOA_CLIENT_ID") || set("WSOA_CLIENT_SECRET") {
        methods.push((SERVICE_CLIENT, "client_id"));
    }
    if set("WSOA_ACCESS_TOKEN") {
        methods.push((ACCESS_TOKEN, "access_token"));
    }
    if set("WSOA_USERNAME") || set("WSOA_PASSWORD") {
        methods.push((SESSION, "username"));
    }
    match methods[..] {
        [(method, _)] => Ok(method),
        [] => Err(Diagnostics::error_at(
            "client_id",
            "No way to sign in",
            "Give the provider client_id and client_secret of a service client with scope admin (WSOA_CLIENT_ID, \
             WSOA_CLIENT_SECRET), or access_token (WSOA_ACCESS_TOKEN), or, on-premises, username and password \
             (WSOA_USERNAME, WSOA_PASSWORD).",
        )),
        [(one, _), (other, attribute), ..] => Err(two_methods(one, other, attribute)),
    }
}

/// The complaint about `one` and `other`.
pub fn two_methods(one: &str, other: &str, attribute: &str) -> Diagnostics {
    Diagnostics::error_at(
        attribute,
        "Two ways to sign in",
        format!(
            "Both {one} and {other} are given, in the provider block or by WSOA_ variables. Keep exactly one."
        ),
    )
}
