//! A provider that is being served: what it offers, and the client that its configuration yielded. What it answers
//! is in [`rpc`](super::rpc).

use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::PoisonError;
use std::sync::RwLock;

use super::Diagnostics;
use super::convert;
use super::ephemeral::AnyEphemeral;
use super::generated::tfplugin6 as pb;
use super::provider::Offers;
use super::provider::Provider;
use super::resource::AnyResource;
use crate::clock::Clock;
use crate::schema::Schema;

/// Serves one provider.
pub struct Server<P: Provider>(pub(super) Arc<Inner<P>>);

impl<P: Provider> Clone for Server<P> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

/// The provider and what has become of it.
pub(super) struct Inner<P: Provider> {
    pub provider: P,
    pub schema: Schema,
    pub offers: Offers<P::Client>,
    pub client: RwLock<Configured<P::Client>>,
    pub clock: Arc<dyn Clock>,
    pub protocol_schema: OnceLock<pb::get_provider_schema::Response>,
}

/// Whether there is a client.
pub(super) enum Configured<C> {
    /// Terraform did not configure the provider, or not successfully.
    Not,
    /// The configuration has values that only apply will know.
    Later,
    /// Ready.
    Ready(Arc<C>),
}

impl<P: Provider> Server<P> {
    /// Serves `provider`, on whose questions of time `clock` decides.
    pub fn new(provider: P, clock: Arc<dyn Clock>) -> Self {
        Self(Arc::new(Inner {
            schema: provider.schema(),
            offers: provider.offers(),
            provider,
            client: RwLock::new(Configured::Not),
            clock,
            protocol_schema: OnceLock::new(),
        }))
    }
}

/// `plan_destroy`: deletion protection speaks up at plan. `get_provider_schema_optional`: the CLI asks for the schema
/// once and not in each of its processes. `move_resource_state`: an object may come from another address of the
/// provider.
pub(super) const CAPABILITIES: pb::ServerCapabilities = pb::ServerCapabilities {
    plan_destroy: true,
    get_provider_schema_optional: true,
    move_resource_state: true,
    generate_resource_config: false,
};

impl<P: Provider> Inner<P> {
    pub fn protocol_schema(&self) -> pb::get_provider_schema::Response {
        let offers = &self.offers;
        pb::get_provider_schema::Response {
            provider: Some(convert::schema(&self.schema)),
            resource_schemas: offers
                .resources
                .iter()
                .map(|resource| (resource.name().to_owned(), convert::schema(resource.schema())))
                .collect(),
            ephemeral_resource_schemas: offers
                .ephemeral
                .iter()
                .map(|ephemeral| (ephemeral.name().to_owned(), convert::schema(ephemeral.schema())))
                .collect(),
            server_capabilities: Some(CAPABILITIES),
            ..Default::default()
        }
    }

    pub fn resource(&self, name: &str) -> Result<Arc<dyn AnyResource<P::Client>>, Diagnostics> {
        let found = self
            .offers
            .resources
            .iter()
            .find(|resource| resource.name() == name);
        found.cloned().ok_or_else(|| unknown_type("resource", name))
    }

    pub fn ephemeral(&self, name: &str) -> Result<Arc<dyn AnyEphemeral<P::Client>>, Diagnostics> {
        let found = self
            .offers
            .ephemeral
            .iter()
            .find(|ephemeral| ephemeral.name() == name);
        found
            .cloned()
            .ok_or_else(|| unknown_type("ephemeral resource", name))
    }

    pub fn client(&self) -> Result<Arc<P::Client>, Diagnostics> {
        match &*self.client.read().unwrap_or_else(PoisonError::into_inner) {
            Configured::Ready(client) => Ok(Arc::clone(client)),
            Configured::Later => Err(Diagnostics::error(
                "The provider's configuration is not known yet",
                "The provider block depends on something that is only known after apply, but an object of the tenant \
                 has to be looked at now. Apply what the provider block depends on first, with -target, or give the \
                 provider values that are known.",
            )),
            Configured::Not => Err(Diagnostics::error(
                "The provider is not configured",
                "A request to the tenant was asked for before the provider was configured successfully.",
            )),
        }
    }
}

fn unknown_type(kind: &str, name: &str) -> Diagnostics {
    Diagnostics::error(
        format!("Unknown {kind} type"),
        format!("This provider has no {kind} type {name:?}."),
    )
}
