//! A strict plugin host: it starts a provider and calls it exactly as Terraform's core does, and panics with core's own
//! words where core would blame the provider.

mod apply;
mod calls;
mod certificate;
mod connect;
mod ephemeral;
mod handshake;
mod options;
mod others;
mod part;
mod plan;
mod process;
mod resource;
mod run;
mod state;
mod tls;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitStatus;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::OnceCell;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tonic::Code;
use tonic::codegen::tokio_stream;
use tonic::transport::Channel;

pub use self::apply::Applied;
pub use self::calls::{Seen, Source};
pub use self::certificate::Certificate;
use self::connect::Tls;
pub use self::ephemeral::Opened;
pub use self::handshake::{Address, Handshake};
pub use self::options::{HostOptions, StartError};
pub use self::others::{Listed, Query};
pub use self::plan::{Action, Planned};
use self::process::Process;
pub use self::resource::Resource;
pub use self::run::{Core, Phase, Run};
pub use self::state::{Instance, State};
pub use self::tls::Identity;
use crate::testing::generated::health::HealthCheckRequest;
use crate::testing::generated::health::health_client::HealthClient;
use crate::testing::generated::plugin::grpc_broker_client::GrpcBrokerClient;
use crate::testing::generated::plugin::grpc_controller_client::GrpcControllerClient;
use crate::testing::generated::plugin::grpc_stdio_client::GrpcStdioClient;
use crate::testing::generated::plugin::{ConnInfo, Empty};
use crate::testing::generated::tfplugin6::provider_client::ProviderClient;
use crate::testing::generated::tfplugin6::{
    ClientCapabilities, get_provider_schema, get_resource_identity_schemas,
};
use crate::testing::schema::{Block, Schemas};

/// A running provider.
pub struct Host {
    channel: Channel,
    process: Option<Mutex<Process>>,
    handshake: Option<Handshake>,
    announced: Option<Certificate>,
    options: HostOptions,
    schemas: OnceCell<Arc<Schemas>>,
    identities: OnceCell<BTreeMap<String, Block>>,
    noise: Arc<Mutex<Vec<String>>>,
    tasks: Vec<JoinHandle<()>>,
}

impl Drop for Host {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort(); // the streams would keep the connection open
        }
    }
}

impl Host {
    /// Starts the provider and connects.
    pub async fn start(binary: &Path, options: HostOptions) -> Self {
        Self::try_start(binary, options)
            .await
            .unwrap_or_else(|error| panic!("{error}"))
    }

    /// The same where starting is what the test is about.
    pub async fn try_start(binary: &Path, options: HostOptions) -> Result<Self, StartError> {
        let announced = Certificate::generate();
        let mut process = Process::spawn(binary, &options, &announced);
        let line = process.first_line().await?;
        let opened = async {
            let handshake = Handshake::parse(&line)?;
            let offered: Vec<_> = options.protocol_versions.split(',').collect();
            let version = handshake.version;
            if !offered.contains(&version.to_string().as_str()) {
                let text = "Incompatible API version with plugin. Plugin version";
                return Err(format!("{text}: {version}, Client versions: {offered:?}"));
            }
            match (&handshake.certificate, options.tls) {
                (Some(_), false) => return Err("a certificate although TLS is disabled".to_owned()),
                (None, true) => return Err("no certificate although one was announced to it".to_owned()),
                _ => {}
            }
            let channel = connected(&handshake, Some(announced.clone())).await?;
            Ok((handshake, channel))
        };
        match opened.await {
            Ok((handshake, channel)) => {
                let mut host = Self::new(channel, Some(Mutex::new(process)), Some(handshake), options);
                host.announced = Some(announced);
                Ok(host)
            }
            Err(message) => Err(process.failed(message)),
        }
    }

    /// Connects to a provider in debug mode, as `TF_REATTACH_PROVIDERS` makes a CLI do: no TLS, and it stays.
    pub async fn attach(socket: &Path) -> Self {
        Self::attach_with(socket, HostOptions::default()).await
    }

    /// The same with other options than a CLI's, as far as they are not about starting a process.
    pub async fn attach_with(socket: &Path, options: HostOptions) -> Self {
        let address = Address::Unix(socket.to_owned());
        let channel = connect::channel(address, None)
            .await
            .unwrap_or_else(|error| panic!("reattach: {error}"));
        Self::new(channel, None, None, options)
    }

    /// Ends `task` with this host, such as one that serves a provider in this process.
    #[must_use]
    pub fn ending(mut self, task: JoinHandle<()>) -> Self {
        self.tasks.push(task);
        self
    }

    fn new(
        channel: Channel,
        process: Option<Mutex<Process>>,
        handshake: Option<Handshake>,
        options: HostOptions,
    ) -> Self {
        let schemas = options
            .schemas
            .clone()
            .map(|schemas| OnceCell::new_with(Some(schemas)));
        let noise = Arc::default();
        let tasks = open_streams(&channel, Arc::clone(&noise));
        Self {
            channel,
            process,
            handshake,
            announced: None,
            options,
            schemas: schemas.unwrap_or_default(),
            identities: OnceCell::new(),
            noise,
            tasks,
        }
    }

    /// For calls that have no method here.
    pub fn client(&self) -> ProviderClient<Channel> {
        ProviderClient::new(self.channel.clone())
            .max_decoding_message_size(usize::MAX)
            .max_encoding_message_size(usize::MAX)
    }

    /// Calls a method that takes nothing, such as one of an older protocol, and tells whether there was an answer.
    pub async fn call_without_arguments(&self, method: &'static str) -> Result<(), tonic::Status> {
        let mut client = tonic::client::Grpc::new(self.channel.clone()).max_decoding_message_size(usize::MAX);
        let ready = client.ready().await;
        ready.map_err(|error| tonic::Status::unavailable(error.to_string()))?;
        let codec = tonic_prost::ProstCodec::<(), ()>::default();
        let path = tonic::codegen::http::uri::PathAndQuery::from_static(method);
        client.unary(tonic::Request::new(()), path, codec).await.map(drop)
    }

    /// What the plugin said when it started.
    pub fn handshake(&self) -> Option<&Handshake> {
        self.handshake.as_ref()
    }

    /// The plugin's process.
    pub fn pid(&self) -> Option<u32> {
        self.process.as_ref()?.lock().unwrap().child.id()
    }

    /// What the plugin has written to standard error.
    pub fn stderr(&self) -> Vec<String> {
        self.process
            .as_ref()
            .map(|process| process.lock().unwrap().stderr.lock().unwrap().clone())
            .unwrap_or_default()
    }

    /// The standard health check, which a plugin answers for the service `plugin`.
    pub async fn ping(&self) -> Result<(), tonic::Status> {
        ping(&self.channel).await
    }

    /// Whether the plugin answers a call over a second connection, on which somebody shows himself as `identity`.
    pub async fn answers_to(&self, identity: &Identity) -> bool {
        let (handshake, announced) = self
            .handshake
            .as_ref()
            .zip(self.announced.as_ref())
            .expect("only a process of its own has been told a certificate");
        match connected(handshake, identity.resolve(announced)).await {
            // in TLS 1.3 a client learns only with its first answer whether its certificate was accepted
            Ok(channel) => ping(&channel).await.is_ok(),
            Err(_) => false,
        }
    }

    /// The schemas, asked for once and checked as core checks them.
    pub async fn schema(&self) -> Arc<Schemas> {
        let fetch = || async {
            let request = get_provider_schema::Request {};
            let raw = answer(
                "GetProviderSchema",
                self.client().get_provider_schema(request).await,
            );
            crate::testing::diagnostics::Diagnostics::read(raw.diagnostics.clone()).assert_no_errors();
            Arc::new(Schemas::read(raw))
        };
        Arc::clone(self.schemas.get_or_init(fetch).await)
    }

    /// The identity of each resource type that has one, as the block its values are encoded by.
    pub async fn identities(&self) -> &BTreeMap<String, Block> {
        let fetch = || async {
            let request = get_resource_identity_schemas::Request {};
            match self.client().get_resource_identity_schemas(request).await {
                Err(status) if status.code() == Code::Unimplemented => BTreeMap::new(),
                result => calls::read_identities(answer("GetResourceIdentitySchemas", result)),
            }
        };
        self.identities.get_or_init(fetch).await
    }

    /// Asks the provider to stop what it is doing. It goes on serving.
    pub async fn stop(&self) {
        let request = crate::testing::generated::tfplugin6::stop_provider::Request {};
        let stopped = answer("StopProvider", self.client().stop_provider(request).await);
        assert_eq!(stopped.error, "", "StopProvider failed");
    }

    /// Ends the plugin as a CLI does at the end of each phase, and demands that it goes by itself and in time.
    pub async fn shutdown(self) -> ExitStatus {
        let _gone_before_it_answers = GrpcControllerClient::new(self.channel.clone())
            .shutdown(Empty {})
            .await;
        self.ended(process::GRACE).await
    }

    /// How the plugin ended, which has been told to: it has to be gone by itself within `patience`, and to have written
    /// nothing that a CLI does not expect.
    pub async fn ended(mut self, patience: Duration) -> ExitStatus {
        let mut process = self
            .process
            .take()
            .expect("only a process of its own is shut down")
            .into_inner()
            .unwrap();
        let (stdout, stderr) = (Arc::clone(&process.stdout), Arc::clone(&process.stderr));
        let noise = Arc::clone(&self.noise);
        let address = self.handshake.as_ref().map(|handshake| handshake.address.clone());
        drop(self);
        let status = timeout(patience, process.child.wait())
            .await
            .expect("plugin failed to exit gracefully: it would be killed now")
            .expect("a child");
        if let Some(Address::Unix(socket)) = address {
            let directory = socket.parent().expect("a directory");
            assert!(!directory.exists(), "{} is left behind", directory.display());
        }
        process::assert_log_lines_are_safe(&stderr.lock().unwrap());
        let stdout = stdout.lock().unwrap();
        assert_eq!(
            stdout.len(),
            1,
            "standard output is for the handshake line alone: {stdout:#?}"
        );
        let noise = noise.lock().unwrap();
        assert!(noise.is_empty(), "unexpected data on a silent stream: {noise:?}");
        status
    }

    fn capabilities(&self, deferral_allowed: bool) -> ClientCapabilities {
        ClientCapabilities {
            deferral_allowed,
            write_only_attributes_allowed: self.options.write_only_allowed,
            store_planned_private: self.options.store_planned_private,
            ..ClientCapabilities::default()
        }
    }
}

/// A connection to the plugin that has sent `handshake`, with `client` as the certificate that is shown to it.
async fn connected(handshake: &Handshake, client: Option<Certificate>) -> Result<Channel, String> {
    let tls: Option<Tls> = match &handshake.certificate {
        Some(server) => {
            let config =
                tls::config(server, client).map_err(|error| format!("the plugin's certificate: {error}"))?;
            Some((Arc::new(config), server.clone()))
        }
        None => None,
    };
    connect::channel(handshake.address.clone(), tls).await
}

async fn ping(channel: &Channel) -> Result<(), tonic::Status> {
    let request = HealthCheckRequest {
        service: "plugin".to_owned(),
    };
    HealthClient::new(channel.clone()).check(request).await.map(drop)
}

/// go-plugin's client opens these two and expects to hear nothing.
fn open_streams(channel: &Channel, noise: Arc<Mutex<Vec<String>>>) -> Vec<JoinHandle<()>> {
    let (mut broker, mut stdio) = (
        GrpcBrokerClient::new(channel.clone()),
        GrpcStdioClient::new(channel.clone()),
    );
    let heard = Arc::clone(&noise);
    let broker = tokio::spawn(async move {
        if let Ok(stream) = broker.start_stream(tokio_stream::pending::<ConnInfo>()).await
            && let Ok(Some(message)) = stream.into_inner().message().await
        {
            heard.lock().unwrap().push(format!("{message:?}"));
        }
    });
    let stdio = tokio::spawn(async move {
        if let Ok(stream) = stdio.stream_stdio(()).await
            && let Ok(Some(message)) = stream.into_inner().message().await
        {
            noise
                .lock()
                .unwrap()
                .push(String::from_utf8_lossy(&message.data).into_owned());
        }
    });
    vec![broker, stdio]
}

/// The answer, or what a user would see in place of one.
pub(crate) fn answer<T>(method: &str, result: Result<tonic::Response<T>, tonic::Status>) -> T {
    match result {
        Ok(response) => response.into_inner(),
        Err(status) => {
            panic!("Plugin error: the plugin returned an unexpected error from {method}: {status}")
        }
    }
}
