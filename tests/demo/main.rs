//! `make demo`: the whole job against a tenant on this machine, told step by step.
//!
//! A simulated tenant is started over HTTPS, `examples/okta-scim` is applied to it with the real CLI, the result is
//! proved by creating a SCIM user with the minted token, and everything is destroyed again. It is a test without the
//! usual harness, so that `cargo test` builds the provider for it and runs it with the other tests.
#![allow(clippy::print_stdout, reason = "telling the story is what it is for")]

mod scim;
mod story;

use std::path::Path;
use std::process::ExitCode;
use std::thread;
use std::time::Instant;

use access_simulator::{Options, Simulator, Tenant};
use tokio::runtime::Runtime;
use wsoa_test_kit::cli;
use wsoa_test_kit::cli::Workspace;

use scim::Scim;
use story::{Failure, ensure, say, step};

const PROVIDER: &str = env!("CARGO_BIN_EXE_terraform-provider-wsoa");
const EXAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/okta-scim");
const ADMIN: &str = "terraform-admin";
const DOMAIN: &str = "okta.example.com";

fn main() -> ExitCode {
    if std::env::args().any(|argument| argument == "--list") {
        println!("demo: test"); // what a test runner asks for
        return ExitCode::SUCCESS;
    }
    // by the name of its thread a test is told of that is left out
    let demo = thread::Builder::new().name("demo".to_owned()).spawn(tell_it);
    let ended = demo.map(|demo| demo.join().unwrap_or(ExitCode::FAILURE));
    ended.unwrap_or(ExitCode::FAILURE)
}

fn tell_it() -> ExitCode {
    let started = Instant::now();
    if cli::look().is_ok() && cli::lacks(&[cli::Feature::Check]) {
        println!("The example has check blocks, which this CLI does not know yet.");
        return ExitCode::SUCCESS;
    }
    match demo() {
        Ok(()) => {
            println!(
                "\nDone in {:.1} s. Nothing is left of it, neither in the tenant nor on this machine.",
                started.elapsed().as_secs_f64()
            );
            ExitCode::SUCCESS
        }
        Err(failure) => {
            eprintln!("\nThe demo failed: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn demo() -> Result<(), Failure> {
    let program = cli::look().map_err(|missing| format!("it runs the real CLI. {missing}"))?;
    let runtime = Runtime::new()?;
    runtime.spawn(story::end_on_interrupt());

    step("A tenant of Workspace ONE Access, simulated on this machine over HTTPS")?;
    let (simulator, admin_secret) = runtime.block_on(tenant())?;
    let tenant = simulator.tenant();
    let before = Contents::of(&tenant);
    say(&format!("address      {}", simulator.url()));
    say(&format!("CA           {}", simulator.ca_file().display()));
    say(&format!("it holds     {before}"));

    step("The configuration: examples/okta-scim, unchanged, in a temporary directory")?;
    let workspace = workspace(&simulator, &admin_secret);
    say(&format!("directory    {}", workspace.path("").display()));
    say(&format!("provider     {PROVIDER}"));
    say("environment  WSOA_TENANT_URL, WSOA_CA_CERTIFICATE_FILE, WSOA_CLIENT_ID, WSOA_CLIENT_SECRET");
    say("             TF_VAR_deletion_protection=false, as the demo cleans up");

    let shell = story::Shell::new(&program, &workspace);
    shell.run(&["version"], 0, "Terraform v|OpenTofu v")?;

    step("Apply: OAuth client -> bearer token -> directory")?;
    shell.run(
        &["apply", "-input=false", "-no-color", "-auto-approve"],
        0,
        "Plan:",
    )?;
    let text = |name: &str| workspace.output(name).as_str().unwrap_or_default().to_owned();
    let (url, token) = (text("scim_base_url"), text("token"));
    ensure(
        !token.is_empty() && url.ends_with("/scim"),
        "the outputs hold no token or no SCIM address",
    )?;
    say(&format!("the tenant holds {}", Contents::of(&tenant)));

    step("Proof: what Okta would do with the token and the address")?;
    runtime.block_on(provision(&Scim::new(&url, &token, simulator.ca_pem())?))?;

    step("A second plan finds nothing to do (exit code 0; changes would be 2)")?;
    shell.run(
        &["plan", "-input=false", "-no-color", "-detailed-exitcode"],
        0,
        "No changes.",
    )?;

    step("Destroy everything")?;
    shell.run(
        &["destroy", "-input=false", "-no-color", "-auto-approve"],
        0,
        "Plan:",
    )?;
    let after = Contents::of(&tenant);
    say(&format!("the tenant holds {after}"));
    ensure(after == before, "the tenant does not hold what it held before")?;
    let gone = runtime.block_on(Scim::new(&url, &token, simulator.ca_pem())?.status("/Users"))?;
    say(&format!(
        "the token, whose client is gone, now gets status {gone}"
    ));
    ensure(gone == 401, "a token of a deleted client still works")
}

async fn tenant() -> Result<(Simulator, String), Failure> {
    let secret = uuid::Uuid::new_v4().simple().to_string();
    let simulator = Simulator::start(Options {
        admin_client: (ADMIN.to_owned(), secret.clone()),
        ..Options::default()
    })
    .await?;
    Ok((simulator, secret))
}

/// The example in a directory of its own, with the settings that point it to the tenant.
fn workspace(simulator: &Simulator, admin_secret: &str) -> Workspace {
    let files = cli::configuration(Path::new(EXAMPLE));
    let files: Vec<_> = files
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect();
    let mut workspace = Workspace::new(Path::new(PROVIDER), &files);
    workspace.env("WSOA_TENANT_URL", &simulator.url());
    workspace.env("WSOA_CA_CERTIFICATE_FILE", &simulator.ca_file().to_string_lossy());
    workspace.env("WSOA_CLIENT_ID", ADMIN);
    workspace.env("WSOA_CLIENT_SECRET", admin_secret);
    workspace.variable("domain", DOMAIN);
    workspace.variable("deletion_protection", "false");
    workspace
}

async fn provision(scim: &Scim) -> Result<(), Failure> {
    let user = scim.create_user("ada", DOMAIN).await?;
    let found = scim.read_user(&user).await?;
    ensure(
        found["userName"] == "ada" && found[scim::WORKSPACE]["domain"] == DOMAIN,
        "the user that was read is not the one that was created",
    )?;
    say("the user is in the directory that the apply made");
    Ok(())
}

/// What is in the tenant, as far as the demo could have changed it.
#[derive(Debug, PartialEq)]
struct Contents {
    clients: Vec<String>,
    directories: Vec<String>,
    users: usize,
}

impl Contents {
    fn of(tenant: &Tenant) -> Self {
        Self {
            clients: tenant
                .clients()
                .into_iter()
                .map(|client| client.client_id)
                .collect(),
            directories: tenant
                .directories()
                .into_iter()
                .map(|directory| directory.name)
                .collect(),
            users: tenant.scim_users().len(),
        }
    }
}

impl std::fmt::Display for Contents {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "clients {:?}, directories {:?}, {} SCIM users",
            self.clients, self.directories, self.users
        )
    }
}
