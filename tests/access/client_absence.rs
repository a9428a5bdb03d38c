//! Whether a client is gone: two looks, seconds apart.

use std::sync::Arc;
use std::time::Duration;

use access_simulator::{Action, Fault, ListShape, Tenant};
use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::json;
use terraform_plugin::clock::Clock;
use terraform_provider_wsoa::access;
use terraform_provider_wsoa::access::{Error, Interrupt, Presence};
use tokio::task::JoinSet;

use crate::kit::*;
use wsoa_test_kit::clock::ManualClock;

fn word(presence: &Result<Presence, Error>) -> &'static str {
    match presence {
        Ok(Presence::There(_)) => "there",
        Ok(Presence::Gone) => "gone",
        Ok(Presence::Unclear) => "unclear",
        Err(_) => "error",
    }
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "a table")]
async fn one_look_proves_no_absence() {
    let first = |action| Fault::on("GET", "/oauth2clients/c", action);
    let list = |action| Fault::on("GET", CLIENTS, action).after(1);
    let (get, all) = ("GET c", "GET oauth2clients");
    for (exists, faults, expected, requests, waits) in [
        (true, vec![], "there", vec![get], vec![]),
        (false, vec![], "gone", vec![get, all], vec![3]),
        // The looks contradict each other.
        (
            true,
            vec![first(Action::errors(404))],
            "unclear",
            vec![get, all],
            vec![3],
        ),
        // There is no list to be had: the client itself is asked for again.
        (
            false,
            vec![list(Action::errors(403))],
            "gone",
            vec![get, all, get],
            vec![3],
        ),
        (
            false,
            vec![list(Action::html(200))],
            "gone",
            vec![get, all, get],
            vec![3],
        ),
        (
            true,
            vec![list(Action::errors(403)), first(Action::errors(404))],
            "there",
            vec![get, all, get],
            vec![3],
        ),
        (
            false,
            vec![list(Action::errors(403)), first(Action::status(500)).after(1)],
            "unclear",
            vec![get, all, get],
            vec![3],
        ),
        // A list that nobody can read whole proves nothing.
        (
            false,
            vec![list(Action::json(
                200,
                &json!({"items": [{"clientId": "a"}, {}]}),
            ))],
            "gone",
            vec![get, all, get],
            vec![3],
        ),
        (
            false,
            vec![
                list(Action::json(
                    200,
                    &json!({"items": [{"clientId": "a"}], "totalCount": 2}),
                ))
                .times(2),
            ],
            "gone",
            vec![get, all, all, get],
            vec![3],
        ),
        // Nor does a collection that is not there: the API, or the way to it, is down.
        (
            true,
            vec![list(Action::errors(404)), first(Action::errors(404))],
            "unclear",
            vec![get, all],
            vec![3],
        ),
        (
            true,
            vec![
                Fault::on(
                    "GET",
                    CLIENTS,
                    Action::json(404, &json!({"message": "no Route matched"})),
                )
                .times(9),
            ],
            "error",
            vec![get, all],
            vec![],
        ),
        (
            true,
            vec![first(Action::json(
                404,
                &json!({"status": 404, "error": "Not Found"}),
            ))],
            "error",
            vec![get, all],
            vec![],
        ),
        // No look at all.
        (
            false,
            vec![first(Action::status(500))],
            "error",
            vec![get],
            vec![],
        ),
    ] {
        let bench = bench().await.signed_in().await;
        if exists {
            bench
                .tenant
                .put_client(somebody_elses(&service_client("c"), "its-secret"));
        }
        for fault in faults.clone() {
            bench.fail(fault);
        }
        let presence = bench.client.oauth_client_for_sure("c").await;
        assert_eq!(word(&presence), expected, "{exists} {faults:?}");
        assert_eq!(bench.requests(), requests, "{exists} {faults:?}");
        assert_eq!(bench.slept(), waits, "{exists} {faults:?}");
    }
}

/// Pages are followed however they are announced. From a page alone nothing is concluded.
#[tokio::test]
async fn a_page_proves_no_absence() {
    for (shape, whole) in [
        (ListShape::Old, true),
        (ListShape::New, true),
        (ListShape::Next, true),
        (ListShape::Link, true),
        (ListShape::Cut, false),
    ] {
        for exists in [false, true] {
            let bench = bench_switched(|it| {
                it.client_list = shape;
                it.list_page_size = 2;
            })
            .await
            .signed_in()
            .await;
            if exists {
                let last = somebody_elses(&service_client("zz"), "its-secret");
                bench.tenant.put_client(last);
                bench.fail(Fault::on("GET", "/oauth2clients/zz", Action::errors(404)));
            }
            let presence = bench.client.oauth_client_for_sure("zz").await;
            let expected = match (exists, whole) {
                (false, _) => "gone",
                (true, true) => "unclear",
                (true, false) => "there",
            };
            assert_eq!(word(&presence), expected, "{shape:?} {exists}");
            assert_eq!(bench.count("GET", "/oauth2clients/zz"), if whole { 1 } else { 2 });
        }
    }
}

/// A 404 without words may come from any server on the way; then the list has to say it, if it is whole.
#[tokio::test]
async fn a_web_page_says_of_no_client_that_it_is_gone() {
    for (shape, gone) in [
        (ListShape::Old, true),
        (ListShape::Next, true),
        (ListShape::Link, true),
        (ListShape::Cut, false),
    ] {
        let bench = bench_switched(|it| {
            it.client_list = shape;
            it.list_page_size = 2;
        })
        .await
        .signed_in()
        .await;
        bench.fail(Fault::on("GET", "/oauth2clients/zz", Action::html(404)));
        let found = bench.client.oauth_client("zz").await;
        assert_eq!(matches!(found, Ok(None)), gone, "{shape:?}: {found:?}");
    }
}

#[tokio::test]
async fn no_second_look_in_a_hurry() {
    let bench = bench().await.signed_in().await;
    bench.clock.hurry_after(0);
    let presence = bench.client.oauth_client_for_sure("c").await;
    assert_eq!(word(&presence), "unclear");
    assert_eq!(bench.requests(), ["GET c"]);
    assert_eq!(bench.slept(), [0; 0]);
}

#[tokio::test]
async fn a_run_waits_ten_seconds_at_most() {
    let bench = bench().await.signed_in().await;
    let mut said = Vec::new();
    for number in 0..5 {
        let id = format!("absent-{number}");
        said.push(word(&bench.client.oauth_client_for_sure(&id).await));
    }
    assert_eq!(said, ["gone", "gone", "gone", "unclear", "unclear"]);
    assert_eq!(bench.slept(), [3, 3, 3]);
}

/// Nobody sleeps before that many looks at single clients were taken, as if they had all begun at once.
struct Patient {
    clock: Arc<ManualClock>,
    tenant: Tenant,
    looks: usize,
}

#[async_trait]
impl Clock for Patient {
    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    async fn sleep(&self, duration: Duration) {
        let looks = || {
            let requests = self.tenant.requests();
            requests.iter().filter(|it| it.path.contains("/absent-")).count()
        };
        while looks() < self.looks {
            tokio::task::yield_now().await;
        }
        self.clock.sleep(duration).await;
    }
}

#[tokio::test]
async fn many_that_are_gone_share_one_wait_and_one_list() {
    let bench = bench().await;
    let clock = Patient {
        clock: bench.clock.clone(),
        tenant: bench.tenant.clone(),
        looks: 20,
    };
    let admin = ("terraform-admin".to_owned(), "terraform-admin-secret".to_owned());
    let settings = settings(&bench.simulator, admin);
    let client = access::Tenant::new(settings, Arc::new(clock), Interrupt::default()).unwrap();
    let mut looks = JoinSet::new();
    for number in 0..20 {
        let client = client.clone();
        looks.spawn(async move { client.oauth_client_for_sure(&format!("absent-{number}")).await });
    }
    let said = looks.join_all().await;
    assert!(said.iter().all(|presence| word(presence) == "gone"));
    assert_eq!(bench.slept(), [3]);
    assert_eq!(bench.count("GET", "/absent-"), 20);
    assert_eq!(bench.count("GET", CLIENTS), 21);
}
