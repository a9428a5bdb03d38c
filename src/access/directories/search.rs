//! Looking for directories by what people know of them.

use std::time::Duration;

use tokio::task::JoinSet;

use super::directory::Directory;
use super::memory::{Listing, READ_AGE};
use crate::access::http::error::Error;
use crate::access::looks::LOOKS;
use crate::access::spelling::{same_domain, same_name};
use crate::access::tenant::Tenant;

/// By what a directory is looked for.
#[derive(Clone, Copy, Debug)]
pub enum DirectoryKey<'a> {
    /// Its id, a UUID, which is the same in capitals.
    Id(&'a str),
    /// Its name, letter for letter.
    Name(&'a str),
    /// One of its domains, in any spelling.
    Domain(&'a str),
}

/// All directories that stay.
#[derive(Clone, Debug)]
pub struct AllDirectories {
    /// Sorted by name and id.
    pub directories: Vec<Directory>,
    /// Why there may be more, if there may.
    pub not_whole: Option<String>,
}

/// What was found.
#[derive(Clone, Debug)]
pub struct DirectorySearch {
    /// Those that fit. Their domains may not be told yet.
    pub found: Vec<Directory>,
    /// All that there are.
    pub all: Vec<Directory>,
    /// Why one that fits may have been missed, if so.
    pub doubt: Option<String>,
}

impl Tenant {
    /// All directories but those that are being deleted.
    pub async fn all_directories(&self) -> Result<AllDirectories, Error> {
        let listing = self.directory_list(READ_AGE).await?;
        Ok(AllDirectories {
            directories: self.staying(&listing),
            not_whole: listing.why_not_whole().map(str::to_owned),
        })
    }

    /// The domains of a directory, asked for unless they are told already. `None` if the tenant does not tell them.
    pub async fn directory_domains_of(&self, directory: &Directory) -> Result<Option<Vec<String>>, Error> {
        match &directory.domains {
            Some(domains) => Ok(Some(domains.clone())),
            None => self.directory_domains(&directory.id, self.new_enough()).await,
        }
    }

    /// The same directories with their domains, as far as the tenant tells them: one or two requests for each of which
    /// the list does not, several at a time.
    pub async fn with_domains(&self, mut directories: Vec<Directory>) -> Result<Vec<Directory>, Error> {
        let mut untold = (0..).zip(&mut directories).filter(|(_, it)| it.domains.is_none());
        let since = self.new_enough();
        // the first one learns in which way the tenant can be asked
        if let Some((_, first)) = untold.next() {
            first.domains = self.directory_domains(&first.id, since).await?;
        }
        let mut asked = JoinSet::new();
        for (position, directory) in untold {
            let (client, id) = (self.clone(), directory.id.clone());
            asked.spawn(async move { (position, client.directory_domains(&id, since).await) });
        }
        while let Some(answer) = asked.join_next().await {
            // a task that panicked has told nothing
            let Ok((position, domains)) = answer else { continue };
            if let Some(directory) = directories.get_mut::<usize>(position) {
                directory.domains = domains?;
            }
        }
        Ok(directories)
    }

    /// Looks for directories of any type. Only the first look for a domain that the list does not tell costs more than
    /// the list. One that this run has made is looked for again before it is missed: the list may lag behind writes.
    pub async fn search_directories(&self, key: DirectoryKey<'_>) -> Result<DirectorySearch, Error> {
        let mut searched = self.search(key, READ_AGE).await?;
        if !self.made_directory_of(key) {
            return Ok(searched);
        }
        for pause in &LOOKS[1..] {
            if !searched.found.is_empty() || !self.wait_before_looking(*pause).await {
                break;
            }
            searched = self.search(key, Duration::ZERO).await?;
        }
        Ok(searched)
    }

    /// The same by a list that is not older than `age`.
    async fn search(&self, key: DirectoryKey<'_>, age: Duration) -> Result<DirectorySearch, Error> {
        let listing = self.directory_list(age).await?;
        let mut not_whole = listing.why_not_whole().map(str::to_owned);
        let mut directories = self.staying(&listing);
        let fits = |directory: &&Directory| match key {
            DirectoryKey::Id(id) => directory.id.eq_ignore_ascii_case(id),
            DirectoryKey::Name(name) => same_name(&directory.name, name),
            DirectoryKey::Domain(domain) => {
                let mut domains = directory.domains.iter().flatten();
                domains.any(|it| same_domain(it, domain))
            }
        };
        if matches!(key, DirectoryKey::Domain(_)) && !directories.iter().any(|it| fits(&it)) {
            let told = listing
                .with_domains
                .get_or_try_init(|| self.with_domains(directories));
            directories = told.await?.clone();
            if directories.iter().any(|it| it.domains.is_none()) {
                let reason = "the tenant does not tell the domains of all directories";
                not_whole = not_whole.or_else(|| Some(reason.to_owned()));
            }
        }
        let found = directories.iter().filter(fits).cloned().collect();
        Ok(DirectorySearch {
            found,
            all: directories,
            doubt: not_whole,
        })
    }

    /// Those that stay, sorted by name and id.
    fn staying(&self, listing: &Listing) -> Vec<Directory> {
        let staying = listing.directories.iter().filter(|it| self.stays(it));
        let mut directories: Vec<_> = staying.cloned().collect();
        directories.sort_by(|one, other| (&one.name, &one.id).cmp(&(&other.name, &other.id)));
        directories
    }
}
