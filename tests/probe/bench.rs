//! A simulated tenant, and runs of probe on it within the test, by a clock that nobody waits for.

use std::sync::Arc;

use access_simulator::{Options, Simulator, Switches, Tenant};
use jiff::Timestamp;
use serde_json::Value;
use terraform_provider_wsoa::probe;
use tokio::sync::watch;

use wsoa_test_kit::clock::ManualClock;
use wsoa_test_kit::tenant::clock_of;
pub use wsoa_test_kit::tenant::{CLIENTS, DIRECTORIES};

pub struct Bench {
    pub simulator: Simulator,
    pub tenant: Tenant,
    pub clock: Arc<ManualClock>,
    admin: (String, String),
}

/// What a run has said, and how it has ended.
pub struct Run {
    pub code: u8,
    pub out: String,
    pub err: String,
}

impl Run {
    /// The report.
    pub fn report(&self) -> Value {
        assert!(matches!(self.code, 0 | 4), "{}: {}", self.code, self.err);
        serde_json::from_str(&self.out).unwrap()
    }

    /// The known answer to a question, if there is one.
    pub fn answer(&self, id: &str) -> Option<String> {
        let report = self.report();
        let answers = report["answers"].as_array().unwrap();
        let found = answers.iter().find(|answer| answer["id"] == id);
        let found = found.unwrap_or_else(|| panic!("there is no question {id}"));
        Some(found["answer"].as_str()?.to_owned())
    }

    /// How a part of the provider goes, and the sentences about it.
    pub fn forecast(&self, part: &str) -> (String, String) {
        let report = self.report();
        let parts = report["provider"].as_array().unwrap();
        let found = parts.iter().find(|it| it["part"] == part).unwrap();
        (
            found["grade"].as_str().unwrap().to_owned(),
            found["says"].to_string(),
        )
    }
}

pub async fn bench(change: impl FnOnce(&mut Switches)) -> Bench {
    bench_of(|options| change(&mut options.switches)).await
}

pub async fn bench_of(change: impl FnOnce(&mut Options)) -> Bench {
    let mut options = Options::default();
    change(&mut options);
    let admin = options.admin_client.clone();
    let simulator = Simulator::start(options).await.unwrap();
    let tenant = simulator.tenant();
    let clock = clock_of(&tenant, Timestamp::now());
    Bench {
        simulator,
        tenant,
        clock,
        admin,
    }
}

impl Bench {
    /// The environment of a run.
    pub fn variables(&self) -> Vec<(String, String)> {
        let (id, secret) = self.admin.clone();
        [
            ("WSOA_TENANT_URL", self.simulator.url()),
            ("WSOA_CA_CERTIFICATE_PEM", self.simulator.ca_pem().to_owned()),
            ("WSOA_CLIENT_ID", id),
            ("WSOA_CLIENT_SECRET", secret),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
    }

    pub async fn probe(&self, arguments: &[&str]) -> Run {
        probe_with(arguments, self.variables(), self.clock.clone()).await
    }

    /// The ids of all clients and the names of all directories.
    pub fn everything(&self) -> Vec<String> {
        let clients = self.tenant.clients().into_iter().map(|it| it.client_id);
        clients
            .chain(self.tenant.directories().into_iter().map(|it| it.name))
            .collect()
    }
}

/// A run with these variables.
pub async fn probe_with(
    arguments: &[&str],
    variables: Vec<(String, String)>,
    clock: Arc<ManualClock>,
) -> Run {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let (_nobody, interrupts) = watch::channel(0);
    let surroundings = probe::Surroundings {
        environment: Arc::new(move |name| {
            let found = variables.iter().find(|(key, _)| key == name);
            found.map(|(_, value)| value.clone())
        }),
        interrupt: clock.interrupt(),
        clock,
        interrupts,
        out: &mut out,
        err: &mut err,
        is_terminal: false,
    };
    let code = probe::run(arguments, surroundings).await;
    Run {
        code,
        out: String::from_utf8(out).unwrap(),
        err: String::from_utf8(err).unwrap(),
    }
}
