//! `terraform-provider-wsoa probe`: asks a tenant how it answers.
//!
//! What the provider knows of Access is from public sources, which leave questions open (EVIDENCE.md). It works
//! whatever the answers are, but whoever has a tenant can tell which they are. So this asks a tenant all that can be
//! asked, and reports which of the known answers it gives, and what the provider will do there.
//!
//! The report is made of this program's own words and of numbers ([`words`]): nothing has to be redacted, as nothing of
//! the tenant's gets in. What is made for a question has a random name ([`names`]), is written down before it is made
//! ([`made`]), and is removed at the end, however that comes.

mod arguments;
mod findings;
mod made;
mod names;
mod progress;
mod questions;
mod reads;
mod report;
mod session;
mod shapes;
mod words;
mod write_clients;
mod write_directories;

use std::io::Write;
use std::sync::Arc;

use terraform_plugin::Context;
use terraform_plugin::clock::Clock;
use terraform_plugin::diagnostic::Severity;
use terraform_plugin::provider::{Configuring, Provider as _};
use tokio::sync::watch;

use self::arguments::{HELP, Task};
use self::made::Made;
use self::session::{Session, Stop};
use crate::access::{Interrupt, Tenant};
use crate::diagnose;
use crate::provider::{Environment, Settings, Wsoa};

/// The report is complete, and nothing is left behind.
pub const COMPLETE: u8 = 0;
/// The report could not be written.
pub const NOT_WRITTEN: u8 = 1;
/// Wrong arguments or settings; nothing was sent.
pub const USAGE: u8 = 2;
/// There is no tenant, it cannot be reached, it refuses the sign-in, or it stopped answering.
pub const NO_TENANT: u8 = 3;
/// Something is left behind, or may be.
pub const LEFT_BEHIND: u8 = 4;
/// Interrupted; what was made has been removed.
pub const INTERRUPTED: u8 = 130;

/// Where a run gets what it needs, and where it tells what it finds.
pub struct Surroundings<'a> {
    /// The environment variables.
    pub environment: Environment,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The same wish as `interrupts`, for whoever waits: requested with each of them.
    pub interrupt: Interrupt,
    /// How often the user has interrupted. The first time, what was made is removed; the second time, it is named.
    pub interrupts: watch::Receiver<u32>,
    /// Standard output: the report.
    pub out: &'a mut (dyn Write + Send),
    /// Standard error: everything else.
    pub err: &'a mut (dyn Write + Send),
    /// Whether standard error is a terminal.
    pub is_terminal: bool,
}

/// Does what `arguments`, those after `probe`, ask for, and returns the exit code.
pub async fn run(arguments: &[&str], mut around: Surroundings<'_>) -> u8 {
    let task = match arguments::parse(arguments) {
        Ok(task) => task,
        Err(error) => {
            tell(around.err, &format!("{error}\n\n{HELP}"));
            return USAGE;
        }
    };
    if task == Task::Help {
        return written(around.out, &format!("{HELP}\n"));
    }
    let Some(client) = configured(&mut around).await else {
        return USAGE;
    };
    let mut session = Session::new(client, around.err, around.is_terminal, around.interrupts);
    session.progress.doing("signing in");
    if let Err(error) = sign_in(&session).await {
        return stopped(&mut session, error);
    }
    match task {
        Task::Help => COMPLETE, // was told above
        Task::Remove(run) => remove(&mut session, &run).await,
        Task::Ask { write, json } => {
            let asked = ask(&mut session, write).await;
            session.progress.done();
            if !asked.is_complete {
                return asked.code;
            }
            let report = if json {
                report::json(&session.findings, write)
            } else {
                report::text(&session.findings, write)
            };
            let told = written(around.out, &report);
            if asked.code == COMPLETE { told } else { asked.code }
        }
    }
}

/// The client that the environment says, or a message.
async fn configured(around: &mut Surroundings<'_>) -> Option<Tenant> {
    let provider = Wsoa::new(Arc::clone(&around.clock), Arc::clone(&around.environment))
        .interrupted_by(around.interrupt.clone());
    let call = Context::new(Configuring::default());
    let configured = provider.configure(&call, Settings::default()).await;
    let tenant = configured.unwrap_or_else(|errors| {
        call.tell(errors);
        None
    });
    for diagnostic in call.told().0 {
        let kind = match diagnostic.severity {
            Severity::Error => "Error",
            Severity::Warning => "Warning",
        };
        tell(
            around.err,
            &format!("{kind}: {}. {}", diagnostic.summary, diagnostic.detail),
        );
    }
    tenant
}

async fn sign_in(session: &Session<'_>) -> Result<(), Stop> {
    let mut interrupts = session.interrupts.clone();
    tokio::select! {
        outcome = session.tenant.signed_in() => outcome.map_err(Stop::Silent),
        () = interrupted(&mut interrupts, 1) => Err(Stop::Interrupted),
    }
}

/// Returns when the user has interrupted so many times.
async fn interrupted(interrupts: &mut watch::Receiver<u32>, times: u32) {
    if interrupts.wait_for(|count| *count >= times).await.is_err() {
        std::future::pending::<()>().await; // nobody listens to the user
    }
}

/// How the asking has ended.
struct Asked {
    code: u8,
    /// All that could be asked was asked, so that there is something to report.
    is_complete: bool,
}

impl Asked {
    fn ended(code: u8) -> Self {
        Self {
            code,
            is_complete: code == COMPLETE,
        }
    }
}

/// Asks the questions, with `write` those, too, for which something is made.
async fn ask(session: &mut Session<'_>, write: bool) -> Asked {
    let seen = match reads::ask_all(session).await {
        Ok(seen) => seen,
        Err(stop) => return Asked::ended(stopped(session, stop)),
    };
    if !seen.is_a_tenant {
        let host = session.tenant.tenant_url().as_str().to_owned();
        session.progress.say(&format!(
            "{host} does not answer as a Workspace ONE Access (Omnissa Access) tenant does. Check that WSOA_TENANT_URL \
             is the address of the tenant's API."
        ));
        return Asked::ended(NO_TENANT);
    }
    if !write {
        return Asked::ended(COMPLETE);
    }
    let run = names::new_run();
    session.progress.say(&format!(
        "What is made now is called {run}, and is removed at the end. If this process is killed before, run: {} probe \
         --remove {run}",
        env!("CARGO_PKG_NAME")
    ));
    let mut made = Made::default();
    let mut asked = match write_all(session, &mut made, &run).await {
        Ok(()) => Asked::ended(COMPLETE),
        Err(stop) => Asked::ended(stopped(session, stop)),
    };
    if let Err(left) = made.remove_all(session).await {
        session.progress.say(&left_behind(&left, &run));
        asked.code = LEFT_BEHIND;
    }
    asked
}

async fn write_all(session: &mut Session<'_>, made: &mut Made, run: &str) -> Result<(), Stop> {
    write_clients::ask_all(session, made, run).await?;
    write_directories::ask_all(session, made, run).await
}

async fn remove(session: &mut Session<'_>, run: &str) -> u8 {
    let mut made = Made::of_run(run);
    match made.remove_all(session).await {
        Ok(()) => {
            session.progress.say(&format!("Nothing called {run} is left."));
            COMPLETE
        }
        Err(left) => {
            session.progress.say(&left_behind(&left, run));
            LEFT_BEHIND
        }
    }
}

fn left_behind(left: &[String], run: &str) -> String {
    format!(
        "These could not be removed:\n  - {}\nRemove them later with: {} probe --remove {run}",
        left.join("\n  - "),
        env!("CARGO_PKG_NAME")
    )
}

/// Says why the asking has ended, and returns the exit code for that.
fn stopped(session: &mut Session<'_>, stop: Stop) -> u8 {
    match stop {
        Stop::Interrupted => {
            session.progress.say("Interrupted.");
            INTERRUPTED
        }
        Stop::Silent(error) => {
            session
                .progress
                .say(&diagnose::text(&error).replace("\n\n", "\n"));
            NO_TENANT
        }
    }
}

fn written(out: &mut (dyn Write + Send), text: &str) -> u8 {
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => COMPLETE,
        Err(_) => NOT_WRITTEN,
    }
}

fn tell(err: &mut (dyn Write + Send), text: &str) {
    let _ = writeln!(err, "{}", terraform_plugin::text::lines(text)); // to nobody who could be told
}
