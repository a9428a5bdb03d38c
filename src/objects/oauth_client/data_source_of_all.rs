//! `data "wsoa_oauth_clients"`: the OAuth 2.0 clients of the tenant.

use async_trait::async_trait;
use terraform_plugin::data_source::DataSource;
use terraform_plugin::value::{List, Set, Value};
use terraform_plugin::{Context, Diagnostics, model};

use crate::access::OAuthClientSummary;
use crate::{access, diagnose};

/// The data source.
pub struct OAuthClients;

model! {
    /// A client in the list.
    pub struct Entry {
        /// The client's id.
        client_id: String = computed(),
        /// Name for people. Null if it has none.
        display_name: String = computed(),
        /// What tokens of this client may do.
        scopes: Set<String> = computed(),
        /// How the client gets tokens. Null if the tenant does not tell in its list.
        grant_types: Set<String> = computed(),
        /// Whether the client is the tenant's own: by what the tenant tells, or else by its id.
        internal: bool = computed(),
        /// Whether the client has no secret (`publicClient` in the API). Null if not returned.
        public_client: bool = computed(),
        /// Whether the client has to use PKCE (`pkceEnforced`). Null if not returned.
        pkce_enforced: bool = computed(),
        /// Whether the client is activated (`isActivated`). Null if not returned.
        is_activated: bool = computed(),
    }
}

model! {
    /// The OAuth 2.0 clients of the tenant, internal ones included, without their secrets.
    pub struct State {
        /// How their ids begin.
        client_id_prefix: String = optional(),
        /// A scope that they have.
        scope: String = optional(),
        /// A grant type that they have. Where the tenant does not tell grant types in its list, this costs a request for
        /// each client that the other filters leave.
        grant_type: String = optional(),
        /// The clients, sorted by id. Empty if there is none.
        clients: List<Entry> = computed(),
        /// Their ids, in the same order.
        client_ids: List<String> = computed(),
    }
}

#[async_trait]
impl DataSource for OAuthClients {
    type Client = access::Tenant;
    type State = State;

    const NAME: &'static str = "wsoa_oauth_clients";

    async fn read(&self, tenant: &Context<access::Tenant>, config: State) -> Result<State, Diagnostics> {
        let listed = tenant.client_list().await;
        let (mut clients, is_whole) = listed.map_err(|error| failed(&error))?;
        if !is_whole {
            return Err(Diagnostics::error(
                "The list of OAuth clients is not whole",
                "The tenant announces more clients than it lists, or lists some that cannot be read. What depends on a \
                 part of them could be destroyed, so none is given. Try again later.",
            ));
        }
        clients.retain(|it| has_prefix(it, &config) && has_scope(it, &config));
        if let Some(grant) = config.grant_type.known() {
            clients = with_grant(tenant, clients, grant).await?;
        }
        clients.sort_by(|one, other| one.client_id.cmp(&other.client_id));
        let ids = clients.iter().map(|it| it.client_id.as_str().into());
        Ok(State {
            client_ids: Value::Known(ids.collect()),
            clients: Value::Known(clients.into_iter().map(|it| entry(it).into()).collect()),
            ..config
        })
    }
}

fn has_prefix(client: &OAuthClientSummary, config: &State) -> bool {
    let prefix = config.client_id_prefix.known();
    prefix.is_none_or(|prefix| client.client_id.starts_with(prefix))
}

fn has_scope(client: &OAuthClientSummary, config: &State) -> bool {
    let scope = config.scope.known();
    scope.is_none_or(|scope| client.scopes.contains(scope))
}

/// Those that have the grant type. A client has at least one, so none means that it was not told.
async fn with_grant(
    tenant: &access::Tenant,
    clients: Vec<OAuthClientSummary>,
    grant: &str,
) -> Result<Vec<OAuthClientSummary>, Diagnostics> {
    let mut found = Vec::new();
    for mut summary in clients {
        if summary.grant_types.is_empty() {
            let read = tenant.oauth_client(&summary.client_id).await;
            let Some(read) = read.map_err(|error| failed(&error))? else {
                continue; // deleted since it was listed
            };
            summary.grant_types = read.grant_types;
        }
        if summary.grant_types.contains(grant) {
            found.push(summary);
        }
    }
    Ok(found)
}

fn failed(error: &access::Error) -> Diagnostics {
    diagnose::error("The OAuth clients cannot be listed", error)
}

fn entry(client: OAuthClientSummary) -> Entry {
    Entry {
        internal: client.is_internal().into(),
        client_id: client.client_id.into(),
        display_name: client.display_name.into(),
        scopes: client.scopes.iter().collect(),
        grant_types: if client.grant_types.is_empty() {
            Value::Null
        } else {
            client.grant_types.iter().collect()
        },
        public_client: client.public_client.into(),
        pkce_enforced: client.pkce_enforced.into(),
        is_activated: client.is_activated.into(),
    }
}
