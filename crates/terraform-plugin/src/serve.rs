//! The life of a plugin process.

use std::io;
use std::io::Write as _;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio_rustls::TlsAcceptor;

use super::calls::Calls;
use super::handshake::{Line, PROTOCOL_VERSION, Request};
use super::listener::{Listener, Network};
use super::methods::Service;
use super::provider::{Provider, name_in};
use super::server::Server;
use super::services::{Broker, Controller, Health, Shutdown, Stdio};
use super::{guard, hclog, http2, lifecycle, tls};
use crate::clock::{Clock, SystemClock};
use crate::text;

/// How long streams may take to end once everything is to end; the CLI waits two seconds before it kills.
const GRACE: Duration = Duration::from_secs(1);

/// Why serving ended early.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The socket.
    #[error("no socket could be opened for the CLI: {0}")]
    Socket(#[from] io::Error),
    /// Everybody could connect.
    #[error(
        "the CLI asked for a connection without TLS, and here that is TCP: any process on this machine could have the \
         provider's credentials used, or sent to itself. Remove TF_DISABLE_PLUGIN_TLS from the environment"
    )]
    Unprotected,
    /// The certificates.
    #[error(transparent)]
    Tls(#[from] tls::Error),
}

/// Makes the process one that holds secrets and that a CLI listens to: no core dump, a panic as a line of the log, and the
/// log on standard error as far as `variable` asks for it (`TF_LOG_PROVIDER`, `TF_LOG`): what the crate `target` says, and
/// this one, under the name of the provider. To be called first.
pub fn prepare(name: &'static str, target: &'static str, variable: impl Fn(&str) -> Option<String>) {
    lifecycle::leave_no_core_dump();
    guard::install_panic_hook();
    hclog::install(name, target, variable);
}

/// All of `main` for a provider about whose process there is nothing else to decide: serves it to the CLI that started this
/// process, by the machine's clock. `target` is the crate whose log is wanted, `env!("CARGO_CRATE_NAME")`.
pub fn main<P: Provider>(provider: P, target: &'static str) -> ExitCode {
    let variable = |name: &str| std::env::var(name).ok();
    let name = name_in(P::ADDRESS);
    prepare(name, target, variable);
    let Some(request) = Request::from_environment(variable) else {
        eprintln!("{name}: It is a plugin: Terraform or OpenTofu starts it.");
        return ExitCode::FAILURE;
    };
    to_the_end(name, serve(provider, Arc::new(SystemClock), request))
}

/// Runs `serving` until it ends, and tells on standard error, as `name`, why it ended early. What is still under way then
/// is given up: the CLI has gone.
///
/// All of it is on this thread, as a provider waits for its service nearly all the time. What computes for long belongs in
/// `tokio::task::spawn_blocking`.
pub fn to_the_end(name: &str, serving: impl Future<Output = Result<(), Error>>) -> ExitCode {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let served = runtime.map_err(Error::Socket).and_then(|runtime| {
        let served = runtime.block_on(serving);
        runtime.shutdown_background();
        served
    });
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{name}: {}", text::item(&error.to_string()));
            ExitCode::FAILURE
        }
    }
}

/// Whether the system itself keeps other users away from the sockets here, so that they are private without certificates
/// too.
pub fn sockets_are_private() -> bool {
    Network::HERE.is_private()
}

/// Serves `provider` to the CLI that sent `request`, until the CLI says that it is done or is gone.
pub async fn serve<P: Provider>(provider: P, clock: Arc<dyn Clock>, request: Request) -> Result<(), Error> {
    lifecycle::leave_signals_to_the_cli()?;
    let shutdown = Shutdown::default();
    if !request.version_offered {
        tracing::error!(
            "this provider speaks plugin protocol {PROTOCOL_VERSION}, which the CLI does not offer"
        );
    }
    let tls = request
        .client_certificate
        .as_deref()
        .map(tls::auto_mtls)
        .transpose()?;
    let listener = Listener::bind(name_in(P::ADDRESS))?;
    let tls = secured(tls, listener.network)?;
    let (server, calls) = (Server::new(provider, clock), Calls::default());
    let stop = server.clone();
    lifecycle::end_when_terminated(move || stop.stop(), calls.clone(), shutdown.clone())?;
    lifecycle::end_with_the_cli(shutdown.clone(), listener.connections());
    lifecycle::end_if_nobody_comes(shutdown.clone(), listener.connections());
    let line = Line {
        network: listener.network.name(),
        address: &listener.address,
        certificate: tls.as_ref().map_or("", |tls| &tls.certificate),
        multiplex: request.multiplex,
    };
    say(&line.to_string())?;
    let tls = tls.map(|tls| TlsAcceptor::from(tls.config));
    run(server, listener, tls, calls, shutdown).await;
    Ok(())
}

/// The certificates, without which only a private socket may be served.
fn secured<T>(tls: Option<T>, network: Network) -> Result<Option<T>, Error> {
    if tls.is_none() && !network.is_private() {
        return Err(Error::Unprotected);
    }
    Ok(tls)
}

/// Serves `provider` to any CLI that is told about it, until interrupted. Prints what to tell it.
///
/// There are no certificates here: whoever reaches the socket is served. Where that is everybody, `provider` must not
/// find credentials in its environment.
pub async fn serve_for_debugging<P: Provider>(provider: P, clock: Arc<dyn Clock>) -> Result<(), Error> {
    let attachable = Attachable::new(provider, clock)?;
    let (stop, calls) = (attachable.server.clone(), attachable.calls.clone());
    eprintln!(
        "{}\n\nServing one provider configuration (no aliases) until interrupted. In the shell in which you run terraform \
         or tofu:\n",
        who_can_connect(attachable.listener.network)
    );
    say(&format!("export TF_REATTACH_PROVIDERS='{}'", attachable.reattach))?;
    let interrupted = async {
        lifecycle::interrupted().await;
        stop.stop();
        eprintln!("Finishing what is under way. Interrupt again to end at once, and to lose it.");
        tokio::select! { () = calls.closed_when_quiet() => {}, () = lifecycle::interrupted() => {} }
    };
    tokio::select! {
        () = attachable.serve() => {}
        () = interrupted => {}
    }
    Ok(())
}

/// What whoever debugs has to know about the socket.
fn who_can_connect(network: Network) -> &'static str {
    if network.is_private() {
        "WARNING: this socket asks for no certificate. Every process of your user can connect to it, and act with \
         the credentials of the provider block or of this environment."
    } else {
        "WARNING: ANY PROCESS ON THIS MACHINE, OF ANY USER, can connect to this socket and act with the credentials of \
         the provider block. So credentials are not read from the environment here. Run this on a \
         machine of your own only."
    }
}

/// A socket that a CLI attaches to.
pub(crate) struct Socket {
    /// The value of `TF_REATTACH_PROVIDERS`.
    pub reattach: String,
    /// Path of the socket, or host and port.
    pub address: String,
    pub listener: Listener,
}

impl Socket {
    /// Opens one for the provider with this source address, which is the same at both registries.
    pub fn open(source: &str) -> io::Result<Self> {
        let listener = Listener::bind(name_in(source))?;
        let address = listener.address.clone();
        let how = json!({
            "Protocol": "grpc",
            "ProtocolVersion": PROTOCOL_VERSION,
            "Pid": std::process::id(),
            "Test": true, // the CLI must not stop us when it is done
            "Addr": { "Network": listener.network.name(), "String": address },
        });
        let tofu = source.replace("registry.terraform.io", "registry.opentofu.org");
        Ok(Self {
            reattach: json!({ source: how.clone(), tofu: how }).to_string(),
            address,
            listener,
        })
    }
}

/// A provider that a CLI attaches to instead of starting it.
pub struct Attachable<P: Provider> {
    /// The value of `TF_REATTACH_PROVIDERS`.
    pub reattach: String,
    /// Path of the socket, or host and port.
    pub address: String,
    server: Server<P>,
    listener: Listener,
    calls: Calls,
}

impl<P: Provider> Attachable<P> {
    /// Opens the socket.
    pub fn new(provider: P, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        let socket = Socket::open(P::ADDRESS)?;
        Ok(Self {
            reattach: socket.reattach,
            address: socket.address,
            server: Server::new(provider, clock),
            listener: socket.listener,
            calls: Calls::default(),
        })
    }

    /// Serves without end.
    pub async fn serve(self) {
        run(self.server, self.listener, None, self.calls, Shutdown::default()).await;
    }
}

/// Writes the one line that is meant for the CLI or the person; everything else goes to standard error.
fn say(line: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{line}")?;
    stdout.flush()
}

pub(crate) async fn run(
    provider: impl Service,
    listener: Listener,
    tls: Option<TlsAcceptor>,
    calls: Calls,
    shutdown: Shutdown,
) {
    let incoming = listener.incoming(tls);
    let _removed_at_the_end = incoming.directory;
    let services = http2::Services::default()
        .and(calls.count(provider))
        .and(Controller(shutdown.clone()))
        .and(Broker(shutdown.clone()))
        .and(Stdio(shutdown.clone()))
        .and(Health(shutdown.clone()));
    let overdue = async {
        shutdown.requested().await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        () = http2::serve(services, incoming.connections, shutdown.clone()) => {}
        () = overdue => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn without_a_certificate_only_a_private_socket_is_served() {
        let tcp = Listener::loopback().expect("a port").network;
        for (certificate, network, refused) in [
            (Some(()), Network::Unix, false),
            (None, Network::Unix, false),
            (Some(()), tcp, false),
            (None, tcp, true),
        ] {
            let refusal = secured(certificate, network).err().map(|error| error.to_string());
            assert_eq!(
                refusal.is_some(),
                refused,
                "{certificate:?} {network:?}: {refusal:?}"
            );
            assert!(
                refusal.is_none_or(|text| text.contains("any process on this machine")),
                "{network:?}"
            );
        }
    }

    #[test]
    fn whoever_debugs_is_told_who_can_connect() {
        for (network, told) in [
            (Network::Unix, "Every process of your user can connect"),
            (
                Network::Tcp,
                "ANY PROCESS ON THIS MACHINE, OF ANY USER, can connect",
            ),
        ] {
            let text = who_can_connect(network);
            assert!(text.starts_with("WARNING: ") && text.contains(told), "{text}");
        }
    }
}
