//! The provider block: which tenant, as whom, how patiently.
//!
//! What the configuration says beats the environment. Exactly one way to sign in has to be left. A value that is not
//! known yet is no fault: then there is no client yet, and whoever needs one says so.

mod proxy;
mod sign_in;

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use terraform_plugin::clock::Clock;
use terraform_plugin::provider::Configuring;
use terraform_plugin::schema::rules::{Rule, between, label, text};
use terraform_plugin::secret::Secret;
use terraform_plugin::value::{Model as _, Value};
use terraform_plugin::{Context, Diagnostics, model};

use crate::access::{CreationError, DirectoryCreation, Interrupt, TenantUrl};
use crate::{access, diagnose};

const REQUEST_TIMEOUT_SECONDS: i64 = 30;
const MAX_RETRIES: i64 = 4;
const MAX_CONCURRENT_REQUESTS: i64 = 8;

const SIGN_IN: &str = "sign in";
const SERVICE_CLIENT: &str = "client_id and client_secret";
const ACCESS_TOKEN: &str = "access_token";
const SESSION: &str = "username and password";
const CA_CERTIFICATE: &str = "CA certificate";

model! {
    /// Manages OAuth 2.0 clients, bearer tokens and directories of type Other in a Workspace ONE Access (Omnissa Access)
    /// tenant.
    pub struct Settings {
        /// Base URL of the tenant, such as `https://acme.workspaceoneaccess.com`, without `/SAAS`. A port is allowed, and
        /// so is the path prefix of a multi-tenant appliance, `/SAAS/t/acme`. Plain `http` is accepted for loopback
        /// addresses only.
        tenant_url: String = optional().environment("WSOA_TENANT_URL"),
        /// Id of the service client (scope `admin`) with which the provider signs in. Needs `client_secret`.
        client_id: String =
            optional().environment("WSOA_CLIENT_ID").one_of(SIGN_IN, SERVICE_CLIENT).rule(label(256)),
        /// Shared secret of that service client.
        client_secret: Secret = optional().environment("WSOA_CLIENT_SECRET").one_of(SIGN_IN, SERVICE_CLIENT),
        /// Sign in with this admin access token instead. The provider cannot renew it.
        access_token: Secret = optional().environment("WSOA_ACCESS_TOKEN").one_of(SIGN_IN, ACCESS_TOKEN),
        /// Sign in as this administrator of the system domain instead (on-premises). Needs `password`.
        username: String = optional().environment("WSOA_USERNAME").one_of(SIGN_IN, SESSION).rule(label(256)),
        /// Password of that administrator.
        password: Secret = optional().environment("WSOA_PASSWORD").one_of(SIGN_IN, SESSION),
        /// CA certificates (PEM) to trust in addition to those of the platform.
        ca_certificate_pem: String =
            optional().environment("WSOA_CA_CERTIFICATE_PEM").one_of(CA_CERTIFICATE, "ca_certificate_pem"),
        /// Path of a file with such certificates.
        ca_certificate_file: String =
            optional().environment("WSOA_CA_CERTIFICATE_FILE").one_of(CA_CERTIFICATE, "ca_certificate_file"),
        /// Accept any TLS certificate. Anyone on the network path can then read every secret, so every run warns. Prefer
        /// `ca_certificate_file`.
        insecure_skip_verify: bool = optional().environment("WSOA_INSECURE_SKIP_VERIFY"),
        /// Timeout of a single request, in seconds. Default 30.
        request_timeout_seconds: i64 =
            optional().environment("WSOA_REQUEST_TIMEOUT_SECONDS").rule(between(1, 3600)),
        /// How many times to retry a request that failed temporarily and is safe to repeat. Default 4.
        max_retries: i64 = optional().environment("WSOA_MAX_RETRIES").rule(between(0, 20)),
        /// How many requests to send to the tenant at the same time. Default 8.
        max_concurrent_requests: i64 =
            optional().environment("WSOA_MAX_CONCURRENT_REQUESTS").rule(between(1, 256)),
        /// Media type with which a directory of type Other is created, such as `application/json`. Only for tenants that
        /// refuse the vendor's own, and whose documentation names another: with the wrong one, a tenant may make a
        /// directory of another type, which is then an error.
        directory_media_type: String = optional().environment("WSOA_DIRECTORY_MEDIA_TYPE").rule(creation_media_type()),
        /// Path, below `tenant_url`, at which a directory of type Other is created. Only for tenants whose documentation
        /// names another than `/SAAS/jersey/manager/api/connectormanagement/directoryconfigs`.
        directory_create_path: String = optional().environment("WSOA_DIRECTORY_CREATE_PATH").rule(creation_path()),
    }
}

fn creation_media_type() -> Rule {
    text("a JSON media type without parameters", |media_type| {
        said(DirectoryCreation::new(Some(media_type), None))
    })
}

fn creation_path() -> Rule {
    text("an encoded path that begins with a slash", |path| {
        said(DirectoryCreation::new(None, Some(path)))
    })
}

fn said(checked: Result<DirectoryCreation, CreationError>) -> Result<(), String> {
    match checked {
        Ok(_) => Ok(()),
        Err(error) => Err(sentence(&error)),
    }
}

/// With a capital, and a full stop. All of them begin with a letter of ASCII.
fn sentence(error: &dyn Error) -> String {
    let text = error.to_string();
    let (first, rest) = text.split_at(1);
    format!("{}{rest}.", first.to_ascii_uppercase())
}

/// What is wrong with the block whatever the environment says.
pub fn validate(config: &Settings) -> Diagnostics {
    let mut diagnostics = one_way(config);
    if let Value::Known(url) = &config.tenant_url
        && let Err(error) = TenantUrl::parse(url)
    {
        diagnostics.extend(Diagnostics::error_at(
            "tenant_url",
            "Invalid tenant URL",
            sentence(&error),
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

/// Complains of more than one way to say one thing.
fn one_way(config: &Settings) -> Diagnostics {
    let object = config.clone().into_object();
    let mut diagnostics = Diagnostics::none();
    for (of, summary) in [
        (SIGN_IN, "Two ways to sign in"),
        (CA_CERTIFICATE, "Two CA certificates"),
    ] {
        if let [(one, _), (other, attribute), ..] = Settings::schema().ways(of, &object)[..] {
            diagnostics.extend(Diagnostics::error_at(
                attribute,
                summary,
                format!(
                    "Both {one} and {other} are given, in the provider block or by WSOA_ variables. Keep one."
                ),
            ));
        }
    }
    diagnostics
}

/// Makes what stands for the tenant, or says what is missing.
pub fn configure(
    call: &Context<Configuring>,
    config: Settings,
    environment: &(dyn Fn(&str) -> Option<String> + Send + Sync),
    clock: Arc<dyn Clock>,
    interrupt: Interrupt,
) -> Result<Option<access::Tenant>, Diagnostics> {
    validate(&config).into_result()?;
    let config = Settings::from_object(Settings::schema().complete(&config.into_object(), environment)?)?;
    one_way(&config).into_result()?;
    let sign_in = sign_in::sign_in(&config);
    if config.tenant_url.is_null() {
        return Err(match sign_in {
            Ok(_) => no_tenant(),
            Err(as_well) => no_tenant().and(as_well),
        });
    }
    let Some(sign_in) = sign_in? else {
        return Ok(None);
    };
    let ca_certificate_pem = match (&config.ca_certificate_pem, &config.ca_certificate_file) {
        (Value::Unknown, _) | (_, Value::Unknown) => return Ok(None),
        (Value::Known(pem), _) => Some(pem.clone()),
        (_, Value::Known(file)) => Some(std::fs::read_to_string(file).map_err(|error| {
            let detail = format!(
                "The file {file:?}, which ca_certificate_file (WSOA_CA_CERTIFICATE_FILE) names, cannot be read: {error}. \
                 A relative path begins where the CLI is run."
            );
            Diagnostics::error_at("ca_certificate_file", "Unreadable CA certificate", detail)
        })?),
        (Value::Null, Value::Null) => None,
    };
    let tenant_url = match &config.tenant_url {
        // one in the block has been checked already
        Value::Known(url) => TenantUrl::parse(url).map_err(|error| {
            Diagnostics::error_at("tenant_url", "Invalid WSOA_TENANT_URL", sentence(&error))
        })?,
        Value::Unknown => return Ok(None),
        Value::Null => return Err(no_tenant()),
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
        return Ok(None);
    };
    let (media_type, path) = (&config.directory_media_type, &config.directory_create_path);
    if media_type.is_unknown() || path.is_unknown() {
        return Ok(None);
    }
    let [media_type, path] = [media_type, path].map(|value| value.known().map(String::as_str));
    let directory_creation = DirectoryCreation::new(media_type, path).map_err(|error| {
        Diagnostics::error_at(
            "directory_create_path",
            "Invalid directory_create_path",
            sentence(&error),
        )
    })?;
    let certificate_from = if config.ca_certificate_file.is_null() {
        "ca_certificate_pem"
    } else {
        "ca_certificate_file"
    };
    let tenant = access::Tenant::new(
        access::Config {
            tenant_url,
            sign_in,
            ca_certificate_pem,
            insecure_skip_verify: insecure,
            request_timeout: Duration::from_secs(timeout.into()),
            max_retries: retries,
            max_concurrent_requests: usize::try_from(concurrency).unwrap_or(1),
            user_agent: user_agent(&call.cli_version),
            directory_creation,
        },
        clock,
        interrupt,
    )
    .map_err(|error| {
        diagnose::error_at(
            certificate_from,
            "The connection to the tenant cannot be set up",
            &error,
        )
    })?;
    if insecure {
        call.tell(Diagnostics::warning_at(
            "insecure_skip_verify",
            "The tenant's certificate is not verified",
            "Anyone on the way to the tenant can read and change everything, secrets included. Give the tenant's CA \
             with ca_certificate_file and remove insecure_skip_verify.",
        ));
    }
    Ok(Some(tenant))
}

fn no_tenant() -> Diagnostics {
    Diagnostics::error_at(
        "tenant_url",
        "No tenant",
        "Set tenant_url in the provider block, or WSOA_TENANT_URL, to the base URL of the tenant, such as \
         https://acme.workspaceoneaccess.com.",
    )
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

fn empty(name: &str) -> Diagnostics {
    Diagnostics::error_at(
        name,
        format!("Empty {name}"),
        format!("{name} must not be empty. Remove it to take it from the environment."),
    )
}

#[cfg(test)]
mod tests;
