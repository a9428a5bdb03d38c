//! When the provider's process begins and ends, and when it must not end.

use std::process::Stdio;

use access_simulator::{Action as Happens, Fault};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
use tokio::process::Command;
use tokio::time::timeout;
use wsoa_test_kit::host::StartError;
use wsoa_test_kit::{Action, Host, HostOptions};

use crate::bench::{CLIENT, CLIENTS, SOON, bench, binary, client, host, until};

async fn signal(name: &str, pid: u32) {
    let sent = Command::new("kill")
        .args([format!("-{name}"), pid.to_string()])
        .status()
        .await
        .unwrap();
    assert!(sent.success(), "kill -{name} {pid}");
}

/// Runs it as a person would, without a CLI's environment.
async fn by_hand(arguments: &[&str]) -> StartError {
    let options = HostOptions {
        cookie: false,
        tls: false,
        arguments: arguments.iter().map(|&argument| argument.to_owned()).collect(),
        ..HostOptions::default()
    };
    let error = Host::try_start(binary(), options).await.err();
    error.expect("it served without a CLI")
}

#[tokio::test]
async fn run_by_hand_it_says_what_it_is_and_fails() {
    let run = by_hand(&[]).await;
    let text = run.stderr.join("\n");
    assert_eq!(run.exit.unwrap().code(), Some(1));
    assert!(run.stdout.is_empty(), "{run}");
    assert!(text.contains("Terraform or OpenTofu starts it"), "{text}");
    assert!(text.contains("source = \"wsoa/wsoa\""), "{text}");
}

#[tokio::test]
async fn a_wrong_cookie_is_none() {
    let options = HostOptions {
        cookie: false,
        ..HostOptions::default()
    };
    let options = options.env("TF_PLUGIN_MAGIC_COOKIE", "something else");
    let run = Host::try_start(binary(), options).await.err().unwrap();
    assert!(run.stdout.is_empty() && !run.exit.unwrap().success(), "{run}");
}

#[tokio::test]
async fn version_and_help_are_told_on_standard_output() {
    for flag in ["--version", "-V"] {
        let run = by_hand(&[flag]).await;
        let expected = format!("terraform-provider-wsoa {}", env!("CARGO_PKG_VERSION"));
        assert_eq!(
            (run.stdout.as_slice(), run.stderr.len()),
            ([expected].as_slice(), 0),
            "{run}"
        );
        assert!(run.exit.is_none_or(|exit| exit.success()));
    }
    for flag in ["--help", "-h"] {
        let output = Command::new(binary()).arg(flag).output().await.unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success() && output.stderr.is_empty());
        for option in ["--debug", "--version", "--help", "required_providers"] {
            assert!(text.contains(option), "{option} is not in:\n{text}");
        }
    }
}

#[tokio::test]
async fn an_unknown_argument_is_refused_by_name() {
    let run = by_hand(&["--frobnicate"]).await;
    assert!(run.stdout.is_empty() && !run.exit.unwrap().success(), "{run}");
    assert!(run.stderr.join("\n").contains("\"--frobnicate\""), "{run}");
}

#[tokio::test]
async fn debug_mode_serves_one_cli_after_another_until_interrupted() {
    for name in ["INT", "TERM"] {
        let mut process = Command::new(binary())
            .arg("--debug")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(process.stdout.take().unwrap()).lines();
        let line = timeout(SOON, stdout.next_line()).await.unwrap().unwrap().unwrap();
        let json = line
            .strip_prefix("export TF_REATTACH_PROVIDERS='")
            .and_then(|rest| rest.strip_suffix('\''))
            .unwrap_or_else(|| panic!("not for a shell: {line}"));
        let told: serde_json::Value = serde_json::from_str(json).unwrap();
        let terraform = &told["registry.terraform.io/wsoa/wsoa"];
        assert_eq!(terraform, &told["registry.opentofu.org/wsoa/wsoa"]);
        assert_eq!(terraform["Protocol"], "grpc");
        assert_eq!(terraform["ProtocolVersion"], 6);
        assert_eq!(terraform["Pid"], process.id().unwrap());
        assert_eq!(terraform["Test"], true);
        assert_eq!(terraform["Addr"]["Network"], "unix");
        let socket = std::path::PathBuf::from(terraform["Addr"]["String"].as_str().unwrap());
        for _ in 0..2 {
            let host = Host::attach(&socket).await;
            host.schema().await;
            host.stop().await;
            drop(host);
        }
        signal(name, process.id().unwrap()).await;
        let ended = timeout(SOON, process.wait())
            .await
            .expect("it does not end")
            .unwrap();
        assert!(ended.success(), "{ended}");
        let mut told = String::new();
        let mut stderr = process.stderr.take().unwrap();
        stderr.read_to_string(&mut told).await.unwrap();
        assert!(
            told.starts_with("WARNING: this socket asks for no certificate."),
            "who can connect is not said: {told}"
        );
        until("the socket is removed", async || !socket.exists()).await;
    }
}

#[tokio::test]
async fn the_cli_ends_it_with_a_word_at_the_end_of_each_phase() {
    let bench = bench().await;
    bench.host.ping().await.unwrap();
    bench.host.create(CLIENT, client("okta")).await; // with connections to the tenant open
    let ended = bench.host.shutdown().await; // demands the end within two seconds
    assert_eq!(ended.code(), Some(0));
}

#[tokio::test]
async fn to_be_asked_to_stop_is_not_the_end() {
    let bench = bench().await;
    bench.host.stop().await;
    let state = bench.host.create(CLIENT, client("okta")).await;
    bench.host.stop().await;
    bench.host.destroy(&state).await.gone();
    assert!(bench.host.shutdown().await.success());
}

/// Ctrl-C reaches the whole process group. The CLI waits for what is under way, so the provider must not die of it.
#[tokio::test]
async fn an_interrupt_loses_nothing_that_is_being_created() {
    let bench = bench().await.signed_in().await;
    let pid = bench.host.pid().unwrap();
    let planned = bench
        .host
        .plan(CLIENT, None, client("okta"))
        .await
        .assert(Action::Create);
    bench.fail(Fault::on("POST", CLIENTS, Happens::Delay { millis: 2000 }));
    let interrupt = async {
        let tenant = &bench.tenant;
        until("the creation is under way", async || {
            tenant.requests().iter().any(|seen| seen.path.ends_with(CLIENTS))
        })
        .await;
        bench.host.stop().await;
        signal("INT", pid).await;
        signal("INT", pid).await;
        assert!(
            tenant.client("okta").is_none(),
            "the signals came too late to show anything"
        );
    };
    let (applied, ()) = tokio::join!(bench.host.apply(planned), interrupt);
    let state = applied.ok();
    assert!(bench.tenant.client("okta").is_some());
    assert_eq!(bench.host.read(&state).await.unwrap().value, state.value);
    assert!(bench.host.shutdown().await.success());
}

/// As when a job is cancelled, or a machine shut down.
#[tokio::test]
async fn a_sigterm_during_a_slow_creation_ends_it_after_the_object_is_in_state() {
    let bench = bench().await.signed_in().await;
    let pid = bench.host.pid().unwrap();
    let planned = bench
        .host
        .plan(CLIENT, None, client("okta"))
        .await
        .assert(Action::Create);
    bench.fail(Fault::on("POST", CLIENTS, Happens::Delay { millis: 4000 }));
    let tenant = &bench.tenant;
    let terminate = async {
        until("the creation is under way", async || {
            tenant.requests().iter().any(|seen| seen.path.ends_with(CLIENTS))
        })
        .await;
        signal("TERM", pid).await;
        signal("TERM", pid).await;
        assert!(
            tenant.client("okta").is_none(),
            "the signals came too late to show anything"
        );
    };
    let (applied, ()) = tokio::join!(bench.host.apply(planned), terminate);
    let state = applied.ok();
    assert!(!state.tainted);
    let made = tenant.client("okta").expect("it was made");
    assert_eq!(
        state.str_at("client_secret"),
        made.secret,
        "the secret is in state"
    );
    assert!(bench.host.ended(SOON).await.success());
}

#[tokio::test]
async fn a_sigterm_ends_the_waiting_for_a_tenant_that_is_busy() {
    let bench = bench().await.signed_in().await;
    let busy = Happens::Answer {
        status: 429,
        headers: vec![("retry-after".to_owned(), "200".to_owned())],
        body: String::new(),
    };
    bench.fail(Fault::on("GET", "/oauth2clients/okta", busy));
    let terminate = async {
        until("the tenant has said that it is busy", async || {
            let requests = bench.tenant.requests();
            requests
                .iter()
                .any(|seen| seen.path.ends_with("/okta") && seen.status == 429)
        })
        .await;
        signal("TERM", bench.host.pid().unwrap()).await;
    };
    let read = timeout(SOON, bench.host.try_import(CLIENT, "okta"));
    let (read, ()) = tokio::join!(read, terminate);
    read.expect("it goes on waiting").unwrap_err().expect("429");
    assert!(bench.host.ended(SOON).await.success());
}

#[tokio::test]
async fn a_sigterm_ends_a_process_that_has_nothing_to_do() {
    let host = host().await;
    signal("TERM", host.pid().unwrap()).await;
    assert!(host.ended(SOON).await.success());
}

/// The limit is that of the shell which started it, which allows cores, where the system lets it.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_crash_would_leave_no_core_with_secrets_in_it() {
    use std::os::unix::fs::PermissionsExt as _;

    let directory = tempfile::tempdir().unwrap();
    let script = directory.path().join("terraform-provider-wsoa");
    let text = format!("#!/bin/sh\nulimit -c unlimited\nexec {:?}\n", binary());
    std::fs::write(&script, text).unwrap();
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).unwrap();
    let host = Host::start(&script, HostOptions::default()).await;
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", host.pid().unwrap())).unwrap();
    let core = limits
        .lines()
        .find(|line| line.starts_with("Max core file size"))
        .unwrap();
    let limits: Vec<_> = core.split_whitespace().skip(4).take(2).collect();
    assert_eq!(limits, ["0", "0"], "{core}");
    assert!(host.shutdown().await.success());
}

/// The provider's standard output ends when the last process that holds it is gone: the shell, and the provider.
#[tokio::test]
async fn it_does_not_outlive_a_cli_that_is_killed() {
    let temporary = tempfile::tempdir().unwrap();
    let mut shell = Command::new("sh")
        .args(["-c", "\"$0\" 2>/dev/null & wait"])
        .arg(binary())
        .env("TMPDIR", temporary.path())
        .env(
            "TF_PLUGIN_MAGIC_COOKIE",
            "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
        )
        .env("PLUGIN_PROTOCOL_VERSIONS", "6")
        .env_remove("PLUGIN_CLIENT_CERT")
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut stdout = BufReader::new(shell.stdout.take().unwrap());
    let mut line = String::new();
    timeout(SOON, stdout.read_line(&mut line)).await.unwrap().unwrap();
    let socket = std::path::PathBuf::from(line.split('|').nth(3).unwrap());
    let attached = Host::attach(&socket).await;
    attached.ping().await.unwrap();

    shell.kill().await.unwrap(); // SIGKILL
    let mut rest = String::new();
    timeout(SOON, stdout.read_to_string(&mut rest))
        .await
        .expect("the provider still runs long after the CLI was killed")
        .unwrap();
    assert_eq!(rest, "");
    assert!(attached.ping().await.is_err());
    assert_eq!(
        std::fs::read_dir(temporary.path()).unwrap().count(),
        0,
        "something is left behind"
    );
}

/// The four services of go-plugin beside the provider's own; the host keeps broker and stdio open all the time and
/// demands at the end that they were silent.
#[tokio::test]
async fn the_services_of_go_plugin_are_there() {
    use wsoa_test_kit::generated::tfplugin6::get_metadata;

    let host = host().await;
    host.ping().await.unwrap();
    let metadata = host
        .client()
        .get_metadata(get_metadata::Request {})
        .await
        .unwrap()
        .into_inner();
    let resources: Vec<_> = metadata
        .resources
        .iter()
        .map(|it| it.type_name.as_str())
        .collect();
    let schemas = host.schema().await;
    let declared: Vec<_> = schemas.resources.keys().map(String::as_str).collect();
    assert_eq!(sorted(resources), declared);
    assert!(host.shutdown().await.success());
}

fn sorted(mut names: Vec<&str>) -> Vec<&str> {
    names.sort_unstable();
    names
}
