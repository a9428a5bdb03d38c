//! When a directory that is not listed is gone.

use std::time::Duration;

use access_simulator::{Action, DirectoryType, Fault, IdRead};
use jiff::SignedDuration;
use terraform_plugin::clock::Clock as _;
use terraform_provider_wsoa::access::DirectoryPresence;

use crate::kit::*;

const SECOND: Duration = Duration::from_secs(1);

fn add(bench: &Bench, number: usize) -> String {
    let domain = format!("d{number}.example");
    let name = format!("D{number}");
    bench
        .tenant
        .add_directory(&name, &[domain.as_str()], DirectoryType::OtherDirectory)
}

async fn look(bench: &Bench, id: &str) -> DirectoryPresence {
    bench.client.directory(id, None).await.unwrap()
}

/// Why nothing is known of it.
async fn unclear(bench: &Bench, id: &str) -> String {
    match look(bench, id).await {
        DirectoryPresence::Unclear(reason) => reason,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn it_takes_two_looks_which_everybody_shares() {
    let bench = bench().await.signed_in().await;
    let ids: Vec<_> = (0..20).map(|number| add(&bench, number)).collect();
    for id in &ids[10..] {
        bench.tenant.delete_directory(id);
    }
    let mut looks = tokio::task::JoinSet::new();
    for id in ids {
        let client = bench.client.clone();
        looks.spawn(async move { client.directory(&id, None).await.unwrap() });
    }
    let seen = looks.join_all().await;
    let gone = seen.iter().filter(|seen| **seen == DirectoryPresence::Gone);
    assert_eq!(gone.count(), 10);
    assert_eq!(bench.clock.slept(), [SECOND * 3]);
    assert_eq!(
        bench.count("GET", "/directoryconfigs"),
        2 + 10,
        "two lists, and the domains of ten"
    );
    // and whoever is looked for later is covered by them as well
    bench.clock.take_slept();
    assert_eq!(look(&bench, "nobody").await, DirectoryPresence::Gone);
    assert!(bench.clock.slept().is_empty());
}

#[tokio::test]
async fn a_list_that_is_empty_once_proves_nothing() {
    let bench = bench().await.signed_in().await;
    let id = add(&bench, 1);
    bench.fail(Fault::on("GET", DIRECTORIES, Action::empty_list()));
    assert!(matches!(look(&bench, &id).await, DirectoryPresence::There(_)));
}

#[tokio::test]
async fn one_that_is_there_is_not_waited_for() {
    let bench = bench().await.signed_in().await;
    let id = add(&bench, 1);
    assert!(matches!(look(&bench, &id).await, DirectoryPresence::There(_)));
    bench
        .tenant
        .switches(|switches| switches.directory_list_ids = IdRead::Upper);
    bench.clock.advance(SECOND * 120);
    assert!(
        matches!(look(&bench, &id).await, DirectoryPresence::There(_)),
        "a UUID in capitals is the same"
    );
    assert!(bench.clock.slept().is_empty());
}

#[tokio::test]
async fn without_a_second_look_nothing_is_proved() {
    for action in [Action::status(403), Action::status(500), Action::html(200)] {
        let bench = bench().await.signed_in().await;
        bench.fail(Fault::on("GET", DIRECTORIES, action).after(1).times(9));
        let reason = unclear(&bench, "gone").await;
        assert!(reason.contains("a second look failed"), "{reason}");
    }
    let bench = bench().await.signed_in().await;
    bench.clock.hurry_after(0);
    let reason = unclear(&bench, "gone").await;
    assert!(reason.contains("interrupted"), "{reason}");
    assert_eq!(bench.count("GET", DIRECTORIES), 1);
}

#[tokio::test]
async fn a_run_does_not_wait_for_ever() {
    let bench = bench().await.signed_in().await;
    let mut proved = 0;
    for _ in 0..9 {
        match look(&bench, "gone").await {
            DirectoryPresence::Gone => proved += 1,
            DirectoryPresence::Unclear(reason) => assert!(reason.contains("10 s"), "{reason}"),
            DirectoryPresence::There(found) => panic!("{found:?}"),
        }
        bench.clock.advance(SECOND * 90); // so that each look is the first one
    }
    assert_eq!(proved, 3);
    assert!(bench.clock.slept().iter().sum::<Duration>() <= SECOND * 10);
}

#[tokio::test]
async fn within_a_minute_of_a_write_nothing_is_absent() {
    let bench = bench().await.signed_in().await;
    let now = bench.clock.now();
    for (written, proved) in [
        (SignedDuration::from_secs(0), false),
        (SignedDuration::from_secs(-59), false),
        (SignedDuration::from_secs(-60), true),
        (SignedDuration::from_secs(59), false), // by another clock
        (SignedDuration::from_secs(86_400), true),
    ] {
        let seen = bench.client.directory("gone", Some(now + written)).await.unwrap();
        match seen {
            DirectoryPresence::Gone => assert!(proved, "{written:?}"),
            DirectoryPresence::Unclear(reason) => assert!(!proved, "{reason}"),
            DirectoryPresence::There(found) => panic!("{found:?}"),
        }
        if !proved {
            assert!(bench.clock.slept().is_empty(), "and nobody waits for that");
        }
        bench.clock.take_slept();
    }
}

#[tokio::test]
async fn one_that_is_being_deleted_is_as_good_as_gone() {
    let bench = bench_switched(|switches| switches.directory_delete_reads = 99).await;
    let id = add(&bench, 1);
    bench
        .tenant
        .change_directory(&id, |directory| directory.reads_until_gone = Some(99));
    assert_eq!(look(&bench, &id).await, DirectoryPresence::Gone);
    assert_eq!(bench.clock.slept(), [SECOND * 3]);
}

#[tokio::test]
async fn an_import_does_not_wait() {
    let bench = bench().await.signed_in().await;
    assert_eq!(
        bench.client.find_directory("gone").await.unwrap(),
        DirectoryPresence::Gone
    );
    assert!(bench.clock.slept().is_empty());
}
