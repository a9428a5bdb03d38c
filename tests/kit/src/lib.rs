//! What the tests share: a strict plugin host that plays Terraform's core, and a runner for the real CLI.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "everything here runs in tests, where a violation shall panic with a clear sentence"
)]

pub mod cli;
pub mod diagnostics;
mod environment;
pub mod generated;
pub mod host;
pub mod rules;
pub mod schema;
pub mod value;

pub use diagnostics::{Diagnostic, Diagnostics, Severity};
pub use host::{
    Action, Applied, Core, Host, HostOptions, Identity, Instance, Phase, Planned, Resource, Run, Source,
    State,
};
pub use rules::IgnoreChanges;
pub use value::Val;

/// Prints a result that belongs to the record of a test run, also of a run that passes: unlike `println!`, this is not
/// kept back by the test harness.
pub fn tell(text: &str) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stdout().lock(), "{text}"); // nobody may be listening
}
