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
mod creation_times;
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
pub use self::clients::error::{CreateError, SecretInForce, UpdateError};
pub(crate) use self::clients::fields::each_client_field;
pub use self::clients::fields::{
    Chosen, Created, OAuthClient, OAuthClientChange, OAuthClientSummary, Proof, SecretChange, SecretOutcome,
    Updated, same,
};
pub use self::config::{Config, SignIn};
pub use self::directories::directory::{Clash, Directory};
pub use self::directories::error::{CreateDirectoryError, PendingDirectory};
pub use self::directories::preflight::Obstacle;
pub use self::directories::presence::DirectoryPresence;
pub use self::directories::search::{AllDirectories, DirectoryKey, DirectorySearch};
pub use self::directories::settle::SettledDirectory;
pub use self::directory_creation::{CreationError, DirectoryCreation};
#[cfg(test)]
pub(crate) use self::http::error::Facts;
pub(crate) use self::http::error::{Area, SignInKind, TlsCause};
pub use self::http::error::{Error, ErrorKind, ServerError};
pub use self::interrupt::Interrupt;
pub use self::look::{Ask, Caller, Endpoint, Look, Media, Payload, is_out_of_reach};
pub use self::saml::SamlMetadata;
pub use self::scim::ScimAccess;
pub use self::tenant::Tenant;
pub use self::tenant_url::{TenantUrl, TenantUrlError};
pub use self::tokens::discovery::Discovery;
pub use self::tokens::jwt;
pub use self::tokens::mint::{RevokeError, Token};
pub use self::tokens::secret_check::SecretVerdict;
