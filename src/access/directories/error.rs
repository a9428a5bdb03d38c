//! Why a directory was not created, and what settles later whether it was.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use terraform_plugin::text;

use super::directory::{Clash, Directory};
use crate::access::http::error::Error;

/// Why a creation gave no directory, or not the right one.
#[derive(Debug, thiserror::Error)]
pub enum CreateDirectoryError {
    /// Somebody else's directory is in the way. Nothing was created or adopted (EVIDENCE Q13).
    #[error("a directory with the {clash} already exists (id {})", text::item(&existing.id))]
    AlreadyExists {
        /// That directory.
        existing: Box<Directory>,
        /// What the two have in common.
        clash: Clash,
        /// How the tenant refused, when it was asked at all.
        refusal: Option<Error>,
    },
    /// The list of directories is not whole: why. Nothing was sent.
    #[error("the list of directories is not whole: {0}")]
    ListNotWhole(String),
    /// There may be a directory now. Keep what settles that later.
    #[error("{reason}: {error}")]
    Unclear {
        /// For [`Tenant::settle_pending_directory`].
        pending: PendingDirectory,
        /// What happened to the request.
        error: Error,
        /// Why the question could not be settled.
        reason: String,
        /// A directory that may be the one.
        suspect: Option<Box<Directory>>,
    },
    /// There is a directory now, and it is ours, but of another type than Other. Keep it.
    #[error("a directory of type {} was created", text::item(&.0.r#type))]
    OtherType(Box<Directory>),
    /// Nothing was created.
    #[error(transparent)]
    Failed(#[from] Error),
}

/// What settles later what became of a creation. Name and domains are not in it.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default)]
pub struct PendingDirectory {
    /// When the POST went out.
    pub at: Timestamp,
    /// The ids of similar directories that were listed before, in small letters.
    pub known: Vec<String>,
    /// The list from before may have lacked a directory: it was not whole, or empty, or somebody else had the time to
    /// make one until the POST went out. Then nothing that is listed since proves to be ours.
    pub doubtful: bool,
}
