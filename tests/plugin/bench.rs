//! A simulated tenant, and a provider that is configured for it: the built one, or one in this process.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use access_simulator::{Fault, Options, Simulator, Switches, Tenant};
use terraform_plugin::serve::Attachable;
use terraform_provider_wsoa::provider::Wsoa;
use wsoa_test_kit::cli::Workspace;
use wsoa_test_kit::{Core, Host, HostOptions, Phase, Val, obj};

use wsoa_test_kit::clock::ManualClock;
use wsoa_test_kit::tenant;
pub use wsoa_test_kit::tenant::{CLIENTS, DIRECTORIES, TOKEN as MINT, requests};

pub const CLIENT: &str = "wsoa_oauth_client";
pub const TOKEN: &str = "wsoa_bearer_token";
pub const DIRECTORY: &str = "wsoa_other_directory";

/// How long a test waits for something that has to happen at once.
pub const SOON: Duration = Duration::from_secs(20);

pub fn binary() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_terraform-provider-wsoa"))
}

/// The provider's process without a tenant.
pub async fn host() -> Host {
    Host::start(binary(), HostOptions::default()).await
}

pub struct Bench {
    pub simulator: Simulator,
    pub tenant: Tenant,
    pub host: Host,
}

pub async fn bench() -> Bench {
    bench_with(|_| {}, HostOptions::default()).await
}

pub async fn bench_switched(change: impl FnOnce(&mut Switches)) -> Bench {
    bench_with(change, HostOptions::default()).await
}

pub async fn bench_with(change: impl FnOnce(&mut Switches), options: HostOptions) -> Bench {
    let mut start = Options::default();
    start.switches.directory_delete_reads = 0; // otherwise each deletion is waited for, in real time
    change(&mut start.switches);
    let simulator = Simulator::start(start).await.unwrap();
    let host = configured(&simulator, options).await;
    Bench {
        tenant: simulator.tenant(),
        simulator,
        host,
    }
}

/// A further process, as the CLI starts one for each phase.
pub async fn configured(simulator: &Simulator, options: HostOptions) -> Host {
    let host = Host::start(binary(), options).await;
    let told = host.configure(settings(simulator)).await;
    assert!(told.is_empty(), "{told}");
    host
}

/// The provider block for the tenant.
pub fn settings(simulator: &Simulator) -> Val {
    obj! {
        tenant_url: simulator.url(),
        client_id: "terraform-admin",
        client_secret: "terraform-admin-secret",
        ca_certificate_pem: simulator.ca_pem(),
    }
}

impl Bench {
    /// Methods and last path segments of all requests so far, which are then forgotten.
    pub fn requests(&self) -> Vec<String> {
        requests(&self.tenant)
    }

    pub fn fail(&self, fault: Fault) {
        self.tenant.push_fault(fault);
    }

    /// Signs in, and forgets the requests that took.
    pub async fn signed_in(self) -> Self {
        let missing = self.host.try_import(CLIENT, "nobody").await;
        missing.unwrap_err().expect("Cannot import non-existent");
        self.tenant.clear_requests();
        self
    }
}

/// When the hand-turned clocks begin.
pub const BEGIN: &str = "2026-01-01T06:00:00Z";

/// A simulated tenant, and a provider in this process that is configured for it: both go by one clock, which stands
/// still until the test turns it or the provider sleeps.
pub struct InProcess {
    #[allow(dead_code, reason = "the tenant lives as long as this")]
    pub simulator: Simulator,
    pub tenant: Tenant,
    pub clock: Arc<ManualClock>,
    /// The provider block. A change takes effect with the next process.
    pub settings: Val,
    pub host: Host,
}

pub async fn bench_in_process() -> InProcess {
    bench_in_process_with(|_| {}).await
}

pub async fn bench_in_process_with(change: impl FnOnce(&mut Switches)) -> InProcess {
    let mut start = Options::default();
    change(&mut start.switches);
    let simulator = Simulator::start(start).await.unwrap();
    let tenant = simulator.tenant();
    let clock = clock_of(&tenant);
    let settings = settings(&simulator);
    let host = in_process(&clock, HostOptions::default()).await;
    let told = host.configure(settings.clone()).await;
    assert!(told.is_empty(), "{told}");
    InProcess {
        simulator,
        tenant,
        clock,
        settings,
        host,
    }
}

/// A clock that the tenant goes by.
fn clock_of(tenant: &Tenant) -> Arc<ManualClock> {
    tenant::clock_of(tenant, BEGIN.parse().unwrap())
}

fn attachable(clock: &Arc<ManualClock>) -> Attachable<Wsoa> {
    let provider = Wsoa::new(clock.clone(), Arc::new(|_| None)).interrupted_by(clock.interrupt());
    Attachable::new(provider, clock.clone()).unwrap()
}

/// A provider that is served in this process for as long as the host lives.
async fn in_process(clock: &Arc<ManualClock>, options: HostOptions) -> Host {
    let attachable = attachable(clock);
    let address = attachable.address.clone();
    let serving = tokio::spawn(async { attachable.serve().await });
    Host::attach_with(Path::new(&address), options)
        .await
        .ending(serving)
}

/// Whole runs, for each phase of which a process of the built provider is started.
impl Core for Bench {
    async fn start(&self, _: Phase) -> Host {
        Host::start(binary(), knowing_the_schemas_of(&self.host).await).await
    }

    fn provider_config(&self) -> Val {
        settings(&self.simulator)
    }
}

/// Whole runs, with a provider of its own for each phase.
impl Core for InProcess {
    async fn start(&self, _: Phase) -> Host {
        in_process(&self.clock, knowing_the_schemas_of(&self.host).await).await
    }

    fn provider_config(&self) -> Val {
        self.settings.clone()
    }
}

async fn knowing_the_schemas_of(host: &Host) -> HostOptions {
    HostOptions {
        schemas: Some(host.schema().await),
        ..HostOptions::default()
    }
}

impl InProcess {
    /// Begins anew, with a tenant that gives these answers and in which nothing has happened.
    pub fn begin_anew(&mut self, switches: Switches) {
        self.simulator.begin_anew(switches).unwrap();
        self.clock = clock_of(&self.tenant);
    }

    /// Goes on with a new process, as the CLI does for each phase: what the old one knew beside the state is lost.
    pub async fn restart(&mut self) {
        self.host = self.start(Phase::Plan).await;
        let told = self.host.configure(self.settings.clone()).await;
        assert!(told.is_empty(), "{told}");
    }

    /// The same with a CLI that keeps what a plan answers as private data until it applies.
    pub async fn restart_under_a_cli_that_keeps_plans(&mut self) {
        let options = HostOptions {
            store_planned_private: true,
            ..knowing_the_schemas_of(&self.host).await
        };
        self.host = in_process(&self.clock, options).await;
        let told = self.host.configure(self.settings.clone()).await;
        assert!(told.is_empty(), "{told}");
    }

    /// The real CLI at work on a provider in this process, with these resources. All its commands meet one process, unlike
    /// those of a CLI that starts the provider itself. They block: a test needs a runtime of several threads, and
    /// [`tokio::task::block_in_place`].
    pub fn cli(&self, resources: &str) -> Workspace {
        let attachable = attachable(&self.clock);
        let workspace = Workspace::attached(&attachable.reattach, &[]);
        tokio::spawn(async { attachable.serve().await });
        workspace.write("main.tf", resources);
        let settings = serde_json::json!({
            "terraform": { "required_providers": { "wsoa": { "source": "wsoa/wsoa" } } },
            "provider": { "wsoa": self.settings.to_json() },
        });
        workspace.write("provider.tf.json", &settings.to_string());
        workspace
    }

    /// Methods and last path segments of all requests so far, which are then forgotten.
    pub fn requests(&self) -> Vec<String> {
        requests(&self.tenant)
    }

    pub fn fail(&self, fault: Fault) {
        self.tenant.push_fault(fault);
    }
}

/// A service client with nothing but what it needs.
pub fn client(id: &str) -> Val {
    obj! { client_id: id }
}

/// A directory that may be deleted.
pub fn directory(name: &str, domain: &str) -> Val {
    obj! { name: name, domains: [domain], deletion_protection: false }
}

/// A client in the tenant that no configuration manages, to mint tokens for.
pub fn existing_client(tenant: &Tenant, id: &str) -> Val {
    tenant.put_client(access_simulator::Client {
        access_token_ttl: 525_600,
        ..access_simulator::Client::service(id, "secret-of-the-client")
    });
    obj! { client_id: id, client_secret: "secret-of-the-client" }
}

/// Asks again and again until the answer is yes.
pub async fn until(what: &str, mut question: impl AsyncFnMut() -> bool) {
    let started = Instant::now();
    while !question().await {
        assert!(started.elapsed() < SOON, "still not so after {SOON:?}: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
