//! From starting the process to its handshake line.

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Command, Stdio},
    time::Instant,
};

use wsoa_test_kit::host::Certificate;

use crate::{
    binaries::Binaries,
    table::{Row, median},
};

const ROUNDS: usize = 30;
/// Rounds that are thrown away, in which the binaries come into the page cache.
const WARM_UP: usize = 3;
const COOKIE: &str = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";

/// Starts each binary with and without TLS in turn, again and again.
pub fn measure(binaries: &Binaries) -> [Row; 2] {
    let directory = tempfile::tempdir().expect("a directory for sockets");
    let certificate = Certificate::generate().pem();
    let certificates = [Some(certificate.as_str()), None];
    let mut times = [const { [const { Vec::new() }; 2] }; 2];
    for round in 0..WARM_UP + ROUNDS {
        for (certificate, times) in certificates.iter().zip(&mut times) {
            for (binary, times) in [&binaries.provider, &binaries.peer].into_iter().zip(times) {
                let time = start(binary, directory.path(), *certificate);
                if round >= WARM_UP {
                    times.push(time);
                }
            }
        }
    }
    let [with, without] = times;
    [row("AutoMTLS", "≤ 3.8 ms", with), row("no TLS", "", without)]
}

fn row(what: &str, budget: &str, times: [Vec<f64>; 2]) -> Row {
    let least = times
        .each_ref()
        .map(|times| times.iter().copied().fold(f64::INFINITY, f64::min));
    let medians = times.map(median);
    let [provider, peer] = [0, 1].map(|of| format!("{:.1} ms (least {:.1})", medians[of], least[of]));
    Row::new(format!("start to handshake line, {what}"), budget, provider)
        .against(peer, medians[0] / medians[1])
}

/// Milliseconds.
fn start(binary: &Path, sockets: &Path, certificate: Option<&str>) -> f64 {
    let mut command = Command::new(binary);
    command
        .env_clear()
        .env("TMPDIR", sockets)
        .env("TF_PLUGIN_MAGIC_COOKIE", COOKIE)
        .env("PLUGIN_PROTOCOL_VERSIONS", "5,6")
        .envs(certificate.map(|certificate| ("PLUGIN_CLIENT_CERT", certificate)))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let started = Instant::now();
    let mut child = command.spawn().expect("the plugin starts");
    let mut line = String::new();
    let stdout = child.stdout.take().expect("piped");
    let _length = BufReader::new(stdout)
        .read_line(&mut line)
        .expect("standard output");
    let time = started.elapsed();
    child.kill().expect("it still runs");
    let _status = child.wait().expect("it ends");
    assert!(line.starts_with("1|6|"), "{} says {line:?}", binary.display());
    time.as_secs_f64() * 1e3
}
