//! As whom the provider signs in.

use terraform_plugin::Diagnostics;
use terraform_plugin::value::Value;

use super::Settings;
use crate::access::SignIn;

/// The way to sign in that the provider block, completed from the environment, says; `None` while it is not known. That
/// there is but one has been checked.
pub fn sign_in(config: &Settings) -> Result<Option<SignIn>, Diagnostics> {
    if !config.client_id.is_null() || !config.client_secret.is_null() {
        let id = needed(&config.client_id, "client_id", "WSOA_CLIENT_ID", "client_secret")?;
        let secret = needed(
            &config.client_secret,
            "client_secret",
            "WSOA_CLIENT_SECRET",
            "client_id",
        )?;
        return Ok(id
            .zip(secret)
            .map(|(client_id, client_secret)| SignIn::ServiceClient {
                client_id,
                client_secret,
            }));
    }
    if !config.username.is_null() || !config.password.is_null() {
        let username = needed(&config.username, "username", "WSOA_USERNAME", "password")?;
        let password = needed(&config.password, "password", "WSOA_PASSWORD", "username")?;
        return Ok(username
            .zip(password)
            .map(|(username, password)| SignIn::Session { username, password }));
    }
    match &config.access_token {
        Value::Known(token) => Ok(Some(SignIn::AccessToken(token.clone()))),
        Value::Unknown => Ok(None),
        Value::Null => Err(Diagnostics::error_at(
            "client_id",
            "No way to sign in",
            "Give the provider client_id and client_secret of a service client with scope admin (WSOA_CLIENT_ID, \
             WSOA_CLIENT_SECRET), or access_token (WSOA_ACCESS_TOKEN), or, on-premises, username and password \
             (WSOA_USERNAME, WSOA_PASSWORD).",
        )),
    }
}

fn needed<T: Clone>(
    value: &Value<T>,
    name: &str,
    variable: &str,
    other: &str,
) -> Result<Option<T>, Diagnostics> {
    match value {
        Value::Known(value) => Ok(Some(value.clone())),
        Value::Unknown => Ok(None),
        Value::Null => Err(Diagnostics::error_at(
            name,
            "Half a way to sign in",
            format!("{other} is given but {name} is not. Set {name} in the provider block, or {variable}."),
        )),
    }
}
