//! The domains of a directory: DNS names, compared without regard to case.

use std::collections::BTreeSet;

use terraform_plugin::Diagnostics;
use terraform_plugin::value::Value;

use super::State;

/// A DNS name: labels of letters, digits, hyphens and underscores, 1 to 63 long and 253 in all.
pub fn domain(name: &str) -> Result<(), String> {
    let label_is_good = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if !name.is_ascii() {
        Err(format!(
            "{name:?} is not a DNS name: write a domain with other letters in its ASCII form (xn--...)."
        ))
    } else if name.len() > 253 {
        Err(format!(
            "The domain has {} characters; 253 are allowed.",
            name.len()
        ))
    } else if name.split('.').all(label_is_good) {
        Ok(())
    } else {
        Err(format!("{name:?} is not a DNS name such as example.com."))
    }
}

/// Refuses a domain that is given twice.
pub fn duplicates(config: &State) -> Diagnostics {
    let mut seen = BTreeSet::new();
    let domains = config
        .domains
        .known()
        .into_iter()
        .flatten()
        .filter_map(Value::known);
    for domain in domains {
        if !seen.insert(domain.to_ascii_lowercase()) {
            return Diagnostics::error_at(
                "domains",
                "Duplicate domain",
                format!("{domain:?} is given more than once; case makes no difference in a domain."),
            );
        }
    }
    Diagnostics::none()
}
