//! A simulated tenant, and the built provider that is configured for it.

use std::path::Path;
use std::time::Duration;
use std::time::Instant;

use access_simulator::Fault;
use access_simulator::Options;
use access_simulator::Simulator;
use access_simulator::Switches;
use access_simulator::Tenant;
use wsoa_test_kit::Host;
use wsoa_test_kit::HostOptions;
use wsoa_test_kit::Val;
use wsoa_test_kit::obj;

pub const CLIENT: &str = "wsoa_oauth_client";
pub const TOKEN: &str = "wsoa_bearer_token";
pub const DIRECTORY: &str = "wsoa_other_directory";

/// Paths of the tenant as faults and counts name them.
pub const CLIENTS: &str = "/oauth2clients";
pub const DIRECTORIES: &str = "/directoryconfigs";
pub const MINT: &str = "/auth/oauthtoken";

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

pub fn requests(tenant: &Tenant) -> Vec<String> {
    let requests = tenant.requests();
    tenant.clear_requests();
    let last = |path: &str| path.rsplit('/').next().unwrap().to_owned();
    requests
        .iter()
        .map(|seen| format!("{} {}", seen.method, last(&seen.path)))
        .collect()
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
