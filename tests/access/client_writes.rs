//! Changes and deletions of OAuth clients: what proves that they were carried out.

use std::time::Duration;

use access_simulator::{Action, DeleteAnswer, Etags, Fault, Switches};
use serde_json::json;
use terraform_plugin::clock::Clock as _;
use terraform_provider_wsoa::access::SecretChange::Keep;
use terraform_provider_wsoa::access::{OAuthClientChange, SecretInForce, UpdateError};

use crate::kit::*;

/// Deletes a client, after its creation has spread: whether it worked, the requests, and the waits.
async fn deletion(change: impl FnOnce(&mut Switches), faults: &[Fault]) -> (bool, Vec<String>, Vec<u64>) {
    let bench = bench().await;
    bench.made(&service_client("c")).await;
    bench.clock.advance(Duration::from_secs(60));
    bench.tenant.switches(change);
    for fault in faults {
        bench.fail(fault.clone());
    }
    let deleted = bench.client.delete_oauth_client("c", None).await;
    (deleted.is_ok(), bench.requests(), bench.slept())
}

const UNDISTURBED: &[&str] = &["DELETE c", "GET c"];
/// Without an answer of success it takes two looks.
const UNWITNESSED: &[&str] = &["DELETE c", "GET c", "GET c"];
const STILL_THERE: &[&str] = &["DELETE c", "GET c", "GET c", "GET c", "GET c", "GET c"];
/// The same after an answer of success, which is waited for longer.
const SAID_TO_BE_GONE: &[&str] = &[
    "DELETE c", "GET c", "GET c", "GET c", "GET c", "GET c", "GET c", "GET c",
];

#[tokio::test]
async fn what_a_deletion_is_answered_is_no_proof() {
    for (how, expected) in [
        (DeleteAnswer::Empty, UNDISTURBED),
        (DeleteAnswer::Text, UNDISTURBED),
        (DeleteAnswer::Errors, UNWITNESSED),
    ] {
        let (gone, requests, waits) = deletion(|it| it.client_delete_answer = how, &[]).await;
        assert!(gone, "{how:?}");
        assert_eq!(requests, expected, "{how:?}");
        assert_eq!(waits, [3].repeat(expected.len() - 2), "{how:?}");
    }
    let text = answer(200, "The client has been deleted.");
    for (action, gone, requests) in [
        // Carried out.
        (Action::html(200).committed(), true, UNWITNESSED),
        (Action::status(500).committed(), true, UNWITNESSED),
        (Action::status(202).committed(), true, UNDISTURBED),
        // Not carried out.
        (Action::status(204), false, SAID_TO_BE_GONE),
        (text, false, SAID_TO_BE_GONE),
        (Action::errors(200), false, STILL_THERE),
        (Action::html(200), false, STILL_THERE),
        (Action::errors(404), false, STILL_THERE),
        (Action::status(500), false, STILL_THERE),
        // Refused.
        (Action::errors(403), false, &["DELETE c"]),
        (Action::errors(409), false, &["DELETE c"]),
    ] {
        let fault = Fault::on("DELETE", CLIENTS, action.clone());
        let (worked, asked, waits) = deletion(|_| {}, &[fault]).await;
        assert_eq!(worked, gone, "{action:?}");
        assert_eq!(asked, requests, "{action:?}");
        let expected: &[u64] = match requests {
            STILL_THERE => &[2, 5, 5, 8],
            SAID_TO_BE_GONE => &[2, 5, 5, 8, 15, 30],
            UNWITNESSED => &[3],
            _ => &[],
        };
        assert_eq!(waits, expected, "{action:?}");
    }
}

#[tokio::test]
async fn a_client_is_deleted_when_it_cannot_be_read_any_more() {
    for (lag, gone, reads, waits) in [
        (2_000, true, 2, vec![2]),
        (6_000, true, 3, vec![2, 5]),
        (8_000, true, 4, vec![2, 5, 5]),
        (15_000, true, 5, vec![2, 5, 5, 8]),
        (30_000, true, 6, vec![2, 5, 5, 8, 15]),
        (50_000, true, 7, vec![2, 5, 5, 8, 15, 30]),
    ] {
        let (worked, asked, slept) = deletion(|it| it.lag_client_reads_ms = lag, &[]).await;
        assert_eq!((worked, asked.len()), (gone, 1 + reads), "{lag}");
        assert_eq!(slept, waits, "{lag}");
    }
    for (look, gone, requests) in [
        (Action::status(500), false, UNDISTURBED),
        (Action::errors(403), false, UNDISTURBED),
        (
            Action::html(404),
            true,
            &["DELETE c", "GET c", "GET oauth2clients"],
        ),
    ] {
        let fault = Fault::on("GET", CLIENTS, look.clone());
        let (worked, asked, waits) = deletion(|_| {}, &[fault]).await;
        assert_eq!(worked, gone, "{look:?}");
        assert_eq!(asked, requests, "{look:?}");
        assert!(waits.is_empty());
    }
}

#[tokio::test]
async fn a_client_that_is_gone_already_is_deleted() {
    let bench = bench().await.signed_in().await;
    bench.client.delete_oauth_client("c", None).await.unwrap();
    assert_eq!(bench.requests(), ["DELETE c", "GET c"]);
    // Its deletion was carried out and the answer lost, so that the repetition did not find it.
    bench.made(&service_client("c")).await;
    bench.fail(Fault::on("DELETE", CLIENTS, Action::CommitThenReset));
    bench.clock.advance(Duration::from_secs(60));
    bench.client.delete_oauth_client("c", None).await.unwrap();
    assert_eq!(bench.requests(), ["DELETE c", "DELETE c", "GET c"]);
}

/// A client that one read does not find is not gone for that, if nothing says that the DELETE was carried out.
#[tokio::test]
async fn a_failed_deletion_is_not_done_because_a_look_finds_nothing() {
    for (answer, carried_out) in [
        (Action::status(500), false),
        (Action::html(502), false),
        (Action::errors(200), false),
        (Action::status(500).committed(), true),
        (Action::errors(404).committed(), true),
    ] {
        let lie = Fault::on("GET", CLIENTS, Action::errors(404));
        let fault = Fault::on("DELETE", CLIENTS, answer.clone()).always();
        let (deleted, ..) = deletion(|_| {}, &[fault, lie]).await;
        assert_eq!(deleted, carried_out, "{answer:?}");
    }
}

/// A tenant that does not show yet what was made a moment ago is not taken for one that has deleted it.
#[tokio::test]
async fn a_failed_deletion_of_a_new_client_is_not_done_because_reads_lag() {
    for lag in [0, 8_000, 50_000] {
        for (answer, carried_out) in [
            (Action::status(500), false),
            (Action::html(502), false),
            (Action::Reset, false),
            (Action::errors(200), false),
            (Action::errors(404), false),
            (Action::status(500).committed(), true),
            (Action::html(502).committed(), true),
        ] {
            let bench = bench_switched(|it| it.lag_client_reads_ms = lag).await;
            bench.made(&service_client("c")).await;
            bench.fail(Fault::on("DELETE", CLIENTS, answer.clone()).always());
            let deleted = bench.client.delete_oauth_client("c", None).await;
            assert_eq!(deleted.is_ok(), carried_out, "{lag} {answer:?}: {deleted:?}");
            assert_eq!(
                bench.tenant.client("c").is_none(),
                carried_out,
                "{lag} {answer:?}"
            );
        }
    }
}

/// A tenant that says it has deleted what it does not show yet is not believed while the client's secret is.
#[tokio::test]
async fn a_deletion_of_a_new_client_is_not_done_while_its_secret_is_accepted() {
    for (age, reads, tokens, carried_out, waits) in [
        (0, 2_000, 0, false, vec![2, 5, 5, 8, 15, 30]),
        (0, 50_000, 0, false, vec![2, 5, 5, 8, 15, 30]),
        (20, 0, 0, true, vec![]),
        (20, 0, 15_000, true, vec![2, 5, 5, 8]),
        (50, 0, 45_000, true, vec![2, 5, 5]), // after a minute nothing but the read counts
    ] {
        let bench = bench().await;
        bench.made(&service_client("c")).await;
        bench.clock.advance(Duration::from_secs(age));
        bench.tenant.switches(|it| {
            it.lag_client_reads_ms = reads;
            it.lag_token_ms = tokens;
        });
        if !carried_out {
            bench.fail(Fault::on("DELETE", CLIENTS, Action::status(204)));
        }
        let secret = its_secret();
        let deleted = bench.client.delete_oauth_client("c", Some(&secret)).await;
        assert_eq!(
            deleted.is_ok(),
            carried_out,
            "{age} {reads} {tokens}: {deleted:?}"
        );
        assert_eq!(bench.slept(), waits, "{age} {reads} {tokens}");
    }
}

#[tokio::test]
async fn when_a_client_was_created_is_told_by_state_as_well() {
    for (seconds_ago, waits) in [(0, 40), (30, 10), (59, 0), (61, 0)] {
        let bench = bench().await.signed_in().await;
        let made = bench.clock.now() - Duration::from_secs(seconds_ago);
        bench.client.note_client_creation("c", made);
        bench.fail(Fault::on("DELETE", CLIENTS, Action::status(500)));
        bench.client.delete_oauth_client("c", None).await.unwrap();
        let waited: u64 = bench.slept().iter().sum();
        assert!(waited >= waits, "{seconds_ago}: {waited}");
    }
}

#[tokio::test]
async fn in_a_hurry_a_deletion_is_looked_at_once() {
    for (lag, gone) in [(0, true), (2_000, false)] {
        let bench = bench().await;
        bench.made(&service_client("c")).await;
        bench.clock.advance(Duration::from_secs(60));
        bench.tenant.switches(|it| it.lag_client_reads_ms = lag);
        bench.clock.hurry_after(0);
        let deleted = bench.client.delete_oauth_client("c", None).await;
        assert_eq!(deleted.is_ok(), gone, "{lag}");
        assert_eq!(bench.requests(), ["DELETE c", "GET c"]);
        assert_eq!(bench.slept(), [0; 0]);
    }
}

/// The `If-Match` of each PUT.
fn conditions(bench: &Bench) -> Vec<Option<String>> {
    let requests = bench.tenant.requests();
    let puts = requests.iter().filter(|request| request.method == "PUT");
    puts.map(|put| put.header("if-match").map(str::to_owned))
        .collect()
}

#[tokio::test]
async fn a_write_is_conditional_where_the_tenant_can_tell() {
    for (etags, conditional) in [(Etags::None, false), (Etags::Weak, false), (Etags::Strong, true)] {
        let bench = bench_switched(|it| it.client_etags = etags).await;
        bench.made(&service_client("c")).await;
        bench
            .client
            .update_oauth_client("c", &ttl(60), &Keep(None), None)
            .await
            .unwrap();
        let [condition] = &conditions(&bench)[..] else {
            panic!("{etags:?}")
        };
        assert_eq!(condition.is_some(), conditional, "{etags:?}");
        assert_eq!(bench.tenant.client("c").unwrap().access_token_ttl, 60);
    }
}

#[tokio::test]
async fn what_somebody_else_changed_in_between_is_not_lost() {
    for (change, others, puts) in [
        (ttl(60), 525_600, 2), // another field
        (ttl(60), 60, 1),      // just what is wanted
    ] {
        let bench = bench_switched(|it| it.client_etags = Etags::Strong).await;
        bench.made(&service_client("c")).await;
        // The pause before the secret is tried, which is after the client was read.
        bench.fail(Fault::on("POST", TOKEN, Action::too_many_requests("1")));
        let tenant = bench.tenant.clone();
        bench.clock.followed_by(move |_| {
            tenant.change_client("c", |client| {
                client.remember_as = Some("Renamed".to_owned());
                client.access_token_ttl = others;
            });
        });
        let updated = bench
            .client
            .update_oauth_client("c", &change, &Keep(Some(its_secret())), None)
            .await
            .unwrap();
        assert_eq!(updated.client.display_name.as_deref(), Some("Renamed"));
        let now = bench.tenant.client("c").unwrap();
        assert_eq!(
            (now.access_token_ttl, now.remember_as.as_deref()),
            (60, Some("Renamed"))
        );
        assert_eq!(now.secret, its_secret().expose());
        let conditions = conditions(&bench);
        assert_eq!(conditions.len(), puts);
        assert!(conditions.iter().all(Option::is_some));
        assert_eq!(bench.count("GET", CLIENTS), 2);
    }
}

#[tokio::test]
async fn a_tenant_that_does_not_mean_its_tags_is_written_to_all_the_same() {
    let refusal = || Action::errors(412);
    for (times, works, puts) in [(1, true, 2), (9, false, 2)] {
        let bench = bench_switched(|it| it.client_etags = Etags::Strong).await;
        bench.made(&service_client("c")).await;
        bench.fail(Fault::on("PUT", CLIENTS, refusal()).times(times));
        let updated = bench
            .client
            .update_oauth_client("c", &ttl(60), &Keep(None), None)
            .await;
        assert_eq!(updated.is_ok(), works);
        let conditions = conditions(&bench);
        assert_eq!(conditions.len(), puts);
        assert!(conditions[0].is_some() && conditions[1].is_none());
        if let Err(UpdateError { secret_in_force, .. }) = updated {
            assert_eq!(secret_in_force, SecretInForce::Old);
        }
    }
}

#[tokio::test]
async fn our_own_lost_write_is_not_taken_for_somebody_elses() {
    let bench = bench_switched(|it| it.client_etags = Etags::Strong).await;
    bench.made(&service_client("c")).await;
    bench.fail(Fault::on("PUT", CLIENTS, Action::CommitThenReset));
    let updated = bench
        .client
        .update_oauth_client("c", &ttl(60), &Keep(None), None)
        .await
        .unwrap();
    assert_eq!(updated.client.access_token_ttl_minutes, Some(60));
    assert_eq!(bench.requests(), ["GET c", "PUT c", "PUT c", "GET c"]);
    bench.fail(Fault::on("PUT", CLIENTS, Action::CommitThenReset));
    let nothing = OAuthClientChange::default();
    let updated = bench
        .client
        .update_oauth_client("c", &nothing, &set("second-secret"), None)
        .await
        .unwrap();
    assert_eq!(format!("{:?}", updated.secret), "New");
    assert_eq!(bench.tenant.client("c").unwrap().secret, "second-secret");
}

#[tokio::test]
async fn what_the_answer_to_a_change_does_not_show_is_read_back() {
    let whole = json!({"clientId": "c", "accessTokenTTL": 60, "errors": [{"code": "cache.stale"}]});
    let whole = || Action::json(200, &whole);
    for (action, lag, done, looks) in [
        (Action::status(202).committed(), 0, true, 1),
        (Action::status(204).committed(), 0, true, 1),
        (Action::CommitThenEmpty, 0, true, 1),
        (Action::json(200, &json!([])).committed(), 0, true, 1),
        (Action::html(200).committed(), 0, true, 1),
        (Action::status(500).committed(), 0, true, 1),
        (Action::status(204).committed(), 2_000, true, 2),
        (Action::status(202).committed(), 6_000, true, 3),
        // Errors in an answer with a status of success.
        (Action::errors(200).committed(), 0, true, 1),
        (whole().committed(), 0, true, 1),
        (Action::errors(200), 0, false, 3),
        (whole(), 0, false, 3),
        (Action::html(200), 0, false, 3),
    ] {
        let bench = bench().await;
        bench.made(&service_client("c")).await;
        bench.clock.advance(Duration::from_secs(60));
        bench.tenant.switches(|it| it.lag_client_reads_ms = lag);
        bench.fail(Fault::on("PUT", CLIENTS, action.clone()));
        let updated = bench
            .client
            .update_oauth_client("c", &ttl(60), &Keep(None), None)
            .await;
        let case = format!("{action:?} {lag}: {updated:?}");
        assert_eq!(updated.is_ok(), done, "{case}");
        if let Ok(updated) = &updated {
            assert_eq!(updated.client.access_token_ttl_minutes, Some(60), "{case}");
        }
        let requests = [vec!["GET c", "PUT c"], vec!["GET c"; looks]].concat();
        assert_eq!(bench.requests(), requests, "{case}");
        assert_eq!(bench.slept(), [2, 5][..looks - 1], "{case}");
    }
}

#[tokio::test]
async fn an_error_within_a_success_is_told() {
    let bench = bench().await;
    bench.made(&service_client("c")).await;
    bench.fail(Fault::on("PUT", CLIENTS, Action::errors(200)));
    let error = bench
        .client
        .update_oauth_client("c", &ttl(60), &Keep(None), None)
        .await
        .unwrap_err();
    let UpdateError { error, .. } = error;
    assert_eq!(error.server_errors()[0].message, "Something went wrong.");
}

/// After a 412 the client is read again, and what the first attempt did must not be forgotten over what happens then.
#[tokio::test]
async fn a_lost_write_is_remembered_over_a_failed_precondition() {
    for then in [
        Fault::on("GET", CLIENTS, Action::errors(403)).after(1).times(9),
        Fault::on("PUT", CLIENTS, Action::errors(400)).after(1),
    ] {
        for lag in [0, 50_000] {
            let bench = bench_switched(|it| it.client_etags = Etags::Strong).await;
            bench.made(&service_client("c")).await;
            bench.clock.advance(Duration::from_secs(60));
            bench.tenant.switches(|it| it.lag_token_ms = lag);
            bench.fail(Fault::on("PUT", CLIENTS, Action::CommitThenReset));
            bench.fail(then.clone());
            let nothing = OAuthClientChange::default();
            let updated = bench
                .client
                .update_oauth_client("c", &nothing, &set("second-secret"), Some(&its_secret()))
                .await;
            let in_force = match updated {
                Ok(_) => SecretInForce::New,
                Err(UpdateError { secret_in_force, .. }) => secret_in_force,
            };
            let expected = if lag == 0 {
                SecretInForce::New
            } else {
                SecretInForce::Unknown
            };
            assert_eq!(in_force, expected, "{then:?} {lag}");
        }
    }
}

/// What a plan did not show is not written, unless the tenant might take it for removed.
#[tokio::test]
async fn what_is_only_known_is_sent_where_the_tenant_does_not_tell_it() {
    for (is_told, expected) in [(true, 525_600), (false, 180)] {
        let bench = bench().await;
        bench.made(&service_client("c")).await;
        bench.tenant.change_client("c", |client| {
            client.access_token_ttl = 525_600; // in the console, after the plan
        });
        if !is_told {
            let without = json!({"clientId": "c", "scope": "admin", "authGrantTypes": "client_credentials"});
            bench.fail(Fault::on("GET", CLIENTS, Action::json(200, &without)));
        }
        let change = OAuthClientChange {
            display_name: Some("Renamed".to_owned()),
            known: Some(Box::new(ttl(180))),
            ..OAuthClientChange::default()
        };
        bench
            .client
            .update_oauth_client("c", &change, &Keep(None), None)
            .await
            .unwrap();
        let now = bench.tenant.client("c").unwrap();
        assert_eq!(
            (now.access_token_ttl, now.remember_as.as_deref()),
            (expected, Some("Renamed"))
        );
    }
}
