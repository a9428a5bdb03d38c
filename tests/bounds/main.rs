//! What the provider costs when a tenant, or a CLI, sends it far more than it should: the peak of its resident memory,
//! measured on a process of its own for each case. Linux tells it in `/proc`.
//!
//! Not part of `cargo test`, as it takes a while: `make bounds`.
#![cfg(target_os = "linux")]
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a measurement that cannot be taken fails by panicking"
)]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use access_simulator::{Action, DirectoryType, Fault, Options, Simulator};
use wsoa_test_kit::tenant::{CLIENTS, DIRECTORIES, TOKEN};
use wsoa_test_kit::{Diagnostics, Host, HostOptions, Val, obj};

/// The most that a process may have resident at any time, KiB.
const MOST: u64 = 64 << 10;

const MIB: usize = 1 << 20;
const LIST: usize = 32 * MIB - 1024;

/// What the provider is asked for.
#[derive(Clone, Copy)]
enum Asks {
    /// A directory that the tenant has, which takes the list.
    Directory,
    /// Whether a client is in the way of another, which takes the list.
    Clients,
    Client,
    Token,
    /// What state has of a directory.
    State,
    /// A plan of a directory with so many domains.
    Plan(usize),
}

struct Case {
    name: &'static str,
    asks: Asks,
    answers: Vec<Fault>,
    stored: String,
}

fn json(status: u16, body: String) -> Action {
    Action::Answer {
        status,
        headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        body,
    }
}

/// `open`, as many of `entry` as are `size` bytes, and `close`.
fn filled(open: &str, entry: impl Fn(usize) -> String, close: &str, size: usize) -> String {
    let mut text = String::with_capacity(size + 64);
    text.push_str(open);
    let mut number = 0;
    while text.len() + close.len() < size {
        let separator = if number == 0 { "" } else { "," };
        write!(text, "{separator}{}", entry(number)).unwrap();
        number += 1;
    }
    text.push_str(close);
    text
}

fn nested(size: usize) -> String {
    format!("{}{}", "[".repeat(size / 2), "]".repeat(size / 2))
}

fn directory(number: usize) -> String {
    format!(
        r#"{{"directoryId":"{number:08}-0000-0000-0000-000000000000","name":"D{number}","type":"OTHER_DIRECTORY"}}"#
    )
}

fn client(number: usize) -> String {
    format!(
        r#"{{"clientId":"client-{number}","scope":"admin user","grantTypes":"client_credentials","rememberAs":"C{number}"}}"#
    )
}

/// A page of 50 clients, with much in them that is not known.
fn client_page(page: usize) -> Fault {
    let entry = |number: usize| {
        let number = page * 50 + number;
        format!(
            r#"{{"clientId":"client-{number}","icon":"{}"}}"#,
            "x".repeat(LIST / 50 - 64)
        )
    };
    Fault::on("GET", CLIENTS, json(200, filled("[", entry, "]", LIST - 4096)))
}

fn unknown(number: usize) -> String {
    format!(
        r#"{{"directoryId":"{number}","icon":{{"a":[[],{{"":0}},{{"":0}}],"b":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}}}}"#
    )
}

#[expect(clippy::too_many_lines, reason = "a table")]
fn cases() -> Vec<Case> {
    let get = |path, action| vec![Fault::on("GET", path, action).always()];
    let case = |name, asks, answers| Case {
        name,
        asks,
        answers,
        stored: String::new(),
    };
    let list = |name, body| case(name, Asks::Directory, get(DIRECTORIES, json(200, body)));
    let refused = |name, body| case(name, Asks::Client, get(CLIENTS, json(500, body)));
    let member = |number: usize| format!(r#""{number}":0"#);
    let error = |number: usize| format!(r#"{{"code":"c{number}","message":"m"}}"#);
    let one = |name, body| case(name, Asks::Client, get(CLIENTS, json(200, body)));
    let pages = (1..=20).map(|page| {
        let close = format!(r#"],"next":"{DIRECTORIES}?page={}"}}"#, page + 1);
        let entry = |number| directory(page * 1_000_000 + number);
        Fault::on(
            "GET",
            DIRECTORIES,
            json(200, filled(r#"{"items":["#, entry, &close, 4 * MIB)),
        )
    });
    let state = |name, stored| Case {
        name,
        asks: Asks::State,
        answers: vec![],
        stored,
    };
    vec![
        case("nothing out of the ordinary", Asks::Directory, vec![]),
        list("directories: 32 MiB of them", filled("[", directory, "]", LIST)),
        list(
            "directories: 32 MiB of members that are not known",
            filled("[", unknown, "]", LIST),
        ),
        list(
            "directories: 32 MiB of empty entries",
            filled("[", |_| "{}".to_owned(), "]", LIST),
        ),
        list(
            "directories: 32 MiB of small maps",
            filled("[", |_| r#"{"":0}"#.to_owned(), "]", LIST),
        ),
        list(
            "directories: an id of 4 MB",
            format!(r#"[{{"directoryId":"{}"}}]"#, "x".repeat(4_000_000)),
        ),
        list(
            "directories: a name of 31 MiB, all escapes",
            format!(r#"[{{"name":"{}"}}]"#, r"\n".repeat(31 * MIB / 2)),
        ),
        list(
            "directories: 32 MiB of domains of one",
            filled(
                r#"[{"id":"1","domains":["#,
                |n| format!(r#""a{n}.b""#),
                "]}]",
                LIST,
            ),
        ),
        list("directories: nested 16 million deep", nested(LIST)),
        case("directories: 20 pages of 4 MiB", Asks::Directory, pages.collect()),
        case(
            "clients: 32 MiB of them",
            Asks::Clients,
            get(CLIENTS, json(200, filled("[", client, "]", LIST))),
        ),
        case(
            "clients: pages of 32 MiB",
            Asks::Clients,
            (0..3).map(client_page).collect(),
        ),
        refused(
            "an error of 4 MiB: its own errors",
            filled(r#"{"errors":["#, error, "]}", 4 * MIB),
        ),
        refused(
            "an error of 4 MiB: small maps",
            filled("[", |_| r#"{"":0}"#.to_owned(), "]", 4 * MIB),
        ),
        refused(
            "an error of 1 MiB: small maps",
            filled("[", |_| r#"{"":0}"#.to_owned(), "]", MIB - 64),
        ),
        refused("an error of 4 MiB: nested", nested(4 * MIB)),
        case(
            "an error of 32 MiB: a list",
            Asks::Directory,
            get(DIRECTORIES, json(500, filled("[", directory, "]", LIST))),
        ),
        one(
            "an object of 1 MiB",
            filled(r#"{"clientId":"c","#, member, "}", MIB - 64),
        ),
        one(
            "an object of 4 MiB",
            filled(r#"{"clientId":"c","#, member, "}", 4 * MIB),
        ),
        one(
            "an object of 1 MiB: small maps",
            filled(
                r#"{"clientId":"c","x":["#,
                |_| r#"{"":0}"#.to_owned(),
                "]}",
                MIB - 64,
            ),
        ),
        one(
            "an id of 1 MB",
            format!(r#"{{"clientId":"{}"}}"#, "x".repeat(1_000_000)),
        ),
        case(
            "a token of 4 MiB",
            Asks::Token,
            vec![
                Fault::on(
                    "POST",
                    TOKEN,
                    json(200, format!(r#"{{"access_token":"{}"}}"#, "x".repeat(4 * MIB))),
                )
                .always(),
            ],
        ),
        case("a configuration of 400,000 domains", Asks::Plan(400_000), vec![]),
        case("a configuration of 19,000 domains", Asks::Plan(19_000), vec![]),
        state(
            "state of 4 MiB: domains",
            filled(
                r#"{"name":"D","domains":["#,
                |n| format!(r#""a{n}.b""#),
                "]}",
                4 * MIB,
            ),
        ),
        state(
            "state of 4 MiB: small maps",
            filled(r#"{"name":["#, |_| r#"{"":0}"#.to_owned(), "]}", 4 * MIB),
        ),
        state(
            "state of 32 MiB: small maps",
            filled(r#"{"name":["#, |_| r#"{"":0}"#.to_owned(), "]}", LIST),
        ),
    ]
}

/// The peak of a process's resident memory, KiB.
fn peak(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

async fn measure(case: Case) -> (u64, String) {
    let simulator = Simulator::start(Options::default()).await.unwrap();
    let tenant = simulator.tenant();
    let binary = Path::new(env!("CARGO_BIN_EXE_terraform-provider-wsoa"));
    let host = Arc::new(Host::start(binary, HostOptions::default()).await);
    let config = obj! {
        tenant_url: simulator.url(),
        client_id: "terraform-admin",
        client_secret: "terraform-admin-secret",
        ca_certificate_pem: simulator.ca_pem(),
        max_retries: 0,
    };
    assert!(host.configure(config).await.is_empty());
    let id = tenant.add_directory("Okta", &["a.example"], DirectoryType::OtherDirectory);
    let given = Val::from("a-secret-that-is-given");
    for answer in case.answers {
        tenant.push_fault(answer);
    }
    let said = |outcome: Result<String, Diagnostics>| match outcome {
        Ok(said) => said,
        Err(diagnostics) => diagnostics.to_string(),
    };
    let said = match case.asks {
        Asks::Directory => said(
            host.try_import("wsoa_other_directory", &id)
                .await
                .map(|_| "read".to_owned()),
        ),
        Asks::Client => said(
            host.try_import("wsoa_oauth_client", "c")
                .await
                .map(|_| "read".to_owned()),
        ),
        Asks::Clients => {
            let config = obj! { client_id: "c" }.with("client_secret", given);
            let planned = host.try_plan("wsoa_oauth_client", None, config).await;
            said(planned.map(|planned| format!("planned {}", planned.diagnostics)))
        }
        Asks::Token => {
            let config = obj! { client_id: "c", client_secret: given };
            let planned = host.plan("wsoa_bearer_token", None, config).await;
            host.apply(planned).await.diagnostics.to_string()
        }
        Asks::Plan(domains) => {
            let domains: Vec<_> = (0..domains).map(|n| format!("a{n}.b")).collect();
            let config = obj! { name: "D", domains: Val::from(domains) };
            let planned = host.try_plan("wsoa_other_directory", None, config).await;
            said(planned.map(|planned| format!("planned {}", planned.diagnostics)))
        }
        Asks::State => {
            let stored: serde_json::Value = serde_json::from_str(&case.stored).unwrap();
            let asked = host.clone();
            let upgraded = tokio::spawn(async move {
                asked
                    .try_upgrade("wsoa_other_directory", 0, &stored)
                    .await
                    .map(drop)
            });
            match upgraded.await {
                Ok(upgraded) => said(upgraded.map(|()| "read".to_owned())),
                // a message that is too large is not read at all, which the host takes for a plugin that is broken
                Err(refused) => *refused.into_panic().downcast::<String>().unwrap(),
            }
        }
    };
    let peak = peak(host.pid().unwrap());
    (peak, said.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[tokio::test]
async fn whatever_is_sent_the_provider_stays_small() {
    println!("{:<55} {:>9} {:>8}  outcome", "case", "peak", "time");
    let mut exceeded = Vec::new();
    let only = std::env::var("BOUNDS").unwrap_or_default();
    for case in cases().into_iter().filter(|case| case.name.contains(&only)) {
        let name = case.name;
        let started = Instant::now();
        let (peak, said) = measure(case).await;
        let (took, mib) = (started.elapsed().as_secs_f32(), peak.div_ceil(1024));
        println!(
            "{name:<55} {mib:>5} MiB {took:>6.1} s  {}",
            said.chars().take(100).collect::<String>()
        );
        if peak > MOST {
            exceeded.push(name);
        }
    }
    assert!(exceeded.is_empty(), "more than {MOST} KiB: {exceeded:?}");
}
