//! What every test that has a simulated tenant says and asks.

use std::sync::Arc;

use access_simulator::Tenant;
use jiff::Timestamp;

use crate::clock::ManualClock;

/// The path of the clients, as faults and counts name it.
pub const CLIENTS: &str = "/oauth2clients";
/// The path of the directories.
pub const DIRECTORIES: &str = "/directoryconfigs";
/// The token endpoint.
pub const TOKEN: &str = "/auth/oauthtoken";

/// A clock that shows `now`, and that the tenant goes by.
#[must_use]
pub fn clock_of(tenant: &Tenant, now: Timestamp) -> Arc<ManualClock> {
    let clock = Arc::new(ManualClock::new(now));
    tenant.set_now(now);
    let followed = tenant.clone();
    clock.followed_by(move |step| followed.advance(step));
    clock
}

/// Methods and last path segments of all requests so far, which are then forgotten.
#[must_use]
pub fn requests(tenant: &Tenant) -> Vec<String> {
    let requests = tenant.requests();
    tenant.clear_requests();
    let last = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    requests
        .iter()
        .map(|seen| format!("{} {}", seen.method, last(&seen.path)))
        .collect()
}
