//! What a user writes down, a folder for each object with all that is its own: the resource, its ephemeral resource,
//! its data sources, its list, and what they share. To add one: copy the shape of one and register it in
//! [`provider`](crate::provider).

pub mod bearer_token;
pub mod directory;
pub mod oauth_client;
pub mod other_directory;
pub mod saml_service_provider;
pub(crate) mod secret_source;
pub mod tenant;
mod triggers;

use terraform_plugin::Diagnostics;

/// What has to be known before anything is sent. By the time of an apply it always is; a request with nothing in its
/// place would be for another object.
pub(crate) fn required<T: Clone>(name: &str, value: Option<&T>) -> Result<T, Diagnostics> {
    value.cloned().ok_or_else(|| {
        let detail = format!("There is no value for {name}, so nothing was sent. Give one, and plan again.");
        Diagnostics::error_at(name, "A value is missing", detail)
    })
}
