//! What signs in to a tenant and asks it for everything.

use std::sync::Arc;
use std::time::Duration;

use terraform_plugin::clock::Clock;
use tokio::sync::Mutex;

use super::config::Config;
use super::http::error::Error;
use super::http::exchange::Http;
use super::interrupt::Interrupt;
use super::tenant_url::TenantUrl;
use super::{clients, directories, tokens};

/// One tenant, as whoever signs in to it sees it. Clones share the admin token, the connections and the limits.
#[derive(Clone)]
pub struct Tenant(pub(super) Arc<Shared>);

pub(super) struct Shared {
    pub config: Arc<Config>,
    pub http: Http,
    pub tokens: tokens::memory::Memory,
    pub clients: clients::memory::Memory,
    pub directories: directories::memory::Memory,
    told: clients::memory::Ids,
    /// Held while a list is read: one answer of that size at a time.
    pub large_answer: Arc<Mutex<()>>,
}

impl Tenant {
    /// Nothing is sent and no file is read. It waits on `clock`, and no more once `interrupt` is
    /// requested.
    pub fn new(config: Config, clock: Arc<dyn Clock>, interrupt: Interrupt) -> Result<Self, Error> {
        let config = Arc::new(config);
        Ok(Self(Arc::new(Shared {
            http: Http::new(Arc::clone(&config), clock, interrupt)?,
            config,
            tokens: tokens::memory::Memory::default(),
            clients: clients::memory::Memory::default(),
            directories: directories::memory::Memory::default(),
            told: clients::memory::Ids::default(),
            large_answer: Arc::default(),
        })))
    }

    /// The tenant.
    pub fn tenant_url(&self) -> &TenantUrl {
        &self.0.config.tenant_url
    }

    /// True the first time it is asked of `what` in a run: what concerns the tenant as a whole is told once, and not for
    /// each object.
    pub fn is_news(&self, what: &str) -> bool {
        self.0.told.note(what)
    }

    /// The clock that this client goes by.
    pub fn clock(&self) -> &dyn Clock {
        self.0.http.clock()
    }

    /// The wish to end the run early, which this client heeds.
    pub(crate) fn interrupt(&self) -> &Interrupt {
        self.0.http.interrupt()
    }

    /// True once the user has interrupted the run: a loop that waits for something should end without it.
    pub(in crate::access) fn is_interrupted(&self) -> bool {
        self.interrupt().is_requested()
    }

    /// Returns when `duration` has passed, or at once when nobody wants to wait any more.
    pub(crate) async fn sleep(&self, duration: Duration) {
        self.0.http.sleep(duration).await;
    }

    /// Sleeps; false when there is no time for another look. The first look always takes place.
    pub async fn wait_before_looking(&self, pause: Duration) -> bool {
        if pause.is_zero() {
            return true;
        }
        if !self.is_interrupted() {
            self.sleep(pause).await;
        }
        !self.is_interrupted()
    }
}
