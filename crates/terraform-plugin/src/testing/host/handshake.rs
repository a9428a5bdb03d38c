//! The one line a plugin writes before it serves.

use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use rustls::pki_types::CertificateDer;

/// What the line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handshake {
    /// The protocol's major version.
    pub version: u32,
    /// Where the plugin listens.
    pub address: Address,
    /// The plugin's certificate, if it has one.
    pub certificate: Option<CertificateDer<'static>>,
}

/// Where a plugin listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// A Unix socket.
    Unix(PathBuf),
    /// Host and port.
    Tcp(String),
}

impl Handshake {
    /// Reads the line, stricter than go-plugin: what no CLI asked for is an error.
    pub fn parse(line: &str) -> Result<Self, String> {
        let fields: Vec<_> = line.split('|').collect();
        let [core, version, network, address, protocol, certificate] = fields[..] else {
            return Err(format!(
                "Unrecognized remote plugin message: {line:?} has {} fields, not 6",
                fields.len()
            ));
        };
        if core != "1" {
            return Err(format!("Incompatible core API version with plugin: {core:?}"));
        }
        let version = version
            .parse()
            .map_err(|_| format!("Unsupported plugin version {version:?}"))?;
        let address = match network {
            "unix" if address.starts_with('/') => Address::Unix(address.into()),
            "tcp" => Address::Tcp(address.to_owned()),
            _ => return Err(format!("Unsupported address {network:?} {address:?}")),
        };
        if protocol != "grpc" {
            return Err(format!("Unsupported plugin protocol {protocol:?}"));
        }
        let certificate = match certificate {
            "" => None,
            short if short.len() <= 50 => return Err("a certificate this short is ignored".to_owned()),
            text => {
                let der = STANDARD_NO_PAD
                    .decode(text)
                    .map_err(|error| format!("error parsing server cert: {error}"))?;
                Some(CertificateDer::from(der))
            }
        };
        Ok(Self {
            version,
            address,
            certificate,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_without_certificate_is_read() {
        let handshake = Handshake::parse("1|6|unix|/tmp/x|grpc|").unwrap();
        assert_eq!(handshake.address, Address::Unix("/tmp/x".into()));
        assert_eq!((handshake.version, handshake.certificate), (6, None));
    }

    #[test]
    fn anything_unusual_is_refused() {
        let certificate = "A".repeat(79) + "=";
        for (line, why) in [
            ("hello", "has 1 fields"),
            ("1|6|unix|/tmp/x|grpc||false", "has 7 fields"),
            ("2|6|unix|/tmp/x|grpc|", "core API version"),
            ("1|6|unix|relative|grpc|", "Unsupported address"),
            ("1|6|unix|/tmp/x|netrpc|", "Unsupported plugin protocol"),
            ("1|6|unix|/tmp/x|grpc|AAAA", "this short"),
            (
                &format!("1|6|unix|/tmp/x|grpc|{certificate}"),
                "error parsing server cert",
            ),
        ] {
            let error = Handshake::parse(line).unwrap_err();
            assert!(error.contains(why), "{line}: {error}");
        }
    }
}
