//! Secrets: zeroised when dropped, never printed, compared in constant time.

use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use subtle::ConstantTimeEq as _;

/// A password, key or token.
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

    /// The text itself, for a request to the service or the answer to the CLI. Nowhere else.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// True for the empty text.
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
    fn equality_is_of_the_text() {
        assert!(Secret::new("a") == Secret::new("a"));
        assert!(Secret::new("a") != Secret::new("ab"));
    }
}
