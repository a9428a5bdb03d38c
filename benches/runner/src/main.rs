//! Measures the released provider against its budgets, beside a provider on tf-provider and beside what Terraform
//! itself needs, all in one run. It judges nothing: it prints numbers, and their ratios are what to look at.

mod apply;
mod binaries;
mod lines;
mod memory;
mod requests;
mod start;
mod table;

use access_simulator::{Options, Simulator};

use crate::binaries::Binaries;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let binaries = Binaries::find();
    println!("\n{}\n", machine());
    let simulator = Simulator::start(Options::default()).await.expect("the simulator");
    let mut rows = Vec::new();
    rows.extend(start::measure(&binaries));
    rows.extend(memory::measure(&binaries, &simulator).await);
    rows.push(binaries.size());
    rows.extend(requests::measure(&binaries.provider).await);
    rows.extend(apply::measure(&binaries.provider).await);
    rows.extend(lines::measure());
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
