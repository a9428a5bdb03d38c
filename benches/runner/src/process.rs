//! What Linux knows of a running process.

use std::fs;

/// Ticks of a second in which Linux counts processor time, on every platform that we build for.
const TICKS: f64 = 100.0;

/// MiB of a line of `/proc/PID/status`: `VmRSS` is what it occupies, `VmHWM` the most that it ever did.
pub fn memory(pid: u32, line: &str) -> f64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).expect("Linux, and the process runs");
    let mut lines = status.lines();
    let value = lines.find_map(|it| it.strip_prefix(line)?.strip_prefix(':'));
    let kibibytes = value
        .and_then(|value| value.trim().strip_suffix(" kB"))
        .expect("a size in kB");
    kibibytes.trim().parse::<f64>().expect("a number") / 1024.0
}

/// Seconds for which it kept a processor busy.
pub fn cpu(pid: u32) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).expect("Linux, and the process runs");
    let (_, rest) = stat.rsplit_once(')').expect("the name stands in brackets");
    let ticks = rest.split_whitespace().skip(11).take(2); // proc(5): utime and stime
    ticks
        .map(|ticks| ticks.parse::<f64>().expect("ticks"))
        .sum::<f64>()
        / TICKS
}
