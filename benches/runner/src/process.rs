//! What Linux knows of a running process.

use std::fs;
use std::time::Duration;

use nix::time;
use nix::unistd::Pid;

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

/// Seconds for which it kept a processor busy, to the nanosecond.
pub fn cpu(pid: u32) -> f64 {
    let pid = pid.try_into().expect("the number of a process");
    let clock = time::clock_getcpuclockid(Pid::from_raw(pid)).expect("the process runs");
    let busy = time::clock_gettime(clock).expect("the process runs");
    Duration::from(busy).as_secs_f64()
}
