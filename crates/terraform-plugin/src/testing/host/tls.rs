//! The CLI's end of `AutoMTLS`: trust exactly the certificate from the handshake line, and sign with a P-521 key.

use std::sync::Arc;

use p521::ecdsa::signature::Signer as _;
use p521::ecdsa::{DerSignature, SigningKey};
use rustls::client::ResolvesClientCert;
use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::sign::{self, CertifiedKey};
use rustls::{ClientConfig, Error, RootCertStore, SignatureAlgorithm, SignatureScheme};

use super::certificate::Certificate;

/// How the host shows itself.
#[derive(Clone)]
pub enum Identity {
    /// With the certificate it announced.
    Announced,
    /// With another certificate of the same kind.
    Other,
    /// With the announced certificate, but without its key.
    Stolen,
    /// With none.
    Nothing,
}

impl Identity {
    /// What is shown, where `announced` was announced.
    pub(super) fn resolve(&self, announced: &Certificate) -> Option<Certificate> {
        match self {
            Self::Announced => Some(announced.clone()),
            Self::Other => Some(Certificate::generate()),
            Self::Stolen => {
                let der = announced.der.clone();
                Some(Certificate {
                    der,
                    key: Certificate::generate().key,
                })
            }
            Self::Nothing => None,
        }
    }
}

/// The settings of one connection.
pub(super) fn config(
    server: &CertificateDer<'static>,
    client: Option<Certificate>,
) -> Result<ClientConfig, Error> {
    let mut roots = RootCertStore::empty();
    roots.add(server.clone())?;
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots);
    let mut config = match client {
        Some(client) => {
            let chain = vec![CertificateDer::from(client.der)];
            let key = CertifiedKey::new(chain, Arc::new(P521(client.key)));
            builder.with_client_cert_resolver(Arc::new(Always(Arc::new(key))))
        }
        None => builder.with_no_client_auth(),
    };
    config.alpn_protocols = vec![b"h2".to_vec()];
    Ok(config)
}

/// Shows its certificate whatever the server asks for, which an attacker would do too.
#[derive(Debug)]
struct Always(Arc<CertifiedKey>);

impl ResolvesClientCert for Always {
    fn resolve(&self, _hints: &[&[u8]], _schemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }

    fn has_certs(&self) -> bool {
        true
    }
}

#[derive(Clone, Debug)]
struct P521(SigningKey);

impl sign::SigningKey for P521 {
    fn choose_scheme(&self, offered: &[SignatureScheme]) -> Option<Box<dyn sign::Signer>> {
        offered
            .contains(&SignatureScheme::ECDSA_NISTP521_SHA512)
            .then(|| Box::new(self.clone()) as Box<dyn sign::Signer>)
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::ECDSA
    }
}

impl sign::Signer for P521 {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        let signature: DerSignature = self.0.sign(message);
        Ok(signature.as_bytes().to_vec())
    }

    fn scheme(&self) -> SignatureScheme {
        SignatureScheme::ECDSA_NISTP521_SHA512
    }
}
