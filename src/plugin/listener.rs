//! The socket that the CLI connects to: a Unix socket in a directory of our own, TCP on loopback elsewhere.

use std::io;
use std::pin::Pin;
use std::task::Context;
use std::task::Poll;
use std::time::Duration;

use tokio::io::AsyncRead;
use tokio::io::AsyncWrite;
use tokio::io::ReadBuf;
use tokio_rustls::TlsAcceptor;
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::server::Connected;

/// How long a peer may take for its part of the TLS handshake.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);

/// Anything that carries bytes both ways.
trait Bytes: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Bytes for T {}

/// A connection, secured or not.
pub struct Connection(Box<dyn Bytes>);

impl Connected for Connection {
    type ConnectInfo = ();

    fn connect_info(&self) -> Self::ConnectInfo {}
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buf)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}

/// A socket that is being listened on.
pub struct Listener {
    /// `unix` or `tcp`.
    pub network: &'static str,
    /// Path or host and port.
    pub address: String,
    socket: Socket,
}

#[cfg(unix)]
struct Socket {
    listener: tokio::net::UnixListener,
    directory: tempfile::TempDir,
}

#[cfg(not(unix))]
struct Socket {
    listener: tokio::net::TcpListener,
}

#[cfg(unix)]
impl Listener {
    /// Listens on a Unix socket (mode 0600) in a fresh directory (mode 0700). A path that is too long for a socket
    /// address, as a long `TMPDIR` makes it, falls back to `/tmp`.
    pub async fn bind() -> io::Result<Self> {
        let preferred =
            std::env::var_os("PLUGIN_UNIX_SOCKET_DIR").map_or_else(std::env::temp_dir, Into::into);
        match Self::bind_in(&preferred) {
            Err(error) => {
                tracing::warn!(directory = %preferred.display(), %error, "no socket can be made there, trying /tmp");
                Self::bind_in(std::path::Path::new("/tmp"))
            }
            bound => bound,
        }
    }

    fn bind_in(parent: &std::path::Path) -> io::Result<Self> {
        use std::os::unix::fs::PermissionsExt as _;

        let directory = tempfile::Builder::new().prefix("wsoa").tempdir_in(parent)?;
        std::fs::set_permissions(directory.path(), std::fs::Permissions::from_mode(0o700))?;
        let path = directory.path().join("plugin");
        let listener = tokio::net::UnixListener::bind(&path)?;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
        let address = path
            .into_os_string()
            .into_string()
            .map_err(|_| io::Error::other("the socket's path is not UTF-8"))?;
        Ok(Self {
            network: "unix",
            address,
            socket: Socket { listener, directory },
        })
    }
}

#[cfg(not(unix))]
impl Listener {
    /// Listens on a free port of the loopback interface.
    pub async fn bind() -> io::Result<Self> {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?.to_string();
        Ok(Self {
            network: "tcp",
            address,
            socket: Socket { listener },
        })
    }
}

/// Removes the socket from the file system when dropped. Not left to the task that accepts connections: the process
/// does not wait for that one when it ends.
pub struct Kept {
    #[cfg(unix)]
    _directory: tempfile::TempDir,
}

impl Listener {
    /// The connections as they come, secured by `tls` if there is one, and what has to be kept for as long as they
    /// are wanted. A peer that fails or stalls its handshake is dropped without holding up others.
    pub fn incoming(self, tls: Option<TlsAcceptor>) -> (ReceiverStream<io::Result<Connection>>, Kept) {
        let (sender, receiver) = tokio::sync::mpsc::channel(16);
        let kept = Kept {
            #[cfg(unix)]
            _directory: self.socket.directory,
        };
        let listener = self.socket.listener;
        tokio::spawn(async move {
            loop {
                let accepted = tokio::select! {
                    accepted = listener.accept() => accepted,
                    () = sender.closed() => return,
                };
                let Ok((stream, _)) = accepted else { continue };
                let (sender, tls) = (sender.clone(), tls.clone());
                tokio::spawn(async move {
                    let connection = match tls {
                        None => Connection(Box::new(stream)),
                        Some(tls) => {
                            match tokio::time::timeout(HANDSHAKE_TIMEOUT, tls.accept(stream)).await {
                                Ok(Ok(stream)) => Connection(Box::new(stream)),
                                Ok(Err(error)) => return tracing::warn!(%error, "a connection was refused"),
                                Err(_) => {
                                    return tracing::warn!(
                                        "a connection was dropped: no TLS handshake in time"
                                    );
                                }
                            }
                        }
                    };
                    let _ = sender.send(Ok(connection)).await; // fails only when the server is gone
                });
            }
        });
        (ReceiverStream::new(receiver), kept)
    }
}
