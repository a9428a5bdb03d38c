//! From starting the process to its handshake line.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use wsoa_test_kit::host::Certificate;

use crate::binaries::Binaries;
use crate::table::{Row, median};

const ROUNDS: usize = 30;
/// Rounds that are thrown away, in which the binaries come into the page cache.
const WARM_UP: usize = 3;
const COOKIE: &str = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";

/// A provider that has said nothing by then will not.
const PATIENCE: Duration = Duration::from_secs(10);

/// Milliseconds of each start, or why there was none.
type Times = Result<Vec<f64>, String>;

/// Starts each binary with and without TLS in turn, again and again.
pub fn measure(binaries: &Binaries) -> Vec<Row> {
    let directory = tempfile::tempdir().expect("a directory for sockets");
    let certificate = Certificate::generate().pem();
    let ways = [
        ("AutoMTLS", "≤ 3.8 ms", Some(certificate.as_str())),
        ("no TLS", "", None),
    ];
    let paths: Vec<_> = std::iter::once(&binaries.provider)
        .chain(binaries.peers.iter().map(|peer| &peer.path))
        .collect();
    let mut times: [Vec<Times>; 2] = std::array::from_fn(|_| vec![Ok(Vec::new()); paths.len()]);
    for round in 0..WARM_UP + ROUNDS {
        for ((_, _, certificate), times) in ways.iter().zip(&mut times) {
            for (binary, times) in paths.iter().zip(times) {
                let Ok(so_far) = times else { continue };
                match start(binary, directory.path(), *certificate) {
                    Ok(time) if round >= WARM_UP => so_far.push(time),
                    Ok(_) => {}
                    Err(reason) => *times = Err(reason),
                }
            }
        }
    }
    let mut rows = Vec::new();
    for ((what, budget, _), times) in ways.iter().zip(&times) {
        let provider = times[0]
            .as_ref()
            .unwrap_or_else(|reason| panic!("the provider {reason}"));
        for (peer, times) in binaries.peers.iter().zip(&times[1..]) {
            let what = format!("start to handshake line, {what}");
            let row = Row::new(&what, budget, shown(provider)).beside(peer.other());
            rows.push(match times {
                Ok(times) => row.against(shown(times), middle(provider) / middle(times)),
                Err(reason) => row.without(reason),
            });
        }
    }
    rows
}

fn middle(times: &[f64]) -> f64 {
    median(times.to_vec())
}

fn shown(times: &[f64]) -> String {
    let least = times.iter().copied().fold(f64::INFINITY, f64::min);
    format!("{:.1} ms (least {least:.1})", middle(times))
}

/// Milliseconds.
fn start(binary: &Path, sockets: &Path, certificate: Option<&str>) -> Result<f64, String> {
    let mut command = Command::new(binary);
    command
        .env_clear()
        .env("TMPDIR", sockets)
        .env("HOME", sockets)
        .env("TF_PLUGIN_MAGIC_COOKIE", COOKIE)
        .env("PLUGIN_PROTOCOL_VERSIONS", "5,6")
        .envs(certificate.map(|certificate| ("PLUGIN_CLIENT_CERT", certificate)))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let started = Instant::now();
    let mut child = command
        .spawn()
        .map_err(|error| format!("does not start: {error}"))?;
    let stdout = child.stdout.take().expect("piped");
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        let mut line = String::new();
        let read = BufReader::new(stdout).read_line(&mut line);
        let _nobody_waits = tell.send((read.map(|_| line), started.elapsed()));
    });
    let read = told.recv_timeout(PATIENCE);
    let _has_ended = child.kill();
    let _status = child.wait();
    match read {
        Ok((Ok(line), time)) if line.starts_with("1|5|") || line.starts_with("1|6|") => {
            Ok(time.as_secs_f64() * 1e3)
        }
        Ok((Ok(line), _)) => Err(format!("does not start: it says {:?}", line.trim_end())),
        Ok((Err(error), _)) => Err(format!("does not start: {error}")),
        Err(_) => Err(format!(
            "does not start: it says nothing for {} s",
            PATIENCE.as_secs()
        )),
    }
}
