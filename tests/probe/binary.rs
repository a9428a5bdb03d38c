//! The built program: its exit codes and its messages.

use std::process::{Output, Stdio};
use std::time::Duration;

use access_simulator::{Action, Fault};
use tokio::process::Command;
use tokio::time::timeout;

use crate::bench::{Bench, bench};

pub const SOON: Duration = Duration::from_secs(60);

pub fn command(arguments: &[&str], variables: &[(String, String)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_terraform-provider-wsoa"));
    command.arg("probe").args(arguments).kill_on_drop(true);
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("WSOA_")) {
        command.env_remove(name);
    }
    command.envs(variables.iter().cloned());
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

async fn run(arguments: &[&str], variables: &[(String, String)]) -> Output {
    timeout(SOON, command(arguments, variables).output())
        .await
        .unwrap()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// The lines of standard error that are no progress.
pub fn messages(output: &Output) -> Vec<String> {
    let lines = text(&output.stderr);
    let lines = lines.lines().filter(|line| !line.starts_with("probe: "));
    lines.map(str::to_owned).collect()
}

fn changed(bench: &Bench, name: &str, value: &str) -> Vec<(String, String)> {
    let mut variables = bench.variables();
    variables.retain(|(key, _)| key != name);
    if !value.is_empty() {
        variables.push((name.to_owned(), value.to_owned()));
    }
    variables
}

#[tokio::test]
async fn the_report_is_on_standard_output_and_progress_in_plain_lines_elsewhere() {
    let bench = bench(|_| {}).await;
    let output = run(&[], &bench.variables()).await;
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("What the provider will do on this tenant"));
    let errors = text(&output.stderr);
    assert!(
        errors.lines().count() > 3 && errors.lines().all(|line| line.starts_with("probe: ")),
        "{errors}"
    );
    assert!(!errors.contains('\u{1b}'), "{errors}");
}

#[tokio::test]
async fn help_names_every_exit_code() {
    let output = run(&["--help"], &[]).await;
    let help = text(&output.stdout);
    assert!(output.status.success() && output.stderr.is_empty());
    for part in [
        "--write", "--json", "--remove", "\n  0 ", "\n  1 ", "\n  2 ", "\n  3 ", "\n  4 ", "\n  130 ",
    ] {
        assert!(help.contains(part), "{part:?} is not in:\n{help}");
    }
}

#[tokio::test]
async fn bad_input_gets_one_message_and_sends_nothing() {
    let bench = bench(|_| {}).await;
    let mut nobody = bench.variables();
    nobody.retain(|(name, _)| *name == "WSOA_TENANT_URL");
    for (arguments, variables, part) in [
        (&["--frobnicate"][..], bench.variables(), "\"--frobnicate\""),
        (
            &["--remove", "okta"],
            bench.variables(),
            "\"okta\" is no name that probe makes",
        ),
        (&[], nobody, "No way to sign in"),
        (&[], changed(&bench, "WSOA_TENANT_URL", ""), "No tenant"),
        (
            &["--write"],
            changed(&bench, "WSOA_CLIENT_SECRET", ""),
            "Half a way to sign in",
        ),
        (
            &[],
            changed(&bench, "WSOA_TENANT_URL", "acme"),
            "Invalid WSOA_TENANT_URL",
        ),
    ] {
        let output = run(arguments, &variables).await;
        let told = messages(&output);
        assert_eq!(
            (output.status.code(), output.stdout.len()),
            (Some(2), 0),
            "{told:?}"
        );
        assert!(told[0].contains(part), "{told:?}");
        assert!(
            arguments.len() > 1 || arguments == ["--frobnicate"] || told.len() == 1,
            "{told:?}"
        );
    }
    // whoever has set nothing yet is told of everything at once
    let told = messages(&run(&[], &[]).await);
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(bench.tenant.requests().is_empty());
}

#[tokio::test]
async fn what_is_no_tenant_is_said_in_one_message() {
    let bench = bench(|_| {}).await;
    let wrong = changed(&bench, "WSOA_CLIENT_SECRET", "a-wrong-secret");
    let nowhere = changed(&bench, "WSOA_TENANT_URL", "https://localhost:9");
    let mut nowhere_at_once = nowhere;
    nowhere_at_once.push(("WSOA_MAX_RETRIES".to_owned(), "0".to_owned()));
    for (variables, part) in [(wrong, "invalid_client"), (nowhere_at_once, "no connection")] {
        let output = run(&["--write"], &variables).await;
        let told = messages(&output);
        assert_eq!(
            (output.status.code(), output.stdout.len()),
            (Some(3), 0),
            "{told:?}"
        );
        assert!(told[0].contains(part) && told.len() <= 2, "{told:?}");
        assert!(!text(&output.stderr).contains("a-wrong-secret"));
    }
    // a web server that knows nothing of Access, asked with a token and as a client
    bench.tenant.push_fault(Fault::on_any(Action::html(200)).always());
    let mut token = changed(&bench, "WSOA_CLIENT_ID", "");
    token.retain(|(name, _)| name != "WSOA_CLIENT_SECRET");
    token.push(("WSOA_ACCESS_TOKEN".to_owned(), "a-token-of-somebody".to_owned()));
    for variables in [bench.variables(), token] {
        let output = run(&["--write"], &variables).await;
        let told = messages(&output);
        assert_eq!(
            (output.status.code(), output.stdout.len()),
            (Some(3), 0),
            "{told:?}"
        );
        assert!(
            told.len() <= 2 && told.join(" ").contains("address of"),
            "{told:?}"
        );
    }
    assert!(
        bench
            .tenant
            .requests()
            .iter()
            .all(|seen| seen.method == "GET" || seen.path.contains("token"))
    );
}
