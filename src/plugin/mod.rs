//! Terraform's side: plugin protocol 6 over go-plugin's transport. Nothing here knows the tenant.
//!
//! A CLI starts the binary once per phase (an apply starts four), reads one handshake line from its standard output
//! and then speaks gRPC over a socket that both ends lock with certificates made for that one connection. From the
//! outside in:
//!
//! * [`serve`](mod@serve): the whole life of a plugin process; [`handshake`], [`listener`], [`tls`], [`lifecycle`],
//!   [`services`], [`hclog`] are its parts, [`guard`] keeps a panic from becoming a lost object.
//! * [`server`], [`rpc`]: a provider that is being served, and the RPCs it answers. [`object`] holds the rules that
//!   Terraform core enforces, so that no resource has to know them.
//! * [`provider`], [`resource`], [`ephemeral`]: what a provider implements.

pub mod convert;
pub mod diagnostic;
pub mod ephemeral;
pub mod generated;
pub mod guard;
pub mod handshake;
pub mod hclog;
pub mod lifecycle;
pub mod listener;
pub mod object;
pub mod private;
pub mod provider;
pub mod resource;
pub mod rpc;
pub mod serve;
pub mod server;
pub mod services;
pub mod tls;
pub mod upgrade;

pub use diagnostic::Diagnostic;
pub use diagnostic::Diagnostics;
pub use private::Private;
