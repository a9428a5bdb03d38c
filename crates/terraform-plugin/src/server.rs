//! A provider that is being served: what it offers, and the client that its configuration yielded. What it answers
//! is in `rpc`.

use std::sync::Arc;

use super::context::Told;
use super::generated::tfplugin6 as pb;
use super::object::{decode, invalid};
use super::provider::{Configuring, Offers, Provider};
use super::rpc::{DataSourceRpcs, EphemeralRpcs, FunctionRpcs, ListRpcs, ResourceRpcs};
use super::session::{Configured, Session};
use super::{Context, Diagnostics, convert};
use crate::clock::Clock;
use crate::value::Model as _;

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
    pub offers: Offers<P::Client>,
    pub session: Arc<Session<P::Client>>,
}

impl<P: Provider> Server<P> {
    /// Serves `provider`, on whose questions of time `clock` decides.
    pub fn new(provider: P, clock: Arc<dyn Clock>) -> Self {
        Self(Arc::new(Inner {
            offers: provider.offers(),
            session: Arc::new(Session::new(P::ADDRESS, clock)),
            provider,
        }))
    }

    /// Has whoever waits for something stop waiting. What is under way is still finished.
    pub fn stop(&self) {
        self.0.provider.stop();
    }
}

type Found<T> = Result<Arc<T>, Diagnostics>;

impl<P: Provider> Inner<P> {
    /// Made anew for each who asks: a CLI does once, and it is large.
    pub fn protocol_schema(&self) -> pb::get_provider_schema::Response {
        pb::get_provider_schema::Response {
            provider: Some(convert::schema(P::Config::schema())),
            ..self.offers.schemas()
        }
    }

    pub fn validate(&self, request: pb::validate_provider_config::Request) -> Diagnostics {
        invalid(request.config, |config| self.provider.validate(config))
    }

    pub async fn configure(
        &self,
        request: pb::configure_provider::Request,
        told: &Told,
    ) -> Result<pb::configure_provider::Response, Diagnostics> {
        let config = decode(request.config, P::Config::schema())?.unwrap_or_default();
        let config = P::Config::from_object(config)?;
        let cli_version = request.terraform_version;
        let call = Context::of(Arc::new(Configuring { cli_version }), told);
        let (client, answer) = match self.provider.configure(&call, config).await {
            Ok(Some(client)) => (Configured::Ready(Arc::new(client)), Ok(())),
            Ok(None) => (Configured::Later, Ok(())),
            Err(errors) => (Configured::Not, Err(errors)),
        };
        self.session.configured(client);
        answer.map(|()| pb::configure_provider::Response::default())
    }

    pub fn resource(&self, name: &str) -> Found<dyn ResourceRpcs<P::Client>> {
        find("resource type", &self.offers.resources, name, |offered| {
            offered.name()
        })
    }

    pub fn data_source(&self, name: &str) -> Found<dyn DataSourceRpcs<P::Client>> {
        find("data source type", &self.offers.data_sources, name, |offered| {
            offered.name()
        })
    }

    pub fn ephemeral(&self, name: &str) -> Found<dyn EphemeralRpcs<P::Client>> {
        find(
            "ephemeral resource type",
            &self.offers.ephemeral,
            name,
            EphemeralRpcs::name,
        )
    }

    pub fn function(&self, name: &str) -> Found<dyn FunctionRpcs> {
        find("function", &self.offers.functions, name, FunctionRpcs::name)
    }

    pub fn list(&self, name: &str) -> Found<dyn ListRpcs<P::Client>> {
        find("list resource type", &self.offers.lists, name, |offered| {
            offered.name()
        })
    }
}

fn find<T: ?Sized>(kind: &str, offered: &[Arc<T>], name: &str, name_of: fn(&T) -> &'static str) -> Found<T> {
    let found = offered.iter().find(|offered| name_of(offered) == name);
    found.cloned().ok_or_else(|| {
        Diagnostics::error(
            format!("Unknown {kind}"),
            format!("This provider has no {kind} {name:?}."),
        )
    })
}
