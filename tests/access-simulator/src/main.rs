//! Runs a simulated tenant until it is told to stop.

use std::io::{self, Read as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use access_simulator::{Options, Profile, Simulator, Switches};
use clap::parser::ValueSource;
use clap::{CommandFactory as _, FromArgMatches as _, Parser};
use tokio::sync::oneshot;

/// A Workspace ONE Access tenant in memory, for demos and tests.
///
/// When it is ready, it prints one line of JSON with its address, the file of the certificate to trust and the id
/// of the bootstrap client. It runs until SIGINT or SIGTERM.
#[derive(Parser)]
#[command(name = "access-simulator", version)]
struct Flags {
    /// Port on 127.0.0.1; 0 takes any free one.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Where to write the certificate to trust; a temporary file when absent.
    #[arg(long)]
    ca_file: Option<PathBuf>,
    /// Q28: path of a multi-tenant system, for example /SAAS/t/acme; it replaces /SAAS.
    #[arg(long)]
    path_prefix: Option<String>,
    /// Name of the tenant.
    #[arg(long, default_value = "acme")]
    tenant: String,
    /// Id of the bootstrap client.
    #[arg(long, default_value = "terraform-admin")]
    client_id: String,
    /// Secret of the bootstrap client; it guards nothing but this simulator.
    #[arg(long, default_value = "terraform-admin-secret")]
    client_secret: String,
    /// Name for the session login.
    #[arg(long, requires = "password")]
    username: Option<String>,
    /// Password for the session login.
    #[arg(long, requires = "username")]
    password: Option<String>,
    /// Stop when stdin is closed, for callers that cannot send signals.
    #[arg(long)]
    exit_with_stdin: bool,
    /// The kind of tenant. What further flags say of its behavior goes before it.
    #[arg(long, value_enum, default_value_t)]
    profile: Profile,
    #[command(flatten)]
    switches: Switches,
}

impl Flags {
    fn read() -> Result<Self, clap::Error> {
        let given = Self::command().get_matches();
        let mut flags = Self::from_arg_matches(&given)?;
        let is_given = |name: &str| given.value_source(name) == Some(ValueSource::CommandLine);
        flags.switches = flags.profile.overridden(&flags.switches, is_given);
        Ok(flags)
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Flags::read().unwrap_or_else(|error| error.exit())).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("access-simulator: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(flags: Flags) -> io::Result<()> {
    // Installed before the ready line, because a caller may stop us as soon as it has read that.
    let told_to_stop = told_to_stop()?;
    let simulator = Simulator::start(Options {
        port: flags.port,
        path_prefix: flags.path_prefix,
        tenant: flags.tenant,
        admin_client: (flags.client_id.clone(), flags.client_secret),
        admin_user: flags.username.zip(flags.password),
        switches: flags.switches,
        ca_file: flags.ca_file,
    })
    .await?;
    let ready = serde_json::json!({
        "url": simulator.url(), "ca_file": simulator.ca_file(), "client_id": flags.client_id,
    });
    let mut stdout = io::stdout();
    writeln!(stdout, "{ready}")?;
    stdout.flush()?;
    tokio::select! {
        () = told_to_stop => {}
        () = stdin_closed(), if flags.exit_with_stdin => {}
    }
    Ok(())
}

/// Listens from now on for what ends the program.
#[cfg(unix)]
fn told_to_stop() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminated = signal(SignalKind::terminate())?;
    let mut interrupted = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminated.recv() => {}
            _ = interrupted.recv() => {}
        }
    })
}

/// Listens from now on for what ends the program.
#[cfg(not(unix))]
fn told_to_stop() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await; // without a handler the system ends the program itself
    })
}

async fn stdin_closed() {
    let (closed, wait) = oneshot::channel();
    // A thread of its own: unlike the runtime's, it does not keep the process alive while it blocks.
    std::thread::spawn(move || {
        let mut buffer = [0; 64];
        while io::stdin().read(&mut buffer).is_ok_and(|read| read > 0) {}
        let _ = closed.send(()); // nobody listens when a signal came first
    });
    let _ = wait.await; // an error would mean that the thread is gone, which also ends the wait
}
