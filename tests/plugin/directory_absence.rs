//! A directory that is not seen: when it leaves state, and when it does not.

use std::time::Duration;

use access_simulator::{Action as Happens, Fault, IdRead, OddEntry, Paging, Switches};
use serde_json::json;
use wsoa_test_kit::{Action, Core as _, State, Val};

use crate::bench::{DIRECTORIES, DIRECTORY, InProcess, bench_in_process, bench_in_process_with, directory};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

fn config() -> Val {
    directory("Okta", "example.com")
}

/// A directory that was made longer ago than a write takes to spread.
async fn settled(bench: &InProcess) -> State {
    let made = bench.apply(DIRECTORY, None, config()).await.ok().clone();
    bench.clock.advance(MINUTE);
    bench.clock.take_slept();
    made
}

#[tokio::test]
async fn one_list_without_it_takes_nothing_out_of_state() {
    let only_others = json!({"items": [{"directoryId": "1", "name": "D1", "type": "OTHER_DIRECTORY"}]});
    for list in [
        Happens::empty_list(),
        Happens::json(200, &only_others),
        Happens::json(200, &json!([])),
    ] {
        let bench = bench_in_process().await;
        let made = settled(&bench).await;
        bench.fail(Fault::on("GET", DIRECTORIES, list.clone()));
        let run = bench.plan(DIRECTORY, &made, config()).await;
        assert!(
            run.is_empty() && run.diagnostics.is_empty(),
            "{list:?}: {}",
            run.diagnostics
        );
        assert_eq!(bench.clock.take_slept(), [SECOND * 3]);
    }
}

#[tokio::test]
async fn one_that_a_list_holds_in_whatever_form_is_there() {
    for switch in [
        (|it| it.directory_list = Paging::Totals) as fn(&mut Switches),
        |it| it.directory_list = Paging::Next,
        |it| it.directory_list = Paging::Link,
        |it| it.directory_list_ids = IdRead::Upper,
        |it| it.directory_list_odd = OddEntry::Null,
    ] {
        let bench = bench_in_process_with(|switches| {
            switch(switches);
            switches.list_page_size = 1;
        })
        .await;
        let made = settled(&bench).await;
        let run = bench.plan(DIRECTORY, &made, config()).await;
        assert!(
            run.is_empty() && run.diagnostics.is_empty(),
            "{}",
            run.diagnostics
        );
        assert_eq!(
            run.refreshed.current,
            Some(made.clone()),
            "the id keeps its spelling"
        );
        assert!(bench.clock.take_slept().is_empty());
        bench.destroy(DIRECTORY, &made, config()).await.gone();
    }
}

/// A list that is cut short proves no absence, however often it is looked at.
#[tokio::test]
async fn a_list_that_is_not_whole_keeps_state() {
    for switch in [
        (|it| (it.directory_list, it.list_page_size) = (Paging::Cut, 1)) as fn(&mut Switches),
        |it| it.directory_list_ids = IdRead::Missing,
    ] {
        let bench = bench_in_process().await;
        let made = settled(&bench).await;
        bench.tenant.switches(switch);
        let run = bench.plan(DIRECTORY, &made, config()).await;
        run.told_by_refresh.expect("not whole");
        assert!(run.is_empty());
        assert!(bench.clock.take_slept().is_empty());
    }
}

#[tokio::test]
async fn a_list_that_lags_behind_a_creation_takes_nothing_out_of_state() {
    for seconds in [2, 20, 55] {
        let bench = bench_in_process_with(|it| it.lag_directory_list_ms = seconds * 1000).await;
        let made = bench.apply(DIRECTORY, None, config()).await.ok().clone();
        let run = bench.plan(DIRECTORY, &made, config()).await;
        let told = run.told_by_refresh.expect("not seen, and is kept");
        assert!(told.detail.contains("no proof"), "{told:?}");
        assert!(run.is_empty());
        assert!(bench.clock.take_slept().is_empty());
        bench.clock.advance(SECOND * 56);
        let run = bench.plan(DIRECTORY, &made, config()).await;
        assert!(
            run.is_empty() && run.diagnostics.is_empty(),
            "{}",
            run.diagnostics
        );
    }
}

#[tokio::test]
async fn what_is_proved_to_be_gone_leaves_state_protected_or_not() {
    for protected in [false, true] {
        let bench = bench_in_process().await;
        let config = config().with("deletion_protection", protected);
        let made = bench.apply(DIRECTORY, None, config.clone()).await.ok().clone();
        bench.tenant.delete_directory(made.str_at("id"));
        let run = bench.plan(DIRECTORY, &made, config.clone()).await;
        assert!(run.is_empty(), "not within a minute");
        bench.clock.advance(MINUTE);
        let run = bench
            .apply(DIRECTORY, &made, config.clone())
            .await
            .assert(Action::Create);
        let told = run.told_by_refresh.expect("gone, with all its users and groups");
        assert_eq!(told.summary.contains("The protected directory"), protected);
        assert_eq!(
            told.detail.contains("Somebody deleted it in the console"),
            protected
        );
        assert_ne!(run.ok().str_at("id"), made.str_at("id"));
        assert!(bench.plan_is_empty(DIRECTORY, run.ok(), config).await);
    }
}

#[tokio::test]
async fn a_second_look_that_fails_keeps_state() {
    let bench = bench_in_process().await;
    let made = settled(&bench).await;
    bench.tenant.delete_directory(made.str_at("id"));
    bench.fail(Fault::on("GET", DIRECTORIES, Happens::status(500)).after(1));
    let run = bench.plan(DIRECTORY, &made, config()).await;
    run.told_by_refresh.expect("a second look failed");
    assert!(run.is_empty());
}

/// A node of the tenant may show what was there before.
#[tokio::test]
async fn what_contradicts_a_write_of_a_moment_ago_is_looked_at_again() {
    let entry = |made: &State, name: &str, kind: &str| {
        let domains = ["example.com"];
        let entry = json!({"directoryId": made.str_at("id"), "name": name, "type": kind, "domains": domains});
        Happens::json(200, &json!({ "items": [entry] }))
    };
    for (name, kind, says) in [
        ("Other", "OTHER_DIRECTORY", "shows the directory otherwise"),
        ("Okta", "LOCAL_DIRECTORY", "Not a directory of type Other"),
    ] {
        for (times, waits, told) in [(1, &[2][..], false), (2, &[2, 5], false), (3, &[2, 5], true)] {
            let bench = bench_in_process_with(|it| it.directory_list_domains = true).await;
            let made = bench.apply(DIRECTORY, None, config()).await.ok().clone();
            bench.fail(Fault::on("GET", DIRECTORIES, entry(&made, name, kind)).times(times));
            let run = bench.refresh(DIRECTORY, &made, config()).await;
            let waits: Vec<_> = waits.iter().map(|it| SECOND * *it).collect();
            assert_eq!(bench.clock.take_slept(), waits);
            assert_eq!(
                run.diagnostics.to_string().contains(says),
                told,
                "{}",
                run.diagnostics
            );
        }
        // and later it is believed at once
        let bench = bench_in_process_with(|it| it.directory_list_domains = true).await;
        let made = settled(&bench).await;
        bench.fail(Fault::on("GET", DIRECTORIES, entry(&made, name, kind)));
        bench.refresh(DIRECTORY, &made, config()).await.expect(says);
        assert!(bench.clock.take_slept().is_empty());
    }
}

/// The tenant may make up its mind about a user store only in its list.
#[tokio::test]
async fn what_only_the_list_tells_is_in_state_after_the_creation() {
    let bench = bench_in_process_with(|it| {
        it.directory_post_answer = access_simulator::PostAnswer::NoStoreId;
        it.directory_list_domains = true;
    })
    .await;
    let made = bench.apply(DIRECTORY, None, config()).await.ok().clone();
    assert_eq!(
        made.str_at("user_store_id"),
        bench.tenant.directories().pop().unwrap().user_store_id
    );
    let run = bench.plan(DIRECTORY, &made, config()).await;
    assert!(run.is_empty());
    assert_eq!(run.refreshed.current, Some(made));
}

/// A DELETE that fails and is not carried out, while the list lags behind the creation: what is not listed yet is not
/// deleted.
#[tokio::test]
async fn a_failed_deletion_of_what_was_just_made_keeps_the_state() {
    for lag in [0, 8_000, 50_000] {
        for (answer, deleted) in [
            (Happens::status(500), false),
            (Happens::html(502), false),
            (Happens::Reset, false),
            (Happens::html(404), false),
            (Happens::html(502).committed(), true),
            (Happens::status(500).committed(), true),
        ] {
            for replaced in [false, true] {
                let what = format!("{lag} {answer:?} {replaced}");
                let bench = bench_in_process_with(|switches| {
                    switches.lag_directory_list_ms = lag;
                    switches.directory_delete_reads = 0;
                })
                .await;
                let made = bench.apply(DIRECTORY, None, config()).await.ok().clone();
                bench.fail(Fault::on("DELETE", DIRECTORIES, answer.clone()).always());
                let run = if replaced {
                    let renamed = directory("Another", "example.com");
                    bench.apply(DIRECTORY, &made, renamed).await
                } else {
                    bench.destroy(DIRECTORY, &made, config()).await
                };
                let is_there = bench
                    .tenant
                    .directories()
                    .iter()
                    .any(|it| it.id == made.str_at("id"));
                assert_eq!(is_there, !deleted, "{what}");
                if deleted {
                    let kept = run.state.as_ref().map(|state| state.at("id").clone());
                    assert_ne!(kept.as_ref(), Some(made.at("id")), "{what}: {}", run.diagnostics);
                } else {
                    run.expect("was not deleted");
                    let kept = run.state.as_ref().expect("it is in state");
                    assert_eq!(kept.at("id"), made.at("id"), "{what}");
                    bench.tenant.clear_faults();
                    bench.destroy(DIRECTORY, kept, config()).await.gone();
                }
            }
        }
    }
}
