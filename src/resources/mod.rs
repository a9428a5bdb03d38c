//! The managed resources, one file each. To add one: copy the shape of a file and register it in
//! [`provider`](crate::provider).

pub mod bearer_token;
pub mod oauth_client;
pub mod other_directory;
mod renewal;
pub(crate) mod secret_source;
mod triggers;
