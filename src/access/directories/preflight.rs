//! A look at what is in the way of a directory that is only planned.

use std::time::Duration;

use super::directory::{Clash, Directory};
use super::memory::READ_AGE;
use crate::access::http::error::Error;
use crate::access::tenant::Tenant;

/// How long a plan is held up by it. This bounds real requests, so it is real time, as their own timeout is.
const LIMIT: Duration = Duration::from_secs(10);

impl Tenant {
    /// The directory that has this name or one of these domains: none that this process knows as its own, or has
    /// deleted. Asks for one list at most in the life of the process, and says `None` where that took too long.
    pub async fn directory_in_the_way(
        &self,
        name: &str,
        domains: &[String],
    ) -> Result<Option<(Directory, Clash)>, Error> {
        let look = async {
            tokio::time::timeout(LIMIT, self.directory_list(READ_AGE))
                .await
                .ok()
        };
        let looked = self.0.directories.preflight.get_or_init(|| look).await;
        let listing = match looked {
            Some(Ok(listing)) => listing,
            Some(Err(error)) => return Err(error.clone()),
            None => return Ok(None),
        };
        let run = &self.0.directories.run;
        let others = listing.directories.iter().filter(|it| !run.is_own(&it.id));
        Ok(self.in_the_way(others, name, domains))
    }
}
