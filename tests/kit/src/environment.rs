//! What the machine has set up for its user would decide the tests: it does not reach the processes they start.

use std::{env, ffi::OsString};

/// The variables to remove: the CLI's and the provider's own, proxies, and what makes Rust talk more.
pub(crate) fn foreign() -> Vec<OsString> {
    let is_foreign = |name: &OsString| {
        let name = name.to_string_lossy().to_ascii_uppercase();
        ["TF_", "TOFU_", "WSOA_", "PLUGIN_", "RUST_"]
            .iter()
            .any(|prefix| name.starts_with(prefix))
            || name.ends_with("_PROXY")
    };
    env::vars_os().map(|(name, _)| name).filter(is_foreign).collect()
}
