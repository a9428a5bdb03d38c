//! Domains that the list does not tell: each directory is asked for its own, once in a run, several at a time.

use std::time::Duration;

use access_simulator::DirectoryType;
use terraform_provider_wsoa::access::{DirectoryKey, DirectoryPresence};
use tokio::task::JoinSet;

use crate::kit::*;

const ONE: &str = "/directoryconfigs/";

fn add(bench: &Bench, count: usize) -> Vec<String> {
    let add = |number: usize| {
        let (name, domain) = (format!("D{number}"), format!("d{number}.example"));
        bench
            .tenant
            .add_directory(&name, &[domain.as_str()], DirectoryType::OtherDirectory)
    };
    (0..count).map(add).collect()
}

async fn domains(bench: &Bench, id: &str) -> Option<Vec<String>> {
    match bench.client.directory(id, None).await.unwrap() {
        DirectoryPresence::There(directory) => directory.domains,
        other => panic!("{other:?}"),
    }
}

/// N reads take N × latency ÷ 8, because 8 is the limit.
#[tokio::test]
async fn reads_at_the_same_time_ask_as_many_at_a_time_as_is_allowed() {
    let bench = bench().await.signed_in().await;
    let ids = add(&bench, 30);
    bench.client.directories().await.unwrap();
    bench.tenant.switches(|switches| switches.latency_ms = 200);
    let mut reads = JoinSet::new();
    for id in ids {
        let client = bench.client.clone();
        reads.spawn(async move { client.directory(&id, None).await.unwrap() });
    }
    let (mut most, mut read) = (0, Vec::new());
    while !reads.is_empty() {
        let under_way = bench.tenant.requests().iter().filter(|it| it.status == 0).count();
        most = most.max(under_way);
        read.extend(reads.try_join_next().transpose().unwrap());
        tokio::task::yield_now().await;
    }
    assert_eq!(most, 8);
    assert!(
        read.iter()
            .all(|it| matches!(it, DirectoryPresence::There(it) if it.domains.is_some()))
    );
    assert_eq!(bench.count("GET", DIRECTORIES), 1 + 30);
}

#[tokio::test]
async fn one_run_asks_each_directory_once() {
    let bench = bench().await.signed_in().await;
    let ids = add(&bench, 12);
    let all = || {
        bench
            .client
            .search_directories(DirectoryKey::Domain("d11.example"))
    };
    let (one, other) = tokio::join!(all(), all());
    assert_eq!((one.unwrap().found.len(), other.unwrap().found.len()), (1, 1));
    for id in &ids {
        assert!(domains(&bench, &id.to_uppercase()).await.is_some());
    }
    assert_eq!(bench.count("GET", ONE), 12 + 1, "and the one of the tenant's own");
}

/// What was told before the list, or before a write, is not what it is now.
#[tokio::test]
async fn what_may_have_changed_is_asked_for_again() {
    let bench = bench().await.signed_in().await;
    let id = add(&bench, 1).remove(0);
    let other = Some(vec!["other.example".to_owned()]);
    let change = |domain: &str| {
        let domain = domain.to_owned();
        bench
            .tenant
            .change_directory(&id, move |it| it.domains = vec![domain])
    };
    assert!(domains(&bench, &id).await.is_some());
    assert!(change("other.example"));
    let again = bench.client.directory_again(&id, Duration::from_secs(2)).await;
    assert_eq!(again.unwrap().unwrap().domains, other);
    assert!(change("later.example"));
    assert_eq!(domains(&bench, &id).await, other, "the same list still holds");
    let made = bench
        .client
        .create_other_directory("New", &["new.example".to_owned()])
        .await;
    made.unwrap();
    assert_eq!(domains(&bench, &id).await, Some(vec!["later.example".to_owned()]));
}
