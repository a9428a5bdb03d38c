//! `provider::wsoa::scim_base_url`: where SCIM clients find a tenant (EVIDENCE 3.7).

use terraform_plugin::function::{Function, FunctionError, Signature};

use super::tenant_url;

/// The function.
pub struct ScimBaseUrl;

impl Function for ScimBaseUrl {
    type Arguments = (String,);
    type Result = String;

    const NAME: &'static str = "scim_base_url";

    fn signature(&self) -> Signature {
        Signature {
            summary: "Where SCIM 1.1 clients find a tenant.",
            description: "The address that a SCIM 1.1 client such as Okta is given, without a slash at the end. It is \
                          made from the address of the tenant alone: nothing is asked, and nothing is said of whether \
                          the tenant exists. Fails if the argument is no valid tenant URL.",
            parameters: vec![(
                "tenant_url",
                "Base URL of the tenant, as in the provider block: `https` (`http` on loopback), without `/SAAS`. A \
                 port is allowed, and so is the path prefix `/SAAS/t/acme`.",
            )],
        }
    }

    fn call(&self, (text,): (String,)) -> Result<String, FunctionError> {
        Ok(tenant_url(0, &text)?.scim_base_url())
    }
}
