//! A server for Terraform's plugin protocol 6, over go-plugin's transport: what a provider is made of. Nothing here knows
//! what is managed.
//!
//! A CLI starts the binary once per phase (an apply starts four), reads one handshake line from its standard output
//! and then speaks gRPC over a socket that both ends lock with certificates made for that one connection.
//!
//! * [`provider`], [`resource`], [`data_source`], [`ephemeral`], [`function`], [`list`]: what a provider implements.
//! * [`model!`], [`schema`], [`value`], [`secret`]: how it declares its objects.
//! * [`serve`](mod@serve), [`handshake`]: how it is served.
//! * [`text`], [`hcl`]: what it tells people.
//!
//! What fails is an `Err`. What a user is told beside an answer goes the same way everywhere: what looks at its arguments
//! alone answers it, and what speaks with the service tells it to its [`Context`], which is the provider's client too.
//!
//! Features: `testing` has what its tests need, a strict host that plays Terraform's core among it; `fuzzing` opens what is
//! private here to fuzz targets.
//!
//! Inside: `server`, `session` and `rpc` are a provider that is being served, and the RPCs it answers, in one file for each
//! kind of thing. `object` and `identity` hold the rules that Terraform core enforces or silently relies on, so that no
//! resource has to know them. `listener`, `tls`, `http2`, `methods`, `lifecycle`, `calls`, `services` and `hclog` are parts
//! of the life of a process; `guard` keeps a panic from becoming a lost object.

mod calls;
pub mod clock;
mod context;
mod convert;
pub mod data_source;
pub mod diagnostic;
mod dispatch;
pub mod ephemeral;
#[cfg(feature = "testing")]
mod faults;
pub mod function;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
mod generated;
mod guard;
pub mod handshake;
pub mod hcl;
mod hclog;
mod http2;
mod identity;
mod lifecycle;
pub mod list;
mod listener;
mod methods;
mod object;
pub mod private;
pub mod provider;
pub mod resource;
mod rpc;
pub mod schema;
pub mod secret;
#[cfg(feature = "testing")]
pub mod self_check;
pub mod serve;
mod served;
mod server;
mod services;
mod session;
#[cfg(feature = "testing")]
pub mod testing;
pub mod text;
mod tls;
mod upgrade;
pub mod value;

/// The README's example compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

pub use self::lifecycle::{interrupted, leave_no_core_dump};
pub use context::Context;
pub use diagnostic::{Diagnostic, Diagnostics};
pub use private::Private;
