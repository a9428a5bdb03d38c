//! The life of a plugin process.

use std::io;
use std::io::Write as _;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio_rustls::TlsAcceptor;
use tonic::transport::Server as Transport;

use super::generated::health::health_server::HealthServer;
use super::generated::plugin::grpc_broker_server::GrpcBrokerServer;
use super::generated::plugin::grpc_controller_server::GrpcControllerServer;
use super::generated::plugin::grpc_stdio_server::GrpcStdioServer;
use super::generated::tfplugin6::provider_server::ProviderServer;
use super::handshake::Line;
use super::handshake::PROTOCOL_VERSION;
use super::handshake::Request;
use super::lifecycle;
use super::listener::Listener;
use super::provider::Provider;
use super::server::Server;
use super::services::Broker;
use super::services::Controller;
use super::services::Health;
use super::services::Shutdown;
use super::services::Stdio;
use super::tls;
use crate::clock::Clock;

/// The largest message either way. Terraform's own plugins allow as much; tonic's default of 4 MiB is too little for a
/// large state.
const MAX_MESSAGE: usize = 256 << 20;

/// How long streams may take to end once everything is to end; the CLI waits two seconds before it kills.
const GRACE: Duration = Duration::from_secs(1);

/// Why serving ended early.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The socket.
    #[error("no socket could be opened for the CLI: {0}")]
    Socket(#[from] io::Error),
    /// The certificates.
    #[error(transparent)]
    Tls(#[from] tls::Error),
    /// gRPC.
    #[error("serving the CLI failed: {0}")]
    Grpc(#[from] tonic::transport::Error),
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
    let listener = Listener::bind()?;
    lifecycle::end_with_the_cli(shutdown.clone(), listener.connections());
    let line = Line {
        network: listener.network,
        address: &listener.address,
        certificate: tls.as_ref().map_or("", |tls| &tls.certificate),
        multiplex: request.multiplex,
    };
    say(&line.to_string())?;
    run(
        Server::new(provider, clock),
        listener,
        tls.map(|tls| TlsAcceptor::from(tls.config)),
        shutdown,
    )
    .await
}

/// Serves `provider` to any CLI that is told about it, until interrupted. Prints what to tell it.
pub async fn serve_for_debugging<P: Provider>(provider: P, clock: Arc<dyn Clock>) -> Result<(), Error> {
    let attachable = Attachable::new(provider, clock)?;
    eprintln!("Serving until interrupted. In the shell in which you run terraform or tofu:\n");
    say(&format!("export TF_REATTACH_PROVIDERS='{}'", attachable.reattach))?;
    tokio::select! {
        served = attachable.serve() => served,
        () = lifecycle::interrupted() => Ok(()),
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
}

impl<P: Provider> Attachable<P> {
    /// Opens the socket.
    pub fn new(provider: P, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        let listener = Listener::bind()?;
        let how = json!({
            "Protocol": "grpc",
            "ProtocolVersion": PROTOCOL_VERSION,
            "Pid": std::process::id(),
            "Test": true, // the CLI must not stop us when it is done
            "Addr": { "Network": listener.network, "String": listener.address },
        });
        let address = provider.address();
        let tofu = address.replace("registry.terraform.io", "registry.opentofu.org");
        Ok(Self {
            reattach: json!({ address: how.clone(), tofu: how }).to_string(),
            address: listener.address.clone(),
            server: Server::new(provider, clock),
            listener,
        })
    }

    /// Serves without end.
    pub async fn serve(self) -> Result<(), Error> {
        run(self.server, self.listener, None, Shutdown::default()).await
    }
}

/// Writes the one line that is meant for the CLI or the person; everything else goes to standard error.
fn say(line: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{line}")?;
    stdout.flush()
}

async fn run<P: Provider>(
    server: Server<P>,
    listener: Listener,
    tls: Option<TlsAcceptor>,
    shutdown: Shutdown,
) -> Result<(), Error> {
    let provider = ProviderServer::new(server)
        .max_decoding_message_size(MAX_MESSAGE)
        .max_encoding_message_size(MAX_MESSAGE);
    let ended = shutdown.clone();
    let incoming = listener.incoming(tls);
    let _removed_at_the_end = incoming.directory;
    let transport = Transport::builder()
        .add_service(provider)
        .add_service(GrpcControllerServer::new(Controller(shutdown.clone())))
        .add_service(GrpcBrokerServer::new(Broker(shutdown.clone())))
        .add_service(GrpcStdioServer::new(Stdio(shutdown.clone())))
        .add_service(HealthServer::new(Health(shutdown.clone())))
        .serve_with_incoming_shutdown(incoming.connections, async move { ended.requested().await });
    let overdue = async {
        shutdown.requested().await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        result = transport => Ok(result?),
        () = overdue => Ok(()),
    }
}
