//! Directories (access-api section 3).

use std::time::Duration;

use super::Client;
use super::error::CreateError;
use super::error::Error;

/// A directory of any type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directory {
    /// The UUID, whatever the tenant calls it (access-api 3.2).
    pub id: String,
    /// The UUID that SCIM users carry as `userStoreUuid`.
    pub user_store_id: Option<String>,
    /// The name, unique in the tenant.
    pub name: String,
    /// `OTHER_DIRECTORY`, `LOCAL_DIRECTORY`, `JIT_DIRECTORY`, …
    pub r#type: String,
    /// The domains; `None` when the tenant does not tell (access-api Q11).
    pub domains: Option<Vec<String>>,
    /// The tenant is deleting it; it may take a while (access-api Q8).
    pub delete_in_progress: bool,
}

impl Client {
    /// Creates a directory of type Other.
    pub async fn create_other_directory(
        &self,
        _name: &str,
        _domains: &[String],
    ) -> Result<Directory, CreateError<Directory>> {
        Err(Error::configuration("not implemented").into())
    }

    /// Reads one directory. Absence is concluded from the list alone (access-api Q10).
    pub async fn directory(&self, _id: &str) -> Result<Option<Directory>, Error> {
        Err(Error::configuration("not implemented"))
    }

    /// All directories, as the list tells them.
    pub async fn directories(&self) -> Result<Vec<Directory>, Error> {
        Err(Error::configuration("not implemented"))
    }

    /// Deletes a directory and returns when the tenant no longer lists it; [`ErrorKind::StillDeleting`] when that
    /// takes longer than `timeout`.
    ///
    /// [`ErrorKind::StillDeleting`]: super::ErrorKind::StillDeleting
    pub async fn delete_directory(&self, _id: &str, _timeout: Duration) -> Result<(), Error> {
        Err(Error::configuration("not implemented"))
    }
}
