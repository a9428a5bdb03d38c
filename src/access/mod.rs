//! The tenant side: one client for the Access API, which knows nothing of Terraform.
//!
//! A [`Client`] is made once per configured tenant and cloned freely. It signs in when it first has to, keeps one
//! admin token for everybody, repeats what is safe to repeat, and reports what it cannot settle with an [`Error`]
//! that says what to do about it.
//!
//! What the API does, and how sure that is, stands in EVIDENCE.md; comments cite it as `EVIDENCE 2.4` (a fact) or
//! `EVIDENCE Q8` (an open question, all of whose answers a client must tolerate).

mod bounded;
mod client_absence;
pub mod client_secret;
mod decode;
mod directories;
mod directory_creation;
mod directory_deletion;
mod directory_domains;
mod directory_list;
mod directory_preflight;
mod directory_presence;
mod directory_run;
mod directory_search;
mod directory_settle;
mod error;
mod exchange;
mod flight;
#[doc(hidden)]
pub mod fuzz;
mod hint;
mod interrupt;
pub mod jwt;
mod media_type;
mod oauth_client_fields;
mod oauth_clients;
mod pages;
mod redact;
mod refusal;
mod retry;
mod run;
mod saml;
mod scim_access;
mod secret_check;
mod settle;
mod sign_in;
pub mod spelling;
mod tenant;
mod tenant_url;
mod tokens;
mod transport;
mod unescape;

use std::sync::Arc;
use std::time::Duration;

use terraform_plugin::clock::Clock;
use terraform_plugin::secret::Secret;
use tokio::sync::Mutex;
use tokio::sync::OnceCell;

pub use self::client_absence::Presence;
use self::client_absence::SecondLooks;
pub use self::directories::Clash;
pub use self::directories::CreateDirectoryError;
pub use self::directories::Directory;
pub use self::directory_creation::CreationError;
pub use self::directory_creation::DirectoryCreation;
use self::directory_list::DirectoryList;
pub use self::directory_presence::DirectoryPresence;
pub use self::directory_search::AllDirectories;
pub use self::directory_search::DirectoryKey;
pub use self::directory_search::DirectorySearch;
pub use self::directory_settle::PendingDirectory;
pub use self::directory_settle::SettledDirectory;
pub use self::error::CreateError;
pub use self::error::Error;
pub use self::error::ErrorKind;
pub use self::error::RevokeError;
pub use self::error::SecretInForce;
pub use self::error::ServerError;
pub use self::error::UpdateError;
pub use self::exchange::look::Ask;
pub use self::exchange::look::Caller;
pub use self::exchange::look::Endpoint;
pub use self::exchange::look::Look;
pub use self::exchange::look::Media;
pub use self::exchange::look::Payload;
pub use self::exchange::look::is_out_of_reach;
pub use self::interrupt::Interrupt;
use self::media_type::Memory;
pub use self::oauth_client_fields::Chosen;
pub use self::oauth_client_fields::Created;
pub use self::oauth_client_fields::OAuthClient;
pub use self::oauth_client_fields::OAuthClientChange;
pub use self::oauth_client_fields::OAuthClientSummary;
pub use self::oauth_client_fields::Proof;
pub use self::oauth_client_fields::SecretChange;
pub use self::oauth_client_fields::SecretOutcome;
pub use self::oauth_client_fields::Updated;
pub use self::saml::SamlMetadata;
pub use self::scim_access::ScimAccess;
pub use self::secret_check::SecretVerdict;
use self::sign_in::Admin;
pub use self::tenant_url::TenantUrl;
pub use self::tenant_url::TenantUrlError;
pub use self::tokens::Discovery;
pub use self::tokens::Token;
use self::transport::Transport;

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

/// A client for one tenant. Clones share the admin token, the connections and the limits.
#[derive(Clone)]
pub struct Client(Arc<Shared>);

struct Shared {
    config: Config,
    clock: Arc<dyn Clock>,
    interrupt: Interrupt,
    transport: Transport,
    media: Memory,
    admin: Admin,
    discovery: OnceCell<Discovery>,
    directories: DirectoryList,
    clients: run::Clients,
    second_looks: SecondLooks,
    client_names: OnceCell<Vec<OAuthClientSummary>>,
    told: run::Ids,
    /// Held while a list is read: one answer of that size at a time.
    large_answer: Mutex<()>,
}

impl Client {
    /// Prepares a client. Nothing is sent and no file is read. It waits on `clock`, and no more once `interrupt` is
    /// requested.
    pub fn new(config: Config, clock: Arc<dyn Clock>, interrupt: Interrupt) -> Result<Self, Error> {
        let transport = Transport::new(&config)?;
        Ok(Self(Arc::new(Shared {
            config,
            clock,
            interrupt,
            transport,
            media: Memory::default(),
            admin: Admin::default(),
            discovery: OnceCell::new(),
            directories: DirectoryList::default(),
            clients: run::Clients::default(),
            second_looks: SecondLooks::default(),
            client_names: OnceCell::new(),
            told: run::Ids::default(),
            large_answer: Mutex::default(),
        })))
    }

    /// The tenant.
    pub fn tenant_url(&self) -> &TenantUrl {
        &self.0.config.tenant_url
    }

    /// True the first time it is asked of `what` in a run: what concerns the tenant as a whole is told once, and not for
    /// each object.
    pub fn is_news(&self, what: &str) -> bool {
        self.0.told.note(what)
    }

    /// The clock that this client goes by.
    pub fn clock(&self) -> &dyn Clock {
        &*self.0.clock
    }

    /// The wish to end the run early, which this client heeds.
    pub(crate) fn interrupt(&self) -> &Interrupt {
        &self.0.interrupt
    }

    /// True once the user has interrupted the run: a loop that waits for something should end without it.
    fn is_interrupted(&self) -> bool {
        self.0.interrupt.is_requested()
    }

    /// Returns when `duration` has passed, or at once when nobody wants to wait any more.
    pub(crate) async fn sleep(&self, duration: Duration) {
        self.0.interrupt.or(self.0.clock.sleep(duration)).await;
    }
}
