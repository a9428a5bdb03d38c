//! What tells an OAuth client from all others, beside its state.

use terraform_plugin::model;

use super::State;
use crate::access;

model! {
    /// An OAuth client of a tenant.
    pub struct Identity {
        /// The client's id, unique in the tenant.
        client_id: String = required(),
        /// The tenant: its URL without `https://`, such as `acme.workspaceoneaccess.com`. It has to be the one that the
        /// provider is configured for.
        tenant: String = optional(),
    }
}

/// The identity of the client with this state. In the spelling of the configuration, which stays for as long as the
/// client does, while the tenant's is not known from the start.
pub fn of(tenant: &access::Tenant, state: &State) -> Identity {
    Identity {
        client_id: state.client_id.clone(),
        tenant: tenant.tenant_url().without_scheme().into(),
    }
}
