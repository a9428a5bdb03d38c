//! The tenant side: one client for the Access API, which knows nothing of Terraform.
//!
//! A [`Client`] is made once per configured tenant and cloned freely. It signs in when it first has to, keeps one
//! admin token for everybody, repeats what is safe to repeat, and reports what it cannot settle with an [`Error`]
//! that says what to do about it.
//!
//! What the API does, and how sure that is, stands in EVIDENCE.md; comments cite it as `EVIDENCE 2.4` (a fact) or
//! `EVIDENCE Q8` (an open question, all of whose answers a client must tolerate).

mod about;
mod clients;
mod decode;
mod directories;
mod directory_creation;
#[doc(hidden)]
pub mod fuzz;
mod http;
mod interrupt;
mod look;
mod saml;
mod scim;
pub mod spelling;
mod tenant_url;
mod tokens;

use std::sync::Arc;
use std::time::Duration;

use terraform_plugin::clock::Clock;
use terraform_plugin::secret::Secret;
use tokio::sync::Mutex;
use tokio::sync::OnceCell;

pub use self::clients::absence::Presence;
use self::clients::absence::SecondLooks;
pub use self::clients::fields::Chosen;
pub use self::clients::fields::Created;
pub use self::clients::fields::OAuthClient;
pub use self::clients::fields::OAuthClientChange;
pub use self::clients::fields::OAuthClientSummary;
pub use self::clients::fields::Proof;
pub use self::clients::fields::SecretChange;
pub use self::clients::fields::SecretOutcome;
pub use self::clients::fields::Updated;
pub use self::directories::calls::Clash;
pub use self::directories::calls::CreateDirectoryError;
pub use self::directories::calls::Directory;
use self::directories::list::DirectoryList;
pub use self::directories::presence::DirectoryPresence;
pub use self::directories::search::AllDirectories;
pub use self::directories::search::DirectoryKey;
pub use self::directories::search::DirectorySearch;
pub use self::directories::settle::PendingDirectory;
pub use self::directories::settle::SettledDirectory;
pub use self::directory_creation::CreationError;
pub use self::directory_creation::DirectoryCreation;
pub use self::http::error::CreateError;
pub use self::http::error::Error;
pub use self::http::error::ErrorKind;
pub use self::http::error::RevokeError;
pub use self::http::error::SecretInForce;
pub use self::http::error::ServerError;
pub use self::http::error::UpdateError;
use self::http::media_type::Memory;
use self::http::transport::Transport;
pub use self::interrupt::Interrupt;
pub use self::look::Ask;
pub use self::look::Caller;
pub use self::look::Endpoint;
pub use self::look::Look;
pub use self::look::Media;
pub use self::look::Payload;
pub use self::look::is_out_of_reach;
pub use self::saml::SamlMetadata;
pub use self::scim::ScimAccess;
pub use self::tenant_url::TenantUrl;
pub use self::tenant_url::TenantUrlError;
pub use self::tokens::client_secret;
pub use self::tokens::jwt;
pub use self::tokens::mint::Discovery;
pub use self::tokens::mint::Token;
pub use self::tokens::secret_check::SecretVerdict;
use self::tokens::sign_in::Admin;

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
    clients: clients::run::Clients,
    second_looks: SecondLooks,
    client_names: OnceCell<Vec<OAuthClientSummary>>,
    told: clients::run::Ids,
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
            clients: clients::run::Clients::default(),
            second_looks: SecondLooks::default(),
            client_names: OnceCell::new(),
            told: clients::run::Ids::default(),
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
