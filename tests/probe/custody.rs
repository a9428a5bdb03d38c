//! What probe makes is removed or named, and nothing else is touched.

use access_simulator::{Action, Client, DirectoryType, Fault, PostAnswer, Switches};

use crate::bench::{CLIENTS, DIRECTORIES, bench};

type Change = fn(&mut Switches);

/// The name of a run.
const RUN: &str = "wsoa-probe-0123456789abcdef";

/// The name that a run has told.
fn told_name(err: &str) -> &str {
    let start = err.find("wsoa-probe-").unwrap();
    &err[start..start + RUN.len()]
}

#[tokio::test]
async fn what_is_made_is_removed_whatever_happens_to_its_creation() {
    let mute: Change = |it| it.directory_post_answer = PostAnswer::Job;
    let cases: &[(Change, &str, Action)] = &[
        (|_| {}, CLIENTS, Action::CommitThenReset),
        (|_| {}, CLIENTS, Action::status(504).committed()),
        (|_| {}, CLIENTS, Action::errors(500).committed()),
        (|_| {}, CLIENTS, Action::html(200).committed()),
        (|_| {}, DIRECTORIES, Action::CommitThenReset),
        (|_| {}, DIRECTORIES, Action::status(504).committed()),
        (|_| {}, DIRECTORIES, Action::errors(400).committed()),
        (mute, DIRECTORIES, Action::CommitThenEmpty),
        (
            |it| it.lag_directory_list_ms = 4_000,
            DIRECTORIES,
            Action::CommitThenReset,
        ),
    ];
    for (number, (change, path, action)) in cases.iter().enumerate() {
        for after in 0..3 {
            let bench = bench(change).await;
            let before = bench.everything();
            bench
                .tenant
                .push_fault(Fault::on("POST", path, action.clone()).after(after));
            let run = bench.probe(&["--write", "--json"]).await;
            assert_eq!(bench.everything(), before, "case {number}, {after}: {}", run.err);
            assert_eq!(run.code, 0, "case {number}, {after}: {}", run.err);
        }
    }
}

#[tokio::test]
async fn what_cannot_be_removed_is_named_and_removed_later() {
    for path in [CLIENTS, DIRECTORIES] {
        let bench = bench(|_| {}).await;
        let before = bench.everything();
        bench
            .tenant
            .push_fault(Fault::on("DELETE", path, Action::errors(500)).always());
        let run = bench.probe(&["--write", "--json"]).await;
        assert_eq!(run.code, 4, "{}", run.err);
        assert!(!run.report()["answers"].as_array().unwrap().is_empty());
        let name = told_name(&run.err).to_owned();
        let line = format!("probe --remove {name}");
        assert!(
            run.err.contains(&line) && run.err.contains("could not be removed"),
            "{}",
            run.err
        );
        assert!(!run.out.contains(&name), "{}", run.out);
        assert_ne!(bench.everything(), before);
        bench.tenant.clear_faults();
        let removal = bench.probe(&["--remove", &name]).await;
        assert_eq!((removal.code, removal.out.as_str()), (0, ""), "{}", removal.err);
        assert_eq!(bench.everything(), before);
        let again = bench.probe(&["--remove", &name]).await;
        assert_eq!(again.code, 0, "{}", again.err);
    }
}

#[tokio::test]
async fn a_removal_touches_only_what_probe_makes() {
    let bench = bench(|_| {}).await;
    for id in [
        "wsoa-probe-0123456789abcdee",
        "wsoa-probe-0123456789abcdef2",
        "okta",
        RUN,
    ] {
        bench.tenant.put_client(Client {
            client_id: id.to_owned(),
            ..bench.tenant.client("terraform-admin").unwrap()
        });
    }
    let add = |name: &str, domain: &str, kind| bench.tenant.add_directory(name, &[domain], kind);
    let domain = format!("{RUN}.example.com");
    add(RUN, &domain, DirectoryType::OtherDirectory);
    add(&format!("{RUN}-2"), "acme.example", DirectoryType::OtherDirectory);
    add(
        &format!("{RUN}-3"),
        &format!("{RUN}-3.example.com"),
        DirectoryType::LocalDirectory,
    );
    // only the fourth may be of any type
    let fourth = format!("{RUN}-4");
    add(
        &fourth,
        &format!("{fourth}.example.com"),
        DirectoryType::LocalDirectory,
    );
    add(&fourth, "people.example", DirectoryType::LocalDirectory);
    add("Okta", "okta.example", DirectoryType::OtherDirectory);
    bench
        .tenant
        .switches(|switches| switches.directory_list_domains = true);
    let run = bench.probe(&["--remove", RUN]).await;
    assert_eq!(run.code, 0, "{}", run.err);
    let left = bench.everything();
    for name in [
        "wsoa-probe-0123456789abcdee",
        "wsoa-probe-0123456789abcdef2",
        "okta",
        "Okta",
    ] {
        assert!(left.iter().any(|it| it == name), "{name} is gone");
    }
    for name in ["-2", "-3"] {
        assert!(left.contains(&format!("{RUN}{name}")), "{name} is gone");
    }
    assert!(!left.contains(&RUN.to_owned()), "{left:?}");
    let directories = bench.tenant.directories();
    let of_the_fourth: Vec<_> = directories.iter().filter(|it| it.name == fourth).collect();
    assert_eq!(of_the_fourth.len(), 1, "{of_the_fourth:?}");
    assert_eq!(of_the_fourth[0].domains, ["people.example"]);
}

#[tokio::test]
async fn the_client_that_signs_in_is_never_removed() {
    let bench = crate::bench::bench_of(|options| {
        options.admin_client = (RUN.to_owned(), "a-secret-of-the-admin".to_owned());
    })
    .await;
    let run = bench.probe(&["--remove", RUN]).await;
    assert!(bench.tenant.client(RUN).is_some(), "{}", run.err);
}
