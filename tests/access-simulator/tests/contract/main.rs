//! The simulator against the recorded and transcribed exchanges, over real HTTPS.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test fails by panicking, in its helpers too

mod binary;
mod client_answers;
mod client_rules;
mod control;
mod directory_answers;
mod directory_reads;
mod fault;
mod fixtures;
mod lags;
mod paging;
mod profiles;
mod saml;
mod scim;
mod script;
mod support;
mod switches_access;
mod switches_clients;
mod switches_directories;
