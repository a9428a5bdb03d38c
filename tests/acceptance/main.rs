//! The real CLI on real configurations, against a simulated tenant over HTTPS.
//!
//! Whatever a test does, all that it leaves behind is searched for secrets at its end (`redaction`); the counts are in
//! `target/tmp/redaction-acceptance.json`.
#![allow(clippy::unwrap_used, clippy::wildcard_imports)] // a test may fail by panicking; the fixture is everybody's prelude

mod adoption;
mod any_cli;
mod bearer_token;
mod client_secret;
mod configuration;
mod data_sources;
mod ephemeral;
mod fixture;
mod functions;
mod ignore_changes;
mod lifecycle;
mod lost_answers;
mod moved;
mod oauth_client;
mod okta;
mod opentofu;
mod other_directory;
mod profiles;
mod redaction;
mod safety;
mod schema;
mod tenant_trouble;
mod unknowns;
mod validation;
mod vault;
