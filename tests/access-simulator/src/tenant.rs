//! Control over the tenant from the same process.
//!
//! Whatever is done here is seen by every reader at once, as if it had been so for long; only what is written
//! over the API spreads with the lags of [`Switches`].

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::clients::Client;
use crate::directories::{Directory, DirectoryType};
use crate::fault::Fault;
use crate::record::Recorded;
use crate::routes::Shared;
use crate::switches::Switches;

/// A handle on the tenant. Clones control the same tenant.
#[derive(Clone)]
pub struct Tenant(Shared);

impl Tenant {
    pub(crate) fn new(shared: Shared) -> Self {
        Self(shared)
    }

    /// Changes the answers to the open questions.
    pub fn switches(&self, change: impl FnOnce(&mut Switches)) {
        change(&mut self.0.world().switches);
    }

    /// Adds a fault at the end of the queue.
    pub fn push_fault(&self, fault: Fault) {
        self.0.world().faults.push(fault);
    }

    /// The faults that are still to come.
    pub fn pending_faults(&self) -> Vec<Fault> {
        self.0.world().faults.clone()
    }

    /// Calls off the faults that are still to come.
    pub fn clear_faults(&self) {
        self.0.world().faults.clear();
    }

    /// What was asked so far, in the order of arrival.
    pub fn requests(&self) -> Vec<Recorded> {
        self.0.world().journal.entries().to_vec()
    }

    /// Forgets what was asked so far.
    pub fn clear_requests(&self) {
        self.0.world().journal.clear();
    }

    /// Every client secret, password and token that was ever issued, or sent as a credential, valid or not. No
    /// output of a caller may contain any of them.
    pub fn every_secret(&self) -> Vec<String> {
        self.0.world().secrets.iter().cloned().collect()
    }

    /// What the tenant believes the time to be.
    pub fn now(&self) -> Timestamp {
        self.0.world().clock.now()
    }

    /// Moves the tenant's clock forward.
    pub fn advance(&self, by: Duration) {
        self.0
            .world()
            .clock
            .advance(SignedDuration::try_from(by).unwrap_or(SignedDuration::MAX));
    }

    /// Lets the tenant's clock run at a distance from real time; negative seconds lie in the past.
    pub fn set_clock(&self, skew_seconds: i64) {
        self.0.world().clock.skew(skew_seconds);
    }

    /// Stops the tenant's clock at an instant; [`Tenant::advance`] moves it from there.
    pub fn set_now(&self, at: Timestamp) {
        self.0.world().clock.freeze(at);
    }

    /// The OAuth clients with their secrets.
    pub fn clients(&self) -> Vec<Client> {
        self.0.world().clients.values().cloned().collect()
    }

    /// One OAuth client with its secret.
    pub fn client(&self, id: &str) -> Option<Client> {
        self.0.world().clients.get(id).cloned()
    }

    /// Creates or replaces a client, as the console would.
    pub fn put_client(&self, client: Client) {
        self.0.world().put_client(client);
    }

    /// Changes fields of a client behind the caller's back. Says whether there is such a client.
    pub fn change_client(&self, id: &str, change: impl FnOnce(&mut Client)) -> bool {
        let mut world = self.0.world();
        let Some(mut client) = world.clients.get(id).cloned() else {
            return false;
        };
        change(&mut client);
        id.clone_into(&mut client.client_id);
        world.put_client(client);
        true
    }

    /// What the console's "Regenerate Secret" does. Says whether there is such a client.
    pub fn set_client_secret(&self, id: &str, secret: &str) -> bool {
        self.change_client(id, |client| secret.clone_into(&mut client.secret))
    }

    /// Deletes a client and its tokens. Says whether there was such a client.
    pub fn delete_client(&self, id: &str) -> bool {
        self.0.world().delete_client(id)
    }

    /// The directories, including those that are being deleted.
    pub fn directories(&self) -> Vec<Directory> {
        self.0.world().directories.clone()
    }

    /// Creates a directory, as the console would, and returns its id.
    pub fn add_directory(&self, name: &str, domains: &[&str], directory_type: DirectoryType) -> String {
        let domains = domains.iter().map(|domain| (*domain).to_owned()).collect();
        let directory = Directory::new(name, domains, directory_type);
        let id = directory.id.clone();
        self.0.world().directories.push(directory);
        id
    }

    /// Changes a directory behind the caller's back. Says whether there is such a directory.
    pub fn change_directory(&self, id: &str, change: impl FnOnce(&mut Directory)) -> bool {
        let mut world = self.0.world();
        world.earlier_directories.settle(id);
        let found = world.directories.iter_mut().find(|directory| directory.id == id);
        found.map(change).is_some()
    }

    /// Deletes a directory with its users and groups, at once. Says whether there was such a directory.
    pub fn delete_directory(&self, id: &str) -> bool {
        self.0.world().delete_directory(id)
    }

    /// The SCIM users as a caller reads them.
    pub fn scim_users(&self) -> Vec<Value> {
        let world = self.0.world();
        world.scim.users(&world)
    }

    /// The SCIM groups as a caller reads them.
    pub fn scim_groups(&self) -> Vec<Value> {
        let world = self.0.world();
        world.scim.groups(&world)
    }

    /// Whether an access token opens anything now.
    pub fn accepts(&self, token: &str) -> bool {
        let world = self.0.world();
        let now = world.clock.now();
        let issued = world.tokens.get(token);
        issued.is_some_and(|issued| !issued.revoked && issued.expires > now)
    }

    /// Revokes an access or refresh token. Says whether it was known.
    pub fn revoke_token(&self, token: &str) -> bool {
        self.0.world().tokens.revoke(token, None)
    }
}
