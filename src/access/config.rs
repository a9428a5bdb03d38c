//! Which tenant, and as whom.

use std::time::Duration;

use terraform_plugin::secret::Secret;

use super::directory_creation::DirectoryCreation;
use super::tenant_url::TenantUrl;

/// Which tenant, as whom, and how patiently.
pub struct Config {
    /// The tenant.
    pub tenant_url: TenantUrl,
    /// The credentials for everything that needs an admin.
    pub sign_in: SignIn,
    /// Certificates (PEM, one or more) that are trusted beside the platform's.
    pub ca_certificate_pem: Option<String>,
    /// Accept any certificate. For experiments only.
    pub insecure_skip_verify: bool,
    /// For one request, from its first byte to the last byte of its answer.
    pub request_timeout: Duration,
    /// How often a request is repeated at most; 0 turns retries off.
    pub max_retries: u32,
    /// How many requests may be under way at the same time; at least 1.
    pub max_concurrent_requests: usize,
    /// The `User-Agent` header.
    pub user_agent: String,
    /// How directories of type Other are created.
    pub directory_creation: DirectoryCreation,
}

/// How the admin signs in (EVIDENCE 1).
pub enum SignIn {
    /// A service client, by the `client_credentials` grant.
    ServiceClient {
        /// Its client id.
        client_id: String,
        /// Its secret.
        client_secret: Secret,
    },
    /// A token that was minted elsewhere. It cannot be renewed.
    AccessToken(Secret),
    /// A user of the system domain, by session login.
    Session {
        /// The user name.
        username: String,
        /// The password.
        password: Secret,
    },
}
