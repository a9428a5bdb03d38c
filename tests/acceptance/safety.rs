//! Interrupted runs: what was begun is finished and kept, and nothing is left running.
#![cfg(unix)]

use std::fs;
use std::time::{Duration, Instant};

use access_simulator::Action;

use crate::fixture::*;

const BOTH: &str = "resource \"wsoa_oauth_client\" \"scim\" {\n  client_id = \"okta-scim\"\n}\nresource \
                    \"wsoa_other_directory\" \"okta\" {\n  name = \"Okta\"\n  domains = [\"acme.example\"]\n  \
                    deletion_protection = false\n}\n";

const APPLY: [&str; 4] = ["apply", "-input=false", "-no-color", "-auto-approve"];

/// Waits until it is so.
#[track_caller]
fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !is_so() {
        assert!(Instant::now() < deadline, "never: {what}");
        std::thread::yield_now();
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn ctrl_c_lets_a_creation_finish_and_keeps_it() {
    let stage = stage(BOTH);
    stage.fail("POST", CLIENTS, Action::Delay { millis: 1500 });
    stage.fail("POST", DIRECTORIES, Action::Delay { millis: 1500 });
    let running = stage.start(&APPLY);
    wait_until("both are being made", || {
        stage.count("POST", CLIENTS) == 1 && stage.count("POST", DIRECTORIES) == 1
    });
    running.signal_group("INT");
    let output = running.wait();
    assert_no_breakdown(&output);
    assert!(output.text().contains("Interrupt received"), "{}", output.text());
    assert_eq!(stage.resources().len(), 2, "{}", output.text());
    stage.settle();
    assert_eq!(stage.count("POST", CLIENTS), 1, "nothing is made twice");
    stage.destroy();
}

#[test]
fn a_cli_that_is_killed_leaves_no_plugin_behind() {
    let stage = stage(BOTH);
    stage.fail("POST", CLIENTS, Action::Delay { millis: 60_000 });
    let running = stage.start(&APPLY);
    wait_until("it is being made", || stage.count("POST", CLIENTS) == 1);
    let (clis, plugins) = clis_and_plugins(running.pid());
    assert!(!plugins.is_empty());
    for cli in clis {
        running.signal_process("KILL", cli);
    }
    wait_until("the plugin is gone", || {
        plugins.iter().all(|plugin| !runs(*plugin))
    });
    let output = running.wait();
    assert_eq!(output.code, None, "{}", output.text());
    stage.tenant.clear_faults();
}

/// The processes of the CLI, of which Terraform 1.0 has two, one inside the other, and those that the inner one started.
fn clis_and_plugins(cli: u32) -> (Vec<u32>, Vec<u32>) {
    let children = children_of(cli);
    let parent = children.iter().find(|child| !children_of(**child).is_empty());
    let (mut clis, plugins) = parent.map_or((vec![], children.clone()), |inner| clis_and_plugins(*inner));
    clis.insert(0, cli);
    (clis, plugins)
}

/// The processes that this one started.
fn children_of(parent: u32) -> Vec<u32> {
    let listed = std::process::Command::new("ps")
        .args(["-A", "-o", "pid=,ppid="])
        .output()
        .unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    let pairs = listed.lines().filter_map(|line| {
        let mut words = line.split_whitespace().map(str::parse::<u32>);
        Some((words.next()?.ok()?, words.next()?.ok()?))
    });
    pairs
        .filter(|(_, of)| *of == parent)
        .map(|(pid, _)| pid)
        .collect()
}

/// Whether there is such a process that has not ended yet. A zombie has.
fn runs(pid: u32) -> bool {
    if let Ok(status) = fs::read_to_string(format!("/proc/{pid}/stat")) {
        return !status.contains(") Z ");
    }
    let listed = std::process::Command::new("ps")
        .args(["-o", "stat=", "-p", &pid.to_string()])
        .output()
        .unwrap();
    let state = String::from_utf8_lossy(&listed.stdout).trim().to_owned();
    !state.is_empty() && !state.starts_with('Z')
}
