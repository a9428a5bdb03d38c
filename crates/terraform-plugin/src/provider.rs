//! What a provider is to the server.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;

use super::data_source::DataSource;
use super::ephemeral::Ephemeral;
use super::function::Function;
use super::generated::tfplugin6 as pb;
use super::list::ListResource;
use super::resource::Resource;
use super::rpc::{DataSourceRpcs, EphemeralRpcs, FunctionRpcs, ListRpcs, ResourceRpcs, ServedList};
use super::served::Served;
use super::{Context, Diagnostics, convert, identity};
use crate::schema::Schema;
use crate::value::{Model, by_name};

/// `plan_destroy`: deletion protection speaks up at plan. `get_provider_schema_optional`: the CLI asks for the schema
/// once and not in each of its processes. `move_resource_state`: an object may come from another address of the
/// provider.
const CAPABILITIES: pb::ServerCapabilities = pb::ServerCapabilities {
    plan_destroy: true,
    get_provider_schema_optional: true,
    move_resource_state: true,
    generate_resource_config: false,
};

/// A provider: configuration, and everything it offers.
#[async_trait]
pub trait Provider: Send + Sync + 'static {
    /// What configuring it yields, shared by all its resources.
    type Client: Send + Sync + 'static;
    /// Its configuration block.
    type Config: Model;

    /// Source address, such as `registry.terraform.io/acme/acme`.
    const ADDRESS: &'static str;

    /// What is wrong beyond the rules of single attributes. Any value may be unknown.
    fn validate(&self, _config: &Self::Config) -> Diagnostics {
        Diagnostics::none()
    }

    /// Makes the client. `None` means that the configuration is not known yet, which is no fault at plan (Terraform
    /// `internal/terraform/node_provider.go`).
    async fn configure(
        &self,
        call: &Context<Configuring>,
        config: Self::Config,
    ) -> Result<Option<Self::Client>, Diagnostics>;

    /// Ends all waiting: the user has interrupted the run. What is under way is still finished. Unless it is said
    /// otherwise, nothing waits.
    fn stop(&self) {}

    /// Everything that is offered.
    fn offers(&self) -> Offers<Self::Client>;
}

/// A call that configures a provider, which has no client yet.
#[derive(Clone, Debug, Default)]
pub struct Configuring {
    /// Version of the CLI, such as `1.11.4`. `OpenTofu` tells one of Terraform's.
    pub cli_version: String,
}

/// The provider's own name in a source address: the last part of it, with which the names of its types begin.
pub(super) fn name_in(address: &str) -> &str {
    address.rsplit('/').next().unwrap_or_default()
}

/// The name of a type, and its schema.
pub type Named = (&'static str, &'static Schema);

/// The list of what a provider offers.
pub struct Offers<C> {
    /// Managed resources.
    pub(crate) resources: Vec<Arc<dyn ResourceRpcs<C>>>,
    /// Data sources.
    pub(crate) data_sources: Vec<Arc<dyn DataSourceRpcs<C>>>,
    /// Ephemeral resources.
    pub(crate) ephemeral: Vec<Arc<dyn EphemeralRpcs<C>>>,
    /// Functions.
    pub(crate) functions: Vec<Arc<dyn FunctionRpcs>>,
    /// List resources.
    pub(crate) lists: Vec<Arc<dyn ListRpcs<C>>>,
}

impl<C: Send + Sync + 'static> Offers<C> {
    /// Nothing yet.
    pub fn new() -> Self {
        Self {
            resources: Vec::new(),
            data_sources: Vec::new(),
            ephemeral: Vec::new(),
            functions: Vec::new(),
            lists: Vec::new(),
        }
    }

    /// Offers a managed resource.
    #[must_use]
    pub fn resource<R: Resource<Client = C>>(mut self, resource: R) -> Self {
        self.resources.push(Arc::new(Served(resource)));
        self
    }

    /// Offers a data source.
    #[must_use]
    pub fn data_source<D: DataSource<Client = C>>(mut self, data_source: D) -> Self {
        self.data_sources.push(Arc::new(Served(data_source)));
        self
    }

    /// Offers an ephemeral resource.
    #[must_use]
    pub fn ephemeral<E: Ephemeral<Client = C>>(mut self, ephemeral: E) -> Self {
        self.ephemeral.push(Arc::new(Served(ephemeral)));
        self
    }

    /// Offers a function.
    #[must_use]
    pub fn function<F: Function>(mut self, function: F) -> Self {
        self.functions.push(Arc::new(Served(function)));
        self
    }

    /// Offers a list resource.
    #[must_use]
    pub fn list<L>(mut self, list: L) -> Self
    where
        L: ListResource,
        L::Of: Resource<Client = C>,
    {
        self.lists.push(Arc::new(ServedList::new(list)));
        self
    }

    /// The schema of each managed resource by name, as documentation shows it.
    pub fn resource_schemas(&self) -> Vec<Named> {
        self.resources.iter().map(|it| (it.name(), it.schema())).collect()
    }

    /// The same for data sources.
    pub fn data_source_schemas(&self) -> Vec<Named> {
        self.data_sources
            .iter()
            .map(|it| (it.name(), it.schema()))
            .collect()
    }

    /// The same for ephemeral resources.
    pub fn ephemeral_schemas(&self) -> Vec<Named> {
        self.ephemeral.iter().map(|it| (it.name(), it.schema())).collect()
    }

    /// The same for what identifies an object, where it has an identity.
    pub fn identities(&self) -> Vec<Named> {
        let identities = self.resources.iter();
        identities
            .filter_map(|it| Some((it.name(), it.identity_schema()?)))
            .collect()
    }

    /// The same for list resources: what their block `config` has.
    pub fn list_schemas(&self) -> Vec<Named> {
        self.lists.iter().map(|it| (it.name(), it.schema())).collect()
    }

    pub(super) fn schemas(&self) -> pb::get_provider_schema::Response {
        let all = |named: Vec<Named>| {
            let named = named.into_iter();
            by_name(named.map(|(name, it)| (name.to_owned(), convert::schema(it))))
        };
        pb::get_provider_schema::Response {
            resource_schemas: all(self.resource_schemas()),
            data_source_schemas: all(self.data_source_schemas()),
            ephemeral_resource_schemas: all(self.ephemeral_schemas()),
            list_resource_schemas: all(self.list_schemas()),
            functions: self.function_declarations(),
            server_capabilities: Some(CAPABILITIES),
            ..Default::default()
        }
    }

    /// Functions by name, as the protocol declares them.
    pub fn function_declarations(&self) -> BTreeMap<String, pb::Function> {
        let functions = self.functions.iter();
        by_name(functions.map(|it| (it.name().to_owned(), it.declaration())))
    }

    pub(super) fn identity_schemas(&self) -> BTreeMap<String, pb::ResourceIdentitySchema> {
        let schemas = self.resources.iter().filter_map(|it| {
            let schema = identity::declaration(it.identity_schema()?);
            Some((it.name().to_owned(), schema))
        });
        by_name(schemas)
    }

    pub(super) fn metadata(&self) -> pb::get_metadata::Response {
        use pb::get_metadata as named;
        /// One message for each name.
        fn all<T: ?Sized, M>(
            offered: &[Arc<T>],
            name: fn(&T) -> &'static str,
            message: fn(String) -> M,
        ) -> Vec<M> {
            offered.iter().map(|it| message(name(it).to_owned())).collect()
        }
        named::Response {
            server_capabilities: Some(CAPABILITIES),
            resources: all(&self.resources, ResourceRpcs::name, |type_name| {
                named::ResourceMetadata { type_name }
            }),
            data_sources: all(&self.data_sources, DataSourceRpcs::name, |type_name| {
                named::DataSourceMetadata { type_name }
            }),
            ephemeral_resources: all(&self.ephemeral, EphemeralRpcs::name, |type_name| {
                named::EphemeralMetadata { type_name }
            }),
            functions: all(&self.functions, FunctionRpcs::name, |name| {
                named::FunctionMetadata { name }
            }),
            list_resources: all(&self.lists, ListRpcs::name, |type_name| {
                named::ListResourceMetadata { type_name }
            }),
            ..Default::default()
        }
    }
}

impl<C: Send + Sync + 'static> Default for Offers<C> {
    fn default() -> Self {
        Self::new()
    }
}
