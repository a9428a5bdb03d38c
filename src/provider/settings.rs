//! The provider block: which tenant, as whom, how patiently.
//!
//! What the configuration says beats the environment. Exactly one way to sign in has to be left. A value that is not
//! known yet is no fault: then there is no client yet, and whoever needs one says so.

mod proxy;
mod sign_in;

use std::sync::Arc;
use std::time::Duration;

use crate::access;
use crate::access::TenantUrl;
use crate::clock::Clock;
use crate::diagnose;
use crate::model;
use crate::plugin::Diagnostics;
use crate::schema::Attribute;
use crate::schema::Schema;
use crate::schema::rules;
use crate::secret::Secret;
use crate::value::Type;
use crate::value::Value;

const REQUEST_TIMEOUT_SECONDS: i64 = 30;
const MAX_RETRIES: i64 = 4;
const MAX_CONCURRENT_REQUESTS: i64 = 8;

model! {
    /// The provider block.
    pub struct Settings {
        tenant_url: String,
        client_id: String,
        client_secret: Secret,
        access_token: Secret,
        username: String,
        password: Secret,
        ca_certificate_pem: String,
        ca_certificate_file: String,
        insecure_skip_verify: bool,
        request_timeout_seconds: i64,
        max_retries: i64,
        max_concurrent_requests: i64,
    }
}

/// Schema of the provider block. Everything is optional, as the environment may say it.
pub fn schema() -> Schema {
    let argument = |name, ty, environment, description| {
        Attribute::optional(name, ty, description).environment(environment)
    };
    Schema {
        version: 0,
        description: "Manages OAuth 2.0 clients, bearer tokens and directories of type Other in a Workspace ONE Access \
                      (Omnissa Access) tenant.",
        attributes: vec![
            argument(
                "tenant_url",
                Type::String,
                "WSOA_TENANT_URL",
                "Base URL of the tenant, such as `https://acme.workspaceoneaccess.com`, without `/SAAS`. A port is \
                 allowed, and so is the path prefix of a multi-tenant appliance, `/SAAS/t/acme`. Plain `http` is \
                 accepted for loopback addresses only.",
            ),
            argument(
                "client_id",
                Type::String,
                "WSOA_CLIENT_ID",
                "Id of the service client (scope `admin`) as which the provider signs in. Needs `client_secret`.",
            )
            .rule(rules::label(256)),
            argument("client_secret", Type::Secret, "WSOA_CLIENT_SECRET", "Shared secret of that service client."),
            argument(
                "access_token",
                Type::Secret,
                "WSOA_ACCESS_TOKEN",
                "Sign in with this admin access token instead. The provider cannot renew it.",
            ),
            argument(
                "username",
                Type::String,
                "WSOA_USERNAME",
                "Sign in as this administrator of the system domain instead (on-premises). Needs `password`.",
            )
            .rule(rules::label(256)),
            argument("password", Type::Secret, "WSOA_PASSWORD", "Password of that administrator."),
            argument(
                "ca_certificate_pem",
                Type::String,
                "WSOA_CA_CERTIFICATE_PEM",
                "Certificates (PEM) that are trusted beside those of the platform.",
            ),
            argument(
                "ca_certificate_file",
                Type::String,
                "WSOA_CA_CERTIFICATE_FILE",
                "Path of a file with such certificates.",
            ),
            argument(
                "insecure_skip_verify",
                Type::Bool,
                "WSOA_INSECURE_SKIP_VERIFY",
                "Accept any certificate of the tenant. Anyone on the way can then read every secret, so each run \
                 warns. Prefer `ca_certificate_file`.",
            ),
            argument(
                "request_timeout_seconds",
                Type::Number,
                "WSOA_REQUEST_TIMEOUT_SECONDS",
                "Seconds after which one request is given up. Default 30.",
            )
            .rule(rules::between(1, 3600)),
            argument(
                "max_retries",
                Type::Number,
                "WSOA_MAX_RETRIES",
                "How often a request that failed for the moment, and that is safe to repeat, is repeated. Default 4.",
            )
            .rule(rules::between(0, 20)),
            argument(
                "max_concurrent_requests",
                Type::Number,
                "WSOA_MAX_CONCURRENT_REQUESTS",
                "How many requests may be under way to the tenant at a time. Default 8.",
            )
            .rule(rules::between(1, 256)),
        ],
    }
}

/// What is wrong with the block whatever the environment says.
pub fn validate(config: &Settings) -> Diagnostics {
    let mut diagnostics = Diagnostics::none();
    let methods = sign_in::explicit_methods(config);
    if let [(one, _), (other, attribute), ..] = methods[..] {
        diagnostics.extend(sign_in::two_methods(one, other, attribute));
    }
    if !config.ca_certificate_pem.is_null() && !config.ca_certificate_file.is_null() {
        diagnostics.extend(two_certificates());
    }
    if let Value::Known(url) = &config.tenant_url
        && let Err(error) = TenantUrl::parse(url)
    {
        diagnostics.extend(Diagnostics::error_at(
            "tenant_url",
            "Invalid tenant URL",
            format!("{error}."),
        ));
    }
    for (name, value) in [
        ("client_secret", &config.client_secret),
        ("access_token", &config.access_token),
        ("password", &config.password),
    ] {
        if value.known().is_some_and(Secret::is_empty) {
            diagnostics.extend(empty(name));
        }
    }
    diagnostics
}

/// Makes the client, or says what is missing.
pub fn configure(
    config: Settings,
    cli_version: &str,
    environment: &(dyn Fn(&str) -> Option<String> + Send + Sync),
    clock: Arc<dyn Clock>,
) -> (Option<access::Client>, Diagnostics) {
    match connect(config, cli_version, environment, clock) {
        Ok((client, warnings)) => (client, warnings),
        Err(errors) => (None, errors),
    }
}

fn connect(
    mut config: Settings,
    cli_version: &str,
    environment: &(dyn Fn(&str) -> Option<String> + Send + Sync),
    clock: Arc<dyn Clock>,
) -> Result<(Option<access::Client>, Diagnostics), Diagnostics> {
    validate(&config).into_result()?;
    let variable = |name: &str| environment(name).filter(|value| !value.is_empty());
    complete(&mut config, &variable)?;
    let Some(sign_in) = sign_in::sign_in(&config, &variable)? else {
        return Ok((None, Diagnostics::none()));
    };
    let ca_certificate_pem = match (&config.ca_certificate_pem, &config.ca_certificate_file) {
        (Value::Unknown, _) | (_, Value::Unknown) => return Ok((None, Diagnostics::none())),
        (Value::Known(pem), _) => Some(pem.clone()),
        (_, Value::Known(file)) => Some(std::fs::read_to_string(file).map_err(|error| {
            let detail = format!("The file {file:?} cannot be read: {error}.");
            Diagnostics::error_at("ca_certificate_file", "Unreadable CA certificate", detail)
        })?),
        (Value::Null, Value::Null) => None,
    };
    let tenant_url = match &config.tenant_url {
        // one in the block has been checked already
        Value::Known(url) => TenantUrl::parse(url).map_err(|error| {
            Diagnostics::error_at("tenant_url", "Invalid WSOA_TENANT_URL", format!("{error}."))
        })?,
        Value::Unknown => return Ok((None, Diagnostics::none())),
        Value::Null => {
            return Err(Diagnostics::error_at(
                "tenant_url",
                "No tenant",
                "Set tenant_url in the provider block, or WSOA_TENANT_URL, to the base URL of the tenant, such as \
                 https://acme.workspaceoneaccess.com.",
            ));
        }
    };
    if tenant_url.as_str().starts_with("https:") {
        proxy::check(environment)?; // plain http goes to this machine, without a proxy
    }
    let (Some(timeout), Some(retries), Some(concurrency), Some(insecure)) = (
        number(&config.request_timeout_seconds, REQUEST_TIMEOUT_SECONDS),
        number(&config.max_retries, MAX_RETRIES),
        number(&config.max_concurrent_requests, MAX_CONCURRENT_REQUESTS),
        match config.insecure_skip_verify {
            Value::Known(insecure) => Some(insecure),
            Value::Null => Some(false),
            Value::Unknown => None,
        },
    ) else {
        return Ok((None, Diagnostics::none()));
    };
    let warnings = if insecure {
        Diagnostics::warning_at(
            "insecure_skip_verify",
            "The tenant's certificate is not verified",
            "Anyone on the way to the tenant can read and change everything, secrets included. Give the tenant's CA \
             with ca_certificate_file and remove insecure_skip_verify.",
        )
    } else {
        Diagnostics::none()
    };
    let certificate_from = if config.ca_certificate_file.is_null() {
        "ca_certificate_pem"
    } else {
        "ca_certificate_file"
    };
    let client = access::Client::new(
        access::Config {
            tenant_url,
            sign_in,
            ca_certificate_pem,
            insecure_skip_verify: insecure,
            request_timeout: Duration::from_secs(timeout.into()),
            max_retries: retries,
            max_concurrent_requests: usize::try_from(concurrency).unwrap_or(1),
            user_agent: user_agent(cli_version),
        },
        clock,
    )
    .map_err(|error| {
        diagnose::error_at(
            certificate_from,
            "The connection to the tenant cannot be set up",
            &error,
        )
    })?;
    Ok((Some(client), warnings))
}

fn number(value: &Value<i64>, default: i64) -> Option<u32> {
    match value {
        Value::Known(number) => u32::try_from(*number).ok(),
        Value::Null => u32::try_from(default).ok(),
        Value::Unknown => None,
    }
}

/// `terraform-provider-wsoa/1.2.3 (cli 1.11.4)`. The version says nothing about the product: `OpenTofu` tells one of
/// Terraform's in the same place, always the same since its 1.12 (version/version.go).
fn user_agent(cli_version: &str) -> String {
    let product = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));
    let version: String = cli_version
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || ".-+".contains(*c))
        .take(40)
        .collect();
    if version.is_empty() {
        return product.to_owned();
    }
    format!("{product} (cli {version})")
}

/// Fills what the block leaves out, but for the credentials, from the environment.
fn complete(config: &mut Settings, variable: &dyn Fn(&str) -> Option<String>) -> Result<(), Diagnostics> {
    let text = |value: &mut Value<String>, name: &str| {
        if value.is_null() {
            *value = variable(name).into();
        }
    };
    text(&mut config.tenant_url, "WSOA_TENANT_URL");
    if config.ca_certificate_pem.is_null() && config.ca_certificate_file.is_null() {
        text(&mut config.ca_certificate_pem, "WSOA_CA_CERTIFICATE_PEM");
        text(&mut config.ca_certificate_file, "WSOA_CA_CERTIFICATE_FILE");
        if !config.ca_certificate_pem.is_null() && !config.ca_certificate_file.is_null() {
            return Err(two_certificates());
        }
    }
    if config.insecure_skip_verify.is_null()
        && let Some(value) = variable("WSOA_INSECURE_SKIP_VERIFY")
    {
        config.insecure_skip_verify = Value::Known(match value.to_ascii_lowercase().as_str() {
            "true" | "1" => true,
            "false" | "0" => false,
            _ => {
                return Err(bad_variable(
                    "insecure_skip_verify",
                    "WSOA_INSECURE_SKIP_VERIFY",
                    "true or false",
                ));
            }
        });
    }
    for (value, name, variable_name, low, high) in [
        (
            &mut config.request_timeout_seconds,
            "request_timeout_seconds",
            "WSOA_REQUEST_TIMEOUT_SECONDS",
            1,
            3600,
        ),
        (&mut config.max_retries, "max_retries", "WSOA_MAX_RETRIES", 0, 20),
        (
            &mut config.max_concurrent_requests,
            "max_concurrent_requests",
            "WSOA_MAX_CONCURRENT_REQUESTS",
            1,
            256,
        ),
    ] {
        if value.is_null()
            && let Some(text) = variable(variable_name)
        {
            let number = text
                .trim()
                .parse()
                .ok()
                .filter(|number| (low..=high).contains(number));
            let wanted = format!("a whole number between {low} and {high}");
            *value = Value::Known(number.ok_or_else(|| bad_variable(name, variable_name, &wanted))?);
        }
    }
    Ok(())
}

fn two_certificates() -> Diagnostics {
    Diagnostics::error_at(
        "ca_certificate_file",
        "Two CA certificates",
        "Both ca_certificate_pem and ca_certificate_file are given, in the provider block or by WSOA_ variables. Keep one.",
    )
}

fn empty(name: &str) -> Diagnostics {
    Diagnostics::error_at(
        name,
        format!("Empty {name}"),
        format!("{name} must not be empty. Remove it to take it from the environment."),
    )
}

fn bad_variable(attribute: &str, variable: &str, wanted: &str) -> Diagnostics {
    Diagnostics::error_at(
        attribute,
        format!("Invalid {variable}"),
        format!("The environment variable {variable} has to be {wanted}."),
    )
}

#[cfg(test)]
mod tests;
