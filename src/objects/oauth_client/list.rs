//! `list "wsoa_oauth_client"`: finds the OAuth clients of the tenant.

use async_trait::async_trait;
use terraform_plugin::list::{Found, ListResource, Stop};
use terraform_plugin::text::quoted;
use terraform_plugin::value::Value;
use terraform_plugin::{Context, Diagnostics, model};

use super::{OAuthClient, State, columns};
use crate::access::OAuthClientSummary;
use crate::{access, diagnose};

/// The list resource.
pub struct OAuthClients;

model! {
    /// Finds the OAuth clients of the tenant, to import them.
    pub struct Config {
        /// How their ids begin.
        client_id_prefix: String = optional(),
        /// Find the tenant's own clients as well. They cannot be imported.
        include_internal: bool = optional(),
        /// Find the client with which the provider signs in as well. Whoever manages it here can lock the provider out.
        include_provider_client: bool = optional(),
    }
}

#[async_trait]
impl ListResource for OAuthClients {
    type Of = OAuthClient;
    type Config = Config;

    fn of(&self) -> OAuthClient {
        OAuthClient
    }

    async fn list(
        &self,
        tenant: &Context<access::Tenant>,
        config: Config,
        found: &mut Found<'_, OAuthClient>,
    ) -> Result<(), Stop> {
        let (mut clients, is_whole) = tenant
            .client_list()
            .await
            .map_err(|error| diagnose::error("The OAuth clients cannot be listed", &error))?;
        if !is_whole {
            tenant.tell(Diagnostics::warning(
                "The list of OAuth clients is not whole",
                "The tenant announces more clients than it lists, or lists some that cannot be read. There are more than \
                 these.",
            ));
        }
        clients.retain(|it| is_wanted(tenant, &config, it));
        clients.sort_by(|one, other| one.client_id.cmp(&other.client_id));
        for summary in clients {
            let mut state = State {
                id: summary.client_id.as_str().into(),
                client_id: summary.client_id.as_str().into(),
                ..State::default()
            };
            if found.wants_objects() {
                let read = tenant.oauth_client(&summary.client_id).await.map_err(|error| {
                    let summary = format!("OAuth client {} cannot be read", quoted(&summary.client_id));
                    diagnose::error(&summary, &error)
                })?;
                let Some(read) = read else {
                    continue; // deleted since it was listed
                };
                if read.is_internal() && !is_true(&config.include_internal) {
                    continue; // not every tenant says so in its list
                }
                columns::refresh(&mut state, &read); // without the secret, which a query would show
            }
            found.push(&display_name(&summary), state).await?;
        }
        Ok(())
    }
}

fn is_true(value: &Value<bool>) -> bool {
    *value == Value::Known(true)
}

fn is_wanted(tenant: &access::Tenant, config: &Config, it: &OAuthClientSummary) -> bool {
    let prefix = config.client_id_prefix.known();
    prefix.is_none_or(|prefix| it.client_id.starts_with(prefix))
        && (is_true(&config.include_internal) || !it.is_internal())
        && (is_true(&config.include_provider_client) || !tenant.is_own_sign_in(&it.client_id))
}

/// The name for people, and the id where that is another one.
fn display_name(client: &OAuthClientSummary) -> String {
    match &client.display_name {
        Some(name) if *name != client.client_id => format!("{name} ({})", client.client_id),
        _ => client.client_id.clone(),
    }
}
