//! A stand-in for an Okta organization with one application, and a provider `okta/okta` for it. Paths, bodies and statuses
//! are those of Okta's public reference of the API, as far as the Okta provider 6.12.0 uses them for what the pages and
//! the examples show; types and attributes are those of that provider.
//!
//! The organization is one thing with two ways in: the provider made here asks it as a function, and Okta's own provider over
//! HTTP ([`proxy`]). What reached it is the same either way.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "everything here runs in tests, where a violation shall panic with a clear sentence"
)]

mod app;
mod connection;
mod features;
mod organization;
mod provider;
mod proxy;

pub use self::organization::{Answer, Org, Request};
pub use self::provider::Okta;
pub use self::proxy::{API_TOKEN, proxy};
