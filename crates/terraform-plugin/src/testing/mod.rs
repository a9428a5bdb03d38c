//! What tests of a provider need: a strict host that plays Terraform's core, core's rules, and a runner for the real CLI.
//!
//! Behind the feature `testing`. A violation panics with a clear sentence, in core's own words where it has some.
//!
//! The messages of the protocol are the server's own: both ends have them from one description of the protocol. Values are
//! not: [`value::Val`], its types and its codec are written a second time, after core's library, so that what the server
//! encodes wrongly is not read back in the same wrong way.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "everything here runs in tests, where a violation shall panic with a clear sentence"
)]

pub mod cli;
pub mod diagnostics;
mod environment;
pub mod host;
pub mod rules;
pub mod schema;
mod served;
pub mod value;

/// The messages and clients of the protocol.
pub mod generated {
    pub use crate::generated::*;
}

pub use self::diagnostics::{Diagnostic, Diagnostics, Severity};
pub use self::host::{
    Action, Applied, Core, Host, HostOptions, Identity, Instance, Phase, Planned, Resource, Run, Source,
    State,
};
pub use self::rules::IgnoreChanges;
pub use self::served::{Answers, plan, serve};
pub use self::value::Val;
pub use crate::methods::{Rpc, Service, at_once};
#[doc(inline)]
pub use crate::testing_list as list;
#[doc(inline)]
pub use crate::testing_obj as obj;
