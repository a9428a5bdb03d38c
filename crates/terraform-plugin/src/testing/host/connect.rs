//! A gRPC channel over whatever the plugin listens on.

use std::io;
use std::sync::Arc;

use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::{CertificateDer, ServerName};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tonic::transport::{Channel, Endpoint};
use tower::service_fn;

use super::handshake::Address;

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// TLS settings and the one certificate the other end has to have.
pub(super) type Tls = (Arc<ClientConfig>, CertificateDer<'static>);

pub(super) async fn channel(address: Address, tls: Option<Tls>) -> Result<Channel, String> {
    let connector = service_fn(move |_| {
        let (address, tls) = (address.clone(), tls.clone());
        async move { connect(address, tls).await.map(TokioIo::new) }
    });
    Endpoint::from_static("http://localhost")
        .connect_with_connector(connector)
        .await
        .map_err(|error| {
            let mut text = error.to_string();
            let mut source = std::error::Error::source(&error);
            while let Some(error) = source {
                text = format!("{text}: {error}");
                source = error.source();
            }
            text
        })
}

async fn connect(address: Address, tls: Option<Tls>) -> io::Result<Box<dyn Stream>> {
    let stream: Box<dyn Stream> = match address {
        #[cfg(unix)]
        Address::Unix(path) => Box::new(tokio::net::UnixStream::connect(path).await?),
        #[cfg(not(unix))]
        Address::Unix(_) => return Err(io::Error::other("there are no Unix sockets here")),
        Address::Tcp(address) => Box::new(TcpStream::connect(address).await?),
    };
    let Some((config, pinned)) = tls else {
        return Ok(stream);
    };
    let name = ServerName::try_from("localhost").expect("a name");
    let stream = TlsConnector::from(config).connect(name, stream).await?;
    let (_, session) = stream.get_ref();
    if session.peer_certificates().is_none_or(|chain| chain[0] != pinned) {
        return Err(io::Error::other(
            "the server shows another certificate than its handshake line",
        ));
    }
    if session.alpn_protocol() != Some(b"h2") {
        return Err(io::Error::other("missing selected ALPN property"));
    }
    Ok(Box::new(stream))
}
