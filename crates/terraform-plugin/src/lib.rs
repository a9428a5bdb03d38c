//! A server for Terraform's plugin protocol 6, over go-plugin's transport: what a provider is made of. Nothing here knows
//! what is managed.
//!
//! A CLI starts the binary once per phase (an apply starts four), reads one handshake line from its standard output
//! and then speaks gRPC over a socket that both ends lock with certificates made for that one connection. From the
//! outside in:
//!
//! * [`serve`](mod@serve): the whole life of a plugin process; [`handshake`], [`listener`], [`tls`], [`lifecycle`],
//!   [`calls`], [`services`], [`hclog`] are its parts, [`guard`] keeps a panic from becoming a lost object.
//! * [`server`], [`session`], [`rpc`]: a provider that is being served, and the RPCs it answers, in one file for each
//!   kind of thing. [`object`] and [`identity`] hold the rules that Terraform core enforces or silently relies on, so
//!   that no resource has to know them; [`self_check`] those for what a provider declares.
//! * [`provider`], [`resource`], [`data_source`], [`ephemeral`], [`function`], [`list`]: what a provider implements.

mod calls;
pub mod clock;
pub mod convert;
pub mod data_source;
pub mod diagnostic;
pub mod ephemeral;
pub mod function;
pub mod generated;
pub mod guard;
pub mod handshake;
pub mod hcl;
pub mod hclog;
mod identity;
pub mod lifecycle;
pub mod list;
pub mod listener;
pub mod object;
pub mod private;
pub mod provider;
pub mod resource;
pub mod rpc;
pub mod schema;
pub mod secret;
pub mod self_check;
pub mod serve;
pub mod served;
pub mod server;
pub mod services;
mod session;
#[cfg(feature = "testing")]
pub mod testing;
pub mod text;
mod tls;
mod upgrade;
pub mod value;

pub use diagnostic::Diagnostic;
pub use diagnostic::Diagnostics;
pub use private::Private;
