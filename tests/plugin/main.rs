//! The provider as Terraform's core meets it: the built binary over its own socket and mTLS, against a simulated
//! tenant over HTTPS.
//!
//! The host in the test kit plays core and panics in core's own words, so that every step here also shows that core
//! has nothing to object to.
#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "everything here runs in tests; clippy knows only the test functions themselves as such"
)]

mod bearer_token;
mod bench;
mod budgets;
mod campaign;
mod cli_custody;
mod client_custody;
mod core;
mod data_sources;
mod directory_absence;
mod directory_doubt;
mod directory_protection;
mod directory_spelling;
mod ephemeral;
mod functions;
mod identities;
mod lifecycle;
mod lists;
mod load;
mod log;
mod memory;
mod moved;
mod oauth_client;
mod other_directory;
mod provider;
mod schema;
mod scim_access;
mod stored;
mod text;
mod transport;
mod values;
mod write_only;
mod year;
