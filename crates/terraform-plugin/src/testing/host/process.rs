//! The plugin's process and what it writes.

use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};
use tokio::process::{Child, Command};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use super::{Certificate, HostOptions, StartError};
use crate::testing::environment;

const COOKIE: &str = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(20);
/// What a CLI waits after it said goodbye, before it kills.
pub(super) const GRACE: Duration = Duration::from_secs(2);

pub(super) type Lines = Arc<Mutex<Vec<String>>>;

pub(super) struct Process {
    pub child: Child,
    pub stdout: Lines,
    pub stderr: Lines,
    readers: [JoinHandle<()>; 2],
    /// Where the process keeps its socket: one that is killed cannot clear up behind itself.
    _temporary: tempfile::TempDir,
}

impl Process {
    pub fn spawn(binary: &Path, options: &HostOptions, announced: &Certificate) -> Self {
        let mut command = Command::new(binary);
        command.args(&options.arguments);
        for name in environment::foreign(&environment::provider_of(binary)) {
            command.env_remove(name);
        }
        command.env("PLUGIN_PROTOCOL_VERSIONS", &options.protocol_versions);
        if options.cookie {
            command.env("TF_PLUGIN_MAGIC_COOKIE", COOKIE);
        }
        if options.tls {
            command.env("PLUGIN_CLIENT_CERT", announced.pem());
        }
        let temporary = tempfile::Builder::new()
            .prefix("plugin-host")
            .tempdir()
            .expect("a directory");
        command.env("TMPDIR", temporary.path());
        let environment = options.environment.iter().map(|(name, value)| (name, value));
        let mut child = command
            .envs(environment)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| panic!("{} does not start: {error}", binary.display()));
        let (stdout, stderr) = (Lines::default(), Lines::default());
        let readers = [
            collect(child.stdout.take().expect("piped"), &stdout),
            collect(child.stderr.take().expect("piped"), &stderr),
        ];
        Self {
            child,
            stdout,
            stderr,
            readers,
            _temporary: temporary,
        }
    }

    /// The first line of standard output.
    pub async fn first_line(&mut self) -> Result<String, StartError> {
        let line = timeout(HANDSHAKE_TIMEOUT, async {
            loop {
                let ended = self.child.try_wait().expect("a child").is_some();
                if ended {
                    for reader in &mut self.readers {
                        let _ = reader.await; // for what it wrote last
                    }
                }
                if let Some(line) = self.stdout.lock().unwrap().first() {
                    return Some(line.clone());
                }
                if ended {
                    return None;
                }
                sleep(Duration::from_millis(1)).await;
            }
        })
        .await;
        match line {
            Ok(Some(line)) => Ok(line),
            Ok(None) => Err(self.failed("plugin exited before we could connect".to_owned())),
            Err(_) => Err(self.failed("timeout while waiting for plugin to start".to_owned())),
        }
    }

    pub fn failed(&mut self, message: String) -> StartError {
        StartError {
            message,
            exit: self.child.try_wait().expect("a child"),
            stdout: self.stdout.lock().unwrap().clone(),
            stderr: self.stderr.lock().unwrap().clone(),
        }
    }
}

/// Appends each line of `stream` to `lines`, until its other end is closed.
fn collect(stream: impl AsyncRead + Unpin + Send + 'static, lines: &Lines) -> JoinHandle<()> {
    let into = Arc::clone(lines);
    tokio::spawn(async move {
        let mut reader = BufReader::new(stream).lines();
        while let Ok(Some(line)) = reader.next_line().await {
            into.lock().unwrap().push(line);
        }
    })
}

/// go-plugin reads `@level` and `@message` of a JSON line as text without asking, and panics with the CLI.
pub(super) fn assert_log_lines_are_safe(lines: &[String]) {
    for line in lines {
        let Ok(serde_json::Value::Object(fields)) = serde_json::from_str(line) else {
            continue;
        };
        for name in ["@level", "@message", "@timestamp", "@module"] {
            let value = fields.get(name);
            assert!(
                value.is_none_or(serde_json::Value::is_string),
                "{name} would crash the CLI: {line}"
            );
        }
    }
}
