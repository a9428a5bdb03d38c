//! Secrets: zeroised when dropped, never printed, compared in constant time.

use rand::RngExt as _;
use rand::distr::Alphanumeric;
use secrecy::ExposeSecret as _;
use secrecy::SecretString;
use serde::Deserialize;
use subtle::ConstantTimeEq as _;

/// Length of a generated client secret, in characters (EVIDENCE 2.6: vendor-generated ones have 32 or 48).
pub const GENERATED_SECRET_LENGTH: usize = 48;

/// A client secret, password or token.
///
/// It has neither `Debug` nor `Display`: what contains one cannot be logged by accident. The text leaves through
/// [`Secret::expose`] alone, so that `grep` finds every place where it does.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct Secret(SecretString);

impl Secret {
    /// Takes ownership of `text`.
    pub fn new(text: impl Into<String>) -> Self {
        Self(SecretString::from(text.into()))
    }

    /// A fresh secret of [`GENERATED_SECRET_LENGTH`] ASCII letters and digits from a cryptographic generator.
    pub fn generate() -> Self {
        let mut text = String::with_capacity(GENERATED_SECRET_LENGTH);
        text.extend(
            rand::rng()
                .sample_iter(Alphanumeric)
                .take(GENERATED_SECRET_LENGTH)
                .map(char::from),
        );
        Self::new(text)
    }

    /// The text itself, for a request to the tenant or the answer to the CLI. Nowhere else.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// True for the empty text, which the tenant uses for "not shown" (EVIDENCE 2.4).
    pub fn is_empty(&self) -> bool {
        self.expose().is_empty()
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.expose().as_bytes().ct_eq(other.expose().as_bytes()).into()
    }
}

impl Eq for Secret {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generated_secrets_are_long_alphanumeric_and_distinct() {
        let (one, other) = (Secret::generate(), Secret::generate());
        assert_eq!(one.expose().len(), GENERATED_SECRET_LENGTH);
        assert!(one.expose().bytes().all(|byte| byte.is_ascii_alphanumeric()));
        assert!(one != other);
    }

    #[test]
    fn equality_is_of_the_text() {
        assert!(Secret::new("a") == Secret::new("a"));
        assert!(Secret::new("a") != Secret::new("ab"));
    }
}
