//! `data "wsoa_tenant"`: the tenant itself.

use async_trait::async_trait;
use terraform_plugin::data_source::DataSource;
use terraform_plugin::{Context, Diagnostics, model};

use crate::{access, diagnose};

/// The data source.
pub struct Tenant;

model! {
    /// The tenant that the provider is configured for. Reading it fails if the tenant does not accept the credentials of
    /// the provider.
    pub struct State {
        /// Base URL of the tenant, without a slash at the end.
        tenant_url: String = computed(),
        /// Issuer of its tokens (`iss`). Null if it does not announce one.
        issuer: String = computed(),
        /// Where tokens are issued.
        token_endpoint: String = computed(),
        /// Where tokens are revoked. Null if it does not announce that.
        revocation_endpoint: String = computed(),
        /// Where the keys are with which its tokens are signed. Null if it does not announce that.
        jwks_uri: String = computed(),
        /// Where SCIM 1.1 clients such as Okta find it, without a slash at the end.
        scim_base_url: String = computed(),
        /// Id of the OAuth client with which the provider signs in. Null if it signs in as a user.
        client_id: String = computed(),
        /// Whether Omnissa Identity Service keeps its directories, so that they cannot be managed here. **A guess**, by
        /// what the tenant answers at an address of that service; null if that allows none.
        identity_service: bool = computed(),
    }
}

#[async_trait]
impl DataSource for Tenant {
    type Client = access::Tenant;
    type State = State;

    const NAME: &'static str = "wsoa_tenant";

    async fn read(&self, tenant: &Context<access::Tenant>, _: State) -> Result<State, Diagnostics> {
        let failed = |error| diagnose::error("The tenant cannot be read", &error);
        if !tenant.signs_in().await.map_err(failed)? {
            return Err(Diagnostics::error(
                "The access token is not accepted",
                "The tenant says that the access_token in the provider block, or WSOA_ACCESS_TOKEN, is not valid. Give \
                 a new one.",
            ));
        }
        let announced = tenant.discovery_if_any().await.map_err(failed)?;
        let url = tenant.tenant_url();
        Ok(State {
            tenant_url: url.as_str().into(),
            issuer: announced.issuer.into(),
            token_endpoint: announced
                .token_endpoint
                .unwrap_or_else(|| tenant.usual_token_endpoint())
                .into(),
            revocation_endpoint: announced.revocation_endpoint.into(),
            jwks_uri: announced.jwks_uri.into(),
            scim_base_url: url.scim_base_url().into(),
            client_id: tenant.own_client_id().into(),
            identity_service: tenant.identity_service().await.into(),
        })
    }
}
