//! What the tenant shows is not what decides whether a directory is replaced: what the configuration changed is.

use std::time::Duration;

use access_simulator::{DirectoryType, DomainsRead, NameRead};
use wsoa_test_kit::{Action, Core as _, Resource, State, Val, obj};

use crate::bench::{DIRECTORY, InProcess, bench_in_process, bench_in_process_with};

const MINUTE: Duration = Duration::from_secs(60);

fn config() -> Val {
    obj! { name: "Ökta", domains: ["xn--bcher-kva.example", "B.example"], deletion_protection: false }
}

fn writes(bench: &InProcess) -> usize {
    let all = bench.tenant.requests().into_iter();
    all.filter(|seen| seen.path.contains("directoryconfigs") && seen.method != "GET")
        .count()
}

/// Every form in which a tenant may show a name and domains that are as configured.
fn forms() -> Vec<(NameRead, DomainsRead)> {
    let names = [
        NameRead::AsSent,
        NameRead::Upper,
        NameRead::Lower,
        NameRead::Nfd,
        NameRead::Null,
        NameRead::Missing,
    ];
    let domains = [
        DomainsRead::AsSent,
        DomainsRead::Upper,
        DomainsRead::Lower,
        DomainsRead::Unicode,
        DomainsRead::OneMore,
        DomainsRead::Empty,
        DomainsRead::Null,
        DomainsRead::Missing,
    ];
    let of_domains = domains.into_iter().map(|domains| (NameRead::AsSent, domains));
    names
        .into_iter()
        .map(|name| (name, DomainsRead::AsSent))
        .chain(of_domains)
        .collect()
}

async fn showing((name, domains): (NameRead, DomainsRead)) -> InProcess {
    bench_in_process_with(|switches| {
        (switches.directory_name_read, switches.directory_domains_read) = (name, domains);
        switches.directory_list_domains = true;
    })
    .await
}

#[tokio::test]
async fn another_spelling_changes_neither_plan_nor_state() {
    for form in forms() {
        for protected in [false, true] {
            let bench = showing(form).await;
            let config = config().with("deletion_protection", protected);
            let made = bench.apply(DIRECTORY, None, config.clone()).await.ok().clone();
            bench.tenant.clear_requests();
            let run = bench.plan(DIRECTORY, &made, config.clone()).await;
            assert!(
                run.is_empty() && run.diagnostics.is_empty(),
                "{form:?}: {}",
                run.diagnostics
            );
            let read = run.refreshed.current.unwrap();
            assert_eq!(read.value, made.value, "{form:?}");
            let again = bench
                .refresh(DIRECTORY, &read, config.clone())
                .await
                .state
                .unwrap();
            assert_eq!(again, read, "{form:?}: what is remembered is written once");
            assert!(bench.clock.slept().is_empty());
        }
    }
}

/// State of a version that remembered nothing.
#[tokio::test]
async fn state_without_private_data_is_planned_empty() {
    for form in forms() {
        let bench = showing(form).await;
        let made = bench.apply(DIRECTORY, None, config()).await.ok().clone();
        let old = State {
            private: Vec::new(),
            ..made
        };
        assert!(bench.plan_is_empty(DIRECTORY, &old, config()).await, "{form:?}");
    }
}

#[tokio::test]
async fn an_imported_one_is_taken_over_without_a_call() {
    for form in forms() {
        let bench = showing(form).await;
        let id = bench.tenant.add_directory(
            "Ökta",
            &["xn--bcher-kva.example", "b.example"],
            DirectoryType::OtherDirectory,
        );
        for domains in [&["xn--bcher-kva.example", "b.example"][..], &["b.example"]] {
            let config = obj! { name: "Ökta", domains: domains.to_vec() };
            let imported = Resource::new(DIRECTORY, config.clone()).imported(&id);
            let run = bench.apply_resource(imported, None).await;
            assert!(
                [Some(Action::NoOp), Some(Action::Update)].contains(&run.action),
                "{form:?}"
            );
            assert!(bench.plan_is_empty(DIRECTORY, run.ok(), config).await, "{form:?}");
        }
        assert_eq!(writes(&bench), 0, "{form:?}");
    }
}

/// Renamed in the console, and with other domains.
#[tokio::test]
async fn a_real_difference_is_told_and_replaces_nothing() {
    let bench = bench_in_process().await;
    let made = bench.apply(DIRECTORY, None, config()).await.ok().clone();
    bench.clock.advance(MINUTE);
    bench.tenant.change_directory(made.str_at("id"), |directory| {
        directory.name = "Renamed".to_owned();
        directory.domains = vec!["b.example".to_owned(), "new.example".to_owned()];
    });
    bench.tenant.clear_requests();
    let run = bench.plan(DIRECTORY, &made, config()).await;
    assert!(run.is_empty());
    for shown in ["\"Renamed\"", "\"b.example\", \"new.example\""] {
        run.told_by_refresh.expect(shown);
    }
    let read = run.refreshed.current.unwrap();
    assert_eq!(read.value, made.value);

    // to what the tenant shows, without a call
    let shown = obj! { name: "RENAMED", domains: ["b.example", "new.example"], deletion_protection: false };
    let run = bench
        .apply(DIRECTORY, &read, shown.clone())
        .await
        .assert(Action::Update);
    let run = bench.plan(DIRECTORY, run.ok(), shown.clone()).await;
    assert!(
        run.is_empty() && run.diagnostics.is_empty(),
        "{}",
        run.diagnostics
    );
    assert_eq!(writes(&bench), 0);

    // to anything else, it is another directory
    for change in [
        shown.clone().with("name", "Other"),
        shown.clone().with("domains", ["b.example"]),
        shown.with("domains", ["b.example", "new.example", "more.example"]),
    ] {
        let run = bench.plan(DIRECTORY, run.refreshed.clone(), change).await;
        let run = run.assert(Action::Replace);
        run.told_by_plan
            .expect("All users and groups of the directory will be deleted");
    }
}

#[tokio::test]
async fn a_name_in_another_case_is_taken_over_here_alone() {
    let bench = bench_in_process().await;
    let made = bench.apply(DIRECTORY, None, config()).await.ok().clone();
    bench.tenant.clear_requests();
    let config = config().with("name", "ÖKTA");
    let run = bench
        .apply(DIRECTORY, &made, config.clone())
        .await
        .assert(Action::Update);
    run.told_by_plan.expect("The tenant cannot rename a directory");
    assert_eq!(run.ok().str_at("id"), made.str_at("id"));
    let run = bench.plan(DIRECTORY, run.ok(), config).await;
    assert!(
        run.is_empty() && run.diagnostics.is_empty(),
        "{}",
        run.diagnostics
    );
    assert_eq!(writes(&bench), 0);
}

#[tokio::test]
async fn domains_in_another_spelling_are_taken_over_here_alone() {
    let bench = bench_in_process().await;
    let made = bench.apply(DIRECTORY, None, config()).await.ok().clone();
    bench.tenant.clear_requests();
    let config = config().with("domains", ["b.EXAMPLE", "XN--BCHER-KVA.example"]);
    let run = bench
        .apply(DIRECTORY, &made, config.clone())
        .await
        .assert(Action::Update);
    assert!(bench.plan_is_empty(DIRECTORY, run.ok(), config).await);
    assert_eq!(writes(&bench), 0);
}

/// State has what the tenant shows, and a configuration that means the same is nothing to apply.
#[tokio::test]
async fn an_import_in_another_spelling_plans_nothing() {
    for form in [
        (NameRead::AsSent, DomainsRead::Upper),
        (NameRead::AsSent, DomainsRead::Unicode),
        (NameRead::Nfd, DomainsRead::AsSent),
    ] {
        let bench = showing(form).await;
        let id = bench.tenant.add_directory(
            "Ökta",
            &["xn--bcher-kva.example", "B.example"],
            DirectoryType::OtherDirectory,
        );
        let config = config().with("deletion_protection", true);
        let import = Resource::new(DIRECTORY, config.clone()).imported(&id);
        let run = bench.apply_resource(import, None).await;
        assert_eq!(run.action, Some(Action::NoOp), "{form:?}: {}", run.diagnostics);
        let imported = run.ok().clone();
        assert!(
            bench.plan_is_empty(DIRECTORY, &imported, config.clone()).await,
            "{form:?}"
        );
        // another one is a replacement all the same
        let changed = config.with("domains", ["b.example", "c.example"]);
        bench
            .plan(DIRECTORY, &imported, changed)
            .await
            .expect("The directory is protected");
        assert_eq!(writes(&bench), 0, "{form:?}");
    }
}
