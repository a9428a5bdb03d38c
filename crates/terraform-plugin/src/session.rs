//! What the answers to all RPCs share: the clock, and the client that the provider's configuration yielded.

use std::sync::{Arc, PoisonError, RwLock};

use super::context::Told;
use super::{Context, Diagnostics};
use crate::clock::Clock;

/// The provider's client and clock.
pub struct Session<C> {
    /// Source address of the provider.
    pub address: &'static str,
    /// Decides on questions of time.
    pub clock: Arc<dyn Clock>,
    client: RwLock<Configured<C>>,
}

/// Whether there is a client.
pub enum Configured<C> {
    /// Terraform did not configure the provider, or not successfully.
    Not,
    /// The configuration has values that only apply will know.
    Later,
    /// Ready.
    Ready(Arc<C>),
}

impl<C> Session<C> {
    /// One that is not configured yet.
    pub fn new(address: &'static str, clock: Arc<dyn Clock>) -> Self {
        Self {
            address,
            clock,
            client: RwLock::new(Configured::Not),
        }
    }

    /// Remembers what configuring came to.
    pub fn configured(&self, configured: Configured<C>) {
        *self.client.write().unwrap_or_else(PoisonError::into_inner) = configured;
    }

    /// The client for a call whose messages `told` collects, or why there is none.
    pub fn context(&self, told: &Told) -> Result<Context<C>, Diagnostics> {
        Ok(Context::of(self.client()?, told))
    }

    /// The client, or why there is none.
    pub fn client(&self) -> Result<Arc<C>, Diagnostics> {
        match &*self.client.read().unwrap_or_else(PoisonError::into_inner) {
            Configured::Ready(client) => Ok(Arc::clone(client)),
            Configured::Later => Err(Diagnostics::error(
                "The provider's configuration is not known yet",
                "The provider block depends on something that is only known after apply, but an object has \
                 to be looked at now. Apply what the provider block depends on first, with -target, or give the \
                 provider values that are known.",
            )),
            Configured::Not => Err(Diagnostics::error(
                "The provider is not configured",
                "A request was asked for before the provider was configured successfully.",
            )),
        }
    }
}
