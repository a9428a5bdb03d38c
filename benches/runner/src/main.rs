//! Measures the released provider against its budgets, beside other providers and beside what a CLI itself needs, all in
//! one run. It judges nothing: it prints numbers, and their ratios are what to look at.

mod binaries;
mod growth;
mod lines;
mod many;
mod memory;
mod process;
mod requests;
mod start;
mod table;
mod wrapped;

use access_simulator::{Options, Simulator};

use crate::binaries::Binaries;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let binaries = Binaries::find();
    println!("\n{}\n", machine());
    let simulator = Simulator::start(Options::default()).await.expect("the simulator");
    let only = std::env::var("WSOA_BENCH_ONLY").unwrap_or_default();
    let is_wanted = |part| only.is_empty() || only.split(',').any(|it| it.trim() == part);
    let mut rows = Vec::new();
    if is_wanted("start") {
        rows.extend(start::measure(&binaries));
    }
    if is_wanted("memory") {
        rows.extend(memory::measure(&binaries, &simulator).await);
    }
    if is_wanted("size") {
        rows.extend(binaries.size());
    }
    if is_wanted("requests") {
        rows.extend(requests::measure(&binaries.provider).await);
    }
    if is_wanted("many") {
        rows.extend(many::measure(&binaries).await);
    }
    if is_wanted("growth") {
        rows.extend(growth::measure(&binaries.provider).await);
    }
    if is_wanted("lines") {
        rows.extend(lines::measure());
    }
    table::print(&rows);
}

/// What it ran on, and how busy that was.
fn machine() -> String {
    let read = |path| std::fs::read_to_string(path).unwrap_or_default();
    let processors = read("/proc/cpuinfo");
    let model = processors
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map_or("an unknown processor", |(_, model)| model);
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let load = read("/proc/loadavg");
    let load = load.split(' ').next().unwrap_or_default();
    format!("{model}, {cores} cores, load {load} at the start")
}
