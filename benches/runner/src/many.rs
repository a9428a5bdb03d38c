//! Many objects at once by the CLI, beside what it needs for as many with a provider that does nothing.

use std::env;
use std::time::{Duration, Instant};

use access_simulator::{Options, Recorded, Simulator, Switches};
use reqwest::{Certificate, Client};
use tokio::task::JoinSet;
use wsoa_test_kit::cli::Workspace;

use crate::binaries::Binaries;
use crate::requests::{configuration, counted};
use crate::table::{Row, median};
use crate::wrapped::Wrapped;

/// How long one command may take.
const PATIENCE: Duration = Duration::from_secs(3600);
/// The provider's default for `max_concurrent_requests`, which is less than the ten objects at a time of the CLI.
const UNDER_WAY: usize = 8;
/// How many directories are read to see how reads go side by side.
const READ: usize = 200;
/// Milliseconds after which the tenant answers.
const LATENCY: u32 = 50;
const COMMANDS: [&str; 3] = ["apply", "plan", "destroy"];
/// A plan changes nothing, so a round takes several: it is short, and varies.
const PLANS: usize = 5;

/// What there are many of.
struct Kind {
    name: &'static str,
    /// What stands in each object's block.
    body: &'static str,
    /// In how many more lists the tenant shows a directory that it is deleting.
    shown: u32,
    /// How many times its floor each of [`COMMANDS`] may take; nothing is promised for others.
    budgets: [Option<f64>; 3],
}

const CLIENTS: Kind = Kind {
    name: "clients",
    body: "resource \"wsoa_oauth_client\" \"all\" {\n  client_id = \"client-${count.index}\"\n",
    shown: 0,
    budgets: [Some(1.1), Some(1.1), None],
};
const DIRECTORIES: Kind = Kind {
    name: "directories",
    body: "resource \"wsoa_other_directory\" \"all\" {\n  name = \"directory-${count.index}\"\n  \
           domains = [\"d${count.index}.example.com\"]\n  deletion_protection = false\n",
    shown: 0,
    budgets: [None, None, Some(1.3)],
};
/// What takes longer than the CLI's part is the tenant's: nothing is promised.
const DIRECTORIES_THAT_LINGER: Kind = Kind {
    name: "directories, shown in two more lists",
    shown: 2,
    budgets: [None; 3],
    ..DIRECTORIES
};

/// What one command took.
#[derive(Default)]
struct Cost {
    seconds: f64,
    /// Of the provider alone.
    cpu: f64,
    requests: usize,
    /// By kind.
    kinds: String,
    /// The attempts to sign in with a known secret.
    tries: Vec<Recorded>,
    /// Seconds that those take by themselves.
    apart: f64,
}

/// Runs the floor and the provider in turn, and prints the medians.
pub async fn measure(binaries: &Binaries) -> Vec<Row> {
    let (count, rounds) = (number("WSOA_BENCH_OBJECTS", 1200), number("WSOA_BENCH_ROUNDS", 3));
    let (provider, floor) = (Wrapped::new(&binaries.provider), Wrapped::new(&binaries.floor));
    let mut rows = Vec::new();
    for kind in [CLIENTS, DIRECTORIES, DIRECTORIES_THAT_LINGER] {
        let mut floors: [Vec<Cost>; 3] = Default::default();
        let mut costs: [Vec<Cost>; 3] = Default::default();
        for _ in 0..rounds {
            let floor = Life::new(&floor, &kind, count).await;
            let provider = Life::new(&provider, &kind, count).await;
            for ((command, floors), costs) in COMMANDS.iter().zip(&mut floors).zip(&mut costs) {
                let times = if *command == "plan" { PLANS } else { 1 };
                for _ in 0..times {
                    floors.push(floor.cost(command).await); // in turn: a machine is not as fast at all times
                    costs.push(provider.cost(command).await);
                }
            }
        }
        for (((command, budget), costs), floors) in COMMANDS.iter().zip(kind.budgets).zip(costs).zip(floors) {
            rows.extend(beside_floor(command, budget, count, kind.name, &costs, &floors));
        }
    }
    rows.extend(latency(&provider, &floor, count).await);
    rows.extend(reads(&provider, &floor).await);
    rows
}

fn number(variable: &str, usual: usize) -> usize {
    env::var(variable).map_or(usual, |it| {
        it.parse().unwrap_or_else(|_| panic!("{variable} is a number"))
    })
}

fn beside_floor(
    command: &str,
    budget: Option<f64>,
    count: usize,
    name: &str,
    costs: &[Cost],
    floors: &[Cost],
) -> [Row; 3] {
    let middle = |costs: &[Cost], of: fn(&Cost) -> f64| median(costs.iter().map(of).collect());
    let [time, floor] = [costs, floors].map(|it| middle(it, |cost| cost.seconds));
    let [cpu, floor_cpu] = [costs, floors].map(|it| middle(it, |cost| cost.cpu));
    let apart = middle(costs, |cost| cost.apart);
    let what = format!("{command} of {count} {name}");
    let last = costs.last().expect("at least one round");
    let and_tries = match last.tries.len() {
        0 => String::new(),
        tries => format!(" + {apart:.2} s for {tries} tries of secrets"),
    };
    let budget = budget.map_or(String::new(), |times| format!("≤ {times} × floor{and_tries}"));
    [
        Row::new(&what, &budget, format!("{time:.1} s"))
            .against(format!("floor {floor:.1} s{and_tries}"), time / (floor + apart)),
        Row::new(
            format!("{what}: processor, provider alone"),
            "",
            format!("{cpu:.2} s"),
        )
        .against(format!("floor {floor_cpu:.2} s"), cpu / floor_cpu),
        Row::new(
            format!("{what}: requests ({})", last.kinds),
            "",
            last.requests.to_string(),
        ),
    ]
}

/// Objects of one kind by one provider, with a tenant of their own.
struct Life<'a> {
    wrapped: &'a Wrapped,
    simulator: Simulator,
    workspace: Workspace,
}

impl<'a> Life<'a> {
    async fn new(wrapped: &'a Wrapped, kind: &Kind, count: usize) -> Self {
        let simulator = tenant(0).await;
        let linger = |switches: &mut Switches| switches.directory_delete_reads = kind.shown;
        simulator.tenant().switches(linger);
        Self {
            wrapped,
            workspace: workspace(wrapped, &simulator, kind, count),
            simulator,
        }
    }

    async fn cost(&self, command: &str) -> Cost {
        let mut measured = cost(self.wrapped, &self.simulator, &self.workspace, command);
        if command == "plan" {
            measured.apart = again(&self.simulator, &measured.tries).await;
        } else {
            measured.tries.clear();
        }
        measured
    }
}

/// How many seconds the same requests take once more, as many at a time as the provider has under way, by a client that
/// does nothing else: what of a command is the tenant's.
async fn again(simulator: &Simulator, requests: &[Recorded]) -> f64 {
    let _installed_before = rustls::crypto::ring::default_provider().install_default();
    let ca = Certificate::from_pem(simulator.ca_pem().as_bytes()).expect("PEM");
    let client = Client::builder().tls_certs_only([ca]).build().expect("a client");
    let url = simulator.url();
    let started = Instant::now();
    let mut under_way = JoinSet::new();
    for seen in requests {
        if under_way.len() == UNDER_WAY {
            under_way.join_next().await;
        }
        let method = seen.method.parse().expect("a method");
        let mut request = client
            .request(method, format!("{url}{}", seen.path))
            .body(seen.body.clone());
        let said = |name: &str| !["host", "content-length"].contains(&name);
        for (name, value) in seen.headers.iter().filter(|(name, _)| said(name)) {
            request = request.header(name, value);
        }
        under_way.spawn(async move { request.send().await.expect("an answer").bytes().await });
    }
    while under_way.join_next().await.is_some() {}
    let seconds = started.elapsed().as_secs_f64();
    simulator.tenant().clear_requests();
    seconds
}

/// An apply for which the requests have to wait.
async fn latency(provider: &Wrapped, floor: &Wrapped, count: usize) -> [Row; 1] {
    let waiting = waiting(count);
    let simulator = tenant(0).await;
    let floor = cost(
        floor,
        &simulator,
        &workspace(floor, &simulator, &CLIENTS, count),
        "apply",
    )
    .seconds;
    let simulator = tenant(LATENCY).await;
    let time = cost(
        provider,
        &simulator,
        &workspace(provider, &simulator, &CLIENTS, count),
        "apply",
    )
    .seconds;
    let what = format!("apply of {count} clients, tenant answers after {LATENCY} ms");
    let budget = format!("≤ 1.1 × floor + {waiting:.1} s");
    [Row::new(what, &budget, format!("{time:.1} s"))
        .against(format!("floor {floor:.1} s"), time / (floor + waiting))]
}

/// A plan of directories whose domains the list does not tell.
async fn reads(provider: &Wrapped, floor: &Wrapped) -> Vec<Row> {
    let simulator = tenant(0).await;
    let floor = {
        let workspace = workspace(floor, &simulator, &DIRECTORIES, READ);
        cost(floor, &simulator, &workspace, "apply");
        cost(floor, &simulator, &workspace, "plan").seconds
    };
    let workspace = workspace(provider, &simulator, &DIRECTORIES, READ);
    cost(provider, &simulator, &workspace, "apply");
    let mut rows = Vec::new();
    for latency in [0, LATENCY] {
        simulator
            .tenant()
            .switches(|switches| switches.latency_ms = latency.into());
        let cost = cost(provider, &simulator, &workspace, "plan");
        let waiting = if latency == 0 { 0.0 } else { waiting(READ) };
        let what = format!(
            "plan that reads {READ} directories, tenant answers after {latency} ms ({})",
            cost.kinds
        );
        let budget = format!("floor + {waiting:.2} s");
        rows.push(
            Row::new(what, &budget, format!("{:.2} s", cost.seconds))
                .against(format!("floor {floor:.2} s"), cost.seconds / (floor + waiting)),
        );
    }
    rows
}

/// N × latency ÷ concurrency, in seconds.
fn waiting(count: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "some thousands")]
    let [count, under_way] = [count, UNDER_WAY].map(|it| it as f64);
    count * f64::from(LATENCY) / 1e3 / under_way
}

async fn tenant(latency: u32) -> Simulator {
    let switches = Switches {
        latency_ms: latency.into(),
        ..Switches::default()
    };
    let options = Options {
        switches,
        ..Options::default()
    };
    Simulator::start(options).await.expect("the simulator")
}

fn workspace(wrapped: &Wrapped, simulator: &Simulator, kind: &Kind, count: usize) -> Workspace {
    let text = format!("{}{}  count = {count}\n}}\n", configuration(simulator), kind.body);
    let mut workspace = Workspace::new(&wrapped.binary(), &[("main.tf", &text)]);
    workspace.timeout = PATIENCE;
    workspace
}

/// It blocks, and may: the simulator has threads of its own.
fn cost(wrapped: &Wrapped, simulator: &Simulator, workspace: &Workspace, command: &str) -> Cost {
    let approve = if command == "plan" {
        None
    } else {
        Some("-auto-approve")
    };
    let mut arguments = vec![command, "-input=false", "-no-color"];
    arguments.extend(approve);
    wrapped.take_cpu();
    counted(&simulator.tenant());
    let started = Instant::now();
    let _done = workspace.run(&arguments).ok();
    let seconds = started.elapsed().as_secs_f64();
    let is_try = |seen: &Recorded| seen.path.ends_with("/oauthtoken") && seen.status >= 400;
    let tries = simulator.tenant().requests().into_iter().filter(is_try).collect();
    let (requests, kinds) = counted(&simulator.tenant());
    eprintln!("{command}: {seconds:.1} s, {requests} requests"); // the table comes at the end of an hour
    Cost {
        seconds,
        cpu: wrapped.take_cpu(),
        requests,
        kinds,
        tries,
        apart: 0.0,
    }
}
