//! The ways in which a configuration gives a client secret: in clear, write-only with a version, or not at all.
//! Shared by the client, which stores the secret at the tenant, and the token, which signs in with it.

use terraform_plugin::Diagnostics;
use terraform_plugin::schema::{Attr, Rule, rules};
use terraform_plugin::secret::Secret;
use terraform_plugin::value::Value;

/// The three arguments as a configuration has them.
pub struct SecretArguments<'a> {
    /// `client_secret`.
    pub plain: &'a Value<Secret>,
    /// `client_secret_wo`.
    pub write_only: &'a Value<Secret>,
    /// `client_secret_wo_version`.
    pub version: &'a Value<i64>,
}

/// `client_secret_wo_version`.
pub fn write_only_version() -> Attr<i64> {
    Attr::optional()
        .rule(rules::between(1, i32::MAX.into()))
        .described(
            "Version of `client_secret_wo`. A change of a write-only value cannot be seen, so the value is used \
             when this number is raised, and only then.",
        )
}

/// What a secret may consist of. It has to pass through HTTP Basic authentication unchanged.
pub fn secret_rule() -> Rule {
    rules::text("1 to 4096 printable ASCII characters without spaces", |secret| {
        if secret.is_empty() {
            Err("The secret is empty.".to_owned())
        } else if secret.chars().any(char::is_control) {
            Err("The secret holds a control character such as a line break; was it read from a file? Use trimspace().".to_owned())
        } else if !secret.bytes().all(|byte| byte.is_ascii_graphic()) {
            Err("The secret holds a space or a character outside ASCII.".to_owned())
        } else if secret.len() > 4096 {
            Err("The secret has more than 4096 characters.".to_owned())
        } else {
            Ok(())
        }
    })
}

impl SecretArguments<'_> {
    /// What is wrong with the three together.
    pub fn validate(&self) -> Diagnostics {
        if !self.plain.is_null() && !self.write_only.is_null() {
            Diagnostics::error_at(
                "client_secret_wo",
                "Two client secrets",
                "client_secret and client_secret_wo are both given. Keep one: client_secret is stored in state, \
                 client_secret_wo is not.",
            )
        } else if !self.write_only.is_null() && self.version.is_null() {
            Diagnostics::error_at(
                "client_secret_wo",
                "client_secret_wo without its version",
                "Give client_secret_wo_version as well, and raise it whenever a new client_secret_wo is to be used.",
            )
        } else if !self.plain.is_null() && !self.version.is_null() {
            Diagnostics::error_at(
                "client_secret_wo_version",
                "Version without client_secret_wo",
                "client_secret_wo_version belongs to client_secret_wo, but client_secret is given. Remove one of them.",
            )
        } else {
            Diagnostics::none()
        }
    }

    /// True if the secret comes write-only, even if its value is absent in a run that does not need it.
    pub fn is_write_only(&self) -> bool {
        !self.version.is_null()
    }

    /// True if the write-only secret shall be used now, which its version says; refuses to go back.
    pub fn version_raised(&self, prior: &Value<i64>) -> Result<bool, Diagnostics> {
        let raised = match (prior, self.version) {
            (_, Value::Null) => false,
            (Value::Known(prior), Value::Known(version)) if version < prior => {
                return Err(Diagnostics::error_at(
                    "client_secret_wo_version",
                    "Version lowered",
                    format!(
                        "client_secret_wo_version was {prior} and is now {version}. A version only rises: use {} to \
                         have client_secret_wo used, or {prior} to leave the secret alone.",
                        prior.saturating_add(1)
                    ),
                ));
            }
            (Value::Known(prior), Value::Known(version)) => version > prior,
            _ => true,
        };
        if raised && self.write_only.is_null() {
            return Err(Diagnostics::error_at(
                "client_secret_wo",
                "New version without a secret",
                "client_secret_wo_version is new, so client_secret_wo is needed in this run, but it is null. If \
                 ignore_changes lists client_secret_wo, that is why: remove it there, as a write-only argument has no \
                 changes to ignore.",
            ));
        }
        Ok(raised)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(secret: &Value<Secret>, wo: &Value<Secret>, version: &Value<i64>) -> Option<String> {
        let arguments = SecretArguments {
            plain: secret,
            write_only: wo,
            version,
        };
        arguments
            .validate()
            .0
            .first()
            .map(|diagnostic| diagnostic.summary.clone())
    }

    #[test]
    fn a_secret_is_given_in_one_way() {
        let secret = || Value::Known(Secret::new("s"));
        let none = Value::Null;
        let (no_version, version) = (Value::Null, Value::Known(1));
        assert_eq!(summary(&none, &none, &no_version), None);
        assert_eq!(summary(&secret(), &none, &no_version), None);
        assert_eq!(summary(&none, &secret(), &version), None);
        assert_eq!(
            summary(&none, &none, &version),
            None,
            "an ephemeral value may be absent when it is not needed"
        );
        assert_eq!(
            summary(&secret(), &secret(), &version).as_deref(),
            Some("Two client secrets")
        );
        assert_eq!(
            summary(&none, &secret(), &no_version).as_deref(),
            Some("client_secret_wo without its version")
        );
        assert_eq!(
            summary(&secret(), &none, &version).as_deref(),
            Some("Version without client_secret_wo")
        );
    }

    #[test]
    fn the_version_decides_alone_and_only_rises() {
        let raised = |prior: Value<i64>, version: Value<i64>, wo: Value<Secret>| {
            let arguments = SecretArguments {
                plain: &Value::Null,
                write_only: &wo,
                version: &version,
            };
            arguments
                .version_raised(&prior)
                .map_err(|diagnostics| diagnostics.0[0].summary.clone())
        };
        let secret = || Value::Known(Secret::new("s"));
        assert_eq!(raised(Value::Known(1), Value::Known(1), secret()), Ok(false));
        assert_eq!(raised(Value::Known(1), Value::Known(2), secret()), Ok(true));
        assert_eq!(raised(Value::Null, Value::Known(1), secret()), Ok(true));
        assert_eq!(raised(Value::Known(1), Value::Unknown, secret()), Ok(true));
        assert_eq!(raised(Value::Known(1), Value::Null, Value::Null), Ok(false));
        assert_eq!(
            raised(Value::Known(2), Value::Known(1), secret()),
            Err("Version lowered".to_owned())
        );
        assert_eq!(
            raised(Value::Known(1), Value::Known(2), Value::Null),
            Err("New version without a secret".to_owned())
        );
    }
}
