//! The data sources: what the tenant has, as it is. None of them tells a secret, as their results lie in state.

pub mod directories;
pub mod directory;
pub mod oauth_client;
pub mod oauth_clients;
pub mod saml_service_provider;
pub mod tenant;
