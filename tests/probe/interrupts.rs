//! The user who interrupts the built program while it has something to remove.

use std::time::Duration;

use access_simulator::{Action, Fault};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use crate::bench::{Bench, CLIENTS, DIRECTORIES, bench};
use crate::binary::{SOON, command, messages};

/// Returns when a request with this method and path has arrived.
async fn arrived(bench: &Bench, method: &str, path: &str) {
    let has_arrived = || {
        let seen = bench.tenant.requests();
        seen.iter()
            .any(|it| it.method == method && it.path.contains(path))
    };
    timeout(SOON, async {
        while !has_arrived() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await
    .unwrap();
}

async fn send(signal: &str, process: &Child) {
    let pid = process.id().unwrap().to_string();
    let sent = Command::new("kill")
        .args([&format!("-{signal}"), &pid])
        .status()
        .await
        .unwrap();
    assert!(sent.success());
}

/// Interrupts a run with `--write` while the request with this method and path waits for its answer.
async fn interrupted_at(signal: &str, method: &str, path: &str) {
    let bench = bench(|_| {}).await;
    let before = bench.everything();
    bench
        .tenant
        .push_fault(Fault::on(method, path, Action::Delay { millis: 1000 }));
    let process = command(&["--write"], &bench.variables()).spawn().unwrap();
    arrived(&bench, method, path).await;
    send(signal, &process).await;
    let output = timeout(SOON, process.wait_with_output()).await.unwrap().unwrap();
    let told = messages(&output);
    assert_eq!(
        (output.status.code(), output.stdout.len()),
        (Some(130), 0),
        "{told:?}"
    );
    assert_eq!(
        told.iter().filter(|line| *line == "Interrupted.").count(),
        1,
        "{told:?}"
    );
    assert_eq!(bench.everything(), before, "{told:?}");
}

#[tokio::test]
async fn interrupted_it_removes_what_it_has_made() {
    for (signal, method, path) in [
        ("INT", "POST", CLIENTS),
        ("TERM", "PUT", CLIENTS),
        ("TERM", "POST", DIRECTORIES),
    ] {
        interrupted_at(signal, method, path).await;
    }
}

#[tokio::test]
async fn interrupted_twice_it_names_what_it_leaves() {
    let bench = bench(|_| {}).await;
    let slow = |method, millis| Fault::on(method, CLIENTS, Action::Delay { millis });
    bench.tenant.push_fault(slow("POST", 1_000));
    bench.tenant.push_fault(slow("DELETE", 600_000));
    let process = command(&["--write"], &bench.variables()).spawn().unwrap();
    arrived(&bench, "POST", CLIENTS).await;
    send("INT", &process).await;
    arrived(&bench, "DELETE", CLIENTS).await;
    send("INT", &process).await;
    let output = timeout(SOON, process.wait_with_output()).await.unwrap().unwrap();
    let told = messages(&output).join("\n");
    assert_eq!(output.status.code(), Some(4), "{told}");
    assert!(
        told.contains("the OAuth client \"wsoa-probe-") && told.contains("probe --remove wsoa-probe-"),
        "{told}"
    );
}
