//! A stand-in for Vault with a KV secrets engine of version 2, and a provider `hashicorp/vault` for it. Names and types of
//! attributes are those of the Vault provider 5, as far as the examples use it.
#![allow(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "everything here runs in tests, where a violation shall panic with a clear sentence"
)]

mod provider;
mod secret;
mod store;

pub use self::provider::Provider;
pub use self::store::{Read, Vault};
