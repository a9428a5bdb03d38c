//! What the machine has set up for its user would decide the tests: it does not reach the processes they start.

use std::env;
use std::ffi::OsString;
use std::path::Path;

/// The variables to remove: the CLI's and those that begin with the provider's name, proxies, and what makes Rust talk
/// more.
pub(super) fn foreign(provider: &str) -> Vec<OsString> {
    let own = format!("{}_", provider.to_ascii_uppercase());
    let is_foreign = |name: &OsString| {
        let name = name.to_string_lossy().to_ascii_uppercase();
        ["TF_", "TOFU_", &own, "PLUGIN_", "RUST_"]
            .iter()
            .any(|prefix| name.starts_with(prefix))
            || name.ends_with("_PROXY")
    };
    env::vars_os().map(|(name, _)| name).filter(is_foreign).collect()
}

/// The name of the provider whose binary this is: `acme` of `terraform-provider-acme`.
pub(super) fn provider_of(binary: &Path) -> String {
    let name = binary.file_stem().unwrap_or_default().to_string_lossy();
    name.strip_prefix("terraform-provider-")
        .unwrap_or(&name)
        .to_owned()
}
