//! Whether a client is gone for good: one look is no proof, and a tenant may lag behind its own writes.

use std::time::Duration;

use jiff::Timestamp;
use tracing::debug;

use super::fields::OAuthClient;
use super::memory::folded;
use crate::access::http::error::Error;
use crate::access::looks::{BETWEEN_LOOKS, CREATE_AGE, LOOKS};
use crate::access::tenant::Tenant;

/// How long one run waits for second looks, all in all.
const PATIENCE: Duration = Duration::from_secs(10);

/// What a careful look for a client came to.
pub enum Presence {
    /// It is there.
    There(Box<OAuthClient>),
    /// It is gone: two looks, seconds apart, agree.
    Gone,
    /// One look did not find it, and there was no second one that says so too.
    Unclear,
}

/// Between two looks for what may only not have got everywhere yet.
const WHILE_SPREADING: Duration = Duration::from_secs(5);

impl Tenant {
    /// The same as [`Tenant::oauth_client_for_sure`] before something that cannot be taken back: within a minute of the
    /// client's creation its absence proves nothing, so that is looked through first.
    pub async fn oauth_client_once_spread(&self, id: &str) -> Result<Presence, Error> {
        loop {
            if !self.oauth_client_is_spreading(id) {
                return self.oauth_client_for_sure(id).await;
            }
            if let Some(found) = self.oauth_client(id).await? {
                return Ok(Presence::There(Box::new(found)));
            }
            if !self.oauth_client_may_spread(id).await && self.oauth_client_is_spreading(id) {
                return Ok(Presence::Unclear); // nobody waits
            }
        }
    }

    /// Whether a client was created less than a minute ago, as far as this run knows: what is said of it may be what was
    /// true before.
    pub fn oauth_client_is_spreading(&self, id: &str) -> bool {
        !self.client_still_spreading(id).is_zero()
    }

    /// Waits a few seconds for that. False where it is over, or nobody waits.
    pub async fn oauth_client_may_spread(&self, id: &str) -> bool {
        let left = self.client_still_spreading(id);
        !left.is_zero() && self.wait_before_looking(left.min(WHILE_SPREADING)).await
    }

    pub(super) fn client_still_spreading(&self, id: &str) -> Duration {
        let times = &self.0.clients.creation_times;
        times.still_spreading(id, self.clock().now())
    }

    /// The client that has the id which another one is to be made with. One look that does not find it is no proof that
    /// the id is free, so a list has to say so as well. Where the list has it, or cannot tell, the client itself is asked
    /// for once more.
    pub(super) async fn oauth_client_before_creation(&self, id: &str) -> Result<Option<OAuthClient>, Error> {
        if let Some(found) = self.oauth_client(id).await? {
            return Ok(Some(found));
        }
        match self.lists_without(id).await {
            Some(true) => return Ok(None),
            Some(false) => _ = self.wait_before_looking(LOOKS[1]).await, // one of both is late
            None => {}
        }
        self.oauth_client(id).await
    }

    /// Whether the clients are listed without `id`, or with it only because this run has deleted it. `None`: there is no
    /// list that is whole. A run shares a list, and that there is none, for a few seconds.
    async fn lists_without(&self, id: &str) -> Option<bool> {
        let mut spent = self.0.clients.second_looks.0.lock().await;
        let now = self.clock().now();
        let is_good = |at: Timestamp| at <= now && now.duration_since(at).unsigned_abs() <= CREATE_AGE;
        if !spent.list.as_ref().is_some_and(|(at, _)| is_good(*at)) {
            if spent.none_at.is_some_and(is_good) {
                return None;
            }
            let Ok((ids, true)) = self.client_ids().await else {
                spent.none_at = Some(self.clock().now());
                return None;
            };
            spent.list = Some((now, ids));
        }
        let listed = spent.list.iter().any(|(_, ids)| ids.contains(&folded(id)));
        let listed = listed || self.made_clients().contains_key(&folded(id));
        Some(!listed || self.0.clients.deleted.contains(id))
    }

    /// Reads a client as [`Tenant::oauth_client`] does, and makes sure of its absence.
    pub async fn oauth_client_for_sure(&self, id: &str) -> Result<Presence, Error> {
        let first_look = self.clock().now();
        if let Some(found) = self.oauth_client(id).await? {
            return Ok(Presence::There(Box::new(found)));
        }
        let mut spent = self.0.clients.second_looks.0.lock().await;
        let since = |at: Timestamp| Duration::try_from(at.duration_since(first_look)).unwrap_or_default();
        let fits = |at: &Timestamp| since(*at) >= BETWEEN_LOOKS;
        if !spent.list.as_ref().is_some_and(|(at, _)| fits(at)) {
            let wait = BETWEEN_LOOKS.saturating_sub(since(self.clock().now()));
            if spent.waited + wait > PATIENCE || !self.wait_before_looking(wait).await {
                debug!("no time for a second look");
                return Ok(Presence::Unclear);
            }
            spent.waited += wait;
            let at = self.clock().now();
            match self.client_ids().await {
                Ok((ids, true)) => spent.list = Some((at, ids)),
                // without the collection there is no client, and the other way round it means nothing
                Err(error) if error.status() == Some(404) => return Ok(Presence::Unclear),
                // a list that is not whole, or not to be had, says nothing: the client itself is asked for again
                Ok(_) | Err(_) => {
                    return Ok(match self.oauth_client(id).await {
                        Ok(Some(found)) => Presence::There(Box::new(found)),
                        Ok(None) => Presence::Gone,
                        Err(_) => Presence::Unclear,
                    });
                }
            }
        }
        let mut lists = spent.list.iter();
        let listed = lists.any(|(_, ids)| ids.contains(&folded(id)));
        Ok(if listed { Presence::Unclear } else { Presence::Gone })
    }
}
