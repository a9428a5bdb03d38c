//! Deletions that are accepted and not begun, refused, or of which nobody knows.

use std::time::Duration;

use access_simulator::{Action, DirectoryType, Fault};
use serde_json::json;
use terraform_plugin::clock::Clock as _;
use terraform_provider_wsoa::access::ErrorKind;

use crate::kit::*;

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3600);

fn existing(bench: &Bench) -> String {
    bench
        .tenant
        .add_directory("Okta", &["a.example"], DirectoryType::OtherDirectory)
}

fn is_there(bench: &Bench, id: &str) -> bool {
    bench.tenant.directories().iter().any(|it| it.id == id)
}

fn waited(bench: &Bench) -> Duration {
    bench.clock.take_slept().iter().sum()
}

#[tokio::test]
async fn one_that_is_accepted_and_not_begun_is_sent_once_more() {
    let bench = bench().await.signed_in().await;
    let id = existing(&bench);
    bench.fail(Fault::on("DELETE", DIRECTORIES, Action::status(200)));
    bench.client.delete_directory(&id, HOUR).await.unwrap();
    assert!(!is_there(&bench, &id));
    assert_eq!(bench.count("DELETE", DIRECTORIES), 2);
    assert!((SECOND * 30..SECOND * 60).contains(&waited(&bench)));

    // and only once: then it is a matter of patience
    let id = existing(&bench);
    bench.fail(Fault::on("DELETE", DIRECTORIES, Action::status(202)).always());
    let error = bench
        .client
        .delete_directory(&id, SECOND * 300)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::StillDeleting);
    assert_eq!(bench.count("DELETE", DIRECTORIES), 4);
    assert_eq!(waited(&bench), SECOND * 300);
}

#[tokio::test]
async fn one_that_is_under_way_is_not_sent_again() {
    let bench = bench_switched(|switches| switches.directory_delete_reads = 40)
        .await
        .signed_in()
        .await;
    let id = existing(&bench);
    bench.client.delete_directory(&id, HOUR).await.unwrap();
    assert!(waited(&bench) > SECOND * 60);
    assert_eq!(bench.count("DELETE", DIRECTORIES), 1);
}

/// The answer is the first witness, a list the second: without the one, it takes two of the other.
#[tokio::test]
async fn a_directory_is_gone_when_two_witnesses_say_so() {
    let error = json!({"errors": [{"code": "not.found", "message": "There is none."}]});
    for (answer, carried_out, waits) in [
        (Action::status(200).committed(), true, 100), // the first look
        (Action::json(404, &error), true, 0),
        (Action::status(404), true, 3000), // of any server on the way
        (Action::html(404), true, 3000),
        (Action::errors(200).committed(), true, 3000),
        (Action::status(500).committed(), true, 3000),
        (Action::status(403).committed(), true, 3000),
        (Action::status(500), false, 0),
        (Action::errors(200), false, 0),
        (Action::status(403), false, 0),
        (Action::html(404), false, 0),
    ] {
        let bench = bench_switched(|switches| switches.directory_delete_reads = 0)
            .await
            .signed_in()
            .await;
        let id = existing(&bench);
        if carried_out {
            bench.tenant.delete_directory(&id);
        }
        bench.fail(Fault::on("DELETE", DIRECTORIES, answer.clone()));
        // one list without it, which is wrong where the deletion was not carried out
        bench.fail(Fault::on("GET", DIRECTORIES, Action::empty_list()));
        let outcome = bench.client.delete_directory(&id, HOUR).await;
        assert_eq!(outcome.is_ok(), carried_out, "{answer:?}: {outcome:?}");
        if carried_out {
            assert_eq!(waited(&bench), Duration::from_millis(waits), "{answer:?}");
        }
        assert_eq!(is_there(&bench, &id), !carried_out, "{answer:?}");
    }
}

/// A list that does not show yet what was made a moment ago is no witness of a deletion that nobody confirms.
#[tokio::test]
async fn a_new_directory_is_not_gone_because_the_list_lags() {
    let error = json!({"errors": [{"code": "not.found", "message": "There is none."}]});
    for lag in [0, 8_000, 50_000] {
        for (answer, carried_out) in [
            (Action::status(500), false),
            (Action::html(404), false),
            (Action::json(404, &error), false),
            (Action::errors(200), false),
            (Action::Reset, false),
            (Action::status(500).committed(), true),
            (Action::status(200).committed(), true),
        ] {
            let bench = bench_switched(|switches| {
                switches.directory_delete_reads = 0;
                switches.lag_directory_list_ms = lag;
            })
            .await;
            let domains = ["a.example".to_owned()];
            let made = bench.client.create_other_directory("Okta", &domains).await;
            let id = made.unwrap().id;
            bench.fail(Fault::on("DELETE", DIRECTORIES, answer.clone()).always());
            let outcome = bench.client.delete_directory(&id, HOUR).await;
            assert_eq!(outcome.is_ok(), carried_out, "{lag} {answer:?}: {outcome:?}");
            assert_eq!(is_there(&bench, &id), !carried_out, "{lag} {answer:?}");
        }
    }
}

/// A replacement within seconds: the list lags, so that it shows neither what is being deleted nor that it is, and the
/// tenant refuses the name until it is done.
#[tokio::test]
async fn the_successor_of_one_that_is_still_being_deleted_waits_for_it() {
    for status in [409, 400] {
        let bench = bench_switched(|switches| {
            switches.directory_delete_reads = 3;
            switches.lag_directory_list_ms = 8_000;
            switches.duplicate_directory_status = status;
        })
        .await;
        let domains = ["a.example".to_owned()];
        let create = || bench.client.create_other_directory("Okta", &domains);
        let first = create().await.unwrap();
        bench.client.delete_directory(&first.id, HOUR).await.unwrap();
        assert!(!is_there(&bench, &first.id), "{status}: the list is behind");
        assert!(waited(&bench) <= SECOND * 70, "{status}"); // after a minute, its absence counts
        let second = create().await.unwrap();
        assert_ne!(first.id, second.id, "{status}");
        assert_eq!(bench.count("POST", DIRECTORIES), 2, "{status}");
    }
    // a refusal for another reason is not waited for where nothing was deleted
    let bench = bench().await.signed_in().await;
    bench.fail(Fault::on("POST", DIRECTORIES, Action::errors(400)).always());
    let domains = ["a.example".to_owned()];
    let refused = bench.client.create_other_directory("Okta", &domains).await;
    refused.unwrap_err();
    assert_eq!(waited(&bench), Duration::ZERO);
    assert_eq!(bench.count("POST", DIRECTORIES), 1);
}

/// Whoever refuses the name does not know of the deletion yet, and neither does whoever has the list.
#[tokio::test]
async fn what_this_run_has_deleted_is_not_in_the_way_because_the_list_shows_it_still() {
    for status in [409, 400] {
        let bench = bench().await.signed_in().await;
        let domains = ["a.example".to_owned()];
        let create = || bench.client.create_other_directory("Okta", &domains);
        let first = create().await.unwrap();
        bench.clock.advance(SECOND * 120);
        bench.client.delete_directory(&first.id, HOUR).await.unwrap();
        bench
            .tenant
            .switches(|switches| switches.lag_directory_list_ms = 60_000);
        bench.fail(Fault::on("POST", DIRECTORIES, Action::errors(status)));
        assert_ne!(first.id, create().await.unwrap().id, "{status}");
        assert!(waited(&bench) <= SECOND * 3, "{status}");
    }
}

#[tokio::test]
async fn when_a_directory_was_made_is_told_by_state_as_well() {
    for (seconds_ago, at_least) in [(0, 60), (30, 30), (61, 3)] {
        let bench = bench().await.signed_in().await;
        let id = existing(&bench);
        bench.tenant.delete_directory(&id);
        let made = bench.clock.now() - SECOND * seconds_ago;
        bench.client.note_directory_creation(&id, made);
        bench.fail(Fault::on("DELETE", DIRECTORIES, Action::status(500)));
        bench.client.delete_directory(&id, HOUR).await.unwrap();
        let waited = waited(&bench);
        assert!(
            (SECOND * at_least..SECOND * (at_least + 20)).contains(&waited),
            "{waited:?}"
        );
    }
}

#[tokio::test]
async fn a_list_that_is_cut_short_is_no_witness() {
    let bench = bench().await.signed_in().await;
    let id = existing(&bench);
    let cut = Action::json(200, &json!({"items": [], "totalCount": 7}));
    bench.fail(Fault::on("GET", DIRECTORIES, cut).always());
    let error = bench.client.delete_directory(&id, HOUR).await.unwrap_err();
    assert!(error.to_string().contains("not whole"), "{error}");
    assert_eq!(waited(&bench), SECOND * 10, "it need not get better");
    bench.tenant.clear_faults();
    bench.client.delete_directory(&id, HOUR).await.unwrap();
}

#[tokio::test]
async fn an_interrupted_run_waits_for_nothing() {
    for (answer, sleeps) in [
        (Action::status(200), 0),
        (Action::status(200), 2),
        (Action::Reset, 0),
    ] {
        let bench = bench().await.signed_in().await;
        let id = existing(&bench);
        bench.fail(Fault::on("DELETE", DIRECTORIES, answer.clone()).always());
        bench.clock.hurry_after(sleeps);
        bench.client.delete_directory(&id, HOUR).await.unwrap_err();
        assert_eq!(bench.clock.take_slept().len(), sleeps, "{answer:?}");
    }
}
