//! AutoMTLS: both ends hold a certificate made for this one connection, and each accepts exactly the other's.
//!
//! The CLI hands its certificate over in the environment. It is a self-signed P-521 certification authority
//! (hashicorp/go-plugin mtls.go), which the usual verification refuses and ring cannot check; so it is pinned byte for
//! byte, required, and its signature in the handshake is checked with RustCrypto's `p521`. What is not pinned is
//! turned away: any local process could otherwise drive the provider with the administrator's credentials.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use p521::ecdsa::signature::Verifier as _;
use p521::ecdsa::{DerSignature, VerifyingKey};
use p521::pkcs8::DecodePublicKey as _;
use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{CertificateError, DigitallySignedStruct, DistinguishedName, ServerConfig, SignatureScheme};

/// Why the secured connection could not be prepared.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The CLI's certificate is not PEM.
    #[error("PLUGIN_CLIENT_CERT does not hold a certificate in PEM form: {0}")]
    ClientCertificate(rustls::pki_types::pem::Error),
    /// Our own certificate could not be made.
    #[error("no certificate could be made for this connection: {0}")]
    OwnCertificate(#[from] rcgen::Error),
    /// rustls refused the configuration.
    #[error("TLS cannot be set up: {0}")]
    Rustls(#[from] rustls::Error),
}

/// A server's half of AutoMTLS.
pub struct AutoMtls {
    /// For accepting connections.
    pub config: Arc<ServerConfig>,
    /// The last field of the handshake line: our certificate, DER, base64 without padding.
    pub certificate: String,
}

/// Makes a fresh certificate for `localhost` and a configuration that lets in only the holder of
/// `client_certificate_pem`.
pub fn auto_mtls(client_certificate_pem: &str) -> Result<AutoMtls, Error> {
    let client = CertificateDer::from_pem_slice(client_certificate_pem.as_bytes())
        .map_err(Error::ClientCertificate)?;
    let own = rcgen::generate_simple_self_signed(["localhost".to_owned()])?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = Pinned {
        client,
        provider: Arc::clone(&provider),
    };
    let certificate = own.cert.der().clone();
    let key = PrivatePkcs8KeyDer::from(own.signing_key.serialize_der());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .with_client_cert_verifier(Arc::new(verifier))
        .with_single_cert(vec![certificate.clone()], key.into())?;
    config.alpn_protocols = vec![b"h2".to_vec()];
    Ok(AutoMtls {
        config: Arc::new(config),
        certificate: STANDARD_NO_PAD.encode(&certificate),
    })
}

/// Accepts one certificate.
#[derive(Debug)]
struct Pinned {
    client: CertificateDer<'static>,
    provider: Arc<CryptoProvider>,
}

impl ClientCertVerifier for Pinned {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        if *end_entity == self.client {
            Ok(ClientCertVerified::assertion())
        } else {
            Err(CertificateError::ApplicationVerificationFailure.into())
        }
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Err(rustls::PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig.into())
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        if dss.scheme == SignatureScheme::ECDSA_NISTP521_SHA512 {
            verify_p521(message, cert, dss.signature())
        } else {
            let algorithms = &self.provider.signature_verification_algorithms;
            rustls::crypto::verify_tls13_signature(message, cert, dss, algorithms)
        }
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        let mut schemes = vec![SignatureScheme::ECDSA_NISTP521_SHA512];
        schemes.extend(
            self.provider
                .signature_verification_algorithms
                .supported_schemes(),
        );
        schemes
    }
}

fn verify_p521(
    message: &[u8],
    cert: &CertificateDer<'_>,
    signature: &[u8],
) -> Result<HandshakeSignatureValid, rustls::Error> {
    let cert = webpki::EndEntityCert::try_from(cert).map_err(|_| CertificateError::BadEncoding)?;
    let key = VerifyingKey::from_public_key_der(&cert.subject_public_key_info())
        .map_err(|_| CertificateError::BadEncoding)?;
    let signature = DerSignature::try_from(signature).map_err(|_| CertificateError::BadSignature)?;
    key.verify(message, &signature)
        .map_err(|_| CertificateError::BadSignature)?;
    Ok(HandshakeSignatureValid::assertion())
}
