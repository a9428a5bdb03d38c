//! The provider as Terraform's core meets it: the built binary over its own socket and mTLS, against a simulated
//! tenant over HTTPS.
//!
//! The host in the test kit plays core and panics in core's own words, so that every step here also shows that core
//! has nothing to object to.

mod bench;
mod lifecycle;
mod load;
mod log;
mod schema;
mod stored;
mod transport;
mod year;
