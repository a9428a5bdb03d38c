//! What CLI and plugin say to each other before gRPC: environment variables one way, one line the other.
//!
//! Source: hashicorp/go-plugin server.go; the cookie is Terraform's (internal/plugin/serve.go) and `OpenTofu`'s alike.

use std::fmt;

const COOKIE_NAME: &str = "TF_PLUGIN_MAGIC_COOKIE";
const COOKIE: &str = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";

/// The protocol's major version that this provider speaks.
pub(crate) const PROTOCOL_VERSION: u32 = 6;

/// What the CLI asks for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Request {
    /// PEM of the one certificate that may connect; `None` where the CLI disabled TLS.
    pub client_certificate: Option<String>,
    /// True if the CLI knows the seventh field of the line.
    pub multiplex: bool,
    /// False if the CLI named its versions and ours is not among them; it then says so itself, given our line.
    pub version_offered: bool,
}

impl Request {
    /// Reads the environment through `variable`. `None` means that no CLI started this process.
    pub fn from_environment(variable: impl Fn(&str) -> Option<String>) -> Option<Self> {
        if variable(COOKIE_NAME).as_deref() != Some(COOKIE) {
            return None;
        }
        let version_offered = variable("PLUGIN_PROTOCOL_VERSIONS").is_none_or(|versions| {
            versions
                .split(',')
                .any(|version| version.trim().parse() == Ok(PROTOCOL_VERSION))
        });
        Some(Self {
            client_certificate: variable("PLUGIN_CLIENT_CERT").filter(|pem| !pem.is_empty()),
            multiplex: variable("PLUGIN_MULTIPLEX_GRPC").is_some_and(|value| !value.is_empty()),
            version_offered,
        })
    }
}

/// The one line on standard output.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Line<'a> {
    /// `unix` or `tcp`.
    pub network: &'a str,
    /// Path or host and port.
    pub address: &'a str,
    /// Our certificate, or empty without TLS.
    pub certificate: &'a str,
    /// True if the CLI asked for the seventh field. Older ones would take it for part of the certificate.
    pub multiplex: bool,
}

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "1|{PROTOCOL_VERSION}|{}|{}|grpc|{}",
            self.network, self.address, self.certificate
        )?;
        if self.multiplex {
            f.write_str("|false")
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(variables: &[(&str, &str)]) -> Option<Request> {
        let find = |name: &str| {
            variables
                .iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| (*value).to_owned())
        };
        Request::from_environment(find)
    }

    #[test]
    fn without_the_cookie_no_cli_started_us() {
        assert_eq!(request(&[]), None);
        assert_eq!(request(&[(COOKIE_NAME, "wrong")]), None);
    }

    #[test]
    fn versions_come_in_any_order() {
        let offered = |versions| request(&[(COOKIE_NAME, COOKIE), ("PLUGIN_PROTOCOL_VERSIONS", versions)]);
        assert_eq!(offered("6,5").map(|request| request.version_offered), Some(true));
        assert_eq!(offered("5, 6").map(|request| request.version_offered), Some(true));
        assert_eq!(offered("5").map(|request| request.version_offered), Some(false));
    }

    #[test]
    fn the_seventh_field_is_said_only_when_asked_for() {
        let mut line = Line {
            network: "unix",
            address: "/s",
            certificate: "QUJD",
            multiplex: false,
        };
        assert_eq!(line.to_string(), "1|6|unix|/s|grpc|QUJD");
        line.multiplex = true;
        assert_eq!(line.to_string(), "1|6|unix|/s|grpc|QUJD|false");
    }
}
