//! From the tenant's errors to what a user of Terraform reads: one place, so that each cause has one wording.

mod hint;

pub use hint::hint;

use terraform_plugin::Diagnostics;
use terraform_plugin::diagnostic::Severity;
use terraform_plugin::text::cut;
use terraform_plugin::value::Path;

use crate::access::Error;

/// An error about the whole object: `summary`, what the tenant said, and what to do about it.
pub fn error(summary: &str, error: &Error) -> Diagnostics {
    at(None, summary, error)
}

/// The same about the attribute `name`.
pub fn error_at(name: &str, summary: &str, error: &Error) -> Diagnostics {
    at(Some(Path::attribute(name)), summary, error)
}

/// Where the provider could not sign in, that is what is wrong, and neither the object nor its attribute.
fn at(path: Option<Path>, summary: &str, error: &Error) -> Diagnostics {
    match error.failed_sign_in() {
        Some((title, error)) => Diagnostics::error(title, format!("{summary}: {}", text(&error))),
        None => Diagnostics::of(Severity::Error, path, summary, text(error)),
    }
}

/// The longest sentence, in bytes, so that it leaves room for the hint, however much the tenant has to say.
const LONGEST_SENTENCE: usize = 2 << 10;

/// What the tenant said and what to do about it.
pub fn text(error: &Error) -> String {
    match hint(error) {
        Some(hint) => format!("{}\n\n{hint}", sentence(error)),
        None => sentence(error),
    }
}

/// With one full stop at its end: some tenants bring their own.
pub fn sentence(error: &Error) -> String {
    let text = error.to_string();
    format!("{}.", cut(text.trim_end_matches('.'), LONGEST_SENTENCE))
}
