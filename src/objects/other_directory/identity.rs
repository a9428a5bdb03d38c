//! What tells a directory from all others, beside its state.

use terraform_plugin::model;

use super::State;
use crate::access;

model! {
    /// A directory of a tenant.
    pub struct Identity {
        /// Id of the directory, a UUID.
        id: String = required(),
        /// The tenant: its URL without `https://`, such as `acme.workspaceoneaccess.com`. It has to be the one that the
        /// provider is configured for.
        tenant: String = optional(),
    }
}

/// The identity of the directory with this state. It is not complete, and so none, while nobody knows whether there is
/// a directory.
pub fn of(tenant: &access::Tenant, state: &State) -> Identity {
    Identity {
        id: state.id.clone(),
        tenant: tenant.tenant_url().without_scheme().into(),
    }
}
