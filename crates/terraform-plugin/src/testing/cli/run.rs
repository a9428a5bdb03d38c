//! One run of the CLI: started, waited for, never for ever.

use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// What a run said and how it ended.
#[derive(Clone, Debug)]
pub struct Output {
    /// The command line, for messages.
    pub command: String,
    /// The exit code; `None` after a signal.
    pub code: Option<i32>,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Output {
    /// Both streams.
    pub fn text(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }

    /// Both streams as one line, frames and line breaks removed, so that a sentence can be looked for.
    pub fn flat(&self) -> String {
        let text = self.text().replace(['│', '╷', '╵'], " ");
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Panics unless it succeeded.
    #[track_caller]
    #[must_use]
    pub fn ok(self) -> Self {
        assert_eq!(self.code, Some(0), "{} failed:\n{}", self.command, self.text());
        self
    }

    /// Panics unless it failed and said this, wherever the lines were broken.
    #[track_caller]
    #[must_use]
    pub fn expect_error(self, text: &str) -> Self {
        assert_eq!(
            self.code,
            Some(1),
            "{} did not fail:\n{}",
            self.command,
            self.text()
        );
        self.expect(text)
    }

    /// Panics unless it said this, wherever the lines were broken.
    #[track_caller]
    #[must_use]
    pub fn expect(self, text: &str) -> Self {
        assert!(
            self.flat().contains(text),
            "{} does not say {text:?}:\n{}",
            self.command,
            self.text()
        );
        self
    }

    /// Standard output as JSON.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{} wrote no JSON ({error}):\n{}", self.command, self.text()))
    }

    /// Standard output as one JSON value a line, as `-json` makes of plan and apply.
    #[track_caller]
    pub fn json_lines(&self) -> Vec<serde_json::Value> {
        let parse = |line| serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}"));
        self.stdout.lines().map(parse).collect()
    }
}

/// A run that has not ended yet.
pub struct Running {
    command: String,
    child: Child,
    stdout: Text,
    stderr: Text,
    deadline: Instant,
    readers: Vec<thread::JoinHandle<()>>,
    transcript: Transcript,
}

/// Every run of a workspace that has ended, in that order.
pub(super) type Transcript = Arc<Mutex<Vec<Output>>>;

type Text = Arc<Mutex<Vec<u8>>>;

impl Running {
    /// Starts in a process group of its own, so that signals reach the plugins too, as Ctrl-C in a terminal does.
    pub(super) fn start(mut command: Command, timeout: Duration, transcript: Transcript) -> Self {
        let text = describe(&command);
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{text} does not start: {error}"));
        let (stdout, stderr) = (Text::default(), Text::default());
        let readers = vec![
            read(child.stdout.take().expect("piped"), Arc::clone(&stdout)),
            read(child.stderr.take().expect("piped"), Arc::clone(&stderr)),
        ];
        Self {
            command: text,
            child,
            stdout,
            stderr,
            deadline: Instant::now() + timeout,
            readers,
            transcript,
        }
    }

    /// The CLI's process, which leads its group.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// What it has said so far.
    pub fn text(&self) -> String {
        let text = |text: &Text| String::from_utf8_lossy(&text.lock().unwrap()).into_owned();
        text(&self.stdout) + &text(&self.stderr)
    }

    /// Waits until it says something.
    pub fn wait_for(&self, text: &str) {
        while !self.text().contains(text) {
            assert!(
                Instant::now() < self.deadline,
                "{} never said {text:?}:\n{}",
                self.command,
                self.text()
            );
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Sends a signal (`INT`, `TERM`) to the CLI and its plugins, as a terminal does.
    pub fn signal_group(&self, signal: &str) {
        self.kill(signal, &format!("-{}", self.pid()));
    }

    /// Sends a signal to one of its processes alone.
    pub fn signal_process(&self, signal: &str, pid: u32) {
        self.kill(signal, &pid.to_string());
    }

    fn kill(&self, signal: &str, target: &str) {
        let status = Command::new("kill")
            .args(["-s", signal, "--", target])
            .status()
            .expect("kill");
        assert!(
            status.success(),
            "{} cannot be sent {signal}:\n{}",
            self.command,
            self.text()
        );
    }

    /// Waits for its end; kills it and panics when that does not come.
    pub fn wait(mut self) -> Output {
        let status = loop {
            if let Some(status) = self.child.try_wait().expect("a child") {
                break status;
            }
            if Instant::now() > self.deadline {
                self.signal_group("KILL");
                let _ended = self.child.wait();
                panic!("{} hung and was killed:\n{}", self.command, self.text());
            }
            thread::sleep(Duration::from_millis(5));
        };
        // A plugin that outlives the CLI holds the pipes open; what the CLI wrote is there by then.
        let patience = Instant::now() + Duration::from_secs(5);
        while self.readers.iter().any(|reader| !reader.is_finished()) && Instant::now() < patience {
            thread::sleep(Duration::from_millis(2));
        }
        let text = |text: &Text| String::from_utf8_lossy(&text.lock().unwrap()).into_owned();
        let (stdout, stderr) = (text(&self.stdout), text(&self.stderr));
        let output = Output {
            command: self.command.clone(),
            code: status.code(),
            stdout,
            stderr,
        };
        self.transcript.lock().unwrap().push(output.clone());
        output
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            self.signal_group("KILL");
            let _ended = self.child.wait();
        }
    }
}

/// The command without its environment.
fn describe(command: &Command) -> String {
    let program = command.get_program().to_string_lossy().into_owned();
    command.get_args().fold(program, |text, argument| {
        format!("{text} {}", argument.to_string_lossy())
    })
}

fn read(mut from: impl Read + Send + 'static, into: Text) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        let mut buffer = [0; 8192];
        while let Ok(count @ 1..) = from.read(&mut buffer) {
            into.lock().unwrap().extend_from_slice(&buffer[..count]);
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    fn shell(script: &str, timeout: Duration) -> Running {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        Running::start(command, timeout, Transcript::default())
    }

    #[cfg(unix)]
    #[test]
    fn both_streams_and_the_code_are_kept() {
        let output = shell("echo out; echo err >&2; exit 1", Duration::from_secs(10)).wait();
        assert_eq!(
            (output.stdout.as_str(), output.stderr.as_str()),
            ("out\n", "err\n")
        );
        let _checked = output.expect_error("out err");
    }

    #[cfg(unix)]
    #[test]
    #[should_panic(expected = "hung and was killed")]
    fn what_hangs_is_killed() {
        shell("sleep 60", Duration::from_millis(100)).wait();
    }

    #[test]
    fn frames_do_not_break_sentences() {
        let stderr = "│ Error: one\n│ two\n╵".to_owned();
        let output = Output {
            command: String::new(),
            code: Some(1),
            stdout: String::new(),
            stderr,
        };
        assert_eq!(output.flat(), "Error: one two");
    }
}
