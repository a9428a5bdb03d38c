//! Many clients at once, beside what Terraform itself needs for as many of its own.

use std::{env, path::Path, time::Instant};

use access_simulator::{Options, Simulator, Switches};
use wsoa_test_kit::cli::Workspace;

use crate::{
    requests::{configuration, counted},
    table::{Row, median},
};

const ROUNDS: usize = 3;
const LATENCIES_MS: [u32; 2] = [0, 50];
const PARALLELISM: &str = "-parallelism=50";
/// The provider's default for `max_concurrent_requests`.
const CONCURRENCY: u32 = 8;

/// Applies in turn, and prints the medians.
pub async fn measure(provider: &Path) -> Vec<Row> {
    let clients = clients();
    let mut floors = Vec::new();
    let mut times = LATENCIES_MS.map(|_| Vec::new());
    let mut requests = LATENCIES_MS.map(|_| (0, String::new()));
    for _ in 0..ROUNDS {
        floors.push(floor(provider, clients));
        for ((latency, times), requests) in LATENCIES_MS.into_iter().zip(&mut times).zip(&mut requests) {
            let (time, seen) = apply(provider, clients, latency).await;
            times.push(time);
            *requests = seen;
        }
    }
    let floor = median(floors);
    let mut rows = Vec::new();
    for ((latency, times), (count, kinds)) in LATENCIES_MS.into_iter().zip(times).zip(requests) {
        let time = median(times);
        let waiting = f64::from(clients) * f64::from(latency) / 1e3 / f64::from(CONCURRENCY);
        let budget = format!("≤ {:.1} s", 1.15 * floor + waiting);
        let what = format!("apply of {clients} clients, tenant answers after {latency} ms");
        rows.push(
            Row::new(what, &budget, format!("{time:.1} s")).against(format!("{floor:.1} s"), time / floor),
        );
        let what = format!("its requests ({kinds})");
        rows.push(Row::new(what, &format!("{}", clients + 1), count.to_string()));
    }
    rows
}

/// The attributes of a client.
const VALUES: u32 = 17;

fn clients() -> u32 {
    let number = env::var("WSOA_BENCH_CLIENTS").unwrap_or_else(|_| "1000".to_owned());
    number.parse().expect("WSOA_BENCH_CLIENTS is a number")
}

/// As many objects of the CLI's own, each with as many values as a client has: what the CLI does with its state grows
/// with both.
fn floor(provider: &Path, count: u32) -> f64 {
    let values: String = (1..=VALUES).fold(String::new(), |values, number| {
        values + &format!("    value_{number} = \"client-${{count.index}}\"\n")
    });
    let text = format!("resource \"terraform_data\" \"all\" {{\n  count = {count}\n  input = {{\n{values}  }}\n}}\n");
    time(&Workspace::new(provider, &[("main.tf", &text)]))
}

async fn apply(provider: &Path, count: u32, latency: u32) -> (f64, (usize, String)) {
    let switches = Switches {
        latency_ms: latency.into(),
        ..Switches::default()
    };
    let options = Options {
        switches,
        ..Options::default()
    };
    let simulator = Simulator::start(options).await.expect("the simulator");
    let text = format!(
        "{}resource \"wsoa_oauth_client\" \"all\" {{\n  count = {count}\n  \
         client_id = \"client-${{count.index}}\"\n}}\n",
        configuration(&simulator)
    );
    let seconds = time(&Workspace::new(provider, &[("main.tf", &text)]));
    (seconds, counted(&simulator.tenant()))
}

/// Seconds. It blocks, and may: the simulator has threads of its own.
fn time(workspace: &Workspace) -> f64 {
    let started = Instant::now();
    let _applied = workspace
        .run(&["apply", "-input=false", "-no-color", "-auto-approve", PARALLELISM])
        .ok();
    started.elapsed().as_secs_f64()
}
