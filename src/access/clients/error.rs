//! Why a client was not created or changed, and what is there now.

use terraform_plugin::text;
use terraform_plugin::text::quoted;

use crate::access::http::error::Error;

/// Why a creation gave no object.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    /// Somebody else's object is in the way. Nothing was created or adopted (EVIDENCE Q6, Q13).
    #[error("{what} already exists: {clash}{}", which(id.as_deref(), name.as_deref()))]
    AlreadyExists {
        /// `OAuth 2.0 client` or `directory`.
        what: &'static str,
        /// The id to import, when it is known.
        id: Option<String>,
        /// The existing object's name, when it is known.
        name: Option<String>,
        /// What the two have in common, such as `domain example.com`.
        clash: String,
        /// How the tenant refused, when it was asked at all.
        refusal: Option<Error>,
    },
    /// The answer was lost and an object exists, or may exist, of which nobody can say whose it is.
    #[error("{reason}: {error}")]
    Unclear {
        /// The id (client) or name (directory) to look for.
        id: String,
        /// What happened to the request.
        error: Error,
        /// Why the question could not be settled.
        reason: String,
    },
    /// Nothing was created.
    #[error(transparent)]
    Failed(#[from] Error),
}

/// Name and id of an existing object, as far as they are known.
fn which(id: Option<&str>, name: Option<&str>) -> String {
    match (name.filter(|name| !name.is_empty()), id) {
        (Some(name), Some(id)) => format!(" (name {}, id {})", quoted(name), text::item(id)),
        (None, Some(id)) => format!(" (id {})", text::item(id)),
        (Some(name), None) => format!(" (name {})", quoted(name)),
        (None, None) => String::new(),
    }
}

/// Which secret the tenant accepts after an update that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretInForce {
    /// The one that the update brought.
    New,
    /// The one from before; also said when the update brought none.
    Old,
    /// It could not be found out.
    Unknown,
}

/// Why an update failed, and which secret is in force since.
#[derive(Debug, thiserror::Error)]
#[error("{error}")]
pub struct UpdateError {
    /// The tenant refused, or did not say. [`ErrorKind::NotFound`](crate::access::ErrorKind::NotFound) means that the
    /// object is gone.
    pub error: Error,
    /// Found out by minting a token with the new secret, then with the old one.
    pub secret_in_force: SecretInForce,
}
