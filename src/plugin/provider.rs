//! What a provider is to the server.

use std::sync::Arc;

use async_trait::async_trait;

use super::Diagnostics;
use super::ephemeral::AnyEphemeral;
use super::ephemeral::Ephemeral;
use super::ephemeral::TypedEphemeral;
use super::resource::AnyResource;
use super::resource::Resource;
use super::resource::TypedResource;
use crate::value::Model;

/// A provider: configuration, and everything it offers.
#[async_trait]
pub trait Provider: Send + Sync + 'static {
    /// What configuring it yields, shared by all its resources.
    type Client: Send + Sync + 'static;
    /// Its configuration block.
    type Config: Model;

    /// Source address, such as `registry.terraform.io/acme/acme`.
    fn address(&self) -> &'static str;

    /// Checks beyond the rules of single attributes.
    fn validate(&self, config: &Self::Config) -> Diagnostics;

    /// Makes the client. `None` without an error means that the configuration is not known yet, which is no fault
    /// at plan (Terraform `internal/terraform/node_provider.go`).
    async fn configure(&self, config: Self::Config, cli_version: &str)
    -> (Option<Self::Client>, Diagnostics);

    /// Ends all waiting: the user has interrupted the run. What is under way is still finished.
    fn stop(&self);

    /// Everything that is offered.
    fn offers(&self) -> Offers<Self::Client>;
}

/// The list of what a provider offers.
pub struct Offers<C> {
    /// Managed resources.
    pub resources: Vec<Arc<dyn AnyResource<C>>>,
    /// Ephemeral resources.
    pub ephemeral: Vec<Arc<dyn AnyEphemeral<C>>>,
}

impl<C: Send + Sync + 'static> Offers<C> {
    /// Nothing yet.
    pub fn new() -> Self {
        Self {
            resources: Vec::new(),
            ephemeral: Vec::new(),
        }
    }

    /// Offers a managed resource.
    #[must_use]
    pub fn resource<R: Resource<Client = C>>(mut self, resource: R) -> Self {
        self.resources.push(Arc::new(TypedResource::new(resource)));
        self
    }

    /// Offers an ephemeral resource.
    #[must_use]
    pub fn ephemeral<E: Ephemeral<Client = C>>(mut self, ephemeral: E) -> Self {
        self.ephemeral.push(Arc::new(TypedEphemeral::new(ephemeral)));
        self
    }
}

impl<C: Send + Sync + 'static> Default for Offers<C> {
    fn default() -> Self {
        Self::new()
    }
}
