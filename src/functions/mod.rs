//! The functions. None of them asks the tenant: Terraform calls them in processes that are not configured.

pub mod decode_token;
pub mod saml_service_provider;
pub mod scim_base_url;

use terraform_plugin::function::FunctionError;

use crate::access::TenantUrl;

/// Reads the argument at `position` as a tenant URL.
fn tenant_url(position: i64, text: &str) -> Result<TenantUrl, FunctionError> {
    TenantUrl::parse(text).map_err(|error| FunctionError::at(position, error.to_string()))
}

#[cfg(test)]
mod tests;
