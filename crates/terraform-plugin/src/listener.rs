//! The socket that the CLI connects to: a Unix socket in a directory of our own, TCP on loopback elsewhere.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::{mpsc, watch};
use tokio_rustls::TlsAcceptor;

/// How long a peer may take for its part of the TLS handshake.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);

/// How long to wait before accepting again after a failure.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Anything that carries bytes both ways.
trait Bytes: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Bytes for T {}

/// A connection, secured or not.
pub struct Connection(
    Box<dyn Bytes>,
    #[expect(dead_code, reason = "counts for as long as it lives")] Counted,
);

/// One more in a count of connections.
struct Counted(watch::Sender<usize>);

impl Counted {
    fn new(count: &watch::Sender<usize>) -> Self {
        count.send_modify(|open| *open += 1);
        Self(count.clone())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.send_modify(|open| *open -= 1);
    }
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

/// What kind of socket, in the words of the handshake line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Network {
    /// A Unix socket in a directory of our own: only processes of the same user, and root, can reach it.
    Unix,
    /// TCP on the loopback interface, which every process of the machine can reach.
    Tcp,
}

impl Network {
    /// What [`Listener::bind`] listens on here.
    pub const HERE: Self = if cfg!(unix) { Self::Unix } else { Self::Tcp };

    /// As go-plugin spells it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unix => "unix",
            Self::Tcp => "tcp",
        }
    }

    /// True if the system itself keeps other users away, so that there is no need for certificates.
    pub fn is_private(self) -> bool {
        self == Self::Unix
    }
}

/// A socket that is being listened on.
pub struct Listener {
    /// What kind of socket it is.
    pub network: Network,
    /// Path or host and port.
    pub address: String,
    connections: watch::Sender<usize>,
    socket: Socket,
    directory: Option<tempfile::TempDir>,
}

enum Socket {
    #[cfg(unix)]
    Unix(tokio::net::UnixListener),
    #[cfg(any(not(unix), test))]
    Tcp(tokio::net::TcpListener),
}

impl Socket {
    async fn accept(&self) -> io::Result<Box<dyn Bytes>> {
        Ok(match self {
            #[cfg(unix)]
            Self::Unix(listener) => Box::new(listener.accept().await?.0),
            #[cfg(any(not(unix), test))]
            Self::Tcp(listener) => Box::new(listener.accept().await?.0),
        })
    }
}

/// The connections as they come. Removes the socket's directory when dropped.
pub struct Incoming {
    /// The connections.
    pub connections: mpsc::Receiver<Connection>,
    /// Removed, with the socket in it, when dropped.
    pub directory: Option<tempfile::TempDir>,
}

#[cfg(unix)]
impl Listener {
    /// Listens on a Unix socket (mode 0600) in a fresh directory (mode 0700) whose name begins with `name`. A path that is too long for a socket
    /// address, as a long `TMPDIR` makes it, falls back to `/tmp`.
    pub fn bind(name: &str) -> io::Result<Self> {
        let preferred =
            std::env::var_os("PLUGIN_UNIX_SOCKET_DIR").map_or_else(std::env::temp_dir, Into::into);
        match Self::bind_in(&preferred, name) {
            Err(error) => {
                tracing::warn!(directory = %preferred.display(), %error, "no socket can be made there, trying /tmp");
                Self::bind_in(std::path::Path::new("/tmp"), name)
            }
            bound => bound,
        }
    }

    fn bind_in(parent: &std::path::Path, name: &str) -> io::Result<Self> {
        use std::os::unix::fs::PermissionsExt as _;

        let directory = private_directory(parent, name)?;
        let path = directory.path().join("plugin");
        let listener = tokio::net::UnixListener::bind(&path)?;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
        let address = path
            .into_os_string()
            .into_string()
            .map_err(|_| io::Error::other("the socket's path is not UTF-8"))?;
        Ok(Self {
            network: Network::Unix,
            address,
            connections: watch::Sender::new(0),
            socket: Socket::Unix(listener),
            directory: Some(directory),
        })
    }
}

/// A fresh directory that nobody else could enter for a moment either: it is made with mode 0700, not given it later.
#[cfg(unix)]
fn private_directory(parent: &std::path::Path, name: &str) -> io::Result<tempfile::TempDir> {
    use std::os::unix::fs::PermissionsExt as _;

    tempfile::Builder::new()
        .prefix(name)
        .permissions(std::fs::Permissions::from_mode(0o700))
        .tempdir_in(parent)
}

#[cfg(not(unix))]
impl Listener {
    /// Listens on a free port of the loopback interface.
    pub fn bind(_: &str) -> io::Result<Self> {
        Self::loopback()
    }
}

impl Listener {
    /// Listens on a free port of the loopback interface, for where there are no Unix sockets.
    #[cfg(any(not(unix), test))]
    pub fn loopback() -> io::Result<Self> {
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0))?;
        listener.set_nonblocking(true)?;
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let address = listener.local_addr()?.to_string();
        Ok(Self {
            network: Network::Tcp,
            address,
            connections: watch::Sender::new(0),
            socket: Socket::Tcp(listener),
            directory: None,
        })
    }

    /// How many connections there are.
    pub fn connections(&self) -> watch::Receiver<usize> {
        self.connections.subscribe()
    }

    /// The connections as they come, secured by `tls` if there is one. A peer that fails or stalls its handshake is
    /// dropped without holding up others.
    pub fn incoming(self, tls: Option<TlsAcceptor>) -> Incoming {
        let (sender, connections) = mpsc::channel(16);
        tokio::spawn(async move {
            loop {
                let accepted = tokio::select! {
                    accepted = self.socket.accept() => accepted,
                    () = sender.closed() => return,
                };
                let Ok(stream) = accepted else {
                    tokio::time::sleep(ACCEPT_PAUSE).await; // out of file descriptors, say: trying at once would spin
                    continue;
                };
                let (sender, tls, counted) = (sender.clone(), tls.clone(), Counted::new(&self.connections));
                tokio::spawn(async move {
                    let connection = match tls {
                        None => Connection(stream, counted),
                        Some(tls) => {
                            match tokio::time::timeout(HANDSHAKE_TIMEOUT, tls.accept(stream)).await {
                                Ok(Ok(stream)) => Connection(Box::new(stream), counted),
                                Ok(Err(error)) => return tracing::warn!(%error, "a connection was refused"),
                                Err(_) => {
                                    return tracing::warn!(
                                        "a connection was dropped: no TLS handshake in time"
                                    );
                                }
                            }
                        }
                    };
                    let _ = sender.send(connection).await; // fails only when the server is gone
                });
            }
        });
        Incoming {
            connections,
            directory: self.directory,
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn the_directory_of_the_socket_is_private_from_its_first_moment() {
        let parent = tempfile::tempdir().expect("a directory");
        let directory = private_directory(parent.path(), "acme").expect("a directory");
        let mode = directory
            .path()
            .metadata()
            .expect("is there")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o700);
    }
}
