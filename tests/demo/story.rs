//! How the demo tells what it does.

use std::error::Error;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use wsoa_test_kit::cli::Workspace;

/// Why the demo cannot go on.
pub type Failure = Box<dyn Error>;

static STEPS: AtomicU32 = AtomicU32::new(1);
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// The heading of the next step, unless somebody does not want one.
pub fn step(what: &str) -> Result<(), Failure> {
    ensure(!INTERRUPTED.load(Ordering::Relaxed), "it was interrupted")?;
    println!("\n{}. {what}", STEPS.fetch_add(1, Ordering::Relaxed));
    Ok(())
}

/// Ends the demo after the step it is in, so that it cleans up after itself.
pub async fn end_on_interrupt() {
    while tokio::signal::ctrl_c().await.is_ok() {
        INTERRUPTED.store(true, Ordering::Relaxed);
    }
}

/// A line below a heading.
pub fn say(what: &str) {
    println!("    {what}");
}

/// Fails with a sentence unless something holds.
pub fn ensure(holds: bool, otherwise: &str) -> Result<(), Failure> {
    if holds { Ok(()) } else { Err(otherwise.into()) }
}

/// Runs the CLI as a user would, and shows it.
pub struct Shell<'a> {
    name: String,
    workspace: &'a Workspace,
}

impl<'a> Shell<'a> {
    pub fn new(program: &Path, workspace: &'a Workspace) -> Self {
        let name = program
            .file_stem()
            .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        Self { name, workspace }
    }

    /// Runs a command that has to end with `code`, and shows what it says from the first line on that starts with one
    /// of the texts in `from`, which are separated by `|`.
    pub fn run(&self, arguments: &[&str], code: i32, from: &str) -> Result<(), Failure> {
        println!("    $ {} {}", self.name, arguments.join(" "));
        let output = self.workspace.run(arguments);
        if output.code != Some(code) {
            println!("{}", output.text());
            let ended = output
                .code
                .map_or("by a signal".to_owned(), |code| format!("with code {code}"));
            return Err(format!("{} ended {ended}, expected was {code}", output.command).into());
        }
        let interesting = |line: &&str| from.split('|').any(|text| line.starts_with(text));
        let mut shown = false;
        let text = output.stdout.lines().skip_while(|line| !interesting(line));
        for line in text.filter(|line| !line.trim().is_empty() && !line.starts_with(['│', '╷', '╵'])) {
            println!("    | {line}");
            shown = true;
        }
        ensure(shown, &format!("{} does not say {from:?}", output.command))
    }
}
