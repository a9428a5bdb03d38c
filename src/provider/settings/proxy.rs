//! What the environment says about a proxy.

use http::Uri;

use terraform_plugin::Diagnostics;

/// Where the HTTP client looks for a proxy for https, first of all (hyper-util `client/proxy/matcher.rs`). Of the two
/// spellings the first that is set counts.
const VARIABLES: [[&str; 2]; 2] = [["HTTPS_PROXY", "https_proxy"], ["ALL_PROXY", "all_proxy"]];

/// Fails where the HTTP client would ignore a proxy that cannot be one, and send everything past it.
pub fn check(environment: &dyn Fn(&str) -> Option<String>) -> Result<(), Diagnostics> {
    let set = |names: [&'static str; 2]| {
        let found = names
            .into_iter()
            .find_map(|name| Some((name, environment(name)?)));
        found.filter(|(_, value)| !value.is_empty())
    };
    let Some((name, value)) = VARIABLES.into_iter().find_map(set) else {
        return Ok(());
    };
    if is_proxy(&value) {
        return Ok(());
    }
    // the value is not shown: there may be a password in it
    Err(Diagnostics::error(
        format!("Invalid {name}"),
        format!(
            "The environment variable {name} does not name a proxy, so that requests would go past it. Set it to \
             http://HOST:PORT or https://HOST:PORT, or remove it."
        ),
    ))
}

/// Whether the HTTP client takes `value` for a proxy. SOCKS is not spoken, but not ignored either.
fn is_proxy(value: &str) -> bool {
    let Ok(uri) = value.parse::<Uri>() else {
        return false;
    };
    let scheme = uri.scheme_str().unwrap_or("http");
    matches!(
        scheme,
        "http" | "https" | "socks4" | "socks4a" | "socks5" | "socks5h"
    ) && uri.authority().is_some()
}
