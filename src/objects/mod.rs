//! What a user writes down, a folder for each object with all that is its own: the resource, its ephemeral resource,
//! its data sources, its list, and what they share. To add one: copy the shape of one and register it in [`provider`](crate::provider).

pub mod bearer_token;
pub mod directory;
pub mod oauth_client;
pub mod other_directory;
pub mod saml_service_provider;
pub(crate) mod secret_source;
pub mod tenant;
mod triggers;
