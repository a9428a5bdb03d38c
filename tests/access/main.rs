//! The Access client against the simulator: results, and the requests it took to get them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::wildcard_imports)] // a test may fail by panicking; the kit is everybody's prelude

mod client_absence;
mod client_secrets;
mod client_writes;
mod clients;
mod creations;
mod directories;
mod directory_deletions;
mod directory_domains;
mod directory_faults;
mod directory_lists;
mod directory_looks;
mod directory_polls;
mod kit;
mod lost_answers;
mod proofs;
mod rooms;
mod secrecy;
mod sign_in;
mod tokens;
mod transport;
