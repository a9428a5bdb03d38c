//! The tenant's side: the Access API, and nothing of Terraform.
//!
//! A [`Tenant`] is made once per configured tenant and cloned freely. It signs in when it first has to, keeps one
//! admin token for everybody, repeats what is safe to repeat, and reports what it cannot settle with an [`Error`]
//! that says what to do about it.
//!
//! What the API does, and how sure that is, stands in EVIDENCE.md; comments cite it as `EVIDENCE 2.4` (a fact) or
//! `EVIDENCE Q8` (an open question, all of whose answers a client must tolerate).

mod about;
pub mod client_secret;
mod clients;
mod config;
mod decode;
mod directories;
mod directory_creation;
#[doc(hidden)]
pub mod fuzz;
mod http;
mod interrupt;
mod look;
mod looks;
mod pages;
mod saml;
mod scim;
pub mod spelling;
mod tenant;
mod tenant_url;
mod tokens;

pub use self::clients::absence::Presence;
pub use self::clients::error::CreateError;
pub use self::clients::error::SecretInForce;
pub use self::clients::error::UpdateError;
pub use self::clients::fields::Chosen;
pub use self::clients::fields::Created;
pub use self::clients::fields::OAuthClient;
pub use self::clients::fields::OAuthClientChange;
pub use self::clients::fields::OAuthClientSummary;
pub use self::clients::fields::Proof;
pub use self::clients::fields::SecretChange;
pub use self::clients::fields::SecretOutcome;
pub use self::clients::fields::Updated;
pub use self::clients::fields::same;
pub use self::config::Config;
pub use self::config::SignIn;
pub use self::directories::directory::Clash;
pub use self::directories::directory::Directory;
pub use self::directories::error::CreateDirectoryError;
pub use self::directories::error::PendingDirectory;
pub use self::directories::presence::DirectoryPresence;
pub use self::directories::search::AllDirectories;
pub use self::directories::search::DirectoryKey;
pub use self::directories::search::DirectorySearch;
pub use self::directories::settle::SettledDirectory;
pub use self::directory_creation::CreationError;
pub use self::directory_creation::DirectoryCreation;
pub use self::http::error::Error;
pub use self::http::error::ErrorKind;
pub use self::http::error::ServerError;
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
pub use self::tenant::Tenant;
pub use self::tenant_url::TenantUrl;
pub use self::tenant_url::TenantUrlError;
pub use self::tokens::discovery::Discovery;
pub use self::tokens::jwt;
pub use self::tokens::mint::RevokeError;
pub use self::tokens::mint::Token;
pub use self::tokens::secret_check::SecretVerdict;
