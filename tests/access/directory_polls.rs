//! Deletions that are waited for at the same time: they share the looks at the list.

use std::time::{Duration, Instant};

use access_simulator::{Action, DirectoryType, Fault};
use terraform_provider_wsoa::access::{Error, ErrorKind};
use tokio::task::JoinSet;

use crate::kit::*;

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3600);
/// How soon a stop ends what is waited for.
const STOPPED: Duration = Duration::from_secs(2);
const LIST: &str = "GET directoryconfigs";

type Deletions = JoinSet<(Duration, Result<(), Error>)>;

/// A tenant that shows a deletion in so many lists, and goes on to do so while the clock stands.
async fn standing(reads: u32) -> Bench {
    let bench = bench_switched(|switches| switches.directory_delete_reads = reads)
        .await
        .signed_in()
        .await;
    bench.clock.stand();
    bench
}

/// Deletes so many directories at once. Each tells how long it took by the clock.
fn delete(bench: &Bench, count: usize, timeout: Duration) -> Deletions {
    let mut deletions = JoinSet::new();
    for _ in 0..count {
        let name = format!("D{}", bench.tenant.directories().len());
        let domain = format!("{name}.example");
        let id = bench
            .tenant
            .add_directory(&name, &[domain.as_str()], DirectoryType::OtherDirectory);
        let client = bench.client.clone();
        deletions.spawn(async move {
            let started = client.clock().now();
            let outcome = client.delete_directory(&id, timeout).await;
            let took = client.clock().now().duration_since(started).unsigned_abs();
            (took, outcome)
        });
    }
    deletions
}

/// Returns when so many wait for the clock, and nobody for the tenant.
async fn asleep(bench: &Bench, count: usize) {
    let started = Instant::now();
    while bench.clock.sleepers() != count || under_way(bench) > 0 {
        assert!(
            started.elapsed() < Duration::from_secs(20),
            "{} sleep and {} requests are under way, which should be {count} and none",
            bench.clock.sleepers(),
            under_way(bench)
        );
        tokio::task::yield_now().await;
    }
}

fn under_way(bench: &Bench) -> usize {
    let requests = bench.tenant.requests();
    requests.iter().filter(|seen| seen.status == 0).count()
}

fn lists(bench: &Bench) -> usize {
    bench.requests().iter().filter(|seen| *seen == LIST).count()
}

async fn all_succeed(deletions: Deletions) -> Vec<Duration> {
    let outcomes = deletions.join_all().await;
    let took = |(took, outcome): (Duration, Result<(), Error>)| outcome.map(|()| took);
    outcomes.into_iter().map(|it| took(it).unwrap()).collect()
}

#[tokio::test]
async fn the_number_of_looks_does_not_grow_with_that_of_deletions() {
    for count in [1, 10, 60] {
        let bench = standing(4).await;
        let deletions = delete(&bench, count, HOUR);
        asleep(&bench, count).await;
        assert_eq!(lists(&bench), 0, "a tenant is given the time to delete something");
        for pause in [100, 100, 200, 400] {
            bench.clock.advance(Duration::from_millis(pause));
            asleep(&bench, count).await;
            assert_eq!(lists(&bench), 1, "{count} deletions, after {pause} ms");
        }
        bench.clock.advance(Duration::from_millis(800));
        let took = all_succeed(deletions).await;
        assert_eq!(took, vec![Duration::from_millis(1600); count]);
        assert_eq!(lists(&bench), 1);
    }
}

/// It neither waits for the pauses that others have come to, nor takes a list from before its DELETE for a look at it.
#[tokio::test]
async fn a_quick_deletion_beside_slow_ones_is_quick() {
    let bench = standing(1000).await;
    let mut slow = delete(&bench, 5, HOUR);
    asleep(&bench, 5).await;
    for pause in [100, 100, 200, 400, 800, 1600, 3200] {
        bench.clock.advance(Duration::from_millis(pause));
        asleep(&bench, 5).await;
    }
    bench.clock.advance(SECOND); // the next look would be in 4 s
    bench
        .tenant
        .switches(|switches| switches.directory_delete_reads = 0);
    lists(&bench);
    let quick = delete(&bench, 3, HOUR);
    asleep(&bench, 8).await;
    assert_eq!(lists(&bench), 0);
    bench.clock.advance(Duration::from_millis(100));
    assert_eq!(all_succeed(quick).await, vec![Duration::from_millis(100); 3]);
    asleep(&bench, 5).await;
    assert_eq!(lists(&bench), 1);
    slow.shutdown().await;
}

/// Not only the looks of deletions: a creation beside them reads the list as well.
#[tokio::test]
async fn a_list_that_was_read_for_something_else_ends_a_deletion_as_well() {
    let bench = standing(0).await;
    let deletions = delete(&bench, 4, HOUR);
    asleep(&bench, 4).await;
    bench.client.directories().await.unwrap();
    assert_eq!(all_succeed(deletions).await, vec![Duration::ZERO; 4]);
    assert_eq!(lists(&bench), 1);
}

/// A list that began while the DELETE was under way may show the directory as it was before, or lack it for a reason
/// of its own.
#[tokio::test]
async fn a_list_from_before_the_answer_ends_no_deletion() {
    let bench = standing(0).await;
    bench.fail(Fault::on("GET", DIRECTORIES, Action::Delay { millis: 300 }));
    bench.fail(Fault::on("GET", DIRECTORIES, Action::empty_list()));
    let client = bench.client.clone();
    let list = tokio::spawn(async move { client.directories().await.unwrap() });
    while under_way(&bench) == 0 {
        tokio::task::yield_now().await;
    }
    let deletions = delete(&bench, 3, HOUR);
    assert_eq!(list.await.unwrap(), []);
    asleep(&bench, 3).await;
    assert_eq!(lists(&bench), 1);
    bench.clock.advance(Duration::from_millis(100));
    all_succeed(deletions).await;
    assert_eq!(lists(&bench), 1);
}

#[tokio::test]
async fn a_slow_tenant_is_waited_for_until_the_time_is_up() {
    let bench = bench_switched(|switches| switches.directory_delete_reads = 130)
        .await
        .signed_in()
        .await;
    let took = all_succeed(delete(&bench, 1, HOUR)).await;
    assert!(
        (SECOND * 600..SECOND * 660).contains(&took[0]),
        "every 5 s in the end: {took:?}"
    );
    assert_eq!(bench.count("GET", DIRECTORIES), 131);

    let bench = standing(u32::MAX).await;
    let deletions = delete(&bench, 20, SECOND * 300);
    asleep(&bench, 20).await;
    for _ in 0..299 {
        bench.clock.advance(SECOND);
        asleep(&bench, 20).await;
    }
    bench.clock.advance(SECOND);
    for (took, outcome) in deletions.join_all().await {
        assert_eq!(outcome.unwrap_err().kind(), ErrorKind::StillDeleting);
        assert_eq!(took, SECOND * 300);
    }
    let lists = lists(&bench);
    assert!((60..80).contains(&lists), "{lists}");
}

/// Who sleeps, who waits for a list that does not come, and who waits for somebody else's.
#[tokio::test]
async fn a_stop_ends_every_wait() {
    for (delay, reads) in [(0, 1), (60_000, 0), (60_000, 1)] {
        let bench = standing(u32::MAX).await;
        let deletions = delete(&bench, 20, HOUR);
        asleep(&bench, 20).await;
        bench.tenant.switches(|switches| switches.latency_ms = delay);
        if reads == 1 {
            bench.clock.advance(Duration::from_millis(100));
            if delay == 0 {
                asleep(&bench, 20).await;
            } else {
                while under_way(&bench) == 0 {
                    tokio::task::yield_now().await;
                }
            }
        }
        let stopped = Instant::now();
        bench.clock.interrupt().request();
        let outcomes = deletions.join_all().await;
        assert!(
            stopped.elapsed() < STOPPED + SECOND,
            "{delay}: {:?}",
            stopped.elapsed()
        );
        assert!(outcomes.iter().all(|(_, outcome)| outcome.is_err()));
        assert!(lists(&bench) <= 1 + reads, "{delay}: one last look for all");
    }
}

/// A look that fails is shared as well, whether it is worth another one or not.
#[tokio::test]
async fn a_look_that_fails_fails_for_all() {
    let bench = standing(0).await;
    let deletions = delete(&bench, 20, HOUR);
    asleep(&bench, 20).await;
    bench.fail(Fault::on("GET", DIRECTORIES, Action::status(500)));
    bench.clock.advance(Duration::from_millis(100));
    asleep(&bench, 20).await;
    assert_eq!(lists(&bench), 1, "20 deletions, which all go on");
    bench.clock.advance(Duration::from_millis(100));
    all_succeed(deletions).await;
    assert_eq!(lists(&bench), 1);

    let bench = standing(0).await;
    let deletions = delete(&bench, 20, HOUR);
    asleep(&bench, 20).await;
    bench.fail(Fault::on("GET", DIRECTORIES, Action::status(403)).always());
    bench.clock.advance(Duration::from_millis(100));
    for (_, outcome) in deletions.join_all().await {
        assert_eq!(outcome.unwrap_err().kind(), ErrorKind::Forbidden);
    }
    assert_eq!(lists(&bench), 1);
}
