//! How what the provider needs grows with the number of objects, without a CLI, which grows by itself.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use access_simulator::{Options, Simulator};
use tokio::task::JoinSet;
use wsoa_test_kit::{Host, HostOptions, State, Val, obj};

use crate::process;
use crate::requests::{counted, settings};
use crate::table::Row;

const SIZES: [usize; 4] = [1, 100, 1000, 5000];
/// As many objects at a time as the CLI works at.
const PARALLELISM: usize = 10;
const CLIENT: &str = "wsoa_oauth_client";
const DIRECTORY: &str = "wsoa_other_directory";

/// What the work on so many objects took, in the order of [`SIZES`].
#[derive(Default)]
struct Growth {
    seconds: Vec<f64>,
    cpu: Vec<f64>,
    mebibytes: Vec<f64>,
    requests: Vec<f64>,
}

/// Makes clients, and reads directories where one list tells everything.
pub async fn measure(provider: &Path) -> Vec<Row> {
    let (mut made, mut read) = (Growth::default(), Growth::default());
    for size in SIZES {
        let mut options = Options::default();
        options.switches.directory_list_domains = true;
        let simulator = Simulator::start(options).await.expect("the simulator");
        let client = |number| (CLIENT, obj! { client_id: format!("client-{number}") });
        work(
            provider,
            &simulator,
            &mut made,
            (0..size).map(client).collect(),
            create,
        )
        .await;
        let directory = |number| {
            let domain = format!("d{number}.example.com");
            (
                DIRECTORY,
                obj! { name: format!("directory-{number}"), domains: [domain.as_str()] },
            )
        };
        let states = work(
            provider,
            &simulator,
            &mut Growth::default(),
            (0..size).map(directory).collect(),
            create,
        )
        .await;
        work(provider, &simulator, &mut read, states, refresh).await;
    }
    let mut rows = made.rows("clients made");
    rows.extend(read.rows("directories read"));
    rows
}

async fn create(host: Arc<Host>, (kind, config): (&'static str, Val)) -> State {
    host.create(kind, config).await
}

async fn refresh(host: Arc<Host>, state: State) -> State {
    host.refresh(&state).await.expect("it is there")
}

/// Does `what` with each of `all` in a process of its own, some at a time.
async fn work<T: Send + 'static, F: Future<Output = State> + Send + 'static>(
    provider: &Path,
    simulator: &Simulator,
    growth: &mut Growth,
    all: Vec<T>,
    what: fn(Arc<Host>, T) -> F,
) -> Vec<State> {
    let host = Arc::new(Host::start(provider, HostOptions::default()).await);
    let told = host.configure(settings(simulator)).await;
    assert!(told.is_empty(), "{told}");
    let pid = host.pid().expect("a process of ours");
    counted(&simulator.tenant());
    let (started, busy) = (Instant::now(), process::cpu(pid));
    let (mut done, mut under_way) = (Vec::with_capacity(all.len()), JoinSet::new());
    for one in all {
        if under_way.len() == PARALLELISM {
            done.extend(under_way.join_next().await);
        }
        under_way.spawn(what(Arc::clone(&host), one));
    }
    done.extend(under_way.join_all().await.into_iter().map(Ok));
    growth.seconds.push(started.elapsed().as_secs_f64());
    growth.cpu.push(process::cpu(pid) - busy);
    growth.mebibytes.push(process::memory(pid, "VmHWM"));
    #[expect(clippy::cast_precision_loss, reason = "some thousands")]
    growth.requests.push(counted(&simulator.tenant()).0 as f64);
    done.into_iter()
        .map(|state| state.expect("it did not panic"))
        .collect()
}

impl Growth {
    fn rows(&self, what: &str) -> Vec<Row> {
        let row = |name: &str, unit: &str, digits: usize, values: &[f64]| {
            let shown: Vec<_> = values.iter().map(|value| format!("{value:.digits$}")).collect();
            let sizes = SIZES.map(|size| size.to_string()).join(" / ");
            Row::new(
                format!("growth, {sizes} {what}: {name}"),
                "≤ n^1.1",
                format!("{}{unit}, n^{:.2}", shown.join(" / "), exponent(values)),
            )
        };
        vec![
            row("time", " s", 2, &self.seconds),
            row("processor, provider alone", " s", 2, &self.cpu),
            row("most resident", " MiB", 1, &self.mebibytes),
            row("requests", "", 0, &self.requests),
        ]
    }
}

/// The exponent of the power of their number by which what more than one object takes grows: the slope of the line
/// through the logarithms. What one object takes is taken off, as it is mostly what the process takes by itself. Each
/// point counts by the square of its value: whatever disturbs a measurement is a greater part of a small one.
fn exponent(values: &[f64]) -> f64 {
    let first = values[0];
    let more = SIZES.iter().zip(values).skip(1);
    #[expect(clippy::cast_precision_loss, reason = "some thousands")]
    let points: Vec<_> = more
        .map(|(&size, value)| (size as f64 - 1.0, (value - first).max(1e-3)))
        .collect();
    let sum = |of: &dyn Fn(f64, f64) -> f64| -> f64 {
        let counted = points.iter().map(|(x, y)| y.powi(2) * of(x.ln(), y.ln()));
        counted.sum()
    };
    let all = sum(&|_, _| 1.0);
    let (middle_x, middle_y) = (sum(&|x, _| x) / all, sum(&|_, y| y) / all);
    let slope = sum(&|x, y| (x - middle_x) * (y - middle_y)) / sum(&|x, _| (x - middle_x).powi(2));
    (slope * 100.0).round() / 100.0 + 0.0 // no "-0.00"
}
