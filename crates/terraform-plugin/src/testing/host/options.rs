//! How a plugin is started.

use std::fmt;
use std::process::ExitStatus;
use std::sync::Arc;

use crate::testing::schema::Schemas;

/// What the host does like a CLI, unless told otherwise.
#[derive(Clone)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is one thing that a CLI does or does not"
)]
pub struct HostOptions {
    /// Added to this process's own environment, from which everything is removed that could decide a test.
    pub environment: Vec<(String, String)>,
    /// Command line.
    pub arguments: Vec<String>,
    /// Whether the magic cookie is set, which tells a plugin that a CLI started it.
    pub cookie: bool,
    /// `PLUGIN_PROTOCOL_VERSIONS`.
    pub protocol_versions: String,
    /// Whether a client certificate is announced; `TF_DISABLE_PLUGIN_TLS` makes this false.
    pub tls: bool,
    /// The CLI's version, as the provider is told.
    pub terraform_version: String,
    /// Whether the CLI knows write-only attributes (1.11 and later).
    pub write_only_allowed: bool,
    /// Whether the CLI keeps what a plan answers as private data until it plans once more to apply (Terraform 1.16).
    pub store_planned_private: bool,
    /// Schemas of an earlier process: this one is then not asked for them, as in every phase of a CLI but the first.
    pub schemas: Option<Arc<Schemas>>,
}

impl Default for HostOptions {
    fn default() -> Self {
        Self {
            environment: Vec::new(),
            arguments: Vec::new(),
            cookie: true,
            protocol_versions: "5,6".to_owned(),
            tls: true,
            terraform_version: "1.11.4".to_owned(),
            write_only_allowed: true,
            store_planned_private: false,
            schemas: None,
        }
    }
}

impl HostOptions {
    /// With one more environment variable.
    #[must_use]
    pub fn env(mut self, name: &str, value: impl Into<String>) -> Self {
        self.environment.push((name.to_owned(), value.into()));
        self
    }
}

/// Why no connection came about.
#[derive(Debug)]
pub struct StartError {
    /// In go-plugin's words where it has some.
    pub message: String,
    /// How the plugin ended, if it did.
    pub exit: Option<ExitStatus>,
    /// What it wrote to standard output.
    pub stdout: Vec<String>,
    /// What it wrote to standard error.
    pub stderr: Vec<String>,
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            message,
            exit,
            stdout,
            stderr,
        } = self;
        let (stdout, stderr) = (stdout.join("\n"), stderr.join("\n"));
        write!(
            f,
            "{message} (exit: {exit:?})\nstdout:\n{stdout}\nstderr:\n{stderr}"
        )
    }
}
