//! `data "wsoa_oauth_client"`: one OAuth 2.0 client, without its secret.

use async_trait::async_trait;
use terraform_plugin::data_source::DataSource;
use terraform_plugin::text::quoted;
use terraform_plugin::value::{Set, Value};
use terraform_plugin::{Context, Diagnostics, model};

use super::rules;
use crate::{access, diagnose};

/// The data source.
pub struct OAuthClient;

model! {
    /// An OAuth 2.0 client of the tenant, internal ones included. Its secret is left out, as the result lies in state.
    pub struct State {
        /// The client's id. It is an error if there is no such client.
        client_id: String = required().rule(rules::client_id_rule()),
        /// `client_id` as the tenant spells it.
        id: String = computed(),
        /// Name for people (`rememberAs` in the API). Null if it has none.
        display_name: String = computed(),
        /// What tokens of this client may do.
        scopes: Set<String> = computed(),
        /// How the client gets tokens.
        grant_types: Set<String> = computed(),
        /// Where users may be sent back to. Null if the tenant does not tell.
        redirect_uris: Set<String> = computed(),
        /// Lifetime of access tokens, in minutes.
        access_token_ttl_minutes: i64 = computed(),
        /// Lifetime of refresh tokens, in minutes.
        refresh_token_ttl_minutes: i64 = computed(),
        /// After how many minutes without use a refresh token expires.
        refresh_token_idle_ttl_minutes: i64 = computed(),
        /// Whether users are asked to agree to what the client may do.
        display_user_grant: bool = computed(),
        /// Whether child tenants may use the client.
        inheritance_allowed: bool = computed(),
        /// Whether the client is the tenant's own. Such a client is not to be managed.
        internal_system_client: bool = computed(),
        /// UUID of an application, to whose users the client is restricted. Null if it is not.
        resource_uuid: String = computed(),
    }
}

#[async_trait]
impl DataSource for OAuthClient {
    type Client = access::Tenant;
    type State = State;

    const NAME: &'static str = "wsoa_oauth_client";

    async fn read(&self, tenant: &Context<access::Tenant>, config: State) -> Result<State, Diagnostics> {
        let id = config.client_id.or_empty();
        let found = tenant.oauth_client_of_this_run(id).await.map_err(|error| {
            let summary = format!("OAuth client {} cannot be read", quoted(id));
            diagnose::error_at("client_id", &summary, &error)
        })?;
        let Some(found) = found else {
            return Err(Diagnostics::error_at(
                "client_id",
                "No such OAuth client",
                format!(
                    "The tenant has no OAuth client {}. The data source wsoa_oauth_clients lists those that it has.",
                    quoted(id)
                ),
            ));
        };
        let minutes = |minutes: Option<i32>| Value::from(minutes.map(i64::from));
        Ok(State {
            client_id: id.into(),
            id: found.client_id.into(),
            display_name: found.display_name.into(),
            scopes: found.scopes.iter().collect(),
            grant_types: found.grant_types.iter().collect(),
            redirect_uris: match found.redirect_uris {
                Some(uris) => uris.iter().collect(),
                None => Value::Null,
            },
            access_token_ttl_minutes: minutes(found.access_token_ttl_minutes),
            refresh_token_ttl_minutes: minutes(found.refresh_token_ttl_minutes),
            refresh_token_idle_ttl_minutes: minutes(found.refresh_token_idle_ttl_minutes),
            display_user_grant: found.display_user_grant.into(),
            inheritance_allowed: found.inheritance_allowed.into(),
            internal_system_client: found.internal_system_client.into(),
            resource_uuid: found.resource_uuid.into(),
        })
    }
}
