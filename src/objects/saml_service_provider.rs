//! `data "wsoa_saml_service_provider"`: what an identity provider has to know of the tenant.

use async_trait::async_trait;
use terraform_plugin::data_source::DataSource;
use terraform_plugin::value::{List, Value};
use terraform_plugin::{Context, Diagnostics, model};

use crate::{access, diagnose};

/// The data source.
pub struct SamlServiceProvider;

model! {
    /// The tenant as a SAML service provider: what an identity provider such as Okta has to know of it. All of it is
    /// public.
    pub struct State {
        /// Read the metadata of the tenant. Without that nothing is asked, and the addresses are those that every tenant
        /// has. The metadata are public: no sign-in is needed for them.
        read_metadata: bool = optional(),
        /// Entity id of the tenant, the audience of assertions.
        entity_id: String = computed(),
        /// Assertion consumer service: where assertions are posted to.
        acs_url: String = computed(),
        /// Where the metadata are.
        metadata_url: String = computed(),
        /// The metadata, XML. Null unless they are read.
        metadata_xml: String = computed(),
        /// Certificates with which the tenant signs its requests: X.509, base64 without `-----BEGIN CERTIFICATE-----`, in
        /// the order of the metadata. Null unless they are read.
        signing_certificates: List<String> = computed(),
    }
}

#[async_trait]
impl DataSource for SamlServiceProvider {
    type Client = access::Tenant;
    type State = State;

    const NAME: &'static str = "wsoa_saml_service_provider";

    async fn read(&self, tenant: &Context<access::Tenant>, config: State) -> Result<State, Diagnostics> {
        let url = tenant.tenant_url();
        let mut state = State {
            entity_id: url.saml_entity_id().into(),
            acs_url: url.saml_acs_url().into(),
            metadata_url: url.saml_metadata_url().into(),
            ..State::default()
        };
        if config.read_metadata != Value::Known(true) {
            return Ok(state);
        }
        let told = tenant.saml_metadata().await.map_err(|error| {
            diagnose::error_at("read_metadata", "The SAML metadata cannot be read", &error)
        })?;
        state.entity_id = told.entity_id.into();
        if let Some(url) = told.acs_url {
            state.acs_url = url.into();
        }
        let certificates = told.signing_certificates.into_iter().map(Value::Known);
        state.signing_certificates = Value::Known(certificates.collect());
        state.metadata_xml = told.xml.into();
        Ok(state)
    }
}
