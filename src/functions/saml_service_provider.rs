//! `provider::wsoa::saml_service_provider`: a tenant as a SAML service provider (EVIDENCE 4.8).

use terraform_plugin::function::{Function, FunctionError, Signature};
use terraform_plugin::model;

use super::tenant_url;

/// The function.
pub struct SamlServiceProvider;

model! {
    /// A tenant as a SAML service provider.
    pub struct Facts {
        /// Its entity id, the audience of assertions.
        entity_id: String = computed(),
        /// Its assertion consumer service, where assertions are posted to.
        acs_url: String = computed(),
        /// Where its metadata is.
        metadata_url: String = computed(),
    }
}

impl Function for SamlServiceProvider {
    type Arguments = (String,);
    type Result = Facts;

    const NAME: &'static str = "saml_service_provider";

    fn signature(&self) -> Signature {
        Signature {
            summary: "What an identity provider has to know of a tenant.",
            description: "An object with `entity_id` (the audience of assertions), `acs_url` (where assertions are posted \
                          to) and `metadata_url`, all text. It is made from the address of the tenant alone: nothing is \
                          asked. The data source `wsoa_saml_service_provider` reads the metadata as well. Fails if the \
                          argument is no valid tenant URL.",
            parameters: vec![(
                "tenant_url",
                "Base URL of the tenant, as in the provider block: `https` (`http` on loopback), without `/SAAS`. A \
                 port is allowed, and so is the path prefix `/SAAS/t/acme`.",
            )],
        }
    }

    fn call(&self, (text,): (String,)) -> Result<Facts, FunctionError> {
        let tenant = tenant_url(0, &text)?;
        Ok(Facts {
            entity_id: tenant.saml_entity_id().into(),
            acs_url: tenant.saml_acs_url().into(),
            metadata_url: tenant.saml_metadata_url().into(),
        })
    }
}
