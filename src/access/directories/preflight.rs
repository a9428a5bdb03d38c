//! A look at what is in the way of a directory that is only planned.

use std::sync::Arc;
use std::time::Duration;

use super::directory::{Clash, Directory, same_but_for_case};
use super::memory::{Listing, READ_AGE};
use crate::access::http::error::Error;
use crate::access::looks::CREATE_AGE;
use crate::access::tenant::Tenant;

/// How long a plan is held up by it. This bounds real requests, so it is real time, as their own timeout is.
const LIMIT: Duration = Duration::from_secs(10);

/// What would stop a replacement half-way.
pub enum Obstacle {
    /// There is a directory with the same name or domain.
    Taken(Directory, Clash),
    /// The list is cut short, for this reason: nobody could tell that the old one is gone, nor that the name is free.
    ListNotWhole(String),
}

impl Tenant {
    /// The directory that has this name or one of these domains: none that this process knows as its own, or has
    /// deleted. Asks for one list at most in the life of the process, and says `None` where that took too long.
    pub async fn directory_in_the_way(
        &self,
        name: &str,
        domains: &[String],
    ) -> Result<Option<(Directory, Clash)>, Error> {
        let Some(listing) = self.list_for_plans().await? else {
            return Ok(None);
        };
        Ok(self.in_the_way(&self.of_others(&listing), name, domains))
    }

    /// The same for a replacement, which would find out only after its deletion: what the list does not tell is asked for,
    /// for ten seconds, and a name that differs in case alone is taken as well (EVIDENCE Q13).
    pub async fn in_the_way_of_a_replacement(
        &self,
        name: &str,
        domains: &[String],
    ) -> Result<Option<Obstacle>, Error> {
        let Some(listing) = self.list_for_plans().await? else {
            return Ok(None);
        };
        if let Some(reason) = &listing.missing {
            return Ok(Some(Obstacle::ListNotWhole(reason.clone())));
        }
        let others = self.of_others(&listing);
        if let Some((same, clash)) = same_but_for_case(&others, name) {
            return Ok(Some(Obstacle::Taken(same, clash)));
        }
        let told = tokio::time::timeout(LIMIT, self.with_domains(others.clone())).await;
        let others = match told {
            Ok(told) => told?,
            Err(_) => others,
        };
        let taken = self.in_the_way(&others, name, domains);
        Ok(taken.map(|(existing, clash)| Obstacle::Taken(existing, clash)))
    }

    /// Why the list of directories, as it was a few seconds ago at most, is cut short, if it is.
    pub async fn why_directories_are_cut(&self) -> Result<Option<String>, Error> {
        Ok(self.directory_list(CREATE_AGE).await?.missing.clone())
    }

    /// The one list of this process that plans are held against; `None` where it took too long.
    async fn list_for_plans(&self) -> Result<Option<Arc<Listing>>, Error> {
        let look = async {
            tokio::time::timeout(LIMIT, self.directory_list(READ_AGE))
                .await
                .ok()
        };
        let looked = self.0.directories.preflight.get_or_init(|| look).await;
        looked.clone().transpose()
    }

    fn of_others(&self, listing: &Listing) -> Vec<Directory> {
        let run = &self.0.directories.run;
        let is_others = |it: &&Directory| !run.is_own(&it.id) && self.stays(it);
        listing.directories.iter().filter(is_others).cloned().collect()
    }
}
