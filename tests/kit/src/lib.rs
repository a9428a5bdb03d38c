//! What the tests share: the framework's strict host, which plays Terraform's core, its runner for the real CLI, a clock
//! that a test turns, what is asked of a simulated tenant, and stand-ins for Okta and Vault.

pub mod attach;
pub mod clock;
pub mod okta;
pub mod tenant;
pub mod vault;

pub use terraform_plugin::needs;
pub use terraform_plugin::testing::*;

/// Prints a result that belongs to the record of a test run, also of a run that passes: unlike `println!`, this is not
/// kept back by the test harness.
pub fn tell(text: &str) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stdout().lock(), "{text}"); // nobody may be listening
}
